use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use plex_api_gen::{Error, Token};

use super::renewal::{Plan, Renewal};
use super::single_flight::SingleFlight;
use super::{CredentialsState, DeviceClient, DeviceToken};
use crate::PlexApi;

/// A device that is signed in: its key and its current token, which is refreshed before it expires, without the user.
///
/// [`token`](Self::token) has a valid token at any time. Nothing is spawned: the refresh is part of the first call that finds
/// it due, and all who call meanwhile share it. A clone is cheap and shares everything: token, refresh and settings.
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
///         let link = device.start_code_sign_in().await?;
///         println!("enter {} at https://plex.tv/link", link.code());
///         let token = device.wait_for_token(&link).await?;
///         Credentials::new(&device, &token)?.keep_in("plex-credentials.json")?
///     }
/// };
/// match credentials.token().await {
///     Ok(token) => plex.ping(&token).await?,
///     Err(error) if error.is_device_removed() => println!("sign in again: {error}"),
///     Err(error) => println!("try later: {error}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Credentials {
    device: DeviceClient,
    shared: Arc<Shared>,
}

/// What all clones have in common.
struct Shared {
    renewal: Mutex<Renewal>,
    settings: Mutex<Settings>,
    attempt: SingleFlight<()>,
}

#[derive(Clone)]
struct Settings {
    refresh_ahead: Duration,
    file: Option<Arc<Path>>,
    on_event: Option<Arc<OnEvent>>,
}

