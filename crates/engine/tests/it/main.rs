//! Use cases against a real Postgres (`DATABASE_URL`, a database for each test).

mod accounts;
mod campaigns;
mod links;
mod signin;
mod support;
