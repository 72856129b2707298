//! The tokenizer: one for all languages, since it runs before the language is known.

use crate::classes::{ASCII, Class, PLANE, Script, digit_value};
use crate::fold::{ascii_word, word_key};

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Letters and their marks.
    Word,
    /// Decimal digits of any script.
    Number,
    /// One punctuation mark or symbol.
    Symbol,
    /// One character of a script without spaces.
    Character,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Case {
    /// No letters, or letters without case.
    None,
    /// Begins small: «word», «iPhone».
    Lower,
    /// Begins with a capital, goes on small: «Word»; also a single capital letter.
    Capital,
    /// Capitals only, two or more: «WORD».
    Upper,
    /// Begins with a capital, has another inside: «McDonald», «TikTok».
    Mixed,
}

/// What stands before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Gap {
    /// Nothing: the token touches the one before.
    Glued,
    /// Spaces.
    Space,
    /// A line end.
    Line,
    /// An empty line, or the beginning of the text.
    Paragraph,
}

/// A piece of text; positions are bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// [`word_key`] of the form; for symbols too.
    pub key: u64,
    /// What it is made of.
    pub kind: Kind,
    /// How it is written.
    pub case: Case,
    /// What stands before it.
    pub gap: Gap,
    /// Script of its first letter.
    pub script: Script,
    /// For whoever classifies tokens: index of the word's entry in a lexicon, 0 for none.
    pub entry: u32,
}

impl Token {
    /// The token's text; `text` is the text it was cut from.
    #[inline]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }

    /// Whether it is a word that begins with a capital.
    #[inline]
    pub fn capitalised(&self) -> bool {
        matches!(self.case, Case::Capital | Case::Upper | Case::Mixed)
    }

    /// Length in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Tokens are never empty; for symmetry with [`Token::len`].
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// The value of a run of decimal digits of any script; `None` beyond 18 digits or for other text.
pub fn digits_value(digits: &str) -> Option<i64> {
    let mut value = 0i64;
    let mut count = 0;
    for c in digits.chars() {
        value = value * 10 + i64::from(digit_value(c)?);
        count += 1;
        if count > 18 {
            return None;
        }
    }
    (count > 0).then_some(value)
}

/// Cuts `text` (at most 4 GiB) into tokens, appended to `tokens`.
///
/// Tokens are in order, do not overlap, lie on character borders, and what is between them is
/// white space, controls and invisible characters only.
pub fn tokenize(text: &str, tokens: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let length = bytes.len().min(u32::MAX as usize);
    let mut at = 0;
    let mut gap = Gap::Paragraph;
    while at < length {
        let b = bytes[at];
        if b < 128 {
            match ASCII[b as usize] {
                Class::Space => {
                    gap = gap.max(Gap::Space);
                    at += 1;
                    continue;
                }
                Class::Newline => {
                    // A second line end, with nothing but spaces between, ends a paragraph.
                    gap = if gap >= Gap::Line {
                        Gap::Paragraph
                    } else {
                        Gap::Line
                    };
                    at += if b == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                        2
                    } else {
                        1
                    };
                    continue;
                }
                Class::Digit => {
                    let start = at;
                    at += 1;
                    while at < length && bytes[at].is_ascii_digit() {
                        at += 1;
                    }
                    if at < length && bytes[at] >= 128 {
                        at = run_of_digits(text, at);
                    }
                    push(
                        tokens,
                        text,
                        start,
                        at,
                        Kind::Number,
                        Case::None,
                        &mut gap,
                        Script::Common,
                    );
                }
                Class::Lower | Class::Upper => {
                    let start = at;
                    let (length_of_word, upper, key) = ascii_word(bytes, start);
                    at += length_of_word;
                    if at < length && bytes[at] >= 128 {
                        at = word(text, tokens, start, &mut gap);
                        continue;
                    }
                    tokens.push(Token {
                        start: start as u32,
                        end: at as u32,
                        key,
                        kind: Kind::Word,
                        case: case_of(b & 0x20 == 0, upper, length_of_word),
                        gap,
                        script: Script::Latin,
                        entry: 0,
                    });
                    gap = Gap::Glued;
                }
                _ => {
                    tokens.push(Token {
                        start: at as u32,
                        end: at as u32 + 1,
                        key: symbol_key(b),
                        kind: Kind::Symbol,
                        case: Case::None,
                        gap,
                        script: Script::Common,
                        entry: 0,
                    });
                    at += 1;
                    gap = Gap::Glued;
                }
            }
            continue;
        }
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        match PLANE.class(c) {
            Class::Space => {
                gap = gap.max(Gap::Space);
                at += c.len_utf8();
            }
            Class::Newline => {
                gap = if gap >= Gap::Line {
                    Gap::Paragraph
                } else {
                    Gap::Line
                };
                at += c.len_utf8();
            }
            Class::Invisible => at += c.len_utf8(),
            Class::Digit => {
                let start = at;
                at = run_of_digits(text, at);
                push(
                    tokens,
                    text,
                    start,
                    at,
                    Kind::Number,
                    Case::None,
                    &mut gap,
                    Script::Common,
                );
            }
            Class::Lower | Class::Upper => at = word(text, tokens, at, &mut gap),
            Class::Unspaced => {
                let start = at;
                at += c.len_utf8();
                at = marks(text, at);
                let script = PLANE.script(c);
                push(
                    tokens,
                    text,
                    start,
                    at,
                    Kind::Character,
                    Case::None,
                    &mut gap,
                    script,
                );
            }
            Class::Symbol | Class::Mark => {
                let start = at;
                at += c.len_utf8();
                push(
                    tokens,
                    text,
                    start,
                    at,
                    Kind::Symbol,
                    Case::None,
                    &mut gap,
                    Script::Common,
                );
            }
        }
    }
}

