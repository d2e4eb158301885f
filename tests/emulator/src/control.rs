//! The control API, `/_emulator/..`: the methods of [`Emulator`](crate::Emulator) over HTTP.
//!
//! Only programs on this machine may use it, and those that the settings allow: it shows tokens and approves PINs
//! for the users.

use std::net::IpAddr;
use std::time::Duration;

use hyper::StatusCode;
use hyper::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::call::{self, Call};
use crate::clock::Timestamp;
use crate::faults::{Target, Waiting};
use crate::fields::Fields;
use crate::recorder::RecordedRequest;
use crate::reply::{ApiError, Reply};
use crate::server::Shared;
use crate::state::{Pin, PinState, State};

type Outcome = Result<Value, (StatusCode, String)>;

/// Responds to a request; `path` holds the segments after `/_emulator/`.
pub(crate) fn respond(
    path: &[&str],
    parts: &Parts,
    call: &Call<'_>,
    peer: IpAddr,
    shared: &Shared,
    state: &mut State,
) -> Reply {
    let outcome = match shared.network.check_control(parts, peer) {
        Ok(()) => dispatch(call::method(parts), path, call, shared, state),
        Err(reason) => Err((StatusCode::FORBIDDEN, reason.to_owned())),
    };
    let (status, body) = match outcome {
        Ok(Value::Null) => return Reply::empty(StatusCode::NO_CONTENT),
        Ok(body) => (StatusCode::OK, body),
        Err((status, message)) => (status, json!({"error": message})),
    };
    Reply {
        status,
        ..Reply::bytes("application/json; charset=utf-8", body.to_string())
    }
    .header("cache-control", "no-store")
}

