//! The ground floor: JSON documents with references, operations and schemas. It imports no step of the generator.

pub(crate) mod keywords;
mod pointer;
mod references;
mod subset;
mod walk;

pub(crate) use pointer::Pointer;
pub(crate) use references::{
    decode, for_each_object, for_each_reference, inline_path_items, is_circular, reachable,
    resolve, target,
};
pub(crate) use subset::{components_alone, remove_unused_components, with_only};
pub(crate) use walk::{
    OperationKey, for_each_object_mut, for_each_schema, for_each_subschema, for_each_value,
    is_success, operations, operations_mut, parameter_key, path_items_mut, successes,
    successes_mut,
};
