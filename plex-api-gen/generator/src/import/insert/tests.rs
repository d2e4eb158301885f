//! Where new entries go, as text before and after.

use serde_json::json;

use super::super::SpecFile;
use super::*;

fn insertion(text: &str, kind: &str) -> Result<String, String> {
    let source = Spec::read(SpecFile {
        name: "s.yaml",
        text: "x: 1",
    })
    .unwrap();
    let target = Spec::read(SpecFile {
        name: "t.yaml",
        text,
    })
    .unwrap();
    let addition = |name: &str| Addition {
        keys: ["components", kind, name].map(str::to_owned).to_vec(),
        value: json!({}),
        place: Pointer::default(),
    };
    let additions = [addition("X"), addition("Z")];
    check_sections(&target, &additions)?;
    insert(&source, &target, &additions)
}

fn added(text: &str, kind: &str) -> String {
    insertion(text, kind).unwrap()
}

#[test]
fn new_entries_follow_the_comments_of_their_section() {
    let text = "components:\n  schemas:\n    A: {}\n    # end\n\n  # next\n  links:\n    L: {}\n";
    assert_eq!(
        added(text, "schemas"),
        text.replace("# end\n", "# end\n    X: {}\n    Z: {}\n")
    );
}

#[test]
fn new_entries_are_separated_as_the_others_are() {
    let text = "components:\n  schemas:\n    A: {}\n\n    # B\n    B: {}\n";
    assert_eq!(
        added(text, "schemas"),
        format!("{text}\n    X: {{}}\n\n    Z: {{}}\n")
    );
}

#[test]
fn missing_sections_are_added() {
    let new = "  links:\n    X: {}\n    Z: {}\n";
    let text = "components:\n  schemas:\n    A: {}\n";
    assert_eq!(added(text, "links"), format!("{text}{new}"));
    let text = "components:\n  schemas:\n    A: {}\n\n  headers:\n    H: {}\n";
    assert_eq!(added(text, "links"), format!("{text}\n{new}"));
    assert_eq!(
        added("a: 1\n", "links"),
        format!("a: 1\ncomponents:\n{new}")
    );
    assert_eq!(
        added("components: # none\n", "links"),
        format!("components: # none\n{new}")
    );
}

#[test]
fn line_endings_are_those_of_the_target() {
    let text = "components:\r\n  links:\r\n    A: {}";
    assert_eq!(
        added(text, "links"),
        format!("{text}\r\n    X: {{}}\r\n    Z: {{}}\r\n")
    );
}

#[test]
fn empty_lines_that_a_block_scalar_keeps_stay_in_it() {
    let text = "components:\n  links:\n    A: |+\n      x\n\nz: 1\n";
    let expected = "components:\n  links:\n    A: |+\n      x\n\n    X: {}\n    Z: {}\nz: 1\n";
    assert_eq!(added(text, "links"), expected);
}

#[test]
fn sections_in_brackets_are_refused() {
    for text in [
        "components: {}\n",
        "a: 1\ncomponents:\n  links: {A: {}}\n",
        "components: null\n",
    ] {
        let error = insertion(text, "links").unwrap_err();
        assert!(error.contains("without brackets"), "{error}");
    }
}
