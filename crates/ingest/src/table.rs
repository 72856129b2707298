//! Tables: which character parts the columns, which column is what, and rows as articles.

use std::borrow::Cow;

use dateline_model::{Article, Reject, RejectCode};
use encoding_rs::Encoding;

use crate::Options;
use crate::chunk::{Place, too_large_message};
use crate::encoding::{self, BINARY_MESSAGE};
use crate::fields::{Field, FieldNames, Found, Role, Roles, no_text_message};
use crate::split::{Marks, RowScan, is_blank_row};

/// Longer cells name no column.
const NAME_BYTES: usize = 60;

/// What single quotation marks weigh where they are seen to enclose cells: more than any number of columns.
const SINGLE_QUOTES: usize = 200;

const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The unit separator of ASCII, which no text holds and no legacy encoding uses for a letter.
const NO_DELIMITER: u8 = 0x1F;

/// Rows that are looked at to find out how a table is made.
const SAMPLE_ROWS: usize = 100;

/// How a table is made.
#[derive(Debug)]
pub(crate) struct Layout {
    pub marks: Marks,
    /// What each column is for.
    columns: Vec<Roles>,
    /// Names of the columns, or their numbers.
    names: Vec<String>,
    guessed: bool,
    /// The encoding, where the first rows are not UTF-8.
    legacy: Option<&'static Encoding>,
}

/// The legacy encoding of bytes that are not UTF-8.
fn legacy_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let is_utf8 = simdutf8::basic::from_utf8(bytes).is_ok() || encoding::is_damaged_utf8(bytes);
    (!is_utf8).then(|| encoding::guess(bytes))
}

impl Layout {
    /// Looks at the beginning of a table. Also gives the bytes before the first row of data.
    pub fn find(head: &[u8], ended: bool, tabs: bool, names: &FieldNames) -> (Self, usize) {
        let (start, told) = separator_line(head);
        let body = head.get(start..).unwrap_or_default();
        let candidates = match (told, tabs) {
            (Some(delimiter), _) => vec![delimiter],
            // The name decides only where the content leaves it open.
            (None, true) => vec![b'\t', b',', b';', b'|'],
            (None, false) => DELIMITERS.to_vec(),
        };
        let mut best = (
            0,
            Marks {
                delimiter: b',',
                quote: b'"',
            },
            Vec::new(),
        );
        for delimiter in candidates {
            for (quote, weight) in [(b'"', 0), (b'\'', SINGLE_QUOTES)] {
                let marks = Marks { delimiter, quote };
                if quote == b'\'' && !is_quoted_by(body, marks) {
                    continue;
                }
                let rows = sample(body, ended, marks);
                let score = score(&rows, names) * 2 + weight;
                if best.2.is_empty() || score > best.0 {
                    best = (score, marks, rows);
                }
            }
        }
        let (_, mut marks, rows) = best;
        let has_header = rows
            .first()
            .is_some_and(|first| is_header(first, &rows, names));
        let mut header_bytes = start;
        if has_header {
            // Blank lines before the header are no rows.
            let mut scan = RowScan::new(marks, body.len());
            let mut from = 0;
            while let Some(end) = scan.feed(body, ended) {
                let blank = is_blank_row(body.get(from..end).unwrap_or_default());
                from = end;
                if !blank {
                    break;
                }
            }
            if from == 0 || is_blank_row(body.get(..from).unwrap_or_default()) {
                from = body.len();
            }
            header_bytes += from;
        }
        if has_header && rows.first().is_some_and(|first| first.len() == 1) {
            // With one column nothing parts columns, and texts are full of commas.
            marks.delimiter = NO_DELIMITER;
        }
        let mut layout = Self::of_rows(marks, &rows, has_header, names);
        layout.legacy = legacy_encoding(head);
        (layout, header_bytes)
    }

    fn of_rows(marks: Marks, rows: &[Vec<String>], has_header: bool, names: &FieldNames) -> Self {
        let width = rows.iter().map(Vec::len).max().unwrap_or(1);
        let width = if has_header {
            rows.first().map_or(width, Vec::len)
        } else {
            usual_width(rows).unwrap_or(width)
        };
        let column_names: Vec<String> = (0..width)
            .map(|column| {
                match rows
                    .first()
                    .filter(|_| has_header)
                    .and_then(|row| row.get(column))
                {
                    Some(name) if !name.trim().is_empty() => name.trim().to_owned(),
                    _ => (column + 1).to_string(),
                }
            })
            .collect();
        let mut columns: Vec<Roles> = column_names
            .iter()
            .enumerate()
            .map(|(at, name)| names.column_roles(at + 1, name))
            .collect();
        let has_text = columns
            .iter()
            .flatten()
            .flatten()
            .any(|role| matches!(role.field, Field::Text | Field::Teaser));
        let guessed = !has_text && !names.is_mapped(Field::Text);
        if guessed {
            let data = rows.get(usize::from(has_header)..).unwrap_or_default();
            guess_columns(&mut columns, data, names);
        }
        Self {
            marks,
            columns,
            names: column_names,
            guessed,
            legacy: None,
        }
    }

