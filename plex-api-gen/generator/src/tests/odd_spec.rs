//! A spec with many oddities, from its text to the code.

use crate::{Generated, Settings, generate};

const ODD: &str = "\
openapi: 3.1.0
info: {title: Odd, version: '1', summary: All of them}
servers: [{url: 'https://plex.tv/api/v2'}]
webhooks: {}
paths:
  /pins/{id}:
    servers: [{url: 'https://clients.plex.tv/api/v2'}]
    parameters:
      - {name: session, in: cookie, schema: {type: string}}
    get:
      operationId: getPin
      security: []
      parameters:
        - {name: order, in: query, schema: {type: string, enum: [asc, ASC]}}
        - {name: filter, in: query, style: deepObject, schema: {type: object}}
        - {name: fields, in: query, explode: false, schema: {type: array, items: {type: string}}}
        - {name: request, in: query, schema: {type: [string, 'null']}}
      responses:
        200:
          description: The pin.
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties:
                  id: {type: integer}
                  state: {type: string, enum: [open, OPEN]}
                  user:
                    oneOf:
                      - type: object
                        properties:
                          home: {anyOf: [{type: string}, {type: array}]}
                      - type: 'null'
        204: {description: Nothing}
        404: {description: No pin, content: {text/html: {}}}
    trace: {}
  /pins:
    post:
      responses: {'204': {description: Done}}
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/thing'}}
          application/xml: {}
  /things:
    get:
      operationId: get-pin
      security: []
      responses:
        '200':
          description: Things
          content: {application/vnd.things+json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}
components:
  schemas:
    Thing:
      allOf:
        - {type: object, properties: {guid: {type: string}, Guid: {type: array, items: {type: string}}}}
        - {type: object, properties: {guid: {type: integer}}}
    thing: {type: object, required: [kind], properties: {kind: {const: a}, odd: {type: file}}}
";

const WARNINGS: [&str; 11] = [
    "odd.yaml:4: /webhooks: are left out: a client does not receive requests",
    "odd.yaml:37: operation TRACE /pins/{id}: /paths/~1pins~1{id}/trace: is left out: the client has no such method",
    "odd.yaml:39: operation POST /pins: /paths/~1pins/post: has no operationId and is named after its method and path; write one",
    "odd.yaml:46: operation get-pin: /paths/~1things/get: has an operationId that is taken and is called `get-pin2`; write another one",
    "odd.yaml:39: operation POST /pins: /paths/~1pins/post: has no `security`, so it gets no token; write `security: [{token: []}]`, or `security: []`",
    "odd.yaml:9: path /pins/{id}: /paths/~1pins~1{id}/parameters/0: `session` is left out: the client sends no cookies",
    "odd.yaml:13: operation getPin: /paths/~1pins~1{id}/get/parameters: `id` is in the path but not declared; it is a string",
    "odd.yaml:41: operation POST /pins: /paths/~1pins/post/requestBody: also allows `application/xml`; it is sent as `application/json`",
    "odd.yaml:59: schema thing: /components/schemas/thing: has the Rust name of another schema and is called `Thing2`",
    "odd.yaml:56: schema Thing: /components/schemas/Thing/allOf: `guid` has different definitions in the parts of the allOf; the last one counts",
    "odd.yaml:59: schema thing: /components/schemas/thing/properties/odd/type: is `file`, which is not a JSON type; it is any JSON",
];

fn odd() -> Generated {
    let settings = Settings {
        spec_name: "odd.yaml",
        runtime: "crate",
        command: "the test",
    };
    generate(ODD, &settings).unwrap()
}

#[test]
fn warnings_have_file_line_owner_and_place() {
    let (mut found, mut wanted) = (odd().warnings, WARNINGS.to_vec());
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
}

#[test]
fn every_operation_has_a_method() {
    let code = odd().code;
    for method in ["get_pin", "post_pins", "get_pin2"] {
        assert!(
            code.contains(&format!("pub async fn {method}(")),
            "{method}\n{code}"
        );
    }
    let compact: String = code.split_whitespace().collect();
    let operation =
        r#"Operation::new("getPin","GET","/pins/{id}","https://clients.plex.tv/api/v2",)"#;
    assert!(compact.contains(operation), "{code}");
}

/// Returns the text of a model without whitespace.
fn model(code: &str, name: &str) -> String {
    let start = code.find(&format!("pub struct {name} {{")).unwrap();
    let model = &code[start..];
    model[..model.find("\n    }").unwrap()]
        .split_whitespace()
        .collect()
}

