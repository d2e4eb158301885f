use serde_json::json;

use super::*;

fn spec() -> Value {
    json!({
        "servers": [{"url": "https://plex.tv/api/v2/"}],
        "paths": {"/ping/{id}": {
            "get": {
                "operationId": "doPing",
                "summary": "Ping.",
                "description": "Twice.\n",
                "deprecated": true,
                "x-schemes": [
                    [{"scheme": "token", "kind": "plexHeader", "name": "X-Plex-Token"}],
                    [{"scheme": "key", "kind": "query", "name": "k"}, {"scheme": "b", "kind": "bearer", "name": ""}],
                    []
                ],
                "parameters": [
                    {"in": "path", "name": "id", "required": true, "description": "The id.", "schema": {"type": "integer"}},
                    {"in": "query", "name": "flag", "deprecated": true, "x-sent-as-number": true, "schema": {"type": "boolean"}}
                ],
                "responses": {
                    "200": {"content": {"text/xml": {}, "application/json": {"schema": {"type": "string"}}}},
                    "404": {"content": {"text/html": {}}}
                }
            }
        }}
    })
}

fn prepared(spec: &mut Value) -> Result<Operations, Vec<Problem>> {
    prepare(spec, &mut SourceMap::default())
}

fn argument(name: &str, place: Place) -> Argument {
    Argument {
        rust_name: name.to_owned(),
        name: name.to_owned(),
        place,
        is_required: false,
        is_nullable: false,
        is_deprecated: false,
        is_sent_as_number: false,
        description: String::new(),
    }
}

#[test]
fn facts_of_an_operation() {
    let operations = prepared(&mut spec()).unwrap();
    assert_eq!(operations.server, "https://plex.tv/api/v2");
    let key = Scheme::Query {
        scheme: "key".into(),
        parameter: "k".into(),
    };
    let bearer = Scheme::Bearer { scheme: "b".into() };
    let id = Argument {
        is_required: true,
        description: "The id.".into(),
        ..argument("id", Place::Path(Style::Simple { explode: false }))
    };
    let form = Style::Form {
        explode: true,
        reserved: false,
    };
    let flag = Argument {
        is_deprecated: true,
        is_sent_as_number: true,
        ..argument("flag", Place::Query(form))
    };
    assert_eq!(
        operations.by_method["do_ping"],
        Operation {
            id: "doPing".into(),
            method: "GET".into(),
            path: "/ping/{id}".into(),
            description: "Ping.\n\nTwice.".into(),
            is_deprecated: true,
            security: vec![vec![Scheme::PlexTokenInHeader], vec![key, bearer], vec![]],
            accept: Some("application/json".into()),
            server: None,
            body: None,
            constants: Vec::new(),
            arguments: vec![id, flag],
            response: Response {
                kind: ResponseKind::Json,
                is_optional: false
            },
        }
    );
}

#[test]
fn progenitor_sees_arguments_by_number_and_one_response() {
    let mut spec = spec();
    prepared(&mut spec).unwrap();
    assert_eq!(
        spec["paths"],
        json!({"/operation/0": {"get": {
            "operationId": "do_ping",
            "parameters": [
                {"in": "query", "name": "p0", "required": true, "schema": {"type": "integer"}},
                {"in": "query", "name": "p1", "required": false, "schema": {"type": "boolean"}}
            ],
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}}
        }}})
    );
}

#[test]
fn problems_of_the_normalised_form_have_their_places_in_the_spec() {
    let mut source_map = SourceMap::default();
    prepare(&mut spec(), &mut source_map).unwrap();
    let place = Pointer::of(&["paths", "/operation/0", "get", "parameters"]).index(1);
    let origin = Pointer::of(&["paths", "/ping/{id}", "get", "parameters"]).index(1);
    assert_eq!(source_map.origin(&place), origin);
}

#[test]
fn x_accept_is_accepted_instead() {
    let mut spec = spec();
    spec["paths"]["/ping/{id}"]["get"]["responses"]["200"]["x-accept"] = json!("text/json");
    let ping = &prepared(&mut spec).unwrap().by_method["do_ping"];
    assert_eq!(ping.accept.as_deref(), Some("text/json"));
}

#[test]
fn an_operation_can_have_another_server() {
    let mut spec = spec();
    spec["paths"]["/ping/{id}"]["get"]["servers"] =
        json!([{"url": "https://clients.plex.tv/api/v2"}]);
    let operations = prepared(&mut spec).unwrap();
    assert_eq!(
        operations.by_method["do_ping"].server.as_deref(),
        Some("https://clients.plex.tv/api/v2")
    );
}

/// Returns the place of a parameter of the path, the query, a header or a form.
fn place_of(parameter: Value) -> Place {
    let mut spec = spec();
    spec["paths"]["/ping/{id}"]["get"]["parameters"] = json!([parameter]);
    let operations = prepared(&mut spec).unwrap();
    operations.by_method["do_ping"].arguments[0].place.clone()
}

#[test]
fn styles_have_the_defaults_of_their_places() {
    let simple = |explode| Style::Simple { explode };
    let form = |explode, reserved| Style::Form { explode, reserved };
    for (location, keywords, place) in [
        ("path", json!({}), Place::Path(simple(false))),
        ("path", json!({"explode": true}), Place::Path(simple(true))),
        (
            "path",
            json!({"style": "label"}),
            Place::Path(Style::Label { explode: false }),
        ),
        (
            "path",
            json!({"style": "matrix", "explode": true}),
            Place::Path(Style::Matrix { explode: true }),
        ),
        ("header", json!({}), Place::Header(simple(false))),
        ("query", json!({}), Place::Query(form(true, false))),
        (
            "query",
            json!({"explode": false}),
            Place::Query(form(false, false)),
        ),
        (
            "query",
            json!({"allowReserved": true}),
            Place::Query(form(true, true)),
        ),
        (
            "query",
            json!({"style": "spaceDelimited"}),
            Place::Query(Style::SpaceDelimited),
        ),
        (
            "query",
            json!({"style": "pipeDelimited", "explode": true}),
            Place::Query(form(true, false)),
        ),
        (
            "query",
            json!({"style": "deepObject"}),
            Place::Query(Style::DeepObject),
        ),
        (
            "query",
            json!({"style": "x-json"}),
            Place::Query(Style::Json),
        ),
        ("form", json!({}), Place::Form(Style::Field)),
        (
            "form",
            json!({"style": "form", "explode": false}),
            Place::Form(form(false, false)),
        ),
    ] {
        let mut parameter = json!({"in": location, "name": "a", "schema": {}});
        for (key, value) in keywords.as_object().unwrap() {
            parameter[key] = value.clone();
        }
        assert_eq!(place_of(parameter.clone()), place, "{parameter}");
    }
}

#[test]
fn problems_name_the_operation_and_the_place() {
    let problems = |change: &dyn Fn(&mut Value)| {
        let mut spec = spec();
        change(&mut spec);
        let problems = prepared(&mut spec).unwrap_err();
        let problems = problems.iter().map(ToString::to_string);
        problems.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        problems(&|spec| spec["paths"]["/ping/{id}"]["get"]["operationId"] = Value::Null),
        "/paths/~1ping~1{id}/get: has no operationId; write one, such as `operationId: getPin`"
    );
    assert_eq!(
        problems(&|spec| spec["paths"]["/pong"] = spec["paths"]["/ping/{id}"].clone()),
        "/paths/~1pong/get/operationId: is taken by GET /ping/{id}; write another one"
    );
}
