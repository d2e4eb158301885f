//! Operations by their names.

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
