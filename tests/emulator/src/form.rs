//! The parameters of a body: a form in either encoding.

use std::borrow::Cow;

/// The names and values of a form.
pub(crate) type Form<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Reads a form; a body in another format yields meaningless pairs.
pub(crate) fn read<'a>(content_type: &str, body: &'a [u8]) -> Form<'a> {
    match boundary(content_type) {
        Some(boundary) => multipart(boundary, body),
        None => url::form_urlencoded::parse(body).collect(),
    }
}

/// Returns the boundary of `multipart/form-data; boundary=..`.
fn boundary(content_type: &str) -> Option<&str> {
    let mut parts = content_type.split(';').map(str::trim);
    let name = parts.next()?;
    if !name.eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parts.find_map(|part| Some(part.strip_prefix("boundary=")?.trim_matches('"')))
}

/// Reads the fields of a multipart form (RFC 7578); a body that is not UTF-8 has none.
fn multipart<'a>(boundary: &str, body: &'a [u8]) -> Form<'a> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Form::new();
    };
    let delimiter = format!("--{boundary}");
    let parts = text.split(delimiter.as_str()).skip(1);
    let fields = parts.filter_map(|part| {
        let (head, value) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
        let (_, name) = head.split_once("name=\"")?;
        let (name, _) = name.split_once('"')?;
        Some((name.into(), value.strip_suffix("\r\n")?.into()))
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all<'a>(content_type: &str, body: &'a str) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        read(content_type, body.as_bytes())
    }

    #[test]
    fn both_encodings_are_read() {
        let pairs = |pairs: &[(&'static str, &'static str)]| -> Form<'static> {
            pairs
                .iter()
                .map(|(a, b)| ((*a).into(), (*b).into()))
                .collect()
        };
        assert_eq!(
            read_all("", "a=b&c=d+e"),
            pairs(&[("a", "b"), ("c", "d e")])
        );
        let body = "preamble\r\n--X Y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n\
                    --X Y\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n--d\r\n--X Y--\r\n";
        let content_type = "Multipart/Form-Data; charset=utf-8; boundary=\"X Y\"";
        assert_eq!(
            read_all(content_type, body),
            pairs(&[("a", ""), ("c", "--d")])
        );
    }

    #[test]
    fn a_malformed_multipart_body_has_no_fields() {
        for body in [
            "",
            "--X",
            "--X\r\n\r\n\r\n--X--",
            "--X\r\nname=\"a\"\r\n\r\nvalue",
        ] {
            assert_eq!(
                read_all("multipart/form-data; boundary=X", body),
                [],
                "{body}"
            );
        }
    }
}
