//! Finds the operations and schemas that a document fails on.

use serde_json::{Value, json};

use crate::document::keywords::SCHEMAS;
use crate::document::{Pointer, operations, reachable, with_only};
use crate::error::Problem;
use crate::left_out::Needs;

/// Returns the causes of a failure with the operations that fail because of each: a schema, or else the operation itself.
/// `failure` generates a part of the document, and returns the message if it fails.
pub(super) fn find(
    root: &Value,
    message: &str,
    failure: &dyn Fn(&Value) -> Option<String>,
) -> Vec<Problem> {
    let all: Vec<Pointer> = operations(root).map(|(key, _)| key.place()).collect();
    let of_operations = |places: &[Pointer]| failure(&with_only(root, paths(root, places), None));
    if all.is_empty() || of_operations(&[]).is_some() {
        return vec![Problem::new("", message)];
    }
    let failing = failing(&all, message, &of_operations);
    let schemas = failing_schemas(root, &failing, failure);
    let needs = Needs::of(root);
    let mut problems = Vec::new();
    for (schema, message) in &schemas {
        let is_failing = |place: &Pointer| failing.iter().any(|(failing, _)| failing == place);
        let mut problem = Problem::new(schema, message);
        problem.effect.operations = needs.operations(schema);
        problem.effect.operations.retain(is_failing);
        problems.push(problem);
    }
    for (place, message) in failing {
        let is_explained = |problem: &Problem| problem.effect.operations.contains(&place);
        if !problems.iter().any(is_explained) {
            let parameter = failing_parameter(root, &place, failure);
            let mut problem = Problem::new(parameter.as_ref().unwrap_or(&place), message);
            problem.effect.operations = vec![place];
            problems.push(problem);
        }
    }
    problems
}

/// Returns those of some places that fail, with their messages, if all of them together fail with `message`.
fn failing(
    places: &[Pointer],
    message: &str,
    failure: &dyn Fn(&[Pointer]) -> Option<String>,
) -> Vec<(Pointer, String)> {
    if let [only] = places {
        return vec![(only.clone(), message.to_owned())];
    }
    let halves = places.split_at(places.len() / 2);
    let mut found = Vec::new();
    for half in [halves.0, halves.1] {
        if let Some(message) = failure(half) {
            found.extend(failing(half, &message, failure));
        }
    }
    if found.is_empty() {
        found.extend(last_of_failing(places, message, failure));
    }
    found
}

/// Returns the last place of the shortest start of some places that fails: these places only fail together.
fn last_of_failing(
    places: &[Pointer],
    message: &str,
    failure: &dyn Fn(&[Pointer]) -> Option<String>,
) -> Option<(Pointer, String)> {
    let (mut succeeds, mut fails) = (0, places.len());
    while fails - succeeds > 1 {
        let middle = succeeds.midpoint(fails);
        if failure(&places[..middle]).is_some() {
            fails = middle;
        } else {
            succeeds = middle;
        }
    }
    Some((places.get(succeeds)?.clone(), message.to_owned()))
}

/// Returns the schemas that operations fail on, without those that only fail because of a schema that they refer to.
fn failing_schemas(
    root: &Value,
    operations: &[(Pointer, String)],
    failure: &dyn Fn(&Value) -> Option<String>,
) -> Vec<(Pointer, String)> {
    let values = operations.iter().filter_map(|(place, _)| place.get(root));
    let is_schema = |place: &Pointer| place.strip_prefix(&Pointer::from(SCHEMAS)).is_some();
    let schemas: Vec<Pointer> = reachable(root, values)
        .into_iter()
        .filter(is_schema)
        .collect();
    let of_schemas = |places: &[Pointer]| {
        let references = places
            .iter()
            .map(|place| json!({"$ref": place.to_reference()}));
        failure(&with_only(root, json!({}), Some(&references.collect())))
    };
    let Some(message) = of_schemas(&schemas) else {
        return Vec::new();
    };
    let found = failing(&schemas, &message, &of_schemas);
    let refers_to = |one: &Pointer| reachable(root, one.get(root));
    let needs: Vec<_> = found.iter().map(|(place, _)| refers_to(place)).collect();
    let is_cause = |index: usize| {
        let own = &found[index].0;
        let mut others = found.iter().zip(&needs);
        // Of several that refer to each other, each is a cause.
        !others.any(|((other, _), back)| {
            other != own && needs[index].contains(other) && !back.contains(own)
        })
    };
    let causes = (0..found.len()).filter(|index| is_cause(*index));
    causes.map(|index| found[index].clone()).collect()
}

