//! Rust code without its documentation.

use proc_macro2::{Group, TokenStream, TokenTree};

/// The tokens without `#[doc ...]`, which is also what `///` becomes.
pub(super) fn without_docs(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for tree in tokens {
        match tree {
            TokenTree::Group(group) if is_doc(&group) && ends_in_hash(&kept) => {
                kept.pop();
            }
            TokenTree::Group(group) => {
                let inner = without_docs(group.stream());
                kept.push(Group::new(group.delimiter(), inner).into());
            }
            other => kept.push(other),
        }
    }
    kept.into_iter().collect()
}

fn is_doc(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
}

fn ends_in_hash(tokens: &[TokenTree]) -> bool {
    matches!(tokens.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_documentation_and_nothing_else() {
        let code = "/// a\n #[derive(Debug)] struct S { /** b */ #[doc = \"c\"] #[serde(default)] doc: [doc; 1] }";
        let kept = "#[derive(Debug)] struct S { #[serde(default)] doc: [doc; 1] }";
        let tokens = |text: &str| text.parse::<TokenStream>().unwrap();
        assert_eq!(
            without_docs(tokens(code)).to_string(),
            tokens(kept).to_string()
        );
        assert_eq!(
            without_docs(tokens(kept)).to_string(),
            tokens(kept).to_string()
        );
    }
}