    /// What the user should know where the columns have no known names.
    pub fn guess_message(&self) -> Option<String> {
        if !self.guessed {
            return None;
        }
        let text = self
            .columns
            .iter()
            .position(|roles| roles.iter().flatten().any(|role| role.field == Field::Text))?;
        let name = self.names.get(text)?;
        Some(format!(
            "No column of this table has a known name; column {} («{name}»), the longest, is taken for the text. \
             If it is another one, name it: --map text=NAME or --map text=NUMBER.",
            text + 1
        ))
    }
}

/// Spreadsheet programs understand a first line `sep=;`.
fn separator_line(head: &[u8]) -> (usize, Option<u8>) {
    let line_end = memchr::memchr(b'\n', head).unwrap_or(head.len());
    let line = head.get(..line_end).unwrap_or_default().trim_ascii_end();
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter]
            if DELIMITERS.contains(delimiter) =>
        {
            ((line_end + 1).min(head.len()), Some(*delimiter))
        }
        b"sep=" => ((line_end + 1).min(head.len()), Some(b'\t')),
        _ => (0, None),
    }
}

/// Whole rows at the beginning of a table, without blank ones.
fn sample(body: &[u8], ended: bool, marks: Marks) -> Vec<Vec<String>> {
    let legacy = legacy_encoding(body);
    let mut scan = RowScan::new(marks, body.len());
    let mut rows = Vec::new();
    let mut from = 0;
    while rows.len() < SAMPLE_ROWS && from < body.len() {
        let end = match scan.feed(body, ended) {
            Some(end) => end,
            // The rest behind the last line end counts if it is a whole row, or all there is.
            None if ended || rows.is_empty() => body.len(),
            None => break,
        };
        let row = body.get(from..end).unwrap_or_default();
        from = end;
        if !is_blank_row(row) {
            rows.push(
                marks
                    .cells(row)
                    .iter()
                    .map(|cell| decoded(cell, legacy).into_owned())
                    .collect(),
            );
        }
    }
    rows
}

fn decoded<'c>(cell: &'c [u8], legacy: Option<&'static Encoding>) -> Cow<'c, str> {
    match legacy {
        Some(encoding) if !cell.is_ascii() => encoding.decode_without_bom_handling(cell).0,
        _ => String::from_utf8_lossy(cell),
    }
}

/// How well a delimiter explains a sample: known names count most, then columns that all rows have.
fn score(rows: &[Vec<String>], names: &FieldNames) -> usize {
    let Some(first) = rows.first() else { return 0 };
    let known = if first.len() > 1 {
        known_names(first, names)
    } else {
        0
    };
    let Some(width) = usual_width(rows).filter(|width| *width > 1) else {
        return known * 1000;
    };
    let agreeing = rows.iter().filter(|row| row.len() == width).count();
    known * 1000 + agreeing * 500 / rows.len() + width.min(50)
}

fn usual_width(rows: &[Vec<String>]) -> Option<usize> {
    let mut widths: Vec<usize> = rows.iter().map(Vec::len).collect();
    widths.sort_unstable();
    widths
        .chunk_by(|a, b| a == b)
        .max_by_key(|same| (same.len(), same.first().copied()))
        .and_then(|same| same.first().copied())
}

fn known_names(row: &[String], names: &FieldNames) -> usize {
    row.iter()
        .filter(|cell| cell.len() <= NAME_BYTES && names.knows(cell.trim()))
        .count()
}

/// Single quotation marks count only where many cells stand in them and none in double ones.
fn is_quoted_by(body: &[u8], Marks { delimiter, quote }: Marks) -> bool {
    let opens = memchr::memmem::find_iter(body, &[delimiter, quote]).count();
    let closes = memchr::memmem::find_iter(body, &[quote, delimiter]).count()
        + memchr::memmem::find_iter(body, &[quote, b'\n']).count()
        + memchr::memmem::find_iter(body, &[quote, b'\r']).count();
    let doubles = memchr::memmem::find_iter(body, &[delimiter, b'"']).count();
    let rows = memchr::memchr_iter(b'\n', body).count();
    doubles == 0 && opens * 2 >= rows && closes * 2 >= rows && opens > 0 && closes > 0
}

/// Whether the first row names columns: by known names, or because it is much shorter than the rows
/// below and holds no numbers.
fn is_header(first: &[String], rows: &[Vec<String>], names: &FieldNames) -> bool {
    if known_names(first, names) > 0 {
        return true;
    }
    let is_name = |cell: &String| {
        let cell = cell.trim();
        !cell.is_empty()
            && cell.chars().count() <= 40
            && !cell.chars().next().is_some_and(char::is_numeric)
    };
    let length = |row: &[String]| row.iter().map(|cell| cell.chars().count()).sum::<usize>();
    let below = rows.get(1..).unwrap_or_default();
    let mean = below.iter().map(|row| length(row)).sum::<usize>() / below.len().max(1);
    !below.is_empty() && first.iter().all(is_name) && length(first) * 4 < mean
}

