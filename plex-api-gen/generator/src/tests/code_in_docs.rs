//! Code in the descriptions of a spec: rustdoc runs none of it, and rustc accepts every character.

use std::borrow::Cow;
use std::path::Path;
use std::process::Command;
use std::{fs, process};

use syn::visit_mut::VisitMut;
use syn::{Attribute, parse_quote};

use crate::markdown::without_control_characters;
use crate::{Settings, external_crate, generate};

/// Code that creates the file `ran` in the current folder.
const CODE: &str = "std::fs::write(\"ran\", \"\").unwrap();";

/// Descriptions with code: in forms that rustdoc reads as tests, and in forms that become tests in the generated file.
fn descriptions() -> Vec<String> {
    [
        "```\nCODE\n```",
        "```rust\nCODE\n```",
        "````rust,no_capture\nCODE\n````",
        "```text\n```\n\n```\nCODE\n```",
        "~~~\nCODE\n~~~",
        "A\n\n    CODE\n\nB",
        "A\n\n\tCODE",
        "    CODE",
        "- ```\n  CODE\n  ```",
        "1. A\n\n       CODE",
        "> ```\n> CODE\n> ```",
        "> - A\n>\n>       CODE",
        "A\n*```\n*CODE\n*```",
        "A\n   *     CODE",
        "A\r\r```\rCODE\r```",
        "A */ pub fn a() {} /*\n\n```\nCODE\n```",
        "/ A\n\n```\nCODE\n```",
        "<div>\n\n```\nCODE\n```\n\n</div>",
        "[^1]: A\n\n        CODE",
        "\u{202e}\0\u{1b} A\n\n```\nnot Rust\n```",
        "```compile_fail\nCODE\n```",
    ]
    .iter()
    .map(|text| text.replace("CODE", CODE))
    .collect()
}

/// A spec that has a description wherever it can have one.
fn spec(description: &str) -> String {
    let text = serde_json::to_string(description).unwrap();
    let property = format!("{{type: string, description: {text}}}");
    format!(
        "\
openapi: 3.1.0
info: {{title: {text}, version: {text}, description: {text}}}
servers: [{{url: 'https://plex.tv/api/v2'}}]
tags: [{{name: {text}, description: {text}}}]
paths:
  /a/{{b}}:
    summary: {text}
    get:
      operationId: a
      summary: {text}
      description: {text}
      tags: [{text}]
      parameters:
        - {{name: b, in: path, required: true, description: {text}, schema: {property}}}
        - {{name: c, in: query, description: {text}, schema: {{type: string, enum: [a, b], description: {text}}}}}
      responses:
        '200':
          description: {text}
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/A'}}}}}}
components:
  schemas:
    A:
      type: object
      title: {text}
      description: {text}
      properties:
        a: {property}
        b: {{type: string, enum: [{text}, b], description: {text}}}
        c: {{type: object, description: {text}, properties: {{a: {property}}}}}
        d: {{type: string, pattern: {text}, default: {text}}}
        {text}: {property}
"
    )
}

/// Collects the documentation of all items.
#[derive(Default)]
struct Docs(Vec<Vec<Attribute>>);

impl VisitMut for Docs {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let docs = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc"));
        self.0.push(docs.cloned().collect());
    }
}

