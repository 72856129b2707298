//! Whole articles as they come from the web, with what a careful reader finds in them. They are read
//! without language and day of publication; the calendar may date them.

use super::gold::Record;
use super::languages::same;
use super::measure::{Fault, Range, common};
use super::names;
use super::reader::{Found, Name, Reader};

/// The articles.
#[derive(Debug, Default)]
pub struct Score {
    pub articles: Vec<Article>,
}

/// One of them.
#[derive(Debug, Default)]
pub struct Article {
    pub language: String,
    pub language_right: bool,
    /// Listed dates, and those found with one of their values.
    pub dates: usize,
    pub dates_right: usize,
    pub names: names::Score,
    /// Listed lines that are not the article, and those found.
    pub boilerplate: usize,
    pub boilerplate_found: usize,
    pub faults: Vec<Fault>,
}

pub fn score(records: &[Record], found: &[Found], reader: &Reader) -> Score {
    let articles = records.iter().zip(found).enumerate();
    Score {
        articles: articles
            .map(|(n, (record, found))| article(n, record, found, reader))
            .collect(),
    }
}

fn article(number: usize, record: &Record, found: &Found, reader: &Reader) -> Article {
    let language = record.lang.clone().unwrap_or_default();
    let mut article = Article {
        language_right: same(found.language, &language, None),
        language,
        dates: record.timexes.len(),
        boilerplate: record.boilerplate.len(),
        ..Article::default()
    };
    for gold in &record.timexes {
        let range = (gold.start, gold.end);
        let here: Vec<_> = found
            .dates
            .iter()
            .filter(|d| common(d.range, range) > 0)
            .collect();
        let allowed: Vec<&String> = gold.value.iter().chain(&gold.or).collect();
        if here.iter().any(|d| allowed.contains(&&d.value)) {
            article.dates_right += 1;
        } else {
            let predicted = here
                .iter()
                .map(|d| format!("{} {}", d.value, d.rule))
                .collect::<Vec<_>>()
                .join(", ");
            let kind = if here.is_empty() {
                "missed date"
            } else {
                "wrong value"
            };
            article.faults.push(Fault {
                record: number,
                kind,
                range,
                gold: format!("{allowed:?}"),
                predicted,
            });
        }
    }
    // Optional names are neither required nor wrong.
    let (optional, required): (Vec<_>, Vec<_>) = record.entities.iter().partition(|e| e.optional);
    let free = |n: &&Name| {
        !optional
            .iter()
            .any(|o| common(n.range, (o.start, o.end)) > 0)
    };
    let predicted: Vec<Name> = found.names.iter().filter(free).copied().collect();
    article.names.add(number, required, &predicted);
    article.faults.append(&mut article.names.faults);
    let outside = reader.not_the_article(record);
    for line in &record.boilerplate {
        let range = place(&record.text, line);
        if range.is_some_and(|r| outside.iter().any(|o| common(*o, r) > 0)) {
            article.boilerplate_found += 1;
        } else {
            let (range, gold) = (range.unwrap_or_default(), "not the article".to_owned());
            article.faults.push(Fault {
                record: number,
                kind: "missed boilerplate",
                range,
                gold,
                predicted: "–".into(),
            });
        }
    }
    article
}

/// Where the line that begins so stands, in code points.
fn place(text: &str, beginning: &str) -> Option<Range> {
    let mut at = 0;
    for line in text.split('\n') {
        let length = line.chars().count();
        if line.trim_start().starts_with(beginning) {
            return Some((at, at + length));
        }
        at += length + 1;
    }
    None
}
