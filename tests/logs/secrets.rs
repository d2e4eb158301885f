//! Secrets, and the forms in which a log may show them.

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Token,
    /// The code of a PIN, long or short: in a path, in the body of `linkPin` and in responses.
    Code,
    /// The private half of a device key.
    Key,
    /// A JWT that the device signed: in the query of a poll and in the body of a refresh.
    Proof,
    /// A JWT that plex.tv issued.
    Jwt,
    ProxyPassword,
    /// The PIN of a user of a Plex Home, as it is written in the query of a switch.
    HomePin,
}

/// The secrets of a test.
#[derive(Default)]
pub(crate) struct Secrets(Vec<(Kind, Vec<String>)>);

/// The length of the parts of a secret that are looked for, since a log may show it in part.
const PART: usize = 12;

impl Secrets {
    /// Adds a secret; of a JWT, its signature, without which it is worth nothing.
    pub(crate) fn add(&mut self, kind: Kind, secret: &str) {
        assert!(secret.len() >= 4, "{kind:?}");
        if secret.len() < PART && secret.chars().all(|digit| digit.is_ascii_digit()) {
            // It may happen to be a part of an id.
            return;
        }
        let secret = secret.rsplit('.').next().unwrap_or(secret);
        let forms = parts(secret).into_iter().flat_map(forms).collect();
        self.0.push((kind, forms));
    }

    /// Returns the kinds of the secrets that a text shows.
    pub(crate) fn shown_in(&self, text: &str) -> impl Iterator<Item = Kind> {
        let is_shown = move |forms: &[String]| forms.iter().any(|form| text.contains(form));
        let kinds = self.0.iter().filter(move |(_, forms)| is_shown(forms));
        kinds.map(|(kind, _)| *kind)
    }
}

/// Returns the beginning, the middle and the end of a secret.
fn parts(secret: &str) -> Vec<&str> {
    let Some(rest) = secret.len().checked_sub(PART) else {
        return vec![secret];
    };
    let part = |begin: usize| &secret[begin..begin + PART];
    vec![part(0), part(rest / 2), part(rest)]
}

/// Returns a text, its bytes as a list of numbers, and its bytes in hexadecimal.
fn forms(text: &str) -> [String; 3] {
    let numbers: Vec<String> = text.bytes().map(|byte| byte.to_string()).collect();
    let hexadecimal = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    [text.to_owned(), numbers.join(", "), hexadecimal]
}

#[test]
fn a_secret_is_found_in_every_form() {
    let mut secrets = Secrets::default();
    secrets.add(Kind::Token, "2ffLuB84dqLswk9skLos");
    secrets.add(Kind::Code, "7RQZ");
    for (text, kinds) in [
        ("a 2ffLuB84dqLswk9skLos b", vec![Kind::Token]),
        ("2ffLuB84dqLs...", vec![Kind::Token]),
        ("...dqLswk9skLos", vec![Kind::Token]),
        ("[55, 82, 81, 90]", vec![Kind::Code]),
        ("0x3752515a", vec![Kind::Code]),
        ("7RQ", vec![]),
        ("7RQZ 2ffLuB84dqLswk9skLos", vec![Kind::Token, Kind::Code]),
    ] {
        assert_eq!(secrets.shown_in(text).collect::<Vec<_>>(), kinds, "{text}");
    }
}
