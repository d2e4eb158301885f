//! Unions: one variant for each alternative, and one for any other JSON.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Ident, Item, ItemStruct, Path, Type, parse_quote};

use crate::lower::{Union, property};
use crate::names::first_free;
use crate::syntax::argument_of;

/// Returns the items of a union in place of the struct that typify wrote, which has a field for each alternative.
pub(super) fn finish(
    fields: &ItemStruct,
    union: &Union,
    runtime: &Path,
    is_ours: bool,
) -> Vec<Item> {
    let name = &fields.ident;
    let docs = fields
        .attrs
        .iter()
        .filter(|attribute| super::is_doc(attribute));
    let mut taken = BTreeSet::new();
    let mut free = |wanted: &str| {
        let name = first_free(wanted, |name| taken.insert(name.to_owned()));
        format_ident!("{name}")
    };
    let mut variants: Vec<Ident> = Vec::new();
    let mut types: Vec<&Type> = Vec::new();
    let mut alternatives: Vec<TokenStream> = Vec::new();
    for (index, alternative) in union.alternatives.iter().enumerate() {
        let Some(ty) = type_of(fields, index) else {
            continue;
        };
        let variant = free(&alternative.name);
        let tags = &alternative.tags;
        let shape = shape(&alternative.shape, runtime);
        let number = syn::Index::from(variants.len());
        alternatives.push(quote!(#number #variant: [#(#tags),*] #shape));
        variants.push(variant);
        types.push(ty);
    }
    let other = if variants.iter().any(|variant| variant == "Other") {
        free("OtherValue")
    } else {
        free("Other")
    };
    let discriminator = match &union.discriminator {
        Some(name) => quote!(::core::option::Option::Some(#name)),
        None => quote!(::core::option::Option::None),
    };
    let attributes = super::attributes_of_enum(is_ours);
    let mut items: Vec<Item> = vec![
        parse_quote! {
            #(#docs)*
            #[derive(Clone, PartialEq)]
            #attributes
            pub enum #name {
                #(#variants(#types),)*
                /// Any other value.
                #other(::serde_json::Value),
            }
        },
        parse_quote!(#runtime::union!(#name, #other, #discriminator, { #(#alternatives,)* });),
    ];
    if is_ours {
        let schema = quote!({"anyOf": [#(generator.subschema_for::<#types>()),*]});
        items.push(super::json_schema(name, &quote!(generator), &schema));
    }
    items
}

/// Returns the type of an alternative.
fn type_of(fields: &ItemStruct, index: usize) -> Option<&Type> {
    let name = property(index);
    let field = fields
        .fields
        .iter()
        .find(|field| field.ident.as_ref().is_some_and(|ident| *ident == name))?;
    Some(argument_of(&field.ty, &["std", "option", "Option"]).unwrap_or(&field.ty))
}

/// Writes a shape as an expression of the runtime.
fn shape(shape: &Value, runtime: &Path) -> TokenStream {
    let texts = |value: &Value| -> Vec<String> {
        let values = value.as_array().into_iter().flatten();
        values
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let path = quote!(#runtime::open::Shape);
    if let Some(name) = shape.as_str() {
        let name = format_ident!("{name}");
        return quote!(#path::#name);
    }
    let Some((name, value)) = shape.as_object().and_then(|shape| shape.iter().next()) else {
        return quote!(#path::Any);
    };
    match name.as_str() {
        "OneOf" => {
            let values = texts(value);
            quote!(#path::OneOf(&[#(#values),*]))
        }
        "Array" => {
            let item = self::shape(value, runtime);
            quote!(#path::Array(&#item))
        }
        "Union" => {
            let shapes = value.as_array().into_iter().flatten();
            let shapes = shapes.map(|one| self::shape(one, runtime));
            quote!(#path::Union(&[#(#shapes),*]))
        }
        _ => {
            let (required, known) = (texts(&value["required"]), texts(&value["known"]));
            let constants = value["constants"].as_object().into_iter().flatten();
            let constants = constants.filter_map(|(name, value)| {
                let value = value.as_str()?;
                Some(quote!((#name, #value)))
            });
            quote!(#path::Object {
                required: &[#(#required),*],
                known: &[#(#known),*],
                constants: &[#(#constants),*]
            })
        }
    }
}
