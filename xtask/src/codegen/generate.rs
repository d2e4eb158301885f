//! Runs the generator, which is the build script of plex-api-gen, and takes what it wrote.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{missing, progress};
use crate::{cargo, say};

const PACKAGE: &str = "plex-api-gen";

/// Where code of another crate, which depends on plex-api, finds the runtime.
const RUNTIME: &str = "plex_api::generated";

/// How many lines the header of generated code may have.
const HEADER_LINES: usize = 20;

/// What the generator made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) code: String,
    pub(super) warnings: Vec<String>,
}

/// What the generator makes of the spec; `elsewhere` is for code outside of plex-api-gen. Its warnings are said.
pub(super) fn run(spec: &Path, elsewhere: bool) -> Result<Made> {
    let bytes = fs::read(spec).with_context(|| format!("cannot read {}", spec.display()))?;
    let hash = hex(&Sha256::digest(bytes));
    let other = elsewhere.then_some(spec);
    let mut made = build(other)?;
    if !is_made_of(&made.code, &hash) {
        // cargo goes by modification times: a file that was put back with an older one looks
        // unchanged, and the build script did not run.
        cargo::stdout(cargo::command().args(["clean", "-p", PACKAGE]))?;
        made = build(other)?;
    }
    ensure!(
        is_made_of(&made.code, &hash),
        "the build script of {PACKAGE} made no code of {}: the header of its output does not name SHA-256 {hash}",
        spec.display()
    );
    for warning in &made.warnings {
        say(&format!("warning: {warning}"));
    }
    Ok(made)
}

/// Has cargo run the build script, and reads its output.
fn build(other: Option<&Path>) -> Result<Made> {
    let mut command = command(other);
    let step = "building and running the generator";
    let output = progress::during(step, || cargo::output(&mut command))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    // cargo's exit status does not matter: the library may fail to compile, as the file that
    // we are about to replace is part of it. A build script that fails has no message.
    let Some(folder) = out_dir(&String::from_utf8_lossy(&output.stdout)) else {
        let errors = from_script(&stderr, "error");
        if errors.is_empty() {
            bail!(
                "the generator cannot be built or run; cargo says:\n{}",
                stderr.trim()
            );
        }
        bail!("{}", explained(&errors, other));
    };
    let file = folder.join("generated.rs");
    let code = fs::read_to_string(&file);
    Ok(Made {
        code: code.with_context(|| format!("cannot read {}", file.display()))?,
        warnings: from_script(&stderr, "warning")
            .into_iter()
            .map(str::to_owned)
            .collect(),
    })
}

fn command(other: Option<&Path>) -> Command {
    let mut command = cargo::command();
    command
        .args(["check", "-p", PACKAGE, "--features", "codegen"])
        .arg("--message-format=json-render-diagnostics")
        .env_remove("PLEX_API_SPEC")
        .env_remove("PLEX_API_RUNTIME");
    if let Some(spec) = other {
        command
            .env("PLEX_API_SPEC", spec)
            .env("PLEX_API_RUNTIME", RUNTIME);
    }
    command
}

/// The problems of a spec, and what to do about them.
fn explained(problems: &[&str], spec: Option<&Path>) -> String {
    let mut text = problems.join("\nerror: ");
    if let Some(advice) = missing::advice(problems, spec) {
        text += &format!("\n{advice}");
    }
    text
}

/// The folder that the build script wrote to, from cargo's JSON messages.
fn out_dir(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "build-script-executed")
        .filter(|message| message["package_id"].as_str().map(cargo::package_name) == Some(PACKAGE))
        .find_map(|message| message["out_dir"].as_str().map(PathBuf::from))
}

/// What the build script said by `cargo::error` or `cargo::warning`, each line once.
///
/// cargo prints it as `error: plex-api-gen@0.1.0: text`, sometimes twice.
fn from_script<'a>(stderr: &'a str, level: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for line in stderr.lines() {
        let said = line
            .strip_prefix(level)
            .and_then(|rest| rest.strip_prefix(": "))
            .and_then(|rest| rest.strip_prefix(PACKAGE))
            .and_then(|rest| rest.strip_prefix('@'))
            .and_then(|rest| rest.split_once(": "));
        if let Some((_version, text)) = said
            && !found.contains(&text)
        {
            found.push(text);
        }
    }
    found
}

