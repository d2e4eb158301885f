//! A document with only what some of its paths need.

use serde_json::{Map, Value};

use super::pointer::Pointer;
use super::references::reachable;

/// Returns the document with `paths` as its only paths and, of its components, only those that `paths` and `more` refer to.
/// Security schemes, which are named without a reference, stay.
pub(crate) fn with_only(root: &Value, paths: Value, more: Option<&Value>) -> Value {
    let needed = reachable(root, more.into_iter().chain([&paths]));
    let is_needed = |section: &str, name: &str| {
        section == "securitySchemes"
            || needed.contains(&Pointer::of(&["components", section, name]))
    };
    let filtered = |(section, components): (&String, &Value)| {
        let kept = components.as_object().into_iter().flatten();
        let kept = kept.filter(|(name, _)| is_needed(section, name));
        let kept: Map<_, _> = kept
            .map(|(name, one)| (name.clone(), one.clone()))
            .collect();
        (section.clone(), Value::Object(kept))
    };
    let mut document = Map::new();
    for (key, value) in root.as_object().into_iter().flatten() {
        match (key.as_str(), value) {
            ("paths", _) => {}
            ("components", Value::Object(sections)) => {
                let sections = sections.iter().map(filtered).collect();
                document.insert(key.clone(), Value::Object(sections));
            }
            _ => {
                document.insert(key.clone(), value.clone());
            }
        }
    }
    document.insert("paths".to_owned(), paths);
    Value::Object(document)
}

/// Removes the components that no path refers to, as [`with_only`] leaves them out.
pub(crate) fn remove_unused_components(root: &mut Value) {
    let Some(paths) = root.get("paths") else {
        return;
    };
    let needed = reachable(root, [paths]);
    let Some(Value::Object(sections)) = root.get_mut("components") else {
        return;
    };
    for (section, components) in sections {
        match components {
            _ if section == "securitySchemes" => {}
            Value::Object(components) => components
                .retain(|name, _| needed.contains(&Pointer::of(&["components", section, name]))),
            other => *other = Value::Object(Map::new()),
        }
    }
}

/// Returns a copy of the components of a document, without the rest. Once references have been lowered, the targets of all
/// schemas are in it.
pub(crate) fn components_alone(root: &Value) -> Value {
    let components = root
        .get("components")
        .map(|it| ("components".to_owned(), it.clone()));
    Value::Object(components.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn components_that_nothing_refers_to_are_dropped() {
        let whole = |section: &str| json!({"$ref": format!("#/components/{section}")});
        let root = json!({
            "openapi": "3.1.0",
            "paths": {"/a": whole("schemas/A"), "/b": whole("schemas/B")},
            "components": {
                "schemas": {
                    "A": {"items": whole("schemas/C/properties/c")}, "B": {},
                    "C": {"properties": {"c": {}, "d": whole("schemas/D")}}, "D": {}, "E": {}
                },
                "parameters": {"P": {}},
                "securitySchemes": {"token": {}}
            }
        });
        let names = |document: &Value, section: &str| {
            let names = document["components"][section].as_object().unwrap();
            names.keys().cloned().collect::<Vec<_>>().join(" ")
        };
        let paths = json!({"/a": root["paths"]["/a"]});
        let subset = with_only(&root, paths.clone(), None);
        assert_eq!(subset["paths"], paths);
        assert_eq!(subset["openapi"], "3.1.0");
        assert_eq!(names(&subset, "schemas"), "A C D");
        assert_eq!(names(&subset, "parameters"), "");
        assert_eq!(names(&subset, "securitySchemes"), "token");
        let mut reduced = root.clone();
        reduced["paths"] = paths;
        remove_unused_components(&mut reduced);
        assert_eq!(reduced, subset);
        let subset = with_only(&root, json!({}), Some(&whole("schemas/E")));
        assert_eq!(names(&subset, "schemas"), "E");
    }
}
