//! Rules on the answer of an operation.

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::new_models::NewModels;
use super::{Moved, resolve};
use crate::error::Problem;
use crate::read::pointer;
use crate::walk::for_each_operation;

/// Applies the rules to the shared answers and to every operation.
pub(super) fn lower(root: &mut Value, warnings: &mut Vec<Problem>, moved: &mut Moved) {
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
        let Some(answers) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            return;
        };
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
    models.add_to(root, moved);
}

/// JSON is read as its model, whatever its media type is called, and as any JSON where there is no model. A page of HTML says
/// nothing: servers write one where there is nothing to say. Everything else is bytes.
fn content(answer: &mut Value) {
    let Some(content) = answer.get_mut("content").and_then(Value::as_object_mut) else {
        return;
    };
    let is_json = |name: &String| name.starts_with("application/json") || name.ends_with("+json");
    if let Some(name) = content.keys().find(|name| is_json(name)).cloned() {
        let form = content.remove(&name).unwrap_or_default();
        let schema = form.get("schema").filter(|schema| schema.is_object());
        let schema = schema.cloned().unwrap_or_else(|| json!({}));
        content.clear();
        content.insert("application/json".to_owned(), json!({ "schema": schema }));
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
