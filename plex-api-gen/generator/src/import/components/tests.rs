//! The names of components in the target.

use serde_json::json;

use super::super::SpecFile;
use super::*;

fn spec(text: &str) -> Spec<'_> {
    Spec::read(SpecFile { name: "s", text }).unwrap()
}

/// Returns whether a component is copied or present, and its name in the target.
fn fate(source: &str, target: &str, kind: &str, name: &str) -> String {
    let reference = Reference {
        object: Pointer::default(),
        key: String::from("$ref"),
        target: Target::Component(Id::new(kind, name)),
    };
    let naming = Naming {
        renames: vec!["Old=New".parse().unwrap()],
        prefix: None,
    };
    let components = Components::new(
        &spec(source),
        &spec(target),
        &naming,
        &[reference],
        &[],
        &mut Vec::new(),
    );
    let id = Id::new(kind, name);
    match &components.additions[..] {
        [] => format!("{} is present", components.names[&id]),
        [addition] => format!("copied as {}", addition.keys[2]),
        _ => panic!("{components:?}"),
    }
}

#[test]
fn a_global_parameter_that_the_target_has_is_present() {
    let list = "x-speakeasy-globals: {parameters: [{$ref: '#/components/parameters/P'}]}\n";
    let none = "x: 1\n";
    let source = "components: {parameters: {P: {in: header, name: x-p}}}\n";
    let target =
        "components: {parameters: {Other: {in: header, name: X-P}, P: {in: header, name: X-P}}}\n";
    let inline = "x-speakeasy-globals: {parameters: [{in: header, name: X-P}]}\n";
    let fate = |theirs, ours| {
        let source = format!("{theirs}{source}");
        fate(&source, &format!("{ours}{target}"), "parameters", "P")
    };
    assert_eq!(fate(list, list), "P is present");
    assert_eq!(fate(list, inline), "P is present");
    assert_eq!(fate(list, none), "P is present");
    assert_eq!(fate(none, list), "copied as P");
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
    assert_eq!(scheme("plexToken", "header"), "token is present");
    assert_eq!(scheme("second", "header"), "second is present");
    assert_eq!(scheme("plexToken", "query"), "copied as plexToken");
}

#[test]
fn other_components_are_copied_under_their_new_name() {
    let source = "components: {schemas: {Old: {}, Same: {}}}\n";
    let fate = |name| fate(source, "x: 1\n", "schemas", name);
    assert_eq!(fate("Old"), "copied as New");
    assert_eq!(fate("Same"), "copied as Same");
}

#[test]
fn references_are_renamed_in_every_form() {
    let mut value = json!({
        "a": {"$ref": "#/components/schemas/A/properties/x"},
        "security": [{"A": ["scope"], "C": []}],
        "discriminator": {"mapping": {"a": "A"}}
    });
    let name = |kind, old, new: &str| (Id::new(kind, old), new.to_owned());
    let components = Components {
        additions: Vec::new(),
        report: Vec::new(),
        names: BTreeMap::from([
            name("schemas", "A", "B"),
            name("securitySchemes", "A", "C"),
            name("securitySchemes", "C", "A"),
        ]),
    };
    components.rename(&mut value);
    let expected = json!({
        "a": {"$ref": "#/components/schemas/B/properties/x"},
        "security": [{"A": [], "C": ["scope"]}],
        "discriminator": {"mapping": {"a": "B"}}
    });
    assert_eq!(value, expected);
}
