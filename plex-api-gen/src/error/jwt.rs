use std::fmt;

/// The flaw of a token that should be a JWT from plex.tv for this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JwtFlaw {
    /// The token is not a JWT but a legacy token, which plex.tv issues when it does not accept the proof of the device key.
    NotAJwt,
    /// The token has the three parts of a JWT, but they cannot be read.
    Malformed,
    /// The token is not signed with EdDSA.
    Algorithm,
    /// No key of plex.tv matches the signature.
    Signature,
    /// The token was not issued by plex.tv.
    Issuer,
    /// The token was issued for another client identifier.
    Audience,
    /// The token was issued for another device key.
    Thumbprint,
    /// The token has expired, by this machine's clock.
    Expired,
    /// The token is not valid yet, by this machine's clock.
    NotYetValid,
}

impl fmt::Display for JwtFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAJwt => {
                "it is a legacy token instead of a JWT; plex.tv did not accept the device key"
            }
            Self::Malformed => "it cannot be read",
            Self::Algorithm => "it is not signed with EdDSA",
            Self::Signature => "no key of plex.tv matches its signature",
            Self::Issuer => "it was not issued by plex.tv",
            Self::Audience => "it was issued for another client identifier",
            Self::Thumbprint => "it was issued for another device key",
            Self::Expired => "it has expired; refresh it, or check this machine's clock",
            Self::NotYetValid => "it is not valid yet; check this machine's clock",
        })
    }
}
