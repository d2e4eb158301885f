//! The names of copied components in the target.

use std::path::Path;
use std::str::FromStr;

use serde_json::Value;

use super::globals::{globals, identity};
use super::references::Id;
use super::spec::{Spec, entries};
use crate::document::keywords::IMPORTED_FROM;

/// The names of copied components in the target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Naming {
    /// The components that get another name.
    pub renames: Vec<Rename>,
    /// A prefix, such as `Plex`, for the other components whose name is taken in the target.
    pub prefix: Option<String>,
}

impl Naming {
    /// Returns the name that a component was given by a rename.
    pub(super) fn renamed(&self, id: &Id) -> Option<&str> {
        let rename = self.renames.iter().find(|rename| rename.old == id.name);
        rename.map(|rename| rename.new.as_str())
    }

    /// Returns the name of a component whose own name is taken.
    pub(super) fn prefixed(&self, id: &Id) -> Option<String> {
        let prefix = self.prefix.as_ref()?;
        Some(format!("{prefix}{}", id.name))
    }

    /// Adds a problem if the prefix cannot begin a name.
    pub(super) fn check(&self, problems: &mut Vec<String>) {
        if let Some(prefix) = &self.prefix
            && !is_name(prefix)
        {
            problems.push(format!("--prefix {prefix}: {NAME}"));
        }
    }
}

const NAME: &str = "a name consists of letters, digits, dots, dashes and underscores";

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !text.is_empty() && text.chars().all(allowed)
}

/// A copied component that gets another name. It is parsed from `OLD=NEW`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    pub(super) old: String,
    pub(super) new: String,
}

impl FromStr for Rename {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (old, new) = text
            .split_once('=')
            .ok_or_else(|| String::from("write OLD=NEW"))?;
        if old.is_empty() || !is_name(new) {
            return Err(NAME.to_owned());
        }
        Ok(Self {
            old: old.to_owned(),
            new: new.to_owned(),
        })
    }
}

/// Returns the name of a component that an earlier import copied under another name. It may have been edited since.
pub(super) fn remembered(source: &Spec<'_>, target: &Spec<'_>, id: &Id) -> Option<String> {
    let origin = origin(source, id);
    let section = target.root().get("components")?.get(&id.kind);
    let is_copy = |other: &Value| other.get(IMPORTED_FROM).and_then(Value::as_str) == Some(&origin);
    let mut copies = entries(section).filter(|(_, other)| is_copy(other));
    copies.next().map(|(name, _)| name.to_owned())
}

/// Lets the next import from the same document find a component that is copied under another name.
pub(super) fn remember(source: &Spec<'_>, id: &Id, copy: &mut Value) {
    // Nothing that stands beside a `$ref` counts.
    if let Value::Object(copy) = copy
        && !copy.contains_key("$ref")
    {
        copy.insert(IMPORTED_FROM.to_owned(), origin(source, id).into());
    }
}

/// Returns whether a component of the target is equal to a copy.
pub(super) fn is_equal(ours: &Value, copy: &Value) -> bool {
    let mut ours = ours.clone();
    if let Value::Object(ours) = &mut ours {
        ours.remove(IMPORTED_FROM);
    }
    ours == *copy
}

/// Returns what identifies a component among all documents: the title of its document, and its place there.
fn origin(source: &Spec<'_>, id: &Id) -> String {
    let title = source.root().pointer("/info/title").and_then(Value::as_str);
    let file = Path::new(source.name).file_stem().unwrap_or_default();
    let title = title.map_or_else(|| file.to_string_lossy(), Into::into);
    format!("{title}{}", id.place().to_reference())
}

/// Returns the target's name for a parameter that the source lists as global, or for an API key in the same place.
pub(super) fn present(
    source: &Spec<'_>,
    target: &Spec<'_>,
    id: &Id,
    component: &Value,
) -> Option<String> {
    let wanted = identity(source, component)?;
    let is_same = |spec: &Spec<'_>, other: &Value| identity(spec, other).as_ref() == Some(&wanted);
    let ours = target.root().get("components")?.get(&id.kind);
    let same = entries(ours).filter(|(_, other)| is_same(target, other));
    let by_line = |(name, _): &(&str, &Value)| {
        let place = Id::new(&id.kind, name).place();
        (*name != id.name, target.line(&place))
    };
    match id.kind.as_str() {
        "parameters" => {
            globals(source).iter().find(|it| is_same(source, it))?;
            let listed = globals(target).iter().find(|it| is_same(target, it));
            let listed = listed.and_then(|it| it.get("$ref")).and_then(Value::as_str);
            let listed = listed.and_then(|it| it.strip_prefix("#/components/parameters/"));
            listed
                .or_else(|| Some(same.min_by_key(by_line)?.0))
                .map(str::to_owned)
        }
        "securitySchemes" => Some(same.min_by_key(by_line)?.0.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
