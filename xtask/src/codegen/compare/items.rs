//! What the generated code consists of: the client, its operations and its models.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{File, GenericArgument, ImplItem, ImplItemFn, Item, ItemImpl, PathArguments, Type};

/// The type that has the operations as its methods.
const CLIENT: &str = "Client";

/// How the second form of an operation, generic over its answer, differs from the first in name.
const SECOND_FORM: &str = "_as";

/// What its answer is called; a body may have a type of its own, too.
const ANSWER: &str = "Answer";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Client,
    Operation,
    Model,
}

/// All that belongs to one operation or model, or to the client beside its operations.
#[derive(Default)]
pub(super) struct Parts {
    /// The definition of a type and the impls for it.
    pub(super) items: Vec<Item>,
    /// The forms of an operation.
    pub(super) methods: Vec<ImplItemFn>,
}

pub(super) type Items = BTreeMap<(Kind, String), Parts>;

impl Parts {
    pub(super) fn tokens(&self) -> TokenStream {
        let (items, methods) = (&self.items, &self.methods);
        let mut tokens = TokenStream::new();
        items.iter().for_each(|item| item.to_tokens(&mut tokens));
        methods.iter().for_each(|form| form.to_tokens(&mut tokens));
        tokens
    }
}

pub(super) fn items(file: &File) -> Items {
    let mut found = Items::new();
    for item in &file.items {
        match item {
            Item::Impl(block) if is_client(item) => client_impl(block, &mut found),
            _ if is_client(item) => add(&mut found, Kind::Client, CLIENT, item.clone()),
            _ => {}
        }
    }
    operation_statics(file, &mut found);
    models(file, &mut found);
    found
}

fn add(found: &mut Items, kind: Kind, name: &str, item: Item) {
    let parts = found.entry((kind, name.to_owned())).or_default();
    parts.items.push(item);
}

fn is_client(item: &Item) -> bool {
    match item {
        Item::Struct(item) => item.ident == CLIENT,
        Item::Impl(block) => type_name(&block.self_ty).is_some_and(|name| name == CLIENT),
        _ => false,
    }
}

/// The async methods of the client are the operations; everything else is its own.
fn client_impl(block: &ItemImpl, found: &mut Items) {
    let mut own = block.clone();
    if block.trait_.is_none() {
        own.items
            .retain(|member| !matches!(member, ImplItem::Fn(method) if is_operation(method)));
        for member in &block.items {
            if let ImplItem::Fn(method) = member
                && is_operation(method)
            {
                let parts = found.entry((Kind::Operation, operation_name(method)));
                parts.or_default().methods.push(method.clone());
            }
        }
        if own.items.is_empty() {
            return;
        }
    }
    add(found, Kind::Client, CLIENT, Item::Impl(own));
}

fn is_operation(method: &ImplItemFn) -> bool {
    method.sig.asyncness.is_some()
}

fn operation_name(method: &ImplItemFn) -> String {
    let name = method.sig.ident.to_string();
    match name.strip_suffix(SECOND_FORM) {
        Some(first) if is_second_form(method) => first.to_owned(),
        _ => name,
    }
}

pub(super) fn is_second_form(method: &ImplItemFn) -> bool {
    let mut parameters = method.sig.generics.type_params();
    parameters.any(|parameter| parameter.ident == ANSWER)
}

/// What `mod operations` says of each operation.
fn operation_statics(file: &File, found: &mut Items) {
    for item in module(file, "operations") {
        if let Item::Static(about) = item {
            let key = (Kind::Operation, about.ident.to_string().to_lowercase());
            if let Some(parts) = found.get_mut(&key) {
                parts.items.push(item.clone());
            }
        }
    }
}

/// The types in `mod types`, with their impls.
fn models(file: &File, found: &mut Items) {
    let names: BTreeSet<String> = module(file, "types").filter_map(defined).collect();
    for item in module(file, "types") {
        let name = match item {
            Item::Impl(block) => implemented_for(block, &names),
            _ => defined(item),
        };
        if let Some(name) = name {
            add(found, Kind::Model, &name, item.clone());
        }
    }
}

fn defined(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The model that an impl belongs to, which in `impl From<Pin> for String` is in the trait.
fn implemented_for(block: &ItemImpl, models: &BTreeSet<String>) -> Option<String> {
    let in_trait = block.trait_.iter().flat_map(|(path, _)| {
        let arguments = path.segments.iter().filter_map(|it| match &it.arguments {
            PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
            _ => None,
        });
        arguments.flatten().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => type_name(ty),
            _ => None,
        })
    });
    let mut names = type_name(&block.self_ty).into_iter().chain(in_trait);
    names.find(|name| models.contains(name))
}

fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|it| it.ident.to_string()),
        Type::Reference(reference) => type_name(&reference.elem),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> Vec<(Kind, String, usize, usize)> {
        let items = items(&syn::parse_file(code).unwrap()).into_iter();
        items
            .map(|((kind, name), parts)| (kind, name, parts.items.len(), parts.methods.len()))
            .collect()
    }

    #[test]
    fn an_operation_is_both_forms_and_what_is_said_of_it() {
        let code = "
            impl Client {
                pub async fn get_pin(&self) -> types::Pin {}
                pub async fn get_pin_as<Answer: Read>(&self) -> Answer {}
                pub async fn sign_in_as(&self) {}
            }
            pub mod operations { pub static ALL: u8 = 1; pub static GET_PIN: u8 = 1; }
        ";
        let expected = [
            (Kind::Operation, String::from("get_pin"), 1, 2),
            (Kind::Operation, String::from("sign_in_as"), 0, 1),
        ];
        assert_eq!(found(code), expected);
    }

    #[test]
    fn the_client_is_what_remains_of_it() {
        let code = "
            pub struct Client {}
            impl Client { pub fn new() -> Self {} pub async fn ping(&self) {} }
            impl Clone for Client {}
            impl Client { pub async fn pong(&self) {} }
        ";
        assert_eq!(found(code)[0], (Kind::Client, String::from("Client"), 3, 0));
        assert_eq!(found(code).len(), 3);
    }

    #[test]
    fn a_model_has_its_impls_wherever_it_is_named() {
        let code = "pub mod types {
            pub struct Pin(pub String);
            impl From<Pin> for String {}
            impl ::std::convert::From<&Pin> for String {}
            impl std::fmt::Display for Pin {}
            impl From<u8> for Other {}
            pub mod error { pub struct ConversionError; }
        }";
        assert_eq!(found(code), [(Kind::Model, String::from("Pin"), 4, 0)]);
    }
}
