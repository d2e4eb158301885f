//! Rules on the answer of an operation.

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::media_types::{JSON, is_json, plain};
use super::new_models::NewModels;
use super::{Moved, Warnings, resolve};
use crate::error::Problem;
use crate::operations::ACCEPT;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// Applies the rules to the shared answers and to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Warnings) {
    let mut models = NewModels::beside(root);
    if let Some(Value::Object(shared)) = root.pointer_mut("/components/responses") {
        for (name, answer) in shared {
            content(answer);
            let place = pointer("/components/responses", name);
            let name = format!("{}Answer", name.to_upper_camel_case());
            inline_model(&name, &place, answer, &mut models);
        }
    }
    let document = root.clone();
    for_each_operation(root, |path, method, operation| {
        let place = pointer(&pointer(&pointer("/paths", path), method), "responses");
        let id = operation["operationId"].as_str().unwrap_or_default();
        let name = format!("{}Response", id.to_upper_camel_case());
        let Some(operation) = operation.as_object_mut() else {
            return;
        };
        let answers = operation.entry("responses").or_insert(Value::Null);
        if !answers.is_object() {
            *answers = json!({});
        }
        let Some(answers) = answers.as_object_mut() else {
            return;
        };
        default_is_the_success(answers, &place, &mut warnings.moved);
        without_success(answers, &place, warnings);
        for (status, answer) in answers.iter_mut() {
            if status.starts_with('2') {
                *answer = resolve(&document, answer).clone();
                content(answer);
            }
        }
        let mut warn = |what: String| warnings.push(Problem::new(&place, what));
        one_success(answers, &mut warn);
        for (status, answer) in answers
            .iter_mut()
            .filter(|(status, _)| status.starts_with('2'))
        {
            inline_model(&name, &pointer(&place, status), answer, &mut models);
        }
    });
    models.add_to(root, &mut warnings.moved);
}

const ANY_SUCCESS: &str = "2XX";

fn has_success(answers: &Map<String, Value>) -> bool {
    answers.keys().any(|status| status.starts_with('2'))
}

/// `default` is the answer of every status that is not declared: of success, where none is.
fn default_is_the_success(answers: &mut Map<String, Value>, place: &str, moved: &mut Moved) {
    if has_success(answers) {
        return;
    }
    if let Some(answer) = answers.remove("default") {
        answers.insert(ANY_SUCCESS.to_owned(), answer);
        moved.note(&pointer(place, "default"), &pointer(place, ANY_SUCCESS));
    }
}

/// Where nothing is said of success, what comes is bytes.
fn without_success(answers: &mut Map<String, Value>, place: &str, warnings: &mut Warnings) {
    if has_success(answers) {
        return;
    }
    let what = "have no success: what comes with a status 2xx is read as bytes";
    warnings.push(Problem::new(place, what));
    let answer =
        json!({"description": "", "content": {"application/octet-stream": {}}, ACCEPT: "*/*"});
    answers.insert(ANY_SUCCESS.to_owned(), answer);
}

/// JSON is read as its model, whatever its media type is called, and as any JSON where there is no model; it is asked for by
/// the name that the spec has for it. A page of HTML says nothing: servers write one where there is nothing to say. Everything
/// else is bytes.
fn content(answer: &mut Value) {
    let Some(content) = answer.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    let usual = content.keys().find(|name| plain(name) == JSON);
    let any = || content.keys().find(|name| is_json(name));
    if let Some(name) = usual.or_else(any).cloned() {
        let form = content.remove(&name).unwrap_or_default();
        let schema = form.get("schema").filter(|schema| schema.is_object());
        let schema = schema.cloned().unwrap_or_else(|| json!({}));
        content.clear();
        content.insert(JSON.to_owned(), json!({ "schema": schema }));
        if plain(&name) != JSON {
            answer[ACCEPT] = json!(name);
        }
        return;
    }
    content.retain(|name, _| !name.starts_with("text/html"));
    for form in content.values_mut() {
        *form = json!({"schema": {"type": "string", "format": "binary"}});
    }
    if content.is_empty()
        && let Some(answer) = answer.as_object_mut()
    {
        answer.remove("content");
    }
}

/// Every success is read in one way: as the first one that holds JSON, or else the first that holds anything.
fn one_success(answers: &mut Map<String, Value>, warn: &mut impl FnMut(String)) {
    let holds_json = |answer: &Value| answer.pointer("/content/application~1json").is_some();
    let holds_any = |answer: &Value| answer.get("content").is_some();
    let successes = || answers.iter().filter(|(status, _)| status.starts_with('2'));
    let chosen = successes()
        .find(|(_, answer)| holds_json(answer))
        .or_else(|| successes().find(|(_, answer)| holds_any(answer)))
        .or_else(|| successes().next());
    let Some((chosen, answer)) = chosen.map(|(status, answer)| (status.clone(), answer.clone()))
    else {
        return;
    };
    for (other, differing) in successes() {
        if *other != chosen && differing.get("content") != answer.get("content") {
            warn(format!(
                "has several successes: {other} is read as {chosen} is"
            ));
        }
    }
    answers.retain(|status, _| !status.starts_with('2') || *status == chosen);
}

/// A model that is written in its place gets a name.
fn inline_model(name: &str, place: &str, answer: &mut Value, models: &mut NewModels) {
    let Some(schema) = answer.pointer_mut("/content/application~1json/schema") else {
        return;
    };
    let is_model = ["properties", "allOf", "oneOf", "anyOf"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some());
    if is_model {
        let place = format!("{place}/content/application~1json/schema");
        *schema = models.add(name, &place, schema.clone());
    }
}
