//! `cargo xtask tree`: checks that programs that use plex-api contain and compile no package of the generator.

use std::io::Write;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::cargo;

/// Packages that only the generator and its program may depend on.
const GENERATOR: [&str; 8] = [
    "clap",
    "openapiv3",
    "plex-api-codegen",
    "prettyplease",
    "progenitor",
    "progenitor-impl",
    "progenitor-macro",
    "typify",
];

/// The feature that adds the generator to the build.
const CODEGEN: &str = "codegen";

/// The packages to check, each with the kinds of its dependencies that count.
const WITHOUT_GENERATOR: [(&str, &str); 2] = [
    ("plex-api", "normal,build"),
    // Generates a client in its build script. It is an example, so its program has dev-dependencies.
    ("plex-api-example-own-spec", "normal,dev"),
];

/// Check that users of plex-api compile no package of the generator
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, out: &mut impl Write) -> Result<()> {
    for (package, edges) in WITHOUT_GENERATOR {
        let features = features(&cargo::metadata(package)?)?;
        let mut command = cargo::command();
        command
            .args(["tree", "-p", package, "-e", edges, "--features", &features])
            .args("--target all --prefix none --format {p}".split(' '));
        let tree = cargo::stdout(&mut command)?;
        let found = generator_packages(&tree);
        ensure!(
            found.is_empty(),
            "{package} depends on the generator's packages: {}",
            found.join(", ")
        );
        writeln!(out, "{package} depends on no package of the generator")?;
    }
    Ok(())
}

/// Returns all features of a package but [`CODEGEN`], separated by commas.
fn features(metadata: &Value) -> Result<String> {
    let features = metadata["features"]
        .as_object()
        .context("`cargo metadata` lists no features")?;
    let names = features.keys().map(String::as_str);
    Ok(names
        .filter(|name| *name != CODEGEN)
        .collect::<Vec<_>>()
        .join(","))
}

/// Returns the generator's packages among the lines `name version ...` of a tree.
fn generator_packages(tree: &str) -> Vec<&str> {
    let mut found: Vec<_> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| GENERATOR.contains(name))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_whole_names_count() {
        let tree = "plex-api v0.1.0 (/w/plex-api)\nclap_lex v1.1.0\ntypify-impl v0.8.0\n";
        assert!(generator_packages(tree).is_empty());
    }

    #[test]
    fn each_package_is_listed_once() {
        let tree = "typify v0.8.0\nprogenitor v0.15.1\n\ntypify v0.8.0 (*)\n";
        assert_eq!(generator_packages(tree), ["progenitor", "typify"]);
    }

    #[test]
    fn all_features_but_codegen_are_checked() {
        let features_of = |listed: Value| features(&json!({ "features": listed })).unwrap();
        assert_eq!(
            features_of(json!({"codegen": [], "jwt": [], "qr": []})),
            "jwt,qr"
        );
        assert_eq!(features_of(json!({})), "");
        assert!(features(&json!({})).is_err());
    }
}
