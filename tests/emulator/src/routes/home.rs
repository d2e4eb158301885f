//! Plex Home: all users of the emulator form one, and the first one is its admin.
//!
//! Paths and fields are those that clients use; the status 201 and the code 1041 too. Everything else is a guess: nobody
//! recorded a response.

use hyper::StatusCode;

use super::{account, devices, legacy_account, pins};
use crate::call::Call;
use crate::render::Node;
use crate::reply::{ApiError, Reply};
use crate::state::State;
use crate::user::{User, is_pin};

/// `GET /api/v2/home/users`
pub(super) fn list(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    devices::user(call, state)?;
    let all = &state.accounts.users;
    let users = all.iter().enumerate();
    let users = users.map(|(index, user)| Node::Object(describe(index, user, call)));
    let home = Node::Object(vec![
        ("id", Node::id(all[0].id)),
        ("name", Node::string(all[0].shown_name())),
        ("guestUserID", Node::Null),
        ("guestEnabled", Node::Bool(false)),
        ("subscription", Node::Bool(false)),
        ("users", Node::Array("user", users.collect())),
    ]);
    Ok(Reply::node(StatusCode::OK, "home", home))
}

/// `GET /api/home/users`: the older XML.
pub(super) fn list_xml(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    legacy_account::user(call, state)?;
    Ok(container(&state.accounts.users, None, call))
}

/// `GET /api/users`: the friends and the other users of the home. python-plexapi looks the user of a switch up there. The
/// emulator has no friends.
pub(super) fn others_xml(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let own = legacy_account::user(call, state)?;
    Ok(container(&state.accounts.users, Some(own), call))
}

/// Lists all users but the one at the index `without`.
fn container(all: &[User], without: Option<usize>, call: &Call<'_>) -> Reply {
    let users = all.iter().enumerate();
    let users = users.filter(|(index, _)| Some(*index) != without);
    let users: Vec<Node> = users
        .map(|(index, user)| {
            let mut fields = describe(index, user, call);
            fields.push(("home", Node::Bool(true)));
            Node::Object(fields)
        })
        .collect();
    let body = Node::Object(vec![
        ("identifier", Node::string("com.plexapp.plugins.myplex")),
        ("size", Node::number(users.len())),
        ("User", Node::Elements("User", users)),
    ]);
    Reply::node(StatusCode::OK, "MediaContainer", body)
}

/// `POST /api/v2/home/users/{uuid}/switch`
pub(super) fn switch(uuid: &str, call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let client = call.client_identifier()?;
    devices::user(call, state)?;
    let index = find(state, |user| user.uuid == uuid)?;
    let token = token_of(index, client, call, state)?;
    let mut body = describe(index, &state.accounts.users[index], call);
    body.push(("authToken", Node::string(token)));
    let body = Node::Object(body);
    Ok(Reply::node(StatusCode::CREATED, "user", body))
}

/// `POST /api/home/users/{id}/switch`: the older XML.
pub(super) fn switch_xml(id: &str, call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let client = call.client_identifier()?;
    legacy_account::user(call, state)?;
    let index = find(state, |user| user.id.to_string() == id)?;
    let token = token_of(index, client, call, state)?;
    let body = legacy_account::describe(index, &token, call, state);
    Ok(Reply::node(StatusCode::CREATED, "user", body))
}

/// Returns true if the users form a home. A managed user exists in a home only.
pub(super) fn is_home(users: &[User]) -> bool {
    users.len() > 1 || users.iter().any(|user| user.restricted)
}

fn find(state: &State, is_wanted: impl Fn(&User) -> bool) -> Result<usize, ApiError> {
    let found = state.accounts.users.iter().position(is_wanted);
    found.ok_or_else(ApiError::unknown_endpoint)
}

/// Checks the PIN and returns the legacy token of a user for an app. A token that the app already has for this user stays
/// valid: clients use the token of the user who signed in after they have switched to that user.
fn token_of(
    user: usize,
    client: String,
    call: &Call<'_>,
    state: &mut State,
) -> Result<String, ApiError> {
    super::count(&client, state)?;
    check_pin(user, call, state)?;
    let device = state.accounts.device_of_app(user, &client);
    if let Some(token) = device.and_then(|device| device.token.clone()) {
        return Ok(token);
    }
    let (app, now) = (pins::app_info(client, call), state.now());
    let accounts = &mut state.accounts;
    Ok(accounts.authorise(user, app, now, &mut state.codes))
}

fn check_pin(user: usize, call: &Call<'_>, state: &mut State) -> Result<(), ApiError> {
    let sent = call.parameter("pin");
    if call.strict && sent.as_deref().is_some_and(|pin| !is_pin(pin)) {
        return Err(ApiError::bad_request("pin is not four digits"));
    }
    let Some(pin) = &state.accounts.users[user].pin else {
        return Ok(());
    };
    let now = state.now();
    if state.wrong_pins.have_locked(user, now) {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            1031,
            "Too many wrong PINs",
        ));
    }
    let sent = sent.filter(|sent| !sent.is_empty());
    let message = match sent {
        Some(sent) if sent == *pin => {
            state.wrong_pins.forget(user);
            return Ok(());
        }
        Some(_) => {
            state.wrong_pins.add(user, now);
            "The PIN is wrong"
        }
        None => "PIN is required",
    };
    Err(ApiError::new(StatusCode::FORBIDDEN, 1041, message))
}

fn describe(index: usize, user: &User, call: &Call<'_>) -> Vec<(&'static str, Node)> {
    vec![
        ("id", Node::id(user.id)),
        ("uuid", Node::string(&user.uuid)),
        ("title", Node::string(user.shown_name())),
        ("username", Node::string(&user.username)),
        ("email", Node::optional(user.email.as_deref())),
        ("friendlyName", Node::string(&user.friendly_name)),
        ("thumb", Node::string(account::thumb(user, call))),
        ("hasPassword", Node::Bool(!user.restricted)),
        ("restricted", Node::Bool(user.restricted)),
        ("protected", Node::Bool(user.pin.is_some())),
        ("admin", Node::Bool(index == 0)),
        ("guest", Node::Bool(false)),
    ]
}
