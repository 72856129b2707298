//! Which language a sentence is in.

use super::gold::Record;
use super::measure::{Fault, mean, share};
use super::reader::Reader;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Codes that are equal, in lower case: collective codes and their commonest member, old codes, and
/// variants by script.
const EQUAL: [(&str, &str); 23] = [
    ("no", "nb"),
    ("nor", "nob"),
    ("zho", "cmn"),
    ("zh-hans", "zh"),
    ("zh-hant", "zh"),
    ("sr-latn", "sr"),
    ("fas", "pes"),
    ("prs", "pes"),
    ("ara", "arb"),
    ("iw", "he"),
    ("in", "id"),
    ("azj", "aze"),
    ("lvs", "lav"),
    ("ekk", "est"),
    ("swh", "swa"),
    ("khk", "mon"),
    ("als", "sqi"),
    ("zsm", "msa"),
    ("ori", "ory"),
    ("uzn", "uzb"),
    ("ydd", "yid"),
    ("npi", "nep"),
    // Undecided.
    ("und", ""),
];

fn plain(code: &str) -> String {
    let code = code.to_lowercase();
    EQUAL
        .iter()
        .find(|e| e.0 == code)
        .map_or(code, |e| e.1.to_owned())
}

/// Whether `found` is the language that the gold names by one of its codes.
pub fn same(found: &str, gold: &str, iso3: Option<&str>) -> bool {
    let found = plain(found);
    !found.is_empty() && (found == plain(gold) || iso3.is_some_and(|c| found == plain(c)))
}

/// A set.
#[derive(Debug, Default)]
pub struct Score {
    pub set: String,
    /// Kind of text (sentence, word pair, single word) and its counts.
    pub kinds: BTreeMap<String, BTreeMap<String, Count>>,
    /// Languages of the set that dateline does not claim to tell, by the set's code.
    pub unclaimed: Vec<String>,
    /// (gold, found) of a claimed language, and how often.
    pub confusions: BTreeMap<(String, String), usize>,
    pub faults: Vec<Fault>,
}

/// Texts of one language.
#[derive(Debug, Default, Clone, Copy)]
pub struct Count {
    pub texts: usize,
    pub right: usize,
    pub undecided: usize,
}

impl Count {
    pub fn accuracy(self) -> f64 {
        share(self.right, self.texts)
    }
}

pub fn score(set: &str, records: &[Record], reader: &Reader) -> Score {
    let found: Vec<&str> = records
        .par_iter()
        .map(|r| reader.language(&r.text))
        .collect();
    let mut score = Score {
        set: set.to_owned(),
        ..Score::default()
    };
    let mut claims: BTreeMap<&str, bool> = BTreeMap::new();
    for (number, (record, found)) in records.iter().zip(found).enumerate() {
        let gold = record.lang.as_deref().unwrap_or_default();
        if !*claims.entry(gold).or_insert_with(|| reader.detects(gold)) {
            continue;
        }
        let right = same(found, gold, record.iso3.as_deref());
        let kind = record.kind.clone().unwrap_or_default();
        let count = score
            .kinds
            .entry(kind)
            .or_default()
            .entry(gold.to_owned())
            .or_default();
        count.texts += 1;
        count.right += usize::from(right);
        count.undecided += usize::from(found == "und");
        if !right {
            *score
                .confusions
                .entry((gold.to_owned(), found.to_owned()))
                .or_default() += 1;
            score.faults.push(Fault {
                record: number,
                kind: if found == "und" { "undecided" } else { "wrong" },
                range: (0, record.text.chars().count()),
                gold: gold.to_owned(),
                predicted: found.to_owned(),
            });
        }
    }
    score.unclaimed = claims
        .iter()
        .filter(|c| !c.1)
        .map(|c| (*c.0).to_owned())
        .collect();
    score
}

/// All texts of some languages together.
pub fn total(languages: &BTreeMap<String, Count>) -> Count {
    languages.values().fold(Count::default(), |a, b| Count {
        texts: a.texts + b.texts,
        right: a.right + b.right,
        undecided: a.undecided + b.undecided,
    })
}

/// The mean of the languages' accuracies.
pub fn macro_accuracy(languages: &BTreeMap<String, Count>) -> f64 {
    mean(languages.values().map(|c| c.accuracy()))
}

impl Score {
    pub fn measures(&self) -> Vec<(&str, f64)> {
        self.kinds
            .iter()
            .map(|(kind, languages)| (kind.as_str(), total(languages).accuracy()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn codes_of_one_language_are_equal() {
        assert!(same("no", "nb", Some("nob")));
        assert!(same("sr-Latn", "sr", Some("srp")));
        assert!(same("zh-Hant", "zh", Some("zho")));
        assert!(!same("und", "und", None), "undecided is never right");
        assert!(!same("nn", "nb", Some("nob")));
    }
}
