//! One decision between overlapping candidates of all extractors.

use dateline_model::Span;
use std::collections::BTreeMap;

/// A candidate's claim on a range of text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Claim {
    /// The text that it covers.
    pub span: Span,
    /// How strongly: the higher wins, then the longer, then the earlier in the list.
    pub strength: f32,
}

/// Which claims stand: `true` for each that overlaps no stronger one.
///
/// `claims` are sorted by start. In n log n, however they overlap.
pub fn arbitrate(claims: &[Claim]) -> Vec<bool> {
    let mut keep = vec![true; claims.len()];
    let mut first = 0;
    while first < claims.len() {
        let mut end = claims[first].span.end;
        let mut last = first + 1;
        while last < claims.len() && claims[last].span.start < end {
            end = end.max(claims[last].span.end);
            last += 1;
        }
        if last - first > 1 {
            let mut order: Vec<usize> = (first..last).collect();
            order.sort_by(|&a, &b| {
                let (x, y) = (&claims[a], &claims[b]);
                y.strength
                    .total_cmp(&x.strength)
                    .then(y.span.len().cmp(&x.span.len()))
                    .then(a.cmp(&b))
            });
            // By start; what stands does not overlap, so its ends are in order as well.
            let mut standing: BTreeMap<u32, u32> = BTreeMap::new();
            for i in order {
                let span = claims[i].span;
                let before = standing.range(..span.end).next_back();
                if before.is_some_and(|(_, end)| *end > span.start) {
                    keep[i] = false;
                } else {
                    standing.insert(span.start, span.end);
                }
            }
        }
        first = last;
    }
    keep
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stronger_then_the_longer_stands() {
        let claim = |start, end, strength| Claim {
            span: Span::new(start, end),
            strength,
        };
        let claims = [
            claim(0, 5, 0.5),
            claim(3, 9, 0.9),
            claim(9, 12, 0.1),
            claim(20, 22, 0.5),
            claim(20, 25, 0.5),
        ];
        assert_eq!(arbitrate(&claims), [false, true, true, false, true]);
    }
}
