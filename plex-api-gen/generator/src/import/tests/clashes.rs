//! Entries that the target already has, that are missing, or that cannot be copied.

use super::*;

const SOURCE: &str = "\
paths:
  /a:
    get: {operationId: a, x: [{$ref: '#/components/schemas/Own'}, {$ref: '#/components/schemas/Two'}]}
components:
  schemas:
    Own: {type: integer}
    Two: {type: array}
";

#[test]
fn every_clash_is_reported() {
    let target = format!("{TARGET}    Two:\n");
    let says = [
        "t.yaml:11 and s.yaml:6: schemas/Own exists and differs; rename one of them, the copied one with --rename Own=NEW, or every such one with --prefix NAME",
        "t.yaml:13 and s.yaml:7: schemas/Two exists and differs; rename one of them, the copied one with --rename Two=NEW, or every such one with --prefix NAME",
    ];
    assert_eq!(copied(SOURCE, &target, &["a"]).unwrap_err(), says);
}

#[test]
fn renames_solve_a_clash_or_make_one() {
    let text = copied_as(SOURCE, &["Own=New"]).unwrap();
    assert!(text.ends_with("    New:\n      type: integer\n      x-imported-from: s#/components/schemas/Own\n    Two:\n      type: array\n"));
    let error = |rename| copied_as(SOURCE, &["Own=New", rename]).unwrap_err();
    assert_eq!(
        error("None=Other"),
        ["--rename None=Other: no copied component is called `None`"]
    );
    assert_eq!(
        error("Two=New"),
        ["s.yaml:6 and s.yaml:7: both would be called schemas/New; choose another --rename"]
    );
}

#[test]
fn a_reference_on_two_lines_is_renamed() {
    let source = SOURCE.replace(
        "'#/components/schemas/Own'",
        "\"#/components/schemas/\\\n      Own\"",
    );
    let text = copied_as(&source, &["Own=New"]).unwrap();
    assert!(
        text.contains("$ref: \"#/components/schemas/New\"\n"),
        "{text}"
    );
}

#[test]
fn equal_components_are_not_copied_again() {
    let target = format!("{TARGET}    Two:  # the same\n      \"type\": 'array'\n");
    let source = SOURCE.replace("integer", "string");
    let text = copied(&source, &target, &["a"]).unwrap();
    assert!(text.ends_with(&target[target.find("\n# tail").unwrap()..]));
    let imported = result(&source, &target, &["a"], &[]).unwrap();
    let report = [
        "operation a: added (GET /a)",
        "schemas/Own: already there",
        "schemas/Two: already there",
    ];
    assert_eq!(imported.report, report);
}

#[test]
fn global_parameters_are_not_copied() {
    let globals = |list: &str| format!("x-speakeasy-globals:\n  parameters:\n{list}");
    let source = globals(
        "    - {$ref: '#/components/parameters/Id'}\n    - {in: query, name: l}\n",
    ) + "paths:\n  /a:\n    get:\n      operationId: a\n      parameters:\n        - $ref: \"#/components/parameters/Id\"\n        - {in: query, name: l}\n        - $ref: '#/components/parameters/L'\n        - $ref: '#/components/parameters/M'\n\
           components:\n  parameters:\n    Id: {in: header, name: x-id, schema: {$ref: '#/components/schemas/Own'}}\n    L: {in: query, name: l}\n    M: {in: query, name: m}\n";
    let target = globals(
        "    - {$ref: '#/components/parameters/X-Id'}\n    - {$ref: '#/components/parameters/Language'}\n",
    ) + "paths:\n  /own: {}\ncomponents:\n  parameters:\n    X-Id: {in: header, name: X-Id}\n    Language: {in: query, name: l}\n";
    let expected = target.replace(
        "\ncomponents",
        "\n  /a:\n    get:\n      operationId: a\n      parameters:\n        - $ref: \"#/components/parameters/X-Id\"\n        - in: query\n          name: l\n        - $ref: \"#/components/parameters/Language\"\n        - $ref: \"#/components/parameters/M\"\ncomponents",
    ) + "    M:\n      in: query\n      name: m\n";
    assert_eq!(copied(&source, &target, &["a"]).unwrap(), expected);
}