/// Gives roles to columns by what they hold: the longest is the text.
fn guess_columns(columns: &mut [Roles], rows: &[Vec<String>], names: &FieldNames) {
    let cells = |column: usize| {
        rows.iter()
            .filter_map(move |row| row.get(column))
            .map(|cell| cell.trim())
    };
    let longest = (0..columns.len())
        .filter(|column| columns.get(*column) == Some(&[None, None]))
        .max_by_key(|column| {
            (
                cells(*column).map(str::len).sum::<usize>(),
                usize::MAX - column,
            )
        });
    let mut give = |column: usize, field: Field| {
        if !names.is_mapped(field)
            && let Some(roles) = columns.get_mut(column)
            && *roles == [None, None]
        {
            *roles = [
                Some(Role {
                    field,
                    rank: u16::MAX,
                }),
                None,
            ];
        }
    };
    if let Some(longest) = longest {
        give(longest, Field::Text);
    }
    for column in 0..rows.first().map_or(0, Vec::len) {
        let filled = cells(column).filter(|cell| !cell.is_empty()).count();
        let most = |test: fn(&str) -> bool| {
            filled > 0 && cells(column).filter(|cell| test(cell)).count() * 10 >= filled * 9
        };
        if most(|cell| cell.starts_with("http://") || cell.starts_with("https://")) {
            give(column, Field::Url);
        } else if most(is_iso_day) {
            give(column, Field::Published);
        }
    }
}

/// `2024-05-03`, whatever follows.
fn is_iso_day(cell: &str) -> bool {
    let Some(day) = cell.as_bytes().get(..10) else {
        return false;
    };
    day.iter().enumerate().all(|(at, byte)| {
        if at == 4 || at == 7 {
            *byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    })
}

/// Whether text without a telling name is a table: all its rows have the same columns and the first names some.
pub(crate) fn looks_like_table(head: &[u8]) -> bool {
    let names = FieldNames::new(&Options::default());
    DELIMITERS.iter().any(|delimiter| {
        let rows = sample(
            head,
            false,
            Marks {
                delimiter: *delimiter,
                quote: b'"',
            },
        );
        rows.first().is_some_and(|first| {
            first.len() > 1
                && known_names(first, &names) * 2 >= first.len()
                && known_names(first, &names) > 1
        }) && rows
            .iter()
            .all(|row| Some(row.len()) == rows.first().map(Vec::len))
    })
}

/// Gives the articles of rows.
pub(crate) fn parse<'a>(
    place: Place<'a>,
    layout: &Layout,
    options: &Options,
    sink: &mut dyn FnMut(Result<Article<'a>, Reject>),
) {
    let data: &'a [u8] = place.records.data.as_slice();
    let limit = usize::try_from(options.max_record).unwrap_or(usize::MAX);
    let mut scan = RowScan::new(layout.marks, limit);
    let mut number = place.records.first_record;
    let mut from = 0;
    while from < data.len() {
        let at = from;
        from = scan.feed(data, true).unwrap_or(data.len());
        let row = data.get(at..from).unwrap_or_default();
        if is_blank_row(row) {
            continue;
        }
        let record = number;
        number += 1;
        if row.len() as u64 > options.max_record {
            sink(Err(place.reject(
                record,
                at,
                RejectCode::RecordTooLarge,
                too_large_message(row.len() as u64, options),
            )));
            continue;
        }
        sink(
            read_row(row, layout, place.source_file, record)
                .map_err(|(code, message)| place.reject(record, at, code, message)),
        );
    }
}

fn read_row<'a>(
    row: &'a [u8],
    layout: &Layout,
    source_file: &'a str,
    record: u64,
) -> Result<Article<'a>, (RejectCode, String)> {
    let cells = layout.marks.cells(row);
    let width = layout.columns.len();
    // Spreadsheets leave empty cells behind the last column.
    let surplus = cells
        .iter()
        .skip(width)
        .any(|cell| !cell.trim_ascii().is_empty());
    if surplus || cells.len() < width {
        return Err((
            RejectCode::CsvSyntax,
            format!(
                "The row has {} columns and the table {width}. A text with the separating character or a line end \
                 in it must stand in quotation marks.",
                cells.len()
            ),
        ));
    }
    let legacy = layout.legacy.or_else(|| legacy_encoding(row));
    if legacy.is_some() && memchr::memchr(0, row).is_some() {
        return Err((RejectCode::EncodingInvalid, BINARY_MESSAGE.to_owned()));
    }
    let mut found = Found::default();
    for (cell, roles) in cells.into_iter().zip(&layout.columns) {
        if *roles == [None, None] {
            continue;
        }
        let text = match cell {
            Cow::Borrowed(cell) => decoded(cell, legacy),
            Cow::Owned(cell) => Cow::Owned(decoded(&cell, legacy).into_owned()),
        };
        if let [Some(_), Some(second)] = roles {
            found.put(*second, text.clone());
        }
        if let [Some(first), _] | [None, Some(first)] = roles {
            found.put(*first, text);
        }
    }
    found
        .into_article(source_file, record)
        .map_err(|code| (code, no_text_message(code, &layout.names)))
}
