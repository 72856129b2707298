//! `dateline`: arguments become a plan, the plan runs.

mod args;
mod explain;
mod extract;
mod file;
mod gazetteer;
mod languages;
mod learn;
mod print;
mod progress;
mod reading;
mod rules;
mod sample;
mod shell;

use args::Command;
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
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("warn"))
        .format_timestamp(None)
        .init();
    let result = match args::Cli::parse().command {
        Command::Extract(a) => extract::run(&a),
        Command::Explain(a) => explain::run(&a),
        Command::Sample(a) => sample::run(&a),
        Command::Languages(a) => languages::run(&a),
        Command::Rules(a) => rules::run(&a),
        Command::Gazetteer(a) => gazetteer::run(&a),
        Command::Learn(a) => learn::run(&a),
        Command::Completions(a) => shell::completions(&a),
        Command::Man(a) => shell::man(&a),
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
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
            || cause
                .downcast_ref::<dateline_export::Error>()
                .is_some_and(dateline_export::Error::is_broken_pipe)
    })
}
