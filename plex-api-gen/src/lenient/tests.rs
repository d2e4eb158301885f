use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::{Extra, PinCode, Token};

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
        (json!(3.7), Some(3)),
        (json!(-3.7), Some(-3)),
        (json!("3.7"), Some(3)),
        (json!("x"), None),
        (json!(""), None),
    ] {
        assert_eq!(read_as::<i64>(value.clone()), read, "{value}");
    }
    assert_eq!(read_as::<u64>(json!(u64::MAX)), Some(u64::MAX));
    assert_eq!(read_as::<u32>(json!(-1)), None);
    assert_eq!(read_as::<f64>(json!("1.5")), Some(1.5));
    assert_eq!(read_as::<f64>(json!(-2)), Some(-2.0));
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
    super::read(value).ok()
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
    assert_eq!(
        array_of(json!(["1", "x", 2.0, 0.5])),
        Some(vec![1_i64, 2, 0])
    );
    assert_eq!(array_of(json!("x")), Some(Vec::<i64>::new()));
    assert_eq!(array_of(json!(1.5)), Some(vec![1.5_f64]));
    assert_eq!(array_of(json!(false)), Some(vec![false]));
    assert_eq!(array_of(json!(["", "t"])), Some(vec![Token::new("t")]));
}

#[test]
fn a_malformed_array_is_rejected() {
    let mut text = serde_json::Deserializer::from_str("[1, 2");
    assert!(super::read::<_, Vec<i64>>(&mut text).is_err());
}

#[test]
fn arrays_of_arrays_and_maps() {
    assert_eq!(
        read_as::<Vec<Vec<i64>>>(json!([[1, "x", null], null, 2])),
        Some(vec![vec![1], vec![], vec![2]])
    );
    assert_eq!(
        read_as::<Vec<Option<i64>>>(json!([1, "x", null])),
        Some(vec![Some(1), None, None])
    );
    let map = read_as::<HashMap<String, String>>(json!({"a": "x", "b": 1, "c": null, "d": []}));
    let expected = [("a", "x"), ("b", "1")].map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(map, Some(HashMap::from(expected)));
    for other in [
        json!(null),
        json!([1]),
        json!("x"),
        json!(1),
        json!(-1),
        json!(1.5),
        json!(true),
    ] {
        assert_eq!(
            read_as::<HashMap<String, i64>>(other.clone()),
            Some(HashMap::new()),
            "{other}"
        );
        assert_eq!(
            read_as::<serde_json::Map<String, Value>>(other),
            Some(serde_json::Map::new())
        );
    }
    let lists = read_as::<HashMap<String, Vec<i64>>>(json!({"a": [1], "b": null, "c": 2}));
    assert_eq!(lists.map(|lists| lists.len()), Some(3));
}

