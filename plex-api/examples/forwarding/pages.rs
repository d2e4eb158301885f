//! The pages of the example, including the one for errors.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// Builds a page from a paragraph.
macro_rules! page {
    ($body:literal) => {
        Html(concat!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sign in with Plex</title>",
            "<meta name=\"viewport\" content=\"width=device-width\"><p>",
            $body
        ))
    };
}

type Page = Html<&'static str>;

pub(crate) const SIGN_IN: Page = page!(
    "You are not signed in.<form method=post action=/sign-in target=_blank><button>Sign in with Plex</button></form>\
     <p id=status role=status><script>\
     setInterval(async () => {\
       const response = await fetch('/status');\
       const { status, seconds, plex_responds } = await response.json();\
       if (status === 'signed_in') location.reload();\
       document.getElementById('status').textContent = {\
         pending: plex_responds ? `Waiting for you, ${seconds} seconds left.` : 'Plex does not respond; trying again.',\
         expired: 'That took too long. Start again.',\
       }[status] ?? '';\
     }, 1000);\
     </script>"
);
pub(crate) const SIGNED_IN: Page =
    page!("You are signed in. The token is in this server's session store and nowhere else.");
pub(crate) const NOT_YET: Page = page!(
    "<meta http-equiv=refresh content=2>You have not agreed yet, or Plex does not respond. \
     This page looks again every two seconds; you can also <a href=/>start over</a>."
);
pub(crate) const EXPIRED: Page = page!("That sign-in has expired. <a href=/>Start over</a>.");
pub(crate) const NOT_YOURS: Page =
    page!("This browser did not start that sign-in. <a href=/>Start one</a>.");
pub(crate) const OTHER_SITE: Page = page!("Start the sign-in from this server's own page.");
const LATER: Page = page!("Plex cannot be reached. Try again in a minute.");
const FAILED: Page = page!("Something went wrong here.");

/// An error. The log has the reason; the page only says what the user can do.
pub(crate) struct Failure {
    reason: Box<dyn std::error::Error + Send + Sync>,
}

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for Failure {
    fn from(reason: E) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        eprintln!("log: {}", self.reason);
        match self.reason.downcast_ref::<plex_api::Error>() {
            Some(error) if error.is_transient() => {
                (StatusCode::SERVICE_UNAVAILABLE, LATER).into_response()
            }
            _ => (StatusCode::INTERNAL_SERVER_ERROR, FAILED).into_response(),
        }
    }
}
