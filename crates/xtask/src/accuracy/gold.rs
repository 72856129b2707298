//! Gold data as JSON Lines: one shape for all kinds of set, fields that a set lacks stay empty.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A text with what a reader found in it. Positions are Unicode code points of `text`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Record {
    pub id: String,
    pub lang: Option<String>,
    pub iso3: Option<String>,
    pub kind: Option<String>,
    /// The day of the document.
    pub dct: Option<String>,
    /// The reference time of a suite's case.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    pub text: String,
    pub timexes: Vec<Timex>,
    pub entities: Vec<Entity>,
    pub expected: Vec<Expected>,
    pub boilerplate: Vec<String>,
}

/// A time expression; `value` is absent where it is not known, `or` lists values as good.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Timex {
    pub start: usize,
    pub end: usize,
    #[serde(rename = "type")]
    pub kind: String,
    pub value: Option<String>,
    pub or: Vec<String>,
}

/// A name; an `optional` one may be found or not.
#[derive(Debug, Deserialize)]
pub struct Entity {
    pub start: usize,
    pub end: usize,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub optional: bool,
}

/// What another project's test expects.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Expected {
    pub start: Option<usize>,
    pub end: Option<usize>,
    pub timex: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub open: Option<Value>,
    pub to: Option<Value>,
    pub holiday: Option<Value>,
    pub values: Vec<Reading>,
}

/// One of the values that Recognizers-Text allows.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reading {
    pub value: Option<String>,
    pub start: Option<String>,
    #[serde(rename = "Mod")]
    pub modifier: Option<String>,
}

/// All records of a file.
pub fn read(path: &Path) -> Result<Vec<Record>> {
    let content = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines = content.trim_start_matches('\u{feff}').lines().enumerate();
    lines
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(n, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("{}, line {}", path.display(), n + 1))
        })
        .collect()
}

/// The sets of a folder, sorted: name (the file's, without `.jsonl`) and path. None if there is no
/// such folder.
pub fn sets(dir: &Path) -> Result<Vec<(String, PathBuf)>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut sets = Vec::new();
    for entry in std::fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .and_then(|n| n.strip_suffix(".jsonl"));
        if let Some(name) = name {
            sets.push((name.to_owned(), path));
        }
    }
    sets.sort();
    Ok(sets)
}
