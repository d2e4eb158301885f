//! The order of the modules: a module imports only earlier ones, so there are no circles.

use std::fs;
use std::path::Path;

use syn::{Item, UseTree};

/// For each folder: the start of imports from it, and its modules in order.
const ORDERS: [(&str, &str, &str); 4] = [
    (
        "",
        "crate",
        "document markdown names error read check left_out split import lower operations emit syntax models client external_crate \
         non_exhaustive docs lib build_script cli main",
    ),
    (
        "document",
        "super",
        "keywords pointer walk references subset",
    ),
    (
        "lower",
        "super",
        "media_types references shape shapes facts enums source_map warnings root unused texts servers parameter components unions hoisted definitions \
         alternatives schemas subtypes all_of operations parameter_styles security globals parameters bodies responses body_arguments \
         argument_types forms relaxed",
    ),
    (
        "client",
        "super",
        "docs operations response signatures write request",
    ),
];

#[test]
fn modules_import_only_earlier_ones() {
    for (folder, root, order) in ORDERS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src")
            .join(folder);
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let module = path.file_stem().unwrap().to_str().unwrap();
            if module == "tests" || module == "snapshots" {
                continue;
            }
            let position = |name: &str| {
                let found = order.split(' ').position(|module| module == name);
                found.unwrap_or_else(|| {
                    panic!("{name}, in {}, has no place in the order", path.display())
                })
            };
            for import in imports(&path, root) {
                // lib.rs has types and the function `generate` besides its modules.
                let is_item = import.starts_with(char::is_uppercase) || import == "generate";
                assert!(
                    position(if is_item { "lib" } else { &import }) <= position(module),
                    "{} imports `{root}::{import}`, which is later",
                    path.display()
                );
            }
        }
    }
}

/// Returns the modules that a file, or each file of a folder, imports from `root`. Modules of tests do not count.
fn imports(path: &Path, root: &str) -> Vec<String> {
    if path.is_dir() {
        let entries = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let sources = entries.filter(|path| path.file_stem().unwrap() != "tests");
        return sources.flat_map(|path| imports(&path, root)).collect();
    }
    let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    let from_root = |item: Item| match item {
        Item::Use(item) => match item.tree {
            UseTree::Path(path) if path.ident == root => names(&path.tree),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    file.items.into_iter().flat_map(from_root).collect()
}

/// Returns the first segments of an import.
fn names(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Path(path) => vec![path.ident.to_string()],
        UseTree::Name(name) => vec![name.ident.to_string()],
        UseTree::Rename(rename) => vec![rename.ident.to_string()],
        UseTree::Glob(_) => Vec::new(),
        UseTree::Group(group) => group.items.iter().flat_map(names).collect(),
    }
}
