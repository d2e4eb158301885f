//! Which operation a request means.

use serde::{Deserialize, Serialize};

/// An operation of plex.tv that the emulator answers.
///
/// Faults and the record of requests name operations by it. In JSON each has the `operationId` that its
/// description begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Operation {
    /// `getPin`: `POST /api/v2/pins`
    #[serde(rename = "getPin")]
    CreatePin,
    /// `getTokenByPinId`: `GET /api/v2/pins/{id}`
    #[serde(rename = "getTokenByPinId")]
    GetPin,
    /// `linkPin`: `PUT /api/v2/pins/link`
    #[serde(rename = "linkPin")]
    LinkPin,
    /// `getPinQrCode`: `GET /api/v2/pins/qr/{code}`
    #[serde(rename = "getPinQrCode")]
    PinQrCode,
    /// `getTokenDetails`: `GET /api/v2/user`
    #[serde(rename = "getTokenDetails")]
    User,
    /// `signOut`: `DELETE /api/v2/users/signout`
    #[serde(rename = "signOut")]
    SignOut,
    /// `ping`: `GET /api/v2/ping`
    #[serde(rename = "ping")]
    Ping,
    /// `getGeoData`: `GET /api/v2/geoip`
    #[serde(rename = "getGeoData")]
    GeoIp,
    /// `getNonce`: `GET /api/v2/auth/nonce`
    #[serde(rename = "getNonce")]
    Nonce,
    /// `registerDeviceKey`: `POST /api/v2/auth/jwk`
    #[serde(rename = "registerDeviceKey")]
    RegisterJwk,
    /// `exchangeDeviceJwt`: `POST /api/v2/auth/token`
    #[serde(rename = "exchangeDeviceJwt")]
    ExchangeJwt,
    /// `getKeys`: `GET /api/v2/auth/keys`
    #[serde(rename = "getKeys")]
    Keys,
    /// `getResources`: `GET /api/v2/resources`
    #[serde(rename = "getResources")]
    Resources,
    /// `getDevices`: `GET /devices.xml`
    #[serde(rename = "getDevices")]
    Devices,
    /// `removeDevice`: `DELETE /devices/{id}.xml`
    #[serde(rename = "removeDevice")]
    RemoveDevice,
    /// `createPinXml`: `POST /pins.xml`
    #[serde(rename = "createPinXml")]
    LegacyCreatePin,
    /// `getPinXml`: `GET /pins/{id}.xml`
    #[serde(rename = "getPinXml")]
    LegacyGetPin,
    /// `getPublicIp`: `GET /:/ip`
    #[serde(rename = "getPublicIp")]
    PublicIp,
}

/// What a path offers: methods with their operations, and the path's parameter.
pub(crate) type Offer<'a> = (&'static [(&'static str, Operation)], &'a str);

/// Finds what the segments of a path stand for (`.json` is already taken off).
pub(crate) fn offer<'a>(segments: &[&'a str]) -> Option<Offer<'a>> {
    use Operation as Op;
    let offer: Offer<'a> = match segments {
        ["api", "v2", rest @ ..] => match rest {
            ["pins"] => (&[("POST", Op::CreatePin)], ""),
            ["pins", "link"] => (&[("PUT", Op::LinkPin)], ""),
            ["pins", "qr", code] => (&[("GET", Op::PinQrCode)], code),
            ["pins", id] => (&[("GET", Op::GetPin)], id),
            ["user"] => (&[("GET", Op::User)], ""),
            ["users", "signout"] => (&[("DELETE", Op::SignOut)], ""),
            ["ping"] => (&[("GET", Op::Ping)], ""),
            ["geoip"] => (&[("GET", Op::GeoIp)], ""),
            ["auth", "nonce"] => (&[("GET", Op::Nonce)], ""),
            ["auth", "jwk"] => (&[("POST", Op::RegisterJwk)], ""),
            ["auth", "token"] => (&[("POST", Op::ExchangeJwt)], ""),
            ["auth", "keys"] => (&[("GET", Op::Keys)], ""),
            ["resources"] => (&[("GET", Op::Resources)], ""),
            _ => return None,
        },
        ["devices.xml"] => (&[("GET", Op::Devices)], ""),
        ["devices", id] => (&[("DELETE", Op::RemoveDevice)], id.strip_suffix(".xml")?),
        ["pins.xml"] => (&[("POST", Op::LegacyCreatePin)], ""),
        ["pins", id] => (&[("GET", Op::LegacyGetPin)], id.strip_suffix(".xml")?),
        [":", "ip"] => (&[("GET", Op::PublicIp)], ""),
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
            (&[("GET", Operation::GetPin)][..], "42")
        );
    }

    #[test]
    fn legacy_paths_need_their_suffix() {
        assert_eq!(of("/pins/42.xml").unwrap().1, "42");
        assert_eq!(of("/pins/42"), None);
        assert_eq!(of("/devices/7.xml").unwrap().1, "7");
    }
}
