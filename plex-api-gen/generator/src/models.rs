//! Step 6a: the generated models are finished: lenient, and with an optional JSON Schema.

use std::collections::BTreeSet;

use quote::{ToTokens, format_ident};
use syn::punctuated::Punctuated;
use syn::{Attribute, Field, Fields, File, Item, Meta, Path, Token, Type, parse_quote};

/// Finishes the module `types` of the generated file.
pub(crate) fn finish(file: &mut File, runtime: &Path) {
    let Some(items) = types(file) else { return };
    // The error of making a value out of text: where there is no such value, nothing refers to it.
    let needs_error = items.iter().any(|item| {
        let text = item.to_token_stream().to_string().replace(' ', "");
        text.contains("self::error::ConversionError")
    });
    items.retain(|item| {
        needs_error || !matches!(item, Item::Mod(module) if module.ident == "error")
    });
    let wrappers = wrappers(items);
    let mut names = Vec::new();
    for item in items.iter_mut() {
        if let Item::Struct(model) = item {
            fields_that_collide(&mut model.fields);
            model
                .fields
                .iter_mut()
                .for_each(|field| lenient(field, &wrappers, runtime));
        }
        if let Item::Struct(syn::ItemStruct { attrs, ident, .. })
        | Item::Enum(syn::ItemEnum { attrs, ident, .. }) = item
        {
            attrs.push(
                parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]),
            );
            names.push(ident.clone());
        }
    }
    let texts = names.iter().map(ToString::to_string);
    file.items.push(parse_quote! {
        /// The JSON Schema of every model, by its name.
        #[cfg(feature = "schemars")]
        pub fn schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
            ::std::vec![#((#texts, ::schemars::schema_for!(types::#names))),*]
        }
    });
}

/// The items of `pub mod types`.
pub(crate) fn types(file: &mut File) -> Option<&mut Vec<Item>> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => {
            module.content.as_mut().map(|(_, items)| items)
        }
        _ => None,
    })
}

/// The models that are one value under another name: they are written as that value and not as an object.
fn wrappers(items: &[Item]) -> BTreeSet<String> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(model) if matches!(model.fields, Fields::Unnamed(_)) => {
                Some(model.ident.to_string())
            }
            _ => None,
        })
        .collect()
}

/// Fields whose names are the same in Rust (`guid` and `Guid`) are numbered; what they are called in JSON stays.
fn fields_that_collide(fields: &mut Fields) {
    let mut taken = BTreeSet::new();
    for field in fields.iter_mut() {
        let Some(ident) = &field.ident else { continue };
        let wanted = ident.to_string();
        let mut name = wanted.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{}{number}", wanted.trim_start_matches("r#"));
            number += 1;
        }
        if name != wanted {
            field.ident = Some(format_ident!("{name}"));
            if !field.attrs.iter().any(is_renaming) {
                let in_json = wanted.trim_start_matches("r#");
                field.attrs.push(parse_quote!(#[serde(rename = #in_json)]));
            }
        }
    }
}

/// Whether an attribute says what a field is called in JSON.
fn is_renaming(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde")
        && attribute
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|metas| metas.iter().any(|meta| meta.path().is_ident("rename")))
}

/// Plain values are read leniently: a number for text, 0 for false, null and an empty secret for nothing. So are models that
/// may be missing, and lists of both; but not `wrappers`, which are no objects.
fn lenient(field: &mut Field, wrappers: &BTreeSet<String>, runtime: &Path) {
    let is_model = |name: &str| is_model_name(name) && !wrappers.contains(name);
    let item = inner(&field.ty, "::std::vec::Vec<");
    let reader = if is_plain(&field.ty, runtime) {
        "read"
    } else if optional_model(&field.ty).is_some_and(|name| is_model(&name)) {
        "read_model"
    } else if item
        .as_deref()
        .is_some_and(|item| is_plain_name(item, runtime))
    {
        "read_list"
    } else if item.as_deref().is_some_and(is_model) {
        "read_models"
    } else if item.is_some() || is_map(&field.ty) {
        "read_or_default"
    } else {
        return;
    };
    let read = format!("{}::lenient::{reader}", runtime.to_token_stream()).replace(' ', "");
    field.attrs.iter_mut().for_each(without_reader);
    // A value under another name has no field that could be missing.
    field
        .attrs
        .push(if is_option(&field.ty) && field.ident.is_some() {
            parse_quote!(#[serde(default, deserialize_with = #read)])
        } else {
            parse_quote!(#[serde(deserialize_with = #read)])
        });
}

/// The text of a type within another one, without blanks.
fn inner(ty: &Type, outer: &str) -> Option<String> {
    let text = ty.to_token_stream().to_string().replace(' ', "");
    let inner = text.strip_prefix(outer)?.strip_suffix('>')?;
    Some(inner.to_owned())
}

fn is_map(ty: &Type) -> bool {
    let text = ty.to_token_stream().to_string().replace(' ', "");
    ["::serde_json::Map<", "::std::collections::HashMap<"]
        .iter()
        .any(|map| text.starts_with(map))
}

/// A model's name has no path in the module of the models.
fn is_model_name(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_') && name != "bool"
}

/// The name within an `Option`; a model that may hold itself is in a box.
fn optional_model(ty: &Type) -> Option<String> {
    let name = inner(ty, "::std::option::Option<")?;
    let boxed = name
        .strip_prefix("::std::boxed::Box<")
        .and_then(|name| name.strip_suffix('>'));
    Some(boxed.map_or_else(|| name.clone(), str::to_owned))
}

/// typify reads required values that may be null in a way of its own, which refuses them when they are missing.
fn without_reader(attribute: &mut Attribute) {
    if !attribute.path().is_ident("serde") {
        return;
    }
    let Ok(kept) = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
    else {
        return;
    };
    let kept = kept
        .into_iter()
        .filter(|meta| !meta.path().is_ident("deserialize_with"));
    *attribute = parse_quote!(#[serde(#(#kept),*)]);
}

fn is_plain(ty: &Type, runtime: &Path) -> bool {
    let text = ty.to_token_stream().to_string().replace(' ', "");
    let optional = inner(ty, "::std::option::Option<");
    is_plain_name(&optional.unwrap_or(text), runtime)
}

fn is_plain_name(name: &str, runtime: &Path) -> bool {
    let runtime = runtime.to_token_stream().to_string().replace(' ', "");
    let secret = name
        .strip_prefix(&format!("{runtime}::"))
        .is_some_and(|name| ["Secret", "Token", "PinCode"].contains(&name));
    secret
        || [
            "::std::string::String",
            "::chrono::DateTime<::chrono::offset::Utc>",
            "bool",
            "i32",
            "i64",
            "u32",
            "u64",
            "f32",
            "f64",
        ]
        .contains(&name)
}

fn is_option(ty: &Type) -> bool {
    ty.to_token_stream()
        .to_string()
        .replace(' ', "")
        .starts_with("::std::option::Option<")
}

#[cfg(test)]
mod tests;