/// Returns the place of the parameter without which the operation does not fail.
fn failing_parameter(
    root: &Value,
    operation: &Pointer,
    failure: &dyn Fn(&Value) -> Option<String>,
) -> Option<Pointer> {
    let place = operation.join("parameters");
    let count = place.get(root)?.as_array()?.len();
    let succeeds = |index: &usize| {
        let mut paths = paths(root, std::slice::from_ref(operation));
        let within = operation.strip_prefix(&Pointer::of(&["paths"]));
        let parameters = within.map(|within| Pointer::from(within).join("parameters"));
        let parameters = parameters.and_then(|place| place.get_mut(&mut paths)?.as_array_mut());
        if let Some(parameters) = parameters {
            parameters.remove(*index);
        }
        failure(&with_only(root, paths, None)).is_none()
    };
    (0..count).find(succeeds).map(|index| place.index(index))
}

/// Returns the `paths` with only these operations.
fn paths(root: &Value, operations: &[Pointer]) -> Value {
    let mut paths = json!({});
    for place in operations {
        if let ([_, path, method], Some(operation)) = (place.keys().as_slice(), place.get(root)) {
            paths[path][method] = operation.clone();
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A document with this many operations, of which each refers to a schema of its own.
    fn document(count: usize) -> Value {
        let mut root = json!({"paths": {}, "components": {"schemas": {}}});
        for number in 0..count {
            root["paths"][format!("/{number}")] =
                json!({"get": {"schema": {"$ref": format!("#/components/schemas/S{number}")}}});
            root["components"]["schemas"][format!("S{number}")] = json!({"number": number});
        }
        root
    }

    fn find_with(root: &Value, is_failing: impl Fn(&Value) -> bool) -> (Vec<Problem>, usize) {
        let attempts = Cell::new(0);
        let failure = |part: &Value| {
            attempts.set(attempts.get() + 1);
            is_failing(part).then(|| "fails".to_owned())
        };
        let problems = find(root, "fails", &failure);
        (problems, attempts.get())
    }

    fn shown(problems: &[Problem]) -> Vec<(String, Vec<String>)> {
        let shown = |problem: &Problem| {
            let operations = problem.effect.operations.iter().map(ToString::to_string);
            (problem.pointer.to_string(), operations.collect())
        };
        problems.iter().map(shown).collect()
    }

    #[test]
    fn few_attempts_find_the_failing_operations_of_many() {
        let root = document(1200);
        let is_failing = |part: &Value| {
            [7, 800]
                .iter()
                .any(|bad| part["paths"].get(format!("/{bad}")).is_some())
        };
        let (problems, attempts) = find_with(&root, is_failing);
        let own = |place: &str| (place.to_owned(), vec![place.to_owned()]);
        assert_eq!(
            shown(&problems),
            [own("/paths/~17/get"), own("/paths/~1800/get")]
        );
        assert!(attempts < 60, "{attempts}");
    }

    #[test]
    fn a_schema_is_the_cause_for_all_that_refer_to_it() {
        let mut root = document(6);
        for number in [1, 2] {
            root["components"]["schemas"][format!("S{number}")] =
                json!({"$ref": "#/components/schemas/S3"});
        }
        let is_failing = |part: &Value| part.pointer("/components/schemas/S3").is_some();
        let (problems, _) = find_with(&root, is_failing);
        let operations = [1, 2, 3].map(|number| format!("/paths/~1{number}/get"));
        assert_eq!(
            shown(&problems),
            [("/components/schemas/S3".to_owned(), operations.to_vec())]
        );
    }

    #[test]
    fn of_operations_that_only_fail_together_one_is_left_out() {
        let root = document(8);
        let has = |part: &Value, number: usize| part["paths"].get(format!("/{number}")).is_some();
        let (problems, _) = find_with(&root, |part| has(part, 2) && has(part, 6));
        let place = "/paths/~16/get".to_owned();
        assert_eq!(shown(&problems), [(place.clone(), vec![place])]);
    }

    #[test]
    fn a_document_that_fails_without_operations_is_the_cause_itself() {
        let (problems, _) = find_with(&document(2), |_| true);
        assert_eq!(shown(&problems), [(String::new(), vec![])]);
    }
}
