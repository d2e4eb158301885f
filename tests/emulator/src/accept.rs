//! The header `Accept`, as far as it decides between JSON and XML.

use crate::render::Format;

/// Returns the preferred format: JSON only if it is named, and not with a lower weight than XML.
///
/// `*/*` stands for XML, plex.tv's own choice, unless it has the same weight as JSON.
pub(crate) fn preferred<'a>(values: impl IntoIterator<Item = &'a str>) -> Format {
    let (mut json, mut xml, mut any) = (0.0_f32, None, 0.0_f32);
    for range in values.into_iter().flat_map(|value| value.split(',')) {
        let (name, weight) = parse(range);
        match name.as_str() {
            "application/json" => json = json.max(weight),
            "application/xml" | "text/xml" => xml = Some(weight.max(xml.unwrap_or(0.0))),
            "application/*" | "*/*" => any = any.max(weight),
            _ => {}
        }
    }
    if json > 0.0 && json >= xml.unwrap_or(any) {
        Format::Json
    } else {
        Format::Xml
    }
}

/// Splits a media range into its name, in lower case, and its weight; a malformed weight counts as 1.
fn parse(range: &str) -> (String, f32) {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default().to_ascii_lowercase();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    let weight = weight.and_then(|weight| weight.parse().ok());
    (name, weight.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_decide() {
        for (accept, format) in [
            ("", Format::Xml),
            ("*/*", Format::Xml),
            ("application/json", Format::Json),
            ("Application/JSON; charset=utf-8", Format::Json),
            ("application/json;q=0", Format::Xml),
            ("application/json;q=none", Format::Json),
            (
                "application/xml;q=0.5, application/json;Q=0.6",
                Format::Json,
            ),
            ("application/json;q=0.5, text/xml", Format::Xml),
            ("application/json;q=0.5, */*", Format::Xml),
            ("application/json;q=0.5, */*, text/xml;q=0.1", Format::Json),
        ] {
            assert_eq!(preferred([accept]), format, "{accept}");
        }
        let two = ["text/xml;q=0.2", "application/json;q=0.3"];
        assert_eq!(preferred(two), Format::Json);
    }
}
