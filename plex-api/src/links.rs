//! The addresses that a user opens to agree.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use plex_api_gen::{Error, PinCode};
use url::Url;

/// Everything but RFC 3986's unreserved characters; a space becomes `%20`, which Plex's documentation shows.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `https://app.plex.tv/auth#?clientID=..&code=..&context%5Bdevice%5D%5Bproduct%5D=..[&forwardUrl=..]`, as Plex's
/// developer documentation has it. What follows the `#` never reaches a server.
pub(crate) fn auth(
    client_identifier: &str,
    code: &PinCode,
    product: Option<&str>,
    forward: Option<&Url>,
) -> String {
    let encode = |text| utf8_percent_encode(text, ENCODED);
    let (client, code) = (encode(client_identifier), encode(code.as_str()));
    let mut link = format!("https://app.plex.tv/auth#?clientID={client}&code={code}");
    if let Some(product) = product {
        link.push_str(&format!(
            "&context%5Bdevice%5D%5Bproduct%5D={}",
            encode(product)
        ));
    }
    if let Some(forward) = forward {
        link.push_str(&format!("&forwardUrl={}", encode(forward.as_str())));
    }
    link
}

/// `https://plex.tv/link/?pin=CODE`: the page for four-character codes, filled in.
pub(crate) fn link(code: &PinCode) -> String {
    format!(
        "https://plex.tv/link/?pin={}",
        utf8_percent_encode(code.as_str(), ENCODED)
    )
}

/// Plex forwards to web addresses only; of any other scheme the user would be stranded on its page.
pub(crate) fn check_forward(forward: &Url) -> Result<(), Error> {
    match forward.scheme() {
        "http" | "https" => Ok(()),
        _ => Err(Error::misuse(
            "sign-in link",
            "forwardUrl must be http or https; Plex ignores any other",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_auth_link_to_the_letter() {
        let code = PinCode::new("8lzjqnq8lye02n52jq3fqxf8e");
        assert_eq!(
            auth("3381b62b-9ab7", &code, Some("Plex for Roku & Co"), None),
            "https://app.plex.tv/auth#?clientID=3381b62b-9ab7&code=8lzjqnq8lye02n52jq3fqxf8e\
             &context%5Bdevice%5D%5Bproduct%5D=Plex%20for%20Roku%20%26%20Co"
        );
        let forward = Url::parse("https://example.org/back?pin=1&a=b c").unwrap();
        assert_eq!(
            auth("a b", &code, None, Some(&forward)),
            "https://app.plex.tv/auth#?clientID=a%20b&code=8lzjqnq8lye02n52jq3fqxf8e\
             &forwardUrl=https%3A%2F%2Fexample.org%2Fback%3Fpin%3D1%26a%3Db%2520c"
        );
    }

    #[test]
    fn the_short_link_to_the_letter() {
        assert_eq!(
            link(&PinCode::new("7RQZ")),
            "https://plex.tv/link/?pin=7RQZ"
        );
    }

    #[test]
    fn only_web_addresses_are_forwarded_to() {
        for (url, good) in [
            ("http://a/", true),
            ("https://a/", true),
            ("myapp://done", false),
            ("javascript:1", false),
        ] {
            assert_eq!(
                check_forward(&Url::parse(url).unwrap()).is_ok(),
                good,
                "{url}"
            );
        }
    }
}
