//! Folders, inheritance, and the rows of tables.

use serde::Deserialize;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// One language's files, embedded or read from a user's folder.
#[derive(Debug, Clone, Copy)]
pub struct Folder {
    /// Language tag, which is the folder's name.
    pub tag: &'static str,
    /// File name and content, sorted by name.
    pub files: &'static [(&'static str, &'static str)],
}

impl Folder {
    /// The content of a file of this name.
    pub fn file(&self, name: &str) -> Option<&'static str> {
        self.files.iter().find(|f| f.0 == name).map(|f| f.1)
    }
}

static EMBEDDED: &[Folder] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The folders that are built into the program, sorted by tag.
pub fn embedded() -> &'static [Folder] {
    EMBEDDED
}

/// What is wrong with a pack: file, line and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row, or a setting, that does not fit the format.
    #[error("{tag}/{file}, line {line}: {message}")]
    Line {
        /// Folder.
        tag: String,
        /// File.
        file: String,
        /// Line from 1, 0 for the whole file.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// No folder of that tag.
    #[error("no language «{0}»: `dateline languages` lists those that there are")]
    Unknown(String),
    /// A user's folder cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// File or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// Order of day, month and year in numeric dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// 31/12/2024
    #[default]
    Dmy,
    /// 12/31/2024
    Mdy,
    /// 2024/12/31
    Ymd,
}

/// What dateline can find in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Dates, relative expressions and names.
    Full,
    /// Explicit and simple relative dates.
    Dates,
    /// Nothing but its name.
    None,
}

impl Coverage {
    /// The name as written in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Dates => "dates",
            Self::None => "none",
        }
    }
}

/// `language.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// English name.
    pub name: String,
    /// Its own name for itself.
    #[serde(default)]
    pub native: String,
    /// Whose rows and rules it inherits.
    #[serde(default)]
    pub parent: Option<String>,
    /// ISO 15924 code.
    #[serde(default)]
    pub script: String,
    /// Order of numeric dates.
    #[serde(default)]
    pub date_order: DateOrder,
    /// Decimal mark.
    #[serde(default)]
    pub decimal: String,
    /// Marks between groups of thousands.
    #[serde(default)]
    pub group: Vec<String>,
    /// Opening and closing quotation marks, outer ones first.
    #[serde(default)]
    pub quotes: Vec<[String; 2]>,
    /// Whether the verb stands at the end of its clause, so that the last one tells the tense.
    #[serde(default)]
    pub verb_final: bool,
    /// Whether nouns are written with a capital, so that a capital alone speaks for no name.
    #[serde(default)]
    pub nouns_capitalised: bool,
    /// Whether a person's surname stands before the given name.
    #[serde(default)]
    pub surname_first: bool,
    /// Whether a word such as «bank» stands before the name of an organization without a link.
    #[serde(default)]
    pub heads_first: bool,
    /// Whether the endings of names are particles: words of their own, though written together, so that a name's span
    /// ends before them.
    #[serde(default)]
    pub particles_after: bool,
    /// Most words of a person's name, in scripts without capitals: behind a title the name ends after so many. 0 where
    /// that is not certain.
    #[serde(default)]
    pub name_words: u8,
    /// Whether only names have capitals within a sentence, also in titles and names of bodies, so that two
    /// words with capitals are most likely a person.
    #[serde(default)]
    pub pairs_are_persons: bool,
    /// First day of the week, 1 = Monday.
    #[serde(default = "monday")]
    pub first_weekday: u8,
}

fn monday() -> u8 {
    1
}

/// How a form must be written in the text to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseRule {
    /// Any way.
    Any,
    /// With a capital first letter.
    Capital,
    /// Just as in the table.
    Exact,
}

/// A row of a table, alternatives already expanded.
#[derive(Debug, Clone)]
pub struct Row {
    /// Slot name.
    pub slot: &'static str,
    /// The form, one or several words.
    pub form: Cow<'static, str>,
    /// Its value as written.
    pub value: &'static str,
    /// How it must be written.
    pub case: CaseRule,
    /// Other flags, as written.
    pub flags: &'static str,
    /// Folder and file it comes from, and line.
    pub source: (&'static str, &'static str, usize),
}

/// A `rules.toml` with its origin.
#[derive(Debug, Clone, Copy)]
pub struct RuleFile {
    /// Folder it comes from.
    pub tag: &'static str,
    /// Content.
    pub content: &'static str,
}

