//! PINs: creating, polling and linking.

use hyper::StatusCode;

use crate::call::Call;
use crate::clock::Timestamp;
use crate::jwt::Jwk;
use crate::render::Node;
use crate::reply::{ApiError, Reply};
use crate::state::{AppInfo, Pin, State};

/// `POST /api/v2/pins`
pub(super) fn create(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let pin = make(super::strong::read(call)?, call, state)?;
    let body = describe(pin, pin.created_at, &call.origin);
    Ok(Reply::node(StatusCode::CREATED, "pin", body))
}

/// `GET /api/v2/pins/{id}`: only for the client identifier that created the PIN.
pub(super) fn get(id: &str, call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let id = own(id, call, state)?;
    if let Some(device_jwt) = call.query("deviceJWT") {
        state.prove_pin(id, &device_jwt)?;
    }
    let now = state.now();
    let pin = state.pin(id).ok_or_else(ApiError::code_not_found)?;
    let body = describe(pin, now, &call.origin);
    read(id, state);
    Ok(Reply::node(StatusCode::OK, "pin", body))
}

/// `PUT /api/v2/pins/link`: the token's user approves a code, short or strong.
pub(super) fn link(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let device = state.authenticate(call.plex("x-plex-token"))?;
    let user = state
        .accounts
        .device(device)
        .ok_or_else(ApiError::not_authenticated)?
        .user;
    let json = call.json()?.and_then(|body| body["code"].as_str());
    let code = json
        .map(str::to_owned)
        .or_else(|| call.parameter("code"))
        .filter(|code| !code.is_empty())
        .ok_or_else(|| ApiError::bad_request("code is missing"))?;
    state
        .link(&code, user)
        .map_err(|error| with_switches(error, state))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Creates a PIN for the calling app.
pub(super) fn make<'s>(
    strong: bool,
    call: &Call<'_>,
    state: &'s mut State,
) -> Result<&'s Pin, ApiError> {
    let client_identifier = call.client_identifier()?;
    let jwk = jwk(call)?;
    super::count(&client_identifier, state)?;
    state.create_pin(strong, app_info(client_identifier, call), jwk)
}

/// Parses the id of an active PIN and checks that the calling app has created it.
pub(super) fn own(id: &str, call: &Call<'_>, state: &mut State) -> Result<u64, ApiError> {
    let client_identifier = call.client_identifier()?;
    let id = pin_id(id)?;
    let is_own = match state.pin(id) {
        Some(pin) => pin.app.client_identifier == client_identifier,
        None => return Err(with_switches(ApiError::code_not_found(), state)),
    };
    if is_own {
        Ok(id)
    } else if state.switches.other_client_is_bad_request {
        Err(ApiError::missing_client_identifier())
    } else {
        Err(with_switches(ApiError::code_not_found(), state))
    }
}

/// Notes that the app has read the PIN.
pub(super) fn read(id: u64, state: &mut State) {
    let is_claimed = state.pin(id).is_some_and(|pin| pin.token().is_some());
    if is_claimed && state.switches.token_read_once {
        state.pins.remove(id);
    }
}

fn with_switches(mut error: ApiError, state: &State) -> ApiError {
    if error.code == 1020 {
        error.status_in_body = state.switches.status_in_1020;
    }
    error
}

/// Reads the description of the app.
pub(super) fn app_info(client_identifier: String, call: &Call<'_>) -> AppInfo {
    AppInfo {
        client_identifier,
        product: call.plex("x-plex-product"),
        version: call.plex("x-plex-version"),
        platform: call.plex("x-plex-platform"),
        platform_version: call.plex("x-plex-platform-version"),
        device: call.plex("x-plex-device"),
        device_name: call.plex("x-plex-device-name"),
        model: call.plex("x-plex-model"),
        vendor: call.plex("x-plex-device-vendor"),
        provides: call.plex("x-plex-provides"),
    }
}

/// Parses an id. `GET /pins/undefined` was seen to give 400 (Watcharr issue 1081); a number out of range is an
/// unknown PIN.
fn pin_id(text: &str) -> Result<u64, ApiError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ApiError::bad_request("The id of a PIN is a number"));
    }
    text.parse().map_err(|_| ApiError::code_not_found())
}

/// Reads the key from a JSON body; an app that sends one receives a JWT.
fn jwk(call: &Call<'_>) -> Result<Option<Jwk>, ApiError> {
    let jwk = call.json()?.and_then(|body| body.get("jwk"));
    let Some(jwk) = jwk.filter(|jwk| call.strict || !jwk.is_null()) else {
        return Ok(None);
    };
    let jwk = Jwk::parse(jwk).ok_or_else(|| ApiError::bad_request("jwk is not a public key"))?;
    Ok(Some(jwk))
}

/// Writes the twelve fields of a PIN.
fn describe(pin: &Pin, now: Timestamp, origin: &str) -> Node {
    let token = pin.token();
    let product = pin.app.product.as_deref().unwrap_or("0");
    let new_registration = token.map_or(Node::Null, |_| Node::Bool(false));
    let qr = format!("{origin}/api/v2/pins/qr/{}", pin.code);
    Node::Object(vec![
        ("id", Node::id(pin.id)),
        ("code", Node::string(&pin.code)),
        ("product", Node::string(product)),
        ("trusted", Node::Bool(false)),
        ("qr", Node::string(qr)),
        ("clientIdentifier", Node::string(&pin.app.client_identifier)),
        ("location", super::geoip::location()),
        ("expiresIn", Node::Int(seconds_left(pin, now))),
        ("createdAt", Node::Time(pin.created_at)),
        ("expiresAt", Node::Time(pin.expires_at)),
        ("authToken", Node::optional(token)),
        ("newRegistration", new_registration),
    ])
}

/// Whole seconds, rounded up: an active PIN never shows 0.
fn seconds_left(pin: &Pin, now: Timestamp) -> i64 {
    let left = now.until(pin.expires_at).as_millis().div_ceil(1000);
    i64::try_from(left).unwrap_or(i64::MAX)
}
