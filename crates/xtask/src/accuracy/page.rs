//! `docs/accuracy.md`.

use super::Scores;
use super::measure::{Fault, Prf, kinds, mean, share};
use super::{dates, languages, names, seeds, suites};
use std::collections::BTreeMap;
use std::fmt::{Result, Write};

/// Rows of a table that lists the largest.
const LARGEST: usize = 25;

/// The whole page. `state` says of which state of the program.
pub fn page(scores: &Scores, state: &str) -> std::result::Result<String, std::fmt::Error> {
    let mut out = String::new();
    let o = &mut out;
    write!(
        o,
        "\
# Accuracy

Made by `cargo run --profile quick -p xtask -- accuracy EVAL_DIR --seeds ARTICLES_DIR`;
{state}.

All numbers are percent unless a head says otherwise. The evaluation data are public corpora and the tests of other
projects; they are no part of this project, which holds none of their texts, and this page tells numbers only. To look
at errors: `… accuracy EVAL_DIR --errors SET 20`. `crates/xtask/accuracy_floors.toml` keeps what is reached; the test
`accuracy_floors` checks it where `DATELINE_EVAL` names the folder.

P is precision, R recall, F1 their harmonic mean; a mean over sets or languages counts each alike.
"
    )?;
    summary(o, scores)?;
    corpora(o, &scores.dates)?;
    suites(o, &scores.suites)?;
    names(o, &scores.names)?;
    for score in &scores.languages {
        language(o, score)?;
    }
    if let Some(score) = &scores.seeds {
        seeds(o, score)?;
    }
    Ok(out)
}

fn percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

/// P, R and F1 as three cells.
fn prf(p: Prf) -> String {
    format!(
        "{} | {} | {}",
        percent(p.precision()),
        percent(p.recall()),
        percent(p.f1())
    )
}

/// Shares of all faults, for the kinds in this order.
fn fault_cells(faults: &[&Fault], order: &[&str]) -> String {
    let kinds = kinds(faults.iter().copied());
    let cells = order
        .iter()
        .map(|k| percent(share(kinds.get(k).copied().unwrap_or(0), faults.len())));
    cells.collect::<Vec<_>>().join(" | ")
}

/// A head with its first column to the left, the others to the right.
fn head(o: &mut String, columns: &[&str]) -> Result {
    writeln!(o, "\n| {} |", columns.join(" | "))?;
    writeln!(o, "|---|{}", "--:|".repeat(columns.len() - 1))
}

fn summary(o: &mut String, scores: &Scores) -> Result {
    writeln!(o, "\n## In short")?;
    head(o, &["what", "sets", "mean"])?;
    let row = |o: &mut String, what: &str, values: Vec<f64>| -> Result {
        if values.is_empty() {
            return Ok(());
        }
        writeln!(
            o,
            "| {what} | {} | {} |",
            values.len(),
            percent(mean(values.iter().copied()))
        )
    };
    let dates = &scores.dates;
    row(
        o,
        "dates: found (relaxed F1)",
        dates.iter().map(|d| d.relaxed.f1()).collect(),
    )?;
    let valued = dates.iter().filter(|d| d.value.gold > 0);
    row(
        o,
        "dates: right value (F1)",
        valued.map(|d| d.value.f1()).collect(),
    )?;
    for (project, all) in suites::projects(&scores.suites) {
        let right = percent(suites::total(all.iter().map(|s| s.dates)).accuracy());
        writeln!(
            o,
            "| dates: right value in the tests of {project} (all cases together) | {} | {right} |",
            all.len()
        )?;
    }
    row(
        o,
        "dates: right value in those tests that could stand in news (a set is a language)",
        suites::languages(&scores.suites)
            .values()
            .map(|all| suites::total(all.iter().map(|s| s.news)))
            .filter(|news| news.expected > 0)
            .map(suites::Count::accuracy)
            .collect(),
    )?;
    for (group, sets) in groups(&scores.names) {
        row(
            o,
            &format!("names: exact F1. {group}"),
            sets.iter().map(|n| n.exact.f1()).collect(),
        )?;
    }
    for score in &scores.languages {
        for (kind, languages) in &score.kinds {
            let what = format!("language of a {kind}, {} (a set is a language)", score.set);
            row(o, &what, languages.values().map(|c| c.accuracy()).collect())?;
        }
    }
    Ok(())
}

