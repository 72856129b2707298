//! Precision, recall and F1; which prediction belongs to which gold expression.

use super::gold::Record;
use std::collections::BTreeMap;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// Counts of which precision, recall and F1 are made.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Prf {
    pub hit: usize,
    pub predicted: usize,
    pub gold: usize,
}

impl Prf {
    pub fn precision(self) -> f64 {
        share(self.hit, self.predicted)
    }

    pub fn recall(self) -> f64 {
        share(self.hit, self.gold)
    }

    /// 0 where both are 0.
    pub fn f1(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r > 0.0 {
            2.0 * p * r / (p + r)
        } else {
            0.0
        }
    }
}

impl Add for Prf {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            hit: self.hit + other.hit,
            predicted: self.predicted + other.predicted,
            gold: self.gold + other.gold,
        }
    }
}

impl AddAssign for Prf {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Prf {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// A part of a whole, 0 of nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// The mean, 0 of nothing.
pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, n) = values.fold((0.0, 0), |(sum, n), v| (sum + v, n + 1));
    if n == 0 { 0.0 } else { sum / f64::from(n) }
}

/// Positions in a text.
pub type Range = (usize, usize);

/// How many positions two ranges share.
pub fn common(a: Range, b: Range) -> usize {
    a.1.min(b.1).saturating_sub(a.0.max(b.0))
}

/// Pairs (gold, prediction) that overlap, each used once: equal ranges first, then by the length of
/// what they share, then by order.
pub fn pair(gold: &[Range], predicted: &[Range]) -> Vec<(usize, usize)> {
    let mut order = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        for (j, p) in predicted.iter().enumerate() {
            let common = common(*g, *p);
            if common > 0 {
                order.push((g != p, usize::MAX - common, i, j));
            }
        }
    }
    order.sort_unstable();
    let (mut left, mut right) = (vec![false; gold.len()], vec![false; predicted.len()]);
    let mut pairs = Vec::new();
    for (_, _, i, j) in order {
        if !left[i] && !right[j] {
            (left[i], right[j]) = (true, true);
            pairs.push((i, j));
        }
    }
    pairs
}

/// Something that differs from the gold.
#[derive(Debug)]
pub struct Fault {
    /// Number of the record in its set, from 0.
    pub record: usize,
    pub kind: &'static str,
    /// Where to look.
    pub range: Range,
    pub gold: String,
    pub predicted: String,
}

impl Fault {
    /// The place in its text, between brackets, with something of the text around it.
    pub fn shown(&self, records: &[Record]) -> String {
        const AROUND: usize = 60;
        let Some(record) = records.get(self.record) else {
            return String::new();
        };
        let first = self.range.0.saturating_sub(AROUND);
        let mut context = String::new();
        for (i, c) in record
            .text
            .chars()
            .enumerate()
            .skip(first)
            .take(self.range.1 + AROUND - first)
        {
            if i == self.range.0 {
                context.push('⟦');
            }
            if i == self.range.1 {
                context.push('⟧');
            }
            context.push(if c.is_whitespace() { ' ' } else { c });
        }
        format!(
            "{}\t{}\tgold {}\tfound {}\n\t{context}",
            self.kind, record.id, self.gold, self.predicted
        )
    }
}

/// How many faults there are of each kind.
pub fn kinds<'f>(faults: impl Iterator<Item = &'f Fault>) -> BTreeMap<&'static str, usize> {
    let mut kinds = BTreeMap::new();
    for fault in faults {
        *kinds.entry(fault.kind).or_default() += 1;
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ranges_pair_before_longer_overlaps() {
        assert_eq!(
            pair(&[(0, 10), (4, 6)], &[(4, 6), (0, 3)]),
            [(1, 0), (0, 1)]
        );
        assert_eq!(pair(&[(0, 4), (4, 12)], &[(2, 9)]), [(1, 0)]);
        assert_eq!(pair(&[(0, 4)], &[(4, 8)]), []);
    }

    #[test]
    fn nothing_found_and_nothing_to_find_is_zero() {
        assert_eq!(Prf::default().f1(), 0.0);
        let f1 = Prf {
            hit: 1,
            predicted: 2,
            gold: 4,
        }
        .f1();
        assert!((f1 - 1.0 / 3.0).abs() < 1e-12, "{f1}");
    }
}
