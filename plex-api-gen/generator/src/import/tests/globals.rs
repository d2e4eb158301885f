//! Parameters that a document lists as global.

use super::*;

const SOURCE: &str = "\
x-speakeasy-globals:
  parameters:
    - $ref: '#/components/parameters/Id'
    - {in: header, name: X-Inline, schema: {$ref: '#/components/schemas/Text'}}
    - $ref: '#/components/parameters/Unused'
paths:
  /a:
    parameters: [{$ref: '#/components/parameters/Id'}]
    get: {operationId: a, parameters: [{in: header, name: x-inline}]}
  /b:
    get: {operationId: b}
components:
  parameters:
    Id: {in: header, name: X-Id, schema: {$ref: '#/components/schemas/Text'}}
    Unused: {in: header, name: X-Unused}
  schemas:
    Text: {type: string}
";

fn globals(text: &str) -> Value {
    let file = SpecFile {
        name: "t.yaml",
        text,
    };
    Spec::read(file).unwrap().root()["x-speakeasy-globals"].clone()
}

/// The globals that `a` takes.
const LIST: &str = "    - $ref: \"#/components/parameters/Id\"
    - in: header
      name: X-Inline
      schema:
        $ref: \"#/components/schemas/Text\"
";

#[test]
fn a_target_without_globals_gets_those_that_the_operation_takes() {
    let imported = result(SOURCE, TARGET, &["a"], &[]).unwrap();
    let end = format!("\nx-speakeasy-globals:\n  parameters:\n{LIST}");
    assert!(imported.text.ends_with(&end), "{}", imported.text);
    let report = [
        "operation a: added (GET /a)",
        "parameters/Id: added",
        "schemas/Text: added",
        "global parameter x-id (header): added",
        "global parameter x-inline (header): added",
    ];
    assert_eq!(imported.report, report);
    let text = copied(SOURCE, TARGET, &["b"]).unwrap();
    assert!(!text.contains("globals"), "{text}");
}

#[test]
fn a_list_of_the_target_gets_those_that_it_lacks() {
    for list in [
        "  parameters:\n    # the identity\n    - {in: header, name: x-own}\n    # end\n",
        "  parameters:\n    - in: header\n      name: x-own\n",
    ] {
        let head = format!("x-speakeasy-globals:\n{list}");
        let text = copied(SOURCE, &format!("{head}{TARGET}"), &["a"]).unwrap();
        assert!(text.starts_with(&format!("{head}{LIST}")), "{text}");
    }
    // The items of an array may stand in the column of its key.
    let head = "x-speakeasy-globals:\n  parameters:\n  - {in: header, name: x-own}\n  other: 1\n";
    let text = copied(SOURCE, &format!("{head}{TARGET}"), &["a"]).unwrap();
    let list = globals(&text);
    assert_eq!(
        list["parameters"].as_array().map(Vec::len),
        Some(3),
        "{text}"
    );
    assert_eq!(list["other"], 1);
}

#[test]
fn globals_that_are_there_stay_as_they_are() {
    let own = "x-speakeasy-globals:\n  parameters:\n    - {in: header, name: x-id}\n    - {in: header, name: X-INLINE}\n";
    let target = format!("{own}{TARGET}");
    let text = copied(SOURCE, &target, &["a"]).unwrap();
    assert!(
        text.starts_with(&target[..target.find("\n# tail").unwrap()]),
        "{text}"
    );
    assert_eq!(globals(&text), globals(&target));
}

#[test]
fn a_list_in_brackets_is_refused() {
    let target = format!("x-speakeasy-globals:\n  parameters: [{{in: header, name: x}}]\n{TARGET}");
    let error = copied(SOURCE, &target, &["a"]).unwrap_err();
    let says = "t.yaml:2: no entry can be added to `parameters` as it is written";
    assert!(error[0].starts_with(says), "{error:?}");
    let target = format!("x-speakeasy-globals:\n  - a\n{TARGET}");
    let error = copied(SOURCE, &target, &["a"]).unwrap_err();
    assert!(
        error[0].starts_with("t.yaml:1: no entry can be added"),
        "{error:?}"
    );
}

#[test]
fn the_report_says_how_imported_schemes_send_their_credential() {
    let scheme = |scheme: &str| {
        let source = format!(
            "paths: {{/a: {{get: {{operationId: a, security: [{{key: []}}]}}}}}}\ncomponents: {{securitySchemes: {{key: {scheme}}}}}\n"
        );
        result(&source, TARGET, &["a"], &[]).unwrap().report[1].clone()
    };
    for (yaml, text) in [
        (
            "{type: apiKey, in: query, name: k}",
            "API key in the query k",
        ),
        ("{type: http, scheme: bearer}", "HTTP bearer"),
        ("{type: oauth2}", "oauth2"),
    ] {
        assert_eq!(scheme(yaml), format!("securitySchemes/key: added ({text})"));
    }
}
