//! The endings of a language's names, and the particles in front of them: which words a form may be a form of.

use dateline_languages::Pack;
use dateline_text::{fold, word_key};
use rustc_hash::FxHashMap;

/// A row of the slot `name_ending`.
#[derive(Debug)]
struct Row {
    /// What stands in its place in the base form.
    base: Box<str>,
}

/// Letters that must stand before an ending: fewer say nothing.
const STEM: usize = 2;
/// The row of a base without an ending.
const NO_ROW: u16 = u16::MAX;

/// A word of which a form may be a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Base {
    /// Its key.
    pub key: u64,
    /// Letters before the ending.
    pub stem: u8,
    row: u16,
    /// Letters of the particle in front, and its row; 0 for none.
    pub front: u8,
    particle: u8,
}

impl Base {
    const NONE: Self = Self {
        key: 0,
        stem: 0,
        row: NO_ROW,
        front: 0,
        particle: 0,
    };

    /// Letters of the base that stand in the form.
    pub(crate) fn letters(self) -> u8 {
        self.stem - self.front
    }
}

/// All endings of a language.
#[derive(Debug, Default)]
pub(crate) struct Endings {
    rows: Vec<Row>,
    /// The rows of an ending, in the order of the table.
    by_ending: FxHashMap<Box<str>, Vec<u16>>,
    /// Letters of the longest.
    longest: usize,
    /// Letters that are written together with a name behind them, and what stands in their place, longest first.
    particles: Vec<(Box<str>, Box<str>)>,
    /// Whether the endings are no part of the name.
    pub(crate) outside: bool,
}

impl Endings {
    pub(crate) fn new(pack: &Pack) -> Self {
        let mut this = Self {
            outside: pack.language.particles_after,
            ..Self::default()
        };
        for row in pack.rows.iter().filter(|r| r.slot == "name_ending") {
            let Some(ending) = row.form.strip_prefix('*').filter(|e| !e.is_empty()) else {
                continue;
            };
            let Ok(number) = u16::try_from(this.rows.len()) else {
                break;
            };
            let ending: Box<str> = fold(ending).into();
            this.longest = this.longest.max(ending.chars().count());
            let same = this.by_ending.entry(ending.clone()).or_default();
            same.push(number);
            this.rows.push(Row {
                base: row.value.into(),
            });
        }
        this.particles = pack
            .rows
            .iter()
            .filter(|r| r.slot == "name_prefix")
            .map(|r| (fold(&r.form).into(), fold(r.value).into()))
            .collect();
        this.particles.sort_by_key(|p| std::cmp::Reverse(p.0.len()));
        this.particles.truncate(usize::from(u8::MAX));
        this
    }

    /// Whether they are more than a genitive that only names have.
    pub(crate) fn are_cases(&self) -> bool {
        self.rows.len() > 1
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.particles.is_empty()
    }

    /// Appends the possible bases of a word: those with the longest ending first, then those behind a particle.
    pub(crate) fn bases(&self, word: &str, out: &mut Vec<Base>) {
        let folded = fold(word);
        let mut form = String::with_capacity(folded.len() + 8);
        self.without_ending(&folded, "", Base::NONE, &mut form, out);
        for ((particle, instead), n) in self.particles.iter().zip(1..) {
            let Some(rest) = folded.strip_prefix(&**particle) else {
                continue;
            };
            let letters = rest.chars().count();
            if letters < STEM {
                continue;
            }
            let front = particle.chars().count().min(255) as u8;
            let behind = Base {
                front,
                particle: n,
                ..Base::NONE
            };
            form.clear();
            form.push_str(instead);
            form.push_str(rest);
            out.push(Base {
                key: word_key(&form),
                stem: (letters + usize::from(front)).min(255) as u8,
                ..behind
            });
            self.without_ending(rest, instead, behind, &mut form, out);
        }
    }

    /// Appends the bases of the rest of a word behind a particle.
    fn without_ending(
        &self,
        rest: &str,
        instead: &str,
        behind: Base,
        form: &mut String,
        out: &mut Vec<Base>,
    ) {
        let letters = rest.chars().count();
        let least = if self.outside { 1 } else { STEM };
        let from = letters.saturating_sub(self.longest).max(least);
        for (stem, (at, _)) in rest.char_indices().enumerate().skip(from) {
            let rows = self.by_ending.get(&rest[at..]);
            for &row in rows.into_iter().flatten() {
                form.clear();
                form.push_str(instead);
                form.push_str(&rest[..at]);
                form.push_str(&self.rows[usize::from(row)].base);
                out.push(Base {
                    key: word_key(form),
                    stem: (stem + usize::from(behind.front)).min(255) as u8,
                    row,
                    ..behind
                });
            }
        }
    }

    /// The base of a word as it would be written.
    pub(crate) fn written(&self, word: &str, base: Base) -> String {
        let particle = usize::from(base.particle).checked_sub(1);
        let instead = particle
            .and_then(|p| self.particles.get(p))
            .map_or("", |p| &p.1);
        let mut out = String::from(instead);
        out.extend(
            word.chars()
                .take(usize::from(base.stem))
                .skip(usize::from(base.front)),
        );
        let ending = self.rows.get(usize::from(base.row)).map_or("", |r| &r.base);
        if word.chars().any(char::is_lowercase) {
            out.push_str(ending);
        } else {
            out.extend(ending.chars().flat_map(char::to_uppercase));
        }
        out
    }
}
