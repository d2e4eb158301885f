//! Parameters that the client sets itself instead of taking them as arguments.

use std::collections::BTreeSet;

use serde_json::Value;

use super::parameter::Parameter;
use super::security::is_token;
use crate::document::keywords::GLOBALS;
use crate::document::{Pointer, parameter_key, resolve};
use crate::error::Problem;

/// Headers that the transport sets. OpenAPI ignores all of them but `accepts`, which is Plex's name for `accept`.
const HEADERS: [&str; 4] = ["accept", "accepts", "authorization", "content-type"];

/// Headers that the identity of a client sends with every request, whatever the globals of a document are.
const IDENTITY: [&str; 12] = [
    "user-agent",
    "x-plex-client-identifier",
    "x-plex-device",
    "x-plex-device-name",
    "x-plex-device-vendor",
    "x-plex-language",
    "x-plex-marketplace",
    "x-plex-model",
    "x-plex-platform",
    "x-plex-platform-version",
    "x-plex-product",
    "x-plex-version",
];

/// The keys of the parameters that the client sets.
pub(super) struct Globals(BTreeSet<(String, String)>);

impl Globals {
    /// Reads the parameters under `x-speakeasy-globals`, and adds the headers of the transport and of the identity.
    pub(super) fn of(document: &Value) -> Result<Self, Problem> {
        let place = Pointer::of(&[GLOBALS, "parameters"]);
        let listed = place.get(document).and_then(Value::as_array);
        let listed = listed.into_iter().flatten().enumerate();
        let listed = listed.map(|(index, parameter)| {
            let what = "is a parameter without `in` or `name`; write both";
            let key = parameter_key(resolve(document, parameter));
            key.ok_or_else(|| Problem::new(place.index(index), what))
        });
        let always = HEADERS.iter().chain(&IDENTITY);
        let always = always.map(|name| Ok(("header".to_owned(), (*name).to_owned())));
        listed.chain(always).collect::<Result<_, _>>().map(Self)
    }

    /// Removes them, and the token, from the parameters of an operation.
    pub(super) fn remove_from(&self, parameters: &mut Vec<Parameter>) {
        let is_global = |one: &Parameter| one.key().is_some_and(|key| self.0.contains(&key));
        parameters.retain(|one| !is_global(one) && !is_token(one));
    }
}
