//! From a request to its answer.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};

use crate::call::{self, Call};
use crate::operation;
use crate::pages;
use crate::reply::{ApiError, Reply};
use crate::routes;
use crate::server::Shared;

/// A request to plex.tv is a few hundred bytes; this is for those who try.
const LARGEST_BODY: usize = 1 << 20;

pub(crate) async fn respond(
    request: Request<Incoming>,
    peer: IpAddr,
    shared: Arc<Shared>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let response = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => answer(&parts, &body.to_bytes(), peer, &shared),
        Err(_) => ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, 1004, "The body is too large")
            .into_reply()
            .into_response(crate::render::Format::Json),
    };
    Ok(response.map(Full::new))
}

fn answer(parts: &Parts, body: &Bytes, peer: IpAddr, shared: &Shared) -> Response<Bytes> {
    let call = Call::new(parts, body, &shared.local);
    let path = call.path();
    let trimmed = path.strip_suffix('/').unwrap_or(path);
    let api = trimmed.strip_prefix('/').unwrap_or(trimmed);
    let api = match api.strip_suffix(".json") {
        Some(without) if api.starts_with("api/") => without,
        _ => api,
    };
    let segments: Vec<&str> = api.split('/').collect();
    let mut response = match operation::offer(&segments) {
        Some(offer) => with_cors(offered(offer, &call, parts, shared)),
        None => match pages::answer(&segments, parts, &call, peer, shared) {
            Some(reply) => reply.into_response(call.format),
            None => with_cors(
                ApiError::no_such_endpoint()
                    .into_reply()
                    .into_response(call.format),
            ),
        },
    };
    let date = shared.state().now().http_date();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert("date", date);
    }
    response
}

/// Answers a request to a path of plex.tv's API.
fn offered(
    (methods, parameter): operation::Offer<'_>,
    call: &Call<'_>,
    parts: &Parts,
    shared: &Shared,
) -> Response<Bytes> {
    if parts.method == Method::OPTIONS {
        return preflight(methods, parts);
    }
    let method = match parts.method.as_str() {
        "HEAD" => "GET",
        other => other,
    };
    let found = methods.iter().find(|(name, _)| *name == method);
    let reply = match found {
        Some((_, operation)) => routes::answer(*operation, parameter, call, &mut shared.state()),
        None => Err(ApiError::method_not_allowed(allowed(methods))),
    };
    reply
        .unwrap_or_else(ApiError::into_reply)
        .into_response(call.format)
}

fn allowed(methods: &[(&str, operation::Operation)]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|(name, _)| *name).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// Lets a page of any origin send what it asks to send.
fn preflight(methods: &[(&str, operation::Operation)], parts: &Parts) -> Response<Bytes> {
    let headers = call::header(parts, "access-control-request-headers").unwrap_or("*");
    Reply::empty(StatusCode::NO_CONTENT)
        .header("allow", allowed(methods))
        .header("access-control-allow-methods", allowed(methods))
        .header("access-control-allow-headers", headers)
        .header("access-control-max-age", "86400")
        .into_response(crate::render::Format::Json)
}

/// plex.tv lets pages of every origin read its answers.
fn with_cors(mut response: Response<Bytes>) -> Response<Bytes> {
    let headers = response.headers_mut();
    headers.insert("access-control-allow-origin", HeaderValue::from_static("*"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    response
}
