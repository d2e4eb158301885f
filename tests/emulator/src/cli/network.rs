//! The options that concern TLS, names and the callers of the control API.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use plex_tv_emulator::EmulatorBuilder;

/// These options have no `Debug`, because they hold the control token.
#[derive(clap::Args)]
pub(super) struct NetworkOptions {
    /// Serve https, for apps that hard-code https://plex.tv. The certificate is made at the start for plex.tv,
    /// www.plex.tv, app.plex.tv, clients.plex.tv, localhost, 127.0.0.1, ::1, the address of --listen and the names of
    /// --host, --public-url and --control-host; clients must trust the authority that --ca-out writes
    #[cfg(feature = "tls")]
    #[arg(long, env = "PLEX_TV_EMULATOR_TLS", value_parser = BoolishValueParser::new())]
    tls: bool,

    /// Write the certificate of the authority to this file, in PEM. It is new at each start; its private key is
    /// written nowhere
    #[cfg(feature = "tls")]
    #[arg(long, value_name = "FILE", env = "PLEX_TV_EMULATOR_CA_OUT")]
    pub(super) ca_out: Option<PathBuf>,

    /// A further host name or IP address under which browsers reach the emulator: for the certificate, and for the
    /// pages, which refuse unknown names; may be repeated
    #[arg(
        long,
        value_name = "NAME",
        env = "PLEX_TV_EMULATOR_HOST",
        value_delimiter = ','
    )]
    host: Vec<String>,

    /// The URL at which clients reach the emulator, behind a proxy: for URLs in responses, and for the pages
    #[arg(long, value_name = "URL", env = "PLEX_TV_EMULATOR_PUBLIC_URL")]
    public_url: Option<String>,

    /// Take the scheme of URLs in responses from X-Forwarded-Proto, behind a proxy that sets it and keeps Host
    #[arg(long, env = "PLEX_TV_EMULATOR_TRUST_FORWARDED", value_parser = BoolishValueParser::new())]
    trust_forwarded: bool,

    /// Let everybody control the emulator who reaches it and addresses it by this name; may be repeated. By default
    /// only programs on this machine may, as localhost or by a loopback address
    #[arg(
        long,
        value_name = "NAME",
        env = "PLEX_TV_EMULATOR_CONTROL_HOST",
        value_delimiter = ','
    )]
    control_host: Vec<String>,

    /// Let everybody control the emulator who sends this token in the header X-Emulator-Token
    #[arg(
        long,
        value_name = "TOKEN",
        env = "PLEX_TV_EMULATOR_CONTROL_TOKEN",
        hide_env_values = true
    )]
    control_token: Option<String>,

    /// Write the address to this file once the emulator listens; the file is removed when it stops
    #[arg(long, value_name = "FILE", env = "PLEX_TV_EMULATOR_READY_FILE")]
    pub(super) ready_file: Option<PathBuf>,
}

impl NetworkOptions {
    pub(super) fn apply(&self, mut builder: EmulatorBuilder) -> Result<EmulatorBuilder, String> {
        #[cfg(feature = "tls")]
        if self.tls {
            builder = builder.tls();
        } else if self.ca_out.is_some() {
            return Err("--ca-out needs --tls: without TLS there is no certificate".to_owned());
        }
        for name in &self.host {
            builder = builder.host(name);
        }
        if let Some(url) = &self.public_url {
            builder = builder.public_url(url);
        }
        if self.trust_forwarded {
            builder = builder.trust_forwarded();
        }
        for name in &self.control_host {
            builder = builder.control_host(name);
        }
        if let Some(token) = &self.control_token {
            builder = builder.control_token(token);
        }
        Ok(builder)
    }
}
