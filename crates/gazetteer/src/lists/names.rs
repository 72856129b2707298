//! A user's own table: `name`, `type`, `id`, `aliases`, `lang`, `country`, `weight`, `flags`.

use super::{Lists, NOT_UTF8, Reading, Sink, is_acronym};
use crate::compile::Name;
use crate::table::{item, valid_country, valid_language};
use crate::{Error, Kind, kind::Flags};
use dateline_model::NameType;
use std::io::BufRead;

/// The id of an entity that no table has: `x:person:erich-andersen`. Letters and digits of the
/// folded name, anything else as one hyphen.
pub fn made_id(name_type: NameType, name: &str) -> String {
    let mut id = format!("x:{}:", name_type.as_str());
    let begin = id.len();
    for c in dateline_text::fold(name).chars() {
        if c.is_alphanumeric() {
            id.push(c);
        } else if id.len() > begin && !id.ends_with('-') {
            id.push('-');
        }
    }
    if id.len() > begin && id.ends_with('-') {
        id.pop();
    }
    id
}

/// What stands between the cells: what the header has most of.
fn delimiter(header: &[u8]) -> u8 {
    let line = header.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |d: u8| line.iter().filter(|b| **b == d).count();
    // Of marks that are as frequent the last is taken.
    [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|d| count(*d))
        .unwrap_or(b',')
}

/// The kind of a word in the column `type`: a type of the output, or a code of the project's tables.
fn kind(word: &str) -> Option<Kind> {
    match word {
        "person" => Some(Kind::Person),
        "organization" => Some(Kind::Organization),
        "place" => Some(Kind::Area),
        "other" => Some(Kind::Other),
        code => Kind::from_code(code).filter(|k| k.name_type().is_some() && *k != Kind::Demonym),
    }
}

fn kind_of(name_type: NameType) -> Kind {
    match name_type {
        NameType::Person => Kind::Person,
        NameType::Organization => Kind::Organization,
        NameType::Place => Kind::Area,
        NameType::Other => Kind::Other,
    }
}

pub(super) fn read(
    lists: &Lists,
    r: &mut Reading<'_>,
    mut input: impl BufRead,
    sink: &mut dyn Sink,
) -> Result<(), Error> {
    let head = input.fill_buf().map_err(|e| r.broken(e))?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(delimiter(head))
        .trim(csv::Trim::All)
        .from_reader(input);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(e) => return Err(failed(r, e)),
    };
    let column = |name: &str| {
        header
            .iter()
            .position(|h| h.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name))
    };
    let columns = Columns {
        name: column("name"),
        kind: column("type"),
        id: column("id"),
        aliases: column("aliases"),
        languages: column("lang"),
        country: column("country"),
        weight: column("weight"),
        flags: column("flags"),
    };
    if columns.name.is_none() || columns.kind.is_none() && lists.choice.name_type.is_none() {
        return Err(Error::Row {
            file: r.file.into(),
            row: 1,
            message: "the header wants the columns name and type, and may have id, aliases, lang, \
                      country, weight and flags"
                .into(),
        });
    }
    let mut record = csv::ByteRecord::new();
    while match reader.read_byte_record(&mut record) {
        Ok(more) => more,
        Err(e) => return Err(failed(r, e)),
    } {
        r.counts.rows += 1;
        let row = record.position().map_or(0, csv::Position::line);
        let told = match Told::of(lists, &columns, &record) {
            Ok(Some(told)) => told,
            Ok(None) => {
                r.counts.left_out += 1;
                continue;
            }
            Err(message) => {
                r.reject(row, message)?;
                continue;
            }
        };
        let forms = std::iter::once(told.name).chain(told.aliases.split('|'));
        for (n, form) in forms.enumerate() {
            let form = form.trim();
            if form.is_empty() {
                continue;
            }
            let acronym = if is_acronym(form) { Flags::ACRONYM } else { 0 };
            let name = Name {
                id: &told.id,
                kind: told.kind,
                languages: &told.languages,
                name: form,
                flags: Flags(told.flags.0 | acronym | Flags::OWN),
                label: if n == 0 { told.rank } else { Name::NO_LABEL },
                country: told.country,
                wikidata: item(&told.id).unwrap_or(0),
                population: told.weight,
            };
            r.give(sink, &name, row)?;
        }
    }
    Ok(())
}

