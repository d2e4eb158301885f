//! Names of generated code.

use std::collections::BTreeSet;

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

/// Returns true if an item, a field or an argument can have this name: it is not a keyword of any edition. syn does not know `gen`,
/// which edition 2024 reserves.
pub(crate) fn is_identifier(name: &str) -> bool {
    name != "gen" && syn::parse_str::<Ident>(name).is_ok()
}

/// Methods of request structs, whose names no argument can have.
const METHODS: [&str; 13] = [
    "build",
    "clone",
    "default",
    "identity",
    "into",
    "new",
    "read",
    "send",
    "send_as",
    "send_as_stream",
    "send_with_headers",
    "url",
    "write",
];

/// Signs of comparison at the end of a parameter's name, such as `viewedAt>`. Longer ones come first.
const OPERATORS: [(&str, &str); 9] = [
    (">>", "gt"),
    ("<<", "lt"),
    (">=", "gte"),
    ("<=", "lte"),
    ("!=", "not"),
    (">", "gt"),
    ("<", "lt"),
    ("!", "not"),
    ("=", "eq"),
];

/// Returns the names of the arguments of one operation, which are given by their names on the wire and their locations.
///
/// Of several with the same name, the one in the path keeps it, or else the first. Others get the suffix of their location,
/// and then a number.
pub(crate) fn argument_names(arguments: &[(&str, &str)]) -> Vec<String> {
    let wanted = arguments.iter().map(|(name, _)| argument_name(name));
    let wanted: Vec<String> = wanted.collect();
    let keeper = |name: &str| {
        let same = || (0..wanted.len()).filter(|index| wanted[*index] == name);
        let in_path = same().find(|index| arguments[*index].1 == "path");
        in_path.or_else(|| same().next())
    };
    let mut taken: BTreeSet<String> = wanted.iter().cloned().collect();
    let mut names = Vec::new();
    for (index, name) in wanted.iter().enumerate() {
        let first = keeper(name).unwrap_or(index);
        if first == index {
            names.push(name.clone());
            continue;
        }
        let location = match arguments[index].1 {
            own if own == arguments[first].1 => None,
            location @ ("path" | "query" | "header") => Some(location),
            _ => Some("body"),
        };
        let name = location.map_or_else(|| name.clone(), |place| format!("{name}_in_{place}"));
        names.push(first_free(&name, |name| taken.insert(name.to_owned())));
    }
    names
}

/// Returns the Rust name of an argument.
fn argument_name(wire: &str) -> String {
    let operator = OPERATORS.iter().find(|(sign, _)| wire.ends_with(sign));
    let mut name = match operator {
        Some((sign, word)) => format!("{} {word}", wire.trim_end_matches(sign)),
        None => wire.to_owned(),
    };
    for (sign, word) in [("+", "plus "), ("-", "minus ")] {
        if let Some(rest) = name.strip_prefix(sign) {
            name = format!("{word}{rest}");
        }
    }
    let name = whole_acronyms(&name).to_snake_case();
    let is_taken = METHODS.contains(&name.as_str());
    if is_identifier(&name) && !is_taken {
        return name;
    }
    let with_suffix = format!("{name}_value");
    let with_prefix = format!("value_{name}");
    let options = [with_suffix, with_prefix];
    let is_valid = |option: &String| !name.is_empty() && is_identifier(option);
    let valid = options.into_iter().find(is_valid);
    valid.unwrap_or_else(|| "argument".to_owned())
}

/// Returns the name of a field: snake case that keeps acronyms together, as `ipv6` of `IPv6` and `ids` of `IDs`. A keyword gets an
/// underscore.
pub(crate) fn snake(name: &str) -> String {
    let name = whole_acronyms(name).to_snake_case();
    let name = match name.chars().next() {
        None => "value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("x{name}"),
        Some(_) => name,
    };
    if is_identifier(&name) {
        name
    } else {
        format!("{name}_")
    }
}

/// Lower-cases acronyms that a lower-case letter belongs to, as in `IPv6` and `GUIDs`: they are one word.
fn whole_acronyms(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut result = String::with_capacity(name.len());
    let mut index = 0;
    while index < letters.len() {
        let rest = &letters[index..];
        let capitals = rest.iter().take_while(|c| c.is_ascii_uppercase()).count();
        let ends_word = |c: Option<&char>| c.is_none_or(|c| !c.is_ascii_lowercase());
        let belongs = match rest.get(capitals) {
            Some('s') => ends_word(rest.get(capitals + 1)),
            Some('v') => rest.get(capitals + 1).is_some_and(char::is_ascii_digit),
            _ => false,
        };
        if capitals < 2 || !belongs {
            let count = capitals.max(1);
            result.extend(&rest[..count]);
            index += count;
            continue;
        }
        // The first letter stays a capital, so that it begins a word.
        result.push(rest[0]);
        result.extend(rest[1..=capitals].iter().map(char::to_ascii_lowercase));
        index += capitals + 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_are_one_word() {
        for (wire, name) in [
            ("includeIPv6", "include_ipv6"),
            ("includeHttps", "include_https"),
            ("pinID", "pin_id"),
            ("deviceJWT", "device_jwt"),
            ("includeGUIDs", "include_guids"),
            ("IDs", "ids"),
            ("URLsOnly", "urls_only"),
            ("XMLHttp", "xml_http"),
            ("X-Plex-Container-Start", "x_plex_container_start"),
        ] {
            assert_eq!(argument_name(wire), name);
        }
    }

    #[test]
    fn signs_of_comparison_have_names() {
        for (wire, name) in [
            ("viewedAt>", "viewed_at_gt"),
            ("viewedAt<", "viewed_at_lt"),
            ("viewedAt>=", "viewed_at_gte"),
            ("viewedAt<=", "viewed_at_lte"),
            ("title!", "title_not"),
            ("title!=", "title_not"),
            ("title=", "title_eq"),
            ("+1", "plus_1"),
            ("-1", "minus_1"),
        ] {
            assert_eq!(argument_name(wire), name);
        }
    }

    #[test]
    fn keywords_methods_and_signs_make_other_names() {
        for (wire, name) in [
            ("type", "type_value"),
            ("self", "self_value"),
            ("gen", "gen_value"),
            ("new", "new_value"),
            ("url", "url_value"),
            ("call", "call"),
            ("body", "body"),
            ("api-version", "api_version"),
            ("3d", "value_3d"),
            ("$filter", "filter"),
            ("…", "argument"),
            ("", "argument"),
        ] {
            assert_eq!(argument_name(wire), name, "{wire}");
        }
    }

    #[test]
    fn the_same_name_gets_the_suffix_of_its_location() {
        let names = |arguments: &[(&str, &str)]| argument_names(arguments).join(" ");
        assert_eq!(
            names(&[
                ("name", "query"),
                ("name", "path"),
                ("Name", "header"),
                ("name", "json")
            ]),
            "name_in_query name name_in_header name_in_body"
        );
        assert_eq!(
            names(&[
                ("a[]", "query"),
                ("a", "query"),
                ("a2", "query"),
                ("A", "form")
            ]),
            "a a3 a2 a_in_body"
        );
    }

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
            ("gen", "gen_"),
            ("3d", "x3d"),
            ("+", "value"),
        ] {
            assert_eq!(super::snake(name), snake, "{name}");
        }
    }
}
