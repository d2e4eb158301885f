//! Pieces of text, and the same pieces in another column.

use super::*;

/// The entry `a` inside of `in`, copied to column 4.
fn copied(text: &str) -> Result<String, String> {
    let document = Document::parse("s.yaml", text).unwrap();
    let parent = document.root.get("in").unwrap();
    let a = parent.entry("a").unwrap();
    let slice = entry(&document, parent, a, 4, true, &Edits::new())?;
    Ok(slice.lines.join("\n"))
}

#[test]
fn every_level_is_indented_by_two() {
    let text = "\
in:
      a:
            # of b
            b:
               - c:
                    d: 1   # kept
               # of the item
               -    e:
                       f: 2
                    g: [
                       1, {h: 2,
                         i: \"3
                         4\"}]
            k:
            - l
            -
              - - m
                - n
            j: one
              two
            # last of a
      # of z
      z: 1
";
    let expected = "    a:
      # of b
      b:
        - c:
            d: 1   # kept
        # of the item
        -    e:
               f: 2
             g: [
                1, {h: 2,
                  i: \"3
                  4\"}]
      k:
        - l
        -
          - - m
            - n
      j: one
        two
      # last of a";
    assert_eq!(copied(text).unwrap(), expected);
}

#[test]
fn block_scalars_keep_what_they_mean() {
    let text = "\
in:
    a:
        b: |
            one

              # two
          \u{20}
            three
        c: >2-
             x
            y
        d:
            - |+
                z

            - |
             w
    z: 1
";
    let expected = "    a:
      b: |
        one

          # two
      \u{20}
        three
      c: >2-
           x
          y
      d:
        - |+
          z

        - |
          w";
    let found = copied(text).unwrap();
    assert_eq!(found, expected);
    let meaning = |text: &str| {
        let document = Document::parse("s.yaml", text).unwrap();
        value(
            document.root.get("in").unwrap().get("a").unwrap(),
            &Edits::new(),
        )
    };
    assert_eq!(meaning(&format!("in:\n{found}\n")), meaning(text));
}

#[test]
fn narrow_levels_become_wider() {
    let text = "in:\n a:\n  b:\n   # c\n   c: |\n    x\n\n     y\n   d:\n   - 1\n";
    let expected = "    a:\n      b:\n        # c\n        c: |\n          x\n\n           y\n        d:\n          - 1";
    assert_eq!(copied(text).unwrap(), expected);
}

#[test]
fn comments_move_with_what_they_stand_beside() {
    let text = "\
in:
    a:
        b:
            - 1
            # of the item
        c:
            - 1
          # odd
        d: |
            # no comment
              x
        e: 1
    z: 1
";
    let expected = "    a:
      b:
        - 1
        # of the item
      c:
        - 1
        # odd
      d: |
        # no comment
          x
      e: 1";
    assert_eq!(copied(text).unwrap(), expected);
}

#[test]
fn only_the_comment_directly_above_comes_along() {
    let text = "in:\n  # far\n\n  # near\n  # nearer\n  a: 1 # beside\n  # below\n";
    assert_eq!(
        copied(text).unwrap(),
        "    # near\n    # nearer\n    a: 1 # beside"
    );
}

#[test]
fn what_stands_in_brackets_gets_lines_of_its_own() {
    let text = "in: {\"a\":{\"b\": 1,\n  # c\n c: é},  z: 1}\n";
    assert_eq!(
        copied(text).unwrap(),
        "    \"a\": {\"b\": 1,\n       # c\n      c: é}"
    );
    assert_eq!(copied("in: {a: [1]}\n").unwrap(), "    a: [1]");
}

#[test]
fn a_key_with_a_question_mark_is_refused() {
    let error = copied("in:\n  ? a\n  : 1\n").unwrap_err();
    assert!(error.starts_with("s.yaml:2: write the key `a`"), "{error}");
}

#[test]
fn changed_names_are_in_the_text_and_in_the_meaning() {
    let text = "in:\n  a: {é: x, y: 'z'}\n";
    let document = Document::parse("s.yaml", text).unwrap();
    let parent = document.root.get("in").unwrap();
    let a = parent.entry("a").unwrap();
    let edit = |node: &Node, raw: &str, text: &str| {
        let (end, raw, text) = (node.end, raw.to_owned(), text.to_owned());
        (node.start, Edit { end, raw, text })
    };
    let inner = a.value.entries();
    let edits = Edits::from([
        edit(&inner[0].value, "\"longer\"", "longer"),
        edit(&inner[1].key, "k", "k"),
    ]);
    let slice = entry(&document, parent, a, 0, true, &edits).unwrap();
    assert_eq!(slice.lines, ["a: {é: \"longer\", k: 'z'}"]);
    assert_eq!(
        value(&a.value, &edits),
        serde_json::json!({"é": "longer", "k": "z"})
    );
}
