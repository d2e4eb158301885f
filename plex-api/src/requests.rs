//! The operations: for each, a request struct and a method that wraps the generated one.

use plex_api_gen::{Error, PinCode, requests as generated};

use crate::{AuthPinContainer, Identity, PlexApi};

/// The request for a new PIN; see [`PlexApi::get_pin`].
#[derive(Debug, Clone, Default)]
pub struct GetPinRequest {
    strong: bool,
    identity: Option<Identity>,
}

impl GetPinRequest {
    /// Requests a PIN whose user code of four characters is typed at plex.tv/link.
    pub fn new() -> Self {
        Self::default()
    }

    /// Requests a code of 25 characters, for a link, instead of a user code.
    #[must_use]
    pub fn strong(mut self, strong: bool) -> Self {
        self.strong = strong;
        self
    }

    /// Sends this request under another identity than the client's.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }
}

/// The request for a PIN by its id; see [`PlexApi::get_token_by_pin_id`].
#[derive(Debug, Clone)]
pub struct GetTokenByPinIdRequest {
    pin_id: i64,
    identity: Option<Identity>,
}

impl GetTokenByPinIdRequest {
    /// Requests the PIN with this [`id`](AuthPinContainer::id).
    pub fn new(pin_id: i64) -> Self {
        Self {
            pin_id,
            identity: None,
        }
    }

    /// Sends this request under another identity than the client's.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }
}

/// The request to agree to a PIN; see [`PlexApi::link_pin`].
#[derive(Debug, Clone)]
pub struct LinkPinRequest {
    code: PinCode,
    identity: Option<Identity>,
}

impl LinkPinRequest {
    /// Requests to agree to the PIN with this code. Surrounding whitespace and the case of a user code do not matter.
    pub fn new(code: impl Into<PinCode>) -> Self {
        Self {
            code: normalized(&code.into()),
            identity: None,
        }
    }

    /// Sends this request under another identity than the client's.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }
}

/// The request for the QR code of a PIN; see [`PlexApi::get_pin_qr_code`].
#[derive(Debug, Clone)]
pub struct GetPinQrCodeRequest {
    code: PinCode,
    identity: Option<Identity>,
}

impl GetPinQrCodeRequest {
    /// Requests the QR code of the PIN with this code. Surrounding whitespace and the case of a user code do not
    /// matter.
    pub fn new(code: impl Into<PinCode>) -> Self {
        Self {
            code: normalized(&code.into()),
            identity: None,
        }
    }

    /// Sends this request under another identity than the client's.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }
}

impl PlexApi {
    /// Creates a PIN (`getPin`, `POST /pins`). Most programs want [`start_sign_in`](Self::start_sign_in) or
    /// [`start_code_sign_in`](Self::start_code_sign_in) instead.
    ///
    /// # Errors
    /// [`Error::is_bad_request`], [`Error::is_rate_limited`], or a network failure ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
    /// use plex_api::GetPinRequest;
    ///
    /// let pin = plex.get_pin(GetPinRequest::new().strong(true)).await?;
    /// println!("PIN {} lives {} seconds", pin.id, pin.expires_in);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_pin(&self, request: GetPinRequest) -> Result<AuthPinContainer, Error> {
        let mut sent = generated::GetPinRequest::new();
        if request.strong {
            sent = sent.strong(true);
        }
        let client = self.generated_as(request.identity.as_ref())?;
        client.get_pin(sent).await
    }

    /// Reads a PIN, and with it the token once the user has agreed (`getTokenByPinId`, `GET /pins/{pinID}`).
    ///
    /// # Errors
    /// [`Error::is_expired`] when the PIN has expired or belongs to another client identifier,
    /// [`Error::is_bad_request`], [`Error::is_rate_limited`], or a network failure ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
    /// use plex_api::GetTokenByPinIdRequest;
    ///
    /// let pin = plex.get_token_by_pin_id(GetTokenByPinIdRequest::new(408895)).await?;
    /// if let Some(token) = &pin.auth_token {
    ///     let _header = token.expose();
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get_token_by_pin_id(
        &self,
        request: GetTokenByPinIdRequest,
    ) -> Result<AuthPinContainer, Error> {
        self.generated_as(request.identity.as_ref())?
            .get_token_by_pin_id(generated::GetTokenByPinIdRequest::new(request.pin_id))
            .await
    }

    /// Agrees to a PIN on behalf of the user whose token this client holds (`linkPin`, `PUT /pins/link`).
    ///
    /// # Errors
    /// [`Error::is_misuse`] without [`with_token`](Self::with_token) or with an invalid code, [`Error::is_rejected`] when the
    /// token is not valid, [`Error::is_expired`] when no PIN has this code, or a network failure ([`Error::is_transient`]).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, token: plex_api::Token) -> Result<(), plex_api::Error> {
    /// use plex_api::LinkPinRequest;
    ///
    /// plex.with_token(&token).link_pin(LinkPinRequest::new("7RQZ")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn link_pin(&self, request: LinkPinRequest) -> Result<(), Error> {
        let code = usable("linkPin", request.code)?;
        let client = self.generated_as(request.identity.as_ref())?;
        if !client.transport().has_token() {
            return Err(Error::misuse(
                "linkPin",
                "this client holds no token; call it on `plex.with_token(&token)`",
            ));
        }
        client.link_pin(generated::LinkPinRequest::new(code)).await
    }

    /// Fetches the QR code of a PIN as a PNG (`getPinQrCode`, `GET /pins/qr/{code}`).
    ///
    /// It shows the address of plex.tv/link, so it only helps with user codes; `qr_code` of a sign-in, with the feature
    /// `qr`, draws the right address for both kinds.
    ///
    /// # Errors
    /// [`Error::is_misuse`] with an invalid code, [`Error::is_expired`] when no PIN has this code, or a network failure
    /// or a response that is not a PNG ([`Error::is_transient`]).
    pub async fn get_pin_qr_code(&self, request: GetPinQrCodeRequest) -> Result<Vec<u8>, Error> {
        let code = usable("getPinQrCode", request.code)?;
        self.generated_as(request.identity.as_ref())?
            .get_pin_qr_code(generated::GetPinQrCodeRequest::new(code))
            .await
    }
}

/// Trims a code and converts a user code to upper case, as plex.tv issues it: people type it in either case.
fn normalized(code: &PinCode) -> PinCode {
    let code = code.as_str().trim();
    if code.chars().count() <= 4 {
        PinCode::new(code.to_uppercase())
    } else {
        PinCode::new(code)
    }
}

/// Rejects codes that cannot be a path segment.
fn usable(step: &'static str, code: PinCode) -> Result<PinCode, Error> {
    let what = match code.as_str() {
        "" => "the code is empty; use the code of a PIN",
        "." | ".." => "this is not a code; use the code of a PIN",
        _ => return Ok(code),
    };
    Err(Error::misuse(step, what))
}
