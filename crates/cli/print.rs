//! Standard output: tables in columns, colours where a terminal shows them.

use anstyle::{AnsiColor, Style};
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// What matters most.
pub const STRONG: Style = Style::new().bold();
/// What matters least.
pub const FAINT: Style = Style::new().dimmed();
/// A date.
pub const DATE: Style = Style::new()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)))
    .underline();
/// A name.
pub const NAME: Style = Style::new()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)))
    .underline();

/// Standard output, which drops colours where they cannot be shown.
pub type Out = anstream::AutoStream<std::io::StdoutLock<'static>>;

/// Standard output, locked.
pub fn out() -> Out {
    anstream::stdout().lock()
}

/// Whether colours arrive.
pub fn has_colours() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Rows in columns; the last column takes what is left. Numbers stand to the right.
pub struct Columns {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// With a heading for each column.
    pub fn new(head: &[&'static str]) -> Self {
        Self {
            head: head.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, a cell for each column.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into());
    }

    /// Prints the rows under their headings.
    pub fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let column = |at: usize| self.rows.iter().filter_map(move |r| r.get(at));
        let is_number = |cell: &String| {
            cell.chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | '%' | '–' | ' '))
        };
        let layout: Vec<(usize, bool)> = (0..self.head.len())
            .map(|at| {
                let width = column(at)
                    .map(|cell| cell.width())
                    .max()
                    .unwrap_or(0)
                    .max(self.head[at].width());
                (
                    width,
                    column(at).all(is_number) && column(at).any(|cell| !cell.is_empty()),
                )
            })
            .collect();
        let head: Vec<String> = self.head.iter().map(|h| (*h).to_owned()).collect();
        write!(out, "{STRONG}")?;
        print_row(out, &head, &layout)?;
        write!(out, "{STRONG:#}")?;
        for row in &self.rows {
            print_row(out, row, &layout)?;
        }
        Ok(())
    }
}

fn print_row(
    out: &mut impl Write,
    row: &[String],
    layout: &[(usize, bool)],
) -> std::io::Result<()> {
    let mut line = String::new();
    for (cell, (width, right)) in row.iter().zip(layout) {
        let pad = " ".repeat(width.saturating_sub(cell.width()));
        if !line.is_empty() {
            line.push_str("  ");
        }
        if *right {
            line.push_str(&pad);
            line.push_str(cell);
        } else {
            line.push_str(cell);
            line.push_str(&pad);
        }
    }
    writeln!(out, "{}", line.trim_end())
}

/// One line for each pair: a label and what belongs to it.
pub fn pair(out: &mut impl Write, indent: usize, label: &str, value: &str) -> std::io::Result<()> {
    writeln!(out, "{:indent$}{FAINT}{label:<10}{FAINT:#} {value}", "")
}
