use std::collections::BTreeSet;
use std::fmt;

/// Why no code could be made from a spec: every problem that was found, each with its place.
///
/// `Display` writes one line a problem: `FILE:LINE: PLACE: what is wrong`.
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

/// The text of one problem with the file that it is in.
pub(crate) fn in_file(file: &str, problem: &Problem) -> String {
    match problem.line {
        Some(line) => format!("{file}:{line}: {problem}"),
        None => format!("{file}: {problem}"),
    }
}

/// One thing that is wrong in a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The JSON pointer of the place; empty for the whole file.
    pub(crate) pointer: String,
    /// The operation or schema that the place belongs to; filled in at the end, as the line is.
    pub(crate) owner: Option<String>,
    pub(crate) line: Option<usize>,
    pub(crate) message: String,
    /// The reference whose target does not exist.
    pub(crate) missing: Option<String>,
}

impl Problem {
    pub(crate) fn new(pointer: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.to_owned(),
            owner: None,
            line: None,
            message: message.into(),
            missing: None,
        }
    }

    /// The reference at `pointer` has no target.
    pub(crate) fn missing_target(pointer: &str, reference: &str) -> Self {
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

    /// The same problem, its place counted from further out.
    pub(crate) fn below(mut self, place: &str) -> Self {
        self.pointer.insert_str(0, place);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(owner) = &self.owner {
            write!(f, "{owner}: ")?;
        }
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        f.write_str(&self.message)
    }
}
