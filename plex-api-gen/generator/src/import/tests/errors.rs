//! Components of error responses, for which no client is generated.

use super::*;

const SOURCE: &str = "\
paths:
  /a:
    get:
      operationId: a
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Pin'}}}}
        '400': {$ref: '#/components/responses/Bad'}
        default: {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Own'}}}}
components:
  responses:
    Bad: {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Error'}}}}
  schemas:
    Pin: {type: integer}
    Own: {type: object, properties: {inner: {$ref: '#/components/schemas/Inner'}}}
    Inner: {type: string}
    Error: {type: object}
";

#[test]
fn a_clash_of_an_error_is_left_out_with_all_that_only_it_needs() {
    let imported = result(SOURCE, TARGET, &["a"], &[]).unwrap();
    let report = [
        "operation a: added (GET /a)",
        "schemas/Own: left out; the target has another one, and only error responses refer to it",
        "responses/Bad: added",
        "schemas/Pin: added",
        "schemas/Error: added",
    ];
    assert_eq!(imported.report, report);
    assert!(!imported.text.contains("Inner"), "{}", imported.text);
    let naming = Naming {
        prefix: Some(String::from("Media")),
        ..Naming::default()
    };
    assert_eq!(
        result_with(SOURCE, TARGET, &["a"], &naming).unwrap(),
        imported
    );
}

#[test]
fn a_clash_below_an_error_response_is_left_out() {
    let target = format!("{TARGET}    Error:\n      type: string\n");
    let imported = result(SOURCE, &target, &["a"], &["Own=New"]).unwrap();
    let left_out =
        "schemas/Error: left out; the target has another one, and only error responses refer to it";
    assert!(imported.report.iter().any(|line| line == left_out));
    assert!(imported.text.contains("    Bad:\n"), "{}", imported.text);
}

#[test]
fn a_clash_of_a_success_is_none_of_an_error() {
    let needed = SOURCE.replace("schemas/Pin'", "schemas/Own'");
    let error = result(&needed, TARGET, &["a"], &[]).unwrap_err();
    assert!(
        error[0].contains("schemas/Own exists and differs"),
        "{error:?}"
    );
}

#[test]
fn a_default_response_is_the_success_if_no_other_is_declared() {
    let only = SOURCE.replace("        '200':", "        '300':");
    let error = result(&only, TARGET, &["a"], &[]).unwrap_err();
    assert!(
        error[0].contains("schemas/Own exists and differs"),
        "{error:?}"
    );
}

#[test]
fn a_renamed_component_of_an_error_is_copied() {
    let text = result(SOURCE, TARGET, &["a"], &["Own=New"]).unwrap().text;
    assert!(
        text.contains("    New:\n") && text.contains("    Inner:\n"),
        "{text}"
    );
}
