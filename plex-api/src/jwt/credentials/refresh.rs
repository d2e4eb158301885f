//! The refresh of a token: one attempt at a time, shared by all callers in a runtime.

use futures_util::FutureExt;
use plex_api_gen::{Error, Token};

use super::events::Event;
use super::{Credentials, Settings};
use crate::jwt::CredentialsState;
use crate::jwt::renewal::{Plan, Renewal};
use crate::trace;

/// The token that a caller asks for.
#[derive(Clone)]
pub(super) enum Wish {
    /// Any valid token.
    Valid,
    /// A token other than this one, which a server rejected.
    InsteadOf(Token),
}

impl Wish {
    pub(super) fn accepts(&self, token: &Token) -> bool {
        match self {
            Self::Valid => true,
            Self::InsteadOf(rejected) => token != rejected,
        }
    }
}

impl Credentials {
    /// Makes one attempt, shared by concurrent callers, and then reports its events.
    pub(super) async fn refresh(&self, wish: &Wish) -> Result<Token, Error> {
        let attempt = || {
            let (credentials, wish) = (self.clone(), wish.clone());
            async move { credentials.attempt(&wish).await }.boxed()
        };
        let outcome = self.shared.attempt.run(attempt).await;
        let listener = self.settings().on_event;
        self.shared.events.deliver(listener.as_deref());
        outcome
    }

    async fn attempt(&self, wish: &Wish) -> Result<Token, Error> {
        // Another attempt may have ended since the last plan.
        match self.plan(wish) {
            Plan::Use(token) => return Ok(token),
            Plan::Fail(error) => return Err(error),
            Plan::Refresh => {}
        }
        if let Some(token) = self.newer_in_file(wish) {
            return Ok(token);
        }
        let outcome = self.device.refresh().await;
        let now = self.device.plex().now();
        match outcome {
            Ok(device_token) => {
                let token = device_token.token().clone();
                self.renewal().succeeded(device_token, now);
                let state = self.state();
                if let Some(Err(error)) = self.settings().file.map(|path| state.save(&path)) {
                    trace::file_failed(&error);
                    self.notify(Event::Failed(error));
                }
                self.notify(Event::Changed(state));
                Ok(token)
            }
            Err(error) => {
                self.renewal().failed(error.clone(), now);
                self.notify(Event::Failed(error.clone()));
                Err(error)
            }
        }
    }

    /// Adopts and returns a newer token that another process wrote to the file, if there is one that the caller accepts.
    fn newer_in_file(&self, wish: &Wish) -> Option<Token> {
        let Settings {
            refresh_ahead,
            file,
            ..
        } = self.settings();
        let found = file.map_or(Ok(None), |path| CredentialsState::load(&path));
        let found = found.unwrap_or_else(|error| {
            trace::file_failed(&error);
            self.notify(Event::Failed(error));
            None
        });
        let now = self.device.plex().now();
        let found = found
            .filter(|found| found.is_same_device(&self.state()))
            .and_then(|found| found.device_token())
            .filter(|token| wish.accepts(token.token()))
            .filter(|token| self.renewal().is_newer(token, now, refresh_ahead));
        let newer = found?;
        trace::read_from_file(&newer);
        let token = newer.token().clone();
        *self.renewal() = Renewal::of(Some(newer));
        self.notify(Event::Changed(self.state()));
        Some(token)
    }

    /// Keeps an event for the listener until the attempt ends.
    fn notify(&self, event: Event) {
        if self.settings().on_event.is_some() {
            self.shared.events.push(event);
        }
    }
}
