//! From a request to its response.

use std::convert::Infallible;
use std::future::pending;
use std::io::Read;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use flate2::Compression;
use flate2::read::GzEncoder;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};

use crate::call::{self, Call};
use crate::delivery::{self, BoxBody};
use crate::faults::{Change, Delivery, Plan, Replacement};
use crate::media_server::Behaviour;
use crate::operation::{self, Operation};
use crate::render::Format;
use crate::reply::{ApiError, Body, Reply};
use crate::routes::media_server;
use crate::served::Served;
use crate::server::Caller;
use crate::state::State;
use crate::{control, pages, routes};

/// The limit of a request body; requests to plex.tv have a few hundred bytes.
const LARGEST_BODY: usize = 1 << 20;
/// The limit of a body in the record of requests.
const RECORDED_BODY: usize = 64 << 10;

pub(crate) async fn respond(
    request: Request<Incoming>,
    caller: Arc<Caller>,
) -> Result<Response<BoxBody>, Infallible> {
    let (parts, body) = request.into_parts();
    let (body, is_too_large) = read(body).await;
    if caller.cutter.is_stalled() {
        // Another request of this HTTP/2 connection stalled it.
        return pending().await;
    }
    let Exchange {
        response, delivery, ..
    } = exchange(parts, body, is_too_large, &caller);
    if let Some(served) = &caller.behind
        && let Behaviour::Slow(delay) = served.behaviour
    {
        tokio::time::sleep(delay).await;
    }
    Ok(delivery::deliver(response, delivery, &caller.cutter, &caller.shared).await)
}

/// Reads a body; the flag says that it is too large. The rest of such a body is read and dropped, so that the
/// client reaches the response.
async fn read(mut body: Incoming) -> (Bytes, bool) {
    let mut kept = BytesMut::new();
    let mut size = 0;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref() else {
            continue;
        };
        size += data.len();
        if size <= LARGEST_BODY {
            kept.extend_from_slice(data);
        } else if size > 64 * LARGEST_BODY {
            break;
        }
    }
    (kept.freeze(), size > LARGEST_BODY)
}

/// A response and its delivery.
struct Exchange {
    response: Response<Bytes>,
    operation: Option<Operation>,
    delivery: Delivery,
}

fn exchange(parts: Parts, body: Bytes, is_too_large: bool, caller: &Caller) -> Exchange {
    let shared = &caller.shared;
    let mut state = shared.state();
    let now = state.now();
    let mut call = Call::new(&parts, &body, shared.network.origin(&parts));
    call.strict = state.switches.strict;
    let mut exchange = if is_too_large {
        let error = ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, 1004, "The body is too large");
        plain(error.into_reply().into_response(call.format))
    } else if let Some(served) = &caller.behind {
        route_at(served, &parts, &call, &mut state)
    } else {
        route(&parts, &call, caller, &mut state)
    };
    if let Ok(date) = HeaderValue::from_str(&now.http_date()) {
        let headers = exchange.response.headers_mut();
        headers.entry("date").or_insert(date);
    }
    if caller.behind.is_some() || !is_internal(call.path()) {
        let sends_nothing = matches!(exchange.delivery, Delivery::Nothing(_));
        let status = (!sends_nothing).then(|| exchange.response.status().as_u16());
        let kept = &body[..body.len().min(RECORDED_BODY)];
        state
            .recorder
            .record(now, exchange.operation, &parts, kept, status);
    }
    exchange
}

/// Returns true for the control API, the scripts and assets of the pages, and the health check.
fn is_internal(path: &str) -> bool {
    // Repeated slashes count as one here too.
    let first = path.split('/').find(|segment| !segment.is_empty());
    first.is_some_and(|first| first.starts_with('_') || ["assets", "healthz"].contains(&first))
}

/// Finds the handler of a path: an operation of plex.tv, the control API, or a page.
fn route(parts: &Parts, call: &Call<'_>, caller: &Caller, state: &mut State) -> Exchange {
    let (peer, shared) = (caller.peer, &caller.shared);
    let mut segments = segments(call);
    if let ["api", .., last] = segments.as_mut_slice()
        && let Some(without) = last.strip_suffix(".json")
    {
        *last = without;
    }
    if let Some(endpoint) = operation::endpoint(&segments) {
        let handler = |operation, parameter: &str, state: &mut State| {
            let reply = routes::respond(operation, parameter, call, state);
            reply.unwrap_or_else(ApiError::into_reply)
        };
        return carry_out(endpoint, call, parts, state, handler);
    }
    let reply = match segments.as_slice() {
        ["_emulator", rest @ ..] => Some(control::respond(rest, parts, call, peer, shared, state)),
        ["healthz"] if call::method(parts) == "GET" => {
            Some(Reply::bytes("text/plain", "ok\n").header("cache-control", "no-store"))
        }
        _ => pages::respond(&segments, parts, call, &shared.network, state),
    };
    plain(match reply {
        Some(reply) => reply.into_response(call.format),
        None => {
            let reply = ApiError::unknown_endpoint().into_reply();
            with_cors(reply.into_response(call.format), state)
        }
    })
}