fn dispatch(
    method: &str,
    path: &[&str],
    call: &Call<'_>,
    shared: &Shared,
    state: &mut State,
) -> Outcome {
    match (method, path) {
        ("GET", []) => Ok(json!({
            "version": env!("CARGO_PKG_VERSION"),
            "base_url": format!("{}/api/v2", call.origin),
            "now": state.now().rfc3339(),
        })),
        ("GET", ["pins"]) => {
            let now = state.now();
            let users = state.accounts.shown_names();
            let pins = state.active_pins().into_iter();
            let pins = pins.map(|pin| describe(pin, &users, now));
            Ok(pins.collect())
        }
        ("GET", ["users"]) => Ok(users(state)),
        ("POST", ["approve"]) => {
            let decision: Decision = body(call)?;
            let known = state.accounts.users.len();
            let user = decision.user.filter(|user| *user >= known);
            if user.is_some() {
                return Err((StatusCode::NOT_FOUND, "unknown user".to_owned()));
            }
            let user = decision.user.unwrap_or(0);
            state.link(&decision.code, user).map_err(refusal)?;
            Ok(Value::Null)
        }
        ("POST", ["decline"]) => {
            let decision: Decision = body(call)?;
            state.decline(&decision.code).map_err(refusal)?;
            Ok(Value::Null)
        }
        ("POST", ["advance"]) => {
            let Advance { seconds } = body(call)?;
            let by = Duration::try_from_secs_f64(seconds).map_err(bad)?;
            state.clock.advance(by);
            state.sweep();
            Ok(json!({"now": state.now().rfc3339()}))
        }
        ("GET", ["requests"]) => {
            let requests = match call.query("client") {
                Some(client) => state.recorder.requests_of(&client),
                None => state.recorder.requests(),
            };
            Ok(requests.iter().map(recorded).collect())
        }
        ("DELETE", ["requests"]) => {
            state.recorder.clear(call.query("client").as_deref());
            Ok(Value::Null)
        }
        ("GET", ["faults"]) => {
            let client = call.query("client");
            let mut waiting = state.faults.waiting();
            waiting.retain(|(target, _)| client.is_none() || target.client == client);
            let described = waiting
                .into_iter()
                .map(|(Target { operation, client }, fault)| {
                    json!({"operation": operation, "client": client, "fault": fault})
                });
            Ok(described.collect())
        }
        ("POST", ["faults"]) => {
            let faults = script(body(call)?).map_err(bad)?;
            state.faults.extend(faults).map_err(bad)?;
            Ok(Value::Null)
        }
        ("DELETE", ["faults"]) => {
            state.faults.clear(call.query("client").as_deref());
            Ok(Value::Null)
        }
        ("POST", ["refuse"]) => {
            let Refuse { milliseconds } = body(call)?;
            shared.refuse(Duration::from_millis(milliseconds));
            Ok(Value::Null)
        }
        ("GET", ["switches"]) => serde_json::to_value(&state.switches).map_err(bad),
        ("PATCH", ["switches"]) => {
            let changes: Value = body(call)?;
            state.switches = state.switches.with(&changes).map_err(bad)?;
            serde_json::to_value(&state.switches).map_err(bad)
        }
        ("POST", ["reset"]) => {
            state.reset();
            Ok(Value::Null)
        }
        ("POST", ["rotate-keys"]) => {
            state.rotate_keys();
            Ok(Value::Null)
        }
        _ => {
            let message = "the control API has no such method and path; see the emulator's README";
            Err((StatusCode::NOT_FOUND, message.to_owned()))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    code: String,
    #[serde(default)]
    user: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refuse {
    milliseconds: u64,
}

/// Reads one fault or an array of them.
fn script(body: Value) -> Result<Vec<Waiting>, String> {
    let Value::Array(faults) = body else {
        return Ok(vec![waiting(body)?]);
    };
    let read = |(index, fault)| waiting(fault).map_err(|error| format!("[{index}]: {error}"));
    faults.into_iter().enumerate().map(read).collect()
}

/// Reads one fault with its target.
fn waiting(value: Value) -> Result<Waiting, String> {
    let mut fields = Fields::of(value)?;
    fields.only(&["operation", "client", "fault", "times"])?;
    Ok(Waiting {
        target: Target {
            operation: fields.optional("operation")?,
            client: fields.optional("client")?,
        },
        times: fields.optional("times")?.unwrap_or(1),
        fault: fields.required("fault")?,
    })
}

fn body<T: DeserializeOwned>(call: &Call<'_>) -> Result<T, (StatusCode, String)> {
    serde_json::from_slice(call.body()).map_err(bad)
}

fn bad(error: impl std::fmt::Display) -> (StatusCode, String) {
    (StatusCode::BAD_REQUEST, error.to_string())
}

fn refusal(error: ApiError) -> (StatusCode, String) {
    (error.status, error.message.to_owned())
}

fn users(state: &State) -> Value {
    let users = state.accounts.users.iter().enumerate();
    users
        .map(|(index, user)| {
            json!({
                "user": index,
                "id": user.id,
                "uuid": user.uuid,
                "username": user.username,
                "title": user.shown_name(),
                "email": user.email,
                "restricted": user.restricted,
                "demo_token": state.accounts.demo_token(index),
            })
        })
        .collect()
}

fn describe(pin: &Pin, users: &[String], now: Timestamp) -> Value {
    let (state, user) = match &pin.state {
        PinState::Pending => ("pending", None),
        PinState::Declined => ("declined", None),
        PinState::Claimed { user, .. } => ("claimed", users.get(*user)),
    };
    json!({
        "id": pin.id,
        "code": pin.code,
        "state": state,
        "user": user,
        "product": pin.app.product,
        "device": pin.app.shown_device(),
        "client_identifier": pin.app.client_identifier,
        "expires_in": now.until(pin.expires_at).as_secs_f64(),
    })
}

fn recorded(request: &RecordedRequest) -> Value {
    json!({
        "at": Timestamp::from(request.at).rfc3339(),
        "operation": request.operation,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": request.headers,
        "body": String::from_utf8_lossy(&request.body),
        "status": request.status,
    })
}
