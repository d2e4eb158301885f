use super::*;

fn in_tree(schema: Value) -> (Value, Vec<String>) {
    let mut tree = schema;
    tree["type"] = json!("object");
    in_response(json!({"It": tree}))
}

#[test]
fn definitions_become_components() {
    let node = "#/components/schemas/It/$defs/Node";
    let (schemas, warnings) = in_tree(json!({
        "properties": {"root": {"$ref": node}},
        "$defs": {"Node": {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": node}}}}}
    }));
    assert_eq!(warnings, [""; 0]);
    assert_eq!(schemas["It"]["properties"]["root"], reference("Node"));
    assert_eq!(
        schemas["Node"]["properties"]["children"]["items"],
        reference("Node")
    );
    assert_eq!(schemas["It"].get("$defs"), None);
}

#[test]
fn definitions_may_be_nested_and_referred_to_from_the_schema_around_them() {
    let (schemas, warnings) = in_tree(json!({
        "properties": {"a": {"$ref": "#/$defs/A"}, "b": {"$ref": "#/components/schemas/It/$defs/A/$defs/B/properties/c"}},
        "$defs": {"A": {
            "type": "object", "properties": {"b": {"$ref": "#/$defs/B"}},
            "$defs": {"B": {"type": "object", "properties": {"c": {"type": "object", "properties": {}}}}}
        }}
    }));
    assert_eq!(warnings, [""; 0]);
    assert_eq!(schemas["It"]["properties"]["a"], reference("A"));
    assert_eq!(schemas["A"]["properties"]["b"], reference("B"));
    assert_eq!(schemas["It"]["properties"]["b"], reference("ItB"));
}

#[test]
fn a_definition_with_the_name_of_a_component_is_numbered() {
    let (schemas, _) = in_tree(json!({
        "properties": {"a": {"$ref": "#/$defs/it"}},
        "$defs": {"it": {"type": "object", "properties": {"b": {"type": "string"}}}}
    }));
    assert_eq!(schemas["It"]["properties"]["a"], reference("it2"));
    assert_eq!(schemas["it2"]["properties"]["b"]["type"], "string");
}

#[test]
fn references_to_an_anchor_are_found() {
    let (schemas, _) = in_tree(json!({
        "properties": {"a": {"$ref": "#node"}},
        "$defs": {"Node": {"$anchor": "node", "type": "object", "properties": {"b": {"type": "string"}}}}
    }));
    assert_eq!(schemas["It"]["properties"]["a"], reference("Node"));
}

#[test]
fn a_problem_in_a_definition_has_its_place_in_the_file() {
    let (_, warnings) = in_tree(json!({
        "properties": {"a": {"$ref": "#/$defs/A"}},
        "$defs": {"A": {"type": "object", "properties": {"b": {"type": "file"}}}}
    }));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let place = "/components/schemas/It/$defs/A/properties/b/type: ";
    assert!(warnings[0].starts_with(place), "{warnings:?}");
}