/// Returns a crate without dependencies that has the documentation of generated code.
fn crate_with_docs(code: &str) -> String {
    let mut docs = Docs::default();
    docs.visit_file_mut(&mut external_crate::parse(code).unwrap());
    let items = docs.0.into_iter().filter(|docs| !docs.is_empty());
    let items = items.enumerate().map(|(index, docs)| {
        let name = quote::format_ident!("Item{index}");
        parse_quote!(#(#docs)* pub struct #name;)
    });
    let items: Vec<syn::Item> = items.collect();
    assert!(items.len() > 5, "{code}");
    let file: syn::File = parse_quote!(#(#items)*);
    prettyplease::unparse(&file)
}

#[test]
fn rustdoc_runs_no_code_of_a_description() {
    let folder = std::env::temp_dir().join(format!("plex-api-codegen-docs-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut library = String::new();
    for (index, description) in descriptions().iter().enumerate() {
        for runtime in ["crate", "plex_api::generated"] {
            let settings = Settings {
                spec_name: "a.yaml",
                runtime,
                command: "the test",
            };
            let generated = generate(&spec(description), &settings).unwrap();
            let clean = without_control_characters(&generated.code);
            assert!(matches!(clean, Cow::Borrowed(_)), "{}", generated.code);
            let module = runtime.replace("::", "_");
            let code = crate_with_docs(&generated.code);
            library.push_str(&format!("pub mod m{index}_{module} {{\n{code}}}\n"));
        }
    }
    fs::write(folder.join("lib.rs"), library).unwrap();
    let rustdoc = Path::new(env!("CARGO")).with_file_name("rustdoc");
    let tested = Command::new(rustdoc)
        .args(["--test", "--edition", "2024", "lib.rs"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&tested.stdout);
    let errors = String::from_utf8_lossy(&tested.stderr);
    assert!(
        tested.status.success() && output.contains("running 0 tests"),
        "{output}\n{errors}"
    );
    assert!(!folder.join("ran").exists());
    fs::remove_dir_all(&folder).unwrap();
}

/// Descriptions that look like links to items, links of the web, or HTML.
const LINKS: [&str; 9] = [
    "[HH:MM:SS]",
    "[a](b::c) and [a][b]",
    "https://example.org/a_b?c=d.",
    "a <token> b",
    "<b>unclosed",
    "<!-- open",
    "[String] and [`a`]",
    "![a](b) [^1]",
    "a\n\n```\n<b> [c]\n```\n\n<div>\n\n    d",
];

#[test]
fn rustdoc_finds_no_mistakes_in_descriptions() {
    let folder = std::env::temp_dir().join(format!("plex-api-codegen-links-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut library = "#![deny(warnings, missing_docs)]\n//! A.\n".to_owned();
    for (index, description) in LINKS.iter().enumerate() {
        let settings = Settings {
            spec_name: "a.yaml",
            runtime: "plex_api::generated",
            command: "the test",
        };
        // Values of enums are code.
        let text = serde_json::to_string(description).unwrap();
        let spec = spec(description).replace(&format!("enum: [{text}, b]"), "enum: [c, b]");
        let generated = generate(&spec, &settings).unwrap();
        let code = crate_with_docs(&generated.code);
        library.push_str(&format!("/// A.\npub mod m{index} {{\n{code}}}\n"));
    }
    fs::write(folder.join("lib.rs"), library).unwrap();
    let rustdoc = Path::new(env!("CARGO")).with_file_name("rustdoc");
    let documented = Command::new(rustdoc)
        .args(["--edition", "2024", "lib.rs"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&documented.stderr);
    assert!(documented.status.success(), "{errors}");
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_crate_that_denies_missing_documentation_accepts_generated_code() {
    let settings = |runtime| Settings {
        spec_name: "a.yaml",
        runtime,
        command: "the test",
    };
    let generated = generate(&spec("A"), &settings("plex_api::generated")).unwrap();
    let file = syn::parse_file(&generated.code).unwrap();
    for item in file.items {
        let (name, attributes) = match item {
            syn::Item::Mod(item) => (item.ident.to_string(), item.attrs),
            syn::Item::Struct(item) => (item.ident.to_string(), item.attrs),
            syn::Item::Impl(item) => ("impl".to_owned(), item.attrs),
            _ => continue,
        };
        let allows = attributes.iter().filter(|it| it.path().is_ident("allow"));
        let mut lints = allows.filter_map(|it| it.parse_args::<syn::Ident>().ok());
        assert!(lints.any(|lint| lint == "missing_docs"), "{name}");
    }
}

#[test]
fn no_control_character_of_a_spec_is_in_the_code() {
    let odd = "a\r\n\0\u{1b}\u{202e}\u{2066}\u{85}b";
    let text = serde_json::to_string(odd).unwrap();
    let path = serde_json::to_string(&format!("/{odd}")).unwrap();
    let spec = spec(odd)
        .replace("'https://plex.tv/api/v2'", &text)
        .replace("operationId: a\n", &format!("operationId: {text}\n"))
        .replace("/a/{b}", &path)
        .replace("name: c,", &format!("name: {text},"));
    let settings = Settings {
        spec_name: odd,
        runtime: "crate",
        command: odd,
    };
    let code = generate(&spec, &settings).unwrap().code;
    assert!(code.contains("\\u{202e}"), "{code}");
    let clean = without_control_characters(&code);
    assert!(matches!(clean, Cow::Borrowed(_)), "{code}");
}
