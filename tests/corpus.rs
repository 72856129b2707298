//! The corpus of the repository: its snapshot, its gold facts, and that offsets are true.

#![expect(
    clippy::print_stdout,
    reason = "`--nocapture` shows what was missed, and the table of scores"
)]

use crate::support::{Desk, Row, assert_same, corpus_texts, files, json_lines, root, table};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The command that writes `output/`.
const RENEW: &str = "dateline extract corpus --out output --force --not-after 2026-11-21";

#[test]
fn the_snapshot_is_current() {
    let committed = root().join("output");
    if !committed.join("run.json").exists() {
        eprintln!("skipped: there is no snapshot yet; `{RENEW}` makes it");
        return;
    }
    let desk = Desk::new();
    let (run, out) = desk.extract(
        &[Path::new("corpus")],
        &["--not-after", "2026-11-21"],
        "out",
    );
    run.done();
    assert_same(
        &files(&committed),
        &files(&out),
        &format!("output/ is not what the program gives; if it should be, renew it with `{RENEW}`"),
    );
}

#[test]
fn offsets_are_true() {
    let desk = Desk::new();
    let (run, out) = desk.extract(&[Path::new("corpus")], &["--all-zones"], "out");
    run.done();
    let (checked, in_titles) = check_offsets(&out);
    assert!(
        checked > 500 && in_titles > 5,
        "{checked} facts, {in_titles} in titles"
    );
}

/// Pieces of the corpus in any order, with characters that mean something to some room between them.
#[test]
fn offsets_are_true_of_mangled_texts() {
    const STRANGE: &[char] = &[
        '0', '1', '2', '9', '/', '-', '.', ',', ':', '(', ')', '«', '»', '“', '’', '\n', '\u{a0}',
        '\u{200d}', '\u{feff}', '\u{301}', 'İ', 'ß', 'ﬁ', '年', '月', 'ก', '١', 'ﷺ', '😀', '𝟙',
        'Ⅳ',
    ];
    let pieces: Vec<Vec<char>> = corpus_texts()
        .iter()
        .map(|text| text.chars().collect())
        .collect();
    // Numbers that look random and are the same in every run (splitmix64).
    let mut state = 1u64;
    let mut below = |n: usize| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    };
    let mut lines = String::new();
    for number in 0..2500 {
        let mut mangled = |parts: usize, longest: usize| {
            let mut text = String::new();
            for _ in 0..parts {
                let piece = &pieces[below(pieces.len())];
                let from = below(piece.len());
                let to = (from + 1 + below(longest)).min(piece.len());
                text.extend(&piece[from..to]);
                if below(3) == 0 {
                    text.push(STRANGE[below(STRANGE.len())]);
                }
            }
            text
        };
        let (title, text) = (mangled(2, 80), mangled(12, 200));
        lines.push_str(
            &serde_json::json!({ "id": number.to_string(), "title": title, "text": text })
                .to_string(),
        );
        lines.push('\n');
    }
    let desk = Desk::new();
    let input = desk.put("mangled.jsonl", lines);
    let (run, out) = desk.extract(&[&input], &["--all-zones"], "out");
    run.done();
    let (checked, in_titles) = check_offsets(&out);
    assert!(
        checked > 10_000 && in_titles > 1000,
        "{checked} facts, {in_titles} in titles"
    );
}

#[test]
fn names_do_not_run_from_the_title_into_the_text() {
    let records = [
        (
            "Una biblioteca ambulante nei paesi della Val di",
            "Flautas suonano in piazza.",
        ),
        ("Le musée de La al", "Paris dort encore."),
        ("Zuschlag von ", "Vinte Menschen kamen."),
    ];
    let lines: String = records
        .iter()
        .map(|(title, text)| format!("{}\n", serde_json::json!({ "title": title, "text": text })))
        .collect();
    let desk = Desk::new();
    let input = desk.put("in.jsonl", lines);
    for language in ["de", "en", "fr", "it"] {
        let (run, out) = desk.extract(&[&input], &["--lang", language], language);
        run.done();
        check_offsets(&out);
    }
}

