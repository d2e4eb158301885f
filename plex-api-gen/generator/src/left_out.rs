//! Leaves out the operations that fail, so that one bad operation does not stop the others.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::check::operation_name;
use crate::document::keywords::METHODS;
use crate::document::{Pointer, operations, reachable};
use crate::error::Problem;

/// Generates the document; after a failure it tries again without the operations that failed. Returns the failures as
/// warnings.
///
/// # Errors
/// When a problem is not within operations, or when no operation is left.
pub(crate) fn retry<T>(
    root: &Value,
    generate: impl Fn(&Value) -> Result<T, Vec<Problem>>,
) -> Result<(T, Vec<Problem>), Vec<Problem>> {
    let mut root = Cow::Borrowed(root);
    let mut failures: Vec<Problem> = Vec::new();
    loop {
        let problems = match generate(&root) {
            Ok(generated) => {
                failures.iter_mut().for_each(mention);
                return Ok((generated, failures));
            }
            Err(problems) => problems,
        };
        let found = blame(problems, &root);
        let is_over = found
            .iter()
            .any(|problem| problem.effect.operations.is_empty());
        for place in found.iter().flat_map(|problem| &problem.effect.operations) {
            remove(root.to_mut(), place);
        }
        failures.extend(found);
        if is_over || operations(&root).next().is_none() {
            return Err(failures);
        }
    }
}

/// Adds to each problem the operations that need its place, with their names.
fn blame(mut problems: Vec<Problem>, root: &Value) -> Vec<Problem> {
    // Only problems in components need it.
    let mut needs = None;
    for problem in &mut problems {
        if problem.effect.operations.is_empty() {
            let keys = problem.pointer.keys();
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            problem.effect.operations = match keys.as_slice() {
                ["paths", path, method, ..] if METHODS.contains(method) => {
                    vec![Pointer::of(&["paths", path, method])]
                }
                ["paths", path, ..] => operations_of(path, root),
                ["components", section, name, ..] => {
                    let component = Pointer::of(&["components", section, name]);
                    let needs = needs.get_or_insert_with(|| Needs::of(root));
                    needs.operations(&component)
                }
                _ => Vec::new(),
            };
        }
        let names = problem.effect.operations.iter();
        problem.effect.left_out = names.map(|place| operation_name(place, root)).collect();
    }
    problems
}

/// Returns the operations of a path, or the path itself if it has none.
fn operations_of(path: &str, root: &Value) -> Vec<Pointer> {
    let all = operations(root).filter(|(key, _)| key.path == path);
    let places: Vec<Pointer> = all.map(|(key, _)| key.place()).collect();
    if places.is_empty() {
        return vec![Pointer::of(&["paths", path])];
    }
    places
}

/// The components that each operation needs.
pub(crate) struct Needs(Vec<(Pointer, BTreeSet<Pointer>)>);

impl Needs {
    pub(crate) fn of(root: &Value) -> Self {
        let needs = operations(root).map(|(key, operation)| {
            let shared = Pointer::of(&["paths", key.path, "parameters"]);
            let values = shared.get(root).into_iter().chain([operation]);
            (key.place(), reachable(root, values))
        });
        Self(needs.collect())
    }

    pub(crate) fn operations(&self, component: &Pointer) -> Vec<Pointer> {
        let needing = self.0.iter().filter(|(_, needs)| needs.contains(component));
        needing.map(|(operation, _)| operation.clone()).collect()
    }
}

/// Removes an operation, with its path if it is the last one there, or a whole path.
fn remove(root: &mut Value, place: &Pointer) {
    let Some(paths) = root.get_mut("paths").and_then(Value::as_object_mut) else {
        return;
    };
    match place.keys().as_slice() {
        [_, path] => {
            paths.remove(path);
        }
        [_, path, method] => {
            if let Some(item) = paths.get_mut(path).and_then(Value::as_object_mut) {
                item.remove(method);
                if !item.keys().any(|key| METHODS.contains(&key.as_str())) {
                    paths.remove(path);
                }
            }
        }
        _ => {}
    }
}

