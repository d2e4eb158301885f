//! The spans of requests: what they hold, and that they hold no secret.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use plex_api::{GetPinQrCodeRequest, GetPinRequest, PlexApi, Token};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use wiremock::ResponseTemplate;

use crate::operations::ORIGINAL_RESPONSE;
use crate::servers::{client, json, no_server, responding, roku};

/// Writes the fields of all spans of the SDK, in the order in which they are recorded.
#[derive(Clone, Default)]
struct Fields(Arc<Mutex<String>>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Fields {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "plex_api"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        writeln!(self.0.lock().unwrap(), "{}", span.metadata().name()).unwrap();
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Replaces the durations, which differ from run to run.
fn without_durations(text: &str) -> String {
    text.lines()
        .map(|line| match line.split_once('=') {
            Some(("milliseconds", value)) => {
                assert!(value.parse::<u64>().is_ok(), "{value}");
                "milliseconds".to_owned()
            }
            _ => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn a_span_holds_how_a_request_ended() {
    let fields = Fields::default();
    let _guard = tracing::subscriber::set_default(fields.clone());
    let server = responding(json(201, ORIGINAL_RESPONSE)).await;
    let token = Token::new("2ffLuB84dqLswk9skLos");
    let plex = client(&server).with_token(&token);
    plex.get_pin(GetPinRequest::new()).await.unwrap();
    let rejecting = client(&responding(ResponseTemplate::new(401)).await);
    // A code in the path, and a token.
    let picture = GetPinQrCodeRequest::new("7RQZ");
    rejecting.get_pin_qr_code(picture).await.unwrap_err();
    rejecting.sign_out(&token).await.unwrap_err();
    let nowhere = PlexApi::builder(roku()).base_url(no_server().await);
    let nowhere = nowhere.build().unwrap();
    nowhere.get_pin(GetPinRequest::new()).await.unwrap_err();
    let text = without_durations(&fields.0.lock().unwrap());
    assert_eq!(
        text,
        "request operation=\"getPin\" host=\"127.0.0.1\" status=201 milliseconds \
         request operation=\"getPinQrCode\" host=\"127.0.0.1\" status=401 milliseconds class=status \
         request operation=\"signOut\" host=\"127.0.0.1\" status=401 milliseconds class=status \
         request operation=\"getPin\" host=\"127.0.0.1\" milliseconds class=connect"
    );
}
