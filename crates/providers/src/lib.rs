//! Clients of services outside: what the engine asks for through its traits.

pub mod mail;
pub mod probe;
