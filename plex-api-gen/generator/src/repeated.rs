//! Writes warnings as lines, with one line for a warning that many places have.

use std::collections::HashMap;

use crate::error::{Problem, in_file};

/// The number of equal warnings that still have a line each.
const FEW: usize = 3;

/// Returns the lines of the warnings in their order. Equal messages become one line, with the first place and their number.
pub(crate) fn lines(file: &str, warnings: &[Problem]) -> Vec<String> {
    let mut equal: HashMap<&str, Vec<&Problem>> = HashMap::new();
    for warning in warnings {
        equal.entry(&warning.message).or_default().push(warning);
    }
    let line = |warning: &Problem| match equal.get(warning.message.as_str()).map(Vec::as_slice) {
        Some([first, others @ ..]) if others.len() >= FEW => {
            std::ptr::eq(*first, warning).then(|| in_file(file, warning) + &also(others))
        }
        _ => Some(in_file(file, warning)),
    };
    warnings.iter().filter_map(line).collect()
}

/// Returns the number of the other places, and the lines of the first ones.
fn also(others: &[&Problem]) -> String {
    let lines = others.iter().filter_map(|other| other.line).take(FEW);
    let lines: Vec<String> = lines.map(|line| line.to_string()).collect();
    let (count, more) = (others.len(), others.len() > FEW);
    let further = if more { " and others" } else { "" };
    format!(
        " (and {count} more, in lines {}{further})",
        lines.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(messages: &[&str]) -> Vec<String> {
        let warning =
            |(index, message): (usize, &&str)| Problem::new("/a", *message).at_line(index + 1);
        let warnings: Vec<_> = messages.iter().enumerate().map(warning).collect();
        lines("s.yaml", &warnings)
    }

    #[test]
    fn many_equal_warnings_are_one_line_with_their_number() {
        let found = warnings(&["x", "same", "same", "y", "same", "same"]);
        let wanted = [
            "s.yaml:1: /a: x",
            "s.yaml:2: /a: same (and 3 more, in lines 3, 5, 6)",
            "s.yaml:4: /a: y",
        ];
        assert_eq!(found, wanted);
        let found = warnings(&["same"; 746]);
        assert_eq!(
            found,
            ["s.yaml:1: /a: same (and 745 more, in lines 2, 3, 4 and others)"]
        );
    }

    #[test]
    fn a_few_equal_warnings_have_a_line_each() {
        let wanted = ["s.yaml:1: /a: x", "s.yaml:2: /a: x", "s.yaml:3: /a: x"];
        assert_eq!(warnings(&["x"; 3]), wanted);
    }
}
