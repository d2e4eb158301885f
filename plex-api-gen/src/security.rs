//! The security schemes of a spec, and the credentials that a request carries for them.

/// A security scheme of the spec: its name there, and where its credential goes.
///
/// Plex's own schemes take the token of the transport. Every other takes the credential that
/// [`Transport::with_credential`](crate::Transport::with_credential) set for its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    PlexTokenInHeader,
    PlexTokenInQuery,
    Header(&'static str),
    Query(&'static str),
    Bearer,
    Basic,
}

impl Scheme {
    /// Plex's token in the header `X-Plex-Token`.
    pub const fn plex_token_in_header() -> Self {
        Self::new("token", Kind::PlexTokenInHeader)
    }

    /// Plex's token in the query parameter `X-Plex-Token`.
    pub const fn plex_token_in_query() -> Self {
        Self::new("token", Kind::PlexTokenInQuery)
    }

    /// A key in a header (`apiKey` with `in: header`).
    pub const fn header(name: &'static str, header: &'static str) -> Self {
        Self::new(name, Kind::Header(header))
    }

    /// A key in the query (`apiKey` with `in: query`).
    pub const fn query(name: &'static str, parameter: &'static str) -> Self {
        Self::new(name, Kind::Query(parameter))
    }

    /// `Authorization: Bearer` (RFC 6750).
    pub const fn bearer(name: &'static str) -> Self {
        Self::new(name, Kind::Bearer)
    }

    /// `Authorization: Basic` (RFC 7617); the credential is `user:password`.
    pub const fn basic(name: &'static str) -> Self {
        Self::new(name, Kind::Basic)
    }

    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind }
    }
}
