use url::Url;

use super::Error;

/// An address of a media server that could not be used; see [`Error::attempts`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The scheme, host and port, such as `https://192.168.1.5:32400`.
    pub address: String,
    /// The reason.
    pub error: Error,
}

impl Attempt {
    /// Keeps scheme, host and port of a URL; not part of the public API.
    #[doc(hidden)]
    pub fn new(url: &Url, error: Error) -> Self {
        let mut address = format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default());
        if let Some(port) = url.port_or_known_default() {
            address.push_str(&format!(":{port}"));
        }
        Self { address, error }
    }
}
