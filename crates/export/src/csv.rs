//! Comma-separated values (RFC 4180).

use std::ops::Range;

use crate::bytes::Bytes;
use crate::rows::{Cells, Column, Row};
use crate::settings::{Settings, Table};

/// Cells that begin with these would be run as formulas by Excel.
const FORMULA_STARTS: [u8; 6] = [b'=', b'+', b'-', b'@', b'\t', b'\r'];

/// How rows are written.
#[derive(Clone, Copy)]
struct Dialect {
    delimiter: u8,
    excel: bool,
}

/// The rows of one table as bytes.
pub(crate) struct CsvRows {
    pub out: Bytes,
    /// Cells that were disarmed since they looked like formulas.
    pub guarded: u64,
    dialect: Dialect,
    row_begins: bool,
    last_sentence: Range<usize>,
    last_sentence_guarded: u64,
}

impl CsvRows {
    pub fn new(settings: &Settings) -> Self {
        let locale = settings.excel.as_ref();
        let dialect = Dialect {
            delimiter: locale.map_or(b',', |locale| locale.delimiter()),
            excel: locale.is_some(),
        };
        Self {
            out: Bytes::default(),
            guarded: 0,
            dialect,
            row_begins: true,
            last_sentence: 0..0,
            last_sentence_guarded: 0,
        }
    }

    /// Forgets the rows and keeps their memory.
    pub fn clear(&mut self) {
        self.out.clear();
        self.guarded = 0;
        self.last_sentence = 0..0;
        self.last_sentence_guarded = 0;
    }

    pub fn push<R: Row>(&mut self, row: &R) {
        self.row_begins = true;
        row.cells(self);
        self.end_row();
    }

    fn end_row(&mut self) {
        self.out
            .put_word(if self.dialect.excel { "\r\n" } else { "\n" });
    }

    fn next_cell(&mut self) {
        if !self.row_begins {
            self.out.put(&[self.dialect.delimiter]);
        }
        self.row_begins = false;
    }
}

/// What stands before the rows of a table.
pub(crate) fn header(settings: &Settings, table: Table) -> Bytes {
    let mut rows = CsvRows::new(settings);
    if rows.dialect.excel {
        rows.out.put_word("\u{FEFF}");
    }
    let names: Vec<_> = settings
        .columns(table)
        .map(|column| column.name.as_str())
        .collect();
    let delimiter = char::from(rows.dialect.delimiter).to_string();
    rows.out.put_long(names.join(&delimiter).as_bytes());
    rows.end_row();
    rows.out
}

impl Cells for CsvRows {
    #[inline(always)]
    fn text(&mut self, _: Column, value: &str) {
        self.next_cell();
        let delimiter = self.dialect.delimiter;
        let special =
            |byte| (byte == delimiter) | (byte == b'"') | (byte == b'\n') | (byte == b'\r');
        let guard = self.dialect.excel
            && value
                .bytes()
                .next()
                .is_some_and(|first| FORMULA_STARTS.contains(&first));
        self.guarded += u64::from(guard);
        if guard || !self.out.put_plain(value, special) {
            quoted(&mut self.out, value, guard, special);
        }
    }

    fn integer(&mut self, _: Column, value: Option<u64>) {
        self.next_cell();
        if let Some(value) = value {
            self.out.put_integer(value);
        }
    }

    fn number(&mut self, _: Column, value: Option<f32>) {
        self.next_cell();
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.out.put_number(value);
        }
    }

    fn flag(&mut self, _: Column, value: bool) {
        self.next_cell();
        self.out.put_word(if value { "TRUE" } else { "FALSE" });
    }

    fn sentence(&mut self, column: Column, value: &str, again: bool) {
        if again {
            self.next_cell();
            let written = self.last_sentence.clone();
            let from = self.out.len();
            self.out.put_again(written);
            self.guarded += self.last_sentence_guarded;
            self.last_sentence = from..self.out.len();
        } else {
            // One past the mark between cells: the sentence is never the first of them.
            let from = self.out.len() + 1;
            let guarded = self.guarded;
            self.text(column, value);
            self.last_sentence_guarded = self.guarded - guarded;
            self.last_sentence = from..self.out.len();
        }
    }
}

/// A cell that stands in quotation marks or begins with an apostrophe.
#[inline(never)]
fn quoted(out: &mut Bytes, value: &str, guard: bool, special: impl Fn(u8) -> bool) {
    let value = value.as_bytes();
    let quotes = value.iter().any(|&byte| special(byte));
    if quotes {
        out.put(b"\"");
    }
    if guard {
        out.put(b"'");
    }
    let mut from = 0;
    for mark in memchr::memchr_iter(b'"', value) {
        out.put_long(value.get(from..=mark).unwrap_or_default());
        out.put(b"\"");
        from = mark + 1;
    }
    out.put_long(value.get(from..).unwrap_or_default());
    if quotes {
        out.put(b"\"");
    }
}
