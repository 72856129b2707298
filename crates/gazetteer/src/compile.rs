//! From names to the compiled form. The tables of the project, a user's lists read by a run, and
//! `dateline gazetteer build` all come this way.

use crate::layer::{
    ALIGNMENT, BUCKET, COUNTRY, FARTHEST, HEADER, Layer, MAGIC, NodeHash, RECORD, Record, SECTIONS,
    SLOT, Slot, checksum, spelling,
};
use crate::pool::Pool;
use crate::table::{self, Row};
use crate::{Error, Kind, kind::Flags};
use dateline_text::{Token, fold_into, tokenize};
use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher;
use std::io::{self, Write};
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
    let mut about = String::new();
    for (file, text) in tables {
        let before = rows.len();
        rows.append(&mut table::parse(file, text)?);
        let names = rows.len() - before;
        about.push_str(&format!("{file}\t{}\t{names}\n", table::origin(text)));
    }
    table::check(&rows)?;
    let mut names = Names::default();
    let mut strong: BTreeMap<Spelling, &Row> = BTreeMap::new();
    for row in &rows {
        let spellings = names.add(&row.name()).map_err(|m| row.error(m))?;
        let entity = !row.kind.is_evidence() && row.kind != Kind::Demonym;
        if !row.by_hand || !entity || row.flags.weak() {
            continue;
        }
        for spelling in spellings.into_iter().flatten() {
            let first = strong.entry(spelling).or_insert(row);
            if first.id != row.id {
                let other = format!("{} in {}, row {}", first.id, first.file, first.row);
                return Err(row.error(format!(
                    "«{}» is also {other}: all but one want the flag w",
                    row.name
                )));
            }
        }
    }
    names.compile(&[], &CommonWords::default(), &about)?.bytes()
}

/// Slots for two nodes: fewer make more of them leave their bucket, more make a table of which
/// caches hold less.
const SLOTS_FOR_TWO: usize = 3;
/// Bits of the filter for one node: three of a hundred sequences that are no node pass.
const FILTER_BITS: usize = 9;
/// Sizes of the table that are tried before names count as inseparable.
const SIZES: usize = 16;
/// Whoever reads texts counts the tokens of a name in a byte.
const MOST_TOKENS: usize = 255;
/// No name and no id is longer, in bytes; what is, is a row gone wrong.
const MOST_BYTES: usize = 1000;

/// Between two tokens of a form.
const SEPARATOR: u8 = b' ';

/// One name of one entity, as a list has it.
pub(crate) struct Name<'a> {
    pub id: &'a str,
    pub kind: Kind,
    /// Tags separated by spaces; empty for any language.
    pub languages: &'a str,
    /// Empty where a list only says something of the entity.
    pub name: &'a str,
    pub flags: Flags,
    /// How far it is from being the label of its entity: the smallest is, of several the one
    /// that sorts first, so that the order of the lists does not matter. [`Name::NO_LABEL`]: only
    /// where nothing else is there.
    pub label: u32,
    /// ISO 3166-1 code or empty.
    pub country: &'a str,
    pub wikidata: u32,
    /// Inhabitants, or what else tells the size among namesakes; 0 where not known.
    pub population: u64,
}

impl Name<'_> {
    pub const NO_LABEL: u32 = u32::MAX;

    /// Whether the row has gone wrong, by its length.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> Result<(), String> {
        if self.name.len() > MOST_BYTES || self.id.len() > MOST_BYTES {
            return Err(format!("longer than {MOST_BYTES} bytes"));
        }
        Ok(())
    }
}

/// Takes a name apart: its tokens, and its form, which is these folded with [`SEPARATOR`] between them; or why it
/// cannot be a name.
pub(crate) fn fold(name: &str, tokens: &mut Vec<Token>, form: &mut Vec<u8>) -> Result<(), String> {
    tokens.clear();
    tokenize(name, tokens);
    if tokens.is_empty() {
        return Err(format!("«{name}» holds nothing that could be found"));
    }
    if tokens.len() > MOST_TOKENS {
        return Err(format!("a name of more than {MOST_TOKENS} words and marks"));
    }
    form.clear();
    for (n, token) in tokens.iter().enumerate() {
        if n > 0 {
            form.push(SEPARATOR);
        }
        fold_into(token.of(name), form);
    }
    Ok(())
}

/// A form and the only case in which it is a name (0 for any).
type Spelling = (u32, u32);