const DATE_FAULTS: [&str; 5] = [
    "missed",
    "spurious",
    "wrong value",
    "wrong span",
    "wrong type",
];

fn corpora(o: &mut String, scores: &[dates::Score]) -> Result {
    if scores.is_empty() {
        return Ok(());
    }
    write!(
        o,
        "
## Dates in annotated corpora

The day of the document is given as the day of publication, except for `wikiwars`, which are read as stories of the
past; the language is given. A prediction belongs to the gold expression that it overlaps, one to one. Strict: same
span. Relaxed: overlap. Type and value: overlap and the same TIMEX3 type or value, as in TempEval-3; where the gold
has no value, neither counts.
"
    )?;
    head(
        o,
        &[
            "set",
            "documents",
            "gold",
            "strict F1",
            "relaxed P",
            "R",
            "F1",
            "type F1",
            "value P",
            "R",
            "F1",
        ],
    )?;
    for s in scores {
        let value = if s.value.gold > 0 {
            prf(s.value)
        } else {
            "– | – | –".into()
        };
        let (strict, relaxed, kind) =
            (percent(s.strict.f1()), prf(s.relaxed), percent(s.kind.f1()));
        let (documents, gold) = (s.documents, s.strict.gold);
        writeln!(
            o,
            "| {} | {documents} | {gold} | {strict} | {relaxed} | {kind} | {value} |",
            s.set
        )?;
    }

    write!(
        o,
        "
### Errors by kind

Shares of all errors of a set. An expression with a wrong value counts there, whatever its span; «wrong span» has the
right value or none to compare; «wrong type» is right in both.
"
    )?;
    head(o, &[&["set", "errors"], &DATE_FAULTS[..]].concat())?;
    for s in scores {
        let faults: Vec<&Fault> = s.faults.iter().collect();
        writeln!(
            o,
            "| {} | {} | {} |",
            s.set,
            faults.len(),
            fault_cells(&faults, &DATE_FAULTS)
        )?;
    }

    let mut forms: BTreeMap<&str, dates::Form> = BTreeMap::new();
    let mut rules: BTreeMap<&str, dates::Rule> = BTreeMap::new();
    for s in scores {
        for (form, n) in &s.forms {
            let all = forms.entry(form).or_default();
            all.gold += n.gold;
            all.missed += n.missed;
            all.wrong_value += n.wrong_value;
        }
        for (rule, n) in &s.rules {
            let all = rules.entry(rule).or_default();
            all.predicted += n.predicted;
            all.spurious += n.spurious;
            all.wrong_value += n.wrong_value;
            all.wrong_span += n.wrong_span;
        }
    }
    writeln!(
        o,
        "\n### Gold expressions by the form of their value\n\nCounts over all sets above."
    )?;
    head(
        o,
        &["form", "gold", "missed", "wrong value", "missed or wrong %"],
    )?;
    let mut forms: Vec<_> = forms.into_iter().collect();
    forms.sort_by_key(|(form, n)| (usize::MAX - n.gold, *form));
    for (form, n) in forms {
        let wrong = percent(share(n.missed + n.wrong_value, n.gold));
        writeln!(
            o,
            "| {form} | {} | {} | {} | {wrong} |",
            n.gold, n.missed, n.wrong_value
        )?;
    }

    writeln!(
        o,
        "\n### Rule families\n\nA family is the second part of a rule's id. Counts over all sets above."
    )?;
    let mut families: BTreeMap<String, dates::Rule> = BTreeMap::new();
    for (rule, n) in &rules {
        let mut parts = rule.split('.');
        let (language, family) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let all = families.entry(format!("{language}.{family}")).or_default();
        all.predicted += n.predicted;
        all.spurious += n.spurious;
        all.wrong_value += n.wrong_value;
        all.wrong_span += n.wrong_span;
    }
    rule_table(
        o,
        "family",
        families.iter().map(|(f, n)| (f.as_str(), *n)).collect(),
    )?;
    writeln!(o, "\n### Rules with the most errors")?;
    let mut rules: Vec<_> = rules.into_iter().collect();
    rules.sort_by_key(|(rule, n)| (usize::MAX - n.wrong(), *rule));
    rules.truncate(LARGEST);
    rule_table(o, "rule", rules)
}

