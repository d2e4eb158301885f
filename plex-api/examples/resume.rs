//! A sign-in that outlives its process: `cargo run --example resume`.
//!
//! Two processes are played by two functions that share nothing but a folder. Without arguments it uses an emulator of
//! plex.tv and needs neither an account nor a network; with `-- --live` it signs in with plex.tv, and out again.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example talks to its user"
)]

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use plex_api::{ClientIdentifier, Identity, PlexApi, SignIn};
use plex_tv_emulator::Emulator;
use url::Url;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The emulator's demo user takes this long to agree.
const DEMO_USER_AGREES_AFTER: Duration = Duration::from_secs(3);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = tokio::select! {
        outcome = run() => outcome,
        _ = tokio::signal::ctrl_c() => Err("cancelled".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let emulator = match std::env::args().nth(1).as_deref() {
        None => Some(start_emulator().await?),
        Some("--live") => None,
        Some(other) => return Err(format!("unknown argument {other}; there is --live").into()),
    };
    let plex_tv = emulator.as_ref().map(Emulator::base_url);
    let folder = Folder::create()?;
    first_process(&folder.0, plex_tv.clone()).await?;
    println!("The first process has ended; a second one goes on.");
    second_process(&folder.0, plex_tv).await
}

/// Starts the sign-in, shows it to the user, stores it, and ends.
async fn first_process(folder: &Path, plex_tv: Option<Url>) -> Result<()> {
    let plex = client(folder, plex_tv)?;
    let sign_in = plex.start_sign_in().await?;
    println!("To sign in, open:\n  {}", sign_in.url());
    store(&folder.join("sign-in.json"), &sign_in)
}

/// Loads the sign-in, and waits for what is left of its life.
async fn second_process(folder: &Path, plex_tv: Option<Url>) -> Result<()> {
    let plex = client(folder, plex_tv)?;
    let file = folder.join("sign-in.json");
    let sign_in: SignIn = serde_json::from_slice(&fs::read(&file)?)?;
    println!("{} seconds are left.", sign_in.remaining().as_secs());
    let outcome = plex.wait_for_token(&sign_in).await;
    // It has yielded its token, or it never will.
    fs::remove_file(&file)?;
    let token = outcome?;
    println!("Signed in.");
    // A real program keeps the token now; this one leaves nothing behind.
    plex.sign_out(&token).await?;
    println!("Signed out again.");
    Ok(())
}

/// A client of the same identity in every process: plex.tv knows a sign-in only under the identifier that started it.
fn client(folder: &Path, plex_tv: Option<Url>) -> Result<PlexApi> {
    let identifier = ClientIdentifier::load_or_create(folder.join("client-identifier"))?;
    let mut builder = PlexApi::builder(Identity::new(identifier).client_name("plex-api example"));
    if let Some(plex_tv) = plex_tv {
        builder = builder.base_url(plex_tv);
    }
    Ok(builder.build()?)
}

/// Writes a sign-in where only its owner can read it: who has it can fetch the token.
fn store(file: &Path, sign_in: &SignIn) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let json = serde_json::to_vec(sign_in)?;
    options.open(file)?.write_all(&json)?;
    Ok(())
}

async fn start_emulator() -> Result<Emulator> {
    println!("Started an emulator of plex.tv; its demo user agrees after 3 seconds.");
    let builder = Emulator::builder().approve_after(DEMO_USER_AGREES_AFTER);
    Ok(builder.start().await?)
}

/// A new folder that only its owner can open, in the place of a program's folder for settings; removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn create() -> Result<Self> {
        let name = format!("plex-api-resume-{}", ClientIdentifier::random());
        let folder = std::env::temp_dir().join(name);
        #[cfg_attr(not(unix), allow(unused_mut, reason = "only Unix has modes"))]
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("{} is left behind: {error}", self.0.display());
        }
    }
}
