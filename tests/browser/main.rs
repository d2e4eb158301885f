//! Tests of the emulator's pages in headless Chromium.
//!
//! Where Chromium or its driver is not installed, these tests are listed as ignored, with the reason. With
//! `PLEX_API_BROWSER_TESTS=required` in the environment they fail instead; CI sets it. The same holds for the tests of
//! accessibility where `PLEX_API_AXE` does not name the file `axe.min.js` of the npm package axe-core.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod app;
mod axe;
mod chromium;
mod journeys;
mod popup;
mod tls;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::axe::Axe;
use crate::chromium::{Browser, Installed, Page};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = vec![
        trial(
            "sign_in_and_be_forwarded",
            journeys::sign_in_and_be_forwarded,
        ),
        trial(
            "enter_a_code_as_another_user",
            journeys::enter_a_code_as_another_user,
        ),
        trial("sign_in_by_keyboard", journeys::sign_in_by_keyboard),
        trial("decline", journeys::decline),
        trial("wrong_and_expired_codes", journeys::wrong_and_expired_codes),
        trial(
            "pages_request_nothing_from_other_machines",
            journeys::pages_request_nothing_from_other_machines,
        ),
        trial(
            "codes_that_link_does_not_take",
            journeys::codes_that_link_does_not_take,
        ),
        trial("sign_in_with_a_popup", popup::sign_in_with_a_popup),
        trial(
            "sign_in_with_the_second_link_in_one_popup",
            popup::sign_in_with_the_second_link_in_one_popup,
        ),
        trial(
            "open_the_next_link_after_a_decision",
            popup::open_the_next_link_after_a_decision,
        ),
        trial(
            "an_opener_policy_makes_the_popup_look_closed",
            popup::an_opener_policy_makes_the_popup_look_closed,
        ),
        axe_trial("home_is_accessible", axe::home_is_accessible),
        axe_trial("link_is_accessible", axe::link_is_accessible),
        axe_trial("auth_is_accessible", axe::auth_is_accessible),
        ignorable("sign_in_at_app_plex_tv", |installed| {
            block_on(tls::sign_in_at_app_plex_tv(installed))
        }),
        ignorable("sign_in_with_a_popup_at_app_plex_tv", |installed| {
            block_on(tls::sign_in_with_a_popup_at_app_plex_tv(installed))
        }),
        ignorable("a_refused_name_is_explained", |installed| {
            block_on(tls::a_refused_name_is_explained(installed))
        }),
    ];
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A test with its own browser.
fn trial<F>(name: &str, journey: fn(Page) -> F) -> Trial
where
    F: Future<Output = ()> + 'static,
{
    ignorable(name, move |installed| {
        block_on(async {
            let browser = Browser::start(installed).await;
            finish(browser, "http://127.0.0.1:", journey).await
        })
    })
}

/// A test that is ignored, with the reason, where no browser is installed.
fn ignorable(
    name: &str,
    run: impl FnOnce(&Installed) -> Result<Completion, Failed> + Send + 'static,
) -> Trial {
    Trial::ignorable_test(name, move || match Installed::find() {
        Ok(installed) => run(&installed),
        Err(missing) => leave_out(missing),
    })
}

/// A test with its own browser that needs axe-core, too.
fn axe_trial<F>(name: &str, journey: fn(Page, Axe) -> F) -> Trial
where
    F: Future<Output = ()> + 'static,
{
    Trial::ignorable_test(name, move || {
        match Installed::find().and_then(|installed| Ok((installed, Axe::find()?))) {
            Ok((installed, axe)) => block_on(async {
                let browser = Browser::start(&installed).await;
                finish(browser, "http://127.0.0.1:", |page| journey(page, axe)).await
            }),
            Err(missing) => leave_out(missing),
        }
    })
}

/// Lists a test as ignored, or fails it where the environment requires it.
fn leave_out(missing: String) -> Result<Completion, Failed> {
    if std::env::var("PLEX_API_BROWSER_TESTS").as_deref() == Ok("required") {
        let message = format!("{missing}, and PLEX_API_BROWSER_TESTS requires it");
        Err(Failed::from(message))
    } else {
        Ok(Completion::ignored_with(missing))
    }
}

fn block_on(test: impl Future<Output = Result<Completion, Failed>>) -> Result<Completion, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    tokio::task::LocalSet::new().block_on(&runtime, test)
}

/// Runs a journey in a browser, and closes the browser; URLs that begin with `own` are on this machine.
async fn finish<F, J>(browser: Browser, own: &str, journey: J) -> Result<Completion, Failed>
where
    F: Future<Output = ()> + 'static,
    J: FnOnce(Page) -> F,
{
    // A task of its own, so that the browser is closed even if the journey panics.
    let outcome = tokio::task::spawn_local(journey(browser.page())).await;
    let mut external = browser.close().await;
    external.retain(|url| !url.starts_with(own));
    match outcome {
        Ok(()) if external.is_empty() => Ok(Completion::Completed),
        Ok(()) => Err(format!("requests to other machines: {external:?}").into()),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
