//! One decision between overlapping candidates of all extractors.

use dateline_model::Span;

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
/// `claims` are sorted by start. Linear in their number but for runs of mutual overlap.
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
            let mut standing: Vec<Span> = Vec::new();
            for i in order {
                if standing.iter().any(|s| s.overlaps(claims[i].span)) {
                    keep[i] = false;
                } else {
                    standing.push(claims[i].span);
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
