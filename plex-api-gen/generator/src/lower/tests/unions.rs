use super::*;

/// Returns the lowered schemas of a document without paths, and the union `It`.
fn union(schemas: Value) -> (Value, Union) {
    let mut root = json!({
        "openapi": "3.1.0", "servers": [{"url": "https://example.test"}], "components": {"schemas": schemas}
    });
    let (warnings, _, mut facts) = lower(&mut root).unwrap();
    assert_eq!(warnings, []);
    (
        root["components"]["schemas"].clone(),
        facts.unions.remove("It").unwrap(),
    )
}

fn names(union: &Union) -> Vec<&str> {
    union
        .alternatives
        .iter()
        .map(|one| one.name.as_str())
        .collect()
}

fn object(name: &str) -> Value {
    json!({"type": "object", "properties": {name: {"type": "string"}}})
}

#[test]
fn alternatives_are_named_by_their_components_or_types() {
    let (models, union) = union(json!({
        "Cat": object("lives"),
        "It": {"oneOf": [
            reference("Cat"), {"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "string"}},
            object("b"), {}
        ]}
    }));
    assert_eq!(
        names(&union),
        ["Cat", "String", "Integer", "List", "Object"]
    );
    assert_eq!(models["It"]["properties"]["alternative0"], reference("Cat"));
    assert_eq!(
        models["It"]["properties"]["alternative4"],
        reference("ItObject")
    );
    let shapes: Vec<&Value> = union.alternatives.iter().map(|one| &one.shape).collect();
    assert_eq!(
        shapes,
        [
            &json!({"Object": {"required": [], "known": ["lives"], "constants": {}}}),
            &json!("String"),
            &json!("Integer"),
            &json!({"Array": "String"}),
            &json!({"Object": {"required": [], "known": ["b"], "constants": {}}}),
        ]
    );
}

#[test]
fn properties_beside_alternatives_belong_to_each() {
    let (models, union) = union(json!({
        "Cat": object("lives"),
        "Dog": {"type": "object", "properties": {"id": {"type": "string"}}},
        "It": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}, "anyOf": [
            reference("Cat"), reference("Dog")
        ]}
    }));
    assert_eq!(names(&union), ["Cat", "Dog"]);
    assert_eq!(
        models["It"]["properties"]["alternative0"],
        reference("ItCat")
    );
    assert_eq!(models["It"]["properties"]["alternative1"], reference("Dog"));
    let fields: Vec<&String> = models["ItCat"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(fields, ["id", "lives"]);
    assert_eq!(models["ItCat"]["required"], json!(["id"]));
}

#[test]
fn a_discriminator_has_the_values_of_its_mapping_or_the_names_of_schemas() {
    let (models, union) = union(json!({
        "Cat": object("lives"), "Dog": object("tricks"), "Bird": object("song"),
        "It": {"oneOf": [reference("Cat"), reference("Dog"), reference("Bird")], "discriminator": {
            "propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat", "kitten": "Cat", "dog": "Dog.json"}
        }}
    }));
    assert_eq!(union.discriminator.as_deref(), Some("kind"));
    let tags: Vec<_> = union
        .alternatives
        .iter()
        .map(|one| one.tags.join(" "))
        .collect();
    assert_eq!(tags, ["cat kitten", "dog", "Bird"]);
    // An alternative that one value means always writes it.
    assert_eq!(models["Dog"]["properties"]["kind"], reference("DogKind"));
    assert_eq!(models["Cat"]["properties"].get("kind"), None);
}

#[test]
fn a_base_with_a_discriminator_is_the_union_of_its_subtypes() {
    let (models, union) = union(json!({
        "It": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}, "discriminator": {
            "propertyName": "kind", "mapping": {"it": "#/components/schemas/It"}
        }},
        "Cat": {"allOf": [reference("It"), object("lives")]},
        "Lion": {"allOf": [reference("Cat"), object("pride")]}
    }));
    assert_eq!(names(&union), ["It", "Cat", "Lion"]);
    let tags: Vec<_> = union
        .alternatives
        .iter()
        .map(|one| one.tags.join(" "))
        .collect();
    assert_eq!(tags, ["it", "Cat", "Lion"]);
    let fields: Vec<&String> = models["Lion"]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(fields, ["kind", "lives", "pride"]);
}

#[test]
fn unions_that_contain_each_other_are_flat() {
    let (_, union) = union(json!({
        "It": {"oneOf": [reference("Other"), object("a"), reference("It")]},
        "Other": {"oneOf": [reference("It"), object("b"), {"type": "array", "items": reference("It")}]}
    }));
    assert_eq!(names(&union), ["Object", "List", "Object"]);
}

#[test]
fn several_enums_are_one() {
    let mut root = json!({"openapi": "3.1.0", "components": {"schemas": {"It": {"anyOf": [
        {"type": "string", "enum": ["a", "b"]}, {"const": "c"}, {"type": "string"}, {"type": "null"}
    ]}}}});
    let (_, _, facts) = lower(&mut root).unwrap();
    assert_eq!(facts.enums["It"], ["a", "b", "c"]);
}

#[test]
fn a_union_within_a_union_is_reached_by_its_own_tags() {
    let by_kind = |mapping: Value| json!({"propertyName": "kind", "mapping": mapping});
    let (_, union) = union(json!({
        "Cat": object("lives"), "Dog": object("tricks"), "Puppy": object("toys"), "Car": object("wheels"),
        "Dogs": {"oneOf": [reference("Dog"), reference("Puppy")], "discriminator": by_kind(json!({"dog": "Dog", "car": "Puppy"}))},
        "Pet": {"oneOf": [reference("Cat"), reference("Dogs")], "discriminator": by_kind(json!({"cat": "Cat"}))},
        "It": {"oneOf": [reference("Pet"), reference("Car")], "discriminator": by_kind(json!({"car": "Car"}))}
    }));
    let tags = union.alternatives.iter().map(|one| one.tags.join(" "));
    assert_eq!(tags.collect::<Vec<_>>(), ["Pet cat Dogs dog", "car"]);
}
