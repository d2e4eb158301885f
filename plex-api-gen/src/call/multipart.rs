//! Multipart bodies (RFC 7578).

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::path::Path;

use reqwest::header::HeaderValue;
use tokio::task::spawn_blocking;

use super::file::{Content, FilePart};
use crate::Error;

/// The parts of a multipart body. Files are read when the body is built.
#[derive(Default)]
pub(crate) struct Parts(Vec<Part>);

struct Part {
    name: &'static str,
    file_name: Option<String>,
    media_type: Option<String>,
    content: Content,
}

impl Parts {
    pub(super) fn text(
        &mut self,
        name: &'static str,
        media_type: Option<&'static str>,
        text: &str,
    ) {
        self.0.push(Part {
            name,
            file_name: None,
            media_type: media_type.map(str::to_owned),
            content: Content::Bytes(text.as_bytes().into()),
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a file. Returns false if its media type cannot be part of a header.
    pub(super) fn file(
        &mut self,
        name: &'static str,
        media_type: Option<&'static str>,
        file: &FilePart,
    ) -> bool {
        // The spec may allow several types, or a range.
        let from_spec = media_type.filter(|media_type| !media_type.contains([',', '*']));
        let media_type = file.media_type.as_deref().or(from_spec);
        let media_type = media_type.unwrap_or("application/octet-stream");
        self.0.push(Part {
            name,
            // Many servers treat a part without a file name as text.
            file_name: Some(file.file_name.as_deref().unwrap_or(name).to_owned()),
            media_type: Some(media_type.to_owned()),
            content: file.content.clone(),
        });
        HeaderValue::from_str(media_type).is_ok()
    }

    /// Returns the body and the boundary between its parts.
    pub(crate) async fn encoded(
        self,
        step: &'static str,
        boundary: &str,
    ) -> Result<Vec<u8>, Error> {
        let mut body = Vec::new();
        for part in self.0 {
            let mut head = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"",
                escaped(part.name)
            );
            if let Some(file_name) = &part.file_name {
                head += &format!("; filename=\"{}\"", escaped(file_name));
            }
            if let Some(media_type) = &part.media_type {
                head += &format!("\r\nContent-Type: {media_type}");
            }
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            match part.content {
                Content::Bytes(bytes) => body.extend_from_slice(&bytes),
                Content::Path(path) => {
                    let read = spawn_blocking(move || read(&path)).await;
                    let bytes = read.unwrap_or_else(|_| Err(std::io::ErrorKind::Other.into()));
                    let bytes = bytes.map_err(|error| {
                        let what = format!(
                            "the file of the argument `{}` cannot be read ({}); check its path and permissions, and that it is a regular file",
                            part.name,
                            error.kind()
                        );
                        Error::misuse(step, what)
                    })?;
                    body.extend_from_slice(&bytes);
                }
            }
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        Ok(body)
    }
}

/// Reads a regular file. Anything else, such as a named pipe, may have no end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    std::fs::read(path)
}

/// Returns a boundary that no content can foresee.
pub(crate) fn boundary() -> String {
    // Each state has random keys.
    let random = || RandomState::new().build_hasher().finish();
    format!("plex-api-{:016x}{:016x}", random(), random())
}

/// Escapes a name as browsers do (HTML, section 4.10.21.8).
fn escaped(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
