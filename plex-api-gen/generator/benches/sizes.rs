//! Measures time and memory of the generator by the size of the spec: `cargo bench -p plex-api-codegen`.
//!
//! First it compares each whole generation with progenitor alone on the same lowered document, in turns, and prints the
//! ratio of their times and the peak memory.
//!
//! The specs repeat the operations of `openapi/plex.yaml` under other names, each with models of its own. If
//! `PLEX_PUBLISHED_SPEC` names a copy of the spec that Plex publishes, it is also measured.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark that cannot read its spec stops, and prints its results"
)]

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use plex_api_codegen::{Settings, generate, lowered, split};
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use schemars::schema::SchemaObject;
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const SETTINGS: Settings<'_> = Settings {
    spec_name: "spec",
    runtime: "plex_api::generated",
    command: "cargo bench",
};

fn main() {
    // `cargo test` and `--list` run no benchmark.
    if env::args().any(|argument| argument == "--bench") {
        compare();
    }
    divan::main();
}

/// Prints how many times as long as progenitor alone the whole generation takes.
fn compare() {
    println!("operations    whole  progenitor  ratio  peak memory of the process");
    for count in [20, 241, 1200] {
        print_ratio(&spec_of(count), count);
    }
    if let Ok(file) = env::var("PLEX_PUBLISHED_SPEC") {
        let spec = read(&file);
        let count = split(&spec).expect("a spec").len();
        print_ratio(&spec, count);
    }
}

fn print_ratio(spec: &str, count: usize) {
    let document = lowered(spec).expect("a spec");
    let (mut whole, mut alone) = (Duration::MAX, Duration::MAX);
    let mut peak = None;
    for _ in 0..5 {
        let began = Instant::now();
        black_box(generate(spec, &SETTINGS).expect("a spec that can be generated"));
        whole = whole.min(began.elapsed());
        // Later ones include progenitor alone.
        peak = peak.or_else(peak_memory);
        let began = Instant::now();
        black_box(progenitor_alone(&document));
        alone = alone.min(began.elapsed());
    }
    let ratio = whole.as_secs_f64() / alone.as_secs_f64();
    let peak = peak.unwrap_or_default();
    println!("{count:>10} {whole:>8.0?} {alone:>11.0?} {ratio:>6.2}  {peak}");
}

/// Returns the most memory that this process has had, where the system tells it.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}

/// Generates what progenitor generates by itself, with the types that `emit` sets for secrets and files.
fn progenitor_alone(document: &Value) -> String {
    let api = serde_json::from_value(document.clone()).expect("an OpenAPI document");
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    for (format, name) in [("password", "Secret"), ("x-file", "FilePart")] {
        let schema = serde_json::from_value(json!({"type": "string", "format": format}));
        let name = format!("{}::{name}", SETTINGS.runtime);
        let schema: SchemaObject = schema.expect("a schema");
        settings.with_conversion(schema, name, std::iter::empty());
    }
    for name in ["PinCode", "Token"] {
        let schema = document.pointer(&format!("/components/schemas/{name}"));
        if schema.is_some_and(|schema| schema["format"] == "password") {
            let impls = [TypeImpl::Display].into_iter();
            settings.with_replacement(
                name,
                format!("{}::{name}", SETTINGS.runtime),
                impls.filter(|_| name == "PinCode"),
            );
        }
    }
    let tokens = Generator::new(&settings).generate_tokens(&api);
    let file = syn::parse2(tokens.expect("a document that progenitor supports"));
    prettyplease::unparse(&file.expect("Rust"))
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
