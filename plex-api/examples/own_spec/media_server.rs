//! The client that build.rs makes of media-server.yaml.

#![allow(dead_code, unreachable_pub, clippy::all)]

include!(concat!(env!("OUT_DIR"), "/media_server.rs"));

/// The client of one media server, with the identity and the limits of `plex`. The token is the one for this server, the
/// `accessToken` of its resource: a friend's server must not get the user's own.
pub fn at(
    plex: &plex_api::PlexApi,
    server: &url::Url,
    token: &plex_api::Token,
) -> Result<Client, plex_api::Error> {
    let transport = plex.generated().transport().with_base_url(server)?;
    Ok(Client::new(transport.with_token(token)))
}
