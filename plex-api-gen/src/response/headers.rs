use std::fmt;

use reqwest::header::HeaderMap;

/// The headers of a response. `Debug` shows their names only.
///
/// # Examples
/// ```
/// # fn example(headers: plex_api_gen::Headers) {
/// let total = headers.get("X-Plex-Container-Total-Size");
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Headers(HeaderMap);

impl Headers {
    pub(crate) fn new(headers: HeaderMap) -> Self {
        Self(headers)
    }

    /// Returns the first value of a header, if it is visible ASCII. The case of the name does not matter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.to_str().ok()
    }

    /// Returns every header with its value; those that are not visible ASCII are left out. Names are in lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
