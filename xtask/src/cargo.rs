//! How every command starts cargo.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask.parent().map(Path::to_path_buf).unwrap_or(xtask)
}

/// The cargo that runs us, in the workspace's folder, with plain output that can be read line by line.
pub(crate) fn command() -> Command {
    let mut command = Command::new(program());
    command
        .current_dir(root())
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .env("CARGO_TERM_QUIET", "false")
        .env("RUST_BACKTRACE", "0");
    for (name, _) in env::vars_os().filter(|(name, _)| is_about_package(name)) {
        command.env_remove(name);
    }
    command
}

/// Whether a variable is what cargo tells us of xtask. A build script that takes note of it, such as ring's, would run
/// anew whenever cargo is started by turns from here and from a shell.
fn is_about_package(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("CARGO_MANIFEST_") || name.starts_with("CARGO_PKG_")
}

/// Runs the command to its end and keeps what it prints.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    command.output().with_context(cannot_start)
}

/// Runs the command with its output on ours, and fails when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(cannot_start)?;
    if !status.success() {
        let args: Vec<_> = command
            .get_args()
            .map(|arg| arg.to_string_lossy())
            .collect();
        bail!("`cargo {}` failed ({status})", args.join(" "));
    }
    Ok(())
}

/// What the command prints on standard output; when it fails, its standard error is the error.
pub(crate) fn stdout(command: &mut Command) -> Result<String> {
    let output = output(command)?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).context("cargo printed something that is not UTF-8")
}

/// The name of the package that an id of cargo's JSON messages stands for.
///
/// The two forms are `path+file:///folder/name#1.0.0` and `path+file:///folder#name@1.0.0`
/// (Cargo's documentation, "Package ID Specifications").
pub(crate) fn package_name(id: &str) -> &str {
    let (url, fragment) = id.split_once('#').unwrap_or((id, ""));
    match fragment.split_once('@') {
        Some((name, _)) => name,
        None => url.rsplit('/').next().unwrap_or(url),
    }
}

/// What `cargo metadata` says about a package of the workspace.
pub(crate) fn metadata(package: &str) -> Result<Value> {
    let text = stdout(command().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value =
        serde_json::from_str(&text).context("cannot read what `cargo metadata` printed")?;
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|entry| entry["name"] == package)
        .cloned()
        .with_context(|| format!("the workspace has no package {package}"))
}

fn program() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

fn cannot_start() -> String {
    format!("cannot start {}", program().display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_package_id() {
        assert_eq!(
            package_name("path+file:///w/plex-api-gen#0.1.0"),
            "plex-api-gen"
        );
        assert_eq!(
            package_name("path+file:///w/plex-api-gen/generator#plex-api-codegen@0.1.0"),
            "plex-api-codegen"
        );
        assert_eq!(
            package_name("registry+https://example.org/index#syn@3.0.0"),
            "syn"
        );
    }

    #[test]
    fn cargo_is_told_nothing_of_xtask() {
        let command = command();
        for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME"] {
            let removed = (OsStr::new(name), None);
            assert!(env::var_os(name).is_some() && command.get_envs().any(|it| it == removed));
        }
        let toolchain = OsStr::new("CARGO_HOME");
        assert!(command.get_envs().all(|(name, _)| name != toolchain));
    }

    #[test]
    fn a_program_that_fails_is_an_error_with_its_words() {
        let error = stdout(command().arg("no-such-subcommand")).unwrap_err();
        assert!(error.to_string().contains("no-such-subcommand"), "{error}");
    }

    #[test]
    fn a_missing_program_is_an_error() {
        let error = output(&mut Command::new("/no/such/program")).unwrap_err();
        assert!(
            format!("{error:#}").starts_with("cannot start "),
            "{error:#}"
        );
    }
}
