//! Where new lines go, as text before and after.

use super::*;

fn added(text: &str, kind: &str) -> String {
    let target = Document::parse("t.yaml", text).unwrap();
    let mut insertions = Insertions::new(&target);
    let column = insertions.component_column(kind).unwrap();
    let line = |name: &str| vec![format!("{}{name}: {{}}", " ".repeat(column))];
    insertions.component(kind, line("X")).unwrap();
    insertions.component(kind, line("Y")).unwrap();
    insertions.text().unwrap()
}

#[test]
fn at_the_end_of_the_section_behind_its_comments() {
    let text = "components:\n  schemas:\n    A: {}\n    # end\n\n  # next\n  links:\n    L: {}\n";
    assert_eq!(
        added(text, "schemas"),
        text.replace("# end\n", "# end\n    X: {}\n    Y: {}\n")
    );
}

#[test]
fn separated_as_the_others_are() {
    let text = "components:\n  schemas:\n    A: {}\n\n    # B\n    B: {}\n";
    assert_eq!(
        added(text, "schemas"),
        format!("{text}\n    X: {{}}\n\n    Y: {{}}\n")
    );
}

#[test]
fn missing_sections_are_made() {
    let new = "  links:\n    X: {}\n    Y: {}\n";
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
fn line_endings_are_the_files_own() {
    let text = "components:\r\n  links:\r\n    A: {}";
    assert_eq!(
        added(text, "links"),
        format!("{text}\r\n    X: {{}}\r\n    Y: {{}}\r\n")
    );
}

#[test]
fn what_is_kept_by_a_block_scalar_stays_in_it() {
    let text = "components:\n  links:\n    A: |+\n      x\n\nz: 1\n";
    let expected = "components:\n  links:\n    A: |+\n      x\n\n    X: {}\n    Y: {}\nz: 1\n";
    assert_eq!(added(text, "links"), expected);
}

#[test]
fn brackets_are_refused() {
    for text in [
        "components: {}\n",
        "a: 1\ncomponents:\n  links: {A: {}}\n",
        "components: null\n",
    ] {
        let target = Document::parse("t.yaml", text).unwrap();
        let error = Insertions::new(&target)
            .component_column("links")
            .unwrap_err();
        assert!(error.contains("without brackets"), "{error}");
    }
}
