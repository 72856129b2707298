//! Lists of names that users bring: tables of their own, GeoNames, Wikidata, JRC-Names.

mod geonames;
mod jrc;
mod names;
mod wikidata;

pub use names::made_id;

use crate::compile::Name;
use crate::{Error, Kind};
use dateline_model::NameType;
use rustc_hash::FxHashMap;
use std::io::BufRead;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// CSV or TSV with a header: `name`, and where wanted `type`, `id`, `aliases`, `lang`, `country`,
    /// `weight`, `flags`.
    Table,
    /// `allCountries.txt`, `cities500.txt` and the like of GeoNames.
    GeoNames,
    /// `alternateNamesV2.txt` of GeoNames: further names of places that were read before.
    GeoNamesNames,
    /// Entities of Wikidata as JSON, one a line.
    Wikidata,
    /// The text file of JRC-Names.
    JrcNames,
}

impl Format {
    /// What the beginning of a file shows.
    pub fn of(head: &[u8]) -> Format {
        let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        if matches!(head.trim_ascii_start().first(), Some(b'{' | b'[')) {
            return Self::Wikidata;
        }
        let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let fields: Vec<&[u8]> = line.split(|b| *b == b'\t').collect();
        let is_number = |n: usize| {
            let field = fields.get(n).copied().unwrap_or_default();
            !field.is_empty() && field.iter().all(u8::is_ascii_digit)
        };
        let one_letter = fields.get(1).is_some_and(|f| f.len() == 1);
        match fields.len() {
            geonames::COLUMNS if is_number(0) => Self::GeoNames,
            8 | 10 if is_number(0) && is_number(1) => Self::GeoNamesNames,
            4 if is_number(0) && one_letter => Self::JrcNames,
            _ => Self::Table,
        }
    }

    /// Lists of a later stage want what those of an earlier one have given.
    pub fn stage(self) -> u8 {
        u8::from(self == Self::GeoNamesNames)
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::GeoNames | Self::GeoNamesNames => "GeoNames",
            Self::Wikidata => "Wikidata",
            Self::JrcNames => "JRC-Names",
        }
    }

    /// What whoever uses the list owes those who made it.
    pub fn licence(self) -> &'static str {
        match self {
            Self::Table => "",
            Self::GeoNames | Self::GeoNamesNames => "GeoNames, geonames.org, CC BY 4.0",
            Self::Wikidata => "Wikidata, CC0",
            Self::JrcNames => "JRC-Names, European Commission Joint Research Centre",
        }
    }
}

/// What is taken of lists.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Names in these languages only, the first being that of the labels; empty: all.
    pub languages: Vec<String>,
    /// Names of this type only. It is also that of the names of a table that tells none.
    pub name_type: Option<NameType>,
    /// Of GeoNames only populated places with so many inhabitants.
    pub min_population: u64,
    /// Whether a file of the names in GeoNames is among the lists: then the table of places is not
    /// asked for them, since it does not know their languages.
    pub names_follow: bool,
}

impl Choice {
    fn takes(&self, kind: Kind) -> bool {
        self.name_type.is_none() || self.name_type == kind.name_type()
    }

    /// How far a language is from being that of the labels; `None` for one that is not taken. `""` is
    /// any language.
    fn rank(&self, language: &str) -> Option<u32> {
        // Where nobody says in which language things are called: as in the tables of the project.
        const ENGLISH: &str = "en";
        if language.is_empty() {
            return Some(0);
        }
        if self.languages.is_empty() {
            return Some(if language == ENGLISH { 1 } else { 2 });
        }
        let at = self.languages.iter().position(|l| l == language)?;
        Some(at as u32 + 1)
    }
}

/// What a list gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows or entities that were read.
    pub rows: u64,
    /// Names that were taken.
    pub names: u64,
    /// Rows that the choice leaves out, or of a sort that is no name.
    pub left_out: u64,
    /// Rows and names that are wrong.
    pub rejects: u64,
}

