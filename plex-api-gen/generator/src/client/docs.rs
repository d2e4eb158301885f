//! Writes documentation.

use syn::{Attribute, parse_quote};

/// Returns an attribute for each line of a text.
pub(super) fn doc(text: &str) -> Vec<Attribute> {
    let line = |line: &str| {
        let line = line.trim_end();
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        parse_quote!(#[doc = #line])
    };
    text.lines().map(line).collect()
}
