//! Step 7: makes code for an external crate depend on the runtime alone.
//!
//! Its dependencies become paths within the runtime, so that the external crate does not list them and cannot have a version
//! that does not match.

use proc_macro2::{Group, Literal, Spacing, TokenStream, TokenTree};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, ExprPath, File, Ident, ItemEnum, ItemStruct, Lit, Macro, Meta, Path, QSelf, Token,
    TypePath, parse_quote,
};

use crate::syntax::path_text;

/// The crates that generated code uses; the runtime's module `dependencies` exports each of them.
const DEPENDENCIES: [&str; 3] = ["chrono", "serde", "serde_json"];

/// Finishes a file for an external crate.
pub(crate) fn finish(file: &mut File, runtime: &Path) {
    let module: Path = parse_quote!(#runtime::dependencies);
    let serde = format!("{}::serde", path_text(&module));
    Qualify { module, serde }.visit_file_mut(file);
}

/// Puts each path that starts with a dependency into the module. Attributes and macros consist of tokens.
struct Qualify {
    module: Path,
    serde: String,
}

impl Qualify {
    /// Adds the path of serde for its derive macros to the attributes of a model.
    fn add_serde(&self, attributes: &mut Vec<Attribute>) {
        if attributes.iter().any(derives_serde) {
            let serde = &self.serde;
            attributes.push(parse_quote!(#[serde(crate = #serde)]));
        }
    }

    /// Changes a path, and moves the end of the trait in `<T as path::Trait>::name`.
    fn qualified_self(&mut self, qself: Option<&mut QSelf>, path: &mut Path) {
        let before = path.segments.len();
        self.visit_path_mut(path);
        if let Some(qself) = qself {
            let added = path.segments.len() - before;
            if qself.position > 0 {
                qself.position += added;
            }
            self.visit_type_mut(&mut qself.ty);
        }
    }
}

impl VisitMut for Qualify {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        self.add_serde(&mut item.attrs);
        visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        self.add_serde(&mut item.attrs);
        visit_mut::visit_item_enum_mut(self, item);
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        if path.segments.len() > 1 && is_dependency(&path.segments[0].ident) {
            let mut qualified = self.module.clone();
            qualified
                .segments
                .extend(std::mem::take(&mut path.segments));
            *path = qualified;
        }
    }

    fn visit_expr_path_mut(&mut self, path: &mut ExprPath) {
        self.qualified_self(path.qself.as_mut(), &mut path.path);
    }

    fn visit_type_path_mut(&mut self, path: &mut TypePath) {
        self.qualified_self(path.qself.as_mut(), &mut path.path);
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if let Meta::List(list) = &mut attribute.meta {
            list.tokens = qualified(std::mem::take(&mut list.tokens), &self.module);
        }
    }

    fn visit_macro_mut(&mut self, called: &mut Macro) {
        self.visit_path_mut(&mut called.path);
        called.tokens = qualified(std::mem::take(&mut called.tokens), &self.module);
    }
}

fn is_dependency(name: &Ident) -> bool {
    DEPENDENCIES.iter().any(|dependency| name == dependency)
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

/// Puts each path in tokens that starts with a dependency into the module, and each path in the strings of serde's attributes.
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
                if is_dependency(&name) && rest.peek().is_some_and(is_joint_colon) =>
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
    match string.parse::<Path>() {
        Ok(path) if path.leading_colon.is_some() && is_dependency(&path.segments[0].ident) => {
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
        finish(&mut file, &parse_quote!(plex_api::generated));
        prettyplease::unparse(&file)
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
                            call.field("a", &::serde_json::json!([::serde_json::Value::Null]));
                            let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(value);
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
