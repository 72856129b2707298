//! Accuracy on gold data: the page `docs/accuracy.md`, errors to look at, floors that hold.
//!
//! An evaluation folder has `temporal/` (annotated corpora and the date tests of other projects),
//! `ner/` (names) and `news/langid/` (languages), each with sets as JSON Lines. What is there is
//! measured; the order of files and threads changes nothing.

mod dates;
mod floors;
mod gold;
mod languages;
mod measure;
mod names;
mod page;
mod reader;
mod seeds;
mod suites;

use anyhow::{Context, Result, bail, ensure};
use dateline_languages::Library;
use gold::Record;
use measure::{Fault, kinds};
use rayon::prelude::*;
use reader::{Reader, Reading};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// All that was measured, by kind, each sorted by set.
#[derive(Debug, Default)]
pub struct Scores {
    dates: Vec<dates::Score>,
    suites: Vec<suites::Score>,
    names: Vec<names::Score>,
    languages: Vec<languages::Score>,
    seeds: Option<seeds::Score>,
}

/// What is to be done with the evaluation folder.
#[derive(Debug)]
enum Task {
    /// Write the page.
    Page,
    /// Print so many errors of a set.
    Errors(String, usize),
    /// Compare with the floors.
    Check,
    /// Lift the floors.
    RaiseFloors,
}

const USAGE: &str = "accuracy EVAL_DIR [--seeds SEEDS_DIR] [--languages DIR] [--learned NAMES.tsv] [--errors SET [N] | --check | --raise-floors]";

/// `EVAL_DIR` writes the page, with `--seeds SEEDS_DIR` also about those articles. `--errors SET [N]`
/// prints the measures of a set and N of its errors, evenly from all (`seeds` is a set as well);
/// `--check` fails if a floor is broken, `--raise-floors` lifts them. `--languages DIR` lays folders over the built-in
/// ones, so that a change to a table or a rule is measured without building. `--learned NAMES.tsv` adds what `dateline learn` has
/// made of a corpus.
pub fn run(args: &[String]) -> Result<()> {
    let mut args = args.iter().map(String::as_str).peekable();
    let (mut eval, mut seeds, mut task) = (None, None, Task::Page);
    let mut library = Library::embedded();
    let mut learned = String::new();
    while let Some(arg) = args.next() {
        match arg {
            "--seeds" => seeds = Some(Path::new(args.next().context(USAGE)?)),
            "--languages" => {
                let dir = Path::new(args.next().context(USAGE)?);
                library = library
                    .with_folders(dir)
                    .with_context(|| dir.display().to_string())?;
            }
            "--learned" => {
                let path = args.next().context(USAGE)?;
                learned = std::fs::read_to_string(path).with_context(|| path.to_owned())?;
            }
            "--errors" => {
                let set = args.next().context(USAGE)?.to_owned();
                let n = args
                    .next_if(|a| !a.starts_with('-'))
                    .map_or(Ok(20), str::parse)?;
                task = Task::Errors(set, n);
            }
            "--check" => task = Task::Check,
            "--raise-floors" => task = Task::RaiseFloors,
            dir if eval.is_none() && !dir.starts_with('-') => eval = Some(Path::new(dir)),
            other => bail!("«{other}» is not known: {USAGE}"),
        }
    }
    let eval = eval.context(USAGE)?;
    if let Task::Errors(set, n) = &task {
        return print_errors((&library, &learned), eval, seeds, set, *n);
    }
    let scores = measure((&library, &learned), eval, seeds, None)?;
    let mut out = std::io::stdout().lock();
    match task {
        Task::Check => writeln!(
            out,
            "{} floors hold",
            floors::check(&scores.measures(true))?
        )?,
        Task::RaiseFloors => floors::raise(&scores.measures(true))?,
        Task::Page | Task::Errors(..) => {
            let path = root().join("docs/accuracy.md");
            std::fs::write(&path, page::page(&scores, &state())?)
                .with_context(|| path.display().to_string())?;
            let table = root().join("crates/cli/accuracy.tsv");
            std::fs::write(&table, by_language(&scores))
                .with_context(|| table.display().to_string())?;
            writeln!(out, "docs/accuracy.md, crates/cli/accuracy.tsv")?;
        }
    }
    Ok(())
}

