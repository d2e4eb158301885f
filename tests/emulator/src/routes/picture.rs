//! Writes PNG.

use png::{BitDepth, ColorType, Encoder, EncodingError};

/// Encodes a square picture with eight bits a sample.
pub(super) fn encode(
    side: usize,
    color: ColorType,
    samples: &[u8],
) -> Result<Vec<u8>, EncodingError> {
    let mut png = Vec::new();
    let side = u32::try_from(side).map_err(|_| EncodingError::LimitsExceeded)?;
    let mut encoder = Encoder::new(&mut png, side, side);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(samples)?;
    writer.finish()?;
    Ok(png)
}
