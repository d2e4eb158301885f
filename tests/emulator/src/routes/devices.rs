//! The devices of a user as legacy XML: authorised apps and own servers.

use hyper::StatusCode;

use crate::call::Call;
use crate::clock::Timestamp;
use crate::media_server::MediaServer;
use crate::render::Node;
use crate::reply::{ApiError, Reply};
use crate::state::{Device, State};
use crate::user::User;

/// `GET /devices.xml`: the user's own servers and authorised apps.
pub(super) fn list(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let user = user(call, state)?;
    let token = call.plex("x-plex-token").unwrap_or_default();
    let apps = state.accounts.devices_of(user);
    let user = &state.accounts.users[user];
    let servers = user.servers.iter().filter(|server| server.owned);
    let servers = servers.map(|server| describe_server(server, user, &token, state.now()));
    let devices = servers.chain(apps.into_iter().map(describe)).collect();
    let body = Node::Array("Device", devices);
    Ok(Reply::node(StatusCode::OK, "MediaContainer", body))
}

/// `DELETE /devices/{id}.xml`: signs another device of the user out.
pub(super) fn remove(id: &str, call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let user = user(call, state)?;
    let id = id.parse().ok();
    let id = id.filter(|id| {
        let device = state.accounts.device(*id);
        device.is_some_and(|device| device.user == user)
    });
    match id {
        Some(id) if state.accounts.remove(id) => Ok(Reply::empty(StatusCode::NO_CONTENT)),
        _ => Err(ApiError::unknown_endpoint()),
    }
}

/// Returns the user of the request's token.
pub(super) fn user(call: &Call<'_>, state: &mut State) -> Result<usize, ApiError> {
    let device = state.authenticate(call.plex("x-plex-token"))?;
    let device = state.accounts.device(device);
    Ok(device.ok_or_else(ApiError::not_authenticated)?.user)
}

fn describe(device: &Device) -> Node {
    let app = &device.app;
    Node::Object(vec![
        ("name", Node::string(name(device))),
        ("publicAddress", Node::string(super::geoip::ADDRESS)),
        ("product", text(&app.product)),
        ("productVersion", text(&app.version)),
        ("platform", text(&app.platform)),
        ("platformVersion", text(&app.platform_version)),
        ("device", text(&app.device)),
        ("model", text(&app.model)),
        ("vendor", text(&app.vendor)),
        ("provides", text(&app.provides)),
        ("clientIdentifier", Node::string(&app.client_identifier)),
        ("version", text(&app.version)),
        ("id", Node::string(device.id.to_string())),
        ("token", text(&device.token)),
        ("createdAt", seconds(device.created_at)),
        ("lastSeenAt", seconds(device.last_seen_at)),
        ("screenResolution", Node::string("")),
        ("screenDensity", Node::string("")),
    ])
}

fn describe_server(server: &MediaServer, user: &User, token: &str, now: Timestamp) -> Node {
    let connections = server.connections.iter();
    let connections = connections.map(|c| Node::Object(vec![("uri", Node::string(&c.uri))]));
    Node::Object(vec![
        ("name", Node::string(&server.name)),
        ("publicAddress", Node::string(&server.public_address)),
        ("product", Node::string(&server.product)),
        ("productVersion", Node::string(&server.product_version)),
        ("platform", Node::string(&server.platform)),
        ("platformVersion", Node::string(&server.platform_version)),
        ("device", Node::string(&server.device)),
        ("model", Node::string("")),
        ("vendor", Node::string("")),
        ("provides", Node::string("server")),
        ("clientIdentifier", Node::string(&server.client_identifier)),
        ("version", Node::string(&server.product_version)),
        ("id", Node::string(server.device_id.to_string())),
        (
            "token",
            Node::string(server.access_token.as_deref().unwrap_or(token)),
        ),
        (
            "createdAt",
            seconds(Timestamp::from_seconds(user.joined_at)),
        ),
        ("lastSeenAt", seconds(now)),
        ("screenResolution", Node::string("")),
        ("screenDensity", Node::string("")),
        (
            "Connection",
            Node::Elements("Connection", connections.collect()),
        ),
    ])
}

fn seconds(time: Timestamp) -> Node {
    Node::string(time.seconds().to_string())
}

/// Writes an absent value as an empty string: clients that are generated from Plex's published spec require strings.
pub(super) fn text(value: &Option<String>) -> Node {
    Node::string(value.as_deref().unwrap_or_default())
}

/// Returns the displayed name of an app.
pub(super) fn name(device: &Device) -> &str {
    let app = &device.app;
    let name = app.shown_device().or(app.product.as_deref());
    name.unwrap_or_default()
}