/// Who takes the names of a list: a refused one with its reason.
pub(crate) trait Sink {
    /// A name, and the number of its line.
    fn take(&mut self, name: &Name<'_>, line: u64) -> Result<(), String>;
}

/// What entities of other schemes are called in the layer below.
#[derive(Debug, Default)]
pub(crate) struct Below {
    /// Id by the number of the item in Wikidata.
    pub ids: FxHashMap<u32, Box<str>>,
    /// Code of a country, by the number of the item in Wikidata.
    pub countries: FxHashMap<u32, Box<str>>,
}

/// Reads lists one after the other.
#[derive(Default)]
pub(crate) struct Lists {
    pub choice: Choice,
    pub below: Below,
    places: geonames::Places,
}

/// Where a list is read, and what became of it.
pub(crate) struct Reading<'r> {
    file: &'r str,
    counts: Counts,
    reject: &'r mut dyn FnMut(Error) -> Result<(), Error>,
}

impl Reading<'_> {
    fn reject(&mut self, row: u64, message: impl Into<String>) -> Result<(), Error> {
        self.counts.rejects += 1;
        (self.reject)(Error::Row {
            file: self.file.into(),
            row,
            message: message.into(),
        })
    }

    fn broken(&self, source: std::io::Error) -> Error {
        Error::Read {
            file: self.file.into(),
            source,
        }
    }

    fn give(&mut self, sink: &mut dyn Sink, name: &Name<'_>, row: u64) -> Result<(), Error> {
        match sink.take(name, row) {
            Ok(()) => {
                self.counts.names += u64::from(!name.name.is_empty());
                Ok(())
            }
            Err(message) => self.reject(row, message),
        }
    }
}

impl Lists {
    pub fn new(choice: Choice, below: Below) -> Self {
        Self {
            choice,
            below,
            places: geonames::Places::default(),
        }
    }

    /// Gives the names of a list to `sink`. `reject` gets each row that is wrong; where it returns an
    /// error the reading ends with it.
    pub fn read(
        &mut self,
        file: &str,
        format: Format,
        input: impl BufRead,
        sink: &mut dyn Sink,
        reject: &mut dyn FnMut(Error) -> Result<(), Error>,
    ) -> Result<Counts, Error> {
        let mut reading = Reading {
            file,
            counts: Counts::default(),
            reject,
        };
        let r = &mut reading;
        match format {
            Format::Table => names::read(self, r, input, sink)?,
            Format::GeoNames => geonames::read(self, r, input, sink)?,
            Format::GeoNamesNames => geonames::read_names(self, r, input, sink)?,
            Format::Wikidata => wikidata::read(self, r, input, sink)?,
            Format::JrcNames => jrc::read(self, r, input, sink)?,
        }
        Ok(reading.counts)
    }
}

/// A longer line is no row; the largest entities of Wikidata have a few megabytes.
const LONGEST_LINE: u64 = 64 << 20;

/// Gives each line that is text, with its number; the others become rejects.
fn lines(
    r: &mut Reading<'_>,
    mut input: impl BufRead,
    mut each: impl FnMut(&mut Reading<'_>, &str, u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let mut limited = std::io::Read::take(&mut input, LONGEST_LINE);
        let read = limited.read_until(b'\n', &mut line);
        if read.map_err(|e| r.broken(e))? == 0 {
            return Ok(());
        }
        number += 1;
        if line.len() as u64 == LONGEST_LINE && line.last() != Some(&b'\n') {
            r.counts.rows += 1;
            r.reject(number, format!("longer than {} MB", LONGEST_LINE >> 20))?;
            input.skip_until(b'\n').map_err(|e| r.broken(e))?;
            continue;
        }
        let bytes = line.strip_suffix(b"\n").unwrap_or(&line);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let bytes = match number {
            1 => bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes),
            _ => bytes,
        };
        if bytes.is_empty() {
            continue;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => each(r, text, number)?,
            Err(_) => {
                r.counts.rows += 1;
                r.reject(number, NOT_UTF8)?;
            }
        }
    }
}

const NOT_UTF8: &str = "not UTF-8; save the list as UTF-8";

/// Capitals only, two or more: compared in exactly this case, since «IS» is not «is».
pub(crate) fn is_acronym(name: &str) -> bool {
    let letters = || name.chars().filter(|c| c.is_alphabetic());
    letters().count() >= 2 && letters().all(char::is_uppercase)
}

/// Whether a dump calls something by a single letter or mark, which nobody could find in a text. A
/// character of Chinese is a word.
fn is_too_short(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next();
    chars.next().is_none() && !first.is_some_and(|c| dateline_text::script_of(c).unspaced())
}