/// What the names of an entity say together.
struct Entity {
    id: u32,
    kind: Kind,
    label: (u32, u32),
    country: u32,
    wikidata: u32,
    population: u64,
    /// Of an entity that a layer below has: as it is there.
    weight: Option<u8>,
}

/// A form that means an entity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Meaning {
    form: u32,
    /// 255 − weight: the largest comes first.
    lightness: u8,
    entity: u32,
    exact: u32,
    flags: u16,
    languages: u32,
}

/// Not from a table: this meaning is that of a layer below.
const BELOW: u16 = 1 << 13;

/// Names that are gathered for a layer.
#[derive(Default)]
pub(crate) struct Names {
    strings: Pool,
    /// Folded tokens with [`SEPARATOR`] between them, and the keys of the tokens.
    forms: Pool,
    keys: Vec<u64>,
    key_ends: Vec<u32>,
    entities: Vec<Entity>,
    numbers: FxHashMap<(u32, Kind), u32>,
    meanings: Vec<Meaning>,
    tokens: Vec<Token>,
    folded: Vec<u8>,
}

/// The name with bare capitals at the beginnings of words («Etats-Unis», «Ecosse»), as many papers
/// print it; `None` where that is the name itself.
fn bare_capitals(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
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
        _ if population > 0 => ((population as f64).log2() * 8.0).round().min(250.0) as u8,
        Kind::Area => 200,
        k if k.is_evidence() => 0,
        Kind::Demonym => 0,
        _ => 150,
    }
}

impl Names {
    /// Adds a name; its spellings, or why it cannot be one.
    pub fn add(&mut self, name: &Name<'_>) -> Result<[Option<Spelling>; 2], String> {
        name.check()?;
        let bare = (!name.flags.acronym())
            .then(|| bare_capitals(name.name))
            .flatten();
        let full = |e: Error| e.to_string();
        if name.name.is_empty() {
            return self.entity(name).map(|_| [None; 2]).map_err(full);
        }
        let own = self.form(name.name, name.flags)?;
        let entity = self.entity(name).map_err(full)?;
        let bare = match bare {
            Some(bare) => Some(self.form(&bare, name.flags)?),
            None => None,
        };
        let languages = self.strings.add(name.languages.as_bytes()).map_err(full)?;
        for (form, exact) in [Some(own), bare].into_iter().flatten() {
            self.meanings.push(Meaning {
                form,
                lightness: 0,
                entity,
                exact,
                flags: name.flags.0 & !Flags::LABEL,
                languages,
            });
        }
        Ok([Some(own), bare])
    }

    /// The form of a name, and its only case.
    fn form(&mut self, name: &str, flags: Flags) -> Result<Spelling, String> {
        fold(name, &mut self.tokens, &mut self.folded)?;
        let known = self.forms.len();
        let form = self.forms.add(&self.folded).map_err(|e| e.to_string())?;
        if self.forms.len() > known {
            self.keys.extend(self.tokens.iter().map(|t| t.key));
            let end = u32::try_from(self.keys.len());
            self.key_ends
                .push(end.map_err(|_| Error::TooLarge("its words").to_string())?);
        }
        let exact = if flags.acronym() {
            spelling(self.tokens.iter().map(|t| t.of(name)))
        } else {
            0
        };
        Ok((form, exact))
    }

    /// The number of an entity, which is kept as it is given where its id and kind are new.
    fn number(&mut self, entity: Entity) -> u32 {
        let next = self.entities.len() as u32;
        let number = *self.numbers.entry((entity.id, entity.kind)).or_insert(next);
        if number == next {
            self.entities.push(entity);
        }
        number
    }

    fn entity(&mut self, name: &Name<'_>) -> Result<u32, Error> {
        let id = self.strings.add(name.id.as_bytes())?;
        let evidence = name.kind.is_evidence();
        let label = self
            .strings
            .add(if evidence { "" } else { name.name }.as_bytes())?;
        let country = self.strings.add(name.country.as_bytes())?;
        let number = self.number(Entity {
            id,
            kind: name.kind,
            label: (name.label, label),
            country,
            wikidata: 0,
            population: 0,
            weight: None,
        });
        let Some(entity) = self.entities.get_mut(number as usize) else {
            return Ok(number);
        };
        let strings = &self.strings;
        let sorted = |(rank, label): (u32, u32)| (rank, strings.get(label));
        if sorted((name.label, label)) < sorted(entity.label) {
            entity.label = (name.label, label);
        }
        if !evidence {
            entity.wikidata = entity.wikidata.max(name.wikidata);
            entity.population = entity.population.max(name.population);
        }
        let (known, told) = (strings.get(entity.country), strings.get(country));
        if known.is_empty() || !told.is_empty() && told < known {
            entity.country = country;
        }
        Ok(number)
    }

