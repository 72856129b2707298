//! The endings of a language's names: which words a form may be a form of.

use dateline_languages::Pack;
use dateline_text::{fold, word_key};
use rustc_hash::FxHashMap;

/// A row of the slot `name_ending`.
#[derive(Debug)]
struct Row {
    ending: Box<str>,
    /// What stands in its place in the base form.
    base: Box<str>,
}

/// Letters that must stand before an ending: fewer say nothing.
const STEM: usize = 2;

/// A word of which a form may be a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Base {
    /// Its key.
    pub key: u64,
    /// Letters before the ending.
    pub stem: u8,
    row: u16,
}

/// All endings of a language.
#[derive(Debug, Default)]
pub(crate) struct Endings {
    rows: Vec<Row>,
    /// From the key of an ending to its rows, in the order of the table.
    by_ending: FxHashMap<u64, Vec<u16>>,
    /// Letters of the longest.
    longest: usize,
}

impl Endings {
    pub(crate) fn new(pack: &Pack) -> Self {
        let mut this = Self::default();
        for row in pack.rows.iter().filter(|r| r.slot == "name_ending") {
            let Some(ending) = row.form.strip_prefix('*').filter(|e| !e.is_empty()) else {
                continue;
            };
            let Ok(number) = u16::try_from(this.rows.len()) else {
                break;
            };
            let ending = fold(ending);
            this.longest = this.longest.max(ending.chars().count());
            let same = this.by_ending.entry(word_key(&ending)).or_default();
            same.push(number);
            this.rows.push(Row {
                ending: ending.into(),
                base: row.value.into(),
            });
        }
        this
    }

    /// Whether they are more than a genitive that only names have.
    pub(crate) fn are_cases(&self) -> bool {
        self.rows.len() > 1
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Appends the possible bases of a word, those with the longest ending first.
    pub(crate) fn bases(&self, word: &str, out: &mut Vec<Base>) {
        let folded = fold(word);
        let letters = folded.chars().count();
        let from = letters.saturating_sub(self.longest).max(STEM);
        let mut form = String::with_capacity(folded.len() + 8);
        for (stem, (at, _)) in folded.char_indices().enumerate().skip(from) {
            let ending = &folded[at..];
            let rows = self.by_ending.get(&word_key(ending));
            for &row in rows.into_iter().flatten() {
                let Row { ending: e, base } = &self.rows[usize::from(row)];
                if **e == *ending {
                    form.clear();
                    form.push_str(&folded[..at]);
                    form.push_str(base);
                    out.push(Base {
                        key: word_key(&form),
                        stem: stem.min(255) as u8,
                        row,
                    });
                }
            }
        }
    }

    /// The base of a word as it would be written.
    pub(crate) fn written(&self, word: &str, base: Base) -> String {
        let row = &self.rows[usize::from(base.row)];
        let mut out: String = word.chars().take(usize::from(base.stem)).collect();
        if word.chars().any(char::is_lowercase) {
            out.push_str(&row.base);
        } else {
            out.extend(row.base.chars().flat_map(char::to_uppercase));
        }
        out
    }
}
