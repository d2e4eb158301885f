//! Chromium, controlled through its driver.

use std::io::{BufRead, BufReader, Lines};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::{
    By, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, TypingData, WebDriver,
    WebElement,
};
use url::Url;

/// The time limit for a change of a page.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The programs that these tests need.
pub(crate) struct Installed {
    chromium: PathBuf,
    driver: PathBuf,
}

impl Installed {
    /// Searches `PATH` for the programs; the error names the missing one.
    pub(crate) fn find() -> Result<Self, String> {
        let find = |names: &[&str]| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let files = std::env::split_paths(&path)
                .flat_map(|folder| names.iter().map(move |name| folder.join(name)));
            let mut files = files.filter(|file| file.is_file());
            files.next().ok_or(format!("{} is not installed", names[0]))
        };
        Ok(Self {
            chromium: find(&["chromium", "chromium-browser", "google-chrome"])?,
            driver: find(&["chromedriver"])?,
        })
    }
}

/// A Chromium for one test, which cannot reach other machines.
pub(crate) struct Browser {
    session: WebDriver,
    driver: Child,
    _stdout: Lines<BufReader<ChildStdout>>,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub(crate) async fn start(installed: &Installed) -> Self {
        Self::start_with(installed, &[]).await
    }

    /// Starts Chromium with further arguments.
    pub(crate) async fn start_with(installed: &Installed, further: &[String]) -> Self {
        let mut driver = Command::new(&installed.driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port: u16 = stdout
            .find_map(|line| {
                let line = line.unwrap();
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse().ok()
            })
            .unwrap();
        let profile = tempfile::tempdir().unwrap();
        let mut chromium = DesiredCapabilities::chrome();
        chromium
            .set_binary(installed.chromium.to_str().unwrap())
            .unwrap();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            &format!("--user-data-dir={}", profile.path().display()),
            // Chromium sends requests to other machines through this proxy, which does not exist: its own background
            // requests (updates, search engines) fail.
            "--proxy-server=http://127.0.0.1:9",
        ] {
            chromium.add_arg(argument).unwrap();
        }
        for argument in further {
            chromium.add_arg(argument).unwrap();
        }
        chromium
            .set_logging_prefs("performance", LoggingPrefsLogLevel::All)
            .unwrap();
        let session = WebDriver::new(format!("http://127.0.0.1:{port}"), chromium)
            .await
            .unwrap();
        Self {
            session,
            driver,
            _stdout: stdout,
            _profile: profile,
        }
    }

    pub(crate) fn page(&self) -> Page {
        Page(self.session.clone())
    }

    /// Closes the browser; returns the URLs on other machines that its pages requested.
    pub(crate) async fn close(mut self) -> Vec<String> {
        let external = self.page().external_requests().await;
        let closed = self.session.quit().await;
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
        closed.unwrap();
        external
    }
}

/// The page in the browser.
pub(crate) struct Page(WebDriver);

impl Page {
    pub(crate) async fn open(&self, url: &Url) {
        self.0.goto(url.as_str()).await.unwrap();
    }

    /// Opens a page of another machine and expects a failure.
    pub(crate) async fn open_unreachable(&self, url: &str) {
        assert!(self.0.goto(url).await.is_err());
    }

    /// Returns the URLs on other machines that were requested since the last call, from the browser's log.
    pub(crate) async fn external_requests(&self) -> Vec<String> {
        let log = self.0.get_log("performance").await.unwrap();
        let events = log.iter().map(|entry| {
            let event: Value = serde_json::from_str(&entry.message).unwrap();
            event["message"].clone()
        });
        let requests = events.filter(|event| event["method"] == "Network.requestWillBeSent");
        let urls = requests.map(|event| {
            event["params"]["request"]["url"]
                .as_str()
                .unwrap()
                .to_owned()
        });
        // Leaves out the browser's own pages and inline data: `chrome:`, `data:`.
        urls.filter(|url| ["http", "ws"].iter().any(|scheme| url.starts_with(scheme)))
            .filter(|url| !url.starts_with("http://127.0.0.1:"))
            .collect()
    }

