//! Generates the client of a package in its build script.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use heck::ToSnakeCase;

use crate::{Settings, generate};

/// Generates a client in a build script: a `build.rs` needs no other line.
///
/// The path of the spec is relative to the folder of the package. The code goes to `OUT_DIR`, into a file with the name of the
/// spec in snake case: `media-server.yaml` becomes `media_server.rs`. `plex_api::include_client!("media_server")` includes it.
///
/// Cargo prints the warnings, each with file and line. Problems fail the build in the same way: the spec cannot be read, or a
/// part of it cannot be generated. This function never panics.
///
/// # Examples
/// ```no_run
/// plex_api_codegen::build("media-server.yaml");
/// ```
#[allow(
    clippy::print_stdout,
    reason = "cargo reads the standard output of build scripts"
)]
pub fn build(spec: impl AsRef<Path>) {
    for directive in directives(spec.as_ref(), |name| env::var_os(name)) {
        println!("{directive}");
    }
}

/// Writes the code, and returns the lines for cargo.
fn directives(spec: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |key: &str, text: &str| {
        lines.extend(text.lines().map(|line| format!("cargo::{key}={line}")));
    };
    match run(spec, variable, &mut say) {
        Ok(warnings) => warnings.iter().for_each(|it| say("warning", it)),
        Err(problems) => say("error", &problems),
    }
    lines
}

/// Writes the code, and returns the warnings.
fn run(
    spec: &Path,
    variable: impl Fn(&str) -> Option<OsString>,
    say: &mut impl FnMut(&str, &str),
) -> Result<Vec<String>, String> {
    let folder = |name: &str| {
        let value = variable(name).map(PathBuf::from);
        value.ok_or_else(|| format!("{name} is not set; call this function in a build script"))
    };
    let path = folder("CARGO_MANIFEST_DIR")?.join(spec);
    say("rerun-if-changed", &path.display().to_string());
    let text = fs::read_to_string(&path).map_err(|error| cannot("read", &path, &error))?;
    let settings = Settings {
        spec_name: &spec.display().to_string(),
        runtime: "plex_api::generated",
        command: "cargo build",
    };
    let generated = generate(&text, &settings).map_err(|error| error.to_string())?;
    let name = spec.file_stem().unwrap_or_default().to_string_lossy();
    let out = folder("OUT_DIR")?.join(name.to_snake_case() + ".rs");
    fs::write(&out, generated.code).map_err(|error| cannot("write", &out, &error))?;
    Ok(generated.warnings)
}

fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {verb} {}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs the build script of a package with this spec; returns the lines for cargo and the names of the files that it wrote.
    fn built(name: &str, spec: Option<&str>) -> (Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let out = tempfile::tempdir().unwrap();
        if let Some(spec) = spec {
            fs::write(folder.path().join(name), spec).unwrap();
        }
        let lines = directives(Path::new(name), |variable| match variable {
            "CARGO_MANIFEST_DIR" => Some(folder.path().into()),
            "OUT_DIR" => Some(out.path().into()),
            _ => None,
        });
        let package = folder.path().display().to_string();
        let lines = lines.iter().map(|line| line.replace(&package, "PACKAGE"));
        let written = fs::read_dir(out.path()).unwrap();
        let written = written.map(|file| file.unwrap().file_name().into_string().unwrap());
        (lines.collect(), written.collect())
    }

    const SPEC: &str = "\
openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: 'https://plex.tv'}]
webhooks: {}
paths:
  /a:
    get: {operationId: a, security: [], responses: {'204': {description: d}}}
";

    #[test]
    fn the_code_has_the_name_of_the_spec_in_snake_case() {
        for (spec, code) in [
            ("media-server.yaml", "media_server.rs"),
            ("MediaServer.v2.json", "media_server_v2.rs"),
            ("plex", "plex.rs"),
        ] {
            assert_eq!(built(spec, Some(SPEC)).1, [code]);
        }
    }

    #[test]
    fn warnings_and_problems_are_lines_for_cargo() {
        let watched = "cargo::rerun-if-changed=PACKAGE/own.yaml";
        let warning = "cargo::warning=own.yaml:4: /webhooks: are left out: a client does not receive requests";
        assert_eq!(built("own.yaml", Some(SPEC)).0, [watched, warning]);

        let wrong = SPEC.replace("description: d", "$ref: '#/no'}, '400': {$ref: '#/neither'");
        let (lines, files) = built("own.yaml", Some(&wrong));
        assert_eq!(lines[0], watched);
        assert!(lines[1].starts_with("cargo::error=own.yaml:7: operation a: "));
        assert!(lines[2].starts_with("cargo::error=own.yaml:7: operation a: "));
        assert_eq!((lines.len(), files.len()), (3, 0));
    }

    #[test]
    fn a_missing_file_is_an_error_with_its_name() {
        let (lines, files) = built("own.yaml", None);
        let error = "cargo::error=cannot read PACKAGE/own.yaml: ";
        assert!(lines[1].starts_with(error), "{lines:?}");
        assert_eq!((lines.len(), files.len()), (2, 0));
    }

    #[test]
    fn outside_of_a_build_script_nothing_is_written() {
        let lines = directives(Path::new("own.yaml"), |_| None);
        let error =
            "cargo::error=CARGO_MANIFEST_DIR is not set; call this function in a build script";
        assert_eq!(lines, [error]);
    }
}
