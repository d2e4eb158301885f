//! The operations, and the paths that lead to them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An operation of plex.tv, or of a media server, that the emulator supports.
///
/// Selects the requests of a fault, and names those in the record. In JSON, and by `Display`, each has the
/// `operationId` at the beginning of its description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Operation {
    /// `getPin`: `POST /api/v2/pins`
    GetPin,
    /// `getTokenByPinId`: `GET /api/v2/pins/{id}`
    GetTokenByPinId,
    /// `linkPin`: `PUT /api/v2/pins/link`
    LinkPin,
    /// `getPinQrCode`: `GET /api/v2/pins/qr/{code}`
    GetPinQrCode,
    /// `getTokenDetails`: `GET /api/v2/user`
    GetTokenDetails,
    /// `signOut`: `DELETE /api/v2/users/signout`
    SignOut,
    /// `ping`: `GET /api/v2/ping`
    Ping,
    /// `getGeoData`: `GET /api/v2/geoip`
    GetGeoData,
    /// `getNonce`: `GET /api/v2/auth/nonce`
    GetNonce,
    /// `registerDeviceKey`: `POST /api/v2/auth/jwk`
    RegisterDeviceKey,
    /// `exchangeDeviceJwt`: `POST /api/v2/auth/token`
    ExchangeDeviceJwt,
    /// `getKeys`: `GET /api/v2/auth/keys`
    GetKeys,
    /// `getResources`: `GET /api/v2/resources`
    GetResources,
    /// `getHomeUsers`: `GET /api/v2/home/users`
    GetHomeUsers,
    /// `switchHomeUser`: `POST /api/v2/home/users/{uuid}/switch`
    SwitchHomeUser,
    /// `getHomeUsersXml`: `GET /api/home/users`
    GetHomeUsersXml,
    /// `getUsersXml`: `GET /api/users`
    GetUsersXml,
    /// `switchHomeUserXml`: `POST /api/home/users/{id}/switch`
    SwitchHomeUserXml,
    /// `getDevices`: `GET /devices.xml`
    GetDevices,
    /// `removeDevice`: `DELETE /devices/{id}.xml`
    RemoveDevice,
    /// `createPinXml`: `POST /pins.xml`
    CreatePinXml,
    /// `getPinXml`: `GET /pins/{id}.xml`
    GetPinXml,
    /// `getPublicIp`: `GET /:/ip`
    GetPublicIp,
    /// `getAccountXml`: `GET /users/account`
    GetAccountXml,
    /// `getAccountJson`: `GET /users/account.json`
    GetAccountJson,
    /// `signInXml`: `POST /users/sign_in.xml`, with a token
    SignInXml,
    /// `getResourcesXml`: `GET /api/resources`
    GetResourcesXml,
    /// `getAvatar`: `GET /users/{uuid}/avatar`
    GetAvatar,
    /// `getIdentity`: `GET /identity` of a media server
    #[serde(rename = "getIdentity")]
    GetServerIdentity,
    /// `getServerRoot`: `GET /` of a media server
    GetServerRoot,
    /// `getLibrary`: `GET /library` of a media server, for its owner only
    GetLibrary,
    /// `getSections`: `GET /library/sections` of a media server
    #[serde(rename = "getSections")]
    GetLibrarySections,
    /// `getLibraryItems`: `GET /library/sections/{key}/all` of a media server
    GetLibraryItems,
    /// `getThumb`: `GET /library/metadata/{key}/thumb/{version}` of a media server
    GetThumb,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// The methods of a path with their operations, and the path's parameter.
