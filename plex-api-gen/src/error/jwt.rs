use std::fmt;

/// What is wrong with a token that should be a JWT of plex.tv's for this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JwtFlaw {
    /// It is no JWT: a legacy token, which plex.tv gives out where it does not accept the proof of the device's key.
    NotAJwt,
    /// It has the three parts of a JWT, but they cannot be read.
    Malformed,
    /// It is signed by another algorithm than EdDSA, or by none.
    Algorithm,
    /// None of plex.tv's keys has signed it as it is.
    Signature,
    /// It was not issued by plex.tv.
    Issuer,
    /// It was issued for another client identifier.
    Audience,
    /// It was issued for another device key.
    Thumbprint,
    /// It has expired, by this machine's clock.
    Expired,
    /// It is not valid yet, by this machine's clock.
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
            Self::Signature => "none of plex.tv's keys has signed it",
            Self::Issuer => "it was not issued by plex.tv",
            Self::Audience => "it was issued for another client identifier",
            Self::Thumbprint => "it was issued for another device key",
            Self::Expired => "it has expired; refresh it, or check this machine's clock",
            Self::NotYetValid => "it is not valid yet; check this machine's clock",
        })
    }
}
