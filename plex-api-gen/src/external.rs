//! The macro that contains the generated code of other crates.

/// Contains a generated client: plex-api-codegen writes it around the code, nobody else needs it.
///
/// The items are exported where the macro is called. They stand in a module of their own, which allows every lint, because the
/// warnings of generated code are of no use to the crate that contains it.
#[doc(hidden)]
#[macro_export]
macro_rules! client {
    ($($items:tt)*) => {
        #[allow(
            clippy::all,
            clippy::cargo,
            clippy::nursery,
            clippy::pedantic,
            clippy::restriction,
            missing_debug_implementations,
            missing_docs,
            rustdoc::all,
            single_use_lifetimes,
            unnameable_types,
            unreachable_pub,
            unused,
            unused_qualifications,
            unused_results
        )]
        mod generated_client {
            $($items)*
        }
        #[allow(unreachable_pub, unused_imports)]
        pub use generated_client::*;
    };
}
