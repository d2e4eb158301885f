use serde_json::json;

use super::*;

#[derive(Clone, PartialEq)]
enum Sort {
    Ascending,
    Gt,
    Unknown(String),
}
crate::open_enum!(Sort, Unknown { Ascending = "ascending", Gt = ">" });

#[test]
fn an_enum_keeps_a_value_that_the_spec_does_not_list() {
    for (text, value) in [
        ("ascending", Sort::Ascending),
        (">", Sort::Gt),
        ("random", Sort::Unknown("random".to_owned())),
    ] {
        let read: Sort = serde_json::from_value(json!(text)).unwrap();
        assert!(read == value && Sort::from(text) == value && Sort::from(text.to_owned()) == value);
        assert_eq!(json!(read), json!(text));
        assert_eq!((read.as_str(), read.to_string().as_str()), (text, text));
    }
    let number: Sort = serde_json::from_value(json!(7)).unwrap();
    assert_eq!(number.as_str(), "7");
    let error = serde_json::from_value::<Sort>(json!(["secret"])).unwrap_err();
    assert_eq!(error.to_string(), "expected a string");
}

#[test]
fn debug_hides_an_unknown_value_of_an_enum() {
    assert_eq!(format!("{:?}", Sort::Ascending), "Ascending");
    assert_eq!(format!("{:?}", Sort::from("secret")), "Unknown(string)");
}

#[derive(Clone, Debug, PartialEq, Default)]
struct Cat {
    kind: Option<String>,
    lives: Option<i64>,
    extra: crate::Extra,
}
crate::model!(Cat { kind: "kind", lives: "lives" } extra extra);

#[derive(Clone, Debug, PartialEq, Default)]
struct Dog {
    kind: Option<String>,
    tricks: Vec<String>,
}
crate::model!(Dog {
    kind: "kind",
    tricks: "tricks"
});

#[derive(Clone, PartialEq)]
enum Pet {
    Cat(Box<Cat>),
    Dog(Dog),
    Other(Value),
}
crate::union!(Pet, Other, Some("kind"), {
    0 Cat: ["cat", "kitten"] Shape::Object { required: &[], known: &["kind", "lives"], constants: &[] },
    1 Dog: ["dog"] Shape::Object { required: &[], known: &["kind", "tricks"], constants: &[] },
});

fn pet(value: Value) -> Pet {
    let pet: Pet = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(json!(pet), value);
    pet
}

#[test]
fn the_discriminator_decides() {
    let cat = pet(json!({"kind": "kitten", "tricks": ["sit"]}));
    assert!(matches!(&cat, Pet::Cat(cat) if cat.extra.get("tricks").is_some()));
    assert!(matches!(
        pet(json!({"kind": "bird", "lives": 1})),
        Pet::Other(_)
    ));
    // Without it, the known fields decide.
    assert!(matches!(pet(json!({"tricks": ["sit"]})), Pet::Dog(_)));
    assert!(matches!(pet(json!({"lives": 9})), Pet::Cat(_)));
    assert!(matches!(pet(json!({"wings": 2})), Pet::Other(_)));
    assert!(matches!(pet(json!("cat")), Pet::Other(_)));
}

#[test]
fn an_object_without_the_discriminator_is_the_only_alternative_that_fits() {
    let object = |required, known| Alternative {
        tags: &[],
        shape: Shape::Object {
            required,
            known,
            constants: &[],
        },
    };
    let alternatives = [
        object(&["id", "kind"], &["id", "kind"]),
        object(&["kind", "size"], &["id", "kind", "size"]),
    ];
    for (value, index) in [
        (json!({"id": 1}), Some(0)),
        (json!({"size": 1}), Some(1)),
        (json!({"id": 1, "size": 1}), None),
        (json!({}), None),
        (json!({"other": 1}), None),
    ] {
        assert_eq!(
            choose(Some("kind"), &alternatives, &value),
            index,
            "{value}"
        );
    }
}

#[test]
fn debug_hides_a_value_of_no_alternative() {
    let other = pet(json!({"a1": 2, "kind": "bird", "song": "secret"}));
    assert_eq!(
        format!("{other:?}"),
        r#"Other({*: number, "kind": string, "song": string})"#
    );
    assert_eq!(format!("{:?}", pet(json!("secret"))), "Other(string)");
    let cat = pet(json!({"kind": "cat", "secret": "secret value"}));
    assert!(!format!("{cat:?}").contains("secret value"));
}

fn chosen(shapes: Vec<Shape>, value: Value) -> Option<usize> {
    let alternatives = shapes
        .into_iter()
        .map(|shape| Alternative { tags: &[], shape });
    choose(None, &alternatives.collect::<Vec<_>>(), &value)
}

#[test]
fn the_type_of_a_value_decides() {
    let shapes = || {
        vec![
            Shape::Boolean,
            Shape::Number,
            Shape::Integer,
            Shape::String,
            Shape::OneOf(&["none"]),
            Shape::Array(&Shape::Integer),
            Shape::Array(&Shape::String),
            Shape::Map,
        ]
    };
    for (value, index) in [
        (json!(true), Some(0)),
        (json!(1.5), Some(1)),
        (json!(1), Some(2)),
        (json!("a"), Some(3)),
        (json!("none"), Some(4)),
        (json!([1]), Some(5)),
        (json!(["a"]), Some(6)),
        (json!([]), Some(5)),
        (json!({"a": 1}), Some(7)),
        (json!([true]), None),
        (json!(null), None),
    ] {
        assert_eq!(chosen(shapes(), value.clone()), index, "{value}");
    }
    assert_eq!(
        chosen(
            vec![Shape::Any, Shape::Union(&[Shape::Boolean])],
            json!(true)
        ),
        Some(1)
    );
    assert_eq!(
        chosen(vec![Shape::Any, Shape::Union(&[Shape::Boolean])], json!(1)),
        Some(0)
    );
}

#[test]
fn required_fields_then_known_fields_decide() {
    const A: Shape = Shape::Object {
        required: &["id"],
        known: &["id", "name"],
        constants: &[],
    };
    const B: Shape = Shape::Object {
        required: &[],
        known: &["id", "name", "size"],
        constants: &[],
    };
    const C: Shape = Shape::Object {
        required: &[],
        known: &["id", "kind"],
        constants: &[("kind", "c")],
    };
    for (value, index) in [
        (json!({"id": 1, "name": "a"}), Some(0)),
        (json!({"id": 1, "size": 1}), Some(1)),
        (json!({"name": "a"}), Some(1)),
        (json!({"id": 1, "kind": "c"}), Some(2)),
        (json!({"id": 1, "kind": "d"}), Some(0)),
        (json!({}), Some(1)),
        (json!({"other": 1}), None),
    ] {
        assert_eq!(chosen(vec![A, B, C], value.clone()), index, "{value}");
    }
}
