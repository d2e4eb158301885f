//! Step 5: progenitor writes Rust.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use schemars::schema::SchemaObject;
use serde_json::{Map, Value, json};

use crate::check::visit;
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// Components that are secrets with a type of their own in the runtime; any other secret is a `Secret`.
pub(crate) const SECRET_COMPONENTS: [&str; 2] = ["PinCode", "Token"];

/// Runs progenitor on a lowered document. Where it fails, finds out which operations or schemas it fails on.
pub(crate) fn emit(root: &Value, runtime: &str) -> Result<syn::File, Vec<Problem>> {
    run(root, runtime).map_err(|message| {
        let mut problems = failing_schemas(root, runtime);
        if problems.is_empty() {
            problems = failing_operations(root, runtime);
        }
        if problems.is_empty() {
            vec![Problem::new("", message)]
        } else {
            problems
        }
    })
}

fn run(root: &Value, runtime: &str) -> Result<syn::File, String> {
    let api: openapiv3::OpenAPI =
        serde_json::from_value(root.clone()).map_err(|error| error.to_string())?;
    let mut generator = Generator::new(&settings(root, runtime)?);
    let tokens =
        without_panic(|| generator.generate_tokens(&api))?.map_err(|error| error.to_string())?;
    syn::parse2(tokens).map_err(|error| error.to_string())
}

fn settings(root: &Value, runtime: &str) -> Result<GenerationSettings, String> {
    let password: SchemaObject =
        serde_json::from_value(json!({"type": "string", "format": "password"}))
            .map_err(|error| error.to_string())?;
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    settings.with_conversion(password, format!("{runtime}::Secret"), std::iter::empty());
    for name in SECRET_COMPONENTS {
        let schema = root.pointer(&format!("/components/schemas/{name}"));
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

/// progenitor panics on what it does not know; here that is an ordinary failure, and nothing is printed.
fn without_panic<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    thread_local!(static QUIET: Cell<bool> = const { Cell::new(false) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                print(info);
            }
        }));
    });
    QUIET.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(run));
    QUIET.set(false);
    outcome.map_err(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
        format!(
            "progenitor cannot generate this: {}",
            text.and_then(|text| text.lines().next())
                .unwrap_or("no reason given")
        )
    })
}

fn failing_schemas(root: &Value, runtime: &str) -> Vec<Problem> {
    let schemas = root
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    let names = schemas.into_iter().flat_map(Map::keys);
    names
        .filter_map(|name| {
            let place = pointer("/components/schemas", name);
            let alone = subset(root, Map::new(), BTreeSet::from([place.clone()]));
            run(&alone, runtime)
                .err()
                .map(|message| Problem::new(&place, message))
        })
        .collect()
}

fn failing_operations(root: &Value, runtime: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    for_each_operation(&mut root.clone(), |path, method, operation| {
        let shared = root
            .pointer(&pointer(&pointer("/paths", path), "parameters"))
            .cloned();
        let shared = shared.unwrap_or_else(|| json!([]));
        let try_it = |operation: &Value| {
            let paths = json!({path: {method: operation, "parameters": shared}});
            let mut needed = BTreeSet::new();
            visit(&paths, "", &mut |_, reference| {
                needed.insert(reference.trim_start_matches('#').to_owned());
            });
            let paths = paths.as_object().cloned().unwrap_or_default();
            run(&subset(root, paths, needed), runtime)
        };
        if let Err(message) = try_it(operation) {
            let mut place = pointer(&pointer("/paths", path), method);
            if let Some(index) = failing_parameter(operation, |other| try_it(other).is_ok()) {
                place = format!("{place}/parameters/{index}");
            }
            problems.push(Problem::new(&place, message));
        }
    });
    problems
}

/// Which parameter an operation fails on: the one without which it does not fail.
fn failing_parameter(operation: &Value, is_good: impl Fn(&Value) -> bool) -> Option<usize> {
    let count = operation.get("parameters")?.as_array()?.len();
    (0..count).find(|index| {
        let mut other = operation.clone();
        let parameters = other.get_mut("parameters").and_then(Value::as_array_mut);
        if let Some(parameters) = parameters {
            parameters.remove(*index);
        }
        is_good(&other)
    })
}

/// The document with these paths alone, and of its components only what is needed.
fn subset(root: &Value, paths: Map<String, Value>, mut needed: BTreeSet<String>) -> Value {
    let mut components = Map::new();
    let mut done = BTreeSet::new();
    while let Some(place) = needed.pop_first() {
        let parts: Vec<&str> = place.split('/').collect();
        let (["", "components", kind, name], Some(value)) =
            (parts.as_slice(), root.pointer(&place))
        else {
            continue;
        };
        if let Some(kind) = components
            .entry(*kind)
            .or_insert_with(|| json!({}))
            .as_object_mut()
        {
            kind.insert(name.replace("~1", "/").replace("~0", "~"), value.clone());
        }
        done.insert(place.clone());
        visit(value, "", &mut |_, reference| {
            let reference = reference.trim_start_matches('#');
            if !done.contains(reference) {
                needed.insert(reference.to_owned());
            }
        });
    }
    json!({"openapi": root["openapi"], "info": root["info"], "paths": paths, "components": components})
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
            json!({"description": ""}),
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
