//! Step 7: code for another crate is made to depend on the runtime alone.
//!
//! It names the crates that it is written with below the runtime, so that the other crate lists none of them, and they never
//! come in two versions that do not fit. It has no JSON Schemas, which are behind a feature that the other crate lacks.

use proc_macro2::{Group, Literal, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit_mut::VisitMut;
use syn::{Attribute, File, Item, ItemEnum, ItemStruct, Path, parse_quote};

use crate::error::Problem;

/// What generated code is written with; the runtime's module `dependencies` has each of them.
const DEPENDENCIES: [&str; 5] = [
    "chrono",
    "progenitor_client",
    "reqwest",
    "serde",
    "serde_json",
];

/// Finishes a file that is compiled in another crate than the runtime's own.
pub(crate) fn finish(file: &mut File, runtime: &Path) -> Result<(), Problem> {
    let module = quote!(#runtime::dependencies);
    file.items
        .retain(|item| !matches!(item, Item::Fn(function) if function.sig.ident == "schemas"));
    Attributes {
        serde: format!("{module}::serde").replace(' ', ""),
    }
    .visit_file_mut(file);
    let tokens = below(file.to_token_stream(), &module);
    *file = syn::parse2(tokens).map_err(|error| Problem::new("", error.to_string()))?;
    Ok(())
}

/// Changes the attributes of models: no schema is derived, and serde's derive macros learn where serde is.
struct Attributes {
    serde: String,
}

impl Attributes {
    fn change(&self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attribute| !is(attribute, "cfg_attr", "schemars"));
        if attributes
            .iter()
            .any(|attribute| is(attribute, "derive", "serde"))
        {
            let serde = &self.serde;
            attributes.push(parse_quote!(#[serde(crate = #serde)]));
        }
    }
}

impl VisitMut for Attributes {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        self.change(&mut item.attrs);
    }

    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        self.change(&mut item.attrs);
    }
}

/// Whether an attribute has this name and names this crate.
fn is(attribute: &Attribute, name: &str, dependency: &str) -> bool {
    attribute.path().is_ident(name) && attribute.to_token_stream().to_string().contains(dependency)
}

/// Tokens and not paths, because paths also stand in attributes, in macros, and in the texts of serde's attributes.
fn below(tokens: TokenStream, module: &TokenStream) -> TokenStream {
    let mut done: Vec<TokenTree> = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Group(group) => {
                let inside = below(group.stream(), module);
                done.push(Group::new(group.delimiter(), inside).into());
            }
            TokenTree::Ident(name)
                if DEPENDENCIES.iter().any(|dependency| name == dependency)
                    && rest.peek().is_some_and(is_joint_colon) =>
            {
                // `::serde::de` means the same as `serde::de`.
                if let [.., first, _] = done.as_slice()
                    && is_joint_colon(first)
                {
                    done.truncate(done.len() - 2);
                }
                done.extend(quote!(#module::#name));
            }
            TokenTree::Literal(text) => done.push(text_below(&text, module).into()),
            token => done.push(token),
        }
    }
    done.into_iter().collect()
}

/// Whether a token is the first half of `::`.
fn is_joint_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint)
}

/// Such as in `#[serde(skip_serializing_if = "::serde_json::Map::is_empty")]`.
fn text_below(literal: &Literal, module: &TokenStream) -> Literal {
    let text = literal.to_string();
    let path = DEPENDENCIES
        .iter()
        .filter(|dependency| text.starts_with(&format!("\"::{dependency}::")))
        .find_map(|_| text.strip_prefix('"')?.strip_suffix('"'));
    match path {
        Some(path) => Literal::string(&format!("{module}{path}").replace(' ', "")),
        None => literal.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(file: TokenStream) -> String {
        let mut file: File = syn::parse2(file).unwrap();
        finish(&mut file, &parse_quote!(plex_api::generated)).unwrap();
        prettyplease::unparse(&file)
    }

    #[test]
    fn a_crate_is_named_in_many_places() {
        crate::tests::assert_snapshot(
            "elsewhere",
            &finished(quote! {
                use progenitor_client::{encode_path, RequestBuilderExt};
                impl Client {
                    pub async fn get<'a, Answer: ::serde::de::DeserializeOwned>(
                        &'a self,
                    ) -> Result<Answer, plex_api::generated::Error> {
                        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
                            let text = format!("{}", ::serde_json::json!(null));
                            http.get(text).query(&progenitor_client::QueryParam::new("a", &a)).build()?
                        })();
                        let serde = reqwest;
                        serde
                    }
                }
                pub mod types {
                    /// `::serde::Serialize` in a description stays.
                    #[derive(::serde::Deserialize, ::serde::Serialize, Clone)]
                    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
                    pub struct Section {
                        pub added: ::std::vec::Vec<::chrono::DateTime<::chrono::offset::Utc>>,
                        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
                        pub more: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                    }
                    #[derive(Clone)]
                    pub struct Plain;
                    impl<'de> ::serde::Deserialize<'de> for Plain {}
                }
                #[cfg(feature = "schemars")]
                pub fn schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
                    ::std::vec![]
                }
            }),
        );
    }
}
