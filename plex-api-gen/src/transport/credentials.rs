//! Chooses the credentials of a request, and says where each goes.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::{Operation, TokenHeader, Transport};
use crate::call::is_plex_header;
use crate::security::{Kind, Scheme};
use crate::{Call, Error};

/// Plex's token as a parameter, and as a header.
const TOKEN: &str = "X-Plex-Token";

impl Transport {
    /// Chooses the first alternative of an operation's `security` whose credentials are all there.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if none is, and the operation requires one.
    pub(super) fn schemes(&self, operation: &Operation) -> Result<&'static [Scheme], Error> {
        let first = self.complete(operation).next();
        first.ok_or_else(|| self.missing(operation))
    }

    /// Returns the alternatives whose credentials are all there. The one without credentials comes last.
    fn complete(&self, operation: &Operation) -> impl Iterator<Item = &'static [Scheme]> {
        let alternatives = operation.security;
        let is_complete = |schemes: &&[Scheme]| {
            !schemes.is_empty() && schemes.iter().all(|scheme| self.has_credential(scheme))
        };
        let is_optional =
            alternatives.is_empty() || alternatives.iter().any(|schemes| schemes.is_empty());
        let without: Option<&[Scheme]> = is_optional.then_some(&[]);
        let complete = alternatives.iter().copied().filter(is_complete);
        complete.chain(without)
    }

    /// Reports that no alternative is complete.
    fn missing(&self, operation: &Operation) -> Error {
        let missing: Vec<String> = operation
            .security
            .iter()
            .map(|schemes| {
                let missing = schemes.iter().filter(|scheme| !self.has_credential(scheme));
                missing.map(advice).collect::<Vec<_>>().join(" and ")
            })
            .collect();
        Error::misuse(operation.id, missing.join(", or "))
    }

    fn has_credential(&self, scheme: &Scheme) -> bool {
        match scheme.kind {
            Kind::PlexTokenInHeader | Kind::PlexTokenInQuery => self.has_token(),
            _ => self.credential(scheme).is_some(),
        }
    }

    fn credential(&self, scheme: &Scheme) -> Option<&str> {
        Some(self.credentials.as_ref()?.get(scheme.name)?.expose())
    }

    /// Returns the token as a header value, if there is one.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if a header cannot carry it.
    pub(super) fn token_header(
        &self,
        operation: &Operation,
    ) -> Result<Option<&HeaderValue>, Error> {
        match &self.token {
            None => Ok(None),
            Some(TokenHeader::Value(value)) => Ok(Some(value)),
            Some(TokenHeader::Unsendable) => {
                let what = "the token holds characters that a header cannot carry; check how it was stored";
                Err(Error::misuse(operation.id, what))
            }
        }
    }

    /// Returns true if an operation of a media server takes the token, and the token is a JWT.
    pub(super) fn sends_jwt(&self, operation: &Operation) -> bool {
        let Some(TokenHeader::Value(token)) = &self.token else {
            return false;
        };
        let is_token = |scheme: &Scheme| {
            matches!(
                scheme.kind,
                Kind::PlexTokenInHeader | Kind::PlexTokenInQuery
            )
        };
        self.shared.is_media_server
            && is_jwt(token.as_bytes())
            && self
                .schemes(operation)
                .is_ok_and(|schemes| schemes.iter().any(is_token))
    }

    /// Adds the credentials that belong in the query.
    pub(super) fn add_to_query(
        &self,
        operation: &Operation,
        schemes: &[Scheme],
        call: &mut Call,
    ) -> Result<(), Error> {
        for scheme in schemes {
            match scheme.kind {
                Kind::PlexTokenInQuery => {
                    let token = self.token_header(operation)?;
                    if let Some(token) = token.and_then(|token| token.to_str().ok()) {
                        call.query_pair(TOKEN, token);
                    }
                }
                Kind::Query(parameter) => {
                    if let Some(credential) = self.credential(scheme) {
                        call.query_pair(parameter, credential);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds the credentials that belong in headers. They replace headers of the same name.
    pub(super) fn add_to_headers(
        &self,
        operation: &Operation,
        schemes: &[Scheme],
        headers: &mut HeaderMap,
    ) -> Result<(), Error> {
        check_authorization(operation, schemes)?;
        for scheme in schemes {
            let credential = self.credential(scheme).unwrap_or_default();
            let (name, value) = match scheme.kind {
                Kind::PlexTokenInQuery | Kind::Query(_) => continue,
                Kind::PlexTokenInHeader => {
                    if let Some(token) = self.token_header(operation)? {
                        headers.insert("x-plex-token", token.clone());
                    }
                    continue;
                }
                Kind::Header(name) => (
                    HeaderName::from_bytes(name.as_bytes()).ok(),
                    credential.to_owned(),
                ),
                Kind::Bearer => (Some(AUTHORIZATION), format!("Bearer {credential}")),
                Kind::Basic if !credential.contains(':') => {
                    let what = format!(
                        "the credential for the security scheme `{}` has no colon; set `user:password`",
                        scheme.name
                    );
                    return Err(Error::misuse(operation.id, what));
                }
                Kind::Basic => (
                    Some(AUTHORIZATION),
                    format!("Basic {}", BASE64_STANDARD.encode(credential)),
                ),
            };
            let value = HeaderValue::try_from(value).ok();
            let (Some(name), Some(mut value)) = (name, value) else {
                let what = format!(
                    "the credential for the security scheme `{}` holds characters that a header cannot carry; check how it was stored",
                    scheme.name
                );
                return Err(Error::misuse(operation.id, what));
            };
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(())
    }

    /// Chooses the first complete alternative that a URL can carry, and returns its schemes as parameters of the query.
    ///
    /// # Errors
    /// As for [`schemes`](Self::schemes), and [`Error::is_misuse`] if only headers carry the credentials.
    pub(super) fn schemes_in_query(&self, operation: &Operation) -> Result<Vec<Scheme>, Error> {
        let mut refused = None;
        for schemes in self.complete(operation) {
            match in_query(operation, schemes) {
                Ok(schemes) => return Ok(schemes),
                Err(error) => _ = refused.get_or_insert(error),
            }
        }
        Err(refused.unwrap_or_else(|| self.missing(operation)))
    }
}

/// Returns true for three parts that are separated by dots (RFC 7519, section 3), none of them empty.
fn is_jwt(token: &[u8]) -> bool {
    let mut parts = token.split(|byte| *byte == b'.');
    parts.clone().count() == 3 && parts.all(|part| !part.is_empty())
}

/// Returns schemes as a URL can carry them: Plex's servers read their headers from the query too.
///
/// # Errors
/// [`Error::is_misuse`] for a scheme whose credential only a header carries.
fn in_query(operation: &Operation, schemes: &[Scheme]) -> Result<Vec<Scheme>, Error> {
    let in_query = schemes.iter().map(|scheme| match scheme.kind {
        Kind::PlexTokenInQuery | Kind::Query(_) => Ok(*scheme),
        Kind::PlexTokenInHeader => Ok(Scheme::plex_token_in_query()),
        Kind::Header(name) if is_plex_header(name) => Ok(Scheme::query(scheme.name, name)),
        Kind::Header(_) | Kind::Bearer | Kind::Basic => {
            let what = format!(
                "a URL cannot carry the credential for the security scheme `{}`; send the request instead",
                scheme.name
            );
            Err(Error::misuse(operation.id, what))
        }
    });
    in_query.collect()
}

/// Rejects a set with two credentials that belong in `Authorization`, which has one value (RFC 9110, section 11.6.2).
fn check_authorization(operation: &Operation, schemes: &[Scheme]) -> Result<(), Error> {
    let is_authorization = |scheme: &&Scheme| match scheme.kind {
        Kind::Bearer | Kind::Basic => true,
        Kind::Header(name) => name.eq_ignore_ascii_case("authorization"),
        _ => false,
    };
    let mut found = schemes.iter().filter(is_authorization);
    let (Some(first), Some(second)) = (found.next(), found.next()) else {
        return Ok(());
    };
    let what = format!(
        "the security schemes `{}` and `{}` both belong in the header `Authorization`, which holds one credential; \
         make them alternatives in the spec",
        first.name, second.name
    );
    Err(Error::misuse(operation.id, what))
}

fn advice(scheme: &Scheme) -> String {
    match scheme.kind {
        Kind::PlexTokenInHeader | Kind::PlexTokenInQuery => {
            "this client holds no token; call `with_token(&token)` on it, or on its transport, and send the request with the result".to_owned()
        }
        _ => format!(
            "this client holds no credential for the security scheme `{0}`; add it to the transport with `with_credential(\"{0}\", ..)`",
            scheme.name
        ),
    }
}
