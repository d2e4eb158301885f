use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use plex_api_gen::{Error, Token};

use super::renewal::{Plan, Renewal};
use super::single_flight::SingleFlight;
use super::{CredentialsState, DeviceClient, DeviceToken};
use crate::PlexApi;
use crate::private_file::error::failed;

mod events;
mod refresh;

pub use events::CredentialsEvent;
use events::{Events, OnEvent};
use refresh::Wish;

/// A signed-in device: its key and its current token, which is refreshed before it expires, without the user.
///
/// [`token`](Self::token) returns a valid token at any time. There is no background task: the first call that finds a refresh
/// due performs it, and concurrent calls share it. A clone is cheap and shares the token, the refresh and the settings.
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
/// use plex_api::{Credentials, DeviceKey};
///
/// let credentials = match Credentials::load(&plex, "plex-credentials.json")? {
///     Some(credentials) => credentials,
///     None => {
///         let device = plex.with_device_key(&DeviceKey::load_or_create("plex-device-key.pem")?);
///         let sign_in = device.start_code_sign_in().await?;
///         println!("enter {} at https://plex.tv/link", sign_in.code());
///         let token = device.wait_for_token(&sign_in).await?;
///         Credentials::new(&device, &token)?.keep_in("plex-credentials.json")?
///     }
/// };
/// match credentials.token().await {
///     Ok(token) => plex.ping(&token).await?,
///     Err(error) if error.is_device_removed() => println!("sign in again: {error}"),
///     Err(error) => println!("try again later: {error}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Credentials {
    device: DeviceClient,
    shared: Arc<Shared>,
}

/// The state that all clones share.
struct Shared {
    renewal: Mutex<Renewal>,
    settings: Mutex<Settings>,
    attempt: SingleFlight<Token>,
    events: Events,
}

#[derive(Clone)]
struct Settings {
    refresh_ahead: Duration,
    file: Option<Arc<Path>>,
    on_event: Option<Arc<OnEvent>>,
}

/// Tokens are valid for seven days; a refresh a day ahead survives an outage of a day.
const REFRESH_AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

const STEP: &str = "credentials";

/// The number of attempts to replace a rejected token, some of which may belong to other callers.
const ATTEMPTS: usize = 3;

impl Credentials {
    /// Creates the credentials of a device that has just signed in.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if the token belongs to another device.
    pub fn new(device: &DeviceClient, token: &DeviceToken) -> Result<Self, Error> {
        let belongs = token
            .claims()
            .belongs_to(device.client_identifier(), device.key().id());
        match belongs {
            Ok(()) => Ok(Self::of(device, Some(token.clone()))),
            Err(_) => Err(Error::misuse(
                STEP,
                "the token belongs to another device; use the device that signed in",
            )),
        }
    }

    /// Restores stored credentials; `plex` must have the same client identifier. The first call of
    /// [`token`](Self::token) replaces a damaged token.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if they were stored for another client identifier.
    pub fn restore(plex: &PlexApi, state: &CredentialsState) -> Result<Self, Error> {
        if state.client_identifier() != plex.identity().client_identifier() {
            let what = "the credentials were stored for another client identifier; use a client with that one";
            return Err(Error::misuse(STEP, what));
        }
        let device = plex.with_device_key(state.key()).scopes(state.scopes());
        Ok(Self::of(&device, state.device_token()))
    }

    /// Restores the credentials in a file and keeps them there ([`keep_in`](Self::keep_in)); `None` if there is no file.
    ///
    /// # Errors
    /// [`Error::is_storage`] if the file cannot be read, is not a regular file, does not hold credentials, or is open to other
    /// users (as [`DeviceKey::load`](crate::DeviceKey::load) describes), or if the path is a symbolic link without a target;
    /// [`Error::is_misuse`] if it was stored for another client identifier. Such a file is left unchanged.
    pub fn load(plex: &PlexApi, path: impl AsRef<Path>) -> Result<Option<Self>, Error> {
        let path = absolute(path.as_ref())?;
        let Some(state) = CredentialsState::load(&path)? else {
            return Ok(None);
        };
        let credentials = Self::restore(plex, &state)?;
        credentials.set(|settings| settings.file = Some(path.into()));
        Ok(Some(credentials))
    }

    /// Writes the credentials to a file, now and after every change.
    ///
    /// Only its owner can read the file (on Unix). It is never half written: a new file replaces it, so the folder must be
    /// writable. If the path is a symbolic link, its target is replaced. A relative path is made absolute now, so a later
    /// change of the working directory has no effect.
    ///
    /// Several processes may share the file: each reads it again before a refresh, and uses a newer token that another
    /// process wrote. A file that holds anything but the credentials of this device is never overwritten: after a sign-in as
    /// a new device, delete the old file. If devices with different keys create the file at the same time, the first one
    /// succeeds, and the others fail.
    ///
    /// Each refresh, once every few days, blocks on file I/O. If a later write fails, calls still return the new token,
    /// [`CredentialsEvent::Failed`] reports the error, and the next refresh writes again.
    ///
    /// # Errors
    /// [`Error::is_storage`] if the file cannot be written, would be too long to be read again, or holds something else; also
    /// in the cases of [`load`](Self::load).
    pub fn keep_in(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = absolute(path.as_ref())?;
        self.state().save(&path)?;
        self.set(|settings| settings.file = Some(path.into()));
        Ok(self)
    }