    fn keys(&self, form: u32) -> &[u64] {
        let end = |n: u32| self.key_ends.get(n as usize).map(|e| *e as usize);
        let begin = form.checked_sub(1).and_then(end).unwrap_or(0);
        end(form)
            .and_then(|end| self.keys.get(begin..end))
            .unwrap_or_default()
    }

    /// Adds what a layer below knows by the names that do not hide it; see [`Flags::OWN`].
    fn add_below(&mut self, layer: &Layer) -> Result<(), Error> {
        let mut forms: Vec<u32> = self
            .meanings
            .iter()
            .filter(|m| m.flags & Flags::OWN == 0)
            .map(|m| m.form)
            .collect();
        forms.sort_unstable();
        forms.dedup();
        for form in forms {
            let hash = NodeHash::of(self.keys(form));
            let Some(first) = layer.node(hash).and_then(Slot::record) else {
                continue;
            };
            for bytes in layer.records(first) {
                let record = Record::from_bytes(bytes);
                if let Some(entry) = layer.entry(&record) {
                    let id = self.strings.add(entry.id.as_bytes())?;
                    let label = self.strings.add(entry.label.as_bytes())?;
                    let country = self.strings.add(entry.country.as_bytes())?;
                    let entity = self.number(Entity {
                        id,
                        kind: entry.kind,
                        label: (0, label),
                        country,
                        wikidata: entry.wikidata.unwrap_or(0),
                        population: 0,
                        weight: None,
                    });
                    if let Some(e) = self.entities.get_mut(entity as usize) {
                        e.weight = Some(entry.weight);
                    }
                    self.meanings.push(Meaning {
                        form,
                        lightness: 0,
                        entity,
                        exact: record.exact,
                        flags: entry.flags.0 | BELOW,
                        languages: self.strings.add(entry.languages.as_bytes())?,
                    });
                }
                if record.is_last() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The compiled form. `below` are the layers over which this one will lie, topmost first: an
    /// entity that they have keeps its label. `about` tells where the names come from.
    pub fn compile(
        mut self,
        below: &[&Layer],
        common: &CommonWords,
        about: &str,
    ) -> Result<Compiled, Error> {
        for layer in below {
            self.add_below(layer)?;
        }
        let mut known: FxHashMap<u32, &str> = FxHashMap::default();
        for (id, label) in below.iter().rev().flat_map(|layer| layer.labels()) {
            if let Some(id) = self.strings.find(id.as_bytes()) {
                known.insert(id, label);
            }
        }
        let mut strings = Strings::default();
        strings.text.extend_from_slice(b"  ");
        let (entities, numbers) = self.number_entities(&known, &mut strings)?;
        for meaning in &mut self.meanings {
            meaning.entity = numbers.get(meaning.entity as usize).copied().unwrap_or(0);
            meaning.lightness = entities
                .get(meaning.entity as usize)
                .map_or(0, |e| 255 - e.weight);
        }
        let ranks = self.forms.ranks();
        let mut forms = vec![0; ranks.len()];
        for (form, rank) in ranks.iter().enumerate() {
            if let Some(place) = forms.get_mut(*rank as usize) {
                *place = form as u32;
            }
        }
        for meaning in &mut self.meanings {
            meaning.form = ranks.get(meaning.form as usize).copied().unwrap_or(0);
        }
        drop(ranks);
        self.meanings.sort_unstable();
        self.weaken(&forms, &entities, common);
        let sets = self.unite()?;
        let mut set_bytes = Vec::new();
        let set_numbers = self.number_sets(&sets, &mut strings, &mut set_bytes)?;

        let mut records: Vec<u8> = Vec::new();
        let mut lists: HashTable<u32> = HashTable::new();
        let mut nodes: Vec<Node> = Vec::new();
        let mut path: Vec<(u64, usize)> = Vec::new();
        let mut list: Vec<Record> = Vec::new();
        let mut bytes: Vec<u8> = Vec::new();
        for meanings in self.meanings.chunk_by(|a, b| a.form == b.form) {
            list.clear();
            let mut before = None;
            for m in meanings {
                // Where an entity is meant in any case, a case of its own says nothing more.
                if before == Some((m.entity, 0)) {
                    continue;
                }
                before = Some((m.entity, m.exact));
                let Some(entity) = entities.get(m.entity as usize) else {
                    continue;
                };
                list.push(Record {
                    exact: m.exact,
                    set: set_numbers.get(m.languages as usize).copied().unwrap_or(0),
                    flags: Flags(m.flags),
                    ..*entity
                });
            }
            if let Some(last) = list.last_mut() {
                last.flags.0 |= Flags::LAST;
            }
            let any_case = list.iter().any(|r| r.exact == 0);
            bytes.clear();
            list.iter().for_each(|r| r.write(&mut bytes));
            let first = add_list(&mut lists, &mut records, &bytes)?;

            let Some(form) = meanings.first().and_then(|m| forms.get(m.form as usize)) else {
                continue;
            };
            let keys = self.keys(*form);
            let shared = path.iter().zip(keys).take_while(|(p, k)| p.0 == **k);
            let shared = shared.count();
            path.truncate(shared);
            if let Some((_, node)) = path.last()
                && let Some(node) = nodes.get_mut(*node)
            {
                node.goes_on |= shared < keys.len();
            }
            let mut hash = NodeHash::of(keys.get(..shared).unwrap_or_default());
            for (n, key) in keys.iter().enumerate().skip(shared) {
                hash = hash.then(*key);
                path.push((*key, nodes.len()));
                nodes.push(Node {
                    hash,
                    form: *form,
                    tokens: n as u8 + 1,
                    goes_on: n + 1 < keys.len(),
                    any_case: false,
                    first: None,
                });
            }
            if let Some((_, node)) = path.last()
                && let Some(node) = nodes.get_mut(*node)
            {
                node.any_case = any_case;
                node.first = Some(first);
            }
        }
        drop(lists);
        self.meanings = Vec::new();
        let nodes = self.unite_nodes(nodes)?;
        let (filter, slots) = table_of(&nodes)
            .map_err(|(a, b)| Error::Collision(self.name_of(a), self.name_of(b)))?;
        Ok(Compiled {
            sections: [
                filter,
                slots,
                records,
                set_bytes,
                strings.text,
                about.as_bytes().to_vec(),
            ],
        })
    }

    /// What the records of each entity share, in the order of ids and kinds, and for each entity its
    /// place there.
    fn number_entities(
        &self,
        known: &FxHashMap<u32, &str>,
        strings: &mut Strings,
    ) -> Result<(Vec<Record>, Vec<u32>), Error> {
        let mut order: Vec<u32> = (0..self.entities.len() as u32).collect();
        let sorted = |n: &u32| {
            let entity = self.entities.get(*n as usize);
            entity.map(|e| (self.strings.get(e.id), e.kind))
        };
        order.sort_unstable_by(|a, b| sorted(a).cmp(&sorted(b)));
        let ordered = || {
            let entity = |n: &u32| self.entities.get(*n as usize);
            order.iter().filter_map(entity)
        };
        let mut countries: FxHashMap<&[u8], u16> = FxHashMap::default();
        // The label of a demonym is that of its place.
        let mut of_demonyms: FxHashMap<u32, u32> = ordered()
            .filter(|e| e.kind == Kind::Demonym)
            .map(|e| (e.id, e.label.1))
            .collect();
        for entity in ordered() {
            let next =
                u16::try_from(countries.len() + 1).map_err(|_| Error::TooLarge("its countries"))?;
            let country = self.country(entity);
            if country.len() == COUNTRY && !countries.contains_key(country) {
                strings.text.extend_from_slice(country);
                countries.insert(country, next);
            }
            if entity.kind != Kind::Demonym
                && let Some(label) = of_demonyms.get_mut(&entity.id)
            {
                *label = entity.label.1;
            }
        }
        let mut records = Vec::with_capacity(self.entities.len());
        let mut numbers = vec![0; self.entities.len()];
        let mut both = Vec::new();
        for (at, number) in order.iter().enumerate() {
            let Some(entity) = self.entities.get(*number as usize) else {
                continue;
            };
            if let Some(place) = numbers.get_mut(*number as usize) {
                *place = at as u32;
            }
            let own = match entity.kind {
                Kind::Demonym => of_demonyms.get(&entity.id).copied(),
                _ => None,
            };
            let id = self.strings.get(entity.id);
            let label = match known.get(&entity.id) {
                Some(known) => known.as_bytes(),
                None => self.strings.get(own.unwrap_or(entity.label.1)),
            };
            both.clear();
            both.extend_from_slice(id);
            both.extend_from_slice(label);
            let length = |s: &[u8]| u16::try_from(s.len()).map_err(|_| Error::TooLarge("a name"));
            records.push(Record {
                strings: strings.add(&both)?,
                wikidata: entity.wikidata,
                exact: 0,
                id_length: length(id)?,
                label_length: length(label)?,
                country: countries.get(self.country(entity)).copied().unwrap_or(0),
                set: 0,
                flags: Flags::default(),
                kind: entity.kind as u8,
                weight: entity
                    .weight
                    .unwrap_or_else(|| weight(entity.kind, entity.population)),
            });
        }
        Ok((records, numbers))
    }

    fn country(&self, entity: &Entity) -> &[u8] {
        match self.strings.get(entity.id).strip_prefix(b"iso:") {
            Some(code) => code.get(..COUNTRY).unwrap_or_default(),
            None => self.strings.get(entity.country),
        }
    }

    /// Marks as weak what a dump calls by a common word, a given name, a surname, or another
    /// thing's weak name, unless the layers below have it as a strong name of the same entity. A
    /// user's own lists mean what they say.
    fn weaken(&mut self, forms: &[u32], entities: &[Record], common: &CommonWords) {
        let mut meanings = std::mem::take(&mut self.meanings);
        for group in meanings.chunk_by_mut(|a, b| a.form == b.form) {
            let form = group.first().and_then(|m| forms.get(m.form as usize));
            let Some([key]) = form.map(|f| self.keys(*f)) else {
                continue;
            };
            let kind = |m: &Meaning| entities.get(m.entity as usize).map(|e| e.kind);
            let speaks_against = |m: &Meaning| {
                let evidence = Kind::ALL
                    .get(usize::from(kind(m).unwrap_or(0)))
                    .is_some_and(|k| k.is_evidence() || *k == Kind::Demonym);
                m.flags & BELOW != 0 && (evidence || m.flags & Flags::WEAK != 0)
            };
            let strong: Vec<u32> = group
                .iter()
                .filter(|m| m.flags & BELOW != 0 && m.flags & Flags::WEAK == 0)
                .map(|m| m.entity)
                .collect();
            if common.has(NodeHash::of(&[*key])) || group.iter().any(speaks_against) {
                for m in group.iter_mut() {
                    if m.flags & (Flags::OWN | BELOW) == 0 && !strong.contains(&m.entity) {
                        m.flags |= Flags::WEAK;
                    }
                }
            }
        }
        self.meanings = meanings;
    }

    /// Makes one of the meanings that differ in flags and languages only; their lists of languages.
    fn unite(&mut self) -> Result<Pool, Error> {
        let mut sets = Pool::default();
        let mut of_one: FxHashMap<u32, u32> = FxHashMap::default();
        let mut meanings = std::mem::take(&mut self.meanings);
        let key = |m: &Meaning| (m.form, m.entity, m.exact);
        let flags_of = |group: &[Meaning]| group.iter().fold(0, |flags, m| flags | m.flags);
        let (mut from, mut to) = (0, 0);
        while let Some(first) = meanings.get(from).copied() {
            let rest = meanings.get(from..).unwrap_or_default();
            let count = rest.iter().take_while(|m| key(m) == key(&first)).count();
            let group = rest.get(..count).unwrap_or_default();
            let same = group.iter().all(|m| m.languages == first.languages);
            let known = of_one.get(&first.languages).copied().filter(|_| same);
            let languages = match known {
                Some(set) => set,
                None => {
                    let tags = group.iter().map(|m| self.strings.text(m.languages));
                    let tags: BTreeSet<&str> = tags.flat_map(|t| t.split(' ')).collect();
                    let set = if tags.contains("") {
                        String::new()
                    } else {
                        tags.into_iter().collect::<Vec<_>>().join(" ")
                    };
                    let set = sets.add(set.as_bytes())?;
                    if same {
                        of_one.insert(first.languages, set);
                    }
                    set
                }
            };
            // A user's own list knows best whether the name is weak, then the layers below.
            let best = [Flags::OWN, BELOW]
                .into_iter()
                .find(|b| flags_of(group) & b != 0);
            let weak = group
                .iter()
                .filter(|m| best.is_none_or(|b| m.flags & b != 0))
                .any(|m| m.flags & Flags::WEAK != 0);
            let flags =
                flags_of(group) & !(BELOW | Flags::WEAK) | if weak { Flags::WEAK } else { 0 };
            if let Some(place) = meanings.get_mut(to) {
                *place = Meaning {
                    flags,
                    languages,
                    ..first
                };
            }
            to += 1;
            from += count.max(1);
        }
        meanings.truncate(to);
        self.meanings = meanings;
        Ok(sets)
    }

    /// The number of each list of languages. Records have room for 65,535: where there are more, the
    /// rarest count as any language.
    fn number_sets(
        &self,
        sets: &Pool,
        strings: &mut Strings,
        bytes: &mut Vec<u8>,
    ) -> Result<Vec<u16>, Error> {
        let mut counts = vec![0u32; sets.len()];
        let mut order = Vec::new();
        for meaning in &self.meanings {
            if let Some(count) = counts.get_mut(meaning.languages as usize) {
                if *count == 0 {
                    order.push(meaning.languages);
                }
                *count = count.saturating_add(1);
            }
        }
        const ROOM: usize = u16::MAX as usize;
        let mut any = None;
        if order.len() > ROOM {
            order.sort_unstable_by_key(|set| {
                let count = counts.get(*set as usize).copied().unwrap_or(0);
                (std::cmp::Reverse(count), sets.get(*set))
            });
            order.truncate(ROOM - 1);
            any = Some(ROOM as u16 - 1);
        }
        let mut numbers = vec![any.unwrap_or(0); sets.len()];
        let texts = order.iter().map(|set| sets.get(*set));
        for text in texts.chain(any.map(|_| b"".as_slice())) {
            bytes.extend_from_slice(&strings.add(text)?.to_le_bytes());
            bytes.extend_from_slice(&(text.len() as u32).to_le_bytes());
        }
        for (number, set) in order.iter().enumerate() {
            if let Some(place) = numbers.get_mut(*set as usize) {
                *place = number as u16;
            }
        }
        Ok(numbers)
    }

    /// The folded text of a node.
    fn text_of(&self, node: &Node) -> &[u8] {
        let text = self.forms.get(node.form);
        let separators = text.iter().enumerate().filter(|(_, b)| **b == SEPARATOR);
        let end = separators
            .map(|(at, _)| at)
            .nth(usize::from(node.tokens).saturating_sub(1));
        text.get(..end.unwrap_or(text.len())).unwrap_or_default()
    }

    fn name_of(&self, node: &Node) -> String {
        String::from_utf8_lossy(self.text_of(node)).into_owned()
    }

    /// In the order of their hashes, each once.
    fn unite_nodes(&self, mut nodes: Vec<Node>) -> Result<Vec<Node>, Error> {
        nodes.sort_unstable_by_key(|n| (n.hash, n.form));
        let mut collision = None;
        nodes.dedup_by(|next, kept| {
            if next.hash != kept.hash {
                return false;
            }
            if self.text_of(next) != self.text_of(kept) {
                collision = Some(Error::Collision(self.name_of(kept), self.name_of(next)));
                return false;
            }
            kept.goes_on |= next.goes_on;
            if kept.first.is_none() {
                kept.first = next.first;
                kept.any_case = next.any_case;
            }
            true
        });
        match collision {
            Some(error) => Err(error),
            None => Ok(nodes),
        }
    }
}

/// The strings of a layer: where each begins.
#[derive(Default)]
struct Strings {
    text: Vec<u8>,
    known: HashTable<(u32, u32)>,
}

impl Strings {
    fn add(&mut self, s: &[u8]) -> Result<u32, Error> {
        let Self { text, known } = self;
        let hash = |s: &[u8]| FxBuildHasher.hash_one(s);
        let at = |(begin, length): (u32, u32)| {
            let begin = begin as usize;
            text.get(begin..begin + length as usize).unwrap_or_default()
        };
        if let Some((begin, _)) = known.find(hash(s), |p| at(*p) == s) {
            return Ok(*begin);
        }
        let begin = u32::try_from(text.len()).map_err(|_| Error::TooLarge("its strings"))?;
        known.insert_unique(hash(s), (begin, s.len() as u32), |p| hash(at(*p)));
        text.extend_from_slice(s);
        Ok(begin)
    }
}

/// The first record of a list of meanings; equal lists stand there once.
fn add_list(lists: &mut HashTable<u32>, records: &mut Vec<u8>, list: &[u8]) -> Result<u32, Error> {
    // A list is known by its first record and its length, which the last record's mark tells.
    let hash = |list: &[u8]| FxBuildHasher.hash_one(list);
    let begins = |records: &[u8], first: u32, length: usize| {
        let begin = first as usize * RECORD;
        records.get(begin..begin + length).map(|r| r == list)
    };
    let known = lists.find(hash(list), |first| {
        begins(records, *first, list.len()) == Some(true)
    });
    if let Some(first) = known {
        return Ok(*first);
    }
    let first = records.len() / RECORD;
    if first + list.len() / RECORD > Slot::MOST_RECORDS {
        return Err(Error::TooLarge("its meanings"));
    }
    records.extend_from_slice(list);
    let all = &*records;
    lists.insert_unique(hash(list), first as u32, |first| hash(list_at(all, *first)));
    Ok(first as u32)
}

fn list_at(records: &[u8], first: u32) -> &[u8] {
    let rest = records.get(first as usize * RECORD..).unwrap_or_default();
    let last = |r: &[u8; RECORD]| Record::from_bytes(r).is_last();
    let count = rest.as_chunks().0.iter().position(last);
    rest.get(..(count.unwrap_or(0) + 1) * RECORD)
        .unwrap_or_default()
}

/// A sequence of tokens with which names begin, or that is one.
#[derive(Clone, Copy)]
struct Node {
    hash: NodeHash,
    /// A form that begins with it, and with how many of its tokens.
    form: u32,
    tokens: u8,
    /// Whether longer names begin with it.
    goes_on: bool,
    /// Where a name ends here: whether some meaning fits any case, and its first record.
    any_case: bool,
    first: Option<u32>,
}

/// Two nodes with one tag that fall together in a table.
type Inseparable<'n> = (&'n Node, &'n Node);

/// Filter and slots of the nodes, which come in the order of their hashes; or two nodes that no
/// size of the table keeps apart.
fn table_of(nodes: &[Node]) -> Result<(Vec<u8>, Vec<u8>), Inseparable<'_>> {
    let mut filter = vec![0u64; (nodes.len() * FILTER_BITS).div_ceil(64).max(1)];
    for node in nodes {
        let place = node.hash.place(filter.len());
        if let Some(word) = filter.get_mut(place) {
            *word |= node.hash.filter_bits();
        }
    }
    let filter = filter.iter().flat_map(|w| w.to_le_bytes()).collect();
    let in_bucket = BUCKET / SLOT;
    let buckets = (nodes.len() * SLOTS_FOR_TWO / 2).div_ceil(in_bucket).max(1);
    // Nodes with one tag are told apart by their buckets. Among five million names two fall together
    // once in a few thousand tables; in a table of another size they do not.
    let mut slots = slots_of(nodes, buckets);
    for n in 1..SIZES {
        if slots.is_ok() {
            break;
        }
        slots = slots_of(nodes, buckets + n + buckets * n / SIZES);
    }
    let slots = slots?;
    Ok((filter, slots.iter().flat_map(|s| s.to_bytes()).collect()))
}

fn slots_of(nodes: &[Node], buckets: usize) -> Result<Vec<Slot>, Inseparable<'_>> {
    let in_bucket = BUCKET / SLOT;
    let mut slots = vec![Slot::EMPTY; buckets * in_bucket];
    for node in nodes {
        let slot = Slot::new(node.hash, node.goes_on, node.any_case, node.first);
        // Whoever looks for a node reads all slots from the first of its bucket: none before its
        // own may have its tag.
        let (before, from) = slots.split_at_mut(node.hash.place(buckets) * in_bucket);
        let places = from.iter_mut().chain(before).take(FARTHEST * in_bucket);
        let mut placed = false;
        for place in places {
            if place.is_empty() {
                *place = slot;
                placed = true;
                break;
            }
            if place.tag() == slot.tag() {
                break;
            }
        }
        if !placed {
            let same = |n: &&Node| n.hash != node.hash && n.hash.tag() == node.hash.tag();
            return Err((nodes.iter().find(same).unwrap_or(node), node));
        }
    }
    Ok(slots)
}

/// Words that are no names though a dump may call something by them: those of the language packs.
#[derive(Debug, Default)]
pub struct CommonWords(FxHashMap<NodeHash, Vec<String>>);

impl CommonWords {
    /// Adds a word and what it is: «French: function word».
    pub fn add(&mut self, word: &str, what: &str) {
        let mut tokens = Vec::new();
        tokenize(word, &mut tokens);
        let keys: Vec<u64> = tokens.iter().map(|t| t.key).collect();
        if !keys.is_empty() {
            let all = self.0.entry(NodeHash::of(&keys)).or_default();
            if !all.iter().any(|w| w == what) {
                all.push(what.into());
            }
        }
    }

