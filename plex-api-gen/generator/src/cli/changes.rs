//! The operations and models that differ between two versions of the generated code.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use quote::ToTokens;
use syn::visit::Visit;
use syn::{File, ImplItem, Item, Path};

use crate::external_crate;
use crate::syntax::type_path;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Operation,
    Model,
}

/// The code of each operation and model of a generated client.
#[derive(Debug, Default)]
pub struct Contents(BTreeMap<(Kind, String), String>);

impl Contents {
    /// Reads generated code.
    ///
    /// # Errors
    /// When it is not Rust code.
    pub fn of(code: &str) -> Result<Self> {
        let file = external_crate::parse(code).context("the generated code is not Rust code")?;
        let mut contents = Self::default();
        contents.add_operations(&file);
        contents.add_models(&file);
        Ok(contents)
    }

    /// Returns one line for each operation and model that was added, removed or changed since an old version.
    ///
    /// An old version that cannot be parsed counts as empty.
    pub fn changes_since(&self, old: &str) -> String {
        let Self(old) = Self::of(old).unwrap_or_default();
        let mut differences: Vec<(&(Kind, String), &str)> = Vec::new();
        for (key, code) in &self.0 {
            match old.get(key) {
                None => differences.push((key, "added")),
                Some(before) if before != code => differences.push((key, "changed")),
                Some(_) => {}
            }
        }
        let removed = old.keys().filter(|key| !self.0.contains_key(*key));
        differences.extend(removed.map(|key| (key, "removed")));
        differences.sort_unstable();
        let lines = differences
            .into_iter()
            .map(|((kind, name), how)| match kind {
                Kind::Operation => format!("operation {name}: {how}\n"),
                Kind::Model => format!("model {name}: {how}\n"),
            });
        lines.collect()
    }

    /// Returns the numbers of operations, models and warnings.
    pub fn summary(&self, warnings: usize) -> String {
        let of_kind = |wanted| self.0.keys().filter(|(kind, _)| *kind == wanted).count();
        let count = |number: usize, word: &str| match number {
            1 => format!("1 {word}"),
            _ => format!("{number} {word}s"),
        };
        [
            count(of_kind(Kind::Operation), "operation"),
            count(of_kind(Kind::Model), "model"),
            count(warnings, "warning"),
        ]
        .join(", ")
    }

    /// Adds every async method of the client, with the struct of its request and what is implemented for it.
    fn add_operations(&mut self, file: &File) {
        let mut requests: BTreeMap<String, String> = BTreeMap::new();
        for item in items_of(file, "requests") {
            let name = match item {
                Item::Struct(item) => Some(item.ident.to_string()),
                Item::Impl(item) => type_path(&item.self_ty).and_then(last_name),
                _ => None,
            };
            if let Some(name) = name {
                *requests.entry(name).or_default() += &item.to_token_stream().to_string();
            }
        }
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
            let mut code = method.to_token_stream().to_string();
            let mut request = RequestName(None);
            request.visit_impl_item_fn(method);
            if let Some(request) = request.0.and_then(|name| requests.get(&name)) {
                code += request;
            }
            let key = (Kind::Operation, method.sig.ident.to_string());
            self.0.insert(key, code);
        }
    }

    /// Adds every type of `mod types`.
    fn add_models(&mut self, file: &File) {
        for item in items_of(file, "types") {
            let name = match item {
                Item::Struct(item) => &item.ident,
                Item::Enum(item) => &item.ident,
                Item::Type(item) => &item.ident,
                _ => continue,
            };
            let key = (Kind::Model, name.to_string());
            self.0.insert(key, item.to_token_stream().to_string());
        }
    }
}

/// Returns the items of a module at the top of the file.
fn items_of<'a>(file: &'a File, module: &'a str) -> impl Iterator<Item = &'a Item> {
    let modules = file.items.iter().filter_map(move |item| match item {
        Item::Mod(item) if item.ident == module => item.content.as_ref(),
        _ => None,
    });
    modules.flat_map(|(_, items)| items)
}

fn last_name(path: &Path) -> Option<String> {
    Some(path.segments.last()?.ident.to_string())
}

/// Finds `requests::NAME` in a method.
struct RequestName(Option<String>);

impl<'ast> Visit<'ast> for RequestName {
    fn visit_path(&mut self, path: &'ast Path) {
        if path
            .segments
            .first()
            .is_some_and(|first| first.ident == "requests")
        {
            // The second segment: a call has a third one, `new`.
            self.0 = path
                .segments
                .iter()
                .nth(1)
                .map(|name| name.ident.to_string());
        }
        syn::visit::visit_path(self, path);
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
            pub async fn get_pin(&self, request: requests::GetPinRequest) { request.send() }
            pub async fn link_pin(&self) { requests::LinkPinRequest::new().send() }
        }
        pub mod requests {
            pub struct GetPinRequest { number: i32 }
            impl GetPinRequest { pub fn new(number: i32) -> Self { Self { number } } }
            pub struct LinkPinRequest {}
            impl Request for LinkPinRequest { const OPERATION: u8 = 1; }
        }
    ";

    fn changed(from: &str, to: &str) -> String {
        assert!(OLD.contains(from), "{from}");
        list(OLD, &OLD.replace(from, to)).unwrap()
    }

    fn list(old: &str, new: &str) -> Result<String> {
        Ok(Contents::of(new)?.changes_since(old))
    }

    fn summary(code: &str, warnings: usize) -> String {
        Contents::of(code).unwrap().summary(warnings)
    }

    #[test]
    fn added_removed_and_changed() {
        assert_eq!(
            changed("link_pin", "link"),
            "operation link: added\noperation link_pin: removed\n"
        );
        assert_eq!(
            changed("request.send()", "send(request)"),
            "operation get_pin: changed\n"
        );
        for (from, to) in [
            ("number: i32 }", "number: u32 }"),
            ("number: i32)", "number: u32)"),
        ] {
            assert_eq!(changed(from, to), "operation get_pin: changed\n");
        }
        assert_eq!(changed("u8 = 1", "u8 = 2"), "operation link_pin: changed\n");
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
        assert_eq!(summary(&external, 0), "2 operations, 2 models, 0 warnings");
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
        assert_eq!(summary(OLD, 1), "2 operations, 2 models, 1 warning");
    }
}