fn rule_table(o: &mut String, first: &str, rules: Vec<(&str, dates::Rule)>) -> Result {
    head(
        o,
        &[
            first,
            "found",
            "spurious",
            "wrong value",
            "wrong span",
            "wrong %",
        ],
    )?;
    for (rule, n) in rules {
        let wrong = percent(share(n.wrong(), n.predicted));
        let (found, spurious) = (n.predicted, n.spurious);
        writeln!(
            o,
            "| {rule} | {found} | {spurious} | {} | {} | {wrong} |",
            n.wrong_value, n.wrong_span
        )?;
    }
    Ok(())
}

fn suites(o: &mut String, scores: &[suites::Score]) -> Result {
    if scores.is_empty() {
        return Ok(());
    }
    write!(
        o,
        "
## Date tests of other projects

Most cases are single phrases as people say them to an assistant. The day of the reference time is given as the day of
publication, and the language. A case is an expected expression whose value TIMEX3 can say: a full day, week, weekend,
month, quarter, season or year, or a length in whole numbers of one unit. Compared is the value of any expression that
overlaps the expected place (anywhere in the text where the test names no place). Left out: times of day, sets, ranges
with two ends, and whatever says «before», «after», «since», «until», «start» or «end» of a date.
Recognizers-Text gives a past and a future reading of a day or month without a year, or of a weekday: both are right.
Duckling prefers the future, and it and Recognizers-Text count «two weeks ago» to the day, where TIMEX3 says the week.
Where no reference time is given, only values count whose year is written in the text, and lengths. (The reference time of
`duckling en` in these data is three days later than its values are made for, and is set right.) Days by the name of a
holiday are counted apart. «Silent» is the share of the texts without any expression in which none was found.

«In news» are the cases that could stand in news, with the values that news could mean; only the text of the case, its
expected value and its reference time decide, not what was found. Out are two numbers without a word and without a year
(`2-15`: as often a score or a ratio), numbers with nothing but blanks between them, a month, weekday or holiday in
small letters that the language writes with a capital, and an abbreviation of at most three letters that stands alone.
Right as well is
- where the text names no year, the same weekday a week before one that comes within two weeks («Monday» is the last
  one, «next Friday» that of this week), and the day, weekday, month, quarter or season a year before one that comes
  within a year;
- a time of the day that is asked for;
- where the day is whole weeks, months or years away and a single expression was found, that week, month or year.
"
    )?;
    head(
        o,
        &[
            "project and language",
            "cases",
            "found",
            "right value",
            "in news",
            "right value",
            "holidays",
            "right value",
            "empty texts",
            "silent",
            "left out (n)",
        ],
    )?;
    for (project, all) in suites::projects(scores) {
        for s in &all {
            let (d, h) = (s.dates, s.holidays);
            let holidays = if h.expected > 0 {
                percent(h.accuracy())
            } else {
                "–".into()
            };
            let silent = if s.empty > 0 {
                percent(share(s.silent, s.empty))
            } else {
                "–".into()
            };
            let (found, right) = match d.expected {
                0 => ("–".into(), "–".into()),
                n => (percent(share(d.found, n)), percent(d.accuracy())),
            };
            let news = match s.news.expected {
                0 => "–".into(),
                _ => percent(s.news.accuracy()),
            };
            writeln!(
                o,
                "| {project} {} | {} | {found} | {right} | {} | {news} | {} | {holidays} | {} | {silent} | {} |",
                s.language, d.expected, s.news.expected, h.expected, s.empty, s.left_out
            )?;
        }
    }
    write!(
        o,
        "
### Cases in news by language

All projects together.

"
    )?;
    head(o, &["language", "cases", "found", "right value"])?;
    for (language, all) in suites::languages(scores) {
        let news = suites::total(all.iter().map(|s| s.news));
        if news.expected > 0 {
            writeln!(
                o,
                "| {language} | {} | {} | {} |",
                news.expected,
                percent(share(news.found, news.expected)),
                percent(news.accuracy())
            )?;
        }
    }
    Ok(())
}

