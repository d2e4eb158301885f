/// The properties of an operation that the transport needs, from the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId`; errors name it as their step.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with `{parameters}`.
    pub path: &'static str,
    /// The base URL of its server in the spec.
    pub server: &'static str,
    /// The media type of a successful response, if it has a body.
    pub accept: Option<&'static str>,
    /// True if it takes the access token.
    pub token: bool,
}

impl Operation {
    /// Creates an operation that has no media type and takes no token. Generated code calls this.
    pub const fn new(
        id: &'static str,
        method: &'static str,
        path: &'static str,
        server: &'static str,
    ) -> Self {
        Self {
            id,
            method,
            path,
            server,
            accept: None,
            token: false,
        }
    }

    /// Sets the media type of a successful response.
    #[must_use]
    pub const fn accepting(mut self, media_type: &'static str) -> Self {
        self.accept = Some(media_type);
        self
    }

    /// Makes the operation take the access token.
    #[must_use]
    pub const fn requiring_token(mut self) -> Self {
        self.token = true;
        self
    }
}
