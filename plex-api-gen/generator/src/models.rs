//! Step 6a: makes the generated models lenient, and adds an optional JSON Schema to each model of the runtime's own crate.

use std::collections::BTreeSet;

use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::{Attribute, Field, Fields, File, ImplItem, Item, Meta, Path, Token, Type, parse_quote};

use crate::names::first_free;
use crate::syntax::{argument_of, is_path, path_text, type_path};

/// Finishes the module `types` of the generated file.
pub(crate) fn finish(file: &mut File, runtime: &Path) {
    let Some(items) = types(file) else { return };
    // The module of the error of conversions; a file without conversions does not use it.
    let needs_error = items.iter().any(has_conversion_error);
    items.retain(|item| {
        needs_error || !matches!(item, Item::Mod(module) if module.ident == "error")
    });
    let wrappers = wrappers(items);
    // An external crate does not have the feature.
    let has_schemas = runtime.is_ident("crate");
    let mut names = Vec::new();
    for item in items.iter_mut() {
        if let Item::Struct(model) = item {
            colliding_fields(&mut model.fields);
            model
                .fields
                .iter_mut()
                .for_each(|field| lenient(field, &wrappers, runtime));
        }
        if let Item::Struct(syn::ItemStruct { attrs, ident, .. })
        | Item::Enum(syn::ItemEnum { attrs, ident, .. }) = item
        {
            names.push(ident.clone());
            if has_schemas {
                attrs.push(
                    parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]),
                );
            }
        }
    }
    if !has_schemas {
        return;
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

/// Returns whether an item is a conversion: `impl FromStr for A { type Err = self::error::ConversionError; .. }`.
fn has_conversion_error(item: &Item) -> bool {
    let Item::Impl(item) = item else { return false };
    item.items.iter().any(|item| match item {
        ImplItem::Type(item) => type_path(&item.ty)
            .is_some_and(|path| is_path(path, &["self", "error", "ConversionError"])),
        _ => false,
    })
}

/// Returns the items of `pub mod types`.
pub(crate) fn types(file: &mut File) -> Option<&mut Vec<Item>> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => {
            module.content.as_mut().map(|(_, items)| items)
        }
        _ => None,
    })
}

/// Returns the names of models that wrap one value, and are written as that value instead of as an object.
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

/// Numbers fields with the same name in Rust, such as `guid` and `Guid`, and keeps their names in JSON.
fn colliding_fields(fields: &mut Fields) {
    let mut taken = BTreeSet::new();
    for field in fields.iter_mut() {
        let Some(ident) = &field.ident else { continue };
        let in_json = ident.to_string().trim_start_matches("r#").to_owned();
        let name = first_free(&in_json, |name| taken.insert(name.to_owned()));
        if name == in_json {
            continue;
        }
        field.ident = Some(format_ident!("{name}"));
        if !field.attrs.iter().any(is_renaming) {
            field.attrs.push(parse_quote!(#[serde(rename = #in_json)]));
        }
    }
}

/// Returns whether an attribute is `#[serde(rename = "..")]`.
fn is_renaming(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde")
        && attribute
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|metas| metas.iter().any(|meta| meta.path().is_ident("rename")))
}

/// Reads a field leniently: scalars (a number as a string, 0 as false, null and an empty secret as `None`), optional models,
/// arrays and maps. `wrappers` are not objects and are read as they are.
fn lenient(field: &mut Field, wrappers: &BTreeSet<String>, runtime: &Path) {
    let is_model = |ty: &Type| is_model(ty, wrappers);
    let optional = argument_of(&field.ty, &["std", "option", "Option"]);
    let item = argument_of(&field.ty, &["std", "vec", "Vec"]);
    let reader = if is_scalar(optional.unwrap_or(&field.ty), runtime) {
        "read"
    } else if optional.is_some_and(|ty| is_model(unboxed(ty))) {
        "read_model"
    } else if item.is_some_and(|item| is_scalar(item, runtime)) {
        "read_list"
    } else if item.is_some_and(is_model) {
        "read_models"
    } else if item.is_some() || is_map(&field.ty) {
        "read_or_default"
    } else {
        return;
    };
    // A wrapper has no field that could be missing.
    let can_be_missing = optional.is_some() && field.ident.is_some();
    let read = format!("{}::lenient::{reader}", path_text(runtime));
    field.attrs.iter_mut().for_each(without_reader);
    field.attrs.push(if can_be_missing {
        parse_quote!(#[serde(default, deserialize_with = #read)])
    } else {
        parse_quote!(#[serde(deserialize_with = #read)])
    });
}

fn is_map(ty: &Type) -> bool {
    let maps: [&[&str]; 2] = [&["serde_json", "Map"], &["std", "collections", "HashMap"]];
    type_path(ty).is_some_and(|path| maps.iter().any(|map| is_path(path, map)))
}

/// Returns whether a type is a model, whose name has no path in the module of the models.
fn is_model(ty: &Type, wrappers: &BTreeSet<String>) -> bool {
    let name = type_path(ty).and_then(Path::get_ident);
    name.is_some_and(|name| name != "bool" && !wrappers.contains(&name.to_string()))
}

/// Returns the type within a `Box`, which a model that can contain itself needs.
fn unboxed(ty: &Type) -> &Type {
    argument_of(ty, &["std", "boxed", "Box"]).unwrap_or(ty)
}

/// Removes typify's own reader of required values that can be null, which rejects missing values.
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

/// Returns whether a type is a scalar that the runtime reads leniently.
pub(crate) fn is_scalar(ty: &Type, runtime: &Path) -> bool {
    if let Some(zone) = argument_of(ty, &["chrono", "DateTime"]) {
        return type_path(zone).is_some_and(|zone| is_path(zone, &["chrono", "offset", "Utc"]));
    }
    let Some(path) = type_path(ty) else {
        return false;
    };
    let primitives = ["bool", "i32", "i64", "u32", "u64", "f32", "f64"];
    let runtime = runtime
        .segments
        .iter()
        .map(|segment| segment.ident.to_string());
    let runtime: Vec<String> = runtime.collect();
    let is_secret = |name: &&str| {
        let secret: Vec<&str> = runtime.iter().map(String::as_str).chain([*name]).collect();
        is_path(path, &secret)
    };
    is_path(path, &["std", "string", "String"])
        || primitives.iter().any(|name| path.is_ident(name))
        || ["Secret", "Token", "PinCode"].iter().any(is_secret)
}

#[cfg(test)]
mod tests;
