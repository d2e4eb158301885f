//! What callers can hold on to in an operation or a model: as facts, which two versions have or have not in common.

use std::collections::BTreeMap;
use std::fmt;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Field, Fields, GenericArgument, ImplItem, ImplItemFn, Item, ItemEnum, ItemImpl,
    ItemStruct, Meta, Path, PathArguments, Token, Visibility,
};

use super::items::{Parts, is_second_form};

/// A thing that callers may rely on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    /// The arguments of an operation, names included: only they tell arguments of one type apart.
    Arguments,
    Answer,
    /// Whether a type is a struct, an enum or another type's second name.
    Form,
    Field(String),
    Variant(String),
    /// That callers may name all fields or variants. `#[non_exhaustive]` and private fields forbid it.
    Exhaustive,
    Method(String),
    Trait(String),
}

/// Every fact, with the code that it consists of.
pub(super) type Face = BTreeMap<Fact, String>;

/// The face of one operation or model.
pub(super) fn face(parts: &Parts) -> Face {
    let mut face = Face::new();
    for method in &parts.methods {
        operation(method, &mut face);
    }
    for item in &parts.items {
        match item {
            Item::Struct(item) => structure(item, &mut face),
            Item::Enum(item) => enumeration(item, &mut face),
            Item::Type(item) => {
                let (generics, ty) = (&item.generics, &item.ty);
                face.insert(Fact::Form, text(quote!(type #generics = #ty)));
            }
            Item::Impl(block) => implementation(block, &mut face),
            _ => {}
        }
    }
    face
}

fn operation(method: &ImplItemFn, face: &mut Face) {
    let (generics, inputs, output) = (&method.sig.generics, &method.sig.inputs, &method.sig.output);
    if is_second_form(method) {
        let name = method.sig.ident.to_string();
        face.insert(Fact::Method(name), text(quote!(#generics #output)));
    } else {
        face.insert(Fact::Arguments, text(inputs));
        face.insert(Fact::Answer, text(output));
    }
}

fn structure(item: &ItemStruct, face: &mut Face) {
    let form = match &item.fields {
        Fields::Named(_) => "named fields",
        Fields::Unnamed(_) => "numbered fields",
        Fields::Unit => "no fields",
    };
    let generics = text(&item.generics);
    face.insert(Fact::Form, format!("struct {generics} of {form}"));
    if !is_non_exhaustive(&item.attrs) && item.fields.iter().all(is_public) {
        face.insert(Fact::Exhaustive, String::new());
    }
    for (index, field) in item.fields.iter().enumerate() {
        if is_public(field) {
            face.insert(Fact::Field(name(field, index)), text(&field.ty));
        }
    }
    derives(&item.attrs, face);
}

fn enumeration(item: &ItemEnum, face: &mut Face) {
    face.insert(Fact::Form, format!("enum {}", text(&item.generics)));
    if !is_non_exhaustive(&item.attrs) {
        face.insert(Fact::Exhaustive, String::new());
    }
    for variant in &item.variants {
        let mut fields = variant.fields.clone();
        fields.iter_mut().for_each(|field| field.attrs.clear());
        face.insert(Fact::Variant(variant.ident.to_string()), text(fields));
    }
    derives(&item.attrs, face);
}

fn is_public(field: &Field) -> bool {
    matches!(field.vis, Visibility::Public(_))
}

fn name(field: &Field, index: usize) -> String {
    let ident = field.ident.as_ref();
    ident.map_or_else(|| index.to_string(), ToString::to_string)
}

fn is_non_exhaustive(attributes: &[Attribute]) -> bool {
    let mut attributes = attributes.iter();
    attributes.any(|attribute| attribute.path().is_ident("non_exhaustive"))
}

/// The traits of `#[derive(...)]`, also where a feature has to be switched on for them.
fn derives(attributes: &[Attribute], face: &mut Face) {
    for attribute in attributes {
        derived(&attribute.meta, "", face);
        if attribute.path().is_ident("cfg_attr")
            && let Ok(metas) =
                attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            && let Some(condition) = metas.first().map(text)
        {
            let attributes = metas.iter().skip(1);
            attributes.for_each(|meta| derived(meta, &condition, face));
        }
    }
}

fn derived(meta: &Meta, condition: &str, face: &mut Face) {
    if let Meta::List(list) = meta
        && list.path.is_ident("derive")
        && let Ok(paths) = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
    {
        for path in paths {
            face.insert(Fact::Trait(trait_name(&path)), condition.to_owned());
        }
    }
}

fn implementation(block: &ItemImpl, face: &mut Face) {
    let Some((path, _)) = &block.trait_ else {
        let methods = block.items.iter().filter_map(|member| match member {
            ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => Some(method),
            _ => None,
        });
        face.extend(methods.map(|method| {
            let name = method.sig.ident.to_string();
            (Fact::Method(name), text(&method.sig))
        }));
        return;
    };
    let types = block.items.iter().filter_map(|member| match member {
        ImplItem::Type(ty) => Some(ty.to_token_stream()),
        _ => None,
    });
    let mut name = trait_name(path);
    if name.ends_with('>') {
        name += &format!(" for {}", text(&block.self_ty));
    }
    face.insert(Fact::Trait(name), text(types.collect::<TokenStream>()));
}

/// The trait, whether derived or implemented by hand: its name and the types that it is given.
fn trait_name(path: &Path) -> String {
    let Some(segment) = path.segments.last() else {
        return String::new();
    };
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    let types: Vec<String> = arguments
        .into_iter()
        .flatten()
        .filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)))
        .map(|argument| text(argument).replace("& ", "&"))
        .collect();
    match types.as_slice() {
        [] => segment.ident.to_string(),
        types => format!("{}<{}>", segment.ident, types.join(", ")),
    }
}

fn text(tokens: impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arguments => f.write_str("arguments"),
            Self::Answer => f.write_str("answer"),
            Self::Form => f.write_str("kind of type"),
            Self::Field(name) => write!(f, "field {name}"),
            Self::Variant(name) => write!(f, "variant {name}"),
            Self::Exhaustive => f.write_str("exhaustiveness"),
            Self::Method(name) => write!(f, "method {name}"),
            Self::Trait(name) => write!(f, "trait {name}"),
        }
    }
}
