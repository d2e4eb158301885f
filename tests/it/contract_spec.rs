//! Checks requests and responses against a spec, such as `openapi/plex.yaml`.

use std::collections::BTreeSet;

use jsonschema::Draft;
use plex_tv_emulator::RecordedRequest;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// The spec, read as JSON.
pub(crate) struct Spec(Value);

/// An operation of the spec.
pub(crate) struct Operation<'a> {
    pub(crate) method: String,
    pub(crate) path: &'a str,
    item: &'a Value,
}

impl Spec {
    /// Reads the spec of plex.tv.
    pub(crate) fn read() -> Self {
        Self::of(include_str!("../../openapi/plex.yaml"))
    }

    /// Reads another spec.
    pub(crate) fn of(yaml: &str) -> Self {
        Self(json_of(&Yaml::load_from_str(yaml).unwrap()[0]))
    }

    /// Returns every operation with each of its documented statuses.
    pub(crate) fn documented(&self) -> BTreeSet<(String, u16)> {
        let responses = |operation: &Operation<'_>| {
            let id = operation.id().to_owned();
            let statuses = operation.item["responses"].as_object().unwrap().keys();
            let statuses: Vec<u16> = statuses.map(|status| status.parse().unwrap()).collect();
            statuses.into_iter().map(move |status| (id.clone(), status))
        };
        self.operations()
            .iter()
            .flat_map(|operation| responses(operation).collect::<Vec<_>>())
            .collect()
    }

    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        paths
            .flat_map(|(path, items)| {
                items
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(move |(method, item)| Operation {
                        method: method.to_uppercase(),
                        path,
                        item,
                    })
            })
            .collect()
    }

    pub(crate) fn operation(&self, id: &str) -> Operation<'_> {
        let mut all = self.operations().into_iter();
        all.find(|operation| operation.id() == id)
            .unwrap_or_else(|| panic!("no {id}"))
    }

    /// Checks a response of an operation.
    pub(crate) fn check_response(
        &self,
        operation: &Operation<'_>,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), String> {
        let documented = &operation.item["responses"][status.to_string().as_str()];
        if documented.is_null() {
            return Err(format!("status {status} is not documented"));
        }
        let response = self.resolve(documented);
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            if let Some(value) = headers.get(name) {
                let value = value.to_str().map_err(|error| error.to_string())?;
                self.validate(&header["schema"], &parse(value, &header["schema"]))
                    .map_err(|error| format!("header {name}: {error}"))?;
            }
        }
        let media_type = headers
            .get(CONTENT_TYPE)
            .map(|value| value.to_str().unwrap_or_default());
        self.check_body(&response["content"], media_type, body)
    }

    /// Checks a request for an operation.
    pub(crate) fn check_request(
        &self,
        operation: &Operation<'_>,
        request: &RecordedRequest,
    ) -> Result<(), String> {
        let parameters: Vec<&Value> = operation.item["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|parameter| self.resolve(parameter))
            .collect();
        for parameter in &parameters {
            let (name, location) = (text(&parameter["name"]), text(&parameter["in"]));
            let value = match location {
                "header" => request.header(name),
                "query" => request.query_value(name),
                "path" => operation.path_value(&request.path),
                other => panic!("parameters in {other} are not supported"),
            };
            match value {
                Some(value) => {
                    let schema = self.resolve(&parameter["schema"]);
                    self.validate(schema, &parse(value, schema))
                        .map_err(|error| format!("{location} {name}: {error}"))?;
                }
                None if parameter["required"] == true => {
                    return Err(format!("{location} {name} is missing"));
                }
                None => {}
            }
        }
        let takes_token = operation.takes_token();
        if request.header("x-plex-token").is_some() != takes_token {
            let problem = if takes_token {
                "no token is sent"
            } else {
                "a token is sent"
            };
            return Err(problem.to_owned());
        }
        let headers = request.headers.iter().map(|(name, _)| ("header", name));
        let query = request.query.iter().map(|(name, _)| ("query", name));
        for (location, name) in headers.chain(query) {
            let is_documented = parameters.iter().any(|parameter| {
                parameter["in"] == location && name.eq_ignore_ascii_case(text(&parameter["name"]))
            });
            let must_be_documented = location == "query" || name.starts_with("x-plex-");
            if must_be_documented && !is_documented && name != "x-plex-token" {
                return Err(format!("{location} {name} is not documented"));
            }
        }
        let body = &operation.item["requestBody"];
        if request.body.is_empty() && body["required"] != true {
            return match request.header("content-type") {
                Some(_) => Err("a content type without a body".to_owned()),
                None => Ok(()),
            };
        }
        self.check_body(
            &body["content"],
            request.header("content-type"),
            &request.body,
        )
    }

    fn check_body(
        &self,
        content: &Value,
        media_type: Option<&str>,
        body: &[u8],
    ) -> Result<(), String> {
        let Some(content) = content.as_object() else {
            return match (media_type, body) {
                (None, []) => Ok(()),
                _ => Err("has an undocumented body".to_owned()),
            };
        };
        let media_type = media_type.ok_or("has no content type")?;
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let documented = content
            .get(essence)
            .ok_or_else(|| format!("content type {media_type} is not documented"))?;
        let value = match essence {
            "application/json" => serde_json::from_slice(body).map_err(|e| e.to_string())?,
            "application/x-www-form-urlencoded" => url::form_urlencoded::parse(body)
                .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
                .collect::<Map<_, _>>()
                .into(),
            // The spec describes bytes as a string with a media type.
            _ => Value::from(String::from_utf8_lossy(body)),
        };
        self.validate(&documented["schema"], &value)
    }

    fn validate(&self, schema: &Value, value: &Value) -> Result<(), String> {
        // References are resolved from the root of the spec.
        let schema = json!({"allOf": [schema], "components": self.0["components"]});
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| error.to_string())?;
        let errors: Vec<String> = validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors.join("; "))
        }
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.0.pointer(reference.trim_start_matches('#')).unwrap(),
            None => value,
        }
    }
}

impl Operation<'_> {
    pub(crate) fn id(&self) -> &str {
        text(&self.item["operationId"])
    }

    pub(crate) fn takes_token(&self) -> bool {
        self.item["security"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    }

    /// Returns the value of the operation's only path parameter.
    fn path_value<'r>(&self, path: &'r str) -> Option<&'r str> {
        let (before, rest) = self.path.split_once('{')?;
        let (_, after) = rest.split_once('}')?;
        let path = path.strip_prefix("/api/v2")?;
        path.strip_prefix(before)?.strip_suffix(after)
    }
}

/// Converts a parameter to the type of its schema. A string that cannot be converted stays a string, and is rejected.
fn parse(value: &str, schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("integer" | "boolean") => serde_json::from_str(value).unwrap_or_else(|_| value.into()),
        _ => value.into(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn json_of(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => Value::from(*value),
        Yaml::Value(Scalar::Integer(value)) => Value::from(*value),
        Yaml::Value(Scalar::FloatingPoint(value)) => Value::from(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => Value::from(value.as_ref()),
        Yaml::Sequence(items) => items.iter().map(json_of).collect(),
        Yaml::Mapping(entries) => entries
            .iter()
            .map(|(key, value)| (key.as_str().unwrap().to_owned(), json_of(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => panic!("not plain YAML: {other:?}"),
    }
}
