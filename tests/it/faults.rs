//! The faults that the emulator can play, and the tables in docs/pitfalls.md of what comes of them.
//!
//! `INSTA_UPDATE=always cargo test -p plex-api-tests fault_matrix` writes the tables.

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::Duration;

use futures_util::future::join_all;
use plex_api::Error;
use plex_tv_emulator::{Emulator, Fault, Operation, RetryAfter};
use serde_json::json;
use tokio::sync::Barrier;

pub(crate) fn faults() -> Vec<(&'static str, Fault)> {
    let ms = Duration::from_millis;
    let set = |field: &str, value| Fault::SetField {
        field: field.to_owned(),
        value,
    };
    let remove = |field: &str| Fault::RemoveField {
        field: field.to_owned(),
    };
    vec![
        ("connection refused", Fault::Refuse { duration: ms(20) }),
        ("reset before the answer", Fault::Reset),
        ("carried out, answer lost", Fault::LoseResponse),
        ("reset in the answer", Fault::ResetMidway),
        ("no answer", Fault::Hang),
        ("late answer", Fault::Delay { duration: ms(100) }),
        (
            "answer later than the time-out",
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
        ("JSON that breaks off", Fault::Truncate),
        (
            "another content type",
            Fault::ContentType {
                content_type: "text/html".to_owned(),
            },
        ),
        ("no id", remove("id")),
        ("no expiresIn", remove("expiresIn")),
        ("createdAt is a word", set("createdAt", json!("yesterday"))),
        ("no location", remove("location")),
        ("trusted is a word", set("trusted", json!("certainly"))),
        ("location is a list", set("location", json!([1]))),
        ("expiresIn is text", set("expiresIn", json!("600"))),
        ("another PIN's id", set("id", json!(1))),
        (
            "another client's PIN",
            set("clientIdentifier", json!("another")),
        ),
        ("megabytes", Fault::Huge { bytes: 3 << 20 }),
        (
            "redirect to another host",
            Fault::Redirect {
                location: "http://127.0.0.2:9/".to_owned(),
            },
        ),
    ]
}

/// How often a fault strikes.
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

/// No error shows the code of the PIN, where it is known, nor anything that looks like a token or a long code.
pub(crate) fn assert_nothing_shown(error: &Error, code: &str) {
    let text = all_text(error);
    assert!(code.is_empty() || !text.contains(code), "{text}");
    // Every JWT begins like this.
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

/// What an error and all beneath it show.
fn all_text(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(cause) = source {
        let _ = write!(text, " {cause} {cause:?}");
        source = cause.source();
    }
    text
}

/// How many rows are made at a time, each cell with an emulator of its own.
const ROWS: usize = 6;

/// Makes a table, a few rows at a time, and holds it against the one of this name in docs/pitfalls.md; or writes it there, on demand.
///
/// `row` makes the cells of a fault; all of them begin together at the barrier.
pub(crate) async fn compare_with_document(
    name: &str,
    head: &str,
    cells: usize,
    faults: &[(&'static str, Fault)],
    row: impl AsyncFn(&Barrier, &Fault) -> String,
) {
    let mut table = head.to_owned();
    let documented = documented();
    for some in faults.chunks(ROWS) {
        let start = Barrier::new(some.len() * cells);
        let rows = some.iter().map(|(_, fault)| row(&start, fault));
        for ((fault_name, fault), made) in some.iter().zip(join_all(rows).await) {
            let mut made = format!("| {fault_name} | {made}");
            // Cells count attempts in time. On a machine that is busy with something else a row is tried again, by itself.
            for _ in 0..2 {
                if documented.contains(&made) {
                    break;
                }
                made = format!(
                    "| {fault_name} | {}",
                    row(&Barrier::new(cells), fault).await
                );
            }
            let _ = write!(table, "\n{made}");
        }
    }
    hold_against_document(name, &table);
}

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/pitfalls.md");

/// The rows as the document has them.
fn documented() -> Vec<String> {
    std::fs::read_to_string(DOCUMENT)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// One test at a time writes into the document.
static WRITING: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// The table in docs/pitfalls.md is this one; or is made so, on demand.
fn hold_against_document(name: &str, table: &str) {
    let begin = format!("<!-- The {name} is written by a test. -->\n\n");
    let end = format!("\n\n<!-- The end of the {name}. -->");
    let _writing = WRITING.lock().unwrap();
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document.split_once(&begin).unwrap();
    let (found, after) = rest.split_once(&end).unwrap();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(DOCUMENT, [before, &begin, table, &end, after].concat()).unwrap();
        return;
    }
    for (found, made) in found.lines().zip(table.lines()) {
        assert_eq!(
            found, made,
            "docs/pitfalls.md differs from what came of the fault"
        );
    }
    assert_eq!(
        found.lines().count(),
        table.lines().count(),
        "docs/pitfalls.md has another number of rows"
    );
}
