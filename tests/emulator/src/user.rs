//! The people of the emulator.

use serde::{Deserialize, Serialize};

use crate::codes::Codes;

/// A user of the emulator's plex.tv.
///
/// ```
/// let user: plex_tv_emulator::User = serde_json::from_str(r#"{"username": "ada"}"#)?;
/// assert_eq!(user.username, "ada");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct User {
    /// The number of the account; given when the emulator starts if it is 0.
    #[serde(default)]
    pub id: u64,
    /// The account's `uuid`, 16 hexadecimal digits; given when the emulator starts if it is empty.
    #[serde(default)]
    pub uuid: String,
    /// What the user signs in with; empty for a managed user.
    pub username: String,
    /// The name that is shown; that of the user when it is empty.
    #[serde(default)]
    pub title: String,
    /// The address of the user; a managed user has none.
    #[serde(default)]
    pub email: Option<String>,
    /// A name that the user chose for friends.
    #[serde(default)]
    pub friendly_name: String,
    /// Whether this is a managed user of somebody's home.
    #[serde(default)]
    pub restricted: bool,
    /// Two letters of ISO 3166-1.
    #[serde(default = "country")]
    pub country: String,
    /// When the account was made, in seconds since 1970.
    #[serde(default = "joined_at")]
    pub joined_at: i64,
}

fn joined_at() -> i64 {
    1_577_836_800 // the first second of 2020
}

fn country() -> String {
    "NL".to_owned()
}

impl User {
    /// A user with a name and nothing else.
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
            country: country(),
            joined_at: joined_at(),
        }
    }

    /// The users that the emulator has when it is given none: two people and a child's managed account.
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

    /// Gives what was left out.
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
    }

    /// What a page shows for the user.
    pub(crate) fn shown_name(&self) -> &str {
        if self.title.is_empty() {
            &self.username
        } else {
            &self.title
        }
    }
}
