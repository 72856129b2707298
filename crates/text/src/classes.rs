//! What kind of character a character is: one table look-up for the basic plane.

use std::sync::OnceLock;

/// The script of a token, as far as dateline tells scripts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[repr(u8)]
pub enum Script {
    /// Digits, punctuation, symbols.
    #[default]
    Common,
    /// Latin letters.
    Latin,
    /// Greek letters.
    Greek,
    /// Cyrillic letters.
    Cyrillic,
    /// Armenian letters.
    Armenian,
    /// Hebrew letters.
    Hebrew,
    /// Arabic letters.
    Arabic,
    /// Thaana, Syriac, N'Ko and other right-to-left scripts of the same blocks.
    OtherRightToLeft,
    /// Devanagari.
    Devanagari,
    /// Bengali and Assamese.
    Bengali,
    /// Gurmukhi.
    Gurmukhi,
    /// Gujarati.
    Gujarati,
    /// Odia.
    Oriya,
    /// Tamil.
    Tamil,
    /// Telugu.
    Telugu,
    /// Kannada.
    Kannada,
    /// Malayalam.
    Malayalam,
    /// Sinhala.
    Sinhala,
    /// Thai (no spaces).
    Thai,
    /// Lao (no spaces).
    Lao,
    /// Tibetan.
    Tibetan,
    /// Burmese (no spaces).
    Myanmar,
    /// Georgian.
    Georgian,
    /// Hangul.
    Hangul,
    /// Ethiopic.
    Ethiopic,
    /// Khmer (no spaces).
    Khmer,
    /// Mongolian.
    Mongolian,
    /// Hiragana and katakana (no spaces).
    Kana,
    /// Han characters (no spaces).
    Han,
    /// Any other letters.
    Other,
}

impl Script {
    /// Whether the script is written without spaces, so that each character is a token.
    pub fn unspaced(self) -> bool {
        matches!(
            self,
            Self::Thai | Self::Lao | Self::Myanmar | Self::Khmer | Self::Kana | Self::Han
        )
    }
}

/// Blocks of the Unicode standard (Blocks.txt), as far as they tell a script.
const BLOCKS: &[(u32, u32, Script)] = &[
    (0x0041, 0x024F, Script::Latin),
    (0x0250, 0x02AF, Script::Latin),
    (0x0370, 0x03FF, Script::Greek),
    (0x0400, 0x052F, Script::Cyrillic),
    (0x0530, 0x058F, Script::Armenian),
    (0x0590, 0x05FF, Script::Hebrew),
    (0x0600, 0x06FF, Script::Arabic),
    (0x0700, 0x074F, Script::OtherRightToLeft),
    (0x0750, 0x077F, Script::Arabic),
    (0x0780, 0x085F, Script::OtherRightToLeft),
    (0x0860, 0x08FF, Script::Arabic),
    (0x0900, 0x097F, Script::Devanagari),
    (0x0980, 0x09FF, Script::Bengali),
    (0x0A00, 0x0A7F, Script::Gurmukhi),
    (0x0A80, 0x0AFF, Script::Gujarati),
    (0x0B00, 0x0B7F, Script::Oriya),
    (0x0B80, 0x0BFF, Script::Tamil),
    (0x0C00, 0x0C7F, Script::Telugu),
    (0x0C80, 0x0CFF, Script::Kannada),
    (0x0D00, 0x0D7F, Script::Malayalam),
    (0x0D80, 0x0DFF, Script::Sinhala),
    (0x0E00, 0x0E7F, Script::Thai),
    (0x0E80, 0x0EFF, Script::Lao),
    (0x0F00, 0x0FFF, Script::Tibetan),
    (0x1000, 0x109F, Script::Myanmar),
    (0x10A0, 0x10FF, Script::Georgian),
    (0x1100, 0x11FF, Script::Hangul),
    (0x1200, 0x139F, Script::Ethiopic),
    (0x1780, 0x17FF, Script::Khmer),
    (0x1800, 0x18AF, Script::Mongolian),
    (0x1C80, 0x1C8F, Script::Cyrillic),
    (0x1C90, 0x1CBF, Script::Georgian),
    (0x1D00, 0x1DBF, Script::Latin),
    (0x1E00, 0x1EFF, Script::Latin),
    (0x1F00, 0x1FFF, Script::Greek),
    (0x2C60, 0x2C7F, Script::Latin),
    (0x2D00, 0x2D2F, Script::Georgian),
    (0x2D80, 0x2DDF, Script::Ethiopic),
    (0x2DE0, 0x2DFF, Script::Cyrillic),
    (0x2E80, 0x2FDF, Script::Han),
    (0x3005, 0x3007, Script::Han),
    (0x3040, 0x30FF, Script::Kana),
    (0x3130, 0x318F, Script::Hangul),
    (0x31F0, 0x31FF, Script::Kana),
    (0x3400, 0x4DBF, Script::Han),
    (0x4E00, 0x9FFF, Script::Han),
    (0xA640, 0xA69F, Script::Cyrillic),
    (0xA720, 0xA7FF, Script::Latin),
    (0xA960, 0xA97F, Script::Hangul),
    (0xAB00, 0xAB2F, Script::Ethiopic),
    (0xAB30, 0xAB6F, Script::Latin),
    (0xAC00, 0xD7FF, Script::Hangul),
    (0xF900, 0xFAFF, Script::Han),
    (0xFB00, 0xFB06, Script::Latin),
    (0xFB1D, 0xFB4F, Script::Hebrew),
    (0xFB50, 0xFDFF, Script::Arabic),
    (0xFE70, 0xFEFE, Script::Arabic),
    (0xFF21, 0xFF5A, Script::Latin),
    (0xFF65, 0xFF9F, Script::Kana),
    (0x20000, 0x323AF, Script::Han),
];

