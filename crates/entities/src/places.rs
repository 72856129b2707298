//! Which of several places of one name an article means: the larger one, unless the article speaks
//! of the other's country or says so («London, Ontario»). One meaning for each name and article.

use crate::rules::PLACE;
use crate::scan::{Meaning, Scan};
use dateline_gazetteer::Kind as Known;

/// ISO 3166-1.
type Code = [u8; 2];

/// What is added to the weight in the gazetteer (8 for each doubling of the inhabitants).
/// Evidence that is spread over an article moves Birmingham to Alabama, but not London to Ontario,
/// which takes a neighbour that follows at once.
const NEIGHBOUR: i32 = 8;
const MOST_NEIGHBOURS: i32 = 3;
const COUNTRY: i32 = 6;
const FOLLOWS: i32 = 40;
/// A name in a language other than the article's.
const FOREIGN: i32 = -100;
/// A country that shares its name with another's region needs less than its size says: three
/// neighbours of the region decide.
const COUNTRY_WEIGHT: i32 = 200;
const REGION_WEIGHT: i32 = 180;
/// Nearer than this, nothing tells two places apart: a doubling of the inhabitants.
const CLOSE: i32 = 8;
/// So much larger than its namesakes is a place that its name alone speaks for its country.
const CLEAR: i32 = 40;

fn weight(m: &Meaning<'_>) -> i32 {
    match m.entry.kind() {
        Known::Country => COUNTRY_WEIGHT,
        Known::Region => REGION_WEIGHT,
        _ => i32::from(m.entry.weight()),
    }
}

/// What an article says of the countries, gathered when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Countries {
    gathered: bool,
    /// Whether the country is named, and how many names of places in it are.
    seen: Vec<(Code, bool, i32)>,
    /// Names, and the countries of the places that follow them after a comma.
    follows: Vec<(u32, Code)>,
}

impl Countries {
    pub(crate) fn clear(&mut self) {
        self.gathered = false;
        self.seen.clear();
        self.follows.clear();
    }

    fn of(&mut self, country: Code) -> &mut (Code, bool, i32) {
        let at = match self.seen.iter().position(|s| s.0 == country) {
            Some(at) => at,
            None => {
                self.seen.push((country, false, 0));
                self.seen.len() - 1
            }
        };
        &mut self.seen[at]
    }

    fn score(&self, name: u32, m: &Meaning<'_>) -> i32 {
        let mut score = weight(m);
        if !(m.local || m.entry.own()) {
            score += FOREIGN;
        }
        let Some(country) = m.entry.country() else {
            return score;
        };
        if let Some((_, named, places)) = self.seen.iter().find(|s| s.0 == country) {
            score += NEIGHBOUR * MOST_NEIGHBOURS.min(*places);
            score += COUNTRY * i32::from(*named && m.entry.kind() != Known::Country);
        }
        score + FOLLOWS * i32::from(self.follows.contains(&(name, country)))
    }
}

impl<'g> Scan<'_, 'g, '_> {
    /// The place that a name means; `Err` where none of several is likelier than the rest, `None`
    /// where the gazetteer has no place of the name.
    pub(crate) fn place(
        &self,
        name: u32,
        countries: &mut Countries,
    ) -> Option<Result<Meaning<'g>, ()>> {
        let meanings = self.meanings(self.scratch.clusters.names.get(name as usize)?.entries);
        let places = || meanings.iter().filter(|m| m.entry.kind().is_place());
        let first = *places().next()?;
        let country = first.entry.country();
        if places().all(|m| m.entry.country() == country) {
            return Some(Ok(*places().find(|m| m.local).unwrap_or(&first)));
        }
        if !countries.gathered {
            self.gather(countries);
        }
        let mut best = (i32::MIN, first);
        for m in places() {
            let score = countries.score(name, m);
            if score > best.0 {
                best = (score, *m);
            }
        }
        let country = best.1.entry.country();
        let rival = places()
            .any(|m| m.entry.country() != country && countries.score(name, m) > best.0 - CLOSE);
        Some(if rival { Err(()) } else { Ok(best.1) })
    }

    fn gather(&self, countries: &mut Countries) {
        countries.gathered = true;
        for name in &self.scratch.clusters.names {
            if !name.reported || name.name_type != PLACE {
                continue;
            }
            let meanings = self.meanings(name.entries);
            let Some(first) = meanings.iter().find(|m| m.entry.kind().is_place()) else {
                continue;
            };
            let Some(country) = first.entry.country() else {
                continue;
            };
            let clear = meanings.iter().all(|m| {
                !m.entry.kind().is_place()
                    || m.entry.country() == Some(country)
                    || weight(m) + CLEAR < weight(first)
            });
            if !clear {
                continue;
            }
            let seen = countries.of(country);
            if first.entry.kind() == Known::Country {
                seen.1 = true;
            } else {
                seen.2 += 1;
            }
        }
        for pair in self.scratch.candidates.windows(2) {
            let [at, next] = pair else { continue };
            if next.first != at.end + 1 || !self.is(at.end as usize, b',') {
                continue;
            }
            // «London, Ontario»: a region or a country stands behind its town.
            let country = self
                .meanings(next.entries)
                .iter()
                .filter(|m| matches!(m.entry.kind(), Known::Country | Known::Region))
                .filter(|m| m.local || m.entry.own());
            for m in country {
                countries
                    .follows
                    .extend(m.entry.country().map(|c| (at.name, c)));
            }
        }
    }
}
