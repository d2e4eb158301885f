//! Copied components whose names are taken.

use super::*;

const SOURCE: &str = "\
info: {title: Media}
paths:
  /a:
    get: {operationId: a, x: {$ref: '#/components/schemas/List'}}
  /b:
    get: {operationId: b, x: [{$ref: '#/components/schemas/Own'}, {$ref: '#/components/schemas/List'}]}
components:
  schemas:
    Own: {type: integer}
    List: {type: array, items: {$ref: '#/components/schemas/Own'}}
    Same: {type: boolean}
";

fn prefixed(source: &str, target: &str, wanted: &[&str]) -> Result<Imported, Vec<String>> {
    let naming = Naming {
        prefix: Some(String::from("Media")),
        ..Naming::default()
    };
    result_with(source, target, wanted, &naming)
}

/// `TARGET` after the import of `a` with a prefix.
fn once() -> Imported {
    prefixed(SOURCE, TARGET, &["a"]).unwrap()
}

const ADDED: &str = "    MediaOwn:
      type: integer
      x-imported-from: Media#/components/schemas/Own
    List:
      items:
        $ref: \"#/components/schemas/MediaOwn\"
      type: array
";

#[test]
fn a_prefix_is_given_to_names_that_are_taken_and_to_no_others() {
    let imported = once();
    let operation = "  /a:\n    get:\n      operationId: a\n      x:\n        $ref: \"#/components/schemas/List\"\n";
    assert_eq!(imported.text, with(operation, ADDED));
    let report = [
        "operation a: added (GET /a)",
        "schemas/MediaOwn: added, as a copy of Own",
        "schemas/List: added",
    ];
    assert_eq!(imported.report, report);
}

#[test]
fn a_component_that_refers_to_a_renamed_one_is_renamed_if_its_name_is_taken() {
    // Equal as text, but its items are another schema.
    let list =
        "    List:\n      type: array\n      items:\n        $ref: '#/components/schemas/Own'\n";
    let text = prefixed(SOURCE, &format!("{TARGET}{list}"), &["a"])
        .unwrap()
        .text;
    assert!(
        text.contains("\n        $ref: \"#/components/schemas/MediaList\"\n"),
        "{text}"
    );
    assert!(text.contains("\n    MediaList:\n"), "{text}");
}

#[test]
fn an_explicit_name_goes_before_the_prefix() {
    let naming = Naming {
        renames: vec!["Own=Number".parse().unwrap()],
        prefix: Some(String::from("Media")),
    };
    let text = result_with(SOURCE, TARGET, &["a"], &naming).unwrap().text;
    assert!(
        text.contains("    Number:\n") && !text.contains("MediaOwn"),
        "{text}"
    );
}

#[test]
fn the_next_import_uses_what_was_renamed_even_if_it_was_edited() {
    let edited = once()
        .text
        .replace("type: integer", "type: [integer, 'null']");
    let imported = result(SOURCE, &edited, &["b"], &[]).unwrap();
    assert!(
        imported
            .text
            .contains("- $ref: \"#/components/schemas/MediaOwn\"\n")
    );
    assert_eq!(imported.text.matches("MediaOwn:").count(), 1);
    let report = [
        "operation b: added (GET /b)",
        "schemas/MediaOwn: already there, from an earlier import (Own)",
        "schemas/List: already there",
    ];
    assert_eq!(imported.report, report);
    // The rename of the first import may be given again.
    assert!(result(SOURCE, &edited, &["b"], &["Own=MediaOwn"]).is_ok());
}

#[test]
fn another_document_does_not_use_what_was_renamed() {
    let other = SOURCE.replace("title: Media", "title: Other");
    let error = result(&other, &once().text, &["b"], &[]).unwrap_err();
    assert!(
        error
            .iter()
            .any(|it| it.contains("schemas/Own exists and differs")),
        "{error:?}"
    );
}

#[test]
fn another_name_for_what_was_renamed_is_a_new_copy() {
    let text = result(SOURCE, &once().text, &["b"], &["Own=New", "List=NewList"])
        .unwrap()
        .text;
    assert!(
        text.contains("    New:\n") && text.contains("    MediaOwn:\n"),
        "{text}"
    );
}

#[test]
fn a_prefixed_name_that_is_taken_is_an_error() {
    let target = format!("{TARGET}    MediaOwn: {{}}\n");
    let error = prefixed(SOURCE, &target, &["a"]).unwrap_err();
    assert!(
        error[0].contains("schemas/MediaOwn exists and differs"),
        "{error:?}"
    );
}
