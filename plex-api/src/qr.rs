use std::fmt;

use plex_api_gen::Error;
use qrcode::{Color, EcLevel};

/// A URL as a QR code (ISO/IEC 18004), for any kind of screen.
///
/// `Display` writes it for a terminal with a dark background, two modules per character, with the quiet zone around it.
/// For anything else, read each module with [`is_dark`](Self::is_dark).
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
/// let sign_in = plex.start_code_sign_in().await?;
/// println!("{}", sign_in.qr_code()?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct QrCode {
    width: usize,
    modules: Vec<bool>,
}

/// The number of light modules that must surround a QR code.
const QUIET_ZONE: usize = 4;

impl QrCode {
    pub(crate) fn new(url: &str) -> Result<Self, Error> {
        let code = qrcode::QrCode::with_error_correction_level(url, EcLevel::L)
            .map_err(|_| Error::misuse("draw the QR code", "the URL is too long for a QR code"))?;
        let modules = code
            .to_colors()
            .into_iter()
            .map(|color| color == Color::Dark)
            .collect();
        Ok(Self {
            width: code.width(),
            modules,
        })
    }

    /// Returns the number of modules in a row and in a column, without the quiet zone of four around it.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns true if the module in this column and row is dark; outside the code, all are light.
    pub fn is_dark(&self, column: usize, row: usize) -> bool {
        column < self.width && row < self.width && self.modules[row * self.width + column]
    }
}

impl fmt::Display for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.width + 2 * QUIET_ZONE;
        // On a dark background, the light modules are drawn.
        let is_light = |column: usize, row: usize| {
            row < all
                && !self.is_dark(
                    column.wrapping_sub(QUIET_ZONE),
                    row.wrapping_sub(QUIET_ZONE),
                )
        };
        for row in (0..all).step_by(2) {
            for column in 0..all {
                f.write_str(match (is_light(column, row), is_light(column, row + 1)) {
                    (true, true) => "█",
                    (true, false) => "▀",
                    (false, true) => "▄",
                    (false, false) => " ",
                })?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Hides the modules: they contain the PIN's code.
impl fmt::Debug for QrCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QrCode")
            .field("width", &self.width)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_is_too_long_is_an_error() {
        assert!(QrCode::new(&"x".repeat(3000)).unwrap_err().is_misuse());
    }

    #[test]
    fn display_shows_every_module_and_the_quiet_zone() {
        let code = QrCode::new("https://plex.tv/link/?pin=7RQZ").unwrap();
        let text = code.to_string();
        let rows: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
        assert_eq!(rows.len(), (code.width() + 8).div_ceil(2));
        for row in 0..code.width() {
            for column in 0..code.width() {
                let drawn = rows[(row + 4) / 2][column + 4];
                let ink = if (row + 4) % 2 == 0 {
                    "█▀"
                } else {
                    "█▄"
                }
                .contains(drawn);
                assert_eq!(
                    ink,
                    !code.is_dark(column, row),
                    "column {column}, row {row}"
                );
            }
        }
        assert!(rows[0].iter().all(|drawn| *drawn == '█'));
    }
}
