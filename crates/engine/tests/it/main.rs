//! The engine against a real Postgres (`DATABASE_URL`, a database for each test) and a real Redis
//! (`TEST_REDIS_URL`, a stream for each test).

mod accounts;
mod campaigns;
mod chaos;
mod keeping;
mod links;
mod money;
mod reports;
mod results;
mod shipping;
mod signin;
mod support;
mod world;