/// Whether the code's header names the hash of the spec. A file left by an earlier run does not.
fn is_made_of(code: &str, hash: &str) -> bool {
    code.lines()
        .take(HEADER_LINES)
        .any(|line| line.contains(hash))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn code_of_another_crate_finds_the_runtime_in_plex_api() {
        let runtime = |spec| {
            let command = command(spec);
            let mut found = command
                .get_envs()
                .filter(|(name, _)| *name == "PLEX_API_RUNTIME");
            found
                .next()
                .and_then(|(_, value)| value.map(OsStr::to_owned))
        };
        let other = runtime(Some(Path::new("own.yaml")));
        assert_eq!(other.as_deref(), Some(OsStr::new("plex_api::generated")));
        assert_eq!(runtime(None), None);
    }

    #[test]
    fn missing_components_come_after_the_problems() {
        let missing = "a.yaml:1: /$ref: refers to `#/components/schemas/A`, which does not exist";
        let text = explained(&["a.yaml: no paths", missing], None);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..2],
            ["a.yaml: no paths", &format!("error: {missing}")]
        );
        assert_eq!(lines[2], "missing components: #/components/schemas/A");
        assert_eq!(explained(&["a.yaml: no paths"], None), "a.yaml: no paths");
    }

    #[test]
    fn the_out_dir_is_that_of_our_package() {
        let messages = r#"
            {"reason":"build-script-executed","package_id":"registry+https://example.org#ring@0.17.0","out_dir":"/wrong"}
            not json
            {"reason":"compiler-artifact","package_id":"path+file:///w/plex-api-gen#0.1.0","out_dir":"/wrong"}
            {"reason":"build-script-executed","package_id":"path+file:///w/plex-api-gen#0.1.0","out_dir":"/right"}
            {"reason":"build-finished","success":false}"#;
        assert_eq!(out_dir(messages), Some(PathBuf::from("/right")));
        assert_eq!(
            out_dir(&messages.replace("w/plex-api-gen", "w/plex-api")),
            None
        );
    }

    #[test]
    fn only_the_words_of_the_build_script() {
        let stderr = "   Compiling plex-api-gen v0.1.0\n\
            warning: plex-api-gen@0.1.0: careful: here\n\
            warning: ring@0.17.0: old compiler\n\
            error: plex-api-gen@0.1.0: plex.yaml: getPin: no answer\n\
            error: cannot find type `Pin`\n\
            warning: plex-api-gen@0.1.0: careful: here\n\
            error: build script logged errors\n";
        assert_eq!(from_script(stderr, "warning"), ["careful: here"]);
        assert_eq!(
            from_script(stderr, "error"),
            ["plex.yaml: getPin: no answer"]
        );
    }

    #[test]
    fn only_the_header_names_the_spec() {
        assert!(is_made_of(
            "// @generated\n// SHA-256 of openapi/plex.yaml: 0f\n",
            "0f"
        ));
        assert!(!is_made_of(
            "// @generated\n// SHA-256 of openapi/plex.yaml: 0e\n",
            "0f"
        ));
        assert!(!is_made_of(
            &format!("{}0f", "\n".repeat(HEADER_LINES)),
            "0f"
        ));
    }

    #[test]
    fn a_hash_is_written_as_sha256sum_does() {
        // What `printf plex | sha256sum` prints.
        let hash = hex(&Sha256::digest(b"plex"));
        assert_eq!(
            hash,
            "cf6dd0b6bcff0572500cdd087008918592ada20f16f5d17c527c153bb4f63e78"
        );
    }

    #[test]
    fn a_missing_spec_is_an_error() {
        let error = run(Path::new("/no/such/spec.yaml"), true).unwrap_err();
        assert_eq!(error.to_string(), "cannot read /no/such/spec.yaml");
    }
}
