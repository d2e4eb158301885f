//! The accessibility of the pages, checked by axe-core.

use std::path::PathBuf;
use std::time::Duration;

use plex_tv_emulator::Emulator;
use serde_json::{Value, json};

use crate::chromium::Page;

/// The source of axe-core, `axe.min.js`.
pub(crate) struct Axe(String);

impl Axe {
    /// Reads the file that `PLEX_API_AXE` names; the error says what is missing.
    pub(crate) fn find() -> Result<Self, String> {
        let path = std::env::var_os("PLEX_API_AXE");
        let path = path.map(PathBuf::from);
        let path = path.ok_or("PLEX_API_AXE does not name axe.min.js of axe-core")?;
        let source = std::fs::read_to_string(&path);
        source
            .map(Self)
            .map_err(|error| format!("PLEX_API_AXE names {}: {error}", path.display()))
    }

    /// Checks the page in its present state: light and dark, on a phone and on a desktop.
    async fn check(&self, page: &Page, state: &str) {
        for scheme in ["light", "dark"] {
            for width in [320, 1280] {
                page.emulate(scheme, width).await;
                let violations: Vec<Value> = page.violations(&self.0).await;
                assert!(
                    violations.is_empty(),
                    "{state}, {scheme}, {width} px: {}",
                    json!(violations)
                );
            }
        }
    }
}

pub(crate) async fn home_is_accessible(page: Page, axe: Axe) {
    let emulator = Emulator::start().await.unwrap();
    page.open(&emulator.base_url().join("/").unwrap()).await;
    page.reads("users", "Demo User").await;
    axe.check(&page, "home without PINs").await;
    create(&emulator, true).await;
    let (approved, declined) = (
        create(&emulator, false).await,
        create(&emulator, false).await,
    );
    emulator.approve(&approved).await.unwrap();
    emulator.decline(&declined).await.unwrap();
    page.reads("pins", "claimed by Demo User").await;
    page.reads("pins", "declined").await;
    axe.check(&page, "home with PINs").await;
}

pub(crate) async fn link_is_accessible(page: Page, axe: Axe) {
    let emulator = Emulator::start().await.unwrap();
    page.open(&emulator.base_url().join("/link").unwrap()).await;
    page.see("code").await;
    axe.check(&page, "link").await;
    page.enter("code", "????").await;
    page.click("continue").await;
    page.reads("message", "This code was not found").await;
    axe.check(&page, "link with an unknown code").await;
    let code = create(&emulator, false).await;
    page.enter("code", &code).await;
    page.click("continue").await;
    page.see("allow").await;
    axe.check(&page, "link with an app").await;
    page.click("allow").await;
    page.reads("title", "Signed in").await;
    axe.check(&page, "link after the sign-in").await;
}

pub(crate) async fn auth_is_accessible(page: Page, axe: Axe) {
    let emulator = Emulator::start().await.unwrap();
    let auth = emulator.base_url().join("/auth").unwrap();
    page.open(&auth).await;
    page.reads("message", "This link is incomplete").await;
    axe.check(&page, "auth without a code").await;
    let code = create(&emulator, true).await;
    let mut link = auth.clone();
    let forward = "&forwardUrl=http%3A%2F%2F127.0.0.1%3A9%2F";
    link.set_fragment(Some(&format!("?clientID=axe&code={code}{forward}")));
    page.open(&link).await;
    page.see("allow").await;
    axe.check(&page, "auth with an app").await;
    page.click("decline").await;
    page.see("back").await;
    axe.check(&page, "auth after a decline").await;
    emulator.approve(&code).await.unwrap();
    page.open(&auth).await;
    page.open(&link).await;
    page.reads("message", "was approved already").await;
    axe.check(&page, "auth with a claimed code").await;
    let code = create(&emulator, true).await;
    link.set_fragment(Some(&format!("?clientID=axe&code={code}")));
    page.open(&link).await;
    page.see("allow").await;
    emulator.advance(Duration::from_secs(1801));
    page.click("allow").await;
    page.reads("title", "This code has expired").await;
    axe.check(&page, "auth after the expiry").await;
}

/// Creates a PIN and returns its code.
async fn create(emulator: &Emulator, strong: bool) -> String {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = http.post(format!("{}/pins.json", emulator.base_url()));
    let request = request.query(&[
        ("strong", strong.to_string().as_str()),
        ("X-Plex-Client-Identifier", "axe"),
        ("X-Plex-Product", "A product"),
        ("X-Plex-Device-Name", "A device"),
    ]);
    let pin: Value = request.send().await.unwrap().json().await.unwrap();
    pin["code"].as_str().unwrap().to_owned()
}
