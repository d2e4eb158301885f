//! What changed between two versions of the generated code, in the words of an API.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{File, ImplItem, Item, ItemImpl, Type};

use super::docs::without_docs;

/// An operation or a model that the two versions do not share.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    kind: Kind,
    name: String,
    how: How,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Operation,
    Model,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Added,
    Removed,
    Changed,
    Documentation,
}

/// One line for each operation and model that is added, removed or changed.
///
/// An old version that is no Rust code counts as empty.
///
/// # Errors
///
/// The new version is no Rust code.
pub(crate) fn report(old: &str, new: &str) -> Result<String> {
    let new = syn::parse_file(new).context("the generated code is no Rust code")?;
    let (old, mut lines) = match syn::parse_file(old) {
        Ok(old) => (old, String::new()),
        Err(_) => (
            syn::parse_str("")?,
            String::from("the old code was no Rust code: all counts as added\n"),
        ),
    };
    let differences = compare(&old, &new);
    if differences.is_empty() {
        lines += "no operation and no model changed, only what is around them\n";
    }
    for difference in differences {
        lines += &format!("{difference}\n");
    }
    Ok(lines)
}

/// The operations and models that differ: operations first, each kind by name.
fn compare(old: &File, new: &File) -> Vec<Difference> {
    let (mut old, new) = (items(old), items(new));
    let mut found = Vec::new();
    for ((kind, name), tokens) in new {
        let how = match old.remove(&(kind, name.clone())) {
            None => How::Added,
            Some(before) if before.to_string() == tokens.to_string() => continue,
            Some(before) => {
                let same = without_docs(before).to_string() == without_docs(tokens).to_string();
                if same {
                    How::Documentation
                } else {
                    How::Changed
                }
            }
        };
        found.push(Difference { kind, name, how });
    }
    found.extend(old.into_keys().map(|(kind, name)| Difference {
        kind,
        name,
        how: How::Removed,
    }));
    found.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    found
}

type Items = BTreeMap<(Kind, String), TokenStream>;

/// The operations (async methods of `impl Client`, with what `mod operations` says of them) and the models (types in
/// `mod types`, with their impls).
fn items(file: &File) -> Items {
    let mut found = Items::new();
    for block in file.items.iter().filter_map(client_impl) {
        for member in &block.items {
            if let ImplItem::Fn(method) = member
                && method.sig.asyncness.is_some()
                // A second form of the operation, generic over its answer.
                && method.sig.generics.type_params().next().is_none()
            {
                let key = (Kind::Operation, method.sig.ident.to_string());
                found
                    .entry(key)
                    .or_default()
                    .extend(method.to_token_stream());
            }
        }
    }
    for item in module(file, "operations") {
        if let Item::Static(item) = item {
            let key = (Kind::Operation, item.ident.to_string().to_lowercase());
            found
                .entry(key)
                .and_modify(|tokens| tokens.extend(item.to_token_stream()));
        }
    }
    for item in module(file, "types") {
        if let Some(name) = model_name(item) {
            found
                .entry((Kind::Model, name))
                .or_default()
                .extend(item.to_token_stream());
        }
    }
    found
}

fn client_impl(item: &Item) -> Option<&ItemImpl> {
    match item {
        Item::Impl(block)
            if block.trait_.is_none()
                && self_name(&block.self_ty).is_some_and(|name| name == "Client") =>
        {
            Some(block)
        }
        _ => None,
    }
}

/// The items of the module of that name.
fn module<'a>(file: &'a File, name: &'a str) -> impl Iterator<Item = &'a Item> {
    let modules = file.items.iter().filter_map(move |item| match item {
        Item::Mod(module) if module.ident == name => module.content.as_ref(),
        _ => None,
    });
    modules.flat_map(|(_, items)| items)
}

/// The model that an item defines or implements something for.
fn model_name(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        Item::Impl(block) => self_name(&block.self_ty),
        _ => None,
    }
}

fn self_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Operation => "operation",
            Kind::Model => "model",
        };
        let how = match self.how {
            How::Added => "added",
            How::Removed => "removed",
            How::Changed => "changed",
            How::Documentation => "changed (documentation only)",
        };
        write!(f, "{kind} {}: {how}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "
        // SHA-256 1
        pub mod types {
            /// A PIN.
            #[derive(Debug)]
            pub struct Pin { /** Its number. */ pub id: i64 }
            impl Pin { pub fn new() -> Self { Self { id: 1 } } }
            pub enum Kind { A }
            pub mod error {}
        }
        impl Client {
            pub fn new() -> Self { Self }
            pub fn transport(&self) {}
        }
        impl Client {
            /// Gets a PIN.
            pub async fn get_pin(&self, id: i64) -> types::Pin { self.get(id) }
            pub async fn link_pin(&self) {}
        }
        pub mod operations {
            pub static ALL: &[&Operation] = &[&GET_PIN];
            pub static GET_PIN: Operation = Operation { token: false };
        }
        impl ClientInfo for Client { fn baseurl(&self) {} }
    ";

    fn changed(from: &str, to: &str) -> String {
        assert!(OLD.contains(from), "{from}");
        report(OLD, &OLD.replace(from, to)).unwrap()
    }

    #[test]
    fn operations() {
        assert_eq!(
            changed("link_pin", "link"),
            "operation link: added\noperation link_pin: removed\n"
        );
        assert_eq!(
            changed("id: i64)", "id: u64)"),
            "operation get_pin: changed\n"
        );
        assert_eq!(
            changed("self.get(id)", "self.get(1)"),
            "operation get_pin: changed\n"
        );
        assert_eq!(
            changed("token: false", "token: true"),
            "operation get_pin: changed\n"
        );
        assert_eq!(
            changed("Gets a PIN.", "Reads a PIN."),
            "operation get_pin: changed (documentation only)\n"
        );
    }

    #[test]
    fn models() {
        assert_eq!(
            changed("Kind", "Sort"),
            "model Kind: removed\nmodel Sort: added\n"
        );
        assert_eq!(
            changed("pub id: i64", "pub id: u64"),
            "model Pin: changed\n"
        );
        assert_eq!(changed("id: 1 }", "id: 2 }"), "model Pin: changed\n");
        assert_eq!(changed("#[derive(Debug)]", ""), "model Pin: changed\n");
        assert_eq!(
            changed("A PIN", "The PIN"),
            "model Pin: changed (documentation only)\n"
        );
        assert_eq!(
            changed("Its number", "Its id"),
            "model Pin: changed (documentation only)\n"
        );
    }

    #[test]
    fn anything_else_is_around_them() {
        let around = "no operation and no model changed, only what is around them\n";
        assert_eq!(changed("SHA-256 1", "SHA-256 2"), around);
        assert_eq!(changed("fn baseurl(&self) {}", ""), around);
        assert_eq!(changed("pub mod error {}", ""), around);
    }

    #[test]
    fn a_broken_old_version_counts_as_empty() {
        let all = "operation get_pin: added\noperation link_pin: added\nmodel Kind: added\nmodel Pin: added\n";
        assert_eq!(report("", OLD).unwrap(), all);
        let note = "the old code was no Rust code: all counts as added\n";
        assert_eq!(report("fn (", OLD).unwrap(), format!("{note}{all}"));
    }

    #[test]
    fn a_broken_new_version_is_an_error() {
        assert!(report(OLD, "fn (").is_err());
    }
}
