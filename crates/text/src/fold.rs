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
    let plane = &*PLANE;
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
    if word.chars().any(|c| !c.is_ascii() && plane.class(c) == Class::Mark) {
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
pub(crate) fn hash_folded(folded: &[u8]) -> u64 {
    let mut hash = folded.len() as u64;
    let mut chunks = folded.chunks_exact(8);
    for c in &mut chunks {
        let mut b = [0u8; 8];
        b.copy_from_slice(c);
        hash = mix(hash, u64::from_le_bytes(b));
    }
    let rest = chunks.remainder();
    if !rest.is_empty() {
        let mut b = [0u8; 8];
        b[..rest.len()].copy_from_slice(rest);
        hash = mix(hash, u64::from_le_bytes(b));
    }
    hash
}

/// The key of a word: a hash of its folded form, equal for all spellings that fold alike.
pub fn word_key(word: &str) -> u64 {
    let mut folded = Vec::with_capacity(word.len());
    fold_into(word, &mut folded);
    hash_folded(&folded)
}

const LOWER: u64 = 0x2020_2020_2020_2020;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The run of ASCII letters from `start`, eight at a step: its length, its capitals, and its
/// [`word_key`].
#[inline]
pub(crate) fn ascii_word(text: &[u8], start: usize) -> (usize, usize, u64) {
    let mut at = start;
    let mut upper = 0;
    // The key begins with the length, so the chunks are gathered first.
    let mut chunks = [0u64; 4];
    let mut n = 0;
    loop {
        let chunk = match text.get(at..at + 8) {
            Some(b) => u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]),
            None => {
                let mut b = [0u8; 8];
                let rest = &text[at..];
                b[..rest.len()].copy_from_slice(rest);
                u64::from_le_bytes(b)
            }
        };
        let lower = chunk | LOWER;
        // The high bit of each byte that is a letter: at least «a», not beyond «z», not beyond ASCII.
        let seven = lower & !HIGH;
        let letters = (seven + 0x1F1F_1F1F_1F1F_1F1F) & !(seven + 0x0505_0505_0505_0505) & !chunk & HIGH;
        let count = ((!letters & HIGH).trailing_zeros() / 8) as usize;
        let mask = if count == 8 { u64::MAX } else { (1u64 << (8 * count)) - 1 };
        upper += (!chunk & LOWER & mask).count_ones() as usize;
        at += count;
        if count > 0 {
            if n == chunks.len() {
                return long_ascii_word(text, start);
            }
            chunks[n] = lower & mask;
            n += 1;
        }
        if count < 8 {
            break;
        }
    }
    let mut hash = (at - start) as u64;
    for chunk in &chunks[..n] {
        hash = mix(hash, *chunk);
    }
    (at - start, upper, hash)
}

/// The same for words of more than 32 letters.
#[cold]
fn long_ascii_word(text: &[u8], start: usize) -> (usize, usize, u64) {
    let rest = &text[start..];
    let length = rest.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(rest.len());
    let upper = rest[..length].iter().filter(|b| b.is_ascii_uppercase()).count();
    (length, upper, hash_folded(&rest[..length].to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_and_general_keys_agree() {
        let long = "a".repeat(33);
        let words = ["a", "The", "March", "Thursday", "Commission", "internationally", "ABCDefghIJKLmnopQRSTuvwxYZabcdef", &long];
        for w in words {
            let upper = w.bytes().filter(u8::is_ascii_uppercase).count();
            assert_eq!(ascii_word(w.as_bytes(), 0), (w.len(), upper, word_key(w)), "{w}");
            for after in [" and more text", "[", "`", "{", "@", "0", "\u{e9}", "\0"] {
                let framed = format!("{w}{after}");
                assert_eq!(ascii_word(framed.as_bytes(), 0), (w.len(), upper, word_key(w)), "{framed}");
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
