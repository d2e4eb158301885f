//! The handlers of the operations: functions of the request and the state.

mod account;
mod auth;
mod avatar;
mod devices;
mod geoip;
mod home;
mod legacy;
mod legacy_account;
mod library;
pub(crate) mod media_server;
mod picture;
mod pins;
mod qr;
mod resources;
mod strong;

use crate::call::Call;
use crate::operation::Operation;
use crate::reply::{ApiError, Reply};
use crate::state::State;

/// The public address of every caller and, by default, of every media server.
pub(crate) use geoip::ADDRESS as PUBLIC_ADDRESS;

/// Carries an operation out; `parameter` is the path parameter.
pub(crate) fn respond(
    operation: Operation,
    parameter: &str,
    call: &Call<'_>,
    state: &mut State,
) -> Result<Reply, ApiError> {
    // `getNonce` has its own response to a missing identifier.
    if state.switches.client_identifier_everywhere && operation != Operation::GetNonce {
        call.client_identifier()?;
    }
    match operation {
        Operation::GetPin => pins::create(call, state),
        Operation::GetTokenByPinId => pins::get(parameter, call, state),
        Operation::LinkPin => pins::link(call, state),
        Operation::GetPinQrCode => qr::picture(parameter),
        Operation::GetTokenDetails => account::user(call, state),
        Operation::SignOut => account::sign_out(call, state),
        Operation::Ping => account::ping(call, state),
        Operation::GetGeoData => geoip::look_up(call),
        Operation::GetPublicIp => Ok(geoip::public_ip()),
        Operation::GetNonce => auth::nonce(call, state),
        Operation::RegisterDeviceKey => auth::register(call, state),
        Operation::ExchangeDeviceJwt => auth::exchange(call, state),
        Operation::GetKeys => Ok(auth::keys(state)),
        Operation::GetResources => resources::list(call, state),
        Operation::GetHomeUsers => home::list(call, state),
        Operation::SwitchHomeUser => home::switch(parameter, call, state),
        Operation::GetHomeUsersXml => home::list_xml(call, state),
        Operation::GetUsersXml => home::others_xml(call, state),
        Operation::SwitchHomeUserXml => home::switch_xml(parameter, call, state),
        Operation::GetDevices => devices::list(call, state),
        Operation::RemoveDevice => devices::remove(parameter, call, state),
        Operation::CreatePinXml => legacy::create(call, state),
        Operation::GetPinXml => legacy::get(parameter, call, state),
        Operation::GetAccountXml => legacy_account::xml(call, state),
        Operation::GetAccountJson => legacy_account::json(call, state),
        Operation::SignInXml => legacy_account::sign_in(call, state),
        Operation::GetResourcesXml => resources::list_xml(call, state),
        Operation::GetAvatar => avatar::picture(parameter, state),
        Operation::GetServerIdentity
        | Operation::GetServerRoot
        | Operation::GetLibrary
        | Operation::GetLibrarySections
        | Operation::GetLibraryItems
        | Operation::GetThumb => Err(ApiError::unknown_endpoint()),
    }
}

/// Counts a request against the rate limit.
fn count(client: &str, state: &mut State) -> Result<(), ApiError> {
    let Some(limit) = state.switches.requests_per_minute else {
        return Ok(());
    };
    let now = state.now();
    state.limit.count(client, limit, now).map_err(|wait| {
        let mut error = ApiError::rate_limited();
        if state.switches.retry_after {
            let seconds = wait.as_millis().div_ceil(1000).to_string();
            error.headers.push(("retry-after", seconds));
        }
        error
    })
}
