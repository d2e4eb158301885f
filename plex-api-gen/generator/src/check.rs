//! Finding references that lead nowhere, and saying where in the file a problem is.

use serde_json::Value;

use crate::error::Problem;
use crate::read::{Document, pointer};
use crate::walk::METHODS;

/// Checks that every `$ref` of the document leads to something in it.
pub(crate) fn references(root: &Value) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    visit(root, "", &mut |place, reference| {
        let target = reference
            .strip_prefix('#')
            .and_then(|target| root.pointer(target));
        if target.is_none() {
            problems.push(Problem::missing_target(&pointer(place, "$ref"), reference));
        }
    });
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// Calls `found` with the place and the target of every `$ref`; examples and requests that a client receives are not looked
/// at.
pub(crate) fn visit(value: &Value, place: &str, found: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                found(place, reference);
            }
            let is_schemas_by_name = place.ends_with("/properties");
            for (key, inner) in map {
                let is_data =
                    ["example", "examples"].contains(&key.as_str()) && !is_schemas_by_name;
                if is_data || (place.is_empty() && key == "webhooks") {
                    continue;
                }
                visit(inner, &pointer(place, key), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                visit(inner, &pointer(place, &index.to_string()), found);
            }
        }
        _ => {}
    }
}

/// Adds to each problem the line in the file and the operation or schema that it belongs to.
pub(crate) fn locate(problems: Vec<Problem>, document: &Document) -> Vec<Problem> {
    let locate = |mut problem: Problem| {
        problem.line = document.line(&problem.pointer);
        problem.owner = owner(&problem.pointer, &document.root);
        problem
    };
    problems.into_iter().map(locate).collect()
}

fn owner(pointer: &str, root: &Value) -> Option<String> {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    match parts.as_slice() {
        ["paths", path, method, ..] if METHODS.contains(method) => {
            let id = root
                .pointer(&format!("/paths/{path}/{method}/operationId"))
                .and_then(Value::as_str);
            let path = path.replace("~1", "/").replace("~0", "~");
            Some(id.map_or_else(
                || format!("operation {} {path}", method.to_uppercase()),
                |id| format!("operation {id}"),
            ))
        }
        ["paths", path, ..] => {
            let path = path.replace("~1", "/").replace("~0", "~");
            Some(format!("path {path}"))
        }
        ["components", "schemas", name, ..] => Some(format!("schema {name}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn examples_and_webhooks_are_not_looked_at() {
        let dead = json!({"$ref": "#/no"});
        let document = json!({
            "webhooks": dead, "a": {"example": dead, "examples": [dead]}, "properties": {"example": dead}
        });
        let problems = references(&document).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].pointer, "/properties/example/$ref");
    }

    #[test]
    fn a_reference_to_nothing_is_named_with_its_owner_and_line() {
        let document = crate::read::read(
            "paths:\n  /pins:\n    post:\n      operationId: getPin\n      schema:\n        $ref: '#/components/schemas/No'\n",
        )
        .unwrap();
        let problems = locate(references(&document.root).unwrap_err(), &document);
        assert_eq!(
            problems[0].to_string(),
            "operation getPin: /paths/~1pins/post/schema/$ref: refers to `#/components/schemas/No`, which does not exist; \
             add it to this file"
        );
        assert_eq!(problems[0].line, Some(6));
    }

    #[test]
    fn missing_components_are_listed_once() {
        let (a, b) = ("#/components/schemas/A", "#/components/schemas/B");
        let root = json!({"x": [{"$ref": b}, {"$ref": a}, {"$ref": b}, {"$ref": "other.yaml"}, {"$ref": "#/paths/~1a"}]});
        let mut problems = references(&root).unwrap_err();
        problems.push(Problem::new("", "has no paths"));
        let error = crate::Error::new("spec.yaml", problems);
        assert_eq!(
            error.missing_components().into_iter().collect::<Vec<_>>(),
            [a, b]
        );
    }

    #[test]
    fn a_reference_into_another_file_is_refused() {
        assert!(references(&json!({"$ref": "other.yaml#/a"})).is_err());
        assert!(references(&json!({"a": {}, "b": {"$ref": "#/a"}})).is_ok());
    }

    #[test]
    fn owners() {
        let root = json!({"paths": {"/a": {"get": {}}}});
        assert_eq!(
            owner("/paths/~1a/get/responses", &root).as_deref(),
            Some("operation GET /a")
        );
        assert_eq!(
            owner("/paths/~1a/parameters/0", &root).as_deref(),
            Some("path /a")
        );
        assert_eq!(
            owner("/components/schemas/Pin/properties", &root).as_deref(),
            Some("schema Pin")
        );
        assert_eq!(owner("/info", &root), None);
    }
}
