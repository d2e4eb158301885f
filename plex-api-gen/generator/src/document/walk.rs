//! The operations, schemas and values of a document.

use serde_json::{Map, Value};

use super::keywords::{
    DATA, EXAMPLES, METHODS, NAMED, SCHEMA_ARRAYS, SCHEMA_MAPS, SCHEMA_VALUES, SCHEMAS,
};
use super::pointer::Pointer;

/// The path and the method of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OperationKey<'doc> {
    pub(crate) path: &'doc str,
    pub(crate) method: &'doc str,
}

impl OperationKey<'_> {
    pub(crate) fn place(&self) -> Pointer {
        Pointer::of(&["paths", self.path, self.method])
    }
}

/// Returns the path items of a document with their paths.
pub(crate) fn path_items_mut(root: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten()
}

/// Returns the operations of a document.
pub(crate) fn operations(root: &Value) -> impl Iterator<Item = (OperationKey<'_>, &Value)> {
    let paths = root.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let members = item.as_object().into_iter().flatten();
        members.filter_map(move |(method, operation)| Some((key(path, method)?, operation)))
    })
}

/// Returns the operations of a document to change them.
pub(crate) fn operations_mut(
    root: &mut Value,
) -> impl Iterator<Item = (OperationKey<'_>, &mut Value)> {
    path_items_mut(root).flat_map(|(path, item)| {
        let members = item.as_object_mut().into_iter().flatten();
        members.filter_map(move |(method, operation)| Some((key(path, method)?, operation)))
    })
}

fn key<'doc>(path: &'doc str, method: &'doc str) -> Option<OperationKey<'doc>> {
    METHODS
        .contains(&method)
        .then_some(OperationKey { path, method })
}

/// Returns whether a response status, which can be `2XX`, is a success.
pub(crate) fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Returns the successful responses of an operation by their status.
pub(crate) fn successes(operation: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let responses = operation.get("responses").and_then(Value::as_object);
    let responses = responses.into_iter().flatten();
    responses.filter(|(status, _)| is_success(status))
}

/// Returns the successful responses of an operation to change them.
pub(crate) fn successes_mut(operation: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    let responses = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut);
    let responses = responses.into_iter().flatten();
    responses.filter(|(status, _)| is_success(status))
}

/// Returns where a parameter is sent and its name; names of headers ignore case.
pub(crate) fn parameter_key(parameter: &Value) -> Option<(String, String)> {
    let string = |key| parameter.get(key).and_then(Value::as_str);
    let (location, name) = (string("in")?, string("name")?);
    let name = if location == "header" {
        name.to_ascii_lowercase()
    } else {
        name.to_owned()
    };
    Some((location.to_owned(), name))
}

/// Calls `visit` with the pointer and the object of every schema in the document, inner schemas first.
pub(crate) fn for_each_schema(
    root: &mut Value,
    visit: &mut dyn FnMut(&Pointer, &mut Map<String, Value>),
) {
    if let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) {
        let mut place = Pointer::from(SCHEMAS);
        for (name, schema) in schemas {
            place.within(name, |place| visit_schema(place, schema, visit));
        }
    }
    for section in ["parameters", "requestBodies", "responses", "headers"] {
        if let Some(found) = root.pointer_mut(&format!("/components/{section}")) {
            find_schemas(&mut Pointer::of(&["components", section]), found, visit);
        }
    }
    if let Some(paths) = root.get_mut("paths") {
        find_schemas(&mut Pointer::of(&["paths"]), paths, visit);
    }
}

/// Outside of schemas, a schema is the value of the key `schema`; examples are data.
fn find_schemas(
    place: &mut Pointer,
    value: &mut Value,
    visit: &mut dyn FnMut(&Pointer, &mut Map<String, Value>),
) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match (key.as_str(), &mut *inner) {
                    ("schema", inner) => {
                        place.within(key, |place| visit_schema(place, inner, visit));
                    }
                    (name, _) if EXAMPLES.contains(&name) => {}
                    (_, Value::Object(_) | Value::Array(_)) => {
                        place.within(key, |place| find_schemas(place, inner, visit));
                    }
                    _ => {}
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter_mut().enumerate() {
                place.within_index(index, |place| find_schemas(place, inner, visit));
            }
        }
        _ => {}
    }
}

fn visit_schema(
    place: &mut Pointer,
    schema: &mut Value,
    visit: &mut dyn FnMut(&Pointer, &mut Map<String, Value>),
) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    for keywords in [&SCHEMA_MAPS[..], &SCHEMA_ARRAYS, &SCHEMA_VALUES] {
        subschemas(place, schema, keywords, &mut |place, inner| {
            visit_schema(place, inner, visit);
        });
    }
    visit(place, schema);
}

