//! The sign-in flow: offers a sign-in, sends the browser to Plex, and checks when the page asks or the browser returns.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use plex_api::{PlexApi, SignIn, SignInStatus, Token};
use plex_tv_emulator::Emulator;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use url::Url;
use uuid::Uuid;

use crate::pages::{self, Failure};

type PageResult = Result<Response, Failure>;

/// The state that every request needs.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) plex: PlexApi,
    /// The address of this server. It never comes from a request, since Plex sends users there.
    pub(crate) origin: Url,
    pub(crate) emulator: Option<Arc<Emulator>>,
}

/// The data that the session keeps while the user is at Plex.
#[derive(Serialize, Deserialize)]
struct Attempt {
    sign_in: SignIn,
    /// A random value in the URL that Plex forwards to: it proves that the same browser returns.
    state: String,
}

// The keys of the data in a session.
const ATTEMPT: &str = "attempt";
pub(crate) const TOKEN: &str = "token";

/// `GET /`: shows if the user is signed in.
pub(crate) async fn home(session: Session) -> PageResult {
    Ok(match session.get::<Token>(TOKEN).await? {
        Some(_token) => pages::SIGNED_IN.into_response(),
        None => pages::SIGN_IN.into_response(),
    })
}

/// `POST /sign-in`: starts a sign-in, keeps it in the session, and sends the browser to Plex.
pub(crate) async fn sign_in(
    State(app): State<App>,
    session: Session,
    headers: HeaderMap,
) -> PageResult {
    // Another site's form must not replace the session of this browser.
    let ours = app.origin.origin().ascii_serialization();
    if headers.get(header::ORIGIN).is_some_and(|it| *it != ours) {
        return Ok((StatusCode::FORBIDDEN, pages::OTHER_SITE).into_response());
    }
    let sign_in = app.plex.start_sign_in().await?;
    let state = Uuid::new_v4().to_string();
    let mut back = app.origin.join("/back")?;
    back.query_pairs_mut().append_pair("state", &state);
    let mut page = sign_in.url_with_forward(&back)?;
    if let Some(emulator) = &app.emulator {
        page = emulator.local_page(&page).unwrap_or(page);
    }
    session.insert(ATTEMPT, Attempt { sign_in, state }).await?;
    Ok(Redirect::to(page.as_str()).into_response())
}

/// The state of this browser's sign-in, for the script of the page.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub(crate) enum Status {
    /// This session has not started a sign-in.
    None,
    Pending {
        seconds: u64,
        plex_responds: bool,
    },
    SignedIn,
    Expired,
}

/// `GET /status`: the page asks every second. However many pages ask, plex.tv gets one poll a second for each sign-in.
pub(crate) async fn status(
    State(app): State<App>,
    session: Session,
) -> Result<Json<Status>, Failure> {
    let attempt = session.get::<Attempt>(ATTEMPT).await?;
    Ok(Json(match attempt {
        Some(attempt) => check(&app, &session, &attempt.sign_in).await?,
        None if session.get::<Token>(TOKEN).await?.is_some() => Status::SignedIn,
        None => Status::None,
    }))
}

/// Checks a sign-in, and changes the session when it has ended.
async fn check(app: &App, session: &Session, sign_in: &SignIn) -> Result<Status, Failure> {
    Ok(match app.plex.check(sign_in).await? {
        SignInStatus::Granted(token) => {
            // Change the session id, so that a stolen old one is not signed in.
            session.cycle_id().await?;
            session.remove::<Attempt>(ATTEMPT).await?;
            session.insert(TOKEN, &token).await?;
            Status::SignedIn
        }
        SignInStatus::Pending {
            remaining,
            last_failure,
            ..
        } => Status::Pending {
            seconds: remaining.as_secs(),
            plex_responds: last_failure.is_none(),
        },
        SignInStatus::Expired => {
            session.remove::<Attempt>(ATTEMPT).await?;
            Status::Expired
        }
    })
}

/// The query that Plex sends back: only the parameters of the forward URL.
#[derive(Deserialize)]
pub(crate) struct Back {
    state: String,
}

/// `GET /back`: checks. Plex sends the browser here without saying if the user agreed.
pub(crate) async fn back(
    State(app): State<App>,
    session: Session,
    Query(query): Query<Back>,
) -> PageResult {
    let attempt = session.get::<Attempt>(ATTEMPT).await?;
    if attempt.is_none() && session.get::<Token>(TOKEN).await?.is_some() {
        // The script of the other page was faster.
        return Ok(Redirect::to("/").into_response());
    }
    // The URL of another user's sign-in must not sign this browser in.
    let Some(attempt) = attempt.filter(|it| it.state == query.state) else {
        return Ok((StatusCode::BAD_REQUEST, pages::NOT_YOURS).into_response());
    };
    Ok(match check(&app, &session, &attempt.sign_in).await? {
        Status::SignedIn => Redirect::to("/").into_response(),
        Status::Expired => (StatusCode::GONE, pages::EXPIRED).into_response(),
        // The attempt stays in the session, and the page loads itself again.
        Status::Pending { .. } | Status::None => pages::NOT_YET.into_response(),
    })
}