/// Finds the handler of a path of a media server.
fn route_at(served: &Served, parts: &Parts, call: &Call<'_>, state: &mut State) -> Exchange {
    match operation::media_server_endpoint(&segments(call)) {
        Some(endpoint) => carry_out(endpoint, call, parts, state, |operation, key, state| {
            media_server::respond(operation, key, call, served, state)
        }),
        None => {
            let reply = media_server::not_found();
            plain(with_cors(reply.into_response(call.format), state))
        }
    }
}

/// Splits the path: repeated slashes count as one, and one at the end does not count.
fn segments<'a>(call: &Call<'a>) -> Vec<&'a str> {
    let segments = call.path().split('/');
    segments.filter(|segment| !segment.is_empty()).collect()
}

fn plain(response: Response<Bytes>) -> Exchange {
    Exchange {
        response,
        operation: None,
        delivery: Delivery::Immediate,
    }
}

/// Handles a request to a path of an API.
fn carry_out(
    (methods, parameter): operation::Endpoint<'_>,
    call: &Call<'_>,
    parts: &Parts,
    state: &mut State,
    handler: impl FnOnce(Operation, &str, &mut State) -> Reply,
) -> Exchange {
    if parts.method == Method::OPTIONS {
        return plain(with_cors(preflight(methods, parts), state));
    }
    let method = call::method(parts);
    let Some((_, operation)) = methods.iter().find(|(name, _)| *name == method) else {
        let reply = ApiError::method_not_allowed(allowed(methods)).into_reply();
        return plain(with_cors(reply.into_response(call.format), state));
    };
    let client = call.plex("x-plex-client-identifier");
    let Plan {
        replacement,
        change,
        delivery,
    } = state
        .faults
        .next(*operation, client.as_deref())
        .plan(state.now());
    let own = |reply, state: &State| with_cors(write(reply, change, call.format), state);
    let response = match replacement {
        Some(Replacement::Foreign(response)) => response,
        Some(Replacement::Reply(reply)) => own(reply, state),
        None => {
            let reply = handler(*operation, parameter, state);
            own(reply, state)
        }
    };
    Exchange {
        response,
        operation: Some(*operation),
        delivery,
    }
}

/// Writes a response and applies the change of a fault.
fn write(mut reply: Reply, change: Option<Change>, format: Format) -> Response<Bytes> {
    match change {
        None => reply.into_response(format),
        Some(Change::Field(path, value)) => {
            match &mut reply.body {
                Body::Node(_, node) => node.change(&path, value.as_ref()),
                // The path begins with the only field of the object.
                Body::Wrapped(root, node) => {
                    if let Some((first, rest)) = path.split_once('.')
                        && first == *root
                    {
                        node.change(rest, value.as_ref());
                    }
                }
                Body::Empty | Body::Bytes(..) => {}
            }
            reply.into_response(format)
        }
        Some(Change::ContentType(content_type)) => {
            let mut response = reply.into_response(format);
            response.headers_mut().insert(CONTENT_TYPE, content_type);
            response
        }
        Some(Change::Gzip) => {
            let mut response = reply.into_response(format);
            let encoding = HeaderValue::from_static("gzip");
            response.headers_mut().insert(CONTENT_ENCODING, encoding);
            response.map(|body| gzip(&body))
        }
        Some(Change::Truncate) => {
            let response = reply.into_response(format);
            response.map(|body| body.slice(..body.len() / 2))
        }
    }
}

fn gzip(body: &[u8]) -> Bytes {
    let mut compressed = Vec::new();
    // Reading from a slice does not fail.
    let _ = GzEncoder::new(body, Compression::default()).read_to_end(&mut compressed);
    compressed.into()
}

fn allowed(methods: &[(&str, Operation)]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|(name, _)| *name).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// Responds to a CORS preflight: pages of any origin may send any header.
fn preflight(methods: &[(&str, Operation)], parts: &Parts) -> Response<Bytes> {
    let headers = call::header(parts, "access-control-request-headers").unwrap_or("*");
    Reply::empty(StatusCode::NO_CONTENT)
        .header("allow", allowed(methods))
        .header("access-control-allow-methods", allowed(methods))
        .header("access-control-allow-headers", headers)
        .header("access-control-max-age", "86400")
        .into_response(Format::Json)
}

/// Lets pages of every origin read the response, as plex.tv does.
fn with_cors(mut response: Response<Bytes>, state: &State) -> Response<Bytes> {
    let headers = response.headers_mut();
    if !state.switches.no_cors {
        headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
        let exposed = HeaderValue::from_static("Retry-After");
        headers.insert("access-control-expose-headers", exposed);
    }
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}
