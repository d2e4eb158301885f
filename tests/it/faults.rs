//! The faults of the emulator, and the tables of their outcomes in tests/snapshots/faults.
//!
//! `INSTA_UPDATE=always cargo test -p plex-api-tests fault_matrix` writes the tables.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::join_all;
use plex_api::Error;
use plex_tv_emulator::{Emulator, Fault, Operation, RetryAfter};
use serde_json::json;
use tokio::sync::Barrier;

use crate::secrets::shown_error;

pub(crate) fn faults() -> Vec<(&'static str, Fault)> {
    let ms = Duration::from_millis;
    let set = |field: &str, value| Fault::SetField {
        field: field.to_owned(),
        value,
    };
    let remove = |field: &str| Fault::RemoveField {
        field: field.to_owned(),
    };
    let mut faults = vec![
        ("connection refused", Fault::Refuse { duration: ms(20) }),
        ("reset before the response", Fault::Reset),
        ("carried out, response lost", Fault::LoseResponse),
        ("reset during the response", Fault::ResetMidway),
        ("no response", Fault::Hang),
        ("stalled connection", Fault::Stall),
        ("closed idle connection", Fault::CloseIdle),
        ("late response", Fault::Delay { duration: ms(100) }),
        (
            "response after the time-out",
            Fault::Delay { duration: ms(2500) },
        ),
        ("a byte at a time", Fault::Trickle { duration: ms(20) }),
        ("429", Fault::RateLimited { retry_after: None }),
        (
            "429, Retry-After 0",
            Fault::RateLimited {
                retry_after: Some(RetryAfter::Seconds(0)),
            },
        ),
        (
            "429, Retry-After 1 h",
            Fault::RateLimited {
                retry_after: Some(RetryAfter::Seconds(3600)),
            },
        ),
        (
            "429, Retry-After a date in 1 h",
            Fault::RateLimited {
                retry_after: Some(RetryAfter::DateIn(3600)),
            },
        ),
        ("500 with HTML", Fault::Status { status: 500 }),
        ("502 with HTML", Fault::Status { status: 502 }),
        ("503 with HTML", Fault::Status { status: 503 }),
        ("200 with HTML", Fault::Status { status: 200 }),
        ("401 with HTML", Fault::Status { status: 401 }),
        ("403 with HTML", Fault::Status { status: 403 }),
        ("404 with HTML", Fault::Status { status: 404 }),
        ("truncated JSON", Fault::Truncate),
        ("compressed response", Fault::Gzip),
        (
            "another content type",
            Fault::ContentType {
                content_type: "text/html".to_owned(),
            },
        ),
        ("no id", remove("id")),
        ("no expiresIn", remove("expiresIn")),
        (
            "createdAt is not a date",
            set("createdAt", json!("yesterday")),
        ),
        ("no location", remove("location")),
        (
            "trusted is not a boolean",
            set("trusted", json!("certainly")),
        ),
        ("location is an array", set("location", json!([1]))),
        ("expiresIn is a string", set("expiresIn", json!("600"))),
        ("another PIN's id", set("id", json!(1))),
        (
            "another client's PIN",
            set("clientIdentifier", json!("another")),
        ),
        ("3 MiB of JSON", Fault::Huge { bytes: 3 << 20 }),
        (
            "redirect to another host",
            Fault::Redirect {
                location: "http://127.0.0.2:9/".to_owned(),
            },
        ),
    ];
    faults.extend(refusals());
    faults
}

/// Refusals that something else than plex.tv wrote.
pub(crate) fn refusals() -> Vec<(&'static str, Fault)> {
    let refusal = |status, content_type: Option<&str>, body: &str| Fault::Respond {
        status,
        content_type: content_type.map(str::to_owned),
        body: body.to_owned(),
        headers: BTreeMap::new(),
    };
    let (html, json, text) = (
        Some("text/html"),
        Some("application/json"),
        Some("text/plain"),
    );
    let page = "<!-- a -->\n<html><head><title>403 Forbidden</title></head></html>";
    vec![
        ("403 of Cloudflare", refusal(403, text, "error code: 1010")),
        (
            "403 of an API gateway",
            refusal(403, json, r#"{"message":"Forbidden"}"#),
        ),
        (
            "404 of an ingress",
            refusal(404, text, "default backend - 404"),
        ),
        ("403 without a body", refusal(403, None, "")),
        ("403 with a comment before HTML", refusal(403, html, page)),
    ]
}

/// The number of requests that a fault affects.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Times {
    Once,
    Burst,
    Always,
}

impl Times {
    pub(crate) fn count(self) -> usize {
        match self {
            Self::Once => 1,
            Self::Burst => 3,
            Self::Always => 1000,
        }
    }
}

pub(crate) fn play(emulator: &Emulator, operation: Operation, fault: &Fault, times: Times) {
    for _ in 0..times.count() {
        emulator.fail_next(operation, fault.clone());
    }
}

/// Checks that an error shows neither this code (if it is not empty) nor anything that looks like a token or a long
/// code.
pub(crate) fn assert_nothing_shown(error: &Error, code: &str) {
    let text = shown_error(error);
    assert!(code.is_empty() || !text.contains(code), "{text}");
    // Every JWT begins with this.
    assert!(!text.contains("eyJ"), "{text}");
    let words = text
        .split(|character: char| !character.is_ascii_alphanumeric() && !"_-".contains(character));
    for word in words.filter(|word| word.len() == 20 || word.len() == 25) {
        assert!(
            !word.contains(|character: char| character.is_ascii_digit()),
            "{word} in {text}"
        );
    }
}

/// The number of rows that are made concurrently; each cell has its own emulator.
const ROWS: usize = 10;

/// Makes a table, [`ROWS`] rows at a time, and compares it with `tests/snapshots/faults/NAME.md`, or writes it there.
///
/// `row` makes the cells of a fault; all of them start together at the barrier.
pub(crate) async fn compare_with_file(
    name: &str,
    head: &str,
    cells: usize,
    faults: &[(&'static str, Fault)],
    row: impl AsyncFn(&Barrier, &Fault) -> String,
) {
    let path = format!("{}/snapshots/faults/{name}.md", env!("CARGO_MANIFEST_DIR"));
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let mut table = format!(
        "<!-- Generated by `INSTA_UPDATE=always cargo test -p plex-api-tests fault_matrix`; do not edit. -->\n\n{head}\n"
    );
    for some in faults.chunks(ROWS) {
        let start = Barrier::new(some.len() * cells);
        let rows = some.iter().map(|(_, fault)| row(&start, fault));
        for ((fault_name, fault), made) in some.iter().zip(join_all(rows).await) {
            let mut made = format!("| {fault_name} | {made}\n");
            // Cells count attempts over time. A busy machine may change them, so a row that differs is made again
            // alone.
            for _ in 0..2 {
                if expected.contains(&made) {
                    break;
                }
                let alone = row(&Barrier::new(cells), fault).await;
                made = format!("| {fault_name} | {alone}\n");
            }
            table.push_str(&made);
        }
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, table).unwrap();
        return;
    }
    for (expected, made) in expected.lines().zip(table.lines()) {
        assert_eq!(
            expected, made,
            "{path} differs from the outcome of the fault"
        );
    }
    assert_eq!(
        expected.lines().count(),
        table.lines().count(),
        "{path} has a different number of rows"
    );
}
