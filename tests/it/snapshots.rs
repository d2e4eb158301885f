//! The folders and settings of snapshots.

use std::path::PathBuf;

use insta::Settings;

/// Returns the settings of snapshots that a person accepts.
pub(crate) fn accepted(folder: &str) -> Settings {
    settings(
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("snapshots")
            .join(folder),
    )
}

/// Returns the settings of snapshots that `cargo xtask codegen` writes, to a folder of its own.
pub(crate) fn generated() -> Settings {
    let folder = std::env::var_os("PLEX_API_GENERATED_SNAPSHOTS").map(PathBuf::from);
    let default = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("snapshots/generated");
    settings(folder.unwrap_or_else(default))
}

fn settings(path: PathBuf) -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_snapshot_path(path);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
