//! Where snapshots are kept, and how they are compared.

use std::path::PathBuf;

use insta::Settings;

/// Snapshots that a person accepts.
pub(crate) fn accepted(folder: &str) -> Settings {
    settings(
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("snapshots")
            .join(folder),
    )
}

/// Snapshots that `cargo xtask codegen` makes; it has them written to a folder of its own.
pub(crate) fn generated() -> Settings {
    let elsewhere = std::env::var_os("PLEX_API_GENERATED_SNAPSHOTS").map(PathBuf::from);
    let usual = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("snapshots/generated");
    settings(elsewhere.unwrap_or_else(usual))
}

fn settings(path: PathBuf) -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(path);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
