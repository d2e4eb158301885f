//! The matrix of addresses and settings, in tests/snapshots/servers/matrix.md.
//!
//! `INSTA_UPDATE=always cargo test -p plex-api-tests --test namespace` writes it, and docs/servers.md, which shows it.

use std::fmt::Write;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::sync::Semaphore;

use crate::client::Setting;
use crate::document;
use crate::outcome::{SETTINGS, outcome};
use crate::rows::rows;

/// The number of connections that are made concurrently.
const CONCURRENT: usize = 24;

/// How long an outcome that differs is made again: a busy machine changes it.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn matrix() {
    let expected = document::snapshot();
    // All are started before the first time is measured.
    let settings = rows().into_iter().map(async |row| {
        let setting = Setting::start(row.server, row.is_tls).await;
        (row.addresses, setting)
    });
    let settings = join_all(settings).await;
    let permits = Semaphore::new(CONCURRENT);
    let lines = settings
        .iter()
        .map(|(addresses, setting)| line(addresses, setting, &expected, &permits));
    let mut table = head();
    table.extend(join_all(lines).await);
    document::compare(&expected, &table);
}

fn head() -> String {
    let mut head = "| addresses |".to_owned();
    for (settings, _) in SETTINGS {
        let _ = write!(head, " {settings} |");
    }
    head.push_str("\n|");
    head.push_str(&" --- |".repeat(1 + SETTINGS.len()));
    head.push('\n');
    head
}

/// Makes a line of the table.
async fn line(addresses: &str, setting: &Setting, expected: &str, permits: &Semaphore) -> String {
    let start = format!("| {addresses} | ");
    let expected = expected.lines().find_map(|line| line.strip_prefix(&start));
    let expected = expected.map(|cells| cells.trim_end_matches(" |").split(" | "));
    let expected: Vec<&str> = expected.into_iter().flatten().collect();
    let cells = SETTINGS.iter().enumerate();
    let cells = cells.map(async |(column, (_, options))| {
        let options = options(&setting.server);
        let expected = expected.get(column).copied();
        let begin = Instant::now();
        for number in 0.. {
            let permit = permits.acquire().await.unwrap();
            let client = format!("client-{column}-{number}");
            let made = outcome(setting, &options, &client).await;
            drop(permit);
            if expected.is_none_or(|expected| expected == made) || begin.elapsed() > PATIENCE {
                return made;
            }
        }
        unreachable!("the patience ends");
    });
    format!("{start}{} |\n", join_all(cells).await.join(" | "))
}
