//! The differences between files as they are and as they should be, to be written or shown.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use similar::TextDiff;

/// The longest diff that is shown for one file, in lines.
const DIFF_LINES: usize = 60;

/// A file whose content has to change. `None` means that the file does not exist.
#[derive(Debug, PartialEq, Eq)]
pub struct Change {
    pub path: PathBuf,
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
}

impl Change {
    /// Compares a file with the content that it should have; `None` if they are equal.
    pub fn of_file(path: &Path, content: Vec<u8>) -> Result<Option<Self>> {
        let old = match fs::read(path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| cannot("read", path)),
        };
        Ok(Self::between(path.to_path_buf(), old, Some(content)))
    }

    /// Returns the changes after which `folder` has exactly the files of `wanted`, subfolders included.
    pub fn of_folder(folder: &Path, wanted: &Path) -> Result<Vec<Self>> {
        let mut old = if folder.exists() {
            read_folder(folder)?
        } else {
            BTreeMap::new()
        };
        let mut new = read_folder(wanted)?;
        let mut names: Vec<_> = old.keys().chain(new.keys()).cloned().collect();
        names.sort_unstable();
        names.dedup();
        Ok(names
            .into_iter()
            .filter_map(|name| {
                Self::between(folder.join(&name), old.remove(&name), new.remove(&name))
            })
            .collect())
    }

    fn between(path: PathBuf, old: Option<Vec<u8>>, new: Option<Vec<u8>>) -> Option<Self> {
        (old != new).then_some(Self { path, old, new })
    }

    /// Writes or removes the file.
    pub fn apply(&self) -> Result<()> {
        let Some(content) = &self.new else {
            return fs::remove_file(&self.path).with_context(|| cannot("remove", &self.path));
        };
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).with_context(|| cannot("create", folder))?;
        }
        fs::write(&self.path, content).with_context(|| cannot("write", &self.path))
    }

    /// Returns the word for this change.
    pub fn verb(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "added",
            (_, None) => "removed",
            _ => "changed",
        }
    }

    pub fn old_text(&self) -> Cow<'_, str> {
        text(self.old.as_deref())
    }

    pub fn new_text(&self) -> Cow<'_, str> {
        text(self.new.as_deref())
    }

    /// Returns a unified diff of at most [`DIFF_LINES`] lines.
    pub fn diff(&self, name: &str) -> String {
        let header = |content: &Option<Vec<u8>>, side: &str| match content {
            Some(_) => format!("{side}/{}", name.trim_start_matches('/')),
            None => String::from("/dev/null"),
        };
        let (old, new) = (self.old_text(), self.new_text());
        if old == new {
            return format!(
                "{name}: {}\n",
                if old.is_empty() {
                    self.verb()
                } else {
                    "differs in bytes that are not UTF-8"
                }
            );
        }
        let diff = TextDiff::configure()
            .timeout(Duration::from_secs(5))
            .diff_lines(old.as_ref(), new.as_ref())
            .unified_diff()
            .header(&header(&self.old, "a"), &header(&self.new, "b"))
            .to_string();
        cut(&diff)
    }
}

/// Keeps the first lines of a diff and adds the number of the others.
fn cut(diff: &str) -> String {
    let mut lines: Vec<_> = diff.lines().take(DIFF_LINES).collect();
    let more = diff.lines().count() - lines.len();
    let note = format!("... and {more} more lines");
    if more > 0 {
        lines.push(&note);
    }
    lines.join("\n") + "\n"
}

/// Reads all files below a folder, by their path inside it.
pub fn read_folder(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).with_context(|| cannot("read", folder))? {
        let path = entry.with_context(|| cannot("read", folder))?.path();
        let name = PathBuf::from(path.file_name().unwrap_or_default());
        if path.is_dir() {
            let below = read_folder(&path)?;
            files.extend(
                below
                    .into_iter()
                    .map(|(below, content)| (name.join(below), content)),
            );
        } else {
            files.insert(
                name,
                fs::read(&path).with_context(|| cannot("read", &path))?,
            );
        }
    }
    Ok(files)
}

