//! Whether a language's rules keep to their examples: what the tests ask of the built-in folders, and
//! `dateline languages --check` of a user's own.

use crate::{
    CONSTRUCTORS, Dates, Domain, Expression, Publication, Settings, Source, Style, Unit,
    publication,
};
use dateline_document::{Document, Slots};
use dateline_languages::{Library, Pack};
use dateline_model::TimeExpression;
use dateline_rules::{BUILT_IN, Example, Expr, Rule, RuleSet, Scratch, read_rules};
use dateline_text::{Outline, outline};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// A language, compiled to try sentences with.
pub struct Trial {
    /// Its pack.
    pub pack: Pack,
    /// Its rules and tables.
    pub rules: RuleSet,
    /// Its dates.
    pub dates: Dates,
    scratch: Mutex<Scratch>,
}

impl Trial {
    /// Compiles the language of a tag; the error is a sentence that names the folder or the rule.
    pub fn new(library: &Library, tag: &str) -> Result<Self, String> {
        let pack = library.pack(tag).map_err(|e| e.to_string())?;
        let rules = RuleSet::new(&pack).map_err(|e| format!("{tag}: {e}"))?;
        let dates = Dates::new(&rules, &pack.language);
        Ok(Self {
            pack,
            rules,
            dates,
            scratch: Mutex::default(),
        })
    }

    /// The dates of a sentence; `reference` is the day of publication, as an ISO day.
    pub fn find(&self, text: &str, reference: Option<&str>) -> Vec<TimeExpression> {
        let (document, expressions, published, settings) = self.read(text, reference);
        self.dates
            .resolve(&document, &self.rules, expressions, &published, &settings)
    }

    /// The steps before: the document, its expressions, the day of publication, the settings of the trial.
    pub fn read<'t>(
        &self,
        text: &'t str,
        reference: Option<&str>,
    ) -> (Document<'t>, Vec<Expression>, Publication, Settings) {
        let settings = Settings {
            domain: Domain::Auto,
            date_order: None,
            not_after: jiff::civil::date(2026, 6, 30),
            not_after_is_said: false,
            fill_undated: false,
        };
        let (mut tokens, mut cut) = (Vec::new(), Outline::default());
        outline(text, &mut tokens, &mut cut);
        self.rules.lexicon.mark(&mut tokens);
        let lexicon = &self.rules.lexicon;
        let document = Document::new(text.into(), 0, (tokens, cut), lexicon, &Slots::new(lexicon));
        let mut scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let scratch = &mut *scratch;
        let expressions = self
            .dates
            .expressions(&document, &self.rules, &settings, scratch);
        let source = Source {
            published: reference.unwrap_or_default(),
            ..Source::default()
        };
        let style = Style {
            order: self.pack.language.date_order,
        };
        let published = publication(
            source,
            &document,
            &self.rules,
            &expressions,
            style,
            &settings,
            scratch,
        );
        (document, expressions, published, settings)
    }
}

/// What was tried of a folder, and what is wrong.
#[derive(Debug, Default)]
pub struct Report {
    /// Examples of rules that were tried.
    pub examples: usize,
    /// Gold sentences that were tried.
    pub sentences: usize,
    /// What is wrong, a sentence or some lines each.
    pub faults: Vec<String>,
}

/// Checks folders of a library, compiling each language once.
pub struct Checker<'l> {
    library: &'l Library,
    trials: BTreeMap<String, Result<Trial, String>>,
    /// Slots that some table fills, or that need none.
    known: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    #[serde(default)]
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    #[serde(default, rename = "ref")]
    reference: Option<String>,
    dates: Vec<Gold>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gold {
    span: String,
    value: String,
    #[serde(default)]
    modifier: Option<String>,
}

