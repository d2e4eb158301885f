use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;

use crate::plex_code::{PlexCode, is_html};

mod class;
mod jwt;
mod text;

pub use class::ErrorClass;
pub use jwt::JwtFlaw;

/// Why a step failed.
///
/// What a program can do about it is asked with the predicates; every failure with an HTTP status keeps it, whatever its
/// body was. Neither `Display` nor `Debug` nor `source()` shows a token, a code, a header, a body or an address.
///
/// | condition | predicate | what a program should do |
/// | --- | --- | --- |
/// | the PIN has expired, or plex.tv no longer knows it | [`is_expired`](Self::is_expired) | start a new sign-in |
/// | plex.tv does not know what was asked for (404) | [`is_not_found`](Self::is_not_found) | check id, code and client identifier |
/// | the request is malformed (400) | [`is_bad_request`](Self::is_bad_request) | mend the request, most often the identity |
/// | plex.tv does not accept the token (401, 403, 422, 498) | [`is_rejected`](Self::is_rejected) | sign in again; in a refresh of `Credentials` try later |
/// | asked too often (429) | [`is_rate_limited`](Self::is_rate_limited) | wait [`retry_after`](Self::retry_after), or back off |
/// | network, time-out, outage, broken answer | [`is_transient`](Self::is_transient) | try again later; keep the token |
/// | the device is no longer among the user's (1097) | [`is_device_removed`](Self::is_device_removed) | sign in again, with a new client identifier and device key |
/// | the token is not one for this device | [`jwt_flaw`](Self::jwt_flaw) | trust it with nothing; see what is wrong with it |
/// | the call itself makes no sense | [`is_misuse`](Self::is_misuse) | mend the program |
///
/// It is cheap to clone: tasks that wait for the same attempt share its outcome.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    step: &'static str,
    /// The operation within the step, where the step is more than that.
    operation: Option<&'static str>,
    kind: Kind,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

#[derive(Clone)]
enum Kind {
    /// No answer, or not a whole one: which class of failure.
    Network(ErrorClass),
    /// An answer with any status but success.
    Status {
        status: StatusCode,
        plex: Option<PlexCode>,
        retry_after: Option<Duration>,
        is_html: bool,
    },
    /// A success whose body is not what the spec promises.
    Unreadable { status: StatusCode, why: String },
    /// An answer over the limit.
    TooLarge { status: StatusCode, limit: usize },
    /// A success that is not about what was asked.
    WrongAnswer(&'static str),
    /// A token that is not a JWT that plex.tv has signed for this device.
    Jwt(JwtFlaw),
    /// The PIN's time is up.
    Expired,
    /// Nothing was sent, or nothing can be done with what is at hand.
    Misuse(String),
}

impl Error {
    /// Whether the PIN is dead: its time is up, or plex.tv no longer knows it. Start a new sign-in.
    pub fn is_expired(&self) -> bool {
        matches!(self.0.kind, Kind::Expired)
            || (self.is_not_found() && self.plex_code() == Some(1020))
    }

    /// Whether plex.tv knows nothing under this id or code (404). For a PIN the cause may be that it expired or that it
    /// was created with another client identifier: plex.tv does not tell these apart.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether the request is malformed (400), most often for want of a client identifier.
    pub fn is_bad_request(&self) -> bool {
        self.status() == Some(400)
    }

    /// Whether plex.tv answered that it does not accept the token (401, 403, 422, 498). An outage never is this, nor is a page of
    /// HTML that something else wrote in its place.
    pub fn is_rejected(&self) -> bool {
        matches!(self.status(), Some(401 | 403 | 422 | 498)) && !self.is_transient()
    }

    /// Whether plex.tv was asked too often (429).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(429)
    }

