//! Step 2: finds references without a target or in a circle, and the file's line for each problem.

use serde_json::Value;

use crate::document::keywords::{GLOBALS, METHODS};
use crate::document::{Pointer, for_each_reference, is_circular, reachable, target};
use crate::error::Problem;
use crate::read::Document;

/// Checks that the target of every `$ref` is in the document, and that it is not the `$ref` itself. Components that nothing
/// refers to are not checked.
pub(crate) fn references(root: &Value) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for_each_reference(root, &Pointer::default(), &mut |place, reference| {
        if target(root, reference).is_none() {
            problems.push(Problem::missing_target(place.join("$ref"), reference));
        } else if is_circular(root, reference) {
            let what = format!("refers to `{reference}`, which leads back to itself");
            problems.push(Problem::new(place.join("$ref"), what));
        }
    });
    if problems
        .iter()
        .any(|problem| component(&problem.pointer).is_some())
    {
        let outside = root.as_object().into_iter().flatten();
        let outside = outside.filter(|(key, _)| ["paths", GLOBALS].contains(&key.as_str()));
        let used = reachable(root, outside.map(|(_, value)| value));
        problems.retain(|problem| component(&problem.pointer).is_none_or(|it| used.contains(&it)));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// Returns the component around a place.
fn component(place: &Pointer) -> Option<Pointer> {
    match place.keys().as_slice() {
        [components, section, name, ..] if components == "components" => {
            Some(Pointer::of(&[components, section, name]))
        }
        _ => None,
    }
}

/// Adds to each problem its line in the file and the operation or schema around it.
pub(crate) fn locate(problems: Vec<Problem>, document: &Document) -> Vec<Problem> {
    let locate = |mut problem: Problem| {
        problem.line = Some(document.line(&problem.pointer));
        problem.owner = owner(&problem.pointer, &document.root);
        problem
    };
    problems.into_iter().map(locate).collect()
}

fn owner(pointer: &Pointer, root: &Value) -> Option<String> {
    let keys = pointer.keys();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    match keys.as_slice() {
        ["paths", path, method, ..] if METHODS.contains(method) => {
            let place = Pointer::of(&["paths", path, method]);
            Some(format!("operation {}", operation_name(&place, root)))
        }
        ["paths", path, ..] => Some(format!("path {path}")),
        ["components", "schemas", name, ..] => Some(format!("schema {name}")),
        _ => None,
    }
}

/// Returns the id of an operation, or its method and path.
pub(crate) fn operation_name(place: &Pointer, root: &Value) -> String {
    let id = place.join("operationId");
    if let Some(id) = id.get(root).and_then(Value::as_str) {
        return id.to_owned();
    }
    match place.keys().as_slice() {
        [_, path, method] => format!("{} {path}", method.to_uppercase()),
        [_, path] => path.clone(),
        _ => place.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn data_and_webhooks_are_skipped() {
        let dangling = json!({"$ref": "#/no"});
        let document = json!({
            "webhooks": dangling, "a": {"example": dangling, "examples": [dangling], "enum": [dangling], "default": dangling},
            "properties": {"example": dangling}, "responses": {"default": {}}
        });
        let problems = references(&document).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(
            problems[0].pointer,
            Pointer::from("/properties/example/$ref")
        );
    }

    #[test]
    fn a_dangling_reference_is_reported_with_its_owner_and_line() {
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
    fn a_reference_into_another_file_is_rejected() {
        assert!(references(&json!({"$ref": "other.yaml#/a"})).is_err());
        assert!(references(&json!({"a": {}, "b": {"$ref": "#/a"}})).is_ok());
    }

    #[test]
    fn owners() {
        let root = json!({"paths": {"/a": {"get": {}}}});
        for (pointer, expected) in [
            ("/paths/~1a/get/responses", Some("operation GET /a")),
            ("/paths/~1a/parameters/0", Some("path /a")),
            ("/components/schemas/Pin/properties", Some("schema Pin")),
            ("/info", None),
        ] {
            assert_eq!(owner(&Pointer::from(pointer), &root).as_deref(), expected);
        }
    }
}
