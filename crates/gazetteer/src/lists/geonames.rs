//! GeoNames: `allCountries.txt` (or a part of it), and the names in `alternateNamesV2.txt`.

use super::{Lists, Reading, Sink, is_acronym, is_too_short, lines};
use crate::compile::Name;
use crate::table::{item, valid_country, valid_language};
use crate::{Error, Kind, kind::Flags};
use rustc_hash::{FxHashMap, FxHashSet};
use std::io::BufRead;
use std::sync::LazyLock;

/// Columns of the table of places.
pub(super) const COLUMNS: usize = 19;

/// The places that were taken, for those who have their names.
#[derive(Default)]
pub(super) struct Places(FxHashMap<u32, Place>);

#[derive(Clone, Copy)]
struct Place {
    kind: Kind,
    country: [u8; 2],
    historic: bool,
}

impl Place {
    /// A country is called by its code, as in the tables of the project.
    fn id(&self, number: u32) -> String {
        match (self.kind, self.country()) {
            (Kind::Country, country @ [_, ..]) => {
                format!("iso:{}", String::from_utf8_lossy(country))
            }
            _ => format!("gn:{number}"),
        }
    }

    fn country(&self) -> &[u8] {
        if self.country == [0; 2] {
            &[]
        } else {
            &self.country
        }
    }
}

/// Kind of a feature, and whether it is no longer there; `None` for what is left out.
type Feature = Option<(Kind, bool)>;

static FEATURES: LazyLock<FxHashMap<&str, Feature>> = LazyLock::new(|| {
    let table = include_str!("../../lists/geonames.tsv").lines();
    let rows = table.filter(|l| !l.starts_with('#'));
    rows.filter_map(|row| {
        let mut cells = row.split('\t');
        let (code, kind) = (cells.next()?, cells.next()?);
        let historic = cells.next() == Some("h");
        Some((code, Kind::from_code(kind).map(|k| (k, historic))))
    })
    .collect()
});

fn feature(class: &str, code: &str) -> Feature {
    let exact = FEATURES.get(format!("{class}.{code}").as_str());
    *exact.or_else(|| FEATURES.get(class)).unwrap_or(&None)
}

pub(super) fn read(
    lists: &mut Lists,
    r: &mut Reading<'_>,
    input: impl BufRead,
    sink: &mut dyn Sink,
) -> Result<(), Error> {
    lines(r, input, |r, line, row| {
        if line.starts_with('#') {
            return Ok(());
        }
        r.counts.rows += 1;
        let fields: Vec<&str> = line.split('\t').collect();
        let Ok(fields) = <&[&str; COLUMNS]>::try_from(fields.as_slice()) else {
            let found = fields.len();
            return r.reject(
                row,
                format!("{found} columns between tabs, where {COLUMNS} are wanted"),
            );
        };
        let &[
            number,
            name,
            ascii,
            alternate,
            _,
            _,
            class,
            code,
            country,
            ..,
        ] = fields;
        let Ok(number) = number.parse::<u32>() else {
            return r.reject(row, format!("«{number}» is no number of a place"));
        };
        let people = fields[14];
        let population = match (people, people.parse::<u64>()) {
            ("", _) => 0,
            (_, Ok(n)) => n,
            (_, Err(_)) => return r.reject(row, format!("population is «{people}»")),
        };
        let taken = feature(class, code).filter(|(kind, _)| {
            let large = *kind != Kind::City || population >= lists.choice.min_population;
            large && lists.choice.takes(*kind)
        });
        let Some((kind, historic)) = taken else {
            r.counts.left_out += 1;
            return Ok(());
        };
        let country = if valid_country(country) { country } else { "" };
        let place = Place {
            kind,
            country: *country.as_bytes().first_chunk().unwrap_or(&[0; 2]),
            historic,
        };
        lists.places.0.insert(number, place);
        let id = place.id(number);
        // The column `alternatenames` holds what the file of names does, but without languages and
        // mixed with codes.
        let of_column = alternate.split(',').filter(|n| {
            let name = !is_acronym(n) && n.chars().any(char::is_alphabetic);
            name && !lists.choice.names_follow
        });
        let mut forms: Vec<&str> = [name, ascii].into_iter().chain(of_column).collect();
        forms.retain(|f| !f.is_empty() && !is_too_short(f));
        if forms.is_empty() {
            return r.reject(row, "the name is empty");
        }
        let mut told = FxHashSet::default();
        for (n, form) in forms.iter().enumerate() {
            if !told.insert(form) {
                continue;
            }
            let historic = if historic { Flags::HISTORIC } else { 0 };
            let acronym = if is_acronym(form) { Flags::ACRONYM } else { 0 };
            let name = Name {
                id: &id,
                kind,
                languages: "",
                name: form,
                flags: Flags(historic | acronym),
                label: if n == 0 { 0 } else { Name::NO_LABEL },
                country,
                wikidata: 0,
                population,
            };
            r.give(sink, &name, row)?;
        }
        Ok(())
    })
}

pub(super) fn read_names(
    lists: &Lists,
    r: &mut Reading<'_>,
    input: impl BufRead,
    sink: &mut dyn Sink,
) -> Result<(), Error> {
    if lists.places.0.is_empty() {
        return Err(Error::Row {
            file: r.file.into(),
            row: 1,
            message: "names of places that no other input has: give allCountries.txt, or a part of it, as well"
                .into(),
        });
    }
    lines(r, input, |r, line, row| {
        if line.starts_with('#') {
            return Ok(());
        }
        r.counts.rows += 1;
        let fields: Vec<&str> = line.split('\t').collect();
        let Some(&[_, number, language, name]) = fields.first_chunk() else {
            let found = fields.len();
            return r.reject(
                row,
                format!("{found} columns between tabs, where 8 or 10 are wanted"),
            );
        };
        let Ok(number) = number.parse::<u32>() else {
            return r.reject(row, format!("«{number}» is no number of a place"));
        };
        let mark = |column: usize| fields.get(column) == Some(&"1");
        // Among the languages stand codes of airports, post codes, links, and `wkdt` for the item.
        let (language, old) = match language.split_once('_') {
            Some((language, _)) => (language, true),
            None => (language, false),
        };
        let wikidata = if language == "wkdt" { item(name) } else { None };
        let abbreviation = language == "abbr";
        let primary = language.split('-').next().unwrap_or_default();
        let is_language =
            language.is_empty() || abbreviation || valid_language(primary) && primary.len() <= 3;
        let language = if abbreviation { "" } else { primary };
        let rank = lists.choice.rank(language).filter(|_| is_language);
        let Some(place) = lists.places.0.get(&number) else {
            r.counts.left_out += 1;
            return Ok(());
        };
        if rank.is_none() && wikidata.is_none() || is_too_short(name) {
            r.counts.left_out += 1;
            return Ok(());
        }
        let id = place.id(number);
        let mut flags = 0;
        for (set, flag) in [
            (is_acronym(name), Flags::ACRONYM),
            (mark(6) || abbreviation, Flags::WEAK),
            (mark(7) || old || place.historic, Flags::HISTORIC),
        ] {
            flags |= if set { flag } else { 0 };
        }
        let country = place.country();
        let name = Name {
            id: &id,
            kind: place.kind,
            languages: language,
            name: if wikidata.is_some() { "" } else { name.trim() },
            flags: Flags(flags),
            label: Name::NO_LABEL,
            country: std::str::from_utf8(country).unwrap_or_default(),
            wikidata: wikidata.unwrap_or(0),
            population: 0,
        };
        r.give(sink, &name, row)
    })
}
