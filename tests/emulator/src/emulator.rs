//! The handle to a running emulator.

mod media_servers;
mod sharing;
mod spawn;
#[cfg(feature = "tls")]
mod tls;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;
use url::Url;

use crate::builder::EmulatorBuilder;
use crate::error::{Error, Kind};
use crate::faults::Fault;
use crate::network::PLEX_NAMES;
use crate::operation::Operation;
use crate::recorder::RecordedRequest;
use crate::reply::ApiError;
use crate::server::Shared;
use crate::switches::Switches;
use crate::user::User;

/// A running emulator of plex.tv; it stops when this handle is dropped.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), plex_tv_emulator::Error> {
/// use plex_tv_emulator::Emulator;
/// use std::time::Duration;
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
    /// If the emulator cannot listen on a port or start its thread.
    pub async fn start() -> Result<Self, Error> {
        Self::builder().start().await
    }

    /// Returns the settings of a new emulator: port, lifetimes, users and more.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::new()
    }

    /// Returns the base URL of the API; it replaces `https://plex.tv/api/v2`.
    #[must_use]
    pub fn base_url(&self) -> Url {
        self.url("/api/v2")
    }

    /// Lets the first user approve the PIN with this code, short (in any case) or strong.
    ///
    /// # Errors
    ///
    /// [`Error::is_unknown_code`] if no pending PIN has the code.
    pub async fn approve(&self, code: &str) -> Result<(), Error> {
        Ok(self.shared.state().link(code, 0).map_err(kind)?)
    }

    /// Lets the user decline the PIN with this code.
    ///
    /// The app does not learn of it: for the app, the PIN stays pending until it expires, as at plex.tv.
    ///
    /// # Errors
    ///
    /// [`Error::is_unknown_code`] if no pending PIN has the code.
    pub async fn decline(&self, code: &str) -> Result<(), Error> {
        Ok(self.shared.state().decline(code).map_err(kind)?)
    }

    /// Returns a token of the first user, as a signed-in browser holds one; `PUT /pins/link` accepts it.
    #[must_use]
    pub fn demo_token(&self) -> String {
        let state = self.shared.state();
        state.accounts.demo_token(0).unwrap_or_default().to_owned()
    }

    /// Lets the user at this index of [`users`](Self::users) approve the PIN with this code.
    ///
    /// # Errors
    ///
    /// [`Error::is_unknown_code`] if no pending PIN has the code. Other errors if the user is unknown, or if
    /// plex.tv would refuse.
    pub async fn approve_as(&self, user: usize, code: &str) -> Result<(), Error> {
        let mut state = self.shared.state();
        if user >= state.accounts.users.len() {
            return Err(Kind::UnknownUser.into());
        }
        Ok(state.link(code, user).map_err(kind)?)
    }

    /// Returns the users, with the ids that the emulator has assigned.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.shared.state().accounts.users.clone()
    }

    /// Applies a fault to the next request of an operation.
    ///
    /// Several calls make a script: each request uses up one fault, in order.
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
        self.push_fault(Some(operation), None, fault);
    }

    /// Applies a fault to the next request of any operation without a waiting fault of its own.
    pub fn fail_next_of_any(&self, fault: Fault) {
        self.push_fault(None, None, fault);
    }

    /// Returns the number of faults that wait for a request.
    #[must_use]
    pub fn faults_left(&self) -> usize {
        self.shared.state().faults.len()
    }

    /// Removes the faults that wait for a request.
    pub fn clear_faults(&self) {
        self.shared.state().faults.clear(None);
    }

    /// Closes all connections and refuses new ones for this long, as if the host were down.
    ///
    /// The port is closed when this returns.
    pub fn refuse_connections(&self, duration: Duration) {
        self.shared.refuse_now(duration);
    }

    /// Returns the recorded requests, oldest first.
    ///
    /// Requests of the control API, of assets and of the scripts in the pages are not recorded.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.state().recorder.requests()
    }

    /// Clears the record of requests.
    pub fn clear_requests(&self) {
        self.shared.state().recorder.clear(None);
    }

    /// Returns the switches.
    #[must_use]
    pub fn switches(&self) -> Switches {
        self.shared.state().switches.clone()
    }

    /// Changes the switches.
    pub fn set_switches(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.shared.state().switches);
    }

    /// Makes the emulator sign JWTs with a new key; the old key stays published while its tokens are valid.
    pub fn rotate_keys(&self) {
        self.shared.state().rotate_keys();
    }

    /// Returns the time of the emulator's clock.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.shared.state().now().to_system_time()
    }

    /// Moves the emulator's clock forward, so that PINs, nonces and tokens expire without waiting.
    pub fn advance(&self, by: Duration) {
        let mut state = self.shared.state();
        state.clock.advance(by);
        state.sweep();
    }

    /// Maps a link to `app.plex.tv` or `plex.tv` to the emulator's own page, with its query and fragment.
    ///
    /// Returns `None` for links to other hosts.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = plex_tv_emulator::Emulator::start().await?;
    /// let link = "https://app.plex.tv/auth#?clientID=a&code=b".parse()?;
    /// let page = emulator.local_page(&link).ok_or("not a link to plex.tv")?;
    /// assert!(page.as_str().starts_with("http://127.0.0.1:"));
    /// assert!(page.as_str().ends_with("/auth#?clientID=a&code=b"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn local_page(&self, link: &Url) -> Option<Url> {
        if !matches!(link.scheme(), "http" | "https") || !PLEX_NAMES.contains(&link.host_str()?) {
            return None;
        }
        let mut page = self.url(link.path());
        page.set_query(link.query());
        page.set_fragment(link.fragment());
        Some(page)
    }

    /// Stops the emulator; requests in flight may finish within `patience`.
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

fn kind(error: ApiError) -> Kind {
    match error.code {
        1020 => Kind::UnknownCode,
        _ => Kind::Refused(error.message),
    }
}
