//! From tables to the compiled form.

use crate::layer::{
    ALIGNMENT, BUCKET, COUNTRY, HEADER, MAGIC, NodeHash, RECORD, Record, SECTIONS, SLOT, Slot,
    spelling,
};
use crate::table::{self, Row};
use crate::{Error, Kind, kind::Flags};
use dateline_text::{fold_into, tokenize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// Name and contents of each table of a folder, in the order of their names.
///
/// # Errors
/// A file that cannot be read.
pub fn read_tables(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let failed = |path: &Path, source| Error::Read {
        file: path.display().to_string(),
        source,
    };
    let mut tables = Vec::new();
    for file in std::fs::read_dir(folder).map_err(|e| failed(folder, e))? {
        let path = file.map_err(|e| failed(folder, e))?.path();
        if path.extension().is_some_and(|e| e == "tsv") {
            let text = std::fs::read_to_string(&path).map_err(|e| failed(&path, e))?;
            let name = path
                .file_name()
                .map(|n| n.to_string_lossy().into_owned())
                .unwrap_or_default();
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

/// Slots for two nodes: fewer make more of them leave their bucket, more make a table of which
/// caches hold less.
const SLOTS_FOR_TWO: usize = 3;
/// Bits of the filter for one node: three of a hundred sequences that are no node pass.
const FILTER_BITS: usize = 9;

/// Between two tokens of a form.
const SEPARATOR: u8 = b' ';

#[derive(Default)]
struct Strings {
    text: String,
    known: BTreeMap<String, u32>,
}

impl Strings {
    /// Where the string begins.
    fn add(&mut self, s: &str) -> Result<u32, Error> {
        if let Some(begin) = self.known.get(s) {
            return Ok(*begin);
        }
        let begin = u32::try_from(self.text.len()).map_err(|_| Error::TooLarge("its strings"))?;
        self.text.push_str(s);
        self.known.insert(s.into(), begin);
        Ok(begin)
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
        let bare = std::iter::once(c)
            .nfd()
            .next()
            .filter(|b| b.is_ascii_uppercase());
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
    let labels: BTreeMap<&str, &str> = facts
        .iter()
        .filter(|((_, k), _)| *k != Kind::Demonym)
        .map(|((id, _), f)| (*id, f.label))
        .collect();

    let mut strings = Strings::default();
    let country_of = |id: &str, f: &Facts| match id.strip_prefix("iso:") {
        Some(code) => code.get(..COUNTRY).unwrap_or("").to_owned(),
        None => f.country.to_owned(),
    };
    strings.text.push_str("  ");
    let mut countries: BTreeMap<String, u16> = BTreeMap::new();
    for ((id, _), f) in &facts {
        let next =
            u16::try_from(countries.len() + 1).map_err(|_| Error::TooLarge("its countries"))?;
        let country = country_of(id, f);
        if country.len() == COUNTRY && !countries.contains_key(&country) {
            strings.text.push_str(&country);
            countries.insert(country, next);
        }
    }
    // What the records of an entity share, in the order of the facts.
    let mut entities: Vec<Record> = Vec::new();
    let mut numbers: BTreeMap<(&str, Kind), usize> = BTreeMap::new();
    for ((id, kind), f) in &facts {
        let label = match kind {
            Kind::Demonym => labels.get(id).copied().unwrap_or(f.label),
            _ => known.get(id).copied().unwrap_or(f.label),
        };
        let length = |s: &str| u16::try_from(s.len()).map_err(|_| Error::TooLarge("a name"));
        numbers.insert((id, *kind), entities.len());
        entities.push(Record {
            strings: strings.add(&format!("{id}{label}"))?,
            wikidata: f.wikidata,
            exact: 0,
            id_length: length(id)?,
            label_length: length(label)?,
            country: countries.get(&country_of(id, f)).copied().unwrap_or(0),
            set: 0,
            flags: Flags::default(),
            kind: *kind as u8,
            weight: weight(*kind, f.population),
        });
    }

    let forms = forms(rows, &numbers, &entities)?;

    let mut sets: BTreeMap<String, u16> = BTreeMap::new();
    let mut set_bytes = Vec::new();
    let mut records: Vec<u8> = Vec::new();
    let mut lists: BTreeMap<Vec<Record>, u32> = BTreeMap::new();
    let mut nodes: BTreeMap<NodeHash, Node> = BTreeMap::new();
    for (text, form) in &forms {
        let mut list: Vec<Record> = Vec::new();
        let mut before = None;
        for ((_, number, exact), (flags, languages)) in &form.meanings {
            // Where an entity is meant in any case, a case of its own says nothing more.
            if before == Some((number, &0)) {
                continue;
            }
            before = Some((number, exact));
            let Some(entity) = entities.get(*number) else {
                continue;
            };
            let tags = if languages.contains("") {
                String::new()
            } else {
                languages.iter().copied().collect::<Vec<_>>().join(" ")
            };
            let next =
                u16::try_from(sets.len()).map_err(|_| Error::TooLarge("its sets of languages"))?;
            let set = *sets.entry(tags.clone()).or_insert(next);
            if set == next {
                set_bytes.extend_from_slice(&strings.add(&tags)?.to_le_bytes());
                set_bytes.extend_from_slice(&(tags.len() as u32).to_le_bytes());
            }
            list.push(Record {
                exact: *exact,
                set,
                flags: Flags(*flags),
                ..*entity
            });
        }
        if let Some(last) = list.last_mut() {
            last.flags.0 |= Flags::LAST;
        }
        let any_case = list.iter().any(|r| r.exact == 0);
        let number = records.len() / RECORD;
        if number + list.len() > Slot::MOST_RECORDS {
            return Err(Error::TooLarge("its meanings"));
        }
        let first = match lists.entry(list) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                new.key().iter().for_each(|r| r.write(&mut records));
                *new.insert(number as u32)
            }
        };

        let mut hash = NodeHash::ROOT;
        for (n, (key, end)) in form.tokens.iter().enumerate() {
            hash = hash.then(*key);
            let name = text.get(..*end).unwrap_or_default();
            let node = nodes.entry(hash).or_insert(Node {
                name,
                goes_on: false,
                ends: None,
            });
            if node.name != name {
                return Err(collision(node.name, name));
            }
            if n + 1 < form.tokens.len() {
                node.goes_on = true;
            } else {
                node.ends = Some((first, any_case));
            }
        }
    }

    let (filter, slots) = table_of(&nodes)?;
    let sections: [&[u8]; SECTIONS] = [
        &filter,
        &slots,
        &records,
        &set_bytes,
        strings.text.as_bytes(),
    ];
    let mut out = MAGIC.to_vec();
    let mut begin = HEADER;
    for section in sections {
        begin = begin.next_multiple_of(ALIGNMENT);
        for at in [begin, begin + section.len()] {
            let at = u32::try_from(at).map_err(|_| Error::TooLarge("the file"))?;
            out.extend_from_slice(&at.to_le_bytes());
        }
        begin += section.len();
    }
    for section in sections {
        out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
        out.extend_from_slice(section);
    }
    Ok(out)
}

/// Meanings of a form: (255 − weight, number of the entity, spelling) → flags and languages.
type Meanings<'r> = BTreeMap<(u8, usize, u32), (u16, BTreeSet<&'r str>)>;

/// What a sequence of folded tokens means.
#[derive(Default)]
struct Form<'r> {
    /// Key of each token, and where it ends in the folded text.
    tokens: Vec<(u64, usize)>,
    meanings: Meanings<'r>,
}

/// All spellings of all names, folded.
fn forms<'r>(
    rows: &'r [Row],
    numbers: &BTreeMap<(&str, Kind), usize>,
    entities: &[Record],
) -> Result<BTreeMap<Vec<u8>, Form<'r>>, Error> {
    let mut forms: BTreeMap<Vec<u8>, Form> = BTreeMap::new();
    let mut strong: BTreeMap<(Vec<u8>, u32), &Row> = BTreeMap::new();
    let mut tokens = Vec::new();
    let spellings = rows.iter().flat_map(|row| {
        let bare = (!row.flags.acronym())
            .then(|| bare_capitals(&row.name))
            .flatten();
        [Some(Cow::Borrowed(row.name.as_str())), bare.map(Cow::Owned)]
            .into_iter()
            .flatten()
            .map(move |n| (row, n))
    });
    for (row, name) in spellings {
        tokens.clear();
        tokenize(&name, &mut tokens);
        if tokens.is_empty() {
            return Err(row.error(format!("«{}» holds nothing that could be found", row.name)));
        }
        let mut text = Vec::new();
        let mut ends = Vec::with_capacity(tokens.len());
        for (n, token) in tokens.iter().enumerate() {
            if n > 0 {
                text.push(SEPARATOR);
            }
            fold_into(token.of(&name), &mut text);
            ends.push((token.key, text.len()));
        }
        let exact = if row.flags.acronym() {
            spelling(tokens.iter().map(|t| t.of(&name)))
        } else {
            0
        };
        if row.by_hand && !row.kind.is_evidence() && row.kind != Kind::Demonym && !row.flags.weak()
        {
            let first = strong.entry((text.clone(), exact)).or_insert(row);
            if first.id != row.id {
                let other = format!("{} in {}, row {}", first.id, first.file, first.row);
                return Err(row.error(format!(
                    "«{}» is also {other}: all but one want the flag w",
                    row.name
                )));
            }
        }
        let Some(number) = numbers.get(&(row.id.as_str(), row.kind)).copied() else {
            continue;
        };
        let Some(entity) = entities.get(number) else {
            continue;
        };
        let form = forms.entry(text).or_insert_with(|| Form {
            tokens: ends,
            ..Form::default()
        });
        let (flags, languages) = form
            .meanings
            .entry((255 - entity.weight, number, exact))
            .or_default();
        *flags |= row.flags.0 & !Flags::LABEL;
        languages.extend(row.languages.split(' '));
    }
    Ok(forms)
}

