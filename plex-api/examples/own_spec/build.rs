//! Generates the client from media-server.yaml.

fn main() {
    plex_api_codegen::build("media-server.yaml");
}
