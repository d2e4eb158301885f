use std::fmt;

/// A claim about the user that a JWT can carry, besides the two ids (Plex's developer documentation).
///
/// Scopes extend the content of a token, not its permissions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scope {
    /// `username`: the name to sign in with.
    Username,
    /// `email`: the e-mail address.
    Email,
    /// `friendly_name`: the display name that the user chose.
    FriendlyName,
    /// `restricted`: true for a managed user.
    Restricted,
    /// `anonymous`: undocumented beyond its name.
    Anonymous,
    /// `joinedAt`: the creation time of the account.
    JoinedAt,
    /// Any other scope, by its name in the JWT: Plex may add some.
    Other(String),
}

const KNOWN: [Scope; 6] = [
    Scope::Username,
    Scope::Email,
    Scope::FriendlyName,
    Scope::Restricted,
    Scope::Anonymous,
    Scope::JoinedAt,
];

impl Scope {
    /// Returns the name of the scope in a JWT.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::FriendlyName => "friendly_name",
            Self::Restricted => "restricted",
            Self::Anonymous => "anonymous",
            Self::JoinedAt => "joinedAt",
            Self::Other(name) => name,
        }
    }

    /// Reads the scopes of a claim, separated by commas.
    pub(super) fn parse_list(list: &str) -> Vec<Self> {
        let names = list.split(',').map(str::trim);
        names
            .filter(|name| !name.is_empty())
            .map(Self::from)
            .collect()
    }

    /// Writes the claim for a list of scopes; `None` for an empty list.
    pub(super) fn list(scopes: &[Self]) -> Option<String> {
        let names: Vec<&str> = scopes.iter().map(Self::as_str).collect();
        (!names.is_empty()).then(|| names.join(","))
    }
}

impl From<&str> for Scope {
    fn from(name: &str) -> Self {
        let mut known = KNOWN.into_iter();
        known
            .find(|scope| scope.as_str() == name)
            .unwrap_or_else(|| Self::Other(name.to_owned()))
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
    fn every_scope_is_read_and_written_the_same() {
        let list = "username,email,friendly_name,restricted,anonymous,joinedAt,brand_new";
        let scopes = Scope::parse_list(list);
        assert_eq!(scopes.len(), 7);
        assert_eq!(scopes[2], Scope::FriendlyName);
        assert_eq!(scopes[6], Scope::Other("brand_new".to_owned()));
        assert_eq!(Scope::list(&scopes).as_deref(), Some(list));
    }

    #[test]
    fn an_empty_list_has_no_claim() {
        assert_eq!(Scope::list(&[]), None);
        assert!(Scope::parse_list(" , ").is_empty());
    }
}
