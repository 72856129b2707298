//! The form under which words are compared: small letters, one apostrophe, no invisible signs.

use crate::classes::{ASCII, Class, PLANE};
use unicode_normalization::UnicodeNormalization;

/// The folded form of one character. Beyond lower case: one form for variants that keyboards and
/// layout mix up (’ and ', ё and е, Turkish ı and i, cedilla and comma below, full width, Arabic
/// and Persian yeh and kaf, final sigma).
pub(crate) fn fold_char(c: char) -> char {
    match c {
        '’' | 'ʼ' | '‘' | '＇' | '`' | '´' => '\'',
        '‐' | '‑' => '-',
        'İ' | 'ı' => 'i',
        'Ё' | 'ё' => 'е',
        'Ş' | 'ş' => 'ș',
        'Ţ' | 'ţ' => 'ț',
        'ς' => 'σ',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        // Series of Ethiopic letters that Amharic says alike and writes without distinction.
        'ሐ'..='ሗ' | 'ኀ'..='ኆ' | 'ሠ'..='ሧ' | 'ዐ'..='ዖ' | 'ፀ'..='ፆ' | 'ሃ' | 'ኣ' | 'ዉ' =>
        {
            let plain = match c {
                'ሃ' | 'ሐ' | 'ሓ' | 'ኀ' | 'ኃ' => 0x1200,
                'ሐ'..='ሗ' => c as u32 - 0x10,
                'ኀ'..='ኆ' => c as u32 - 0x80,
                'ሠ'..='ሧ' => c as u32 + 0x10,
                'ኣ' | 'ዓ' => 0x12A0,
                'ዐ'..='ዖ' => c as u32 - 0x30,
                'ፀ'..='ፆ' => c as u32 - 8,
                _ => 0x12CD,
            };
            char::from_u32(plain).unwrap_or(c)
        }
        '０'..='９' | 'ａ'..='ｚ' | '．' | '，' | '：' | '／' | '－' => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
        }
        'Ａ'..='Ｚ' => char::from_u32(c as u32 - 0xFEE0 + 32).unwrap_or(c),
        _ => {
            if let Some(d) = crate::classes::digit_value(c) {
                return char::from(b'0' + d as u8);
            }
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(l), None) => l,
                _ => c,
            }
        }
    }
}

/// Appends the folded form of `word` to `out` (UTF-8). Composes marks where the word holds any.
pub fn fold_into(word: &str, out: &mut Vec<u8>) {
    if word.is_ascii() {
        out.extend(word.bytes().map(|b| match b {
            b'`' => b'\'',
            b => b.to_ascii_lowercase(),
        }));
        return;
    }
    let plane = &PLANE;
    let mut push = |c: char| {
        let mut buffer = [0u8; 4];
        let class = if c.is_ascii() {
            ASCII[c as usize]
        } else {
            plane.class(c)
        };
        // Arabic vowel signs are marks that print leaves out.
        if class == Class::Invisible || matches!(c, '\u{064B}'..='\u{065F}' | '\u{0670}') {
            return;
        }
        out.extend_from_slice(plane.fold(c).encode_utf8(&mut buffer).as_bytes());
    };
    if word
        .chars()
        .any(|c| !c.is_ascii() && plane.class(c) == Class::Mark)
    {
        word.nfc().for_each(&mut push);
    } else {
        word.chars().for_each(&mut push);
    }
}

