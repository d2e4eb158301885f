//! The listeners of media servers.

use super::Emulator;

/// Methods for the media servers of the users.
impl Emulator {
    /// Returns the number of connections, over https or http, that the listener with this URI has accepted and that
    /// are still open; 0 for any other URI.
    ///
    /// The URI is one of those in [`users`](Self::users); a slash at its end does not matter.
    #[must_use]
    pub fn open_connections(&self, uri: &str) -> usize {
        let served = self.shared.served.iter();
        let uri = uri.trim_end_matches('/');
        let found = served.filter(|served| served.uri.trim_end_matches('/') == uri);
        found.map(|served| served.open_connections()).sum()
    }
}
