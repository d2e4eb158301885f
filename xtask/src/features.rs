//! `cargo xtask features`: checks that plex-api compiles by itself, without features and with each feature.
//!
//! A build of the workspace unifies the features of all its members, so a feature that is missing in one Cargo.toml
//! goes unnoticed. Users build plex-api without the other members.

use std::io::Write;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cargo;

const PACKAGE: &str = "plex-api";

/// Check plex-api by itself: without features, and with each feature
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, out: &mut impl Write) -> Result<()> {
    for args in commands(&cargo::metadata(PACKAGE)?)? {
        writeln!(out, "cargo {}", args.join(" "))?;
        cargo::run(cargo::command().args(&args))?;
    }
    Ok(())
}

/// Returns the commands to run, from the package's description by `cargo metadata`.
fn commands(metadata: &Value) -> Result<Vec<Vec<String>>> {
    let features = metadata["features"]
        .as_object()
        .context("`cargo metadata` lists no features")?;
    let check = format!("check -p {PACKAGE} --no-default-features");
    let each = features
        .keys()
        .map(|feature| format!("{check} --features {feature}"));
    Ok(std::iter::once(check.clone())
        .chain(each)
        .map(|line| line.split(' ').map(String::from).collect())
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_command_without_features_and_one_for_each() {
        let commands = commands(&json!({"features": {"default": ["qr"], "qr": []}})).unwrap();
        let lines: Vec<_> = commands.iter().map(|args| args.join(" ")).collect();
        assert_eq!(
            lines,
            [
                "check -p plex-api --no-default-features",
                "check -p plex-api --no-default-features --features default",
                "check -p plex-api --no-default-features --features qr",
            ]
        );
    }

    #[test]
    fn metadata_without_features_is_an_error() {
        assert!(commands(&json!({})).is_err());
    }
}
