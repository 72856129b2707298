//! Byte offsets become code points.

use dateline_model::{Field, Span};

/// Counts code points along an article, going on from the fact before, so that all facts of an article cost one pass
/// over its text. Spans that are not sorted are right too, only slower.
pub(crate) struct CodePoints<'a> {
    title: &'a [u8],
    text: &'a [u8],
    /// Of a text in ASCII nothing needs to be counted.
    ascii: bool,
    field: Field,
    byte: usize,
    point: u64,
}

impl<'a> CodePoints<'a> {
    pub fn new(title: &'a str, text: &'a str) -> Self {
        Self {
            title: title.as_bytes(),
            text: text.as_bytes(),
            ascii: text.is_ascii() && title.is_ascii(),
            field: Field::Title,
            byte: 0,
            point: 0,
        }
    }

    /// Start and end of a span in code points.
    pub fn locate(&mut self, field: Field, span: Span) -> (u64, u64) {
        let bytes = match field {
            Field::Title => self.title,
            Field::Text => self.text,
        };
        let start = (span.start as usize).min(bytes.len());
        let end = (span.end as usize).clamp(start, bytes.len());
        if self.ascii {
            return (start as u64, end as u64);
        }
        if field != self.field || start < self.byte {
            (self.field, self.byte, self.point) = (field, 0, 0);
        }
        self.point += count(bytes.get(self.byte..start).unwrap_or_default());
        self.byte = start;
        (
            self.point,
            self.point + count(bytes.get(start..end).unwrap_or_default()),
        )
    }
}

/// Code points that begin in the bytes, eight bytes at a time: most facts are near one another.
#[inline]
fn count(bytes: &[u8]) -> u64 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut points = 0;
    // As many as a byte can count.
    for eights in eights.chunks(255) {
        let mut each = 0;
        for eight in eights {
            each += begins(eight);
        }
        points += sum(each);
    }
    if rest.is_empty() {
        return points;
    }
    match bytes.last_chunk::<8>() {
        Some(last) => points + sum(begins(last) >> (8 * (8 - rest.len()))),
        None => rest.iter().fold(points, |points, byte| {
            points + u64::from(byte & 0xC0 != 0x80)
        }),
    }
}

/// 1 in each byte that is not of the form `10xxxxxx`.
#[inline(always)]
fn begins(bytes: &[u8; 8]) -> u64 {
    let word = u64::from_le_bytes(*bytes);
    (!word >> 7 | word >> 6) & (u64::MAX / 0xFF)
}

/// The sum of eight bytes.
#[inline(always)]
fn sum(bytes: u64) -> u64 {
    const EVEN: u64 = u64::MAX / 0xFFFF * 0xFF;
    let pairs = (bytes & EVEN) + (bytes >> 8 & EVEN);
    pairs.wrapping_mul(u64::MAX / 0xFFFF) >> 48
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_those_of_characters() {
        let title = "Élysée 👋🏽";
        let text = "Zürich, 東京 und naïve 👨‍👩‍👧 Ελλάδα — e\u{301}té. ASCII end";
        let mut points = CodePoints::new(title, text);
        for (field, of) in [(Field::Title, title), (Field::Text, text)] {
            let borders: Vec<usize> = of
                .char_indices()
                .map(|(at, _)| at)
                .chain([of.len()])
                .collect();
            for (start, &from) in borders.iter().enumerate() {
                for (length, &to) in borders.iter().skip(start).enumerate() {
                    let span = Span::new(from as u32, to as u32);
                    let expected = (start as u64, (start + length) as u64);
                    assert_eq!(points.locate(field, span), expected, "{}", span.of(of));
                }
            }
        }
    }

    #[test]
    fn long_texts_are_counted_whole() {
        let text = "aé語👋".repeat(1000);
        for to in (0..text.len()).filter(|&to| text.is_char_boundary(to)) {
            let points = count(&text.as_bytes()[..to]);
            assert_eq!(points, text[..to].chars().count() as u64);
        }
    }

    #[test]
    fn spans_out_of_order_or_out_of_the_text_are_no_danger() {
        let mut points = CodePoints::new("", "日本語");
        assert_eq!(points.locate(Field::Text, Span::new(6, 9)), (2, 3));
        assert_eq!(points.locate(Field::Text, Span::new(0, 3)), (0, 1));
        assert_eq!(points.locate(Field::Text, Span::new(9, 99)), (3, 3));
        assert_eq!(points.locate(Field::Title, Span::new(3, 9)), (0, 0));
    }
}
