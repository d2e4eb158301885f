//! A plex.tv to build and test against: a real HTTP server with the observable behaviour of plex.tv's sign-in.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), plex_tv_emulator::Error> {
//! let emulator = plex_tv_emulator::Emulator::start().await?;
//! let base_url = emulator.base_url(); // http://127.0.0.1:N/api/v2: what a client takes for https://plex.tv/api/v2
//! # assert_eq!(base_url.path(), "/api/v2");
//! # Ok(()) }
//! ```
//!
//! The emulator runs on a thread of its own, so that it does not care which runtime the test uses, or whether
//! the clock of that runtime is paused. Facts of plex.tv come from Plex's developer documentation and from
//! recordings in public repositories and issues; where nobody knows what plex.tv does, there is a switch.

mod builder;
mod call;
mod clock;
mod codes;
mod connection;
mod control;
mod delivery;
mod emulator;
mod error;
mod faults;
mod jwt;
mod operation;
mod pages;
mod recorder;
mod render;
mod reply;
mod routes;
mod server;
mod service;
mod state;
mod switches;
mod user;

pub use builder::EmulatorBuilder;
pub use emulator::Emulator;
pub use error::Error;
pub use faults::{Fault, RetryAfter};
pub use operation::Operation;
pub use recorder::RecordedRequest;
pub use switches::Switches;
pub use user::User;