/// What `dateline languages TAG` tells of accuracy: language, set, kind of facts, number of gold facts, measures in
/// percent.
fn by_language(scores: &Scores) -> String {
    let mut rows = Vec::new();
    let mut add = |set: &str, kind: &str, gold: usize, measures: Vec<(&str, f64)>| {
        let Some((_, language)) = set.rsplit_once('.') else {
            return;
        };
        let told: Vec<String> = measures
            .iter()
            .filter(|(name, _)| ["strict", "relaxed", "value", "exact", "span"].contains(name))
            .map(|(name, share)| format!("{name} {:.1}", 100.0 * share))
            .collect();
        rows.push(format!(
            "{language}\t{set}\t{kind}\t{gold}\t{}",
            told.join(", ")
        ));
    };
    for s in &scores.dates {
        add(&s.set, "dates", s.relaxed.gold, s.measures());
    }
    for s in &scores.suites {
        add(&s.set, "dates", s.dates.expected, s.measures());
    }
    for s in &scores.names {
        add(&s.set, "names", s.exact.gold, s.measures());
    }
    rows.sort();
    format!("{HEAD}{}\n", rows.join("\n"))
}

const HEAD: &str = "\
# Made by `cargo run --profile quick -p xtask -- accuracy EVAL_DIR`: language, set, kind, gold facts, F1 in percent
# (of suites: share of the cases with the right value).
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Version and commit of the program that is measured.
fn state() -> String {
    let git = |args: &[&str]| {
        let done = Command::new("git")
            .current_dir(root())
            .args(args)
            .output()
            .ok()?;
        done.status
            .success()
            .then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
    };
    let mut state = format!("version {}", env!("CARGO_PKG_VERSION"));
    if let Some(commit) = git(&["log", "-1", "--format=%h of %cs"]) {
        state = format!("{state}, commit {commit}");
    }
    if git(&["status", "--porcelain", "--", "crates"]).is_some_and(|s| !s.is_empty()) {
        state += " and changes after it";
    }
    state
}

enum Score {
    Dates(dates::Score),
    Suite(suites::Score),
    Names(names::Score),
    Languages(languages::Score),
}

/// Measures all sets, or the one of this name.
fn measure(
    (library, learned): (&Library, &str),
    eval: &Path,
    seeds: Option<&Path>,
    only: Option<&str>,
) -> Result<Scores> {
    let mut sets = Vec::new();
    for kind in ["temporal", "ner", "news/langid"] {
        let found = gold::sets(&eval.join(kind))?;
        sets.extend(found.into_iter().map(|(set, path)| (kind, set, path)));
    }
    ensure!(
        !sets.is_empty(),
        "{}: no sets in temporal, ner or news/langid",
        eval.display()
    );
    sets.retain(|(_, set, _)| only.is_none_or(|o| o == set));
    let reader = Reader::new(library, learned)?;
    let one = |(kind, set, path): &(&str, String, PathBuf)| -> Result<Score> {
        let mut records = gold::read(path)?;
        suites::mend_reference(set, &mut records);
        Ok(match *kind {
            "temporal" if set.starts_with("suite-") => Score::Suite(suites::score(
                set,
                &records,
                &reader.read(&records, Reading::News),
                library,
            )),
            "temporal" => {
                let story = set.starts_with("wikiwars");
                let found = reader.read(
                    &records,
                    if story {
                        Reading::Narrative
                    } else {
                        Reading::News
                    },
                );
                Score::Dates(dates::score(set, &records, &found))
            }
            "ner" => Score::Names(score_names(set, &records, &reader)),
            _ => Score::Languages(languages::score(set, &records, &reader)),
        })
    };
    let measured: Vec<Result<Score>> = sets.par_iter().map(one).collect();
    let mut scores = Scores::default();
    for score in measured {
        match score? {
            Score::Dates(score) => scores.dates.push(score),
            Score::Suite(score) => scores.suites.push(score),
            Score::Names(score) => scores.names.push(score),
            Score::Languages(score) => scores.languages.push(score),
        }
    }
    if let Some(dir) = seeds.filter(|_| only.is_none_or(|o| o == "seeds")) {
        let records = gold::read(&dir.join("gold.jsonl"))?;
        let found = reader.read(&records, Reading::Bare);
        scores.seeds = Some(seeds::score(&records, &found, &reader));
    }
    Ok(scores)
}

