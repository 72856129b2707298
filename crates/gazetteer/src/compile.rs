//! From tables to the compiled form.

use crate::layer::{HEADER, MAGIC, SECTIONS, SEPARATOR, probes, spelling};
use crate::table::{self, Row};
use crate::{Error, Kind, kind::Flags};
use dateline_text::{fold_into, tokenize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// Name and contents of each table of a folder, in the order of their names.
///
/// # Errors
/// A file that cannot be read.
pub fn read_tables(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let failed = |path: &Path, source| Error::Read { file: path.display().to_string(), source };
    let mut tables = Vec::new();
    for file in std::fs::read_dir(folder).map_err(|e| failed(folder, e))? {
        let path = file.map_err(|e| failed(folder, e))?.path();
        if path.extension().is_some_and(|e| e == "tsv") {
            let text = std::fs::read_to_string(&path).map_err(|e| failed(&path, e))?;
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            tables.push((name, text));
        }
    }
    tables.sort();
    Ok(tables)
}

/// Compiles tables, given as name and contents, into the bytes of a gazetteer.
///
/// # Errors
/// The first line that breaks a rule of the tables.
pub fn compile_tables(tables: &[(String, String)]) -> Result<Vec<u8>, Error> {
    let mut rows = Vec::new();
    for (file, text) in tables {
        rows.append(&mut table::parse(file, text)?);
    }
    table::check(&rows)?;
    compile(&rows, &BTreeMap::new())
}

#[derive(Default)]
struct Strings {
    text: String,
    known: BTreeMap<String, u32>,
}

impl Strings {
    fn add(&mut self, s: &str) -> Result<(u32, u16), Error> {
        let length = u16::try_from(s.len()).map_err(|_| Error::TooLarge("a name"))?;
        if let Some(begin) = self.known.get(s) {
            return Ok((*begin, length));
        }
        let begin = u32::try_from(self.text.len()).map_err(|_| Error::TooLarge("its strings"))?;
        self.text.push_str(s);
        self.known.insert(s.into(), begin);
        Ok((begin, length))
    }
}

/// What the rows of an entity say together.
#[derive(Default)]
struct Facts<'r> {
    label: &'r str,
    wikidata: u32,
    country: &'r str,
    population: u64,
}

/// The name with bare capitals at the beginnings of words («Etats-Unis», «Ecosse»), as many papers
/// print it; `None` where that is the name itself.
fn bare_capitals(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut inside = false;
    for c in name.nfc() {
        let bare = std::iter::once(c).nfd().next().filter(|b| b.is_ascii_uppercase());
        out.push(if inside { c } else { bare.unwrap_or(c) });
        inside = c.is_alphanumeric();
    }
    (out != name).then_some(out)
}

fn weight(kind: Kind, population: u64) -> u8 {
    // A region or a body without a number ranks below large cities and above small ones.
    match kind {
        Kind::Country => 255,
        Kind::Area => 200,
        _ if population > 0 => ((population as f64).log2() * 8.0).round().min(250.0) as u8,
        k if k.is_evidence() => 0,
        Kind::Demonym => 0,
        _ => 150,
    }
}

