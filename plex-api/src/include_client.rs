//! The macro that includes a client which a build script generated.

/// Includes the client that `plex_api_codegen::build` generated, by the name of its spec in snake case.
///
/// The generated items, such as `Client` and the module `types`, are exported where the macro is called, best in a module of
/// their own. No lint of your crate applies to them.
///
/// ```text
/// // build.rs:
/// fn main() {
///     plex_api_codegen::build("media-server.yaml");
/// }
///
/// // src/media_server.rs:
/// plex_api::include_client!("media_server");
/// ```
#[macro_export]
macro_rules! include_client {
    ($name:literal) => {
        ::core::include!(::core::concat!(
            ::core::env!(
                "OUT_DIR",
                "include_client! needs a build.rs that calls plex_api_codegen::build"
            ),
            "/",
            $name,
            ".rs"
        ));
    };
}
