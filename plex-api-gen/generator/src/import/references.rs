//! Finds and renames the references to components in a value.

use serde_json::Value;

use super::spec::pointer;

/// The sections of `components`.
const KINDS: [&str; 10] = [
    "schemas",
    "parameters",
    "responses",
    "requestBodies",
    "headers",
    "examples",
    "securitySchemes",
    "links",
    "callbacks",
    "pathItems",
];

/// Keys whose values are objects with names as their keys: a name may look like a keyword.
const NAMED: [&str; 12] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
    "responses",
    "headers",
    "content",
    "encoding",
    "links",
    "callbacks",
    "variables",
];

/// Keys whose values are data of the API, in which `$ref` has no meaning.
const DATA: [&str; 4] = ["example", "default", "const", "enum"];

/// A reference in a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) target: Target,
    /// The JSON pointer of the reference.
    pub(super) place: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A component, by its kind and name.
    Component(String, String),
    /// A value of a discriminator's mapping: it may be the name of a schema.
    MaybeSchema(String),
    /// A reference that cannot be copied: into another file, or to something that is not a component.
    Other(String),
}

/// Calls `found` for every reference in a value at `place`, which is a component of the given kind or part of an operation.
///
/// If `found` returns a name, the reference is changed to it.
pub(super) fn visit(
    value: &mut Value,
    place: &str,
    kind: &str,
    found: &mut dyn FnMut(Reference) -> Option<String>,
) {
    let mut visitor = Visitor { found };
    match kind {
        "examples" => visitor.example(value, place),
        _ => visitor.value(value, place, false),
    }
}

struct Visitor<'a> {
    found: &'a mut dyn FnMut(Reference) -> Option<String>,
}

impl Visitor<'_> {
    fn value(&mut self, value: &mut Value, place: &str, keys_are_names: bool) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.value(item, &pointer(place, &index.to_string()), false);
                }
            }
            Value::Object(entries) => {
                for (key, value) in entries {
                    let place = pointer(place, key);
                    match key.as_str() {
                        _ if keys_are_names => self.value(value, &place, false),
                        "$ref" if value.is_string() => self.pointer(value, &place),
                        "security" if value.is_array() => self.security(value, &place),
                        "discriminator" => self.discriminator(value, &place),
                        "examples" => {
                            for (name, example) in value.as_object_mut().into_iter().flatten() {
                                self.example(example, &pointer(&place, name));
                            }
                        }
                        key if DATA.contains(&key) => {}
                        key => {
                            let named = NAMED.contains(&key);
                            self.value(value, &place, named);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// An example is data, but the whole of it may be a reference.
    fn example(&mut self, example: &mut Value, place: &str) {
        if let Some(reference) = example.get_mut("$ref") {
            self.pointer(reference, &pointer(place, "$ref"));
        }
    }

    /// The keys of a security requirement are names of security schemes.
    fn security(&mut self, requirements: &mut Value, place: &str) {
        for (index, requirement) in requirements
            .as_array_mut()
            .into_iter()
            .flatten()
            .enumerate()
        {
            let Some(requirement) = requirement.as_object_mut() else {
                continue;
            };
            let place = pointer(place, &index.to_string());
            for (name, scopes) in std::mem::take(requirement) {
                let target = Target::Component(String::from("securitySchemes"), name.clone());
                let new = self.found(target, &pointer(&place, &name));
                requirement.insert(new.unwrap_or(name), scopes);
            }
        }
    }

    fn discriminator(&mut self, discriminator: &mut Value, place: &str) {
        let place = pointer(place, "mapping");
        let mapping = discriminator
            .get_mut("mapping")
            .and_then(Value::as_object_mut);
        for (key, value) in mapping.into_iter().flatten() {
            let place = pointer(&place, key);
            match value.as_str() {
                Some(text) if text.contains(['/', '#']) => self.pointer(value, &place),
                Some(name) => {
                    if let Some(new) = self.found(Target::MaybeSchema(name.to_owned()), &place) {
                        *value = Value::from(new);
                    }
                }
                None => {}
            }
        }
    }

    /// `#/components/KIND/NAME`, perhaps with a path inside the component.
    fn pointer(&mut self, reference: &mut Value, place: &str) {
        let text = reference.as_str().unwrap_or_default();
        let component = text
            .strip_prefix("#/components/")
            .and_then(|rest| rest.split_once('/'))
            .filter(|(kind, name)| KINDS.contains(kind) && !name.is_empty());
        let Some((kind, name)) = component else {
            self.found(Target::Other(text.to_owned()), place);
            return;
        };
        let (name, inside) = name.split_at(name.find('/').unwrap_or(name.len()));
        let target = Target::Component(kind.to_owned(), unescaped(name));
        if let Some(new) = self.found(target, place) {
            *reference = Value::from(format!("#/components/{kind}/{new}{inside}"));
        }
    }

    fn found(&mut self, target: Target, place: &str) -> Option<String> {
        let place = place.to_owned();
        (self.found)(Reference { target, place })
    }
}

/// The key that a step of a JSON pointer stands for (RFC 6901).
pub(super) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(mut value: Value) -> Vec<Target> {
        let mut targets = Vec::new();
        visit(&mut value, "", "", &mut |reference| {
            targets.push(reference.target);
            None
        });
        targets
    }

    fn component(kind: &str, name: &str) -> Target {
        Target::Component(kind.to_owned(), name.to_owned())
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
            Target::MaybeSchema(String::from("B")),
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
    fn references_are_renamed_in_every_form() {
        let mut value = json!({
            "a": {"$ref": "#/components/schemas/A/properties/x"},
            "security": [{"A": ["scope"]}],
            "discriminator": {"mapping": {"a": "A"}}
        });
        visit(&mut value, "", "", &mut |_| Some(String::from("B")));
        let expected = json!({
            "a": {"$ref": "#/components/schemas/B/properties/x"},
            "security": [{"B": ["scope"]}],
            "discriminator": {"mapping": {"a": "B"}}
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn the_rest_of_an_example_is_data() {
        let mut value = json!({"value": {"$ref": "#/components/schemas/No"}});
        visit(&mut value, "", "examples", &mut |_| {
            panic!("not a reference")
        });
    }
}
