//! A spec with code in its descriptions and references in its data. That it compiles is the test.

/// Documentation and lints of generated code do not reach the program.
mod quiet {
    #![deny(missing_docs, warnings)]
    plex_api::include_client!("odd");
}

use quiet::requests::{DocumentedRequest, SubscribeRequest};
use serde_json::json;

use crate::server::{Server, sent};

#[test]
fn data_with_a_reference_in_it_is_data() {
    let server = Server::json(r##"{"schema": {"$ref": "#/a"}}"##);
    let read = server.read(&DocumentedRequest::new()).unwrap();
    assert_eq!(
        serde_json::to_value(&read).unwrap(),
        json!({"schema": {"$ref": "#/a"}})
    );
    let received = sent(&SubscribeRequest::new().url_value("https://example.org/hook"));
    assert_eq!(received.text(), r#"{"url":"https://example.org/hook"}"#);
}
