//! The message of a media server that cannot be reached: each address with its failure, and one advice for all.

use std::fmt;

use super::text::Text;
use super::{Attempt, Error, ErrorClass, Kind};

pub(super) fn write(f: &mut fmt::Formatter<'_>, attempts: &[Attempt]) -> fmt::Result {
    if attempts.is_empty() {
        return f.write_str(
            "no address of the server could be tried; check its connections, and which of them the settings allow",
        );
    }
    f.write_str("no address leads to it: ")?;
    for Attempt { address, error } in attempts {
        let text = Text(error).to_string();
        write!(f, "{address}: {}; ", what_failed(&text))?;
    }
    f.write_str(&advice(attempts))
}

/// Returns the first part of a message, which has the form "what failed; what to do".
fn what_failed(text: &str) -> &str {
    text.split_once("; ").map_or(text, |(failure, _)| failure)
}

/// Returns the advice that helps with most of the failures, and the advice for an address that the settings do not allow.
fn advice(attempts: &[Attempt]) -> String {
    let is_misuse = |error: &&Error| error.class() == ErrorClass::Misuse;
    let errors = || attempts.iter().map(|attempt| &attempt.error);
    let mut advice = Vec::new();
    let mut failures = errors().filter(|error| !is_misuse(error)).peekable();
    if failures.peek().is_some() {
        advice.push(advice_for(&failures.collect::<Vec<_>>()));
    }
    advice.extend(errors().filter(is_misuse).find_map(own_advice));
    if advice.is_empty() {
        advice.push("check which addresses the settings allow".to_owned());
    }
    advice.join("; ")
}

fn advice_for(failures: &[&Error]) -> String {
    let errors = || failures.iter().copied();
    // These fail at every address alike.
    let own = errors().find(|error| {
        let is_local = matches!(
            error.class(),
            ErrorClass::Build | ErrorClass::NoCertificates
        );
        error.is_jwt_refused() || is_local
    });
    if let Some(advice) = own.and_then(own_advice) {
        return advice;
    }
    let is_unresolved = |error: &Error| error.class() == ErrorClass::Dns;
    let advice = if errors().any(depends_on_clock) {
        "check this machine's clock, and the certificates"
    } else if errors().all(is_unresolved) {
        "check the network, and allow plex.direct in the router's DNS rebinding protection"
    } else if errors().any(is_unresolved) {
        "check that the server is on and in reach, and allow plex.direct in the router's DNS rebinding protection"
    } else if errors().all(|error| error.status().is_some() && error.is_transient()) {
        "try again later"
    } else {
        "check that the server is on, and in reach of this machine"
    };
    advice.to_owned()
}

/// Returns the advice in the text of an error.
fn own_advice(error: &Error) -> Option<String> {
    let text = Text(error).to_string();
    let (_, advice) = text.split_once("; ")?;
    Some(advice.to_owned())
}

fn depends_on_clock(error: &Error) -> bool {
    matches!(error.0.kind, Kind::Jwt(_))
        || error.class() == ErrorClass::Tls
        || error.status() == Some(498)
}

#[cfg(test)]
mod tests;
