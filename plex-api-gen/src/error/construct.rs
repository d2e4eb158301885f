//! Constructors of errors.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;

use super::class::Network;
use super::failure::Failure;
use super::{Attempt, Error, ErrorClass, Inner, JwtFlaw, Kind};
use crate::plex_errors::PlexError;

/// Constructors for the crates that are built on the generated client; not part of the public API.
impl Error {
    /// Reports a wrong call. `what` names the problem and the fix, and holds no secret.
    #[doc(hidden)]
    pub fn misuse(step: &'static str, what: impl Into<String>) -> Self {
        Self::new(step, Kind::Misuse(what.into()))
    }

    /// Reports that a PIN expired before the user was known to agree. The last poll may have failed.
    #[doc(hidden)]
    pub fn expired(step: &'static str, last_failure: Option<Self>) -> Self {
        let mut error = Self::new(step, Kind::Expired);
        error.0.source = last_failure.map(|failure| Arc::new(failure) as _);
        error
    }

    /// Reports that an address of a media server was not tried. `why` names the reason and, after a semicolon, the way out.
    #[doc(hidden)]
    pub fn not_tried(step: &'static str, why: &'static str) -> Self {
        Self::new(step, Kind::NotTried(why))
    }

    /// Reports a well-formed response that does not belong to the request.
    #[doc(hidden)]
    pub fn mismatch(step: &'static str, what: &'static str) -> Self {
        Self::new(step, Kind::Mismatch(what))
    }

    /// Reports a token that is not a JWT signed by plex.tv for this device.
    #[doc(hidden)]
    pub fn jwt(step: &'static str, flaw: JwtFlaw) -> Self {
        Self::new(step, Kind::Jwt(flaw))
    }

    /// Reports a file that cannot be used. `what` names the file, the problem and the fix.
    #[doc(hidden)]
    pub fn storage(
        step: &'static str,
        what: impl Into<String>,
        source: impl Into<Option<io::Error>>,
    ) -> Self {
        let mut error = Self::new(step, Kind::Storage(what.into()));
        error.0.source = source.into().map(|source| Arc::new(source) as _);
        error
    }

    /// Reports that none of the addresses of a media server works. The attempts are in the order in which they are shown.
    #[doc(hidden)]
    pub fn unreachable(step: &'static str, attempts: Vec<Attempt>) -> Self {
        Self::new(step, Kind::Unreachable(attempts.into()))
    }

    /// Reports a failure of the cryptography library. Its own errors carry no details, so the error has no source.
    #[doc(hidden)]
    pub fn crypto(step: &'static str, what: &'static str) -> Self {
        Self::new(step, Kind::Crypto(what))
    }

    /// Returns the same error as part of a larger step.
    #[doc(hidden)]
    #[must_use]
    pub fn during(mut self, step: &'static str) -> Self {
        let operation = std::mem::replace(&mut self.0.step, step);
        self.0.operation.get_or_insert(operation);
        self
    }
}

impl Error {
    pub(crate) fn from_status(
        step: &'static str,
        status: StatusCode,
        body: &[u8],
        retry_after: Option<Duration>,
    ) -> Self {
        Self::new(
            step,
            Kind::Status {
                status,
                plex: PlexError::from_body(body),
                retry_after,
                sent_jwt: false,
            },
        )
    }

    /// Adds to a status if the request to a media server had a JWT as its token.
    pub(crate) fn with_sent_jwt(mut self, is_sent: bool) -> Self {
        if let Kind::Status { sent_jwt, .. } = &mut self.0.kind {
            *sent_jwt = is_sent;
        }
        self
    }

    pub(crate) fn too_large(step: &'static str, status: StatusCode, limit: usize) -> Self {
        Self::new(step, Kind::TooLarge { status, limit })
    }

    /// Reports a body that something in between may have sent or changed.
    pub(crate) fn unreadable(step: &'static str, status: StatusCode, why: String) -> Self {
        let advice = "try again later";
        Self::new(
            step,
            Kind::Unreadable {
                status,
                why,
                advice,
            },
        )
    }

    /// Reports JSON that is not of the type in the spec.
    #[doc(hidden)]
    pub fn unexpected(step: &'static str, status: StatusCode, why: String) -> Self {
        let advice = "if it happens again, update the SDK, or correct the spec";
        Self::new(
            step,
            Kind::Unreadable {
                status,
                why,
                advice,
            },
        )
    }

    /// Reports a success without the body that the spec promises. `is_action` is true for methods that change something.
    pub(crate) fn no_body(step: &'static str, status: StatusCode, is_action: bool) -> Self {
        Self::new(step, Kind::NoBody { status, is_action })
    }

    /// Adds the id that the server gave to the request.
    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }

    /// Reports a failure below HTTP, of a request to this host.
    pub(crate) fn network(step: &'static str, host: Option<&str>, error: &reqwest::Error) -> Self {
        if error.is_builder() {
            let what = "the HTTP client refuses this request; check the settings of the client";
            return Self::misuse(step, what);
        }
        let failure = Failure::of_network(error);
        let mut reported = Self::new(
            step,
            Kind::Network(Network {
                class: ErrorClass::of_network(error),
                host: host.map(Into::into),
                is_timeout: error.is_timeout(),
                is_proxy_authentication: failure.is_proxy_authentication(),
            }),
        );
        reported.0.source = Some(Arc::new(failure));
        reported
    }

    /// Reports that no response, or not the next piece of one, arrived in time from this host; not part of the public API.
    #[doc(hidden)]
    pub fn timed_out_at(step: &'static str, host: Option<&str>) -> Self {
        Self::new(
            step,
            Kind::Network(Network {
                class: ErrorClass::Timeout,
                host: host.map(Into::into),
                is_timeout: true,
                is_proxy_authentication: false,
            }),
        )
    }

    /// Reports that the HTTP client cannot be built.
    pub(crate) fn build(step: &'static str, error: &reqwest::Error) -> Self {
        let failure = Failure::of_build(error);
        let kind = if failure.is_without_certificates() {
            Kind::NoCertificates
        } else {
            Kind::Build
        };
        let mut reported = Self::new(step, kind);
        reported.0.source = Some(Arc::new(failure));
        reported
    }

    pub(super) fn new(step: &'static str, kind: Kind) -> Self {
        Self(Box::new(Inner {
            step,
            operation: None,
            kind,
            request_id: None,
            source: None,
        }))
    }
}
