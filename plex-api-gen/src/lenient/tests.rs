use serde_json::{Value, json};

use super::*;

/// Reads a JSON value; `None` if it is rejected.
fn read_as<T: Lenient>(value: Value) -> Option<T> {
    super::read(value).ok()
}

#[test]
fn strings() {
    assert_eq!(read_as::<String>(json!("4814")).as_deref(), Some("4814"));
    assert_eq!(read_as::<String>(json!(802)).as_deref(), Some("802"));
    assert_eq!(read_as::<String>(json!(-1)).as_deref(), Some("-1"));
    assert_eq!(read_as::<String>(json!(1.5)).as_deref(), Some("1.5"));
    assert_eq!(read_as::<String>(json!(true)).as_deref(), Some("true"));
    assert_eq!(read_as::<String>(json!(null)), None);
    assert_eq!(read_as::<String>(json!([])), None);
    assert_eq!(read_as::<String>(json!({"a": 1})), None);
}

#[test]
fn booleans() {
    for (value, read) in [
        (json!(true), Some(true)),
        (json!(0), Some(false)),
        (json!(1), Some(true)),
        (json!("0"), Some(false)),
        (json!("True"), Some(true)),
        (json!(2), None),
        (json!("Unknown"), None),
        (json!(null), None),
    ] {
        assert_eq!(read_as::<bool>(value.clone()), read, "{value}");
    }
}

#[test]
fn numbers() {
    for (value, read) in [
        (json!(876), Some(876)),
        (json!("876"), Some(876)),
        (json!(876.0), Some(876)),
        (json!(-5), Some(-5)),
        (
            json!(9_007_199_254_740_991_u64),
            Some(9_007_199_254_740_991),
        ),
        (json!(u64::MAX), None),
        (json!(1e300), None),
        (json!(0.5), None),
        (json!("x"), None),
        (json!(""), None),
    ] {
        assert_eq!(read_as::<i64>(value.clone()), read, "{value}");
    }
    assert_eq!(read_as::<u32>(json!(-1)), None);
    assert_eq!(read_as::<f64>(json!("1.5")), Some(1.5));
    assert_eq!(read_as::<f32>(json!(-2)), Some(-2.0));
}

#[test]
fn optional_scalars() {
    assert_eq!(read_as::<Option<i64>>(json!(null)), Some(None));
    assert_eq!(read_as::<Option<i64>>(json!("")), Some(None));
    assert_eq!(read_as::<Option<bool>>(json!("Unknown")), Some(None));
    assert_eq!(read_as::<Option<bool>>(json!("maybe")), Some(None));
    assert_eq!(read_as::<Option<i64>>(json!([1])), Some(None));
    assert_eq!(read_as::<Option<String>>(json!({"a": [{}]})), Some(None));
    assert_eq!(
        read_as::<Option<String>>(json!("")),
        Some(Some(String::new()))
    );
    assert_eq!(read_as::<Option<Token>>(json!("")), Some(None));
    assert_eq!(
        read_as::<Option<Token>>(json!("abc")),
        Some(Some(Token::new("abc")))
    );
    assert_eq!(read_as::<Option<Token>>(json!(false)), Some(None));
    assert_eq!(read_as::<PinCode>(json!("")), None);
    assert_eq!(read_as::<PinCode>(json!(1234)), Some(PinCode::new("1234")));
}

#[test]
fn models() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Place {
        city: Option<String>,
    }
    let read = |value: Value| read_model::<_, Place>(value).unwrap();
    assert_eq!(
        read(json!({"city": "Breda"})).unwrap().city.as_deref(),
        Some("Breda")
    );
    for other in [
        json!(null),
        json!(false),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(""),
        json!([{}]),
    ] {
        assert_eq!(read(other.clone()), None, "{other}");
    }
    #[derive(Debug, PartialEq, Deserialize)]
    enum Kind {
        A,
    }
    assert_eq!(read_model::<_, Kind>(json!("A")).unwrap(), Some(Kind::A));
    assert_eq!(read_model::<_, Kind>(json!("B")).unwrap(), None);
}

