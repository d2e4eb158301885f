#![doc = include_str!("../README.md")]
//!
//! # How it runs
//!
//! The emulator runs on a thread of its own, so that it does not care which runtime a test uses, or whether the
//! clock of that runtime is paused. It stops when [`Emulator`] is dropped.

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
