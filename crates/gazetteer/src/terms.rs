//! When persons held their offices, and since when organizations are: `data/terms.txt`.

use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A term of office, or the life of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Key of the office, a value of the slot `office` of the language packs; empty for an organization.
    pub office: &'static str,
    /// Its first day.
    pub from: Date,
    /// Its last day, where it has ended.
    pub to: Option<Date>,
    /// Id of the organization whose office it is; empty for an office of state.
    pub organization: &'static str,
}

// Not a part of gazetteer.bin: few articles ask for a term, and reading the table when the first one does
// costs less than a section of the compiled form would in code.
static TABLE: LazyLock<BTreeMap<&'static str, Vec<Term>>> = LazyLock::new(|| {
    let mut terms: BTreeMap<&str, Vec<Term>> = BTreeMap::new();
    for (id, term) in rows(include_str!("../data/terms.txt")).flatten() {
        terms.entry(id).or_default().push(term);
    }
    terms
});

/// The terms of an entity, in the order of the table; empty where none is known.
pub fn terms(id: &str) -> &'static [Term] {
    TABLE.get(id).map_or(&[], Vec::as_slice)
}

/// The rows of the table; `None` for one that is not well formed, which the tests rule out.
fn rows(table: &'static str) -> impl Iterator<Item = Option<(&'static str, Term)>> {
    let lines = table
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    lines.map(|line| {
        let mut cells = line.split('\t');
        let (id, office) = (cells.next()?, cells.next()?);
        let from = day(cells.next()?, false)?;
        let to = match cells.next()? {
            "" => None,
            cell => Some(day(cell, true)?),
        };
        let organization = cells.next().unwrap_or_default();
        let well = !id.is_empty() && to.is_none_or(|to| from <= to) && cells.next().is_none();
        well.then_some((
            id,
            Term {
                office,
                from,
                to,
                organization,
            },
        ))
    })
}

/// `2017-05-14`, `2017-05` or `2017`: the first day that it can mean, or the last.
fn day(cell: &str, last: bool) -> Option<Date> {
    let mut parts = cell.split('-').map(str::parse::<i16>);
    let year = parts.next()?.ok()?;
    let month = match parts.next() {
        Some(month) => i8::try_from(month.ok()?).ok()?,
        None if last => 12,
        None => 1,
    };
    match (parts.next(), last) {
        (Some(day), _) => Date::new(year, month, i8::try_from(day.ok()?).ok()?).ok(),
        (None, false) => Date::new(year, month, 1).ok(),
        (None, true) => Some(Date::new(year, month, 1).ok()?.last_of_month()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gazetteer;
    use std::collections::BTreeSet;

    #[test]
    fn days_of_any_precision() {
        let day = |cell, last| day(cell, last).map(|d| d.to_string());
        assert_eq!(day("2016-02", true).as_deref(), Some("2016-02-29"));
        assert_eq!(day("2016-02", false).as_deref(), Some("2016-02-01"));
        assert_eq!(day("2016", true).as_deref(), Some("2016-12-31"));
        assert_eq!(day("2016-11-09", false).as_deref(), Some("2016-11-09"));
        assert_eq!(day("2016-13", false), None);
    }

    #[test]
    fn the_table_is_sound() {
        let table = include_str!("../data/terms.txt");
        let lines: Vec<&str> = table
            .lines()
            .filter(|l| !l.is_empty() && !l.starts_with('#'))
            .collect();
        for (line, row) in lines.iter().zip(rows(table)) {
            assert!(row.is_some(), "{line}");
        }
        assert!(
            lines.is_sorted_by(|a, b| a < b),
            "out of order or twice: {:?}",
            lines.windows(2).find(|w| w[0] >= w[1])
        );
        let known: BTreeSet<&str> = {
            let gazetteer: &'static Gazetteer = Box::leak(Box::new(Gazetteer::embedded()));
            gazetteer.world.labels().map(|(id, _)| id).collect()
        };
        let unknown: Vec<_> = TABLE.keys().filter(|id| !known.contains(*id)).collect();
        assert!(unknown.is_empty(), "no table of names has {unknown:?}");
        for (id, terms) in TABLE.iter() {
            let person = id.starts_with("x:person:") || !terms[0].office.is_empty();
            for term in terms {
                assert_eq!(person, !term.office.is_empty(), "{id}: {term:?}");
            }
            let overlap =
                |a: &Term, b: &Term| a.office == b.office && a.to.is_none_or(|to| to >= b.from);
            for pair in terms.windows(2) {
                assert!(!overlap(&pair[0], &pair[1]), "{id}: {pair:?}");
            }
        }
    }
}
