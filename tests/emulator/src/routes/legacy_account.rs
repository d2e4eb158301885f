//! The account as plex.tv's older endpoints show it. Many apps ask for it right after the PIN.
//!
//! The shapes follow recordings in public repositories: the XML those of python-plexapi's users, the JSON one of
//! `/users/sign_in.json`.

use hyper::StatusCode;

use super::account;
use crate::call::Call;
use crate::clock::Timestamp;
use crate::render::Node;
use crate::reply::{ApiError, Reply};
use crate::state::State;

/// `GET /users/account`
pub(super) fn xml(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let user = user(call, state)?;
    let token = call.plex("x-plex-token").unwrap_or_default();
    let body = describe(user, &token, call, state);
    Ok(Reply::node(StatusCode::OK, "user", body))
}

/// `POST /users/sign_in.xml`: with a token, an app asks for its user again. The emulator's users have no passwords.
pub(super) fn sign_in(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let reply = xml(call, state)?;
    let status = StatusCode::CREATED;
    Ok(Reply { status, ..reply })
}

/// `GET /users/account.json`
pub(super) fn json(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let user = super::devices::user(call, state)?;
    let user = &state.accounts.users[user];
    let token = call.plex("x-plex-token");
    let joined = || Node::Time(Timestamp::from_seconds(user.joined_at));
    let subscription = vec![
        ("active", Node::Bool(false)),
        ("status", Node::string("Inactive")),
        ("plan", Node::Null),
        ("features", features()),
    ];
    let roles = vec![("roles", Node::Array("role", Vec::new()))];
    let body = Node::Object(vec![
        ("id", Node::id(user.id)),
        ("uuid", Node::string(&user.uuid)),
        ("email", Node::optional(user.email.as_deref())),
        ("joined_at", joined()),
        ("username", Node::string(&user.username)),
        ("title", Node::string(user.shown_name())),
        ("thumb", Node::string(account::thumb(user, call))),
        ("hasPassword", Node::Bool(true)),
        ("authToken", Node::optional(token.as_deref())),
        ("authentication_token", Node::optional(token.as_deref())),
        ("subscription", Node::Object(subscription)),
        ("roles", Node::Object(roles)),
        ("entitlements", Node::Array("entitlement", Vec::new())),
        ("confirmedAt", joined()),
        ("forumId", Node::Null),
        ("rememberMe", Node::Bool(false)),
        ("country", Node::string(&user.country)),
    ]);
    let body = Node::Object(vec![("user", body)]);
    Ok(Reply::node(StatusCode::OK, "user", body))
}

/// Returns the user of the request's token. An invalid one gets 422 in XML, none at all 401, as recorded.
pub(super) fn user(call: &Call<'_>, state: &mut State) -> Result<usize, ApiError> {
    let has_token = call.plex("x-plex-token").is_some();
    super::devices::user(call, state).map_err(|error| {
        let mut error = match error.status {
            StatusCode::UNAUTHORIZED if has_token => ApiError::invalid_token(),
            _ if !has_token => ApiError::please_sign_in(),
            _ => error,
        };
        error.is_legacy = true;
        error
    })
}

/// Describes the user at this index, with a token.
pub(super) fn describe(index: usize, token: &str, call: &Call<'_>, state: &State) -> Node {
    let users = &state.accounts.users;
    let user = &users[index];
    let email = user.email.clone().unwrap_or_default();
    let text = |text: &str| Node::Text("", text.to_owned());
    let subscription = vec![
        ("active", Node::Bool(false)),
        ("status", Node::string("Inactive")),
        ("plan", Node::string("")),
        (
            "feature",
            Node::Elements("feature", vec![Node::string("home")]),
        ),
    ];
    let profile = vec![
        ("default_audio_language", Node::string("")),
        ("default_subtitle_language", Node::string("")),
        ("auto_select_subtitle", Node::Int(1)),
        ("auto_select_audio", Node::Bool(true)),
        ("default_subtitle_accessibility", Node::Int(0)),
        ("default_subtitle_forced", Node::Int(0)),
    ];
    let joined = Timestamp::from_seconds(user.joined_at).spaced();
    Node::Object(vec![
        ("email", Node::string(&email)),
        ("id", Node::id(user.id)),
        ("uuid", Node::string(&user.uuid)),
        ("mailing_list_status", Node::string("unsubscribed")),
        ("thumb", Node::string(account::thumb(user, call))),
        ("username", Node::string(&user.username)),
        ("title", Node::string(user.shown_name())),
        ("cloudSyncDevice", Node::string("")),
        ("locale", Node::string("")),
        ("authenticationToken", Node::string(token)),
        ("authToken", Node::string(token)),
        ("scrobbleTypes", Node::string("")),
        ("restricted", Node::Bool(user.restricted)),
        ("home", Node::Bool(super::home::is_home(users))),
        ("guest", Node::Bool(false)),
        ("queueEmail", Node::string("")),
        ("queueUid", Node::string("")),
        ("hasPassword", Node::string("true")),
        ("homeSize", Node::number(users.len())),
        ("maxHomeSize", Node::Int(15)),
        ("secure", Node::Bool(true)),
        ("certificateVersion", Node::Int(2)),
        ("subscription", Node::Object(subscription)),
        ("roles", Node::Array("role", Vec::new())),
        (
            "entitlements",
            Node::Object(vec![("all", Node::Bool(false))]),
        ),
        ("profile_settings", Node::Object(profile)),
        ("services", Node::Array("service", Vec::new())),
        ("username", text(&user.username)),
        ("email", text(&email)),
        ("joined-at", Node::Text("datetime", joined)),
        ("authentication-token", text(token)),
    ])
}

fn features() -> Node {
    Node::Array("feature", vec![Node::string("home")])
}
