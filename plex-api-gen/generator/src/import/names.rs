//! Decides which components the target already has, and what the copied ones are called.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::Value;

use super::spec::pointer;
use super::spec::{Spec, entries, items};

/// A copied component that gets another name. It is parsed from `OLD=NEW`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    pub(super) old: String,
    pub(super) new: String,
}

impl FromStr for Rename {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (old, new) = text
            .split_once('=')
            .ok_or_else(|| String::from("write OLD=NEW"))?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if old.is_empty() || new.is_empty() || !new.chars().all(allowed) {
            return Err(String::from(
                "a name consists of letters, digits, dots, dashes and underscores",
            ));
        }
        Ok(Self {
            old: old.to_owned(),
            new: new.to_owned(),
        })
    }
}

/// What happens to a component of the source.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is copied under this name.
    Copied(String),
    /// The target has it under this name.
    Present(String),
}

/// Where a parameter is sent, and its name there.
pub(super) type Identity = (String, String);

#[derive(Debug)]
pub(super) struct Names<'a> {
    pub(super) source: &'a Spec<'a>,
    pub(super) target: &'a Spec<'a>,
    pub(super) renames: &'a [Rename],
    /// The parameters that both files list as global, with the target's component for them.
    globals: BTreeMap<Identity, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(source: &'a Spec<'a>, target: &'a Spec<'a>, renames: &'a [Rename]) -> Self {
        let theirs = globals(source);
        let ours = globals(target).into_iter().filter_map(|(identity, name)| {
            let component = name.or_else(|| parameter_component(target, &identity))?;
            theirs
                .contains_key(&identity)
                .then_some((identity, component))
        });
        let globals = ours.collect();
        Self {
            source,
            target,
            renames,
            globals,
        }
    }

    pub(super) fn fate(&self, kind: &str, name: &str, component: &Value) -> Fate {
        let present = match kind {
            "parameters" => {
                identity(self.source, component).and_then(|found| self.globals.get(&found).cloned())
            }
            "securitySchemes" => self.same_scheme(name, component),
            _ => None,
        };
        present.map_or_else(|| Fate::Copied(self.renamed(name)), Fate::Present)
    }

    fn renamed(&self, name: &str) -> String {
        let rename = self.renames.iter().find(|rename| rename.old == name);
        rename.map_or(name, |rename| &rename.new).to_owned()
    }

    /// The target's scheme that sends the same key in the same place, preferably the one of the same name, else the first.
    fn same_scheme(&self, name: &str, scheme: &Value) -> Option<String> {
        let wanted = api_key(self.source, scheme)?;
        let schemes = self.target.root().get("components")?.get("securitySchemes");
        let mut same: Vec<&str> = entries(schemes)
            .filter(|(_, scheme)| api_key(self.target, scheme).as_ref() == Some(&wanted))
            .map(|(name, _)| name)
            .collect();
        same.sort_by_key(|other| {
            let place = pointer("/components/securitySchemes", other);
            (*other != name, self.target.line(&place))
        });
        same.first().map(|name| (*name).to_owned())
    }
}

/// Where a parameter is sent, and its name there; names of headers are case-insensitive.
pub(super) fn identity(spec: &Spec<'_>, parameter: &Value) -> Option<Identity> {
    let (parameter, _) = spec.follow(parameter, "")?;
    let (place, name) = (
        parameter.get("in")?.as_str()?,
        parameter.get("name")?.as_str()?,
    );
    let name = if place == "header" {
        name.to_lowercase()
    } else {
        name.to_owned()
    };
    Some((place.to_owned(), name))
}

fn api_key(spec: &Spec<'_>, scheme: &Value) -> Option<Identity> {
    let (resolved, _) = spec.follow(scheme, "")?;
    (resolved.get("type")? == "apiKey").then(|| identity(spec, scheme))?
}

