//! The program from outside: its command line, its private services, its listeners.

mod api;
mod api_keys;
mod browser;
mod config;
mod doctor;
mod embedded;
mod node;
mod people;
mod redis_away;
mod security;
mod serve;
