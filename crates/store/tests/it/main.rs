//! Tests against a real Postgres (`DATABASE_URL`, a database for each test) and a real Redis (`TEST_REDIS_URL`).

mod config;
mod db;
mod jobs;
mod pipeline;
mod rls;
mod sessions;
mod support;
