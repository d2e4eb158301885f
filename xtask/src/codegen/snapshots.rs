//! Has the tests make the snapshots of schemas and signatures.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::progress;
use crate::{cargo, say};

/// The tests that make these snapshots and no others.
const TESTS: &str = "generated::";

/// All snapshots, freshly made, in a folder of their own.
pub(super) fn make(root: &Path) -> Result<TempDir> {
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let mut command = cargo::command();
    command
        .args(["test", "-p", "plex-api-tests", "--test", "it", "--", TESTS])
        .env("PLEX_API_GENERATED_SNAPSHOTS", folder.path())
        .env("INSTA_UPDATE", "always")
        .env("INSTA_FORCE_PASS", "1")
        .env("INSTA_WORKSPACE_ROOT", root);
    let step = "making the snapshots of schemas and signatures";
    let output = progress::during(step, || cargo::output(&mut command))?;
    if !output.status.success() {
        say(String::from_utf8_lossy(&output.stderr).trim());
        say(String::from_utf8_lossy(&output.stdout).trim());
        bail!("the tests `{TESTS}` that make the snapshots failed, see above");
    }
    let made = fs::read_dir(folder.path())
        .context("cannot read the temporary folder")?
        .count();
    ensure!(
        made > 0,
        "the tests `{TESTS}` of plex-api-tests made no snapshot"
    );
    Ok(folder)
}
