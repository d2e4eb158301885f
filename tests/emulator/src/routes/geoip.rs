//! The location of the caller.

use std::net::IpAddr;

use hyper::StatusCode;

use crate::call::Call;
use crate::render::Node;
use crate::reply::{ApiError, Reply};

/// The public address of every caller, from the range for documentation (RFC 5737).
pub(crate) const ADDRESS: &str = "203.0.113.7";

/// `GET /api/v2/geoip`: the same location for every address.
pub(super) fn look_up(call: &Call<'_>) -> Result<Reply, ApiError> {
    let address = call
        .query("ip_address")
        .filter(|address| !address.is_empty());
    if address.is_some_and(|address| address.parse::<IpAddr>().is_err()) {
        return Err(ApiError::bad_request("ip_address is not an IP address"));
    }
    Ok(Reply::node(StatusCode::OK, "location", location()))
}

/// `GET /:/ip`
pub(super) fn public_ip() -> Reply {
    Reply::bytes("text/plain", format!("{ADDRESS}\n"))
}

/// The eleven fields of a location, which is the same for every caller.
pub(super) fn location() -> Node {
    Node::Object(vec![
        ("code", Node::string("NL")),
        ("european_union_member", Node::Bool(true)),
        ("continent_code", Node::string("EU")),
        ("country", Node::string("The Netherlands")),
        ("city", Node::string("Utrecht")),
        ("time_zone", Node::string("Europe/Amsterdam")),
        ("postal_code", Node::string("3511")),
        ("in_privacy_restricted_country", Node::Bool(true)),
        ("in_privacy_restricted_region", Node::Bool(true)),
        ("subdivisions", Node::string("Utrecht")),
        ("coordinates", Node::string("52.0908, 5.1222")),
    ])
}