/// Every fact's offsets must cut its text out of its article; how many were checked, and how many
/// of them stand in titles.
#[track_caller]
fn check_offsets(out: &Path) -> (usize, usize) {
    let texts = texts(out);
    let (mut checked, mut in_titles) = (0, 0);
    for name in ["mentions", "dates", "quotes", "amounts"] {
        for row in table(out, name) {
            let span = Span::of(&row);
            let (title, text) = &texts[&row["article_id"]];
            let field = if span.in_title { title } else { text };
            let found: String = field
                .chars()
                .skip(span.start)
                .take(span.end - span.start)
                .collect();
            assert_eq!(
                found, row["text"],
                "{} ({}): offsets and text",
                row["fact_id"], row["rule"]
            );
            assert!(
                !found.trim().is_empty() && found.trim() == found,
                "{}: «{found}»",
                row["fact_id"]
            );
            assert!(
                row["sentence_text"].contains(&found),
                "{}: not in its sentence",
                row["fact_id"]
            );
            assert!(
                field.contains(&row["sentence_text"]),
                "{}: its sentence is not in the text",
                row["fact_id"]
            );
            checked += 1;
            in_titles += usize::from(span.in_title);
        }
    }
    (checked, in_titles)
}

#[test]
fn facts_are_sorted_and_keys_are_unique() {
    let desk = Desk::new();
    let (run, out) = desk.extract(&[Path::new("corpus")], &[], "out");
    run.done();
    let articles: Vec<String> = table(&out, "articles")
        .iter()
        .map(|row| row["article_id"].clone())
        .collect();
    assert_eq!(
        articles.iter().collect::<BTreeSet<_>>().len(),
        articles.len()
    );
    for name in ["mentions", "dates"] {
        let rows = table(&out, name);
        assert_eq!(
            rows.iter()
                .map(|row| &row["fact_id"])
                .collect::<BTreeSet<_>>()
                .len(),
            rows.len()
        );
        for pair in rows
            .windows(2)
            .filter(|pair| pair[0]["article_id"] == pair[1]["article_id"])
        {
            let (a, b) = (Span::of(&pair[0]), Span::of(&pair[1]));
            assert!(
                (!a.in_title, a.end) <= (!b.in_title, b.start),
                "{} overlaps the next",
                pair[0]["fact_id"]
            );
        }
    }
}

/// Floors of what is measured against the gold facts, to be raised as extraction gets better.
mod floor {
    pub const LANGUAGE: f64 = 1.0;
    pub const TITLE: f64 = 0.95;
    pub const PUBLISHED: f64 = 0.97;
    pub const PUBLISHED_BASIS: f64 = 0.92;
    pub const DATE_VALUE_RECALL: f64 = 0.83;
    pub const DATE_VALUE_PRECISION: f64 = 0.91;
    pub const PERSON_F1: f64 = 0.70;
    pub const ORGANIZATION_F1: f64 = 0.54;
    pub const PLACE_F1: f64 = 0.79;
}

#[test]
fn the_gold_facts_are_found() {
    let desk = Desk::new();
    let (run, out) = desk.extract(
        &[Path::new("corpus")],
        &["--not-after", "2026-11-21"],
        "out",
    );
    run.done();
    let texts = texts(&out);
    let articles: BTreeMap<(String, String), Row> = table(&out, "articles")
        .into_iter()
        .map(|row| ((row["source_file"].clone(), row["record"].clone()), row))
        .collect();
    let mut of_article: BTreeMap<String, Facts> = BTreeMap::new();
    for row in table(&out, "mentions") {
        of_article
            .entry(row["article_id"].clone())
            .or_default()
            .mentions
            .push(row);
    }
    for row in table(&out, "dates") {
        of_article
            .entry(row["article_id"].clone())
            .or_default()
            .dates
            .push(row);
    }
    let gold = fs::read_to_string(root().join("tests/corpus_gold.jsonl")).expect("the gold facts");
    let mut score = Score::default();
    for gold in json_lines(&gold) {
        let name = string(&gold, "article");
        let (file, record) = match name.rsplit_once(':') {
            Some((file, record)) => (file, record),
            None => (name, "1"),
        };
        let key = (format!("corpus/{file}"), record.to_owned());
        let row = articles
            .get(&key)
            .unwrap_or_else(|| panic!("{name} is not among the articles"));
        let (title, text) = &texts[&row["article_id"]];
        let facts = of_article.remove(&row["article_id"]).unwrap_or_default();
        score.article(&gold, row);
        score.names(&gold, name, (title, text), &facts.mentions);
        score.dates(&gold, name, (title, text), &facts.dates);
    }
    score.judge();
}

#[derive(Default)]
struct Facts {
    mentions: Vec<Row>,
    dates: Vec<Row>,
}

