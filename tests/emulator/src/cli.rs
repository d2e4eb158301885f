//! The command line.

mod files;
mod network;
mod servers;

use std::io::Write;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clap::builder::BoolishValueParser;
use plex_tv_emulator::{Emulator, EmulatorBuilder, User};

use files::ReadyFile;
use network::NetworkOptions;
use servers::ServerOption;

/// Emulates plex.tv's sign-in, to build and test apps against.
///
/// Point your app at the printed address instead of https://plex.tv. Open that address in a browser for more.
/// Each option can be set in the environment too; an option that may be repeated takes a list with commas there.
#[derive(Parser)]
#[command(name = "plex-tv-emulator", version)]
pub(crate) struct Cli {
    /// The port to listen on; 0 takes any free one
    #[arg(long, default_value_t = 0, env = "PLEX_TV_EMULATOR_PORT")]
    port: u16,

    /// The address to listen on; `localhost` is both 127.0.0.1 and ::1. Keep to a loopback address: everybody who
    /// reaches the emulator can sign in as the demo users and get tokens for your app
    #[arg(long, value_name = "ADDRESS", env = "PLEX_TV_EMULATOR_LISTEN", value_parser = listen, default_value = "127.0.0.1")]
    listen: Listen,

    /// Let the first user approve every PIN once it is this many seconds old
    #[arg(long, value_name = "SECONDS", env = "PLEX_TV_EMULATOR_APPROVE_AFTER", value_parser = seconds)]
    approve_after: Option<Duration>,

    /// Let the first user decline every PIN once it is this many seconds old
    #[arg(long, value_name = "SECONDS", env = "PLEX_TV_EMULATOR_DECLINE_AFTER", value_parser = seconds)]
    decline_after: Option<Duration>,

    /// The lifetime of a PIN with a short code
    #[arg(long, value_name = "SECONDS", env = "PLEX_TV_EMULATOR_SHORT_PIN_LIFETIME", value_parser = seconds,
        default_value = "900")]
    short_pin_lifetime: Duration,

    /// The lifetime of a PIN with a strong code
    #[arg(long, value_name = "SECONDS", env = "PLEX_TV_EMULATOR_STRONG_PIN_LIFETIME", value_parser = seconds,
        default_value = "1800")]
    strong_pin_lifetime: Duration,

    /// Make codes, ids and tokens the same in every run
    #[arg(long, value_name = "NUMBER", env = "PLEX_TV_EMULATOR_SEED")]
    seed: Option<u64>,

    /// The users, in a JSON file: [{"username": "ada", "email": "ada@example.com"}]
    #[arg(long, value_name = "FILE", env = "PLEX_TV_EMULATOR_USERS")]
    users: Option<PathBuf>,

    /// Add a media server with this name to those of the first user, with a good address or with these: good, dead,
    /// slow (by 500 ms), refusing, another, blocked, relay, remote; with a port as in good:32400, else on any free one.
    /// They listen on the address of --listen; if it is 0.0.0.0 or ::, their URIs have the host of --public-url, or the
    /// first --host, or 127.0.0.1. May be repeated
    #[arg(
        long,
        value_name = "NAME[=ADDRESSES]",
        env = "PLEX_TV_EMULATOR_SERVER",
        value_delimiter = ';'
    )]
    server: Vec<ServerOption>,

    /// Set a switch, such as token_read_once=true, for behaviour of plex.tv that is not known; may be repeated
    #[arg(
        long,
        value_name = "NAME=VALUE",
        env = "PLEX_TV_EMULATOR_SWITCH",
        value_delimiter = ','
    )]
    switch: Vec<String>,

    /// Write a line for each request to stderr
    #[arg(long, env = "PLEX_TV_EMULATOR_LOG", value_parser = BoolishValueParser::new())]
    log: bool,

    #[command(flatten)]
    network: NetworkOptions,
}

/// The addresses to listen on.
#[derive(Clone, Copy, Debug)]
enum Listen {
    Localhost,
    Address(IpAddr),
}

fn listen(text: &str) -> Result<Listen, String> {
    if text == "localhost" {
        return Ok(Listen::Localhost);
    }
    match text.parse() {
        Ok(address) => Ok(Listen::Address(address)),
        Err(_) => Err("write localhost or an IP address".to_owned()),
    }
}

