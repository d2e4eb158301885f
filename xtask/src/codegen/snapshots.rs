//! The snapshots of schemas and signatures, made by the tests of plex-api-tests from the compiled code.
//!
//! Making them takes a minute or two, so a file beside them records the hash of the code that they were made from and
//! the hash of each snapshot. While these hashes match, nothing is compiled.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use plex_api_codegen::cli::files::{Change, read_folder};
use plex_api_codegen::cli::say;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::GENERATED;
use crate::cargo;

const SNAPSHOTS: &str = "tests/snapshots/generated";

/// The recorded hashes, in the format that `sha256sum --check` reads.
const HASHES: &str = "tests/snapshots/generated.sha256";

/// The tests that make these snapshots and no others.
const TESTS: &str = "generated::";

/// Returns the changes that make the snapshots match the code. With `always`, the snapshots are made even if the
/// recorded hashes match.
pub(super) fn changes(root: &Path, code: &str, always: bool) -> Result<Vec<Change>> {
    if !always && is_current(root, code)? {
        return Ok(Vec::new());
    }
    let made = make(root)?;
    let mut changes = Change::of_folder(&root.join(SNAPSHOTS), made.path())?;
    let hashes = hashes(code, made.path())?;
    changes.extend(Change::of_file(&root.join(HASHES), hashes.into_bytes())?);
    Ok(changes)
}

/// Returns true if the recorded hashes match the code and the snapshots as they are.
fn is_current(root: &Path, code: &str) -> Result<bool> {
    let folder = root.join(SNAPSHOTS);
    let recorded = fs::read_to_string(root.join(HASHES)).unwrap_or_default();
    Ok(folder.exists() && recorded == hashes(code, &folder)?)
}

/// Returns a line for the code and for each snapshot in a folder: `HASH  PATH`.
fn hashes(code: &str, folder: &Path) -> Result<String> {
    let line = |content: &[u8], path: &str| {
        let digest = Sha256::digest(content);
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{hash}  {path}\n")
    };
    let mut lines = line(code.as_bytes(), GENERATED);
    for (name, content) in read_folder(folder)? {
        lines += &line(&content, &format!("{SNAPSHOTS}/{}", name.display()));
    }
    Ok(lines)
}

/// Makes all snapshots in a new temporary folder.
fn make(root: &Path) -> Result<TempDir> {
    say("compiling the code to make the snapshots of schemas and signatures");
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let mut command = cargo::command();
    command
        .args(["test", "-p", "plex-api-tests", "--test", "it", "--", TESTS])
        .env("PLEX_API_GENERATED_SNAPSHOTS", folder.path())
        .env("INSTA_UPDATE", "always")
        .env("INSTA_FORCE_PASS", "1")
        .env("INSTA_WORKSPACE_ROOT", root);
    let output = cargo::output(&mut command)?;
    if !output.status.success() {
        say(String::from_utf8_lossy(&output.stderr).trim());
        say(String::from_utf8_lossy(&output.stdout).trim());
        bail!("the tests `{TESTS}` that make the snapshots failed, see above");
    }
    ensure!(
        !read_folder(folder.path())?.is_empty(),
        "the tests `{TESTS}` of plex-api-tests made no snapshot"
    );
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_are_current_until_the_code_or_one_of_them_changes() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(SNAPSHOTS);
        assert!(!is_current(root.path(), "code").unwrap());
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.snap"), "a\n").unwrap();
        assert!(!is_current(root.path(), "code").unwrap());
        let record =
            || fs::write(root.path().join(HASHES), hashes("code", &folder).unwrap()).unwrap();
        record();
        assert!(is_current(root.path(), "code").unwrap());
        assert!(!is_current(root.path(), "other code").unwrap());
        fs::write(folder.join("a.snap"), "b\n").unwrap();
        assert!(!is_current(root.path(), "code").unwrap());
        record();
        fs::write(folder.join("b.snap"), "").unwrap();
        assert!(!is_current(root.path(), "code").unwrap());
    }

    #[test]
    fn a_hash_is_written_as_sha256sum_does() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.snap"), "plex").unwrap();
        // The output of `printf plex | sha256sum`.
        let hash = "cf6dd0b6bcff0572500cdd087008918592ada20f16f5d17c527c153bb4f63e78";
        assert_eq!(
            hashes("plex", folder.path()).unwrap(),
            format!(
                "{hash}  plex-api-gen/src/generated.rs\n{hash}  tests/snapshots/generated/a.snap\n"
            )
        );
    }
}
