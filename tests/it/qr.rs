//! QR codes, read back by an independent reader.

use plex_api::QrCode;
use plex_tv_emulator::Emulator;

use crate::sign_in_flow::{plex, quick};

/// Reads the text in a picture of `side` by `side` pixels.
fn text_of(side: usize, is_dark: impl FnMut(usize, usize) -> bool) -> String {
    let mut is_dark = is_dark;
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        if is_dark(x, y) { 0 } else { 255 }
    });
    let codes = picture.detect_grids();
    assert_eq!(codes.len(), 1, "one QR code in the picture");
    codes[0].decode().unwrap().1
}

fn text_of_code(code: &QrCode) -> String {
    let (scale, quiet) = (4, 4);
    text_of((code.width() + 2 * quiet) * scale, |x, y| {
        code.is_dark(
            (x / scale).wrapping_sub(quiet),
            (y / scale).wrapping_sub(quiet),
        )
    })
}

#[tokio::test]
async fn the_qr_code_of_a_sign_in_is_its_url() {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    assert_eq!(
        text_of_code(&sign_in.qr_code().unwrap()),
        sign_in.url().as_str()
    );
    let code_sign_in = plex.start_code_sign_in().await.unwrap();
    assert_eq!(
        text_of_code(&code_sign_in.qr_code().unwrap()),
        code_sign_in.url().as_str()
    );
}

#[tokio::test]
async fn the_picture_that_the_server_draws_leads_to_the_link_page() {
    let emulator = Emulator::start().await.unwrap();
    let plex = quick(&emulator).build().unwrap();
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let request = plex_api::GetPinQrCodeRequest::new(sign_in.code().clone());
    let png = plex.get_pin_qr_code(request).await.unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(png))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(
        (info.width, info.bit_depth),
        (info.height, png::BitDepth::Eight)
    );
    let (side, samples) = (info.width as usize, info.color_type.samples());
    let text = text_of(side, |x, y| pixels[y * info.line_size + x * samples] < 128);
    assert_eq!(
        text,
        format!("https://www.plex.tv/link/?pin={}", sign_in.code())
    );
}
