//! The path of an operation, and the arguments in it.

use super::Call;
use super::encode::{Encoding, leaves_its_place};
use crate::{Error, Operation};

/// The capacity that is reserved for the arguments in a path, such as the id of a PIN.
const ARGUMENTS: usize = 32;

/// Returns the path of an operation, without arguments, appended to the path of a base URL without a slash at its end.
pub(super) fn template(operation: &Operation, base: &str) -> String {
    let path = operation.path;
    let mut full = String::with_capacity(base.len() + path.len() + ARGUMENTS);
    full.push_str(base);
    if !path.starts_with('/') {
        full.push('/');
    }
    if path.contains(['?', '#']) {
        full.push_str(&path.replace('?', "%3F").replace('#', "%23"));
    } else {
        full.push_str(path);
    }
    full
}

impl Call {
    /// Replaces the path of the operation by a path with an optional query, as a media server writes it in `key` or `thumb`;
    /// not part of the public API.
    ///
    /// Characters that a URL cannot carry are percent-encoded; encoded ones stay. A path that does not begin with one slash, or
    /// holds a dot segment, a control character or `#`, is a misuse.
    #[doc(hidden)]
    pub fn path_and_query(&mut self, text: &str) {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let is_dot = |segment: &str| !segment.is_empty() && leaves_its_place(segment);
        let why = if !path.starts_with('/') || path.starts_with("//") {
            "it does not begin with one slash; set a path such as `/library/sections`"
        } else if text.contains('#') || text.contains(char::is_control) {
            "it holds `#` or a control character; percent-encode it, or remove it"
        } else if path.split('/').any(is_dot) {
            "it holds a dot segment, which would change the path; remove it"
        } else {
            self.path.truncate(self.base);
            self.needs_path_check = false;
            Encoding::Reserved.push(&mut self.path, path);
            if !query.is_empty() {
                if !self.query.is_empty() {
                    self.query.push('&');
                }
                Encoding::Reserved.push(&mut self.query, query);
            }
            return;
        };
        // The text is not quoted: its query may hold a secret.
        let step = self.operation.id;
        self.problem
            .get_or_insert_with(|| Error::misuse(step, format!("the path cannot be sent: {why}")));
    }

    /// Returns the place of `{name}` in the path. Written arguments have no braces.
    pub(super) fn placeholder(&self, name: &str) -> Option<usize> {
        let path = &self.path[self.base..];
        let is_named = |&(at, _): &(usize, &str)| {
            let rest = path[at + 1..].strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with('}'))
        };
        let (at, _) = path.match_indices('{').find(is_named)?;
        Some(self.base + at)
    }

    /// Rejects a path that an argument makes another path: a server resolves dot segments and may drop empty ones.
    pub(super) fn check_path(&mut self) {
        if !self.needs_path_check && !self.path[self.base..].contains('{') {
            return;
        }
        let path = self.operation.path;
        let template = path.strip_prefix('/').unwrap_or(path).split('/');
        let rejected =
            template
                .zip(self.path[self.base + 1..].split('/'))
                .find(|(template, segment)| {
                    template.contains('{') && (segment.contains('{') || leaves_its_place(segment))
                });
        if let Some((template, segment)) = rejected {
            let (named, why) = if segment.contains('{') {
                (segment, "the path requires it; set it")
            } else {
                (
                    template,
                    "it is empty or a dot segment, which would change the path",
                )
            };
            let name = named
                .split_once('{')
                .and_then(|(_, rest)| rest.split_once('}'))
                .map_or(named, |(name, _)| name);
            let name = name.to_owned();
            self.reject(&name, why);
        }
    }
}
