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
/// Beside places of other countries a region counts more than its size, which nothing tells, and a country that
/// shares its name with a region less: three neighbours of the region, and its country, decide.
const COUNTRY_WEIGHT: i32 = 200;
const REGION_WEIGHT: i32 = 180;
/// Nearer than this, nothing tells two places apart: a doubling of the inhabitants. Of a country
/// and a region the one that is ahead is meant.
const CLOSE: i32 = 8;
/// So much larger than its namesakes is a place that its name alone speaks for its country.
const CLEAR: i32 = 40;

fn is_country(m: &Meaning<'_>) -> bool {
    m.entry.kind() == Known::Country
}

fn weight(m: &Meaning<'_>) -> i32 {
    match m.entry.kind() {
        Known::Country => COUNTRY_WEIGHT,
        Known::Region => REGION_WEIGHT,
        _ => i32::from(m.entry.weight()),
    }
}

/// The place that a name means whatever else the article says, if there is one.
fn clear<'m, 'g>(meanings: &'m [Meaning<'g>]) -> Option<&'m Meaning<'g>> {
    let mut places = meanings.iter().filter(|m| m.entry.kind().is_place());
    let first = places.next()?;
    let country = first.entry.country();
    places
        .all(|m| m.entry.country() == country || weight(m) + CLEAR < weight(first))
        .then_some(first)
}

/// What an article says of a country.
#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    country: Code,
    /// Whether it is named.
    named: bool,
    /// How many names of regions in it are, and of all places.
    regions: i32,
    places: i32,
}

/// What an article says of the countries, gathered when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Countries {
    gathered: bool,
    seen: Vec<Seen>,
    /// Names, and the countries of the places that follow them after a comma.
    follows: Vec<(u32, Code)>,
}

impl Countries {
    pub(crate) fn clear(&mut self) {
        self.gathered = false;
        self.seen.clear();
        self.follows.clear();
    }

    fn of(&mut self, country: Code) -> &mut Seen {
        let at = self.seen.iter().position(|s| s.country == country);
        let at = at.unwrap_or_else(|| {
            self.seen.push(Seen {
                country,
                ..Seen::default()
            });
            self.seen.len() - 1
        });
        &mut self.seen[at]
    }

    /// `own` is the country for which the name itself was counted.
    fn score(&self, name: u32, m: &Meaning<'_>, own: Option<Code>) -> i32 {
        let mut score = weight(m);
        if !(m.local || m.entry.own()) {
            score += FOREIGN;
        }
        let Some(country) = m.entry.country() else {
            return score;
        };
        if let Some(seen) = self.seen.iter().find(|s| s.country == country) {
            // That towns of Belgium are named makes no country a province of Belgium.
            let neighbours = match m.entry.kind() {
                Known::Region => seen.regions,
                _ => seen.places,
            };
            let itself = i32::from(own == Some(country));
            score += NEIGHBOUR * MOST_NEIGHBOURS.min((neighbours - itself).max(0));
            score += COUNTRY * i32::from(seen.named && !is_country(m));
        }
        let follows = self.follows.binary_search(&(name, country)).is_ok();
        score + FOLLOWS * i32::from(follows)
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
        let entries = self.scratch.clusters.names.get(name as usize)?.entries;
        let meanings = self.meanings(entries);
        let places = || meanings.iter().filter(|m| m.entry.kind().is_place());
        let mut country = places().next()?.entry.country();
        if places().any(|m| m.entry.country() != country) {
            if !countries.gathered {
                self.gather(countries);
            }
            let own = clear(meanings).filter(|c| !is_country(c));
            let own = own.and_then(|c| c.entry.country());
            let score = |m: &Meaning<'_>| countries.score(name, m, own);
            // Of equals the first.
            let best = places().reduce(|a, b| if score(b) > score(a) { b } else { a })?;
            country = best.entry.country();
            let rival = places().filter(|m| m.entry.country() != country).any(|m| {
                let sized = !is_country(m) && !is_country(best);
                score(m) + if sized { CLOSE } else { 1 } > score(best)
            });
            if rival {
                return Some(Err(()));
            }
        }
        let there = |m: &Meaning<'_>| m.entry.kind().is_place() && m.entry.country() == country;
        self.likeliest(entries, there).map(Ok)
    }

    fn gather(&self, countries: &mut Countries) {
        countries.gathered = true;
        for name in &self.scratch.clusters.names {
            if !name.reported || name.name_type != PLACE {
                continue;
            }
            let meanings = self.meanings(name.entries);
            let Some(first) = clear(meanings) else {
                continue;
            };
            let Some(country) = first.entry.country() else {
                continue;
            };
            let seen = countries.of(country);
            match first.entry.kind() {
                Known::Country => seen.named = true,
                kind => {
                    seen.places += 1;
                    seen.regions += i32::from(kind == Known::Region);
                }
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
        countries.follows.sort_unstable();
        countries.follows.dedup();
    }
}
