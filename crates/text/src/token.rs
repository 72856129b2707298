//! The tokenizer: one for all languages, since it runs before the language is known.

use crate::classes::{ASCII, Class, PLANE, Script, digit_value};
use crate::fold::{ascii_word, hash_folded, mix, word_key};

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
// In this order kind, case, gap and script are written at once where they come from a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C)]
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

    /// About how many letters it has, from its bytes and its script: exact for words that are written in letters of
    /// their script alone, but for Latin ones with accents.
    #[inline]
    pub fn letters(&self) -> usize {
        match self.script {
            Script::Common | Script::Latin => self.len(),
            Script::Greek
            | Script::Cyrillic
            | Script::Armenian
            | Script::Hebrew
            | Script::Arabic => self.len() / 2,
            _ => self.len() / 3,
        }
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

/// What the cutting tells of a text beside its tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Where something may end: indices of symbols, of characters of scripts without spaces, and of
    /// first tokens of lines. Whoever looks for ends need not look at words.
    pub breaks: Vec<u32>,
    /// Number of words, each such character counted as one.
    pub words: u32,
}

impl Outline {
    #[inline]
    fn add(&mut self, index: usize, kind: Kind, gap: Gap) {
        if matches!(kind, Kind::Symbol | Kind::Character) || gap >= Gap::Line {
            self.breaks.push(index as u32);
        }
        self.words += u32::from(matches!(kind, Kind::Word | Kind::Character));
    }
}

/// Cuts `text` (at most 4 GiB) into tokens, appended to `tokens`.
///
/// Tokens are in order, do not overlap, lie on character borders, and what is between them is
/// white space, controls and invisible characters only.
pub fn tokenize(text: &str, tokens: &mut Vec<Token>) {
    outline(text, tokens, &mut Outline::default());
}

/// The same, and what else it tells, which replaces what `outline` held. `tokens` must be empty.
pub fn outline(text: &str, tokens: &mut Vec<Token>, outline: &mut Outline) {
    outline.breaks.clear();
    outline.words = 0;
    let mut cutter = Cutter::new(text, outline);
    #[cfg(target_arch = "x86_64")]
    if crate::simd::cut(&mut cutter, tokens) {
        return;
    }
    while cutter.step(tokens) {}
}

/// A text that is being cut, character by character; where [`crate::simd`] runs it takes the easy
/// parts and leaves the rest to this.
pub(crate) struct Cutter<'t> {
    pub(crate) text: &'t str,
    /// Bytes that are cut: no more than positions can name.
    pub(crate) length: usize,
    /// Where the next token or white space begins.
    pub(crate) at: usize,
    /// Where a token would touch the one before.
    pub(crate) joined: usize,
    /// Line ends since the last token.
    pub(crate) newlines: u32,
    pub(crate) outline: &'t mut Outline,
}

impl<'t> Cutter<'t> {
    pub(crate) fn new(text: &'t str, outline: &'t mut Outline) -> Self {
        Self {
            text,
            outline,
            length: text.len().min(u32::MAX as usize),
            at: 0,
            joined: 0,
            // The beginning of a text is that of a paragraph.
            newlines: 2,
        }
    }

    /// Past one token or one piece of white space; false at the end of the text.
    #[inline]
    pub(crate) fn step(&mut self, tokens: &mut Vec<Token>) -> bool {
        let bytes = self.text.as_bytes();
        let start = self.at;
        if start >= self.length {
            return false;
        }
        let b = bytes[start];
        if b >= 128 {
            return self.step_beyond_ascii(tokens);
        }
        match ASCII[b as usize] {
            Class::Space => self.at += 1,
            Class::Newline => {
                self.newlines += 1;
                self.at += 1 + usize::from(b == b'\r' && bytes.get(start + 1) == Some(&b'\n'));
            }
            Class::Digit => self.digits(tokens),
            Class::Lower | Class::Upper => {
                let (length, upper, key) = ascii_word(bytes, start);
                if bytes.get(start + length).is_some_and(|b| *b >= 128) {
                    self.word(tokens);
                } else {
                    let case = case_of(b & 0x20 == 0, upper, length);
                    self.push(tokens, start + length, key, Kind::Word, case, Script::Latin);
                }
            }
            _ => self.push(
                tokens,
                start + 1,
                symbol_key(b),
                Kind::Symbol,
                Case::None,
                Script::Common,
            ),
        }
        true
    }

    fn step_beyond_ascii(&mut self, tokens: &mut Vec<Token>) -> bool {
        let Some(c) = self.text[self.at..].chars().next() else {
            return false;
        };
        let end = self.at + c.len_utf8();
        match PLANE.class(c) {
            Class::Space => self.at = end,
            Class::Newline => {
                self.newlines += 1;
                self.at = end;
            }
            Class::Invisible => {
                if self.joined == self.at {
                    self.joined = end;
                }
                self.at = end;
            }
            Class::Digit => self.digits(tokens),
            Class::Lower | Class::Upper => self.word(tokens),
            Class::Unspaced => {
                let end = marks(self.text, end);
                let key = if end == self.at + c.len_utf8() {
                    character_key(c)
                } else {
                    word_key(&self.text[self.at..end])
                };
                let script = PLANE.script(c);
                self.push(tokens, end, key, Kind::Character, Case::None, script);
            }
            Class::Symbol | Class::Mark => self.push(
                tokens,
                end,
                character_key(c),
                Kind::Symbol,
                Case::None,
                Script::Common,
            ),
        }
        true
    }

