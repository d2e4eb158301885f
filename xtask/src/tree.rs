//! `cargo xtask tree`: who depends on plex-api does not compile its generator.

use std::io::Write;

use anyhow::{Result, ensure};

use crate::cargo;

/// What only the generator may depend on. (progenitor-client is meant to be in the tree.)
const GENERATOR: [&str; 6] = [
    "openapiv3",
    "prettyplease",
    "progenitor",
    "progenitor-impl",
    "progenitor-macro",
    "typify",
];

/// Check that a user of plex-api compiles no package of the generator
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, out: &mut impl Write) -> Result<()> {
    let args =
        "tree -p plex-api -e normal,build --all-features --target all --prefix none --format {p}";
    let tree = cargo::stdout(cargo::command().args(args.split(' ')))?;
    let found = generator_packages(&tree);
    ensure!(
        found.is_empty(),
        "plex-api depends on the generator's packages: {}",
        found.join(", ")
    );
    writeln!(out, "plex-api depends on no package of the generator")?;
    Ok(())
}

/// The generator's packages among the lines `name version ...` of a tree.
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
    use super::*;

    #[test]
    fn only_whole_names_count() {
        let tree = "plex-api v0.1.0 (/w/plex-api)\nprogenitor-client v0.15.1\ntypify-impl v0.8.0\n";
        assert!(generator_packages(tree).is_empty());
    }

    #[test]
    fn each_is_named_once() {
        let tree = "typify v0.8.0\nprogenitor v0.15.1\n\ntypify v0.8.0 (*)\n";
        assert_eq!(generator_packages(tree), ["progenitor", "typify"]);
    }
}
