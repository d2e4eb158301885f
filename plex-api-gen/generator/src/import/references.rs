//! Finds the references to components in a value.

use std::fmt;

use serde_json::Value;

use super::spec::{entries, items};
use crate::document::{Pointer, for_each_object};

/// The section of a component in `components`, and its name there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id {
    pub(super) kind: String,
    pub(super) name: String,
}

impl Id {
    pub(super) fn new(kind: &str, name: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
        }
    }

    pub(super) fn place(&self) -> Pointer {
        Pointer::of(&["components", &self.kind, &self.name])
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

/// A reference in a value: a member of an object.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) object: Pointer,
    pub(super) key: String,
    pub(super) target: Target,
}

impl Reference {
    pub(super) fn place(&self) -> Pointer {
        self.object.join(&self.key)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Component(Id),
    /// A value of a discriminator's mapping: it may be the name of a schema.
    MaybeSchema(Id),
    /// A reference that cannot be copied: into another file, or to something that is not a component.
    Other(String),
}

impl Target {
    /// Reads `#/components/KIND/NAME`, perhaps with a path inside the component.
    fn new(reference: &str) -> Self {
        let keys = reference
            .strip_prefix('#')
            .map(|it| Pointer::from(it).keys());
        match keys.unwrap_or_default().as_slice() {
            [components, kind, name, ..] if components == "components" => {
                Self::Component(Id::new(kind, name))
            }
            _ => Self::Other(reference.to_owned()),
        }
    }
}

/// Returns the references in the value at `place`: each `$ref`, security requirement and discriminator mapping.
pub(super) fn references(value: &Value, place: &Pointer) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut add = |object: &Pointer, key: &str, target| {
        found.push(Reference {
            object: object.clone(),
            key: key.to_owned(),
            target,
        });
    };
    for_each_object(value, place, &mut |place, object| {
        if let Some(Value::String(text)) = object.get("$ref") {
            add(place, "$ref", Target::new(text));
        }
        let requirements = items(object.get("security")).iter().enumerate();
        for (index, requirement) in requirements {
            let place = place.join("security").index(index);
            for (name, _) in entries(Some(requirement)) {
                add(
                    &place,
                    name,
                    Target::Component(Id::new("securitySchemes", name)),
                );
            }
        }
        let mapping = object.get("discriminator").and_then(|it| it.get("mapping"));
        for (key, value) in entries(mapping) {
            let target = match value.as_str() {
                Some(text) if text.contains(['/', '#']) => Target::new(text),
                Some(name) => Target::MaybeSchema(Id::new("schemas", name)),
                None => continue,
            };
            add(&place.join("discriminator").join("mapping"), key, target);
        }
        // An example is data, but the whole of it may be a reference.
        for (name, example) in entries(object.get("examples")) {
            if let Some(Value::String(text)) = example.get("$ref") {
                add(
                    &place.join("examples").join(name),
                    "$ref",
                    Target::new(text),
                );
            }
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(value: Value) -> Vec<Target> {
        let found = references(&value, &Pointer::default());
        found
            .into_iter()
            .map(|reference| reference.target)
            .collect()
    }

    fn component(kind: &str, name: &str) -> Target {
        Target::Component(Id::new(kind, name))
    }

    #[test]
    fn references_are_found_wherever_they_have_a_meaning() {
        let value = json!({
            "a": [{"$ref": "#/components/schemas/A~1B/properties/x"}],
            "b": {"security": [{"t": []}, {"u": [], "v": []}]},
            "c": {"discriminator": {"mapping": {"b": "B", "c": "#/components/schemas/C", "d": "d/e.yaml"}}},
            "d": {"examples": {"x": {"$ref": "#/components/examples/E"}}},
            "e": {"$ref": "other.yaml"},
            "f": {"$ref": "#/paths/~1a/get"}
        });
        let expected = [
            component("schemas", "A/B"),
            component("securitySchemes", "t"),
            component("securitySchemes", "u"),
            component("securitySchemes", "v"),
            Target::MaybeSchema(Id::new("schemas", "B")),
            component("schemas", "C"),
            Target::Other(String::from("d/e.yaml")),
            component("examples", "E"),
            Target::Other(String::from("other.yaml")),
            Target::Other(String::from("#/paths/~1a/get")),
        ];
        assert_eq!(found(value), expected);
    }

    #[test]
    fn properties_may_be_called_like_keywords_and_data_has_no_references() {
        let no = json!({"$ref": "#/components/schemas/No"});
        let value = json!({
            "properties": {
                "example": {"$ref": "#/components/schemas/A"},
                "$ref": {"type": "string"},
                "security": {"type": "string"}
            },
            "example": no, "enum": [no], "examples": {"x": {"value": no}}
        });
        assert_eq!(found(value), [component("schemas", "A")]);
        assert_eq!(found(json!({"examples": [no]})), []);
    }

    #[test]
    fn the_rest_of_an_example_is_data() {
        let example = json!({"value": {"$ref": "#/components/schemas/No"}});
        assert_eq!(found(json!({"examples": {"x": example}})), []);
    }
}
