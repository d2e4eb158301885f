//! The client in the test `.ci/jwt_interop.py`, which emulates plex.tv with another JWT library and starts this
//! program.
//!
//! The arguments are the base URL of that emulator, a folder, and the names of clients. The program first writes a new
//! device key to the folder, as PEM and as a JWK. Then it signs in as each client in every possible way; the client's
//! key is in the file of the same name. For each way it prints a line of JSON with the claims or the flaw of the token.

#![allow(clippy::print_stdout, reason = "the output is the result")]

use std::path::Path;
use std::time::Duration;

use plex_api::{
    Claims, Credentials, DeviceClient, DeviceKey, DeviceToken, EndLegacyToken, Error, Identity,
    PlexApi, Token,
};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;
type Outcome<T> = std::result::Result<T, Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base_url, folder, clients @ ..] = arguments.as_slice() else {
        return Err("usage: jwt_interop BASE_URL FOLDER CLIENT...".into());
    };
    let folder = Path::new(folder);
    let key = DeviceKey::generate()?;
    key.save(folder.join("ours.pem"))?;
    std::fs::write(folder.join("ours.jwk"), key.to_jwk()?.expose())?;
    for client in clients {
        let plex = PlexApi::builder(Identity::new(client))
            .base_url(base_url.parse()?)
            .poll_interval(Duration::from_millis(20))
            .build()?;
        let key = DeviceKey::load(folder.join(client))?;
        use_in_every_way(&plex.with_device_key(&key)).await?;
    }
    Ok(())
}

/// Gets a token in every way. The upgrade comes first: it must work before plex.tv knows the device from a sign-in.
async fn use_in_every_way(device: &DeviceClient) -> Result<()> {
    let legacy_token = Token::new("a-legacy-token");
    let upgraded = device.upgrade(EndLegacyToken(legacy_token)).await?;
    let token = upgraded.token().await;
    report(device, "upgrade", verified(device, token).await)?;

    let sign_in = device.start_sign_in().await?;
    let token = device.wait_for_token(&sign_in).await;
    report(device, "sign_in", token)?;

    let code_sign_in = device.start_code_sign_in().await?;
    let token = device.wait_for_token(&code_sign_in).await;
    let Some(token) = report(device, "link", token)? else {
        return Ok(());
    };

    // Only a rejection makes the credentials replace a new token; here no server has rejected it.
    let credentials = Credentials::new(device, &token)?;
    let token = credentials.token_instead_of(token.token()).await;
    report(device, "refresh", verified(device, token).await)?;
    Ok(())
}

/// Verifies a token; returns it with its claims.
async fn verified(device: &DeviceClient, token: Outcome<Token>) -> Outcome<DeviceToken> {
    device.verify(&token?).await
}

/// Prints the result of one way to get a token. Every error but a flawed token ends the program.
fn report(
    device: &DeviceClient,
    way: &str,
    outcome: Outcome<DeviceToken>,
) -> Result<Option<DeviceToken>> {
    let client = device.plex().identity().client_identifier();
    let mut line = json!({"client": client, "way": way});
    match &outcome {
        Ok(token) => line["claims"] = as_plex_writes_them(token.claims()),
        Err(error) => {
            let flaw = error
                .jwt_flaw()
                .ok_or_else(|| format!("{client}, {way}: {error}"))?;
            line["flaw"] = json!(format!("{flaw:?}"));
        }
    }
    println!("{line}");
    Ok(outcome.ok())
}

/// Returns the claims in the form in which plex.tv sends them.
fn as_plex_writes_them(claims: &Claims) -> Value {
    json!({
        "iss": claims.issuer,
        "aud": claims.audience,
        "iat": claims.issued_at.map(|instant| instant.timestamp()),
        "exp": claims.expires_at.timestamp(),
        "thumbprint": claims.thumbprint,
        "user": {"id": claims.user.id, "uuid": claims.user.uuid, "username": claims.user.username},
    })
}
