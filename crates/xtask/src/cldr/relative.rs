//! Cuts CLDR's patterns «{0} days ago», «vor {0} Tagen», «{0} 日前» into the unit and the words
//! that say past or future.

use dateline_text::fold;
use std::collections::{BTreeMap, BTreeSet};

/// A pattern of one unit: words before and after the number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    /// `second` … `year`.
    pub unit: &'static str,
    /// Before the number.
    pub before: Vec<String>,
    /// After the number.
    pub after: Vec<String>,
}

/// A pattern, cut.
#[derive(Debug, PartialEq, Eq)]
pub enum Cut {
    /// Unit, and what stands before and after it and the number.
    Unit {
        /// Words of the unit.
        unit: Vec<String>,
        /// Words before.
        before: Vec<String>,
        /// Words after.
        after: Vec<String>,
    },
    /// One word is unit and direction at once.
    Fused(String),
    /// No telling where the unit ends.
    Unclear,
}

/// Unit names of a language: unit → folded word sequences.
pub type Units = BTreeMap<&'static str, BTreeSet<Vec<String>>>;

/// Folds each word.
pub fn folded(words: &[String]) -> Vec<String> {
    words.iter().map(|w| fold(w)).collect()
}

/// Cuts the patterns of one direction. `units` are the names known from elsewhere.
pub fn cut(patterns: &[Pattern], units: &Units) -> Vec<Cut> {
    let kinds = patterns
        .iter()
        .map(|p| p.unit)
        .collect::<BTreeSet<_>>()
        .len();
    // Words that stand beside the number in at least half of the units belong to the direction.
    let least = 2.max(kinds / 2);
    let sides = Sides {
        heads: common(patterns.iter().map(|p| (p.unit, folded(&p.before))), least),
        tails: common(
            patterns
                .iter()
                .map(|p| (p.unit, reversed(&folded(&p.after)))),
            least,
        ),
    };
    let cuts: Vec<Cut> = patterns
        .iter()
        .map(|p| cut_one(p, patterns, units, &sides))
        .collect();
    if kinds < 3 {
        return cuts;
    }
    // What only one unit has is more often part of the unit, or a slip, than a word of direction.
    let mut seen: BTreeMap<(u8, Vec<String>), BTreeSet<&str>> = BTreeMap::new();
    for (pattern, cut) in patterns.iter().zip(&cuts) {
        let keys = match cut {
            Cut::Unit { before, after, .. } => vec![(0, folded(before)), (1, folded(after))],
            Cut::Fused(_) => vec![(2, Vec::new())],
            Cut::Unclear => Vec::new(),
        };
        for key in keys {
            seen.entry(key).or_default().insert(pattern.unit);
        }
    }
    let shared = |side: u8, words: &[String]| {
        seen.get(&(side, folded(words)))
            .is_some_and(|u| u.len() > 1)
    };
    cuts.into_iter()
        .map(|cut| match &cut {
            Cut::Unit { before, after, .. } => {
                let sound = (before.is_empty() || shared(0, before))
                    && (after.is_empty() || before.is_empty() || shared(1, after));
                if sound { cut } else { Cut::Unclear }
            }
            Cut::Fused(_) if !shared(2, &[]) => Cut::Unclear,
            _ => cut,
        })
        .collect()
}

/// Words of direction: before the number, and after the unit (those reversed).
struct Sides {
    heads: BTreeSet<Vec<String>>,
    tails: BTreeSet<Vec<String>>,
}

fn reversed(words: &[String]) -> Vec<String> {
    words.iter().rev().cloned().collect()
}

fn cut_one(p: &Pattern, patterns: &[Pattern], units: &Units, sides: &Sides) -> Cut {
    let whole = |side: fn(&Pattern) -> &Vec<String>| {
        !side(p).is_empty()
            && patterns
                .iter()
                .any(|q| q.unit != p.unit && folded(side(q)) == folded(side(p)))
    };
    let (before, after) = (folded(&p.before), folded(&p.after));
    let longest = |fits: &dyn Fn(&Vec<String>) -> bool| {
        units
            .get(p.unit)
            .into_iter()
            .flatten()
            .filter(|u| fits(u))
            .map(Vec::len)
            .max()
    };
    let make = |at_before: usize, unit: &[String], at_after: usize| Cut::Unit {
        unit: unit.to_vec(),
        before: p.before[..at_before].to_vec(),
        after: p.after[at_after..].to_vec(),
    };
    let tail = prefix(&sides.tails, &reversed(&after));
    if let Some(n) = longest(&|u| after.starts_with(u)) {
        // «hour by the clock | ago»: the tail that all units share is the direction.
        let end = if tail > 0 && tail <= after.len() - n {
            after.len() - tail
        } else {
            n
        };
        return make(p.before.len(), &p.after[..end], end);
    }
    if let Some(n) = longest(&|u| before.ends_with(u)) {
        let start = p.before.len() - n;
        return make(start, &p.before[start..], 0);
    }
    let head = prefix(&sides.heads, &before);
    if p.before.len() > head && (p.after.is_empty() && head > 0 || whole(|q| &q.after)) {
        return make(head, &p.before[head..], 0);
    }
    if tail > 0 && tail < p.after.len() {
        let end = p.after.len() - tail;
        return make(p.before.len(), &p.after[..end], end);
    }
    match p.after.as_slice() {
        [] => Cut::Unclear,
        unit if unit.len() <= 3 && whole(|q| &q.before) => make(p.before.len(), unit, unit.len()),
        [word] if p.before.is_empty() => Cut::Fused(word.clone()),
        _ => Cut::Unclear,
    }
}

/// Word sequences that begin the sequences of at least `least` units.
fn common(
    all: impl Iterator<Item = (&'static str, Vec<String>)>,
    least: usize,
) -> BTreeSet<Vec<String>> {
    let mut seen: BTreeMap<Vec<String>, BTreeSet<&str>> = BTreeMap::new();
    for (unit, words) in all {
        for n in 1..=words.len() {
            seen.entry(words[..n].to_vec()).or_default().insert(unit);
        }
    }
    seen.into_iter()
        .filter(|(_, units)| units.len() >= least)
        .map(|(words, _)| words)
        .collect()
}

fn prefix(common: &BTreeSet<Vec<String>>, words: &[String]) -> usize {
    (1..=words.len())
        .rev()
        .find(|&n| common.contains(&words[..n]))
        .unwrap_or(0)
}
