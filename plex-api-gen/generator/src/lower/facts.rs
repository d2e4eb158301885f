//! Facts about types that OpenAPI 3.0 and progenitor cannot express, for the step `models`.
//!
//! While schemas are lowered, the facts stand in them as extensions, so that they move and are copied with them. At the end
//! [`take`] collects them: an enum becomes a string, and a union an object with one property per alternative, so that
//! progenitor names every type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::document::keywords::SCHEMAS;

/// Extension: the model keeps fields beyond its own.
pub(super) const EXTRA: &str = "x-plex-extra";

/// Extension: the discriminator and the alternatives of a union.
pub(super) const UNION: &str = "x-plex-union";

/// Extension of a property: its only value.
pub(super) const CONSTANT: &str = "x-plex-constant";

/// Extension: an integer that is 0 or 1, which is a boolean in arguments.
pub(super) const FLAG: &str = "x-plex-flag";

/// The facts, by the names of the component schemas.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// The values of each enum of strings.
    pub(crate) enums: BTreeMap<String, Vec<String>>,
    /// The alternatives of each union.
    pub(crate) unions: BTreeMap<String, Union>,
    /// The models that keep fields beyond their own.
    pub(crate) extra: BTreeSet<String>,
    /// The properties that are required, by the names of their models.
    pub(crate) required: BTreeMap<String, BTreeSet<String>>,
    /// The properties with only one value, by the names of their models.
    pub(crate) constants: BTreeMap<String, BTreeMap<String, Value>>,
}

/// A union.
#[derive(Debug, PartialEq)]
pub(crate) struct Union {
    /// The property whose value decides.
    pub(crate) discriminator: Option<String>,
    /// The alternatives, in the order of the spec.
    pub(crate) alternatives: Vec<Alternative>,
}

/// An alternative of a union.
#[derive(Debug, PartialEq)]
pub(crate) struct Alternative {
    /// The name of its component, or its type.
    pub(crate) name: String,
    /// The values of the discriminator that mean it.
    pub(crate) tags: Vec<String>,
    /// Its values, as `super::shapes` describes them.
    pub(crate) shape: Value,
}

/// Returns the name of the property that stands for an alternative.
pub(crate) fn property(index: usize) -> String {
    format!("alternative{index}")
}

/// Collects the facts of every component schema, and removes them.
pub(super) fn take(root: &mut Value) -> Facts {
    let mut facts = Facts::default();
    let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) else {
        return facts;
    };
    for (name, schema) in schemas {
        let Some(schema) = schema.as_object_mut() else {
            continue;
        };
        if let Some(Value::Array(values)) = schema.remove("enum") {
            let values = values.iter().filter_map(Value::as_str).map(str::to_owned);
            facts.enums.insert(name.clone(), values.collect());
            schema.remove("format");
            schema.insert("type".to_owned(), json!("string"));
        }
        if let Some(union) = schema.remove(UNION) {
            facts.unions.insert(name.clone(), read_union(&union));
        }
        if schema.remove(EXTRA).is_some() {
            facts.extra.insert(name.clone());
        }
        let required = schema.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        let required: BTreeSet<String> = required.map(str::to_owned).collect();
        if !required.is_empty() {
            facts.required.insert(name.clone(), required);
        }
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        let constants = take_constants(properties.into_iter().flatten());
        if !constants.is_empty() {
            facts.constants.insert(name.clone(), constants);
        }
    }
    facts
}

fn take_constants<'a>(
    properties: impl Iterator<Item = (&'a String, &'a mut Value)>,
) -> BTreeMap<String, Value> {
    let constants = properties.filter_map(|(name, schema)| {
        let constant = schema.as_object_mut()?.remove(CONSTANT)?;
        Some((name.clone(), constant))
    });
    constants.collect()
}

fn read_union(union: &Value) -> Union {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let alternatives = union["alternatives"].as_array().into_iter().flatten();
    Union {
        discriminator: union["discriminator"].as_str().map(str::to_owned),
        alternatives: alternatives
            .map(|alternative| Alternative {
                name: text(&alternative["name"]),
                tags: alternative["tags"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(text)
                    .collect(),
                shape: alternative["shape"].clone(),
            })
            .collect(),
    }
}

/// Writes the union of these alternatives as an object with one property for each.
pub(super) fn write_union(
    discriminator: Option<&str>,
    alternatives: Vec<(Alternative, Value)>,
) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut facts = Vec::new();
    for (index, (alternative, schema)) in alternatives.into_iter().enumerate() {
        properties.insert(property(index), schema);
        let Alternative { name, tags, shape } = alternative;
        facts.push(json!({"name": name, "tags": tags, "shape": shape}));
    }
    let union = json!({"discriminator": discriminator, "alternatives": facts});
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert(UNION.to_owned(), union);
    schema
}
