//! Generates a client from each spec.

fn main() {
    for spec in [
        "queries",
        "paths",
        "bodies",
        "responses",
        "security",
        "names",
        "models",
        "unions",
        "servers",
        "odd",
    ] {
        plex_api_codegen::build(format!("specs/{spec}.yaml"));
    }
}
