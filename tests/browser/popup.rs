//! Apps that open the page `/auth` as a popup and poll until it is closed.

use std::time::Duration;

use plex_tv_emulator::Emulator;
use serde_json::Value;
use url::Url;

use crate::app::App;
use crate::chromium::Page;

/// The time that a user takes. A click within a second, before the app's first poll, would hide that the app cannot see
/// its popup.
const THINKING: Duration = Duration::from_millis(3500);

pub(crate) async fn sign_in_with_a_popup(page: Page) {
    let emulator = Emulator::start().await.unwrap();
    sign_in(&page, &origin(&emulator)).await;
}

/// Signs in with an app that knows plex.tv by this origin.
pub(crate) async fn sign_in(page: &Page, plex: &str) {
    let app = App::start();
    page.open(&popup_app(plex, &app)).await;
    page.click("sign-in").await;
    page.switch_to_popup().await;
    page.reads("title", "App 1 wants to sign in").await;
    tokio::time::sleep(THINKING).await;
    page.click("allow").await;
    page.switch_to_opener().await;
    page.reads("state", "App 1 is signed in").await;
}

/// The second link of an app differs from the first in the part after the `#` only, so the page is not loaded again.
pub(crate) async fn sign_in_with_the_second_link_in_one_popup(page: Page) {
    let (emulator, app) = (Emulator::start().await.unwrap(), App::start());
    page.open(&popup_app(&origin(&emulator), &app)).await;
    page.click("sign-in").await;
    page.switch_to_popup().await;
    page.reads("title", "App 1 wants to sign in").await;
    page.switch_to_opener().await;
    page.click("sign-in").await;
    page.reads("state", "waiting for App 2").await;
    page.switch_to_popup().await;
    page.reads("title", "App 2 wants to sign in").await;
    tokio::time::sleep(THINKING).await;
    page.click("allow").await;
    page.switch_to_opener().await;
    page.reads("state", "App 2 is signed in").await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let pins = emulator.base_url().join("/_emulator/pins").unwrap();
    let pins: Value = http.get(pins).send().await.unwrap().json().await.unwrap();
    let state = |product| {
        let mut pins = pins.as_array().unwrap().iter();
        let pin = pins.find(|pin| pin["product"] == product).unwrap();
        pin["state"].clone()
    };
    assert_eq!(
        (state("App 1"), state("App 2")),
        ("pending".into(), "claimed".into())
    );
}

/// A link that is opened after the user has decided on another one starts from the beginning.
pub(crate) async fn open_the_next_link_after_a_decision(page: Page) {
    let (emulator, app) = (Emulator::start().await.unwrap(), App::start());
    page.open(&popup_app(&origin(&emulator), &app)).await;
    page.click("sign-in").await;
    page.switch_to_popup().await;
    page.click("decline").await;
    page.reads("title", "Declined").await;
    page.switch_to_opener().await;
    page.click("sign-in").await;
    page.switch_to_popup().await;
    page.reads("title", "App 2 wants to sign in").await;
    page.click("allow").await;
    page.switch_to_opener().await;
    page.reads("state", "App 2 is signed in").await;
}

/// Shows that the tests above would fail with the policy that plex.tv had for a while.
pub(crate) async fn an_opener_policy_makes_the_popup_look_closed(page: Page) {
    let (emulator, app) = (Emulator::start().await.unwrap(), App::start());
    emulator.set_switches(|switches| switches.coop = true);
    page.open(&popup_app(&origin(&emulator), &app)).await;
    page.click("sign-in").await;
    page.reads("state", "App 1 gave up: its popup is closed")
        .await;
    // It is not.
    page.switch_to_popup().await;
    page.reads("title", "App 1 wants to sign in").await;
}

fn origin(emulator: &Emulator) -> String {
    emulator.base_url().origin().ascii_serialization()
}

fn popup_app(plex: &str, app: &App) -> Url {
    let mut url = app.url().join("/popup").unwrap();
    url.query_pairs_mut().append_pair("plex", plex);
    url
}
