//! What can go wrong while writing.

use std::io;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::XlsxError;

/// Why the tables could not be written, and what to do about it. What the system says is the source of the error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The output directory holds something already.
    #[error("{} is not empty: choose another directory, or replace the tables in it with --force", .dir.display())]
    NotEmpty {
        /// The output directory.
        dir: PathBuf,
    },
    /// The output directory is a file.
    #[error("{} is a file: name a directory to write to", .dir.display())]
    NotADirectory {
        /// The output directory.
        dir: PathBuf,
    },
    /// A file could not be written.
    #[error("cannot write {}{}", .path.display(), advice(source))]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The workbook could not be written.
    #[error("cannot write {} (CSV has no such limits: --format csv)", .path.display())]
    Workbook {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<XlsxError>,
    },
    /// Lines could not be written to the given stream.
    #[error("cannot write")]
    Stream(#[source] io::Error),
    /// No Excel locale of that name is known.
    #[error("no locale {tag:?} is known to Excel: give a language tag such as en, fr or pt-BR")]
    ExcelLocale {
        /// The tag as it was given.
        tag: String,
    },
}

impl Error {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn workbook(path: &Path) -> impl FnOnce(XlsxError) -> Self {
        |source| match source {
            XlsxError::IoError(source) | XlsxError::TempFileError(_, source) => {
                Self::file(path)(source)
            }
            source => Self::Workbook {
                path: path.to_owned(),
                source: Box::new(source),
            },
        }
    }

    /// Whether the reader of a pipe has gone, which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Stream(source) if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

fn advice(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            " (free some space, or choose a directory on another disk)"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            " (choose a directory in which you may write)"
        }
        io::ErrorKind::FileTooLarge => " (choose a directory on a disk that can hold larger files)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_names_the_file_and_the_way_out() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let message = Error::file(Path::new("out/mentions.csv.partial"))(full).to_string();
        assert!(
            message.contains("out/mentions.csv.partial") && message.contains("free some space")
        );
        let full = XlsxError::IoError(io::Error::from(io::ErrorKind::StorageFull));
        let error = Error::workbook(Path::new("out/dateline.xlsx.partial"))(full);
        assert!(error.to_string().contains("free some space"));
    }
}