fn failed(r: &Reading<'_>, error: csv::Error) -> Error {
    let row = error.position().map_or(1, |p| p.line());
    match error.into_kind() {
        csv::ErrorKind::Io(source) => r.broken(source),
        csv::ErrorKind::Utf8 { .. } => Error::Row {
            file: r.file.into(),
            row,
            message: NOT_UTF8.into(),
        },
        kind => Error::Row {
            file: r.file.into(),
            row,
            message: format!("not CSV: {kind:?}"),
        },
    }
}

/// Where the columns are.
struct Columns {
    name: Option<usize>,
    kind: Option<usize>,
    id: Option<usize>,
    aliases: Option<usize>,
    languages: Option<usize>,
    country: Option<usize>,
    weight: Option<usize>,
    flags: Option<usize>,
}

/// What a row says.
struct Told<'r> {
    name: &'r str,
    kind: Kind,
    id: String,
    aliases: &'r str,
    languages: String,
    country: &'r str,
    weight: u64,
    flags: Flags,
    rank: u32,
}

impl<'r> Told<'r> {
    /// `None` where the choice leaves it out.
    fn of(
        lists: &Lists,
        columns: &Columns,
        record: &'r csv::ByteRecord,
    ) -> Result<Option<Self>, String> {
        let field = |at: Option<usize>| {
            let bytes = at.and_then(|at| record.get(at)).unwrap_or_default();
            std::str::from_utf8(bytes).map_err(|_| NOT_UTF8.to_owned())
        };
        let name = field(columns.name)?;
        if name.is_empty() {
            return Err("the name is empty".into());
        }
        let word = field(columns.kind)?.to_ascii_lowercase();
        let kind = match (kind(&word), lists.choice.name_type) {
            (Some(kind), _) => kind,
            (None, Some(t)) if word.is_empty() => kind_of(t),
            (None, _) => {
                return Err(format!(
                    "type is «{word}»; it may be person, organization, place or other"
                ));
            }
        };
        let id = match (field(columns.id)?, kind.name_type()) {
            ("", Some(t)) => made_id(t, name),
            (id, _) => id.to_owned(),
        };
        let mut rank = None;
        let mut languages = Vec::new();
        let tags = field(columns.languages)?;
        for tag in tags.split([' ', ',', ';', '|']).filter(|t| !t.is_empty()) {
            if !valid_language(tag) {
                return Err(format!(
                    "lang is «{tags}»; it may be tags such as fr or zh-Hant"
                ));
            }
            if let Some(tag_rank) = lists.choice.rank(tag) {
                rank = Some(rank.map_or(tag_rank, |r: u32| r.min(tag_rank)));
                languages.push(tag);
            }
        }
        let country = field(columns.country)?;
        if !country.is_empty() && !valid_country(country) {
            return Err(format!(
                "country is «{country}»; it may be a code such as FR"
            ));
        }
        let weight = match field(columns.weight)? {
            "" => 0,
            number => number
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite() && *n >= 0.0)
                .ok_or_else(|| format!("weight is «{number}»; it may be a number such as 52000"))?
                as u64,
        };
        let flags = Flags::parse(field(columns.flags)?)
            .map_err(|c| format!("flags hold «{c}»; they may be a, w, x, h"))?;
        let left_out = languages.is_empty() && !tags.is_empty() || !lists.choice.takes(kind);
        Ok((!left_out).then(|| Told {
            name,
            kind,
            id,
            aliases: field(columns.aliases).unwrap_or_default(),
            languages: languages.join(" "),
            country,
            weight,
            flags: Flags(flags.0 & !Flags::LABEL),
            rank: rank.unwrap_or(0),
        }))
    }
}
