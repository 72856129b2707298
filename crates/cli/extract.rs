//! `dateline extract`.

use crate::args::{Extract, Format, MaxRejects, Only, Progress as Shown};
use crate::progress::{Line, listen};
use crate::reading::RELEASED;
use anyhow::{Context, Result, bail};
use dateline_export::{
    ExcelLocale, Input, LineWriter, RunInfo, Settings, Summary, Table, Tables, Warning, Writer,
};
use dateline_ingest::Reader;
use dateline_pipeline::{Counts, Limits, Progress};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Counting entities may take this part of the memory: beside it there are the window with its rows, and the tables of
/// the languages.
const ENTITIES_SHARE: u64 = 4;

fn export_settings(a: &Extract) -> Result<Settings> {
    let formats = a
        .format
        .iter()
        .map(|f| match f {
            Format::Csv => dateline_export::Format::Csv,
            Format::Jsonl => dateline_export::Format::Jsonl,
            Format::Xlsx => dateline_export::Format::Xlsx,
        })
        .collect();
    let only: Tables = Table::ALL
        .into_iter()
        .filter(|t| match t {
            Table::Dates => a.wants(Only::Dates),
            Table::Mentions | Table::ArticleEntities | Table::Entities => a.wants(Only::Entities),
            Table::Quotes | Table::Amounts => a.only.is_empty(),
            _ => true,
        })
        .collect();
    let excel = a.excel.as_deref().map(ExcelLocale::new).transpose()?;
    Ok(Settings {
        formats,
        only,
        texts: !a.no_texts,
        sentences: !a.no_sentences,
        all_zones: a.all_zones,
        excel,
        memory: a.memory / ENTITIES_SHARE,
    })
}

/// Runs the command; the exit code.
pub fn run(a: &Extract) -> Result<u8> {
    let begun = Instant::now();
    rayon::ThreadPoolBuilder::new()
        .num_threads(a.threads)
        .build_global()
        .context("cannot start the threads")?;
    let options = a.reading.options();
    let library = a.reading.library()?;
    let settings = dateline_pipeline::Settings {
        dates: a.wants(Only::Dates),
        entities: a.wants(Only::Entities),
        language: a.reading.language(&library)?,
        dating: a.reading.dating(),
    };
    let engine = a.reading.engine(library, settings)?;
    let mut reader = Reader::open(&a.inputs, &options)?;
    let export = export_settings(a)?;
    let limits = Limits {
        memory: a.memory,
        articles: a.limit,
    };
    let progress = Arc::new(Progress::default());
    let (out, made) = (a.out.clone(), !a.out.exists());
    listen(&progress, move || {
        if out != Path::new("-") {
            remove_partial(&out, made);
        }
    })?;
    let line = if a.progress == Shown::Auto {
        Line::start(&progress, reader.total_bytes())
    } else {
        None
    };
    let (counts, summary) = if a.out == Path::new("-") {
        let export = LineWriter::<std::io::Stdout>::settings(&export);
        let mut out = LineWriter::new(std::io::stdout());
        let counts = dateline_pipeline::run(
            &engine,
            &mut reader,
            &options,
            &export,
            &limits,
            &progress,
            |batch| out.write(batch),
        )?;
        refuse_nothing(a, &counts)?;
        (counts, out.finish()?)
    } else {
        let mut writer = Writer::create(&a.out, export.clone(), a.force)?;
        let counts = dateline_pipeline::run(
            &engine,
            &mut reader,
            &options,
            &export,
            &limits,
            &progress,
            |batch| writer.write(batch),
        )?;
        refuse_nothing(a, &counts)?;
        let info = run_info(a, &reader, &counts);
        (counts, writer.finish(info)?)
    };
    drop(line);
    report(a, &reader, &counts, &summary, begun);
    let allowed = a.max_rejects.unwrap_or(MaxRejects::Percent(100.0));
    Ok(if allowed.exceeded(counts.rejects, counts.articles) {
        crate::TOO_MANY_REJECTS
    } else {
        crate::DONE
    })
}

/// A run that read nothing is a mistake, and leaves no tables behind that look like a result.
fn refuse_nothing(a: &Extract, counts: &Counts) -> Result<()> {
    if counts.articles > 0 || counts.rejects > 0 {
        return Ok(());
    }
    let inputs: Vec<_> = a.inputs.iter().map(|p| p.display().to_string()).collect();
    bail!(
        "no article in {}: is it the right folder? Known are .txt .md .jsonl .json .csv .tsv .html, plain or compressed",
        inputs.join(", ")
    )
}

