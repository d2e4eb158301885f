//! Nonces, keys and JWTs.

use hyper::StatusCode;

use crate::call::Call;
use crate::jwt::Jwk;
use crate::render::Node;
use crate::reply::{ApiError, Body, Reply};
use crate::state::State;

/// `GET /api/v2/auth/nonce`
pub(super) fn nonce(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let client = call.client_identifier().map_err(|mut error| {
        // Recorded in August 2026 in a public collection of API descriptions.
        if !state.switches.nonce_without_client_is_400 {
            error.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        error
    })?;
    super::count(&client, state)?;
    let now = state.now();
    let nonce = state.nonces.issue(client, now, &mut state.codes);
    let body = Node::Object(vec![("nonce", Node::string(nonce))]);
    Ok(Reply::node(StatusCode::OK, "nonce", body))
}

/// `POST /api/v2/auth/jwk`: registers a key for the device of the token, whatever the client identifier is.
pub(super) fn register(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    call.client_identifier()?;
    let device = state.authenticate(call.plex("x-plex-token"))?;
    let jwk = call.json()?.and_then(|body| body.get("jwk"));
    let jwk = jwk
        .and_then(Jwk::parse)
        .ok_or_else(|| ApiError::bad_request("jwk is missing or not a public key"))?;
    if state.switches.registered_key_is_taken && state.accounts.has_key(device, &jwk) {
        return Err(ApiError::thumbprint_taken());
    }
    state
        .accounts
        .add_key(device, jwk)
        .map_err(|_| ApiError::thumbprint_taken())?;
    Ok(Reply::empty(StatusCode::CREATED))
}

/// `POST /api/v2/auth/token`: exchanges a device JWT for a JWT of plex.tv.
pub(super) fn exchange(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let client = call.client_identifier()?;
    let jwt = call.json()?.and_then(|body| body["jwt"].as_str());
    let jwt = jwt.ok_or_else(|| ApiError::bad_request("jwt is missing"))?;
    let token = state.exchange(&client, jwt)?;
    let body = Node::Object(vec![("auth_token", Node::string(token))]);
    Ok(Reply::node(StatusCode::OK, "token", body))
}

/// `GET /api/v2/auth/keys`: newest last.
pub(super) fn keys(state: &State) -> Reply {
    let keys = state.keys.published().map(|(kid, x)| {
        Node::Object(vec![
            ("kty", Node::string("OKP")),
            ("crv", Node::string("Ed25519")),
            ("x", Node::string(x)),
            ("use", Node::string("sig")),
            ("alg", Node::string("EdDSA")),
            ("kid", Node::string(kid)),
        ])
    });
    let keys = Node::Array("key", keys.collect());
    Reply {
        body: Body::Wrapped("keys", keys),
        ..Reply::empty(StatusCode::OK)
    }
}
