//! Reading syntax trees.

use syn::{GenericArgument, Path, PathArguments, Type};

/// Returns whether a path has these segments, with or without `::` before them.
pub(crate) fn is_path(path: &Path, segments: &[&str]) -> bool {
    let found = path.segments.iter().map(|segment| &segment.ident);
    path.segments.len() == segments.len() && found.zip(segments).all(|(found, one)| found == one)
}

/// Returns the path of a type.
pub(crate) fn type_path(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Path(ty) if ty.qself.is_none() => Some(&ty.path),
        _ => None,
    }
}

/// Returns the first type argument of a type with this path: `T` of `Vec<T>`.
pub(crate) fn argument_of<'ty>(ty: &'ty Type, segments: &[&str]) -> Option<&'ty Type> {
    let path = type_path(ty).filter(|path| is_path(path, segments))?;
    let PathArguments::AngleBracketed(arguments) = &path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// Returns a path as the text of serde's attributes, such as `crate::lenient`.
pub(crate) fn path_text(path: &Path) -> String {
    let segments = path.segments.iter();
    let segments: Vec<String> = segments.map(|segment| segment.ident.to_string()).collect();
    segments.join("::")
}
