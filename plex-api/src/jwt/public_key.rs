//! The public keys of plex.tv, read strictly: a weak key would make forged tokens valid.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::compact::is_eddsa;

/// A public Ed25519 key: the y coordinate of a point, and the sign of its x coordinate in the highest bit (RFC 8032).
pub(super) type PublicKey = [u8; 32];

/// The y coordinates of the points of small order, the lowest byte first: 0, 1, -1, and two of order 8.
const SMALL_ORDER: [PublicKey; 5] = [
    [
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00,
    ],
    [
        0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00,
    ],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0x7f,
    ],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// Reads a JWK, if it is an Ed25519 key for verifying signatures.
pub(super) fn ed25519(jwk: &Value) -> Option<PublicKey> {
    let member = |name: &str| jwk.get(name).filter(|value| !value.is_null());
    let is = |name: &str, expected: &str| member(name).is_some_and(|value| value == expected);
    let is_ed25519 = is("kty", "OKP") && is("crv", "Ed25519");
    // RFC 7517, sections 4.2 to 4.4.
    let is_for_verifying = member("use").is_none_or(|usage| usage == "sig")
        && member("key_ops").is_none_or(|uses| contains(uses, "verify"))
        && member("alg").is_none_or(|alg| alg.as_str().is_some_and(is_eddsa));
    if !is_ed25519 || !is_for_verifying {
        return None;
    }
    let x = URL_SAFE_NO_PAD.decode(member("x")?.as_str()?).ok()?;
    let key = x.try_into().ok()?;
    (!is_weak(key)).then_some(key)
}

fn contains(array: &Value, name: &str) -> bool {
    let items = array.as_array();
    items.is_some_and(|items| items.iter().any(|item| item == name))
}

/// Returns true for a point of small order, with which one signature is valid for many messages, and for an encoding that
/// RFC 8032 does not allow (section 5.1.3). The cryptography library accepts both.
fn is_weak(mut key: PublicKey) -> bool {
    key[31] &= 0x7f;
    is_beyond_prime(&key) || SMALL_ORDER.contains(&key)
}

/// Returns true if y is not less than the prime, 2^255 - 19.
fn is_beyond_prime(y: &PublicKey) -> bool {
    y[0] >= 0xed && y[1..31].iter().all(|byte| *byte == 0xff) && y[31] == 0x7f
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_ed25519_keys_for_signatures_are_read() {
        // RFC 8037, appendix A.2.
        let key = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        assert_eq!(ed25519(&key).unwrap()[..2], [0xd7, 0x5a]);
        for alg in ["EdDSA", "Ed25519"] {
            let mut named = key.clone();
            named["alg"] = json!(alg);
            assert_eq!(ed25519(&named), ed25519(&key), "{alg}");
        }
        for (member, value) in [
            ("use", json!("sig")),
            ("use", json!(null)),
            ("key_ops", json!(["sign", "verify"])),
            ("key_ops", json!(null)),
        ] {
            let mut other = key.clone();
            other[member] = value;
            assert!(ed25519(&other).is_some(), "{other}");
        }
        for (member, value) in [
            ("kty", json!("RSA")),
            ("crv", json!("X25519")),
            ("use", json!("enc")),
            ("use", json!(1)),
            ("key_ops", json!(["sign"])),
            ("key_ops", json!([])),
            ("key_ops", json!("verify")),
            ("alg", json!("RS256")),
            ("alg", json!(1)),
            ("x", json!("11qY")),
            ("x", json!(1)),
        ] {
            let mut other = key.clone();
            other[member] = value;
            assert_eq!(ed25519(&other), None, "{other}");
        }
        assert_eq!(ed25519(&json!("a key")), None);
    }

    #[test]
    fn weak_keys_are_refused() {
        let read = |key: PublicKey| {
            ed25519(&json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key)}))
        };
        let mut weak = SMALL_ORDER.to_vec();
        // Encodings that are not canonical: p to 2^255 - 1.
        for low in 0xed..=0xff {
            let mut key = [0xff; 32];
            (key[0], key[31]) = (low, 0x7f);
            weak.push(key);
        }
        for mut key in weak {
            assert_eq!(read(key), None);
            key[31] |= 0x80;
            assert_eq!(read(key), None);
        }
        let mut greatest = [0xff; 32];
        (greatest[0], greatest[31]) = (0xeb, 0x7f);
        assert_eq!(read(greatest), Some(greatest));
    }
}
