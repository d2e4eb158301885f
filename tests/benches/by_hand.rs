//! The response to a poll, as a careful person models it with serde.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "only the decoding is measured")]
pub(crate) struct Pin {
    id: i64,
    code: String,
    product: Option<String>,
    trusted: Option<bool>,
    qr: Option<String>,
    client_identifier: String,
    location: Option<Location>,
    expires_in: i64,
    created_at: String,
    expires_at: String,
    pub(crate) auth_token: Option<String>,
    new_registration: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only the decoding is measured")]
struct Location {
    code: Option<String>,
    continent_code: Option<String>,
    country: Option<String>,
    city: Option<String>,
    european_union_member: Option<bool>,
    time_zone: Option<String>,
    postal_code: Option<i64>,
    in_privacy_restricted_country: Option<bool>,
    in_privacy_restricted_region: Option<bool>,
    subdivisions: Option<String>,
    coordinates: Option<String>,
}

/// The fields that a poll of a wait needs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "only the decoding is measured")]
pub(crate) struct PinState {
    id: i64,
    client_identifier: String,
    expires_in: i64,
    pub(crate) auth_token: Option<String>,
}
