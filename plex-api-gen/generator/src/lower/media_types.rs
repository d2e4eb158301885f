//! Names of media types.

pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded";
pub(super) const MULTIPART: &str = "multipart/form-data";
pub(super) const BYTES: &str = "application/octet-stream";
pub(super) const HTML: &str = "text/html";

/// Returns a media type without its parameters, such as `; charset=utf-8`.
pub(super) fn essence(media_type: &str) -> String {
    let name = media_type.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

/// Returns whether a media type is JSON under any name (RFC 6839, section 3.1).
pub(super) fn is_json(media_type: &str) -> bool {
    let name = essence(media_type);
    [JSON, "text/json"].contains(&name.as_str()) || name.ends_with("+json")
}