impl<'l> Checker<'l> {
    /// A checker of the folders of `library`.
    pub fn new(library: &'l Library) -> Self {
        let mut known: BTreeSet<String> = BUILT_IN.iter().map(|s| (*s).to_owned()).collect();
        for folder in library.folders() {
            if let Ok(pack) = library.pack(folder.tag) {
                known.extend(pack.rows.iter().map(|r| r.slot.to_owned()));
            }
        }
        Self {
            library,
            trials: BTreeMap::new(),
            known,
        }
    }

    fn trial(&mut self, tag: &str) -> Result<&Trial, String> {
        let library = self.library;
        self.trials
            .entry(tag.to_owned())
            .or_insert_with(|| Trial::new(library, tag))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Compiles the language of a tag, lints the rules that stand in its own folder and runs their
    /// examples and the folder's gold sentences.
    pub fn check(&mut self, tag: &str) -> Report {
        let mut report = Report::default();
        let trial = match self.trial(tag) {
            Ok(trial) => trial,
            Err(fault) => {
                report.faults.push(fault);
                return report;
            }
        };
        let cases = trial.pack.cases;
        let rules: Vec<Rule> = match read_rules(&trial.pack.rules) {
            Ok(rules) => rules.into_iter().filter(|r| r.tag == tag).collect(),
            Err(fault) => {
                report.faults.push(fault.to_string());
                return report;
            }
        };
        let mut ids = BTreeSet::new();
        for rule in &rules {
            if !ids.insert(rule.id) {
                report
                    .faults
                    .push(format!("{}: twice in one folder", rule.id));
            }
            lint(rule, &self.known, &mut report.faults);
            for example in &rule.examples {
                report.examples += 1;
                let tried = self
                    .trial(example.lang.as_deref().unwrap_or(tag))
                    .and_then(|trial| try_example(trial, rule, example));
                report.faults.extend(tried.err());
            }
        }
        if let (Some(cases), Ok(trial)) = (cases, self.trial(tag)) {
            try_cases(trial, tag, cases, &mut report);
        }
        report
    }
}

fn try_cases(trial: &Trial, tag: &str, cases: &str, report: &mut Report) {
    let cases: Cases = match toml::from_str(cases) {
        Ok(cases) => cases,
        Err(e) => {
            report.faults.push(format!("{tag}/cases.toml: {e}"));
            return;
        }
    };
    for case in cases.case {
        report.sentences += 1;
        let found = trial.find(&case.text, case.reference.as_deref());
        let same = found.len() == case.dates.len()
            && found.iter().zip(&case.dates).all(|(d, gold)| {
                d.evidence.span.of(&case.text) == gold.span
                    && d.timex_value == gold.value
                    && gold.modifier.as_ref().is_none_or(|m| d.modifier == m)
            });
        if !same {
            let gold: Vec<String> = case
                .dates
                .iter()
                .map(|g| format!("«{}» {}", g.span, g.value))
                .collect();
            report.faults.push(format!(
                "{tag}: «{}»\n  gold:  {}\n  found: {}",
                case.text,
                gold.join(", "),
                shown(&case.text, &found)
            ));
        }
    }
}

fn shown(text: &str, found: &[TimeExpression]) -> String {
    let one = |d: &TimeExpression| {
        format!(
            "«{}» {} {}",
            d.evidence.span.of(text),
            d.timex_value,
            d.evidence.rule
        )
    };
    found.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn try_example(language: &Trial, rule: &Rule, example: &Example) -> Result<(), String> {
    let text = &*example.text;
    let found = language.find(text, example.reference.as_deref());
    let fail = |what: &str| {
        Err(format!(
            "{}: {what} in «{text}»; found: {}",
            rule.id,
            shown(text, &found)
        ))
    };
    if example.none {
        if rule.kind() == "not" {
            // It matches, so that no other rule does.
            let (document, ..) = language.read(text, None);
            let matched = language.dates.matches(&document, &language.rules);
            if !matched
                .iter()
                .any(|m| language.rules.rules[m.rule as usize].id == rule.id)
            {
                return fail("the rule does not match");
            }
        }
        let wrong = found
            .iter()
            .any(|d| d.evidence.rule == rule.id || rule.kind() == "not");
        return if wrong {
            fail("nothing was expected")
        } else {
            Ok(())
        };
    }
    let (Some(span), Some(value)) = (&example.span, &example.value) else {
        return fail("an example needs `span` and `value`, or `none = true`");
    };
    let right = |d: &TimeExpression| {
        d.evidence.span.of(text) == span && d.timex_value == *value && d.evidence.rule == rule.id
    };
    if found.iter().any(right) {
        Ok(())
    } else {
        fail(&format!("«{span}» {value} was expected"))
    }
}

fn calls<'e>(value: &'e Expr, out: &mut Vec<(&'e str, usize)>) {
    if let Expr::Call(name, args) = value {
        out.push((name, args.len()));
        args.iter().for_each(|a| calls(a, out));
    }
}

fn names<'e>(value: &'e Expr, out: &mut Vec<&'e str>) {
    match value {
        Expr::Call(_, args) => args.iter().for_each(|a| names(a, out)),
        Expr::Name(name) => out.push(name),
        Expr::Int(_) | Expr::Nothing => {}
    }
}

/// A word of a `value` that stands for itself: `week`, `NI`, `day-12-25`.
fn is_constant(name: &str) -> bool {
    Unit::parse(name).is_some()
        || name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        || name.starts_with("day-")
}

/// Names of slots in a pattern: `{name:slot}` and `{slot}`.
fn slots(pattern: &str) -> impl Iterator<Item = &str> {
    pattern
        .split('{')
        .skip(1)
        .filter_map(|p| p.split('}').next())
        .map(|s| s.rsplit(':').next().unwrap_or(s).trim())
}

/// What every rule must keep to, so that a misspelt word does not silently take its effect away. (A folder
/// may replace a rule of its parent, which then has the parent's tag in its id.)
fn lint(rule: &Rule, known: &BTreeSet<String>, wrong: &mut Vec<String>) {
    let parts: Vec<&str> = rule.id.split('.').collect();
    let plain = |s: &&str| {
        !s.is_empty()
            && s.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if parts.len() != 3 || !parts[1..].iter().all(plain) {
        wrong.push(format!("{}: an id is <tag>.<kind>.<name>", rule.id));
    }
    if rule.examples.is_empty() {
        wrong.push(format!("{}: no examples", rule.id));
    }
    if rule.is_guarded() && !rule.examples.iter().any(|e| e.none) {
        wrong.push(format!(
            "{}: guards need an example in which nothing is found",
            rule.id
        ));
    }
    if rule.kind() == "not" && rule.value_text != "none()" {
        wrong.push(format!("{}: a rule of `not` has the value none()", rule.id));
    }
    for slot in rule.patterns.iter().flat_map(|p| slots(p)) {
        if !known.contains(slot) {
            wrong.push(format!("{}: no table has the slot «{slot}»", rule.id));
        }
    }
    let bound: BTreeSet<&str> = rule
        .patterns
        .iter()
        .flat_map(|p| p.split('{').skip(1))
        .filter_map(|p| p.split('}').next())
        .map(|s| s.split(':').next().unwrap_or(s).trim())
        .collect();
    let mut named = Vec::new();
    names(&rule.value, &mut named);
    for name in named
        .iter()
        .filter(|n| !bound.contains(**n) && !is_constant(n))
    {
        wrong.push(format!("{}: no pattern binds «{name}»", rule.id));
    }
    let mut used = Vec::new();
    calls(&rule.value, &mut used);
    for (name, n) in used {
        match CONSTRUCTORS.iter().find(|c| c.0 == name) {
            None => wrong.push(format!("{}: no constructor «{name}»", rule.id)),
            Some((_, arity)) if !arity.contains(&n) => {
                wrong.push(format!(
                    "{}: {name} takes {arity:?} arguments, not {n}",
                    rule.id
                ));
            }
            Some(_) => {}
        }
    }
}
