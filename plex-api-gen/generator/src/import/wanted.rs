//! Finds the operations to copy.

use super::spec::{Operation, Spec};

/// The largest number of similar names in a message.
const OFFERED: usize = 6;

/// Finds the wanted operations; an unknown or ambiguous name is a problem.
pub(super) fn find<'a>(
    source: &'a Spec<'_>,
    wanted: &[String],
    problems: &mut Vec<String>,
) -> Vec<Operation<'a>> {
    let all = source.operations();
    let mut found: Vec<Operation<'a>> = Vec::new();
    for name in wanted {
        let name = name.trim();
        let matching: Vec<_> = all
            .iter()
            .filter(|operation| operation.id() == Some(name) || is_address(operation, name))
            .collect();
        match matching.as_slice() {
            [operation] => {
                let address = operation.address();
                if found.iter().all(|other| other.address() != address) {
                    found.push((*operation).clone());
                }
            }
            [] => problems.push(unknown(source, name, &all)),
            several => {
                let places: Vec<_> = several
                    .iter()
                    .map(|operation| {
                        let line = source.at(&operation.place);
                        format!("'{}' ({line})", operation.address())
                    })
                    .collect();
                let places = places.join(" or ");
                problems.push(format!(
                    "{}: several operations have the name `{name}`; write {places}",
                    source.name()
                ));
            }
        }
    }
    found
}

fn is_address(operation: &Operation<'_>, name: &str) -> bool {
    let Some((method, path)) = name.split_once(' ') else {
        return false;
    };
    method.eq_ignore_ascii_case(operation.method) && path.trim() == operation.path
}

/// The message for an unknown name, with similar ones.
fn unknown(source: &Spec<'_>, name: &str, all: &[Operation<'_>]) -> String {
    let wanted = letters(name);
    let is_close = |text: &str| {
        let text = letters(text);
        !wanted.is_empty() && text.contains(&wanted)
    };
    let mut close: Vec<_> = all
        .iter()
        .filter(|operation| operation.id().is_some_and(is_close) || is_close(&operation.address()))
        .collect();
    close.sort_by_key(|operation| operation.label().len());
    let more = close.len().saturating_sub(OFFERED);
    close.truncate(OFFERED);
    let close: Vec<_> = close.into_iter().map(offer).collect();
    let offer = match (close.len(), more) {
        (0, _) => String::from("no name in the file is similar"),
        (_, 0) => format!("similar names are {}", close.join(", ")),
        _ => format!("similar names are {}, and {more} more", close.join(", ")),
    };
    format!(
        "{}: the operation `{name}` does not exist; {offer}; write an operationId, or 'METHOD /path'",
        source.name()
    )
}

fn offer(operation: &Operation<'_>) -> String {
    match operation.id() {
        Some(id) => format!("{id} ({})", operation.address()),
        None => format!("'{}'", operation.address()),
    }
}

/// The letters and digits of a name, without case.
fn letters(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::super::SpecFile;
    use super::*;

    const SOURCE: &str = "paths:\n  /pins/{id}:\n    get: {operationId: getPin}\n    put: {operationId: both}\n    delete: {}\n\
                          \x20 /x:\n    get: {operationId: both}\n    put: {operationId: get-pin-list}\n";

    fn search(wanted: &[&str]) -> (Vec<String>, Vec<String>) {
        let file = SpecFile {
            name: "s.yaml",
            text: SOURCE,
        };
        let source = Spec::read(file).unwrap();
        let wanted: Vec<_> = wanted.iter().map(|name| (*name).to_owned()).collect();
        let mut problems = Vec::new();
        let found = find(&source, &wanted, &mut problems);
        let found = found.iter().map(Operation::address).collect();
        (found, problems)
    }

    #[test]
    fn by_id_or_by_address_and_each_once() {
        let (found, problems) = search(&["delete /pins/{id}", "getPin", "GET /pins/{id}"]);
        assert_eq!(found, ["DELETE /pins/{id}", "GET /pins/{id}"]);
        assert!(problems.is_empty());
    }

    #[test]
    fn every_unknown_name_is_reported_with_similar_ones() {
        let (_, problems) = search(&["GetPin", "nothing", "/pins/{id}"]);
        assert_eq!(
            problems[0],
            "s.yaml: the operation `GetPin` does not exist; similar names are getPin (GET /pins/{id}), get-pin-list (PUT /x); \
             write an operationId, or 'METHOD /path'"
        );
        assert!(problems[1].contains("no name in the file is similar"));
        assert!(
            problems[2].contains("'DELETE /pins/{id}'"),
            "{}",
            problems[2]
        );
    }

    #[test]
    fn an_ambiguous_id_needs_the_address() {
        let (_, problems) = search(&["both"]);
        assert_eq!(
            problems,
            [
                "s.yaml: several operations have the name `both`; write 'PUT /pins/{id}' (s.yaml:4) or 'GET /x' (s.yaml:7)"
            ]
        );
    }
}
