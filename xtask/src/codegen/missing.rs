//! What to do about components that a pasted operation refers to and that are not in the spec.

use std::path::Path;

/// How the generator says that a reference leads nowhere; the reference stands between the two.
const BEFORE: &str = ": refers to `";
const AFTER: &str = "`, which does not exist";

/// Every missing component once, as it is written, and the command that copies them; nothing where none is missing.
pub(super) fn advice(problems: &[&str], spec: Option<&Path>) -> Option<String> {
    let mut missing: Vec<&str> = problems.iter().filter_map(|it| component(it)).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return None;
    }
    let into = spec.map_or_else(String::new, |spec| format!(" --into {}", spec.display()));
    Some(format!(
        "missing components: {}\nto copy an operation with all that it refers to, remove the pasted one and run: \
         cargo xtask import FILE OPERATION_ID{into}",
        missing.join(", ")
    ))
}

fn component(problem: &str) -> Option<&str> {
    let (_, rest) = problem.split_once(BEFORE)?;
    let (reference, _) = rest.split_once(AFTER)?;
    reference.starts_with("#/components/").then_some(reference)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(reference: &str) -> String {
        format!(
            "a.yaml:2: operation ping: /paths/a/$ref: refers to `{reference}`, which does not exist; add it"
        )
    }

    #[test]
    fn each_missing_component_is_named_once() {
        let problems = [
            "#/components/schemas/B",
            "#/components/parameters/a",
            "#/components/schemas/B",
        ];
        let problems = problems.map(problem);
        let problems: Vec<&str> = problems.iter().map(String::as_str).collect();
        let named = "missing components: #/components/parameters/a, #/components/schemas/B\n";
        let hint = "to copy an operation with all that it refers to, remove the pasted one and run: \
            cargo xtask import FILE OPERATION_ID";
        assert_eq!(advice(&problems, None).unwrap(), format!("{named}{hint}"));
        let into = advice(&problems, Some(Path::new("own.yaml"))).unwrap();
        assert_eq!(into, format!("{named}{hint} --into own.yaml"));
    }

    #[test]
    fn other_problems_need_no_import() {
        let elsewhere = problem("other.yaml#/components/schemas/B");
        let problems = [elsewhere.as_str(), "a.yaml:2: it has no answer"];
        assert_eq!(advice(&problems, None), None);
    }

    #[test]
    fn the_generator_says_it_in_these_words() {
        let source = include_str!("../../../plex-api-gen/generator/src/check.rs");
        let reference = "{reference}";
        let words = BEFORE.trim_start_matches(": ");
        assert!(source.contains(&format!("\"{words}{reference}{AFTER}")));
    }
}
