use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A file of a multipart body: a path, which is read when the request is sent, or bytes.
///
/// A clone is cheap. `Debug` does not show the content.
///
/// # Examples
/// ```
/// use plex_api_gen::FilePart;
///
/// let poster = FilePart::path("poster.jpg").media_type("image/jpeg");
/// let subtitles = FilePart::bytes("1\n").file_name("en.srt");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct FilePart {
    pub(crate) content: Content,
    pub(crate) file_name: Option<String>,
    pub(crate) media_type: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Content {
    Path(PathBuf),
    Bytes(Arc<[u8]>),
}

impl FilePart {
    /// Sends the file at a path, under its own file name. It is read as a whole when the request is sent, within
    /// its time limit. Anything but a regular file is a misuse.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let file_name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        Self {
            content: Content::Path(path),
            file_name,
            media_type: None,
        }
    }

    /// Sends these bytes. Without a [`file_name`](Self::file_name), the name of the argument is sent as one.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            content: Content::Bytes(bytes.into().into()),
            file_name: None,
            media_type: None,
        }
    }

    /// Sets the file name that the server is given.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Sets the media type, such as `image/jpeg`, instead of the spec's.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }
}

impl From<PathBuf> for FilePart {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&std::path::Path> for FilePart {
    fn from(path: &std::path::Path) -> Self {
        Self::path(path)
    }
}

impl From<Vec<u8>> for FilePart {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("FilePart");
        match &self.content {
            Content::Path(_) => shown.field("path", &"***"),
            Content::Bytes(bytes) => shown.field("bytes", &bytes.len()),
        };
        shown
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}
