//! The actions of a user, and their effect on the app.

use std::time::Duration;

use plex_api::{Identity, PlexApi, Token};
use plex_tv_emulator::Emulator;
use thirtyfour::Key;
use url::Url;

use crate::app::App;
use crate::chromium::Page;

pub(crate) async fn sign_in_and_be_forwarded(page: Page) {
    let (emulator, app) = (Emulator::start().await.unwrap(), App::start());
    let plex = plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    let link = sign_in.url_with_forward(&app.url()).unwrap();
    let user = async {
        page.open(&local(&emulator, &link)).await;
        page.reads("title", "Plex for Roku wants to sign in").await;
        page.reads("app", "Living room").await;
        assert!(app.requests().is_empty());
        page.click("allow").await;
        page.arrives_at(&app.url()).await;
        page.reads("welcome", "Welcome back").await;
    };
    let (token, ()) = tokio::join!(plex.wait_for_token(&sign_in), user);
    assert_eq!(username(&plex, &token.unwrap()).await, "demo");
    assert_eq!(app.requests(), ["GET /back?state=a%20b&for=7"]);
}

pub(crate) async fn enter_a_code_as_another_user(page: Page) {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    let user = async {
        page.open(&local(&emulator, &link_page())).await;
        page.enter("code", &sign_in.code().as_str().to_lowercase())
            .await;
        page.click("continue").await;
        page.reads("title", "Plex for Roku wants to sign in").await;
        page.see("user")
            .await
            .send_keys("Second User")
            .await
            .unwrap();
        page.click("allow").await;
        page.reads("title", "Signed in").await;
        page.reads("message", "You can close this page").await;
    };
    let (token, ()) = tokio::join!(plex.wait_for_token(&sign_in), user);
    assert_eq!(username(&plex, &token.unwrap()).await, "second");
}

pub(crate) async fn sign_in_by_keyboard(page: Page) {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    // The link contains the code.
    page.open(&local(&emulator, &sign_in.url())).await;
    let field = page.see("code").await;
    assert_eq!(
        field.value().await.unwrap().as_deref(),
        Some(sign_in.code().as_str())
    );
    assert_eq!(
        page.focused().await.id().await.unwrap().as_deref(),
        Some("code")
    );
    page.press(Key::Enter).await;
    page.see("allow").await;
    for id in ["title", "user", "allow", "decline"] {
        let focused = page.focused().await;
        assert_eq!(focused.id().await.unwrap().as_deref(), Some(id));
        if id == "allow" {
            // A visible outline marks the focus.
            assert_eq!(focused.css_value("outline-style").await.unwrap(), "solid");
        }
        if id != "decline" {
            page.press(Key::Tab).await;
        }
    }
    page.press(Key::Shift + Key::Tab).await;
    assert!(plex.check(&sign_in).await.unwrap().granted().is_none());
    page.press(Key::Enter).await;
    page.reads("title", "Signed in").await;
    plex.wait_for_token(&sign_in).await.unwrap();
}

pub(crate) async fn decline(page: Page) {
    let (emulator, app) = (Emulator::start().await.unwrap(), App::start());
    let plex = plex(&emulator);
    let sign_in = plex.start_sign_in().await.unwrap();
    let link = sign_in.url_with_forward(&app.url()).unwrap();
    page.open(&local(&emulator, &link)).await;
    page.click("decline").await;
    page.reads("title", "Declined").await;
    assert!(page.is_hidden("allow").await);
    // The app does not learn of it and waits until the PIN expires.
    assert!(plex.check(&sign_in).await.unwrap().granted().is_none());
    let wait = plex.wait_for_token(&sign_in);
    let expiry = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        emulator.advance(Duration::from_secs(1801));
    };
    let (token, ()) = tokio::join!(wait, expiry);
    assert!(token.unwrap_err().is_expired());
    // The user decides whether to go back.
    assert!(app.requests().is_empty());
    let back: String = page
        .evaluate("document.querySelector('#back a').href")
        .await;
    assert_eq!(back, app.url().as_str());
}