fn run_info(a: &Extract, reader: &Reader, counts: &Counts) -> RunInfo {
    let r = &a.reading;
    let settings = [
        ("language", json!(r.lang)),
        ("domain", json!(format!("{:?}", r.domain).to_lowercase())),
        ("date_order", json!(r.date_order.as_str())),
        (
            "map",
            json!(
                r.map
                    .iter()
                    .map(|(o, t)| format!("{o}={t}"))
                    .collect::<Vec<_>>()
            ),
        ),
        ("names", json!(Some(&r.names).filter(|n| !n.is_empty()))),
        ("languages", json!(r.languages)),
        (
            "not_after",
            json!(r.not_after.unwrap_or(RELEASED).to_string()),
        ),
        ("undated", json!(format!("{:?}", r.undated).to_lowercase())),
        ("limit", json!(a.limit)),
        ("max_record", json!(r.max_record)),
    ];
    RunInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings: settings
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v))
            .collect(),
        inputs: reader
            .inputs()
            .iter()
            .map(|i| Input {
                path: i.path.clone(),
                bytes: i.bytes,
                checksum: format!("blake3:{}", i.checksum),
            })
            .collect(),
        counts: [
            ("articles_undated", counts.undated),
            ("articles_dated_by_calendar_latest", counts.calendar_latest),
            ("repeated_ids", counts.repeated_ids),
        ]
        .into_iter()
        .map(|(k, v)| (k.to_owned(), v))
        .collect(),
        warnings: warnings(reader, counts),
    }
}

/// The code of warnings about one input.
const INPUT: &str = "input";

fn warnings(reader: &Reader, counts: &Counts) -> Vec<Warning> {
    let mut all: Vec<Warning> = reader
        .warnings()
        .iter()
        .map(|w| Warning {
            code: INPUT.into(),
            count: 1,
            message: format!("{}: {}", w.source_file, w.message),
        })
        .collect();
    if counts.repeated_ids > 0 {
        all.push(Warning {
            code: "id.repeated".into(),
            count: counts.repeated_ids,
            message: "ids that had been given before; ~2, ~3 … was put behind them".into(),
        });
    }
    if counts.calendar_latest > 0 {
        all.push(Warning {
            code: "published.calendar_latest".into(),
            count: counts.calendar_latest,
            message: "articles without a date whose weekday and day fit several years; the latest was taken, the others stand in published_alternatives".into(),
        });
    }
    all
}

/// Removes what a run that ends at once has begun to write, and the folder if the run `made` it.
fn remove_partial(out: &Path, made: bool) {
    for entry in std::fs::read_dir(out).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|x| x == "partial") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
    if made {
        let _ = std::fs::remove_dir(out);
    }
}

/// The closing lines, on standard error.
fn report(a: &Extract, reader: &Reader, counts: &Counts, summary: &Summary, begun: Instant) {
    let seconds = begun.elapsed().as_secs_f64();
    let rows = |table: &str| summary.counts.get(table).copied().unwrap_or_default();
    let bytes: u64 = reader.inputs().iter().map(|i| i.bytes).sum();
    eprintln!(
        "{} articles, {} rejects; {} names, {} dates; {:.1} s, {:.1} MB/s",
        counts.articles,
        counts.rejects,
        rows("mentions"),
        rows("dates"),
        seconds,
        bytes as f64 / 1e6 / seconds.max(1e-9),
    );
    // A thousand tables may want a thousand notes; run.json has them all.
    const NOTES: usize = 10;
    for w in summary.warnings.iter().take(NOTES) {
        if w.code == INPUT {
            eprintln!("note: {}", w.message)
        } else {
            eprintln!("note: {} {}", w.count, w.message)
        }
    }
    if let Some(more @ 1..) = summary.warnings.len().checked_sub(NOTES) {
        eprintln!("note: {more} more notes stand in run.json");
    }
    if counts.rejects > 0 && a.out != Path::new("-") {
        eprintln!(
            "what was not read, and why: the table «rejects» in {}",
            a.out.display()
        );
    }
}