#[test]
fn a_string_with_escapes_from_bytes() -> Result<(), serde_json::Error> {
    #[derive(Deserialize)]
    struct Holder {
        #[serde(deserialize_with = "read")]
        text: String,
    }
    let holder: Holder = serde_json::from_slice(br#"{"text":"a\"b"}"#)?;
    assert_eq!(holder.text, "a\"b");
    Ok(())
}

/// Reads a JSON value as an array; `None` if it is rejected.
fn array_of<T: Lenient>(value: Value) -> Option<Vec<T>> {
    read_list(value).ok()
}

#[test]
fn arrays() {
    let texts = |value: Value| array_of::<String>(value).unwrap();
    assert_eq!(
        texts(json!(["a", 1, true, null, [], {"b": 1}])),
        ["a", "1", "true"]
    );
    assert_eq!(texts(json!(null)), [""; 0]);
    for (single, text) in [
        (json!("a"), "a"),
        (json!(1), "1"),
        (json!(-1), "-1"),
        (json!(1.5), "1.5"),
        (json!(true), "true"),
    ] {
        assert_eq!(texts(single), [text]);
    }
    assert_eq!(texts(json!({"a": 1})), [""; 0]);
    assert_eq!(array_of(json!(["1", "x", 2.0, 0.5])), Some(vec![1_i64, 2]));
    assert_eq!(array_of(json!("x")), Some(Vec::<i64>::new()));
    assert_eq!(array_of(json!(1.5)), Some(vec![1.5_f64]));
    assert_eq!(array_of(json!(false)), Some(vec![false]));
    assert_eq!(array_of(json!(["", "t"])), Some(vec![Token::new("t")]));
}

#[test]
fn a_malformed_array_is_rejected() {
    let mut text = serde_json::Deserializer::from_str("[1, 2");
    assert!(read_list::<_, i64>(&mut text).is_err());
}

#[test]
fn arrays_of_models() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Server {
        id: i64,
    }
    let read = |value: Value| read_models::<_, Server>(value);
    let (one, two) = (Server { id: 1 }, Server { id: 2 });
    assert_eq!(
        read(json!([{"id": 1}, null, "x", 3, [], {"id": 2, "new": true}])).unwrap(),
        [one, two]
    );
    assert_eq!(read(json!({"id": 1})).unwrap(), [Server { id: 1 }]);
    for other in [
        json!(null),
        json!([]),
        json!("x"),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(true),
    ] {
        assert_eq!(read(other.clone()).unwrap(), [], "{other}");
    }
    let error = read(json!([{"id": 1}, {}])).unwrap_err().to_string();
    assert_eq!(error, "missing field `id`");
    assert!(read(json!({})).is_err());
}

#[test]
fn arrays_of_enum_values() {
    #[derive(Debug, PartialEq, Deserialize)]
    enum Kind {
        A,
    }
    let read = |value: Value| read_models::<_, Kind>(value).unwrap();
    assert_eq!(read(json!(["A", "B", "A"])), [Kind::A, Kind::A]);
    assert_eq!(read(json!("A")), [Kind::A]);
    assert_eq!(read(json!("B")), []);
}

#[test]
fn null_is_the_default() {
    type Map = std::collections::BTreeMap<String, i64>;
    let read = |value: Value| read_or_default::<_, Map>(value);
    assert_eq!(read(json!(null)).unwrap(), Map::new());
    assert_eq!(
        read(json!({"a": 1})).unwrap(),
        Map::from([("a".to_owned(), 1)])
    );
    for other in [json!([]), json!("x"), json!(1), json!({"a": "x"})] {
        assert!(read(other.clone()).is_err(), "{other}");
    }
}

#[test]
fn dates_and_times() {
    let date: DateTime<Utc> = "2024-07-16T17:03:05Z".parse().unwrap();
    for (value, read) in [
        (json!("2024-07-16T17:03:05Z"), Some(date)),
        (json!(" 2024-07-16T19:03:05+02:00 "), Some(date)),
        (json!(1_721_149_385), Some(date)),
        (json!(1_721_149_385.0), Some(date)),
        (json!(-1), DateTime::from_timestamp(-1, 0)),
        (json!(i64::MAX), None),
        (json!("yesterday"), None),
        (json!(""), None),
        (json!("2024-07-16"), None),
        (json!(1.5), None),
        (json!(true), None),
        (json!(null), None),
        (json!([1]), None),
    ] {
        assert_eq!(read_as::<DateTime<Utc>>(value.clone()), read, "{value}");
        assert_eq!(
            read_as::<Option<DateTime<Utc>>>(value.clone()),
            Some(read),
            "{value}"
        );
    }
}
