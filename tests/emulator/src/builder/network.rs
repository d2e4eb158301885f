//! The settings that concern TLS, names and the callers of the control API.

use super::EmulatorBuilder;
use crate::error::Error;
use crate::network::Network;

/// Settings that concern the network. An invalid value is reported by [`start`](Self::start).
impl EmulatorBuilder {
    /// Serves https with a certificate whose authority is made at the start: [`Emulator::ca_pem`].
    ///
    /// The certificate is for `plex.tv`, `www.plex.tv`, `app.plex.tv`, `clients.plex.tv`, `localhost`, 127.0.0.1,
    /// `::1`, the address to listen on, and the names of [`host`](Self::host), [`control_host`](Self::control_host) and
    /// [`public_url`](Self::public_url).
    ///
    /// This brings rustls with ring. A program that also uses rustls with another provider names its provider, or
    /// installs it with `CryptoProvider::install_default`.
    ///
    /// [`Emulator::ca_pem`]: crate::Emulator::ca_pem
    #[cfg(feature = "tls")]
    pub fn tls(self) -> Self {
        self.network(|network| {
            network.is_tls = true;
            Ok(())
        })
    }

    /// Adds a host name or IP address to those under which browsers reach the emulator.
    ///
    /// It is in the certificate, and the pages `/link` and `/auth` accept it. Other names are refused there, because
    /// a website could point its own domain at the emulator.
    pub fn host(self, name: impl AsRef<str>) -> Self {
        self.network(|network| network.add_host(name.as_ref()))
    }

    /// Sets the URL at which clients reach the emulator, such as `https://plex.example`; the default is the name in
    /// each request.
    ///
    /// It begins the URLs in responses, such as `qr` and `thumb`.
    pub fn public_url(self, url: impl AsRef<str>) -> Self {
        self.network(|network| network.set_public_url(url.as_ref()))
    }

    /// Takes the scheme of URLs in responses from `X-Forwarded-Proto`, behind a proxy that sets it and keeps `Host`.
    pub fn trust_forwarded(self) -> Self {
        self.network(|network| {
            network.trusts_forwarded = true;
            Ok(())
        })
    }

    /// Lets everybody control the emulator who reaches it and addresses it by this host name or IP address.
    ///
    /// By default only programs on this machine may, as `localhost` or by a loopback address. Pages of other sites
    /// may not, with this setting too.
    pub fn control_host(self, name: impl AsRef<str>) -> Self {
        self.network(|network| network.add_control_host(name.as_ref()))
    }

    /// Lets everybody control the emulator who sends this token in the header `X-Emulator-Token`.
    ///
    /// Requests without the header are treated as if there were no token.
    pub fn control_token(self, token: impl AsRef<str>) -> Self {
        self.network(|network| network.set_control_token(token.as_ref()))
    }

    fn network(mut self, change: impl FnOnce(&mut Network) -> Result<(), Error>) -> Self {
        self.network = self.network.and_then(|mut network| {
            change(&mut network)?;
            Ok(network)
        });
        self
    }
}