/// Calls `visit` with the pointer and the value of each schema that is directly under one of these keywords.
pub(crate) fn for_each_subschema(
    place: &Pointer,
    schema: &mut Map<String, Value>,
    keywords: &[&str],
    visit: &mut dyn FnMut(&Pointer, &mut Value),
) {
    subschemas(&mut place.clone(), schema, keywords, &mut |place, inner| {
        visit(place, inner);
    });
}

fn subschemas(
    place: &mut Pointer,
    schema: &mut Map<String, Value>,
    keywords: &[&str],
    visit: &mut dyn FnMut(&mut Pointer, &mut Value),
) {
    for keyword in keywords {
        let Some(value) = schema.get_mut(*keyword) else {
            continue;
        };
        place.within(keyword, |place| match value {
            Value::Object(named) if SCHEMA_MAPS.contains(keyword) => {
                for (name, inner) in named {
                    place.within(name, |place| visit(place, inner));
                }
            }
            Value::Array(several) if SCHEMA_ARRAYS.contains(keyword) => {
                for (index, inner) in several.iter_mut().enumerate() {
                    place.within_index(index, |place| visit(place, inner));
                }
            }
            inner if SCHEMA_VALUES.contains(keyword) => visit(place, inner),
            _ => {}
        });
    }
}

/// Visits an object whose keys are keywords: its pointer, the keyword whose names it is under, such as `responses`, or else an
/// empty string, and the object.
type VisitObject<'a> = dyn FnMut(&Pointer, &str, &mut Map<String, Value>) + 'a;

/// Calls `visit` with each object whose keys are keywords, outer ones first. Data is skipped.
pub(crate) fn for_each_object_mut(root: &mut Value, visit: &mut VisitObject<'_>) {
    objects(root, &mut Pointer::default(), "", visit);
}

fn objects(value: &mut Value, place: &mut Pointer, parent: &str, visit: &mut VisitObject<'_>) {
    match value {
        Value::Object(object) => {
            visit(place, parent, object);
            for (key, inner) in object {
                match inner {
                    Value::Object(_) | Value::Array(_) if DATA.contains(&key.as_str()) => {}
                    Value::Object(named) if NAMED.contains(&key.as_str()) => {
                        place.within(key, |place| {
                            for (name, inner) in named {
                                place.within(name, |place| objects(inner, place, key, visit));
                            }
                        });
                    }
                    Value::Object(_) | Value::Array(_) => {
                        place.within(key, |place| objects(inner, place, "", visit));
                    }
                    _ => {}
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter_mut().enumerate() {
                place.within_index(index, |place| objects(inner, place, "", visit));
            }
        }
        _ => {}
    }
}

/// Calls `visit` with every value within a value, itself first.
pub(crate) fn for_each_value(value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    visit(value);
    match value {
        Value::Object(map) => map
            .values_mut()
            .for_each(|inner| for_each_value(inner, visit)),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|inner| for_each_value(inner, visit)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_schema_is_found_and_examples_are_not() {
        let mut root = json!({
            "components": {
                "schemas": {"A": {"properties": {"schema": {"items": {}}}, "allOf": [{}]}},
                "parameters": {"P": {"schema": {}, "example": {"schema": {}}}}
            },
            "paths": {"/x/{y}": {"get": {"responses": {"200": {"content": {"application/json": {"schema": {}}}}}}}}
        });
        let mut places = Vec::new();
        for_each_schema(&mut root, &mut |place, _| places.push(place.to_string()));
        assert_eq!(
            places,
            [
                "/components/schemas/A/properties/schema/items",
                "/components/schemas/A/properties/schema",
                "/components/schemas/A/allOf/0",
                "/components/schemas/A",
                "/components/parameters/P/schema",
                "/paths/~1x~1{y}/get/responses/200/content/application~1json/schema",
            ]
        );
    }

    #[test]
    fn every_operation_is_found() {
        let mut root =
            json!({"paths": {"/a": {"get": {}, "parameters": [], "put": {}}, "/b": {"post": {}}}});
        let places = ["/paths/~1a/get", "/paths/~1a/put", "/paths/~1b/post"];
        let found: Vec<String> = operations(&root)
            .map(|(key, _)| key.place().to_string())
            .collect();
        assert_eq!(found, places);
        let found = operations_mut(&mut root).map(|(key, _)| key.place().to_string());
        assert_eq!(found.collect::<Vec<_>>(), places);
    }
}