/// `known` are the labels of entities of the layers below: one id has one label.
pub(crate) fn compile(rows: &[Row], known: &BTreeMap<&str, &str>) -> Result<Vec<u8>, Error> {
    // Evidence first, so that its few shared entities do not depend on the rest.
    let mut facts: BTreeMap<(&str, Kind), Facts> = BTreeMap::new();
    for row in rows {
        let f = facts.entry((&row.id, row.kind)).or_default();
        if row.kind.is_evidence() {
            continue;
        }
        if row.flags.label() || f.label.is_empty() {
            f.label = &row.name;
        }
        f.wikidata = f.wikidata.max(row.wikidata);
        f.population = f.population.max(row.population);
        if !row.country.is_empty() {
            f.country = &row.country;
        }
    }
    let labels: BTreeMap<&str, &str> =
        facts.iter().filter(|((_, k), _)| *k != Kind::Demonym).map(|((id, _), f)| (*id, f.label)).collect();

    let mut strings = Strings::default();
    let mut entities = Vec::new();
    let mut numbers: BTreeMap<(&str, Kind), (u32, u8)> = BTreeMap::new();
    for ((id, kind), f) in &facts {
        let label = match kind {
            Kind::Demonym => labels.get(id).copied().unwrap_or(f.label),
            _ => known.get(id).copied().unwrap_or(f.label),
        };
        let country = match id.strip_prefix("iso:") {
            Some(code) => code.get(..2).unwrap_or(""),
            None => f.country,
        };
        let w = weight(*kind, f.population);
        numbers.insert((id, *kind), (numbers.len() as u32, w));
        let (id, id_length) = strings.add(id)?;
        let (label, label_length) = strings.add(label)?;
        entities.extend_from_slice(&id.to_le_bytes());
        entities.extend_from_slice(&label.to_le_bytes());
        entities.extend_from_slice(&id_length.to_le_bytes());
        entities.extend_from_slice(&label_length.to_le_bytes());
        entities.extend_from_slice(&f.wikidata.to_le_bytes());
        entities.extend_from_slice(&[country.as_bytes(), &[0, 0]].concat()[..2]);
        entities.push(*kind as u8);
        entities.push(w);
    }

    // Form → (weight, largest first; entity; spelling) → flags and languages.
    type Meanings<'r> = BTreeMap<(u8, u32, u32), (u16, BTreeSet<&'r str>)>;
    let mut forms: BTreeMap<Vec<u8>, Meanings> = BTreeMap::new();
    let mut starts = BTreeSet::new();
    let mut strong: BTreeMap<(Vec<u8>, u32), &Row> = BTreeMap::new();
    let mut tokens = Vec::new();
    let spellings = rows.iter().flat_map(|row| {
        let bare = (!row.flags.acronym()).then(|| bare_capitals(&row.name)).flatten();
        [Some(Cow::Borrowed(row.name.as_str())), bare.map(Cow::Owned)].into_iter().flatten().map(move |n| (row, n))
    });
    for (row, name) in spellings {
        tokens.clear();
        tokenize(&name, &mut tokens);
        let Some(first) = tokens.first() else {
            return Err(row.error(format!("«{}» holds nothing that could be found", row.name)));
        };
        starts.insert(first.key);
        let mut form = Vec::new();
        for (n, token) in tokens.iter().enumerate() {
            if n > 0 {
                form.push(SEPARATOR);
            }
            fold_into(token.of(&name), &mut form);
        }
        let (number, weight) = numbers.get(&(row.id.as_str(), row.kind)).copied().unwrap_or_default();
        let exact = if row.flags.acronym() { spelling(tokens.iter().map(|t| t.of(&name))) } else { 0 };
        if row.by_hand && !row.kind.is_evidence() && row.kind != Kind::Demonym && !row.flags.weak() {
            let first = strong.entry((form.clone(), exact)).or_insert(row);
            if first.id != row.id {
                let other = format!("{} in {}, row {}", first.id, first.file, first.row);
                return Err(row.error(format!("«{}» is also {other}: all but one want the flag w", row.name)));
            }
        }
        let meanings = forms.entry(form).or_default();
        let (flags, languages) = meanings.entry((255 - weight, number, exact)).or_default();
        *flags |= row.flags.0 & !Flags::LABEL;
        languages.extend(row.languages.split(' '));
    }

    let mut sets: BTreeMap<String, u16> = BTreeMap::new();
    let mut set_bytes = Vec::new();
    let mut postings: Vec<u8> = Vec::new();
    let mut lists: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
    let mut automaton = fst::MapBuilder::memory();
    for (form, meanings) in &forms {
        let mut list = Vec::new();
        for (n, ((_, entity, exact), (flags, languages))) in meanings.iter().enumerate() {
            let tags = if languages.contains("") {
                String::new()
            } else {
                languages.iter().copied().collect::<Vec<_>>().join(" ")
            };
            let next = u16::try_from(sets.len()).map_err(|_| Error::TooLarge("its sets of languages"))?;
            let set = *sets.entry(tags.clone()).or_insert(next);
            if set == next {
                let (begin, length) = strings.add(&tags)?;
                set_bytes.extend_from_slice(&begin.to_le_bytes());
                set_bytes.extend_from_slice(&u32::from(length).to_le_bytes());
            }
            let last = if n + 1 == meanings.len() { Flags::LAST } else { 0 };
            list.extend_from_slice(&entity.to_le_bytes());
            list.extend_from_slice(&(flags | last).to_le_bytes());
            list.extend_from_slice(&set.to_le_bytes());
            list.extend_from_slice(&exact.to_le_bytes());
        }
        let number = (postings.len() / crate::layer::POSTING) as u64;
        let known = *lists.entry(list.clone()).or_insert(number);
        if known == number {
            postings.append(&mut list);
        }
        automaton.insert(form, known)?;
    }

    // Sixteen bits a key leave about one false answer in seventy.
    let length = (starts.len() * 16).next_power_of_two().max(64);
    let mut bits = vec![0u8; length / 8];
    for key in &starts {
        for p in probes(*key, length) {
            bits[p / 8] |= 1 << (p % 8);
        }
    }

    let automaton = automaton.into_inner()?;
    let sections: [&[u8]; SECTIONS] =
        [&bits, &automaton, &postings, &entities, &set_bytes, strings.text.as_bytes()];
    let mut header = MAGIC.to_vec();
    let mut body = Vec::new();
    for section in sections {
        body.resize(body.len().next_multiple_of(8), 0);
        let begin = HEADER + body.len();
        body.extend_from_slice(section);
        for at in [begin, HEADER + body.len()] {
            let at = u32::try_from(at).map_err(|_| Error::TooLarge("the file"))?;
            header.extend_from_slice(&at.to_le_bytes());
        }
    }
    header.append(&mut body);
    Ok(header)
}
