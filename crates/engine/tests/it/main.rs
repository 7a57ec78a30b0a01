//! The engine against a real Postgres (`DATABASE_URL`, a database for each test) and a real Redis
//! (`TEST_REDIS_URL`, a stream for each test).

mod accounts;
mod api_keys;
mod campaigns;
mod chaos;
mod charts;
mod face;
mod frame;
mod keeping;
mod links;
mod lists;
mod mail;
mod money;
mod nodes;
mod people;
mod periods;
mod reports;
mod results;
mod sessions;
mod shipping;
mod signin;
mod signup;
mod support;
mod two_step;
mod world;
