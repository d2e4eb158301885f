//! With the feature `codegen`, generates the client from the spec into OUT_DIR, where `cargo xtask codegen` picks it up.
//! The library itself always compiles the checked-in `src/generated.rs`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "codegen")]
    if let Err(message) = codegen::run() {
        // One `cargo::error` a line: cargo prints them as they are and fails.
        message
            .lines()
            .for_each(|line| println!("cargo::error={line}"));
    }
}

#[cfg(feature = "codegen")]
mod codegen {
    use std::path::PathBuf;
    use std::{env, fs};

    use plex_api_codegen::{Settings, generate};

    /// The spec that is read when `PLEX_API_SPEC` names no other.
    const SPEC: &str = "openapi/plex.yaml";

    pub(crate) fn run() -> Result<(), String> {
        println!("cargo::rerun-if-env-changed=PLEX_API_SPEC");
        println!("cargo::rerun-if-env-changed=PLEX_API_RUNTIME");
        let out = PathBuf::from(variable("OUT_DIR")?).join("generated.rs");
        // What an earlier run left must not be taken for the result of this one.
        let _ = fs::remove_file(&out);
        let other = env::var("PLEX_API_SPEC")
            .ok()
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        let (path, name) = match other {
            Some(path) => {
                let name = path
                    .file_name()
                    .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
                (path, name)
            }
            None => (
                PathBuf::from(variable("CARGO_MANIFEST_DIR")?)
                    .join("..")
                    .join(SPEC),
                SPEC.to_owned(),
            ),
        };
        println!("cargo::rerun-if-changed={}", path.display());
        if !path.exists() && name == SPEC {
            // A packaged crate has no spec beside it: the checked-in file is all there is.
            return Ok(());
        }
        let spec = fs::read_to_string(&path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        let runtime = env::var("PLEX_API_RUNTIME").unwrap_or_else(|_| "crate".to_owned());
        let settings = Settings {
            spec_name: &name,
            runtime: &runtime,
            command: "cargo xtask codegen",
        };
        let generated = generate(&spec, &settings).map_err(|error| error.to_string())?;
        for warning in generated.warnings {
            println!("cargo::warning={warning}");
        }
        fs::write(&out, generated.code)
            .map_err(|error| format!("{} cannot be written: {error}", out.display()))
    }

    fn variable(name: &str) -> Result<String, String> {
        env::var(name).map_err(|_| format!("cargo did not set {name}"))
    }
}
