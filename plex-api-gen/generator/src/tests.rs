//! The whole pipeline, from the text of a spec to the code.

use super::*;

mod code_in_docs;
mod deep_spec;
mod imports;
mod left_out;
mod odd_spec;

/// Compares with the file `snapshots/NAME.snap`.
pub(crate) fn assert_snapshot(name: &str, value: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, value));
}

const PING: &str = "\
openapi: 3.1.0
info: {title: Ping, version: '1'}
servers: [{url: 'https://plex.tv/api/v2'}]
paths:
  /ping:
    get:
      operationId: ping
      responses:
        '204': {description: Alive}
";

fn generated(spec: &str) -> Result<String, String> {
    let settings = Settings {
        spec_name: "ping.yaml",
        runtime: "crate",
        command: "make it",
    };
    let generated = generate(spec, &settings);
    generated
        .map(|generated| generated.code)
        .map_err(|error| error.to_string())
}

#[test]
fn the_header_names_the_command_and_the_hash_of_the_spec() {
    let code = generated(PING).unwrap();
    let mut lines = code.lines();
    assert_eq!(
        lines.next(),
        Some("// @generated from ping.yaml by `make it`; do not edit.")
    );
    let hash = lines.next().unwrap();
    let other = generated(&format!("{PING}# one more byte\n")).unwrap();
    assert!(
        !other.contains(hash),
        "another spec has another hash: {hash}"
    );
    assert_eq!(
        code,
        generated(PING).unwrap(),
        "the same spec gives the same code"
    );
}

#[test]
fn every_problem_is_listed_with_its_line() {
    let spec = PING
        .replace("description: Alive", "$ref: '#/components/responses/No'")
        .replace(
            "operationId: ping\n",
            "operationId: ping\n      parameters: [{$ref: '#/components/parameters/No'}]\n",
        );
    assert_eq!(
        generated(&spec).unwrap_err(),
        "ping.yaml:8: operation ping: /paths/~1ping/get/parameters/0/$ref: refers to \
         `#/components/parameters/No`, which does not exist; add it to this file\n\
         ping.yaml:10: operation ping: /paths/~1ping/get/responses/204/$ref: refers to \
         `#/components/responses/No`, which does not exist; add it to this file"
    );
}

#[test]
fn what_no_header_can_hold_is_rejected() {
    let parameter = |name: &str| {
        PING.replace(
            "operationId: ping",
            &format!("operationId: ping\n      parameters:\n        - {{name: {name}, in: header, schema: {{type: string}}}}"),
        )
    };
    for name in [
        "X Evil",
        "'X-Evil:'",
        r#""X-Evil\r\nX-Other""#,
        "X-Évil",
        "''",
        r#""\0""#,
    ] {
        let error = generated(&parameter(name)).unwrap_err();
        let place = "ping.yaml:9: operation ping: /paths/~1ping/get/parameters/0: ";
        let message = "is not the name of an HTTP header";
        assert!(
            error.starts_with(place) && error.contains(message),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
    }
    assert!(generated(&parameter("X-Good_1!")).is_ok());
    for media_type in [r#""image/png\n""#, "image/pngé", r#""a/b+json\0""#] {
        let content = format!("description: Alive, content: {{{media_type}: {{}}}}");
        let error = generated(&PING.replace("description: Alive", &content)).unwrap_err();
        let place = "ping.yaml:8: operation ping: /paths/~1ping/get/responses: ";
        let message = "no header can hold";
        assert!(
            error.starts_with(place) && error.contains(message),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}

#[test]
fn references_may_be_percent_encoded() {
    let spec = PING.replace(
        "description: Alive",
        "description: Alive, content: {application/json: {schema: {$ref: '#/components/schemas/A%20B'}}}",
    );
    let spec = format!(
        "{spec}  /pong: {{$ref: '#/paths/~1p%7B'}}\n  '/p{{': {{}}\n\
         components: {{schemas: {{A B: {{type: object, properties: {{a: {{type: string}}}}}}}}}}\n"
    );
    let code = generated(&spec).unwrap();
    assert!(code.contains("Result<types::AB, crate::Error>"), "{code}");
}

#[test]
fn a_request_accepts_the_media_type_that_the_spec_has() {
    for (responses, accept) in [
        (
            "'200': {description: D, content: {application/vnd.api+json: {}}}",
            "application/vnd.api+json",
        ),
        (
            "'200': {description: D, content: {application/json: {}}}",
            "application/json",
        ),
        (
            "'200': {description: D, content: {image/png: {}}}",
            "image/png",
        ),
        ("'404': {description: D}", "*/*"),
        (
            "default: {description: D, content: {text/json: {}}}",
            "text/json",
        ),
    ] {
        let code = generated(&PING.replace("'204': {description: Alive}", responses)).unwrap();
        let accept = format!(".accepting(\"{accept}\")");
        assert!(code.contains(&accept), "{accept}\n{code}");
    }
}

#[test]
fn a_spec_that_is_not_yaml_is_rejected() {
    assert!(generated("a: [").unwrap_err().starts_with("ping.yaml:"));
}