type OnEvent = dyn Fn(CredentialsEvent<'_>) + Send + Sync;

/// What happens to [`Credentials`] between one call and the next.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum CredentialsEvent<'a> {
    /// There is a new token: store the state, unless [`Credentials::keep_in`] does.
    Changed(&'a CredentialsState),
    /// A refresh failed, or its outcome could not be stored. As long as the old token is valid nobody else notices.
    Trouble(&'a Error),
}

/// Tokens live for seven days; a day is enough for any outage so far.
const REFRESH_AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

const STEP: &str = "credentials";

impl Credentials {
    /// The credentials of a device that has just signed in.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the token is another device's.
    pub fn new(device: &DeviceClient, token: &DeviceToken) -> Result<Self, Error> {
        let belongs = token
            .claims()
            .belongs_to(device.client_identifier(), device.key().id());
        match belongs {
            Ok(()) => Ok(Self::of(device, Some(token.clone()))),
            Err(_) => Err(Error::misuse(STEP, "the token is another device's")),
        }
    }

    /// Takes up credentials that were stored; `plex` is a client of the same client identifier. A stored token that is
    /// damaged is replaced at the first call.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when they were stored for another client identifier.
    pub fn restore(plex: &PlexApi, state: &CredentialsState) -> Result<Self, Error> {
        if state.client_identifier() != plex.identity().client_identifier() {
            let what = "they were stored under another client identifier; only a client with that one can go on";
            return Err(Error::misuse(STEP, what));
        }
        let device = plex.with_device_key(state.key()).scopes(state.scopes());
        Ok(Self::of(&device, state.device_token()))
    }

    /// Takes up the credentials in a file, and keeps them there ([`keep_in`](Self::keep_in)); nothing if there is no file.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the file cannot be read, holds something else, or was stored for another client identifier.
    /// Such a file is left alone.
    pub fn load(plex: &PlexApi, path: impl AsRef<Path>) -> Result<Option<Self>, Error> {
        let path = path.as_ref();
        let Some(state) = CredentialsState::load(path)? else {
            return Ok(None);
        };
        let credentials = Self::restore(plex, &state)?;
        credentials.set(|settings| settings.file = Some(path.into()));
        Ok(Some(credentials))
    }

    /// Writes the credentials to a file, now and after every change.
    ///
    /// Only its owner can read the file (on Unix), and it is never half written: a new one is made beside it and takes its
    /// place, so the folder must be writable. Several processes may share the file: before a refresh it is read again, and if
    /// another process was faster, its token is taken. A file that holds anything but the credentials of this device is never
    /// written over; after a sign-in as a new device delete the old one.
    ///
    /// Reading and writing block for a moment, once in several days. If writing fails later on, the token is handed out all
    /// the same, [`CredentialsEvent::Trouble`] tells of it, and the next refresh writes again.
    ///
    /// # Errors
    /// [`Error::is_misuse`] when the file cannot be written, or holds something else.
    pub fn keep_in(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        self.state().save(path)?;
        self.set(|settings| settings.file = Some(path.into()));
        Ok(self)
    }

    /// Refreshes a token this long before it expires; a day if not set, and half of the token's life at most.
    #[must_use]
    pub fn refresh_ahead(self, ahead: Duration) -> Self {
        self.set(|settings| settings.refresh_ahead = ahead);
        self
    }

    /// Is told of every change and every trouble, in the task that calls; it must not take long.
    #[must_use]
    pub fn on_event(self, listener: impl Fn(CredentialsEvent<'_>) + Send + Sync + 'static) -> Self {
        self.set(|settings| settings.on_event = Some(Arc::new(listener)));
        self
    }

    /// A valid token, refreshed if it is time for that.
    ///
    /// While plex.tv is in trouble the old token is handed out as long as it is valid; further attempts are made after a
    /// pause, which grows from a second to five minutes, or is as long as the server asks for (an hour at most).
    ///
    /// # Errors
    /// [`Error::is_device_removed`]: sign in again, with a new client identifier and a new key, and delete the file of the old
    /// ones. Everything else is for later, the credentials are as good as before: [`Error::is_transient`] and
    /// [`Error::is_rate_limited`] when plex.tv is out of reach, in trouble, or asked too often; [`Error::jwt_flaw`], or status
    /// 498, when this machine's clock is wrong, or something answers in plex.tv's place. Within the pause after a failure its
    /// error is returned again.
    pub async fn token(&self) -> Result<Token, Error> {
        match self.plan(&Wish::Valid) {
            Plan::Use(token) => Ok(token),
            Plan::Fail(error) => Err(error),
            Plan::Refresh => match self.refresh(Wish::Valid).await {
                Ok(token) => Ok(token),
                // The old one may be good for some time yet.
                Err(error) => {
                    let renewal = self.renewal();
                    let usable = renewal.usable(self.device.plex().now());
                    usable.map(|token| token.token().clone()).ok_or(error)
                }
            },
        }
    }

    /// A valid token in the place of one that was refused, though it had not expired: the current one if it is another, else a
    /// new one. However many tasks ask, one refresh is made.
    ///
    /// # Errors
    /// The same as [`token`](Self::token). [`Error::is_misuse`] when the refused token came from a refresh less than a minute
    /// ago: a newer one would be refused, too, as by a media server that does not take JWTs.
    pub async fn token_instead_of(&self, refused: &Token) -> Result<Token, Error> {
        let wish = Wish::InsteadOf(refused.clone());
        match self.plan(&wish) {
            Plan::Use(token) => Ok(token),
            Plan::Fail(error) => Err(error),
            Plan::Refresh => self.refresh(wish).await,
        }
    }

    /// The client that the credentials belong to.
    pub fn device(&self) -> &DeviceClient {
        &self.device
    }

    /// What they are made of, to be stored.
    pub fn state(&self) -> CredentialsState {
        CredentialsState::new(&self.device, self.renewal().token())
    }

    /// The current token with its claims, valid or not; nothing before the first one was issued.
    pub fn current(&self) -> Option<DeviceToken> {
        self.renewal().token().cloned()
    }

    /// Without a token they are those of a device whose key plex.tv knows.
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
            Wish::InsteadOf(refused) => self.renewal().plan_instead_of(refused, now),
        }
    }

    /// One attempt, shared by all who ask meanwhile.
    async fn refresh(&self, wish: Wish) -> Result<Token, Error> {
        let attempt = || {
            let credentials = self.clone();
            async move { credentials.attempt(&wish).await }.boxed()
        };
        self.shared.attempt.run(attempt).await?;
        // After an attempt that succeeded there is one.
        self.current()
            .map(|token| token.token().clone())
            .ok_or_else(|| Error::misuse(STEP, "there is no token"))
    }

    async fn attempt(&self, wish: &Wish) -> Result<(), Error> {
        // Another attempt may have ended since the wish was looked at.
        match self.plan(wish) {
            Plan::Use(_) => return Ok(()),
            Plan::Fail(error) => return Err(error),
            Plan::Refresh => {}
        }
        if self.take_over_from_file() {
            return Ok(());
        }
        let outcome = self.device.refresh().await;
        let now = self.device.plex().now();
        match outcome {
            Ok(token) => {
                self.renewal().succeeded(token, now);
                let state = self.state();
                if let Some(Err(error)) = self.settings().file.map(|path| state.save(&path)) {
                    self.tell(CredentialsEvent::Trouble(&error));
                }
                self.tell(CredentialsEvent::Changed(&state));
                Ok(())
            }
            Err(error) => {
                self.renewal().failed(error.clone(), now);
                self.tell(CredentialsEvent::Trouble(&error));
                Err(error)
            }
        }
    }

    /// Whether another process has put a newer token into the file, which is then the current one.
    fn take_over_from_file(&self) -> bool {
        let Settings {
            refresh_ahead,
            file,
            ..
        } = self.settings();
        let found = file.map_or(Ok(None), |path| CredentialsState::load(&path));
        let found = found.unwrap_or_else(|error| {
            self.tell(CredentialsEvent::Trouble(&error));
            None
        });
        let now = self.device.plex().now();
        let newer = found
            .filter(|found| found.is_same_device(&self.state()))
            .and_then(|found| found.device_token())
            .filter(|token| self.renewal().is_newer(token, now, refresh_ahead));
        let Some(token) = newer else {
            return false;
        };
        *self.renewal() = Renewal::of(Some(token));
        self.tell(CredentialsEvent::Changed(&self.state()));
        true
    }

    fn tell(&self, event: CredentialsEvent<'_>) {
        if let Some(listener) = self.settings().on_event {
            listener(event);
        }
    }
}

/// What somebody asks for.
enum Wish {
    /// A token that is valid.
    Valid,
    /// One that is not this one, which was refused.
    InsteadOf(Token),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("device", &self.device)
            .field("refresh_ahead", &self.settings().refresh_ahead)
            .finish_non_exhaustive()
    }
}
