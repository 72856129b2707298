//! The tables: `id⇥type⇥lang⇥name⇥flags⇥ids`, one name a line.

use crate::compile::Name;
use crate::{Error, Kind, kind::Flags};
use std::collections::BTreeMap;

/// One name of one entity, in one or more languages.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub id: String,
    pub kind: Kind,
    /// Language tags separated by spaces; empty for any language.
    pub languages: String,
    pub name: String,
    pub flags: Flags,
    /// ISO 3166-1 code of the country it lies in, else empty.
    pub country: String,
    /// Number of its Wikidata item, 0 for none.
    pub wikidata: u32,
    /// Inhabitants, 0 where not known.
    pub population: u64,
    /// Whether a person wrote the table, who can see that a name stands for two things.
    pub by_hand: bool,
    pub file: String,
    pub row: u64,
}

impl Row {
    /// As a name of a layer.
    pub(crate) fn name(&self) -> Name<'_> {
        Name {
            id: &self.id,
            kind: self.kind,
            languages: &self.languages,
            name: &self.name,
            flags: self.flags,
            label: if self.flags.label() {
                0
            } else {
                Name::NO_LABEL
            },
            country: &self.country,
            wikidata: self.wikidata,
            population: self.population,
        }
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> Error {
        Error::Row {
            file: self.file.clone(),
            row: self.row,
            message: message.into(),
        }
    }
}

/// What a generated table begins with; then from what.
const MADE: &str = "# Made by ";

/// Where the names of a table come from, for those that are not made by hand.
pub(crate) fn origin(text: &str) -> &str {
    let made = text.strip_prefix(MADE).and_then(|t| t.lines().next());
    let from = made.and_then(|line| line.split_once(" from "));
    from.map_or("", |(_, from)| from.split(';').next().unwrap_or(from))
}

/// Reads one table and checks each line by itself.
pub(crate) fn parse(file: &str, text: &str) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    let by_hand = !text.starts_with(MADE);
    let mut before = "";
    for (number, line) in text.lines().enumerate() {
        let error = |message: String| Error::Row {
            file: file.into(),
            row: number as u64 + 1,
            message,
        };
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if before >= line {
            return Err(error(format!("out of order or twice: after «{before}»")));
        }
        before = line;
        let fields: Vec<&str> = line.split('\t').collect();
        let (Some(&[id, kind, languages, name]), true) = (fields.first_chunk(), fields.len() <= 6)
        else {
            return Err(error(
                "wants id, type, lang, name and at most flags and ids".into(),
            ));
        };
        let Some(kind) = Kind::from_code(kind) else {
            return Err(error(format!("unknown type «{kind}»")));
        };
        if !valid_id(id, kind) {
            return Err(error(format!("«{id}» is no id of a {}", kind.code())));
        }
        if !languages.split(' ').all(valid_language) && !languages.is_empty() {
            return Err(error(format!(
                "«{languages}»: language tags, separated by a space"
            )));
        }
        if name.trim() != name || name.is_empty() {
            return Err(error("the name is empty, or has spaces around it".into()));
        }
        let flags = Flags::parse(fields.get(4).unwrap_or(&""))
            .map_err(|c| error(format!("unknown flag «{c}»")))?;
        let mut row = Row {
            id: id.into(),
            kind,
            languages: languages.into(),
            name: name.into(),
            flags,
            country: String::new(),
            wikidata: 0,
            population: 0,
            by_hand,
            file: file.into(),
            row: number as u64 + 1,
        };
        for pair in fields
            .get(5)
            .unwrap_or(&"")
            .split(' ')
            .filter(|p| !p.is_empty())
        {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                "in" if valid_country(value) => row.country = value.into(),
                "wd" if item(value).is_some() => row.wikidata = item(value).unwrap_or(0),
                "pop" => match value.parse() {
                    Ok(n) => row.population = n,
                    Err(_) => return Err(error(format!("«{pair}»: not a number"))),
                },
                // Read by the generator alone.
                "m49" => {}
                _ => return Err(error(format!("«{pair}»: wants in=, wd=, pop= or m49="))),
            }
        }
        if let Some(n) = item(id) {
            row.wikidata = n;
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Number of a Wikidata item `Q123`.
pub(crate) fn item(id: &str) -> Option<u32> {
    let digits = id.strip_prefix('Q')?;
    (!digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

pub(crate) fn valid_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())
}

pub(crate) fn valid_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    parts
        .next()
        .is_some_and(|l| (2..=3).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_lowercase()))
        && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

pub(crate) fn valid_id(id: &str, kind: Kind) -> bool {
    if kind.is_evidence() {
        return id.is_empty();
    }
    if item(id).is_some() {
        return true;
    }
    let Some((scheme, rest)) = id.split_once(':') else {
        return false;
    };
    match scheme {
        "iso" => {
            let (country, region) = rest
                .split_once('-')
                .map_or((rest, None), |(c, r)| (c, Some(r)));
            let region_fits = region.is_none_or(|r| {
                (1..=4).contains(&r.len())
                    && r.bytes()
                        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            });
            valid_country(country) && region_fits
        }
        "gn" => !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()),
        "x" => {
            let Some((sort, slug)) = rest.split_once(':') else {
                return false;
            };
            let fits = match kind.name_type() {
                _ if kind == Kind::Demonym => matches!(sort, "place" | "other"),
                Some(t) => t.as_str() == sort,
                None => false,
            };
            fits && !slug.is_empty()
                && slug
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        }
        _ => false,
    }
}

/// Checks what no line shows by itself: each entity has one type and one label, a demonym has a
/// place.
pub(crate) fn check(rows: &[Row]) -> Result<(), Error> {
    let mut kinds: BTreeMap<&str, &Row> = BTreeMap::new();
    let mut labels: BTreeMap<&str, &Row> = BTreeMap::new();
    let entities = || {
        rows.iter()
            .filter(|r| !r.kind.is_evidence() && r.kind != Kind::Demonym)
    };
    for row in entities() {
        let first = kinds.entry(&row.id).or_insert(row);
        if first.kind != row.kind {
            return Err(row.error(format!(
                "{} is {} in {}:{}",
                row.id,
                first.kind.code(),
                first.file,
                first.row
            )));
        }
        if row.flags.label() && labels.insert(&row.id, row).is_some() {
            return Err(row.error(format!("{} has two labels", row.id)));
        }
    }
    for row in entities() {
        if !labels.contains_key(row.id.as_str()) {
            return Err(row.error(format!("no name of {} is its label", row.id)));
        }
    }
    for row in rows.iter().filter(|r| r.kind == Kind::Demonym) {
        if !kinds.contains_key(row.id.as_str()) {
            return Err(row.error(format!("demonym of {}, which no table has", row.id)));
        }
    }
    Ok(())
}