const NAME_FAULTS: [&str; 5] = [
    "missed",
    "spurious",
    "wrong type",
    "wrong border",
    "wrong border and type",
];

/// Sets that are told apart because their numbers mean different things.
fn groups(scores: &[names::Score]) -> Vec<(&'static str, Vec<&names::Score>)> {
    let group = |s: &names::Score| {
        if ["europeana-", "hipe-"].iter().any(|p| s.set.starts_with(p)) {
            2
        } else if s.set.starts_with("wikineural") {
            3
        } else {
            usize::from(s.coverage != "full")
        }
    };
    let titles = [
        "Languages with tables for names",
        "Languages without tables for names (known names only)",
        "Historical newspapers with reading errors",
        "Silver standard (annotated by machine)",
    ];
    let of = |n| scores.iter().filter(|s| group(s) == n).collect::<Vec<_>>();
    titles
        .into_iter()
        .enumerate()
        .map(|(n, title)| (title, of(n)))
        .filter(|g| !g.1.is_empty())
        .collect()
}

fn names(o: &mut String, scores: &[names::Score]) -> Result {
    if scores.is_empty() {
        return Ok(());
    }
    write!(
        o,
        "
## Persons, organizations, places

The language is given. Exact: same span and type; span: same span; relaxed: overlap and the same type, one to one.
PER, ORG, LOC: exact F1 of the type. Names of other kinds are left out on both sides. «Language»: the share of the
documents whose language is found when it is not given. «Coverage» is what dateline offers for the language: `full`
with tables for names, `dates` without; `none` has no tables at all.
"
    )?;
    for (title, sets) in groups(scores) {
        writeln!(o, "\n### {title}")?;
        head(
            o,
            &[
                "set",
                "coverage",
                "documents",
                "gold",
                "exact P",
                "R",
                "F1",
                "span F1",
                "relaxed F1",
                "PER",
                "ORG",
                "LOC",
                "language",
            ],
        )?;
        for s in sets {
            let types: Vec<String> = names::TYPES
                .iter()
                .map(|t| percent(s.types.get(t).copied().unwrap_or_default().f1()))
                .collect();
            writeln!(
                o,
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
                s.set,
                s.coverage,
                s.documents,
                s.exact.gold,
                prf(s.exact),
                percent(s.span.f1()),
                percent(s.relaxed.f1()),
                types.join(" | "),
                percent(share(s.detected, s.documents)),
            )?;
        }
    }
    write!(
        o,
        "
### Errors of names by kind

Shares of all errors of a set, languages with tables for names only. A gold name and a prediction that overlap are one
error: of type where the span is right, of border where the type is right, of both.
"
    )?;
    head(o, &[&["set", "errors"], &NAME_FAULTS[..]].concat())?;
    let full = scores.iter().filter(|s| s.coverage == "full");
    for s in full.clone() {
        let faults: Vec<&Fault> = s.faults.iter().collect();
        writeln!(
            o,
            "| {} | {} | {} |",
            s.set,
            faults.len(),
            fault_cells(&faults, &NAME_FAULTS)
        )?;
    }
    let all: Vec<&Fault> = full.clone().flat_map(|s| &s.faults).collect();
    writeln!(
        o,
        "| **all** | {} | {} |",
        all.len(),
        fault_cells(&all, &NAME_FAULTS)
    )?;

    write!(
        o,
        "
Counts over the same sets, by type in the gold (rows) and type found (columns), of all that is not exact; in the
diagonal only the border is wrong. «Other kind» are gold names of a kind that is left out.
"
    )?;
    let mut confusions: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (pair, n) in full.flat_map(|s| &s.confusions) {
        *confusions.entry(*pair).or_default() += n;
    }
    let [person, organization, place] = names::TYPES;
    let columns = [person, organization, place, names::NOTHING];
    head(o, &[&["gold"], &columns[..]].concat())?;
    for gold in [person, organization, place, names::OTHER, names::NOTHING] {
        let cells = columns
            .iter()
            .map(|found| match confusions.get(&(gold, *found)) {
                Some(n) => n.to_string(),
                None => "–".into(),
            });
        writeln!(o, "| {gold} | {} |", cells.collect::<Vec<_>>().join(" | "))?;
    }
    Ok(())
}

