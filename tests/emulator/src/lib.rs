#![doc = include_str!("../README.md")]
//!
//! # Threads
//!
//! The emulator runs on its own thread: a test may use any runtime and pause its clock. It stops when [`Emulator`] is
//! dropped.

mod accept;
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
mod fields;
mod form;
mod jwt;
mod listeners;
mod media_server;
mod network;
mod operation;
mod pages;
mod recorder;
mod render;
mod reply;
mod routes;
mod served;
mod server;
mod service;
mod state;
mod switches;
#[cfg(feature = "tls")]
mod tls;
mod user;

pub use builder::EmulatorBuilder;
pub use emulator::Emulator;
pub use error::Error;
pub use faults::{Fault, RetryAfter};
pub use media_server::{Behaviour, MediaServer, ServerConnection};
pub use operation::Operation;
pub use recorder::RecordedRequest;
pub use switches::Switches;
pub use user::User;