/// Keys of the ASCII symbols, so that the commonest tokens cost no hashing.
fn symbol_key(b: u8) -> u64 {
    let b = if b == b'`' { b'\'' } else { b };
    crate::fold::mix(1, u64::from(b))
}

fn case_of(first_upper: bool, upper: usize, letters: usize) -> Case {
    match (first_upper, upper) {
        (false, _) => Case::Lower,
        (true, 1) => Case::Capital,
        (true, u) if u == letters => Case::Upper,
        _ => Case::Mixed,
    }
}

#[allow(clippy::too_many_arguments)]
fn push(
    tokens: &mut Vec<Token>,
    text: &str,
    start: usize,
    end: usize,
    kind: Kind,
    case: Case,
    gap: &mut Gap,
    script: Script,
) {
    tokens.push(Token {
        start: start as u32,
        end: end as u32,
        key: word_key(&text[start..end]),
        kind,
        case,
        gap: *gap,
        script,
        entry: 0,
    });
    *gap = Gap::Glued;
}

fn run_of_digits(text: &str, mut at: usize) -> usize {
    for c in text[at..].chars() {
        if digit_value(c).is_none() {
            break;
        }
        at += c.len_utf8();
    }
    at
}

fn marks(text: &str, mut at: usize) -> usize {
    for c in text[at..].chars() {
        if c.is_ascii() || PLANE.class(c) != Class::Mark {
            break;
        }
        at += c.len_utf8();
    }
    at
}

