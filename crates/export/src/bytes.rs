//! Bytes of rows. A fact has fifty pieces of a few bytes: copies here are a few instructions each, where an append to a
//! vector is two calls.

use std::ops::Range;

/// What is written, and room for more.
#[derive(Default)]
pub(crate) struct Bytes {
    /// Zeros behind what is written: so no piece asks for memory.
    room: Vec<u8>,
    filled: usize,
}

/// Room that is made at least.
const LEAST: usize = 1 << 12;

/// Bytes that are known when the program is compiled. They are copied with what fills their block, which the next piece
/// covers: a copy of constant length is two instructions wherever it stands.
#[derive(Clone, Copy)]
pub(crate) struct Piece {
    block: [u8; BLOCK],
    length: usize,
}

const BLOCK: usize = 32;

impl Piece {
    /// The pieces one behind the other; no more than a block.
    pub const fn new(pieces: &[&str]) -> Self {
        let mut piece = Self {
            block: [0; BLOCK],
            length: 0,
        };
        let mut at = 0;
        while at < pieces.len() {
            let bytes = pieces[at].as_bytes();
            let mut from = 0;
            while from < bytes.len() {
                piece.block[piece.length] = bytes[from];
                piece.length += 1;
                from += 1;
            }
            at += 1;
        }
        piece
    }

    #[cfg(test)]
    pub fn as_bytes(&self) -> &[u8] {
        self.block.get(..self.length).unwrap_or_default()
    }
}

impl Bytes {
    /// What is written.
    pub fn as_slice(&self) -> &[u8] {
        self.room.get(..self.filled).unwrap_or_default()
    }

    pub fn len(&self) -> usize {
        self.filled
    }

    /// Forgets what is written and keeps the room.
    pub fn clear(&mut self) {
        self.filled = 0;
    }

    /// Puts another byte in the place of one that is written.
    #[inline(always)]
    pub fn change(&mut self, at: usize, byte: u8) {
        if let Some(old) = self.room.get_mut(at) {
            *old = byte;
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let size = (self.room.len() * 2).max(self.filled + more + LEAST);
        self.room.resize(size, 0);
    }

    /// The next so many bytes.
    #[inline(always)]
    fn next(&mut self, length: usize) -> &mut [u8] {
        if self.room.len() - self.filled < length {
            self.grow(length);
        }
        let from = self.filled;
        self.filled += length;
        &mut self.room[from..from + length]
    }

    #[inline(always)]
    fn put_block<const N: usize>(&mut self, block: &[u8; N], length: usize) {
        loop {
            let rest = self.room.get_mut(self.filled..).unwrap_or_default();
            if let Some(place) = rest.first_chunk_mut() {
                *place = *block;
                break;
            }
            self.grow(N);
        }
        self.filled += length;
    }

    #[inline(always)]
    pub fn put<const N: usize>(&mut self, bytes: &[u8; N]) {
        self.put_block(bytes, N);
    }

    #[inline(always)]
    pub fn put_piece(&mut self, piece: &Piece) {
        self.put_block(&piece.block, piece.length);
    }

    /// A word of the schema or the like: seldom longer than 32 bytes.
    #[inline(always)]
    pub fn put_word(&mut self, word: &str) {
        copy(self.next(word.len()), word.as_bytes(), |_| false);
    }

    /// The same, with the quotation mark that closes it.
    #[inline(always)]
    pub fn put_closed_word(&mut self, word: &str) {
        self.put_closed(word, |_| false);
    }

    /// A text, if no byte of it is special; else nothing.
    #[inline(always)]
    pub fn put_plain(&mut self, text: &str, special: impl Fn(u8) -> bool) -> bool {
        let plain = !copy(self.next(text.len()), text.as_bytes(), special);
        if !plain {
            self.filled -= text.len();
        }
        plain
    }

    /// The same, with the quotation mark that closes it.
    #[inline(always)]
    pub fn put_closed(&mut self, text: &str, special: impl Fn(u8) -> bool) -> bool {
        let Some((mark, place)) = self.next(text.len() + 1).split_last_mut() else {
            return false;
        };
        *mark = b'"';
        let plain = !copy(place, text.as_bytes(), special);
        if !plain {
            self.filled -= text.len() + 1;
        }
        plain
    }

    /// A piece of any length.
    pub fn put_long(&mut self, piece: &[u8]) {
        self.next(piece.len()).copy_from_slice(piece);
    }

    /// Once more what is written there.
    pub fn put_again(&mut self, written: Range<usize>) {
        let length = written.len();
        if self.room.len() - self.filled < length {
            self.grow(length);
        }
        self.room.copy_within(written, self.filled);
        self.filled += length;
    }

    #[inline(always)]
    pub fn put_integer(&mut self, value: u64) {
        let digits = |number: usize| PAIRS[number % 100];
        let number = value as usize;
        match value {
            0..10 => self.put(&[b'0' + value as u8]),
            10..100 => self.put(&digits(number)),
            100..1_000 => {
                self.put(&[b'0' + (value / 100) as u8]);
                self.put(&digits(number));
            }
            1_000..10_000 => {
                self.put(&digits(number / 100));
                self.put(&digits(number));
            }
            _ => self.put_long(itoa::Buffer::new().format(value).as_bytes()),
        }
    }

    /// A number that is finite, in the fewest digits that tell it.
    #[inline(always)]
    pub fn put_number(&mut self, value: f32) {
        // Confidences have two decimals.
        let hundredths = (value * 100.0).round();
        if (0.0..1.0).contains(&value) && hundredths / 100.0 == value && hundredths < 100.0 {
            let [tens, ones] = PAIRS[hundredths as usize % 100];
            self.put(b"0.");
            self.put(&[tens]);
            if ones != b'0' {
                self.put(&[ones]);
            }
        } else {
            self.put_long(zmij::Buffer::new().format_finite(value).as_bytes());
        }
    }
}

/// Numbers below 100 in two digits.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + number as u8 / 10, b'0' + number as u8 % 10];
        number += 1;
    }
    pairs
};

