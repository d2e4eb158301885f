//! The authorised devices, as legacy XML and as resources.

use hyper::StatusCode;

use crate::call::Call;
use crate::render::Node;
use crate::reply::{ApiError, Reply};
use crate::state::{Device, State};

/// `GET /devices.xml`: the devices of the token's user.
pub(super) fn list(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let user = user(call, state)?;
    let devices = state.accounts.devices_of(user);
    let devices = devices.into_iter().map(describe).collect();
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

/// `GET /api/v2/resources`: the devices as resources; the list has no media server.
pub(super) fn resources(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    call.client_identifier()?;
    let user = user(call, state)?;
    for name in ["includeHttps", "includeRelay", "includeIPv6"] {
        if call
            .query(name)
            .is_some_and(|value| !matches!(&*value, "0" | "1"))
        {
            return Err(ApiError::bad_request("what to include is 0 or 1"));
        }
    }
    let devices = state.accounts.devices_of(user);
    let resources = devices.into_iter().map(as_resource).collect();
    let reply = Reply::node(
        StatusCode::OK,
        "resources",
        Node::Array("resource", resources),
    );
    Ok(reply)
}

fn user(call: &Call<'_>, state: &mut State) -> Result<usize, ApiError> {
    let device = state.authenticate(call.plex("x-plex-token"))?;
    let device = state.accounts.device(device);
    Ok(device.ok_or_else(ApiError::not_authenticated)?.user)
}

fn describe(device: &Device) -> Node {
    let app = &device.app;
    let text = |value: &Option<String>| Node::string(value.as_deref().unwrap_or_default());
    let seconds = |time: crate::clock::Timestamp| Node::string(time.seconds().to_string());
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

fn as_resource(device: &Device) -> Node {
    let app = &device.app;
    // Clients that are generated from Plex's published spec require strings here.
    let text = |value: &Option<String>| Node::string(value.as_deref().unwrap_or_default());
    Node::Object(vec![
        ("name", Node::string(name(device))),
        ("product", text(&app.product)),
        ("productVersion", text(&app.version)),
        ("platform", text(&app.platform)),
        ("platformVersion", text(&app.platform_version)),
        ("device", text(&app.device)),
        ("clientIdentifier", Node::string(&app.client_identifier)),
        ("createdAt", Node::Time(device.created_at)),
        ("lastSeenAt", Node::Time(device.last_seen_at)),
        ("provides", text(&app.provides)),
        ("ownerId", Node::Null),
        ("sourceTitle", Node::Null),
        ("publicAddress", Node::string(super::geoip::ADDRESS)),
        ("accessToken", Node::string("")),
        ("owned", Node::Bool(true)),
        ("home", Node::Bool(false)),
        ("synced", Node::Bool(false)),
        ("relay", Node::Bool(false)),
        ("presence", Node::Bool(false)),
        ("httpsRequired", Node::Bool(false)),
        ("publicAddressMatches", Node::Bool(true)),
        ("dnsRebindingProtection", Node::Bool(false)),
        ("natLoopbackSupported", Node::Bool(false)),
        ("connections", Node::Array("connection", Vec::new())),
    ])
}

fn name(device: &Device) -> &str {
    let app = &device.app;
    let name = app.device_name.as_ref().or(app.device.as_ref());
    name.or(app.product.as_ref()).map_or("", String::as_str)
}
