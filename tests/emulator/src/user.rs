//! The users of the emulator.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::codes::Codes;
use crate::media_server::MediaServer;

/// A user with an account at the emulator. All users form one Plex Home, and the first one is its admin.
///
/// ```
/// let user: plex_tv_emulator::User = serde_json::from_str(r#"{"username": "ada"}"#)?;
/// assert_eq!(user.username, "ada");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct User {
    /// The id of the account; the emulator replaces 0 by a random id when it starts.
    #[serde(default)]
    pub id: u64,
    /// The `uuid` of the account, 16 hexadecimal digits; the emulator replaces an empty string when it starts.
    #[serde(default)]
    pub uuid: String,
    /// The name for signing in; empty for a managed user.
    pub username: String,
    /// The displayed name; if it is empty, `username` is shown.
    #[serde(default)]
    pub title: String,
    /// The e-mail address; `None` for a managed user.
    #[serde(default)]
    pub email: Option<String>,
    /// The name that friends see.
    #[serde(default)]
    pub friendly_name: String,
    /// True for a managed user of a Plex Home.
    #[serde(default)]
    pub restricted: bool,
    /// The PIN that others of the Plex Home must enter to switch to this user, four digits.
    #[serde(default)]
    pub pin: Option<String>,
    /// The country code, two letters of ISO 3166-1.
    #[serde(default = "country")]
    pub country: String,
    /// The creation time of the account, in seconds since 1970.
    #[serde(default = "joined_at")]
    pub joined_at: i64,
    /// The media servers that the user owns or may use.
    #[serde(default)]
    pub servers: Vec<MediaServer>,
}

fn joined_at() -> i64 {
    1_577_836_800 // the first second of 2020
}

fn country() -> String {
    "NL".to_owned()
}

impl User {
    /// Creates a user with a name and defaults for the rest.
    #[must_use]
    pub fn new(username: impl Into<String>) -> Self {
        Self {
            id: 0,
            uuid: String::new(),
            username: username.into(),
            title: String::new(),
            email: None,
            friendly_name: String::new(),
            restricted: false,
            pin: None,
            country: country(),
            joined_at: joined_at(),
            servers: Vec::new(),
        }
    }

    /// Returns the default users: two people and the managed account of a child.
    #[must_use]
    pub fn demo() -> Vec<Self> {
        let person = |name: &str, title: &str| Self {
            title: title.to_owned(),
            email: Some(format!("{name}@example.com")),
            ..Self::new(name)
        };
        let child = Self {
            title: "Robin".to_owned(),
            restricted: true,
            ..Self::new("")
        };
        vec![
            person("demo", "Demo User"),
            person("second", "Second User"),
            child,
        ]
    }

    /// Fills in a missing `id` and `uuid`, and completes the servers.
    pub(crate) fn complete(&mut self, codes: &mut Codes) {
        if self.id == 0 {
            self.id = codes.id();
        }
        if self.uuid.is_empty() {
            self.uuid = codes
                .bytes::<8>()
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
        }
        for server in &mut self.servers {
            server.complete(codes);
        }
    }

    /// Returns true if the user has no PIN, or one of four digits.
    pub(crate) fn has_valid_pin(&self) -> bool {
        self.pin.as_deref().is_none_or(is_pin)
    }

    /// The name that pages show.
    pub(crate) fn shown_name(&self) -> &str {
        if self.title.is_empty() {
            &self.username
        } else {
            &self.title
        }
    }
}

/// Returns true for four digits.
pub(crate) fn is_pin(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Hides the PIN.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("uuid", &self.uuid)
            .field("username", &self.username)
            .field("title", &self.title)
            .field("servers", &self.servers)
            .finish_non_exhaustive()
    }
}
