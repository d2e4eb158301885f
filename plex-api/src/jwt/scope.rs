use std::fmt;

/// What a JWT tells about its user besides the two numbers (Plex's developer documentation).
///
/// Scopes widen what the token says, not what it may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// `username`: the name to sign in with.
    Username,
    /// `email`: the e-mail address.
    Email,
    /// `friendly_name`: the name that the user chose to be shown by.
    FriendlyName,
    /// `restricted`: whether the user is a managed one.
    Restricted,
    /// `anonymous`: undocumented beyond its name.
    Anonymous,
    /// `joinedAt`: when the account was made.
    JoinedAt,
    /// Any other, as it is written: Plex may add scopes.
    Other(String),
}

const KNOWN: [(&str, Scope); 6] = [
    ("username", Scope::Username),
    ("email", Scope::Email),
    ("friendly_name", Scope::FriendlyName),
    ("restricted", Scope::Restricted),
    ("anonymous", Scope::Anonymous),
    ("joinedAt", Scope::JoinedAt),
];

impl Scope {
    /// The scope as it is written in a JWT.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => KNOWN
                .iter()
                .find(|(_, scope)| scope == known)
                .map_or("", |(name, _)| name),
        }
    }

    /// The scopes of a claim, which separates them by commas.
    pub(super) fn parse_list(list: &str) -> Vec<Self> {
        let names = list.split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .map(Self::from)
            .collect()
    }

    /// The claim for some scopes; none for none.
    pub(super) fn list(scopes: &[Self]) -> Option<String> {
        let names: Vec<&str> = scopes.iter().map(Self::as_str).collect();
        (!names.is_empty()).then(|| names.join(","))
    }
}

impl From<&str> for Scope {
    fn from(name: &str) -> Self {
        let known = KNOWN.iter().find(|(known, _)| *known == name);
        known.map_or_else(|| Self::Other(name.to_owned()), |(_, scope)| scope.clone())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_read_as_it_is_written() {
        let list = "username,email,friendly_name,restricted,anonymous,joinedAt,brand_new";
        let scopes = Scope::parse_list(list);
        assert_eq!(scopes.len(), 7);
        assert_eq!(scopes[2], Scope::FriendlyName);
        assert_eq!(scopes[6], Scope::Other("brand_new".to_owned()));
        assert_eq!(Scope::list(&scopes).as_deref(), Some(list));
    }

    #[test]
    fn no_scope_is_no_claim() {
        assert_eq!(Scope::list(&[]), None);
        assert!(Scope::parse_list(" , ").is_empty());
    }
}