/// Title and text in which offsets count, by article.
fn texts(out: &Path) -> BTreeMap<String, (String, String)> {
    let content = fs::read_to_string(out.join("texts.jsonl")).expect("texts.jsonl");
    json_lines(&content)
        .iter()
        .map(|line| {
            let id = string(line, "article_id").to_owned();
            (
                id,
                (
                    string(line, "title").to_owned(),
                    string(line, "text").to_owned(),
                ),
            )
        })
        .collect()
}

fn string<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Where a fact stands, in code points.
#[derive(Debug, Clone, Copy)]
struct Span {
    in_title: bool,
    start: usize,
    end: usize,
}

impl Span {
    fn of(row: &Row) -> Self {
        let number = |name: &str| {
            row[name]
                .parse()
                .unwrap_or_else(|_| panic!("{name} of {}", row["fact_id"]))
        };
        Self {
            in_title: row["field"] == "title",
            start: number("start"),
            end: number("end"),
        }
    }

    /// The place of a gold fact; `None` where the text as it was read does not hold it.
    fn of_gold(gold: &Value, (title, text): (&str, &str)) -> Option<Self> {
        let in_title = string(gold, "field") == "title";
        let field = if in_title { title } else { text };
        let wanted = string(gold, "text");
        let nth = gold.get("nth").and_then(Value::as_u64).unwrap_or(1) as usize;
        let at = field.match_indices(wanted).nth(nth - 1)?.0;
        let start = field[..at].chars().count();
        Some(Self {
            in_title,
            start,
            end: start + wanted.chars().count(),
        })
    }

    fn overlaps(self, other: Self) -> bool {
        self.in_title == other.in_title && self.start < other.end && other.start < self.end
    }
}

#[derive(Default, Clone, Copy)]
struct Count {
    right: usize,
    missed: usize,
    wrong: usize,
}

impl Count {
    fn recall(self) -> f64 {
        self.right as f64 / (self.right + self.missed).max(1) as f64
    }

    fn precision(self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    fn f1(self) -> f64 {
        2.0 * self.right as f64 / (2 * self.right + self.missed + self.wrong).max(1) as f64
    }
}

#[derive(Default)]
struct Score {
    articles: usize,
    language: usize,
    title: usize,
    published: usize,
    basis: usize,
    /// By language; dates by value, names by type.
    dates: BTreeMap<String, Count>,
    names: BTreeMap<&'static str, Count>,
}

/// Types of names that are scored; `other` is no target.
const TYPES: [&str; 3] = ["person", "organization", "place"];

impl Score {
    fn article(&mut self, gold: &Value, row: &Row) {
        let name = string(gold, "article");
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let check = |right: bool, what: &str, found: &str, wanted: &str| {
            if !right {
                println!("{name}: {what} «{found}», not «{wanted}»");
            }
            usize::from(right)
        };
        self.articles += 1;
        self.language += check(
            row["language"] == string(gold, "language"),
            "language",
            &row["language"],
            string(gold, "language"),
        );
        let title = string(gold, "title");
        self.title += check(
            words(&row["title"]) == words(title),
            "title",
            &row["title"],
            title,
        );
        let day = string(gold, "published");
        let right = row["published"] == day
            || list(gold, "published_or")
                .iter()
                .any(|or| or.as_str() == Some(&row["published"]));
        self.published += check(right, "published", &row["published"], day);
        let basis = string(gold, "published_basis");
        self.basis += check(
            row["published_basis"] == basis,
            "published_basis",
            &row["published_basis"],
            basis,
        );
    }

