// @generated from openapi/plex.yaml by `cargo xtask codegen`; do not edit.
// SHA-256 of the spec: 12359e96facf477ce5d453d1712ef2ed024a322b4ca6b95f8432257546dfb619

#[allow(unused_imports)]
use progenitor_client::{encode_path, RequestBuilderExt};
#[allow(unused_imports)]
use crate::RequestBodyExt;
/// The generated client: one method for each operation of the spec.
///
/// It adds the identity headers to every request, and the access token to exactly those operations whose `security`
/// requires it. A clone is cheap and shares the connections.
#[derive(Clone, Debug)]
pub struct Client {
    transport: crate::Transport,
}
impl Client {
    /// Creates a client over a transport, which holds the base URL, the identity and the token.
    pub fn new(transport: crate::Transport) -> Self {
        Self { transport }
    }
    /// Returns the transport that sends the requests.
    pub fn transport(&self) -> &crate::Transport {
        &self.transport
    }
    /**Register the public key of the device whose token is sent

The key belongs to the device that the token was made for, whatever client identifier the request carries. Once a
JWT has been issued for the device, its old token is dead.


Sends a `POST` request to `/auth/jwk`

*/
    pub async fn register_device_key<'a>(
        &'a self,
        body: &'a types::RegisterDeviceKeyBody,
    ) -> Result<(), crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(&operations::REGISTER_DEVICE_KEY, format_args!("/auth/jwk"))?;
            #[allow(unused_mut)]
            let mut request = self.transport.http().post(url).json(&body).build()?;
            Ok(request)
        })();
        self.transport.empty(&operations::REGISTER_DEVICE_KEY, request).await
    }
    /**Read the public keys that plex.tv signs with

There are several, and they change: whoever verifies a token tries all of them.


Sends a `GET` request to `/auth/keys`

*/
    pub async fn get_keys<'a>(&'a self) -> Result<types::JsonWebKeySet, crate::Error> {
        self.get_keys_as().await
    }
    ///Like `get_keys`, but reads the response as a type of your own.
    pub async fn get_keys_as<'a, Response: ::serde::de::DeserializeOwned>(
        &'a self,
    ) -> Result<Response, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(&operations::GET_KEYS, format_args!("/auth/keys"))?;
            #[allow(unused_mut)]
            let mut request = self.transport.http().get(url).build()?;
            Ok(request)
        })();
        self.transport.json(&operations::GET_KEYS, request).await
    }
    /**Get a nonce to sign

It is valid for five minutes and can be used once. plex.tv limits how often it may be asked for.


Sends a `GET` request to `/auth/nonce`

*/
    pub async fn get_nonce<'a>(&'a self) -> Result<types::Nonce, crate::Error> {
        self.get_nonce_as().await
    }
    ///Like `get_nonce`, but reads the response as a type of your own.
    pub async fn get_nonce_as<'a, Response: ::serde::de::DeserializeOwned>(
        &'a self,
    ) -> Result<Response, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(&operations::GET_NONCE, format_args!("/auth/nonce"))?;
            #[allow(unused_mut)]
            let mut request = self.transport.http().get(url).build()?;
            Ok(request)
        })();
        self.transport.json(&operations::GET_NONCE, request).await
    }
    /**Exchange a JWT that the device has signed for one that plex.tv has signed

The answer is valid for seven days as an access token.


Sends a `POST` request to `/auth/token`

*/
    pub async fn exchange_device_jwt<'a>(
        &'a self,
        body: &'a types::ExchangeDeviceJwtBody,
    ) -> Result<types::AccessToken, crate::Error> {
        self.exchange_device_jwt_as(body).await
    }
    ///Like `exchange_device_jwt`, but reads the response as a type of your own.
    pub async fn exchange_device_jwt_as<'a, Response: ::serde::de::DeserializeOwned>(
        &'a self,
        body: &'a types::ExchangeDeviceJwtBody,
    ) -> Result<Response, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(&operations::EXCHANGE_DEVICE_JWT, format_args!("/auth/token"))?;
            #[allow(unused_mut)]
            let mut request = self.transport.http().post(url).json(&body).build()?;
            Ok(request)
        })();
        self.transport.json(&operations::EXCHANGE_DEVICE_JWT, request).await
    }
    /**Tell where an internet address is

Without `ip_address`, the address that the request comes from.


Sends a `GET` request to `/geoip`

Arguments:
- `ip_address`: The internet address, version 4 or 6. An empty one counts as none.
*/
    pub async fn get_geo_data<'a>(
        &'a self,
        ip_address: Option<&'a str>,
    ) -> Result<types::GeoData, crate::Error> {
        self.get_geo_data_as(ip_address).await
    }
    ///Like `get_geo_data`, but reads the response as a type of your own.
    pub async fn get_geo_data_as<'a, Response: ::serde::de::DeserializeOwned>(
        &'a self,
        ip_address: Option<&'a str>,
    ) -> Result<Response, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(&operations::GET_GEO_DATA, format_args!("/geoip"))?;
            #[allow(unused_mut)]
            let mut request = self
                .transport
                .http()
                .get(url)
                .query(&progenitor_client::QueryParam::new("ip_address", &ip_address))
                .build()?;
            Ok(request)
        })();
        self.transport.json(&operations::GET_GEO_DATA, request).await
    }
    /**Say that a token is still in use

Keeps a token from being forgotten; seen in clients, not documented by Plex.


Sends a `GET` request to `/ping`

*/
    pub async fn ping<'a>(&'a self) -> Result<types::Pong, crate::Error> {
        self.ping_as().await
    }
    ///Like `ping`, but reads the response as a type of your own.
    pub async fn ping_as<'a, Response: ::serde::de::DeserializeOwned>(
        &'a self,
    ) -> Result<Response, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self.transport.url(&operations::PING, format_args!("/ping"))?;
            #[allow(unused_mut)]
            let mut request = self.transport.http().get(url).build()?;
            Ok(request)
        })();
        self.transport.json(&operations::PING, request).await
    }
    /**Create a PIN

A PIN is bound to the client identifier that created it. Without `strong` its code has four characters, is typed
at plex.tv/link and lives 900 seconds; with `strong=true` it has 25 characters, is carried by a link to
app.plex.tv/auth and lives 1800 seconds.


Sends a `POST` request to `/pins`

Arguments:
- `strong`: Ask for a 25-character code that a link carries, instead of a four-character code that a person types.
- `body`: Needed only to bind a device key to the PIN; the token that the PIN then yields is a JWT.
*/
    pub async fn get_pin<'a>(
        &'a self,
        strong: Option<bool>,
        body: ::std::option::Option<&'a types::CreatePinBody>,
    ) -> Result<types::AuthPinContainer, crate::Error> {
        self.get_pin_as(strong, body).await
    }
    ///Like `get_pin`, but reads the response as a type of your own.
    pub async fn get_pin_as<'a, Response: ::serde::de::DeserializeOwned>(
        &'a self,
        strong: Option<bool>,
        body: ::std::option::Option<&'a types::CreatePinBody>,
    ) -> Result<Response, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self.transport.url(&operations::GET_PIN, format_args!("/pins"))?;
            #[allow(unused_mut)]
            let mut request = self
                .transport
                .http()
                .post(url)
                .optional_json(body)
                .query(&progenitor_client::QueryParam::new("strong", &strong))
                .build()?;
            Ok(request)
        })();
        self.transport.json(&operations::GET_PIN, request).await
    }
    /**Agree to a PIN on behalf of the user whose token is sent

What the page plex.tv/link does, for programs that already hold a user's token. Codes of both kinds are accepted;
four-character codes are upper case.


Sends a `PUT` request to `/pins/link`

*/
    pub async fn link_pin<'a>(
        &'a self,
        body: &'a types::LinkPinBody,
    ) -> Result<(), crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(&operations::LINK_PIN, format_args!("/pins/link"))?;
            #[allow(unused_mut)]
            let mut request = self
                .transport
                .http()
                .put(url)
                .form_urlencoded(&body)?
                .build()?;
            Ok(request)
        })();
        self.transport.empty(&operations::LINK_PIN, request).await
    }
    /**Draw the QR code of a PIN

The picture leads to plex.tv/link with the code filled in. That page refuses 25-character codes, so the picture
is of use for four-character codes only.


Sends a `GET` request to `/pins/qr/{code}`

Arguments:
- `code`: The `code` of the PIN.
*/
    pub async fn get_pin_qr_code<'a>(
        &'a self,
        code: &'a crate::PinCode,
    ) -> Result<::std::vec::Vec<u8>, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(
                    &operations::GET_PIN_QR_CODE,
                    format_args!("/pins/qr/{}", encode_path(& code.to_string())),
                )?;
            #[allow(unused_mut)]
            let mut request = self.transport.http().get(url).build()?;
            Ok(request)
        })();
        self.transport.bytes(&operations::GET_PIN_QR_CODE, request).await
    }
    /**Read a PIN, and with it the access token once the user has agreed

`authToken` stays null until the user has agreed. plex.tv asks clients to poll once per second. The request must
carry the client identifier that created the PIN: for any other, plex.tv answers as if the PIN did not exist.


Sends a `GET` request to `/pins/{pinID}`

Arguments:
- `pin_id`: The `id` of the PIN.
- `device_jwt`: For a PIN that was created with a device key: a JWT signed with that key, whose audience is `plex.tv` and whose
issuer is the client identifier.

*/
    pub async fn get_token_by_pin_id<'a>(
        &'a self,
        pin_id: i64,
        device_jwt: Option<&'a crate::Secret>,
    ) -> Result<types::AuthPinContainer, crate::Error> {
        self.get_token_by_pin_id_as(pin_id, device_jwt).await
    }
    ///Like `get_token_by_pin_id`, but reads the response as a type of your own.
    pub async fn get_token_by_pin_id_as<'a, Response: ::serde::de::DeserializeOwned>(
        &'a self,
        pin_id: i64,
        device_jwt: Option<&'a crate::Secret>,
    ) -> Result<Response, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(
                    &operations::GET_TOKEN_BY_PIN_ID,
                    format_args!("/pins/{}", encode_path(& pin_id.to_string())),
                )?;
            #[allow(unused_mut)]
            let mut request = self
                .transport
                .http()
                .get(url)
                .query(&progenitor_client::QueryParam::new("deviceJWT", &device_jwt))
                .build()?;
            Ok(request)
        })();
        self.transport.json(&operations::GET_TOKEN_BY_PIN_ID, request).await
    }
    /**List the user's media servers and other devices

What a program needs next after a sign-in: where the user's media servers are, and with which token each of them is
spoken to. Media servers are those that provide `server`.


Sends a `GET` request to `/resources`

Arguments:
- `include_https`: 1 lists connections over https, too.
- `include_i_pv6`: 1 lists connections over IPv6, too.
- `include_relay`: 1 lists connections through Plex's relay, too.
*/
    pub async fn get_resources<'a>(
        &'a self,
        include_https: Option<i64>,
        include_i_pv6: Option<i64>,
        include_relay: Option<i64>,
    ) -> Result<::std::vec::Vec<types::Resource>, crate::Error> {
        self.get_resources_as(include_https, include_i_pv6, include_relay).await
    }
    ///Like `get_resources`, but reads the response as a type of your own.
    pub async fn get_resources_as<'a, Response: ::serde::de::DeserializeOwned>(
        &'a self,
        include_https: Option<i64>,
        include_i_pv6: Option<i64>,
        include_relay: Option<i64>,
    ) -> Result<Response, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(&operations::GET_RESOURCES, format_args!("/resources"))?;
            #[allow(unused_mut)]
            let mut request = self
                .transport
                .http()
                .get(url)
                .query(
                    &progenitor_client::QueryParam::new("includeHttps", &include_https),
                )
                .query(
                    &progenitor_client::QueryParam::new("includeIPv6", &include_i_pv6),
                )
                .query(
                    &progenitor_client::QueryParam::new("includeRelay", &include_relay),
                )
                .build()?;
            Ok(request)
        })();
        self.transport.json(&operations::GET_RESOURCES, request).await
    }
    /**Read the user whose token is sent

The way to find out whether a token is still valid: 200 means yes, 401 means no, and anything else says nothing
about the token.


Sends a `GET` request to `/user`

*/
    pub async fn get_token_details<'a>(&'a self) -> Result<types::User, crate::Error> {
        self.get_token_details_as().await
    }
    ///Like `get_token_details`, but reads the response as a type of your own.
    pub async fn get_token_details_as<'a, Response: ::serde::de::DeserializeOwned>(
        &'a self,
    ) -> Result<Response, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(&operations::GET_TOKEN_DETAILS, format_args!("/user"))?;
            #[allow(unused_mut)]
            let mut request = self.transport.http().get(url).build()?;
            Ok(request)
        })();
        self.transport.json(&operations::GET_TOKEN_DETAILS, request).await
    }
    /**End the life of the token that is sent

The device leaves the user's list of authorised devices.


Sends a `DELETE` request to `/users/signout`

*/
    pub async fn sign_out<'a>(&'a self) -> Result<(), crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = self
                .transport
                .url(&operations::SIGN_OUT, format_args!("/users/signout"))?;
            #[allow(unused_mut)]
            let mut request = self.transport.http().delete(url).build()?;
            Ok(request)
        })();
        self.transport.empty(&operations::SIGN_OUT, request).await
    }
}
/// The facts of each operation beside its arguments and its response.
pub mod operations {
    /// The server that the spec names first.
    pub const SERVER: &str = "https://plex.tv/api/v2";
    /// Every operation of the spec.
    pub static ALL: &[&crate::Operation] = &[
        &EXCHANGE_DEVICE_JWT,
        &GET_GEO_DATA,
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
    ];
    ///`POST /auth/token`
    pub static EXCHANGE_DEVICE_JWT: crate::Operation = crate::Operation::new(
            "exchangeDeviceJwt",
            "POST",
            "/auth/token",
            "https://clients.plex.tv/api/v2",
        )
        .accepting("application/json");
    ///`GET /geoip`
    pub static GET_GEO_DATA: crate::Operation = crate::Operation::new(
            "getGeoData",
            "GET",
            "/geoip",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json");
    ///`GET /auth/keys`
    pub static GET_KEYS: crate::Operation = crate::Operation::new(
            "getKeys",
            "GET",
            "/auth/keys",
            "https://clients.plex.tv/api/v2",
        )
        .accepting("application/json");
    ///`GET /auth/nonce`
    pub static GET_NONCE: crate::Operation = crate::Operation::new(
            "getNonce",
            "GET",
            "/auth/nonce",
            "https://clients.plex.tv/api/v2",
        )
        .accepting("application/json");
    ///`POST /pins`
    pub static GET_PIN: crate::Operation = crate::Operation::new(
            "getPin",
            "POST",
            "/pins",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json");
    ///`GET /pins/qr/{code}`
    pub static GET_PIN_QR_CODE: crate::Operation = crate::Operation::new(
            "getPinQrCode",
            "GET",
            "/pins/qr/{code}",
            "https://plex.tv/api/v2",
        )
        .accepting("image/png");
    ///`GET /resources`
    pub static GET_RESOURCES: crate::Operation = crate::Operation::new(
            "getResources",
            "GET",
            "/resources",
            "https://clients.plex.tv/api/v2",
        )
        .accepting("application/json")
        .requiring_token();
    ///`GET /pins/{pinID}`
    pub static GET_TOKEN_BY_PIN_ID: crate::Operation = crate::Operation::new(
            "getTokenByPinId",
            "GET",
            "/pins/{pinID}",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json");
    ///`GET /user`
    pub static GET_TOKEN_DETAILS: crate::Operation = crate::Operation::new(
            "getTokenDetails",
            "GET",
            "/user",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json")
        .requiring_token();
    ///`PUT /pins/link`
    pub static LINK_PIN: crate::Operation = crate::Operation::new(
            "linkPin",
            "PUT",
            "/pins/link",
            "https://plex.tv/api/v2",
        )
        .requiring_token();
    ///`GET /ping`
    pub static PING: crate::Operation = crate::Operation::new(
            "ping",
            "GET",
            "/ping",
            "https://plex.tv/api/v2",
        )
        .accepting("application/json")
        .requiring_token();
    ///`POST /auth/jwk`
    pub static REGISTER_DEVICE_KEY: crate::Operation = crate::Operation::new(
            "registerDeviceKey",
            "POST",
            "/auth/jwk",
            "https://clients.plex.tv/api/v2",
        )
        .requiring_token();
    ///`DELETE /users/signout`
    pub static SIGN_OUT: crate::Operation = crate::Operation::new(
            "signOut",
            "DELETE",
            "/users/signout",
            "https://plex.tv/api/v2",
        )
        .requiring_token();
}
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///An access token that plex.tv has signed.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct AccessToken {
        ///A JWT, valid for seven days.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub auth_token: crate::Token,
    }
    ///A PIN and, once the user has agreed, the access token.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct AuthPinContainer {
        ///The user's access token; null until the user has agreed.
        #[serde(
            rename = "authToken",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub auth_token: ::std::option::Option<crate::Token>,
        ///The client identifier that created the PIN; only it can poll the PIN.
        #[serde(rename = "clientIdentifier")]
        #[serde(deserialize_with = "crate::lenient::read")]
        pub client_identifier: ::std::string::String,
        ///What the user types (four characters) or what the link carries (25 characters).
        #[serde(deserialize_with = "crate::lenient::read")]
        pub code: crate::PinCode,
        ///When the PIN was created, by plex.tv's clock (RFC 3339, UTC, with or without milliseconds).
        #[serde(rename = "createdAt")]
        #[serde(deserialize_with = "crate::lenient::read")]
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///When the PIN dies, by plex.tv's clock (RFC 3339, UTC, with or without milliseconds).
        #[serde(rename = "expiresAt")]
        #[serde(deserialize_with = "crate::lenient::read")]
        pub expires_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///How long the PIN still lives when the answer is written, in seconds.
        #[serde(rename = "expiresIn")]
        #[serde(deserialize_with = "crate::lenient::read")]
        pub expires_in: i64,
        ///The number under which the PIN is polled. It stays below 2^53 and does not grow with time.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub id: i64,
        ///Where plex.tv believes the request that created the PIN came from.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read_model")]
        pub location: ::std::option::Option<GeoData>,
        ///Whether the user made their Plex account in the course of this sign-in; null until the user has agreed.
        #[serde(
            rename = "newRegistration",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub new_registration: ::std::option::Option<bool>,
        ///The product name that the PIN was created with; `0` if there was none.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub product: ::std::option::Option<::std::string::String>,
        ///The address of the PIN's QR code as a PNG. It contains the code. Absent before 2023.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub qr: ::std::option::Option<crate::Secret>,
        ///Undocumented by Plex; false in every recording.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub trusted: ::std::option::Option<bool>,
    }
    ///One way to reach a device.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Connection {
        ///The host.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub address: ::std::option::Option<::std::string::String>,
        ///Whether the address is one of version 6.
        #[serde(rename = "IPv6", skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub i_pv6: ::std::option::Option<bool>,
        ///Whether it is within the device's own network.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub local: ::std::option::Option<bool>,
        ///The port.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub port: ::std::option::Option<i64>,
        ///http or https.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub protocol: ::std::option::Option<::std::string::String>,
        ///Whether it leads through Plex's relay.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub relay: ::std::option::Option<bool>,
        ///The whole address, to put paths behind.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub uri: ::std::option::Option<::std::string::String>,
    }
    ///What a PIN is bound to besides the client identifier.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct CreatePinBody {
        ///The public key of the device.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read_model")]
        pub jwk: ::std::option::Option<JsonWebKey>,
        ///The same as the parameter.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub strong: ::std::option::Option<bool>,
    }
    ///One reason.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ErrorItem {
        ///Plex's number of the error.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub code: i64,
        ///The error in English.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub message: ::std::option::Option<::std::string::String>,
        ///The HTTP status once more. Missing in code 1020.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub status: ::std::option::Option<i64>,
    }
    ///Why plex.tv refused a request.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct ErrorList {
        ///The reasons; in recordings always one.
        #[serde(deserialize_with = "crate::lenient::read_models")]
        pub errors: ::std::vec::Vec<ErrorItem>,
    }
    ///What the device has signed.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct ExchangeDeviceJwtBody {
        /**A JWT with the claims nonce, scope, aud (`plex.tv`), iss (the client identifier), iat and exp, signed with the
device key.
*/
        #[serde(deserialize_with = "crate::lenient::read")]
        pub jwt: crate::Secret,
    }
    ///A place, as derived from an internet address. Every part of it may be missing.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct GeoData {
        ///The city's name.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub city: ::std::option::Option<::std::string::String>,
        ///The country as a two-letter code (ISO 3166-1).
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub code: ::std::option::Option<::std::string::String>,
        ///The continent as a two-letter code.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub continent_code: ::std::option::Option<::std::string::String>,
        ///Latitude and longitude in degrees, separated by a comma.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub coordinates: ::std::option::Option<::std::string::String>,
        ///The country's name in English.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub country: ::std::option::Option<::std::string::String>,
        ///Whether the country is a member of the European Union.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub european_union_member: ::std::option::Option<bool>,
        ///Whether special privacy rules hold in the country.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub in_privacy_restricted_country: ::std::option::Option<bool>,
        ///Whether special privacy rules hold in the region.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub in_privacy_restricted_region: ::std::option::Option<bool>,
        ///The postal code. plex.tv sends a number when it looks like one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub postal_code: ::std::option::Option<::std::string::String>,
        ///The state or province.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub subdivisions: ::std::option::Option<::std::string::String>,
        ///The name of the time zone in the IANA database.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub time_zone: ::std::option::Option<::std::string::String>,
    }
    ///A public signing key (RFC 7517), as Plex's documentation of device keys shows it.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct JsonWebKey {
        ///The algorithm that the key signs with.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub alg: ::std::option::Option<::std::string::String>,
        ///The curve of the key.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub crv: ::std::option::Option<::std::string::String>,
        ///The exponent of an RSA key, in unpadded base64url.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub e: ::std::option::Option<::std::string::String>,
        ///The name of the key, chosen by the client.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub kid: ::std::string::String,
        ///The family of the key.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub kty: ::std::string::String,
        ///The modulus of an RSA key, in unpadded base64url.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub n: ::std::option::Option<::std::string::String>,
        ///What the key is for.
        #[serde(rename = "use", skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub use_: ::std::option::Option<::std::string::String>,
        ///The public key itself, in unpadded base64url.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub x: ::std::option::Option<::std::string::String>,
    }
    ///Public signing keys (RFC 7517, section 5).
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct JsonWebKeySet {
        ///The keys, in no particular order.
        #[serde(deserialize_with = "crate::lenient::read_models")]
        pub keys: ::std::vec::Vec<JsonWebKey>,
    }
    ///Which PIN to agree to.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct LinkPinBody {
        ///The code of the PIN.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub code: crate::PinCode,
    }
    ///Something to sign once.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Nonce {
        ///An opaque text; in Plex's documentation a UUID.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub nonce: ::std::string::String,
    }
    ///The answer to a ping.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Pong {
        ///Always true.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub pong: ::std::option::Option<bool>,
    }
    ///The key to register.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct RegisterDeviceKeyBody {
        ///The public key of the device.
        pub jwk: JsonWebKey,
    }
    /**A media server or another device of the user. Recorded in public projects; what is missing here, plex.tv may add.
*/
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Resource {
        ///The token to speak to this very device with; none where it takes none.
        #[serde(
            rename = "accessToken",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub access_token: ::std::option::Option<crate::Token>,
        ///What tells the device from every other.
        #[serde(
            rename = "clientIdentifier",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub client_identifier: ::std::option::Option<::std::string::String>,
        ///How it can be reached; try all of them.
        #[serde(default, skip_serializing_if = "::std::vec::Vec::is_empty")]
        #[serde(deserialize_with = "crate::lenient::read_models")]
        pub connections: ::std::vec::Vec<Connection>,
        ///When it was first seen.
        #[serde(
            rename = "createdAt",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub created_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///The kind of device.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub device: ::std::option::Option<::std::string::String>,
        ///Whether the network keeps names of private addresses from being looked up.
        #[serde(
            rename = "dnsRebindingProtection",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub dns_rebinding_protection: ::std::option::Option<bool>,
        ///Whether it belongs to the user's home.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub home: ::std::option::Option<bool>,
        ///Whether it refuses plain http.
        #[serde(
            rename = "httpsRequired",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub https_required: ::std::option::Option<bool>,
        ///When it was last seen.
        #[serde(
            rename = "lastSeenAt",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub last_seen_at: ::std::option::Option<
            ::chrono::DateTime<::chrono::offset::Utc>,
        >,
        ///The name that the device shows.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub name: ::std::option::Option<::std::string::String>,
        ///Whether its public address works from within its network.
        #[serde(
            rename = "natLoopbackSupported",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub nat_loopback_supported: ::std::option::Option<bool>,
        ///Whether it is the user's own.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub owned: ::std::option::Option<bool>,
        ///The number of the user who shares it; null for one's own.
        #[serde(
            rename = "ownerId",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub owner_id: ::std::option::Option<i64>,
        ///What the program runs on.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub platform: ::std::option::Option<::std::string::String>,
        ///The version of that.
        #[serde(
            rename = "platformVersion",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub platform_version: ::std::option::Option<::std::string::String>,
        ///Whether it is there now.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub presence: ::std::option::Option<bool>,
        ///The program that runs on it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub product: ::std::option::Option<::std::string::String>,
        ///The version of the program.
        #[serde(
            rename = "productVersion",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub product_version: ::std::option::Option<::std::string::String>,
        ///What it offers, separated by commas; `server` is a media server.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub provides: ::std::option::Option<::std::string::String>,
        ///The internet address that it is seen from.
        #[serde(
            rename = "publicAddress",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub public_address: ::std::option::Option<::std::string::String>,
        ///Whether it is seen from the same internet address as the caller.
        #[serde(
            rename = "publicAddressMatches",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub public_address_matches: ::std::option::Option<bool>,
        ///Whether it can be reached through Plex's relay.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub relay: ::std::option::Option<bool>,
        ///The name of the user who shares it; null for one's own.
        #[serde(
            rename = "sourceTitle",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub source_title: ::std::option::Option<::std::string::String>,
        ///Whether it is synced to.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub synced: ::std::option::Option<bool>,
    }
    ///A Plex Pass.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct Subscription {
        ///Whether it is paid for.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub active: ::std::option::Option<bool>,
        ///What was bought.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub plan: ::std::option::Option<::std::string::String>,
        ///The same in words.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub status: ::std::option::Option<::std::string::String>,
    }
    ///A user of Plex. Managed users and guests have neither name nor address of their own.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[non_exhaustive]
    pub struct User {
        ///Undocumented by Plex; null in recordings.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub anonymous: ::std::option::Option<bool>,
        ///The token that was sent.
        #[serde(
            rename = "authToken",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub auth_token: ::std::option::Option<crate::Token>,
        ///Whether the e-mail address is confirmed.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub confirmed: ::std::option::Option<bool>,
        ///The user's country as a two-letter code (ISO 3166-1).
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub country: ::std::option::Option<::std::string::String>,
        ///The e-mail address; empty or null for managed users.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub email: ::std::option::Option<::std::string::String>,
        ///Whether the user signs in by e-mail alone.
        #[serde(
            rename = "emailOnlyAuth",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub email_only_auth: ::std::option::Option<bool>,
        ///The name that the user chose to be shown by.
        #[serde(
            rename = "friendlyName",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub friendly_name: ::std::option::Option<::std::string::String>,
        ///Whether the user is a guest of the home.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub guest: ::std::option::Option<bool>,
        ///Whether the user has a password.
        #[serde(
            rename = "hasPassword",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub has_password: ::std::option::Option<bool>,
        ///Whether the user belongs to a home.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub home: ::std::option::Option<bool>,
        ///Whether the user administers the home.
        #[serde(
            rename = "homeAdmin",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub home_admin: ::std::option::Option<bool>,
        ///How many users the home has.
        #[serde(
            rename = "homeSize",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub home_size: ::std::option::Option<i64>,
        ///The number of the user.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub id: i64,
        ///When the account was made, in seconds since 1970.
        #[serde(
            rename = "joinedAt",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub joined_at: ::std::option::Option<i64>,
        ///The user's language as a language tag.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub locale: ::std::option::Option<::std::string::String>,
        ///How many users the home may have.
        #[serde(
            rename = "maxHomeSize",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub max_home_size: ::std::option::Option<i64>,
        ///Whether a PIN protects the user within their home.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub protected: ::std::option::Option<bool>,
        ///Whether the user is a managed one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub restricted: ::std::option::Option<bool>,
        ///The user's Plex Pass.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read_model")]
        pub subscription: ::std::option::Option<Subscription>,
        ///The address of the user's picture.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub thumb: ::std::option::Option<::std::string::String>,
        ///The name to show.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub title: ::std::option::Option<::std::string::String>,
        ///The name to sign in with; empty for managed users.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub username: ::std::option::Option<::std::string::String>,
        ///The user's other number, hexadecimal.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub uuid: ::std::string::String,
    }
}
/// The JSON Schema of every model, by its name.
#[cfg(feature = "schemars")]
pub fn schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
    ::std::vec![
        ("AccessToken", ::schemars::schema_for!(types::AccessToken)),
        ("AuthPinContainer", ::schemars::schema_for!(types::AuthPinContainer)),
        ("Connection", ::schemars::schema_for!(types::Connection)), ("CreatePinBody",
        ::schemars::schema_for!(types::CreatePinBody)), ("ErrorItem",
        ::schemars::schema_for!(types::ErrorItem)), ("ErrorList",
        ::schemars::schema_for!(types::ErrorList)), ("ExchangeDeviceJwtBody",
        ::schemars::schema_for!(types::ExchangeDeviceJwtBody)), ("GeoData",
        ::schemars::schema_for!(types::GeoData)), ("JsonWebKey",
        ::schemars::schema_for!(types::JsonWebKey)), ("JsonWebKeySet",
        ::schemars::schema_for!(types::JsonWebKeySet)), ("LinkPinBody",
        ::schemars::schema_for!(types::LinkPinBody)), ("Nonce",
        ::schemars::schema_for!(types::Nonce)), ("Pong",
        ::schemars::schema_for!(types::Pong)), ("RegisterDeviceKeyBody",
        ::schemars::schema_for!(types::RegisterDeviceKeyBody)), ("Resource",
        ::schemars::schema_for!(types::Resource)), ("Subscription",
        ::schemars::schema_for!(types::Subscription)), ("User",
        ::schemars::schema_for!(types::User))
    ]
}