/// Runs the emulator until a signal stops it; a failure is written to stderr.
pub(crate) async fn run(cli: Cli) -> ExitCode {
    match serve(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "plex-tv-emulator: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(cli: Cli) -> Result<(), String> {
    let ready_file = cli.network.ready_file.clone();
    if let Some(path) = &ready_file {
        ReadyFile::prepare(path)?;
    }
    let emulator = start(cli).await?;
    // Before the announcement: its reader may send a signal immediately.
    let stop_signal = stop_signal();
    // A closed standard output must not stop the server.
    let _ = announce(&emulator);
    let ready_file =
        ready_file.map(|path| ReadyFile::write(&path, &format!("{}\n", origin(&emulator))));
    let _ready_file = ready_file.transpose()?;
    stop_signal.await;
    emulator.stop(Duration::from_secs(2)).await;
    Ok(())
}

async fn start(cli: Cli) -> Result<Emulator, String> {
    let is_open = matches!(cli.listen, Listen::Address(address) if !address.is_loopback());
    #[cfg(feature = "tls")]
    let ca_out = cli.network.ca_out.clone();
    let emulator = cli.builder()?.start().await.map_err(in_full)?;
    #[cfg(feature = "tls")]
    if let (Some(path), Some(ca)) = (ca_out, emulator.ca_pem()) {
        files::write(&path, ca)?;
    }
    if is_open {
        let _ = writeln!(
            std::io::stderr(),
            "plex-tv-emulator: warning: everybody who reaches this address can sign in as the demo users"
        );
    }
    Ok(emulator)
}

impl Cli {
    fn builder(self) -> Result<EmulatorBuilder, String> {
        let mut builder = Emulator::builder()
            .port(self.port)
            .short_pin_lifetime(self.short_pin_lifetime)
            .strong_pin_lifetime(self.strong_pin_lifetime);
        builder = match self.listen {
            Listen::Localhost => builder.listen_on_localhost(),
            Listen::Address(address) => builder.listen_on(address),
        };
        if let Some(age) = self.approve_after {
            builder = builder.approve_after(age);
        }
        if let Some(age) = self.decline_after {
            builder = builder.decline_after(age);
        }
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        let mut users = match &self.users {
            Some(file) => read_users(file)?,
            None => User::demo(),
        };
        if let Some(first) = users.first_mut() {
            first.servers.extend(servers::all(self.server));
        }
        builder = builder.users(users);
        for switch in &self.switch {
            let (name, value) = switch
                .split_once('=')
                .ok_or_else(|| format!("--switch {switch}: write NAME=VALUE"))?;
            builder = builder.switch(name, value).map_err(in_full)?;
        }
        if self.log {
            builder = builder.log_to(std::io::stderr());
        }
        self.network.apply(builder)
    }
}

fn read_users(file: &PathBuf) -> Result<Vec<User>, String> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    serde_json::from_str(&text)
        .map_err(|error| format!("{} is not an array of users: {error}", file.display()))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// Formats an error with its source.
fn in_full(error: plex_tv_emulator::Error) -> String {
    match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn announce(emulator: &Emulator) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on {}", origin(emulator))?;
    writeln!(out, "demo user's token: {}", emulator.demo_token())?;
    servers::announce(emulator, &mut out)?;
    out.flush()
}

/// Returns the address of the emulator: `http://127.0.0.1:8080`.
fn origin(emulator: &Emulator) -> String {
    emulator.base_url().origin().ascii_serialization()
}

/// Waits for Ctrl-C or SIGTERM; both are caught as soon as this is called.
#[cfg(unix)]
fn stop_signal() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (interrupt, terminate) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    );
    async {
        if let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
    }
}

#[cfg(not(unix))]
async fn stop_signal() {
    let _ = tokio::signal::ctrl_c().await;
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_option_has_an_environment_variable_and_is_in_the_readme() {
        let readme = include_str!("../README.md");
        for option in Cli::command().get_arguments() {
            let long = option.get_long().unwrap();
            let variable = format!("PLEX_TV_EMULATOR_{}", long.to_uppercase().replace('-', "_"));
            let env = option.get_env().map(|name| name.to_str().unwrap());
            assert_eq!(env, Some(variable.as_str()));
            assert!(readme.contains(&format!("`--{long}")), "{long}");
        }
    }
}