    /// Waits until an element is visible.
    pub(crate) async fn see(&self, id: &str) -> WebElement {
        self.wait_for(&format!("to see #{id}"), async || {
            let element = self.0.find(By::Id(id)).await.ok()?;
            element.is_displayed().await.ok()?.then_some(element)
        })
        .await
    }

    pub(crate) async fn is_hidden(&self, id: &str) -> bool {
        let element = self.0.find(By::Id(id)).await.unwrap();
        !element.is_displayed().await.unwrap()
    }

    pub(crate) async fn click(&self, id: &str) {
        self.see(id).await.click().await.unwrap();
    }

    pub(crate) async fn enter(&self, id: &str, text: &str) {
        let field = self.see(id).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Waits until the text of an element contains `text`.
    pub(crate) async fn reads(&self, id: &str, text: &str) {
        self.wait_for(&format!("for #{id} to contain {text:?}"), async || {
            let element = self.0.find(By::Id(id)).await.ok()?;
            element.text().await.ok()?.contains(text).then_some(())
        })
        .await;
    }

    pub(crate) async fn arrives_at(&self, url: &Url) {
        self.wait_for(&format!("to arrive at {url}"), async || {
            (self.0.current_url().await.ok()? == *url).then_some(())
        })
        .await;
    }

    /// Sends a key to the focused element.
    pub(crate) async fn press(&self, key: impl Into<TypingData>) {
        self.focused().await.send_keys(key).await.unwrap();
    }

    pub(crate) async fn focused(&self) -> WebElement {
        self.0.active_element().await.unwrap()
    }

    /// Switches to the window that the page has opened.
    pub(crate) async fn switch_to_popup(&self) {
        let window = self
            .wait_for("for a popup", async || {
                let windows = self.0.windows().await.ok()?;
                windows.get(1).cloned()
            })
            .await;
        self.0.switch_to_window(window).await.unwrap();
    }

    /// Switches back to the first window.
    pub(crate) async fn switch_to_opener(&self) {
        let window = self.0.windows().await.unwrap().remove(0);
        self.0.switch_to_window(window).await.unwrap();
    }

    /// Shows the page on a screen of this width, in the color scheme `light` or `dark`.
    pub(crate) async fn emulate(&self, scheme: &str, width: u32) {
        let tools = self.0.cdp();
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        let screen =
            json!({"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false});
        for (command, parameters) in [
            ("Emulation.setEmulatedMedia", media),
            ("Emulation.setDeviceMetricsOverride", screen),
        ] {
            tools.send_raw(command, parameters).await.unwrap();
        }
        let query = format!(
            "matchMedia('(prefers-color-scheme: {scheme}) and (width: {width}px)').matches"
        );
        assert!(self.evaluate::<bool>(&query).await, "{scheme}, {width} px");
    }

    /// Runs axe-core, given by its source; returns each violation with its elements.
    pub(crate) async fn violations(&self, axe: &str) -> Vec<Value> {
        let script = format!(
            "{axe};
            return axe.run().then(result => result.violations.map(
                ({{ id, help, nodes }}) => ({{ id, help, nodes: nodes.map(node => node.html) }})
            ));"
        );
        let value = self.0.execute(script, Vec::new()).await.unwrap();
        value.convert().unwrap()
    }

    /// Evaluates a JavaScript expression on the page.
    pub(crate) async fn evaluate<T: serde::de::DeserializeOwned>(&self, expression: &str) -> T {
        let script = format!("return {expression};");
        let value = self.0.execute(script, Vec::new()).await.unwrap();
        value.convert().unwrap()
    }

    async fn wait_for<T>(&self, condition: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            if start.elapsed() > TIMEOUT {
                let source = self.0.source().await.unwrap_or_default();
                panic!("timed out waiting {condition}:\n{source}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
