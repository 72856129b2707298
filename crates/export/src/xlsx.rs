//! A workbook: one sheet a table.

use std::io::{BufWriter, Write};
use std::path::Path;

use dateline_model::schema::{self, Column as SchemaColumn, ColumnType};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::batch::PerTable;
use crate::day::{day_number, day_parts};
use crate::rows::{Cells, Column, Row};
use crate::settings::{Settings, Table};

/// Rows of a sheet, the header included: a limit of Excel.
const MOST_ROWS: u32 = 1_048_576;
/// UTF-16 units of a cell: a limit of Excel, which calls files with longer cells damaged.
const LONGEST_CELL: usize = 32_767;
/// Ends a cell that was too long.
const CUT: &str = "…[cut]";
/// 1 March 1900 as YYYYMMDD. Excel takes 1900 for a leap year: its days are right from here on.
const FIRST_DAY: u32 = 19_000_301;
/// Level 3 of 9 costs 6 % of size and saves a third of the time against the usual 6.
const COMPRESSION: u8 = 3;
/// From so many bytes on a workbook gets the large variant of its container, with a wide margin to the limit of 4 GB.
const LARGE: u64 = 1 << 30;

#[derive(Clone, Copy)]
enum Cell {
    Unknown,
    /// Ends there in the text of all cells.
    Text(usize),
    Number(f64),
    Flag(bool),
    /// YYYYMMDD.
    Day(u32),
}

/// The rows of one table, before they go into a sheet.
#[derive(Default)]
pub(crate) struct XlsxRows {
    cells: Vec<Cell>,
    text: String,
    /// Cells that were too long.
    pub cut: u64,
}

impl XlsxRows {
    pub fn push<R: Row>(&mut self, row: &R) {
        row.cells(self);
    }

    pub fn bytes(&self) -> usize {
        self.text.len() + size_of_val(self.cells.as_slice())
    }
}

impl Cells for XlsxRows {
    fn text(&mut self, _: Column, value: &str) {
        if value.is_empty() {
            self.cells.push(Cell::Unknown);
            return;
        }
        // No text has more UTF-16 units than bytes.
        if value.len() > LONGEST_CELL && value.encode_utf16().count() > LONGEST_CELL {
            let mut room = LONGEST_CELL - CUT.encode_utf16().count();
            let fits = |character: &char| {
                let left = room.checked_sub(character.len_utf16());
                room = left.unwrap_or(room);
                left.is_some()
            };
            self.text.extend(value.chars().take_while(fits));
            self.text.push_str(CUT);
            self.cut += 1;
        } else {
            self.text.push_str(value);
        }
        self.cells.push(Cell::Text(self.text.len()));
    }

    fn integer(&mut self, _: Column, value: Option<u64>) {
        self.cells
            .push(value.map_or(Cell::Unknown, |value| Cell::Number(value as f64)));
    }

    fn number(&mut self, _: Column, value: Option<f32>) {
        // By way of the shortest decimal number: 0.95 shall not become 0.949999988079071.
        let finite = value.filter(|value| value.is_finite());
        let wide = finite.and_then(|value| zmij::Buffer::new().format_finite(value).parse().ok());
        self.cells.push(wide.map_or(Cell::Unknown, Cell::Number));
    }

    fn flag(&mut self, _: Column, value: bool) {
        self.cells.push(Cell::Flag(value));
    }

    fn day(&mut self, column: Column, value: &str) {
        match day_number(value) {
            day if day >= FIRST_DAY => self.cells.push(Cell::Day(day)),
            _ => self.text(column, value),
        }
    }
}

struct Sheet {
    worksheet: Worksheet,
    name: String,
    /// Rows written, the header included.
    n_rows: u32,
}

/// The workbook that is being filled. Its rows wait in temporary files that have no name. A known limit of the library:
/// where a disk gets full while it writes these, it panics; every other failure is an error.
pub(crate) struct Book {
    workbook: Workbook,
    sheets: PerTable<Vec<Sheet>>,
    columns: PerTable<Vec<&'static SchemaColumn>>,
    head: Format,
    day: Format,
    most_rows: u32,
    bytes: u64,
}