    /// How long the server asks to wait before the next request, where it says so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0.kind {
            Kind::Status { retry_after, .. } => retry_after,
            _ => None,
        }
    }

    /// Whether the same request may succeed later: the network failed, the answer did not come or broke off, the server
    /// is in trouble (408, 425, 429, 5xx), or something in between answered in its place (a redirect, a page of HTML; but a
    /// 401 is a refusal in whatever form). A token is not bad for that.
    pub fn is_transient(&self) -> bool {
        match &self.0.kind {
            Kind::Network(_) | Kind::Unreadable { .. } | Kind::TooLarge { .. } => true,
            Kind::Status {
                status, is_html, ..
            } => {
                (*is_html && status.as_u16() != 401)
                    || status.is_server_error()
                    || status.is_redirection()
                    || matches!(status.as_u16(), 408 | 425 | 429)
            }
            Kind::WrongAnswer(_) | Kind::Jwt(_) | Kind::Expired | Kind::Misuse(_) => false,
        }
    }

    /// Whether plex.tv knows no key for this device (code 1097, in whatever status): the user has removed the device, or the
    /// key was never registered. Sign in again; the old client identifier cannot sign in without its key, so with a new one.
    pub fn is_device_removed(&self) -> bool {
        self.plex_code() == Some(1097)
    }

    /// What is wrong with a token that should have been a JWT of plex.tv's for this device.
    pub fn jwt_flaw(&self) -> Option<JwtFlaw> {
        match self.0.kind {
            Kind::Jwt(flaw) => Some(flaw),
            _ => None,
        }
    }

    /// Whether the call itself makes no sense; nothing was sent.
    pub fn is_misuse(&self) -> bool {
        matches!(self.0.kind, Kind::Misuse(_))
    }

    /// The step that failed, in words (`wait for the token`) or as the `operationId` of an operation (`getPin`).
    pub fn step(&self) -> &'static str {
        self.0.step
    }

    /// What kind of failure it is, for statistics and for messages of one's own. To decide what to do, ask the predicates.
    pub fn class(&self) -> ErrorClass {
        match &self.0.kind {
            Kind::Network(class) => *class,
            Kind::Status { .. } => ErrorClass::Status,
            Kind::Unreadable { .. } => ErrorClass::Unreadable,
            Kind::TooLarge { .. } => ErrorClass::TooLarge,
            Kind::WrongAnswer(_) => ErrorClass::WrongAnswer,
            Kind::Jwt(_) => ErrorClass::Jwt,
            Kind::Expired => ErrorClass::Expired,
            Kind::Misuse(_) => ErrorClass::Misuse,
        }
    }

    /// The HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self.0.kind {
            Kind::Status { status, .. }
            | Kind::Unreadable { status, .. }
            | Kind::TooLarge { status, .. } => Some(status.as_u16()),
            _ => None,
        }
    }

    /// Plex's own number of the error, such as 1020 for a PIN that is not found.
    pub fn plex_code(&self) -> Option<i64> {
        self.plex().map(|plex| plex.code)
    }

    /// The server's text to its error, as it was sent. It is not part of `Display`, because a server may repeat in it
    /// what it was sent; think before you log it.
    pub fn plex_message(&self) -> Option<&str> {
        self.plex()?.message.as_deref()
    }

    /// The `operationId` of the operation that failed, or the step where there is none.
    fn operation(&self) -> &'static str {
        self.0.operation.unwrap_or(self.0.step)
    }

    fn plex(&self) -> Option<&PlexCode> {
        match &self.0.kind {
            Kind::Status { plex, .. } => plex.as_ref(),
            _ => None,
        }
    }
}

/// Errors are made here and by what is built on the generated client.
impl Error {
    /// The call makes no sense as it is; `what` says why and what to do, and holds no secret.
    pub fn misuse(step: &'static str, what: impl Into<String>) -> Self {
        Self::new(step, Kind::Misuse(what.into()))
    }

    /// A PIN's time is up and nobody is known to have agreed to it; the last attempt to find out may have failed.
    pub fn expired(step: &'static str, last_attempt: Option<Self>) -> Self {
        let mut error = Self::new(step, Kind::Expired);
        error.0.source = last_attempt.map(|attempt| Arc::new(attempt) as _);
        error
    }

    /// The server answered, and well formed, but not to what was asked.
    pub fn wrong_answer(step: &'static str, what: &'static str) -> Self {
        Self::new(step, Kind::WrongAnswer(what))
    }

    /// A token is not a JWT that plex.tv has signed for this device.
    pub fn jwt(step: &'static str, flaw: JwtFlaw) -> Self {
        Self::new(step, Kind::Jwt(flaw))
    }

    /// The same error as part of a larger step.
    #[must_use]
    pub fn during(mut self, step: &'static str) -> Self {
        let operation = std::mem::replace(&mut self.0.step, step);
        self.0.operation.get_or_insert(operation);
        self
    }

    fn new(step: &'static str, kind: Kind) -> Self {
        Self(Box::new(Inner {
            step,
            operation: None,
            kind,
            source: None,
        }))
    }

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
                plex: PlexCode::from_body(body),
                retry_after,
                is_html: is_html(body),
            },
        )
    }

    pub(crate) fn too_large(step: &'static str, status: StatusCode, limit: usize) -> Self {
        Self::new(step, Kind::TooLarge { status, limit })
    }

    pub(crate) fn unreadable(step: &'static str, status: StatusCode, why: String) -> Self {
        Self::new(step, Kind::Unreadable { status, why })
    }

    /// A failure below HTTP. The address, which may hold a secret, is taken off.
    pub(crate) fn from_reqwest(step: &'static str, error: reqwest::Error) -> Self {
        let error = error.without_url();
        let mut made = Self::new(step, Kind::Network(ErrorClass::of_network(&error)));
        made.0.source = Some(Arc::new(error));
        made
    }
}
