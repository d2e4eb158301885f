//! The message of a media server that cannot be reached: each address with its failure, and one advice for all.

use std::fmt;

use super::text::Text;
use super::{Attempt, Error, ErrorClass};

pub(super) fn write(f: &mut fmt::Formatter<'_>, attempts: &[Attempt]) -> fmt::Result {
    if attempts.is_empty() {
        return f.write_str(
            "the server has no address; check that it is online, and listed with its connections",
        );
    }
    f.write_str("none of its addresses works: ")?;
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

/// Returns the advice that helps with most of the failures, and the advice for an address that was not tried.
fn advice(attempts: &[Attempt]) -> String {
    let is_tried = |error: &&Error| error.class() != ErrorClass::NotTried;
    let errors = || attempts.iter().map(|attempt| &attempt.error);
    let failures: Vec<&Error> = errors().filter(is_tried).collect();
    let mut advice = Vec::new();
    if !failures.is_empty() {
        advice.push(advice_for(&failures));
    }
    // Another kind of address does not help if the server is off.
    let is_of_address = |error: &&Error| {
        matches!(
            error.class(),
            ErrorClass::Dns | ErrorClass::Tls | ErrorClass::Interrupted
        )
    };
    if failures.is_empty() || failures.iter().any(is_of_address) {
        let mut not_tried = errors().filter(|error| !is_tried(error));
        advice.extend(not_tried.find_map(own_advice));
    }
    if advice.is_empty() {
        advice.push("check which addresses the settings allow".to_owned());
    }
    advice.join("; ")
}

fn advice_for(failures: &[&Error]) -> String {
    let errors = || failures.iter().copied();
    // These fail at every address alike.
    let is_local = |error: &&Error| {
        matches!(
            error.class(),
            ErrorClass::Misuse | ErrorClass::Build | ErrorClass::NoCertificates
        )
    };
    if let Some(advice) = errors().find(is_local).and_then(own_advice) {
        return advice;
    }
    let is_unresolved = |error: &Error| error.class() == ErrorClass::Dns;
    let advice = if errors().all(|error| error.class() == ErrorClass::Tls) {
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

#[cfg(test)]
mod tests;
