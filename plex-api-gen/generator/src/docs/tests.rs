use proptest::prelude::*;
use quote::quote;

use super::*;
use crate::markdown::{dedented, is_harmless, without_blocks};

/// Returns the documentation of a struct after the step, one string for each doc attribute.
fn finished(docs: &[&str]) -> Vec<String> {
    let mut file: File = syn::parse2(quote!(#(#[doc = #docs])* pub struct A;)).unwrap();
    finish(&mut file);
    let syn::Item::Struct(item) = &file.items[0] else {
        unreachable!("the file has one struct");
    };
    item.attrs.iter().filter_map(doc).collect()
}

#[test]
fn code_blocks_become_text() {
    for (docs, expected) in [
        ("```\nevil()\n```", "```text\nevil()\n```"),
        ("```rust,should_panic\nevil()\n```", "```text\nevil()\n```"),
        ("~~~\nevil()\n~~~", "```text\nevil()\n```"),
        ("````\n```\n````", "````text\n```\n````"),
        ("A\n\n    evil()\n\nB", "A\n\n```text\nevil()\n```\n\nB"),
        ("A\n\n\tevil()", "A\n\n```text\nevil()\n```"),
        ("- A\n\n      evil()", "* A\n  \n  ```text\n  evil()\n  ```"),
        ("> ```\n> evil()", " > \n > ```text\n > evil()\n > ```"),
        ("```\nnever closed", "```text\nnever closed\n```"),
        // rustdoc would remove the column of asterisks from a block comment.
        ("A\n*```\n*evil()\n*```", "A\n*```\n*evil()\n*```"),
        ("* A\n* B", "* A\n* B"),
    ] {
        let lines = finished(&[docs]);
        let lines: Vec<&str> = lines.iter().map(|line| &line[1..]).collect();
        assert!(lines.len() > 1, "not one attribute for each line: {docs}");
        assert_eq!(lines.join("\n"), expected, "{docs}");
    }
    // A block may begin in one attribute and end in another.
    let split = finished(&["A", "```", "evil()", "```"]).join("\n");
    assert!(split.contains("```text"), "{split}");
}

#[test]
fn other_documentation_is_unchanged() {
    for docs in ["A\n\n- `b`\n- [c](https://plex.tv)", "A", ""] {
        assert_eq!(finished(&[docs]), [docs]);
    }
    assert!(finished(&[]).is_empty());
}

#[test]
fn control_characters_are_removed() {
    assert_eq!(
        finished(&["a\rb\u{202e}c\u{2066}\0\u{1b}[0md\u{85}\r\n\te"]),
        [" a", " bc[0md", " \te"]
    );
}

#[test]
fn what_cannot_be_written_anew_has_no_blocks() {
    let text = without_blocks("- - ```rust\n    evil()\n~~~~\n\tevil()");
    assert_eq!(text, "- - '''rust\nevil()\n'''~\nevil()");
    assert!(is_harmless(&text));
}

proptest! {
    #[test]
    fn no_documentation_has_other_code(
        text in "([ \t>*+`~\n\r-]{0,6}(rust|text|1\\.|\\[\\^1\\]:|<div>|<pre>|a|\\|)?){0,16}"
    ) {
        let lines = finished(&[&text]);
        let text = lines.join("\n");
        prop_assert!(is_harmless(&dedented(&text)), "{text}");
        // From a block comment rustdoc removes a column of asterisks.
        if lines.iter().any(|line| line.contains('\n')) {
            let without = text.lines().map(|line| line.trim_start().trim_start_matches('*'));
            let without: Vec<&str> = without.collect();
            prop_assert!(is_harmless(&dedented(&without.join("\n"))), "{text}");
        }
    }
}
