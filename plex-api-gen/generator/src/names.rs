//! Names in Rust.

use heck::ToSnakeCase;
use syn::Ident;

/// Returns the wanted name, or else the first of `wanted2`, `wanted3`, .. that `take` accepts.
pub(crate) fn first_free(wanted: &str, mut take: impl FnMut(&str) -> bool) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while !take(&name) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

/// Returns the name of a field or an argument: snake case that keeps acronyms together, as `ipv6` of `IPv6` and `ids` of
/// `IDs`. A keyword gets an underscore.
pub(crate) fn snake(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let is = |index: usize, is: fn(char) -> bool| characters.get(index).is_some_and(|c| is(*c));
    let is_upper = |index| is(index, char::is_uppercase);
    let is_lower = |index| is(index, char::is_lowercase);
    let mut words = characters.clone();
    for (index, word) in words.iter_mut().enumerate() {
        // A capital in an acronym that one small letter follows, and another one before it.
        let end = (index..characters.len()).find(|index| !is_upper(*index));
        let is_acronym = end.is_some_and(|end| is_lower(end) && !is_lower(end + 1));
        let follows_capital = index.checked_sub(1).is_some_and(is_upper);
        if is_upper(index) && follows_capital && is_acronym {
            *word = word.to_ascii_lowercase();
        }
    }
    let name = words.into_iter().collect::<String>().to_snake_case();
    let name = match name.chars().next() {
        None => "value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("x{name}"),
        Some(_) => name,
    };
    if syn::parse_str::<Ident>(&name).is_ok() {
        name
    } else {
        format!("{name}_")
    }
}

#[cfg(test)]
mod tests {

    #[test]
    fn snake_case_keeps_acronyms_together() {
        for (name, snake) in [
            ("IPv6", "ipv6"),
            ("includeIPv6", "include_ipv6"),
            ("IPv4Address", "ipv4_address"),
            ("IDs", "ids"),
            ("userIDs", "user_ids"),
            ("GUIDs", "guids"),
            ("JSONData", "json_data"),
            ("GUID", "guid"),
            ("authToken", "auth_token"),
            ("ratingKey", "rating_key"),
            ("Media", "media"),
            ("X-Plex-Token", "x_plex_token"),
            ("use", "use_"),
            ("self", "self_"),
            ("3d", "x3d"),
            ("+", "value"),
        ] {
            assert_eq!(super::snake(name), snake, "{name}");
        }
    }
}
