//! Generates a Rust client from the OpenAPI 3.1 file of Sign in with Plex.
//!
//! [`generate`] is the whole pipeline. Its steps are the modules of this crate, in this order:
//!
//! 1. `read` parses the YAML text as JSON, with the line of each value.
//! 2. `check` rejects references without a target or in a circle.
//! 3. `lower` turns OpenAPI 3.1 into the OpenAPI 3.0 that progenitor reads, and removes identity headers.
//! 4. `operations` notes what progenitor must not see, such as where an argument is sent, and normalises the operations.
//! 5. `emit` runs progenitor, which writes the types.
//! 6. `models` finishes the types, and `client` writes the request structs and the client.
//! 7. `external_crate` makes code for another crate depend on the runtime alone; `non_exhaustive` marks the response models
//!    of our own crate.
//! 8. `docs` makes descriptions harmless: rustdoc runs no code in them.
//! 9. prettyplease formats the file.
//!
//! Between them, `left_out` repeats the steps without the operations that fail. Below them, `document` reads and changes JSON
//! documents, `markdown` cleans descriptions, `names` numbers names, and `syntax` reads syntax trees. No step
//! imports a later one.

mod build_script;
mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
mod client;
mod docs;
mod document;
mod emit;
mod error;
mod external_crate;
mod import;
mod left_out;
mod lower;
mod markdown;
mod models;
mod names;
mod non_exhaustive;
mod operations;
mod read;
mod split;
mod syntax;

use std::collections::BTreeSet;
use std::thread;

pub use build_script::build;
use document::inline_path_items;
pub use error::Error;
use error::Problem;
pub use import::{ImportError, Imported, Naming, Rename, SpecFile, import};
use serde_json::Value;
use sha2::{Digest, Sha256};
pub use split::split;

/// The names that a generated file contains.
#[derive(Debug, Clone)]
pub struct Settings<'a> {
    /// The name of the spec in messages and in the header of the generated file, such as `openapi/plex.yaml`.
    pub spec_name: &'a str,
    /// The path under which generated code finds the `plex-api-gen` crate: `crate` inside of it, `plex_api::generated` in
    /// a crate that depends on `plex-api`.
    pub runtime: &'a str,
    /// The command that generates the file, for its first line.
    pub command: &'a str,
}

/// A generated client.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The Rust source.
    pub code: String,
    /// One line for each part of the spec that was left out or changed: `FILE:LINE: OWNER: PLACE: what it became`. Of several
    /// lines that only differ in their places, this has the first one, and the number of the others.
    pub warnings: Vec<String>,
    /// The operations that have no method, each by its `operationId`, or by its method and path. A warning says why.
    pub left_out: Vec<String>,
}

/// Generates the client's Rust source from the text of a spec.
///
/// The same text gives the same source, byte for byte. Generation has a thread of its own, with a stack for deeply nested
/// specs. Meanwhile the panic hook of the process ignores panics of progenitor, which become errors.
///
/// An operation that cannot be generated is left out with a warning, see [`Generated::left_out`].
///
/// # Errors
/// When the spec is not YAML or not OpenAPI, or when no operation of it can be generated. The error lists every problem with
/// its file, line, and operation or schema.
///
/// # Examples
/// ```
/// let spec = r##"
/// openapi: 3.1.0
/// info: { title: Ping, version: 0.1.0 }
/// servers: [{ url: "https://plex.tv/api/v2" }]
/// paths:
///   /ping:
///     get:
///       operationId: ping
///       responses: { "204": { description: Alive. } }
/// "##;
/// let settings =
///     plex_api_codegen::Settings { spec_name: "ping.yaml", runtime: "plex_api::generated", command: "cargo build" };
/// let generated = plex_api_codegen::generate(spec, &settings)?;
/// assert!(generated.code.contains("pub async fn ping"));
/// # Ok::<(), plex_api_codegen::Error>(())
/// ```
pub fn generate(spec: &str, settings: &Settings<'_>) -> Result<Generated, Error> {
    let failed = |what: String| Error::new(settings.spec_name, vec![Problem::new("", what)]);
    thread::scope(|scope| {
        let generator = thread::Builder::new().stack_size(STACK);
        let generator = generator.spawn_scoped(scope, || generate_here(spec, settings));
        let generator = generator.map_err(|error| {
            failed(format!("cannot start the thread of the generator: {error}"))
        })?;
        generator.join().unwrap_or_else(|_| {
            Err(failed(
                "the generator panicked; please report it".to_owned(),
            ))
        })
    })
}

