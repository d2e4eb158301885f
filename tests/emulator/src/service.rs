//! From a request to its answer.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};

use crate::call::{self, Call};
use crate::connection::Cutter;
use crate::delivery::{self, BoxBody};
use crate::faults::{Fault, RetryAfter};
use crate::operation::{self, Operation};
use crate::render::Format;
use crate::reply::{ApiError, Body, Reply};
use crate::server::Shared;
use crate::state::State;
use crate::{control, pages, routes};

/// A request to plex.tv is a few hundred bytes; this is for those who try.
const LARGEST_BODY: usize = 1 << 20;
/// As much of a body as the record keeps.
const RECORDED_BODY: usize = 64 << 10;

pub(crate) async fn respond(
    request: Request<Incoming>,
    peer: IpAddr,
    cutter: Arc<Cutter>,
    shared: Arc<Shared>,
) -> Result<Response<BoxBody>, Infallible> {
    let (parts, body) = request.into_parts();
    let (body, is_too_large) = read(body).await;
    let exchange = exchange(parts, body, is_too_large, peer, &shared);
    if let Fault::Refuse { duration } = exchange.fault {
        shared.refuse(duration);
    }
    Ok(delivery::deliver(exchange.response, &exchange.fault, &cutter).await)
}

/// Reads a body, and whether it is too large; of such a one the rest is thrown away, so that its client comes
/// to read the answer.
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

/// An answer, and what is to happen to it on its way.
struct Exchange {
    response: Response<Bytes>,
    operation: Option<Operation>,
    fault: Fault,
}

fn exchange(
    parts: Parts,
    body: Bytes,
    is_too_large: bool,
    peer: IpAddr,
    shared: &Shared,
) -> Exchange {
    let mut state = shared.state();
    let now = state.now();
    let call = Call::new(&parts, &body, &shared.local);
    let mut exchange = if is_too_large {
        let error = ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, 1004, "The body is too large");
        without_fault(error.into_reply().into_response(call.format))
    } else {
        answer(&parts, &call, peer, shared, &mut state)
    };
    if let Ok(date) = HeaderValue::from_str(&now.http_date()) {
        exchange.response.headers_mut().insert("date", date);
    }
    let is_ours = call.path().starts_with("/_") || call.path().starts_with("/assets/");
    if !is_ours {
        let sends_nothing = matches!(
            exchange.fault,
            Fault::Reset | Fault::LoseAnswer | Fault::Hang | Fault::Refuse { .. }
        );
        let status = (!sends_nothing).then(|| exchange.response.status().as_u16());
        let kept = &body[..body.len().min(RECORDED_BODY)];
        state
            .recorder
            .record(now, exchange.operation, &parts, kept, status);
    }
    exchange
}

fn answer(
    parts: &Parts,
    call: &Call<'_>,
    peer: IpAddr,
    shared: &Shared,
    state: &mut State,
) -> Exchange {
    let path = call.path();
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = match path.strip_suffix(".json") {
        Some(without) if path.starts_with("api/") => without,
        _ => path,
    };
    let segments: Vec<&str> = path.split('/').collect();
    if let Some(offer) = operation::offer(&segments) {
        return offered(offer, call, parts, state);
    }
    let reply = match segments.as_slice() {
        ["_emulator", rest @ ..] => Some(control::answer(rest, parts, call, peer, shared, state)),
        _ => pages::answer(&segments, parts, call, state),
    };
    without_fault(match reply {
        Some(reply) => reply.into_response(call.format),
        None => {
            let reply = ApiError::no_such_endpoint().into_reply();
            with_cors(reply.into_response(call.format), state)
        }
    })
}

fn without_fault(response: Response<Bytes>) -> Exchange {
    Exchange {
        response,
        operation: None,
        fault: Fault::Pass,
    }
}