pub(crate) type Endpoint<'a> = (&'static [(&'static str, Operation)], &'a str);

/// Finds the endpoint of a path, given by its segments without `.json`.
pub(crate) fn endpoint<'a>(segments: &[&'a str]) -> Option<Endpoint<'a>> {
    use Operation as Op;
    let endpoint: Endpoint<'a> = match segments {
        ["api", "v2", rest @ ..] => match rest {
            ["pins"] => (&[("POST", Op::GetPin)], ""),
            ["pins", "link"] => (&[("PUT", Op::LinkPin)], ""),
            ["pins", "qr", code] => (&[("GET", Op::GetPinQrCode)], code),
            ["pins", id] => (&[("GET", Op::GetTokenByPinId)], id),
            ["user"] => (&[("GET", Op::GetTokenDetails)], ""),
            ["users", "signout"] => (&[("DELETE", Op::SignOut)], ""),
            ["ping"] => (&[("GET", Op::Ping)], ""),
            ["geoip"] => (&[("GET", Op::GetGeoData)], ""),
            ["auth", "nonce"] => (&[("GET", Op::GetNonce)], ""),
            ["auth", "jwk"] => (&[("POST", Op::RegisterDeviceKey)], ""),
            ["auth", "token"] => (&[("POST", Op::ExchangeDeviceJwt)], ""),
            ["auth", "keys"] => (&[("GET", Op::GetKeys)], ""),
            ["resources"] => (&[("GET", Op::GetResources)], ""),
            ["home", "users"] => (&[("GET", Op::GetHomeUsers)], ""),
            ["home", "users", uuid, "switch"] => (&[("POST", Op::SwitchHomeUser)], uuid),
            _ => return None,
        },
        ["api", "resources" | "resources.xml"] => (&[("GET", Op::GetResourcesXml)], ""),
        ["api", "home", "users"] => (&[("GET", Op::GetHomeUsersXml)], ""),
        ["api", "users"] => (&[("GET", Op::GetUsersXml)], ""),
        ["api", "home", "users", id, "switch"] => (&[("POST", Op::SwitchHomeUserXml)], id),
        ["users", "account" | "account.xml"] => (&[("GET", Op::GetAccountXml)], ""),
        ["users", "account.json"] => (&[("GET", Op::GetAccountJson)], ""),
        ["users", "sign_in.xml"] => (&[("POST", Op::SignInXml)], ""),
        ["users", uuid, "avatar"] => (&[("GET", Op::GetAvatar)], uuid),
        ["devices.xml"] => (&[("GET", Op::GetDevices)], ""),
        ["devices", id] => (&[("DELETE", Op::RemoveDevice)], id.strip_suffix(".xml")?),
        ["pins.xml"] => (&[("POST", Op::CreatePinXml)], ""),
        ["pins", id] => (&[("GET", Op::GetPinXml)], id.strip_suffix(".xml")?),
        [":", "ip"] => (&[("GET", Op::GetPublicIp)], ""),
        _ => return None,
    };
    Some(endpoint)
}

/// Finds the endpoint of a path of a media server.
pub(crate) fn media_server_endpoint<'a>(segments: &[&'a str]) -> Option<Endpoint<'a>> {
    use Operation as Op;
    let endpoint: Endpoint<'a> = match segments {
        [] => (&[("GET", Op::GetServerRoot)], ""),
        ["identity"] => (&[("GET", Op::GetServerIdentity)], ""),
        ["library"] => (&[("GET", Op::GetLibrary)], ""),
        ["library", "sections"] => (&[("GET", Op::GetLibrarySections)], ""),
        ["library", "sections", key, "all"] => (&[("GET", Op::GetLibraryItems)], key),
        ["library", "metadata", key, "thumb", _] => (&[("GET", Op::GetThumb)], key),
        _ => return None,
    };
    Some(endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Option<Endpoint<'_>> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        endpoint(&segments)
    }

    #[test]
    fn a_fixed_path_wins_over_one_with_a_parameter() {
        assert_eq!(of("/api/v2/pins/link").unwrap().0[0].1, Operation::LinkPin);
        assert_eq!(
            of("/api/v2/pins/42").unwrap(),
            (&[("GET", Operation::GetTokenByPinId)][..], "42")
        );
    }

    #[test]
    fn an_operation_is_shown_by_its_operation_id() {
        assert_eq!(Operation::GetTokenByPinId.to_string(), "getTokenByPinId");
    }

    #[test]
    fn legacy_paths_need_their_suffix() {
        assert_eq!(of("/pins/42.xml").unwrap().1, "42");
        assert_eq!(of("/pins/42"), None);
        assert_eq!(of("/devices/7.xml").unwrap().1, "7");
    }
}
