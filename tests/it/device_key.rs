//! The device key: its formats, its id, its file.

use std::error::Error as _;
use std::path::Path;
use std::{fs, io};

use plex_api::DeviceKey;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client_identifier::in_eight_threads;
use crate::private_files::write_private;

/// The example of RFC 8410, section 10.3: version 1, as written by OpenSSL.
const RFC_8410_PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
                            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                            -----END PRIVATE KEY-----\n";

/// The same key with its public key and an attribute: version 2.
const RFC_8410_PEM_2: &str = "-----BEGIN PRIVATE KEY-----\n\
                              MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
                              oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n\
                              Z9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                              -----END PRIVATE KEY-----\n";

/// The example of RFC 8037, appendix A.1, and its thumbprint of appendix A.3.
const RFC_8037_JWK: &str = r#"{"kty":"OKP","crv":"Ed25519",
    "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
const RFC_8037_THUMBPRINT: &str = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn the_id_is_the_thumbprint_of_the_public_key() {
    let key = DeviceKey::from_jwk(RFC_8037_JWK).unwrap();
    assert_eq!(key.id(), RFC_8037_THUMBPRINT);
    let public = serde_json::to_value(key.public_jwk()).unwrap();
    let expected = json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "kid": RFC_8037_THUMBPRINT, "use": "sig", "alg": "EdDSA",
    });
    assert_eq!(public, expected);
}

#[test]
fn every_format_holds_the_same_key() {
    let key = DeviceKey::generate().unwrap();
    assert_ne!(key, DeviceKey::generate().unwrap());
    let pem = DeviceKey::from_pem(key.to_pem().unwrap().expose()).unwrap();
    let jwk = DeviceKey::from_jwk(key.to_jwk().unwrap().expose()).unwrap();
    let stored = serde_json::from_str(&serde_json::to_string(&key).unwrap()).unwrap();
    for same in [pem, jwk, stored] {
        assert_eq!(same, key);
        assert_eq!(same.id(), key.id());
    }
}

#[test]
fn pem_is_compatible_with_other_programs() {
    let key = DeviceKey::from_pem(RFC_8410_PEM).unwrap();
    assert_eq!(key.to_pem().unwrap().expose(), RFC_8410_PEM);
    let jwk: Value = serde_json::from_str(key.to_jwk().unwrap().expose()).unwrap();
    assert_eq!(jwk["x"], "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE");
    assert_eq!(jwk["d"], "1O5y2_kTWErVttjx92n4rTr-fCjL8dT74Jeoj0R1WEI");
    assert_eq!(DeviceKey::from_pem(RFC_8410_PEM_2).unwrap(), key);
}

#[test]
fn the_id_from_another_program_is_kept() {
    let mut jwk: Value = serde_json::from_str(RFC_8037_JWK).unwrap();
    jwk["kid"] = json!("made-by-another-program");
    let key = DeviceKey::from_jwk(&jwk.to_string()).unwrap();
    assert_eq!(key.id(), "made-by-another-program");
    assert_eq!(key.public_jwk().kid, "made-by-another-program");
    let again = DeviceKey::from_jwk(key.to_jwk().unwrap().expose()).unwrap();
    assert_eq!(again.id(), "made-by-another-program");
}

