use crate::tests::assert_snapshot;
use crate::{Settings, generate};

/// Returns the code that is generated for one path item.
fn code(path: &str, item: &str) -> String {
    let spec = format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\nservers: [{{url: 'https://plex.tv/api/v2'}}]\n\
         security: []\npaths:\n  {path}:\n    {item}\n\
         components:\n  schemas:\n    Body: {{type: object, properties: {{a: {{type: string}}}}}}\n    \
         Sort: {{type: string, enum: [up, down]}}\n"
    );
    let settings = Settings {
        spec_name: "spec.yaml",
        runtime: "crate",
        command: "the test",
    };
    generate(&spec, &settings).unwrap().code
}

/// Returns the request structs of one path item.
fn requests(path: &str, item: &str) -> String {
    let code = code(path, item);
    let start = code.find("pub mod requests").unwrap();
    let end = code.find("/// The facts of each operation").unwrap();
    code[start..end].to_owned()
}

/// Returns the code without whitespace.
fn compact(code: &str) -> String {
    code.split_whitespace().collect()
}

#[test]
fn json_in_and_out_with_an_optional_body() {
    assert_snapshot(
        "optional_json_body",
        &code(
            "/pins",
            "post: {operationId: getPin, summary: Get a PIN., description: It expires., deprecated: true, \
             parameters: [{name: strong, in: query, description: A longer code., schema: {type: boolean}}], \
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
        &requests(
            "/link",
            "put: {operationId: linkPin, requestBody: {required: true, content: \
             {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Body'}}}}, \
             responses: {'204': {description: ''}}}",
        ),
    );
}

#[test]
fn bytes_and_a_header_of_its_own() {
    assert_snapshot(
        "bytes_and_header",
        &requests(
            "/qr/{code}",
            "get: {operationId: getQr, parameters: [{name: code, in: path, required: true, \
             description: \"The code\\nof the PIN.\", schema: {type: string}}, \
             {name: Range, in: header, schema: {type: string}}], responses: {'200': {description: '', content: \
             {image/png: {schema: {type: string, contentMediaType: image/png}}}}}}",
        ),
    );
}

#[test]
fn the_facts_of_an_operation_are_a_constant() {
    let code = compact(&code(
        "/a",
        "post: {operationId: a, requestBody: {content: {text/csv: {}}}, parameters: \
         [{name: X-Plex-Token, in: header, schema: {type: string}}], responses: {'204': {description: ''}}}",
    ));
    let operation = r#"crate::Operation::new("a","POST","/a","https://plex.tv/api/v2",).sending_optional("text/csv")"#;
    assert!(code.contains(operation), "{code}");
    let security = ".secured_by(&[&[crate::Scheme::plex_token_in_header()],&[]]);";
    assert!(code.contains(security), "{code}");
}

#[test]
fn a_body_of_any_kind_is_passed_by_its_kind() {
    let file = "{type: string, format: binary}";
    for (media_type, schema, required, optional) in [
        (
            "application/json",
            "{type: boolean}",
            "call.json(&self.body);",
            "call.json(&self.body);",
        ),
        (
            "application/x-www-form-urlencoded",
            "{type: object, properties: {a: {type: array, items: {type: string}}}}",
            r#"call.form("a",Style::FIELD,&self.a);"#,
            r#"call.form("a",Style::FIELD,&self.a);"#,
        ),
        (
            "text/plain",
            "{}",
            "call.text(Some(self.body.as_str()));",
            "call.text(self.body.as_deref());",
        ),
        (
            "image/jpeg",
            "{}",
            "call.bytes(Some(self.body.as_slice()));",
            "call.bytes(self.body.as_deref());",
        ),
        (
            "multipart/form-data",
            &format!("{{type: object, required: [a], properties: {{a: {file}}}}}"),
            r#"call.file("a",None,Some(&self.a));"#,
            r#"call.file("a",None,self.a.as_ref());"#,
        ),
        (
            "multipart/form-data",
            &format!(
                "{{type: object, required: [a], properties: {{a: {{type: array, items: {file}}}}}}}"
            ),
            r#"forfilein&self.a{call.file("a",None,Some(file));}"#,
            r#"forfileinself.a.iter().flatten(){call.file("a",None,Some(file));}"#,
        ),
        (
            "multipart/form-data",
            "{type: object, required: [a], properties: {a: {type: string}}}",
            r#"call.part("a",None,&self.a);"#,
            r#"call.part("a",None,&self.a);"#,
        ),
    ] {
        for (is_required, call) in [(true, required), (false, optional)] {
            let item = format!(
                "post: {{operationId: a, requestBody: {{required: {is_required}, content: {{{media_type}: {{schema: {schema}}}}}}}, \
                 responses: {{'204': {{description: ''}}}}}}"
            );
            let code = compact(&requests("/a", &item));
            assert!(code.contains(call), "{media_type} {is_required}: {code}");
        }
    }
}

#[test]
fn a_field_of_a_json_body_is_null_where_the_spec_requires_or_allows_it() {
    let schema = "{type: object, required: [a, b], properties: {a: {type: [string, 'null']}, b: {type: string}, \
                  c: {type: [string, 'null']}, c_null: {type: integer}, d: {enum: [0, 1, null]}}}";
    let code = compact(&requests(
        "/a",
        &format!(
            "patch: {{operationId: a, requestBody: {{required: true, content: {{application/merge-patch+json: \
             {{schema: {schema}}}}}}}, responses: {{'204': {{description: ''}}}}}}"
        ),
    ));
    for part in [
        "a:Option<::std::string::String>,b:::std::string::String,c:Option<Option<::std::string::String>>,\
         c_null:Option<i64>,d:Option<Option<bool>>,",
        "pubfnnew(b:implInto<::std::string::String>)->Self",
        "///Sets`a`.//////Nullissentifitisnotset.#[must_use]",
        "pubfnc(mutself,value:implInto<::std::string::String>)->Self{self.c=Some(Some(value.into()));self}",
        "///Sends`c`asnull.#[must_use]pubfnc_null2(mutself)->Self{self.c=Some(None);self}",
        "call.field_or_null(\"a\",&self.a);call.field(\"b\",&self.b);\
         ifletSome(value)=&self.c{call.field_or_null(\"c\",value);}call.field(\"c_null\",&self.c_null);\
         ifletSome(value)=&self.d{call.field_or_null(\"d\",&value.map(i64::from));}",
    ] {
        assert!(code.contains(part), "{part} in {code}");
    }
}

#[test]
fn constants_are_written_beside_other_fields() {
    let schema =
        "{type: object, properties: {kind: {const: cat}, n: {const: 3}, a: {type: string}}}";
    for (is_required, constants) in [
        (
            true,
            r#"call.field("a",&self.a);call.field("kind","cat");call.field("n",&::serde_json::json!(3));}"#,
        ),
        (
            false,
            r#"call.field("a",&self.a);ifself.a.is_some(){call.field("kind","cat");call.field("n",&::serde_json::json!(3));}}"#,
        ),
    ] {
        let item = format!(
            "post: {{operationId: a, requestBody: {{required: {is_required}, content: {{application/json: {{schema: {schema}}}}}}}, \
             responses: {{'204': {{description: ''}}}}}}"
        );
        let code = compact(&requests("/a", &item));
        assert!(code.contains(constants), "{code}");
    }
}

#[test]
fn setters_take_what_converts_into_the_argument() {
    for (schema, parameter, value) in [
        ("{type: integer}", "i64", "value"),
        (
            "{type: string}",
            "impl Into<::std::string::String>",
            "value.into()",
        ),
        (
            "{$ref: '#/components/schemas/Sort'}",
            "impl Into<types::Sort>",
            "value.into()",
        ),
        (
            "{type: string, format: password}",
            "impl Into<crate::Secret>",
            "value.into()",
        ),
        ("{}", "impl Into<::serde_json::Value>", "value.into()"),
        (
            "{type: array, items: {type: string}}",
            "impl IntoIterator<Item = impl Into<::std::string::String>>",
            "value.into_iter().map(|item| item.into()).collect()",
        ),
        (
            "{type: array, items: {type: integer}}",
            "impl IntoIterator<Item = i64>",
            "value.into_iter().collect()",
        ),
    ] {
        let parameter_of = |is_required: bool| {
            let item = format!(
                "get: {{operationId: a, parameters: [{{name: q, in: query, required: {is_required}, schema: {schema}}}], \
                 responses: {{'204': {{description: ''}}}}}}"
            );
            compact(&requests("/a", &item)).replace(",)", ")")
        };
        let setter = compact(&format!(
            "pub fn q(mut self, value: {parameter}) -> Self {{ self.q = Some({value})"
        ));
        let code = parameter_of(false);
        assert!(code.contains(&setter), "{setter}\n{code}");
        let new = compact(&format!("pub fn new(q: {parameter}) -> Self"));
        let code = parameter_of(true);
        assert!(code.contains(&new), "{new}\n{code}");
        assert!(!code.contains("Default,"), "{code}");
    }
}

#[test]
fn a_flag_is_sent_as_a_number() {
    let code = compact(&requests(
        "/a/{b}",
        "get: {operationId: a, parameters: [{name: f, in: query, schema: {type: integer, enum: [0, 1]}}, \
         {name: b, in: path, required: true, schema: {type: integer, enum: [0, 1]}}], responses: {'204': {description: ''}}}",
    ));
    for part in [
        "b:bool,}",
        "f:Option<bool>,",
        r#"call.query("f",Style::FORM,&self.f.map(i64::from));"#,
        r#"call.path("b",Style::SIMPLE,&i64::from(self.b));"#,
    ] {
        assert!(code.contains(part), "{part}\n{code}");
    }
}

#[test]
fn a_response_is_read_as_its_shape() {
    for (success, ty, read) in [
        ("{description: ''}", "()", "body.nothing()"),
        (
            "{description: '', content: {text/html: {}}}",
            "::std::vec::Vec<u8>",
            "body.bytes()",
        ),
        (
            "{description: '', content: {application/json: {}}}",
            "::serde_json::Value",
            "body.json()",
        ),
        (
            "{description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Body'}}}}",
            "types::Body",
            "body.json()",
        ),
        (
            "{description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Body'}}}}}",
            "::std::vec::Vec<types::Body>",
            "body.json()",
        ),
        (
            "{description: '', content: {application/json: {schema: {type: array, items: {type: integer}}}}}",
            "::std::vec::Vec<i64>",
            "body.json()",
        ),
        (
            "{description: '', content: {application/json: {schema: {type: boolean}}}}",
            "bool",
            "body.json()",
        ),
    ] {
        let item = format!("get: {{operationId: a, responses: {{'200': {success}}}}}");
        let code = compact(&requests("/a", &item));
        let method = compact(&format!(
            "fn read(body: ResponseBody<'_>) -> Result<{ty}, Error> {{ {read} }}"
        ));
        assert!(code.contains(&method), "{method}\n{code}");
        assert!(
            code.contains(&compact(&format!("type Response = {ty};"))),
            "{code}"
        );
        if read == "body.nothing()" {
            continue;
        }
        let item = format!(
            "get: {{operationId: a, responses: {{'200': {success}, '204': {{description: ''}}}}}}"
        );
        let code = compact(&requests("/a", &item));
        let read = compact(&format!("{{ body.optional(|body| {read}) }}"));
        assert!(code.contains(&read), "{read}\n{code}");
        assert!(
            code.contains(&compact(&format!(
                "type Response = ::std::option::Option<{ty}>;"
            ))),
            "{code}"
        );
    }
}

#[test]
fn names_that_generated_code_uses_are_free_for_arguments() {
    let names = [
        "api-version",
        "body",
        "build",
        "call",
        "clone",
        "encode_path",
        "header_map",
        "new",
        "request",
        "self",
        "send",
        "type",
        "types",
        "url",
        "value",
    ];
    let parameters: Vec<String> = names
        .iter()
        .map(|name| format!("{{name: {name}, in: query, schema: {{type: string}}}}"))
        .collect();
    let item = format!(
        "post: {{operationId: a, parameters: [{}], requestBody: {{content: {{text/plain: {{}}}}}}, responses: {{'204': {{description: ''}}}}}}",
        parameters.join(", ")
    );
    let code = compact(&requests("/a", &item));
    for name in names {
        assert!(
            code.contains(&format!("call.query(\"{name}\",Style::FORM,&self.")),
            "{name}\n{code}"
        );
    }
    assert!(
        code.contains("call.text(self.body_in_body.as_deref());"),
        "{code}"
    );
}

#[test]
fn constants_of_required_parameters_are_written() {
    let parameters = "[{name: kind, in: path, required: true, schema: {const: film}}, {name: n, in: query, required: true, schema: {const: 3}}, \
                      {name: X-On, in: header, required: true, schema: {const: true}}, {name: maybe, in: query, schema: {const: a}}]";
    let item = format!(
        "get: {{operationId: a, parameters: {parameters}, responses: {{'204': {{description: ''}}}}}}"
    );
    let code = compact(&requests("/a/{kind}", &item));
    let written = r#"call.query("maybe",Style::FORM,&self.maybe);call.path("kind",Style::SIMPLE,"film");call.query("n",Style::FORM,&::serde_json::json!(3));call.header("X-On",Style::SIMPLE,&true);}"#;
    assert!(code.contains(written), "{code}");
}

#[test]
fn nothing_has_the_name_of_a_keyword_of_edition_2024() {
    fn idents(tokens: proc_macro2::TokenStream) -> Vec<String> {
        let of = |token| match token {
            proc_macro2::TokenTree::Ident(ident) => vec![ident.to_string()],
            proc_macro2::TokenTree::Group(group) => idents(group.stream()),
            _ => Vec::new(),
        };
        tokens.into_iter().flat_map(of).collect()
    }
    let code = code(
        "/a",
        "get: {operationId: gen, parameters: [{name: gen, in: query, schema: {type: string}}], responses: \
         {'200': {description: '', content: {application/json: {schema: {type: object, properties: \
         {gen: {type: object, properties: {gen: {type: string}}}}}}}}}}",
    );
    let idents = idents(code.parse().unwrap());
    assert!(!idents.contains(&"gen".to_owned()), "{code}");
    for name in ["get_gen", "gen_value", "gen_"] {
        assert!(idents.contains(&name.to_owned()), "{name}: {code}");
    }
}

#[test]
fn the_query_of_a_path_is_written_with_the_arguments() {
    let code = compact(&code(
        "/a?kind=b%20c&z=1&flag",
        "get: {operationId: a, parameters: [{name: z, in: query, schema: {type: string}}], \
         responses: {'204': {description: ''}}}",
    ));
    for expected in [
        r#"Operation::new("a","GET","/a","#,
        r#"call.query("kind",Style::FORM,"bc");"#,
        r#"call.query("z",Style::FORM,&self.z);"#,
        r#"call.query("flag",Style::FORM,"");"#,
    ] {
        assert!(code.contains(expected), "{expected}: {code}");
    }
    assert_eq!(code.matches("call.query(").count(), 3, "{code}");
}
