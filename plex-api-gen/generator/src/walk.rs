//! Finding the schemas and the operations of a document.

use serde_json::{Map, Value};

use crate::read::pointer;

pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Calls `visit` with the JSON pointer and the object of every schema in the document, inner schemas first.
pub(crate) fn for_each_schema(
    root: &mut Value,
    visit: &mut dyn FnMut(&str, &mut Map<String, Value>),
) {
    if let Some(schemas) = root
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        for (name, schema) in schemas {
            visit_schema(schema, &pointer("/components/schemas", name), visit);
        }
    }
    for part in ["parameters", "requestBodies", "responses", "headers"] {
        let place = format!("/components/{part}");
        if let Some(found) = root.pointer_mut(&place) {
            find_schemas(found, &place, visit);
        }
    }
    if let Some(paths) = root.get_mut("paths") {
        find_schemas(paths, "/paths", visit);
    }
}

/// Calls `visit` with the path, the method and the object of every operation.
pub(crate) fn for_each_operation<'doc>(
    root: &'doc mut Value,
    mut visit: impl FnMut(&str, &str, &'doc mut Value),
) {
    let Some(paths) = root.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for (method, operation) in item
            .iter_mut()
            .filter(|(key, _)| METHODS.contains(&key.as_str()))
        {
            visit(path, method, operation);
        }
    }
}

/// Outside of schemas, a schema is whatever stands under the key `schema`; examples are data.
fn find_schemas(
    value: &mut Value,
    place: &str,
    visit: &mut dyn FnMut(&str, &mut Map<String, Value>),
) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let place = pointer(place, key);
                match key.as_str() {
                    "schema" => visit_schema(inner, &place, visit),
                    "example" | "examples" => {}
                    _ => find_schemas(inner, &place, visit),
                }
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter_mut().enumerate() {
                find_schemas(inner, &pointer(place, &index.to_string()), visit);
            }
        }
        _ => {}
    }
}

fn visit_schema(
    schema: &mut Value,
    place: &str,
    visit: &mut dyn FnMut(&str, &mut Map<String, Value>),
) {
    let Some(schema) = schema.as_object_mut() else {
        return;
    };
    for keyword in ["properties", "patternProperties", "$defs"] {
        if let Some(Value::Object(named)) = schema.get_mut(keyword) {
            for (name, inner) in named {
                visit_schema(inner, &pointer(&pointer(place, keyword), name), visit);
            }
        }
    }
    for keyword in ["oneOf", "anyOf", "allOf", "prefixItems"] {
        if let Some(Value::Array(several)) = schema.get_mut(keyword) {
            for (index, inner) in several.iter_mut().enumerate() {
                visit_schema(
                    inner,
                    &pointer(&pointer(place, keyword), &index.to_string()),
                    visit,
                );
            }
        }
    }
    for keyword in [
        "items",
        "additionalProperties",
        "not",
        "contains",
        "propertyNames",
    ] {
        if let Some(inner) = schema.get_mut(keyword) {
            visit_schema(inner, &pointer(place, keyword), visit);
        }
    }
    visit(place, schema);
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
        for_each_schema(&mut root, &mut |place, _| places.push(place.to_owned()));
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
        let mut found = Vec::new();
        for_each_operation(&mut root, |path, method, _| {
            found.push(format!("{method} {path}"))
        });
        assert_eq!(found, ["get /a", "put /a", "post /b"]);
    }
}
