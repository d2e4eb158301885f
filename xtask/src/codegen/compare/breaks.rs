//! Whether a change breaks callers: whether code that compiled with the old version may not compile with the new one, or
//! may mean something else.

use super::face::{Face, Fact};

/// Why callers break, a few words each; none when they do not.
///
/// - What is gone or is not as it was breaks them.
/// - What is new breaks those who name everything: all fields in a literal, all variants in a match. Models are plain
///   structs with public fields, so a new field is such a case.
/// - Bodies, documentation and serde's attributes are not seen by callers, and are no facts of a face.
pub(super) fn breaks(old: &Face, new: &Face) -> Vec<String> {
    let facts = old
        .keys()
        .chain(new.keys().filter(|it| !old.contains_key(it)));
    let reasons = facts.filter_map(|fact| match (old.get(fact), new.get(fact)) {
        (Some(_), None) => Some(format!("{fact} removed")),
        (Some(before), Some(after)) if before != after => Some(format!("{fact} changed")),
        (None, Some(_)) if is_named_by_all(fact, old) => Some(format!("{fact} added")),
        _ => None,
    });
    reasons.collect()
}

/// Whether callers may have named all of the old version's fields or variants.
fn is_named_by_all(fact: &Fact, old: &Face) -> bool {
    matches!(fact, Fact::Field(_) | Fact::Variant(_)) && old.contains_key(&Fact::Exhaustive)
}

#[cfg(test)]
mod tests {
    use super::super::{face::face, items::items};
    use super::*;

    /// The reasons in a file that has one operation or model, or the client alone.
    fn reasons(old: &str, new: &str) -> Vec<String> {
        let one = |code: &str| {
            let items = items(&syn::parse_file(code).unwrap());
            assert_eq!(items.len(), 1, "{code}");
            face(items.values().next().unwrap())
        };
        breaks(&one(old), &one(new))
    }

    fn models(old: &str, new: &str) -> Vec<String> {
        let module = |code: &str| format!("pub mod types {{ {code} }}");
        reasons(&module(old), &module(new))
    }

    fn operations(old: &str, new: &str) -> Vec<String> {
        let client = |code: &str| format!("impl Client {{ pub async {code} }}");
        reasons(&client(old), &client(new))
    }

    const NONE: [&str; 0] = [];

    fn replaced(code: &str, from: &str, to: &str) -> String {
        assert!(code.contains(from), "{from}");
        code.replace(from, to)
    }

    #[test]
    fn arguments() {
        let changed = |new| operations("fn get(&self, id: i64) {}", new);
        for new in [
            "fn get(&self, id: u64) {}",
            "fn get(&self) {}",
            "fn get(&self, id: i64, more: bool) {}",
            "fn get(&self, other: i64) {}",
        ] {
            assert_eq!(changed(new), ["arguments changed"], "{new}");
        }
        let swapped = operations(
            "fn get(&self, a: i64, b: i64) {}",
            "fn get(&self, b: i64, a: i64) {}",
        );
        assert_eq!(swapped, ["arguments changed"]);
    }

    #[test]
    fn answers() {
        let changed = |new| operations("fn get(&self) -> Result<types::Pin, Error> {}", new);
        assert_eq!(
            changed("fn get(&self) -> Result<Vec<u8>, Error> {}"),
            ["answer changed"]
        );
        assert_eq!(
            changed("fn get(&self) -> Result<types::Pin, Other> {}"),
            ["answer changed"]
        );
        assert_eq!(changed("fn get(&self) {}"), ["answer changed"]);
    }

    #[test]
    fn the_second_form_of_an_operation() {
        let both = "fn get(&self) {} pub async fn get_as<Answer: Read>(&self) -> Answer {}";
        let one = "fn get(&self) {}";
        assert_eq!(operations(both, one), ["method get_as removed"]);
        assert_eq!(operations(one, both), NONE);
        assert_eq!(
            operations(both, &replaced(both, "Read", "Other")),
            ["method get_as changed"]
        );
    }

    #[test]
    fn bodies_and_documentation_of_operations_are_free() {
        let old = "fn get(&self, id: i64) -> u8 { 1 }";
        assert_eq!(operations(old, &replaced(old, "{ 1 }", "{ 2 }")), NONE);
        let documented = "impl Client { /** Gets. */ pub async fn get(&self) {} }";
        assert_eq!(
            reasons(documented, &replaced(documented, "Gets", "Reads")),
            NONE
        );
    }

    #[test]
    fn fields() {
        let old = "pub struct Pin { pub id: i64, pub code: String }";
        let changed = |from: &str, to: &str| models(old, &replaced(old, from, to));
        assert_eq!(changed("pub id: i64,", ""), ["field id removed"]);
        assert_eq!(
            changed("id: ", "number: "),
            ["field id removed", "field number added"]
        );
        assert_eq!(changed("i64", "Option<i64>"), ["field id changed"]);
        assert_eq!(
            changed("pub id", "id"),
            ["field id removed", "exhaustiveness removed"]
        );
        let numbered = "pub struct Pin(pub i64);";
        assert_eq!(
            models(numbered, "pub struct Pin(pub u64);"),
            ["field 0 changed"]
        );
    }

    #[test]
    fn a_new_field_breaks_those_who_name_all() {
        let old = "pub struct Pin { pub id: i64 }";
        let new = "pub struct Pin { pub id: i64, pub nick: u8 }";
        assert_eq!(models(old, new), ["field nick added"]);
        let not_all = |code: &str| format!("#[non_exhaustive] {code}");
        assert_eq!(models(&not_all(old), &not_all(new)), NONE);
        let hidden = |code: &str| code.replace("id", "a: u8, pub id").replace("pub a", "a");
        assert_eq!(models(&hidden(old), &hidden(new)), NONE);
        assert_eq!(
            models(old, &replaced(new, "pub nick", "nick")),
            ["exhaustiveness removed"]
        );
    }

