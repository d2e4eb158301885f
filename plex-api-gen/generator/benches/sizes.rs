//! Measures time and memory of the generator by the size of the spec: `cargo bench -p plex-api-codegen`.
//!
//! The specs repeat the operations of `openapi/plex.yaml` under other names, each with models of its own. If
//! `PLEX_PUBLISHED_SPEC` names a copy of the spec that Plex publishes, it is also measured.

#![allow(
    clippy::expect_used,
    reason = "a benchmark that cannot read its spec stops"
)]

use std::path::Path;
use std::{env, fs};

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use plex_api_codegen::{Settings, generate, split};
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const SETTINGS: Settings<'_> = Settings {
    spec_name: "spec",
    runtime: "plex_api::generated",
    command: "cargo bench",
};

fn main() {
    divan::main();
}

#[divan::bench(args = [2, 20, 241, 1000], sample_count = 15, sample_size = 1, max_time = 60)]
fn operations(bencher: Bencher<'_, '_>, count: usize) {
    measure(bencher, &spec_of(count), count);
}

#[divan::bench(args = env::var("PLEX_PUBLISHED_SPEC"), sample_count = 15, sample_size = 1, max_time = 60)]
fn published(bencher: Bencher<'_, '_>, file: &str) {
    let spec = read(file);
    let count = split(&spec).expect("a spec").len();
    measure(bencher, &spec, count);
}

fn measure(bencher: Bencher<'_, '_>, spec: &str, count: usize) {
    bencher
        .counter(ItemsCount::new(count))
        .bench(|| generate(spec, &SETTINGS).expect("a spec that can be generated"));
}

/// Reads a file; a relative path starts at the root of the repository.
fn read(file: &str) -> String {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    fs::read_to_string(root.join(file)).expect("a spec")
}

/// Returns a spec with this many operations.
fn spec_of(count: usize) -> String {
    let ours = split(&read("openapi/plex.yaml")).expect("a spec");
    let mut whole = Value::Null;
    for (number, operation) in ours.iter().cycle().take(count).enumerate() {
        let mut operation: Value = serde_json::from_str(operation).expect("JSON");
        rename(&mut operation, number);
        if whole.is_null() {
            whole = operation;
            continue;
        }
        extend(&mut whole["paths"], &operation["paths"]);
        for (section, components) in members(&operation["components"]) {
            extend(&mut whole["components"][section], components);
        }
    }
    whole.to_string()
}

/// Appends the number to the path, the operation's id and the names of its models and responses. Parameters stay shared.
fn rename(operation: &mut Value, number: usize) {
    for place in ["/paths", "/components/schemas", "/components/responses"] {
        if let Some(named) = operation.pointer_mut(place).and_then(Value::as_object_mut) {
            let renamed = std::mem::take(named).into_iter();
            named.extend(renamed.map(|(name, value)| (format!("{name}{number}"), value)));
        }
    }
    rename_within(operation, number);
}

fn rename_within(value: &mut Value, number: usize) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner {
                    Value::String(name) if key == "operationId" || is_renamed(key, name) => {
                        name.push_str(&number.to_string());
                    }
                    inner => rename_within(inner, number),
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| rename_within(item, number)),
        _ => {}
    }
}

fn is_renamed(key: &str, reference: &str) -> bool {
    key == "$ref"
        && ["#/components/schemas/", "#/components/responses/"]
            .iter()
            .any(|section| reference.starts_with(section))
}

fn extend(whole: &mut Value, more: &Value) {
    if let Some(whole) = whole.as_object_mut() {
        whole.extend(members(more).map(|(name, value)| (name.clone(), value.clone())));
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
