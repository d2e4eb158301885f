//! https: a certificate authority made at the start, and the certificate that it signs for the emulator's names.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::{Ticketer, default_provider};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Clients reject server certificates that are valid for more than 398 days.
const VALIDITY: Duration = Duration::from_secs(365 * 24 * 60 * 60);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The names of the media servers, by their client identifiers.
pub(crate) type MediaServerNames = HashMap<String, Vec<String>>;

/// The acceptors of TLS connections, and the certificate that clients must trust.
#[derive(Clone)]
pub(crate) struct Tls {
    pub(crate) plex_tv: TlsAcceptor,
    /// By the client identifiers of the media servers.
    pub(crate) media_servers: HashMap<String, TlsAcceptor>,
    pub(crate) ca_pem: String,
}

impl Tls {
    /// Makes an authority, a certificate for the names of plex.tv, and one for each media server; the authority's key
    /// is dropped at the end.
    pub(crate) fn new(
        names: Vec<String>,
        media_servers: MediaServerNames,
    ) -> Result<Self, BoxError> {
        let ca = CertifiedIssuer::self_signed(authority(), KeyPair::generate()?)?;
        let certified = |names, versions: &[&[u8]]| {
            let key = KeyPair::generate()?;
            let certificate = server(names)?.signed_by(&key, &ca)?;
            // With the authority in the chain, Chromium can be given the hash of the authority's key.
            let chain = vec![certificate.der().clone(), ca.der().clone()];
            acceptor(chain, &key, versions)
        };
        let media_servers = media_servers.into_iter().map(|(id, names)| {
            // A guess: no recording shows a media server that speaks HTTP/2.
            Ok((id, certified(names, &[b"http/1.1"])?))
        });
        Ok(Self {
            plex_tv: certified(names, &[b"h2", b"http/1.1"])?,
            media_servers: media_servers.collect::<Result<_, BoxError>>()?,
            ca_pem: ca.pem(),
        })
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(..)")
    }
}

fn acceptor(
    chain: Vec<CertificateDer<'static>>,
    key: &KeyPair,
    versions: &[&[u8]],
) -> Result<TlsAcceptor, BoxError> {
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key.into())?;
    config.alpn_protocols = versions.iter().map(|version| version.to_vec()).collect();
    // Tickets keep the state of sessions at the clients instead of in memory.
    config.ticketer = Ticketer::new()?;
    Ok(Arc::new(config).into())
}

fn authority() -> CertificateParams {
    let mut params = valid("plex-tv-emulator CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn server(names: Vec<String>) -> Result<CertificateParams, BoxError> {
    let mut params = valid("plex-tv-emulator");
    params.subject_alt_names = CertificateParams::new(names)?.subject_alt_names;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// A certificate of this name that is valid from yesterday, for clients whose clock is slow.
fn valid(name: &str) -> CertificateParams {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let mut params = CertificateParams::default();
    params.not_before = date_time_ymd(1970, 1, 1) + now.saturating_sub(DAY);
    params.not_after = params.not_before + VALIDITY;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_valid_now_and_for_less_than_398_days() {
        let params = valid("name");
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = date_time_ymd(1970, 1, 1) + since_epoch;
        assert!(params.not_before < now && now + 300 * DAY < params.not_after);
        assert!(params.not_before + 398 * DAY > params.not_after);
    }
}
