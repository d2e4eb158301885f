//! Strings that are kept out of logs.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, Error};
use zeroize::Zeroizing;

/// Defines a string whose Debug is redacted and whose memory is wiped when it is dropped.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident, $read:ident: $(#[$read_doc:meta])*, $new:path: $(#[$new_doc:meta])*) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            $(#[$new_doc])*
            pub fn new(value: impl Into<String>) -> Self {
                Self($new(Zeroizing::new(value.into())))
            }

            /// Wraps a value of a response unchanged.
            pub(crate) fn received(value: String) -> Self {
                Self(Zeroizing::new(value))
            }

            $(#[$read_doc])*
            pub fn $read(&self) -> &str {
                &self.0
            }
        }

        /// Shows the type, never the value.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::new(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::new(value)
            }
        }

        /// Reads a string. An error does not quote the value, which may be a secret of another type.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let read = Zeroizing::<String>::deserialize(deserializer);
                read.map(Self)
                    .map_err(|_| D::Error::custom(concat!("a ", stringify!($name), " must be a string")))
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "format": "password"})
            }
        }
    };
}

secret! {
    /// An access token of a user. Its holder can act as this user.
    ///
    /// A token has no `Display`, its `Debug` is redacted, and its memory is wiped on drop. [`Token::expose`] is the only
    /// access to its value. It serializes, so that it can be stored: store it where only the user can read it.
    Token, expose:
    /// Returns the token, for the header `X-Plex-Token` and for storage. Never log it.
    , unchanged:
    /// Wraps the token unchanged.
}

secret! {
    /// Any other secret of the spec (`format: password`), such as a URL with a PIN code in it.
    ///
    /// A secret has no `Display`, its `Debug` is redacted, and its memory is wiped on drop.
    Secret, expose:
    /// Returns the secret. Never log it.
    , unchanged:
    /// Wraps the secret unchanged.
}

secret! {
    /// The code of a PIN: a short user code that the user types, or 25 characters in a link.
    ///
    /// `Display` shows the code, because the user must read it. `Debug` is redacted: anyone who sees a code can take over
    /// the sign-in.
    PinCode, as_str:
    /// Returns the code as a string.
    , typed:
    /// Wraps a code as a person types it: trims it, and converts one of up to four characters to upper case, as plex.tv
    /// issues them. The code of a response is kept as it was sent.
}

fn unchanged(value: Zeroizing<String>) -> Zeroizing<String> {
    value
}

/// Trims a code and converts a user code to upper case.
fn typed(code: Zeroizing<String>) -> Zeroizing<String> {
    let trimmed = code.trim();
    if trimmed.chars().count() <= 4 {
        Zeroizing::new(trimmed.to_uppercase())
    } else if trimmed.len() < code.len() {
        Zeroizing::new(trimmed.to_owned())
    } else {
        code
    }
}

impl fmt::Display for PinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_redacted() {
        assert_eq!(
            format!("{:?}", Token::new("2ffLuB84dqLswk9skLos")),
            "Token(***)"
        );
        assert_eq!(
            format!("{:#?}", Some(Secret::new("secret"))),
            "Some(\n    Secret(***),\n)"
        );
        assert_eq!(format!("{:?}", PinCode::new("7RQZ")), "PinCode(***)");
    }

    #[test]
    fn a_typed_code_is_trimmed_and_a_short_one_is_upper_case() -> Result<(), serde_json::Error> {
        assert_eq!(PinCode::new(" 7rqz\n").as_str(), "7RQZ");
        assert_eq!(PinCode::from(" ab").as_str(), "AB");
        assert_eq!(PinCode::from("\u{e4}bcd".to_owned()).as_str(), "\u{c4}BCD");
        assert_eq!(PinCode::new(" 8lzjq ").as_str(), "8lzjq");
        assert_eq!(PinCode::new("8lzjq").as_str(), "8lzjq");
        // Responses and stored sign-ins.
        let read: PinCode = serde_json::from_str("\" 7rqz\"")?;
        assert_eq!(read.as_str(), " 7rqz");
        Ok(())
    }

    #[test]
    fn a_code_is_displayed_and_a_token_serialized() -> Result<(), serde_json::Error> {
        assert_eq!(format!("{:>6}", PinCode::new("7RQZ")), "  7RQZ");
        let token: Token = serde_json::from_str("\"abc\"")?;
        assert_eq!(
            (token.expose(), serde_json::to_string(&token)?.as_str()),
            ("abc", "\"abc\"")
        );
        Ok(())
    }
}
