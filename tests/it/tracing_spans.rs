//! The spans and events of the SDK. The tests in `logs` look for secrets in them.

use std::cell::RefCell;
use std::fmt::{Debug, Display, Write};
use std::sync::Once;
use std::time::Duration;

use plex_api::chrono::{DateTime, Utc};
use plex_api::{Credentials, GetPinQrCodeRequest, GetPinRequest, Identity, PlexApi, Token};
use plex_tv_emulator::{Emulator, Fault, Operation};
use tokio::time::sleep;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use wiremock::ResponseTemplate;

use crate::operations::ORIGINAL_RESPONSE;
use crate::servers::{client, json, no_server, responding, roku};
use crate::sign_in_flow::{plex, resumed};
use crate::{devices, sign_in_flow};

thread_local! {
    /// The fields of the spans and events of the test on this thread, if it records them.
    static RECORDED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Writes a line, if the test on this thread records.
fn write(line: impl Display) {
    RECORDED.with_borrow_mut(|recorded| {
        if let Some(recorded) = recorded {
            writeln!(recorded, "{line}").unwrap();
        }
    });
}

/// Writes the fields of all spans and events of the SDK, in the order in which they are recorded.
///
/// It is the default of all threads: what `tracing` keeps for each place in the code is not reliable while several threads
/// set and drop defaults of their own.
struct Fields;

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write(format_args!("{field}={value:?}"));
    }
}

impl Subscriber for Fields {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "plex_api"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        write(span.metadata().name());
        span.record(&mut Self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        write(event.metadata().level());
        event.record(&mut Self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Records the spans and events of this test from now on.
fn record() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| tracing::subscriber::set_global_default(Fields).unwrap());
    RECORDED.set(Some(String::new()));
}

/// Returns what was recorded since the last call, one span or event a line.
fn take() -> String {
    let text = RECORDED.replace(Some(String::new())).unwrap();
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.split_once('=') {
            Some(field) => {
                let last = lines.last_mut().unwrap();
                last.push(' ');
                last.push_str(&shown(field));
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// Shows a field, without the values that differ from run to run.
fn shown((name, value): (&str, &str)) -> String {
    let is_valid = match name {
        "milliseconds" | "pin" | "remaining_seconds" => value.parse::<u64>().is_ok(),
        "expires_at" => value.parse::<DateTime<Utc>>().is_ok(),
        "message" => return value.to_owned(),
        _ => return format!("{name}={value}"),
    };
    assert!(is_valid, "{name}={value}");
    name.to_owned()
}

#[tokio::test]
async fn a_span_holds_how_a_request_ended() {
    record();
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
    assert_eq!(
        take(),
        "\
request operation=\"getPin\" host=\"127.0.0.1\" status=201 milliseconds
request operation=\"getPinQrCode\" host=\"127.0.0.1\" status=401 milliseconds class=status
request operation=\"signOut\" host=\"127.0.0.1\" status=401 milliseconds class=status
request operation=\"getPin\" host=\"127.0.0.1\" milliseconds class=connect"
    );
}

/// Two poll intervals of a quick client.
const PAUSE: Duration = Duration::from_millis(50);

#[tokio::test]
async fn an_event_for_each_poll_and_for_each_end_without_a_token() {
    record();
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    take();
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 503 });
    for pause in [PAUSE, PAUSE, Duration::ZERO] {
        plex.check(&sign_in).await.unwrap();
        sleep(pause).await;
        if pause == PAUSE && emulator.requests().len() == 3 {
            emulator.approve(sign_in.code().as_str()).await.unwrap();
        }
    }
    assert_eq!(
        take(),
        "\
poll pin attempt=1
request operation=\"getTokenByPinId\" host=\"127.0.0.1\" status=503 milliseconds class=status
WARN poll failed class=status error=getTokenByPinId: the server responded with HTTP 503; try again later pin attempt=1 remaining_seconds
poll pin attempt=2
request operation=\"getTokenByPinId\" host=\"127.0.0.1\" status=200 milliseconds
DEBUG polled pin attempt=2 remaining_seconds state=\"pending\"
poll pin attempt=3
request operation=\"getTokenByPinId\" host=\"127.0.0.1\" status=200 milliseconds
DEBUG polled pin attempt=3 remaining_seconds state=\"granted\""
    );

    // The first poll of this process.
    let sign_in = resumed(&plex.start_sign_in().await.unwrap());
    let other = sign_in_flow::quick(&emulator).build().unwrap();
    emulator.advance(devices::DAY);
    take();
    other.wait_for_token(&sign_in).await.unwrap_err();
    assert_eq!(
        take(),
        "\
poll pin attempt=1
request operation=\"getTokenByPinId\" host=\"127.0.0.1\" status=404 milliseconds class=status
DEBUG polled pin attempt=1 state=\"expired\"
WARN ended without a token class=status error=wait for the token (getTokenByPinId): the server responded with HTTP 404, \
code 1020: the PIN is unknown, has expired, or was created with another client identifier; start a new sign-in pin"
    );
    let stranger = PlexApi::builder(Identity::new("another")).base_url(emulator.base_url());
    let stranger = stranger.build().unwrap();
    stranger.check(&sign_in).await.unwrap_err();
    assert_eq!(
        take(),
        "WARN ended without a token class=misuse error=check the sign-in: this sign-in was started under another client \
         identifier; continue with a client that has that one pin"
    );
}

#[tokio::test]
async fn an_event_for_a_token_that_cannot_be_verified() {
    record();
    let emulator = devices::emulator().await;
    let device = devices::device(&emulator);
    let sign_in = device.start_sign_in().await.unwrap();
    emulator.approve(sign_in.code().as_str()).await.unwrap();
    emulator.fail_next(Operation::GetKeys, Fault::Truncate);
    take();
    device.check(&sign_in).await.unwrap();
    let text = take();
    let warning = text.lines().find(|line| line.starts_with("WARN")).unwrap();
    assert_eq!(
        warning,
        "WARN cannot verify the token class=unreadable error=verify the token (getKeys): the server responded with HTTP 200, \
         but the body does not match the spec: it is incomplete; try again later pin"
    );
}

#[tokio::test]
async fn an_event_for_each_refresh() {
    record();
    let emulator = devices::emulator().await;
    let credentials = devices::signed_in(&emulator).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.json");
    let credentials = credentials.keep_in(&path).unwrap();
    let other = Credentials::load(credentials.device().plex(), &path).unwrap();
    let other = other.unwrap();
    take();

    emulator.advance(7 * devices::DAY);
    credentials.token().await.unwrap();
    other.token().await.unwrap();
    emulator.advance(7 * devices::DAY);
    std::fs::write(&path, "damaged").unwrap();
    emulator.fail_next(Operation::GetNonce, Fault::Status { status: 503 });
    credentials.token().await.unwrap_err();
    let text = take();
    let events: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("request"))
        .collect();
    let file = path.display();
    assert_eq!(
        events,
        [
            "DEBUG token refreshed expires_at",
            "DEBUG newer token read from the credentials file expires_at",
            &format!(
                "WARN cannot use the credentials file class=storage error=credentials: the file {file} does not hold \
                 the credentials of a device; choose another file, or restore it"
            ),
            "WARN cannot refresh the token class=status error=refresh the token (getNonce): the server responded with \
             HTTP 503; try again later",
        ]
    );
}