/// All that is known of one language, inheritance resolved.
#[derive(Debug)]
pub struct Pack {
    /// Tag.
    pub tag: &'static str,
    /// Settings; those that the folder leaves empty come from its parents.
    pub language: Language,
    /// Rows, parents first.
    pub rows: Vec<Row>,
    /// Rule files, parents first.
    pub rules: Vec<RuleFile>,
    /// The commonest words, the folder's own and its parents'.
    pub function_words: Vec<&'static str>,
    /// Gold sentences of the folder itself.
    pub cases: Option<&'static str>,
    /// What can be found in this language.
    pub coverage: Coverage,
}

/// The folders at hand: the embedded ones, under a user's own.
#[derive(Debug, Clone)]
pub struct Library {
    folders: Vec<Folder>,
}

impl Default for Library {
    fn default() -> Self {
        Self::embedded()
    }
}

impl Library {
    /// The folders built into the program.
    pub fn embedded() -> Self {
        Self {
            folders: EMBEDDED.to_vec(),
        }
    }

    /// Lays the folders below `dir` over these: a file replaces the one of the same name, other
    /// files of the language stay. The content is kept for the rest of the run.
    pub fn with_folders(mut self, dir: &Path) -> Result<Self, Error> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Io { path, source }
        };
        let mut tags: Vec<PathBuf> = std::fs::read_dir(dir)
            .map_err(io(dir))?
            .flatten()
            .map(|e| e.path())
            .filter(|p| p.is_dir())
            .collect();
        tags.sort();
        for folder in tags {
            let Some(tag) = folder.file_name().and_then(|n| n.to_str()) else {
                continue;
            };
            let mut files: Vec<(&'static str, &'static str)> = Vec::new();
            if let Some(old) = self.folder(tag) {
                files.extend(old.files);
            }
            let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
                .map_err(io(&folder))?
                .flatten()
                .map(|e| e.path())
                .filter(|p| {
                    p.extension()
                        .is_some_and(|x| x == "tsv" || x == "toml" || x == "txt")
                })
                .collect();
            paths.sort();
            for path in paths {
                let Some(name) = path.file_name().and_then(|n| n.to_str()) else {
                    continue;
                };
                let content = std::fs::read_to_string(&path).map_err(io(&path))?;
                files.retain(|f| f.0 != name);
                files.push((leak(name.to_owned()), leak(content)));
            }
            files.sort_by_key(|f| f.0);
            let tag = leak(tag.to_owned());
            self.folders.retain(|f| f.tag != tag);
            self.folders.push(Folder {
                tag,
                files: files.leak(),
            });
        }
        self.folders.sort_by_key(|f| f.tag);
        Ok(self)
    }

    /// All folders, sorted by tag.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// The folder of a tag.
    pub fn folder(&self, tag: &str) -> Option<Folder> {
        self.folders.iter().find(|f| f.tag == tag).copied()
    }

    /// Reads `language.toml` of a tag.
    pub fn language(&self, tag: &str) -> Result<Language, Error> {
        let folder = self
            .folder(tag)
            .ok_or_else(|| Error::Unknown(tag.to_owned()))?;
        match folder.file("language.toml") {
            Some(content) => toml::from_str(content).map_err(|e| Error::Line {
                tag: tag.to_owned(),
                file: "language.toml".into(),
                line: e
                    .span()
                    .map_or(0, |s| 1 + content[..s.start].matches('\n').count()),
                message: e.message().to_owned(),
            }),
            None => Err(Error::Line {
                tag: tag.to_owned(),
                file: "language.toml".into(),
                line: 0,
                message: "the file is missing".into(),
            }),
        }
    }

    /// Loads a language with all that it inherits.
    pub fn pack(&self, tag: &str) -> Result<Pack, Error> {
        let mut chain: Vec<(Folder, Language)> = Vec::new();
        let mut next = Some(tag.to_owned());
        while let Some(tag) = next {
            if chain.iter().any(|(f, _)| f.tag == tag) {
                return Err(Error::Line {
                    tag: tag.clone(),
                    file: "language.toml".into(),
                    line: 0,
                    message: format!("«{tag}» is its own ancestor; mend `parent`"),
                });
            }
            let folder = self
                .folder(&tag)
                .ok_or_else(|| Error::Unknown(tag.clone()))?;
            let language = self.language(&tag)?;
            next = language.parent.clone();
            chain.push((folder, language));
        }
        let mut language = chain[0].1.clone();
        let cases = chain[0].0.file("cases.toml");
        let (mut rows, mut rules): (Vec<Row>, Vec<RuleFile>) = (Vec::new(), Vec::new());
        let mut function_words = Vec::new();
        let mut names = false;
        for (folder, inherited) in chain.iter().rev() {
            fill(&mut language, inherited);
            names |= folder.tag != "root" && folder.file("names.tsv").is_some();
            for (file, content) in folder.files {
                if file.ends_with(".tsv") {
                    read_table(folder.tag, file, content, &mut rows)?;
                }
            }
            if let Some(content) = folder.file("function_words.txt") {
                let words = content.lines().map(str::trim);
                function_words.extend(words.filter(|w| !w.is_empty() && !w.starts_with('#')));
            }
            if let Some(content) = folder.file("rules.toml") {
                rules.push(RuleFile {
                    tag: folder.tag,
                    content,
                });
            }
        }
        let coverage = if names {
            Coverage::Full
        } else if rows
            .iter()
            .any(|r| r.slot == "month" || r.slot == "month_mark")
        {
            Coverage::Dates
        } else {
            Coverage::None
        };
        Ok(Pack {
            tag: chain[0].0.tag,
            language,
            rows,
            rules,
            function_words,
            cases,
            coverage,
        })
    }
}

