//! The operations and models that differ between two versions of the generated code.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use quote::ToTokens;
use syn::{File, ImplItem, Item};

use crate::external_crate;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Operation,
    Model,
}

/// The code of each operation and model.
type Items = BTreeMap<(Kind, String), String>;

/// Returns one line for each operation and model that was added, removed or changed.
///
/// An old version that cannot be parsed counts as empty.
///
/// # Errors
/// When the new version is not Rust code.
pub fn list(old: &str, new: &str) -> Result<String> {
    let old = items(old).unwrap_or_default();
    let new = items(new)?;
    let mut differences: Vec<(&(Kind, String), &str)> = Vec::new();
    for (key, code) in &new {
        match old.get(key) {
            None => differences.push((key, "added")),
            Some(before) if before != code => differences.push((key, "changed")),
            Some(_) => {}
        }
    }
    let removed = old.keys().filter(|key| !new.contains_key(*key));
    differences.extend(removed.map(|key| (key, "removed")));
    differences.sort_unstable();
    let lines = differences
        .into_iter()
        .map(|((kind, name), how)| match kind {
            Kind::Operation => format!("operation {name}: {how}\n"),
            Kind::Model => format!("model {name}: {how}\n"),
        });
    Ok(lines.collect())
}

/// Returns the numbers of operations, models and warnings.
///
/// # Errors
/// When the code is not Rust code.
pub fn summary(code: &str, warnings: usize) -> Result<String> {
    let items = items(code)?;
    let of_kind = |wanted| items.keys().filter(|(kind, _)| *kind == wanted).count();
    let count = |number: usize, word: &str| match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    };
    Ok([
        count(of_kind(Kind::Operation), "operation"),
        count(of_kind(Kind::Model), "model"),
        count(warnings, "warning"),
    ]
    .join(", "))
}

fn items(code: &str) -> Result<Items> {
    let file = external_crate::parse(code).context("the generated code is not Rust code")?;
    let mut items = Items::new();
    operations(&file, &mut items);
    models(&file, &mut items);
    Ok(items)
}

/// Adds every async method of an impl block. `get_pin_as` is a variant of `get_pin` and counts as a part of it.
fn operations(file: &File, items: &mut Items) {
    let blocks = file.items.iter().filter_map(|item| match item {
        Item::Impl(block) => Some(&block.items),
        _ => None,
    });
    for member in blocks.flatten() {
        let ImplItem::Fn(method) = member else {
            continue;
        };
        if method.sig.asyncness.is_none() {
            continue;
        }
        let name = method.sig.ident.to_string();
        let variant_of = name
            .strip_suffix("_as")
            .map(|main| (Kind::Operation, main.to_owned()))
            .filter(|key| items.contains_key(key));
        let key = variant_of.unwrap_or((Kind::Operation, name));
        *items.entry(key).or_default() += &method.to_token_stream().to_string();
    }
}

/// Adds every type of `mod types`.
fn models(file: &File, items: &mut Items) {
    for item in &file.items {
        let Item::Mod(module) = item else { continue };
        if module.ident != "types" {
            continue;
        }
        for item in module.content.iter().flat_map(|(_, items)| items) {
            let name = match item {
                Item::Struct(item) => &item.ident,
                Item::Enum(item) => &item.ident,
                Item::Type(item) => &item.ident,
                _ => continue,
            };
            let key = (Kind::Model, name.to_string());
            items.insert(key, item.to_token_stream().to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "
        pub mod types {
            /// A PIN.
            pub struct Pin { pub id: i64 }
            impl Default for Pin { fn default() -> Self { Pin { id: 1 } } }
            pub enum Kind { A }
            pub mod error {}
        }
        impl Client {
            pub fn transport(&self) {}
            pub async fn get_pin(&self, id: i64) { self.get(id) }
            pub async fn get_pin_as<T>(&self, id: i64) { self.get(id) }
            pub async fn link_pin(&self) {}
        }
    ";

    fn changed(from: &str, to: &str) -> String {
        assert!(OLD.contains(from), "{from}");
        list(OLD, &OLD.replace(from, to)).unwrap()
    }

    #[test]
    fn added_removed_and_changed() {
        assert_eq!(
            changed("link_pin", "link"),
            "operation link: added\noperation link_pin: removed\n"
        );
        assert_eq!(
            changed("id: i64)", "id: u64)"),
            "operation get_pin: changed\n"
        );
        assert_eq!(changed("as<T>", "as<U>"), "operation get_pin: changed\n");
        assert_eq!(
            changed("Kind", "Sort"),
            "model Kind: removed\nmodel Sort: added\n"
        );
        assert_eq!(changed("id: i64 }", "id: u64 }"), "model Pin: changed\n");
        assert_eq!(changed("A PIN", "The PIN"), "model Pin: changed\n");
        assert_eq!(changed("pub mod error {}", ""), "");
    }

    #[test]
    fn the_code_of_an_external_crate_counts_like_any_other() {
        let external = external_crate::in_macro(OLD, "plex_api::generated");
        assert_eq!(list(OLD, &external).unwrap(), "");
        assert_eq!(
            summary(&external, 0).unwrap(),
            "2 operations, 2 models, 0 warnings"
        );
    }

    #[test]
    fn an_old_version_that_is_not_rust_counts_as_empty() {
        let all = "operation get_pin: added\noperation link_pin: added\nmodel Kind: added\nmodel Pin: added\n";
        assert_eq!(list("", OLD).unwrap(), all);
        assert_eq!(list("<<<<<<<", OLD).unwrap(), all);
        assert!(list(OLD, "fn (").is_err());
    }

    #[test]
    fn operations_and_models_are_counted() {
        assert_eq!(
            summary(OLD, 1).unwrap(),
            "2 operations, 2 models, 1 warning"
        );
    }
}
