//! The client that build.rs generates from media-server.yaml.

plex_api::include_client!("media_server");
