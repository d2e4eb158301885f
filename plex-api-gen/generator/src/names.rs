//! Names that are not taken yet.

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
