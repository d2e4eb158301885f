//! The last line: how much was made, what changed, and whether that breaks callers.

use super::compare::{Difference, How, Report};

/// `changed` is whether the generated code changed, `files` how many files did.
pub(super) fn summary(report: &Report, warnings: usize, changed: bool, files: usize) -> String {
    let made = [
        count(report.operations, "operation"),
        count(report.models, "model"),
        count(warnings, "warning"),
    ];
    let made = made.join(", ");
    if files == 0 {
        format!("{made}: nothing changed")
    } else if !changed {
        format!("{made}: only snapshots changed")
    } else {
        format!("{made}: {}; {}", differences(report), verdict(report))
    }
}

fn differences(report: &Report) -> String {
    let of = |matches: fn(&How) -> bool, word: &str| {
        let found = report.differences.iter().filter(|it| matches(&it.how));
        match found.count() {
            0 => None,
            number => Some(format!("{number} {word}")),
        }
    };
    let found: Vec<String> = [
        of(|how| matches!(how, How::Added), "added"),
        of(|how| matches!(how, How::Removed), "removed"),
        of(
            |how| matches!(how, How::Changed(_) | How::Documentation),
            "changed",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    if found.is_empty() {
        return String::from("none of them changed");
    }
    found.join(", ")
}

fn verdict(report: &Report) -> &'static str {
    if !report.comparable {
        "whether that breaks callers is unknown"
    } else if report.differences.iter().any(Difference::breaks_callers) {
        "breaks callers"
    } else {
        "breaks no callers"
    }
}

fn count(number: usize, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare::report;
    use super::*;

    const OLD: &str = "
        impl Client { pub async fn ping(&self) {} }
        pub mod types { pub struct Pin { pub id: u8 } pub enum Kind { A } }
    ";

    fn said(old: &str, new: &str) -> String {
        summary(&report(old, new).unwrap(), 0, true, 1)
    }

    #[test]
    fn what_changed_is_counted() {
        let new = OLD
            .replace("ping", "pong")
            .replace("pub struct", "/** A PIN. */ pub struct")
            .replace("{ A }", "{ B }");
        let made = "1 operation, 2 models, 0 warnings: ";
        assert_eq!(
            said(OLD, &new),
            format!("{made}1 added, 1 removed, 2 changed; breaks callers")
        );
        assert_eq!(said("", OLD), format!("{made}3 added; breaks no callers"));
        assert_eq!(
            said(OLD, &format!("{OLD} // around")),
            format!("{made}none of them changed; breaks no callers")
        );
    }

    #[test]
    fn what_cannot_be_compared_is_not_judged() {
        assert_eq!(
            said("<<<<<<<", OLD),
            "1 operation, 2 models, 0 warnings: 3 added; whether that breaks callers is unknown"
        );
    }

    #[test]
    fn nothing_changed_or_only_snapshots() {
        let same = report(OLD, OLD).unwrap();
        let made = "1 operation, 2 models, 1 warning: ";
        assert_eq!(
            summary(&same, 1, false, 0),
            format!("{made}nothing changed")
        );
        assert_eq!(
            summary(&same, 1, false, 2),
            format!("{made}only snapshots changed")
        );
    }
}
