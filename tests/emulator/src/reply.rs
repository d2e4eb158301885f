//! The responses of the handlers, before they are written in a format.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::HeaderValue;

use crate::render::{Format, Node};

/// A response in no format yet.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Body,
    pub(crate) headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub(crate) enum Body {
    Empty,
    /// The name of the root element in XML, and the value.
    Node(&'static str, Node),
    /// Like `Node`, but in JSON the value is the only field of an object: `{"errors":[..]}`.
    Wrapped(&'static str, Node),
    Bytes(&'static str, Bytes),
}

impl Reply {
    pub(crate) fn node(status: StatusCode, root: &'static str, node: Node) -> Self {
        Self::new(status, Body::Node(root, node))
    }

    pub(crate) fn wrapped(status: StatusCode, root: &'static str, node: Node) -> Self {
        Self::new(status, Body::Wrapped(root, node))
    }

    pub(crate) fn bytes(content_type: &'static str, bytes: impl Into<Bytes>) -> Self {
        Self::new(StatusCode::OK, Body::Bytes(content_type, bytes.into()))
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self::new(status, Body::Empty)
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn new(status: StatusCode, body: Body) -> Self {
        Self {
            status,
            body,
            headers: Vec::new(),
        }
    }

    /// Writes the response in a format.
    pub(crate) fn into_response(self, format: Format) -> hyper::Response<Bytes> {
        let (content_type, bytes) = match self.body {
            Body::Empty => (None, Bytes::new()),
            Body::Bytes(content_type, bytes) => (Some(content_type), bytes),
            Body::Wrapped(root, node) if format == Format::Json => {
                let node = Node::Object(vec![(root, node)]);
                (Some(format.content_type()), node.write(root, format).into())
            }
            Body::Node(root, node) | Body::Wrapped(root, node) => {
                (Some(format.content_type()), node.write(root, format).into())
            }
        };
        let mut response = hyper::Response::new(bytes);
        *response.status_mut() = self.status;
        if let Some(content_type) = content_type {
            response
                .headers_mut()
                .insert("content-type", HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// An error response of plex.tv: a status, and an array with one error that has a code and a message.
///
/// Codes and messages were recorded in public repositories and issues; where none was recorded (498, most of
/// 422), the nearest known code is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: i64,
    pub(crate) message: &'static str,
    /// Writes `status` into the error; error 1020 was never recorded with it.
    pub(crate) status_in_body: bool,
    /// Writes only the message, in XML, as plex.tv's older endpoints do.
    pub(crate) is_legacy: bool,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl ApiError {
    pub(crate) const fn new(status: StatusCode, code: i64, message: &'static str) -> Self {
        Self {
            status,
            code,
            message,
            status_in_body: true,
            is_legacy: false,
            headers: Vec::new(),
        }
    }

    pub(crate) fn missing_client_identifier() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            1000,
            "X-Plex-Client-Identifier is missing",
        )
    }

    pub(crate) fn not_authenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            1001,
            "User could not be authenticated",
        )
    }

    pub(crate) fn unknown_endpoint() -> Self {
        Self::new(StatusCode::NOT_FOUND, 1002, "Not found")
    }

    pub(crate) fn rate_limited() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            1003,
            "API rate limit exceeded",
        )
    }

    pub(crate) fn bad_request(message: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 1004, message)
    }

    pub(crate) fn method_not_allowed(allowed: String) -> Self {
        let mut error = Self::new(StatusCode::METHOD_NOT_ALLOWED, 1005, "Method not allowed");
        error.headers.push(("allow", allowed));
        error
    }

    pub(crate) fn code_not_found() -> Self {
        let mut error = Self::new(StatusCode::NOT_FOUND, 1020, "Code not found or expired");
        error.status_in_body = false;
        error
    }

    pub(crate) fn not_for_this_device() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            1068,
            "This action is not available for this device.",
        )
    }

    /// Documented as "498 Token Expired"; its code was never recorded.
    pub(crate) fn token_expired() -> Self {
        let status = StatusCode::from_u16(498).unwrap_or(StatusCode::UNAUTHORIZED);
        Self::new(status, 1001, "Token Expired")
    }

    /// The response of plex.tv's older endpoints to an invalid token.
    pub(crate) fn invalid_token() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, 1001, "Invalid token")
    }

    /// The response of plex.tv's older endpoints to a request without a token.
    pub(crate) fn please_sign_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 1001, "Please sign in.")
    }

    /// Documented as "422 Signature Verification Failed"; its code was never recorded.
    pub(crate) fn bad_signature() -> Self {
        let message = "Signature Verification Failed";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, 1008, message)
    }

    /// Documented as "422 Thumbprint Already Taken"; its code was never recorded.
    pub(crate) fn thumbprint_taken() -> Self {
        let message = "Thumbprint Already Taken";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, 1011, message)
    }

    pub(crate) fn bad_nonce() -> Self {
        let message = "Nonce is unknown, used or expired";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, 1008, message)
    }

    /// The client identifier has no key with this ID. The code was recorded, the status was not.
    pub(crate) fn unknown_key(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Self::new(status, 1097, "No public key to verify the JWT request")
    }

    pub(crate) fn overloaded() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            1013,
            "The server cannot handle the request",
        )
    }

    pub(crate) fn into_reply(self) -> Reply {
        if self.is_legacy {
            let errors = Node::Object(vec![("error", Node::Text("", self.message.to_owned()))]);
            let xml = errors.write("errors", Format::Xml);
            return Reply {
                status: self.status,
                headers: self.headers,
                ..Reply::bytes(Format::Xml.content_type(), xml)
            };
        }
        let mut error = vec![
            ("code", Node::Int(self.code)),
            ("message", Node::string(self.message)),
        ];
        if self.status_in_body {
            error.push(("status", Node::Int(i64::from(self.status.as_u16()))));
        }
        let errors = Node::Array("error", vec![Node::Object(error)]);
        Reply {
            status: self.status,
            body: Body::Wrapped("errors", errors),
            headers: self.headers,
        }
    }
}