/// First digits («0») of the decimal digit runs that news prints.
const ZEROS: &[u32] = &[
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xFF10,
];

/// Marks that belong to the letter before them: ranges of combining characters.
const MARKS: &[(u32, u32)] = &[
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E8),
    (0x06EA, 0x06ED),
    (0x0E31, 0x0E31),
    (0x0E34, 0x0E3A),
    (0x0E47, 0x0E4E),
    (0x0EB1, 0x0EB1),
    (0x0EB4, 0x0EBC),
    (0x0EC8, 0x0ECE),
    (0x102B, 0x103E),
    (0x135D, 0x135F),
    (0x17B4, 0x17D3),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0x3099, 0x309A),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
];

/// Class of a character in the eyes of the tokenizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// White space and controls.
    Space,
    /// Line ends.
    Newline,
    /// Punctuation and symbols: a token each.
    Symbol,
    /// Decimal digits.
    Digit,
    /// Letters without case or in lower case.
    Lower,
    /// Upper- and title-case letters.
    Upper,
    /// Combining marks.
    Mark,
    /// Soft hyphens, direction marks, joiners: no part of a word's form.
    Invisible,
    /// Letters of scripts without spaces.
    Unspaced,
}

fn in_ranges(ranges: &[(u32, u32)], c: u32) -> bool {
    let at = ranges.partition_point(|r| r.1 < c);
    ranges.get(at).is_some_and(|r| r.0 <= c)
}

fn block_script(c: u32) -> Script {
    let at = BLOCKS.partition_point(|b| b.1 < c);
    match BLOCKS.get(at) {
        Some(b) if b.0 <= c => b.2,
        _ => Script::Other,
    }
}

/// The value of a decimal digit of any script.
pub(crate) fn digit_value(c: char) -> Option<u32> {
    let c = c as u32;
    let at = ZEROS.partition_point(|&z| z <= c);
    let zero = *ZEROS.get(at.checked_sub(1)?)?;
    (c - zero < 10).then_some(c - zero)
}

/// Class and script of any character, by rule. The tables below hold its answers.
fn classify(c: char) -> (Class, Script) {
    let u = c as u32;
    if matches!(
        c,
        '\n' | '\u{0B}' | '\u{0C}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
    ) {
        return (Class::Newline, Script::Common);
    }
    if matches!(u, 0x00AD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2069 | 0xFEFF | 0x0640 | 0x061C | 0x180E)
    {
        return (Class::Invisible, Script::Common);
    }
    if c.is_whitespace() || c.is_control() {
        return (Class::Space, Script::Common);
    }
    if digit_value(c).is_some() {
        return (Class::Digit, Script::Common);
    }
    if in_ranges(MARKS, u) {
        return (Class::Mark, block_script(u));
    }
    let script = block_script(u);
    if c.is_alphabetic() || matches!(u, 0x3005..=0x3007) {
        if script.unspaced() {
            return (Class::Unspaced, script);
        }
        // Superscript o and a («1º», «1ª») count as letters, as in ordinals.
        let upper = c.is_uppercase() || c.to_lowercase().next() != Some(c);
        return (if upper { Class::Upper } else { Class::Lower }, script);
    }
    // The Indic blocks: what is neither letter, digit nor danda there is a sign on a letter.
    if matches!(u, 0x0900..=0x0DFF | 0x0F00..=0x0FFF | 0x1780..=0x17D3)
        && !matches!(u, 0x0964 | 0x0965 | 0x0970 | 0x09F2..=0x09FB | 0x0AF1 | 0x0DF4 | 0x0F04..=0x0F12)
    {
        return (Class::Mark, script);
    }
    (Class::Symbol, Script::Common)
}

