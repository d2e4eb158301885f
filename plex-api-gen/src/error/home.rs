//! Failures of switching the user of a Plex Home.

use super::Error;
use crate::operations;

/// The user's PIN is required, as clients report.
const PIN_REQUIRED: i64 = 1041;
/// Repeated failures.
const REPEATED_FAILURES: i64 = 1031;
/// Codes of a 403 with another meaning: not for managed users, subscription needed, sign-up needed, repeated failures, not
/// for this user, not for this device.
const OTHER_MEANINGS: [i64; 6] = [1009, 1012, 1013, REPEATED_FAILURES, 1043, 1068];

impl Error {
    /// Returns true if a user of the Plex Home was not switched to, because the PIN is wrong, or is missing although the user
    /// has one. Ask for the PIN again. The token that was sent is still valid.
    ///
    /// The failed operation is `switchHomeUser`, and plex.tv's error has code 1041, or status 403 and a code that is not
    /// known to mean something else. A client reports a 403 with code 1041 for a missing PIN. Nobody recorded the response to
    /// a wrong one.
    pub fn is_wrong_pin(&self) -> bool {
        if !self.is_refusal_to_switch() {
            return false;
        }
        match self.plex_code() {
            Some(PIN_REQUIRED) => true,
            Some(code) => self.status() == Some(403) && !OTHER_MEANINGS.contains(&code),
            None => self.status() == Some(403),
        }
    }

    /// Returns true if a user of the Plex Home was not switched to, because of too many wrong PINs. Wait some minutes before
    /// the next PIN: until then the right one may be refused too. The token that was sent is still valid.
    ///
    /// This is a guess: the failed operation is `switchHomeUser`, and plex.tv's error has code 1031, which a public list of
    /// Plex's error codes calls repeated failures. Nobody recorded a response to too many wrong PINs; plex.tv may also
    /// respond with 429 ([`is_rate_limited`](Self::is_rate_limited)).
    pub fn is_locked(&self) -> bool {
        self.is_refusal_to_switch() && self.plex_code() == Some(REPEATED_FAILURES)
    }

    fn is_refusal_to_switch(&self) -> bool {
        self.operation() == operations::SWITCH_HOME_USER.id && self.is_refusal()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;

    use super::*;

    fn error(step: &'static str, status: StatusCode, code: i64) -> Error {
        let body = format!(r#"{{"errors":[{{"code":{code}}}]}}"#);
        Error::from_status(step, status, body.as_bytes(), None)
    }

    #[test]
    fn each_failure_of_a_switch_has_its_predicate() {
        let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
        for (status, code, is_wrong_pin, is_locked, is_rejected) in [
            (StatusCode::FORBIDDEN, 1041, true, false, false),
            (StatusCode::UNAUTHORIZED, 1041, true, false, false),
            (StatusCode::FORBIDDEN, 1234, true, false, false),
            (StatusCode::FORBIDDEN, 1009, false, false, true),
            (StatusCode::FORBIDDEN, 1068, false, false, true),
            (StatusCode::UNAUTHORIZED, 1031, false, true, false),
            (StatusCode::FORBIDDEN, 1031, false, true, false),
            (StatusCode::UNAUTHORIZED, 1001, false, false, true),
            (unprocessable, 1008, false, false, true),
            (StatusCode::NOT_FOUND, 1002, false, false, false),
            (StatusCode::TOO_MANY_REQUESTS, 1041, false, false, false),
            (StatusCode::TOO_MANY_REQUESTS, 1031, false, false, false),
        ] {
            let error = error("switchHomeUser", status, code);
            let found = (error.is_wrong_pin(), error.is_locked(), error.is_rejected());
            assert_eq!(found, (is_wrong_pin, is_locked, is_rejected), "{error}");
        }
    }

    #[test]
    fn a_switch_within_a_larger_step_is_recognized() {
        let error = error("switchHomeUser", StatusCode::FORBIDDEN, 1041).during("start the TV");
        assert!(error.is_wrong_pin(), "{error}");
    }

    #[test]
    fn other_operations_have_no_pin() {
        let wrong = error("getTokenDetails", StatusCode::FORBIDDEN, 1041);
        assert!(!wrong.is_wrong_pin() && wrong.is_rejected(), "{wrong}");
        let locked = error("getTokenDetails", StatusCode::UNAUTHORIZED, 1031);
        assert!(!locked.is_locked() && locked.is_rejected(), "{locked}");
    }

    #[test]
    fn a_page_of_a_proxy_says_nothing_about_a_pin() {
        let page = b"<html>Forbidden</html>";
        let error = Error::from_status("switchHomeUser", StatusCode::FORBIDDEN, page, None);
        assert!(!error.is_wrong_pin() && !error.is_rejected(), "{error}");
        let without_code = b"<errors><error>Forbidden</error></errors>";
        let error = Error::from_status("switchHomeUser", StatusCode::FORBIDDEN, without_code, None);
        assert!(error.is_wrong_pin(), "{error}");
    }
}
