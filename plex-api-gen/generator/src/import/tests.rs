//! Imports as text before and after.

mod clashes;
mod errors;
mod globals;
mod inherited;
mod names;
mod styles;

use super::*;

/// The target of most tests.
const TARGET: &str = "\
# head
paths:
  /own:
    get:
      operationId: own # kept
      responses: {\"200\": {description: ok}}

# tail
components:
  schemas:
    Own:
      type: string
";

fn result(
    source: &str,
    target: &str,
    wanted: &[&str],
    renames: &[&str],
) -> Result<Imported, Vec<String>> {
    let naming = Naming {
        renames: renames.iter().map(|name| name.parse().unwrap()).collect(),
        prefix: None,
    };
    result_with(source, target, wanted, &naming)
}

fn result_with(
    source: &str,
    target: &str,
    wanted: &[&str],
    naming: &Naming,
) -> Result<Imported, Vec<String>> {
    let source = SpecFile {
        name: "s.yaml",
        text: source,
    };
    let target = SpecFile {
        name: "t.yaml",
        text: target,
    };
    let wanted: Vec<_> = wanted.iter().map(|name| (*name).to_owned()).collect();
    import(source, target, &wanted, naming).map_err(|error| error.problems)
}

fn copied(source: &str, target: &str, wanted: &[&str]) -> Result<String, Vec<String>> {
    result(source, target, wanted, &[]).map(|imported| imported.text)
}

fn copied_as(source: &str, rename: &[&str]) -> Result<String, Vec<String>> {
    result(source, TARGET, &["a"], rename).map(|imported| imported.text)
}

/// The target with lines added at the end of its paths and at the end of the file.
fn with(paths: &str, components: &str) -> String {
    TARGET.replace("\n# tail", &format!("{paths}\n# tail")) + components
}

#[test]
fn an_operation_comes_with_everything_it_refers_to_and_nothing_else() {
    let source = "\
paths:
  /a/{id}:
    # not copied
    get:
      operationId: a
      parameters:
        - $ref: '#/components/parameters/Id'
      requestBody: {$ref: '#/components/requestBodies/Body'}
      responses:
        '200': { $ref: \"#/components/responses/Ok\" }
    put: {operationId: other}
components:
  parameters:
    Id: {in: path, name: id, required: true, schema: {$ref: '#/components/schemas/Id'}}
  requestBodies:
    Body: {content: {text/plain: {examples: {one: {$ref: '#/components/examples/One'}}}}}
  responses:
    Ok:
      description: |
        # no comment

          further in
      headers: {X: {$ref: '#/components/headers/X'}}
      links: {l: {$ref: '#/components/links/L'}}
  headers:
    X: {schema: {type: string}}
  links:
    L: {operationId: own}
  examples:
    One: {value: {$ref: '#/components/schemas/Unused'}}
  schemas:
    Unused: {type: string}
    Id:
      type: integer
    Last: {}
";
    let expected = with(
        "  /a/{id}:
    get:
      operationId: a
      parameters:
        - $ref: \"#/components/parameters/Id\"
      requestBody:
        $ref: \"#/components/requestBodies/Body\"
      responses:
        \"200\":
          $ref: \"#/components/responses/Ok\"
",
        "    Id:
      type: integer
  examples:
    One:
      value:
        $ref: \"#/components/schemas/Unused\"
  headers:
    X:
      schema:
        type: string
  links:
    L:
      operationId: own
  parameters:
    Id:
      in: path
      name: id
      required: true
      schema:
        $ref: \"#/components/schemas/Id\"
  requestBodies:
    Body:
      content:
        text/plain:
          examples:
            one:
              $ref: \"#/components/examples/One\"
  responses:
    Ok:
      description: |
        # no comment

          further in
      headers:
        X:
          $ref: \"#/components/headers/X\"
      links:
        l:
          $ref: \"#/components/links/L\"
",
    );
    assert_eq!(copied(source, TARGET, &["a"]).unwrap(), expected);
}

#[test]
fn circles_of_references_end() {
    let source = "\
paths:
  /a:
    get: {operationId: a, x: {$ref: '#/components/schemas/A'}}
components:
  schemas:
    A: {b: {$ref: '#/components/schemas/B'}}
    B: {a: {$ref: '#/components/schemas/A'}}
";
    let text = copied(source, TARGET, &["a"]).unwrap();
    let added = "    A:\n      b:\n        $ref: \"#/components/schemas/B\"\n    \
                 B:\n      a:\n        $ref: \"#/components/schemas/A\"\n";
    assert!(text.ends_with(added), "{text}");
}

#[test]
fn an_existing_path_gets_another_method() {
    let source = "paths:\n  /own:\n    put:\n      operationId: put\n  /z:\n    post: {operationId: z}\n    get: {operationId: y}\n";
    let expected = TARGET.replace(
        "\n# tail",
        "    put:\n      operationId: put\n  /z:\n    get:\n      operationId: \"y\"\n    post:\n      operationId: z\n\n# tail",
    );
    let found = copied(source, TARGET, &["y", "put", "POST /z"]).unwrap();
    assert_eq!(found, expected);
}

#[test]
fn a_new_path_item_goes_below_the_comments_of_the_last_one() {
    let target =
        "paths:\n  /own:\n    get: {}\n    # of own\n  # of paths\n\n# of the file\nx: 1\n";
    let source = "paths: {/a: {get: {operationId: a}}}\n";
    let expected = target.replace(
        "# of paths\n",
        "# of paths\n  /a:\n    get:\n      operationId: a\n",
    );
    assert_eq!(copied(source, target, &["a"]).unwrap(), expected);
}

#[test]
fn windows_line_endings_and_a_missing_last_newline() {
    let source = "paths:\r\n  /a:\r\n    get:\r\n      operationId: a\r\n      x: {$ref: '#/components/schemas/A'}\r\n\
                  components:\r\n  schemas:\r\n    A:\r\n      description: |\r\n        x\r\n        y\r\n";
    let expected = with(
        "  /a:\n    get:\n      operationId: a\n      x:\n        $ref: \"#/components/schemas/A\"\n",
        "    A:\n      description: |\n        x\n        y\n",
    );
    assert_eq!(copied(source, TARGET, &["a"]).unwrap(), expected);
    let windows = TARGET.replace('\n', "\r\n");
    let cut = windows.trim_end();
    assert_eq!(
        copied(source, cut, &["a"]).unwrap(),
        expected.replace('\n', "\r\n")
    );
    let error = copied(source, "paths:\r  /b: {}\n", &["a"]).unwrap_err();
    assert_eq!(error, ["t.yaml: a line ends in CR only; end it with LF"]);
}

#[test]
fn missing_and_empty_paths_are_filled() {
    let source = "paths:\n  /a:\n    get:\n      operationId: a\n";
    assert_eq!(
        copied(source, "x: 1\n", &["a"]).unwrap(),
        format!("x: 1\n{source}")
    );
    assert_eq!(
        copied(source, "paths:\nx: 1\n", &["a"]).unwrap(),
        format!("{source}x: 1\n")
    );
    assert_eq!(
        copied(source, "---\nx: 1\n...\n", &["a"]).unwrap(),
        format!("---\nx: 1\n{source}...\n")
    );
}

#[test]
fn sections_in_brackets_are_refused() {
    let source = "paths:\n  /a:\n    get: {operationId: a}\n";
    let error = |target| copied(source, target, &["a"]).unwrap_err();
    let says = "no entry can be added to `paths` as it is written";
    assert!(error("x: 1\npaths: {}\n")[0].starts_with(&format!("t.yaml:2: {says}")));
    assert!(error("x: 1\npaths: {\n  /b: {}}\n")[0].starts_with(&format!("t.yaml:2: {says}")));
    let says = "t.yaml:2: no entry can be added to `/a` as it is written";
    assert!(error("paths:\n  /a: {put: {}}\n")[0].starts_with(says));
    let says = "t.yaml:2: the path item is a reference";
    assert!(error("paths:\n  /a:\n    $ref: other.yaml\n")[0].starts_with(says));
}

#[test]
fn a_new_text_with_another_meaning_is_refused() {
    let source = "paths:\n  /a:\n    get: {operationId: a}\n";
    let target = "paths: &p\n  /b:\n    get: {}\nx: *p\n";
    let error = copied(source, target, &["a"]).unwrap_err();
    assert!(
        error[0].starts_with("t.yaml: the new text would mean something else at /x"),
        "{error:?}"
    );
}

#[test]
fn renames_reach_every_reference_in_the_copy() {
    let source = "\
paths:
  /a:
    get:
      operationId: a
      x: {$ref: \"#/components/schemas/Own\"}
      y: {discriminator: {mapping: {own: Own, other: '#/components/schemas/Own/x'}}}
components:
  schemas:
    'Own': {type: integer, me: {$ref: '#/components/schemas/Own'}, \"$ref\": '#/components/schemas/Own'}
";
    let expected = with(
        "  /a:
    get:
      operationId: a
      x:
        $ref: \"#/components/schemas/New\"
      \"y\":
        discriminator:
          mapping:
            other: \"#/components/schemas/New/x\"
            own: New
",
        "    New:
      $ref: \"#/components/schemas/New\"
      me:
        $ref: \"#/components/schemas/New\"
      type: integer
",
    );
    assert_eq!(copied_as(source, &["Own=New"]).unwrap(), expected);
}
