//! PINs as legacy XML: `POST /pins.xml` and `GET /pins/{id}.xml`.

use hyper::StatusCode;

use crate::call::Call;
use crate::render::{Format, escape_into};
use crate::reply::{ApiError, Reply};
use crate::state::{Pin, PinState, State};
use crate::user::User;

/// `POST /pins.xml`: creates a PIN with a short code.
pub(super) fn create(call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let pin = super::pins::make(false, call, state)?;
    let xml = describe(pin, &[]);
    Ok(Reply {
        status: StatusCode::CREATED,
        ..Reply::bytes(Format::Xml.content_type(), xml)
    })
}

/// `GET /pins/{id}.xml`
pub(super) fn get(id: &str, call: &Call<'_>, state: &mut State) -> Result<Reply, ApiError> {
    let id = super::pins::own(id, call, state)?;
    let pin = state.pins.get(id, state.now());
    let pin = pin.ok_or_else(ApiError::code_not_found)?;
    let xml = describe(pin, &state.accounts.users);
    super::pins::read(id, state);
    Ok(Reply::bytes(Format::Xml.content_type(), xml))
}

/// Writes the recorded elements, in the style of Ruby on Rails.
fn describe(pin: &Pin, users: &[User]) -> String {
    let user = match &pin.state {
        PinState::Claimed { user, .. } => users.get(*user).map(|user| user.id.to_string()),
        PinState::Pending | PinState::Declined => None,
    };
    let token = pin.token();
    let elements = [
        ("expires-at", "dateTime", Some(pin.expires_at.rfc3339())),
        ("id", "integer", Some(pin.id.to_string())),
        ("code", "", Some(pin.code.clone())),
        ("user-id", "integer", user),
        (
            "client-identifier",
            "",
            Some(pin.app.client_identifier.clone()),
        ),
        ("trusted", "boolean", Some("false".to_owned())),
        ("auth-token", "", token.map(str::to_owned)),
        ("auth_token", "", token.map(str::to_owned)),
    ];
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pin>\n");
    for (name, kind, value) in elements {
        xml.push_str("  <");
        xml.push_str(name);
        if !kind.is_empty() {
            xml.push_str(&format!(" type=\"{kind}\""));
        }
        match value {
            Some(value) => {
                xml.push('>');
                escape_into(&value, &mut xml);
                xml.push_str(&format!("</{name}>\n"));
            }
            None => xml.push_str(" nil=\"true\"/>\n"),
        }
    }
    xml.push_str("</pin>\n");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::state::AppInfo;
    use std::time::Duration;

    #[test]
    fn a_pending_pin_has_nil_elements() {
        let now = Clock::new().now();
        let pin = Pin {
            id: 42,
            code: "7RQZ".to_owned(),
            app: AppInfo {
                client_identifier: "a&b".to_owned(),
                ..AppInfo::default()
            },
            jwk: None,
            created_at: now,
            expires_at: now.plus(Duration::from_secs(900)),
            state: PinState::Pending,
        };
        let xml = describe(&pin, &[]);
        assert!(xml.contains("<id type=\"integer\">42</id>"), "{xml}");
        assert!(
            xml.contains("<client-identifier>a&amp;b</client-identifier>"),
            "{xml}"
        );
        assert!(xml.contains("<auth-token nil=\"true\"/>"), "{xml}");
        assert!(xml.contains("<auth_token nil=\"true\"/>"), "{xml}");
    }
}
