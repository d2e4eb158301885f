//! The client that build.rs generates from media-server.yaml.

plex_api::include_client!("media_server");

/// Returns the client of one media server, with the identity and the limits of `plex`.
///
/// The token is the `accessToken` of the server's resource: do not send the user's own token to a friend's server.
pub(crate) fn at(
    plex: &plex_api::PlexApi,
    server: &plex_api::url::Url,
    token: &plex_api::Token,
) -> Result<Client, plex_api::Error> {
    let transport = plex.generated().transport().with_base_url(server)?;
    Ok(Client::new(transport.with_token(token)))
}
