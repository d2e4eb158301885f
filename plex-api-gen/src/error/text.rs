//! How an error reads.

use std::error::Error as StdError;
use std::fmt;

use super::{Error, ErrorClass, Kind};
use crate::operations;
use crate::plex_code::PlexCode;

/// What failed, why, and what to do; the cause below it, if any, is left to `source()`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.step)?;
        if let Some(operation) = self.0.operation {
            write!(f, " ({operation})")?;
        }
        f.write_str(": ")?;
        match &self.0.kind {
            Kind::Network(class) => f.write_str(of_network(*class)),
            Kind::Status { status, .. } if status.is_redirection() => write!(
                f,
                "the server answered with a redirect (HTTP {}), which is not followed; \
                 check the base URL and what stands between",
                status.as_u16()
            ),
            Kind::Status { status, plex, .. } => {
                write!(f, "the server answered with HTTP {}", status.as_u16())?;
                plex_code(f, plex.as_ref())?;
                f.write_str(advice(self))
            }
            Kind::Unreadable { status, why } => {
                let status = status.as_u16();
                write!(
                    f,
                    "the server answered with HTTP {status}, but not as the spec promises: {why}"
                )
            }
            Kind::TooLarge { status, limit } => {
                write!(
                    f,
                    "the server answered with HTTP {} and more than {limit} bytes",
                    status.as_u16()
                )
            }
            Kind::WrongAnswer(what) => f.write_str(what),
            Kind::Jwt(flaw) => write!(f, "the token is not good for this device: {flaw}"),
            Kind::Expired => f.write_str(
                "the PIN expired before the user was known to agree; start a new sign-in",
            ),
            Kind::Misuse(what) => f.write_str(what),
        }
    }
}

fn of_network(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Dns => {
            "the host's name could not be looked up; check the network and the base URL"
        }
        ErrorClass::Connect => {
            "the server could not be reached; check the network and the base URL"
        }
        ErrorClass::Tls => {
            "no secure connection could be made; check the clock, the certificates, and that a TLS feature is on"
        }
        ErrorClass::Timeout => "no complete answer came in time; try again later",
        _ => "the connection broke before the answer was complete; try again later",
    }
}

fn plex_code(f: &mut fmt::Formatter<'_>, plex: Option<&PlexCode>) -> fmt::Result {
    match plex.map(|plex| (plex.code, plex.meaning())) {
        Some((code, Some(meaning))) => write!(f, ", code {code}: {meaning}"),
        Some((code, None)) => write!(f, ", code {code}"),
        None => Ok(()),
    }
}

fn advice(error: &Error) -> &'static str {
    if error.is_expired() {
        "; start a new sign-in"
    } else if error.is_bad_request() {
        "; mend the request, most often the identity"
    } else if error.is_device_removed() {
        "; sign in again with a new client identifier and device key"
    } else if error.status() == Some(498) {
        "; the JWT has expired: refresh it, or check this machine's clock"
    } else if error.is_rejected() && is_about_a_key(error) {
        "; plex.tv does not accept the device key; try again later"
    } else if error.is_rejected() {
        "; sign in again"
    } else if error.is_rate_limited() {
        "; wait and ask less often"
    } else if error.is_transient() {
        "; try again later"
    } else {
        ""
    }
}

/// Whether it was a device key that was refused, and not a token.
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
