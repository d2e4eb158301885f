//! Operations that cannot be generated are left out; the others are generated.

use crate::{Generated, Settings, generate};

const HEAD: &str = "\
openapi: 3.1.0
info: {title: T, version: '1'}
servers: [{url: 'https://plex.tv/api/v2'}]
security: []
paths:
  /good: {get: {operationId: good, responses: {'204': {description: D}}}}
";

/// Generates a spec with more paths and with components.
fn with(paths: &str, components: &str) -> Generated {
    let spec = format!("{HEAD}{paths}components:\n{components}");
    let settings = Settings {
        spec_name: "a.yaml",
        runtime: "crate",
        command: "the test",
    };
    let generated = generate(&spec, &settings).unwrap();
    assert!(generated.code.contains("fn good("), "{}", generated.code);
    generated
}

#[test]
fn a_bad_operation_is_left_out_with_a_warning() {
    for (bad, warning) in [
        (
            "parameters: [{name: a b, in: header, schema: {type: string}}]",
            "a.yaml:7: operation bad: /paths/~1bad/get/parameters/0: \"a b\" is not the name of an HTTP header; it is left out",
        ),
        (
            "parameters: [{name: q, in: nowhere, schema: {type: string}}]",
            "a.yaml:7: operation bad: /paths/~1bad/get/parameters/0: `q` is not `in` the path, the query or a header; fix its `in`; \
             it is left out",
        ),
        (
            "parameters: [{$ref: '#/components/parameters/No'}]",
            "a.yaml:7: operation bad: /paths/~1bad/get/parameters/0/$ref: refers to `#/components/parameters/No`, which does not exist; \
             add it to this file; it is left out",
        ),
        (
            "parameters: [{$ref: 'other.yaml#/P'}]",
            "a.yaml:7: operation bad: /paths/~1bad/get/parameters/0/$ref: refers to `other.yaml#/P`",
        ),
    ] {
        let path = format!(
            "  /bad: {{get: {{operationId: bad, {bad}, responses: {{'204': {{description: D}}}}}}}}\n"
        );
        let generated = with(&path, "  schemas: {}\n");
        assert_eq!(generated.left_out, ["bad"], "{bad}");
        assert_eq!(generated.warnings.len(), 1, "{:?}", generated.warnings);
        assert!(
            generated.warnings[0].starts_with(warning),
            "{:?}",
            generated.warnings
        );
        assert!(!generated.code.contains("fn bad("));
    }
}

/// An operation whose response refers to a schema.
fn reading(name: &str, schema: &str) -> String {
    let reference = format!("{{$ref: '#/components/schemas/{schema}'}}");
    format!(
        "  /{name}: {{get: {{operationId: {name}, responses: {{'200': {{description: D, content: {{application/json: {{schema: {reference}}}}}}}}}}}}}\n"
    )
}

#[test]
fn a_component_that_several_operations_need_is_one_warning() {
    let paths = [
        reading("a", "Outer"),
        reading("b", "Bad"),
        reading("c", "Fine"),
    ]
    .concat();
    let generated = with(
        &paths,
        "  schemas:\n    Outer: {type: object, properties: {bad: {$ref: '#/components/schemas/Bad'}}}\n    \
         Bad: {type: object, properties: {no: {$ref: '#/components/schemas/No'}}}\n    Fine: {type: object, properties: {a: {type: string}}}\n",
    );
    assert_eq!(generated.left_out, ["a", "b"]);
    let warning = "a.yaml:13: schema Bad: /components/schemas/Bad/properties/no/$ref: refers to `#/components/schemas/No`, which does not \
                   exist; add it to this file; `a`, `b` are left out";
    assert_eq!(generated.warnings, [warning]);
    assert!(generated.code.contains("fn c("), "{}", generated.code);
}

#[test]
fn a_component_that_no_operation_needs_does_not_matter() {
    let bad = "  schemas: {Bad: {$ref: 'other.yaml'}}\n  responses: {Bad: {$ref: '#/components/responses/Bad'}}\n";
    let generated = with("", bad);
    assert_eq!(generated.warnings, [""; 0]);
    assert_eq!(generated.left_out, [""; 0]);
}

#[test]
fn a_path_that_refers_to_nothing_is_left_out() {
    let generated = with(
        "  /bad: {$ref: '#/components/pathItems/No'}\n",
        "  schemas: {}\n",
    );
    assert_eq!(generated.warnings.len(), 1, "{:?}", generated.warnings);
    let warning = "a.yaml:7: path /bad: /paths/~1bad/$ref: refers to ";
    assert!(
        generated.warnings[0].starts_with(warning),
        "{:?}",
        generated.warnings
    );
    assert_eq!(generated.left_out, ["/bad"]);
}