/// The folded form of `text`, character by character: see [`fold_into`].
pub fn fold(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    fold_into(text, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

#[inline]
pub(crate) fn mix(hash: u64, chunk: u64) -> u64 {
    let h = (hash ^ chunk).wrapping_mul(MIX);
    h ^ (h >> 29)
}

/// Hash of folded bytes.
#[inline]
pub(crate) fn hash_folded(folded: &[u8]) -> u64 {
    let (chunks, rest) = folded.as_chunks();
    let hash = chunks.iter().fold(folded.len() as u64, |hash, chunk| {
        mix(hash, u64::from_le_bytes(*chunk))
    });
    if rest.is_empty() {
        return hash;
    }
    let last = match folded.last_chunk() {
        // The rest is the upper part of the last eight bytes.
        Some(eight) => u64::from_le_bytes(*eight) >> (64 - 8 * rest.len()),
        None => rest
            .iter()
            .rev()
            .fold(0, |last, b| last << 8 | u64::from(*b)),
    };
    mix(hash, last)
}

/// The key of a word: a hash of its folded form, equal for all spellings that fold alike.
pub fn word_key(word: &str) -> u64 {
    let mut folded = Vec::with_capacity(word.len());
    fold_into(word, &mut folded);
    hash_folded(&folded)
}

const LOWER: u64 = 0x2020_2020_2020_2020;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many of eight bytes, from the first, are ASCII letters; the bytes in lower case with the
/// rest blanked; and how many of the letters are capitals.
#[inline]
fn letters(chunk: u64) -> (usize, u64, usize) {
    let lower = chunk | LOWER;
    // The high bit of each byte that is a letter: at least «a», not beyond «z», not beyond ASCII.
    let seven = lower & !HIGH;
    let letters =
        (seven + 0x1F1F_1F1F_1F1F_1F1F) & !(seven + 0x0505_0505_0505_0505) & !chunk & HIGH;
    let count = ((!letters & HIGH).trailing_zeros() / 8) as usize;
    let mask = if count == 8 {
        u64::MAX
    } else {
        (1u64 << (8 * count)) - 1
    };
    (
        count,
        lower & mask,
        (!chunk & LOWER & mask).count_ones() as usize,
    )
}

#[inline]
fn chunk(text: &[u8], at: usize) -> u64 {
    let mut bytes = [0u8; 8];
    match text.get(at..at + 8) {
        Some(b) => bytes.copy_from_slice(b),
        None => {
            let rest = text.get(at..).unwrap_or_default();
            bytes[..rest.len()].copy_from_slice(rest);
        }
    }
    u64::from_le_bytes(bytes)
}

/// The run of ASCII letters from `start`: its length, its capitals, and its [`word_key`].
#[inline]
pub(crate) fn ascii_word(text: &[u8], start: usize) -> (usize, usize, u64) {
    let (count, lower, upper) = letters(chunk(text, start));
    if count < 8 {
        return (count, upper, mix(count as u64, lower));
    }
    ascii_word_of_eight(text, start, lower, upper)
}

/// The same for words of eight letters and more, of which the first eight are known. The key
/// begins with the length, so the chunks are gathered first.
fn ascii_word_of_eight(
    text: &[u8],
    start: usize,
    first: u64,
    mut upper: usize,
) -> (usize, usize, u64) {
    let mut chunks = [first, 0, 0, 0];
    let (mut length, mut n) = (8, 1);
    loop {
        let (count, lower, capitals) = letters(chunk(text, start + length));
        if count > 0 {
            if n == chunks.len() {
                return long_ascii_word(text, start);
            }
            chunks[n] = lower;
            n += 1;
            length += count;
            upper += capitals;
        }
        if count < 8 {
            break;
        }
    }
    (
        length,
        upper,
        chunks[..n]
            .iter()
            .fold(length as u64, |hash, c| mix(hash, *c)),
    )
}

/// The same for words of more than 32 letters.
#[cold]
fn long_ascii_word(text: &[u8], start: usize) -> (usize, usize, u64) {
    let rest = &text[start..];
    let length = rest
        .iter()
        .position(|b| !b.is_ascii_alphabetic())
        .unwrap_or(rest.len());
    let upper = rest[..length]
        .iter()
        .filter(|b| b.is_ascii_uppercase())
        .count();
    (
        length,
        upper,
        hash_folded(&rest[..length].to_ascii_lowercase()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_and_general_keys_agree() {
        let long = "a".repeat(33);
        let words = [
            "a",
            "The",
            "March",
            "Thursday",
            "Commission",
            "internationally",
            "ABCDefghIJKLmnopQRSTuvwxYZabcdef",
            &long,
        ];
        for w in words {
            let upper = w.bytes().filter(u8::is_ascii_uppercase).count();
            assert_eq!(
                ascii_word(w.as_bytes(), 0),
                (w.len(), upper, word_key(w)),
                "{w}"
            );
            for after in [" and more text", "[", "`", "{", "@", "0", "\u{e9}", "\0"] {
                let framed = format!("{w}{after}");
                assert_eq!(
                    ascii_word(framed.as_bytes(), 0),
                    (w.len(), upper, word_key(w)),
                    "{framed}"
                );
            }
        }
    }

    #[test]
    fn variants_fold_alike() {
        assert_eq!(word_key("Février"), word_key("fe\u{301}vrier"));
        assert_eq!(word_key("İstanbul"), word_key("istanbul"));
        assert_eq!(word_key("съёмка"), word_key("съемка"));
        assert_eq!(word_key("٢٠٢٤"), word_key("2024"));
        assert_eq!(fold("ko\u{ad}or\u{ad}di\u{ad}na\u{ad}tion"), "koordination");
    }
}
