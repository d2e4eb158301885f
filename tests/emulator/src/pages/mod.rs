//! The web pages: `/` explains the emulator, `/link` takes a short code, `/auth` opens an auth link.

use hyper::StatusCode;
use hyper::http::request::Parts;
use serde_json::json;

use crate::call::{self, Call};
use crate::codes::STRONG_CODE_LENGTH;
use crate::network::Network;
use crate::reply::{ApiError, Reply};
use crate::state::{Pin, State};

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

/// Forbids other origins, inline code and frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Responds to a request for a page, for its assets or from its scripts; `None` for other paths.
pub(crate) fn respond(
    segments: &[&str],
    parts: &Parts,
    call: &Call<'_>,
    network: &Network,
    state: &mut State,
) -> Option<Reply> {
    let reply = match (call::method(parts), segments) {
        ("GET", []) => page(include_str!("home.html"), state),
        ("GET", ["link"]) => page(include_str!("link.html"), state),
        ("GET", ["auth"]) => page(include_str!("auth.html"), state),
        // The old address of the page, still in use.
        ("GET", ["pin"]) => redirect_to_link(parts),
        ("GET", ["assets", "pages.css"]) => {
            asset("text/css; charset=utf-8", include_str!("pages.css"))
        }
        ("GET", ["assets", "pages.js"]) => {
            asset("text/javascript; charset=utf-8", include_str!("pages.js"))
        }
        ("GET", ["assets", "home.js"]) => {
            asset("text/javascript; charset=utf-8", include_str!("home.js"))
        }
        ("GET", ["_pages", "pin"]) => {
            let found = own_page(parts, network).and_then(|()| look_up(call, state));
            finish(found.map(|body| Reply::bytes(JSON, body)))
        }
        ("POST", ["_pages", "decision"]) => {
            let decided = own_page(parts, network).and_then(|()| decide(call, state));
            finish(decided.map(|()| Reply::empty(StatusCode::NO_CONTENT)))
        }
        _ => return None,
    };
    Some(reply)
}

fn page(html: &'static str, state: &State) -> Reply {
    let reply = Reply::bytes(HTML, html)
        .header("content-security-policy", POLICY)
        .header("x-frame-options", "DENY")
        .header("referrer-policy", "no-referrer")
        .header("x-content-type-options", "nosniff")
        .header("cache-control", "no-store");
    if state.switches.coop {
        reply.header("cross-origin-opener-policy", "same-origin")
    } else {
        reply
    }
}

fn asset(content_type: &'static str, text: &'static str) -> Reply {
    Reply::bytes(content_type, text)
        .header("x-content-type-options", "nosniff")
        .header("cache-control", "no-cache")
}

fn redirect_to_link(parts: &Parts) -> Reply {
    let query = parts.uri.query().map(|query| format!("?{query}"));
    Reply::empty(StatusCode::FOUND)
        .header("location", format!("/link/{}", query.unwrap_or_default()))
}

/// An error for the script of a page, and the reason that selects its message.
struct Failure(ApiError, Option<&'static str>);

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self(error, None)
    }
}

fn finish(result: Result<Reply, Failure>) -> Reply {
    result.unwrap_or_else(|Failure(error, reason)| {
        let body = json!({"code": error.code, "message": error.message, "reason": reason});
        Reply {
            status: error.status,
            ..Reply::bytes(JSON, body.to_string())
        }
    })
}

/// Rejects requests from the pages of other sites.
fn own_page(parts: &Parts, network: &Network) -> Result<(), Failure> {
    let forbidden = |reason| ApiError::new(StatusCode::FORBIDDEN, 1004, reason);
    Ok(network.check_page(parts).map_err(forbidden)?)
}

/// Returns the app of a code and the users who can approve it.
fn look_up(call: &Call<'_>, state: &mut State) -> Result<String, Failure> {
    let code = call.query("code").unwrap_or_default();
    let users = state.accounts.shown_names();
    let now = state.now();
    let pin = find(&code, call.query("clientID").as_deref(), state)?;
    let left = now.until(pin.expires_at).as_millis();
    Ok(json!({
        "product": pin.app.product,
        "version": pin.app.version,
        "platform": pin.app.platform,
        "device": pin.app.shown_device(),
        "clientIdentifier": pin.app.client_identifier,
        "millisecondsLeft": u64::try_from(left).unwrap_or(u64::MAX),
        "users": users,
    })
    .to_string())
}

fn decide(call: &Call<'_>, state: &mut State) -> Result<(), Failure> {
    let malformed = || ApiError::bad_request("The decision is malformed");
    let body = call.json()?.ok_or_else(malformed)?;
    let code = body["code"].as_str().ok_or_else(malformed)?;
    let allow = body["allow"].as_bool().ok_or_else(malformed)?;
    let user = body["user"]
        .as_u64()
        .and_then(|user| usize::try_from(user).ok());
    let user = user
        .filter(|user| *user < state.accounts.users.len())
        .ok_or_else(malformed)?;
    find(code, body["clientID"].as_str(), state)?;
    if allow {
        state.link(code, user)?;
    } else {
        state.decline(code)?;
    }
    Ok(())
}

/// Finds the PIN of a code. The auth page sends a client identifier and accepts only strong codes of that client;
/// the link page sends none and accepts only short codes.
fn find<'s>(code: &str, client: Option<&str>, state: &'s mut State) -> Result<&'s Pin, Failure> {
    let fail = |reason| Failure(ApiError::code_not_found(), reason);
    if client.is_none() && code.len() == STRONG_CODE_LENGTH {
        return Err(fail(Some("strong")));
    }
    let pin = state.pin_by_code(code).filter(|pin| match client {
        Some(client) => pin.is_strong() && pin.app.client_identifier == client,
        None => !pin.is_strong(),
    });
    match pin {
        None => Err(fail(None)),
        Some(pin) if pin.token().is_some() => Err(fail(Some("claimed"))),
        Some(pin) => Ok(pin),
    }
}
