//! The parts of an operation that stand in its path item or its document.

use serde_json::json;

use super::*;

/// The operation that is added for `GET /a` of a source with this head and path item.
fn operation(head: &str, item: &str, target: &str) -> Value {
    let source = format!("{head}paths:\n  /a:\n{item}");
    let target = format!("{target}paths:\n  /own:\n    get: {{}}\n");
    let text = copied(&source, &target, &["GET /a"]).unwrap();
    let file = SpecFile {
        name: "t.yaml",
        text: &text,
    };
    Spec::read(file).unwrap().root()["paths"]["/a"]["get"].clone()
}

const GET: &str = "    get:\n      operationId: a\n";

#[test]
fn security_is_written_out_where_it_would_change() {
    let head =
        "security:\n- key: []\n- {}\ncomponents:\n  securitySchemes:\n    key: {type: http}\n";
    let written = json!({"operationId": "a", "security": [{"key": []}, {}]});
    assert_eq!(operation(head, GET, ""), written);
    let same = "security: [{key: []}, {}]\n";
    assert_eq!(operation(head, GET, same), json!({"operationId": "a"}));
    let none = json!({"operationId": "a", "security": []});
    assert_eq!(operation("", GET, same), none);
    assert_eq!(
        operation("", GET, "security: []\n"),
        json!({"operationId": "a"})
    );
    let own = "    get:\n      security: []\n";
    assert_eq!(operation(head, own, ""), json!({"security": []}));
}

#[test]
fn the_name_of_the_scheme_is_that_of_the_target() {
    let target = "paths:\n  /own: {}\ncomponents:\n  securitySchemes:\n    token: {type: apiKey, in: header, name: X-Plex-Token}\n";
    let source = "\
security: [{plexToken: [admin]}]
paths:
  /a:
    get:
      operationId: a
  /b:
    get:
      operationId: b
      security:
        - 'plexToken': []
components:
  securitySchemes:
    plexToken:
      description: Another text.
      type: apiKey
      in: header
      name: x-plex-token
";
    let expected = target.replace(
        "components",
        "  /a:
    get:
      operationId: a
      security:
        - token:
            - admin
  /b:
    get:
      operationId: b
      security:
        - token: []
components",
    );
    assert_eq!(copied(source, target, &["a", "b"]).unwrap(), expected);
}

#[test]
fn servers_are_written_out_where_they_would_change() {
    let head =
        "servers:\n    - url: https://{ip}.x\n      variables:\n          ip: {default: a}\n";
    let servers = json!([{"url": "https://{ip}.x", "variables": {"ip": {"default": "a"}}}]);
    let written = |servers: Value| json!({"operationId": "a", "servers": servers});
    assert_eq!(operation(head, GET, ""), written(servers));
    assert_eq!(operation(head, GET, head), json!({"operationId": "a"}));
    assert_eq!(operation("", GET, ""), json!({"operationId": "a"}));
    assert_eq!(operation("", GET, head), written(json!([{"url": "/"}])));
    let of_path = format!("    servers: [url: y]\n{GET}");
    assert_eq!(
        operation(head, &of_path, head),
        written(json!([{"url": "y"}]))
    );
    let own = "    get:\n      servers: []\n    servers: [url: y]\n";
    assert_eq!(operation(head, own, ""), json!({"servers": []}));
}

#[test]
fn the_servers_of_an_existing_path_count() {
    let target = "paths:\n  /a:\n    servers: [url: y]\n";
    let source = "paths:\n  /a:\n    get: {operationId: a}\n";
    let text = copied(source, target, &["a"]).unwrap();
    let get = "    get:\n      operationId: a\n      servers:\n        - url: /\n";
    assert_eq!(text, format!("{target}{get}"));
}

const PARAMETERS: &str = "    parameters:
    - in: query
      name: q
    - {in: header, name: X-H}
    - $ref: '#/components/parameters/P'
";

const P: &str = "components:\n  parameters:\n    P: {in: path, name: p, schema: {$ref: '#/components/schemas/S'}}\n  schemas:\n    S: {}\n";

#[test]
fn parameters_of_the_path_become_those_of_the_operation() {
    let parameters = |own: &str| {
        let item = format!("{PARAMETERS}    get:\n      parameters: {own}\n");
        operation(P, &item, "")["parameters"].take()
    };
    let q = json!({"in": "query", "name": "q"});
    let p = json!({"$ref": "#/components/parameters/P"});
    let header = json!({"in": "header", "name": "X-H"});
    let none_of_its_own = operation(P, &format!("{PARAMETERS}{GET}"), "");
    assert_eq!(none_of_its_own["parameters"], json!([q, header, p]));
    let own = json!({"in": "header", "name": "x-h", "own": true});
    assert_eq!(
        parameters("[{in: header, name: x-h, own: true}]"),
        json!([q, p, own])
    );
    let own = json!({"in": "path", "name": "p"});
    assert_eq!(parameters("[{in: path, name: p}]"), json!([q, header, own]));
}

#[test]
fn components_that_the_parameters_of_the_path_refer_to_are_copied() {
    let source = format!("{P}paths:\n  /a:\n{PARAMETERS}{GET}");
    let text = copied(&source, TARGET, &["a"]).unwrap();
    let added = "    S: {}\n  parameters:\n    P:\n      in: path\n      name: p\n      schema:\n        $ref: \"#/components/schemas/S\"\n";
    assert!(text.ends_with(added), "{text}");
}

#[test]
fn a_path_item_that_is_a_reference_is_followed() {
    let source = "\
paths:
  /a: {$ref: '#/components/pathItems/A'}
components:
  pathItems:
    A:
      parameters: [{in: query, name: q}]
      get:
        operationId: a
";
    let expected = with(
        "  /a:\n    get:\n      operationId: a\n      parameters:\n        - in: query\n          name: q\n",
        "",
    );
    assert_eq!(copied(source, TARGET, &["a"]).unwrap(), expected);
}
