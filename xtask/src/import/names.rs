//! What a copied component is called in the file that it is copied to.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::document::Document;
use super::yaml::Node;

/// `OLD=NEW`: a component that gets another name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rename {
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
                "a name has letters, digits, dots, dashes and underscores",
            ));
        }
        Ok(Self {
            old: old.to_owned(),
            new: new.to_owned(),
        })
    }
}

/// What happens to a component that is referred to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is copied, under this name.
    Copied(String),
    /// The other file has its own under this name.
    Ours(String),
}

/// Where a parameter is sent and what it is called there.
type Identity = (String, String);

/// Finds the names.
#[derive(Debug)]
pub(super) struct Names<'a> {
    pub(super) source: &'a Document,
    pub(super) target: &'a Document,
    pub(super) renames: &'a [Rename],
    /// The parameters that both files list as global, with the target's component for them.
    globals: BTreeMap<Identity, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(source: &'a Document, target: &'a Document, renames: &'a [Rename]) -> Self {
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

    /// What happens to a component of the source.
    pub(super) fn fate(&self, kind: &str, name: &str, component: &Node) -> Fate {
        let ours = match kind {
            "parameters" => {
                identity(self.source, component).and_then(|found| self.globals.get(&found).cloned())
            }
            "securitySchemes" => self.same_scheme(name, component),
            _ => None,
        };
        ours.map_or_else(|| Fate::Copied(self.renamed(name)), Fate::Ours)
    }

    fn renamed(&self, name: &str) -> String {
        let rename = self.renames.iter().find(|rename| rename.old == name);
        rename.map_or(name, |rename| &rename.new).to_owned()
    }

    /// The target's scheme that sends the same key in the same place; rather the one of the same name.
    fn same_scheme(&self, name: &str, scheme: &Node) -> Option<String> {
        let wanted = api_key(self.source, scheme)?;
        let schemes = self.target.root.get("components")?.get("securitySchemes")?;
        let mut same = schemes
            .entries()
            .iter()
            .filter(|entry| api_key(self.target, &entry.value).as_ref() == Some(&wanted))
            .map(|entry| entry.name().to_owned());
        let first = same.next()?;
        Some(same.find(|other| other == name).unwrap_or(first))
    }
}

/// Where a parameter is sent and its name; the names of headers have no case.
pub(super) fn identity(document: &Document, parameter: &Node) -> Option<Identity> {
    let parameter = document.follow(parameter)?;
    let (place, name) = (parameter.get("in")?.text()?, parameter.get("name")?.text()?);
    let name = if place == "header" {
        name.to_lowercase()
    } else {
        name.to_owned()
    };
    Some((place.to_owned(), name))
}

fn api_key(document: &Document, scheme: &Node) -> Option<Identity> {
    let kind = document.follow(scheme)?.get("type")?.text()?;
    (kind == "apiKey").then(|| identity(document, scheme))?
}

/// The parameters that a file lists as global, each with its component if the list refers to one.
fn globals(document: &Document) -> BTreeMap<Identity, Option<String>> {
    let list = document.root.get("x-speakeasy-globals");
    let list = list.and_then(|globals| globals.get("parameters"));
    list.map_or(&[][..], Node::items)
        .iter()
        .filter_map(|parameter| {
            let pointer = parameter.get("$ref").and_then(Node::text);
            let name = pointer.and_then(|text| text.strip_prefix("#/components/parameters/"));
            Some((identity(document, parameter)?, name.map(str::to_owned)))
        })
        .collect()
}

fn parameter_component(document: &Document, wanted: &Identity) -> Option<String> {
    let parameters = document.root.get("components")?.get("parameters")?;
    let found = parameters
        .entries()
        .iter()
        .find(|entry| identity(document, &entry.value).as_ref() == Some(wanted))?;
    Some(found.name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_are_read() {
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

    fn fate(source: &str, target: &str, kind: &str, name: &str) -> Fate {
        let source = Document::parse("s", source).unwrap();
        let target = Document::parse("t", target).unwrap();
        let renames = ["Old=New".parse().unwrap()];
        let names = Names::new(&source, &target, &renames);
        let component = source.component(kind, name).unwrap();
        names.fate(kind, name, &component.value)
    }

    #[test]
    fn a_parameter_that_both_list_as_global_is_ours() {
        let list = "x-speakeasy-globals: {parameters: [{$ref: '#/components/parameters/P'}]}\n";
        let none = "x: 1\n";
        let source = "components: {parameters: {P: {in: header, name: x-p}}}\n";
        let target = "components: {parameters: {Other: {in: header, name: X-P}, P: {in: header, name: X-P}}}\n";
        let inline = "x-speakeasy-globals: {parameters: [{in: header, name: X-P}]}\n";
        let fate = |theirs, ours| {
            let source = format!("{theirs}{source}");
            fate(&source, &format!("{ours}{target}"), "parameters", "P")
        };
        assert_eq!(fate(list, list), Fate::Ours(String::from("P")));
        assert_eq!(fate(list, inline), Fate::Ours(String::from("Other")));
        assert_eq!(fate(list, none), Fate::Copied(String::from("P")));
        assert_eq!(fate(none, list), Fate::Copied(String::from("P")));
    }

    #[test]
    fn a_scheme_for_the_same_header_is_ours() {
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
            Fate::Ours(String::from("token"))
        );
        assert_eq!(
            scheme("second", "header"),
            Fate::Ours(String::from("second"))
        );
        assert_eq!(
            scheme("plexToken", "query"),
            Fate::Copied(String::from("plexToken"))
        );
    }

    #[test]
    fn others_are_copied_under_the_name_that_is_wanted() {
        let source = "components: {schemas: {Old: {}, Same: {}}}\n";
        let fate = |name| fate(source, "x: 1\n", "schemas", name);
        assert_eq!(fate("Old"), Fate::Copied(String::from("New")));
        assert_eq!(fate("Same"), Fate::Copied(String::from("Same")));
    }
}
