//! Wikidata: entities as JSON, one a line, as in the dumps (an array, with a comma behind each) and in
//! slices of them.

use super::{Lists, Reading, Sink, is_acronym, is_too_short, lines};
use crate::compile::Name;
use crate::table::item;
use crate::{Error, Kind, kind::Flags};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::BufRead;
use std::marker::PhantomData;
use std::sync::LazyLock;

/// Kind of a class, and its place in the table: of the classes of an entity the first there counts.
static CLASSES: LazyLock<FxHashMap<u32, (usize, Kind)>> = LazyLock::new(|| {
    let table = include_str!("../../lists/wikidata.tsv").lines();
    let rows = table.filter(|l| !l.starts_with('#')).enumerate();
    rows.filter_map(|(n, row)| {
        let mut cells = row.split('\t');
        let (class, kind) = (item(cells.next()?)?, Kind::from_code(cells.next()?)?);
        Some((class, (n, kind)))
    })
    .collect()
});

/// A map; empty ones are written as `[]`.
#[derive(Debug)]
struct Map<'a, V>(Vec<(Cow<'a, str>, V)>);

impl<V> Default for Map<'_, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de: 'a, 'a, V: Deserialize<'de> + 'a> Deserialize<'de> for Map<'a, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap<'a, V>(PhantomData<&'a V>);
        impl<'de: 'a, 'a, V: Deserialize<'de> + 'a> Visitor<'de> for OfMap<'a, V> {
            type Value = Map<'a, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = Map::default();
                while let Some((Key(key), value)) = map.next_entry()? {
                    all.0.push((key, value));
                }
                Ok(all)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Map::default())
            }
        }
        deserializer.deserialize_any(OfMap(PhantomData))
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[derive(Deserialize)]
struct Term<'a> {
    #[serde(borrow)]
    value: Cow<'a, str>,
}

/// A statement, as far as it is read: of its value what is asked for.
#[derive(Deserialize)]
struct Statement {
    mainsnak: Snak,
    #[serde(default)]
    rank: Rank,
}

#[derive(Deserialize, Default, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Rank {
    Preferred,
    #[default]
    Normal,
    Deprecated,
}

#[derive(Deserialize)]
struct Snak {
    datavalue: Option<DataValue>,
}

#[derive(Deserialize)]
struct DataValue {
    value: Value,
}

/// An item, a quantity, or what is of no use here.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Item { id: String },
    Quantity { amount: String },
    Other(IgnoredAny),
}

#[derive(Deserialize)]
struct Entity<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    labels: Map<'a, Term<'a>>,
    #[serde(borrow, default)]
    aliases: Map<'a, Vec<Term<'a>>>,
    #[serde(borrow, default)]
    claims: Claims<'a>,
    #[serde(borrow, default)]
    sitelinks: Map<'a, IgnoredAny>,
}

/// The statements that are read; the values of others are passed over.
#[derive(Default)]
struct Claims<'a> {
    of: BTreeMap<&'static str, Vec<Statement>>,
    nothing: PhantomData<&'a ()>,
}

const INSTANCE_OF: &str = "P31";
const COUNTRY: &str = "P17";
const CITIZENSHIP: &str = "P27";
const POPULATION: &str = "P1082";
const READ: [&str; 4] = [INSTANCE_OF, COUNTRY, CITIZENSHIP, POPULATION];

impl<'de: 'a, 'a> Deserialize<'de> for Claims<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfClaims<'a>(PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for OfClaims<'a> {
            type Value = Claims<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("statements by property")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut claims = Claims::default();
                while let Some(Key(property)) = map.next_key()? {
                    match READ.iter().find(|p| **p == property) {
                        Some(property) => {
                            claims.of.insert(property, map.next_value()?);
                        }
                        None => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(claims)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Claims::default())
            }
        }
        deserializer.deserialize_any(OfClaims(PhantomData))
    }
}