/// A word with characters beyond ASCII, from `start`; returns its end.
fn word(text: &str, tokens: &mut Vec<Token>, start: usize, gap: &mut Gap) -> usize {
    let plane = &PLANE;
    let (mut end, mut upper, mut letters) = (start, 0, 0);
    let mut first: Option<(char, bool)> = None;
    let mut plain = true;
    let mut folded = [0u8; 64];
    let mut filled = 0;
    let mut at = start;
    for c in text[start..].chars() {
        let class = if c.is_ascii() {
            ASCII[c as usize]
        } else {
            plane.class(c)
        };
        at += c.len_utf8();
        match class {
            Class::Lower | Class::Upper => {
                upper += usize::from(class == Class::Upper);
                letters += 1;
                if first.is_none() {
                    first = Some((c, class == Class::Upper));
                }
                if filled + 4 <= folded.len() {
                    filled += plane.fold(c).encode_utf8(&mut folded[filled..]).len();
                } else {
                    plain = false;
                }
            }
            Class::Mark => plain = false,
            // Part of the word only when letters follow.
            Class::Invisible => {
                plain = false;
                continue;
            }
            _ => break,
        }
        end = at;
    }
    let (c, first_upper) = first.unwrap_or(('\0', false));
    let key = if plain {
        crate::fold::hash_folded(&folded[..filled])
    } else {
        word_key(&text[start..end])
    };
    let caseless = upper == 0 && !c.is_lowercase();
    tokens.push(Token {
        start: start as u32,
        end: end as u32,
        key,
        kind: Kind::Word,
        case: if caseless {
            Case::None
        } else {
            case_of(first_upper, upper, letters)
        },
        gap: *gap,
        script: if c.is_ascii() {
            Script::Latin
        } else {
            plane.script(c)
        },
        entry: 0,
    });
    *gap = Gap::Glued;
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    fn cut(text: &str) -> Vec<&str> {
        let mut tokens = Vec::new();
        tokenize(text, &mut tokens);
        tokens.iter().map(|t| t.of(text)).collect()
    }

    #[test]
    fn words_numbers_symbols() {
        assert_eq!(
            cut("Aujourd’hui, 17h30."),
            ["Aujourd", "’", "hui", ",", "17", "h", "30", "."]
        );
        assert_eq!(cut("third-quarter"), ["third", "-", "quarter"]);
        assert_eq!(cut("2024年3月"), ["2024", "年", "3", "月"]);
        assert_eq!(cut("٢٠٢٤ مارس"), ["٢٠٢٤", "مارس"]);
        assert_eq!(cut("नई दिल्ली"), ["नई", "दिल्ली"]);
    }

    #[test]
    fn gaps_and_case() {
        let mut t = Vec::new();
        tokenize("One TWO\nMcThree\n\nfour 5", &mut t);
        let gaps: Vec<_> = t.iter().map(|t| t.gap).collect();
        assert_eq!(
            gaps,
            [
                Gap::Paragraph,
                Gap::Space,
                Gap::Line,
                Gap::Paragraph,
                Gap::Space
            ]
        );
        let cases: Vec<_> = t.iter().map(|t| t.case).collect();
        assert_eq!(
            cases,
            [
                Case::Capital,
                Case::Upper,
                Case::Mixed,
                Case::Lower,
                Case::None
            ]
        );
    }

    #[test]
    fn keys_are_word_keys() {
        let text = "Février МАРТА (x) 12 \u{200f}مارس、三 a\u{ad}b";
        let mut t = Vec::new();
        tokenize(text, &mut t);
        for t in t {
            assert_eq!(t.key, word_key(t.of(text)), "{}", t.of(text));
        }
    }

    proptest! {
        #[test]
        fn tokens_tile_the_text(text in "\\PC{0,80}|[a-zà-ÿ '’\\-.\\n0-9А-я月火ก-๙٠-٩\u{ad}\u{301}]{0,80}") {
            let mut tokens = Vec::new();
            tokenize(&text, &mut tokens);
            let mut at = 0;
            for t in &tokens {
                prop_assert!(t.start < t.end && t.start >= at);
                for c in text[at as usize..t.start as usize].chars() {
                    let class = super::super::classes::PLANE.class(c);
                    prop_assert!(matches!(class, Class::Space | Class::Newline | Class::Invisible), "{:?}", c);
                }
                prop_assert_eq!(t.key, word_key(t.of(&text)));
                at = t.end;
            }
            for c in text[at as usize..].chars() {
                let class = super::super::classes::PLANE.class(c);
                prop_assert!(matches!(class, Class::Space | Class::Newline | Class::Invisible));
            }
        }

        /// The oracle: where Unicode's own word segmentation begins a word of letters, a token begins.
        #[test]
        fn words_begin_where_unicode_says(text in "[a-zA-Zà-ÿА-я0-9 ,.!?\\n-]{0,60}") {
            let mut tokens = Vec::new();
            tokenize(&text, &mut tokens);
            for (at, w) in text.unicode_word_indices() {
                if w.chars().all(char::is_alphabetic) {
                    prop_assert!(tokens.iter().any(|t| t.start as usize == at));
                }
            }
        }
    }
}