impl Book {
    /// A workbook with a sheet that explains all columns, and one for each table.
    pub fn new(dir: &Path, settings: &Settings) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(dir)?;
        workbook.set_zip_compression_level(COMPRESSION);
        // The same input gives the same bytes: the workbook must not tell when it was made.
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let mut book = Self {
            workbook,
            sheets: PerTable::new(|_| Vec::new()),
            columns: PerTable::new(|table| settings.columns(table).collect()),
            head: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            most_rows: MOST_ROWS,
            bytes: 0,
        };
        book.explain(settings)?;
        for table in settings.only.iter() {
            book.add_sheet(table)?;
        }
        Ok(book)
    }

    fn explain(&mut self, settings: &Settings) -> Result<(), XlsxError> {
        let mut sheet = self.workbook.new_worksheet_with_constant_memory()?;
        sheet.set_name("codebook")?;
        let columns = [
            ("table", 18),
            ("column", 24),
            ("type", 10),
            ("meaning", 90),
            ("values", 90),
        ];
        for (at, (name, width)) in (0..).zip(columns) {
            sheet.set_column_width(at, width)?;
            sheet.write_string_with_format(0, at, name, &self.head)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        let mut row = 0;
        for table in settings.only.iter() {
            for column in self.columns.get(table) {
                row += 1;
                let values = column
                    .values
                    .iter()
                    .map(|(value, meaning)| format!("{value}: {meaning}"));
                let values = values.collect::<Vec<_>>().join("; ");
                let cells = [
                    table.as_str(),
                    &column.name,
                    column.kind.as_str(),
                    &column.about,
                    &values,
                ];
                for (at, cell) in (0..).zip(cells) {
                    sheet.write_string(row, at, cell)?;
                }
            }
        }
        sheet.autofilter(0, 0, row, 4)?;
        self.workbook.push_worksheet(sheet);
        Ok(())
    }

    fn add_sheet(&mut self, table: Table) -> Result<(), XlsxError> {
        let mut worksheet = self.workbook.new_worksheet_with_constant_memory()?;
        let name = match self.sheets.get(table).len() {
            0 => table.as_str().to_owned(),
            before => format!("{}_{}", table.as_str(), before + 1),
        };
        worksheet.set_name(&name)?;
        worksheet.set_freeze_panes(1, 0)?;
        for (at, column) in (0..).zip(self.columns.get(table)) {
            worksheet.set_column_width(at, width(column))?;
            worksheet.write_string_with_format(0, at, &column.name, &self.head)?;
        }
        self.sheets.get_mut(table).push(Sheet {
            worksheet,
            name,
            n_rows: 1,
        });
        Ok(())
    }

    pub fn write(&mut self, table: Table, rows: &XlsxRows) -> Result<(), XlsxError> {
        let width = self.columns.get(table).len();
        self.bytes += rows.bytes() as u64;
        let mut from = 0;
        for cells in rows.cells.chunks(width.max(1)) {
            if self
                .sheets
                .get(table)
                .last()
                .is_some_and(|sheet| sheet.n_rows >= self.most_rows)
            {
                self.add_sheet(table)?;
            }
            let Some(sheet) = self.sheets.get_mut(table).last_mut() else {
                return Ok(());
            };
            let row = sheet.n_rows;
            for (at, cell) in (0..).zip(cells) {
                match *cell {
                    Cell::Unknown => {}
                    Cell::Text(to) => {
                        let text = rows.text.get(from..to).unwrap_or_default();
                        sheet.worksheet.write_string(row, at, text)?;
                        from = to;
                    }
                    Cell::Number(value) => {
                        sheet.worksheet.write_number(row, at, value)?;
                    }
                    Cell::Flag(value) => {
                        sheet.worksheet.write_boolean(row, at, value)?;
                    }
                    Cell::Day(day) => match excel_day(day) {
                        Some(date) => {
                            sheet
                                .worksheet
                                .write_datetime_with_format(row, at, date, &self.day)?;
                        }
                        None => {
                            sheet
                                .worksheet
                                .write_string(row, at, crate::day::day_text(day))?;
                        }
                    },
                }
            }
            sheet.n_rows += 1;
        }
        Ok(())
    }

    /// Writes the workbook, and tells the sheets of each table.
    pub fn finish(mut self, out: impl Write + Send) -> Result<PerTable<Vec<String>>, XlsxError> {
        let mut names = PerTable::new(|_| Vec::new());
        for (table, sheets) in Table::ALL.into_iter().zip(self.sheets) {
            let last_column = self.columns.get(table).len().saturating_sub(1);
            for mut sheet in sheets {
                let last_row = sheet.n_rows.saturating_sub(1);
                sheet
                    .worksheet
                    .autofilter(0, 0, last_row, last_column as u16)?;
                self.workbook.push_worksheet(sheet.worksheet);
                names.get_mut(table).push(sheet.name);
            }
        }
        self.workbook.use_zip_large_file(self.bytes > LARGE);
        let mut out = BufWriter::new(out);
        self.workbook.save_to_writer(&mut out)?;
        out.flush()?;
        Ok(names)
    }
}

