use super::*;

/// Lowers the model `It` beside others that it can refer to.
fn it(schema: Value) -> (Value, Vec<String>) {
    let (mut lowered, warnings) = schemas(json!({
        "Base": {"type": "object", "description": "Base.", "required": ["id"], "properties": {
            "id": {"type": "integer", "description": "A number."}, "name": {"type": "string"}
        }},
        "Derived": {"allOf": [reference("Base"), {"properties": {"more": {"type": "string"}}}]},
        "String": {"type": "string"},
        "It": schema
    }));
    (lowered["It"].take(), warnings)
}

#[test]
fn parts_are_merged_through_references() {
    let (it, warnings) = it(json!({
        "allOf": [reference("Derived"), {"required": ["own", "id"], "properties": {"own": {"type": "boolean"}}}]
    }));
    assert_eq!(
        it,
        json!({"type": "object", "required": ["id", "own"], "properties": {
            "id": {"type": "integer", "description": "A number."}, "name": {"type": "string"},
            "more": {"type": "string"}, "own": {"type": "boolean"}
        }})
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn the_last_of_two_definitions_counts() {
    let (it, warnings) = it(json!({"allOf": [
        reference("Base"),
        {"properties": {"id": {"type": "string"}, "name": {"type": "string", "description": "Same."}}}
    ]}));
    assert_eq!(
        it["properties"]["id"],
        json!({"type": "string", "description": "A number."})
    );
    assert_eq!(
        it["properties"]["name"],
        json!({"type": "string", "description": "Same."})
    );
    assert_eq!(
        warnings,
        [
            "/components/schemas/It/allOf: `id` has different definitions in the parts of the allOf; the last one counts"
        ]
    );
}

#[test]
fn keywords_beside_the_parts_are_kept() {
    let (it, warnings) = it(json!({
        "type": ["object", "null"], "description": "D",
        "allOf": [
            {"type": "object", "properties": {"a": {}}, "additionalProperties": {"type": "string"}},
            {"type": "object", "additionalProperties": false}
        ]
    }));
    assert_eq!(
        it,
        json!({
            "type": "object", "nullable": true, "description": "D", "properties": {"a": {}}, "required": []
        })
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn annotations_beside_a_reference_do_not_copy_its_model() {
    let (it, warnings) = it(json!({"properties": {
        "a": {"allOf": [reference("Base"), {"description": "D", "nullable": true}]},
        "b": {"allOf": [reference("Base")]}
    }}));
    assert_eq!(
        it["properties"],
        json!({
            "a": {"allOf": [reference("Base")], "description": "D", "nullable": true},
            "b": {"allOf": [reference("Base")]}
        })
    );
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn properties_beside_a_reference_are_merged() {
    let (it, _) =
        it(json!({"$ref": "#/components/schemas/Base", "properties": {"own": {"type": "string"}}}));
    assert_eq!(
        it["properties"],
        json!({
            "id": {"type": "integer", "description": "A number."}, "name": {"type": "string"}, "own": {"type": "string"}
        })
    );
}

#[test]
fn the_description_of_an_inline_part_is_kept() {
    let (it, _) = it(
        json!({"allOf": [reference("Base"), {"type": "object", "description": "D", "properties": {}}]}),
    );
    assert_eq!(it["description"], "D");
}

#[test]
fn parts_that_only_require_fields_are_left_out() {
    let (it, warnings) = it(json!({"allOf": [
        reference("Base"), {"oneOf": [{"required": ["id"]}, {"required": ["name"]}]}
    ]}));
    assert_eq!(it, json!({"allOf": [reference("Base")]}));
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn alternatives_among_the_parts_are_those_of_the_whole() {
    let (it, warnings) = it(json!({"allOf": [
        reference("Base"), {"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]},
        {"anyOf": [{"properties": {"c": {}}}, {"properties": {"d": {}}}]}
    ]}));
    assert_eq!(
        it["properties"]["alternative1"],
        reference("ItObject2"),
        "{it}"
    );
    assert_eq!(
        warnings,
        [
            "/components/schemas/It/allOf: has several parts with alternatives; only those of one part are kept"
        ]
    );
}

#[test]
fn a_base_passes_on_its_properties_to_its_alternatives() {
    let (models, _) = schemas(json!({
        "Base": {"oneOf": [reference("A"), reference("Middle")], "properties": {"kind": {"type": "string"}}},
        "A": {"allOf": [reference("Base")]},
        "Middle": {"oneOf": [reference("B"), reference("A")]},
        "B": {"allOf": [reference("Base"), {"properties": {"base": reference("Base")}}]}
    }));
    assert_eq!(
        models["A"]["properties"],
        json!({"kind": {"type": "string"}})
    );
    assert_eq!(models["B"]["properties"]["base"], reference("Base"));
    assert_eq!(models["Base"]["properties"]["alternative0"], reference("A"));
}

#[test]
fn recursive_parts_terminate() {
    let (itself, _) = it(
        json!({"allOf": [reference("It"), reference("It"), {"properties": {
            "child": {"allOf": [reference("It"), {"properties": {"extra": {}}}]}
        }}]}),
    );
    assert!(itself["properties"]["child"].is_object(), "{itself}");
    let (circle, _) = it(reference("It"));
    assert_eq!(circle, reference("It"));
}

#[test]
fn parts_of_scalars_and_arrays_are_merged() {
    for (before, after) in [
        (
            json!({"allOf": [{"type": "integer", "enum": [1, 2]}, {"description": "D"}]}),
            json!({"type": "integer", "description": "D\n\nKnown values: `1`, `2`."}),
        ),
        (
            json!({"allOf": [{"type": "string"}, {"format": "date-time"}, {"minLength": 1}]}),
            json!({"type": "string", "format": "date-time"}),
        ),
        (
            json!({"description": "Whole.", "allOf": [{"type": "string", "description": "Part."}]}),
            json!({"type": "string", "description": "Whole."}),
        ),
        (
            json!({"allOf": [{"type": "array"}, {"items": {"allOf": [{"type": "string"}]}}]}),
            json!({"type": "array", "items": {"type": "string"}}),
        ),
        (
            json!({"allOf": [reference("String"), {"nullable": true}, {"enum": ["a"]}]}),
            json!({"type": "string", "nullable": true}),
        ),
    ] {
        assert_eq!(it(before), (after, vec![]));
    }
    assert_eq!(
        it(json!({"allOf": [{"type": "string"}, {"enum": ["a"]}, {"enum": ["b"]}]})),
        (
            json!({"type": "string"}),
            vec!["/components/schemas/It/allOf: `enum` has different definitions in the parts of the allOf; the last one counts".to_owned()]
        )
    );
}

#[test]
fn a_constant_narrows_another_definition_in_any_order() {
    let base = json!({"properties": {"kind": {"type": "string"}, "sort": reference("String")}});
    let narrow = json!({"properties": {"kind": {"const": "create"}, "sort": {"const": "up"}}});
    for parts in [[&base, &narrow], [&narrow, &base]] {
        let (it, warnings) = it(json!({"allOf": parts}));
        // An enum has a type of its own, and a string has none.
        assert_eq!(it["properties"]["kind"], reference("ItKind"));
        assert_eq!(it["properties"]["sort"], reference("ItSort"));
        assert_eq!(warnings, [""; 0]);
    }
    for other in [
        json!({"type": "integer"}),
        json!({"const": "delete"}),
        json!({"enum": ["a"]}),
    ] {
        let other = json!({"properties": {"kind": other}});
        let (_, warnings) = it(json!({"allOf": [other, narrow]}));
        assert_eq!(warnings.len(), 1, "{other}");
    }
}
