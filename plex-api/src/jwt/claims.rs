use chrono::{DateTime, TimeDelta, Utc};
use plex_api_gen::{JwtFlaw, lenient};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Map;

use super::Scope;

/// The claims of a JWT from plex.tv.
///
/// Their names were seen in `@ctrl/plex` and python-plexapi; Plex documents the lifetime of seven days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Claims {
    /// The issuer (`iss`): `plex.tv`.
    #[serde(rename = "iss", deserialize_with = "lenient::read")]
    pub issuer: String,
    /// The audience (`aud`): plex.tv and the client identifier.
    #[serde(rename = "aud", deserialize_with = "one_or_many")]
    pub audience: Vec<String>,
    /// The time of issue (`iat`), by plex.tv's clock.
    #[serde(rename = "iat", default, deserialize_with = "optional_date")]
    pub issued_at: Option<DateTime<Utc>>,
    /// The start of validity (`nbf`), by plex.tv's clock; absent in recorded tokens.
    #[serde(rename = "nbf", default, deserialize_with = "optional_date")]
    pub not_before: Option<DateTime<Utc>>,
    /// The expiry (`exp`), by plex.tv's clock.
    #[serde(rename = "exp", deserialize_with = "date")]
    pub expires_at: DateTime<Utc>,
    /// The id of the device key that the token was issued for.
    #[serde(deserialize_with = "lenient::read")]
    pub thumbprint: String,
    /// The scopes of the token; absent in recorded tokens.
    #[serde(default, deserialize_with = "scopes")]
    pub scope: Vec<Scope>,
    /// The user.
    #[serde(deserialize_with = "object")]
    pub user: ClaimsUser,
}

/// The user of a JWT: two ids, and the fields that were requested by [`Scope`]s.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ClaimsUser {
    /// The numeric id of the user.
    #[serde(deserialize_with = "lenient::read")]
    pub id: i64,
    /// The second id of the user, in hexadecimal.
    #[serde(default, deserialize_with = "lenient::read")]
    pub uuid: Option<String>,
    /// The name to sign in with ([`Scope::Username`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub username: Option<String>,
    /// The e-mail address ([`Scope::Email`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub email: Option<String>,
    /// The display name that the user chose ([`Scope::FriendlyName`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub friendly_name: Option<String>,
    /// True for a managed user ([`Scope::Restricted`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub restricted: Option<bool>,
    /// Undocumented ([`Scope::Anonymous`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub anonymous: Option<bool>,
    /// The creation time of the account ([`Scope::JoinedAt`]).
    #[serde(rename = "joinedAt", default, deserialize_with = "optional_date")]
    pub joined_at: Option<DateTime<Utc>>,
}

/// The tolerated error of this machine's clock.
const SKEW: TimeDelta = TimeDelta::seconds(60);

impl Claims {
    /// Checks that a token with these claims is valid for a device, given by its client identifier and key id.
    pub(super) fn check(
        &self,
        client_identifier: &str,
        key_id: &str,
        now: DateTime<Utc>,
    ) -> Result<(), JwtFlaw> {
        if self.issuer != "plex.tv" {
            return Err(JwtFlaw::Issuer);
        }
        self.belongs_to(client_identifier, key_id)?;
        // Arithmetic uses only our own time: with a server's time it could overflow.
        if self.not_before.is_some_and(|from| now + SKEW < from) {
            return Err(JwtFlaw::NotYetValid);
        }
        if self.expires_at <= now - SKEW {
            return Err(JwtFlaw::Expired);
        }
        Ok(())
    }

    /// Checks that a token with these claims was issued for a device, expired or not.
    pub(super) fn belongs_to(&self, client_identifier: &str, key_id: &str) -> Result<(), JwtFlaw> {
        if !self.audience.iter().any(|name| name == client_identifier) {
            Err(JwtFlaw::Audience)
        } else if self.thumbprint != key_id {
            Err(JwtFlaw::Thumbprint)
        } else {
            Ok(())
        }
    }
}

/// Reads `aud`, a string or an array of strings (RFC 7519, section 4.1.3).
fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Audience {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Audience::deserialize(deserializer)? {
        Audience::One(name) => vec![name],
        Audience::Many(names) => names,
    })
}

/// Reads a user from an object. serde would also read the members from an array.
fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClaimsUser, D::Error> {
    let members = Map::deserialize(deserializer)?;
    ClaimsUser::deserialize(members).map_err(D::Error::custom)
}

fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Scope>, D::Error> {
    let list: Option<String> = lenient::read(deserializer)?;
    Ok(Scope::parse_list(&list.unwrap_or_default()))
}

