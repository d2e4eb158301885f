//! The parameters that a document lists as global: the client sends them with every request.

use serde_json::{Value, json};

use super::components::Components;
use super::insert::Addition;
use super::operations;
use super::spec::{Operation, Spec, items};
use crate::document::keywords::GLOBALS;
use crate::document::{Pointer, parameter_key};

/// Returns what distinguishes a parameter or an API key: where it is sent, and its name there.
pub(super) fn identity(spec: &Spec<'_>, value: &Value) -> Option<(String, String)> {
    parameter_key(spec.resolve(value))
}

/// Returns the list of global parameters.
pub(super) fn globals<'a>(spec: &'a Spec<'_>) -> &'a [Value] {
    items(spec.root().get(GLOBALS).and_then(|it| it.get("parameters")))
}

/// Returns the source's global parameters that the operations take and that are not global in the target, each with its
/// place. Without them, they would become arguments.
pub(super) fn missing<'a>(
    source: &'a Spec<'_>,
    target: &Spec<'_>,
    operations: &[Operation<'_>],
) -> Vec<(Pointer, &'a Value)> {
    let taken = operations
        .iter()
        .flat_map(|it| operations::parameters(source, it));
    let taken: Vec<_> = taken.filter_map(|it| identity(source, it)).collect();
    let theirs = globals(target).iter();
    let theirs: Vec<_> = theirs.filter_map(|it| identity(target, it)).collect();
    let list = Pointer::of(&[GLOBALS, "parameters"]);
    let globals = globals(source).iter().enumerate();
    globals
        .filter(|(_, global)| {
            identity(source, global).is_some_and(|it| taken.contains(&it) && !theirs.contains(&it))
        })
        .map(|(index, global)| (list.index(index), global))
        .collect()
}

/// Returns the addition to the target's list of global parameters.
pub(super) fn addition(missing: &[(Pointer, &Value)], components: &Components) -> Option<Addition> {
    let mut list: Value = missing
        .iter()
        .map(|(_, global)| (*global).clone())
        .collect();
    components.rename(&mut list);
    (list != json!([])).then(|| Addition {
        keys: [GLOBALS, "parameters"].map(str::to_owned).to_vec(),
        value: list,
        place: Pointer::of(&[GLOBALS, "parameters"]),
    })
}