#[test]
fn responses_are_lenient_and_requests_strict() {
    let code = odd().code;
    let pin = model(&code, "GetPinResponse");
    assert!(pin.contains("pubid:::std::option::Option<i64>"), "{pin}");
    assert!(
        pin.contains("pubstate:::std::option::Option<GetPinResponseState>"),
        "{pin}"
    );
    assert!(pin.contains("pubextra:crate::Extra"), "{pin}");
    assert!(code.contains("Open2 = \"OPEN\""), "{code}");
    assert!(
        pin.contains("pubuser:::std::option::Option<GetPinResponseUser>"),
        "{pin}"
    );
    let request = model(&code, "PostPinsRequest");
    assert!(
        request.contains("odd:Option<::serde_json::Value>"),
        "{request}"
    );
    assert!(code.contains(r#"call.field("kind", "a")"#), "{code}");
}

#[test]
fn colliding_fields_keep_their_names_in_json() {
    let thing = model(&odd().code, "Thing");
    assert!(thing.contains("pubguid2:"), "{thing}");
    let code: String = odd().code.split_whitespace().collect();
    assert!(
        code.contains("crate::model!(Thing{guid:\"Guid\",guid2:\"guid\",}extraextra);"),
        "{code}"
    );
    assert!(thing.contains("rename=\"guid\""), "{thing}");
    assert!(
        thing.contains("pubguid:::std::vec::Vec<::std::string::String>"),
        "{thing}"
    );
    assert!(
        thing.contains("pubguid2:::std::option::Option<i64>"),
        "{thing}"
    );
}

/// The head of a spec in which names collide wherever they can.
const COLLIDING: &str = "\
openapi: 3.1.0
info: {title: Colliding, version: '1'}
servers: [{url: 'https://plex.tv/api/v2'}]
security: []
";

/// Generates a spec whose paths, models and fields are in this order.
fn colliding(is_reversed: bool) -> Generated {
    let model = |fields: [&str; 2]| {
        let in_order = if is_reversed { [1, 0] } else { [0, 1] };
        let fields = in_order.map(|index| {
            format!(
                "{}: {{properties: {{x{index}: {{type: string}}}}}}",
                fields[index]
            )
        });
        format!("{{type: object, properties: {{{}}}}}", fields.join(", "))
    };
    let operation = |id: &str, name: &str| {
        let json =
            format!("{{application/json: {{schema: {{$ref: '#/components/schemas/{name}'}}}}}}");
        let xml = "application/vnd.x+json: {}";
        let form = format!("{{application/x-www-form-urlencoded: {{}}, {xml}}}");
        format!(
            "{{operationId: {id}, requestBody: {{content: {form}}}, responses: {{'200': {{description: D, content: {json}}}}}}}"
        )
    };
    let mut paths = [
        format!(
            "  /a: {{post: {}, get: {}}}",
            operation("one", "Foo"),
            operation("two", "foo")
        ),
        format!("  /b: {{get: {}}}", operation("three", "foo_")),
        "  /c: {get: {responses: {'204': {description: D}}}}".to_owned(),
    ];
    let mut models = [
        format!("    Foo: {}", model(["a-b", "a_b"])),
        format!("    foo: {}", model(["aB", "AB"])),
        format!("    foo_: {}", model(["c", "C"])),
    ];
    if is_reversed {
        paths.reverse();
        models.reverse();
    }
    let (paths, models) = (paths.join("\n"), models.join("\n"));
    let spec = format!("{COLLIDING}paths:\n{paths}\ncomponents:\n  schemas:\n{models}\n");
    let settings = Settings {
        spec_name: "colliding.yaml",
        runtime: "crate",
        command: "the test",
    };
    generate(&spec, &settings).unwrap()
}

/// With serde_json's feature `preserve_order`, which a build of the whole workspace enables, maps have the order of the file.
#[test]
fn colliding_names_do_not_depend_on_the_order_of_the_file() {
    let without_hash = |generated: Generated| {
        let lines = generated
            .code
            .lines()
            .filter(|line| !line.starts_with("// SHA-256"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let (one, other) = (colliding(false), colliding(true));
    let places = |generated: &Generated| {
        let places = generated
            .warnings
            .iter()
            .filter_map(|line| line.split_once(": "));
        places.map(|(_, text)| text.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(places(&one), places(&other));
    let code = without_hash(one);
    assert_eq!(code, without_hash(other));
    for name in [
        "struct Foo ",
        "struct Foo2 ",
        "struct Foo3 ",
        "struct FooAb ",
        "struct FooAb2 ",
    ] {
        assert!(code.contains(name), "{name}\n{code}");
    }
}

#[test]
fn the_same_text_gives_the_same_code_and_warnings() {
    let (one, other) = (odd(), odd());
    assert_eq!(one.code, other.code);
    assert_eq!(one.warnings, other.warnings);
}
