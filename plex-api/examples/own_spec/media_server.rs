//! The client that build.rs makes of media-server.yaml.

#![allow(dead_code, unreachable_pub, clippy::all)]

include!(concat!(env!("OUT_DIR"), "/media_server.rs"));

/// The client of one media server, with the identity, the token and the limits of `plex`.
pub fn at(plex: &plex_api::PlexApi, server: &url::Url) -> Result<Client, plex_api::Error> {
    let transport = plex.generated().transport().with_base_url(server)?;
    Ok(Client::new(transport))
}
