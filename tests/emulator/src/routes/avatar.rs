//! `GET /users/{uuid}/avatar`: the picture of a user.

use crate::reply::{ApiError, Reply};
use crate::state::State;

/// The picture has this many fields in a row; the right half mirrors the left.
const FIELDS: usize = 5;
const PIXELS_PER_FIELD: usize = 16;

/// Draws a pattern that differs from user to user. It needs no token, because pages show the picture by its URL.
pub(super) fn picture(uuid: &str, state: &State) -> Result<Reply, ApiError> {
    let is_known = state.accounts.users.iter().any(|user| user.uuid == uuid);
    if !is_known {
        return Err(ApiError::unknown_endpoint());
    }
    let png = draw(uuid).map_err(|_| ApiError::overloaded())?;
    Ok(Reply::bytes("image/png", png))
}

fn draw(uuid: &str) -> Result<Vec<u8>, png::EncodingError> {
    // FNV-1a, 64 bits: the same picture in every run with the same uuid.
    let hash = uuid.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let [red, green, blue, ..] = hash.to_be_bytes();
    let side = FIELDS * PIXELS_PER_FIELD;
    let pixels = (0..side * side).flat_map(|i| {
        let (x, y) = (i % side / PIXELS_PER_FIELD, i / side / PIXELS_PER_FIELD);
        let bit = y * FIELDS.div_ceil(2) + x.min(FIELDS - 1 - x);
        if hash >> bit & 1 == 1 {
            [red / 2, green / 2, blue / 2]
        } else {
            [240, 240, 240]
        }
    });
    let samples: Vec<u8> = pixels.collect();
    super::picture::encode(side, png::ColorType::Rgb, &samples)
}
