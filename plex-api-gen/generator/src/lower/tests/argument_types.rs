use super::parameters::query;
use super::*;

#[test]
fn integers_that_are_0_or_1_are_flags() {
    for schema in [
        json!({"type": "integer", "enum": [0, 1]}),
        json!({"type": ["integer", "null"], "enum": [1, 0, null]}),
        json!({"type": "integer", "enum": [1]}),
        json!({"enum": [0, 1]}),
    ] {
        let (root, warnings) = document(
            json!({"/a": {"get": {"operationId": "a", "parameters": [
                {"in": "query", "name": "a", "schema": schema},
                {"in": "query", "name": "b", "schema": reference("Flag")}
            ]}}}),
            json!({"schemas": {"Flag": schema}}),
        );
        for parameter in root["paths"]["/a"]["get"]["parameters"].as_array().unwrap() {
            assert_eq!(parameter["schema"], json!({"type": "boolean"}), "{schema}");
            assert_eq!(parameter["x-sent-as-number"], true);
        }
        assert_eq!(warnings, [""; 0]);
    }
}

#[test]
fn other_numbers_stay_numbers() {
    for values in [json!([0, 1, 2]), json!([-1])] {
        let (schema, warnings) = query(json!({"schema": {"type": "integer", "enum": values}}));
        assert_eq!(
            (schema["type"].as_str(), warnings),
            (Some("integer"), vec![])
        );
    }
    let flags = json!({"type": "array", "items": {"type": "integer", "enum": [0, 1]}});
    assert_eq!(
        query(json!({ "schema": flags })).0["items"]["type"],
        "integer"
    );
}

/// Returns the lowered document of two operations that each have a parameter with an enum, and of a component `Taken`.
fn two(one: (&str, &[&str]), other: (&str, &[&str])) -> Value {
    let operation = |id: &str, (name, values): (&str, &[&str])| {
        json!({"get": {"operationId": id, "parameters": [
            {"in": "query", "name": name, "description": id, "schema": {"type": "string", "enum": values, "description": id}},
        ], "responses": {"200": json_of(reference("Taken"))}}})
    };
    let (root, warnings) = document(
        json!({"/a": operation("one", one), "/b": operation("two", other)}),
        json!({"schemas": {"Taken": {"type": "object", "properties": {"a": {}}}}}),
    );
    assert_eq!(warnings, [""; 0]);
    root
}

fn schemas_of(root: &Value) -> [Value; 2] {
    ["/a", "/b"].map(|path| root["paths"][path]["get"]["parameters"][0]["schema"].clone())
}

#[test]
fn operations_share_the_enum_of_a_parameter_with_the_same_values() {
    let root = two(("sort", &["a", "b"]), ("sort", &["b", "a"]));
    assert_eq!(schemas_of(&root), [reference("Sort"), reference("Sort")]);
    assert_eq!(
        root["components"]["schemas"]["Sort"],
        json!({"type": "string"}),
        "the description of one argument is not the one of the type"
    );
    let root = two(("sort", &["a", "b"]), ("other", &["a"]));
    assert_eq!(schemas_of(&root), [reference("Sort"), reference("Other")]);
}

#[test]
fn an_enum_is_named_after_its_operation_where_the_name_is_not_enough() {
    let root = two(("sort", &["a", "b"]), ("sort", &["a"]));
    assert_eq!(root["components"]["schemas"].get("Sort"), None);
    let root = two(("taken", &["a"]), ("taken", &["a"]));
    let mut names: Vec<&String> = root["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    names.sort();
    assert_eq!(names, ["OneTaken", "Taken", "TwoTaken"]);
}
