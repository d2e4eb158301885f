//! Step 7: makes code for an external crate depend on the runtime alone.
//!
//! Its dependencies become paths within the runtime, so that the external crate does not list them and cannot have a version
//! that does not match. A macro of the runtime contains the whole file: if the path of the runtime is wrong, the compiler
//! reports the macro alone, and not each use of the path.

use proc_macro2::{Group, Literal, Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Attribute, File, ItemEnum, ItemStruct, Lit, Path, Token, parse_quote};

use crate::error::Problem;
use crate::syntax::path_text;

/// The crates that generated code uses; the runtime's module `dependencies` exports each of them.
const DEPENDENCIES: [&str; 3] = ["chrono", "serde", "serde_json"];

/// Finishes a file for an external crate.
pub(crate) fn finish(file: &mut File, runtime: &Path) -> Result<(), Problem> {
    let module: Path = parse_quote!(#runtime::dependencies);
    Attributes {
        serde: format!("{}::serde", path_text(&module)),
    }
    .visit_file_mut(file);
    let tokens = qualified(file.to_token_stream(), &module);
    *file = syn::parse2(tokens).map_err(|error| Problem::new("", error.to_string()))?;
    Ok(())
}

/// Puts the text of a file into the macro of the runtime that makes it a module without lints.
pub(crate) fn in_macro(code: &str, runtime: &str) -> String {
    format!("{runtime}::client! {{\n{code}}}\n")
}

/// Parses generated code, without the macro around the code of an external crate.
#[cfg(any(test, feature = "cli"))]
pub(crate) fn parse(code: &str) -> syn::Result<File> {
    let file = syn::parse_file(code)?;
    match file.items.as_slice() {
        [syn::Item::Macro(item)] => syn::parse2(item.mac.tokens.clone()),
        _ => Ok(file),
    }
}

/// Adds the path of serde for its derive macros to the attributes of models.
struct Attributes {
    serde: String,
}

impl Attributes {
    fn change(&self, attributes: &mut Vec<Attribute>) {
        if attributes.iter().any(derives_serde) {
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

/// Returns whether an attribute derives a trait of serde.
fn derives_serde(attribute: &Attribute) -> bool {
    let is_serde = |path: &Path| {
        path.segments
            .first()
            .is_some_and(|first| first.ident == "serde")
    };
    attribute.path().is_ident("derive")
        && attribute
            .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
            .is_ok_and(|paths| paths.iter().any(is_serde))
}

/// Puts each path that starts with a dependency into the module. It works on tokens, because paths are also in attributes,
/// in macros, and in the strings of serde's attributes.
fn qualified(tokens: TokenStream, module: &Path) -> TokenStream {
    let mut done: Vec<TokenTree> = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Group(group) => {
                let inside = qualified(group.stream(), module);
                done.push(Group::new(group.delimiter(), inside).into());
            }
            TokenTree::Ident(name)
                if DEPENDENCIES.iter().any(|dependency| name == dependency)
                    && rest.peek().is_some_and(is_joint_colon) =>
            {
                // Removes the `::` before it, as in `::serde::de`.
                if let [.., first, _] = done.as_slice()
                    && is_joint_colon(first)
                {
                    done.truncate(done.len() - 2);
                }
                done.extend(quote!(#module::#name));
            }
            TokenTree::Literal(literal) => done.push(qualified_string(literal, module).into()),
            token => done.push(token),
        }
    }
    done.into_iter().collect()
}

/// Returns whether a token is the first half of `::`.
fn is_joint_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint)
}

/// Qualifies a string that is a path, as in `#[serde(skip_serializing_if = "::serde_json::Map::is_empty")]`.
fn qualified_string(literal: Literal, module: &Path) -> Literal {
    let Lit::Str(string) = Lit::new(literal.clone()) else {
        return literal;
    };
    let is_dependency = |path: &Path| {
        path.leading_colon.is_some()
            && DEPENDENCIES
                .iter()
                .any(|dependency| path.segments[0].ident == dependency)
    };
    match string.parse::<Path>() {
        Ok(path) if is_dependency(&path) => {
            Literal::string(&format!("{}::{}", path_text(module), path_text(&path)))
        }
        _ => literal,
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
    fn a_macro_of_the_runtime_contains_all_items() {
        let items = "pub struct Client;\npub mod types {}\n";
        let code = in_macro(items, "plex_api::generated");
        let tokens: TokenStream = code.parse().unwrap();
        assert_eq!(syn::parse2::<File>(tokens).unwrap().items.len(), 1);
        assert!(code.starts_with("plex_api::generated::client! {"));
        assert_eq!(prettyplease::unparse(&parse(&code).unwrap()), items);
        assert_eq!(prettyplease::unparse(&parse(items).unwrap()), items);
    }

    #[test]
    fn dependencies_are_paths_within_the_runtime() {
        crate::tests::assert_snapshot(
            "external_crate",
            &finished(quote! {
                pub mod requests {
                    use plex_api::generated::{Call, Request};
                    impl Request for GetRequest {
                        fn write(&self, call: &mut Call) {
                            call.field("a", &::serde_json::json!(null));
                            let serde = chrono;
                            serde
                        }
                    }
                }
                pub mod types {
                    /// `::serde::Serialize` in a description stays.
                    #[derive(::serde::Deserialize, ::serde::Serialize, Clone)]
                    pub struct Section {
                        pub added: ::std::vec::Vec<::chrono::DateTime<::chrono::offset::Utc>>,
                        #[serde(default, skip_serializing_if = "::serde_json::Map::is_empty")]
                        pub more: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                    }
                    #[derive(Clone)]
                    pub struct Plain;
                    impl<'de> ::serde::Deserialize<'de> for Plain {}
                }
            }),
        );
    }
}
