//! Copies of whole operations, as text before and after.

mod clashes;
mod inherited;

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

fn import_as(
    source: &str,
    target: &str,
    wanted: &[&str],
    renames: &[&str],
) -> Result<String, Vec<String>> {
    let source = Document::parse("s.yaml", source).unwrap();
    let target = Document::parse("t.yaml", target).unwrap();
    let wanted: Vec<_> = wanted.iter().map(|name| (*name).to_owned()).collect();
    let renames: Vec<_> = renames.iter().map(|name| name.parse().unwrap()).collect();
    plan(&source, &target, &wanted, &renames).map(|plan| plan.text)
}

fn import(source: &str, target: &str, wanted: &[&str]) -> Result<String, Vec<String>> {
    import_as(source, target, wanted, &[])
}

/// The target with lines added at the end of its paths and at the end of the file.
fn with(paths: &str, components: &str) -> String {
    TARGET.replace("\n# tail", &format!("{paths}\n# tail")) + components
}

#[test]
fn an_operation_comes_with_all_it_refers_to_and_nothing_else() {
    let source = "\
paths:
  # not this comment
  /a/{id}:
    # how it is
    get:
      operationId: a
      parameters:
        - $ref: '#/components/parameters/Id'  # the id
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
    # An id.
    Id:
      type: integer
      # deeper

    # of the next one
    Last: {}
";
    let expected = with(
        "  /a/{id}:
    # how it is
    get:
      operationId: a
      parameters:
        - $ref: '#/components/parameters/Id'  # the id
      requestBody: {$ref: '#/components/requestBodies/Body'}
      responses:
        '200': { $ref: \"#/components/responses/Ok\" }
",
        "    # An id.
    Id:
      type: integer
      # deeper
  examples:
    One: {value: {$ref: '#/components/schemas/Unused'}}
  headers:
    X: {schema: {type: string}}
  links:
    L: {operationId: own}
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
",
    );
    assert_eq!(import(source, TARGET, &["a"]).unwrap(), expected);
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
    let expected = with(
        "  /a:\n    get: {operationId: a, x: {$ref: '#/components/schemas/A'}}\n",
        "    A: {b: {$ref: '#/components/schemas/B'}}\n    B: {a: {$ref: '#/components/schemas/A'}}\n",
    );
    assert_eq!(import(source, TARGET, &["a"]).unwrap(), expected);
}

#[test]
fn an_existing_path_gets_another_method() {
    let source = "paths:\n  /own:\n    put:\n      operationId: put\n  /z:\n    post: {operationId: z}\n    get: {operationId: y}\n";
    let expected = TARGET.replace(
        "\n# tail",
        "    put:\n      operationId: put\n  /z:\n    get: {operationId: y}\n    post: {operationId: z}\n\n# tail",
    );
    let found = import(source, TARGET, &["y", "put", "POST /z"]).unwrap();
    assert_eq!(found, expected);
}

#[test]
fn a_new_path_item_goes_below_the_last_ones_comments() {
    let target =
        "paths:\n  /own:\n    get: {}\n    # of own\n  # of paths\n\n# of the file\nx: 1\n";
    let source = "paths: {/a: {get: {operationId: a}}}\n";
    let expected = target.replace(
        "# of paths\n",
        "# of paths\n  /a:\n    get: {operationId: a}\n",
    );
    assert_eq!(import(source, target, &["a"]).unwrap(), expected);
}

#[test]
fn windows_line_endings_and_a_missing_last_newline() {
    let source = "paths:\r\n  /a:\r\n    get:\r\n      operationId: a\r\n      x: {$ref: '#/components/schemas/A'}\r\n\
                  components:\r\n  schemas:\r\n    A:\r\n      description: |\r\n        x\r\n        y\r\n";
    let expected = with(
        "  /a:\n    get:\n      operationId: a\n      x: {$ref: '#/components/schemas/A'}\n",
        "    A:\n      description: |\n        x\n        y\n",
    );
    assert_eq!(import(source, TARGET, &["a"]).unwrap(), expected);
    let without_end = source.trim_end();
    assert_eq!(import(without_end, TARGET, &["a"]).unwrap(), expected);
    let windows = TARGET.replace('\n', "\r\n");
    let cut = windows.trim_end();
    assert_eq!(
        import(source, cut, &["a"]).unwrap(),
        expected.replace('\n', "\r\n")
    );
}

#[test]
fn missing_paths_and_empty_paths_are_filled() {
    let source = "paths:\n  /a:\n    get: {operationId: a}\n";
    assert_eq!(
        import(source, "x: 1\n", &["a"]).unwrap(),
        format!("x: 1\n{source}")
    );
    assert_eq!(
        import(source, "paths:\nx: 1\n", &["a"]).unwrap(),
        format!("{source}x: 1\n")
    );
}

#[test]
fn places_in_brackets_are_refused() {
    let source = "paths:\n  /a:\n    get: {operationId: a}\n";
    let error = |target| import(source, target, &["a"]).unwrap_err();
    let says = "nothing can be added to `paths` as it is written";
    assert!(error("x: 1\npaths: {}\n")[0].starts_with(&format!("t.yaml:2: {says}")));
    let says = "t.yaml:2: nothing can be added to `/a` as it is written";
    assert!(error("paths:\n  /a: {put: {}}\n")[0].starts_with(says));
    let says = "t.yaml:2: the path item is a reference";
    assert!(error("paths:\n  /a:\n    $ref: other.yaml\n")[0].starts_with(says));
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
    let text = import_as(source, TARGET, &["a"], &["Own=New"]).unwrap();
    let expected = with(
        "  /a:
    get:
      operationId: a
      x: {$ref: \"#/components/schemas/New\"}
      y: {discriminator: {mapping: {own: New, other: '#/components/schemas/New/x'}}}
",
        "    'New': {type: integer, me: {$ref: '#/components/schemas/New'}, \"$ref\": '#/components/schemas/New'}\n",
    );
    assert_eq!(text, expected);
}
