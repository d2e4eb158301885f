//! The settings of an emulator.

mod network;

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use crate::codes::Codes;
use crate::emulator::Emulator;
use crate::error::{Error, Kind};
use crate::listeners;
use crate::network::Network;
use crate::recorder::Recorder;
use crate::served::{OwnAddress, Sockets};
use crate::state::{Settings, State};
use crate::switches::Switches;
use crate::user::User;

/// The settings of an [`Emulator`]; created by [`Emulator::builder`].
#[must_use = "an emulator runs only after `start`"]
pub struct EmulatorBuilder {
    address: SocketAddr,
    is_localhost: bool,
    settings: Settings,
    seed: Option<u64>,
    users: Vec<User>,
    switches: Switches,
    recorded: usize,
    log: Option<Box<dyn Write + Send>>,
    network: Result<Network, Error>,
}

impl EmulatorBuilder {
    pub(crate) fn new() -> Self {
        Self {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            is_localhost: false,
            settings: Settings {
                short_pin_lifetime: Duration::from_secs(900),
                strong_pin_lifetime: Duration::from_secs(1800),
                approve_after: None,
                decline_after: None,
            },
            seed: None,
            users: User::demo(),
            switches: Switches::default(),
            recorded: 10_000,
            log: None,
            network: Ok(Network::default()),
        }
    }

    /// Sets the port to listen on; the default is any free port.
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// Sets the address to listen on; the default is 127.0.0.1. The media servers of users listen there too.
    ///
    /// Keep to a loopback address: everybody who reaches the emulator can sign in as the demo users and get
    /// tokens for your app.
    pub fn listen_on(mut self, address: IpAddr) -> Self {
        self.address.set_ip(address);
        self.is_localhost = false;
        self
    }

    /// Listens on both addresses of `localhost`, 127.0.0.1 and `::1`, on the same port.
    ///
    /// [`Emulator::base_url`] then has the name `localhost`.
    pub fn listen_on_localhost(mut self) -> Self {
        self.address.set_ip(Ipv4Addr::LOCALHOST.into());
        self.is_localhost = true;
        self
    }

    /// Sets the lifetime of a PIN with a short code; the default is 900 seconds, as at plex.tv.
    pub fn short_pin_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.short_pin_lifetime = lifetime;
        self
    }

    /// Sets the lifetime of a PIN with a strong code; the default is 1800 seconds, as at plex.tv.
    pub fn strong_pin_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.strong_pin_lifetime = lifetime;
        self
    }

    /// Lets the first user approve every PIN once it is this old; by default a PIN waits for a decision.
    pub fn approve_after(mut self, age: Duration) -> Self {
        self.settings.approve_after = Some(age);
        self
    }

    /// Lets the first user decline every PIN once it is this old.
    ///
    /// The app does not learn of it, as at plex.tv.
    pub fn decline_after(mut self, age: Duration) -> Self {
        self.settings.decline_after = Some(age);
        self
    }

    /// Makes codes, ids and tokens the same in every run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets the users; the default is [`User::demo`].
    ///
    /// The first one decides for [`approve_after`](Self::approve_after) and
    /// [`decline_after`](Self::decline_after).
    pub fn users(mut self, users: impl IntoIterator<Item = User>) -> Self {
        self.users = users.into_iter().collect();
        self
    }

    /// Sets the switches; [`Emulator::set_switches`] changes them later.
    pub fn switches(mut self, switches: Switches) -> Self {
        self.switches = switches;
        self
    }

    /// Sets one switch, given by its name, to a value in JSON, as the command line does.
    ///
    /// # Errors
    ///
    /// If the switch is unknown or the value has the wrong type.
    pub fn switch(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let value = serde_json::from_str(value)
            .map_err(|_| Kind::Switch(format!("the value of {name} is not JSON")))?;
        let changes = serde_json::Value::Object([(name.to_owned(), value)].into_iter().collect());
        self.switches = self.switches.with(&changes).map_err(Kind::Switch)?;
        Ok(self)
    }

    /// Sets the number of requests that the record keeps; the default is the last 10,000.
    pub fn record(mut self, most: usize) -> Self {
        self.recorded = most;
        self
    }

    /// Writes a line for each request to `log`; the lines hold neither codes nor tokens.
    pub fn log_to(mut self, log: impl Write + Send + 'static) -> Self {
        self.log = Some(Box::new(log));
        self
    }

    /// Starts the emulator; it accepts connections when this returns.
    ///
    /// # Errors
    ///
    /// [`Error::is_port_taken`] if another program listens on the port. Other errors if the emulator cannot
    /// listen on the address, has no users, or a setting is invalid.
    pub async fn start(self) -> Result<Emulator, Error> {
        if self.users.is_empty() {
            return Err(Kind::NoUsers.into());
        }
        if let Some(user) = self.users.iter().position(|user| !user.has_valid_pin()) {
            let message = format!("the PIN of user {user}, counted from 0, must have four digits");
            return Err(Kind::Setting(message).into());
        }
        let network = self.network?;
        let codes = Codes::new(self.seed).map_err(Kind::Start)?;
        let recorder = Recorder::new(self.recorded, self.log);
        let listeners = if self.is_localhost {
            listeners::bind_localhost(self.address.port())
        } else {
            match TcpListener::bind(self.address) {
                Ok(listener) => Ok(vec![listener]),
                Err(error) => Err((self.address, error)),
            }
        };
        let listeners = listeners.map_err(|(address, error)| Kind::Listen(address, error))?;
        // After plex.tv's, whose port may be a given one.
        let mut users = self.users;
        let own = OwnAddress {
            listen: self.address.ip(),
            host: network.public_host(),
        };
        let media_servers = Sockets::open(&mut users, &own, network.is_tls)?;
        let state = State::new(self.settings, self.switches, users, codes, recorder);
        Emulator::spawn(listeners, media_servers, self.is_localhost, state, network)
    }
}

impl std::fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("address", &self.address)
            .field("settings", &self.settings)
            .field("switches", &self.switches)
            .finish_non_exhaustive()
    }
}
