//! Figures for the pages. Every query sees the rows of its transaction's realm only.

pub mod accounts;
pub mod as_of;
pub mod audit;
pub mod clicks;
pub mod config;
pub mod conversions;
mod export;
pub mod health;
pub mod listing;
pub mod needs;
pub mod own;
pub mod people;
pub mod ranking;
pub mod stats;
