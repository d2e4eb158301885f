//! Splits a spec into one for each operation, to find those that cannot be generated.

use serde_json::{Value, json};

use crate::document::keywords::GLOBALS;
use crate::document::{OperationKey, inline_path_items, operations, with_only};
use crate::error::Error;
use crate::read;

/// Splits a spec into one for each operation, with the components that it needs.
///
/// Each of them is JSON, and therefore also YAML.
///
/// # Errors
/// When the spec is not YAML.
pub fn split(spec: &str) -> Result<Vec<String>, Error> {
    let document = read::read(spec).map_err(|problem| Error::new("the spec", vec![problem]))?;
    let mut root = document.root;
    inline_path_items(&mut root);
    without_webhooks_and_extensions(&mut root);
    let one = |(key, operation): (OperationKey<'_>, &Value)| {
        let OperationKey { path, method } = key;
        let mut item = json!({ method: operation });
        if let Some(shared) = root["paths"][path].get("parameters") {
            item["parameters"] = shared.clone();
        }
        with_only(&root, json!({ path: item }), root.get(GLOBALS)).to_string()
    };
    Ok(operations(&root).map(one).collect())
}

/// Removes what can refer to components that no operation needs.
fn without_webhooks_and_extensions(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.retain(|key, _| key != "webhooks" && (!key.starts_with("x-") || key == GLOBALS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_has_only_the_components_that_it_needs() {
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
            let has_id = |spec: &&Value| operations(spec).any(|(_, one)| one["operationId"] == id);
            specs.iter().find(has_id).unwrap()
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