/// A sequence of tokens with which names begin, or that is one.
struct Node<'f> {
    /// Its folded text.
    name: &'f [u8],
    /// Whether longer names begin with it.
    goes_on: bool,
    /// Where a name ends here: its first record, and whether some meaning fits any case.
    ends: Option<(u32, bool)>,
}

fn collision(one: &[u8], other: &[u8]) -> Error {
    let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    Error::Collision(text(one), text(other))
}

/// Filter and slots of the nodes.
fn table_of(nodes: &BTreeMap<NodeHash, Node>) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let mut filter = vec![0u64; (nodes.len() * FILTER_BITS).div_ceil(64).max(1)];
    let in_bucket = BUCKET / SLOT;
    let buckets = (nodes.len() * SLOTS_FOR_TWO / 2).div_ceil(in_bucket).max(1);
    let mut slots: Vec<Option<(Slot, &[u8])>> = vec![None; buckets * in_bucket];
    for (hash, node) in nodes {
        let place = hash.place(filter.len());
        if let Some(word) = filter.get_mut(place) {
            *word |= hash.filter_bits();
        }
        let slot = Slot::new(
            *hash,
            node.goes_on,
            node.ends.is_some_and(|e| e.1),
            node.ends.map(|e| e.0),
        );
        // Whoever looks for a node reads all slots from the first of its bucket: none before its
        // own may have its tag.
        let (before, from) = slots.split_at_mut(hash.place(buckets) * in_bucket);
        for place in from.iter_mut().chain(before) {
            match place {
                None => {
                    *place = Some((slot, node.name));
                    break;
                }
                Some((other, name)) if other.tag() == slot.tag() => {
                    return Err(collision(name, node.name));
                }
                Some(_) => {}
            }
        }
    }
    let empty = [0; SLOT];
    let slots = slots
        .iter()
        .flat_map(|s| s.map_or(empty, |(slot, _)| slot.to_bytes()))
        .collect();
    Ok((filter.iter().flat_map(|w| w.to_le_bytes()).collect(), slots))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(hashes: &[u64]) -> Result<(Vec<u8>, Vec<u8>), Error> {
        let node = || Node {
            name: b"a name",
            goes_on: true,
            ends: None,
        };
        table_of(&hashes.iter().map(|h| (NodeHash(*h), node())).collect())
    }

    #[test]
    fn names_that_could_be_taken_for_each_other_are_refused() {
        // One tag, and the same bucket, since there is only one.
        assert!(matches!(
            table(&[7, 7 | 1 << 63]),
            Err(Error::Collision(..))
        ));
        assert!(table(&[7, 8 | 1 << 63]).is_ok());
        // One tag at both ends of a table of many buckets.
        let many = |last: u64| {
            table(
                &(1..100)
                    .map(|n| n << 57 | n)
                    .chain([1 << 40 | last])
                    .collect::<Vec<_>>(),
            )
        };
        assert!(many(99).is_ok());
        // Of nine in one bucket the last runs over to the next, past all the others.
        let full: Vec<u64> = (1..=8).map(|n| n | 1 << 40).collect();
        let high: Vec<u64> = (1..=8).map(|n| (n + 20) | 1 << 63).collect();
        assert!(table(&[full.clone(), high.clone(), vec![9]].concat()).is_ok());
        assert!(matches!(
            table(&[full, high, vec![8 | 2 << 40]].concat()),
            Err(Error::Collision(..))
        ));
    }
}
