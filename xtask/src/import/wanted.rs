//! Which operations of the file are meant.

use super::document::{Document, Operation};

/// How many names are offered in place of an unknown one.
const OFFERED: usize = 6;

/// Finds the operations that are wanted; each that is not found, or not sure, is a problem.
pub(super) fn find<'a>(
    source: &'a Document,
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
                    found.push(**operation);
                }
            }
            [] => problems.push(unknown(source, name, &all)),
            several => {
                let places: Vec<_> = several
                    .iter()
                    .map(|operation| {
                        let line = source.at(operation.entry.key.start.line);
                        format!("'{}' ({line})", operation.address())
                    })
                    .collect();
                let places = places.join(" or ");
                problems.push(format!(
                    "{}: several operations are called `{name}`; write {places}",
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
    method.eq_ignore_ascii_case(operation.entry.name()) && path.trim() == operation.path.name()
}

fn unknown(source: &Document, name: &str, all: &[Operation<'_>]) -> String {
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
        (0, _) => String::from("nothing in it has a name like that"),
        (_, 0) => format!("it has {}", close.join(", ")),
        _ => format!("it has {}, and {more} more", close.join(", ")),
    };
    format!(
        "{}: there is no operation `{name}`; {offer}; write an operationId, or 'METHOD /path'",
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
    use super::*;

    const SOURCE: &str = "paths:\n  /pins/{id}:\n    get: {operationId: getPin}\n    put: {operationId: both}\n    delete: {}\n\
                          \x20 /x:\n    get: {operationId: both}\n    put: {operationId: get-pin-list}\n";

    fn search(wanted: &[&str]) -> (Vec<String>, Vec<String>) {
        let source = Document::parse("s.yaml", SOURCE).unwrap();
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
    fn all_unknown_names_are_said_with_close_ones() {
        let (_, problems) = search(&["GetPin", "nothing", "/pins/{id}"]);
        assert_eq!(
            problems[0],
            "s.yaml: there is no operation `GetPin`; it has getPin (GET /pins/{id}), get-pin-list (PUT /x); \
             write an operationId, or 'METHOD /path'"
        );
        assert!(problems[1].contains("nothing in it has a name like that"));
        assert!(
            problems[2].contains("'DELETE /pins/{id}'"),
            "{}",
            problems[2]
        );
    }

    #[test]
    fn an_id_that_is_there_twice_needs_the_address() {
        let (_, problems) = search(&["both"]);
        assert_eq!(
            problems,
            [
                "s.yaml: several operations are called `both`; write 'PUT /pins/{id}' (s.yaml:4) or 'GET /x' (s.yaml:7)"
            ]
        );
    }
}
