//! Where a caller is.

use crate::render::Node;

/// The eleven fields of a location; everybody who asks the emulator is in one town.
pub(super) fn location() -> Node {
    Node::Object(vec![
        ("code", Node::text("NL")),
        ("european_union_member", Node::Bool(true)),
        ("continent_code", Node::text("EU")),
        ("country", Node::text("The Netherlands")),
        ("city", Node::text("Utrecht")),
        ("time_zone", Node::text("Europe/Amsterdam")),
        ("postal_code", Node::text("3511")),
        ("in_privacy_restricted_country", Node::Bool(true)),
        ("in_privacy_restricted_region", Node::Bool(true)),
        ("subdivisions", Node::text("Utrecht")),
        ("coordinates", Node::text("52.0908, 5.1222")),
    ])
}
