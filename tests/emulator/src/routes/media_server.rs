//! The operations of a media server, as its listeners carry them out.

use hyper::StatusCode;

use super::library::{self, Section};
use crate::call::Call;
use crate::media_server::{Behaviour, MediaServer};
use crate::operation::Operation;
use crate::render::Node;
use crate::reply::Reply;
use crate::served::Served;
use crate::state::State;

/// Carries an operation out; `key` is the path parameter.
pub(crate) fn respond(
    operation: Operation,
    key: &str,
    call: &Call<'_>,
    served: &Served,
    state: &mut State,
) -> Reply {
    if operation == Operation::GetServerIdentity {
        return identity(served, state);
    }
    let Some(access) = access(call, served, state) else {
        return unauthorized();
    };
    match operation {
        Operation::GetServerRoot => root(served, state),
        // Client code says that only the owner may read it; the status is a guess.
        Operation::GetLibrary if access == Access::Shared => unauthorized(),
        Operation::GetLibrary => container(library::top()),
        Operation::GetLibrarySections => container(library::sections()),
        Operation::GetLibraryItems => match Section::of(key) {
            Some(section) => items(section, call),
            None => not_found(),
        },
        Operation::GetThumb => library::thumb(key).unwrap_or_else(not_found),
        _ => not_found(),
    }
}

/// The response to an unknown path. Its page is a guess: it looks like the page of a 401.
pub(crate) fn not_found() -> Reply {
    page(StatusCode::NOT_FOUND, "Not Found")
}

fn unauthorized() -> Reply {
    page(StatusCode::UNAUTHORIZED, "Unauthorized")
}

/// Writes an error as the HTML page that client authors quote in their reports.
fn page(status: StatusCode, title: &str) -> Reply {
    let number = status.as_u16();
    let html = format!(
        "<html><head><title>{title}</title></head><body><h1>{number} {title}</h1></body></html>"
    );
    Reply {
        status,
        ..Reply::bytes("text/html", html)
    }
    .header("x-plex-protocol", "1.0")
}

fn container(fields: Vec<(&'static str, Node)>) -> Reply {
    let container = Node::Object(fields);
    Reply::wrapped(StatusCode::OK, "MediaContainer", container).header("x-plex-protocol", "1.0")
}

/// The relation of a user to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    Owned,
    Shared,
}

impl Access {
    fn of(server: &MediaServer) -> Self {
        if server.owned {
            Self::Owned
        } else {
            Self::Shared
        }
    }
}

/// Accepts the tokens that plex.tv lists for this server.
///
/// For a server of the user's own these are, unless one is set, all valid tokens of the user.
fn access(call: &Call<'_>, served: &Served, state: &mut State) -> Option<Access> {
    if served.behaviour == Behaviour::Another {
        return None;
    }
    let token = call.plex("x-plex-token")?;
    let is_this = |server: &&MediaServer| server.client_identifier == served.client_identifier;
    let users = state.accounts.users.iter();
    let mut all = users.flat_map(|user| &user.servers).filter(is_this);
    if let Some(listed) = all.find(|server| server.access_token.as_ref() == Some(&token)) {
        return Some(Access::of(listed));
    }
    if token.contains('.') && state.switches.servers_refuse_jwts {
        return None;
    }
    let device = state.authenticate(Some(token)).ok()?;
    let user = state.accounts.device(device)?.user;
    let mut own = state.accounts.users[user].servers.iter().filter(is_this);
    let listed = own.find(|server| server.access_token.is_none())?;
    Some(Access::of(listed))
}

/// `GET /identity`
fn identity(served: &Served, state: &State) -> Reply {
    let version = listed(served, state).map_or("", |(_, server)| &server.product_version);
    container(vec![
        ("size", Node::Int(0)),
        ("claimed", Node::Bool(true)),
        (
            "machineIdentifier",
            Node::string(served.machine_identifier()),
        ),
        ("version", Node::string(version)),
    ])
}

/// Finds the server in the lists of the users, preferably of its owner; the name is the owner's.
fn listed<'a>(served: &Served, state: &'a State) -> Option<(&'a str, &'a MediaServer)> {
    let users = state.accounts.users.iter();
    let all = users.flat_map(|user| user.servers.iter().map(move |server| (user, server)));
    let this = all.filter(|(_, server)| server.client_identifier == served.client_identifier);
    let (user, server) = this.max_by_key(|(_, server)| server.owned)?;
    let owner = if server.owned {
        &user.username
    } else {
        server.source_title.as_deref().unwrap_or_default()
    };
    Some((owner, server))
}

/// `GET /`
fn root(served: &Served, state: &State) -> Reply {
    let Some((owner, server)) = listed(served, state) else {
        return not_found();
    };
    let directory = Node::Object(vec![
        ("count", Node::Int(1)),
        ("key", Node::string("library")),
        ("title", Node::string("library")),
    ]);
    container(vec![
        ("size", Node::Int(1)),
        ("claimed", Node::Bool(true)),
        ("friendlyName", Node::string(&server.name)),
        (
            "machineIdentifier",
            Node::string(served.machine_identifier()),
        ),
        ("myPlex", Node::Bool(true)),
        ("myPlexSigninState", Node::string("ok")),
        ("myPlexUsername", Node::string(owner)),
        ("platform", Node::string(&server.platform)),
        ("platformVersion", Node::string(&server.platform_version)),
        ("version", Node::string(&server.product_version)),
        ("Directory", Node::Elements("Directory", vec![directory])),
    ])
}

/// `GET /library/sections/{key}/all`: the page that `X-Plex-Container-Start` and `X-Plex-Container-Size` ask for,
/// otherwise all items.
fn items(section: Section, call: &Call<'_>) -> Reply {
    // A guess: a media server's response to values that are not numbers is not known.
    let number = |name, default| match call.plex(name) {
        None => Some(default),
        Some(text) => text.parse().ok(),
    };
    let (Some(start), Some(size)) = (
        number("x-plex-container-start", 0),
        number("x-plex-container-size", usize::MAX),
    ) else {
        return page(StatusCode::BAD_REQUEST, "Bad Request");
    };
    let page = section.page(start, size);
    let (start, total) = (start.to_string(), section.total().to_string());
    container(page)
        .header("x-plex-container-start", start)
        .header("x-plex-container-total-size", total)
}
