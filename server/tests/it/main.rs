//! The program from outside: its command line, its private services, its listeners.

mod config;
mod doctor;
mod embedded;
mod node;
mod serve;
