//! Tests of connecting to media servers at the addresses of a local network, with real sockets, in a network namespace.
//!
//! Where a namespace cannot be made, these tests are listed as ignored, with the reason. With
//! `PLEX_API_NAMESPACE_TESTS=required` in the environment they fail instead; CI sets it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod client;
mod document;
mod lookups;
mod matrix;
mod network;
mod outcome;
mod plain_http;
mod rows;
mod sockets;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let missing = match network::enter() {
        network::Entered::Ended(code) => return code,
        network::Entered::Inside => None,
        network::Entered::Impossible(missing) => Some(missing),
    };
    let trial = |name: &str, test: fn()| {
        let missing = missing.clone();
        Trial::ignorable_test(name, move || {
            if let Some(missing) = missing {
                return leave_out(missing);
            }
            test();
            Ok(Completion::Completed)
        })
    };
    let trials = vec![
        trial("matrix", || block_on(matrix::matrix())),
        trial("names_of_private_addresses_are_never_looked_up", || {
            block_on(lookups::names_of_private_addresses_are_never_looked_up());
        }),
        trial("an_error_lists_every_dead_address", || {
            block_on(lookups::an_error_lists_every_dead_address());
        }),
        trial("only_the_socket_of_the_chosen_address_stays_open", || {
            block_on(sockets::only_the_socket_of_the_chosen_address_stays_open());
        }),
        trial("plain_http_is_refused_by_default", || {
            block_on(plain_http::plain_http_is_refused_by_default());
        }),
        trial("plain_http_is_used_where_it_is_allowed", || {
            block_on(plain_http::plain_http_is_used_where_it_is_allowed());
        }),
        trial("plain_http_never_goes_to_a_public_address", || {
            block_on(plain_http::plain_http_never_goes_to_a_public_address());
        }),
        trial(
            "plain_http_is_not_used_where_the_server_requires_https",
            || block_on(plain_http::plain_http_is_not_used_where_the_server_requires_https()),
        ),
        trial("a_token_in_clear_goes_only_to_the_verified_address", || {
            block_on(plain_http::a_token_in_clear_goes_only_to_the_verified_address());
        }),
        Trial::test("the_document_shows_the_matrix", || {
            document::shows_the_matrix();
            Ok(())
        }),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Lists a test as ignored, or fails it where the environment requires it.
fn leave_out(missing: String) -> Result<Completion, Failed> {
    if std::env::var("PLEX_API_NAMESPACE_TESTS").as_deref() == Ok("required") {
        let message = format!("{missing}, and PLEX_API_NAMESPACE_TESTS requires it");
        Err(Failed::from(message))
    } else {
        Ok(Completion::ignored_with(missing))
    }
}

fn block_on(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(test);
}