    /// Sets how long before expiry a token is refreshed; one day by default, and at most half of the token's lifetime.
    #[must_use]
    pub fn refresh_ahead(self, ahead: Duration) -> Self {
        self.set(|settings| settings.refresh_ahead = ahead);
        self
    }

    /// Calls `listener` on every change and failure, after the attempt in which it occurred.
    ///
    /// The listener runs in a task that waited for the attempt, and should return quickly. Calls never overlap, and come in
    /// the order of the events; other tasks may receive the new token while the listener runs. The listener may ask these
    /// credentials for a token. Its panic is reported by the panic hook and stops there: no caller loses a token by it.
    #[must_use]
    pub fn on_event(self, listener: impl Fn(CredentialsEvent<'_>) + Send + Sync + 'static) -> Self {
        self.set(|settings| settings.on_event = Some(Arc::new(listener)));
        self
    }

    /// Returns a valid token, after a refresh if one is due.
    ///
    /// If a refresh fails, the old token is returned as long as it is valid. The next attempt follows after a pause, which
    /// grows from one second to five minutes, or is as long as the server asks for (at most one hour).
    ///
    /// # Errors
    /// [`Error::is_device_removed`]: sign in again with a new client identifier and a new key, and delete the file of the old
    /// ones. After all other errors the credentials are still good, so try again later: [`Error::is_transient`] and
    /// [`Error::is_rate_limited`] if plex.tv cannot be reached, fails, or received too many requests; [`Error::jwt_flaw`] or
    /// status 498 if this machine's clock is wrong, or a proxy responds in place of plex.tv. During the pause after a failure
    /// the same error is returned again.
    pub async fn token(&self) -> Result<Token, Error> {
        match self.plan(&Wish::Valid) {
            Plan::Use(token) => Ok(token),
            Plan::Fail(error) => Err(error),
            Plan::Refresh => match self.refresh(&Wish::Valid).await {
                Ok(token) => Ok(token),
                // The old token may still be valid.
                Err(error) => {
                    let renewal = self.renewal();
                    let usable = renewal.usable(self.device.plex().now());
                    usable.map(|token| token.token().clone()).ok_or(error)
                }
            },
        }
    }

    /// Returns a valid token in place of one that a server rejected before its expiry: the current token if it is a different
    /// one, or else a new one. It never returns the rejected token. Concurrent calls share one refresh.
    ///
    /// # Errors
    /// The same as [`token`](Self::token). [`Error::is_misuse`] if the rejected token was issued less than a minute ago: a
    /// newer token would also be rejected, for example by a media server that does not accept JWTs.
    pub async fn token_instead_of(&self, rejected: &Token) -> Result<Token, Error> {
        let wish = Wish::InsteadOf(rejected.clone());
        // An attempt that another caller began may end with the rejected token, read from the file.
        for _ in 0..ATTEMPTS {
            match self.plan(&wish) {
                Plan::Use(token) => return Ok(token),
                Plan::Fail(error) => return Err(error),
                Plan::Refresh => {}
            }
            let token = self.refresh(&wish).await?;
            if wish.accepts(&token) {
                return Ok(token);
            }
        }
        let what = "plex.tv issues the rejected token again; try again later";
        Err(Error::misuse("replace a rejected token", what))
    }

    /// Returns the client that the credentials belong to.
    pub fn device(&self) -> &DeviceClient {
        &self.device
    }

    /// Returns the credentials in their stored form.
    pub fn state(&self) -> CredentialsState {
        CredentialsState::new(&self.device, self.renewal().token())
    }

    /// Returns the current token with its claims, expired or not; `None` before the first one was issued.
    pub fn current(&self) -> Option<DeviceToken> {
        self.renewal().token().cloned()
    }

    /// Creates the credentials of a device whose key plex.tv knows, with or without a token.
    pub(super) fn of(device: &DeviceClient, token: Option<DeviceToken>) -> Self {
        let settings = Settings {
            refresh_ahead: REFRESH_AHEAD,
            file: None,
            on_event: None,
        };
        let shared = Shared {
            renewal: Mutex::new(Renewal::of(token)),
            settings: Mutex::new(settings),
            attempt: SingleFlight::default(),
            events: Events::default(),
        };
        Self {
            device: device.clone(),
            shared: Arc::new(shared),
        }
    }

    fn renewal(&self) -> MutexGuard<'_, Renewal> {
        let renewal = self.shared.renewal.lock();
        renewal.unwrap_or_else(PoisonError::into_inner)
    }

    fn settings(&self) -> Settings {
        let settings = self.shared.settings.lock();
        settings.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, change: impl FnOnce(&mut Settings)) {
        let settings = self.shared.settings.lock();
        change(&mut settings.unwrap_or_else(PoisonError::into_inner));
    }

    fn plan(&self, wish: &Wish) -> Plan {
        let now = self.device.plex().now();
        match wish {
            Wish::Valid => self.renewal().plan(now, self.settings().refresh_ahead),
            Wish::InsteadOf(rejected) => self.renewal().plan_instead_of(rejected, now),
        }
    }
}

/// Makes a path independent of the working directory. Symbolic links are not resolved.
fn absolute(path: &Path) -> Result<PathBuf, Error> {
    std::path::absolute(path).map_err(|error| {
        let what = "has no absolute path; use one";
        failed(STEP, path, what, error)
    })
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("device", &self.device)
            .field("refresh_ahead", &self.settings().refresh_ahead)
            .finish_non_exhaustive()
    }
}
