//! Schemas that are defined within other schemas: they become components.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::hoisted::HoistedSchemas;
use super::source_map::SourceMap;
use crate::document::{
    Pointer, for_each_object, for_each_reference, for_each_schema, for_each_value, target,
};

/// Keywords that hold definitions.
const DEFINITIONS: [&str; 2] = ["$defs", "definitions"];

/// Keywords that name a schema for references.
const ANCHORS: [&str; 2] = ["$anchor", "$dynamicAnchor"];

/// Turns the definitions that something refers to into components, and removes the others.
pub(super) fn hoist(root: &mut Value, source_map: &mut SourceMap) {
    if !has_definitions(root) {
        return;
    }
    absolute(root);
    let mut references: BTreeSet<Pointer> = BTreeSet::new();
    for_each_reference(root, &Pointer::default(), &mut |_, reference| {
        let reference = reference.trim_start_matches('#');
        if !references.contains(reference) {
            references.insert(Pointer::from(reference));
        }
    });
    let is_used = |place: &Pointer| {
        let mut within = references.range(place.append("/")..);
        let inner = within.next();
        references.contains(place)
            || inner.is_some_and(|reference| reference.strip_prefix(place).is_some())
    };
    let mut hoisted = HoistedSchemas::new(root);
    let mut renamed = BTreeMap::new();
    for_each_schema(root, &mut |place, schema| {
        for keyword in DEFINITIONS {
            let Some(Value::Object(definitions)) = schema.remove(keyword) else {
                continue;
            };
            for (name, definition) in definitions {
                let place = place.join(keyword).join(&name);
                if is_used(&place) {
                    let reference = hoisted.add(&name, &place, definition);
                    renamed.insert(place, reference);
                }
            }
        }
    });
    hoisted.add_to(root, source_map);
    if renamed.is_empty() {
        return;
    }
    for_each_value(root, &mut |value| {
        let Some(Value::String(reference)) = value.get_mut("$ref") else {
            return;
        };
        let place = Pointer::from(reference.trim_start_matches('#'));
        let Some((component, rest)) = place.nearest(&renamed) else {
            return;
        };
        if let Some(component) = component.get("$ref").and_then(Value::as_str) {
            *reference = format!("{component}{rest}");
        }
    });
}

fn has_definitions(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            let mut keys = object.keys().map(String::as_str);
            keys.any(|key| DEFINITIONS.contains(&key) || ANCHORS.contains(&key))
                || object.values().any(has_definitions)
        }
        Value::Array(items) => items.iter().any(has_definitions),
        _ => false,
    }
}

/// Makes references that count from the schema around them, such as `#/$defs/Node`, and references to an `$anchor` count
/// from the document.
fn absolute(root: &mut Value) {
    let mut anchors = BTreeMap::new();
    for_each_object(root, &Pointer::default(), &mut |place, object| {
        for keyword in ANCHORS {
            if let Some(Value::String(name)) = object.get(keyword) {
                anchors.insert(name.clone(), place.clone());
            }
        }
    });
    let mut found = Vec::new();
    for_each_reference(root, &Pointer::default(), &mut |place, reference| {
        let Some(within) = reference.strip_prefix('#') else {
            return;
        };
        if target(root, reference).is_some() {
            return;
        }
        let anchor = anchors.get(within).cloned();
        if let Some(absolute) = anchor.or_else(|| in_schema_around(root, place, within)) {
            found.push((place.clone(), absolute.to_reference()));
        }
    });
    for (place, reference) in found {
        if let Some(value) = place.get_mut(root) {
            value["$ref"] = Value::String(reference);
        }
    }
}

/// Returns the nearest definition of this name in the schemas around a place.
fn in_schema_around(root: &Value, place: &Pointer, within: &str) -> Option<Pointer> {
    if !DEFINITIONS
        .iter()
        .any(|keyword| within.starts_with(&format!("/{keyword}/")))
    {
        return None;
    }
    let mut around = Some(place.clone());
    while let Some(outer) = around {
        let definition = outer.append(within);
        if definition.get(root).is_some() {
            return Some(definition);
        }
        around = outer.parent();
    }
    None
}
