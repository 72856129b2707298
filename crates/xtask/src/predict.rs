//! Predictions for gold files, in the shape that scorers read.

use anyhow::{Context, Result};
use dateline_dates::Domain;
use dateline_gazetteer::Gazetteer;
use dateline_languages::Library;
use dateline_model::{Article, Field, Span};
use dateline_pipeline::{Engine, Settings, Worker};
use serde_json::{Value, json};
use std::io::{BufRead, Write};

/// Reads gold JSON Lines from standard input and writes predictions to standard output.
///
/// `--narrative`: texts are stories, their `dct` is left out. `--detect`: the language is not taken
/// from the gold. `--undated`: `dct` is left out and `--fill-undated`: the calendar may date such
/// articles. `--languages=DIR`: packs below `DIR` lie over the embedded ones, so that tables and
/// rules can be tried without a build.
pub fn run(args: &[String]) -> Result<()> {
    let narrative = args.iter().any(|a| a == "--narrative");
    let detect = args.iter().any(|a| a == "--detect");
    let fill_undated = args.iter().any(|a| a == "--fill-undated");
    let undated = narrative || args.iter().any(|a| a == "--undated");
    let mut library = Library::embedded();
    for dir in args.iter().filter_map(|a| a.strip_prefix("--languages=")) {
        library = library.with_folders(dir.as_ref())?;
    }
    let settings = Settings {
        dates: true,
        entities: true,
        language: None,
        dating: dateline_dates::Settings {
            domain: if narrative {
                Domain::Narrative
            } else {
                Domain::Auto
            },
            date_order: None,
            not_after: jiff::civil::date(2026, 11, 21),
            not_after_is_said: false,
            fill_undated,
        },
    };
    let engine = Engine::new(library, Gazetteer::embedded(), settings)?;
    let mut worker = Worker::default();
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let gold: Value = serde_json::from_str(&line?)?;
        let text = gold["text"].as_str().context("text")?;
        let published = if undated {
            ""
        } else {
            gold["dct"].as_str().unwrap_or_default()
        };
        let article = Article {
            text: text.into(),
            published: published.into(),
            language: if detect {
                "".into()
            } else {
                gold["lang"].as_str().unwrap_or_default().into()
            },
            ..Article::default()
        };
        let facts = engine.extract(article, &mut worker);
        let mut at = Counter {
            text,
            byte: 0,
            point: 0,
        };
        let timexes: Vec<Value> = facts
            .dates
            .iter()
            .filter(|d| d.evidence.field == Field::Text)
            .map(|d| {
                let (start, end) = at.points(d.evidence.span);
                json!({"start": start, "end": end, "type": d.kind.timex_type(), "value": &*d.timex_value, "rule": d.evidence.rule,
                    "modifier": d.modifier, "basis": d.basis, "alternatives": &*d.alternatives,
                    "range_id": &*d.range_id, "range_role": d.range_role})
            })
            .collect();
        let mut at = Counter {
            text,
            byte: 0,
            point: 0,
        };
        let entities: Vec<Value> = facts
            .mentions
            .iter()
            .map(|m| {
                let (start, end) = at.points(m.evidence.span);
                let kind = match m.name_type.as_str() {
                    "person" => "PER",
                    "organization" => "ORG",
                    "place" => "LOC",
                    _ => "MISC",
                };
                json!({"start": start, "end": end, "type": kind})
            })
            .collect();
        let row = json!({"id": gold["id"], "lang": facts.article.language, "published": facts.article.published,
            "published_basis": facts.article.published_basis, "timexes": timexes, "entities": entities});
        writeln!(out, "{row}")?;
    }
    Ok(())
}

struct Counter<'t> {
    text: &'t str,
    byte: usize,
    point: usize,
}

impl Counter<'_> {
    fn to(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.point) = (0, 0);
        }
        self.point += self.text[self.byte..byte].chars().count();
        self.byte = byte;
        self.point
    }

    fn points(&mut self, span: Span) -> (usize, usize) {
        (self.to(span.start as usize), self.to(span.end as usize))
    }
}
