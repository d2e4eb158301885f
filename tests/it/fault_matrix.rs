//! Every fault that the emulator can play, on creation and on polling: what comes of it, and what is lost.
//!
//! The table stands in PAINS.md; `INSTA_UPDATE=always cargo test -p plex-api-tests fault_matrix` writes it.

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use plex_api::{Error, PlexApi, Token};
use plex_tv_emulator::{Emulator, Fault, Operation, RetryAfter};
use serde_json::json;
use tokio::sync::Barrier;

use crate::story;

/// How long the PINs live, and how long one answer may take.
const LIFETIME: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(1);

fn faults() -> Vec<(&'static str, Fault)> {
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
        ("carried out, answer lost", Fault::LoseAnswer),
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
enum Times {
    Once,
    Burst,
    Always,
}

impl Times {
    fn count(self) -> usize {
        match self {
            Self::Once => 1,
            Self::Burst => 3,
            Self::Always => 1000,
        }
    }
}

/// An emulator and a client of it. PINs begin to live only when all the emulators are there.
async fn setting(start: &Barrier) -> (Emulator, PlexApi) {
    let emulator = Emulator::builder()
        .short_pin_lifetime(LIFETIME)
        .strong_pin_lifetime(LIFETIME)
        .start()
        .await
        .unwrap();
    let plex = story::quick(&emulator)
        .timeout(TIMEOUT)
        .polls_per_second(1000)
        .build()
        .unwrap();
    start.wait().await;
    (emulator, plex)
}

fn play(emulator: &Emulator, operation: Operation, fault: &Fault, times: Times) {
    for _ in 0..times.count() {
        emulator.fail_next(operation, fault.clone());
    }
}

/// No error shows the code of the PIN, where it is known, nor anything that looks like a token or a long code.
fn assert_nothing_shown(error: &Error, code: &str) {
    let text = all_text(error);
    assert!(code.is_empty() || !text.contains(code), "{text}");
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

/// Creating a PIN by a program that tries again, five times at most, as long as that makes sense.
async fn creation(start: &Barrier, fault: &Fault, times: Times) -> String {
    let (emulator, plex) = setting(start).await;
    play(&emulator, Operation::CreatePin, fault, times);
    for attempt in 1..=5 {
        let error = match plex.start_link().await {
            Ok(_) => return format!("started, {attempt}"),
            Err(error) => error,
        };
        assert_eq!(error.step(), "start the sign-in");
        assert_nothing_shown(&error, "");
        if !error.is_transient() {
            return format!("{:?}, {attempt}", error.class());
        }
        if attempt == 5 {
            return format!("{:?}, 5", error.class());
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    unreachable!("the fifth attempt returns");
}

/// Waiting for a PIN that the user agreed to before the first poll.
async fn polling(start: &Barrier, fault: &Fault, times: Times, read_once: bool) -> String {
    let (emulator, plex) = setting(start).await;
    emulator.set_switches(|switches| switches.token_read_once = read_once);
    let patient = story::plex(&emulator);
    let link = patient.start_link().await.unwrap();
    emulator.approve(link.code().as_str()).await.unwrap();
    play(&emulator, Operation::GetPin, fault, times);
    let began = Instant::now();
    let outcome = plex.wait_for_token(&link).await;
    let latest = LIFETIME + TIMEOUT + Duration::from_millis(500);
    assert!(
        began.elapsed() < latest,
        "{fault:?} {times:?}: {:?}",
        began.elapsed()
    );
    let requests = emulator.requests();
    let polls = requests
        .iter()
        .filter(|request| request.operation == Some(Operation::GetPin))
        .count();
    let polls = if matches!(times, Times::Always) && polls > 1 {
        "many".to_owned()
    } else {
        polls.to_string()
    };
    match outcome.as_ref().map(Token::expose) {
        Ok(token) => {
            assert_eq!(token.len(), 20);
            format!("token, {polls}")
        }
        Err(error) => {
            assert_nothing_shown(error, link.code().as_str());
            // Lost is a token that the server gave out, and that nobody can have any more.
            let was_given_out = emulator.faults_left() == 0;
            emulator.clear_faults();
            let can_be_had = matches!(patient.check(&link).await, Ok(Some(_)));
            let lost = if was_given_out && !can_be_had {
                ", lost"
            } else {
                ""
            };
            format!("{:?}, {polls}{lost}", error.class())
        }
    }
}

async fn row(start: &Barrier, name: &str, fault: &Fault) -> String {
    let cells = tokio::join!(
        creation(start, fault, Times::Once),
        creation(start, fault, Times::Burst),
        creation(start, fault, Times::Always),
        polling(start, fault, Times::Once, false),
        polling(start, fault, Times::Burst, false),
        polling(start, fault, Times::Always, false),
        polling(start, fault, Times::Once, true),
    );
    let (a, b, c, d, e, f, g) = cells;
    format!("| {name} | {a} | {b} | {c} | {d} | {e} | {f} | {g} |")
}

#[tokio::test]
async fn fault_matrix() {
    let faults = faults();
    let mut table = String::from(
        "| fault | creation: once | burst of 3 | always | polling: once | burst of 3 | until the deadline | once, token \
         handed out once |\n| --- | --- | --- | --- | --- | --- | --- | --- |",
    );
    // A few rows at a time: each has seven emulators.
    let documented = documented();
    for some in faults.chunks(6) {
        let start = Barrier::new(some.len() * CELLS);
        let rows = some.iter().map(|(name, fault)| row(&start, name, fault));
        for ((name, fault), mut made) in some.iter().zip(join_all(rows).await) {
            // Cells count attempts in time. On a machine that is busy with something else a row is tried again, by itself.
            for _ in 0..2 {
                if documented.contains(&made) {
                    break;
                }
                made = row(&Barrier::new(CELLS), name, fault).await;
            }
            let _ = write!(table, "\n{made}");
        }
    }
    compare_with_document(&table);
}

/// How many cells a row has, each with an emulator of its own.
const CELLS: usize = 7;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../PAINS.md");

/// The rows as the document has them.
fn documented() -> Vec<String> {
    std::fs::read_to_string(DOCUMENT)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The table in PAINS.md is this one; or is made so, on demand.
fn compare_with_document(table: &str) {
    const BEGIN: &str = "<!-- The table is written by a test. -->\n\n";
    const END: &str = "\n\n<!-- The end of the table. -->";
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (before, rest) = document.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(DOCUMENT, [before, BEGIN, table, END, after].concat()).unwrap();
        return;
    }
    for (found, made) in found.lines().zip(table.lines()) {
        assert_eq!(found, made, "PAINS.md differs from what came of the fault");
    }
    assert_eq!(
        found.lines().count(),
        table.lines().count(),
        "PAINS.md has another number of rows"
    );
}
