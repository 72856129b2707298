//! JSON Lines: objects with the column names as keys.

use std::ops::Range;

use crate::rows::{Cells, Column, Row};
use crate::scan::plain_prefix;

/// Bytes that wait in [`JsonLines`]: those of ten facts.
const ROOM: usize = 1 << 12;

/// The lines of one table as bytes.
pub(crate) struct JsonLines {
    pub out: Vec<u8>,
    /// Pieces are collected here, since a copy of known length into an array is a few instructions, but an append
    /// to a vector is a call, and a fact has fifty pieces. Whole lines leave nothing behind.
    waiting: Box<[u8; ROOM]>,
    waits: usize,
    array_begins: bool,
    /// Where the sentence of the row before was written.
    last_sentence: Range<usize>,
}

impl Default for JsonLines {
    fn default() -> Self {
        Self {
            out: Vec::new(),
            waiting: Box::new([0; ROOM]),
            waits: 0,
            array_begins: false,
            last_sentence: 0..0,
        }
    }
}

impl JsonLines {
    /// Forgets the lines and keeps their memory.
    pub fn clear(&mut self) {
        self.out.clear();
        self.waits = 0;
        self.array_begins = false;
        self.last_sentence = 0..0;
    }

    /// A row as one line.
    pub fn push<R: Row>(&mut self, row: &R) {
        self.open(row);
        self.close();
    }

    /// A row as an object that is left open, for more keys.
    pub fn open<R: Row>(&mut self, row: &R) {
        self.put(b"{");
        row.cells(&mut Object::<true> {
            lines: self,
            begins: true,
        });
    }

    /// Ends the object of a line.
    pub fn close(&mut self) {
        self.put(b"}\n");
        self.flush();
    }

    /// An article's texts as one line.
    pub fn push_texts(&mut self, article_id: &str, title: &str, text: &str) {
        self.put(b"{\"article_id\":");
        self.string(article_id);
        self.key_text("title", title);
        self.key_text("text", text);
        self.close();
    }

    /// One more key with a string.
    pub fn key_text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.string_or_null(value);
    }

    /// One more key, with an array of facts.
    pub fn open_array(&mut self, key: &str) {
        self.key(key);
        self.put(b"[");
        self.array_begins = true;
    }

    /// A fact as an object of the array, which does not repeat the article's own columns.
    pub fn push_fact<R: Row>(&mut self, row: &R) {
        self.put(if self.array_begins { b"{" } else { b",{" });
        self.array_begins = false;
        row.cells(&mut Object::<false> {
            lines: self,
            begins: true,
        });
        self.put(b"}");
    }

    /// Ends the array.
    pub fn close_array(&mut self) {
        self.put(b"]");
    }

    fn key(&mut self, key: &str) {
        self.put(b",");
        self.string(key);
        self.put(b":");
    }

    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        match self.waiting.get_mut(self.waits..self.waits + bytes.len()) {
            Some(place) => {
                place.copy_from_slice(bytes);
                self.waits += bytes.len();
            }
            None => self.put_past(bytes),
        }
    }

    #[cold]
    fn put_past(&mut self, bytes: &[u8]) {
        self.flush();
        self.out.extend_from_slice(bytes);
    }

    fn flush(&mut self) {
        let waiting = self.waiting.get(..self.waits).unwrap_or_default();
        self.out.extend_from_slice(waiting);
        self.waits = 0;
    }

    #[inline]
    fn string_or_null(&mut self, value: &str) {
        if value.is_empty() {
            self.put(b"null");
        } else {
            self.string(value);
        }
    }

    #[inline]
    fn string(&mut self, value: &str) {
        if plain_prefix(value.as_bytes(), needs_escape) == value.len() {
            self.put(b"\"");
            self.put(value.as_bytes());
            self.put(b"\"");
        } else {
            self.flush();
            string(&mut self.out, value);
        }
    }
}

/// Bytes that are escaped one by one before plain ones are looked for again.
const BLOCK: usize = 32;

struct Object<'a, const REPEATS_ARTICLE: bool> {
    lines: &'a mut JsonLines,
    begins: bool,
}

impl<const REPEATS_ARTICLE: bool> Object<'_, REPEATS_ARTICLE> {
    #[inline(always)]
    fn key(&mut self, column: Column) {
        let comma = usize::from(std::mem::take(&mut self.begins));
        self.lines.put(&column.key.as_bytes()[comma..]);
    }
}

impl<const REPEATS_ARTICLE: bool> Cells for Object<'_, REPEATS_ARTICLE> {
    const REPEATS_ARTICLE: bool = REPEATS_ARTICLE;

    #[inline(always)]
    fn text(&mut self, column: Column, value: &str) {
        self.key(column);
        self.lines.string_or_null(value);
    }

    #[inline(always)]
    fn word(&mut self, column: Column, value: &'static str) {
        self.key(column);
        if value.is_empty() {
            self.lines.put(b"null");
        } else {
            self.lines.put(b"\"");
            self.lines.put(value.as_bytes());
            self.lines.put(b"\"");
        }
    }

    #[inline(always)]
    fn integer(&mut self, column: Column, value: Option<u64>) {
        self.key(column);
        match value {
            Some(value) => self.lines.put(itoa::Buffer::new().format(value).as_bytes()),
            None => self.lines.put(b"null"),
        }
    }

    #[inline(always)]
    fn number(&mut self, column: Column, value: Option<f32>) {
        self.key(column);
        match value.filter(|value| value.is_finite()) {
            Some(value) => self
                .lines
                .put(zmij::Buffer::new().format_finite(value).as_bytes()),
            None => self.lines.put(b"null"),
        }
    }

    #[inline(always)]
    fn flag(&mut self, column: Column, value: bool) {
        self.key(column);
        self.lines.put(if value { b"true" } else { b"false" });
    }

    fn sentence(&mut self, column: Column, value: &str, again: bool) {
        self.key(column);
        self.lines.flush();
        let JsonLines {
            out, last_sentence, ..
        } = &mut *self.lines;
        let from = out.len();
        if again {
            out.extend_from_within(last_sentence.clone());
        } else {
            string_or_null(out, value);
        }
        *last_sentence = from..out.len();
    }
}

fn string_or_null(out: &mut Vec<u8>, value: &str) {
    if value.is_empty() {
        out.extend_from_slice(b"null");
    } else {
        string(out, value);
    }
}

fn string(out: &mut Vec<u8>, value: &str) {
    out.reserve(value.len() + 2);
    out.push(b'"');
    let mut rest = value.as_bytes();
    loop {
        let (plain, after) = rest.split_at(plain_prefix(rest, needs_escape));
        out.extend_from_slice(plain);
        if after.is_empty() {
            break;
        }
        let (block, after) = after.split_at(after.len().min(BLOCK));
        escape(out, block);
        rest = after;
    }
    out.push(b'"');
}

#[inline(always)]
fn needs_escape(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

fn escape(out: &mut Vec<u8>, block: &[u8]) {
    for &byte in block {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 => {
                let hex =
                    |digit: u8| char::from_digit(u32::from(digit), 16).map_or(b'0', |d| d as u8);
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[hex(byte >> 4), hex(byte & 15)]);
            }
            _ => out.push(byte),
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
                let mut out = Vec::new();
                string(&mut out, &value[from..]);
                let read: String = serde_json::from_slice(&out).expect("valid JSON");
                assert_eq!(read, &value[from..]);
            }
        }
    }
}
