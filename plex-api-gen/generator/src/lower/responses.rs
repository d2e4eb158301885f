//! Rules on the responses of an operation.

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::hoisted::HoistedSchemas;
use super::media_types::{BYTES, HTML, JSON, essence, is_json};
use super::source_map::SourceMap;
use super::warnings::Warnings;
use crate::document::keywords::{ACCEPT, ANNOTATIONS, COMPOSITION, OPTIONAL};
use crate::document::{Pointer, is_success, operations_mut, resolve, successes_mut};

/// The schema of a JSON response.
const JSON_SCHEMA: &str = "/content/application~1json/schema";

/// Applies the rules to the shared responses and to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    let mut hoisted = HoistedSchemas::new(root);
    if let Some(Value::Object(shared)) = root.pointer_mut("/components/responses") {
        for (name, response) in shared {
            content(response);
            let place = Pointer::of(&["components", "responses", name]);
            let name = format!("{}Response", name.to_upper_camel_case());
            hoist_object(&name, &place, response, &mut hoisted);
        }
    }
    let document = root.clone();
    for (key, operation) in operations_mut(root) {
        let place = key.place().join("responses");
        if !operation.is_object() {
            continue;
        }
        let id = operation["operationId"].as_str().unwrap_or_default();
        let name = format!("{}Response", id.to_upper_camel_case());
        if !operation["responses"].is_object() {
            operation["responses"] = json!({});
        }
        if let Some(Value::Object(responses)) = operation.get_mut("responses") {
            default_is_success(responses, &place, &mut warnings.source_map);
            without_success(responses, &place, warnings);
        }
        for (_, response) in successes_mut(operation) {
            *response = resolve(&document, response).clone();
            content(response);
        }
        if let Some(Value::Object(responses)) = operation.get_mut("responses") {
            one_success(responses, &place, warnings);
        }
        for (status, response) in successes_mut(operation) {
            hoist_object(&name, &place.join(status), response, &mut hoisted);
        }
    }
    hoisted.add_to(root, &mut warnings.source_map);
}

const ANY_SUCCESS: &str = "2XX";

fn has_success(responses: &Map<String, Value>) -> bool {
    responses.keys().any(|status| is_success(status))
}

/// Uses `default`, the response of undeclared statuses, as the success where none is declared.
fn default_is_success(
    responses: &mut Map<String, Value>,
    place: &Pointer,
    source_map: &mut SourceMap,
) {
    if has_success(responses) {
        return;
    }
    if let Some(response) = responses.remove("default") {
        responses.insert(ANY_SUCCESS.to_owned(), response);
        source_map.record(place.join("default"), place.join(ANY_SUCCESS));
    }
}

/// Reads a success as bytes where none is declared.
fn without_success(responses: &mut Map<String, Value>, place: &Pointer, warnings: &mut Warnings) {
    if has_success(responses) {
        return;
    }
    let what = "declare no success; the body of a 2xx response is read as bytes";
    warnings.push(place, what);
    let response = json!({"description": "", "content": {BYTES: {}}, ACCEPT: "*/*"});
    responses.insert(ANY_SUCCESS.to_owned(), response);
}

/// JSON under any media type is read as its schema, or as any JSON without one; the request accepts the media type that the
/// spec has. All else is bytes, of any of the media types that the spec has.
fn content(response: &mut Value) {
    let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    let usual = content.keys().find(|name| essence(name) == JSON);
    let any = || content.keys().find(|name| is_json(name));
    if let Some(name) = usual.or_else(any).cloned() {
        let body = content.remove(&name).unwrap_or_default();
        let schema = body.get("schema").filter(|schema| schema.is_object());
        let schema = schema.cloned().unwrap_or_else(|| json!({}));
        content.clear();
        content.insert(JSON.to_owned(), json!({ "schema": schema }));
        if essence(&name) != JSON {
            response[ACCEPT] = json!(name);
        }
        return;
    }
    let mut names: Vec<String> = content.keys().cloned().collect();
    // A page is the least useful of them.
    names.sort_by_key(|name| essence(name) == HTML);
    content.clear();
    if let Some(first) = names.first() {
        let bytes = json!({"schema": {"type": "string", "format": "binary"}});
        content.insert(first.clone(), bytes);
        if names.len() > 1 {
            response[ACCEPT] = json!(names.join(", "));
        }
    } else if let Some(response) = response.as_object_mut() {
        response.remove("content");
    }
}

/// Keeps one success: the first with JSON, or else the first with any content. It is optional if another one has no content.
/// Where several have JSON with different schemas, it is any JSON.
fn one_success(responses: &mut Map<String, Value>, place: &Pointer, warnings: &mut Warnings) {
    let successes = || responses.iter().filter(|(status, _)| is_success(status));
    let chosen = successes()
        .find(|(_, response)| response.pointer(JSON_SCHEMA).is_some())
        .or_else(|| successes().find(|(_, response)| response.get("content").is_some()))
        .or_else(|| successes().next());
    let Some((chosen, response)) = chosen else {
        return;
    };
    let content = response.get("content");
    let mut is_optional = false;
    let mut is_any_json = false;
    for (other, differing) in successes().filter(|(status, _)| *status != chosen) {
        let other_content = differing.get("content");
        if other_content.is_none() {
            is_optional |= content.is_some();
        } else if differing.pointer(JSON_SCHEMA).is_some() && other_content != content {
            is_any_json = true;
            let what = format!("have several successes; {chosen} and {other} are read as any JSON");
            warnings.push(place, what);
        } else if other_content != content {
            let what = format!("have several successes; {other} is read like {chosen}");
            warnings.push(place, what);
        }
    }
    let chosen = chosen.clone();
    responses.retain(|status, _| !is_success(status) || *status == chosen);
    if let Some(response) = responses.get_mut(&chosen) {
        if is_optional {
            response[OPTIONAL] = json!(true);
        }
        if let Some(schema) = response.pointer_mut(JSON_SCHEMA)
            && is_any_json
        {
            *schema = json!({});
        }
    }
}

/// Returns whether a schema is only a component that may be null: it needs no type of its own.
fn is_component_or_null(schema: &Value) -> bool {
    let is_null = |one: &Value| one["type"] == "null" || one["enum"] == json!([null]);
    let own = schema.as_object().into_iter().flat_map(Map::keys);
    let mut own = own.filter(|keyword| {
        !ANNOTATIONS.contains(&keyword.as_str()) && keyword.as_str() != "nullable"
    });
    let (Some(keyword), None) = (own.next(), own.next()) else {
        return false;
    };
    let parts = COMPOSITION
        .contains(&keyword.as_str())
        .then(|| &schema[keyword]);
    let parts = parts.and_then(Value::as_array).into_iter().flatten();
    let parts: Vec<&Value> = parts.collect();
    let mut others = parts.iter().filter(|one| !is_null(one));
    let is_nullable = schema["nullable"] == true || parts.iter().any(|one| is_null(one));
    let is_reference = |one: &&Value| one.get("$ref").is_some();
    is_nullable && others.next().is_some_and(is_reference) && others.next().is_none()
}

/// Hoists an inline object.
fn hoist_object(name: &str, place: &Pointer, response: &mut Value, hoisted: &mut HoistedSchemas) {
    let Some(schema) = response.pointer_mut(JSON_SCHEMA) else {
        return;
    };
    if is_component_or_null(schema) {
        return;
    }
    let mut keywords = COMPOSITION.iter().chain(&["properties"]);
    if keywords.any(|keyword| schema.get(*keyword).is_some()) {
        *schema = hoisted.add(name, &place.append(JSON_SCHEMA), schema.take());
    }
}