fn language(o: &mut String, score: &languages::Score) -> Result {
    write!(
        o,
        "
## Language of a text: {}

Languages that dateline claims to tell. «Mean» is over languages; «undecided» is the share of the texts for which it
names none (they count as wrong).
",
        score.set
    )?;
    if !score.unclaimed.is_empty() {
        writeln!(
            o,
            "Not claimed and left out: {}.",
            score.unclaimed.join(", ")
        )?;
    }
    head(
        o,
        &[
            "text",
            "languages",
            "texts",
            "right",
            "mean",
            "undecided",
            "right where decided",
            "worst ten",
        ],
    )?;
    for (kind, of) in &score.kinds {
        let all = languages::total(of);
        let mut worst: Vec<_> = of.iter().filter(|l| l.1.right < l.1.texts).collect();
        worst.sort_by(|a, b| a.1.accuracy().total_cmp(&b.1.accuracy()).then(a.0.cmp(b.0)));
        let worst: Vec<String> = worst
            .iter()
            .take(10)
            .map(|(l, c)| format!("{l} {}", percent(c.accuracy())))
            .collect();
        writeln!(
            o,
            "| {kind} | {} | {} | {} | {} | {} | {} | {} |",
            of.len(),
            all.texts,
            percent(all.accuracy()),
            percent(languages::macro_accuracy(of)),
            percent(share(all.undecided, all.texts)),
            percent(share(all.right, all.texts - all.undecided)),
            worst.join(", ")
        )?;
    }
    let mut confusions: Vec<_> = score
        .confusions
        .iter()
        .filter(|((_, found), _)| found != "und")
        .collect();
    confusions.sort_by_key(|(pair, n)| (usize::MAX - **n, *pair));
    let told: Vec<String> = confusions
        .iter()
        .take(LARGEST)
        .map(|((gold, found), n)| format!("{gold} → {found} {n}"))
        .collect();
    if !told.is_empty() {
        writeln!(o, "\nMain confusions (texts): {}.", told.join(", "))?;
    }
    Ok(())
}

fn seeds(o: &mut String, score: &seeds::Score) -> Result {
    write!(
        o,
        "
## Articles from the web

Whole articles, with the page's own lines left in, read without language and day of publication; those that stay
undated are dated by the calendar. «Dates» are those that matter, found with one of their values. Names: exact; those
in the page's own lines are neither required nor wrong. «Boilerplate» are the lines that are not the article.
"
    )?;
    head(
        o,
        &[
            "article",
            "language found",
            "dates (n)",
            "found",
            "names P",
            "R",
            "F1",
            "relaxed F1",
            "boilerplate (n)",
            "found",
        ],
    )?;
    for (n, a) in score.articles.iter().enumerate() {
        let language = if a.language_right { "yes" } else { "no" };
        writeln!(
            o,
            "| {} ({}) | {language} | {} | {} | {} | {} | {} | {} |",
            n + 1,
            a.language,
            a.dates,
            a.dates_right,
            prf(a.names.exact),
            percent(a.names.relaxed.f1()),
            a.boilerplate,
            a.boilerplate_found
        )?;
    }
    let sum = |f: fn(&seeds::Article) -> usize| score.articles.iter().map(f).sum::<usize>();
    let exact: Prf = score.articles.iter().map(|a| a.names.exact).sum();
    let relaxed: Prf = score.articles.iter().map(|a| a.names.relaxed).sum();
    writeln!(
        o,
        "| **all** | {} of {} | {} | {} | {} | {} | {} | {} |",
        sum(|a| usize::from(a.language_right)),
        score.articles.len(),
        sum(|a| a.dates),
        sum(|a| a.dates_right),
        prf(exact),
        percent(relaxed.f1()),
        sum(|a| a.boilerplate),
        sum(|a| a.boilerplate_found)
    )
}
