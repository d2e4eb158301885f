//! The facts of an operation that generated code is written from.

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operation {
    /// The `operationId` as the spec writes it.
    pub(crate) id: String,
    /// The HTTP method, upper case.
    pub(crate) method: String,
    /// The path with its `{parameters}`.
    pub(crate) path: String,
    /// The summary and the description.
    pub(crate) description: String,
    /// The spec marks it as deprecated.
    pub(crate) is_deprecated: bool,
    /// The alternatives of its security, each a set of schemes.
    pub(crate) security: Vec<Vec<Scheme>>,
    /// The media type of its success, for the Accept header.
    pub(crate) accept: Option<String>,
    /// Its own server, if it differs from the server of the document.
    pub(crate) server: Option<String>,
    /// Its body, if it has one.
    pub(crate) body: Option<Body>,
    /// The parameters that the spec gives one value.
    pub(crate) constants: Vec<Constant>,
    /// Its arguments, in the order of the spec.
    pub(crate) arguments: Vec<Argument>,
    pub(crate) response: Response,
}

/// A security scheme: its name in the spec, and where its credential goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scheme {
    PlexTokenInHeader,
    PlexTokenInQuery,
    Header { scheme: String, header: String },
    Query { scheme: String, parameter: String },
    Bearer { scheme: String },
    Basic { scheme: String },
}

/// The body of an operation besides its arguments.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Body {
    pub(crate) media_type: String,
    pub(crate) is_required: bool,
    /// The fields that the spec gives one value.
    pub(crate) constants: Vec<Constant>,
}

/// A parameter or a field with one possible value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Constant {
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) value: serde_json::Value,
}

/// An argument.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Argument {
    /// Its name in Rust.
    pub(crate) rust_name: String,
    /// Its name on the wire.
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) is_required: bool,
    /// The spec marks it as deprecated.
    pub(crate) is_deprecated: bool,
    /// Its value can be null.
    pub(crate) is_nullable: bool,
    /// It is true or false, and sent as 1 or 0.
    pub(crate) is_sent_as_number: bool,
    pub(crate) description: String,
}

/// Where an argument is sent, and how it is serialized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Path(Style),
    Query(Style),
    Header(Style),
    /// A field of a form body.
    Form(Style),
    /// A part of a multipart body.
    Part(Option<String>),
    /// A file of a multipart body.
    File(Option<String>),
    /// A field of a JSON object.
    Field,
    /// The whole body.
    Json,
    Text,
    Bytes,
}

/// How an argument is serialized; the variants are those of the runtime's `Style`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Simple { explode: bool },
    Label { explode: bool },
    Matrix { explode: bool },
    Form { explode: bool, reserved: bool },
    SpaceDelimited,
    PipeDelimited,
    DeepObject,
    Json,
    Field,
}

/// How the response is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) kind: ResponseKind,
    /// A success can have no content.
    pub(crate) is_optional: bool,
}

/// The kind of the body of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseKind {
    Nothing,
    Bytes,
    Json,
}
