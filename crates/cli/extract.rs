//! `dateline extract`.

use crate::args::{Domain, Extract, Format, MaxRejects, Only, Order, Progress as Shown, Undated};
use crate::progress::Line;
use anyhow::{Context, Result, bail};
use dateline_export::{ExcelLocale, Input, LineWriter, RunInfo, Settings, Summary, Table, Tables, Warning, Writer};
use dateline_gazetteer::Gazetteer;
use dateline_ingest::Reader;
use dateline_languages::Library;
use dateline_pipeline::{Counts, Engine, Limits, Progress, date_order};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// The day this version was released: the latest day that an undated article may have.
pub const RELEASED: jiff::civil::Date = jiff::civil::date(2026, 11, 21);

/// Settings of extraction, shared with the other commands.
pub fn engine_settings(a: &Extract) -> dateline_pipeline::Settings {
    let wanted = |only| a.only.is_empty() || a.only.contains(&only);
    dateline_pipeline::Settings {
        dates: wanted(Only::Dates),
        entities: wanted(Only::Entities),
        language: a.lang.clone(),
        dating: dateline_dates::Settings {
            domain: match a.domain {
                Domain::Auto => dateline_dates::Domain::Auto,
                Domain::News => dateline_dates::Domain::News,
                Domain::Narrative => dateline_dates::Domain::Narrative,
            },
            date_order: date_order(order_name(a.date_order)),
            not_after: a.not_after.unwrap_or(RELEASED),
            fill_undated: a.undated == Undated::Fill,
        },
    }
}

/// The language packs, with the user's own over them.
pub fn library(languages: Option<&Path>) -> Result<Library> {
    let library = Library::embedded();
    match languages {
        Some(dir) => library.with_folders(dir).with_context(|| format!("--languages {}", dir.display())),
        None => Ok(library),
    }
}

/// The gazetteer, with the user's own names over it.
pub fn gazetteer(names: Option<&Path>) -> Result<Gazetteer> {
    let gazetteer = Gazetteer::embedded();
    let Some(path) = names else { return Ok(gazetteer) };
    let file = std::fs::File::open(path).with_context(|| format!("--names {}", path.display()))?;
    Ok(gazetteer.with_names(&path.display().to_string(), file)?)
}

fn order_name(order: Order) -> &'static str {
    match order {
        Order::Auto => "auto",
        Order::Dmy => "dmy",
        Order::Mdy => "mdy",
        Order::Ymd => "ymd",
    }
}

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
    let wanted = |only| a.only.is_empty() || a.only.contains(&only);
    let only: Tables = Table::ALL
        .into_iter()
        .filter(|t| match t {
            Table::Dates => wanted(Only::Dates),
            Table::Mentions | Table::ArticleEntities | Table::Entities => wanted(Only::Entities),
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
        memory: a.memory,
    })
}

/// Runs the command; the exit code.
pub fn run(a: &Extract) -> Result<u8> {
    let begun = Instant::now();
    rayon::ThreadPoolBuilder::new().num_threads(a.threads).build_global().context("cannot start the threads")?;
    let options = dateline_ingest::Options {
        max_record: a.max_record,
        field_map: a.map.clone(),
        ..dateline_ingest::Options::default()
    };
    let engine = Engine::new(library(a.languages.as_deref())?, gazetteer(a.names.as_deref())?, engine_settings(a))?;
    let mut reader = Reader::open(&a.inputs, &options)?;
    let export = export_settings(a)?;
    let limits = Limits { memory: a.memory, articles: a.limit };
    let progress = Arc::new(Progress::default());
    {
        let progress = Arc::clone(&progress);
        // The first Ctrl-C ends the run cleanly after its window, the second at once.
        ctrlc::set_handler(move || {
            if progress.stop.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(crate::FAILED));
            }
        })
        .context("cannot listen for Ctrl-C")?;
    }
    let line = if a.progress == Shown::Auto { Line::start(&progress, reader.total_bytes()) } else { None };
    let (counts, summary) = if a.out == Path::new("-") {
        let export = LineWriter::<std::io::Stdout>::settings(&export);
        let mut out = LineWriter::new(std::io::stdout());
        let counts = dateline_pipeline::run(&engine, &mut reader, &options, &export, &limits, &progress, |batch| {
            out.write(&batch)
        })?;
        (counts, out.finish()?)
    } else {
        let mut writer = Writer::create(&a.out, export.clone(), a.force)?;
        let counts = dateline_pipeline::run(&engine, &mut reader, &options, &export, &limits, &progress, |batch| {
            writer.write(batch)
        })?;
        let info = run_info(a, &reader, &counts);
        (counts, writer.finish(info)?)
    };
    drop(line);
    report(a, &reader, &counts, &summary, begun);
    if counts.articles == 0 && counts.rejects == 0 {
        bail!("no article in {}: is it the right folder? Known are .txt .jsonl .json .csv .tsv .html, plain or compressed", names(a));
    }
    let allowed = a.max_rejects.unwrap_or(MaxRejects::Percent(100.0));
    Ok(if allowed.exceeded(counts.rejects, counts.articles) { crate::TOO_MANY_REJECTS } else { crate::DONE })
}

fn names(a: &Extract) -> String {
    a.inputs.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn run_info(a: &Extract, reader: &Reader, counts: &Counts) -> RunInfo {
    let settings = [
        ("language", json!(a.lang)),
        ("domain", json!(format!("{:?}", a.domain).to_lowercase())),
        ("date_order", json!(order_name(a.date_order))),
        ("map", json!(a.map.iter().map(|(o, t)| format!("{o}={t}")).collect::<Vec<_>>())),
        ("names", json!(a.names)),
        ("languages", json!(a.languages)),
        ("not_after", json!(a.not_after.unwrap_or(RELEASED).to_string())),
        ("undated", json!(format!("{:?}", a.undated).to_lowercase())),
        ("limit", json!(a.limit)),
        ("max_record", json!(a.max_record)),
    ];
    RunInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        settings: settings.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        inputs: reader
            .inputs()
            .iter()
            .map(|i| Input { path: i.path.clone(), bytes: i.bytes, checksum: format!("blake3:{}", i.checksum) })
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

fn warnings(reader: &Reader, counts: &Counts) -> Vec<Warning> {
    let mut all: Vec<Warning> = reader
        .warnings()
        .iter()
        .map(|w| Warning { code: "input".into(), count: 1, message: format!("{}: {}", w.source_file, w.message) })
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
    for w in &summary.warnings {
        eprintln!("note: {} {}", w.count, w.message);
    }
    if counts.rejects > 0 && a.out != Path::new("-") {
        eprintln!("what was not read, and why: the table «rejects» in {}", a.out.display());
    }
}
