//! Records everything that is logged through the crates tracing and log, by target.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tokio::sync::MutexGuard;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::secrets::{Kind, Secrets};

/// The text of each target.
static TEXTS: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// Held by the test that runs.
static RUNNING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The thread of the emulator, whose logs are not those of a program.
const SERVER: &str = "plex-tv-emulator";

/// Waits for the other tests, and starts anew.
pub(crate) async fn start() -> MutexGuard<'static, ()> {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        tracing::subscriber::set_global_default(Recorder).unwrap();
        log::set_logger(&Recorder).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
    let guard = RUNNING.lock().await;
    texts(BTreeMap::clear);
    guard
}

/// Returns which kinds of secrets each target has shown.
pub(crate) fn secrets_shown(secrets: &Secrets) -> BTreeSet<(String, Kind)> {
    texts(|texts| {
        let shown = |(target, text): (&String, &String)| {
            let target = target.clone();
            let kinds: Vec<_> = secrets.shown_in(text).collect();
            kinds.into_iter().map(move |kind| (target.clone(), kind))
        };
        texts.iter().flat_map(shown).collect()
    })
}

/// Checks that these crates have logged something.
pub(crate) fn assert_saw(crates: &[&str]) {
    texts(|texts| {
        let saw: BTreeSet<&str> = texts
            .keys()
            .filter_map(|target| target.split("::").next())
            .collect();
        for name in crates {
            assert!(saw.contains(name), "{name} is not one of {saw:?}");
        }
    });
}

fn texts<T>(read: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> T {
    read(&mut TEXTS.lock().unwrap_or_else(PoisonError::into_inner))
}

struct Recorder;

impl Recorder {
    fn write(target: &str, text: &str) {
        if std::thread::current().name() != Some(SERVER) {
            texts(|texts| {
                let all = texts.entry(target.to_owned()).or_default();
                all.push_str(text);
                all.push('\n');
            });
        }
    }
}

/// The fields of a span or event.
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        static SPANS: AtomicU64 = AtomicU64::new(1);
        let mut fields = Fields(span.metadata().name().to_owned());
        span.record(&mut fields);
        Self::write(span.metadata().target(), &fields.0);
        Id::from_u64(SPANS.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        Self::write("recorded later", &fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(event.metadata().name().to_owned());
        event.record(&mut fields);
        Self::write(event.metadata().target(), &fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Recorder {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        Self::write(record.target(), &record.args().to_string());
    }

    fn flush(&self) {}
}
