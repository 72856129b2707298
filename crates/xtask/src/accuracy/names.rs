//! Persons, organizations and places. Names of other kinds stay out on both sides.

use super::gold::{Entity, Record};
use super::measure::{Fault, Prf, Range, common, pair, share};
use super::reader::{Found, Name, Reader};
use std::collections::{BTreeMap, BTreeSet};

pub const TYPES: [&str; 3] = ["PER", "ORG", "LOC"];

/// A set.
#[derive(Debug, Default)]
pub struct Score {
    pub set: String,
    pub coverage: &'static str,
    pub documents: usize,
    /// Documents whose language is found when nobody says it.
    pub detected: usize,
    /// Same first and last code point, same type.
    pub exact: Prf,
    /// Same first and last code point.
    pub span: Prf,
    /// Overlap and the same type, one to one, from left to right.
    pub relaxed: Prf,
    /// Exact, by type.
    pub types: BTreeMap<&'static str, Prf>,
    pub faults: Vec<Fault>,
    /// (type in the gold, type found) of all names that are not exact; see [`NOTHING`] and [`OTHER`].
    pub confusions: BTreeMap<(&'static str, &'static str), usize>,
}

/// No name that overlaps.
pub const NOTHING: &str = "nothing";
/// A gold name of a kind that is left out.
pub const OTHER: &str = "other kind";

pub fn score(set: &str, records: &[Record], found: &[Found], reader: &Reader) -> Score {
    let language = records
        .first()
        .and_then(|r| r.lang.clone())
        .unwrap_or_default();
    let mut score = Score {
        set: set.to_owned(),
        coverage: reader.coverage(&language).as_str(),
        documents: records.len(),
        ..Score::default()
    };
    for (number, (record, found)) in records.iter().zip(found).enumerate() {
        score.add(number, &record.entities, &found.names);
    }
    score
}

fn gold_name(e: &Entity) -> Option<Name> {
    let kind = TYPES.into_iter().find(|t| *t == e.kind)?;
    Some(Name {
        range: (e.start, e.end),
        kind,
    })
}

impl Score {
    pub fn add<'g>(
        &mut self,
        record: usize,
        gold: impl IntoIterator<Item = &'g Entity>,
        predicted: &[Name],
    ) {
        let (mut others, mut names) = (Vec::new(), BTreeSet::new());
        for entity in gold {
            match gold_name(entity) {
                Some(name) => _ = names.insert(name),
                None => others.push((entity.start, entity.end)),
            }
        }
        let gold = names;
        let predicted: BTreeSet<Name> = predicted.iter().copied().collect();
        let spans = |names: &BTreeSet<Name>| names.iter().map(|n| n.range).collect::<BTreeSet<_>>();
        self.exact += counts(&gold, &predicted);
        self.span += counts(&spans(&gold), &spans(&predicted));
        let counted = |hit| Prf {
            hit,
            predicted: predicted.len(),
            gold: gold.len(),
        };
        self.relaxed += counted(overlaps(&gold, &predicted));
        for kind in TYPES {
            let of = |names: &BTreeSet<Name>| -> BTreeSet<Name> {
                names.iter().filter(|n| n.kind == kind).copied().collect()
            };
            *self.types.entry(kind).or_default() += counts(&of(&gold), &of(&predicted));
        }
        self.explain(record, &gold, &predicted, &others);
    }

    fn explain(
        &mut self,
        record: usize,
        gold: &BTreeSet<Name>,
        predicted: &BTreeSet<Name>,
        others: &[Range],
    ) {
        let (gold, predicted): (Vec<Name>, Vec<Name>) = (
            gold.difference(predicted).copied().collect(),
            predicted.difference(gold).copied().collect(),
        );
        let ranges = |names: &[Name]| names.iter().map(|n| n.range).collect::<Vec<_>>();
        let (mut met, mut meant) = (vec![false; gold.len()], vec![false; predicted.len()]);
        for (i, j) in pair(&ranges(&gold), &ranges(&predicted)) {
            (met[i], meant[j]) = (true, true);
            let (g, p) = (gold[i], predicted[j]);
            let kind = match (g.range == p.range, g.kind == p.kind) {
                (true, _) => "wrong type",
                (false, true) => "wrong border",
                (false, false) => "wrong border and type",
            };
            *self.confusions.entry((g.kind, p.kind)).or_default() += 1;
            self.faults.push(fault(record, kind, Some(g), Some(p)));
        }
        for (g, _) in gold.iter().zip(met).filter(|(_, met)| !met) {
            *self.confusions.entry((g.kind, NOTHING)).or_default() += 1;
            self.faults.push(fault(record, "missed", Some(*g), None));
        }
        for (p, _) in predicted.iter().zip(meant).filter(|(_, meant)| !meant) {
            let gold = if others.iter().any(|o| common(*o, p.range) > 0) {
                OTHER
            } else {
                NOTHING
            };
            *self.confusions.entry((gold, p.kind)).or_default() += 1;
            self.faults.push(fault(record, "spurious", None, Some(*p)));
        }
    }

    pub fn measures(&self) -> Vec<(&'static str, f64)> {
        vec![
            ("exact", self.exact.f1()),
            ("span", self.span.f1()),
            ("relaxed", self.relaxed.f1()),
            ("language", share(self.detected, self.documents)),
        ]
    }
}