/// Returns the document that progenitor reads: the baseline of the benchmarks runs progenitor alone on it.
///
/// # Errors
/// As for [`generate`].
#[doc(hidden)]
pub fn lowered(spec: &str) -> Result<Value, Error> {
    let failed = |problems| Error::new("the spec", problems);
    let mut root = read::read(spec)
        .map_err(|problem| failed(vec![problem]))?
        .root;
    inline_path_items(&mut root);
    let (_, mut source_map, _) = lower::lower(&mut root).map_err(failed)?;
    operations::prepare(&mut root, &mut source_map).map_err(failed)?;
    root.sort_all_objects();
    Ok(root)
}

/// Stack of the thread that generates, in bytes. The generator and progenitor recurse into nested schemas, and the stack of
/// the caller's thread can be small.
const STACK: usize = 64 << 20;

fn generate_here(spec: &str, settings: &Settings<'_>) -> Result<Generated, Error> {
    let failed = |problems| Error::new(settings.spec_name, problems);
    let mut document = read::read(spec).map_err(|problem| failed(vec![problem]))?;
    inline_path_items(&mut document.root);
    let located = |problems| check::locate(problems, &document);
    let runtime = settings.runtime;
    let generate = |root: &Value| syntax_tree(root, runtime);
    let ((file, warnings), failures) =
        left_out::retry(&document.root, generate).map_err(|problems| failed(located(problems)))?;
    let hash: String = Sha256::digest(spec)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let mut code = prettyplease::unparse(&file);
    if settings.runtime != "crate" {
        code = external_crate::in_macro(&code, settings.runtime);
    }
    let code = format!(
        "// @generated from {} by `{}`; do not edit.\n// SHA-256 of the spec: {hash}\n\n{code}",
        in_comment(settings.spec_name),
        in_comment(settings.command),
    );
    let warnings = located([failures, warnings].concat());
    let left_out = warnings.iter().flat_map(|it| &it.effect.left_out);
    let left_out: BTreeSet<&String> = left_out.collect();
    Ok(Generated {
        code,
        left_out: left_out.into_iter().cloned().collect(),
        warnings: error::lines(settings.spec_name, &warnings),
    })
}

/// Makes a text fit into one line of a comment.
fn in_comment(text: &str) -> String {
    markdown::without_control_characters(text).replace('\n', " ")
}

/// Generates the code of a document, and the warnings. Problems have their places in the file.
fn syntax_tree(document: &Value, runtime: &str) -> Result<(syn::File, Vec<Problem>), Vec<Problem>> {
    let runtime_path = syn::parse_str(runtime).map_err(|error| {
        vec![Problem::new(
            "",
            format!("the runtime `{runtime}` is not a path: {error}"),
        )]
    })?;
    let mut root = document.clone();
    let (warnings, mut source_map, facts) = lower::lower(&mut root)?;
    let prepared = operations::prepare(&mut root, &mut source_map);
    let at_origin = |problems| source_map.at_origin(problems);
    let operations = prepared.map_err(at_origin)?;
    root.sort_all_objects();
    let mut file = emit::emit(&root, runtime).map_err(at_origin)?;
    drop(root);
    models::finish(&mut file, &facts, &runtime_path);
    client::finish(&mut file, &operations, &runtime_path).map_err(|problem| vec![problem])?;
    if runtime_path.is_ident("crate") {
        non_exhaustive::mark(&mut file);
    } else {
        external_crate::finish(&mut file, &runtime_path);
        docs::allow_missing(&mut file);
    }
    docs::finish(&mut file);
    Ok((file, warnings))
}

#[cfg(test)]
mod tests;
