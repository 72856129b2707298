//! Any file a researcher holds becomes articles, or a reject with its reason.
//!
//! [`Reader`] turns inputs (files, folders, standard input) into [`Chunk`]s of whole records, in an
//! order that depends on nothing but the inputs; [`Chunk::parse`] turns a chunk into
//! [`Article`](dateline_model::Article)s and [`Reject`](dateline_model::Reject)s and may run on any thread.
//! Memory is bounded by [`Options::chunk_bytes`] and [`Options::max_record`] whatever the size of the files.
//!
//! # What is read
//!
//! | kind | names | what is an article |
//! |---|---|---|
//! | text | `.txt` `.text` `.md` | the whole file |
//! | JSON Lines | `.jsonl` `.ndjson` | each line |
//! | JSON | `.json` | the object; each object of the array, or of the array that one of its fields holds |
//! | table | `.csv` `.tsv` | each row; delimiter and header are found by looking at the file |
//! | web page | `.html` `.htm` `.xhtml` | the main content of the page |
//!
//! Each of them may be compressed (gzip, Zstandard, bzip2, xz: known by their first bytes) or a member
//! of a zip archive. Where the name says nothing, the content decides: a file without an extension,
//! standard input, or a file that the user named.
//!
//! # Where it comes from in the file
//!
//! `record` counts non-blank records from 1. `byte_offset` counts bytes of the decompressed file; in
//! UTF-16 tables and JSON files, which are converted while they are read, bytes of the converted file.
//!
//! # Encodings
//!
//! In this order: byte order mark; valid UTF-8; the charset that a web page declares; UTF-8 with a few
//! broken characters (each becomes U+FFFD); a guess among the legacy encodings, made for each text,
//! page and JSON record, and for a table from its first rows. Text keeps all its characters; only line ends become `\n`.

mod archive;
mod chunk;
mod decompress;
mod encoding;
mod fields;
mod html;
mod json;
mod kind;
mod plain;
mod reader;
mod split;
mod table;
mod walk;

use std::path::PathBuf;

pub use chunk::Chunk;
pub use plain::Plain;
pub use reader::{InputSummary, Reader, Warning};

/// How inputs are read.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bytes of the longest record (a line, a row, a text file, a web page); a longer one becomes a
    /// reject. Default 16 MiB.
    pub max_record: u64,
    /// Bytes that a chunk holds, about; a longer record gets a chunk of its own. Default 256 KiB.
    pub chunk_bytes: usize,
    /// Which field of the source holds what: pairs (field of ours, name or column number of theirs).
    /// Fields of ours: `text`, `title`, `published`, `language`, `url`, `outlet`, `authors`, `id`.
    pub field_map: Vec<(String, String)>,
    /// Bytes that a member of an archive may have once it is decompressed. Default 16 GiB.
    pub member_limit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_record: 16 << 20,
            chunk_bytes: 256 << 10,
            field_map: Vec::new(),
            member_limit: 16 << 30,
        }
    }
}

/// Why reading cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An input that the user named is not there or cannot be looked at.
    #[error("{path}: {source}")]
    Input {
        /// As the user named it.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// [`Options::field_map`] names a field that articles do not have.
    #[error("there is no field `{name}`; the fields are {known}")]
    UnknownField {
        /// As the user named it.
        name: String,
        /// Those that exist.
        known: String,
    },
}
