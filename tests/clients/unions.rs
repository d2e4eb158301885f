//! Unions.

plex_api::include_client!("unions");

use requests::{
    CreatePetRequest, FilterRequest, GetShapesRequest, ListPetsRequest, SearchRequest,
    SendBaseRequest,
};
use serde_json::{Value, json};
use types::{
    B, Base, Before, CatInput, DateOp, Filter, FilterObject, IsNull, Number, Pet, PetInput, Shapes,
    ShapesList, ShapesManyItem, ShapesOne,
};

use crate::server::{Server, sent};

#[test]
fn a_discriminator_chooses_the_subtype_and_nothing_fails() {
    let json = r#"[{"kind": "cat", "name": "Tom", "lives": 7}, {"kind": "dog", "barks": true, "x": 1}, {"kind": "fish", "fins": 2}, 5]"#;
    let pets = Server::json(json).read(&ListPetsRequest::new()).unwrap();
    assert!(
        matches!(&pets[0], Pet::Cat(cat) if cat.lives == Some(7) && cat.name.as_deref() == Some("Tom"))
    );
    assert!(
        matches!(&pets[1], Pet::Dog(dog) if dog.barks == Some(true) && dog.extra.get("x") == Some(&json!(1)))
    );
    assert!(matches!(&pets[2], Pet::Other(value) if value["fins"] == 2));
    assert!(matches!(&pets[3], Pet::Other(value) if *value == 5));
    let back = serde_json::to_value(&pets).unwrap();
    assert_eq!(back, serde_json::from_str::<Value>(json).unwrap());
    assert!(!format!("{pets:?}").contains("fish"), "{pets:?}");
}

#[test]
fn a_subtype_is_sent_with_its_discriminator() {
    let cat = CatInput {
        lives: Some(9),
        ..CatInput::default()
    };
    let received = sent(&CreatePetRequest::new(PetInput::Cat(cat)));
    assert_eq!(received.text(), r#"{"kind":"cat","lives":9}"#);
    let other = PetInput::Other(json!({"kind": "fish"}));
    assert_eq!(
        sent(&CreatePetRequest::new(other)).text(),
        r#"{"kind":"fish"}"#
    );
}

fn shapes(json: &str) -> Shapes {
    Server::json(json).read(&GetShapesRequest::new()).unwrap()
}

#[test]
fn the_shape_of_a_value_chooses_the_alternative() {
    let read = shapes(
        r#"{"one": {"side": 2}, "list": ["a", "b"], "many": [{"radius": 1}, {"side": "2"}, {"other": 3}]}"#,
    );
    assert!(matches!(&read.one, Some(ShapesOne::Square(square)) if square.side == Some(2)));
    assert_eq!(
        read.list,
        Some(ShapesList::List(vec!["a".into(), "b".into()]))
    );
    assert!(matches!(&read.many[0], ShapesManyItem::Circle(circle) if circle.radius == Some(1)));
    assert!(matches!(&read.many[1], ShapesManyItem::Square(square) if square.side == Some(2)));
    assert!(matches!(&read.many[2], ShapesManyItem::Other(value) if value["other"] == 3));
    assert_eq!(
        shapes(r#"{"list": "a"}"#).list,
        Some(ShapesList::String("a".into()))
    );
    assert!(matches!(
        shapes(r#"{"one": [1]}"#).one,
        Some(ShapesOne::Other(_))
    ));
    assert_eq!(shapes(r#"{"one": null}"#).one, None);
}

#[test]
fn alternatives_are_sent_as_they_are() {
    let number = Filter::Number(Number { n: Some(1) });
    assert_eq!(sent(&FilterRequest::new(number)).text(), r#"{"n":1}"#);
    let sign = Filter::Object(FilterObject {
        op: Some("<".into()),
    });
    assert_eq!(sent(&FilterRequest::new(sign)).text(), r#"{"op":"<"}"#);
    let base = Base::B(B {
        b: Some(1),
        kind: Some("b".into()),
    });
    assert_eq!(
        sent(&SendBaseRequest::new(base)).text(),
        r#"{"b":1,"kind":"b"}"#
    );
}

#[test]
fn a_base_that_names_its_subtypes_is_a_union() {
    let before = Before {
        at: "2026".into(),
        operator: "Before".into(),
    };
    let request = SearchRequest::new().released(DateOp::Before(before));
    assert_eq!(
        sent(&request).text(),
        r#"{"released":{"at":"2026","operator":"Before"}}"#
    );
    let request = SearchRequest::new().released(DateOp::IsNull(IsNull::default()));
    assert_eq!(
        sent(&request).text(),
        r#"{"released":{"operator":"IsNull"}}"#
    );
}
