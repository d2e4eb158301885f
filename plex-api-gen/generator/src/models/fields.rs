//! The fields of a model.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Field, FieldsNamed, Ident, Lit, Meta, Path, Token, Type, parse_quote};

use crate::lower::Facts;
use crate::names::{first_free, snake};
use crate::syntax::{argument_of, is_path, type_path};

/// The facts that the fields of a model are finished with.
pub(super) struct Settings<'a> {
    /// True if the model keeps fields beyond its own.
    pub(super) extra: bool,
    pub(super) facts: &'a Facts,
    /// The properties that are required.
    pub(super) required: Option<&'a BTreeSet<String>>,
    /// The properties with only one value that is not a string.
    pub(super) constants: Option<&'a BTreeMap<String, Value>>,
    pub(super) runtime: &'a Path,
    pub(super) is_ours: bool,
}

/// The parts that finished fields need beside their struct.
pub(super) struct Finished {
    /// The entries of the macro `model!`.
    pub(super) entries: Vec<TokenStream>,
    /// The name of the field that keeps others.
    pub(super) extra: Option<Ident>,
    /// True if every field has a default or is a constant.
    pub(super) can_default: bool,
    /// The values of an `impl Default`, if a derived one would not write the constants.
    pub(super) default: Option<TokenStream>,
}

/// Gives the fields their names in Rust, and removes the attributes of serde, which the macro `model!` replaces.
pub(super) fn finish(fields: &mut FieldsNamed, settings: &Settings<'_>) -> Finished {
    let mut taken = BTreeSet::new();
    let mut entries = Vec::new();
    let mut constants = Vec::new();
    let mut can_default = true;
    let mut has_constants = false;
    for field in &mut fields.named {
        let Some(ident) = field.ident.take() else {
            continue;
        };
        let in_json = name_in_json(field).unwrap_or_else(|| unraw(&ident));
        let name = first_free(&snake(&in_json), |name| taken.insert(name.to_owned()));
        let ident = Ident::new(&name, ident.span());
        let is_required = is_required(field);
        let required = if is_required {
            Some(quote!(required))
        } else if is_option(&field.ty)
            && settings
                .required
                .is_some_and(|names| names.contains(&in_json))
        {
            Some(quote!(nullable))
        } else {
            None
        };
        entries.push(quote!(#ident: #in_json #required));
        let constant = settings
            .constants
            .and_then(|constants| constants.get(&in_json));
        match constant.and_then(|constant| literal(constant, &field.ty)) {
            Some(value) => {
                has_constants = true;
                constants.push(quote!(#ident: #value,));
            }
            None => {
                let is_constant = is_constant(&field.ty, settings.facts);
                constants.push(quote!(#ident: ::std::default::Default::default(),));
                can_default &= !is_required || is_constant;
            }
        }
        field
            .attrs
            .retain(|attribute| !attribute.path().is_ident("serde"));
        if settings.is_ours {
            schema_attribute(field, &name, &in_json, is_required);
        }
        field.ident = Some(ident);
    }
    let extra = settings.extra.then(|| extra(fields, &mut taken, settings));
    if let Some(extra) = &extra {
        constants.push(quote!(#extra: ::std::default::Default::default(),));
    }
    Finished {
        entries,
        extra,
        can_default,
        default: (has_constants && can_default).then(|| constants.into_iter().collect()),
    }
}

/// Adds the field that keeps others.
fn extra(fields: &mut FieldsNamed, taken: &mut BTreeSet<String>, settings: &Settings<'_>) -> Ident {
    let name = ["extra", "extra_fields", "fields_beyond_the_spec"]
        .into_iter()
        .find(|name| taken.insert((*name).to_owned()))
        .unwrap_or("fields_of_no_other_name");
    let ident = format_ident!("{name}");
    let runtime = settings.runtime;
    let skip: Option<syn::Attribute> = settings
        .is_ours
        .then(|| parse_quote!(#[cfg_attr(feature = "schemars", schemars(skip))]));
    fields.named.push(parse_quote! {
        /// The fields that the spec does not have.
        #skip
        pub #ident: #runtime::Extra
    });
    ident
}

/// Returns whether a type is an enum with only one value, which is its default.
fn is_constant(ty: &Type, facts: &Facts) -> bool {
    let name = type_path(ty).and_then(Path::get_ident);
    name.is_some_and(|name| facts.is_constant(&name.to_string()))
}

/// Returns the value of a constant that is not a string: an enum has its own default.
fn literal(constant: &Value, ty: &Type) -> Option<TokenStream> {
    let number = |text: String| text.parse::<TokenStream>().ok();
    let value = match constant {
        Value::Bool(value) if type_path(ty).is_some_and(|path| path.is_ident("bool")) => {
            quote!(#value)
        }
        Value::Number(value) if type_path(ty).is_some_and(|path| path.is_ident("f64")) => {
            let value = value.as_f64()?;
            quote!(#value)
        }
        Value::Number(value) if is_number(ty) => number(value.to_string())?,
        _ => return None,
    };
    Some(value)
}

fn is_number(ty: &Type) -> bool {
    let numbers = ["i32", "i64", "u32", "u64"];
    type_path(ty).is_some_and(|path| numbers.iter().any(|name| path.is_ident(name)))
}

/// Describes a field to schemars, which does not see the macro.
fn schema_attribute(field: &mut Field, name: &str, in_json: &str, is_required: bool) {
    let rename = (name.trim_start_matches("r#") != in_json).then(|| quote!(rename = #in_json));
    let default = (!is_required && !is_option(&field.ty)).then(|| quote!(default));
    let parts: Vec<TokenStream> = rename.into_iter().chain(default).collect();
    if !parts.is_empty() {
        field
            .attrs
            .push(parse_quote!(#[cfg_attr(feature = "schemars", schemars(#(#parts),*))]));
    }
}

fn is_option(ty: &Type) -> bool {
    argument_of(ty, &["std", "option", "Option"]).is_some()
}

/// Returns whether an object without the field is not this model. Optional fields are options, or have a default.
fn is_required(field: &Field) -> bool {
    let any_json = type_path(&field.ty).is_some_and(|path| is_path(path, &["serde_json", "Value"]));
    !is_option(&field.ty)
        && !any_json
        && !serde_metas(field).any(|meta| meta.path().is_ident("default"))
}

/// Returns the name of a field that serde renames.
fn name_in_json(field: &Field) -> Option<String> {
    serde_metas(field).find_map(|meta| match meta {
        Meta::NameValue(meta) if meta.path.is_ident("rename") => match meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(name),
                ..
            }) => Some(name.value()),
            _ => None,
        },
        _ => None,
    })
}

/// Returns the parts of the attributes of serde.
fn serde_metas(field: &Field) -> impl Iterator<Item = Meta> {
    let attributes = field.attrs.iter();
    let attributes = attributes.filter(|attribute| attribute.path().is_ident("serde"));
    attributes
        .filter_map(|attribute| {
            attribute
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
}

fn unraw(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}