const fn class_from(code: u8) -> Class {
    match code {
        0 => Class::Space,
        1 => Class::Newline,
        2 => Class::Symbol,
        3 => Class::Digit,
        4 => Class::Lower,
        5 => Class::Upper,
        6 => Class::Mark,
        7 => Class::Invisible,
        _ => Class::Unspaced,
    }
}

/// Class, script and folded form of 256 characters.
struct Page {
    class: [u8; 256],
    script: [Script; 256],
    fold: [u16; 256],
}

impl Page {
    fn new(number: usize) -> Self {
        let mut page = Self {
            class: [Class::Symbol as u8; 256],
            script: [Script::Common; 256],
            fold: [0; 256],
        };
        for low in 0..256 {
            let Some(c) = char::from_u32((number * 256 + low) as u32) else {
                continue;
            };
            let (class, script) = classify(c);
            page.class[low] = class as u8;
            page.script[low] = script;
            page.fold[low] = u16::try_from(crate::fold::fold_char(c) as u32).unwrap_or(c as u16);
        }
        page
    }
}

/// Tables for the basic plane, a page at a time: a run over English and French makes three of
/// them, which takes microseconds, where all 256 would take ten milliseconds.
pub(crate) struct Plane {
    pages: [OnceLock<Box<Page>>; 256],
}

/// The one table.
pub(crate) static PLANE: Plane = Plane {
    pages: [const { OnceLock::new() }; 256],
};

impl Plane {
    #[inline]
    fn page(&self, c: char) -> Option<&Page> {
        let number = c as usize >> 8;
        self.pages
            .get(number)
            .map(|page| &**page.get_or_init(|| Box::new(Page::new(number))))
    }

    #[inline]
    pub(crate) fn class(&self, c: char) -> Class {
        match self.page(c) {
            Some(page) => class_from(page.class[c as usize & 255]),
            None => classify(c).0,
        }
    }

    /// Class and folded form: one look for both, since words ask both of every letter.
    #[inline]
    pub(crate) fn class_and_fold(&self, c: char) -> (Class, char) {
        match self.page(c) {
            Some(page) => {
                let low = c as usize & 255;
                let folded = char::from_u32(u32::from(page.fold[low])).unwrap_or(c);
                (class_from(page.class[low]), folded)
            }
            None => (classify(c).0, crate::fold::fold_char(c)),
        }
    }

    #[inline]
    pub(crate) fn script(&self, c: char) -> Script {
        match self.page(c) {
            Some(page) => page.script[c as usize & 255],
            None => classify(c).1,
        }
    }

    #[inline]
    pub(crate) fn fold(&self, c: char) -> char {
        match self.page(c) {
            Some(page) => char::from_u32(u32::from(page.fold[c as usize & 255])).unwrap_or(c),
            None => crate::fold::fold_char(c),
        }
    }
}

/// The script of one character.
pub fn script_of(c: char) -> Script {
    if c.is_ascii_alphabetic() {
        Script::Latin
    } else if c.is_ascii() {
        Script::Common
    } else {
        PLANE.script(c)
    }
}

/// Classes of the ASCII characters.
pub(crate) static ASCII: [Class; 128] = {
    let mut table = [Class::Symbol; 128];
    let mut i = 0;
    while i < 128 {
        let b = i as u8;
        table[i] = match b {
            b'\n' | 0x0B | 0x0C | b'\r' => Class::Newline,
            0..=b' ' | 127 => Class::Space,
            b'0'..=b'9' => Class::Digit,
            b'a'..=b'z' => Class::Lower,
            b'A'..=b'Z' => Class::Upper,
            _ => Class::Symbol,
        };
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_table_agrees_with_the_rule() {
        for b in 0..128u8 {
            assert_eq!(ASCII[b as usize], classify(b as char).0, "{b}");
        }
    }

    #[test]
    fn scripts_and_digits() {
        assert_eq!(script_of('é'), Script::Latin);
        assert_eq!(script_of('ж'), Script::Cyrillic);
        assert_eq!(script_of('月'), Script::Han);
        assert_eq!(script_of('ー'), Script::Kana);
        assert_eq!(digit_value('٣'), Some(3));
        assert_eq!(digit_value('９'), Some(9));
        assert_eq!(digit_value('x'), None);
    }
}
