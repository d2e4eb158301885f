//! The build script and `cargo xtask codegen` generate the same file.

#![cfg(feature = "codegen")]

#[test]
fn the_checked_in_file_is_what_the_build_script_generates() {
    let generated = include_str!(concat!(env!("OUT_DIR"), "/generated.rs"));
    let checked_in = include_str!("../src/generated.rs");
    assert!(
        generated == checked_in,
        "src/generated.rs is out of date; run: cargo xtask codegen"
    );
}
