//! The kinds of failure, and the class of each.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use serde::Serialize;

use super::{Attempt, Error, JwtFlaw};
use crate::plex_errors::PlexError;

/// The kind of failure of an [`Error`](crate::Error).
///
/// `Display` gives a short term in lower case (`too large`); it serializes in snake case (`too_large`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorClass {
    /// The host name could not be resolved.
    Dns,
    /// The host could not be reached, or not in time. The time to look its name up counts too.
    Connect,
    /// No secure connection could be made.
    Tls,
    /// None of the addresses of a media server works.
    Unreachable,
    /// The host was reached, but no complete response arrived in time.
    Timeout,
    /// The connection broke, or the peer does not speak HTTP.
    Interrupted,
    /// The server responded with a status other than success.
    Status,
    /// The server responded with success, but the body does not match the spec.
    Unreadable,
    /// The response is larger than the limit.
    TooLarge,
    /// The response does not belong to the request: it is about another PIN, or from another URL.
    Mismatch,
    /// The token is not a JWT signed by plex.tv for this device.
    Jwt,
    /// The PIN has expired.
    Expired,
    /// An address of a media server was not tried.
    NotTried,
    /// The call is wrong; nothing was sent.
    Misuse,
    /// A file cannot be read or written, or holds something else.
    Storage,
    /// The HTTP client cannot be built.
    Build,
    /// There are no CA certificates to verify servers with.
    NoCertificates,
    /// The cryptography library failed: there is no randomness, or it cannot sign with a key or serialize it.
    Crypto,
}

impl ErrorClass {
    /// Classifies a failure below HTTP.
    ///
    /// reqwest does not expose which part of connecting failed, except for DNS. The messages of hyper-util's connector
    /// tell the other parts apart.
    pub(super) fn of_network(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return if error.is_connect() {
                Self::Connect
            } else {
                Self::Timeout
            };
        }
        if error.is_dns() {
            return Self::Dns;
        }
        if !error.is_connect() {
            return Self::Interrupted;
        }
        let mut cause: Option<&dyn StdError> = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if text.starts_with("tcp ") || text.starts_with("tunnel error") {
                return Self::Connect;
            }
            cause = error.source();
        }
        // The host was reached, so TLS failed or is not compiled in.
        Self::Tls
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Unreachable => "unreachable",
            Self::NotTried => "not tried",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Status => "status",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too large",
            Self::Mismatch => "mismatch",
            Self::Jwt => "jwt",
            Self::Expired => "expired",
            Self::Misuse => "misuse",
            Self::Storage => "storage",
            Self::Build => "build",
            Self::NoCertificates => "no certificates",
            Self::Crypto => "crypto",
        })
    }
}

/// A failure below HTTP.
#[derive(Clone)]
pub(super) struct Network {
    pub(super) class: ErrorClass,
    pub(super) host: Option<Box<str>>,
    /// The time limit passed.
    pub(super) is_timeout: bool,
    /// A proxy asked for a user name and password (HTTP 407).
    pub(super) is_proxy_authentication: bool,
}

/// The kind of a failure with its details, for the text and the predicates.
#[derive(Clone)]
pub(super) enum Kind {
    /// No response, or an incomplete one.
    Network(Network),
    /// A response with a status other than success.
    Status {
        status: StatusCode,
        /// Plex's own error; `None` if the body is not in one of Plex's forms.
        plex: Option<PlexError>,
        retry_after: Option<Duration>,
        /// The request to a media server had a JWT as its token.
        sent_jwt: bool,
    },
    /// None of the addresses of a media server works.
    Unreachable(Arc<[Attempt]>),
    /// A success whose body does not match the spec.
    Unreadable {
        status: StatusCode,
        why: String,
        advice: &'static str,
    },
    /// A success without the body that the spec promises. After an action, the server may have carried it out: a second
    /// request may act twice.
    NoBody { status: StatusCode, is_action: bool },
    /// A response over the size limit.
    TooLarge { status: StatusCode, limit: usize },
    /// A success that does not belong to the request.
    Mismatch(&'static str),
    /// A token that is not a JWT signed by plex.tv for this device.
    Jwt(JwtFlaw),
    /// The PIN has expired.
    Expired,
    /// An address of a media server was not tried.
    NotTried(&'static str),
    /// The call is wrong; nothing was sent.
    Misuse(String),
    /// A file cannot be read or written, or holds something else.
    Storage(String),
    /// The HTTP client cannot be built.
    Build,
    /// There are no CA certificates.
    NoCertificates,
    /// The cryptography library failed.
    Crypto(&'static str),
}

impl Kind {
    /// Returns the public class.
    pub(super) fn class(&self) -> ErrorClass {
        match self {
            Kind::Network(network) => network.class,
            Kind::Status { .. } => ErrorClass::Status,
            Kind::Unreachable(_) => ErrorClass::Unreachable,
            Kind::NotTried(_) => ErrorClass::NotTried,
            Kind::Unreadable { .. } | Kind::NoBody { .. } => ErrorClass::Unreadable,
            Kind::TooLarge { .. } => ErrorClass::TooLarge,
            Kind::Mismatch(_) => ErrorClass::Mismatch,
            Kind::Jwt(_) => ErrorClass::Jwt,
            Kind::Expired => ErrorClass::Expired,
            Kind::Misuse(_) => ErrorClass::Misuse,
            Kind::Storage(_) => ErrorClass::Storage,
            Kind::Build => ErrorClass::Build,
            Kind::NoCertificates => ErrorClass::NoCertificates,
            Kind::Crypto(_) => ErrorClass::Crypto,
        }
    }

    /// Returns true if the same request may succeed later, by the status alone.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Kind::Network(_) | Kind::Unreadable { .. } | Kind::TooLarge { .. } => true,
            Kind::Status { status, .. } => {
                status.is_server_error()
                    || status.is_redirection()
                    || matches!(status.as_u16(), 408 | 425 | 429)
            }
            Kind::Unreachable(attempts) => {
                let mut errors = attempts.iter().map(|attempt| &attempt.error);
                errors.any(Error::is_transient)
            }
            Kind::NoBody { .. }
            | Kind::NotTried(_)
            | Kind::Mismatch(_)
            | Kind::Jwt(_)
            | Kind::Expired
            | Kind::Misuse(_)
            | Kind::Storage(_)
            | Kind::Build
            | Kind::NoCertificates
            | Kind::Crypto(_) => false,
        }
    }

    /// Returns true if plex.tv itself refused the request.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Kind::Status { status, plex, .. } => {
                matches!(status.as_u16(), 401 | 422 | 498)
                    || (plex.is_some() && !self.is_transient())
            }
            _ => false,
        }
    }

    /// Returns true if a wait for a token ends with this failure. A response of a proxy does not end it.
    pub(super) fn ends_wait(&self) -> bool {
        match self {
            Kind::Status { .. } => self.is_refusal(),
            Kind::NoBody { .. } => false,
            _ => !self.is_transient(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serialized_and_displayed_terms_are_the_same_words() -> Result<(), serde_json::Error> {
        for class in [
            ErrorClass::TooLarge,
            ErrorClass::Unreachable,
            ErrorClass::NotTried,
            ErrorClass::Dns,
            ErrorClass::NoCertificates,
        ] {
            let serialized = serde_json::to_value(class)?;
            assert_eq!(serialized, class.to_string().replace(' ', "_"));
        }
        assert_eq!(ErrorClass::TooLarge.to_string(), "too large");
        Ok(())
    }
}
