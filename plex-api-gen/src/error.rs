use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;

use crate::plex_errors::PlexError;

mod attempt;
mod class;
mod construct;
mod failure;
mod home;
mod jwt;
mod text;
mod unreachable;

pub use attempt::Attempt;
pub use class::ErrorClass;
use class::Kind;
pub use jwt::JwtFlaw;

/// A failed step, with predicates for what to do about it.
///
/// Every failure with an HTTP status keeps the status, whatever the body was. `Display`, `Debug` and `source()` never show
/// a token, a code, a header, a body, a path or a query, and no other text that a server sent. `Display` names the host that
/// could not be reached.
///
/// | condition | predicate | what to do |
/// | --- | --- | --- |
/// | the PIN has expired, or plex.tv no longer knows it | [`is_expired`](Self::is_expired) | start a new sign-in |
/// | plex.tv does not know the id or code (404) | [`is_not_found`](Self::is_not_found) | check id, code and client identifier |
/// | the request is malformed (400) | [`is_bad_request`](Self::is_bad_request) | fix the request; usually a client header is missing |
/// | plex.tv does not accept the token (401, 422, 498, or 403 with Plex's error) | [`is_rejected`](Self::is_rejected) | sign in again; if a token refresh failed, try again later |
/// | a media server refuses a JWT (401) | [`is_jwt_refused`](Self::is_jwt_refused) | sign in without a device key, under another client identifier |
/// | the PIN of a user of the Plex Home is wrong or missing | [`is_wrong_pin`](Self::is_wrong_pin) | ask for the PIN again; keep the token |
/// | too many wrong PINs of a user of the Plex Home | [`is_locked`](Self::is_locked) | wait before the next PIN; keep the token |
/// | too many requests (429) | [`is_rate_limited`](Self::is_rate_limited) | wait for [`retry_after`](Self::retry_after), or back off |
/// | network failure, time-out, outage, incomplete response; none of the addresses of a media server works | [`is_transient`](Self::is_transient) | try again later; keep the token |
/// | the user has removed the device (1097) | [`is_device_removed`](Self::is_device_removed) | sign in again, with a new client identifier and device key |
/// | the token is not a valid JWT for this device | [`jwt_flaw`](Self::jwt_flaw) | do not use the token; read the flaw |
/// | a file cannot be used | [`is_storage`](Self::is_storage) | check the path and its permissions, or restore the file |
/// | the call itself is wrong | [`is_misuse`](Self::is_misuse) | fix the program |
///
/// Proxies, firewalls and login pages respond in place of plex.tv, with any status. Their responses are not refusals:
/// [`is_refusal`](Self::is_refusal) tells them apart, and [`is_rejected`](Self::is_rejected) is false for them.
///
/// Other failures have only a [`class`](Self::class): a response that does not belong to its request, an HTTP client that
/// cannot be built, missing CA certificates, and a failure of the cryptography library.
///
/// The `source()` of a network failure describes it in fixed words; its own `source()` is a [`std::io::Error`] of the same
/// [`kind`](std::io::Error::kind), if the operating system reported one.
///
/// A clone is cheap: tasks that wait for the same attempt share its outcome.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    step: &'static str,
    /// The operation within the step, if the step is not the operation itself.
    operation: Option<&'static str>,
    kind: Kind,
    request_id: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Returns true if the PIN has expired, or plex.tv no longer knows it. Start a new sign-in.
    pub fn is_expired(&self) -> bool {
        matches!(self.0.kind, Kind::Expired)
            || (self.is_not_found() && self.plex_code() == Some(1020))
    }

    /// Returns true if plex.tv does not know the id or code (404). Check both, and the client identifier.
    ///
    /// A PIN may have expired or may have been created with another client identifier: plex.tv does not distinguish these.
    /// A proxy may send this status too: [`is_refusal`](Self::is_refusal) tells if plex.tv did.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Returns true if the request is malformed (400). Fix the request; usually the client identifier is missing.
    ///
    /// A proxy may send this status too: [`is_refusal`](Self::is_refusal) tells if plex.tv did.
    pub fn is_bad_request(&self) -> bool {
        self.status() == Some(400)
    }

    /// Returns true if plex.tv does not accept the token: a 401, 422 or 498, or a 403 with Plex's error in its body. Sign
    /// in again.
    ///
    /// An outage is never a rejection, and neither is a 403 that a proxy or a firewall sent in place of plex.tv. If a
    /// switch of the user failed because of the [PIN](Self::is_wrong_pin), the token is not rejected either.
    pub fn is_rejected(&self) -> bool {
        matches!(self.status(), Some(401 | 403 | 422 | 498))
            && self.is_refusal()
            && !self.is_wrong_pin()
            && !self.is_locked()
    }

    /// Returns true if plex.tv itself refused the request: a 401, 422 or 498, or another status with Plex's error in its
    /// body. The same request will not succeed later.
    ///
    /// Any other response may come from a proxy, a firewall or a login page in between: it says nothing about a PIN or a
    /// token. Failures that [are transient](Self::is_transient), such as a 429, are never refusals.
    pub fn is_refusal(&self) -> bool {
        self.0.kind.is_refusal()
    }

    /// Returns true if a wait for a token ends with this error: a refusal, or a failure that polling again does not change.
    #[doc(hidden)]
    pub fn ends_wait(&self) -> bool {
        self.0.kind.ends_wait()
    }

    /// Returns true if plex.tv received too many requests (429). Wait for [`retry_after`](Self::retry_after), or back off.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(429)
    }

    /// Returns true if a media server refused a JWT as a token (401). Sign in without a device key, under another client
    /// identifier, and use that token.
    ///
    /// Media servers are known to refuse JWTs that plex.tv accepts, although they are valid. It is true only for the server of
    /// a base URL that was set on an existing transport, and that is not plex.tv.
    pub fn is_jwt_refused(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Status {
                status: StatusCode::UNAUTHORIZED,
                sent_jwt: true,
                ..
            }
        )
    }

    /// Returns how long the server asks to wait before the next request, if it sent Retry-After.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.kind {
            Kind::Status { retry_after, .. } => retry_after,
            _ => None,
        }
    }

    /// Returns true if the same request may succeed later. Try again, and keep the token.
    ///
    /// The network failed, the response was late, incomplete or unreadable, or the status is 408, 425, 429, 3xx or 5xx. The
    /// body of an error does not matter. A success without the body that the spec promises is not transient: after an
    /// action, the server may have carried it out.
    pub fn is_transient(&self) -> bool {
        self.0.kind.is_transient()
    }

    /// Returns true if plex.tv knows no key for this device (code 1097, with any status): the user has removed the device,
    /// or the key was never registered.
    ///
    /// Sign in again with a new client identifier and a new key: the old identifier cannot sign in without its key.
    pub fn is_device_removed(&self) -> bool {
        self.plex_code() == Some(1097)
    }

    /// Returns the flaw of a token that should have been a JWT from plex.tv for this device. Do not use the token.
    pub fn jwt_flaw(&self) -> Option<JwtFlaw> {
        match self.0.kind {
            Kind::Jwt(flaw) => Some(flaw),
            _ => None,
        }
    }

    /// Returns true if the call itself is wrong; nothing was sent. Fix the program.
    pub fn is_misuse(&self) -> bool {
        matches!(self.0.kind, Kind::Misuse(_))
    }

    /// Returns true if a file cannot be read or written, or holds something else. Check the path and its permissions, or
    /// restore the file.
    ///
    /// `source()` is the [`std::io::Error`] if the operating system reported one. A file that holds something else was left
    /// unchanged.
    pub fn is_storage(&self) -> bool {
        matches!(self.0.kind, Kind::Storage(_))
    }

    /// Returns the step that failed: a phrase (`wait for the token`), or the `operationId` of an operation (`getPin`).
    pub fn step(&self) -> &'static str {
        self.0.step
    }

    /// Returns the addresses of a media server, each with its error. Those that were not tried have the
    /// class [`ErrorClass::NotTried`]. Empty for every other failure.
    pub fn attempts(&self) -> &[Attempt] {
        match &self.0.kind {
            Kind::Unreachable(attempts) => attempts,
            _ => &[],
        }
    }

    /// Returns the kind of failure, for statistics and your own messages. To decide what to do, use the predicates.
    pub fn class(&self) -> ErrorClass {
        self.0.kind.class()
    }

    /// Returns the HTTP status of the response, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self.0.kind {
            Kind::Status { status, .. }
            | Kind::Unreadable { status, .. }
            | Kind::NoBody { status, .. }
            | Kind::TooLarge { status, .. } => Some(status.as_u16()),
            _ => None,
        }
    }

    /// Returns Plex's own error code, such as 1020 for a PIN that was not found. It is read from JSON and from XML.
    pub fn plex_code(&self) -> Option<i64> {
        self.plex()?.code
    }

    /// Returns the server's message, as it was sent.
    ///
    /// It is not part of `Display`, because a server may repeat secrets that it received: think before you log it.
    pub fn plex_message(&self) -> Option<&str> {
        self.plex()?.message.as_deref()
    }

    /// Returns the id that the server gave to the request (`X-Request-Id`, or `CF-Ray` of Cloudflare), for support requests.
    ///
    /// It is visible ASCII text of at most 128 characters. It is not part of `Display`, because the server chose it.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Returns the `operationId` of the operation that failed, or the step if there is none.
    fn operation(&self) -> &'static str {
        self.0.operation.unwrap_or(self.0.step)
    }

    fn plex(&self) -> Option<&PlexError> {
        match &self.0.kind {
            Kind::Status { plex, .. } => plex.as_ref(),
            _ => None,
        }
    }
}
