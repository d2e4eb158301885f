//! Speaks real HTTP with the emulator.

mod pins;
mod support;
