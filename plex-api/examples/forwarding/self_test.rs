//! Plays the browser: the whole flow over real HTTP with the emulator, and the requests that must be rejected.

use std::collections::HashMap;
use std::time::Duration;

use plex_tv_emulator::{Fault, Operation};
use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Client, Method, redirect};
use tower_sessions::SessionStore;
use tower_sessions_rusqlite_store::RusqliteStore;
use url::Url;

use crate::flow::{App, TOKEN};
use crate::{Result, pages};

pub(crate) async fn run(app: &App, store: &RusqliteStore) -> Result<()> {
    let emulator = app.emulator.as_ref().ok_or("needs the emulator")?;
    let mut browser = Browser::new(&app.origin)?;
    let mut stranger = Browser::new(&app.origin)?;

    let home = browser.get("/").await?;
    same(
        "offers a sign-in",
        (home.status, &*home.body),
        (200, pages::SIGN_IN.0),
    )?;

    let other_site = browser.post("/sign-in", "https://other.example").await?;
    same("refuses the form of another site", other_site.status, 403)?;
    let ours = app.origin.origin().ascii_serialization();
    let start = browser.post("/sign-in", &ours).await?;
    let page = Url::parse(&start.location)?;
    same(
        "sends the browser to Plex",
        (start.status, page.path()),
        (303, "/auth"),
    )?;
    for attribute in ["HttpOnly", "SameSite=Lax"] {
        same(attribute, start.set_cookie.contains(attribute), true)?;
    }
    let query = page.fragment().unwrap_or_default().trim_start_matches('?');
    let query: HashMap<_, _> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let (code, forward) = (&query["code"], Url::parse(&query["forwardUrl"])?);
    let back = format!("{}?{}", forward.path(), forward.query().unwrap_or_default());

    let early = browser.get(&back).await?;
    same(
        "says not yet",
        (early.status, &*early.body),
        (200, pages::NOT_YET.0),
    )?;
    same(
        "refuses another browser",
        stranger.get(&back).await?.status,
        400,
    )?;
    same(
        "refuses another state",
        browser.get("/back?state=guessed").await?.status,
        400,
    )?;

    emulator.approve(code).await?;
    emulator.fail_next(Operation::GetTokenByPinId, Fault::Status { status: 502 });
    let before = browser.cookie.clone();
    let outage = browser.wait_while("\"plex_responds\":true").await?;
    same("shows an outage", outage.contains("\"pending\""), true)?;
    let done = browser.wait_while("\"pending\"").await?;
    same("signs in", &*done, "{\"status\":\"signed_in\"}")?;
    let polls = emulator.requests().into_iter();
    let polls = polls.filter(|it| it.operation == Some(Operation::GetTokenByPinId));
    same("polls plex.tv three times", polls.count(), 3)?;
    let returned = browser.get(&back).await?;
    same(
        "welcomes the browser that returns",
        (returned.status, &*returned.location),
        (303, "/"),
    )?;
    same("changes the cookie", browser.cookie == before, false)?;
    same(
        "shows it",
        browser.get("/").await?.body,
        pages::SIGNED_IN.0.into(),
    )?;
    stranger.cookie = before;
    same(
        "rejects the old cookie",
        stranger.get("/").await?.body,
        pages::SIGN_IN.0.into(),
    )?;

    let id = browser
        .cookie
        .split_once('=')
        .ok_or("no cookie")?
        .1
        .parse()?;
    let session = store
        .load(&id)
        .await?
        .ok_or("the session is not in the store")?;
    let token = session.data[TOKEN]
        .as_str()
        .ok_or("the token is not in the store")?;
    let responses = [browser.seen, stranger.seen].concat();
    same("sends no token", responses.contains(token), false)?;
    same("sends the code once", responses.matches(&**code).count(), 1)?;
    println!("self-test: the whole flow passed");
    Ok(())
}

/// Compares two values; prints the name of the check or fails with it.
fn same<T: PartialEq + std::fmt::Debug>(check: &str, found: T, expected: T) -> Result<()> {
    if found == expected {
        println!("ok: {check}");
        return Ok(());
    }
    Err(format!("{check}: expected {expected:?}, found {found:?}").into())
}

/// An HTTP client that follows no redirects and keeps one cookie.
struct Browser {
    http: Client,
    origin: Url,
    cookie: String,
    /// All responses so far.
    seen: String,
}

struct Page {
    status: u16,
    location: String,
    set_cookie: String,
    body: String,
}

impl Browser {
    fn new(origin: &Url) -> Result<Self> {
        let http = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy();
        Ok(Self {
            http: http.build()?,
            origin: origin.clone(),
            cookie: String::new(),
            seen: String::new(),
        })
    }

    /// Asks for the status, like the script of the page but more often, while it contains this.
    async fn wait_while(&mut self, contained: &str) -> Result<String> {
        loop {
            let status = self.get("/status").await?.body;
            if !status.contains(contained) {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn get(&mut self, path: &str) -> Result<Page> {
        self.send(Method::GET, path, None).await
    }

    async fn post(&mut self, path: &str, origin: &str) -> Result<Page> {
        self.send(Method::POST, path, Some(origin)).await
    }

    async fn send(&mut self, method: Method, path: &str, origin: Option<&str>) -> Result<Page> {
        let mut request = self.http.request(method, self.origin.join(path)?);
        if !self.cookie.is_empty() {
            request = request.header(COOKIE, &self.cookie);
        }
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        let response = request.send().await?;
        self.seen += &format!("{:?}\n", response.headers());
        let header = |name| {
            response
                .headers()
                .get(name)
                .map_or(Ok(""), |it| it.to_str())
        };
        let (location, set_cookie) = (header(LOCATION)?.to_owned(), header(SET_COOKIE)?.to_owned());
        if let Some((cookie, _)) = set_cookie.split_once(';') {
            self.cookie = cookie.to_owned();
        }
        let status = response.status().as_u16();
        let body = response.text().await?;
        self.seen += &body;
        Ok(Page {
            status,
            location,
            set_cookie,
            body,
        })
    }
}