fn counts<T: Ord>(gold: &BTreeSet<T>, predicted: &BTreeSet<T>) -> Prf {
    Prf {
        hit: gold.intersection(predicted).count(),
        predicted: predicted.len(),
        gold: gold.len(),
    }
}

/// How many gold names have an own prediction of their type that overlaps them.
fn overlaps(gold: &BTreeSet<Name>, predicted: &BTreeSet<Name>) -> usize {
    let mut left: Vec<Name> = predicted.iter().copied().collect();
    let mut hits = 0;
    for g in gold {
        let partner = left
            .iter()
            .position(|p| p.kind == g.kind && p.range.0 < g.range.1 && g.range.0 < p.range.1);
        if let Some(partner) = partner {
            left.remove(partner);
            hits += 1;
        }
    }
    hits
}

fn fault(record: usize, kind: &'static str, gold: Option<Name>, predicted: Option<Name>) -> Fault {
    let told = |name: Option<Name>| {
        name.map_or("–".into(), |n| {
            format!("{}–{} {}", n.range.0, n.range.1, n.kind)
        })
    };
    Fault {
        record,
        kind,
        range: gold.or(predicted).map_or((0, 0), |n| n.range),
        gold: told(gold),
        predicted: told(predicted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(start: usize, end: usize, kind: &str) -> Entity {
        Entity {
            start,
            end,
            kind: kind.into(),
            optional: false,
        }
    }

    fn name(start: usize, end: usize, kind: &'static str) -> Name {
        Name {
            range: (start, end),
            kind,
        }
    }

    #[test]
    fn exact_span_relaxed_and_kinds_of_error() {
        let mut score = Score::default();
        let gold = [
            entity(0, 4, "PER"),
            entity(10, 20, "ORG"),
            entity(30, 34, "LOC"),
            entity(40, 44, "LOC"),
            entity(50, 54, "MISC"),
        ];
        let found = [
            name(0, 4, "PER"),
            name(10, 15, "ORG"),
            name(30, 34, "ORG"),
            name(50, 54, "PER"),
        ];
        score.add(0, &gold, &found);
        assert_eq!(
            score.exact,
            Prf {
                hit: 1,
                predicted: 4,
                gold: 4
            }
        );
        assert_eq!(
            score.span,
            Prf {
                hit: 2,
                predicted: 4,
                gold: 4
            }
        );
        assert_eq!(
            score.relaxed,
            Prf {
                hit: 2,
                predicted: 4,
                gold: 4
            }
        );
        assert_eq!(
            score.types["ORG"],
            Prf {
                hit: 0,
                predicted: 2,
                gold: 1
            }
        );
        assert_eq!(score.confusions[&("LOC", "ORG")], 1);
        assert_eq!(score.confusions[&(OTHER, "PER")], 1);
        let mut kinds: Vec<_> = score.faults.iter().map(|f| f.kind).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["missed", "spurious", "wrong border", "wrong type"]);
    }

    #[test]
    fn a_prediction_serves_one_gold_name() {
        let mut score = Score::default();
        score.add(
            0,
            &[entity(0, 4, "PER"), entity(5, 9, "PER")],
            &[name(0, 9, "PER")],
        );
        assert_eq!(
            score.relaxed,
            Prf {
                hit: 1,
                predicted: 1,
                gold: 2
            }
        );
    }
}
