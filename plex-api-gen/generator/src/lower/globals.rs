//! Parameters that belong to the client, and are no arguments.

use std::collections::BTreeSet;

use serde_json::Value;

use super::parameters::Parameter;
use super::resolve;
use crate::error::Problem;

/// Header parameters that say what is sent, by whom, and what can be read: the client says so. OpenAPI ignores all but
/// `accepts`, which is Plex's name for the first.
const HEADERS: [&str; 4] = ["accept", "accepts", "authorization", "content-type"];

/// Place and name of the parameters that belong to the client.
pub(super) struct Globals(BTreeSet<(String, String)>);

impl Globals {
    /// Those under `x-speakeasy-globals`, and some headers.
    pub(super) fn of(document: &Value) -> Result<Self, Problem> {
        let place = "/x-speakeasy-globals/parameters";
        let listed = document.pointer(place).and_then(Value::as_array);
        let listed = listed.into_iter().flatten().enumerate();
        let listed = listed.map(|(index, parameter)| {
            let what = "is a parameter without `in` or `name`";
            place_and_name(resolve(document, parameter))
                .ok_or_else(|| Problem::new(&format!("{place}/{index}"), what))
        });
        let always = HEADERS.map(|name| Ok(("header".to_owned(), name.to_owned())));
        listed.chain(always).collect::<Result<_, _>>().map(Self)
    }

    /// Takes them out of a list.
    pub(super) fn take_out(&self, parameters: &mut Vec<Parameter>) {
        parameters.retain(|parameter| {
            let key = place_and_name(&parameter.value);
            !key.is_some_and(|key| self.0.contains(&key))
        });
    }
}

/// What tells one parameter from another.
pub(super) fn place_and_name(parameter: &Value) -> Option<(String, String)> {
    let text = |key| parameter.get(key).and_then(Value::as_str);
    let (place, name) = (text("in")?, text("name")?);
    // Names of headers are compared without regard to case.
    let name = if place == "header" {
        name.to_ascii_lowercase()
    } else {
        name.to_owned()
    };
    Some((place.to_owned(), name))
}
