//! Files get their names when they are whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::settings::{Format, Table};

const TEMPORARY: &str = "partial";

/// The output directory with the temporary files in it. Dropped before these are published, it removes them.
pub(crate) struct Staging {
    dir: PathBuf,
    made_dir: bool,
    temporaries: Vec<PathBuf>,
}

impl Staging {
    /// Makes the directory where there is none. One that holds something is taken only with `force`.
    pub fn new(dir: &Path, force: bool) -> Result<Self, Error> {
        let made_dir = match fs::read_dir(dir) {
            Ok(mut entries) => {
                if entries.next().is_some() && !force {
                    return Err(Error::NotEmpty {
                        dir: dir.to_owned(),
                    });
                }
                false
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(dir).map_err(Error::file(dir))?;
                true
            }
            Err(_) if dir.is_file() => {
                return Err(Error::NotADirectory {
                    dir: dir.to_owned(),
                });
            }
            Err(error) => return Err(Error::file(dir)(error)),
        };
        let staging = Self {
            dir: dir.to_owned(),
            made_dir,
            temporaries: Vec::new(),
        };
        if force {
            staging.remove(|name| name.ends_with(TEMPORARY))?;
        }
        Ok(staging)
    }

    /// Where the file will be.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A new temporary file for the file of that name.
    pub fn create(&mut self, name: &str) -> Result<(PathBuf, File), Error> {
        let path = self.path(&format!("{name}.{TEMPORARY}"));
        self.temporaries.push(path.clone());
        let file = File::create(&path).map_err(Error::file(&path))?;
        Ok((path, file))
    }

    /// Removes a temporary file that is no longer needed.
    pub fn discard(&mut self, temporary: &Path) {
        self.temporaries.retain(|known| known != temporary);
        // What cannot be removed is a nuisance, not a loss: the tables are whole.
        let _ = fs::remove_file(temporary);
    }

    /// Gives all temporary files their names. The last one made says that the run is whole: that of an earlier run goes
    /// first and the new one comes last, after all other files of the earlier run.
    pub fn publish(mut self) -> Result<(), Error> {
        let names: Vec<_> = self
            .temporaries
            .iter()
            .map(|path| path.with_extension(""))
            .collect();
        if let Some(last) = names.last() {
            match fs::remove_file(last) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::file(last)(error));
                }
                _ => {}
            }
        }
        for (at, name) in names.iter().enumerate() {
            if at + 1 == names.len() {
                self.remove(|old| !old.ends_with(TEMPORARY) && !names.contains(&self.path(old)))?;
            }
            if let Some(temporary) = self.temporaries.first() {
                fs::rename(temporary, name).map_err(Error::file(name))?;
                self.temporaries.remove(0);
            }
        }
        self.made_dir = false;
        Ok(())
    }

    /// Removes those of our files that are chosen, and never one that is not ours.
    fn remove(&self, chosen: impl Fn(&str) -> bool) -> Result<(), Error> {
        let entries = fs::read_dir(&self.dir).map_err(Error::file(&self.dir))?;
        for entry in entries {
            let entry = entry.map_err(Error::file(&self.dir))?;
            let name = entry.file_name();
            if name
                .to_str()
                .is_some_and(|name| is_ours(name) && chosen(name))
            {
                fs::remove_file(entry.path()).map_err(Error::file(&entry.path()))?;
            }
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        for path in &self.temporaries {
            let _ = fs::remove_file(path);
        }
        if self.made_dir {
            // Fails where it holds something, and then it shall stay.
            let _ = fs::remove_dir(&self.dir);
        }
    }
}

/// The file of a table.
pub(crate) fn table_file(table: Table, format: Format) -> String {
    format!("{}.{}", table.as_str(), format.as_str())
}

pub(crate) const WORKBOOK: &str = "dateline.xlsx";
pub(crate) const TEXTS: &str = "texts.jsonl";
pub(crate) const PACKAGE: &str = "datapackage.json";
pub(crate) const RUN: &str = "run.json";

/// Whether a file of that name is written by us.
fn is_ours(name: &str) -> bool {
    if let Some(whole) = name
        .strip_suffix(TEMPORARY)
        .and_then(|name| name.strip_suffix('.'))
    {
        let spilled = whole
            .strip_prefix("entities-")
            .is_some_and(|number| number.parse::<u64>().is_ok());
        return spilled || is_ours(whole);
    }
    let formats = [Format::Csv, Format::Jsonl];
    let table = |table| {
        formats
            .into_iter()
            .any(|format| name == table_file(table, format))
    };
    [WORKBOOK, TEXTS, PACKAGE, RUN].contains(&name) || Table::ALL.into_iter().any(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_we_write_are_ours() {
        for name in [
            "mentions.csv",
            "articles.jsonl",
            "run.json",
            "run.json.partial",
            "entities-7.partial",
        ] {
            assert!(is_ours(name), "{name}");
        }
        for name in [
            "notes.csv",
            "mentions.csv.bak",
            "entities-x.partial",
            "partial",
            ".partial",
            "run",
        ] {
            assert!(!is_ours(name), "{name}");
        }
    }
}