#[test]
fn an_operation_that_is_there_is_an_error() {
    let says = "t.yaml:4 and s.yaml:3: operation own (GET /own) already exists";
    let same_path = "paths:\n  /own:\n    get: {operationId: new}\n";
    assert_eq!(copied(same_path, TARGET, &["new"]).unwrap_err(), [says]);
    let same_id = "paths:\n  /new:\n    get: {operationId: own}\n";
    assert_eq!(copied(same_id, TARGET, &["own"]).unwrap_err(), [says]);
    let twice = "paths:\n  /a:\n    get: {operationId: x}\n    put: {operationId: x}\n";
    assert_eq!(
        copied(twice, TARGET, &["GET /a", "PUT /a"]).unwrap_err(),
        ["s.yaml:3 and s.yaml:4: GET /a and PUT /a have the same operationId; copy one of them"]
    );
}

#[test]
fn a_path_with_other_names_of_variables_is_an_error() {
    let source = "paths:\n  /x/{a}/y:\n    get: {operationId: a}\n";
    let target = "paths:\n  /x/{b}/y:\n    put: {}\n";
    assert_eq!(
        copied(source, target, &["a"]).unwrap_err(),
        [
            "t.yaml:2 and s.yaml:3: /x/{b}/y and /x/{a}/y are the same path to a server; give its variables the same names"
        ]
    );
}

#[test]
fn an_existing_path_must_not_add_parameters() {
    let source = "paths:\n  /a:\n    parameters: [{in: query, name: r}]\n    get: {operationId: a, parameters: [{in: query, name: q}]}\n";
    let target = |name| {
        format!(
            "paths:\n  /a:\n    parameters:\n      - {{in: query, name: {name}}}\n    put: {{}}\n"
        )
    };
    assert!(copied(source, &target("q"), &["a"]).is_ok());
    assert!(copied(source, &target("r"), &["a"]).is_ok());
    let error = copied(source, &target("s"), &["a"]).unwrap_err();
    assert!(
        error[0].starts_with("t.yaml:4: the path's parameter would also apply to a"),
        "{error:?}"
    );
}

#[test]
fn every_problem_is_reported() {
    let source = "\
paths:
  /a:
    get:
      operationId: a
      x: {$ref: '#/components/schemas/None'}
      y: {$ref: other.yaml}
      security: [{missing: []}]
      z: {$ref: '#/components/schemas/A'}
components:
  schemas:
    A: {$ref: '#/components/schemas/Neither'}
";
    let says = [
        "s.yaml: the operation `b` does not exist; no name in the file is similar; write an operationId, or 'METHOD /path'",
        "s.yaml:6: `other.yaml` cannot be followed; only references to #/components/... of the same file can be copied",
        "s.yaml:5: refers to schemas/None, which does not exist",
        "s.yaml:7: refers to securitySchemes/missing, which does not exist",
        "s.yaml:11: refers to schemas/Neither, which does not exist",
    ];
    assert_eq!(copied(source, TARGET, &["b", "a"]).unwrap_err(), says);
}

#[test]
fn anchors_and_merge_keys_are_written_out() {
    let source = |inside: &str| {
        format!(
            "z: &z {{k: [1]}}\npaths:\n  /a:\n    get:\n      operationId: a\n      x: {inside}\n"
        )
    };
    let copy = |inside: &str| copied(&source(inside), TARGET, &["a"]);
    let alias = with(
        "  /a:\n    get:\n      operationId: a\n      x:\n        k:\n          - 1\n",
        "",
    );
    assert_eq!(copy("*z").unwrap(), alias);
    assert_eq!(copy("&y {k: [1]}").unwrap(), alias);
    assert_eq!(copy("{<<: *z}").unwrap(), alias);
}
