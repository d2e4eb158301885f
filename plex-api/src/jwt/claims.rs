use chrono::{DateTime, TimeDelta, Utc};
use plex_api_gen::{JwtFlaw, lenient};
use serde::{Deserialize, Deserializer};

use super::Scope;

/// What a JWT of plex.tv's says (seen in `@ctrl/plex` and python-plexapi; Plex documents the life of seven days).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Claims {
    /// Who issued it (`iss`): `plex.tv`.
    #[serde(rename = "iss", deserialize_with = "lenient::read")]
    pub issuer: String,
    /// Whom it is for (`aud`): plex.tv and the client identifier.
    #[serde(rename = "aud", deserialize_with = "one_or_many")]
    pub audience: Vec<String>,
    /// When it was issued (`iat`), by plex.tv's clock.
    #[serde(rename = "iat", default, deserialize_with = "optional_moment")]
    pub issued_at: Option<DateTime<Utc>>,
    /// Before when it is not valid (`nbf`), by plex.tv's clock; none in recordings.
    #[serde(rename = "nbf", default, deserialize_with = "optional_moment")]
    pub not_before: Option<DateTime<Utc>>,
    /// When it expires (`exp`), by plex.tv's clock.
    #[serde(rename = "exp", deserialize_with = "moment")]
    pub expires_at: DateTime<Utc>,
    /// The name of the device key that it was issued for.
    #[serde(deserialize_with = "lenient::read")]
    pub thumbprint: String,
    /// What it tells about its user, where it says so; none in recordings.
    #[serde(default, deserialize_with = "scopes")]
    pub scope: Vec<Scope>,
    /// Its user.
    pub user: ClaimsUser,
}

/// The user of a JWT: two numbers, and what was asked for by [`Scope`]s.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct ClaimsUser {
    /// The number of the user.
    #[serde(deserialize_with = "lenient::read")]
    pub id: i64,
    /// The user's other number, hexadecimal.
    #[serde(default, deserialize_with = "lenient::read")]
    pub uuid: Option<String>,
    /// The name to sign in with ([`Scope::Username`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub username: Option<String>,
    /// The e-mail address ([`Scope::Email`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub email: Option<String>,
    /// The name that the user chose to be shown by ([`Scope::FriendlyName`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub friendly_name: Option<String>,
    /// Whether the user is a managed one ([`Scope::Restricted`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub restricted: Option<bool>,
    /// Undocumented ([`Scope::Anonymous`]).
    #[serde(default, deserialize_with = "lenient::read")]
    pub anonymous: Option<bool>,
    /// When the account was made ([`Scope::JoinedAt`]).
    #[serde(rename = "joinedAt", default, deserialize_with = "optional_moment")]
    pub joined_at: Option<DateTime<Utc>>,
}

/// By how much this machine's clock may be off without harm.
const SKEW: TimeDelta = TimeDelta::seconds(60);

impl Claims {
    /// Whether a token with these claims is good for a device: its client identifier and the name of its key.
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
        // Sums are made with our own time only: of a server's they might not be a date any more.
        if self.not_before.is_some_and(|from| now + SKEW < from) {
            return Err(JwtFlaw::NotYetValid);
        }
        if self.expires_at <= now - SKEW {
            return Err(JwtFlaw::Expired);
        }
        Ok(())
    }

    /// Whether a token with these claims was issued for a device, valid or not.
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

/// `aud` is a text or a list of texts (RFC 7519, section 4.1.3).
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

fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Scope>, D::Error> {
    let list: Option<String> = lenient::read(deserializer)?;
    Ok(Scope::parse_list(&list.unwrap_or_default()))
}

/// A moment in seconds since 1970, whole or not (RFC 7519, section 2); nothing if it is written in any other way.
fn optional_moment<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    let seconds: Option<f64> = lenient::read(deserializer)?;
    // A cast of a number that is too large ends at the largest, which is no date.
    Ok(seconds.and_then(|seconds| DateTime::from_timestamp(seconds.floor() as i64, 0)))
}

fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let moment = optional_moment(deserializer)?;
    moment.ok_or_else(|| serde::de::Error::custom("expected seconds since 1970"))
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
    fn a_token_is_good_until_a_minute_after_its_end() {
        assert_eq!(flaw(|_| (), 1000), None);
        assert_eq!(flaw(|_| (), 2059), None);
        assert_eq!(flaw(|_| (), 2060), Some(JwtFlaw::Expired));
    }

    #[test]
    fn one_that_begins_later_is_good_from_a_minute_before() {
        let later = |claims: &mut Value| claims["nbf"] = json!(1500);
        assert_eq!(flaw(later, 1439), Some(JwtFlaw::NotYetValid));
        assert_eq!(flaw(later, 1440), None);
    }

    #[test]
    fn the_ends_of_the_calendar_are_dates_like_others() {
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
    fn one_of_another_issuer_client_or_key_is_refused() {
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
    fn what_is_needed_must_be_there_and_the_rest_may_be_odd() {
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
        let odd = claims(|claims| {
            claims["iat"] = json!("1000.7");
            claims["nbf"] = json!("yesterday");
            claims["user"] = json!({
                "id": "12", "restricted": "0", "email": [], "joinedAt": "2020-01-01T00:00:00Z", "brand_new": {},
            });
            claims["scope"] = json!("username,brand_new");
        })
        .unwrap();
        assert_eq!(odd.issued_at, DateTime::from_timestamp(1000, 0));
        assert_eq!((odd.user.id, odd.user.restricted), (12, Some(false)));
        assert_eq!((odd.user.email, odd.user.uuid), (None, None));
        assert_eq!((odd.not_before, odd.user.joined_at), (None, None));
        assert_eq!(odd.scope[0], Scope::Username);
    }
}
