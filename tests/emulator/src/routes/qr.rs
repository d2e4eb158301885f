//! `GET /api/v2/pins/qr/{code}`: a QR code of the link to open on a phone.

use crate::codes::{SHORT_CODE_LENGTH, STRONG_CODE_LENGTH};
use crate::reply::{ApiError, Reply};

const PIXELS_PER_MODULE: usize = 8;
const QUIET_ZONE: usize = 4;

/// Draws the QR code; as at plex.tv, without token or client identifier, and for unknown codes too.
pub(super) fn picture(code: &str) -> Result<Reply, ApiError> {
    let well_formed = [SHORT_CODE_LENGTH, STRONG_CODE_LENGTH].contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !well_formed {
        return Err(ApiError::code_not_found());
    }
    let png = draw(&format!("https://www.plex.tv/link/?pin={code}"))
        .map_err(|_| ApiError::overloaded())?;
    Ok(Reply::bytes("image/png", png))
}

fn draw(text: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let qr = qrcode::QrCode::new(text)?;
    let modules = qr.width();
    let side = (modules + 2 * QUIET_ZONE) * PIXELS_PER_MODULE;
    let colors = qr.to_colors();
    let dark = |x: usize, y: usize| {
        let inside = QUIET_ZONE..QUIET_ZONE + modules;
        inside.contains(&x)
            && inside.contains(&y)
            && colors[(y - QUIET_ZONE) * modules + x - QUIET_ZONE] == qrcode::Color::Dark
    };
    let pixels: Vec<u8> = (0..side * side)
        .map(|i| {
            let (x, y) = (i % side / PIXELS_PER_MODULE, i / side / PIXELS_PER_MODULE);
            if dark(x, y) { 0 } else { 255 }
        })
        .collect();
    Ok(super::picture::encode(
        side,
        png::ColorType::Grayscale,
        &pixels,
    )?)
}
