//! The program from outside: its command line, its private services, its listeners.

mod api;
mod api_keys;
mod config;
mod doctor;
mod embedded;
mod node;
mod security;
mod serve;
