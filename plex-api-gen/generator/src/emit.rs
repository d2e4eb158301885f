//! Step 5: progenitor writes Rust.

mod failures;
mod panics;

use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use schemars::schema::SchemaObject;
use serde_json::{Value, json};

use crate::document::Pointer;
use crate::document::keywords::{FILE, SCHEMAS, SECRET_COMPONENTS};
use crate::error::Problem;

/// Runs progenitor on a lowered document. Where it fails, finds the schemas or operations that it fails on.
pub(crate) fn emit(root: &Value, runtime: &str) -> Result<syn::File, Vec<Problem>> {
    run(root, runtime)
        .map_err(|message| failures::find(root, &message, &|part| run(part, runtime).err()))
}

fn run(root: &Value, runtime: &str) -> Result<syn::File, String> {
    // By now the types of progenitor are dropped: the syntax tree needs as much memory.
    syn::parse2(tokens(root, runtime)?).map_err(|error| error.to_string())
}

fn tokens(root: &Value, runtime: &str) -> Result<TokenStream, String> {
    let api: openapiv3::OpenAPI =
        serde_json::from_value(root.clone()).map_err(|error| error.to_string())?;
    let mut generator = Generator::new(&settings(root, runtime)?);
    panics::catch(|| generator.generate_tokens(&api))
        .map_err(|panic| format!("progenitor cannot generate this: {panic}"))?
        .map_err(|error| error.to_string())
}

fn settings(root: &Value, runtime: &str) -> Result<GenerationSettings, String> {
    let password: SchemaObject =
        serde_json::from_value(json!({"type": "string", "format": "password"}))
            .map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    settings.with_conversion(password, format!("{runtime}::Secret"), std::iter::empty());
    let file: SchemaObject = serde_json::from_value(json!({"type": "string", "format": FILE}))
        .map_err(|error| error.to_string())?;
    settings.with_conversion(file, format!("{runtime}::FilePart"), std::iter::empty());
    for name in SECRET_COMPONENTS {
        let schema = Pointer::from(SCHEMAS).join(name);
        let schema = schema.get(root);
        if schema.is_some_and(|schema| schema.get("format") == Some(&json!("password"))) {
            let impls = [progenitor::TypeImpl::Display];
            settings.with_replacement(
                name,
                format!("{runtime}::{name}"),
                impls.into_iter().filter(|_| name == "PinCode"),
            );
        }
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(schemas: Value, response: Value) -> Value {
        json!({
            "openapi": "3.0.3",
            "info": {"title": "T", "version": "1"},
            "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": response}}}},
            "components": {"schemas": schemas}
        })
    }

    fn problems(root: &Value) -> Vec<String> {
        let problems = emit(root, "crate").map(|_| ()).unwrap_err();
        problems
            .into_iter()
            .map(|problem| problem.to_string())
            .collect()
    }

    #[test]
    fn a_panic_of_progenitor_names_the_schema() {
        let root = document(
            json!({"Good": {"type": "string"}, "Bad": {"not": {"type": "string"}}}),
            json!({"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Bad"}}}}),
        );
        let problems = problems(&root);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(
            problems[0].starts_with("/components/schemas/Bad: "),
            "{problems:?}"
        );
    }

    #[test]
    fn a_panic_of_progenitor_names_the_operation() {
        let root = document(
            json!({}),
            json!({"description": "", "content": {"application/json": {}}}),
        );
        let problems = problems(&root);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(
            problems[0].starts_with("/paths/~1a/get: progenitor cannot generate this: "),
            "{problems:?}"
        );
    }

    #[test]
    fn secrets_get_types_that_hide_them() {
        let root = document(
            json!({
                "Token": {"type": "string", "format": "password"},
                "It": {"type": "object", "properties": {
                    "token": {"$ref": "#/components/schemas/Token"},
                    "other": {"type": "string", "format": "password", "nullable": true, "description": "D"}
                }}
            }),
            json!({"description": ""}),
        );
        let file = prettyplease::unparse(&emit(&root, "crate").unwrap());
        assert!(
            file.contains("pub token: ::std::option::Option<crate::Token>"),
            "{file}"
        );
        assert!(
            file.contains("pub other: ::std::option::Option<crate::Secret>"),
            "{file}"
        );
    }
}
