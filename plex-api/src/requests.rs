//! The operations of the sign-in, and requests under another identity than the client's.

use plex_api_gen::{Call, Error, Operation, Request, ResponseBody, Transport};

use crate::{
    AuthPinContainer, GetPinQrCodeRequest, GetPinRequest, GetTokenByPinIdRequest, Identity,
    LinkPinRequest, PlexApi,
};

/// Gives every request an identity of its own, in place of the client's.
///
/// # Examples
/// ```no_run
/// # async fn example(plex: plex_api::PlexApi) -> Result<(), plex_api::Error> {
/// use plex_api::{GetPinRequest, Identity, WithIdentity as _};
///
/// let identity = Identity::new("3381b62b-9ab7-4e37-827b-203e9809eb58").device_name("Living room");
/// let pin = plex.get_pin(GetPinRequest::new().identity(identity)).await?;
/// # Ok(())
/// # }
/// ```
pub trait WithIdentity: Request {
    /// Sends this request under another identity than the client's.
    ///
    /// The request is a misuse ([`Error::is_misuse`]) if the identity cannot be sent as headers, for example because the
    /// client identifier is empty.
    fn identity(self, identity: Identity) -> UnderIdentity<Self> {
        UnderIdentity {
            request: self,
            identity: Some(Box::new(identity)),
        }
    }
}

impl<R: Request> WithIdentity for R {}

/// A request with an identity of its own ([`WithIdentity::identity`]), or under the client's.
///
/// It is a [`Request`] too: it has all ways to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct UnderIdentity<R> {
    request: R,
    /// In a box, because most requests have none.
    identity: Option<Box<Identity>>,
}

/// The request under the client's identity.
impl<R: Request> From<R> for UnderIdentity<R> {
    fn from(request: R) -> Self {
        Self {
            request,
            identity: None,
        }
    }
}

impl<R: Request> Request for UnderIdentity<R> {
    type Response = R::Response;
    const OPERATION: &'static Operation = R::OPERATION;

    fn write(&self, call: &mut Call) {
        self.request.write(call);
        // After the request, which may be under another identity itself: the one that was set last counts.
        if let Some(identity) = &self.identity {
            call.identity(identity.to_headers());
        }
    }

    fn read(body: ResponseBody<'_>) -> Result<Self::Response, Error> {
        R::read(body)
    }
}

/// Lets [`Request::send`], [`Request::url`] and the other methods of a request take the client.
impl AsRef<Transport> for PlexApi {
    fn as_ref(&self) -> &Transport {
        self.generated().transport()
    }
}

impl PlexApi {
    /// Sends any request of the spec to plex.tv. [`generated::requests`](crate::generated::requests) has one for each
    /// operation.
    ///
    /// [`Request`] has further ways to send one: with the status and the headers of the response, as a type of your own, as
    /// a stream, or as a URL. All of them take this client.
    ///
    /// # Errors
    /// [`Error::is_misuse`] if an argument or the identity cannot be sent, or a token is missing; or the request fails.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn example(plex: plex_api::PlexApi, token: plex_api::Token) -> Result<(), plex_api::Error> {
    /// use plex_api::generated::requests::GetResourcesRequest;
    /// use plex_api::generated::Request as _;
    ///
    /// let plex = plex.with_token(&token);
    /// let request = GetResourcesRequest::new().include_https(true);
    /// let devices = plex.send(request.clone()).await?;
    /// let response = request.send_with_headers(&plex).await?;
    /// println!("{} devices, status {}", devices.len(), response.status);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn send<R: Request>(&self, request: R) -> Result<R::Response, Error> {
        let response = request.send(self);
        response.await
    }

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
    pub async fn get_pin(
        &self,
        request: impl Into<UnderIdentity<GetPinRequest>>,
    ) -> Result<AuthPinContainer, Error> {
        // The future does not hold the request.
        let response = request.into().send(self);
        response.await
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
        request: impl Into<UnderIdentity<GetTokenByPinIdRequest>>,
    ) -> Result<AuthPinContainer, Error> {
        // The future does not hold the request.
        let response = request.into().send(self);
        response.await
    }

    /// Agrees to a PIN on behalf of the user whose token this client holds (`linkPin`, `PUT /pins/link`).
    ///
    /// # Errors
    /// [`Error::is_misuse`] without [`with_token`](Self::with_token) or with an empty code, [`Error::is_rejected`] when the
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
    pub async fn link_pin(
        &self,
        request: impl Into<UnderIdentity<LinkPinRequest>>,
    ) -> Result<(), Error> {
        let request = request.into();
        if request.request == LinkPinRequest::new("") {
            let what = "the argument `code` is empty; use the code of a PIN";
            return Err(Error::misuse("linkPin", what));
        }
        let response = request.send(self);
        response.await
    }

    /// Fetches the QR code of a PIN as a PNG (`getPinQrCode`, `GET /pins/qr/{code}`).
    ///
    /// It shows the address of plex.tv/link, so it only helps with user codes; `qr_code` of a sign-in, with the feature
    /// `qr`, draws the right address for both kinds.
    ///
    /// # Errors
    /// [`Error::is_misuse`] with an invalid code, [`Error::is_expired`] when no PIN has this code, or a network failure
    /// or a response that is not an image ([`Error::is_transient`]).
    pub async fn get_pin_qr_code(
        &self,
        request: impl Into<UnderIdentity<GetPinQrCodeRequest>>,
    ) -> Result<Vec<u8>, Error> {
        // The future does not hold the request.
        let response = request.into().send(self);
        response.await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::requests::GetGeoDataRequest;

    #[test]
    fn the_identity_that_was_set_last_counts() -> Result<(), Error> {
        let plex = PlexApi::new(Identity::new("the client"))?;
        let request = GetGeoDataRequest::new()
            .identity(Identity::new("first"))
            .identity(Identity::new("last"));
        let url = request.url(&plex)?;
        assert!(
            url.expose().ends_with("X-Plex-Client-Identifier=last"),
            "{}",
            url.expose()
        );
        Ok(())
    }
}
