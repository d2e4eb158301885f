//! What changed between two versions of the generated code, in the words of an API, and whether it breaks callers.

mod breaks;
mod face;
mod items;

use std::fmt;

use anyhow::{Context, Result};
use syn::File;

use super::docs::without_docs;
use breaks::breaks;
use face::face;
use items::{Items, Kind, Parts};

/// What the new version has, and in what it differs from the old one.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) operations: usize,
    pub(super) models: usize,
    pub(super) differences: Vec<Difference>,
    /// Whether the old version could be compared with.
    pub(super) comparable: bool,
}

/// An operation or a model that the two versions do not share.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    kind: Kind,
    name: String,
    pub(super) how: How,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum How {
    Added,
    Removed,
    /// With the reasons why it breaks callers.
    Changed(Vec<String>),
    Documentation,
}

/// Compares two versions of the generated code.
///
/// An old version that is no Rust code counts as empty.
///
/// # Errors
///
/// The new version is no Rust code.
pub(super) fn report(old: &str, new: &str) -> Result<Report> {
    let new = syn::parse_file(new).context("the generated code is no Rust code")?;
    let (old, comparable) = match syn::parse_file(old) {
        Ok(old) => (old, true),
        Err(_) => (syn::parse_str("")?, false),
    };
    let new = items::items(&new);
    let count = |wanted| new.keys().filter(|(kind, _)| *kind == wanted).count();
    Ok(Report {
        operations: count(Kind::Operation),
        models: count(Kind::Model),
        differences: compare(&old, &new),
        comparable,
    })
}

/// What differs: operations first, each kind by name.
fn compare(old: &File, new: &Items) -> Vec<Difference> {
    let old = items::items(old);
    let mut found = Vec::new();
    let names = old
        .keys()
        .chain(new.keys().filter(|key| !old.contains_key(key)));
    for key in names {
        let how = match (old.get(key), new.get(key)) {
            (Some(before), Some(after)) => changed(before, after),
            (Some(_), None) => Some(How::Removed),
            // Only the very first version adds the client, and with it everything.
            (None, _) => (key.0 != Kind::Client).then_some(How::Added),
        };
        let (kind, name) = key.clone();
        found.extend(how.map(|how| Difference { kind, name, how }));
    }
    found.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    found
}

fn changed(before: &Parts, after: &Parts) -> Option<How> {
    let (old, new) = (before.tokens(), after.tokens());
    if old.to_string() == new.to_string() {
        None
    } else if without_docs(old).to_string() == without_docs(new).to_string() {
        Some(How::Documentation)
    } else {
        Some(How::Changed(breaks(&face(before), &face(after))))
    }
}

impl Difference {
    pub(super) fn breaks_callers(&self) -> bool {
        match &self.how {
            How::Removed => true,
            How::Changed(reasons) => !reasons.is_empty(),
            How::Added | How::Documentation => false,
        }
    }
}

/// One line for each difference.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.comparable {
            writeln!(f, "the old code was no Rust code: all counts as added")?;
        }
        if self.differences.is_empty() {
            writeln!(
                f,
                "no operation and no model changed, only what is around them"
            )?;
        }
        let mut differences = self.differences.iter();
        differences.try_for_each(|difference| writeln!(f, "{difference}"))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Client => "type",
            Kind::Operation => "operation",
            Kind::Model => "model",
        };
        let how = match self.how {
            How::Added => "added",
            How::Removed => "removed",
            How::Changed(_) => "changed",
            How::Documentation => "changed (documentation only)",
        };
        write!(f, "{kind} {}: {how}", self.name)?;
        if self.breaks_callers() {
            f.write_str(", breaks callers")?;
        }
        match &self.how {
            How::Changed(reasons) if !reasons.is_empty() => write!(f, " ({})", reasons.join(", ")),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "
        // SHA-256 1
        pub mod types {
            /// A PIN.
            #[derive(Debug)]
            pub struct Pin { /** Its number. */ pub id: i64 }
            impl Pin { pub fn new() -> Self { Self { id: 1 } } }
            pub enum Kind { A }
            pub mod error {}
        }
        impl Client {
            pub fn new() -> Self { Self }
            pub fn transport(&self) {}
        }
        impl Client {
            /// Gets a PIN.
            pub async fn get_pin(&self, id: i64) -> types::Pin { self.get(id) }
            pub async fn link_pin(&self) {}
        }
        pub mod operations {
            pub static ALL: &[&Operation] = &[&GET_PIN];
            pub static GET_PIN: Operation = Operation { token: false };
        }
        impl ClientInfo for Client { fn baseurl(&self) {} }
    ";

    fn changed(from: &str, to: &str) -> String {
        assert!(OLD.contains(from), "{from}");
        report(OLD, &OLD.replace(from, to)).unwrap().to_string()
    }

    #[test]
    fn operations() {
        assert_eq!(
            changed("link_pin", "link"),
            "operation link: added\noperation link_pin: removed, breaks callers\n"
        );
        assert_eq!(
            changed("id: i64)", "id: u64)"),
            "operation get_pin: changed, breaks callers (arguments changed)\n"
        );
        assert_eq!(
            changed("self.get(id)", "self.get(1)"),
            "operation get_pin: changed\n"
        );
        assert_eq!(
            changed("token: false", "token: true"),
            "operation get_pin: changed\n"
        );
        assert_eq!(
            changed("Gets a PIN.", "Reads a PIN."),
            "operation get_pin: changed (documentation only)\n"
        );
    }

    #[test]
    fn models() {
        assert_eq!(
            changed("Kind", "Sort"),
            "model Kind: removed, breaks callers\nmodel Sort: added\n"
        );
        assert_eq!(
            changed("id: i64 }", "id: u64, pub nick: u8 }"),
            "model Pin: changed, breaks callers (field id changed, field nick added)\n"
        );
        assert_eq!(changed("id: 1 }", "id: 2 }"), "model Pin: changed\n");
        assert_eq!(
            changed("A PIN", "The PIN"),
            "model Pin: changed (documentation only)\n"
        );
        assert_eq!(
            changed("Its number", "Its id"),
            "model Pin: changed (documentation only)\n"
        );
    }

    #[test]
    fn the_client() {
        assert_eq!(
            changed("pub fn transport", "pub fn carrier"),
            "type Client: changed, breaks callers (method transport removed)\n"
        );
    }

    #[test]
    fn anything_else_is_around_them() {
        let around = "no operation and no model changed, only what is around them\n";
        assert_eq!(changed("SHA-256 1", "SHA-256 2"), around);
        assert_eq!(changed("&[&GET_PIN]", "&[]"), around);
        assert_eq!(changed("pub mod error {}", ""), around);
    }

    #[test]
    fn what_there_is_is_counted() {
        let report = report("", OLD).unwrap();
        assert_eq!((report.operations, report.models), (2, 2));
    }

    #[test]
    fn a_broken_old_version_counts_as_empty() {
        let all = "operation get_pin: added\noperation link_pin: added\n\
            model Kind: added\nmodel Pin: added\n";
        assert_eq!(report("", OLD).unwrap().to_string(), all);
        let note = "the old code was no Rust code: all counts as added\n";
        assert_eq!(
            report("fn (", OLD).unwrap().to_string(),
            format!("{note}{all}")
        );
    }

    #[test]
    fn a_broken_new_version_is_an_error() {
        assert!(report(OLD, "fn (").is_err());
    }
}
