//! With the feature `codegen`, generates the client from `../openapi/plex.yaml` and lets the crate compile the result.
//!
//! Without the feature, and in a packaged crate, which has no spec beside it, the crate compiles the checked-in
//! `src/generated.rs`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(generated_by_build_script)");
    #[cfg(feature = "codegen")]
    match codegen::run() {
        Ok(true) => println!("cargo::rustc-cfg=generated_by_build_script"),
        Ok(false) => {}
        // Every line needs its own `cargo::error`, which also fails the build.
        Err(message) => message
            .lines()
            .for_each(|line| println!("cargo::error={line}")),
    }
}

#[cfg(feature = "codegen")]
mod codegen {
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    use plex_api_codegen::{Settings, generate};

    const SPEC: &str = "openapi/plex.yaml";

    /// Writes `OUT_DIR/generated.rs`; returns false if the spec does not exist.
    pub(crate) fn run() -> Result<bool, String> {
        let path = folder("CARGO_MANIFEST_DIR")?.join("..").join(SPEC);
        if !path.exists() {
            return Ok(false);
        }
        println!("cargo::rerun-if-changed={}", path.display());
        let spec = fs::read_to_string(&path).map_err(|error| cannot("read", &path, &error))?;
        let settings = Settings {
            spec_name: SPEC,
            runtime: "crate",
            command: "cargo xtask codegen",
        };
        let generated = generate(&spec, &settings).map_err(|error| error.to_string())?;
        for warning in generated.warnings {
            println!("cargo::warning={warning}");
        }
        if !generated.left_out.is_empty() {
            let names = generated.left_out.join(", ");
            return Err(format!(
                "{SPEC} has operations that cannot be generated: {names}"
            ));
        }
        let out = folder("OUT_DIR")?.join("generated.rs");
        fs::write(&out, generated.code).map_err(|error| cannot("write", &out, &error))?;
        Ok(true)
    }

    fn folder(variable: &str) -> Result<PathBuf, String> {
        env::var_os(variable)
            .map(PathBuf::from)
            .ok_or_else(|| format!("cargo did not set {variable}"))
    }

    fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> String {
        format!("cannot {verb} {}: {error}", path.display())
    }
}
