//! The user behind a token.

use hyper::StatusCode;

use crate::call::Call;
use crate::render::{Format, Node};
use crate::reply::{ApiError, Reply};
use crate::state::State;
use crate::user::User;

/// `GET /api/v2/user`
pub(super) fn user(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let device = authenticated(call, state)?;
    let device = state.accounts.device(device);
    let device = device.ok_or_else(ApiError::not_authenticated)?;
    let users = &state.accounts.users;
    let user = &users[device.user];
    let token = call.plex("x-plex-token");
    let mailing = if user.restricted {
        Node::Null
    } else {
        Node::string("unsubscribed")
    };
    let body = vec![
        ("id", Node::id(user.id)),
        ("uuid", Node::string(&user.uuid)),
        ("username", Node::string(&user.username)),
        ("title", Node::string(user.shown_name())),
        ("email", Node::optional(user.email.as_deref())),
        ("friendlyName", Node::string(&user.friendly_name)),
        ("locale", Node::Null),
        ("confirmed", Node::Bool(true)),
        ("joinedAt", Node::Int(user.joined_at)),
        ("emailOnlyAuth", Node::Bool(false)),
        ("hasPassword", Node::Bool(true)),
        ("protected", Node::Bool(user.pin.is_some())),
        ("thumb", Node::string(thumb(user, call))),
        ("authToken", Node::optional(token.as_deref())),
        ("mailingListStatus", mailing),
        ("mailingListActive", Node::Bool(false)),
        ("scrobbleTypes", Node::string("")),
        ("country", Node::string(&user.country)),
        ("subscription", subscription()),
        ("subscriptionDescription", Node::Null),
        ("restricted", Node::Bool(user.restricted)),
        ("anonymous", Node::Null),
        ("home", Node::Bool(super::home::is_home(users))),
        ("guest", Node::Bool(false)),
        ("homeSize", Node::number(users.len())),
        (
            "homeAdmin",
            Node::Bool(super::home::is_home(users) && device.user == 0),
        ),
        ("maxHomeSize", Node::Int(15)),
        (
            "rememberExpiresAt",
            Node::Int(state.now().seconds() + 14 * 24 * 60 * 60),
        ),
        ("profile", profile()),
        ("entitlements", Node::Array("entitlement", Vec::new())),
        ("roles", Node::Array("role", Vec::new())),
        ("subscriptions", Node::Array("subscription", Vec::new())),
        (
            "pastSubscriptions",
            Node::Array("pastSubscription", Vec::new()),
        ),
        ("trials", Node::Array("trial", Vec::new())),
        ("services", Node::Array("service", Vec::new())),
        ("adsConsent", Node::Null),
        ("adsConsentSetAt", Node::Null),
        ("adsConsentReminderAt", Node::Null),
        ("experimentalFeatures", Node::Bool(false)),
        ("twoFactorEnabled", Node::Bool(false)),
        ("backupCodesCreated", Node::Bool(false)),
        ("attributionPartner", Node::Null),
    ];
    Ok(Reply::node(StatusCode::OK, "user", Node::Object(body)))
}

/// `DELETE /api/v2/users/signout`: removes the device of the token.
pub(super) fn sign_out(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let device = authenticated(call, state)?;
    state.accounts.remove(device);
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// `GET /api/v2/ping`
pub(super) fn ping(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    authenticated(call, state)?;
    Ok(match call.format {
        Format::Json => {
            let body = Node::Object(vec![("pong", Node::Bool(true))]);
            Reply::node(StatusCode::OK, "pong", body)
        }
        Format::Xml => Reply::bytes(
            Format::Xml.content_type(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pong>true</pong>\n",
        ),
    })
}

/// Returns the URL of a user's picture.
pub(super) fn thumb(user: &User, call: &Call<'_>) -> String {
    format!("{}/users/{}/avatar?c=1", call.origin, user.uuid)
}

fn authenticated(call: &Call<'_>, state: &mut State) -> Result<u64, ApiError> {
    state.authenticate(call.plex("x-plex-token"))
}

fn subscription() -> Node {
    Node::Object(vec![
        ("active", Node::Bool(false)),
        ("subscribedAt", Node::Null),
        ("status", Node::string("Inactive")),
        ("paymentService", Node::Null),
        ("plan", Node::Null),
        (
            "features",
            Node::Array("feature", vec![Node::string("home")]),
        ),
    ])
}

fn profile() -> Node {
    Node::Object(vec![
        ("autoSelectAudio", Node::Bool(true)),
        ("defaultAudioAccessibility", Node::Int(0)),
        ("defaultAudioLanguage", Node::Null),
        ("defaultAudioLanguages", Node::Null),
        ("defaultSubtitleLanguage", Node::Null),
        ("defaultSubtitleLanguages", Node::Null),
        ("autoSelectSubtitle", Node::Int(1)),
        ("defaultSubtitleAccessibility", Node::Int(0)),
        ("defaultSubtitleForced", Node::Int(0)),
        ("watchedIndicator", Node::Int(1)),
        ("mediaReviewsVisibility", Node::Int(0)),
        ("mediaReviewsLanguages", Node::Null),
    ])
}
