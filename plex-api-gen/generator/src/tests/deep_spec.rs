//! Specs that recurse: nesting, and circles of references.

use super::{PING, generated};

/// Generates a spec on a thread with a small stack.
fn generated_on_a_small_stack(spec: String) -> Result<String, String> {
    let small = std::thread::Builder::new().stack_size(64 << 10);
    let caller = small.spawn(move || generated(&spec)).unwrap();
    caller.join().unwrap()
}

/// Returns a spec with a schema, nested this often, as YAML in block style.
fn nested(lines: &[&str], depth: usize) -> String {
    let mut schema = String::new();
    let mut indent = 16;
    for _ in 0..depth {
        for line in lines {
            schema.push_str(&format!("{}{line}\n", " ".repeat(indent)));
        }
        indent += lines
            .last()
            .map_or(0, |line| line.len() - line.trim_start().len())
            + 1;
    }
    let schema = format!("{schema}{}type: string\n", " ".repeat(indent));
    let responses = format!(
        "\n          description: Alive\n          content:\n            application/json:\n              schema:\n{schema}"
    );
    PING.replace(
        "'204': {description: Alive}\n",
        &format!("'200':{responses}"),
    )
}

#[test]
fn a_deep_spec_does_not_overflow_the_stack_of_the_caller() {
    let arrays = generated_on_a_small_stack(nested(&["type: array", "items:"], 240)).unwrap();
    let arrays: String = arrays.split_whitespace().collect();
    assert!(arrays.contains(&"::std::vec::Vec<".repeat(240)), "{arrays}");
    for lines in [
        vec!["type: object", "additionalProperties:"],
        vec!["allOf:", "-"],
        vec!["anyOf:", "-"],
        vec!["not:"],
        vec!["x-extension:"],
    ] {
        let deepest = if lines.contains(&"-") { 120 } else { 240 };
        let generated = generated_on_a_small_stack(nested(&lines, deepest));
        assert!(generated.is_ok(), "{lines:?} {generated:?}");
    }
    let objects = nested(&["type: object", "properties:", " x:"], 120);
    assert!(generated_on_a_small_stack(objects).is_ok());
}

#[test]
fn nesting_has_a_limit() {
    let too_deep = |spec: String, line: usize| {
        let error = generated_on_a_small_stack(spec).unwrap_err();
        let expected = format!("ping.yaml:{line}: is nested deeper than 256 levels; use `$ref`");
        assert_eq!(error, expected);
    };
    too_deep(nested(&["type: array", "items:"], 3000), 510);
    too_deep(nested(&["x-extension:"], 300), 262);
    for depth in [300, 3000, 200_000] {
        too_deep(format!("{PING}x-deep:\n  {}a\n", "- ".repeat(depth)), 11);
    }
    // Each anchor is deeper than the one before.
    let (open, close) = ("[".repeat(50), "]".repeat(50));
    let anchors =
        (1..9).map(|index| format!("x-{index}: &a{index} {open}*a{}{close}\n", index - 1));
    let anchors: String = anchors.collect();
    too_deep(format!("{PING}x-0: &a0 a\n{anchors}"), 16);
}

#[test]
fn circles_of_references_are_rejected() {
    for (section, operation) in [
        ("parameters", "parameters: [REF]"),
        ("responses", "responses: {'200': REF}"),
        ("requestBodies", "requestBody: REF"),
        (
            "schemas",
            "requestBody: {content: {application/json: {schema: REF}}}",
        ),
    ] {
        let reference = |name: &str| format!("{{$ref: '#/components/{section}/{name}'}}");
        let operation = operation.replace("REF", &reference("A"));
        let components = format!(
            "components:\n  {section}:\n    A: {}\n    B: {}\n",
            reference("B"),
            reference("A"),
        );
        let spec = format!(
            "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\nservers: [{{url: 'https://plex.tv'}}]\npaths:\n  \
             /a: {{post: {{operationId: a, {operation}}}}}\n{components}"
        );
        let error = generated_on_a_small_stack(spec).unwrap_err();
        for name in ["A", "B"] {
            let place =
                format!("/components/{section}/{name}/$ref: refers to `#/components/{section}/");
            assert!(error.contains(&place), "{section} {name}: {error}");
        }
        assert!(error.contains("leads back to itself"), "{error}");
        assert!(
            error.lines().all(|line| line.starts_with("ping.yaml:")),
            "{error}"
        );
    }
    for schema in [
        "{$ref: '#/components/schemas/A', description: D}",
        "{allOf: [{$ref: '#/components/schemas/A'}], description: D}",
        "{oneOf: [{$ref: '#/components/schemas/A'}]}",
        "{$ref: '#/components/schemas/A/properties/a', properties: {a: {$ref: '#/components/schemas/A'}}}",
    ] {
        let used = PING.replace(
            "description: Alive",
            "description: D, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}",
        );
        let error =
            generated(&format!("{used}components: {{schemas: {{A: {schema}}}}}\n")).unwrap_err();
        assert!(error.contains("leads back to itself"), "{schema}: {error}");
    }
}

#[test]
fn recursive_models_and_chains_of_references_are_generated() {
    let schemas = "{A: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}}, B: {type: array, items: {$ref: \
                   '#/components/schemas/B'}}}";
    assert!(generated(&format!("{PING}components: {{schemas: {schemas}}}\n")).is_ok());
    let length = 100;
    let chain = (0..length).map(|index| {
        format!(
            "    A{index}: {{$ref: '#/components/requestBodies/A{}'}}\n",
            index + 1
        )
    });
    let chain: String = chain.collect();
    let body = "{required: true, content: {application/json: {schema: {type: string}}}}";
    let spec = PING.replace("get:", "post:").replace(
        "operationId: ping",
        "operationId: ping\n      requestBody: {$ref: '#/components/requestBodies/A0'}",
    );
    let spec = format!("{spec}components:\n  requestBodies:\n{chain}    A{length}: {body}\n");
    let code = generated(&spec).unwrap();
    assert!(code.contains("call.json(&self.body)"), "{code}");
}

#[test]
fn the_deepest_spec_is_split_and_imported_on_a_usual_stack() {
    let spec = nested(&["type: array", "items:"], 240);
    let usual = std::thread::Builder::new().stack_size(1 << 20);
    let done = usual.spawn(move || {
        let parts = crate::split(&spec).unwrap();
        let target = PING
            .replace("/ping", "/other")
            .replace("operationId: ping", "operationId: other");
        let (name, text) = ("a.yaml", spec.as_str());
        let source = crate::SpecFile { name, text };
        let target = crate::SpecFile {
            name: "b.yaml",
            text: &target,
        };
        let imported = crate::import(
            source,
            target,
            &["ping".to_owned()],
            &crate::Naming::default(),
        );
        (parts.len(), imported.is_ok())
    });
    assert_eq!(done.unwrap().join().unwrap(), (1, true));
}