    #[inline]
    fn push(
        &mut self,
        tokens: &mut Vec<Token>,
        end: usize,
        key: u64,
        kind: Kind,
        case: Case,
        script: Script,
    ) {
        let gap = match self.newlines {
            0 if self.at == self.joined => Gap::Glued,
            0 => Gap::Space,
            1 => Gap::Line,
            _ => Gap::Paragraph,
        };
        self.outline.add(tokens.len(), kind, gap);
        tokens.push(Token {
            start: self.at as u32,
            end: end as u32,
            key,
            kind,
            case,
            gap,
            script,
            entry: 0,
        });
        self.at = end;
        self.joined = end;
        self.newlines = 0;
    }

    fn digits(&mut self, tokens: &mut Vec<Token>) {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut end = start;
        while end < self.length && bytes[end].is_ascii_digit() {
            end += 1;
        }
        let key = if end < self.length && bytes[end] >= 128 {
            end = run_of_digits(self.text, end);
            word_key(&self.text[start..end])
        } else {
            hash_folded(&bytes[start..end])
        };
        self.push(tokens, end, key, Kind::Number, Case::None, Script::Common);
    }

    /// A word with characters beyond ASCII.
    fn word(&mut self, tokens: &mut Vec<Token>) {
        let (text, start, plane) = (self.text, self.at, &PLANE);
        let (mut end, mut upper, mut letters) = (start, 0, 0);
        let mut first: Option<(char, bool)> = None;
        let mut plain = true;
        let mut folded = [0u8; 64];
        let mut filled = 0;
        let mut at = start;
        for c in text[start..].chars() {
            let (class, small) = if c.is_ascii() {
                (ASCII[c as usize], c.to_ascii_lowercase())
            } else {
                plane.class_and_fold(c)
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
                        filled += small.encode_utf8(&mut folded[filled..]).len();
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
            hash_folded(&folded[..filled])
        } else {
            word_key(&text[start..end])
        };
        let caseless = upper == 0 && !c.is_lowercase();
        let case = if caseless {
            Case::None
        } else {
            case_of(first_upper, upper, letters)
        };
        let script = if c.is_ascii() {
            Script::Latin
        } else {
            plane.script(c)
        };
        self.push(tokens, end, key, Kind::Word, case, script);
    }
}

/// Keys of the ASCII symbols, so that the commonest tokens cost no hashing.
fn symbol_key(b: u8) -> u64 {
    let b = if b == b'`' { b'\'' } else { b };
    mix(1, u64::from(b))
}

/// The [`word_key`] of a character that is no mark to compose, and not invisible.
pub(crate) fn character_key(c: char) -> u64 {
    if PLANE.class(c) == Class::Mark {
        return word_key(c.encode_utf8(&mut [0; 4]));
    }
    hash_folded(PLANE.fold(c).encode_utf8(&mut [0; 4]).as_bytes())
}

fn case_of(first_upper: bool, upper: usize, letters: usize) -> Case {
    match (first_upper, upper) {
        (false, _) => Case::Lower,
        (true, 1) => Case::Capital,
        (true, u) if u == letters => Case::Upper,
        _ => Case::Mixed,
    }
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

    /// The same without vector instructions.
    fn plainly(text: &str) -> (Vec<Token>, Outline) {
        let (mut tokens, mut outline) = (Vec::new(), Outline::default());
        let mut cutter = Cutter::new(text, &mut outline);
        while cutter.step(&mut tokens) {}
        (tokens, outline)
    }

    fn outlined(text: &str) -> (Vec<Token>, Outline) {
        let (mut tokens, mut found) = (Vec::new(), Outline::default());
        outline(text, &mut tokens, &mut found);
        (tokens, found)
    }

    #[test]
    fn every_character_is_cut_alike_at_every_place() {
        let signs = (0..0x3000)
            .chain([0xFEFF, 0xFF10, 0x1F600])
            .filter_map(char::from_u32);
        let around = [
            "",
            "a",
            "Ab",
            "é",
            "7",
            " ",
            "\n",
            ".",
            "’",
            "œuvre ",
            "une longue phrase ",
        ];
        for c in signs {
            for before in around {
                for after in around {
                    let text = format!("{before}{c}{after}{c}{c}x");
                    assert_eq!(outlined(&text), plainly(&text), "{text:?}");
                }
            }
        }
    }

    proptest! {
        /// Texts of many blocks, made of what blocks treat in ways of their own.
        #[test]
        fn vectors_and_characters_agree(
            pieces in proptest::collection::vec(
                "[a-zA-Z]{1,12}|[a-zA-Z]{17,90}|[a-zà-ÿÀ-ßœŒß×÷]{1,9}|[А-яёЁ]{1,9}|[0-9]{1,5}|[0-9٠-٩]{3}| {1,3}|\\n{1,3}|\r\n|[.,;:!?'’«»“”–—…()`/_~@\\[\\]^{}-]{1,3}|\u{a0}|\u{202f}|[\u{ad}\u{200b}\u{301}\u{2028}\u{7f}\0]|\\PC",
                0..60,
            ),
        ) {
            let text = pieces.concat();
            prop_assert_eq!(outlined(&text), plainly(&text));
        }

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
