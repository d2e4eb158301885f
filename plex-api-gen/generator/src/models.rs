//! Step 6a: finishes the generated types: models that are read leniently and keep unknown fields, open enums, unions, and an
//! optional JSON Schema of each in the runtime's own crate.

mod enums;
mod fields;
mod unions;

use proc_macro2::TokenStream;
use syn::visit::Visit;
use syn::{Fields, File, Ident, Item, ItemImpl, ItemStruct, Path, parse_quote};

use crate::lower::Facts;
use fields::Finished;

/// Finishes the module `types` of the generated file.
pub(crate) fn finish(file: &mut File, facts: &Facts, runtime: &Path) {
    // An external crate does not have the features of ours.
    let is_ours = runtime.is_ident("crate");
    let Some(items) = types(file) else { return };
    let mut names = Vec::new();
    let mut finished = Vec::new();
    for item in std::mem::take(items) {
        match item {
            Item::Struct(model) => {
                names.push(model.ident.clone());
                finished.extend(structure(model, facts, runtime, is_ours));
            }
            Item::Impl(block) if facts.replaces(&block) => {}
            item => finished.push(item),
        }
    }
    // The module of the error of conversions; a file without conversions does not use it.
    let needs_error = finished.iter().any(names_conversion_error);
    finished.retain(|item| {
        needs_error || !matches!(item, Item::Mod(module) if module.ident == "error")
    });
    *items = finished;
    if is_ours {
        add_schemas(file, &names);
    }
}

fn structure(mut model: ItemStruct, facts: &Facts, runtime: &Path, is_ours: bool) -> Vec<Item> {
    let name = model.ident.to_string();
    if let Some(values) = facts.enums.get(&name) {
        return enums::finish(&model, values, facts.is_constant(&name), runtime, is_ours);
    }
    if let Some(union) = facts.unions.get(&name) {
        return unions::finish(&model, union, runtime, is_ours);
    }
    let ident = &model.ident;
    let implementations: Item = match &mut model.fields {
        Fields::Named(fields) => {
            let settings = fields::Settings {
                extra: facts.extra.contains(&name),
                facts,
                required: facts.required.get(&name),
                constants: facts.constants.get(&name),
                runtime,
                is_ours,
            };
            let Finished {
                entries,
                extra,
                can_default,
                default,
            } = fields::finish(fields, &settings);
            let extra = extra.map(|extra| quote::quote!(extra #extra));
            let call: Item = parse_quote!(#runtime::model!(#ident { #(#entries,)* } #extra););
            let default = default.map(|values| -> Item {
                parse_quote! {
                    impl ::std::default::Default for #ident {
                        fn default() -> Self {
                            Self { #values }
                        }
                    }
                }
            });
            derives(&mut model, is_ours, can_default && default.is_none());
            return [Item::Struct(model), call]
                .into_iter()
                .chain(default)
                .collect();
        }
        Fields::Unnamed(fields) => {
            for field in &mut fields.unnamed {
                field
                    .attrs
                    .retain(|attribute| !attribute.path().is_ident("serde"));
            }
            parse_quote!(#runtime::wrapper!(#ident);)
        }
        Fields::Unit => return vec![Item::Struct(model)],
    };
    derives(&mut model, is_ours, false);
    vec![Item::Struct(model), implementations]
}

/// Replaces serde's derive macros, which the macros of the runtime stand in for.
fn derives(model: &mut ItemStruct, is_ours: bool, has_default: bool) {
    model.attrs.retain(is_doc);
    model.attrs.push(if has_default {
        parse_quote!(#[derive(Clone, Debug, Default, PartialEq)])
    } else {
        parse_quote!(#[derive(Clone, Debug, PartialEq)])
    });
    if is_ours {
        model
            .attrs
            .push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
    }
}

/// Returns the attributes of an enum: new variants of our own are not a breaking change.
fn attributes_of_enum(is_ours: bool) -> Option<syn::Attribute> {
    is_ours.then(|| parse_quote!(#[non_exhaustive]))
}

/// Returns whether an attribute is a line of documentation.
fn is_doc(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("doc")
}

/// Returns the JSON Schema of a type that schemars cannot derive it for. `schema` is a value for `json_schema!`, which can use
/// `generator`.
fn json_schema(name: &Ident, generator: &TokenStream, schema: &TokenStream) -> Item {
    parse_quote! {
        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for #name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::stringify!(#name).into()
            }
            fn json_schema(#generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!(#schema)
            }
        }
    }
}

fn add_schemas(file: &mut File, names: &[Ident]) {
    let texts = names.iter().map(ToString::to_string);
    file.items.push(parse_quote! {
        /// The JSON Schema of every model, by its name.
        #[cfg(feature = "schemars")]
        pub fn schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
            ::std::vec![#((#texts, ::schemars::schema_for!(types::#names))),*]
        }
    });
}

/// Returns whether an item names `self::error::ConversionError`.
fn names_conversion_error(item: &Item) -> bool {
    struct Finder(bool);

    impl<'ast> Visit<'ast> for Finder {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.0 |= ident == "ConversionError";
        }
    }

    let mut finder = Finder(false);
    if let Item::Impl(item) = item {
        finder.visit_item_impl(item);
    }
    finder.0
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

impl Facts {
    /// Returns whether a type is an enum with only one value.
    pub(crate) fn is_constant(&self, name: &str) -> bool {
        self.enums.get(name).is_some_and(|values| values.len() == 1)
    }

    /// Returns whether typify wrote a block for a type that this step writes itself, such as `impl From<Sort> for String`.
    fn replaces(&self, block: &ItemImpl) -> bool {
        struct Names<'a> {
            facts: &'a Facts,
            is_found: bool,
        }

        impl<'ast> Visit<'ast> for Names<'_> {
            fn visit_type_path(&mut self, ty: &'ast syn::TypePath) {
                if let Some(name) = ty.path.get_ident().map(ToString::to_string) {
                    self.is_found |= self.facts.enums.contains_key(&name)
                        || self.facts.unions.contains_key(&name);
                }
                syn::visit::visit_type_path(self, ty);
            }
        }

        let mut names = Names {
            facts: self,
            is_found: false,
        };
        names.visit_type(&block.self_ty);
        if let Some((path, _)) = &block.trait_ {
            names.visit_path(path);
        }
        names.is_found
    }
}

#[cfg(test)]
mod tests;
