use serde_json::{Value, json};

use super::*;

/// What a JSON value is read as; `None` where it is refused.
fn read_as<T: Lenient>(value: Value) -> Option<T> {
    super::read(value).ok()
}

#[test]
fn text() {
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
fn nothing() {
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
    for nothing in [
        json!(null),
        json!(false),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(""),
        json!([{}]),
    ] {
        assert_eq!(read(nothing.clone()), None, "{nothing}");
    }
    #[derive(Debug, PartialEq, Deserialize)]
    enum Kind {
        A,
    }
    assert_eq!(read_model::<_, Kind>(json!("A")).unwrap(), Some(Kind::A));
    assert_eq!(read_model::<_, Kind>(json!("B")).unwrap(), None);
}

#[test]
fn text_with_escapes_from_bytes() -> Result<(), serde_json::Error> {
    #[derive(Deserialize)]
    struct It {
        #[serde(deserialize_with = "read")]
        text: String,
    }
    let it: It = serde_json::from_slice(br#"{"text":"a\"b"}"#)?;
    assert_eq!(it.text, "a\"b");
    Ok(())
}
