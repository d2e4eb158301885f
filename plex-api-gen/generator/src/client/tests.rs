use crate::tests::assert_snapshot;
use crate::{Settings, generate};

/// Returns the client that is generated for one path item.
fn client(path: &str, item: &str) -> String {
    let spec = format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\nservers: [{{url: 'https://plex.tv/api/v2'}}]\n\
         paths:\n  {path}:\n    {item}\n\
         components: {{schemas: {{Body: {{type: object, properties: {{a: {{type: string}}}}}}}}}}\n"
    );
    let settings = Settings {
        spec_name: "spec.yaml",
        runtime: "crate",
        command: "the test",
    };
    let code = generate(&spec, &settings).unwrap().code;
    code[code.find("impl Client").unwrap()..code.find("/// Types used").unwrap()].to_owned()
}

#[test]
fn json_in_and_out_with_an_optional_body() {
    assert_snapshot(
        "optional_json_body",
        &client(
            "/pins",
            "post: {operationId: getPin, parameters: [{name: strong, in: query, schema: {type: boolean}}], \
             requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Body'}}}}, \
             responses: {'201': {description: '', content: {application/json: \
             {schema: {$ref: '#/components/schemas/Body'}}}}}}",
        ),
    );
}

#[test]
fn a_form_and_no_content() {
    assert_snapshot(
        "required_form_body",
        &client(
            "/link",
            "put: {operationId: linkPin, requestBody: {required: true, content: \
             {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Body'}}}}, \
             responses: {'204': {description: ''}}}",
        ),
    );
}

#[test]
fn an_optional_body_of_any_type_can_be_omitted() {
    for (media_type, schema, argument, call) in [
        (
            "application/json",
            "{type: boolean}",
            "Option<bool>",
            ".optional_json(body)",
        ),
        (
            "application/x-www-form-urlencoded",
            "{$ref: '#/components/schemas/Body'}",
            "Option<&'a types::Body>",
            ".optional_form(body)?",
        ),
        (
            "application/octet-stream",
            "{type: string, format: binary}",
            "Option<B>",
            ".optional_body(",
        ),
        (
            "text/plain",
            "{type: string}",
            "Option<String>",
            ".optional_body(",
        ),
    ] {
        let client = client(
            "/a",
            &format!(
                "post: {{operationId: a, requestBody: {{content: {{{media_type}: {{schema: {schema}}}}}}}, \
                 responses: {{'204': {{description: ''}}}}}}"
            ),
        );
        assert!(client.contains(argument), "{client}");
        assert!(client.contains(call), "{client}");
        assert!(!client.contains(".header("), "{client}");
    }
}

#[test]
fn api_version_can_be_a_parameter() {
    let client = client(
        "/a/{api_version}",
        "get: {operationId: a, parameters: [{name: api_version, in: path, required: true, schema: {type: string}}, \
         {name: X-Api-Version, in: header, required: true, schema: {type: string}}], \
         responses: {'204': {description: ''}}}",
    );
    assert!(client.contains("encode_path"), "{client}");
    assert!(client.contains("x_api_version.to_string()"), "{client}");
    assert!(!client.contains("Self::api_version()"), "{client}");
}

#[test]
fn bytes_and_a_header_of_its_own() {
    assert_snapshot(
        "bytes_and_header",
        &client(
            "/qr/{code}",
            "get: {operationId: getQr, parameters: [{name: code, in: path, required: true, schema: {type: string}}, \
             {name: Range, in: header, schema: {type: string}}], responses: {'200': {description: '', content: \
             {image/png: {schema: {type: string, contentMediaType: image/png}}}}}}",
        ),
    );
}

#[test]
fn parameters_can_have_the_names_of_local_variables() {
    let client = client(
        "/a",
        "get: {operationId: a, parameters: [{name: request, in: query, schema: {type: string}}, \
         {name: url, in: query, schema: {type: string}}], responses: {'204': {description: ''}}}",
    );
    let closure: String = client.split_whitespace().collect();
    assert!(closure.contains("letmut_request="), "{client}");
    assert!(closure.contains("Ok(_request)"), "{client}");
}