#[test]
fn any_json_is_kept() {
    let value = json!({"a": [null, 1, -1, 1.5, true, "x", {"b": []}]});
    assert_eq!(read_as::<Value>(value.clone()), Some(value));
    assert_eq!(read_as::<Value>(json!(null)), Some(json!(null)));
    assert_eq!(read_as::<Option<Value>>(json!(null)), Some(None));
    assert_eq!(
        read_as::<Vec<Value>>(json!([null, 1])),
        Some(vec![json!(null), json!(1)])
    );
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Place {
    city: Option<String>,
    servers: Vec<Server>,
    inner: Option<Box<Place>>,
    extra: Extra,
}
crate::model!(Place { city: "city", servers: "Server", inner: "inner" } extra extra);

#[derive(Clone, Debug, PartialEq)]
struct Server {
    id: i64,
    tags: Vec<String>,
}
crate::model!(Server { id: "id" required, tags: "tags" required });

#[derive(Clone, Debug, PartialEq)]
struct Holder {
    server: Server,
    servers: Servers,
}
crate::model!(Holder { server: "server" required, servers: "servers" });

#[derive(Clone, Debug, PartialEq)]
struct Servers(HashMap<String, Server>);
crate::wrapper!(Servers);

fn model<T: for<'de> Deserialize<'de>>(value: &Value) -> Result<T, String> {
    let text = value.to_string();
    let what = |error: serde_json::Error| {
        error
            .to_string()
            .split(" at line")
            .next()
            .map(str::to_owned)
    };
    serde_json::from_str(&text).map_err(|error| what(error).unwrap_or_default())
}

#[test]
fn a_model_keeps_every_field_that_was_sent() {
    let sent = json!({
        "city": "Breda", "Server": [{"id": 1, "tags": []}], "new": {"a": [1, null]}, "other": null,
        "inner": {"city": "Ede", "deep": true}
    });
    let place: Place = model(&sent).unwrap();
    assert_eq!(place.extra.get("new"), Some(&json!({"a": [1, null]})));
    assert_eq!(place.inner.as_ref().unwrap().extra.len(), 1);
    assert_eq!(json!(place), sent);
    assert_eq!(serde_json::from_value::<Place>(sent).unwrap(), place);
}

#[test]
fn one_bad_field_or_item_does_not_lose_the_others() {
    let place: Place = model(&json!({
        "city": [1], "Server": [{"id": 1, "tags": null}, {"tags": []}, null, "x", {"id": "2", "tags": ["a", 1]}], "inner": "x"
    }))
    .unwrap();
    assert_eq!(place.city, None);
    assert_eq!(place.servers.len(), 2);
    assert_eq!(
        place.servers[1],
        Server {
            id: 2,
            tags: vec!["a".to_owned(), "1".to_owned()]
        }
    );
    assert_eq!(place.inner, None);
    for empty in [
        json!({"Server": null, "inner": []}),
        json!({"inner": false, "Server": 3}),
    ] {
        assert_eq!(model::<Place>(&empty).unwrap(), Place::default());
    }
    let single: Place = model(&json!({"Server": {"id": 1, "tags": []}})).unwrap();
    assert_eq!(single.servers.len(), 1);
}

#[test]
fn the_last_readable_value_of_a_repeated_field_counts() {
    let place: Place =
        serde_json::from_str(r#"{"city": "Breda", "city": "Ede", "city": []}"#).unwrap();
    assert_eq!(place.city.as_deref(), Some("Ede"));
}

#[test]
fn a_required_field_must_be_there() {
    for (sent, error) in [
        (json!({}), "missing field `server`"),
        (json!({"server": {"id": 1}}), "missing field `tags`"),
        (
            json!({"server": {"id": [], "tags": []}}),
            "expected an integer",
        ),
        (json!({"server": "secret"}), "expected an object"),
        (json!(["secret"]), "expected an object"),
    ] {
        assert_eq!(model::<Holder>(&sent).unwrap_err(), error, "{sent}");
    }
    let sent = json!({"server": {"id": 1, "tags": []}, "servers": {"a": {"id": 2, "tags": ["x"]}, "b": {}}});
    let holder: Holder = model(&sent).unwrap();
    assert_eq!(holder.servers.0.len(), 1);
    assert_eq!(json!(holder)["server"], json!({"id": 1, "tags": []}));
    let without: Holder = model(&json!({"server": {"id": 1, "tags": []}})).unwrap();
    assert_eq!(json!(without), json!({"server": {"id": 1, "tags": []}}));
}

#[test]
fn a_deep_unknown_field_does_not_lose_the_others() {
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let text = format!(r#"{{"deep": {deep}, "city": "Breda"}}"#);
    let place: Place = serde_json::from_str(&text).unwrap();
    assert_eq!(place.city.as_deref(), Some("Breda"));
    assert!(place.extra.get("deep").is_some());
}

#[test]
fn invalid_utf8_in_an_unknown_field_does_not_lose_the_others() {
    let place: Place =
        read_json(b"{\"new\": \"\xff\", \"a\": 1e400, \"city\": \"Breda\"}").unwrap();
    assert_eq!(place.city.as_deref(), Some("Breda"));
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
        (json!("2024-07-16T17:03:05"), Some(date)),
        (json!("2024-07-16 17:03:05.000"), Some(date)),
        (
            json!("2024-07-16T17:03"),
            DateTime::from_timestamp(1_721_149_380, 0),
        ),
        (
            json!("2024-07-16"),
            DateTime::from_timestamp(1_721_088_000, 0),
        ),
        (json!("1721149385"), Some(date)),
        (json!(1.5), DateTime::from_timestamp(1, 0)),
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

#[test]
fn an_unknown_field_with_the_name_of_a_field_is_not_written_twice() {
    let mut place: Place = serde_json::from_str(r#"{"city":"A"}"#).unwrap();
    place.extra.insert("city", "B");
    place.extra.insert("inner", "C");
    let written = serde_json::to_string(&place).unwrap();
    assert_eq!(written.matches("city").count(), 1, "{written}");
    assert!(written.contains(r#""city":"A""#), "{written}");
    // The model writes no empty field of its own, so the other is kept.
    assert!(written.contains(r#""inner":"C""#), "{written}");
}

/// The feature `arbitrary_precision` of serde_json, which any crate can enable, represents each number as such an object.
#[test]
fn numbers_are_read_in_the_representation_of_arbitrary_precision() {
    let number = |text: &str| json!({"$serde_json::private::Number": text});
    assert_eq!(read_as::<i64>(number("-7")), Some(-7));
    assert_eq!(read_as::<u64>(number("7")), Some(7));
    assert_eq!(read_as::<f64>(number("1.5")), Some(1.5));
    assert_eq!(read_as::<String>(number("12")).as_deref(), Some("12"));
    assert_eq!(read_as::<Vec<i64>>(number("3")), Some(vec![3]));
    assert_eq!(read_as::<Value>(number("3")), Some(json!(3)));
    assert_eq!(read_as::<i64>(number("1e999")), None);
    assert_eq!(
        read_as::<i64>(json!({"$serde_json::private::Number": [1]})),
        None
    );
    assert_eq!(read_as::<Value>(number("x")), Some(number("x")));
}
