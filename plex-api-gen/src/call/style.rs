/// How an argument is serialized: `style`, `explode` and `allowReserved` of OpenAPI 3.1 (section 4.8.12.2), which stand
/// for the expansions of RFC 6570.
///
/// Items of a list and values of an object that are lists or objects themselves are sent as JSON, since RFC 6570 has no
/// place for them; only [`DeepObject`](Self::DeepObject) nests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `blue,black`: paths and headers. With `explode`, objects are `R=100,G=200` instead of `R,100,G,200`.
    Simple {
        /// Writes an object as pairs with `=`.
        explode: bool,
    },
    /// `.blue,black` or, exploded, `.blue.black`: paths.
    Label {
        /// Repeats the dot before each item.
        explode: bool,
    },
    /// `;color=blue,black` or, exploded, `;color=blue;color=black`: paths.
    Matrix {
        /// Repeats the name before each item.
        explode: bool,
    },
    /// `color=blue,black` or, exploded, `color=blue&color=black`: queries and form bodies.
    Form {
        /// Repeats the name before each item; an object's keys become names.
        explode: bool,
        /// Keeps the reserved characters of RFC 3986 and percent-encoded triples (`allowReserved`), except `#`, which
        /// would end the query.
        reserved: bool,
    },
    /// `color=blue%20black`: queries and form bodies. Exploded, it is [`Form`](Self::Form).
    SpaceDelimited,
    /// `color=blue%7Cblack`: queries and form bodies. Exploded, it is [`Form`](Self::Form).
    PipeDelimited,
    /// `color[R]=100&color[G]=200`: queries and form bodies. Objects nest (`a[b][c]=1`), a list of scalars repeats its name
    /// (`a[b]=1&a[b]=2`), and other lists have indices (`a[b][0][c]=1`). The brackets are percent-encoded.
    DeepObject,
    /// One JSON text: a parameter with `content: application/json`.
    Json,
    /// A field of a form body whose Encoding Object has no style: a scalar is text, a list repeats its name, and objects
    /// are JSON.
    Field,
}

impl Style {
    /// The default in paths and headers.
    pub const SIMPLE: Self = Self::Simple { explode: false };
    /// The default in queries.
    pub const FORM: Self = Self::Form {
        explode: true,
        reserved: false,
    };
    /// The default in form bodies.
    pub const FIELD: Self = Self::Field;
}
