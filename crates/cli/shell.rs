//! `dateline completions` and `dateline man`.

use crate::args::{Cli, Completions, Man};
use anyhow::{Context, Result};
use clap::CommandFactory;
use std::io::Write;

/// Prints a completion script; the exit code.
pub fn completions(a: &Completions) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(a.shell, &mut Cli::command(), "dateline", &mut script);
    std::io::stdout().lock().write_all(&script)?;
    Ok(crate::DONE)
}

/// Prints a manual page; the exit code.
pub fn man(a: &Man) -> Result<u8> {
    let mut program = Cli::command();
    program.build();
    let command = match &a.command {
        None => program,
        Some(name) => program.find_subcommand(name).cloned().with_context(|| {
            format!("no command «{name}»: `dateline --help` lists those that there are")
        })?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    std::io::stdout().lock().write_all(&page)?;
    Ok(crate::DONE)
}