impl Claims<'_> {
    /// The values of a property, preferred ones first.
    fn values(&self, property: &str) -> impl Iterator<Item = &Value> {
        let mut all: Vec<&Statement> = self.of.get(property).into_iter().flatten().collect();
        all.retain(|s| s.rank != Rank::Deprecated);
        all.sort_by(|a, b| a.rank.cmp(&b.rank));
        all.into_iter()
            .filter_map(|s| s.mainsnak.datavalue.as_ref())
            .map(|d| &d.value)
    }

    fn items(&self, property: &str) -> impl Iterator<Item = u32> {
        self.values(property).filter_map(|v| match v {
            Value::Item { id } => item(id),
            _ => None,
        })
    }
}

/// Entities with many articles in Wikipedia are as prominent as large cities: about as large as a city
/// that has so many.
fn prominence(sitelinks: usize) -> u64 {
    100 * (sitelinks as u64).saturating_mul(sitelinks as u64)
}

pub(super) fn read(
    lists: &Lists,
    r: &mut Reading<'_>,
    input: impl BufRead,
    sink: &mut dyn Sink,
) -> Result<(), Error> {
    lines(r, input, |r, line, row| {
        let line = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '[' | ']' | ','));
        if line.is_empty() {
            return Ok(());
        }
        r.counts.rows += 1;
        match serde_json::from_str::<Entity<'_>>(line) {
            Ok(entity) => take(lists, r, &entity, row, sink),
            Err(e) => r.reject(row, format!("no entity of Wikidata as JSON: {e}")),
        }
    })
}

fn take(
    lists: &Lists,
    r: &mut Reading<'_>,
    entity: &Entity<'_>,
    row: u64,
    sink: &mut dyn Sink,
) -> Result<(), Error> {
    let Some(number) = item(&entity.id) else {
        // Properties and lexemes.
        r.counts.left_out += 1;
        return Ok(());
    };
    let classes = entity.claims.items(INSTANCE_OF);
    let kind = classes.filter_map(|c| CLASSES.get(&c)).min_by_key(|c| c.0);
    let Some(kind) = kind.map(|c| c.1).filter(|k| lists.choice.takes(*k)) else {
        r.counts.left_out += 1;
        return Ok(());
    };
    let mut countries = [COUNTRY, CITIZENSHIP]
        .into_iter()
        .flat_map(|p| entity.claims.items(p));
    let country = countries.find_map(|c| lists.below.countries.get(&c));
    let population = entity.claims.values(POPULATION).filter_map(|v| match v {
        Value::Quantity { amount } => amount.trim_start_matches('+').parse::<u64>().ok(),
        _ => None,
    });
    let population = population
        .max()
        .filter(|_| kind.is_place())
        .unwrap_or_else(|| prominence(entity.sitelinks.0.len()));
    let id = lists.below.ids.get(&number);
    let labels = entity.labels.0.iter().map(|(tag, term)| (tag, term, true));
    let aliases = entity.aliases.0.iter();
    let aliases = aliases.flat_map(|(tag, terms)| terms.iter().map(move |t| (tag, t, false)));
    // One form in all its languages at once: a label is the same in dozens of them.
    let mut forms: BTreeMap<&str, (u32, BTreeSet<&str>)> = BTreeMap::new();
    for (tag, term, label) in labels.chain(aliases) {
        // Variants of a language are read by all who read it; `mul` stands for all.
        let language = tag.split('-').next().unwrap_or_default();
        let language = match language {
            "mul" => "",
            l if (2..=3).contains(&l.len()) => l,
            _ => continue,
        };
        let form = term.value.trim();
        let Some(rank) = lists.choice.rank(language).filter(|_| !is_too_short(form)) else {
            continue;
        };
        let known = forms
            .entry(form)
            .or_insert((Name::NO_LABEL, BTreeSet::new()));
        known.1.insert(language);
        if label {
            known.0 = known.0.min(rank);
        }
    }
    if forms.is_empty() {
        r.counts.left_out += 1;
    }
    for (form, (label, languages)) in forms {
        let any = languages.contains("");
        let languages: Vec<&str> = languages.into_iter().filter(|_| !any).collect();
        let name = Name {
            id: id.map_or(&entity.id, |id| id),
            kind,
            languages: &languages.join(" "),
            name: form,
            flags: Flags(if is_acronym(form) { Flags::ACRONYM } else { 0 }),
            label,
            country: country.map_or("", |c| c),
            wikidata: number,
            population,
        };
        r.give(sink, &name, row)?;
    }
    Ok(())
}
