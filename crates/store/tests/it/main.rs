//! Tests against a real Postgres (`DATABASE_URL`, a database for each test) and a real Redis (`TEST_REDIS_URL`).

mod config;
mod db;
mod jobs;
mod limits;
mod pipeline;
mod rls;
mod sessions;
mod shared;
mod support;
