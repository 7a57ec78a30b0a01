//! `millrace`: the one program. `millrace serve` runs a node; the other commands look after one.

mod api;
mod backing;
mod bench_serve;
mod cli;
mod clock;
mod commands;
mod config;
mod console;
mod demo;
mod doctor;
mod embedded;
mod logging;
mod mailer;
mod ops;
mod schema;
mod secret_key;
mod seed;
mod serve;

mod shutdown;
mod workers;

use clap::Parser as _;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; wrong usage is 2.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    // Everything this program writes is for its user alone; what is not, says so.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    match commands::run(cli) {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Prints an error with its causes, one a line.
#[expect(clippy::print_stderr, reason = "the last words of a command")]
fn complain(error: &anyhow::Error) {
    eprintln!("millrace: {error}");
    for cause in error.chain().skip(1) {
        for line in cause.to_string().lines() {
            eprintln!("  {line}");
        }
    }
}
