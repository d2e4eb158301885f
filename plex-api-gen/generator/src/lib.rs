//! Makes a Rust client from the OpenAPI 3.1 file of Sign in with Plex.
//!
//! [`generate`] is the whole pipeline; its steps are the modules of this crate, in this order:
//!
//! 1. `read`: the YAML text becomes JSON that remembers its lines; `references` writes its `$ref`s as plain pointers.
//! 2. `check`: every `$ref` leads somewhere.
//! 3. `lower`: OpenAPI 3.1 becomes the OpenAPI 3.0 that progenitor reads; identity headers are taken out.
//! 4. `operations`: error answers are taken out; what the client must know of each operation (does it take the token? which
//!    server?) is noted.
//! 5. `emit`: progenitor writes Rust.
//! 6. `models` and `client`: the syntax tree is finished, lenient models and methods that end in our own error.
//! 7. `elsewhere`: code for another crate is made to depend on the runtime alone.
//! 8. prettyplease formats the file.

mod check;
mod client;
mod elsewhere;
mod emit;
mod error;
mod import;
mod lower;
mod models;
mod operations;
mod read;
mod references;
mod split;
mod walk;

pub use error::Error;
use error::Problem;
pub use import::{ImportError, Imported, Rename, SpecFile, import};
use read::Document;
use sha2::{Digest, Sha256};
pub use split::split;

/// Where the spec comes from and where the generated code will live.
#[derive(Debug, Clone)]
pub struct Settings<'a> {
    /// The name of the spec in messages and in the header of the generated file, such as `openapi/plex.yaml`.
    pub spec_name: &'a str,
    /// The path under which generated code finds the `plex-api-gen` crate: `crate` inside of it, `plex_api::generated` in
    /// a crate that depends on `plex-api`.
    pub runtime: &'a str,
    /// The command that makes the file, for its first line.
    pub command: &'a str,
}

/// What was generated.
#[derive(Debug, Clone)]
pub struct Generated {
    /// The Rust source.
    pub code: String,
    /// What could not be generated as the spec has it, a line each: `FILE:LINE: PLACE: what became of it`.
    pub warnings: Vec<String>,
}

/// Generates the client's Rust source from the text of a spec.
///
/// The same text gives the same source, byte for byte.
///
/// # Errors
/// When the spec is not YAML, not OpenAPI, or holds something that no code can be made from. The error lists every
/// problem with its file, line, operation or schema.
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
    let document =
        read::read(spec).map_err(|problem| Error::new(settings.spec_name, vec![problem]))?;
    let (file, warnings) = syntax_tree(&document, settings)
        .map_err(|problems| Error::new(settings.spec_name, check::locate(problems, &document)))?;
    let hash: String = Sha256::digest(spec)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let code = format!(
        "// @generated from {} by `{}`; do not edit.\n// SHA-256 of the spec: {hash}\n\n{}",
        settings.spec_name,
        settings.command,
        prettyplease::unparse(&file)
    );
    let warnings = check::locate(warnings, &document);
    let in_file = |warning| error::in_file(settings.spec_name, warning);
    Ok(Generated {
        code,
        warnings: warnings.iter().map(in_file).collect(),
    })
}

fn syntax_tree(
    document: &Document,
    settings: &Settings<'_>,
) -> Result<(syn::File, Vec<Problem>), Vec<Problem>> {
    let runtime = syn::parse_str(settings.runtime).map_err(|error| {
        vec![Problem::new(
            "",
            format!("cannot be generated for `{}`: {error}", settings.runtime),
        )]
    })?;
    check::references(&document.root)?;
    let mut root = document.root.clone();
    let (warnings, moved) = lower::lower(&mut root).map_err(|problem| vec![problem])?;
    let in_the_file = |mut problems: Vec<Problem>| {
        for problem in &mut problems {
            problem.pointer = moved.origin(&problem.pointer);
        }
        problems
    };
    let operations = operations::prepare(&mut root).map_err(in_the_file)?;
    root.sort_all_objects();
    let mut file = emit::emit(&root, settings.runtime).map_err(in_the_file)?;
    models::finish(&mut file, &runtime);
    client::finish(&mut file, &operations, &runtime).map_err(|problem| vec![problem])?;
    if !runtime.is_ident("crate") {
        elsewhere::finish(&mut file, &runtime).map_err(|problem| vec![problem])?;
    }
    Ok((file, warnings))
}

#[cfg(test)]
mod tests {
    use super::*;

    mod odd_spec;

