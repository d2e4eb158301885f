//! Random codes, ids and tokens in the shapes that plex.tv gives them; repeatable with a seed.

use rand::rngs::{StdRng, SysRng};
use rand::{RngExt, SeedableRng};

/// Letters and digits without 0, O, 1 and I, which people confuse. (The alphabet of plex.tv is not known.)
const SHORT_CODE: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const STRONG_CODE: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const TOKEN: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

pub(crate) const SHORT_CODE_LENGTH: usize = 4;
pub(crate) const STRONG_CODE_LENGTH: usize = 25;
pub(crate) const TOKEN_LENGTH: usize = 20;

/// The source of everything random in one emulator.
pub(crate) struct Codes {
    rng: StdRng,
    is_seeded: bool,
}

/// The point in the sequence of a seed at which the codes of apps begin.
#[derive(Clone, Copy)]
pub(crate) struct Beginning([u8; 32]);

impl Codes {
    /// Takes the seed, or a random one from the operating system.
    pub(crate) fn new(seed: Option<u64>) -> Result<Self, std::io::Error> {
        let rng = match seed {
            Some(seed) => StdRng::seed_from_u64(seed),
            None => StdRng::try_from_rng(&mut SysRng).map_err(std::io::Error::other)?,
        };
        let is_seeded = seed.is_some();
        Ok(Self { rng, is_seeded })
    }

    /// Marks the point to which [`restart`](Self::restart) goes back; `None` without a seed, because then codes
    /// and ids must not repeat.
    pub(crate) fn begin(&mut self) -> Option<Beginning> {
        let beginning = self.is_seeded.then(|| Beginning(self.bytes()))?;
        self.restart(beginning);
        Some(beginning)
    }

    pub(crate) fn restart(&mut self, Beginning(seed): Beginning) {
        self.rng = StdRng::from_seed(seed);
    }

    pub(crate) fn short_code(&mut self) -> String {
        self.pick(SHORT_CODE, SHORT_CODE_LENGTH)
    }

    pub(crate) fn strong_code(&mut self) -> String {
        self.pick(STRONG_CODE, STRONG_CODE_LENGTH)
    }

    pub(crate) fn token(&mut self) -> String {
        self.pick(TOKEN, TOKEN_LENGTH)
    }

    /// Nine or ten digits, not ascending, as recorded from plex.tv.
    pub(crate) fn id(&mut self) -> u64 {
        self.rng.random_range(100_000_000..=2_147_483_647)
    }

    pub(crate) fn uuid(&mut self) -> String {
        let mut bytes = self.bytes::<16>();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        self.rng.random()
    }

    fn pick(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .map(|_| char::from(alphabet[self.rng.random_range(0..alphabet.len())]))
            .collect()
    }
}

impl std::fmt::Debug for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Codes(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ids_and_tokens_have_the_shapes_of_plex_tv() {
        let mut codes = Codes::new(None).unwrap();
        let all = |text: &str, alphabet: &[u8]| text.bytes().all(|b| alphabet.contains(&b));
        for _ in 0..100 {
            let short = codes.short_code();
            assert!(short.len() == 4 && all(&short, SHORT_CODE), "{short}");
            let strong = codes.strong_code();
            assert!(strong.len() == 25 && all(&strong, STRONG_CODE), "{strong}");
            let token = codes.token();
            assert!(token.len() == 20 && all(&token, TOKEN), "{token}");
            assert!((9..=10).contains(&codes.id().to_string().len()));
        }
    }

    #[test]
    fn uuids_have_version_4() {
        let uuid = Codes::new(Some(1)).unwrap().uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]));
    }

    #[test]
    fn codes_repeat_with_the_same_seed_only() {
        let draw = |seed| Codes::new(seed).unwrap().strong_code();
        assert_eq!(draw(Some(7)), draw(Some(7)));
        assert_ne!(draw(Some(7)), draw(Some(8)));
        assert_ne!(draw(None), draw(None));
    }
}
