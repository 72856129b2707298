//! From what the user says of reading to the settings of the rooms.

use crate::args::{Domain, Order, Reading, Undated};
use anyhow::{Context, Result, bail};
use dateline_detect::Detector;
use dateline_gazetteer::Gazetteer;
use dateline_ingest::Plain;
use dateline_languages::{DateOrder, Folder, Library};
use dateline_pipeline::{Engine, LearnedNames, MARK, Settings, date_order};
use std::io::Read;
use std::path::Path;

/// The day this version was released: the latest day that an undated article may have.
pub const RELEASED: jiff::civil::Date = jiff::civil::date(2026, 11, 21);

impl Reading {
    /// How inputs are read.
    pub fn options(&self) -> dateline_ingest::Options {
        dateline_ingest::Options {
            max_record: self.max_record,
            field_map: self.map.clone(),
            ..dateline_ingest::Options::default()
        }
    }

    /// How dates are read.
    pub fn dating(&self) -> dateline_dates::Settings {
        dateline_dates::Settings {
            domain: match self.domain {
                Domain::Auto => dateline_dates::Domain::Auto,
                Domain::News => dateline_dates::Domain::News,
                Domain::Narrative => dateline_dates::Domain::Narrative,
            },
            date_order: date_order(self.date_order.as_str()),
            not_after: self.not_after.unwrap_or(RELEASED),
            not_after_is_said: self.not_after.is_some(),
            fill_undated: self.undated == Undated::Fill,
        }
    }

    /// The language of all articles, if the user says it.
    pub fn language(&self, library: &Library) -> Result<Option<String>> {
        self.lang
            .as_deref()
            .map(|given| tag(library, given))
            .transpose()
    }

    /// The language packs, with the user's own over them.
    pub fn library(&self) -> Result<Library> {
        library(self.languages.as_deref())
    }

    /// The program that reads articles, with the user's own names: lists laid over the gazetteer, and tables of
    /// `dateline learn`, which are evidence and no lists.
    pub fn engine(&self, library: Library, settings: Settings) -> Result<Engine> {
        let mut gazetteer = Gazetteer::embedded();
        let mut learned = LearnedNames::default();
        for path in &self.names {
            let context = || format!("--names {}", path.display());
            // Opened once, since a pipe can be read but once.
            let mut names = Plain::open(path).with_context(context)?;
            if names.head().starts_with(MARK.as_bytes()) {
                let mut table = String::new();
                names.read_to_string(&mut table).with_context(context)?;
                learned
                    .read(&table)
                    .map_err(anyhow::Error::msg)
                    .with_context(context)?;
            } else {
                gazetteer = with_names(gazetteer, path, names).with_context(context)?;
            }
        }
        Ok(Engine::new(library, gazetteer, settings)?.with_learned(learned))
    }
}

/// Lays a list over a gazetteer, or a file that was made of lists.
fn with_names(gazetteer: Gazetteer, path: &Path, names: Plain) -> Result<Gazetteer> {
    if Gazetteer::is_compiled(names.head()) {
        return Ok(gazetteer.with_compiled(&std::fs::File::open(path)?)?);
    }
    let name = path.file_name().unwrap_or(path.as_os_str());
    Ok(gazetteer.with_names(&name.to_string_lossy(), names)?)
}

impl Order {
    /// The name as users write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        }
    }
}

/// The name of an order, as users write it.
pub fn order_name(order: DateOrder) -> &'static str {
    match order {
        DateOrder::Dmy => "dmy",
        DateOrder::Mdy => "mdy",
        DateOrder::Ymd => "ymd",
    }
}

/// The built-in language packs, with those below `dir` over them.
pub fn library(dir: Option<&Path>) -> Result<Library> {
    let library = Library::embedded();
    let Some(dir) = dir else { return Ok(library) };
    let context = || format!("--languages {}", dir.display());
    let library = library.with_folders(dir).with_context(context)?;
    // The built-in packs are tested; those of the user may be wrong in any place.
    for folder in own_folders(dir).with_context(context)? {
        // A folder with nothing but function words: its language is told, and has no pack.
        let told_only =
            |f: Folder| f.file("language.toml").is_none() && f.file("function_words.txt").is_some();
        if library.folder(&folder).is_some_and(told_only) {
            continue;
        }
        library
            .pack(&folder)
            .map_err(anyhow::Error::from)
            .and_then(|pack| {
                dateline_rules::RuleSet::new(&pack)?;
                Ok(())
            })
            .with_context(context)?;
    }
    Ok(library)
}

fn own_folders(dir: &Path) -> std::io::Result<Vec<String>> {
    let mut tags = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.path().is_dir() {
            tags.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    tags.sort();
    Ok(tags)
}

/// The tag of a language folder for what a user calls the language: `fr`, `fr-FR`, `fra`, `French`.
pub fn tag(library: &Library, given: &str) -> Result<String> {
    if let Some(folder) = library.folder(given) {
        return Ok(folder.tag.to_owned());
    }
    if let Some(tag) = Detector::new(library.folders()).resolve(given) {
        return Ok(tag.to_owned());
    }
    let near = near(library, given);
    if near.is_empty() {
        bail!("no language «{given}»: `dateline languages` lists those that there are");
    }
    bail!(
        "no language «{given}»; did you mean {}? `dateline languages` lists all",
        near.join(", ")
    )
}

/// Languages whose tag or name looks like `given`, the most alike first.
fn near(library: &Library, given: &str) -> Vec<String> {
    const ALIKE: f64 = 0.8;
    let given = given.to_lowercase();
    let mut all: Vec<(f64, String)> = library
        .folders()
        .iter()
        .filter_map(|folder| {
            let language = library.language(folder.tag).ok()?;
            let alike = [folder.tag, &language.name, &language.native]
                .into_iter()
                .map(|name| strsim::jaro_winkler(&given, &name.to_lowercase()))
                .fold(0.0, f64::max);
            (alike >= ALIKE).then(|| (alike, format!("{} ({})", folder.tag, language.name)))
        })
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    all.truncate(5);
    all.into_iter().map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_go_by_many_names() {
        let library = Library::embedded();
        assert_eq!(tag(&library, "fr").unwrap(), "fr");
        assert_eq!(tag(&library, "French").unwrap(), "fr");
        let message = tag(&library, "Frensh").unwrap_err().to_string();
        assert!(message.contains("fr (French)"), "{message}");
        assert!(tag(&library, "qqqq").is_err());
    }
}
