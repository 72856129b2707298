//! Comma-separated values (RFC 4180).

use std::ops::Range;

use crate::rows::{Cells, Column, Row};
use crate::scan::plain_prefix;
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
    pub out: Vec<u8>,
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
            out: Vec::new(),
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
            .extend_from_slice(if self.dialect.excel { b"\r\n" } else { b"\n" });
    }

    fn next_cell(&mut self) {
        if !self.row_begins {
            self.out.push(self.dialect.delimiter);
        }
        self.row_begins = false;
    }
}

/// What stands before the rows of a table.
pub(crate) fn header(settings: &Settings, table: Table) -> Vec<u8> {
    let mut rows = CsvRows::new(settings);
    if rows.dialect.excel {
        rows.out.extend_from_slice("\u{FEFF}".as_bytes());
    }
    let names: Vec<_> = settings
        .columns(table)
        .map(|column| column.name.as_str())
        .collect();
    let delimiter = char::from(rows.dialect.delimiter).to_string();
    rows.out
        .extend_from_slice(names.join(&delimiter).as_bytes());
    rows.end_row();
    rows.out
}

impl Cells for CsvRows {
    fn text(&mut self, _: Column, value: &str) {
        self.next_cell();
        let Self { out, dialect, .. } = self;
        let value = value.as_bytes();
        let guard = dialect.excel
            && value
                .first()
                .is_some_and(|first| FORMULA_STARTS.contains(first));
        self.guarded += u64::from(guard);
        let delimiter = dialect.delimiter;
        let special =
            |byte| (byte == delimiter) | (byte == b'"') | (byte == b'\n') | (byte == b'\r');
        if plain_prefix(value, special) == value.len() {
            if guard {
                out.push(b'\'');
            }
            out.extend_from_slice(value);
            return;
        }
        out.push(b'"');
        if guard {
            out.push(b'\'');
        }
        let mut from = 0;
        for mark in memchr::memchr_iter(b'"', value) {
            out.extend_from_slice(value.get(from..=mark).unwrap_or_default());
            out.push(b'"');
            from = mark + 1;
        }
        out.extend_from_slice(value.get(from..).unwrap_or_default());
        out.push(b'"');
    }

    fn integer(&mut self, _: Column, value: Option<u64>) {
        self.next_cell();
        if let Some(value) = value {
            self.out
                .extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
        }
    }

    fn number(&mut self, _: Column, value: Option<f32>) {
        self.next_cell();
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.out
                .extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
        }
    }

    fn flag(&mut self, _: Column, value: bool) {
        self.next_cell();
        self.out
            .extend_from_slice(if value { b"TRUE" } else { b"FALSE" });
    }

    fn sentence(&mut self, column: Column, value: &str, again: bool) {
        if again {
            self.next_cell();
            let written = self.last_sentence.clone();
            let from = self.out.len();
            self.out.extend_from_within(written);
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
