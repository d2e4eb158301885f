//! Where a caller is.

use std::net::IpAddr;

use hyper::StatusCode;

use crate::call::Call;
use crate::render::Node;
use crate::reply::{ApiError, Reply};

/// The address from which everybody who asks the emulator seems to come: one for documentation (RFC 5737).
pub(super) const ADDRESS: &str = "203.0.113.7";

/// `GET /api/v2/geoip`: the same place for every address.
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

/// The eleven fields of a location; everybody who asks the emulator is in one town.
pub(super) fn location() -> Node {
    Node::Object(vec![
        ("code", Node::text("NL")),
        ("european_union_member", Node::Bool(true)),
        ("continent_code", Node::text("EU")),
        ("country", Node::text("The Netherlands")),
        ("city", Node::text("Utrecht")),
        ("time_zone", Node::text("Europe/Amsterdam")),
        ("postal_code", Node::text("3511")),
        ("in_privacy_restricted_country", Node::Bool(true)),
        ("in_privacy_restricted_region", Node::Bool(true)),
        ("subdivisions", Node::text("Utrecht")),
        ("coordinates", Node::text("52.0908, 5.1222")),
    ])
}
