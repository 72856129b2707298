//! `dateline languages`.

use crate::args::Languages;
use crate::print::{Columns, Out, STRONG, out, pair};
use crate::reading::{library, order_name, tag};
use anyhow::Result;
use dateline_dates::{Checker, Report};
use dateline_languages::{Coverage, Library, Pack};
use dateline_rules::{Rule, read_rules};
use std::collections::BTreeMap;
use std::io::Write;

/// What a folder needs for more than being told from other languages.
const SETTINGS: &str = "language.toml";

/// Runs the command; the exit code.
pub fn run(a: &Languages) -> Result<u8> {
    let library = library(a.languages.as_deref())?;
    let mut out = out();
    if a.check {
        return check(&mut out, &library, a.tag.as_deref());
    }
    match &a.tag {
        Some(given) => one(&mut out, &library, &tag(&library, given)?)?,
        None => all(&mut out, &library)?,
    }
    Ok(crate::DONE)
}

/// Tells what is wrong with the folders; exit code 1 if anything is.
fn check(out: &mut Out, library: &Library, only: Option<&str>) -> Result<u8> {
    let only = only.map(|given| tag(library, given)).transpose()?;
    let mut checker = Checker::new(library);
    let mut all = Report::default();
    for folder in library.folders() {
        if folder.file(SETTINGS).is_some() && only.as_deref().is_none_or(|o| o == folder.tag) {
            let report = checker.check(folder.tag);
            all.examples += report.examples;
            all.sentences += report.sentences;
            all.faults.extend(report.faults);
        }
    }
    for fault in &all.faults {
        writeln!(out, "{fault}")?;
    }
    writeln!(
        out,
        "{} examples of rules and {} sentences tried, {} faults",
        all.examples,
        all.sentences,
        all.faults.len()
    )?;
    Ok(if all.faults.is_empty() {
        crate::DONE
    } else {
        1
    })
}

fn all(out: &mut Out, library: &Library) -> Result<()> {
    let mut table = Columns::new(&[
        "tag", "coverage", "rows", "rules", "dates", "name", "native",
    ]);
    for folder in library.folders() {
        if folder.file(SETTINGS).is_none() {
            let none = String::new;
            table.row([
                folder.tag.to_owned(),
                Coverage::None.as_str().to_owned(),
                none(),
                none(),
                none(),
                none(),
                none(),
            ]);
            continue;
        }
        let pack = library.pack(folder.tag)?;
        let rules = read_rules(&pack.rules)?;
        table.row([
            pack.tag.to_owned(),
            pack.coverage.as_str().to_owned(),
            pack.rows.len().to_string(),
            rules.len().to_string(),
            order_name(pack.language.date_order).to_owned(),
            pack.language.name.clone(),
            pack.language.native.clone(),
        ]);
    }
    table.print(out)?;
    Ok(())
}

fn one(out: &mut Out, library: &Library, tag: &str) -> Result<()> {
    if library
        .folder(tag)
        .is_some_and(|folder| folder.file(SETTINGS).is_none())
    {
        pair(out, 0, "tag", tag)?;
        pair(out, 0, "coverage", Coverage::None.as_str())?;
        return Ok(());
    }
    let pack = library.pack(tag)?;
    let rules = read_rules(&pack.rules)?;
    let l = &pack.language;
    let quotes: Vec<String> = l
        .quotes
        .iter()
        .map(|[open, close]| format!("{open} {close}"))
        .collect();
    let group: Vec<String> = l.group.iter().map(|mark| format!("«{mark}»")).collect();
    let weekday = jiff::civil::Weekday::from_monday_one_offset(l.first_weekday as i8);
    for (label, value) in [
        ("tag", pack.tag.to_owned()),
        ("name", l.name.clone()),
        ("native", l.native.clone()),
        ("coverage", pack.coverage.as_str().to_owned()),
        ("inherits", ancestors(library, tag)?.join(" ← ")),
        ("script", l.script.clone()),
        ("dates", order_name(l.date_order).to_owned()),
        ("decimal", format!("«{}»", l.decimal)),
        ("group", group.join(" ")),
        ("quotes", quotes.join("  ")),
        (
            "week from",
            weekday.map_or_else(|_| l.first_weekday.to_string(), |day| format!("{day:?}")),
        ),
    ] {
        pair(out, 0, label, &value)?;
    }
    writeln!(
        out,
        "\n{STRONG}{} rows of tables{STRONG:#}, inherited ones among them",
        pack.rows.len()
    )?;
    slots(out, &pack)?;
    writeln!(
        out,
        "\n{STRONG}{} rules{STRONG:#}, inherited ones among them",
        rules.len()
    )?;
    rule_table(out, rules.iter())?;
    accuracy(out, tag)
}

/// What was measured on public corpora; made with `docs/accuracy.md`.
const ACCURACY: &str = include_str!("accuracy.tsv");

fn accuracy(out: &mut Out, tag: &str) -> Result<()> {
    let mut table = Columns::new(&["set", "kind", "gold", "percent"]);
    let mut measured = false;
    for line in ACCURACY.lines().filter(|l| !l.starts_with('#')) {
        if let [language, set, kind, gold, percent] = line.split('\t').collect::<Vec<_>>()[..]
            && language == tag
        {
            measured = true;
            table.row([set, kind, gold, percent].map(str::to_owned));
        }
    }
    writeln!(out, "\n{STRONG}accuracy{STRONG:#}, on public corpora")?;
    if !measured {
        writeln!(out, "not measured: there is no public corpus at hand")?;
        return Ok(());
    }
    table.print(out)?;
    Ok(())
}

fn ancestors(library: &Library, tag: &str) -> Result<Vec<String>> {
    let mut chain = vec![tag.to_owned()];
    while let Some(parent) = chain
        .last()
        .map(|last| library.language(last))
        .transpose()?
        .and_then(|l| l.parent)
    {
        chain.push(parent);
    }
    Ok(chain)
}

fn slots(out: &mut Out, pack: &Pack) -> Result<()> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in &pack.rows {
        let count = counts.entry(row.slot).or_default();
        count.0 += 1;
        count.1 += usize::from(row.source.0 == pack.tag);
    }
    let mut table = Columns::new(&["slot", "rows", "own"]);
    for (slot, (rows, own)) in counts {
        table.row([slot.to_owned(), rows.to_string(), own.to_string()]);
    }
    table.print(out)?;
    Ok(())
}

/// One line for each rule.
pub fn rule_table<'r>(out: &mut Out, rules: impl Iterator<Item = &'r Rule>) -> Result<()> {
    let mut table = Columns::new(&["rule", "value"]);
    for rule in rules {
        table.row([rule.id.to_owned(), rule.value_text.clone()]);
    }
    table.print(out)?;
    Ok(())
}
