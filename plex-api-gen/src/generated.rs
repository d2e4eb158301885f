// @generated from openapi/plex.yaml by `cargo xtask codegen`; do not edit.
// SHA-256 of the spec: 30f78088e6e50977c4880de673a61c91e7ab252419607a98d71c9cd2074a2c8d

/// The generated client: one method for each operation of the spec.
///
/// It adds the identity headers to every request, and the credentials to exactly those operations whose `security`
/// requires them. A clone is cheap and shares the connections.
#[derive(Clone, Debug)]
pub struct Client {
    transport: crate::Transport,
}
impl Client {
    /// Creates a client over a transport, which holds the base URL, the identity and the credentials, or over a
    /// connection to a server that converts into one.
    pub fn new(transport: impl ::std::convert::Into<crate::Transport>) -> Self {
        Self {
            transport: transport.into(),
        }
    }
    /// Returns the transport that sends the requests.
    pub fn transport(&self) -> &crate::Transport {
        &self.transport
    }
    /// Exchange a JWT that the device has signed for one that plex.tv has signed.
    ///
    /// The JWT in the response is an access token and valid for seven days.
    ///
    /// `POST /auth/token`
    pub async fn exchange_device_jwt(
        &self,
        request: requests::ExchangeDeviceJwtRequest,
    ) -> Result<types::AccessToken, crate::Error> {
        crate::Request::send(&request, self).await
    }
    /// Locate an IP address.
    ///
    /// Without `ip_address`, it locates the address that the request comes from.
    ///
    /// `GET /geoip`
    pub async fn get_geo_data(
        &self,
        request: requests::GetGeoDataRequest,
    ) -> Result<types::GeoData, crate::Error> {
        crate::Request::send(&request, self).await
    }
    /// List the users of the Plex Home of the user whose token is sent.
    ///
    /// Plex does not document this operation, and no recording of a response was found. Path and fields are those that
    /// public clients read. Most of them read an object with the array `users`, and some an array.
    ///
    /// `GET /home/users`
    pub async fn get_home_users(&self) -> Result<types::HomeUserList, crate::Error> {
        crate::Request::send(&requests::GetHomeUsersRequest::new(), self).await
    }
    /// Read the public keys that plex.tv signs with.
    ///
    /// There are several, and they change: to verify a token, try all of them.
    ///
    /// `GET /auth/keys`
    pub async fn get_keys(&self) -> Result<types::JsonWebKeySet, crate::Error> {
        crate::Request::send(&requests::GetKeysRequest::new(), self).await
    }
    /// Get a nonce to sign.
    ///
    /// It is valid for five minutes and can be used once. plex.tv limits the rate of these requests.
    ///
    /// `GET /auth/nonce`
    pub async fn get_nonce(&self) -> Result<types::Nonce, crate::Error> {
        crate::Request::send(&requests::GetNonceRequest::new(), self).await
    }
    /// Create a PIN.
    ///
    /// A PIN is bound to the client identifier that created it. Without `strong` its code has four characters, is typed
    /// at plex.tv/link and expires after 900 seconds. With `strong=true` it has 25 characters, is part of a link to
    /// app.plex.tv/auth and expires after 1800 seconds.
    ///
    /// `POST /pins`
    pub async fn get_pin(
        &self,
        request: requests::GetPinRequest,
    ) -> Result<types::AuthPinContainer, crate::Error> {
        crate::Request::send(&request, self).await
    }
    /// Draw the QR code of a PIN.
    ///
    /// The QR code contains a link to plex.tv/link with the code filled in. That page rejects 25-character codes, so the QR
    /// code works for four-character codes only.
    ///
    /// `GET /pins/qr/{code}`
    pub async fn get_pin_qr_code(
        &self,
        request: requests::GetPinQrCodeRequest,
    ) -> Result<::std::vec::Vec<u8>, crate::Error> {
        crate::Request::send(&request, self).await
    }
    /// List the user's media servers and other devices.
    ///
    /// Programs use it after a sign-in to find the addresses of the user's media servers and the access token of each.
    /// Media servers are the devices that provide `server`.
    ///
    /// `GET /resources`
    pub async fn get_resources(
        &self,
        request: requests::GetResourcesRequest,
    ) -> Result<::std::vec::Vec<types::Resource>, crate::Error> {
        crate::Request::send(&request, self).await
    }
    /// Read a PIN, with the access token once the user has agreed.
    ///
    /// `authToken` is null until the user has agreed. plex.tv asks clients to poll once per second. The request must
    /// carry the client identifier that created the PIN. For any other, plex.tv responds as if the PIN did not exist.
    ///
    /// `GET /pins/{pinID}`
    pub async fn get_token_by_pin_id(
        &self,
        request: requests::GetTokenByPinIdRequest,
    ) -> Result<types::AuthPinContainer, crate::Error> {
        crate::Request::send(&request, self).await
    }
    /// Read the user whose token is sent.
    ///
    /// Checks a token: 200 means that it is valid, 401 that it is not. Any other status says nothing about the token.
    ///
    /// `GET /user`
    pub async fn get_token_details(&self) -> Result<types::User, crate::Error> {
        crate::Request::send(&requests::GetTokenDetailsRequest::new(), self).await
    }
    /// Approve a PIN on behalf of the user whose token is sent.
    ///
    /// The page plex.tv/link does the same; this operation is for programs that already have a token of the user. Codes of
    /// both kinds are accepted. Four-character codes are upper case.
    ///
    /// `PUT /pins/link`
    pub async fn link_pin(
        &self,
        request: requests::LinkPinRequest,
    ) -> Result<(), crate::Error> {
        crate::Request::send(&request, self).await
    }
    /// Report that a token is still in use.
    ///
    /// Keeps a token alive. Seen in clients, not documented by Plex.
    ///
    /// `GET /ping`
    pub async fn ping(&self) -> Result<types::Pong, crate::Error> {
        crate::Request::send(&requests::PingRequest::new(), self).await
    }
    /// Register the public key of the device whose token is sent.
    ///
    /// The key belongs to the device that the token was issued for, whatever client identifier the request carries. Once a
    /// JWT has been issued for the device, its old token is no longer valid.
    ///
    /// `POST /auth/jwk`
    pub async fn register_device_key(
        &self,
        request: requests::RegisterDeviceKeyRequest,
    ) -> Result<(), crate::Error> {
        crate::Request::send(&request, self).await
    }
    /// Revoke the token that is sent.
    ///
    /// The device is removed from the user's list of authorised devices.
    ///
    /// `DELETE /users/signout`
    pub async fn sign_out(&self) -> Result<(), crate::Error> {
        crate::Request::send(&requests::SignOutRequest::new(), self).await
    }
    /// Get the access token of a user of the same Plex Home.
    ///
    /// Plex does not document this operation, and no recording of a response was found. Path, query, the status 201 and
    /// `authToken` are those that public clients use. The token that is sent stays valid: clients send it again to switch
    /// to the next user.
    ///
    /// The client 240-MP reports that a PIN that is sent is always checked, but that a missing one is refused for some
    /// accounts only: ask for the PIN if the user is `protected`, and after the error 1041. The response to too many wrong
    /// PINs is not known. Code 1031 (repeated failures) with status 401, from a public list of Plex's error codes, may be
    /// it.
    ///
    /// `POST /home/users/{uuid}/switch`
    pub async fn switch_home_user(
        &self,
        request: requests::SwitchHomeUserRequest,
    ) -> Result<types::SwitchedUser, crate::Error> {
        crate::Request::send(&request, self).await
    }
}
impl ::std::convert::AsRef<crate::Transport> for Client {
    fn as_ref(&self) -> &crate::Transport {
        &self.transport
    }
}
impl ::std::convert::From<crate::Transport> for Client {
    fn from(transport: crate::Transport) -> Self {
        Self { transport }
    }
}
/// The arguments of each operation. A method of the client or of the runtime's trait `Request` sends them.
pub mod requests {
    #[allow(unused_imports)]
    use super::{operations, types};
    #[allow(unused_imports)]
    use crate::{Call, Error, Operation, Request, ResponseBody, Style};
    /// A request for `POST /auth/token`, which `Client::exchange_device_jwt` sends.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ExchangeDeviceJwtRequest {
        jwt: crate::Secret,
    }
    impl ExchangeDeviceJwtRequest {
        /// Creates the request.
        ///
        /// Arguments:
        /// - `jwt`: A JWT, signed with the device key, that has the claims nonce, scope, aud (`plex.tv`), iss (the client identifier),
        ///   iat and exp.
        pub fn new(jwt: impl Into<crate::Secret>) -> Self {
            Self { jwt: jwt.into() }
        }
    }
    impl Request for ExchangeDeviceJwtRequest {
        type Response = types::AccessToken;
        const OPERATION: &'static Operation = &operations::EXCHANGE_DEVICE_JWT;
        fn write(&self, call: &mut Call) {
            call.field("jwt", &self.jwt);
        }
        fn read(body: ResponseBody<'_>) -> Result<types::AccessToken, Error> {
            body.json()
        }
    }
    /// A request for `GET /geoip`, which `Client::get_geo_data` sends.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct GetGeoDataRequest {
        ip_address: Option<::std::string::String>,
    }
    impl GetGeoDataRequest {
        /// Creates the request.
        pub fn new() -> Self {
            Self::default()
        }
        /// The IPv4 or IPv6 address. An empty string is the same as no parameter.
        #[must_use]
        pub fn ip_address(mut self, value: impl Into<::std::string::String>) -> Self {
            self.ip_address = Some(value.into());
            self
        }
    }
    impl Request for GetGeoDataRequest {
        type Response = types::GeoData;
        const OPERATION: &'static Operation = &operations::GET_GEO_DATA;
        fn write(&self, call: &mut Call) {
            call.query("ip_address", Style::FORM, &self.ip_address);
        }
        fn read(body: ResponseBody<'_>) -> Result<types::GeoData, Error> {
            body.json()
        }
    }
    /// A request for `GET /home/users`, which `Client::get_home_users` sends.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct GetHomeUsersRequest {}
    impl GetHomeUsersRequest {
        /// Creates the request.
        pub fn new() -> Self {
            Self::default()
        }
    }
    impl Request for GetHomeUsersRequest {
        type Response = types::HomeUserList;
        const OPERATION: &'static Operation = &operations::GET_HOME_USERS;
        fn write(&self, _call: &mut Call) {}
        fn read(body: ResponseBody<'_>) -> Result<types::HomeUserList, Error> {
            body.json()
        }
    }
    /// A request for `GET /auth/keys`, which `Client::get_keys` sends.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct GetKeysRequest {}
    impl GetKeysRequest {
        /// Creates the request.
        pub fn new() -> Self {
            Self::default()
        }
    }
    impl Request for GetKeysRequest {
        type Response = types::JsonWebKeySet;
        const OPERATION: &'static Operation = &operations::GET_KEYS;
        fn write(&self, _call: &mut Call) {}
        fn read(body: ResponseBody<'_>) -> Result<types::JsonWebKeySet, Error> {
            body.json()
        }
    }
    /// A request for `GET /auth/nonce`, which `Client::get_nonce` sends.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct GetNonceRequest {}
    impl GetNonceRequest {
        /// Creates the request.
        pub fn new() -> Self {
            Self::default()
        }
    }
    impl Request for GetNonceRequest {
        type Response = types::Nonce;
        const OPERATION: &'static Operation = &operations::GET_NONCE;
        fn write(&self, _call: &mut Call) {}
        fn read(body: ResponseBody<'_>) -> Result<types::Nonce, Error> {
            body.json()
        }
    }
    /// A request for `POST /pins`, which `Client::get_pin` sends.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct GetPinRequest {
        strong: Option<bool>,
        jwk: Option<types::JsonWebKey>,
        strong_in_body: Option<bool>,
    }
    impl GetPinRequest {
        /// Creates the request.
        pub fn new() -> Self {
            Self::default()
        }
        /// True requests a 25-character code for a link instead of a four-character code that a person types.
        #[must_use]
        pub fn strong(mut self, value: bool) -> Self {
            self.strong = Some(value);
            self
        }
        /// The public key of the device.
        #[must_use]
        pub fn jwk(mut self, value: impl Into<types::JsonWebKey>) -> Self {
            self.jwk = Some(value.into());
            self
        }
        /// The same as the query parameter.
        #[must_use]
        pub fn strong_in_body(mut self, value: bool) -> Self {
            self.strong_in_body = Some(value);
            self
        }
    }
    impl Request for GetPinRequest {
        type Response = types::AuthPinContainer;
        const OPERATION: &'static Operation = &operations::GET_PIN;
        fn write(&self, call: &mut Call) {
            call.query("strong", Style::FORM, &self.strong);
            call.field("jwk", &self.jwk);
            call.field("strong", &self.strong_in_body);
        }
        fn read(body: ResponseBody<'_>) -> Result<types::AuthPinContainer, Error> {
            body.json()
        }
    }
    /// A request for `GET /pins/qr/{code}`, which `Client::get_pin_qr_code` sends.
    #[derive(Clone, Debug, PartialEq)]
    pub struct GetPinQrCodeRequest {
        code: crate::PinCode,
    }
    impl GetPinQrCodeRequest {
        /// Creates the request.
        ///
        /// Arguments:
        /// - `code`: The `code` of the PIN.
        pub fn new(code: impl Into<crate::PinCode>) -> Self {
            Self { code: code.into() }
        }
    }
    impl Request for GetPinQrCodeRequest {
        type Response = ::std::vec::Vec<u8>;
        const OPERATION: &'static Operation = &operations::GET_PIN_QR_CODE;
        fn write(&self, call: &mut Call) {
            call.path("code", Style::SIMPLE, &self.code);
        }
        fn read(body: ResponseBody<'_>) -> Result<::std::vec::Vec<u8>, Error> {
            body.bytes()
        }
    }
    /// A request for `GET /resources`, which `Client::get_resources` sends.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct GetResourcesRequest {
        include_https: Option<bool>,
        include_relay: Option<bool>,
        include_ipv6: Option<bool>,
    }
    impl GetResourcesRequest {
        /// Creates the request.
        pub fn new() -> Self {
            Self::default()
        }
        /// 1 also lists connections over https.
        #[must_use]
        pub fn include_https(mut self, value: bool) -> Self {
            self.include_https = Some(value);
            self
        }
        /// 1 also lists connections through Plex's relay.
        #[must_use]
        pub fn include_relay(mut self, value: bool) -> Self {
            self.include_relay = Some(value);
            self
        }
        /// 1 also lists connections over IPv6.
        #[must_use]
        pub fn include_ipv6(mut self, value: bool) -> Self {
            self.include_ipv6 = Some(value);
            self
        }
    }
    impl Request for GetResourcesRequest {
        type Response = ::std::vec::Vec<types::Resource>;
        const OPERATION: &'static Operation = &operations::GET_RESOURCES;
        fn write(&self, call: &mut Call) {
            call.query("includeHttps", Style::FORM, &self.include_https.map(i64::from));
            call.query("includeRelay", Style::FORM, &self.include_relay.map(i64::from));
            call.query("includeIPv6", Style::FORM, &self.include_ipv6.map(i64::from));
        }
        fn read(
            body: ResponseBody<'_>,
        ) -> Result<::std::vec::Vec<types::Resource>, Error> {
            body.json()
        }
    }
    /// A request for `GET /pins/{pinID}`, which `Client::get_token_by_pin_id` sends.
    #[derive(Clone, Debug, PartialEq)]
    pub struct GetTokenByPinIdRequest {
        pin_id: i64,
        device_jwt: Option<crate::Secret>,
    }
    impl GetTokenByPinIdRequest {
        /// Creates the request.
        ///
        /// Arguments:
        /// - `pin_id`: The `id` of the PIN.
        pub fn new(pin_id: i64) -> Self {
            Self { pin_id, device_jwt: None }
        }
        /// For a PIN that was created with a device key: a JWT signed with that key, whose audience is `plex.tv` and whose
        /// issuer is the client identifier.
        #[must_use]
        pub fn device_jwt(mut self, value: impl Into<crate::Secret>) -> Self {
            self.device_jwt = Some(value.into());
            self
        }
    }
    impl Request for GetTokenByPinIdRequest {
        type Response = types::AuthPinContainer;
        const OPERATION: &'static Operation = &operations::GET_TOKEN_BY_PIN_ID;
        fn write(&self, call: &mut Call) {
            call.path("pinID", Style::SIMPLE, &self.pin_id);
            call.query("deviceJWT", Style::FORM, &self.device_jwt);
        }
        fn read(body: ResponseBody<'_>) -> Result<types::AuthPinContainer, Error> {
            body.json()
        }
    }
    /// A request for `GET /user`, which `Client::get_token_details` sends.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct GetTokenDetailsRequest {}
    impl GetTokenDetailsRequest {
        /// Creates the request.
        pub fn new() -> Self {
            Self::default()
        }
    }
    impl Request for GetTokenDetailsRequest {
        type Response = types::User;
        const OPERATION: &'static Operation = &operations::GET_TOKEN_DETAILS;
        fn write(&self, _call: &mut Call) {}
        fn read(body: ResponseBody<'_>) -> Result<types::User, Error> {
            body.json()
        }
    }
    /// A request for `PUT /pins/link`, which `Client::link_pin` sends.
    #[derive(Clone, Debug, PartialEq)]
    pub struct LinkPinRequest {
        code: crate::PinCode,
    }
    impl LinkPinRequest {
        /// Creates the request.
        ///
        /// Arguments:
        /// - `code`: The code of the PIN.
        pub fn new(code: impl Into<crate::PinCode>) -> Self {
            Self { code: code.into() }
        }
    }
    impl Request for LinkPinRequest {
        type Response = ();
        const OPERATION: &'static Operation = &operations::LINK_PIN;
        fn write(&self, call: &mut Call) {
            call.form("code", Style::FIELD, &self.code);
        }
        fn read(body: ResponseBody<'_>) -> Result<(), Error> {
            body.nothing()
        }
    }
    /// A request for `GET /ping`, which `Client::ping` sends.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct PingRequest {}
    impl PingRequest {
        /// Creates the request.
        pub fn new() -> Self {
            Self::default()
        }
    }
    impl Request for PingRequest {
        type Response = types::Pong;
        const OPERATION: &'static Operation = &operations::PING;
        fn write(&self, _call: &mut Call) {}
        fn read(body: ResponseBody<'_>) -> Result<types::Pong, Error> {
            body.json()
        }
    }
    /// A request for `POST /auth/jwk`, which `Client::register_device_key` sends.
    #[derive(Clone, Debug, PartialEq)]
    pub struct RegisterDeviceKeyRequest {
        jwk: types::JsonWebKey,
    }
    impl RegisterDeviceKeyRequest {
        /// Creates the request.
        ///
        /// Arguments:
        /// - `jwk`: The public key of the device.
        pub fn new(jwk: impl Into<types::JsonWebKey>) -> Self {
            Self { jwk: jwk.into() }
        }
    }
    impl Request for RegisterDeviceKeyRequest {
        type Response = ();
        const OPERATION: &'static Operation = &operations::REGISTER_DEVICE_KEY;
        fn write(&self, call: &mut Call) {
            call.field("jwk", &self.jwk);
        }
        fn read(body: ResponseBody<'_>) -> Result<(), Error> {
            body.nothing()
        }
    }
    /// A request for `DELETE /users/signout`, which `Client::sign_out` sends.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[non_exhaustive]
    pub struct SignOutRequest {}
    impl SignOutRequest {
        /// Creates the request.
        pub fn new() -> Self {
            Self::default()
        }
    }
    impl Request for SignOutRequest {
        type Response = ();
        const OPERATION: &'static Operation = &operations::SIGN_OUT;
        fn write(&self, _call: &mut Call) {}
        fn read(body: ResponseBody<'_>) -> Result<(), Error> {
            body.nothing()
        }
    }
    /// A request for `POST /home/users/{uuid}/switch`, which `Client::switch_home_user` sends.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SwitchHomeUserRequest {
        uuid: ::std::string::String,
        pin: Option<crate::Secret>,
    }
    impl SwitchHomeUserRequest {
        /// Creates the request.
        ///
        /// Arguments:
        /// - `uuid`: The `uuid` of the user to switch to.
        pub fn new(uuid: impl Into<::std::string::String>) -> Self {
            Self {
                uuid: uuid.into(),
                pin: None,
            }
        }
        /// The PIN of the user to switch to, four digits. It is required if the user has one.
        #[must_use]
        pub fn pin(mut self, value: impl Into<crate::Secret>) -> Self {
            self.pin = Some(value.into());
            self
        }
    }
    impl Request for SwitchHomeUserRequest {
        type Response = types::SwitchedUser;
        const OPERATION: &'static Operation = &operations::SWITCH_HOME_USER;
        fn write(&self, call: &mut Call) {
            call.path("uuid", Style::SIMPLE, &self.uuid);
            call.query("pin", Style::FORM, &self.pin);
        }
        fn read(body: ResponseBody<'_>) -> Result<types::SwitchedUser, Error> {
            body.json()
        }
    }
}
/// The facts of each operation besides its arguments and its response.
pub mod operations {
    /// The server that the spec names first.
    pub const SERVER: &str = "https://plex.tv/api/v2";
    /// Every operation of the spec.
    pub static ALL: &[&crate::Operation] = &[
        &EXCHANGE_DEVICE_JWT,
        &GET_GEO_DATA,
        &GET_HOME_USERS,
        &GET_KEYS,
        &GET_NONCE,
        &GET_PIN,
        &GET_PIN_QR_CODE,
        &GET_RESOURCES,
        &GET_TOKEN_BY_PIN_ID,
        &GET_TOKEN_DETAILS,
        &LINK_PIN,
        &PING,
        &REGISTER_DEVICE_KEY,
        &SIGN_OUT,
        &SWITCH_HOME_USER,
    ];
    /// `POST /auth/token`
    pub static EXCHANGE_DEVICE_JWT: crate::Operation = crate::Operation::new(
            "exchangeDeviceJwt",
            "POST",
            "/auth/token",
            "https://clients.plex.tv/api/v2",
        )
        .accepting("application/json")
        .sending("application/json");
    /// `GET /geoip`
    pub static GET_GEO_DATA: crate::Operation = crate::Operation::new(
            "getGeoData",
            "GET",
            "/geoip",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json");
    /// `GET /home/users`
    pub static GET_HOME_USERS: crate::Operation = crate::Operation::new(
            "getHomeUsers",
            "GET",
            "/home/users",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json")
        .secured_by(&[&[crate::Scheme::plex_token_in_header()]]);
    /// `GET /auth/keys`
    pub static GET_KEYS: crate::Operation = crate::Operation::new(
            "getKeys",
            "GET",
            "/auth/keys",
            "https://clients.plex.tv/api/v2",
        )
        .accepting("application/json");
    /// `GET /auth/nonce`
    pub static GET_NONCE: crate::Operation = crate::Operation::new(
            "getNonce",
            "GET",
            "/auth/nonce",
            "https://clients.plex.tv/api/v2",
        )
        .accepting("application/json");
    /// `POST /pins`
    pub static GET_PIN: crate::Operation = crate::Operation::new(
            "getPin",
            "POST",
            "/pins",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json")
        .sending_optional("application/json");
    /// `GET /pins/qr/{code}`
    pub static GET_PIN_QR_CODE: crate::Operation = crate::Operation::new(
            "getPinQrCode",
            "GET",
            "/pins/qr/{code}",
            "https://plex.tv/api/v2",
        )
        .accepting("image/png");
    /// `GET /resources`
    pub static GET_RESOURCES: crate::Operation = crate::Operation::new(
            "getResources",
            "GET",
            "/resources",
            "https://clients.plex.tv/api/v2",
        )
        .accepting("application/json")
        .secured_by(&[&[crate::Scheme::plex_token_in_header()]]);
    /// `GET /pins/{pinID}`
    pub static GET_TOKEN_BY_PIN_ID: crate::Operation = crate::Operation::new(
            "getTokenByPinId",
            "GET",
            "/pins/{pinID}",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json");
    /// `GET /user`
    pub static GET_TOKEN_DETAILS: crate::Operation = crate::Operation::new(
            "getTokenDetails",
            "GET",
            "/user",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json")
        .secured_by(&[&[crate::Scheme::plex_token_in_header()]]);
    /// `PUT /pins/link`
    pub static LINK_PIN: crate::Operation = crate::Operation::new(
            "linkPin",
            "PUT",
            "/pins/link",
            "https://plex.tv/api/v2",
        )
        .sending("application/x-www-form-urlencoded")
        .secured_by(&[&[crate::Scheme::plex_token_in_header()]]);
    /// `GET /ping`
    pub static PING: crate::Operation = crate::Operation::new(
            "ping",
            "GET",
            "/ping",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json")
        .secured_by(&[&[crate::Scheme::plex_token_in_header()]]);
    /// `POST /auth/jwk`
    pub static REGISTER_DEVICE_KEY: crate::Operation = crate::Operation::new(
            "registerDeviceKey",
            "POST",
            "/auth/jwk",
            "https://clients.plex.tv/api/v2",
        )
        .sending("application/json")
        .secured_by(&[&[crate::Scheme::plex_token_in_header()]]);
    /// `DELETE /users/signout`
    pub static SIGN_OUT: crate::Operation = crate::Operation::new(
            "signOut",
            "DELETE",
            "/users/signout",
            "https://plex.tv/api/v2",
        )
        .secured_by(&[&[crate::Scheme::plex_token_in_header()]]);
    /// `POST /home/users/{uuid}/switch`
    pub static SWITCH_HOME_USER: crate::Operation = crate::Operation::new(
            "switchHomeUser",
            "POST",
            "/home/users/{uuid}/switch",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json")
        .secured_by(&[&[crate::Scheme::plex_token_in_header()]]);
}
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///An access token that plex.tv has signed.
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct AccessToken {
        ///A JWT, valid for seven days.
        pub auth_token: crate::Token,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(AccessToken { auth_token : "auth_token" required, } extra extra);
    ///A PIN and, once the user has agreed, the access token.
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct AuthPinContainer {
        ///The user's access token; null until the user has agreed.
        #[cfg_attr(feature = "schemars", schemars(rename = "authToken"))]
        pub auth_token: ::std::option::Option<crate::Token>,
        ///The client identifier that created the PIN. No other can poll it.
        #[cfg_attr(feature = "schemars", schemars(rename = "clientIdentifier"))]
        pub client_identifier: ::std::string::String,
        ///The code that the user types (four characters) or that is part of the link (25 characters).
        pub code: crate::PinCode,
        ///The time at which the PIN was created, by plex.tv's clock (RFC 3339, UTC, with or without milliseconds).
        #[cfg_attr(feature = "schemars", schemars(rename = "createdAt"))]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///The time at which the PIN expires, by plex.tv's clock (RFC 3339, UTC, with or without milliseconds).
        #[cfg_attr(feature = "schemars", schemars(rename = "expiresAt"))]
        pub expires_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///The time until the PIN expires, in seconds from the time of the response.
        #[cfg_attr(feature = "schemars", schemars(rename = "expiresIn"))]
        pub expires_in: i64,
        ///The number of the PIN, used to poll it. It is smaller than 2^53 and does not increase with time.
        pub id: i64,
        ///The location that plex.tv derived from the IP address of the request that created the PIN.
        pub location: ::std::option::Option<GeoData>,
        ///True if the user created their Plex account during this sign-in; null until the user has agreed.
        #[cfg_attr(feature = "schemars", schemars(rename = "newRegistration"))]
        pub new_registration: ::std::option::Option<bool>,
        ///The product name that the PIN was created with, or `0` if it had none.
        pub product: ::std::option::Option<::std::string::String>,
        ///The URL of the PIN's QR code as a PNG. It contains the code. Missing in recordings before 2023.
        pub qr: ::std::option::Option<crate::Secret>,
        ///Not documented by Plex; false in every recording.
        pub trusted: ::std::option::Option<bool>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(
        AuthPinContainer { auth_token : "authToken", client_identifier :
        "clientIdentifier" required, code : "code" required, created_at : "createdAt"
        required, expires_at : "expiresAt" required, expires_in : "expiresIn" required,
        id : "id" required, location : "location", new_registration : "newRegistration",
        product : "product", qr : "qr", trusted : "trusted", } extra extra
    );
    ///An address of a device.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Connection {
        ///The host.
        pub address: ::std::option::Option<::std::string::String>,
        ///True if the address is an IPv6 address.
        #[cfg_attr(feature = "schemars", schemars(rename = "IPv6"))]
        pub ipv6: ::std::option::Option<bool>,
        ///True if the address is in the device's own network.
        pub local: ::std::option::Option<bool>,
        ///The port.
        pub port: ::std::option::Option<i64>,
        ///`http` or `https`.
        pub protocol: ::std::option::Option<::std::string::String>,
        ///True if the connection goes through Plex's relay.
        pub relay: ::std::option::Option<bool>,
        ///The base URL of the device.
        pub uri: ::std::option::Option<::std::string::String>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(
        Connection { address : "address", ipv6 : "IPv6", local : "local", port : "port",
        protocol : "protocol", relay : "relay", uri : "uri", } extra extra
    );
    ///One reason.
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ErrorItem {
        ///Plex's code of the error.
        pub code: i64,
        ///The error in English.
        pub message: ::std::option::Option<::std::string::String>,
        ///The HTTP status. Missing if the code is 1020.
        pub status: ::std::option::Option<i64>,
    }
    crate::model!(
        ErrorItem { code : "code" required, message : "message", status : "status", }
    );
    ///The reasons why plex.tv rejected a request.
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ErrorList {
        ///The reasons. Recordings always have exactly one.
        pub errors: ::std::vec::Vec<ErrorItem>,
    }
    crate::model!(ErrorList { errors : "errors" required, });
    ///A location derived from an IP address. Every field may be missing.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct GeoData {
        ///The city's name.
        pub city: ::std::option::Option<::std::string::String>,
        ///The country as a two-letter code (ISO 3166-1).
        pub code: ::std::option::Option<::std::string::String>,
        ///The continent as a two-letter code.
        pub continent_code: ::std::option::Option<::std::string::String>,
        ///Latitude and longitude in degrees, separated by a comma.
        pub coordinates: ::std::option::Option<::std::string::String>,
        ///The country's name in English.
        pub country: ::std::option::Option<::std::string::String>,
        ///True if the country is a member of the European Union.
        pub european_union_member: ::std::option::Option<bool>,
        ///True if special privacy rules apply in the country.
        pub in_privacy_restricted_country: ::std::option::Option<bool>,
        ///True if special privacy rules apply in the region.
        pub in_privacy_restricted_region: ::std::option::Option<bool>,
        ///The postal code. plex.tv sends a number if the code consists of digits.
        pub postal_code: ::std::option::Option<::std::string::String>,
        ///The state or province.
        pub subdivisions: ::std::option::Option<::std::string::String>,
        ///The name of the time zone in the IANA database.
        pub time_zone: ::std::option::Option<::std::string::String>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(
        GeoData { city : "city", code : "code", continent_code : "continent_code",
        coordinates : "coordinates", country : "country", european_union_member :
        "european_union_member", in_privacy_restricted_country :
        "in_privacy_restricted_country", in_privacy_restricted_region :
        "in_privacy_restricted_region", postal_code : "postal_code", subdivisions :
        "subdivisions", time_zone : "time_zone", } extra extra
    );
    ///A Plex Home. Nobody recorded one; plex.tv may send further fields.
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Home {
        ///The users.
        pub users: ::std::vec::Vec<HomeUser>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(Home { users : "users" required, } extra extra);
    ///A user of a Plex Home. Nobody recorded one; the fields are those that public clients read.
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct HomeUser {
        ///True if the user administers the Plex Home.
        pub admin: ::std::option::Option<bool>,
        ///The e-mail address; empty or null for managed users.
        pub email: ::std::option::Option<::std::string::String>,
        ///The display name that the user chose.
        #[cfg_attr(feature = "schemars", schemars(rename = "friendlyName"))]
        pub friendly_name: ::std::option::Option<::std::string::String>,
        ///True if the user is a guest of the Plex Home.
        pub guest: ::std::option::Option<bool>,
        ///True if the user has a password.
        #[cfg_attr(feature = "schemars", schemars(rename = "hasPassword"))]
        pub has_password: ::std::option::Option<bool>,
        ///The number of the user.
        pub id: ::std::option::Option<i64>,
        ///True if the user has a PIN.
        pub protected: ::std::option::Option<bool>,
        ///True if the user is a managed user.
        pub restricted: ::std::option::Option<bool>,
        ///The URL of the user's picture.
        pub thumb: ::std::option::Option<::std::string::String>,
        ///The display name.
        pub title: ::std::option::Option<::std::string::String>,
        ///The name that the user signs in with; empty or null for managed users.
        pub username: ::std::option::Option<::std::string::String>,
        ///The hexadecimal identifier of the user.
        pub uuid: ::std::string::String,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(
        HomeUser { admin : "admin", email : "email", friendly_name : "friendlyName",
        guest : "guest", has_password : "hasPassword", id : "id", protected :
        "protected", restricted : "restricted", thumb : "thumb", title : "title",
        username : "username", uuid : "uuid" required, } extra extra
    );
    ///The users of a Plex Home, in either of the two forms that clients read.
    #[derive(Clone, PartialEq)]
    #[non_exhaustive]
    pub enum HomeUserList {
        List(::std::vec::Vec<HomeUser>),
        Home(Home),
        /// Any other value.
        Other(::serde_json::Value),
    }
    crate::union!(
        HomeUserList, Other, ::core::option::Option::None, { 0 List : [] crate
        ::open::Shape::Array(& crate ::open::Shape::Object { required : & ["uuid"], known
        : & ["admin", "email", "friendlyName", "guest", "hasPassword", "id", "protected",
        "restricted", "thumb", "title", "username", "uuid"], constants : & [] }), 1 Home
        : [] crate ::open::Shape::Object { required : & ["users"], known : & ["users"],
        constants : & [] }, }
    );
    #[cfg(feature = "schemars")]
    impl ::schemars::JsonSchema for HomeUserList {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            ::std::stringify!(HomeUserList).into()
        }
        fn json_schema(
            generator: &mut ::schemars::SchemaGenerator,
        ) -> ::schemars::Schema {
            ::schemars::json_schema!(
                { "anyOf" : [generator.subschema_for:: < ::std::vec::Vec < HomeUser > >
                (), generator.subschema_for:: < Home > ()] }
            )
        }
    }
    ///A public signing key (RFC 7517), as Plex's documentation of device keys shows it.
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct JsonWebKey {
        ///The algorithm that the key signs with.
        pub alg: ::std::option::Option<::std::string::String>,
        ///The curve of the key.
        pub crv: ::std::option::Option<::std::string::String>,
        ///The exponent of an RSA key, in unpadded base64url.
        pub e: ::std::option::Option<::std::string::String>,
        ///The name of the key, chosen by the client.
        pub kid: ::std::string::String,
        ///The family of the key.
        pub kty: ::std::string::String,
        ///The modulus of an RSA key, in unpadded base64url.
        pub n: ::std::option::Option<::std::string::String>,
        ///The intended use of the key.
        #[cfg_attr(feature = "schemars", schemars(rename = "use"))]
        pub use_: ::std::option::Option<::std::string::String>,
        ///The public key, in unpadded base64url.
        pub x: ::std::option::Option<::std::string::String>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(
        JsonWebKey { alg : "alg", crv : "crv", e : "e", kid : "kid" required, kty : "kty"
        required, n : "n", use_ : "use", x : "x", } extra extra
    );
    ///Public signing keys (RFC 7517, section 5).
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct JsonWebKeySet {
        ///The keys, in no particular order.
        pub keys: ::std::vec::Vec<JsonWebKey>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(JsonWebKeySet { keys : "keys" required, } extra extra);
    ///A value that the device signs once.
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Nonce {
        ///An opaque string; in Plex's documentation a UUID.
        pub nonce: ::std::string::String,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(Nonce { nonce : "nonce" required, } extra extra);
    ///The response to a ping.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Pong {
        ///Always true.
        pub pong: ::std::option::Option<bool>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(Pong { pong : "pong", } extra extra);
    /**A media server or another device of the user. Recorded in public projects; plex.tv may send further fields.
*/
    #[derive(Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Resource {
        ///The access token for requests to this device; null if the device takes no token.
        #[cfg_attr(feature = "schemars", schemars(rename = "accessToken"))]
        pub access_token: ::std::option::Option<crate::Token>,
        ///The client identifier of the device.
        #[cfg_attr(feature = "schemars", schemars(rename = "clientIdentifier"))]
        pub client_identifier: ::std::option::Option<::std::string::String>,
        ///The addresses of the device; try all of them.
        #[cfg_attr(feature = "schemars", schemars(default))]
        pub connections: ::std::vec::Vec<Connection>,
        ///The time at which plex.tv first saw the device.
        #[cfg_attr(feature = "schemars", schemars(rename = "createdAt"))]
        pub created_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///The kind of device.
        pub device: ::std::option::Option<::std::string::String>,
        ///True if the network of the device blocks DNS names that resolve to private addresses.
        #[cfg_attr(feature = "schemars", schemars(rename = "dnsRebindingProtection"))]
        pub dns_rebinding_protection: ::std::option::Option<bool>,
        ///True if the device belongs to the user's Plex Home.
        pub home: ::std::option::Option<bool>,
        ///True if the device refuses plain http.
        #[cfg_attr(feature = "schemars", schemars(rename = "httpsRequired"))]
        pub https_required: ::std::option::Option<bool>,
        ///The time at which plex.tv last saw the device.
        #[cfg_attr(feature = "schemars", schemars(rename = "lastSeenAt"))]
        pub last_seen_at: ::std::option::Option<
            ::chrono::DateTime<::chrono::offset::Utc>,
        >,
        ///The display name of the device.
        pub name: ::std::option::Option<::std::string::String>,
        ///True if the device can be reached at its public address from within its own network.
        #[cfg_attr(feature = "schemars", schemars(rename = "natLoopbackSupported"))]
        pub nat_loopback_supported: ::std::option::Option<bool>,
        ///True if the device belongs to the user.
        pub owned: ::std::option::Option<bool>,
        ///The number of the user who shares the device; null for a device of the user's own.
        #[cfg_attr(feature = "schemars", schemars(rename = "ownerId"))]
        pub owner_id: ::std::option::Option<i64>,
        ///The platform that the program runs on.
        pub platform: ::std::option::Option<::std::string::String>,
        ///The version of the platform.
        #[cfg_attr(feature = "schemars", schemars(rename = "platformVersion"))]
        pub platform_version: ::std::option::Option<::std::string::String>,
        ///True if the device is online.
        pub presence: ::std::option::Option<bool>,
        ///The program that runs on the device.
        pub product: ::std::option::Option<::std::string::String>,
        ///The version of the program.
        #[cfg_attr(feature = "schemars", schemars(rename = "productVersion"))]
        pub product_version: ::std::option::Option<::std::string::String>,
        ///The roles of the device, separated by commas; a media server has the role `server`.
        pub provides: ::std::option::Option<::std::string::String>,
        ///The public IP address of the device.
        #[cfg_attr(feature = "schemars", schemars(rename = "publicAddress"))]
        pub public_address: ::std::option::Option<::std::string::String>,
        ///True if the device and the caller have the same public IP address.
        #[cfg_attr(feature = "schemars", schemars(rename = "publicAddressMatches"))]
        pub public_address_matches: ::std::option::Option<bool>,
        ///True if the device can be reached through Plex's relay.
        pub relay: ::std::option::Option<bool>,
        ///The name of the user who shares the device; null for a device of the user's own.
        #[cfg_attr(feature = "schemars", schemars(rename = "sourceTitle"))]
        pub source_title: ::std::option::Option<::std::string::String>,
        ///True if media are synchronized to the device.
        pub synced: ::std::option::Option<bool>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(
        Resource { access_token : "accessToken", client_identifier : "clientIdentifier",
        connections : "connections", created_at : "createdAt", device : "device",
        dns_rebinding_protection : "dnsRebindingProtection", home : "home",
        https_required : "httpsRequired", last_seen_at : "lastSeenAt", name : "name",
        nat_loopback_supported : "natLoopbackSupported", owned : "owned", owner_id :
        "ownerId", platform : "platform", platform_version : "platformVersion", presence
        : "presence", product : "product", product_version : "productVersion", provides :
        "provides", public_address : "publicAddress", public_address_matches :
        "publicAddressMatches", relay : "relay", source_title : "sourceTitle", synced :
        "synced", } extra extra
    );
    ///A Plex Pass.
    #[derive(Clone, Debug, Default, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Subscription {
        ///True if the Plex Pass is active.
        pub active: ::std::option::Option<bool>,
        ///The plan that the user bought.
        pub plan: ::std::option::Option<::std::string::String>,
        ///The status as text.
        pub status: ::std::option::Option<::std::string::String>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(
        Subscription { active : "active", plan : "plan", status : "status", } extra extra
    );
    /**A user of a Plex Home with an access token. Nobody recorded one; plex.tv may send further fields.
*/
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct SwitchedUser {
        ///The access token of the user.
        #[cfg_attr(feature = "schemars", schemars(rename = "authToken"))]
        pub auth_token: crate::Token,
        ///The number of the user.
        pub id: ::std::option::Option<i64>,
        ///The display name.
        pub title: ::std::option::Option<::std::string::String>,
        ///The name that the user signs in with; empty or null for managed users.
        pub username: ::std::option::Option<::std::string::String>,
        ///The hexadecimal identifier of the user.
        pub uuid: ::std::option::Option<::std::string::String>,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(
        SwitchedUser { auth_token : "authToken" required, id : "id", title : "title",
        username : "username", uuid : "uuid", } extra extra
    );
    ///A user of Plex. Managed users and guests have no username and no e-mail address.
    #[derive(Clone, Debug, PartialEq)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct User {
        ///Not documented by Plex; null in recordings.
        pub anonymous: ::std::option::Option<bool>,
        ///The token that was sent.
        #[cfg_attr(feature = "schemars", schemars(rename = "authToken"))]
        pub auth_token: ::std::option::Option<crate::Token>,
        ///True if the e-mail address is confirmed.
        pub confirmed: ::std::option::Option<bool>,
        ///The user's country as a two-letter code (ISO 3166-1).
        pub country: ::std::option::Option<::std::string::String>,
        ///The e-mail address; empty or null for managed users.
        pub email: ::std::option::Option<::std::string::String>,
        ///True if the user signs in by e-mail only.
        #[cfg_attr(feature = "schemars", schemars(rename = "emailOnlyAuth"))]
        pub email_only_auth: ::std::option::Option<bool>,
        ///The display name that the user chose.
        #[cfg_attr(feature = "schemars", schemars(rename = "friendlyName"))]
        pub friendly_name: ::std::option::Option<::std::string::String>,
        ///True if the user is a guest of the Plex Home.
        pub guest: ::std::option::Option<bool>,
        ///True if the user has a password.
        #[cfg_attr(feature = "schemars", schemars(rename = "hasPassword"))]
        pub has_password: ::std::option::Option<bool>,
        ///True if the user belongs to a Plex Home.
        pub home: ::std::option::Option<bool>,
        ///True if the user administers the Plex Home.
        #[cfg_attr(feature = "schemars", schemars(rename = "homeAdmin"))]
        pub home_admin: ::std::option::Option<bool>,
        ///The number of users in the Plex Home.
        #[cfg_attr(feature = "schemars", schemars(rename = "homeSize"))]
        pub home_size: ::std::option::Option<i64>,
        ///The number of the user.
        pub id: i64,
        ///The time at which the account was created, in seconds since 1970 (UTC).
        #[cfg_attr(feature = "schemars", schemars(rename = "joinedAt"))]
        pub joined_at: ::std::option::Option<i64>,
        ///The user's language as a language tag.
        pub locale: ::std::option::Option<::std::string::String>,
        ///The largest number of users that the Plex Home can have.
        #[cfg_attr(feature = "schemars", schemars(rename = "maxHomeSize"))]
        pub max_home_size: ::std::option::Option<i64>,
        ///True if the user is protected by a PIN in their Plex Home.
        pub protected: ::std::option::Option<bool>,
        ///True if the user is a managed user.
        pub restricted: ::std::option::Option<bool>,
        ///The user's Plex Pass.
        pub subscription: ::std::option::Option<Subscription>,
        ///The URL of the user's picture.
        pub thumb: ::std::option::Option<::std::string::String>,
        ///The display name.
        pub title: ::std::option::Option<::std::string::String>,
        ///The name that the user signs in with; empty for managed users.
        pub username: ::std::option::Option<::std::string::String>,
        ///The hexadecimal identifier of the user.
        pub uuid: ::std::string::String,
        /// The fields that the spec does not have.
        #[cfg_attr(feature = "schemars", schemars(skip))]
        pub extra: crate::Extra,
    }
    crate::model!(
        User { anonymous : "anonymous", auth_token : "authToken", confirmed :
        "confirmed", country : "country", email : "email", email_only_auth :
        "emailOnlyAuth", friendly_name : "friendlyName", guest : "guest", has_password :
        "hasPassword", home : "home", home_admin : "homeAdmin", home_size : "homeSize",
        id : "id" required, joined_at : "joinedAt", locale : "locale", max_home_size :
        "maxHomeSize", protected : "protected", restricted : "restricted", subscription :
        "subscription", thumb : "thumb", title : "title", username : "username", uuid :
        "uuid" required, } extra extra
    );
}
/// The JSON Schema of every model, by its name.
#[cfg(feature = "schemars")]
pub fn schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
    ::std::vec![
        ("AccessToken", ::schemars::schema_for!(types::AccessToken)),
        ("AuthPinContainer", ::schemars::schema_for!(types::AuthPinContainer)),
        ("Connection", ::schemars::schema_for!(types::Connection)), ("ErrorItem",
        ::schemars::schema_for!(types::ErrorItem)), ("ErrorList",
        ::schemars::schema_for!(types::ErrorList)), ("GeoData",
        ::schemars::schema_for!(types::GeoData)), ("Home",
        ::schemars::schema_for!(types::Home)), ("HomeUser",
        ::schemars::schema_for!(types::HomeUser)), ("HomeUserList",
        ::schemars::schema_for!(types::HomeUserList)), ("JsonWebKey",
        ::schemars::schema_for!(types::JsonWebKey)), ("JsonWebKeySet",
        ::schemars::schema_for!(types::JsonWebKeySet)), ("Nonce",
        ::schemars::schema_for!(types::Nonce)), ("Pong",
        ::schemars::schema_for!(types::Pong)), ("Resource",
        ::schemars::schema_for!(types::Resource)), ("Subscription",
        ::schemars::schema_for!(types::Subscription)), ("SwitchedUser",
        ::schemars::schema_for!(types::SwitchedUser)), ("User",
        ::schemars::schema_for!(types::User))
    ]
}