    fn names(&mut self, gold: &Value, article: &str, texts: (&str, &str), found: &[Row]) {
        let mut free: Vec<&Row> = found
            .iter()
            .filter(|row| TYPES.contains(&row["type"].as_str()))
            .collect();
        let golds: Vec<(&Value, Option<Span>)> = list(gold, "entities")
            .iter()
            .map(|e| (e, Span::of_gold(e, texts)))
            .collect();
        let kind_of = |gold: &Value| TYPES.iter().find(|t| **t == string(gold, "type"));
        let is_optional = |gold: &Value| gold.get("optional") == Some(&Value::Bool(true));
        let mut open: Vec<_> = golds
            .iter()
            .filter_map(|(e, s)| Some((*e, *s, kind_of(e)?)))
            .collect();
        // The same words first, so that a name does not take what its neighbour is.
        for exact in [true, false] {
            open.retain(|(entity, span, kind)| {
                let fits = |row: &&Row| {
                    let at = Span::of(row);
                    let same = |s: Span| {
                        s.in_title == at.in_title && s.start == at.start && s.end == at.end
                    };
                    row["type"] == **kind
                        && span.is_some_and(|s| if exact { same(s) } else { s.overlaps(at) })
                };
                let Some(position) = free.iter().position(fits) else {
                    return true;
                };
                free.remove(position);
                self.names.entry(kind).or_default().right += usize::from(!is_optional(entity));
                false
            });
        }
        for (entity, _, kind) in open.into_iter().filter(|(entity, ..)| !is_optional(entity)) {
            self.names.entry(kind).or_default().missed += 1;
            println!("{article}: missed {kind} «{}»", string(entity, "text"));
        }
        for row in free {
            let at = Span::of(row);
            let excused = golds
                .iter()
                .any(|(e, s)| is_optional(e) && s.is_some_and(|s| s.overlaps(at)));
            if excused {
                continue;
            }
            if let Some(kind) = TYPES.iter().find(|t| **t == row["type"]) {
                self.names.entry(kind).or_default().wrong += 1;
                println!(
                    "{article}: wrong {kind} «{}» ({})",
                    row["text"], row["rule"]
                );
            }
        }
    }

    fn dates(&mut self, gold: &Value, article: &str, texts: (&str, &str), found: &[Row]) {
        let count = self
            .dates
            .entry(string(gold, "language").to_owned())
            .or_default();
        let mut free: Vec<&Row> = found.iter().collect();
        for date in list(gold, "dates") {
            let optional = date.get("optional") == Some(&Value::Bool(true));
            let span = Span::of_gold(date, texts);
            let overlapping = |row: &&Row| span.is_some_and(|s| s.overlaps(Span::of(row)));
            let right = |row: &&Row| {
                let value = &row["timex_value"];
                value == string(date, "value")
                    || list(date, "or").iter().any(|or| or.as_str() == Some(value))
            };
            let found_right = free.iter().position(|row| overlapping(row) && right(row));
            match found_right {
                Some(at) => {
                    free.remove(at);
                    count.right += usize::from(!optional);
                }
                None if optional => free.retain(|row| !overlapping(row)),
                None => {
                    count.missed += 1;
                    let instead: Vec<_> = free
                        .iter()
                        .filter(|row| overlapping(row))
                        .map(|row| format!("{} ({})", row["timex_value"], row["rule"]))
                        .collect();
                    println!(
                        "{article}: missed date «{}» {}; found {instead:?}",
                        string(date, "text"),
                        string(date, "value")
                    );
                }
            }
        }
        for row in free {
            count.wrong += 1;
            println!(
                "{article}: wrong date «{}» {} ({})",
                row["text"], row["timex_value"], row["rule"]
            );
        }
    }

    fn judge(&self) {
        let share = |n: usize| n as f64 / self.articles as f64;
        let mut all = Count::default();
        println!("\nlanguage  dates  recall  precision");
        for (language, count) in &self.dates {
            println!(
                "{language:<8} {:>6} {:>6.2} {:>8.2}",
                count.right + count.missed,
                count.recall(),
                count.precision()
            );
            all.right += count.right;
            all.missed += count.missed;
            all.wrong += count.wrong;
        }
        let f1 = |kind: &str| self.names.get(kind).copied().unwrap_or_default().f1();
        let measured = [
            ("language", share(self.language), floor::LANGUAGE),
            ("title", share(self.title), floor::TITLE),
            ("published", share(self.published), floor::PUBLISHED),
            ("published_basis", share(self.basis), floor::PUBLISHED_BASIS),
            ("date value, recall", all.recall(), floor::DATE_VALUE_RECALL),
            (
                "date value, precision",
                all.precision(),
                floor::DATE_VALUE_PRECISION,
            ),
            ("person, F1", f1("person"), floor::PERSON_F1),
            (
                "organization, F1",
                f1("organization"),
                floor::ORGANIZATION_F1,
            ),
            ("place, F1", f1("place"), floor::PLACE_F1),
        ];
        println!(
            "\n{:<24} measured  floor",
            format!("{} articles", self.articles)
        );
        for (what, value, floor) in measured {
            println!("{what:<24} {value:>8.3} {floor:>6.2}");
        }
        for (what, value, floor) in measured {
            assert!(value >= floor, "{what}: {value:.3} is below {floor}");
        }
    }
}
