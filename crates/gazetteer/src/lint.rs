//! What is doubtful in lists of names, before a run finds names by them.

use crate::compile::{CommonWords, Name, fold};
use crate::layer::{Layer, NodeHash};
use crate::lists::{Below, Choice, Counts, Format, Lists, Sink};
use crate::pool::Pool;
use crate::table::valid_id;
use crate::{EMBEDDED, Error, Gazetteer, Kind};
use dateline_text::{Script, script_of};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::io::BufRead;

/// Sorts of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// An id whose rows call it by different names in one language.
    TwoLabels,
    /// An id that stands for things of two types.
    TwoTypes,
    /// An id that cannot be right.
    BadId,
    /// A name that is a word of a language.
    CommonWord,
    /// A name of one letter.
    OneLetter,
    /// A name that stands for several things.
    Ambiguous,
    /// A word with letters of two scripts.
    MixedScripts,
}

/// A doubtful name or id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What is doubtful.
    pub sort: Sort,
    /// Name of the file.
    pub file: String,
    /// Line of the file, from 1.
    pub line: u64,
    /// The name or the id.
    pub what: String,
    /// What speaks against it.
    pub why: String,
}

/// Reads lists as [`Builder`](crate::Builder) does, and notes what is doubtful.
pub struct Lint {
    lists: Lists,
    rows: Rows,
    common: CommonWords,
}

/// What was read, in little room: there may be millions.
#[derive(Default)]
struct Rows {
    files: Vec<String>,
    strings: Pool,
    rows: Vec<Row>,
}

#[derive(Clone, Copy)]
struct Row {
    file: u32,
    line: u32,
    id: u32,
    kind: Kind,
    languages: u32,
    name: u32,
    /// Folded, with spaces between tokens.
    form: u32,
    hash: NodeHash,
    /// Of the label; see [`Name::label`].
    label: u32,
    weak: bool,
}

impl Sink for Rows {
    fn take(&mut self, name: &Name<'_>, line: u64) -> Result<(), String> {
        name.check()?;
        if name.name.is_empty() {
            return Ok(());
        }
        let (mut tokens, mut form) = (Vec::new(), Vec::new());
        fold(name.name, &mut tokens, &mut form)?;
        let keys: Vec<u64> = tokens.iter().map(|t| t.key).collect();
        let hash = NodeHash::of(&keys);
        let mut add = |s: &[u8]| self.strings.add(s).map_err(|e| e.to_string());
        let row = Row {
            file: (self.files.len() as u32).saturating_sub(1),
            line: u32::try_from(line).unwrap_or(u32::MAX),
            id: add(name.id.as_bytes())?,
            kind: name.kind,
            languages: add(name.languages.as_bytes())?,
            name: add(name.name.as_bytes())?,
            form: add(&form)?,
            hash,
            label: name.label,
            weak: name.flags.weak(),
        };
        self.rows.push(row);
        Ok(())
    }
}

impl Rows {
    fn finding(&self, sort: Sort, row: &Row, what: u32, why: String) -> Finding {
        Finding {
            sort,
            file: self
                .files
                .get(row.file as usize)
                .cloned()
                .unwrap_or_default(),
            line: u64::from(row.line),
            what: self.strings.text(what).into(),
            why,
        }
    }

    fn place(&self, row: &Row) -> String {
        let file = self.files.get(row.file as usize);
        format!("{}, row {}", file.map_or("", String::as_str), row.line)
    }
}

impl Lint {
    /// `common` are the words of the languages.
    pub fn new(choice: Choice, common: CommonWords) -> Lint {
        Lint {
            lists: Lists::new(choice, Below::of(&EMBEDDED)),
            rows: Rows::default(),
            common,
        }
    }

    /// Adds a list: see [`Builder::read`](crate::Builder::read).
    ///
    /// # Errors
    /// A list that cannot be read, and what `reject` returns.
    pub fn read(
        &mut self,
        file: &str,
        format: Format,
        input: impl BufRead,
        reject: &mut dyn FnMut(Error) -> Result<(), Error>,
    ) -> Result<Counts, Error> {
        self.rows.files.push(file.into());
        self.lists.read(file, format, input, &mut self.rows, reject)
    }

    /// What is doubtful, by sort, file and line.
    pub fn findings(&self) -> Vec<Finding> {
        let mut all = Vec::new();
        self.ids(&mut all);
        self.forms(&mut all);
        all.sort();
        all.dedup();
        all
    }

    /// What shows by the rows of an id.
    fn ids(&self, all: &mut Vec<Finding>) {
        let rows = &self.rows;
        let mut labels: FxHashMap<(u32, u32), &Row> = FxHashMap::default();
        let mut kinds: FxHashMap<u32, &Row> = FxHashMap::default();
        for row in &rows.rows {
            let first = *kinds.entry(row.id).or_insert(row);
            if first.kind.name_type() != row.kind.name_type() {
                let type_of = |r: &Row| r.kind.name_type().map_or("", |t| t.as_str());
                let why = format!(
                    "is {} here and {} in {}",
                    type_of(row),
                    type_of(first),
                    rows.place(first)
                );
                all.push(rows.finding(Sort::TwoTypes, row, row.id, why));
            }
            if std::ptr::eq(first, row)
                && let Some(why) = id_fault(rows.strings.text(row.id), row.kind)
            {
                all.push(rows.finding(Sort::BadId, row, row.id, why));
            }
            if row.label == Name::NO_LABEL {
                continue;
            }
            let first = *labels.entry((row.id, row.languages)).or_insert(row);
            if first.form != row.form && (first.file, first.line) != (row.file, row.line) {
                let why = format!(
                    "is called «{}» here and «{}» in {}",
                    rows.strings.text(row.name),
                    rows.strings.text(first.name),
                    rows.place(first)
                );
                all.push(rows.finding(Sort::TwoLabels, row, row.id, why));
            }
        }
    }

