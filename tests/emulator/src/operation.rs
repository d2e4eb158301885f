//! Which operation a request means.

use serde::{Deserialize, Serialize};

/// An operation of plex.tv that the emulator answers.
///
/// Faults and the record of requests name operations by it. In JSON each has the `operationId` that its
/// description begins with.
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
}

/// What a path offers: methods with their operations, and the path's parameter.
pub(crate) type Offer<'a> = (&'static [(&'static str, Operation)], &'a str);

/// Finds what the segments of a path stand for (`.json` is already taken off).
pub(crate) fn offer<'a>(segments: &[&'a str]) -> Option<Offer<'a>> {
    use Operation as Op;
    let offer: Offer<'a> = match segments {
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
            _ => return None,
        },
        ["devices.xml"] => (&[("GET", Op::GetDevices)], ""),
        ["devices", id] => (&[("DELETE", Op::RemoveDevice)], id.strip_suffix(".xml")?),
        ["pins.xml"] => (&[("POST", Op::CreatePinXml)], ""),
        ["pins", id] => (&[("GET", Op::GetPinXml)], id.strip_suffix(".xml")?),
        [":", "ip"] => (&[("GET", Op::GetPublicIp)], ""),
        _ => return None,
    };
    Some(offer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Option<Offer<'_>> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        offer(&segments)
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
    fn legacy_paths_need_their_suffix() {
        assert_eq!(of("/pins/42.xml").unwrap().1, "42");
        assert_eq!(of("/pins/42"), None);
        assert_eq!(of("/devices/7.xml").unwrap().1, "7");
    }
}
