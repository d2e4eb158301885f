use std::error::Error as StdError;

/// What kind of failure an [`Error`](crate::Error) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The host's name could not be looked up.
    Dns,
    /// The host could not be reached.
    Connect,
    /// No secure connection could be made.
    Tls,
    /// No complete answer came in time.
    Timeout,
    /// The connection broke, or something that is not HTTP came.
    Interrupted,
    /// The server answered with a status other than success.
    Status,
    /// The server answered with success, but not as the spec promises.
    Unreadable,
    /// The answer is larger than what is read.
    TooLarge,
    /// The answer is not about what was asked.
    WrongAnswer,
    /// The token is not a JWT that plex.tv has signed for this device.
    Jwt,
    /// The PIN's time is up.
    Expired,
    /// The call makes no sense; nothing was sent.
    Misuse,
}

impl ErrorClass {
    /// The class of a failure below HTTP. reqwest tells time-outs and connecting apart from the rest; what failed in
    /// connecting, only the text of the causes beneath tells.
    pub(super) fn of_network(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Timeout;
        }
        if !error.is_connect() {
            return Self::Interrupted;
        }
        let mut cause: Option<&dyn StdError> = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if text.starts_with("dns error") {
                return Self::Dns;
            }
            if text.starts_with("tcp ") || text.starts_with("tunnel error") {
                return Self::Connect;
            }
            cause = error.source();
        }
        // The name was found and the host was reached: what is left of connecting is TLS, or the want of it.
        Self::Tls
    }
}