/// Reads seconds since 1970, with or without a fraction (RFC 7519, section 2); any other value becomes `None`.
fn optional_date<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    let seconds: Option<f64> = lenient::read(deserializer)?;
    // The cast saturates, and `i64::MAX` is not a date.
    Ok(seconds.and_then(|seconds| DateTime::from_timestamp(seconds.floor() as i64, 0)))
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let date = optional_date(deserializer)?;
    date.ok_or_else(|| D::Error::custom("expected seconds since 1970"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn claims(change: impl FnOnce(&mut Value)) -> Result<Claims, serde_json::Error> {
        let mut claims = json!({
            "nonce": "7c415b56", "thumbprint": "key", "iss": "plex.tv", "aud": ["plex.tv", "app"],
            "iat": 1000, "exp": 2000, "user": {"id": 1, "uuid": "a", "friendly_name": null, "joinedAt": 500},
        });
        change(&mut claims);
        serde_json::from_value(claims)
    }

    fn flaw(change: impl FnOnce(&mut Value), now: i64) -> Option<JwtFlaw> {
        let now = DateTime::from_timestamp(now, 0).unwrap();
        claims(change).unwrap().check("app", "key", now).err()
    }

    #[test]
    fn a_token_is_valid_until_a_minute_after_its_expiry() {
        assert_eq!(flaw(|_| (), 1000), None);
        assert_eq!(flaw(|_| (), 2059), None);
        assert_eq!(flaw(|_| (), 2060), Some(JwtFlaw::Expired));
    }

    #[test]
    fn a_token_is_valid_from_a_minute_before_its_start() {
        let later = |claims: &mut Value| claims["nbf"] = json!(1500);
        assert_eq!(flaw(later, 1439), Some(JwtFlaw::NotYetValid));
        assert_eq!(flaw(later, 1440), None);
    }

    #[test]
    fn extreme_dates_do_not_overflow() {
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        let set = |claim: &'static str, date: DateTime<Utc>| {
            move |claims: &mut Value| claims[claim] = json!(date.timestamp())
        };
        assert_eq!(flaw(set("exp", last), 1000), None);
        assert_eq!(flaw(set("exp", first), 1000), Some(JwtFlaw::Expired));
        assert_eq!(flaw(set("nbf", last), 1000), Some(JwtFlaw::NotYetValid));
        assert_eq!(flaw(set("nbf", first), 1000), None);
    }

    #[test]
    fn a_token_of_another_issuer_client_or_key_is_rejected() {
        for (claim, value, expected) in [
            ("iss", json!("https://plex.tv"), JwtFlaw::Issuer),
            ("aud", json!(["plex.tv", "App"]), JwtFlaw::Audience),
            ("aud", json!("plex.tv"), JwtFlaw::Audience),
            ("aud", json!([]), JwtFlaw::Audience),
            ("thumbprint", json!("other"), JwtFlaw::Thumbprint),
        ] {
            let found = flaw(|claims| claims[claim] = value.clone(), 1000);
            assert_eq!(found, Some(expected), "{claim} {value}");
        }
        assert_eq!(flaw(|claims| claims["aud"] = json!("app"), 1000), None);
    }

    #[test]
    fn required_claims_must_be_present_and_others_may_be_malformed() {
        for claim in ["iss", "aud", "exp", "thumbprint", "user"] {
            let without = claims(|claims| drop(claims.as_object_mut().unwrap().remove(claim)));
            assert!(without.is_err(), "{claim}");
        }
        for value in [json!("soon"), json!(null), json!(1e300), json!([])] {
            assert!(
                claims(|claims| claims["exp"] = value.clone()).is_err(),
                "{value}"
            );
        }
        let malformed = claims(|claims| {
            claims["iat"] = json!("1000.7");
            claims["nbf"] = json!("yesterday");
            claims["user"] = json!({
                "id": "12", "restricted": "0", "email": [], "joinedAt": "2020-01-01T00:00:00Z", "brand_new": {},
            });
            claims["scope"] = json!("username,brand_new");
        })
        .unwrap();
        assert_eq!(malformed.issued_at, DateTime::from_timestamp(1000, 0));
        assert_eq!(malformed.not_before, None);
        assert_eq!(malformed.scope[0], Scope::Username);
        let user = malformed.user;
        assert_eq!((user.id, user.restricted), (12, Some(false)));
        assert_eq!((user.email, user.uuid), (None, None));
        assert_eq!(user.joined_at, None);
    }
}
