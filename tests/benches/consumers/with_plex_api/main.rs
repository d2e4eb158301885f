//! Signs in with plex-api; the first argument is the base URL.

#![allow(clippy::print_stdout, reason = "the user reads it")]

use plex_api::{Identity, PlexApi};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base_url = std::env::args()
        .nth(1)
        .ok_or("usage: consumer-with-plex-api BASE_URL")?;
    let plex = PlexApi::builder(Identity::new("consumer").client_name("Consumer"))
        .base_url(base_url.parse()?)
        .build()?;
    let sign_in = plex.start_sign_in().await?;
    println!("open {}", sign_in.url());
    let token = plex.wait_for_token(&sign_in).await?;
    println!("a token of {} characters", token.expose().len());
    Ok(())
}
