//! Generates every operation of a spec, one by one and all together, as crates to compile.
//!
//! `cargo run -p plex-api-codegen --example every_operation -- SPEC FOLDER` prints how many operations it generated, and writes
//! the code as a cargo workspace into the folder, which must not exist: the crate `all` has the operations together, the
//! others have a module for each. `cargo check --manifest-path FOLDER/Cargo.toml --workspace` compiles them, and
//! `cargo test --manifest-path FOLDER/Cargo.toml -p all` serves each operation each success that the spec declares.

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

mod successes;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const SETTINGS: Settings<'_> = Settings {
    spec_name: "spec",
    runtime: "plex_api::generated",
    command: "every_operation",
};

/// The number of operations in a crate. Larger crates take more memory to compile, smaller ones more time.
const BATCH: usize = 25;

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
    let mut failures = Vec::new();
    let mut generated = |spec: &str| match generate(spec, &SETTINGS) {
        Ok(generated) if generated.left_out.is_empty() => Some(generated.code),
        // `all` has the warnings.
        Ok(_) => None,
        Err(error) => {
            failures.push(error.to_string());
            None
        }
    };

    let began = Instant::now();
    let all = generate(&spec, &SETTINGS)?;
    let seconds = began.elapsed().as_secs_f64();
    for warning in &all.warnings {
        println!("warning: {warning}");
    }
    let (lines, left_out) = (all.code.lines().count(), all.left_out.len());
    println!("all together: {lines} lines, {left_out} left out, {seconds:.2} s");

    let began = Instant::now();
    let operations = split(&spec)?;
    let singles: Vec<String> = operations.iter().filter_map(|one| generated(one)).collect();
    let seconds = began.elapsed().as_secs_f64();
    let (done, count) = (singles.len(), operations.len());
    println!("one by one: {done} of {count}, {seconds:.2} s");
    for failure in &failures {
        println!("failed by itself: {failure}");
    }

    write_workspace(folder)?;
    write_crate(folder, "all", &all.code)?;
    fs::create_dir(folder.join("all/tests"))?;
    let test = successes::test(&operations, &all.code)?;
    fs::write(folder.join("all/tests/successes.rs"), test)?;
    for (number, batch) in singles.chunks(BATCH).enumerate() {
        write_crate(folder, &format!("singles-{number}"), &modules(batch))?;
    }
    Ok(())
}

/// Returns a module for the code of each operation.
fn modules(batch: &[String]) -> String {
    let module = |(number, code)| format!("pub mod single_{number} {{\n{code}}}\n");
    batch.iter().enumerate().map(module).collect()
}

/// Writes the workspace, with the versions that this one has locked.
fn write_workspace(folder: &Path) -> Result<()> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let runtime = root.join("plex-api").canonicalize()?;
    fs::create_dir(folder)?;
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\nexclude = [\"target\"]\n\n[workspace.dependencies]\n\
             plex-api = {{ path = {runtime:?}, default-features = false }}\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
        ),
    )?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    Ok(())
}

/// Writes a crate that depends on plex-api alone, and on tokio in its tests.
fn write_crate(folder: &Path, name: &str, code: &str) -> Result<()> {
    let folder = folder.join(name);
    fs::create_dir_all(folder.join("src"))?;
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = {name:?}\nedition = \"2024\"\n\n[dependencies]\nplex-api.workspace = true\n\n\
             [dev-dependencies]\ntokio.workspace = true\n"
        ),
    )?;
    fs::write(folder.join("src/lib.rs"), code)?;
    Ok(())
}