    /// What shows by the forms.
    fn forms(&self, all: &mut Vec<Finding>) {
        let rows = &self.rows;
        let mut order: Vec<&Row> = rows.rows.iter().collect();
        order.sort_unstable_by_key(|r| (r.form, r.file, r.line, r.name));
        for group in order.chunk_by(|a, b| a.form == b.form) {
            let Some(first) = group.first() else { continue };
            let name = rows.strings.text(first.name);
            let mut note = |sort, why| all.push(rows.finding(sort, first, first.name, why));
            let words = self.common.get(first.hash);
            let weak = group.iter().all(|r| r.weak);
            if !words.is_empty() && !weak {
                note(Sort::CommonWord, some(words.iter().map(String::as_str)));
            }
            if is_letter(name) {
                note(Sort::OneLetter, "a single letter".into());
            }
            if let Some((one, other)) = mixed_scripts(name) {
                note(
                    Sort::MixedScripts,
                    format!("{one:?} and {other:?} in one word"),
                );
            }
            let meanings: BTreeSet<(&str, Kind)> = group
                .iter()
                .map(|r| (rows.strings.text(r.id), r.kind))
                .collect();
            let below = self.below(first.hash, &meanings);
            if meanings.len() + below.len() > 1 && !weak {
                let own = meanings.iter().map(|(id, _)| (*id).to_owned());
                let known = below
                    .iter()
                    .map(|(id, label)| format!("{label} ({id}) of the embedded gazetteer"));
                let told: Vec<String> = own.chain(known).collect();
                let why = format!(
                    "{} meanings: {}",
                    told.len(),
                    some(told.iter().map(String::as_str))
                );
                note(Sort::Ambiguous, why);
            }
        }
    }

    /// Other things of the name in the embedded gazetteer: id and label.
    fn below(&self, hash: NodeHash, own: &BTreeSet<(&str, Kind)>) -> BTreeSet<(&str, &str)> {
        let layer: &Layer = &EMBEDDED;
        let mut found = BTreeSet::new();
        let first = layer.node(hash).and_then(crate::layer::Slot::record);
        for entry in first
            .into_iter()
            .flat_map(|f| Gazetteer::entries_from(layer, f))
        {
            let is_thing = entry.kind.name_type().is_some() && entry.kind != Kind::Demonym;
            if is_thing && own.iter().all(|(id, _)| *id != entry.id) {
                found.insert((entry.id, entry.label));
            }
        }
        found
    }
}

/// The first few of many.
fn some<'s>(all: impl ExactSizeIterator<Item = &'s str>) -> String {
    const SHOWN: usize = 4;
    let more = all.len().saturating_sub(SHOWN);
    let shown: Vec<&str> = all.take(SHOWN).collect();
    let shown = shown.join(", ");
    if more == 0 {
        shown
    } else {
        format!("{shown} and {more} more")
    }
}

/// A single letter. A character of Chinese is a word.
fn is_letter(name: &str) -> bool {
    let mut letters = name.chars().filter(|c| c.is_alphanumeric());
    let first = letters.next();
    letters.next().is_none() && !first.is_some_and(|c| script_of(c).unspaced())
}

/// Two scripts in one word, such as a Cyrillic «а» among Latin letters.
fn mixed_scripts(name: &str) -> Option<(Script, Script)> {
    name.split(|c: char| !c.is_alphanumeric()).find_map(|word| {
        let mut scripts = word
            .chars()
            .filter(|c| c.is_alphabetic())
            .map(script_of)
            .filter(|s| !s.unspaced() && *s != Script::Common);
        let first = scripts.next()?;
        scripts.find(|s| *s != first).map(|other| (first, other))
    })
}

/// Why an id cannot be right. Ids are as the user likes, but for those of known schemes.
fn id_fault(id: &str, kind: Kind) -> Option<String> {
    if id.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some("holds white space".into());
    }
    if id.contains(';') {
        return Some("holds «;», which stands between ids in the tables".into());
    }
    let item = id
        .strip_prefix('Q')
        .is_some_and(|d| d.starts_with(|c: char| c.is_ascii_digit()));
    let (scheme, example) = match id.split_once(':') {
        Some(("iso", _)) => ("ISO 3166", "iso:FR or iso:US-CA"),
        Some(("gn", _)) => ("GeoNames", "gn:2988507"),
        None if item => ("Wikidata", "Q458"),
        _ => return None,
    };
    (!valid_id(id, kind)).then(|| format!("is no id of {scheme}, such as {example}"))
}
