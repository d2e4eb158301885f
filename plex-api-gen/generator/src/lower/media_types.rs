//! Names of media types.

pub(super) const JSON: &str = "application/json";

/// A media type without what follows it, such as `; charset=utf-8`.
pub(super) fn plain(media_type: &str) -> String {
    let name = media_type.split(';').next().unwrap_or_default();
    name.trim().to_ascii_lowercase()
}

/// Whether it is JSON, whatever it is called (RFC 6839, section 3.1).
pub(super) fn is_json(media_type: &str) -> bool {
    let name = plain(media_type);
    [JSON, "text/json"].contains(&name.as_str()) || name.ends_with("+json")
}
