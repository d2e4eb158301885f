use crate::Scheme;

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
    /// The media type of the request body, if the operation has one.
    pub body: Option<&'static str>,
    /// True if a request without arguments for the body sends none.
    pub body_is_optional: bool,
    /// The alternatives of `security`, each a set of schemes; empty if no credential is sent.
    pub security: &'static [&'static [Scheme]],
}

impl Operation {
    /// Creates an operation that has no media type, no body, and takes no credential. Generated code calls this.
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
            body: None,
            body_is_optional: false,
            security: &[],
        }
    }

    /// Sets the media type of a successful response.
    #[must_use]
    pub const fn accepting(mut self, media_type: &'static str) -> Self {
        self.accept = Some(media_type);
        self
    }

    /// Makes the operation take a body of this media type.
    #[must_use]
    pub const fn sending(mut self, media_type: &'static str) -> Self {
        self.body = Some(media_type);
        self
    }

    /// Makes the operation take a body of this media type, and none if no argument for it is set.
    #[must_use]
    pub const fn sending_optional(mut self, media_type: &'static str) -> Self {
        self.body_is_optional = true;
        self.sending(media_type)
    }

    /// Makes the operation take the credentials of one of these alternatives. An empty set among them makes them optional.
    #[must_use]
    pub const fn secured_by(mut self, alternatives: &'static [&'static [Scheme]]) -> Self {
        self.security = alternatives;
        self
    }
}
