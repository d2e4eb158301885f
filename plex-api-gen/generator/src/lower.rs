//! Step 3: lowers OpenAPI 3.1, and common mistakes in specs, to the OpenAPI 3.0 that progenitor reads.
//!
//! Each rule is one function. [`lower`] applies them in order; the rules of `schemas` apply to every schema, inner ones
//! first. Rules remove silently what the client does not use, such as bounds and examples; any other loss is a warning.

mod all_of;
mod alternatives;
mod bodies;
mod components;
mod enums;
mod facts;
mod forms;
mod globals;
mod hoisted;
mod media_types;
mod operations;
mod parameter;
mod parameter_styles;
mod parameters;
mod references;
mod relaxed;
mod responses;
mod schemas;
mod shape;
mod shapes;
mod source_map;
mod subtypes;
mod unions;
mod warnings;

use serde_json::{Value, json};

use crate::document::{for_each_schema, inline_path_items};
use crate::error::Problem;
#[cfg(test)]
pub(crate) use facts::Alternative;
pub(crate) use facts::{Facts, Union, property};
use source_map::SourceMap;
use warnings::Warnings;

/// Lowers a document, and returns the warnings, the source map, and the facts about types.
pub(crate) fn lower(root: &mut Value) -> Result<(Vec<Problem>, SourceMap, Facts), Problem> {
    let mut warnings = Warnings::default();
    version(root, &mut warnings)?;
    // Colliding names are numbered in the order of the document, which must not depend on the order of the file.
    root.sort_all_objects();
    sections_without_content(root);
    inline_path_items(root);
    operations::unsupported_methods(root, &mut warnings);
    operations::ids(root, &mut warnings);
    operations::inherited_security(root, &mut warnings);
    operations::no_server(root, &mut warnings);
    operations::path_servers(root);
    parameters::lower(root, &mut warnings)?;
    bodies::lower(root, &mut warnings);
    responses::lower(root, &mut warnings);
    components::references_into_schemas(root);
    for_each_schema(root, &mut |_, schema| alternatives::only_required(schema));
    subtypes::lower(root);
    components::rust_names(root, &mut warnings);
    root.sort_all_objects();
    all_of::merge_all(root, &mut warnings);
    subtypes::constants(root);
    for_each_schema(root, &mut |place, schema| {
        schemas::lower(place, schema, &mut warnings);
    });
    components::inline_simple_schemas(root);
    components::remove_unused(root);
    root.sort_all_objects();
    unions::secrets(root, &mut warnings);
    unions::shared_properties(root);
    hoisted::all(root, &mut warnings.source_map);
    components::nullable(root);
    unions::lower(root, &mut warnings);
    forms::split(root, &mut warnings);
    relaxed::responses(root);
    // Enums with values of several types have become scalars.
    components::inline_simple_schemas(root);
    components::remove_unused(root);
    parameters::never_null(root);
    parameters::strings(root);
    let facts = facts::take(root);
    root.sort_all_objects();
    no_paths(root);
    let (warnings, source_map) = warnings.in_order();
    Ok((warnings, source_map, facts))
}

/// Removes `components:` and its sections where nothing follows them.
fn sections_without_content(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.retain(|key, value| key != "components" || value.is_object());
    }
    if let Some(components) = root.get_mut("components").and_then(Value::as_object_mut) {
        components.retain(|_, section| section.is_object());
    }
}

/// Adds the `paths` that 3.1 allows to omit.
fn no_paths(root: &mut Value) {
    if let Some(document) = root.as_object_mut() {
        document.entry("paths").or_insert_with(|| json!({}));
    }
}

/// Replaces `openapi: 3.1.x` by `3.0.3`, and removes what only 3.1 has outside of schemas.
fn version(root: &mut Value, warnings: &mut Warnings) -> Result<(), Problem> {
    let Some(document) = root.as_object_mut() else {
        return Err(Problem::new(
            "",
            "is not an OpenAPI document: expected a mapping",
        ));
    };
    let version = document
        .get("openapi")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !version.starts_with("3.1.") && !version.starts_with("3.0.") {
        return Err(Problem::new(
            "/openapi",
            format!("is `{version}`; write `openapi: 3.1.0`"),
        ));
    }
    document.insert("openapi".to_owned(), json!("3.0.3"));
    if document.remove("webhooks").is_some() {
        let what = "are left out: a client does not receive requests";
        warnings.push("/webhooks", what);
    }
    document.remove("jsonSchemaDialect");
    if let Some(info) = document.get_mut("info").and_then(Value::as_object_mut) {
        info.remove("summary");
        info.remove("license");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
