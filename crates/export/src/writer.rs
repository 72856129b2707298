//! Batches go into files or a stream, in the order of input.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::batch::{Batch, PerTable};
use crate::csv;
use crate::entities::EntityCounter;
use crate::package::{self, RunInfo, Warning};
use crate::settings::{Format, Settings, Table};
use crate::staging::{PACKAGE, RUN, Staging, TEXTS, WORKBOOK, table_file};
use crate::xlsx::Book;

/// Bytes of `entities` that are gathered before they are written.
const CHUNK: usize = 1 << 18;

/// What was written.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Rows by table, and the caller's counts.
    pub counts: BTreeMap<String, u64>,
    /// Files in the order in which they were begun.
    pub files: Vec<WrittenFile>,
    /// All warnings, those of the caller first.
    pub warnings: Vec<Warning>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Name in the output directory.
    pub name: String,
    /// Size.
    pub bytes: u64,
}

struct Output {
    name: String,
    temporary: PathBuf,
    file: File,
    bytes: u64,
}

impl Output {
    fn new(staging: &mut Staging, name: &str) -> Result<Self, Error> {
        let (temporary, file) = staging.create(name)?;
        Ok(Self {
            name: name.to_owned(),
            temporary,
            file,
            bytes: 0,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes += bytes.len() as u64;
        self.file
            .write_all(bytes)
            .map_err(Error::file(&self.temporary))
    }

    fn done(self) -> WrittenFile {
        WrittenFile {
            name: self.name,
            bytes: self.bytes,
        }
    }
}

/// Writes the tables into a directory. Files get their names when all is whole, `run.json` last; dropped before
/// [`Writer::finish`], it leaves nothing behind.
pub struct Writer {
    settings: Settings,
    csv: PerTable<Option<Output>>,
    jsonl: PerTable<Option<Output>>,
    workbook: Option<(Output, Book)>,
    texts: Option<Output>,
    entities: EntityCounter,
    n_rows: PerTable<u64>,
    guarded: u64,
    cut: u64,
    // Dropped last: some systems cannot remove files that are open.
    staging: Staging,
}

impl Writer {
    /// Makes the directory and begins the files. With `force`, tables of an earlier run in it are replaced when this
    /// one is whole; other files in it are never touched.
    ///
    /// # Errors
    /// The directory is not empty (and there is no `force`), is a file, or cannot be written.
    pub fn create(dir: &Path, settings: Settings, force: bool) -> Result<Self, Error> {
        let mut staging = Staging::new(dir, force)?;
        let mut outputs = |format, wanted: &dyn Fn(Table) -> bool| -> Result<_, Error> {
            let mut outputs = PerTable::new(|_| None);
            for table in Table::ALL
                .into_iter()
                .filter(|&table| settings.has(format) && wanted(table))
            {
                let output = Output::new(&mut staging, &table_file(table, format))?;
                *outputs.get_mut(table) = Some(output);
            }
            Ok(outputs)
        };
        let mut csv = outputs(Format::Csv, &|table| settings.only.contains(table))?;
        let jsonl = outputs(Format::Jsonl, &|table| match table {
            Table::Articles => settings.jsonl_articles(),
            _ => settings.only.contains(table) && !table.nests_in_jsonl(),
        })?;
        for table in Table::ALL {
            if let Some(output) = csv.get_mut(table) {
                output.write(csv::header(&settings, table).as_slice())?;
            }
        }
        let workbook = if settings.has(Format::Xlsx) {
            let output = Output::new(&mut staging, WORKBOOK)?;
            let book =
                Book::new(staging.dir(), &settings).map_err(Error::workbook(&output.temporary))?;
            Some((output, book))
        } else {
            None
        };
        let texts = settings
            .texts_file()
            .then(|| Output::new(&mut staging, TEXTS))
            .transpose()?;
        Ok(Self {
            entities: EntityCounter::new(settings.memory),
            settings,
            csv,
            jsonl,
            workbook,
            texts,
            n_rows: PerTable::new(|_| 0),
            guarded: 0,
            cut: 0,
            staging,
        })
    }

    /// Writes a batch and empties it. Batches must come in the order of input.
    ///
    /// # Errors
    /// A file cannot be written; the writer can then only be dropped.
    pub fn write(&mut self, batch: &mut Batch) -> Result<(), Error> {
        self.entities
            .absorb(&mut batch.entities, &mut self.staging)?;
        self.append(batch)?;
        batch.clear();
        Ok(())
    }

    fn append(&mut self, batch: &Batch) -> Result<(), Error> {
        for table in Table::ALL {
            *self.n_rows.get_mut(table) += batch.n_rows.get(table);
            if let (Some(output), Some(csv)) = (self.csv.get_mut(table), &batch.csv) {
                let rows = csv.get(table);
                self.guarded += rows.guarded;
                output.write(rows.out.as_slice())?;
            }
            if let (Some(output), Some(jsonl)) = (self.jsonl.get_mut(table), &batch.jsonl) {
                output.write(jsonl.get(table).out.as_slice())?;
            }
            if let (Some((output, book)), Some(xlsx)) = (&mut self.workbook, &batch.xlsx) {
                let rows = xlsx.get(table);
                self.cut += rows.cut;
                book.write(table, rows)
                    .map_err(Error::workbook(&output.temporary))?;
            }
        }
        if let (Some(output), Some(texts)) = (&mut self.texts, &batch.texts) {
            output.write(texts.out.as_slice())?;
        }
        Ok(())
    }

    fn write_entities(&mut self) -> Result<(), Error> {
        if !self.settings.only.contains(Table::Entities) {
            return Ok(());
        }
        let counter = std::mem::replace(&mut self.entities, EntityCounter::new(0));
        let (entities, spilled) = counter.finish()?;
        let mut batch = Batch::new(&self.settings);
        for entity in entities {
            batch.row(&entity?);
            if batch.bytes() > CHUNK {
                self.append(&batch)?;
                batch = Batch::new(&self.settings);
            }
        }
        self.append(&batch)?;
        for path in &spilled {
            self.staging.discard(path);
        }
        Ok(())
    }

    /// Writes `entities` and what describes the run, and gives all files their names.
    ///
    /// # Errors
    /// A file cannot be written; then nothing is left behind but what was there before.
    pub fn finish(mut self, run: RunInfo) -> Result<Summary, Error> {
        self.write_entities()?;
        let Self {
            settings,
            csv,
            jsonl,
            workbook,
            texts,
            n_rows,
            guarded,
            cut,
            mut staging,
            ..
        } = self;
        let mut warnings = run.warnings.clone();
        if guarded > 0 {
            warnings.push(Warning {
                code: "csv.formula_guarded".into(),
                count: guarded,
                message: "Cells that Excel would run as formulas begin with an apostrophe.".into(),
            });
        }
        if cut > 0 {
            warnings.push(Warning {
                code: "xlsx.cell_cut".into(),
                count: cut,
                message: "Cells longer than 32,767 characters, the limit of Excel, are cut.".into(),
            });
        }
        let tables = settings.only.iter();
        let mut counts: BTreeMap<_, _> = tables
            .map(|table| (table.as_str().to_owned(), *n_rows.get(table)))
            .collect();
        let outputs = csv.into_iter().chain(jsonl).flatten().chain(texts);
        let mut files: Vec<_> = outputs.map(Output::done).collect();
        let mut sheets = None;
        if let Some((mut output, book)) = workbook {
            let failed = Error::workbook(&output.temporary);
            sheets = Some(book.finish(&mut output.file).map_err(failed)?);
            let size = output
                .file
                .metadata()
                .map_err(Error::file(&output.temporary))?;
            output.bytes = size.len();
            files.push(output.done());
        }
        let package = package::data_package(&settings, &run.version, &files, sheets.as_ref());
        let run_bytes = package::run(&settings, &run, &counts, &warnings);
        for (name, bytes) in [(PACKAGE, package), (RUN, run_bytes)] {
            let mut output = Output::new(&mut staging, name)?;
            output.write(&bytes)?;
            files.push(output.done());
        }
        staging.publish()?;
        counts.extend(run.counts);
        Ok(Summary {
            counts,
            files,
            warnings,
        })
    }
}

/// Writes articles with their facts as JSON Lines to a stream.
pub struct LineWriter<W> {
    out: W,
    n_rows: PerTable<u64>,
}

impl<W: Write> LineWriter<W> {
    /// A writer to that stream, which needs no buffer.
    pub fn new(out: W) -> Self {
        Self {
            out,
            n_rows: PerTable::new(|_| 0),
        }
    }

    /// The settings with which batches for a stream must be made: JSON Lines of articles and facts, nothing else.
    pub fn settings(settings: &Settings) -> Settings {
        Settings {
            formats: vec![Format::Jsonl],
            only: settings
                .only
                .iter()
                .filter(|table| table.nests_in_jsonl())
                .collect(),
            excel: None,
            ..settings.clone()
        }
    }

    /// Writes a batch. Batches must come in the order of input.
    ///
    /// # Errors
    /// [`Error::Stream`]; see [`Error::is_broken_pipe`].
    pub fn write(&mut self, batch: &Batch) -> Result<(), Error> {
        for table in Table::ALL {
            *self.n_rows.get_mut(table) += batch.n_rows.get(table);
        }
        self.out
            .write_all(batch.article_lines())
            .map_err(Error::Stream)
    }

    /// Flushes the stream and tells what was written.
    ///
    /// # Errors
    /// [`Error::Stream`]; see [`Error::is_broken_pipe`].
    pub fn finish(mut self) -> Result<Summary, Error> {
        self.out.flush().map_err(Error::Stream)?;
        let count = |table: Table| (table.as_str().to_owned(), *self.n_rows.get(table));
        let inside = Table::ALL
            .into_iter()
            .filter(|table| table.nests_in_jsonl());
        Ok(Summary {
            counts: inside.map(count).collect(),
            ..Summary::default()
        })
    }
}
