//! What an operation brings along from its path item and its document.

use super::*;

/// The lines of the operation that is added for `GET /a` of a source with this head and path item.
fn copied(head: &str, item: &str, target: &str) -> String {
    let source = format!("{head}paths:\n  /a:\n{item}");
    let target_with_paths = format!("{target}paths:\n  /own:\n    get: {{}}\n");
    let text = import(&source, &target_with_paths, &["GET /a"]).unwrap();
    let copied = text.split_once("  /a:\n    get:\n").unwrap().1;
    copied.split("components:").next().unwrap().to_owned()
}

const GET: &str = "    get:\n      operationId: a\n      responses: {}\n";

#[test]
fn security_is_written_out_where_it_would_change() {
    let head = "# all of them\nsecurity:\n- key: []\n  # or none\n- {}\ncomponents:\n  securitySchemes:\n    key: {type: http}\n";
    let out = "      operationId: a\n      security:\n        - key: []\n          # or none\n        - {}\n      responses: {}\n";
    assert_eq!(copied(head, GET, ""), out);
    let same = "security: [{key: []}, {}]\n";
    let as_it_is = "      operationId: a\n      responses: {}\n";
    assert_eq!(copied(head, GET, same), as_it_is);
    let none = "      operationId: a\n      security: []\n      responses: {}\n";
    assert_eq!(copied("", GET, same), none);
    assert_eq!(copied("", GET, "security: []\n"), as_it_is);
    let own = "    get:\n      security: []\n";
    assert_eq!(copied(head, own, ""), "      security: []\n");
}

#[test]
fn our_name_for_the_scheme_is_used() {
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
      security: [{token: [admin]}]
  /b:
    get:
      operationId: b
      security:
        - 'token': []
components",
    );
    assert_eq!(import(source, target, &["a", "b"]).unwrap(), expected);
}

#[test]
fn servers_are_written_out_where_they_would_change() {
    let head = "servers:\n    - url: https://{ip}.x # here\n      variables:\n          ip: {default: a}\n";
    let out = "      operationId: a\n      servers:\n        - url: https://{ip}.x # here\n          variables:\n            ip: {default: a}\n      responses: {}\n";
    assert_eq!(copied(head, GET, ""), out);
    let as_it_is = "      operationId: a\n      responses: {}\n";
    assert_eq!(copied(head, GET, head), as_it_is);
    assert_eq!(copied("", GET, ""), as_it_is);
    let default = "      operationId: a\n      servers: [{\"url\":\"/\"}]\n      responses: {}\n";
    assert_eq!(copied("", GET, head), default);
    let of_path = format!("    servers: [url: y]\n{GET}");
    let out = "      operationId: a\n      servers: [url: y]\n      responses: {}\n";
    assert_eq!(copied(head, &of_path, head), out);
    let own = "    get:\n      servers: []\n    servers: [url: y]\n";
    assert_eq!(copied(head, own, ""), "      servers: []\n");
}

#[test]
fn the_servers_of_an_existing_path_count() {
    let target = "paths:\n  /a:\n    servers: [url: y]\n";
    let source = "paths:\n  /a:\n    get: {operationId: a}\n";
    let text = import(source, target, &["a"]).unwrap();
    let get = "    get: {servers: [{\"url\":\"/\"}], operationId: a}\n";
    assert_eq!(text, format!("{target}{get}"));
}

const PARAMETERS: &str = "    parameters:
    # first
    - in: query # q
      name: q
    - {in: header, name: X-H}
    - $ref: '#/components/parameters/P'
";

const P: &str = "components:\n  parameters:\n    P: {in: path, name: p, schema: {$ref: '#/components/schemas/S'}}\n  schemas:\n    S: {}\n";

#[test]
fn parameters_of_the_path_become_the_operations() {
    let none_of_its_own = format!("{PARAMETERS}{GET}");
    let out = "      operationId: a
      parameters:
        - in: query # q
          name: q
        - {in: header, name: X-H}
        - $ref: '#/components/parameters/P'
      responses: {}
";
    assert_eq!(copied(P, &none_of_its_own, ""), out);

    let own = "    get:\n      parameters:\n        # mine\n        - {in: header, name: x-h, own: true}\n      responses: {}\n";
    let out = "      parameters:
        - in: query # q
          name: q
        - $ref: '#/components/parameters/P'
        # mine
        - {in: header, name: x-h, own: true}
      responses: {}
";
    assert_eq!(copied(P, &format!("{PARAMETERS}{own}"), ""), out);

    let in_brackets = "    get:\n      parameters: [{in: path, name: p}]\n";
    let out = "      parameters: [{\"in\":\"query\",\"name\":\"q\"}, {\"in\":\"header\",\"name\":\"X-H\"}, {in: path, name: p}]\n";
    assert_eq!(copied(P, &format!("{PARAMETERS}{in_brackets}"), ""), out);
}

#[test]
fn what_the_paths_parameters_refer_to_is_copied() {
    let source = format!("{P}paths:\n  /a:\n{PARAMETERS}{GET}");
    let text = import(&source, TARGET, &["a"]).unwrap();
    let added = "    S: {}\n  parameters:\n    P: {in: path, name: p, schema: {$ref: '#/components/schemas/S'}}\n";
    assert!(text.ends_with(added), "{text}");
}

#[test]
fn an_operation_in_brackets_keeps_them() {
    let source = "\
security: [{key: []}]
paths: {
  /a: {
    parameters: [{in: query, name: q}],
    get: {
      operationId: a,
      parameters: [ {in: query, name: r} ], # comment
      \"responses\":{\"200\":{\"description\":\"x y\"}}
    }}}
components: {\"securitySchemes\":{\"key\":{\"type\":\"http\"}}}
";
    let expected = with(
        "  /a:
    get: {security: [{\"key\":[]}],\u{20}
        operationId: a,
        parameters: [{\"in\":\"query\",\"name\":\"q\"},  {in: query, name: r} ], # comment
        \"responses\":{\"200\":{\"description\":\"x y\"}}
      }
",
        "  securitySchemes:\n    \"key\": {\"type\":\"http\"}\n",
    );
    assert_eq!(import(source, TARGET, &["a"]).unwrap(), expected);
}

#[test]
fn a_path_item_that_is_a_reference_is_looked_up() {
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
        "  /a:\n    get:\n      operationId: a\n      parameters:\n        - {in: query, name: q}\n",
        "",
    );
    assert_eq!(import(source, TARGET, &["a"]).unwrap(), expected);
}
