//! Names for the values of an enum.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::Value;

/// Returns whether each string among the values makes a Rust name of its own.
pub(super) fn have_distinct_names(values: &[Value]) -> bool {
    let strings: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    let names: BTreeSet<String> = strings
        .iter()
        .map(|value| value.to_upper_camel_case())
        .filter(|name| name.starts_with(char::is_alphabetic))
        .collect();
    names.len() == strings.len()
}
