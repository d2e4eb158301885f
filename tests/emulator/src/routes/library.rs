//! The libraries of every media server. They are generated for each request, and the same at each server.

use std::ops::Range;

use png::ColorType;

use crate::render::Node;
use crate::reply::Reply;

/// A library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    Films,
    Shows,
}

const ALL: [Section; 2] = [Section::Films, Section::Shows];
/// The side of the picture of an item, in pixels.
const SIDE: usize = 32;

/// The fields of the page above the libraries.
pub(super) fn top() -> Vec<(&'static str, Node)> {
    let entries = [("sections", "Library Sections")].map(|(key, title)| {
        Node::Object(vec![
            ("key", Node::string(key)),
            ("title", Node::string(title)),
        ])
    });
    vec![
        ("size", Node::number(entries.len())),
        ("allowSync", Node::Bool(false)),
        ("identifier", Node::string("com.plexapp.plugins.library")),
        ("title1", Node::string("Plex Library")),
        ("Directory", Node::Elements("Directory", entries.into())),
    ]
}

/// The fields of the list of libraries.
pub(super) fn sections() -> Vec<(&'static str, Node)> {
    let directories: Vec<Node> = ALL.iter().map(|section| section.describe()).collect();
    vec![
        ("size", Node::number(directories.len())),
        ("allowSync", Node::Bool(false)),
        ("title1", Node::string("Plex Library")),
        ("Directory", Node::Elements("Directory", directories)),
    ]
}

impl Section {
    pub(super) fn of(key: &str) -> Option<Self> {
        ALL.into_iter().find(|section| section.key() == key)
    }

    fn key(self) -> &'static str {
        match self {
            Self::Films => "1",
            Self::Shows => "2",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Films => "movie",
            Self::Shows => "show",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Films => "Movies",
            Self::Shows => "TV Shows",
        }
    }

    /// The `ratingKey` of each item; no two items of a server have the same.
    fn rating_keys(self) -> Range<usize> {
        match self {
            Self::Films => 1..501,
            Self::Shows => 1001..1061,
        }
    }

    pub(super) fn total(self) -> usize {
        self.rating_keys().len()
    }

    fn describe(self) -> Node {
        let location = Node::Object(vec![
            ("id", Node::string(self.key())),
            ("path", Node::string(format!("/media/{}", self.kind()))),
        ]);
        Node::Object(vec![
            ("allowSync", Node::Bool(false)),
            ("key", Node::string(self.key())),
            ("type", Node::string(self.kind())),
            ("title", Node::string(self.title())),
            (
                "agent",
                Node::string(match self {
                    Self::Films => "tv.plex.agents.movie",
                    Self::Shows => "tv.plex.agents.series",
                }),
            ),
            (
                "scanner",
                Node::string(match self {
                    Self::Films => "Plex Movie",
                    Self::Shows => "Plex TV Series",
                }),
            ),
            ("language", Node::string("en-US")),
            (
                "uuid",
                Node::string(format!("00000000-0000-4000-8000-00000000000{}", self.key())),
            ),
            ("updatedAt", Node::Int(1_700_000_000)),
            ("createdAt", Node::Int(1_600_000_000)),
            ("Location", Node::Elements("Location", vec![location])),
        ])
    }

    /// The fields of a page of the list of items; a page may be empty.
    pub(super) fn page(self, start: usize, size: usize) -> Vec<(&'static str, Node)> {
        let items: Vec<Node> = self
            .rating_keys()
            .skip(start)
            .take(size)
            .map(|key| self.item(key))
            .collect();
        let element = match self {
            Self::Films => "Video",
            Self::Shows => "Directory",
        };
        vec![
            ("size", Node::number(items.len())),
            ("totalSize", Node::number(self.total())),
            ("offset", Node::number(start)),
            ("allowSync", Node::Bool(false)),
            (
                "librarySectionID",
                Node::Int(if self == Self::Films { 1 } else { 2 }),
            ),
            ("librarySectionTitle", Node::string(self.title())),
            ("viewGroup", Node::string(self.kind())),
            ("Metadata", Node::Elements(element, items)),
        ]
    }

    fn item(self, key: usize) -> Node {
        let number = key - self.rating_keys().start + 1;
        let title = match self {
            Self::Films => format!("Film {number}"),
            Self::Shows => format!("Show {number}"),
        };
        Node::Object(vec![
            ("ratingKey", Node::string(key.to_string())),
            ("key", Node::string(format!("/library/metadata/{key}"))),
            ("type", Node::string(self.kind())),
            ("title", Node::string(&title)),
            ("summary", Node::string(summary(&title))),
            ("year", Node::number(1950 + number % 75)),
            (
                "thumb",
                Node::string(format!("/library/metadata/{key}/thumb/1")),
            ),
            ("duration", Node::number((80 + number % 60) * 60_000)),
            ("addedAt", Node::number(1_600_000_000 + number * 3600)),
            ("updatedAt", Node::number(1_700_000_000 + number)),
        ])
    }
}

/// A text as long as in real libraries, where an item takes about 2.5 kB.
fn summary(title: &str) -> String {
    let sentence = format!("In {title} somebody looks for a thing and finds another one. ");
    sentence.repeat(2000 / sentence.len())
}

/// `GET /library/metadata/{key}/thumb/{version}`: a picture of some kB; `None` for an unknown item.
pub(super) fn thumb(key: &str) -> Option<Reply> {
    let key: u32 = key.parse().ok()?;
    let at = usize::try_from(key).ok()?;
    if !ALL
        .iter()
        .any(|section| section.rating_keys().contains(&at))
    {
        return None;
    }
    // Noise, which no compression makes smaller.
    let mut random = key;
    let samples: Vec<u8> = (0..SIDE * SIDE * 3)
        .map(|_| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            random.to_be_bytes()[0]
        })
        .collect();
    let png = super::picture::encode(SIDE, ColorType::Rgb, &samples).ok()?;
    Some(Reply::bytes("image/png", png).header("x-plex-protocol", "1.0"))
}