/// Copies `from` to `to`, which is as long; tells whether a special byte is in it.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8], special: impl Fn(u8) -> bool) -> bool {
    match from.len() {
        0 => false,
        1..4 => {
            let mut found = false;
            for (to, from) in to.iter_mut().zip(from) {
                *to = *from;
                found |= special(*from);
            }
            found
        }
        4..8 => copy_ends::<4>(to, from, special),
        8..=16 => copy_ends::<8>(to, from, special),
        17..=32 => copy_ends::<16>(to, from, special),
        _ => copy_long(to, from, special),
    }
}

/// Copies what is no longer than two blocks, which may overlap.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], from: &[u8], special: impl Fn(u8) -> bool) -> bool {
    let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) else {
        return false;
    };
    if let Some(to) = to.first_chunk_mut() {
        *to = *first;
    }
    if let Some(to) = to.last_chunk_mut() {
        *to = *last;
    }
    any(first, &special) | any(last, &special)
}

#[inline(never)]
fn copy_long(to: &mut [u8], from: &[u8], special: impl Fn(u8) -> bool) -> bool {
    to.copy_from_slice(from);
    let (blocks, rest) = from.as_chunks::<32>();
    let last = from.last_chunk::<32>().filter(|_| !rest.is_empty());
    blocks.iter().chain(last).any(|block| any(block, &special))
}

/// No early exit: the compiler makes vector instructions of it.
#[inline(always)]
fn any<const N: usize>(block: &[u8; N], special: &impl Fn(u8) -> bool) -> bool {
    block
        .iter()
        .fold(false, |found, &byte| found | special(byte))
}

/// Bytes at the beginning of `bytes` among which none is special. Where it stops, the next special byte is no more than
/// a block away.
pub(crate) fn plain_prefix(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let plain = blocks.iter().position(|block| any(block, &special));
    match plain {
        Some(plain) => plain * 32,
        None if rest.iter().any(|&byte| special(byte)) => bytes.len() - rest.len(),
        None => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_special_byte_is_never_passed() {
        for length in 0..200 {
            let mut text = "a".repeat(length);
            let quote = |byte| byte == b'"';
            let mut bytes = Bytes::default();
            assert_eq!(plain_prefix(text.as_bytes(), quote), length);
            assert!(bytes.put_plain(&text, quote));
            assert_eq!(bytes.as_slice(), text.as_bytes());
            for at in 0..length {
                text.replace_range(at..=at, "\"");
                let plain = plain_prefix(text.as_bytes(), quote);
                assert!(
                    plain <= at && at < plain + 32,
                    "{plain} of {at} in {length}"
                );
                assert!(!bytes.put_plain(&text, quote));
                assert_eq!(bytes.len(), length);
                text.replace_range(at..=at, "a");
            }
        }
    }

    #[test]
    fn pieces_stand_one_behind_the_other() {
        let (mut bytes, mut expected) = (Bytes::default(), String::new());
        for length in 0..300 {
            let word: String = ('a'..='z').cycle().take(length).collect();
            bytes.put_word(&word);
            bytes.put(b",");
            bytes.put_again(length..length * 2);
            expected.push_str(&word);
            expected.push(',');
            let again = expected
                .get(length..length * 2)
                .expect("written")
                .to_owned();
            expected.push_str(&again);
        }
        assert_eq!(bytes.as_slice(), expected.as_bytes());
    }

    #[test]
    fn numbers_are_written_in_their_fewest_digits() {
        let mut bytes = Bytes::default();
        let mut is = |number: f32| {
            bytes.clear();
            bytes.put_number(number);
            let expected = zmij::Buffer::new().format_finite(number).to_owned();
            assert_eq!(bytes.as_slice(), expected.as_bytes());
        };
        for hundredths in -200..=200_i16 {
            is(f32::from(hundredths) / 100.0);
            is((f32::from(hundredths) / 100.0).next_up());
            is((f32::from(hundredths) / 100.0).next_down());
        }
        let mut bytes = Bytes::default();
        for number in (0..20_000).chain([u64::from(u32::MAX), u64::MAX]) {
            bytes.clear();
            bytes.put_integer(number);
            assert_eq!(bytes.as_slice(), number.to_string().as_bytes());
        }
    }
}
