//! The URLs of the pages where a user agrees.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use plex_api_gen::{Error, PinCode};
use url::Url;

use crate::active_pin::ActivePin;

/// The characters to encode: all but the unreserved ones of RFC 3986. A space becomes `%20`, as in Plex's
/// documentation.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Returns `https://app.plex.tv/auth#?clientID=..&code=..&context%5Bdevice%5D%5Bproduct%5D=..[&forwardUrl=..]`, as in
/// Plex's developer documentation. Browsers do not send the part after the `#` to the server.
pub(crate) fn auth(pin: &ActivePin, forward: Option<&Url>) -> Url {
    let mut parameters = vec![
        ("clientID", pin.client_identifier.as_str()),
        ("code", pin.code.as_str()),
    ];
    if let Some(product) = &pin.product {
        parameters.push(("context%5Bdevice%5D%5Bproduct%5D", product));
    }
    if let Some(forward) = forward {
        parameters.push(("forwardUrl", forward.as_str()));
    }
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    let mut url = page("https://app.plex.tv/auth");
    url.set_fragment(Some(&format!("?{}", parameters.join("&"))));
    url
}

/// Returns `https://plex.tv/link/?pin=CODE`: the page for user codes, with the code filled in.
pub(crate) fn link(code: &PinCode) -> Url {
    let mut url = page("https://plex.tv/link/");
    url.set_query(Some(&format!("pin={}", encode(code.as_str()))));
    url
}

fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, ENCODED)
}

#[expect(clippy::expect_used, reason = "only constants are parsed")]
fn page(url: &'static str) -> Url {
    Url::parse(url).expect("the URL of a page is valid")
}

/// Rejects a URL that is neither http nor https: Plex does not forward to it, and leaves the user on its own page.
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

    fn pin(client_identifier: &str, product: Option<&str>) -> ActivePin {
        ActivePin {
            id: 1,
            code: PinCode::new("8lzjqnq8lye02n52jq3fqxf8e"),
            client_identifier: client_identifier.to_owned(),
            product: product.map(str::to_owned),
            key_id: None,
            expires_at: chrono::DateTime::UNIX_EPOCH,
            created: None,
            deadline: tokio::time::Instant::now(),
        }
    }

    #[test]
    fn the_auth_link_holds_encoded_parameters() {
        assert_eq!(
            auth(&pin("3381b62b-9ab7", Some("Plex for Roku & Co")), None).as_str(),
            "https://app.plex.tv/auth#?clientID=3381b62b-9ab7&code=8lzjqnq8lye02n52jq3fqxf8e\
             &context%5Bdevice%5D%5Bproduct%5D=Plex%20for%20Roku%20%26%20Co"
        );
        let forward = Url::parse("https://example.org/back?pin=1&a=b c").unwrap();
        assert_eq!(
            auth(&pin("a b", None), Some(&forward)).as_str(),
            "https://app.plex.tv/auth#?clientID=a%20b&code=8lzjqnq8lye02n52jq3fqxf8e\
             &forwardUrl=https%3A%2F%2Fexample.org%2Fback%3Fpin%3D1%26a%3Db%2520c"
        );
    }

    #[test]
    fn the_code_link_holds_the_code() {
        assert_eq!(
            link(&PinCode::new("7RQZ")).as_str(),
            "https://plex.tv/link/?pin=7RQZ"
        );
    }

    #[test]
    fn only_http_and_https_are_forwarded_to() {
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
