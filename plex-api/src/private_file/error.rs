//! Errors about files. They name the file, and show it without characters that could change a terminal or a log.

use std::io::{self, ErrorKind};
use std::path::Path;

use plex_api_gen::Error;

/// Returns the error for a file that cannot be written.
pub(crate) fn unwritable(step: &'static str, path: &Path, error: io::Error) -> Error {
    let what = match error.kind() {
        ErrorKind::AlreadyExists => "exists already; choose another file, or delete it",
        ErrorKind::Unsupported => {
            "cannot be kept private: its file system does not keep permissions; choose another folder"
        }
        _ => "cannot be written; check its folder and the permissions",
    };
    failed(step, path, what, error)
}

/// Returns the error for a file whose content cannot be used.
pub(crate) fn unusable(step: &'static str, path: &Path, what: &str) -> Error {
    Error::storage(step, message(path, what), None)
}

/// Returns the error for a file operation that failed.
pub(crate) fn failed(step: &'static str, path: &Path, what: &str, error: io::Error) -> Error {
    Error::storage(step, message(path, what), error)
}

/// Returns the error for a secret file that other users can read.
pub(super) fn open_to_others(step: &'static str, path: &Path) -> Error {
    let command = format!("chmod 600 {}", quoted(path));
    let what = format!("is open to other users of this machine; run `{command}`");
    failed(step, path, &what, ErrorKind::PermissionDenied.into())
}

fn message(path: &Path, what: &str) -> String {
    format!("the file {} {what}", shown(&path.display().to_string()))
}

/// Escapes control characters, line separators, and invisible characters that reorder text.
fn shown(text: &str) -> String {
    let is_hidden = |character: char| {
        character.is_control()
            || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
    };
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) {
            shown.extend(character.escape_debug());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Quotes a path for a shell where it must be.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+=:@%".contains(&byte);
    if text.bytes().all(is_plain) {
        text
    } else {
        shown(&format!("'{}'", text.replace('\'', r"'\''")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_without_control_characters() {
        for (path, expected) in [
            ("/var/lib/Müller's file", "/var/lib/Müller's file"),
            (r"C:\Users\e", r"C:\Users\e"),
            ("a\nb\r\t\u{1b}[31m", r"a\nb\r\t\u{1b}[31m"),
            ("a\u{202e}b\u{2028}\u{9b}", r"a\u{202e}b\u{2028}\u{9b}"),
        ] {
            assert_eq!(shown(path), expected);
        }
    }

    #[test]
    fn a_command_quotes_its_path() {
        for (path, expected) in [
            ("/var/lib/key.pem", "/var/lib/key.pem"),
            ("my key", "'my key'"),
            ("$(a)'b", r"'$(a)'\''b'"),
            ("a\nb", r"'a\nb'"),
        ] {
            assert_eq!(quoted(Path::new(path)), expected);
        }
    }
}
