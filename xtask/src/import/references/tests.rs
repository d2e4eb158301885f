//! What counts as a reference.

use super::*;

fn found(text: &str) -> (Vec<String>, Vec<String>) {
    let document = Document::parse("s", text).unwrap();
    let mut problems = Vec::new();
    let found = all(&document, &document.root, &mut problems);
    let found = found
        .iter()
        .map(|reference| format!("{} {}", reference.kind, reference.name))
        .collect();
    (found, problems)
}

#[test]
fn references_are_found_wherever_they_have_a_meaning() {
    let text = "a:\n  - {$ref: '#/components/schemas/A/properties/x'}\nsecurity: [{t: []}, {u: [], v: []}]\n\
                discriminator: {mapping: {b: B, c: '#/components/schemas/C'}}\n\
                examples: {x: {$ref: '#/components/examples/E'}}\n";
    let expected = [
        "schemas A",
        "securitySchemes t",
        "securitySchemes u",
        "securitySchemes v",
        "schemas B",
        "schemas C",
        "examples E",
    ];
    assert_eq!(found(text).0, expected);
}

#[test]
fn properties_may_be_called_like_keywords_and_data_is_no_reference() {
    let text = "properties:\n  example: {$ref: '#/components/schemas/A'}\n  $ref: {type: string}\n  security: {type: string}\n\
                example: {$ref: '#/components/schemas/No'}\nexamples: {x: {value: {$ref: '#/components/schemas/No'}}}\n";
    assert_eq!(found(text), (vec![String::from("schemas A")], vec![]));
    assert!(
        found("examples: [{$ref: '#/components/schemas/No'}]\n")
            .0
            .is_empty()
    );
}

#[test]
fn other_references_are_problems() {
    let (_, problems) = found("a: {$ref: other.yaml}\nb: {$ref: '#/paths/~1a/get'}\n");
    assert_eq!(problems.len(), 2);
    assert!(problems[1].starts_with("s:2: `#/paths/~1a/get` cannot be followed"));
}
