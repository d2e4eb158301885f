//! Values as YAML text, and read again.

use serde_json::json;

use super::super::SpecFile;
use super::*;

fn written(value: &Value) -> String {
    let source = Spec::read(SpecFile {
        name: "s.yaml",
        text: "x: 1",
    })
    .unwrap();
    format!("  {}", entry(&source, &Pointer::default(), "key", value, 2))
}

#[test]
fn every_level_is_indented_by_two() {
    let value = json!({
        "a": [{"b": 1, "c": [2, [3, "x"]]}, {}, []],
        "d": {"e": "one\ntwo\n\n  three\n", "f": "one\n\ntwo"},
        "g": ["one\ntwo\n"]
    });
    let expected = "  key:
    a:
      - b: 1
        c:
          - 2
          - - 3
            - x
      - {}
      - []
    d:
      e: |
        one
        two

          three
      f: |-
        one

        two
    g:
      - |
        one
        two";
    assert_eq!(written(&value), expected);
}

#[test]
fn keys_keep_the_order_of_the_source_and_new_ones_come_last() {
    let text = "a:\n  z: 1\n  w: {d: 1, c: 1}\n  x: 1\n";
    let source = Spec::read(SpecFile {
        name: "s.yaml",
        text,
    })
    .unwrap();
    let mut value = source.root()["a"].clone();
    value["b"] = json!(1);
    assert_eq!(
        entry(&source, &Pointer::from("/a"), "a", &value, 0),
        "a:\n  z: 1\n  w:\n    c: 1\n    d: 1\n  x: 1\n  b: 1"
    );
}

#[test]
fn strings_that_could_mean_something_else_are_quoted() {
    for text in [
        "",
        "true",
        "No",
        "NULL",
        "~",
        "y",
        "1",
        "-1",
        "1e3",
        "0x1f",
        ".5",
        "1_000",
        "2020-01-01",
        "12:30",
        "a: b",
        "a #b",
        "a:",
        "a ",
        " a",
        "- a",
        "? a",
        "[a",
        "{a",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "'a",
        "\"a",
        "#a",
        "a\tb",
        "a\u{85}b",
        "a\u{feff}",
        "<<",
        "=",
        "é",
    ] {
        let value = Value::from(text);
        assert_eq!(written(&value), format!("  key: {value}"), "{text:?}");
        assert_eq!(key(text), format!("{value}:"), "{text:?}");
    }
    for text in [
        "a",
        "/a/{id}",
        "$ref",
        "a:b",
        "a#b",
        "it's, \"so\" [to] {say}",
        "text/plain; charset=utf-8",
    ] {
        assert_eq!(written(&Value::from(text)), format!("  key: {text}"));
    }
}

#[test]
fn strings_that_a_block_cannot_hold_are_quoted() {
    for text in [
        "\n",
        "a\n\n",
        "a\nb\n\n",
        " a\nb",
        "\na\nb",
        "a \nb",
        "a\n\tb",
        "a\r\nb",
        "a\n\u{85}",
    ] {
        let value = Value::from(text);
        assert_eq!(written(&value), format!("  key: {value}"), "{text:?}");
    }
}