fn fill(language: &mut Language, inherited: &Language) {
    if language.decimal.is_empty() {
        language.decimal.clone_from(&inherited.decimal);
    }
    if language.group.is_empty() {
        language.group.clone_from(&inherited.group);
    }
    if language.quotes.is_empty() {
        language.quotes.clone_from(&inherited.quotes);
    }
    if language.script.is_empty() {
        language.script.clone_from(&inherited.script);
    }
}

fn leak(s: String) -> &'static str {
    Box::leak(s.into_boxed_str())
}

fn read_table(
    tag: &'static str,
    file: &'static str,
    content: &'static str,
    rows: &mut Vec<Row>,
) -> Result<(), Error> {
    for (number, line) in content.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let error = |message: &str| Error::Line {
            tag: tag.into(),
            file: file.into(),
            line: number + 1,
            message: message.into(),
        };
        let mut cells = line.split('\t');
        let slot = cells.next().unwrap_or_default();
        let form = cells
            .next()
            .ok_or_else(|| error("a row needs slot, form and value, between tabs"))?;
        let value = cells.next().unwrap_or_default();
        let flags = cells.next().unwrap_or_default();
        if cells.next().is_some() {
            return Err(error("more than four columns"));
        }
        let case = match (
            flags.split(' ').any(|f| f == "cap"),
            flags.split(' ').any(|f| f == "exact"),
        ) {
            (_, true) => CaseRule::Exact,
            (true, _) => CaseRule::Capital,
            _ => CaseRule::Any,
        };
        let abbreviated = flags.split(' ').any(|f| f == "abbr");
        let forms = expand(form).map_err(|m| error(&m))?;
        for form in forms {
            if let Some(slot) = slot.strip_prefix('-') {
                rows.retain(|r| !(r.slot == slot && r.form == form));
                continue;
            }
            if form.trim().is_empty() {
                return Err(error("an empty form"));
            }
            // Abbreviations are safe only beside the other parts of a date: a slot of their own.
            let slot = match (slot, abbreviated) {
                ("month", true) => "month_abbr",
                ("weekday", true) => "weekday_abbr",
                _ => slot,
            };
            rows.push(Row {
                slot,
                form,
                value,
                case,
                flags,
                source: (tag, file, number + 1),
            });
        }
    }
    Ok(())
}

/// Expands the alternatives of a form: `(last|past) year` gives two, `jan(uary|)` gives two.
pub fn expand(form: &'static str) -> Result<Vec<Cow<'static, str>>, String> {
    if !form.contains('(') {
        return Ok(vec![Cow::Borrowed(form)]);
    }
    let mut done = vec![String::new()];
    let mut rest = form;
    while let Some(open) = rest.find('(') {
        let close = rest[open..]
            .find(')')
            .map(|c| open + c)
            .ok_or_else(|| "a bracket is not closed".to_owned())?;
        let inner = &rest[open + 1..close];
        if inner.contains('(') {
            return Err("brackets within brackets".into());
        }
        done = done
            .iter()
            .flat_map(|d| {
                inner
                    .split('|')
                    .map(move |alt| format!("{d}{}{alt}", &rest[..open]))
            })
            .collect();
        rest = &rest[close + 1..];
    }
    Ok(done
        .into_iter()
        .map(|d| {
            Cow::Owned(
                format!("{d}{rest}")
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
            )
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_expand() {
        assert_eq!(
            expand("(last|past) year").unwrap(),
            ["last year", "past year"]
        );
        assert_eq!(expand("jan(uary|.|)").unwrap(), ["january", "jan.", "jan"]);
        assert_eq!(
            expand("(le |)lendemain").unwrap(),
            ["le lendemain", "lendemain"]
        );
        assert!(expand("(a").is_err());
    }

    #[test]
    fn every_embedded_pack_loads() {
        let library = Library::embedded();
        for folder in library.folders() {
            if folder.file("language.toml").is_some()
                && let Err(e) = library.pack(folder.tag)
            {
                panic!("{e}");
            }
        }
    }
}
