//! Is code made of every operation of a spec, one by one and all together?
//!
//! `cargo run -p plex-api-codegen --example every_operation -- SPEC FOLDER` generates, prints what came of it, and writes the
//! code of all together as a crate into the folder, which must not exist: `cargo check --manifest-path FOLDER/Cargo.toml`
//! compiles it.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use plex_api_codegen::{Settings, generate, split};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SETTINGS: Settings<'_> = Settings {
    spec_name: "spec",
    runtime: "plex_api_gen",
    command: "every_operation",
};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [spec, folder] => run(spec, Path::new(folder)),
        _ => Err("usage: every_operation SPEC FOLDER".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(spec: &str, folder: &Path) -> Result<()> {
    let spec = fs::read_to_string(spec)?;
    fs::create_dir(folder)?;
    fs::create_dir(folder.join("src"))?;
    let began = Instant::now();
    let all = generate(&spec, &SETTINGS)?;
    println!(
        "all together: {} lines, {} warnings, {:.2} s",
        all.code.lines().count(),
        all.warnings.len(),
        began.elapsed().as_secs_f64()
    );
    fs::write(folder.join("src/lib.rs"), all.code)?;
    write_manifest(folder)?;

    let (operations, began) = (split(&spec)?, Instant::now());
    let failures: Vec<String> = operations
        .iter()
        .filter_map(|operation| generate(operation, &SETTINGS).err())
        .map(|error| error.to_string())
        .collect();
    println!(
        "one by one: {} of {}, {:.2} s",
        operations.len() - failures.len(),
        operations.len(),
        began.elapsed().as_secs_f64()
    );
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures.join("\n").into())
    }
}

/// The crate depends on the runtime alone, in the versions that this workspace has locked.
fn write_manifest(folder: &Path) -> Result<()> {
    let generator = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = generator
        .parent()
        .ok_or("the generator has no folder around it")?;
    let workspace = runtime
        .parent()
        .ok_or("the runtime has no folder around it")?;
    let manifest = format!(
        "[package]\nname = \"every-operation\"\nedition = \"2024\"\n\n[dependencies]\nplex-api-gen = {{ path = {:?} }}\n\n\
         [workspace]\n",
        runtime
    );
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(())
}
