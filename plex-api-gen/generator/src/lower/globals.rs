//! Parameters that the client sets itself instead of taking them as arguments.

use std::collections::BTreeSet;

use serde_json::Value;

use super::parameter::Parameter;
use crate::document::keywords::GLOBALS;
use crate::document::{Pointer, parameter_key, resolve};
use crate::error::Problem;

/// Headers that the transport sets. OpenAPI ignores all of them but `accepts`, which is Plex's name for `accept`.
const HEADERS: [&str; 4] = ["accept", "accepts", "authorization", "content-type"];

/// The keys of the parameters that the client sets.
pub(super) struct Globals(BTreeSet<(String, String)>);

impl Globals {
    /// Reads the parameters under `x-speakeasy-globals`, and adds the headers of the transport.
    pub(super) fn of(document: &Value) -> Result<Self, Problem> {
        let place = Pointer::of(&[GLOBALS, "parameters"]);
        let listed = place.get(document).and_then(Value::as_array);
        let listed = listed.into_iter().flatten().enumerate();
        let listed = listed.map(|(index, parameter)| {
            let what = "is a parameter without `in` or `name`; write both";
            let key = parameter_key(resolve(document, parameter));
            key.ok_or_else(|| Problem::new(place.index(index), what))
        });
        let always = HEADERS.map(|name| Ok(("header".to_owned(), name.to_owned())));
        listed.chain(always).collect::<Result<_, _>>().map(Self)
    }

    /// Removes them from the parameters of an operation.
    pub(super) fn remove_from(&self, parameters: &mut Vec<Parameter>) {
        parameters.retain(|parameter| !parameter.key().is_some_and(|key| self.0.contains(&key)));
    }
}
