//! The resources of a user: media servers, then the authorised apps.

use hyper::StatusCode;

use super::devices::text;
use super::strong::from_text;
use crate::call::Call;
use crate::clock::Timestamp;
use crate::media_server::{MediaServer, ServerConnection};
use crate::render::Node;
use crate::reply::{ApiError, Reply};
use crate::state::{Device, State};
use crate::user::User;

/// `GET /api/v2/resources`
pub(super) fn list(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    call.client_identifier()?;
    let user = super::devices::user(call, state)?;
    let resources = Node::Array("resource", all(user, call, state)?);
    Ok(Reply::node(StatusCode::OK, "resources", resources))
}

/// `GET /api/resources`: the older XML.
pub(super) fn list_xml(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let user = super::legacy_account::user(call, state)?;
    let resources = all(user, call, state)?.into_iter();
    let devices: Vec<Node> = resources.map(older).collect();
    let body = Node::Object(vec![
        ("size", Node::number(devices.len())),
        ("Device", Node::Elements("Device", devices)),
    ]);
    Ok(Reply::node(StatusCode::OK, "MediaContainer", body))
}

fn all(user: usize, call: &Call<'_>, state: &State) -> Result<Vec<Node>, ApiError> {
    let wanted = Wanted::read(call)?;
    let token = call.plex("x-plex-token").unwrap_or_default();
    let apps = state.accounts.devices_of(user).into_iter().map(app);
    let user = &state.accounts.users[user];
    let servers = user.servers.iter();
    let servers = servers.map(|server| describe(server, user, &token, &wanted, state.now()));
    Ok(servers.chain(apps).collect())
}

/// The connections that the query asks for besides plain HTTP over IPv4.
struct Wanted {
    https: bool,
    relay: bool,
    ipv6: bool,
}

impl Wanted {
    fn read(call: &Call<'_>) -> Result<Self, ApiError> {
        let read = |name| {
            let value = match call.query(name).as_deref() {
                None | Some("0") => Some(false),
                Some("1") => Some(true),
                Some(_) if call.strict => None,
                Some(text) => from_text(text, false),
            };
            value.ok_or_else(|| {
                ApiError::bad_request("includeHttps, includeRelay and includeIPv6 are 0 or 1")
            })
        };
        Ok(Self {
            https: read("includeHttps")?,
            relay: read("includeRelay")?,
            ipv6: read("includeIPv6")?,
        })
    }

    fn includes(&self, connection: &ServerConnection) -> bool {
        (self.https || connection.protocol() != "https")
            && (self.relay || !connection.relay)
            && (self.ipv6 || !connection.is_ipv6())
    }
}

fn describe(
    server: &MediaServer,
    user: &User,
    token: &str,
    wanted: &Wanted,
    now: Timestamp,
) -> Node {
    let connections = server.connections.iter();
    let connections = connections.filter(|connection| wanted.includes(connection));
    let has_relay = server.connections.iter().any(|connection| connection.relay);
    let owner_id = server.owner_id.map_or(Node::Null, Node::id);
    // The token for a user's own server is the user's.
    let access_token = server.access_token.as_deref().unwrap_or(token);
    Node::Object(vec![
        ("name", Node::string(&server.name)),
        ("product", Node::string(&server.product)),
        ("productVersion", Node::string(&server.product_version)),
        ("platform", Node::string(&server.platform)),
        ("platformVersion", Node::string(&server.platform_version)),
        ("device", Node::string(&server.device)),
        ("clientIdentifier", Node::string(&server.client_identifier)),
        (
            "createdAt",
            Node::Time(Timestamp::from_seconds(user.joined_at)),
        ),
        ("lastSeenAt", Node::Time(now)),
        ("provides", Node::string("server")),
        ("ownerId", owner_id),
        (
            "sourceTitle",
            Node::optional(server.source_title.as_deref()),
        ),
        ("publicAddress", Node::string(&server.public_address)),
        ("accessToken", Node::string(access_token)),
        ("owned", Node::Bool(server.owned)),
        ("home", Node::Bool(server.home)),
        ("synced", Node::Bool(false)),
        ("relay", Node::Bool(has_relay)),
        ("presence", Node::Bool(server.presence)),
        ("httpsRequired", Node::Bool(server.https_required)),
        (
            "publicAddressMatches",
            Node::Bool(server.public_address_matches),
        ),
        (
            "dnsRebindingProtection",
            Node::Bool(server.dns_rebinding_protection),
        ),
        (
            "natLoopbackSupported",
            Node::Bool(server.nat_loopback_supported),
        ),
        (
            "connections",
            Node::Array("connection", connections.map(connection).collect()),
        ),
    ])
}

fn connection(connection: &ServerConnection) -> Node {
    Node::Object(vec![
        ("protocol", Node::string(connection.protocol())),
        ("address", Node::string(connection.address())),
        ("port", Node::Int(i64::from(connection.port()))),
        ("uri", Node::string(&connection.uri)),
        ("local", Node::Bool(connection.is_local())),
        ("relay", Node::Bool(connection.relay)),
        ("IPv6", Node::Bool(connection.is_ipv6())),
    ])
}

fn app(device: &Device) -> Node {
    let app = &device.app;
    Node::Object(vec![
        ("name", Node::string(super::devices::name(device))),
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

/// Converts a resource to the older XML: no empty values, dates in seconds, connections without an element around
/// them.
fn older(resource: Node) -> Node {
    let Node::Object(fields) = resource else {
        return resource;
    };
    let fields = fields.into_iter().filter_map(|(name, value)| match value {
        Node::Null => None,
        Node::Time(time) => Some((name, Node::Int(time.seconds()))),
        Node::Array(_, connections) => {
            Some(("Connection", Node::Elements("Connection", connections)))
        }
        other => Some((name, other)),
    });
    Node::Object(fields.collect())
}
