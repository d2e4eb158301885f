//! Rules on `oneOf` and `anyOf`: they become unions.

use serde_json::{Map, Value, json};

use super::facts::{Alternative, write_union};
use super::shapes::shape;
use super::warnings::Warnings;
use super::{components, references};
use crate::document::keywords::{ALTERNATIVES, COMPOSITION, NAME, SCHEMAS, TAGS};
use crate::document::{Pointer, components_alone, for_each_schema, target};

/// Replaces alternatives with a secret string if one of them is a secret.
pub(super) fn secrets(root: &mut Value, warnings: &mut Warnings) {
    let document = components_alone(root);
    for_each_schema(root, &mut |place, schema| {
        for keyword in ALTERNATIVES {
            let is_secret = schema
                .get(keyword)
                .is_some_and(|all| holds_a_secret(&document, all));
            if !is_secret {
                continue;
            }
            let what = "are a secret string, because one of them is a secret";
            warnings.push(place.join(keyword), what);
            for keyword in [
                keyword,
                TAGS,
                "properties",
                "required",
                "additionalProperties",
            ] {
                schema.remove(keyword);
            }
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("format".to_owned(), json!("password"));
        }
    });
}

/// Merges the properties beside alternatives into each of them.
pub(super) fn shared_properties(root: &mut Value) {
    let document = components_alone(root);
    for_each_schema(root, &mut |_, schema| {
        let Some(keyword) = ALTERNATIVES
            .into_iter()
            .find(|keyword| schema.contains_key(*keyword))
        else {
            return;
        };
        let Some(Value::Object(shared)) = schema.remove("properties") else {
            return;
        };
        let required = schema.remove("required");
        schema.remove("additionalProperties");
        schema.remove("type");
        let alternatives = schema.get_mut(keyword).and_then(Value::as_array_mut);
        for alternative in alternatives.into_iter().flatten() {
            add_shared(&document, alternative, &shared, required.as_ref());
        }
    });
}

/// Adds the shared properties to one alternative, unless it is not an object or has them.
fn add_shared(
    document: &Value,
    alternative: &mut Value,
    shared: &Map<String, Value>,
    required: Option<&Value>,
) {
    let reference = alternative.get("$ref").and_then(Value::as_str);
    let whole = match reference {
        Some(reference) => target(document, reference),
        None => Some(&*alternative),
    };
    let Some(Value::Object(whole)) = whole else {
        return;
    };
    let has_others = COMPOSITION
        .iter()
        .any(|keyword| whole.contains_key(*keyword));
    let is_object = whole.get("type").is_none_or(|name| name == "object");
    let own = whole.get("properties").and_then(Value::as_object);
    let has_all = own.is_some_and(|own| shared.keys().all(|name| own.contains_key(name)));
    if has_others || !is_object || has_all {
        return;
    }
    let mut merged = whole.clone();
    if let Some(reference) = reference {
        let name = Pointer::from(reference.trim_start_matches('#')).last_key();
        merged.insert(NAME.to_owned(), json!(name));
    }
    let mut properties = shared.clone();
    properties.extend(own.cloned().unwrap_or_default());
    let mut names: Vec<Value> = Vec::new();
    for name in [required, whole.get("required")]
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten()
    {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    merged.insert("type".to_owned(), json!("object"));
    merged.insert("properties".to_owned(), Value::Object(properties));
    if !names.is_empty() {
        merged.insert("required".to_owned(), Value::Array(names));
    }
    *alternative = Value::Object(merged);
}

/// Replaces the alternatives of every component by a union.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    let document = components_alone(root);
    let Some(Value::Object(schemas)) = root.pointer_mut(SCHEMAS) else {
        return;
    };
    for (name, schema) in schemas {
        let place = components::schema(name);
        let Some(schema) = schema.as_object_mut() else {
            continue;
        };
        let mut found = ALTERNATIVES.iter().filter_map(|keyword| {
            let alternatives = schema.remove(*keyword)?;
            Some((place.join(keyword), alternatives))
        });
        let Some((_, alternatives)) = found.next() else {
            schema.remove(TAGS);
            continue;
        };
        if let Some((keyword, _)) = found.next() {
            let what = "is left out: a union has either oneOf or anyOf";
            warnings.push(keyword, what);
        }
        let union = union(&document, name, schema, &alternatives);
        schema.extend(union);
    }
}