    #[test]
    fn variants() {
        let old = "pub enum Kind { A, B(u8) }";
        let changed = |from: &str, to: &str| models(old, &replaced(old, from, to));
        assert_eq!(changed("A, ", ""), ["variant A removed"]);
        assert_eq!(changed("u8", "u16"), ["variant B changed"]);
        assert_eq!(changed("A, ", "A, C, "), ["variant C added"]);
        assert_eq!(changed("A, ", "#[serde(rename = \"a\")] A, "), NONE);
        assert_eq!(changed("(u8", "(#[serde(default)] u8"), NONE);
    }

    #[test]
    fn a_new_variant_is_free_where_nobody_may_name_all() {
        let old = "#[non_exhaustive] pub enum Kind { A }";
        assert_eq!(models(old, &replaced(old, "A", "A, B")), NONE);
    }

    #[test]
    fn non_exhaustive_itself() {
        for item in ["pub enum Kind { A }", "pub struct Pin { pub id: i64 }"] {
            let limited = format!("#[non_exhaustive] {item}");
            assert_eq!(models(item, &limited), ["exhaustiveness removed"]);
            assert_eq!(models(&limited, item), NONE);
        }
    }

    #[test]
    fn the_kind_of_type() {
        assert_eq!(
            models("pub type Id = i64;", "pub type Id = u64;"),
            ["kind of type changed"]
        );
        let kinds = [
            "pub type A = u8;",
            "pub struct A;",
            "pub struct A {}",
            "pub struct A();",
            "pub enum A {}",
        ];
        for (old, new) in kinds.iter().zip(kinds.iter().cycle().skip(1)) {
            let reasons = models(old, new);
            assert_eq!(reasons[0], "kind of type changed", "{old} {new}");
        }
        assert_eq!(
            models("pub enum A {}", "pub enum A<T> {}"),
            ["kind of type changed"]
        );
    }

    #[test]
    fn derived_traits() {
        let old = "#[derive(Clone, ::serde::Serialize)] #[cfg_attr(feature = \"schemars\", derive(JsonSchema))]
            pub struct Pin {}";
        let changed = |from: &str, to: &str| models(old, &replaced(old, from, to));
        assert_eq!(
            changed(", ::serde::Serialize", ""),
            ["trait Serialize removed"]
        );
        assert_eq!(
            changed("derive(JsonSchema)", ""),
            ["trait JsonSchema removed"]
        );
        assert_eq!(
            changed("\"schemars\"", "\"schema\""),
            ["trait JsonSchema changed"]
        );
        assert_eq!(changed("Clone", "Clone, Debug"), NONE);
        assert_eq!(
            changed("Clone, ::serde::Serialize", "Serialize, Clone"),
            NONE
        );
    }

    #[test]
    fn implemented_traits() {
        let old = "pub struct Pin {} impl ::std::str::FromStr for Pin { type Err = Bad; fn from_str() {} }";
        let changed = |from: &str, to: &str| models(old, &replaced(old, from, to));
        assert_eq!(changed("FromStr", "Other"), ["trait FromStr removed"]);
        assert_eq!(changed("Bad", "Worse"), ["trait FromStr changed"]);
        assert_eq!(changed("{} }", "{ 1 } }"), NONE);
        let by_hand = "pub struct Pin {} impl<'de> ::serde::Deserialize<'de> for Pin {}";
        assert_eq!(
            models("#[derive(Deserialize)] pub struct Pin {}", by_hand),
            NONE
        );
    }

    #[test]
    fn traits_with_types() {
        let old = "pub struct Pin {} impl From<&str> for Pin {} impl From<Pin> for String {}";
        let changed = |from: &str, to: &str| models(old, &replaced(old, from, to));
        assert_eq!(changed("&str", "u8"), ["trait From<&str> for Pin removed"]);
        assert_eq!(
            changed("for String", "for u8"),
            ["trait From<Pin> for String removed"]
        );
    }

    #[test]
    fn methods() {
        let old = "pub struct Pin {} impl Pin { pub fn new(id: u8) -> Self { Self } fn own() {} }";
        let changed = |from: &str, to: &str| models(old, &replaced(old, from, to));
        assert_eq!(changed("pub fn new", "fn new"), ["method new removed"]);
        assert_eq!(changed("id: u8", "id: u16"), ["method new changed"]);
        assert_eq!(changed("{ Self }", "{ Self {} }"), NONE);
        assert_eq!(changed("fn own() {}", ""), NONE);
    }

    #[test]
    fn attributes_and_documentation_of_models_are_free() {
        let old = "/// A\n pub struct Pin { /** b */ #[serde(default)] pub id: i64 }";
        for (from, to) in [
            ("/// A\n", "/// B\n"),
            ("** b", "** c"),
            ("default", "rename = \"d\""),
        ] {
            assert_eq!(models(old, &replaced(old, from, to)), NONE);
        }
    }

    #[test]
    fn the_client_itself() {
        let old = "#[derive(Clone)] pub struct Client { a: A } impl Client { pub fn new(a: A) -> Self {} }";
        let changed = |from: &str, to: &str| reasons(old, &replaced(old, from, to));
        assert_eq!(changed("new(a: A)", "new()"), ["method new changed"]);
        assert_eq!(changed("#[derive(Clone)]", ""), ["trait Clone removed"]);
        assert_eq!(changed("{ a: A }", "{ a: B }"), NONE);
    }
}
