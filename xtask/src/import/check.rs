//! A last look before anything is written: the new text must mean the old one plus what was to be added.

use serde_json::{Map, Value};

use super::document::Document;
use super::slice::{self, Edits};

/// A value that was added, and the keys that lead to it.
pub(super) type Added = (Vec<String>, Value);

/// Reads the new text and compares.
pub(super) fn check(target: &Document, text: &str, added: &[Added]) -> Result<(), String> {
    let mut expected = slice::value(&target.root, &Edits::new());
    for (keys, value) in added {
        put(&mut expected, keys, value.clone());
    }
    let new = Document::parse("the new text", text)
        .map_err(|error| format!("this would make a file that cannot be read: {error}"))?;
    let found = slice::value(&new.root, &Edits::new());
    match difference(&expected, &found, String::new()) {
        None => Ok(()),
        Some(place) => Err(format!(
            "{}: the copy would mean something else at {place}; write it more simply in its file and copy it again",
            target.name()
        )),
    }
}

fn put(root: &mut Value, keys: &[String], value: Value) {
    let mut place = root;
    for key in keys {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        place = &mut place[key.as_str()];
    }
    *place = value;
}

/// Where two values differ, if they do.
fn difference(expected: &Value, found: &Value, place: String) -> Option<String> {
    if expected == found {
        return None;
    }
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let keys = expected.keys().chain(found.keys());
            let nothing = Value::Null;
            let below = keys.filter_map(|key| {
                let expected = expected.get(key).unwrap_or(&nothing);
                let found = found.get(key).unwrap_or(&nothing);
                difference(expected, found, format!("{place}/{key}"))
            });
            Some(below.min_by_key(String::len).unwrap_or(place))
        }
        _ => Some(place),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_was_to_be_added_may_be_new() {
        let target = Document::parse("t.yaml", "a: 1\nb:\n").unwrap();
        let added = [(vec![String::from("b"), String::from("c")], json!([2]))];
        assert_eq!(check(&target, "a: 1\nb:\n  c: [2]\n", &added), Ok(()));
        let wrong = |text: &str| check(&target, text, &added).unwrap_err();
        assert!(wrong("a: 1\nb:\n  c: [3]\n").contains("at /b/c;"));
        assert!(wrong("a: 2\nb:\n  c: [2]\n").contains("at /a;"));
        assert!(wrong("a: 1\nb:\n  c: [2]\nd: 1\n").contains("at /d;"));
        assert!(wrong("a: [\n").contains("cannot be read"));
    }

    #[test]
    fn a_map_may_take_the_place_of_anything() {
        let target = Document::parse("t.yaml", "a: 1\n").unwrap();
        let added = [(vec![String::from("a"), String::from("b")], json!(2))];
        assert_eq!(check(&target, "a: {b: 2}\n", &added), Ok(()));
    }
}
