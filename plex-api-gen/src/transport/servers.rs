use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use url::{ParseError, Url};

/// The servers of a spec, each parsed when an operation first needs it.
#[derive(Default)]
pub(super) struct Servers(Mutex<BTreeMap<&'static str, Url>>);

impl Servers {
    pub(super) fn parsed(&self, server: &'static str) -> Result<Url, ParseError> {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(url) = servers.get(server) {
            return Ok(url.clone());
        }
        let url = Url::parse(server)?;
        servers.insert(server, url.clone());
        Ok(url)
    }
}