    pub(crate) fn has(&self, hash: NodeHash) -> bool {
        self.0.contains_key(&hash)
    }

    pub(crate) fn get(&self, hash: NodeHash) -> &[String] {
        self.0.get(&hash).map_or(&[], Vec::as_slice)
    }
}

/// A layer that can be written to a file.
pub struct Compiled {
    sections: [Vec<u8>; SECTIONS],
}

impl std::fmt::Debug for Compiled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compiled").finish_non_exhaustive()
    }
}

impl Compiled {
    fn parts(&self) -> io::Result<Vec<Cow<'_, [u8]>>> {
        let mut header = MAGIC.to_vec();
        let mut parts = Vec::new();
        let mut end = HEADER;
        let too_large = || io::Error::other(Error::TooLarge("the file"));
        for section in &self.sections {
            let begin = end.next_multiple_of(ALIGNMENT);
            parts.push(Cow::Owned(vec![0; begin - end]));
            parts.push(Cow::Borrowed(section.as_slice()));
            end = begin + section.len();
            for at in [begin, end] {
                let at = u32::try_from(at).map_err(|_| too_large())?;
                header.extend_from_slice(&at.to_le_bytes());
            }
        }
        let sum = checksum(&header, parts.iter().map(|p| &**p));
        header.extend_from_slice(&sum.to_le_bytes());
        parts.insert(0, Cow::Owned(header));
        Ok(parts)
    }

    /// Writes the layer.
    ///
    /// # Errors
    /// What the system says, or that the layer is larger than 4 GiB.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        self.parts()?
            .iter()
            .try_for_each(|part| out.write_all(part))
    }

    /// The layer as it would be written.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, Error> {
        Ok(self
            .parts()
            .map_err(|_| Error::TooLarge("the file"))?
            .concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(hash: u64) -> Node {
        Node {
            hash: NodeHash(hash),
            form: 0,
            tokens: 1,
            goes_on: true,
            any_case: false,
            first: None,
        }
    }

    /// Buckets of a table in which each node is found.
    fn buckets(hashes: &[u64]) -> Option<usize> {
        let mut nodes: Vec<Node> = hashes.iter().map(|h| node(*h)).collect();
        nodes.sort_by_key(|n| n.hash);
        for (n, node) in nodes.iter_mut().enumerate() {
            node.first = Some(n as u32);
        }
        let (filter, slots) = table_of(&nodes).ok()?;
        let buckets = slots.len() / BUCKET;
        let mut sections = [const { Vec::new() }; SECTIONS];
        (sections[0], sections[1]) = (filter, slots);
        let bytes = Compiled { sections }.bytes().expect("bytes");
        let layer = Layer::open(bytes.leak()).expect("a layer");
        for node in &nodes {
            let first = node.first.map(|f| f as usize);
            assert!(layer.may_have(node.hash));
            assert_eq!(layer.node(node.hash).and_then(Slot::record), first);
        }
        Some(buckets)
    }

    #[test]
    fn names_with_one_tag_are_told_apart_by_a_table_of_another_size() {
        // One bucket is enough for two, but not if they have one tag.
        assert_eq!(buckets(&[7, 8 | 1 << 63]), Some(1));
        let apart = buckets(&[7, 7 | 1 << 63]);
        assert!(apart > Some(1), "{apart:?}");
        // At both ends of a table of many buckets they do not meet.
        let many = |last: u64| {
            let spread = (1..100).map(|n| n << 57 | n);
            buckets(&spread.chain([1 << 40 | last]).collect::<Vec<_>>())
        };
        assert_eq!(many(99), many(200));
        // Of nine in one bucket the last runs over to the next, past all the others.
        let full: Vec<u64> = (1..=8).map(|n| n | 1 << 40).collect();
        let high: Vec<u64> = (1..=8).map(|n| (n + 20) | 1 << 63).collect();
        let fits = buckets(&[full.clone(), high.clone(), vec![9]].concat());
        let wider = buckets(&[full, high, vec![8 | 2 << 40]].concat());
        assert!(fits.is_some() && wider.is_none(), "{fits:?} {wider:?}");
    }
}
