//! One spec for each operation of a large one: to find out which operations code can be made from.

use serde_json::{Map, Value};

use crate::error::{Error, Problem};
use crate::lower::{path_items_by_reference, referred_to};
use crate::read;
use crate::walk::for_each_operation;

/// The parameters that are sent with every request.
const GLOBALS: &str = "x-speakeasy-globals";

/// Splits a spec into one for each operation, with all that its references need; each is JSON, and so YAML.
///
/// # Errors
/// When the spec is not YAML.
pub fn split(spec: &str) -> Result<Vec<String>, Error> {
    let error = |problem: Problem| Error::new("the spec", vec![problem]);
    let mut root = read::read(spec).map_err(error)?.root;
    path_items_by_reference(&mut root);
    without_what_is_for_other_tools(&mut root);
    let mut specs = Vec::new();
    for_each_operation(&mut root.clone(), |path, method, operation| {
        let mut item = Map::from_iter([(method.to_owned(), operation.take())]);
        if let Some(shared) = root["paths"][path].get("parameters") {
            item.insert("parameters".to_owned(), shared.clone());
        }
        let paths = Value::Object(Map::from_iter([(path.to_owned(), Value::Object(item))]));
        specs.push(alone(&root, paths).to_string());
    });
    Ok(specs)
}

/// Extensions, and requests that a client receives, may refer to components that no operation needs.
fn without_what_is_for_other_tools(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.retain(|key, _| key != "webhooks" && (!key.starts_with("x-") || key == GLOBALS));
    }
}

/// The document with these paths and the components that they need.
fn alone(root: &Value, paths: Value) -> Value {
    let globals = root.get(GLOBALS);
    let needed = referred_to(root, [&paths].into_iter().chain(globals));
    let mut document = root.clone();
    let components = document
        .get_mut("components")
        .and_then(Value::as_object_mut);
    for (section, found) in components.into_iter().flatten() {
        if let Some(found) = found
            .as_object_mut()
            .filter(|_| section != "securitySchemes")
        {
            let section = read::pointer("/components", section);
            found.retain(|name, _| needed.contains(&read::pointer(&section, name)));
        }
    }
    document["paths"] = paths;
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_has_what_it_needs_and_nothing_else() {
        let spec = "\
openapi: 3.1.0
webhooks: {w: {$ref: '#/components/schemas/T'}}
x-other: {$ref: '#/components/schemas/T'}
paths:
  /b: {$ref: '#/components/pathItems/B'}
  /a:
    parameters: [{$ref: '#/components/parameters/P'}]
    get: {operationId: a, responses: {'200': {$ref: '#/components/responses/R'}}}
    put: {operationId: b, responses: {}}
components:
  parameters: {P: {name: p}, Q: {name: q}}
  responses: {R: {schema: {$ref: '#/components/schemas/S'}}}
  schemas: {S: {type: object}, T: {type: object}}
  securitySchemes: {token: {}}
  pathItems: {B: {get: {operationId: c, responses: {}}}}
";
        let specs: Vec<Value> = split(spec)
            .unwrap()
            .iter()
            .map(|spec| serde_json::from_str(spec).unwrap())
            .collect();
        let names = |spec: &Value, section: &str| {
            let names = spec["components"][section].as_object().unwrap();
            names.keys().cloned().collect::<Vec<_>>().join(" ")
        };
        let of = |id: &str| {
            let is_it = |spec: &&Value| {
                spec.to_string()
                    .contains(&format!("\"operationId\":\"{id}\""))
            };
            specs.iter().find(is_it).unwrap()
        };
        assert_eq!(specs.len(), 3);
        assert_eq!(names(of("a"), "schemas"), "S");
        assert_eq!(names(of("b"), "schemas"), "");
        assert_eq!(names(of("b"), "parameters"), "P");
        assert_eq!(names(of("b"), "securitySchemes"), "token");
        assert_eq!(names(of("c"), "parameters"), "");
        for spec in &specs {
            assert_eq!(spec.get("webhooks").or_else(|| spec.get("x-other")), None);
        }
    }
}
