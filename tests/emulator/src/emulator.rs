//! The handle of a running emulator.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use url::Url;

use crate::builder::EmulatorBuilder;
use crate::error::{Error, Kind};
use crate::faults::Fault;
use crate::operation::Operation;
use crate::recorder::RecordedRequest;
use crate::reply::ApiError;
use crate::server::{self, Shared};
use crate::state::State;
use crate::switches::Switches;
use crate::user::User;

/// A running plex.tv; it stops when this is dropped.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), plex_tv_emulator::Error> {
/// use plex_tv_emulator::Emulator;
/// use std::time::{Duration, SystemTime};
///
/// let emulator = Emulator::builder().approve_after(Duration::from_secs(3)).start().await?;
/// println!("plex.tv is at {}", emulator.base_url());
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Emulator {
    shared: Arc<Shared>,
    /// `http://127.0.0.1:N/`
    origin: Url,
    stop: Option<oneshot::Sender<Duration>>,
    thread: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Starts an emulator on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// If this machine has no free port or no thread to give.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Sets up an emulator: port, lifetimes, users and more.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// Where the API is: what a client takes in the place of `https://plex.tv/api/v2`.
    #[must_use]
    pub fn base_url(&self) -> Url {
        self.url("/api/v2")
    }

    /// Lets the first user agree to the PIN with this code, short (in any case) or strong.
    ///
    /// # Errors
    ///
    /// [`Error::is_unknown_code`] if no living, unclaimed PIN has it.
    pub async fn approve(&self, code: &str) -> Result<(), Error> {
        Ok(self.shared.state().link(code, 0).map_err(kind)?)
    }

    /// Lets the user decline the PIN with this code. The app is told nothing: the PIN stays pending until it
    /// expires, as at plex.tv.
    ///
    /// # Errors
    ///
    /// [`Error::is_unknown_code`] if no living, unclaimed PIN has it.
    pub async fn decline(&self, code: &str) -> Result<(), Error> {
        Ok(self.shared.state().decline(code).map_err(kind)?)
    }

    /// A token of the first user, as the browser of a signed-in person has one: `PUT /pins/link` takes it.
    #[must_use]
    pub fn demo_token(&self) -> String {
        let state = self.shared.state();
        state.accounts.demo_token(0).unwrap_or_default().to_owned()
    }

    /// Lets the user with this number in the list of users, counted from 0, agree to the PIN with this code.
    ///
    /// # Errors
    ///
    /// [`Error::is_unknown_code`] if no living, unclaimed PIN has the code; another one if there is no such
    /// user, or plex.tv would refuse.
    pub async fn approve_as(&self, user: usize, code: &str) -> Result<(), Error> {
        let mut state = self.shared.state();
        if user >= state.accounts.users.len() {
            return Err(Kind::UnknownUser.into());
        }
        Ok(state.link(code, user).map_err(kind)?)
    }

    /// The users, with the ids that they were given.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.shared.state().accounts.users.clone()
    }

    /// Lets the next answer of an operation go wrong; several calls make a script that is followed in order.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), plex_tv_emulator::Error> {
    /// use plex_tv_emulator::{Emulator, Fault, Operation};
    ///
    /// let emulator = Emulator::start().await?;
    /// emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 503 });
    /// emulator.fail_next(Operation::GetTokenByPinId, Fault::Pass);
    /// emulator.fail_next(Operation::GetTokenByPinId, Fault::ResetMidway);
    /// # Ok(()) }
    /// ```
    pub fn fail_next(&self, operation: Operation, fault: Fault) {
        self.shared.state().faults.push(Some(operation), fault);
    }

    /// Lets the next answer go wrong, of whatever operation that has no fault of its own waiting.
    pub fn fail_next_of_any(&self, fault: Fault) {
        self.shared.state().faults.push(None, fault);
    }

    /// How many faults still wait for their request.
    #[must_use]
    pub fn faults_left(&self) -> usize {
        self.shared.state().faults.waiting().len()
    }

    /// Forgets the faults that still wait.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear();
    }

    /// Ends all connections and refuses new ones for this long, as if the host were down.
    ///
    /// When this returns, connections are refused.
    pub fn refuse_connections(&self, duration: Duration) {
        self.shared.refuse_now(duration);
    }

    /// What the emulator was asked, the oldest first; of its pages only the page itself.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.state().recorder.requests()
    }

    /// Forgets what it was asked.
    pub fn clear_requests(&self) {
        self.shared.state().recorder.clear();
    }

    /// What it does where nobody knows what plex.tv does.
    #[must_use]
    pub fn switches(&self) -> Switches {
        self.shared.state().switches.clone()
    }

    /// Changes what it does where nobody knows what plex.tv does.
    pub fn set_switches(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.shared.state().switches);
    }

    /// Signs JWTs with a new key from now on; the old one stays published as long as its tokens are valid.
    pub fn rotate_keys(&self) {
        self.shared.state().rotate_keys();
    }

    /// What the emulator's clock says.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.shared.state().now().to_system_time()
    }

    /// Moves the emulator's clock forward: PINs and everything else with an end expire without waiting.
    pub fn advance(&self, by: Duration) {
        let mut state = self.shared.state();
        state.clock.advance(by);
        state.sweep();
    }

    /// The page of this emulator that stands for a link to `app.plex.tv` or `plex.tv`, with its query and
    /// fragment; `None` for links to anywhere else.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = plex_tv_emulator::Emulator::start().await?;
    /// let link = "https://app.plex.tv/auth#?clientID=a&code=b".parse()?;
    /// let page = emulator.local_page(&link).ok_or("not a link of plex.tv")?;
    /// assert!(page.as_str().starts_with("http://127.0.0.1:"));
    /// assert!(page.as_str().ends_with("/auth#?clientID=a&code=b"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn local_page(&self, link: &Url) -> Option<Url> {
        let known = ["plex.tv", "www.plex.tv", "app.plex.tv", "clients.plex.tv"];
        if !matches!(link.scheme(), "http" | "https") || !known.contains(&link.host_str()?) {
            return None;
        }
        let mut page = self.url(link.path());
        page.set_query(link.query());
        page.set_fragment(link.fragment());
        Some(page)
    }

    /// Stops the emulator and waits until requests under way are answered, but no longer than `patience`.
    pub async fn stop(mut self, patience: Duration) {
        if let (Some(stop), Some(thread)) = (self.stop.take(), self.thread.take()) {
            let _ = stop.send(patience);
            let (done, wait) = oneshot::channel();
            std::thread::spawn(move || {
                let _ = thread.join();
                let _ = done.send(());
            });
            let _ = wait.await;
        }
    }

    /// Listens, and serves on a thread of its own.
    pub(crate) fn spawn(address: SocketAddr, state: State) -> Result<Self, Error> {
        let listener = TcpListener::bind(address).map_err(|error| Kind::Listen(address, error))?;
        listener.set_nonblocking(true).map_err(Kind::Start)?;
        let address = listener.local_addr().map_err(Kind::Start)?;
        let origin = origin(address).map_err(Kind::Start)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Kind::Start)?;
        let (shared, refusals) = Shared::new(state, address);
        let shared = Arc::new(shared);
        let (stop, stopped) = oneshot::channel();
        let serving = server::serve(listener, Arc::clone(&shared), refusals, stopped);
        let thread = std::thread::Builder::new()
            .name("plex-tv-emulator".to_owned())
            .spawn(move || {
                // It can only fail to take over the listener, and then no request is ever answered.
                let _ = runtime.block_on(serving);
            })
            .map_err(Kind::Start)?;
        Ok(Self {
            shared,
            origin,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.origin.clone();
        url.set_path(path);
        url
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Where this machine reaches the listener, also when it listens on every address.
fn origin(mut address: SocketAddr) -> std::io::Result<Url> {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            Ipv4Addr::LOCALHOST.into()
        } else {
            Ipv6Addr::LOCALHOST.into()
        });
    }
    Url::parse(&format!("http://{address}")).map_err(std::io::Error::other)
}

fn kind(error: ApiError) -> Kind {
    match error.code {
        1020 => Kind::UnknownCode,
        _ => Kind::Refused(error.message),
    }
}