    /// Compares with the file `snapshots/NAME.snap`.
    pub(crate) fn assert_snapshot(name: &str, value: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, value));
    }

    const PING: &str = "\
openapi: 3.1.0
info: {title: Ping, version: '1'}
servers: [{url: 'https://plex.tv/api/v2'}]
paths:
  /ping:
    get:
      operationId: ping
      responses:
        '204': {description: Alive}
";

    fn generated(spec: &str) -> Result<String, String> {
        let settings = Settings {
            spec_name: "ping.yaml",
            runtime: "crate",
            command: "make it",
        };
        let generated = generate(spec, &settings);
        generated
            .map(|generated| generated.code)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_header_names_the_command_and_the_hash_of_the_spec() {
        let code = generated(PING).unwrap();
        let mut lines = code.lines();
        assert_eq!(
            lines.next(),
            Some("// @generated from ping.yaml by `make it`; do not edit.")
        );
        let hash = lines.next().unwrap();
        let other = generated(&format!("{PING}# one more byte\n")).unwrap();
        assert!(
            !other.contains(hash),
            "another spec has another hash: {hash}"
        );
        assert_eq!(
            code,
            generated(PING).unwrap(),
            "the same spec gives the same code"
        );
    }

    #[test]
    fn every_problem_is_listed_with_its_line() {
        let spec = PING
            .replace("description: Alive", "$ref: '#/components/responses/No'")
            .replace(
                "operationId: ping\n",
                "operationId: ping\n      parameters: [{$ref: '#/components/parameters/No'}]\n",
            );
        assert_eq!(
            generated(&spec).unwrap_err(),
            "ping.yaml:8: operation ping: /paths/~1ping/get/parameters/0/$ref: refers to \
             `#/components/parameters/No`, which does not exist; add it to this file\n\
             ping.yaml:10: operation ping: /paths/~1ping/get/responses/204/$ref: refers to \
             `#/components/responses/No`, which does not exist; add it to this file"
        );
    }

    #[test]
    fn what_progenitor_cannot_do_is_an_error_with_the_operation() {
        let spec = PING.replace(
            "operationId: ping",
            "operationId: ping\n      parameters: [{name: q, in: body, schema: {type: string}}]",
        );
        let error = generated(&spec).unwrap_err();
        assert!(
            error.starts_with("ping.yaml:8: operation ping: /paths/~1ping/get/parameters/0: "),
            "{error}"
        );
    }

    #[test]
    fn what_progenitor_cannot_do_is_at_its_place_in_the_file() {
        let spec = PING.replace("/ping", "/ping/{a}").replace(
            "operationId: ping",
            "operationId: ping\n      parameters:\n        - {name: q, in: query, schema: {type: string}}\n        \
             - {name: no, in: nowhere, schema: {type: string}}\n        - {name: a, in: path, schema: {type: string}}",
        );
        let error = generated(&spec).unwrap_err();
        assert!(
            error
                .starts_with("ping.yaml:10: operation ping: /paths/~1ping~1{a}/get/parameters/1: "),
            "{error}"
        );
    }

    #[test]
    fn references_may_be_percent_encoded() {
        let spec = PING.replace(
            "description: Alive",
            "description: Alive, content: {application/json: {schema: {$ref: '#/components/schemas/A%20B'}}}",
        );
        let spec = format!(
            "{spec}  /pong: {{$ref: '#/paths/~1p%7B'}}\n  '/p{{': {{}}\n\
             components: {{schemas: {{A B: {{type: object, properties: {{a: {{type: string}}}}}}}}}}\n"
        );
        let code = generated(&spec).unwrap();
        assert!(code.contains("Result<types::AB, crate::Error>"), "{code}");
    }

    #[test]
    fn an_answer_is_asked_for_by_the_name_that_the_spec_has_for_it() {
        for (answers, accept) in [
            (
                "'200': {description: D, content: {application/vnd.api+json: {}}}",
                "application/vnd.api+json",
            ),
            (
                "'200': {description: D, content: {application/json: {}}}",
                "application/json",
            ),
            (
                "'200': {description: D, content: {image/png: {}}}",
                "image/png",
            ),
            ("'404': {description: D}", "*/*"),
            (
                "default: {description: D, content: {text/json: {}}}",
                "text/json",
            ),
        ] {
            let code = generated(&PING.replace("'204': {description: Alive}", answers)).unwrap();
            let accept = format!("accept: ::std::option::Option::Some(\"{accept}\")");
            assert!(code.contains(&accept), "{accept}\n{code}");
        }
    }

    #[test]
    fn the_spec_is_not_yaml() {
        assert!(generated("a: [").unwrap_err().starts_with("ping.yaml:"));
    }
}