fn union(
    document: &Value,
    name: &str,
    schema: &mut Map<String, Value>,
    alternatives: &Value,
) -> Map<String, Value> {
    let tags = schema.remove(TAGS).unwrap_or_default();
    let own = components::schema(name).to_reference();
    let mut flat: Vec<&Value> = Vec::new();
    flatten(document, &own, alternatives, &mut vec![&own], &mut flat);
    let known = flat
        .iter()
        .flat_map(|alternative| tags_of(&tags, alternative));
    let known: Vec<String> = known.collect();
    let alternatives = flat.into_iter().filter_map(|alternative| {
        let shape = shape(document, alternative);
        // Any JSON is what no other alternative is.
        if shape == "Any" {
            return None;
        }
        let mut schema = alternative.clone();
        let named = schema
            .as_object_mut()
            .and_then(|schema| schema.remove(NAME));
        let name = match named.as_ref().and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => name_of(alternative).to_owned(),
        };
        let mut own = tags_of(&tags, alternative);
        let mut inner = Vec::new();
        inner_tags(
            document,
            &tags["property"],
            alternative,
            &mut Vec::new(),
            &mut inner,
        );
        inner.retain(|tag| !own.contains(tag) && !known.contains(tag));
        own.extend(inner);
        let tags = own;
        Some((Alternative { name, tags, shape }, schema))
    });
    write_union(tags["property"].as_str(), alternatives.collect())
}

/// Collects alternatives. One whose own alternatives lead back to this union is replaced by them: it would be read as
/// this union again, without an end.
fn flatten<'doc>(
    document: &'doc Value,
    own: &str,
    alternatives: &'doc Value,
    seen: &mut Vec<&'doc str>,
    flat: &mut Vec<&'doc Value>,
) {
    for alternative in alternatives.as_array().into_iter().flatten() {
        let Some(reference) = alternative.get("$ref").and_then(Value::as_str) else {
            flat.push(alternative);
            continue;
        };
        if reference == own || seen.contains(&reference) {
            continue;
        }
        let inner = target(document, reference);
        let inner = ALTERNATIVES.iter().find_map(|keyword| inner?.get(*keyword));
        match inner {
            Some(inner) if references::lead_to(document, inner, own) => {
                seen.push(reference);
                flatten(document, own, inner, seen, flat);
            }
            _ => {
                if !flat.contains(&alternative) {
                    flat.push(alternative);
                }
            }
        }
    }
}

/// Returns the values of the discriminator that mean an alternative.
fn tags_of(tags: &Value, alternative: &Value) -> Vec<String> {
    let of = |tag: &&Value| match tag["of"]["$ref"].as_str() {
        // A schema that was hoisted or merged has the name of its component.
        Some(reference) => {
            let name = Pointer::from(reference.trim_start_matches('#')).last_key();
            tag["of"]["$ref"] == alternative["$ref"] || alternative[NAME] == *name
        }
        None => false,
    };
    let found = tags["tags"].as_array().into_iter().flatten().find(of);
    let values = found.and_then(|tag| tag["values"].as_array());
    let values = values.into_iter().flatten().filter_map(Value::as_str);
    values.map(str::to_owned).collect()
}

/// Collects the tags of the unions within an alternative that have the same discriminator.
fn inner_tags<'doc>(
    document: &'doc Value,
    property: &Value,
    alternative: &'doc Value,
    seen: &mut Vec<&'doc str>,
    found: &mut Vec<String>,
) {
    let Some(reference) = references::reference(alternative) else {
        return;
    };
    let Some(inner) = target(document, reference).filter(|_| !seen.contains(&reference)) else {
        return;
    };
    seen.push(reference);
    if inner[TAGS]["property"] != *property || property.is_null() {
        return;
    }
    let alternatives = ALTERNATIVES
        .iter()
        .filter_map(|keyword| inner.get(*keyword));
    for alternative in alternatives.filter_map(Value::as_array).flatten() {
        found.extend(tags_of(&inner[TAGS], alternative));
        inner_tags(document, property, alternative, seen, found);
    }
}

/// Names an alternative: by its component, or by its type.
pub(super) fn name_of(alternative: &Value) -> &str {
    if let Some(name) = alternative.get(NAME).and_then(Value::as_str) {
        return name;
    }
    if let Some(name) =
        references::reference(alternative).and_then(|reference| reference.rsplit('/').next())
    {
        return name;
    }
    match alternative["type"].as_str() {
        Some("string") => "String",
        Some("integer") => "Integer",
        Some("number") => "Number",
        Some("boolean") => "Boolean",
        Some("array") => "List",
        _ => "Object",
    }
}

/// Returns whether one of the alternatives is a secret, which can also be a component.
fn holds_a_secret(document: &Value, alternatives: &Value) -> bool {
    let alternatives = alternatives.as_array().into_iter().flatten();
    let mut resolved =
        alternatives.filter_map(|alternative| match references::reference(alternative) {
            Some(reference) => target(document, reference),
            None => Some(alternative),
        });
    resolved.any(|alternative| alternative["format"] == "password")
}