pub(crate) async fn wrong_and_expired_codes(page: Page) {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let sign_in = plex.start_code_sign_in().await.unwrap();
    page.open(&local(&emulator, &link_page())).await;
    page.enter("code", "????").await;
    page.click("continue").await;
    page.reads("message", "This code was not found").await;
    assert!(page.is_hidden("decide").await);
    // The second code is right, but the user decides too late.
    page.enter("code", sign_in.code().as_str()).await;
    page.click("continue").await;
    page.see("allow").await;
    emulator.advance(Duration::from_secs(901));
    page.click("allow").await;
    page.reads("title", "This code has expired").await;
    assert!(page.is_hidden("allow").await);
    // The code expires before the user enters it.
    page.open(&local(&emulator, &sign_in.url())).await;
    page.click("continue").await;
    page.reads("message", "It may have expired").await;

    let sign_in = plex.start_sign_in().await.unwrap();
    emulator.advance(Duration::from_secs(1801));
    page.open(&local(&emulator, &sign_in.url())).await;
    page.reads("message", "This sign-in request was not found")
        .await;
    assert!(page.is_hidden("allow").await);
}

/// The link page says why it does not take a code, and marks the field.
pub(crate) async fn codes_that_link_does_not_take(page: Page) {
    let emulator = Emulator::start().await.unwrap();
    let plex = plex(&emulator);
    let strong = plex.start_sign_in().await.unwrap();
    let short = plex.start_code_sign_in().await.unwrap();
    emulator.approve(short.code().as_str()).await.unwrap();
    page.open(&local(&emulator, &link_page())).await;
    let invalid = "document.getElementById('code').getAttribute('aria-invalid')";
    for (code, message) in [
        (strong.code().as_str(), "the long code of a sign-in link"),
        (short.code().as_str(), "This code was used already"),
        ("????", "This code was not found"),
    ] {
        page.enter("code", code).await;
        assert_ne!(
            page.evaluate::<Option<String>>(invalid).await.as_deref(),
            Some("true")
        );
        page.click("continue").await;
        page.reads("message", message).await;
        assert_eq!(page.evaluate::<String>(invalid).await, "true");
    }
    // A link that is opened again.
    emulator.approve(strong.code().as_str()).await.unwrap();
    page.open(&local(&emulator, &strong.url())).await;
    page.reads("message", "was approved already").await;
    assert!(page.is_hidden("allow").await);
}

/// Checks the resources of each page, and that the log would show a request to another machine.
///
/// Every test asserts at its end that this log is empty.
pub(crate) async fn pages_request_nothing_from_other_machines(page: Page) {
    let emulator = Emulator::start().await.unwrap();
    let sign_in = plex(&emulator).start_sign_in().await.unwrap();
    let origin = emulator.base_url().join("/").unwrap();
    for (url, id) in [
        (origin.clone(), "pins"),
        (local(&emulator, &link_page()), "code"),
        (local(&emulator, &sign_in.url()), "allow"),
    ] {
        page.open(&url).await;
        page.see(id).await;
        let resources = "performance.getEntriesByType('resource').map(entry => entry.name)";
        let resources: Vec<String> = page.evaluate(resources).await;
        assert!(resources.len() >= 2, "a style and a script: {resources:?}");
        for resource in resources {
            assert!(resource.starts_with(origin.as_str()), "{resource}");
        }
    }
    assert!(page.external_requests().await.is_empty());
    // The log does record a request to another machine.
    let external = "http://external.example/";
    page.open_unreachable(external).await;
    assert_eq!(page.external_requests().await[0], external);
}

fn plex(emulator: &Emulator) -> PlexApi {
    let identity = Identity::new("browser-test")
        .client_name("Plex for Roku")
        .device_nickname("Living room");
    PlexApi::builder(identity)
        .base_url(emulator.base_url())
        .poll_interval(Duration::from_millis(50))
        .build()
        .unwrap()
}

fn link_page() -> Url {
    Url::parse("https://plex.tv/link").unwrap()
}

/// Maps a link to plex.tv to the emulator's page.
fn local(emulator: &Emulator, url: &Url) -> Url {
    emulator.local_page(url).unwrap()
}

/// Returns the name of the token's user.
async fn username(plex: &PlexApi, token: &Token) -> String {
    let user = plex.with_token(token).generated().get_token_details().await;
    user.unwrap().username.unwrap()
}
