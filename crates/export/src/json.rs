//! JSON Lines: objects with the column names as keys.

use std::ops::Range;

use crate::bytes::{Bytes, Piece, plain_prefix};
use crate::rows::{Cells, Column, Row};

/// The lines of one table as bytes.
#[derive(Default)]
pub(crate) struct JsonLines {
    pub out: Bytes,
    array_begins: bool,
    /// Where the sentence of the row before was written.
    last_sentence: Range<usize>,
}

impl JsonLines {
    /// Forgets the lines and keeps their memory.
    pub fn clear(&mut self) {
        self.out.clear();
        self.array_begins = false;
        self.last_sentence = 0..0;
    }

    /// A row as one line.
    pub fn push<R: Row>(&mut self, row: &R) {
        self.open(row);
        self.close();
    }

    /// A row as an object that is left open, for more keys.
    #[inline(always)]
    pub fn open<R: Row>(&mut self, row: &R) {
        let begin = self.out.len();
        row.cells(&mut Object::<true>(self));
        // Every key comes with the comma before it.
        self.out.change(begin, b'{');
    }

    /// Ends the object of a line.
    pub fn close(&mut self) {
        self.out.put(b"}\n");
    }

    /// An article's texts as one line.
    pub fn push_texts(&mut self, article_id: &str, title: &str, text: &str) {
        self.out.put(b"{\"article_id\":");
        string(&mut self.out, article_id);
        self.key_text("title", title);
        self.key_text("text", text);
        self.close();
    }

    /// One more key with a string.
    pub fn key_text(&mut self, key: &str, value: &str) {
        self.key(key);
        if value.is_empty() {
            self.out.put(b"null");
        } else {
            string(&mut self.out, value);
        }
    }

    /// One more key, with an array of facts.
    pub fn open_array(&mut self, key: &str) {
        self.key(key);
        self.out.put(b"[");
        self.array_begins = true;
    }

    /// A fact as an object of the array, which does not repeat the article's own columns.
    #[inline(always)]
    pub fn push_fact<R: Row>(&mut self, row: &R) {
        if !std::mem::take(&mut self.array_begins) {
            self.out.put(b",");
        }
        let begin = self.out.len();
        row.cells(&mut Object::<false>(self));
        self.out.change(begin, b'{');
        self.out.put(b"}");
    }

    /// Ends the array.
    pub fn close_array(&mut self) {
        self.out.put(b"]");
    }

    fn key(&mut self, key: &str) {
        self.out.put(b",");
        string(&mut self.out, key);
        self.out.put(b":");
    }
}

struct Object<'a, const REPEATS_ARTICLE: bool>(&'a mut JsonLines);

impl<const REPEATS_ARTICLE: bool> Object<'_, REPEATS_ARTICLE> {
    /// The key with what follows it.
    #[inline(always)]
    fn put(&mut self, key: Piece) {
        self.0.out.put_piece(&key);
    }
}

impl<const REPEATS_ARTICLE: bool> Cells for Object<'_, REPEATS_ARTICLE> {
    const REPEATS_ARTICLE: bool = REPEATS_ARTICLE;

    #[inline(always)]
    fn text(&mut self, column: Column, value: &str) {
        if value.is_empty() {
            self.put(column.null);
            return;
        }
        self.put(column.quote);
        closed(&mut self.0.out, value);
    }

    #[inline(always)]
    fn word(&mut self, column: Column, value: &'static str) {
        if value.is_empty() {
            self.put(column.null);
            return;
        }
        self.put(column.quote);
        self.0.out.put_closed_word(value);
    }

    #[inline(always)]
    fn numbered(&mut self, column: Column, prefix: &str, number: u64) {
        self.put(column.quote);
        if !self.0.out.put_plain(prefix, needs_escape) {
            escaped(&mut self.0.out, prefix);
        }
        self.0.out.put_integer(number);
        self.0.out.put(b"\"");
    }

    #[inline(always)]
    fn integer(&mut self, column: Column, value: Option<u64>) {
        match value {
            Some(value) => {
                self.put(column.key);
                self.0.out.put_integer(value);
            }
            None => self.put(column.null),
        }
    }

    #[inline(always)]
    fn number(&mut self, column: Column, value: Option<f32>) {
        match value.filter(|value| value.is_finite()) {
            Some(value) => {
                self.put(column.key);
                self.0.out.put_number(value);
            }
            None => self.put(column.null),
        }
    }

    #[inline(always)]
    fn flag(&mut self, column: Column, value: bool) {
        self.put(column.key);
        self.0.out.put_word(if value { "true" } else { "false" });
    }

    fn sentence(&mut self, column: Column, value: &str, again: bool) {
        if value.is_empty() {
            self.put(column.null);
            return;
        }
        self.put(column.key);
        let JsonLines {
            out, last_sentence, ..
        } = &mut *self.0;
        let from = out.len();
        if again {
            out.put_again(last_sentence.clone());
        } else {
            string(out, value);
        }
        *last_sentence = from..out.len();
    }
}

#[inline]
fn string(out: &mut Bytes, value: &str) {
    out.put(b"\"");
    closed(out, value);
}

/// A string behind its first quotation mark.
#[inline(always)]
fn closed(out: &mut Bytes, value: &str) {
    if !out.put_closed(value, needs_escape) {
        escaped(out, value);
        out.put(b"\"");
    }
}

#[inline(always)]
fn needs_escape(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

/// Bytes that are escaped one by one before plain ones are looked for again.
const BLOCK: usize = 32;

#[inline(never)]
fn escaped(out: &mut Bytes, value: &str) {
    let mut rest = value.as_bytes();
    loop {
        let (plain, after) = rest.split_at(plain_prefix(rest, needs_escape));
        out.put_long(plain);
        if after.is_empty() {
            break;
        }
        let (block, after) = after.split_at(after.len().min(BLOCK));
        escape(out, block);
        rest = after;
    }
}

fn escape(out: &mut Bytes, block: &[u8]) {
    for &byte in block {
        match byte {
            b'"' => out.put(b"\\\""),
            b'\\' => out.put(b"\\\\"),
            b'\n' => out.put(b"\\n"),
            b'\r' => out.put(b"\\r"),
            b'\t' => out.put(b"\\t"),
            0..0x20 => {
                let hex =
                    |digit: u8| char::from_digit(u32::from(digit), 16).map_or(b'0', |d| d as u8);
                out.put(b"\\u00");
                out.put(&[hex(byte >> 4), hex(byte & 15)]);
            }
            _ => out.put(&[byte]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_read_back() {
        let all: String = (0..0x250_u32).filter_map(char::from_u32).collect();
        let long = "«日本語» \"quoted\\\" 👋\n".repeat(20);
        for value in ["", "plain", "\u{2028}\u{7f}", all.as_str(), long.as_str()] {
            for from in value.char_indices().map(|(at, _)| at).chain([value.len()]) {
                let mut out = Bytes::default();
                string(&mut out, &value[from..]);
                let read: String = serde_json::from_slice(out.as_slice()).expect("valid JSON");
                assert_eq!(read, &value[from..]);
            }
        }
    }
}
