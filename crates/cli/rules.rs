//! `dateline rules`.

use crate::args::Rules;
use crate::print::{Columns, Out, STRONG, out, pair};
use crate::reading::{library, tag};
use anyhow::{Result, bail};
use dateline_languages::Library;
use dateline_rules::{Example, Rule, Status, read_rules};
use std::collections::BTreeMap;
use std::io::Write;

/// Runs the command; the exit code.
pub fn run(a: &Rules) -> Result<u8> {
    let library = library(a.languages.as_deref())?;
    let tag = a
        .lang
        .as_deref()
        .map(|given| tag(&library, given))
        .transpose()?;
    let prefix = a.id.as_deref().unwrap_or_default();
    let mut rules = match &tag {
        Some(tag) => read_rules(&library.pack(tag)?.rules)?,
        None => all(&library)?,
    };
    rules.retain(|rule| rule.id.starts_with(prefix));
    rules.sort_by_key(|rule| rule.id);
    let names: Vec<_> = dateline_entities::RULES
        .iter()
        .filter(|(id, _)| id.starts_with(prefix))
        .collect();
    if rules.is_empty() && names.is_empty() {
        bail!(
            "no rule begins with «{prefix}»{}: `dateline rules` lists all",
            match &tag {
                Some(tag) => format!(" in {tag}"),
                None => String::new(),
            }
        );
    }
    let mut out = out();
    if a.id.is_none() {
        let mut table = Columns::new(&["rule", "status", "kind", "examples", "value", "match"]);
        for rule in &rules {
            table.row([
                rule.id.to_owned(),
                status(rule.status).to_owned(),
                rule.kind().to_owned(),
                rule.examples.len().to_string(),
                rule.value_text.clone(),
                rule.patterns.join(" | "),
            ]);
        }
        table.print(&mut out)?;
        writeln!(out)?;
        let mut table = Columns::new(&["evidence for names", "what it says"]);
        for (id, says) in names {
            table.row([(*id).to_owned(), (*says).to_owned()]);
        }
        table.print(&mut out)?;
        return Ok(crate::DONE);
    }
    for rule in &rules {
        full(&mut out, rule)?;
    }
    for (id, says) in names {
        writeln!(out, "{STRONG}{id}{STRONG:#}")?;
        pair(&mut out, 2, "evidence", says)?;
        writeln!(out)?;
    }
    Ok(crate::DONE)
}

/// Each rule once: as its own folder has it, for a folder may change a rule that it inherits.
fn all(library: &Library) -> Result<Vec<Rule>> {
    let mut rules: BTreeMap<&str, Rule> = BTreeMap::new();
    for folder in library
        .folders()
        .iter()
        .filter(|folder| folder.file("rules.toml").is_some())
    {
        for rule in read_rules(&library.pack(folder.tag)?.rules)? {
            if rule.id.split('.').next() == Some(folder.tag) || !rules.contains_key(rule.id) {
                rules.insert(rule.id, rule);
            }
        }
    }
    Ok(rules.into_values().collect())
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Preview => "preview",
        Status::Stable => "stable",
        Status::Deprecated => "deprecated",
    }
}

fn full(out: &mut Out, rule: &Rule) -> Result<()> {
    writeln!(out, "{STRONG}{}{STRONG:#}", rule.id)?;
    pair(out, 2, "status", status(rule.status))?;
    for pattern in &rule.patterns {
        pair(out, 2, "match", pattern)?;
    }
    pair(out, 2, "value", &rule.value_text)?;
    pair(
        out,
        2,
        "anchor",
        &format!("{:?}", rule.anchor).to_lowercase(),
    )?;
    pair(
        out,
        2,
        "direction",
        &format!("{:?}", rule.direction).to_lowercase(),
    )?;
    if let Some(modifier) = rule.modifier {
        pair(out, 2, "modifier", modifier)?;
    }
    if rule.priority != 0 {
        pair(out, 2, "priority", &rule.priority.to_string())?;
    }
    for e in &rule.examples {
        pair(out, 2, "example", &example(e))?;
    }
    writeln!(out)?;
    Ok(())
}

fn example(e: &Example) -> String {
    let mut text = format!("«{}»", e.text);
    if let Some(reference) = &e.reference {
        text.push_str(&format!(", published {reference}"));
    }
    if e.none {
        text.push_str(" → nothing");
    }
    if let Some(span) = &e.span {
        text.push_str(&format!(" → «{span}»"));
    }
    if let Some(value) = &e.value {
        text.push_str(&format!(" = {value}"));
    }
    text
}
