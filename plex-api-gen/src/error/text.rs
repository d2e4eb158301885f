//! Messages of errors: what failed; what to do.

use std::error::Error as StdError;
use std::fmt;

use reqwest::StatusCode;

use super::class::Network;
use super::unreachable;
use super::{Error, ErrorClass, Kind};
use crate::operations;
use crate::plex_errors::PlexError;

/// Shows what failed and what to do. Only `source()` has the cause.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.step)?;
        if let Some(operation) = self.0.operation {
            write!(f, " ({operation})")?;
        }
        f.write_str(": ")?;
        Text(self).fmt(f)
    }
}

/// The message of an error, without the step.
pub(super) struct Text<'a>(pub(super) &'a Error);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(error) = self;
        match &error.0.kind {
            Kind::NotTried(why) => write!(f, "not tried, because {why}"),
            Kind::Unreachable(attempts) => unreachable::write(f, attempts),
            Kind::Network(failure) => network(f, failure),
            Kind::Status { status, .. } if status.is_redirection() => write!(
                f,
                "the server responded with a redirect (HTTP {}), which is not followed; \
                 check the base URL and any proxy in between",
                status.as_u16()
            ),
            Kind::Status { status, plex, .. } => {
                write!(f, "the server responded with HTTP {}", status.as_u16())?;
                plex_code(f, plex.as_ref())?;
                f.write_str(advice(error))
            }
            Kind::Unreadable {
                status,
                why,
                advice,
            } => unmatched(f, *status, why, advice),
            Kind::NoBody { status, is_action } => {
                let advice = if *is_action {
                    "the request may have been carried out; check before you repeat it"
                } else {
                    "check the operation in the spec, and any proxy in between"
                };
                unmatched(f, *status, "it is empty", advice)
            }
            Kind::TooLarge { status, limit } => write!(
                f,
                "the server responded with HTTP {} and more than {limit} bytes; raise the response limit, or try again later",
                status.as_u16()
            ),
            Kind::Mismatch(what) => f.write_str(what),
            Kind::Jwt(flaw) => write!(f, "the token is not valid for this device: {flaw}"),
            Kind::Expired => f.write_str(
                "the PIN expired before the user was known to agree; start a new sign-in",
            ),
            Kind::Misuse(what) | Kind::Storage(what) => f.write_str(what),
            Kind::Build => f.write_str(
                "the HTTP client cannot be built; check that a TLS feature is on, and the system's certificates",
            ),
            Kind::NoCertificates => f.write_str(
                "no CA certificates were found; install the package ca-certificates, or set SSL_CERT_FILE",
            ),
            Kind::Crypto(what) => f.write_str(what),
        }
    }
}

fn unmatched(
    f: &mut fmt::Formatter<'_>,
    status: StatusCode,
    why: &str,
    advice: &str,
) -> fmt::Result {
    write!(
        f,
        "the server responded with HTTP {}, but the body does not match the spec: {why}; {advice}",
        status.as_u16()
    )
}

fn network(f: &mut fmt::Formatter<'_>, failure: &Network) -> fmt::Result {
    let host = failure.host.as_deref().unwrap_or("the server");
    match failure.class {
        _ if failure.is_proxy_authentication => write!(
            f,
            "the proxy on the way to {host} requires a user name and a password; add them to the proxy's settings"
        ),
        ErrorClass::Dns => write!(
            f,
            "the name {host} could not be resolved; check the network and the base URL"
        ),
        ErrorClass::Connect if failure.is_timeout => write!(
            f,
            "{host} could not be reached in time, while its name was resolved or while connecting; \
             check the network, the name servers and the base URL"
        ),
        ErrorClass::Connect => write!(
            f,
            "{host} could not be reached; check the network and the base URL"
        ),
        ErrorClass::Tls => write!(
            f,
            "no secure connection to {host} could be made; \
             check the clock, the certificates, and that a TLS feature is on"
        ),
        ErrorClass::Timeout => write!(
            f,
            "no complete response from {host} arrived in time; try again later"
        ),
        _ => write!(
            f,
            "the connection to {host} broke before the response was complete; try again later"
        ),
    }
}

fn plex_code(f: &mut fmt::Formatter<'_>, plex: Option<&PlexError>) -> fmt::Result {
    match plex.map(|plex| (plex.code, plex.meaning())) {
        Some((Some(code), Some(meaning))) => write!(f, ", code {code}: {meaning}"),
        Some((Some(code), None)) => write!(f, ", code {code}"),
        _ => Ok(()),
    }
}

fn advice(error: &Error) -> &'static str {
    if error.status() == Some(407) {
        "; the proxy requires a user name and a password: add them to the proxy's settings"
    } else if error.is_expired() {
        "; start a new sign-in"
    } else if error.is_wrong_pin() {
        "; enter the PIN again; the token that was sent is still valid"
    } else if error.is_locked() {
        "; too many wrong PINs: wait before you enter the next one; the token that was sent is still valid"
    } else if error.is_device_removed() {
        "; sign in again with a new client identifier and device key"
    } else if error.is_jwt_refused() {
        "; media servers are known to refuse JWTs: sign in without a device key, under another client identifier, and use that token"
    } else if error.status() == Some(498) {
        "; the JWT has expired: refresh it, or check this machine's clock"
    } else if error.is_rejected() && is_about_a_key(error) {
        "; plex.tv does not accept the device key; try again later"
    } else if error.is_rejected() {
        "; sign in again"
    } else if error.is_rate_limited() {
        "; wait, and send fewer requests"
    } else if error.is_transient() {
        "; try again later"
    } else if !error.is_refusal() {
        "; without an error code of Plex, it may come from a proxy in between: check the network and the base URL"
    } else if error.is_bad_request() {
        "; fix the request; usually a client header is missing"
    } else {
        ""
    }
}

/// Returns true if the server rejected a device key rather than a token.
fn is_about_a_key(error: &Error) -> bool {
    let operation = error.operation();
    operation == operations::EXCHANGE_DEVICE_JWT.id
        || (operation == operations::REGISTER_DEVICE_KEY.id && error.status() == Some(422))
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}", self.to_string())?;
        if let Some(source) = &self.0.source {
            write!(f, ", {source:?}")?;
        }
        f.write_str(")")
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}
