//! Facts become tables: one schema, many formats.
//!
//! A [`Batch`] turns articles into bytes without touching a file, so that worker threads do nearly all of the work; a
//! [`Writer`] puts the batches one after the other into the files of a directory, and a [`LineWriter`] into a stream.

mod batch;
mod bytes;
mod csv;
mod day;
mod entities;
mod error;
mod json;
mod offsets;
mod package;
mod rows;
#[cfg(test)]
mod sample;
mod settings;
mod staging;
#[cfg(test)]
mod tests;
mod writer;
mod xlsx;

pub use batch::Batch;
pub use error::Error;
pub use package::{Input, RunInfo, Warning};
pub use settings::{ExcelLocale, Format, Settings, Table, Tables};
pub use writer::{LineWriter, Summary, Writer, WrittenFile};
