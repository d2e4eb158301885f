//! Sign-ins at `https://app.plex.tv`, the name that apps hard-code.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libtest_mimic::{Completion, Failed};
use plex_tv_emulator::Emulator;
use reqwest::{Certificate, Client};
use ring::digest::{SHA256, digest};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use serde_json::Value;
use url::Url;
use webpki::EndEntityCert;

use crate::app::App;
use crate::chromium::{Browser, Installed, Page};
use crate::{finish, popup};

const CLIENT: &str = "browser-test";

pub(crate) async fn sign_in_at_app_plex_tv(installed: &Installed) -> Result<Completion, Failed> {
    run(installed, "app.plex.tv", sign_in).await
}

pub(crate) async fn sign_in_with_a_popup_at_app_plex_tv(
    installed: &Installed,
) -> Result<Completion, Failed> {
    let journey = |page: Page, emulator: Emulator| async move {
        popup::sign_in(&page, "https://app.plex.tv").await;
        drop(emulator);
    };
    run(installed, "app.plex.tv", journey).await
}

pub(crate) async fn a_refused_name_is_explained(
    installed: &Installed,
) -> Result<Completion, Failed> {
    run(installed, "other.example", be_refused).await
}

/// Runs a journey in a Chromium that reaches the emulator by this name, and accepts no other certificate for it.
async fn run<F>(
    installed: &Installed,
    name: &str,
    journey: impl FnOnce(Page, Emulator) -> F,
) -> Result<Completion, Failed>
where
    F: Future<Output = ()> + 'static,
{
    let emulator = Emulator::builder().tls().start().await.unwrap();
    let port = emulator.base_url().port().unwrap();
    let arguments = [
        format!("--host-resolver-rules=MAP {name} 127.0.0.1:{port}"),
        format!("--proxy-bypass-list={name}"),
        format!(
            "--ignore-certificate-errors-spki-list={}",
            key_hash(emulator.ca_pem().unwrap())
        ),
    ];
    let browser = Browser::start_with(installed, &arguments).await;
    let own = format!("https://{name}/");
    finish(browser, &own, |page| journey(page, emulator)).await
}

/// A website may point its own domain at the emulator.
async fn be_refused(page: Page, emulator: Emulator) {
    let page_url = Url::parse("https://other.example/link?pin=7RQZ").unwrap();
    page.open(&page_url).await;
    page.click("continue").await;
    page.reads("message", "Start it with --host").await;
    assert!(page.is_hidden("decide").await);
    drop(emulator);
}

async fn sign_in(page: Page, emulator: Emulator) {
    let app = App::start();
    let ca = Certificate::from_pem(emulator.ca_pem().unwrap().as_bytes()).unwrap();
    let client = Client::builder()
        .no_proxy()
        .tls_certs_only([ca])
        .build()
        .unwrap();
    let send = async |method: &str, path: String| -> Value {
        let url = format!("{}/pins{path}", emulator.base_url());
        let request = client.request(method.parse().unwrap(), url);
        let request = request.header("X-Plex-Client-Identifier", CLIENT);
        request.send().await.unwrap().json().await.unwrap()
    };
    let pin = send("POST", ".json?strong=true".to_owned()).await;
    let parameters = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("clientID", CLIENT)
        .append_pair("code", pin["code"].as_str().unwrap())
        .append_pair("context[device][product]", "Plex for Roku")
        .append_pair("forwardUrl", app.url().as_str())
        .finish();
    let link = format!("https://app.plex.tv/auth#?{parameters}");
    page.open(&Url::parse(&link).unwrap()).await;
    page.reads("title", "Plex for Roku wants to sign in").await;
    page.click("allow").await;
    page.arrives_at(&app.url()).await;
    let pin = send("GET", format!("/{}.json", pin["id"])).await;
    assert_eq!(pin["authToken"].as_str().map(str::len), Some(20));
}

/// Hashes the public key of a certificate, as Chromium's option expects it.
fn key_hash(pem: &str) -> String {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    let certificate = EndEntityCert::try_from(&certificate).unwrap();
    let key = certificate.subject_public_key_info();
    STANDARD.encode(digest(&SHA256, &key))
}
