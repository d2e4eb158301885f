//! What is there already, what is missing, and what cannot be copied.

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
fn all_clashes_are_said_at_once() {
    let target = format!("{TARGET}    Two:\n");
    let says = [
        "t.yaml:11 and s.yaml:6: schemas/Own is there and differs; rename one of them, the copied one with --rename Own=NEW",
        "t.yaml:13 and s.yaml:7: schemas/Two is there and differs; rename one of them, the copied one with --rename Two=NEW",
    ];
    assert_eq!(import(SOURCE, &target, &["a"]).unwrap_err(), says);
}

#[test]
fn renames_solve_a_clash_or_make_one() {
    let text = import_as(SOURCE, TARGET, &["a"], &["Own=New"]).unwrap();
    assert!(text.ends_with("    New: {type: integer}\n    Two: {type: array}\n"));
    let error = |rename| import_as(SOURCE, TARGET, &["a"], &["Own=New", rename]).unwrap_err();
    assert_eq!(
        error("None=Other"),
        ["--rename None=Other: nothing that is copied is called `None`"]
    );
    assert_eq!(
        error("Two=New"),
        ["s.yaml:6 and s.yaml:7: both would be called schemas/New; choose another --rename"]
    );
}

#[test]
fn a_reference_on_two_lines_cannot_be_renamed() {
    let source = SOURCE.replace(
        "'#/components/schemas/Own'",
        "\"#/components/schemas/\\\n      Own\"",
    );
    assert_eq!(
        import_as(&source, TARGET, &["a"], &["Own=New"]).unwrap_err(),
        ["s.yaml:3: write this reference on one line"]
    );
}

#[test]
fn what_is_equal_is_not_copied_again() {
    let target = format!("{TARGET}    Two:  # the same\n      \"type\": 'array'\n");
    let source = SOURCE.replace("integer", "string");
    let text = import(&source, &target, &["a"]).unwrap();
    assert!(text.ends_with(&target[target.find("\n# tail").unwrap()..]));
    let source = Document::parse("s.yaml", &source).unwrap();
    let target = Document::parse("t.yaml", &target).unwrap();
    let plan = plan(&source, &target, &[String::from("a")], &[]).unwrap();
    let report = [
        "operation a: added (GET /a)",
        "schemas/Own: already there",
        "schemas/Two: already there",
    ];
    assert_eq!(plan.report, report);
}

#[test]
fn global_parameters_are_ours() {
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
        "\n  /a:\n    get:\n      operationId: a\n      parameters:\n        - $ref: \"#/components/parameters/X-Id\"\n        - {in: query, name: l}\n        - $ref: '#/components/parameters/Language'\n        - $ref: '#/components/parameters/M'\ncomponents",
    ) + "    M: {in: query, name: m}\n";
    assert_eq!(import(&source, &target, &["a"]).unwrap(), expected);
}

#[test]
fn an_operation_that_is_there_is_an_error() {
    let says = "t.yaml:4 and s.yaml:3: operation own (GET /own) is already there";
    let same_path = "paths:\n  /own:\n    get: {operationId: new}\n";
    assert_eq!(import(same_path, TARGET, &["new"]).unwrap_err(), [says]);
    let same_id = "paths:\n  /new:\n    get: {operationId: own}\n";
    assert_eq!(import(same_id, TARGET, &["own"]).unwrap_err(), [says]);
    let twice = "paths:\n  /a:\n    get: {operationId: x}\n    put: {operationId: x}\n";
    assert_eq!(
        import(twice, TARGET, &["GET /a", "PUT /a"]).unwrap_err(),
        ["s.yaml:3 and s.yaml:4: GET /a and PUT /a have the same operationId; copy one of them"]
    );
}

#[test]
fn a_path_with_other_names_of_variables_is_an_error() {
    let source = "paths:\n  /x/{a}/y:\n    get: {operationId: a}\n";
    let target = "paths:\n  /x/{b}/y:\n    put: {}\n";
    assert_eq!(
        import(source, target, &["a"]).unwrap_err(),
        [
            "t.yaml:2 and s.yaml:3: /x/{b}/y and /x/{a}/y are one path to a server; give its variables the same names"
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
    assert!(import(source, &target("q"), &["a"]).is_ok());
    assert!(import(source, &target("r"), &["a"]).is_ok());
    let error = import(source, &target("s"), &["a"]).unwrap_err();
    assert!(
        error[0].starts_with("t.yaml:4: the path's parameter would also be one of a"),
        "{error:?}"
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
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
        "s.yaml: there is no operation `b`; nothing in it has a name like that; write an operationId, or 'METHOD /path'",
        "s.yaml:6: `other.yaml` cannot be followed; only references to #/components/... of the same file can be copied",
        "s.yaml:5: refers to schemas/None, which the file does not have",
        "s.yaml:7: refers to securitySchemes/missing, which the file does not have",
        "s.yaml:11: refers to schemas/Neither, which the file does not have",
    ];
    assert_eq!(import(source, TARGET, &["b", "a"]).unwrap_err(), says);
}

#[test]
fn anchors_and_the_like_are_refused_only_where_they_are_copied() {
    let source = |inside: &str, outside: &str| {
        format!("paths:\n  /a:\n    get:\n      operationId: a\n      x: {inside}\nz: {outside}\n")
    };
    for (inside, outside, what) in [("&z 1", "1", "an anchor"), ("{<<: {}}", "1", "a merge key")] {
        let says = format!(
            "s.yaml:5: {what} of YAML cannot be copied; write out there what it stands for"
        );
        assert_eq!(
            import(&source(inside, outside), TARGET, &["a"]).unwrap_err(),
            [says]
        );
    }
    let alias = "z: &z 1\n".to_owned() + &source("*z", "2").replace("\nz: 2", "");
    let error = import(&alias, TARGET, &["a"]).unwrap_err();
    assert!(
        error[0].starts_with("s.yaml:6: an alias of YAML"),
        "{error:?}"
    );
    assert!(import(&source("1", "&z 1"), TARGET, &["a"]).is_ok());
}
