//! How an emulator is set up.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::codes::Codes;
use crate::emulator::Emulator;
use crate::error::{Error, Kind};
use crate::recorder::Recorder;
use crate::state::{Settings, State};
use crate::switches::Switches;
use crate::user::User;

/// Sets up an [`Emulator`]; made by [`Emulator::builder`].
#[must_use = "an emulator runs only after `start`"]
pub struct EmulatorBuilder {
    address: SocketAddr,
    settings: Settings,
    seed: Option<u64>,
    users: Vec<User>,
    switches: Switches,
    recorded: usize,
    log: Option<Box<dyn Write + Send>>,
}

impl EmulatorBuilder {
    pub(crate) fn new() -> Self {
        Self {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
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
        }
    }

    /// The port to listen on; without it, any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// The address to listen on; without it 127.0.0.1.
    ///
    /// On any other than a loopback address, everybody who reaches it can sign in as the demo users and see
    /// what your app sends, its tokens included.
    pub fn listen_on(mut self, address: IpAddr) -> Self {
        self.address.set_ip(address);
        self
    }

    /// How long a PIN with a four-character code lives; without it 900 seconds, as at plex.tv.
    pub fn short_pin_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.short_pin_lifetime = lifetime;
        self
    }

    /// How long a PIN with a strong code lives; without it 1800 seconds, as at plex.tv.
    pub fn strong_pin_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.strong_pin_lifetime = lifetime;
        self
    }

    /// Lets the first user agree to every PIN once it is this old; without it nobody agrees by itself.
    pub fn approve_after(mut self, age: Duration) -> Self {
        self.settings.approve_after = Some(age);
        self
    }

    /// Lets the first user decline every PIN once it is this old. The app is told nothing, as at plex.tv.
    pub fn decline_after(mut self, age: Duration) -> Self {
        self.settings.decline_after = Some(age);
        self
    }

    /// Makes codes, ids and tokens the same in every run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The users, the first of whom is the one who agrees by himself; without it [`User::demo`].
    pub fn users(mut self, users: impl IntoIterator<Item = User>) -> Self {
        self.users = users.into_iter().collect();
        self
    }

    /// What it does where nobody knows what plex.tv does; [`Emulator::set_switches`] changes it later.
    pub fn switches(mut self, switches: Switches) -> Self {
        self.switches = switches;
        self
    }

    /// Sets a switch by its name to a value in JSON, as the command line does.
    ///
    /// # Errors
    ///
    /// If there is no such switch, or the value does not fit it.
    pub fn switch(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let value = serde_json::from_str(value)
            .map_err(|_| Kind::Switch(format!("the value of {name} is not JSON")))?;
        let changes = serde_json::Value::Object([(name.to_owned(), value)].into_iter().collect());
        self.switches = self.switches.with(&changes).map_err(Kind::Switch)?;
        Ok(self)
    }

    /// How many requests the record keeps; without it the last 10,000.
    pub fn record(mut self, most: usize) -> Self {
        self.recorded = most;
        self
    }

    /// Writes a line for each request, without codes and tokens.
    pub fn log_to(mut self, log: impl Write + Send + 'static) -> Self {
        self.log = Some(Box::new(log));
        self
    }

    /// Starts the emulator; it answers when this returns.
    ///
    /// # Errors
    ///
    /// [`Error::is_port_taken`] if another program listens on the port; any other error if the address cannot
    /// be listened on, or if there are no users.
    pub async fn start(self) -> Result<Emulator, Error> {
        if self.users.is_empty() {
            return Err(Kind::NoUsers.into());
        }
        let codes = Codes::new(self.seed).map_err(Kind::Start)?;
        let recorder = Recorder::new(self.recorded, self.log);
        let state = State::new(self.settings, self.switches, self.users, codes, recorder);
        Emulator::spawn(self.address, state)
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
