//! Enums of strings that keep values which the spec does not list.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use quote::{format_ident, quote};
use syn::{Ident, Item, ItemStruct, Path, parse_quote};

use crate::markdown::code;
use crate::names::first_free;

/// Returns the items of an enum in place of the wrapper that typify wrote. The only value of a constant is its default.
pub(super) fn finish(
    wrapper: &ItemStruct,
    values: &[String],
    is_constant: bool,
    runtime: &Path,
    is_ours: bool,
) -> Vec<Item> {
    let name = &wrapper.ident;
    let docs = wrapper
        .attrs
        .iter()
        .filter(|attribute| super::is_doc(attribute));
    let (variants, unknown) = variants(values);
    let texts = values.iter().map(|value| code(value));
    let attributes = super::attributes_of_enum(is_ours);
    let default = is_constant.then(|| quote!(Default,));
    let mark = variants
        .iter()
        .map(|_| is_constant.then(|| quote!(#[default])));
    let mut items: Vec<Item> = vec![
        parse_quote! {
            #(#docs)*
            #[derive(Clone, #default PartialEq, Eq, Hash)]
            #attributes
            pub enum #name {
                #(#[doc = #texts] #mark #variants,)*
                /// A value that the spec does not list.
                #unknown(::std::string::String),
            }
        },
        parse_quote!(#runtime::open_enum!(#name, #unknown { #(#variants = #values),* });),
    ];
    if is_ours {
        let schema = quote!({"type": "string", "examples": [#(#values),*]});
        items.push(super::json_schema(name, &quote!(_), &schema));
    }
    items
}

/// Returns a name for each value, and one for all other values.
fn variants(values: &[String]) -> (Vec<Ident>, Ident) {
    let mut taken = BTreeSet::new();
    let mut free = |wanted: &str| {
        let name = first_free(wanted, |name| taken.insert(name.to_owned()));
        format_ident!("{name}")
    };
    let variants = values.iter().map(|value| free(&variant(value))).collect();
    let unknown = ["Unknown", "Unlisted"];
    let unknown = unknown
        .into_iter()
        .find(|name| !values.iter().any(|value| variant(value) == *name));
    let unknown = free(unknown.unwrap_or("UnlistedValue"));
    (variants, unknown)
}

/// Names a value: by its words, by the meaning of its signs, or by its number.
fn variant(value: &str) -> String {
    let sign = match value {
        "" => Some("Empty"),
        "<" => Some("Lt"),
        "<=" => Some("Le"),
        ">" => Some("Gt"),
        ">=" => Some("Ge"),
        "=" | "==" => Some("Equal"),
        "!=" | "<>" => Some("NotEqual"),
        "!" => Some("Not"),
        "*" => Some("Star"),
        "+" => Some("Plus"),
        "-" => Some("Minus"),
        _ => None,
    };
    if let Some(sign) = sign {
        return sign.to_owned();
    }
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    let prefix = match value.split_at_checked(1) {
        Some(("+", rest)) if is_number(rest) => "Plus",
        Some(("-", rest)) if is_number(rest) => "Minus",
        _ => "",
    };
    // A letter that no identifier can have makes no word.
    let is_word = |c: char| c.is_ascii_alphanumeric() || (c.is_alphabetic() && !c.is_ascii());
    let words: String = value
        .chars()
        .map(|c| if is_word(c) { c } else { ' ' })
        .collect();
    let name = format!("{prefix}{}", words.to_upper_camel_case());
    let name = match name.chars().next() {
        None => "Value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("Value{name}"),
        Some(_) => name,
    };
    match syn::parse_str::<Ident>(&name) {
        Ok(_) => name,
        // `Self`, or a letter that no identifier can have.
        Err(_) => "Value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_named_by_words_signs_and_numbers() {
        for (value, name) in [
            ("ascending", "Ascending"),
            ("dateAdded:desc", "DateAddedDesc"),
            ("", "Empty"),
            ("<", "Lt"),
            ("<=", "Le"),
            (">", "Gt"),
            (">=", "Ge"),
            ("=", "Equal"),
            ("!=", "NotEqual"),
            ("+1", "Plus1"),
            ("-1", "Minus1"),
            ("3", "Value3"),
            ("4k", "Value4k"),
            ("self", "Value"),
            ("#%", "Value"),
            ("größe", "Größe"),
            ("²", "Value"),
        ] {
            assert_eq!(variant(value), name, "{value}");
        }
    }

    fn names(values: &[&str]) -> Vec<String> {
        let values: Vec<String> = values.iter().map(ToString::to_string).collect();
        let (variants, unknown) = variants(&values);
        variants
            .iter()
            .chain([&unknown])
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn values_with_the_same_name_are_numbered() {
        assert_eq!(
            names(&["A", "a", "a2", "#", "%"]),
            ["A", "A2", "A22", "Value", "Value2", "Unknown"]
        );
    }

    #[test]
    fn the_name_of_other_values_is_free() {
        assert_eq!(names(&["unknown"]), ["Unknown", "Unlisted"]);
        assert_eq!(
            names(&["unknown", "unlisted"]),
            ["Unknown", "Unlisted", "UnlistedValue"]
        );
    }
}