#[test]
fn text_that_is_not_a_key_is_rejected_and_not_quoted() {
    let with = |member: &str, value: Value| {
        let mut jwk: Value = serde_json::from_str(RFC_8037_JWK).unwrap();
        jwk[member] = value;
        jwk.to_string()
    };
    let other_x = "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE";
    for jwk in [
        "{}".to_owned(),
        "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A".to_owned(),
        with("kty", json!("RSA")),
        with("crv", json!("X25519")),
        with("alg", json!("HS256")),
        with("d", json!("nWGxne")),
        with("d", json!(["nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"])),
        with("d", json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")),
        with("x", json!(other_x)),
    ] {
        let error = DeviceKey::from_jwk(&jwk).unwrap_err();
        assert!(error.is_misuse(), "{error}");
        let text = format!("{error} {error:?}");
        assert!(!text.contains("nWGxne"), "{text}");
    }
    let x25519 = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
    for pem in [
        "",
        "MC4CAQAwBQYDK2Vw",
        &RFC_8410_PEM.replace("PRIVATE", "ENCRYPTED PRIVATE"),
        x25519,
    ] {
        let error = DeviceKey::from_pem(pem).unwrap_err();
        assert!(
            error.is_misuse() && !error.to_string().contains("MC4C"),
            "{error}"
        );
    }
}

#[test]
fn a_file_is_written_once_and_read_from_then_on() {
    let folder = folder();
    let path = folder.path().join("key.pem");
    let error = DeviceKey::load(&path).unwrap_err();
    assert!(
        error.is_storage() && error.to_string().contains("does not exist"),
        "{error}"
    );
    assert_eq!(io_kind(&error), Some(io::ErrorKind::NotFound));
    let key = DeviceKey::load_or_create(&path).unwrap();
    assert_eq!(DeviceKey::load_or_create(&path).unwrap(), key);
    assert_eq!(DeviceKey::load(&path).unwrap(), key);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        key.to_pem().unwrap().expose()
    );
    only_this_file(folder.path());
    is_private(&path);
}

#[test]
fn a_file_may_hold_a_jwk() {
    let folder = folder();
    let path = folder.path().join("key.json");
    write_private(&path, format!("\n{RFC_8037_JWK}\n"));
    assert_eq!(DeviceKey::load(&path).unwrap().id(), RFC_8037_THUMBPRINT);
    assert_eq!(
        DeviceKey::load_or_create(&path).unwrap().id(),
        RFC_8037_THUMBPRINT
    );
}

#[test]
fn a_key_is_never_overwritten() {
    let folder = folder();
    let path = folder.path().join("key.pem");
    let key = DeviceKey::generate().unwrap();
    key.save(&path).unwrap();
    is_private(&path);
    let error = DeviceKey::generate().unwrap().save(&path).unwrap_err();
    assert!(error.is_storage(), "{error}");
    assert!(error.to_string().contains("exists already"), "{error}");
    assert_eq!(io_kind(&error), Some(io::ErrorKind::AlreadyExists));
    assert_eq!(DeviceKey::load(&path).unwrap(), key);
    only_this_file(folder.path());
}

#[test]
fn a_file_without_a_key_is_left_unchanged() {
    let folder = folder();
    let path = folder.path().join("key.pem");
    let long = vec![b' '; 17 * 1024];
    for content in [b"".as_slice(), b"{\"kty\":\"OKP\"}", b"\xff\xfe", &long] {
        write_private(&path, content);
        for outcome in [DeviceKey::load(&path), DeviceKey::load_or_create(&path)] {
            let error = outcome.unwrap_err();
            assert!(error.is_storage(), "{error}");
            assert!(
                error.to_string().contains("does not hold an Ed25519 key"),
                "{error}"
            );
            assert!(
                error.to_string().contains(path.to_str().unwrap()),
                "{error}"
            );
        }
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn processes_that_start_together_agree() {
    for _ in 0..20 {
        let folder = folder();
        let path = folder.path().join("key.pem");
        let found = in_eight_threads(|| DeviceKey::load_or_create(&path).unwrap());
        assert!(found.iter().all(|key| *key == found[0]), "{found:?}");
        only_this_file(folder.path());
    }
}

/// Returns the kind of the I/O error behind an error.
fn io_kind(error: &plex_api::Error) -> Option<io::ErrorKind> {
    let source = error.source()?;
    source.downcast_ref::<io::Error>().map(io::Error::kind)
}

fn only_this_file(folder: &Path) {
    let count = fs::read_dir(folder).unwrap().count();
    assert_eq!(count, 1, "no other file is left behind");
}

#[cfg(unix)]
pub(crate) fn is_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "only its owner can read it");
}

#[cfg(not(unix))]
pub(crate) fn is_private(_: &Path) {}
