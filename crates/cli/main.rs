//! `dateline`: arguments become a plan, the plan runs.

mod args;
mod extract;
mod progress;

use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Done, and no more rejects than allowed.
const DONE: u8 = 0;
/// Done, but more rejects than allowed.
const TOO_MANY_REJECTS: u8 = 1;
/// Wrong use, or something cannot be read or written.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn")).format_timestamp(None).init();
    let result = match args::Cli::parse().command {
        args::Command::Extract(a) => extract::run(&a),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_broken_pipe(&error) => ExitCode::from(DONE),
        Err(error) => {
            eprintln!("dateline: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

/// `dateline … | head` is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
            || cause.downcast_ref::<dateline_export::Error>().is_some_and(dateline_export::Error::is_broken_pipe)
    })
}
