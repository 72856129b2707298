//! `dateline learn`.

use crate::args::{Learn, Progress as Shown};
use crate::progress::{Line, listen};
use anyhow::{Context, Result, bail};
use dateline_ingest::Reader;
use dateline_pipeline::{Progress, Settings};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// Runs the command; the exit code.
pub fn run(a: &Learn) -> Result<u8> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(a.threads)
        .build_global()
        .context("cannot start the threads")?;
    let to_file = a.out != Path::new("-");
    if to_file && a.out.exists() && !a.force {
        bail!("{} exists; --force replaces it", a.out.display());
    }
    let options = a.reading.options();
    let library = a.reading.library()?;
    let settings = Settings {
        dates: false,
        entities: true,
        language: a.reading.language(&library)?,
        dating: a.reading.dating(),
    };
    let engine = a.reading.engine(library, settings)?;
    let mut reader = Reader::open(&a.inputs, &options)?;
    let progress = Arc::new(Progress::default());
    // Nothing is written before all is read.
    listen(&progress, || ())?;
    let line = if a.progress == Shown::Auto {
        Line::start(&progress, reader.total_bytes())
    } else {
        None
    };
    let corpus = dateline_pipeline::learn(&engine, &mut reader, &options, a.memory, &progress)?;
    drop(line);
    if corpus.articles() == 0 {
        bail!("no article was read");
    }
    let table = corpus.table();
    if to_file {
        crate::file::write(&a.out, |file| file.write_all(table.as_bytes()))
            .with_context(|| a.out.display().to_string())?;
    } else {
        std::io::stdout().write_all(table.as_bytes())?;
    }
    let rows = table
        .lines()
        .filter(|l| !l.starts_with('#'))
        .count()
        .saturating_sub(1);
    eprintln!(
        "{} articles, {} rejects; {rows} names and words",
        corpus.articles(),
        corpus.rejects()
    );
    if corpus.one_of() > 1 {
        eprintln!(
            "note: one of {} forms was counted; more --memory counts more",
            corpus.one_of()
        );
    }
    Ok(crate::DONE)
}
