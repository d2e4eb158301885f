//! Step 3: lowers OpenAPI 3.1, and common mistakes in specs, to the OpenAPI 3.0 that progenitor reads.
//!
//! Each rule is one function. [`lower`] applies them in order; the rules of `schemas` apply to every schema, inner ones
//! first. Rules remove silently what the client does not use, such as bounds and examples; any other loss is a warning.

mod all_of;
mod alternatives;
mod argument_types;
mod bodies;
mod body_arguments;
mod components;
mod definitions;
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
mod root;
mod schemas;
mod security;
mod servers;
mod shape;
mod shapes;
mod source_map;
mod subtypes;
mod texts;
mod unions;
mod unused;
mod warnings;

use serde_json::Value;

use crate::check;
use crate::document::{for_each_schema, remove_unused_components};
use crate::error::Problem;
#[cfg(test)]
pub(crate) use facts::Alternative;
pub(crate) use facts::{Facts, Union, property};
pub(crate) use source_map::SourceMap;
use warnings::Warnings;

/// Lowers a document, and returns the warnings, the source map, and the facts about types.
///
/// # Errors
/// When the document is not OpenAPI 3, or with the problems of its operations.
pub(crate) fn lower(root: &mut Value) -> Result<(Vec<Problem>, SourceMap, Facts), Vec<Problem>> {
    let mut warnings = Warnings::default();
    let written = root.clone();
    root::version(root, &mut warnings).map_err(|problem| vec![problem])?;
    // Colliding names of types are numbered in the order of the document, which must not depend on the order of the file.
    root.sort_all_objects();
    root::sections_without_content(root);
    operations::unsupported_methods(root, &mut warnings);
    operations::websockets(root, &mut warnings);
    unused::remove(root, &mut warnings);
    texts::lower(root, &mut warnings);
    definitions::hoist(root, &mut warnings.source_map);
    check::references(root).map_err(|problems| warnings.source_map.at_origin(problems))?;
    operations::ids(root, &written, &mut warnings);
    operations::inherited_security(root, &mut warnings);
    servers::no_server(root, &mut warnings);
    servers::of_paths(root);
    servers::variables(root, &mut warnings);
    security::lower(root, &mut warnings);
    parameters::lower(root, &mut warnings)
        .map_err(|problem| warnings.source_map.at_origin(vec![problem]))?;
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
    remove_unused_components(root);
    body_arguments::split(root, &written, &mut warnings);
    argument_types::lower(root, &mut warnings);
    remove_unused_components(root);
    root.sort_all_objects();
    unions::secrets(root, &mut warnings);
    unions::shared_properties(root);
    hoisted::all(root, &mut warnings.source_map);
    components::nullable(root);
    unions::lower(root, &mut warnings);
    components::aliases(root);
    forms::split(root, &mut warnings);
    relaxed::responses(root);
    // Enums with values of several types have become scalars.
    components::inline_simple_schemas(root);
    remove_unused_components(root);
    parameters::never_null(root);
    let facts = facts::take(root);
    root.sort_all_objects();
    root::no_paths(root);
    let (warnings, source_map) = warnings.in_order();
    Ok((warnings, source_map, facts))
}

#[cfg(test)]
mod tests;