/// Answers a request to a path of plex.tv's API.
fn offered(
    (methods, parameter): operation::Offer<'_>,
    call: &Call<'_>,
    parts: &Parts,
    state: &mut State,
) -> Exchange {
    if parts.method == Method::OPTIONS {
        return without_fault(with_cors(preflight(methods, parts), state));
    }
    let method = match parts.method.as_str() {
        "HEAD" => "GET",
        other => other,
    };
    let Some((_, operation)) = methods.iter().find(|(name, _)| *name == method) else {
        let reply = ApiError::method_not_allowed(allowed(methods)).into_reply();
        return without_fault(with_cors(reply.into_response(call.format), state));
    };
    let fault = state.faults.next(*operation);
    let reply = match instead(&fault, state) {
        Some(reply) => reply,
        None => routes::answer(*operation, parameter, call, state)
            .unwrap_or_else(|error| error.into_reply()),
    };
    Exchange {
        response: with_cors(change(reply, &fault, call.format), state),
        operation: Some(*operation),
        fault,
    }
}

/// The answer of a fault that keeps the request from being carried out.
fn instead(fault: &Fault, state: &State) -> Option<Reply> {
    let html = |status| {
        let body = format!(
            "<!DOCTYPE html>\n<html><head><title>{status}</title></head>\
             <body><center><h1>{status}</h1></center></body></html>\n"
        );
        Reply {
            status,
            ..Reply::bytes("text/html", body)
        }
    };
    match fault {
        Fault::Reset | Fault::Hang | Fault::Refuse { .. } => {
            Some(Reply::empty(StatusCode::NO_CONTENT))
        }
        Fault::Huge { .. } => Some(Reply::bytes(Format::Json.content_type(), "")),
        Fault::Status { status } => {
            let status = StatusCode::from_u16(*status).ok();
            let status = status.filter(|status| !status.is_informational());
            Some(html(status.unwrap_or(StatusCode::BAD_GATEWAY)))
        }
        Fault::Redirect { location } => Some(html(StatusCode::FOUND).header("location", location)),
        Fault::RateLimited { retry_after } => {
            let reply = ApiError::rate_limited().into_reply();
            Some(match retry_after {
                Some(RetryAfter::Seconds(seconds)) => {
                    reply.header("retry-after", seconds.to_string())
                }
                Some(RetryAfter::DateIn(seconds)) => {
                    let then = state.now().plus(std::time::Duration::from_secs(*seconds));
                    reply.header("retry-after", then.http_date())
                }
                None => reply,
            })
        }
        _ => None,
    }
}

/// Writes the answer, changed as a fault wants it.
fn change(mut reply: Reply, fault: &Fault, format: Format) -> Response<Bytes> {
    if let Body::Node(_, node) = &mut reply.body {
        match fault {
            Fault::RemoveField { field } => node.change(field, None),
            Fault::SetField { field, value } => node.change(field, Some(value)),
            _ => {}
        }
    }
    let mut response = reply.into_response(format);
    match fault {
        Fault::Truncate => response.map(|body| body.slice(..body.len() / 2)),
        Fault::ContentType { content_type } => {
            if let Ok(content_type) = HeaderValue::from_str(content_type) {
                response.headers_mut().insert(CONTENT_TYPE, content_type);
            }
            response
        }
        _ => response,
    }
}

fn allowed(methods: &[(&str, Operation)]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|(name, _)| *name).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// Lets a page of any origin send what it asks to send.
fn preflight(methods: &[(&str, Operation)], parts: &Parts) -> Response<Bytes> {
    let headers = call::header(parts, "access-control-request-headers").unwrap_or("*");
    Reply::empty(StatusCode::NO_CONTENT)
        .header("allow", allowed(methods))
        .header("access-control-allow-methods", allowed(methods))
        .header("access-control-allow-headers", headers)
        .header("access-control-max-age", "86400")
        .into_response(Format::Json)
}

/// plex.tv lets pages of every origin read its answers.
fn with_cors(mut response: Response<Bytes>, state: &State) -> Response<Bytes> {
    let headers = response.headers_mut();
    if !state.switches.no_cors {
        headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
    }
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}