/// The global parameters of a file, each with its component if the list refers to one.
fn globals(spec: &Spec<'_>) -> BTreeMap<Identity, Option<String>> {
    let globals = spec.root().get("x-speakeasy-globals");
    let parameters = items(globals.and_then(|globals| globals.get("parameters")));
    parameters
        .iter()
        .filter_map(|parameter| {
            let reference = parameter.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|text| text.strip_prefix("#/components/parameters/"));
            Some((identity(spec, parameter)?, name.map(str::to_owned)))
        })
        .collect()
}

fn parameter_component(spec: &Spec<'_>, wanted: &Identity) -> Option<String> {
    let parameters = spec.root().get("components")?.get("parameters");
    let (name, _) = entries(parameters)
        .find(|(_, parameter)| identity(spec, parameter).as_ref() == Some(wanted))?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::SpecFile;
    use super::*;

    #[test]
    fn renames_are_parsed() {
        assert_eq!(
            "A=B-2.c_d".parse(),
            Ok(Rename {
                old: String::from("A"),
                new: String::from("B-2.c_d")
            })
        );
        for wrong in ["A", "A=", "=B", "A=B C", "A=schemas/B"] {
            assert!(wrong.parse::<Rename>().is_err(), "{wrong}");
        }
    }

    fn spec(text: &str) -> Spec<'_> {
        Spec::read(SpecFile { name: "s", text }).unwrap()
    }

    fn fate(source: &str, target: &str, kind: &str, name: &str) -> Fate {
        let source = spec(source);
        let target = spec(target);
        let renames = ["Old=New".parse().unwrap()];
        let names = Names::new(&source, &target, &renames);
        let component = source.component(kind, name).unwrap();
        names.fate(kind, name, component)
    }

    #[test]
    fn a_parameter_that_both_list_as_global_is_present() {
        let list = "x-speakeasy-globals: {parameters: [{$ref: '#/components/parameters/P'}]}\n";
        let none = "x: 1\n";
        let source = "components: {parameters: {P: {in: header, name: x-p}}}\n";
        let target = "components: {parameters: {Other: {in: header, name: X-P}, P: {in: header, name: X-P}}}\n";
        let inline = "x-speakeasy-globals: {parameters: [{in: header, name: X-P}]}\n";
        let fate = |theirs, ours| {
            let source = format!("{theirs}{source}");
            fate(&source, &format!("{ours}{target}"), "parameters", "P")
        };
        assert_eq!(fate(list, list), Fate::Present(String::from("P")));
        assert_eq!(fate(list, inline), Fate::Present(String::from("Other")));
        assert_eq!(fate(list, none), Fate::Copied(String::from("P")));
        assert_eq!(fate(none, list), Fate::Copied(String::from("P")));
    }

    #[test]
    fn a_scheme_for_the_same_header_is_present() {
        let target = "components:\n  securitySchemes:\n    token: {type: apiKey, in: header, name: X-Plex-Token}\n    \
                      second: {type: apiKey, in: header, name: X-Plex-Token}\n";
        let source = |name: &str, place: &str| {
            format!(
                "components: {{securitySchemes: {{{name}: {{type: apiKey, in: {place}, name: x-plex-token}}}}}}"
            )
        };
        let scheme =
            |name: &str, place: &str| fate(&source(name, place), target, "securitySchemes", name);
        assert_eq!(
            scheme("plexToken", "header"),
            Fate::Present(String::from("token"))
        );
        assert_eq!(
            scheme("second", "header"),
            Fate::Present(String::from("second"))
        );
        assert_eq!(
            scheme("plexToken", "query"),
            Fate::Copied(String::from("plexToken"))
        );
    }

    #[test]
    fn other_components_are_copied_under_their_new_name() {
        let source = "components: {schemas: {Old: {}, Same: {}}}\n";
        let fate = |name| fate(source, "x: 1\n", "schemas", name);
        assert_eq!(fate("Old"), Fate::Copied(String::from("New")));
        assert_eq!(fate("Same"), Fate::Copied(String::from("Same")));
    }
}
