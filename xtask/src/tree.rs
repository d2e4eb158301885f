//! `cargo xtask tree`: who depends on plex-api does not compile its generator, and whose build script runs it does not have
//! it in the program.

use std::io::Write;

use anyhow::{Result, ensure};

use crate::cargo;

/// What only the generator may depend on. (progenitor-client is meant to be in the tree.)
const GENERATOR: [&str; 7] = [
    "openapiv3",
    "plex-api-codegen",
    "prettyplease",
    "progenitor",
    "progenitor-impl",
    "progenitor-macro",
    "typify",
];

/// A package, and the kinds of dependencies among which nothing of the generator may be.
const WITHOUT_GENERATOR: [(&str, &str); 2] = [
    ("plex-api", "normal,build"),
    // A user who generates a client of their own. Its plain dependencies are those of an example.
    ("plex-api-example-own-spec", "normal,dev"),
];

/// Check that a user of plex-api compiles no package of the generator
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_: &Args, out: &mut impl Write) -> Result<()> {
    for (package, edges) in WITHOUT_GENERATOR {
        let mut command = cargo::command();
        command
            .args(["tree", "-p", package, "-e", edges])
            .args("--all-features --target all --prefix none --format {p}".split(' '));
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
