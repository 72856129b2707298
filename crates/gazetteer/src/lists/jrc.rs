//! JRC-Names: id, type, language and a variant of the name with `+` for spaces, between tabs. The
//! first variant of an entity is the one by which it is called.

use super::{Lists, Reading, Sink, is_acronym, is_too_short, lines};
use crate::compile::Name;
use crate::table::valid_language;
use crate::{Error, Kind, kind::Flags};
use rustc_hash::FxHashMap;
use std::io::BufRead;

pub(super) fn read(
    lists: &Lists,
    r: &mut Reading<'_>,
    input: impl BufRead,
    sink: &mut dyn Sink,
) -> Result<(), Error> {
    let mut variants: FxHashMap<u32, u32> = FxHashMap::default();
    lines(r, input, |r, line, row| {
        if line.starts_with('#') {
            return Ok(());
        }
        r.counts.rows += 1;
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, kind, language, variant] = fields[..] else {
            return r.reject(row, "wants id, type, language and name between tabs");
        };
        let Ok(id) = id.parse::<u32>() else {
            return r.reject(row, format!("«{id}» is no number"));
        };
        let kind = match kind {
            "P" => Kind::Person,
            "O" => Kind::Organization,
            "T" | "L" => Kind::Area,
            "E" => Kind::Other,
            _ => return r.reject(row, format!("type «{kind}» is not known")),
        };
        // `u` stands for unknown, and for all languages.
        let language = if valid_language(language) {
            language
        } else {
            ""
        };
        let variant = variant.replace('+', " ");
        let name = variant.trim();
        let rank = lists.choice.rank(language);
        if !lists.choice.takes(kind) || rank.is_none() || is_too_short(name) {
            r.counts.left_out += 1;
            return Ok(());
        }
        let label = variants.entry(id).or_insert(0);
        *label += 1;
        let name = Name {
            id: &format!("jrc:{id}"),
            kind,
            languages: language,
            name,
            flags: Flags(if is_acronym(name) { Flags::ACRONYM } else { 0 }),
            label: *label,
            country: "",
            wikidata: 0,
            population: 0,
        };
        r.give(sink, &name, row)
    })
}