fn text(content: Option<&[u8]>) -> Cow<'_, str> {
    String::from_utf8_lossy(content.unwrap_or_default())
}

fn cannot(verb: &str, path: &Path) -> String {
    format!("cannot {verb} {}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_becomes_exactly_the_other() {
        let wanted = folder(&[
            ("same", "1\n"),
            ("byte", "2\n"),
            ("new", "3\n"),
            ("sub/new", "4\n"),
        ]);
        let tree = folder(&[("same", "1\n"), ("byte", "2"), ("gone", "5\n")]);
        let changes = Change::of_folder(tree.path(), wanted.path()).unwrap();
        let found: Vec<_> = changes
            .iter()
            .map(|change| {
                (
                    change.verb(),
                    change
                        .path
                        .strip_prefix(tree.path())
                        .unwrap()
                        .to_str()
                        .unwrap(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("changed", "byte"),
                ("removed", "gone"),
                ("added", "new"),
                ("added", "sub/new")
            ]
        );

        for change in &changes {
            change.apply().unwrap();
        }
        assert_eq!(
            read_folder(tree.path()).unwrap(),
            read_folder(wanted.path()).unwrap()
        );
        assert_eq!(Change::of_folder(tree.path(), wanted.path()).unwrap(), []);
    }

    #[test]
    fn a_missing_folder_counts_as_empty() {
        let wanted = folder(&[("new", "1\n")]);
        let tree = folder(&[]);
        let changes = Change::of_folder(&tree.path().join("missing"), wanted.path()).unwrap();
        assert_eq!(changes.len(), 1);
        changes[0].apply().unwrap();
        assert_eq!(
            fs::read_to_string(tree.path().join("missing/new")).unwrap(),
            "1\n"
        );
    }

    #[test]
    fn a_difference_of_one_byte_counts() {
        let tree = folder(&[("file", "a\n")]);
        let path = tree.path().join("file");
        assert!(Change::of_file(&path, b"a\n".to_vec()).unwrap().is_none());
        for other in [&b"a"[..], b"a\r\n", b"a\n\n", b"b\n", b"\xff\n"] {
            let change = Change::of_file(&path, other.to_vec()).unwrap().unwrap();
            assert!(change.diff("file").contains("file"), "{other:?}");
        }
    }

    #[test]
    fn a_diff_names_missing_files_and_is_cut() {
        let tree = folder(&[]);
        let content = "line\n".repeat(DIFF_LINES * 2);
        let change = Change::of_file(&tree.path().join("new"), content.into_bytes())
            .unwrap()
            .unwrap();
        let diff = change.diff("new");
        assert!(diff.starts_with("--- /dev/null\n+++ b/new\n@@ "), "{diff}");
        assert!(diff.ends_with("+line\n... and 63 more lines\n"), "{diff}");
        assert_eq!(diff.lines().count(), DIFF_LINES + 1);
    }

    #[test]
    fn a_difference_that_has_no_text_is_described() {
        let change = |old: Option<&[u8]>, new: Option<&[u8]>| {
            let own = |content: Option<&[u8]>| content.map(<[u8]>::to_vec);
            Change::between(PathBuf::new(), own(old), own(new))
                .unwrap()
                .diff("f")
        };
        assert_eq!(change(None, Some(b"")), "f: added\n");
        assert_eq!(
            change(Some(b"\xff"), Some(b"\xfe")),
            "f: differs in bytes that are not UTF-8\n"
        );
    }

    #[test]
    fn a_folder_instead_of_a_file_is_an_error() {
        let tree = folder(&[]);
        let error = Change::of_file(tree.path(), Vec::new()).unwrap_err();
        assert!(error.to_string().starts_with("cannot read "), "{error}");
    }
}
