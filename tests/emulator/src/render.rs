//! The content of a response, written as JSON or XML.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::clock::Timestamp;

/// The format of a response: XML, unless the request asks for JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Xml,
}

impl Format {
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "application/xml; charset=utf-8",
        }
    }
}

/// A value that can be written in both formats. Its fields keep their order.
///
/// In XML, the scalars of an object become attributes; nested objects and arrays become elements.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Int(i64),
    String(String),
    /// A date: RFC 3339 in JSON, `2024-06-20 06:55:56 UTC` in XML.
    Time(Timestamp),
    Object(Vec<(&'static str, Node)>),
    /// The name of an item's element in XML, and the items.
    Array(&'static str, Vec<Node>),
    /// Like `Array`, but in XML without an element around the items.
    Elements(&'static str, Vec<Node>),
    /// A string that is the content of an element in XML, with its attribute `type` unless that is empty.
    Text(&'static str, String),
    /// The value that a fault has set.
    Json(serde_json::Value),
}

impl Node {
    /// Sets the value of a field or, without a value, removes the field; `a.b` names a nested field.
    pub(crate) fn change(&mut self, path: &str, value: Option<&serde_json::Value>) {
        let Self::Object(fields) = self else { return };
        let (name, rest) = match path.split_once('.') {
            Some((name, rest)) => (name, Some(rest)),
            None => (path, None),
        };
        let Some(at) = fields.iter().position(|(key, _)| *key == name) else {
            return;
        };
        match (rest, value) {
            (Some(rest), value) => fields[at].1.change(rest, value),
            (None, Some(value)) => fields[at].1 = Self::Json(value.clone()),
            (None, None) => drop(fields.remove(at)),
        }
    }

    pub(crate) fn string(value: impl Into<String>) -> Self {
        Self::String(value.into())
    }

    pub(crate) fn id(id: u64) -> Self {
        Self::Int(i64::try_from(id).unwrap_or(i64::MAX))
    }

    pub(crate) fn number(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }

    pub(crate) fn optional(value: Option<&str>) -> Self {
        value.map_or(Self::Null, Self::string)
    }

    pub(crate) fn write(&self, root: &str, format: Format) -> String {
        match format {
            // Serialization of a node cannot fail: its keys are strings.
            Format::Json => serde_json::to_string(self).unwrap_or_default(),
            Format::Xml => {
                let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
                self.write_xml(root, &mut xml);
                xml.push('\n');
                xml
            }
        }
    }

    fn write_xml(&self, name: &str, xml: &mut String) {
        if let Self::Elements(item, items) = self {
            for value in items {
                value.write_xml(item, xml);
            }
            return;
        }
        xml.push('<');
        xml.push_str(name);
        if let Self::Text(kind, text) = self {
            if !kind.is_empty() {
                push_attribute("type", kind, xml);
            }
            xml.push('>');
            escape_into(text, xml);
            push_end(name, xml);
            return;
        }
        let children = match self {
            Self::Object(fields) => {
                for (key, value) in fields {
                    if let Some(text) = value.xml_scalar() {
                        push_attribute(key, &text, xml);
                    }
                }
                fields
                    .iter()
                    .filter(|(_, value)| value.xml_scalar().is_none())
                    .map(|(key, value)| (*key, value))
                    .collect()
            }
            Self::Array(item, items) => items.iter().map(|value| (*item, value)).collect(),
            scalar => {
                push_attribute("id", &scalar.xml_scalar().unwrap_or_default(), xml);
                Vec::new()
            }
        };
        if children.is_empty() {
            xml.push_str("/>");
            return;
        }
        xml.push('>');
        for (key, value) in children {
            value.write_xml(key, xml);
        }
        push_end(name, xml);
    }

    /// The value of an attribute: booleans are `1` and `0`, null is the empty string.
    fn xml_scalar(&self) -> Option<String> {
        match self {
            Self::Null => Some(String::new()),
            Self::Bool(value) => Some(u8::from(*value).to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::String(text) => Some(text.clone()),
            Self::Time(time) => Some(time.spaced()),
            Self::Json(serde_json::Value::String(text)) => Some(text.clone()),
            Self::Json(value) => Some(value.to_string()),
            Self::Object(_) | Self::Array(..) | Self::Elements(..) | Self::Text(..) => None,
        }
    }
}

fn push_end(name: &str, xml: &mut String) {
    xml.push_str("</");
    xml.push_str(name);
    xml.push('>');
}

fn push_attribute(name: &str, value: &str, xml: &mut String) {
    xml.push(' ');
    xml.push_str(name);
    xml.push_str("=\"");
    escape_into(value, xml);
    xml.push('"');
}

/// Escapes a string for an attribute or an element; drops characters that XML 1.0 does not allow.
pub(crate) fn escape_into(text: &str, xml: &mut String) {
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\t' => xml.push_str("&#9;"),
            '\n' => xml.push_str("&#10;"),
            '\r' => xml.push_str("&#13;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            other => xml.push(other),
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => serializer.serialize_i64(*value),
            Self::String(text) | Self::Text(_, text) => serializer.serialize_str(text),
            Self::Time(time) => serializer.serialize_str(&time.rfc3339()),
            Self::Json(value) => value.serialize(serializer),
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Array(_, items) | Self::Elements(_, items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Node {
        Node::Object(vec![
            ("id", Node::Int(42)),
            ("authToken", Node::Null),
            ("trusted", Node::Bool(false)),
            ("product", Node::string("A <\"&\u{1}> B")),
            ("location", Node::Object(vec![("code", Node::string("NL"))])),
            (
                "features",
                Node::Array("feature", vec![Node::string("home")]),
            ),
            ("entitlements", Node::Array("entitlement", vec![])),
        ])
    }

    #[test]
    fn json_keeps_types_and_order() {
        assert_eq!(
            sample().write("pin", Format::Json),
            r#"{"id":42,"authToken":null,"trusted":false,"product":"A <\"&\u0001> B","location":{"code":"NL"},"features":["home"],"entitlements":[]}"#
        );
    }

    #[test]
    fn a_field_can_be_changed_or_removed() {
        let mut node = sample();
        node.change("id", Some(&serde_json::json!("42")));
        node.change("location.code", Some(&serde_json::json!([1])));
        node.change("product", None);
        node.change("location.city.name", None);
        node.change("unknown", None);
        assert_eq!(
            node.write("pin", Format::Json),
            r#"{"id":"42","authToken":null,"trusted":false,"location":{"code":[1]},"features":["home"],"entitlements":[]}"#
        );
        assert!(
            node.write("pin", Format::Xml)
                .contains("<location code=\"[1]\"/>")
        );
    }

    #[test]
    fn xml_has_attributes_for_scalars_and_elements_for_the_rest() {
        assert_eq!(
            sample().write("pin", Format::Xml),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pin id=\"42\" authToken=\"\" trusted=\"0\" product=\"A &lt;&quot;&amp;&gt; B\"><location code=\"NL\"/><features><feature id=\"home\"/></features><entitlements/></pin>\n"
        );
    }

    #[test]
    fn elements_and_texts_stand_in_their_object() {
        let node = Node::Object(vec![
            ("size", Node::Int(2)),
            (
                "Device",
                Node::Elements("Device", vec![Node::string("a"), Node::string("b")]),
            ),
            ("username", Node::Text("", "<ada>".to_owned())),
            ("joined-at", Node::Text("datetime", "now".to_owned())),
        ]);
        assert_eq!(
            node.write("user", Format::Json),
            r#"{"size":2,"Device":["a","b"],"username":"<ada>","joined-at":"now"}"#
        );
        let xml = node.write("user", Format::Xml);
        let (_, xml) = xml.split_once('\n').unwrap();
        assert_eq!(
            xml,
            "<user size=\"2\"><Device id=\"a\"/><Device id=\"b\"/><username>&lt;ada&gt;</username><joined-at type=\"datetime\">now</joined-at></user>\n"
        );
    }
}
