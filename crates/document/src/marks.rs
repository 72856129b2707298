//! What a punctuation mark can do: one small class for each symbol token.

use dateline_text::{Kind, Token};

/// The part that a symbol plays in the layout of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Anything that plays none: letters, digits, currency, `#`, `@`.
    Other,
    /// The full stop, which also abbreviates.
    Stop,
    /// `!`, `?`, `…` and their like: ends a sentence before white space.
    Strong,
    /// Ends a sentence even where no space follows: `。`, `।`, `۔`.
    Full,
    /// `(`, `「`, `¿`.
    Open,
    /// `)`, `」`.
    Close,
    /// A quotation mark; languages disagree on which side it stands.
    Quote,
    /// Comma, colon, semicolon: the sentence goes on.
    Comma,
    /// Any dash, and the underscore that old wires print for it.
    Dash,
    /// `/`.
    Slash,
    /// `=`, between place and agency in Korean and Japanese wires.
    Equals,
    /// `|`, `•`, `›`: stands between the links of a menu.
    Bar,
    /// `>`, `→`: points to another page.
    Arrow,
}

impl Mark {
    /// Whether a sentence can end with it.
    pub(crate) fn ends(self) -> bool {
        matches!(self, Self::Stop | Self::Strong | Self::Full)
    }

    /// The mark of a token.
    #[inline]
    pub(crate) fn of(text: &str, token: &Token) -> Self {
        if token.kind != Kind::Symbol {
            return Self::Other;
        }
        match text.as_bytes().get(token.start as usize) {
            Some(&byte) if byte < 128 => ASCII[byte as usize],
            _ => Self::beyond_ascii(text, token),
        }
    }

    const fn ascii(byte: u8) -> Self {
        match byte {
            b'.' => Self::Stop,
            b'!' | b'?' => Self::Strong,
            b'(' | b'[' | b'{' => Self::Open,
            b')' | b']' | b'}' => Self::Close,
            b'"' | b'\'' | b'`' => Self::Quote,
            b',' | b':' | b';' => Self::Comma,
            b'-' | b'_' => Self::Dash,
            b'/' => Self::Slash,
            b'=' => Self::Equals,
            b'|' => Self::Bar,
            b'>' => Self::Arrow,
            _ => Self::Other,
        }
    }

    fn beyond_ascii(text: &str, token: &Token) -> Self {
        match token.of(text).chars().next().unwrap_or_default() {
            '…' | '‥' | '‼' | '⁇' | '⁈' | '⁉' | '؟' | '՞' | '՜' | '\u{37e}' => {
                Self::Strong
            }
            '。' | '｡' | '！' | '？' | '．' | '।' | '॥' | '۔' | '։' | '።' | '፧' | '။' | '།'
            | '។' | '៕' => Self::Full,
            '「' | '『' | '（' | '【' | '〔' | '《' | '〈' | '［' | '¿' | '¡' => {
                Self::Open
            }
            '」' | '』' | '）' | '】' | '〕' | '》' | '〉' | '］' => Self::Close,
            '«' | '»' | '‹' | '›' | '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '＂' | '״' => {
                Self::Quote
            }
            '،' | '؛' | '、' | '，' | '：' | '；' | '፣' | '፤' => Self::Comma,
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' => Self::Dash,
            '／' | '⁄' => Self::Slash,
            '＝' => Self::Equals,
            '•' | '·' | '｜' | '│' | '¦' | '∙' | '●' => Self::Bar,
            '→' | '►' | '▶' | '➤' | '➡' | '▸' | '⇒' => Self::Arrow,
            _ => Self::Other,
        }
    }
}

/// Marks of the ASCII characters: one look-up for nearly all symbols of most languages.
static ASCII: [Mark; 128] = {
    let mut table = [Mark::Other; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = Mark::ascii(byte as u8);
        byte += 1;
    }
    table
};
