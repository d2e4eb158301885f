// @generated from openapi/plex.yaml by `cargo xtask codegen`; do not edit.
// SHA-256 of the spec: baa8b801a11ffdb41ff6cd41ba4a50cf8812e02cfd1705213c5ecba7e4faf218

#[allow(unused_imports)]
use progenitor_client::{encode_path, RequestBuilderExt};
#[allow(unused_imports)]
use crate::RequestBodyExt;
/// The generated client: one method for each operation of the spec.
///
/// It adds to every request what belongs to the client: the identity headers, and the access token on exactly
/// those operations whose `security` asks for it. A clone is cheap and shares the connections.
#[derive(Clone, Debug)]
pub struct Client {
    transport: crate::Transport,
}
impl Client {
    /// A client over a transport, which holds the address, the identity and the token.
    pub fn new(transport: crate::Transport) -> Self {
        Self { transport }
    }
    /// What the requests are sent with.
    pub fn transport(&self) -> &crate::Transport {
        &self.transport
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
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = format!(
                "{}/pins", self.transport.base_url(& operations::GET_PIN),
            );
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
            let url = format!(
                "{}/pins/link", self.transport.base_url(& operations::LINK_PIN),
            );
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
            let url = format!(
                "{}/pins/qr/{}", self.transport.base_url(& operations::GET_PIN_QR_CODE),
                encode_path(& code.to_string()),
            );
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
*/
    pub async fn get_token_by_pin_id<'a>(
        &'a self,
        pin_id: i64,
    ) -> Result<types::AuthPinContainer, crate::Error> {
        let request = (|| -> Result<::reqwest::Request, ::progenitor_client::Error<()>> {
            let url = format!(
                "{}/pins/{}", self.transport.base_url(& operations::GET_TOKEN_BY_PIN_ID),
                encode_path(& pin_id.to_string()),
            );
            #[allow(unused_mut)]
            let mut request = self.transport.http().get(url).build()?;
            Ok(request)
        })();
        self.transport.json(&operations::GET_TOKEN_BY_PIN_ID, request).await
    }
}
/// What the spec says of each operation beside its arguments and its answer.
pub mod operations {
    /// The server that the spec names first.
    pub const SERVER: &str = "https://plex.tv/api/v2";
    /// Every operation of the spec.
    pub static ALL: &[&crate::Operation] = &[
        &GET_PIN,
        &GET_PIN_QR_CODE,
        &GET_TOKEN_BY_PIN_ID,
        &LINK_PIN,
    ];
    ///`POST /pins`
    pub static GET_PIN: crate::Operation = crate::Operation {
        id: "getPin",
        method: "POST",
        path: "/pins",
        server: "https://plex.tv/api/v2",
        accept: ::std::option::Option::Some("application/json"),
        token: false,
    };
    ///`GET /pins/qr/{code}`
    pub static GET_PIN_QR_CODE: crate::Operation = crate::Operation {
        id: "getPinQrCode",
        method: "GET",
        path: "/pins/qr/{code}",
        server: "https://plex.tv/api/v2",
        accept: ::std::option::Option::Some("image/png"),
        token: false,
    };
    ///`GET /pins/{pinID}`
    pub static GET_TOKEN_BY_PIN_ID: crate::Operation = crate::Operation {
        id: "getTokenByPinId",
        method: "GET",
        path: "/pins/{pinID}",
        server: "https://plex.tv/api/v2",
        accept: ::std::option::Option::Some("application/json"),
        token: false,
    };
    ///`PUT /pins/link`
    pub static LINK_PIN: crate::Operation = crate::Operation {
        id: "linkPin",
        method: "PUT",
        path: "/pins/link",
        server: "https://plex.tv/api/v2",
        accept: ::std::option::Option::None,
        token: true,
    };
}
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    ///A PIN and, once the user has agreed, the access token.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
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
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///When the PIN dies, by plex.tv's clock (RFC 3339, UTC, with or without milliseconds).
        #[serde(rename = "expiresAt")]
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
    ///What a PIN is bound to besides the client identifier.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct CreatePinBody {
        ///The public key of the device.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub jwk: ::std::option::Option<JsonWebKey>,
    }
    ///One reason.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
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
    pub struct ErrorList {
        ///The reasons; in recordings always one.
        pub errors: ::std::vec::Vec<ErrorItem>,
    }
    ///A place, as derived from an internet address. Every part of it may be missing.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug, Default)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
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
        #[serde(deserialize_with = "crate::lenient::read")]
        pub alg: ::std::string::String,
        ///The curve of the key.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub crv: ::std::string::String,
        ///The name of the key, chosen by the client.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub kid: ::std::string::String,
        ///The family of the key.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub kty: ::std::string::String,
        ///What the key is for.
        #[serde(rename = "use", skip_serializing_if = "::std::option::Option::is_none")]
        #[serde(default, deserialize_with = "crate::lenient::read")]
        pub use_: ::std::option::Option<::std::string::String>,
        ///The public key itself, in unpadded base64url.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub x: ::std::string::String,
    }
    ///Which PIN to agree to.
    #[derive(::serde::Deserialize, ::serde::Serialize, Clone, Debug)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    pub struct LinkPinBody {
        ///The code of the PIN.
        #[serde(deserialize_with = "crate::lenient::read")]
        pub code: crate::PinCode,
    }
}
/// The JSON Schema of every model, by its name.
#[cfg(feature = "schemars")]
pub fn schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
    ::std::vec![
        ("AuthPinContainer", ::schemars::schema_for!(types::AuthPinContainer)),
        ("CreatePinBody", ::schemars::schema_for!(types::CreatePinBody)), ("ErrorItem",
        ::schemars::schema_for!(types::ErrorItem)), ("ErrorList",
        ::schemars::schema_for!(types::ErrorList)), ("GeoData",
        ::schemars::schema_for!(types::GeoData)), ("JsonWebKey",
        ::schemars::schema_for!(types::JsonWebKey)), ("LinkPinBody",
        ::schemars::schema_for!(types::LinkPinBody))
    ]
}