/// A day that is in the calendar.
fn excel_day(day: u32) -> Option<ExcelDateTime> {
    let (year, month, day) = day_parts(day);
    let narrow = |number: u32| u8::try_from(number).ok();
    ExcelDateTime::from_ymd(u16::try_from(year).ok()?, narrow(month)?, narrow(day)?).ok()
}

/// Characters that fit into a column on the screen.
fn width(column: &SchemaColumn) -> u32 {
    let common = schema::schema()
        .common
        .iter()
        .any(|common| common.name == column.name);
    let content = match (column.kind, column.name.as_str()) {
        (_, "sentence_text" | "message" | "quote" | "title") => 60,
        (_, "text" | "name") => 28,
        (ColumnType::String | ColumnType::List, _) if !common => 20,
        _ => 12,
    };
    // Room for the button of the filter.
    content.max(column.name.len() as u32 + 3)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::rows::Article;
    use crate::sample;

    fn read(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
        Xlsx::new(Cursor::new(bytes)).expect("a workbook")
    }

    #[test]
    fn rows_beyond_the_limit_go_on_in_the_next_sheet() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut book = Book::new(dir.path(), &Settings::default()).expect("a book");
        book.most_rows = 4;
        let mut rows = XlsxRows::default();
        for _ in 0..8 {
            rows.push(&sample::reject());
        }
        book.write(Table::Rejects, &rows).expect("written");
        book.write(Table::Rejects, &rows).expect("written");
        let mut out = Vec::new();
        let names = book.finish(&mut out).expect("finished");
        let expected = [
            "rejects",
            "rejects_2",
            "rejects_3",
            "rejects_4",
            "rejects_5",
            "rejects_6",
        ];
        assert_eq!(names.get(Table::Rejects), &expected);
        let mut book = read(out);
        let height = |name: &&str| book.worksheet_range(name).expect("a sheet").height();
        assert_eq!(
            expected.iter().map(height).collect::<Vec<_>>(),
            [4, 4, 4, 4, 4, 2]
        );
        assert_eq!(book.sheet_names()[0], "codebook");
        assert_eq!(book.sheet_names()[8], "rejects");
    }

    #[test]
    fn long_cells_are_cut_with_a_mark() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut facts = sample::article(1);
        facts.title = "🎉".repeat(LONGEST_CELL).into();
        facts.article.outlet = "x".repeat(LONGEST_CELL);
        facts.article.agency = "\u{1}_x0041_\u{FFFF}".into();
        facts.article.published = "1815-06-18".into();
        let mut rows = XlsxRows::default();
        rows.push(&Article {
            facts: &facts,
            n_mentions: 0,
            n_dates: 0,
            n_quotes: 0,
            n_amounts: 0,
        });
        assert_eq!(rows.cut, 1);
        let mut book = Book::new(dir.path(), &Settings::default()).expect("a book");
        book.write(Table::Articles, &rows).expect("written");
        let mut out = Vec::new();
        book.finish(&mut out).expect("finished");
        let sheet = read(out).worksheet_range("articles").expect("a sheet");
        let cell = |name: &str| {
            let at = Table::Articles
                .columns()
                .iter()
                .position(|column| column.name == name);
            sheet
                .get((1, at.expect("a column")))
                .expect("a cell")
                .clone()
        };
        let title = cell("title").to_string();
        assert!(title.ends_with(CUT) && title.starts_with('🎉'));
        let units = title.encode_utf16().count();
        assert!(
            (LONGEST_CELL - 1..=LONGEST_CELL).contains(&units),
            "{units}"
        );
        assert_eq!(cell("outlet").to_string().len(), LONGEST_CELL);
        assert_eq!(
            cell("published"),
            Data::String("1815-06-18".into()),
            "Excel has no such day"
        );
        assert_eq!(cell("url"), Data::Empty);
        assert_eq!(cell("language_confidence"), Data::Float(1.0));
    }
}
