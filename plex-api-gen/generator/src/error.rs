//! The error of the generator, and the problems that it lists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::document::Pointer;

/// A spec that cannot be generated, with every problem found in it.
///
/// `Display` writes one line for each problem: `FILE:LINE: OWNER: PLACE: what is wrong`.
#[derive(Debug)]
pub struct Error {
    file: String,
    problems: Vec<Problem>,
}

impl Error {
    pub(crate) fn new(file: &str, problems: Vec<Problem>) -> Self {
        Self {
            file: file.to_owned(),
            problems,
        }
    }

    /// Returns the components that the spec refers to and lacks, each once, such as `#/components/schemas/Pin`.
    ///
    /// An operation that was copied without them is the usual cause; [`import`](crate::import()) copies both.
    pub fn missing_components(&self) -> BTreeSet<&str> {
        let missing = self.problems.iter().filter_map(|it| it.missing.as_deref());
        missing
            .filter(|reference| reference.starts_with("#/components/"))
            .collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            f.write_str(&in_file(&self.file, problem))?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Returns the lines of warnings; of several that only differ in their places, the first one with the number of the others.
pub(crate) fn lines(file: &str, warnings: &[Problem]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for warning in warnings {
        *counts.entry(&warning.message).or_default() += 1;
    }
    let line = |warning: &Problem| {
        let more = counts.remove(warning.message.as_str())? - 1;
        let line = in_file(file, warning);
        Some(match more {
            0 => line,
            more => format!("{line} (and {more} more like it)"),
        })
    };
    warnings.iter().filter_map(line).collect()
}

/// Returns the line of one problem, which starts with the file.
pub(crate) fn in_file(file: &str, problem: &Problem) -> String {
    match problem.line {
        Some(line) => format!("{file}:{line}: {problem}"),
        None => format!("{file}: {problem}"),
    }
}

/// One thing that is wrong in a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The place of the value that is wrong.
    pub(crate) pointer: Pointer,
    /// The operation or schema around the place; it is filled in last, like the line.
    pub(crate) owner: Option<String>,
    pub(crate) line: Option<usize>,
    pub(crate) message: String,
    /// The reference whose target does not exist.
    pub(crate) missing: Option<String>,
    pub(crate) effect: Box<Effect>,
}

/// The effect of a problem on operations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Effect {
    /// The operations that cannot be generated because of it, where they are known.
    pub(crate) operations: Vec<Pointer>,
    /// The names of the operations that are left out because of it.
    pub(crate) left_out: Vec<String>,
}

impl Problem {
    pub(crate) fn new(pointer: impl Into<Pointer>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            owner: None,
            line: None,
            message: message.into(),
            missing: None,
            effect: Box::default(),
        }
    }

    /// The reference at `pointer` has no target.
    pub(crate) fn missing_target(pointer: impl Into<Pointer>, reference: &str) -> Self {
        let message = format!("refers to `{reference}`, which does not exist; add it to this file");
        Self {
            missing: Some(reference.to_owned()),
            ..Self::new(pointer, message)
        }
    }

    pub(crate) fn at_line(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    /// Puts the problem's place below another one.
    pub(crate) fn below(mut self, place: &Pointer) -> Self {
        self.pointer = place.append(&self.pointer);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(owner) = &self.owner {
            write!(f, "{owner}: ")?;
        }
        if !self.pointer.is_root() {
            write!(f, "{}: ", self.pointer)?;
        }
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_that_only_differ_in_their_places_are_one_line() {
        let warning = |place: &str, what: &str| Problem::new(place, what).at_line(1);
        let warnings = [
            warning("/a", "is odd"),
            warning("/b", "is `x`"),
            warning("/c", "is odd"),
            warning("/d", "is odd"),
        ];
        assert_eq!(
            lines("f", &warnings),
            ["f:1: /a: is odd (and 2 more like it)", "f:1: /b: is `x`"]
        );
    }
}
