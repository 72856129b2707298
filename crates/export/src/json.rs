//! JSON Lines: objects with the column names as keys.

use std::ops::Range;

use crate::rows::{Cells, Column, Row};
use crate::scan::plain_prefix;

/// The lines of one table as bytes.
#[derive(Default)]
pub(crate) struct JsonLines {
    pub out: Vec<u8>,
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
    pub fn open<R: Row>(&mut self, row: &R) {
        self.out.push(b'{');
        row.cells(&mut Object::<true> {
            lines: self,
            begins: true,
        });
    }

    /// Ends the object of a line.
    pub fn close(&mut self) {
        self.out.extend_from_slice(b"}\n");
    }

    /// An article's texts as one line.
    pub fn push_texts(&mut self, article_id: &str, title: &str, text: &str) {
        self.out.extend_from_slice(b"{\"article_id\":");
        string(&mut self.out, article_id);
        self.key_text("title", title);
        self.key_text("text", text);
        self.close();
    }

    /// One more key with a string.
    pub fn key_text(&mut self, key: &str, value: &str) {
        self.key(key);
        string_or_null(&mut self.out, value);
    }

    /// One more key, with an array of facts.
    pub fn open_array(&mut self, key: &str) {
        self.key(key);
        self.out.push(b'[');
        self.array_begins = true;
    }

    /// A fact as an object of the array, which does not repeat the article's own columns.
    pub fn push_fact<R: Row>(&mut self, row: &R) {
        self.out
            .extend_from_slice(if self.array_begins { b"{" } else { b",{" });
        self.array_begins = false;
        row.cells(&mut Object::<false> {
            lines: self,
            begins: true,
        });
        self.out.push(b'}');
    }

    /// Ends the array.
    pub fn close_array(&mut self) {
        self.out.push(b']');
    }

    fn key(&mut self, key: &str) {
        self.out.push(b',');
        string(&mut self.out, key);
        self.out.push(b':');
    }
}

/// Bytes that are escaped one by one before plain ones are looked for again.
const BLOCK: usize = 32;

struct Object<'a, const REPEATS_ARTICLE: bool> {
    lines: &'a mut JsonLines,
    begins: bool,
}

impl<const REPEATS_ARTICLE: bool> Object<'_, REPEATS_ARTICLE> {
    fn key(&mut self, column: Column) {
        if !self.begins {
            self.lines.out.push(b',');
        }
        self.begins = false;
        self.lines.out.extend_from_slice(column.key.as_bytes());
    }
}

impl<const REPEATS_ARTICLE: bool> Cells for Object<'_, REPEATS_ARTICLE> {
    const REPEATS_ARTICLE: bool = REPEATS_ARTICLE;

    fn text(&mut self, column: Column, value: &str) {
        self.key(column);
        string_or_null(&mut self.lines.out, value);
    }

    fn integer(&mut self, column: Column, value: Option<u64>) {
        self.key(column);
        match value {
            Some(value) => self
                .lines
                .out
                .extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
            None => self.lines.out.extend_from_slice(b"null"),
        }
    }

    fn number(&mut self, column: Column, value: Option<f32>) {
        self.key(column);
        match value.filter(|value| value.is_finite()) {
            Some(value) => {
                let mut buffer = zmij::Buffer::new();
                self.lines
                    .out
                    .extend_from_slice(buffer.format_finite(value).as_bytes());
            }
            None => self.lines.out.extend_from_slice(b"null"),
        }
    }

    fn flag(&mut self, column: Column, value: bool) {
        self.key(column);
        self.lines
            .out
            .extend_from_slice(if value { b"true" } else { b"false" });
    }

    fn sentence(&mut self, column: Column, value: &str, again: bool) {
        self.key(column);
        let from = self.lines.out.len();
        if again {
            self.lines
                .out
                .extend_from_within(self.lines.last_sentence.clone());
        } else {
            string_or_null(&mut self.lines.out, value);
        }
        self.lines.last_sentence = from..self.lines.out.len();
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
