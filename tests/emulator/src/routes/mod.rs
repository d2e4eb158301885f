//! What each operation does: plain functions of the request and the state.

mod geoip;
mod pins;
mod qr;

use hyper::StatusCode;

use crate::call::Call;
use crate::operation::Operation;
use crate::reply::{ApiError, Reply};
use crate::state::State;

/// Answers a request for an operation; `parameter` is the one in its path.
pub(crate) fn answer(
    operation: Operation,
    parameter: &str,
    call: &Call<'_>,
    state: &mut State,
) -> Result<Reply, ApiError> {
    match operation {
        Operation::CreatePin => pins::create(call, state),
        Operation::GetPin => pins::get(parameter, call, state),
        Operation::LinkPin => pins::link(call, state),
        Operation::PinQrCode => qr::picture(parameter),
        _ => Err(ApiError::new(
            StatusCode::NOT_IMPLEMENTED,
            1999,
            "Not implemented",
        )),
    }
}