/// The most operations that a warning names.
const NAMED: usize = 5;

/// Appends to the message which operations are left out.
fn mention(problem: &mut Problem) {
    let own = matches!(problem.effect.operations.as_slice(), [only] if problem.pointer.strip_prefix(only).is_some());
    let names = &problem.effect.left_out;
    let text = match names.as_slice() {
        _ if own => "it is left out".to_owned(),
        [only] => format!("`{only}` is left out"),
        _ => {
            let first: Vec<String> = names
                .iter()
                .take(NAMED)
                .map(|it| format!("`{it}`"))
                .collect();
            let more = names.len() - first.len();
            let first = first.join(", ");
            let and = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!("{first}{and} are left out")
        }
    };
    problem.message = format!("{}; {text}", problem.message);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn root() -> Value {
        let needs = |name: &str| json!({"operationId": name, "schema": {"$ref": format!("#/components/schemas/{name}")}});
        json!({
            "paths": {"/a": {"get": needs("A"), "put": needs("B")}, "/b": {"get": needs("C"), "parameters": []}, "/c": {}},
            "components": {"schemas": {"A": {"$ref": "#/components/schemas/C"}, "B": {}, "C": {}}}
        })
    }

    /// Generates a document that fails at each of these places as long as it has them, or operations that need them. Returns
    /// the operations that are left and the warnings.
    fn run(places: &[&str]) -> Result<(String, Vec<String>), Vec<String>> {
        let shown = |problems: Vec<Problem>| problems.iter().map(ToString::to_string).collect();
        let generate = |root: &Value| {
            let needs = Needs::of(root);
            let is_there = |place: &Pointer| match place.keys().as_slice() {
                [outer, path, ..] if outer == "paths" => place.get(root).is_some(),
                [outer, section, name, ..] if outer == "components" => {
                    let component = Pointer::of(&[outer, section, name]);
                    !needs.operations(&component).is_empty()
                }
                _ => true,
            };
            let places = places.iter().map(|place| Pointer::from(*place));
            let problems = places
                .filter(is_there)
                .map(|place| Problem::new(place, "is bad"));
            let problems: Vec<Problem> = problems.collect();
            let left = operations(root).map(|(_, one)| one["operationId"].as_str().unwrap());
            let left: Vec<&str> = left.collect();
            if problems.is_empty() {
                Ok(left.join(" "))
            } else {
                Err(problems)
            }
        };
        let outcome = retry(&root(), generate);
        outcome
            .map(|(left, warnings)| (left, shown(warnings)))
            .map_err(shown)
    }

    #[test]
    fn an_operation_that_fails_is_left_out() {
        let (left, warnings) = run(&["/paths/~1a/get/schema"]).unwrap();
        assert_eq!(left, "B C");
        assert_eq!(warnings, ["/paths/~1a/get/schema: is bad; it is left out"]);
    }

    #[test]
    fn a_component_that_fails_takes_the_operations_that_need_it_with_one_warning() {
        let (left, warnings) = run(&["/components/schemas/C/properties"]).unwrap();
        assert_eq!(left, "B");
        assert_eq!(
            warnings,
            ["/components/schemas/C/properties: is bad; `A`, `C` are left out"]
        );
    }

    #[test]
    fn all_operations_of_a_path_share_its_problem() {
        let (left, warnings) = run(&["/paths/~1b/parameters", "/paths/~1c"]).unwrap();
        assert_eq!(left, "A B");
        assert_eq!(warnings.len(), 2, "{warnings:?}");
    }

    #[test]
    fn a_problem_of_the_document_is_an_error() {
        assert_eq!(run(&["/info"]).unwrap_err(), ["/info: is bad"]);
    }

    #[test]
    fn a_document_without_an_operation_that_can_be_generated_is_an_error() {
        let problems = ["/paths/~1a/get", "/paths/~1a/put", "/paths/~1b/get"];
        assert_eq!(run(&problems).unwrap_err().len(), 3);
    }
}