fn score_names(set: &str, records: &[Record], reader: &Reader) -> names::Score {
    let mut score = names::score(set, records, &reader.read(records, Reading::News), reader);
    let right = |r: &&Record| {
        let gold = reader.tag(r.lang.as_deref().unwrap_or_default());
        languages::same(reader.language(&r.text), gold, None)
    };
    score.detected = records.par_iter().filter(right).count();
    score
}

impl Scores {
    /// The measures of every set; with `floors` those that are worth a floor: names where their
    /// language has tables for them, suites that are large enough for their share to mean something.
    fn measures(&self, floors: bool) -> floors::Measures {
        const ENOUGH_CASES: usize = 100;
        let mut all = floors::Measures::new();
        let mut add = |set: &str, measures: Vec<(&str, f64)>| {
            all.insert(
                set.to_owned(),
                measures
                    .into_iter()
                    .map(|(m, v)| (m.to_owned(), v))
                    .collect(),
            );
        };
        for s in &self.dates {
            add(&s.set, s.measures());
        }
        for s in self
            .suites
            .iter()
            .filter(|s| !floors || s.dates.expected >= ENOUGH_CASES)
        {
            add(&s.set, s.measures());
        }
        for s in self
            .names
            .iter()
            .filter(|s| !floors || s.coverage == "full")
        {
            add(&s.set, s.measures());
        }
        for s in &self.languages {
            add(&s.set, s.measures());
        }
        all
    }
}

/// Prints measures and errors of a set, with the place in its text.
fn print_errors(
    tables: (&Library, &str),
    eval: &Path,
    seeds: Option<&Path>,
    set: &str,
    n: usize,
) -> Result<()> {
    let scores = measure(tables, eval, seeds, Some(set))?;
    let mut faults: Vec<&Fault> = Vec::new();
    faults.extend(scores.dates.iter().flat_map(|s| &s.faults));
    faults.extend(scores.suites.iter().flat_map(|s| &s.faults));
    faults.extend(scores.names.iter().flat_map(|s| &s.faults));
    faults.extend(scores.languages.iter().flat_map(|s| &s.faults));
    faults.extend(
        scores
            .seeds
            .iter()
            .flat_map(|s| &s.articles)
            .flat_map(|a| &a.faults),
    );
    let folder = |kind: &str| gold::sets(&eval.join(kind));
    let mut files = [folder("temporal")?, folder("ner")?, folder("news/langid")?].concat();
    files.extend(seeds.map(|dir| ("seeds".to_owned(), dir.join("gold.jsonl"))));
    let file = files.into_iter().find(|f| f.0 == set);
    let records = gold::read(&file.with_context(|| format!("there is no set «{set}»"))?.1)?;
    let mut out = std::io::stdout().lock();
    for (set, measures) in scores.measures(false) {
        for (measure, share) in measures {
            writeln!(out, "{set}\t{measure}\t{share:.4}")?;
        }
    }
    for (kind, count) in kinds(faults.iter().copied()) {
        writeln!(out, "{kind}\t{count}")?;
    }
    let shown = n.min(faults.len());
    for i in 0..shown {
        writeln!(out, "{}", faults[i * faults.len() / shown].shown(&records))?;
    }
    Ok(())
}
