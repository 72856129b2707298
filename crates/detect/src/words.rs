//! Function words: one table from the key of a word to the languages that use it.

use dateline_languages::Folder;
use dateline_text::{Kind, Script, Token, tokenize};

/// What shared evidence keeps of its weight: each of n languages that share it gets n^-SHARED.
const SHARED: f32 = 0.15;

/// The commonest word of a list weighs so much more than the last; from word `TAIL` on all weigh 1.
const COMMON: f32 = 0.6;
const TAIL: f32 = 60.0;

/// A language counts as written in a script when a word in ten of its list is.
const IN_TEN: usize = 10;

/// A language that some evidence speaks for, and how much.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    pub language: u16,
    pub weight: f32,
}

/// Evidence by key.
pub(crate) struct Table {
    /// One bit for each key, by its upper bits: most words of a text are evidence of nothing, and
    /// this says so from the first-level cache.
    seen: Vec<u64>,
    /// Open addressing, a power of two; a place without postings is empty.
    places: Vec<Place>,
    postings: Vec<Posting>,
}

/// A key and where its postings are.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    key: u64,
    first: u32,
    end: u32,
}

/// 16 kB.
const SEEN_BITS: usize = 1 << 17;

#[inline]
fn seen_bit(key: u64) -> usize {
    (key >> 40) as usize & (SEEN_BITS - 1)
}

impl Table {
    /// From keys and postings; `shared` as in [`SHARED`].
    pub fn new(mut pairs: Vec<(u64, Posting)>, shared: f32) -> Self {
        pairs.sort_unstable_by_key(|p| (p.0, p.1.language));
        // A word that stands twice in a list counts once.
        pairs.dedup_by_key(|p| (p.0, p.1.language));
        let keys = pairs.chunk_by(|a, b| a.0 == b.0).count();
        let mut this = Self {
            seen: vec![0; SEEN_BITS / 64],
            places: vec![Place::default(); (2 * keys + 1).next_power_of_two()],
            postings: Vec::with_capacity(pairs.len()),
        };
        for run in pairs.chunk_by(|a, b| a.0 == b.0) {
            let key = run[0].0;
            let first = this.postings.len() as u32;
            let share = if run.len() == 1 {
                1.0
            } else {
                (run.len() as f32).powf(-shared)
            };
            this.postings.extend(run.iter().map(|p| Posting {
                weight: p.1.weight * share,
                language: p.1.language,
            }));
            let bit = seen_bit(key);
            this.seen[bit / 64] |= 1 << (bit % 64);
            let mut at = this.home(key);
            while this.places[at].end > 0 {
                at = (at + 1) & (this.places.len() - 1);
            }
            this.places[at] = Place {
                key,
                first,
                end: this.postings.len() as u32,
            };
        }
        this
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        key as usize & (self.places.len() - 1)
    }

    /// What the key speaks for.
    #[inline]
    pub fn get(&self, key: u64) -> &[Posting] {
        let bit = seen_bit(key);
        if self.seen[bit / 64] >> (bit % 64) & 1 == 0 {
            return &[];
        }
        let mut at = self.home(key);
        loop {
            let place = self.places[at];
            if place.end == 0 {
                return &[];
            }
            if place.key == key {
                return &self.postings[place.first as usize..place.end as usize];
            }
            at = (at + 1) & (self.places.len() - 1);
        }
    }
}

/// The function words of all languages, and the scripts these are written in.
pub(crate) struct Words {
    table: Table,
    by_script: Vec<Vec<u16>>,
}

impl Words {
    /// Scripts that there are.
    pub const SCRIPTS: usize = Script::Other as usize + 1;

    /// From the numbered folders.
    pub fn new(folders: &[(u16, Folder)]) -> Self {
        let mut pairs = Vec::new();
        let mut by_script = vec![Vec::new(); Self::SCRIPTS];
        let mut tokens: Vec<Token> = Vec::new();
        for (language, folder) in folders {
            let language = *language;
            let Some(content) = folder.file("function_words.txt") else {
                continue;
            };
            let mut in_script = [0usize; Self::SCRIPTS];
            for line in content.lines().filter(|l| !l.starts_with('#')) {
                tokens.clear();
                tokenize(line, &mut tokens);
                let Some(word) = tokens.first() else { continue };
                // Of a list in two scripts each begins with its commonest word.
                let rank = in_script[word.script as usize] as f32;
                in_script[word.script as usize] += 1;
                // In scripts without spaces longer words are many tokens: the script decides there.
                if tokens.len() == 1 && matches!(word.kind, Kind::Word | Kind::Character) {
                    let weight = 1.0 + COMMON * (1.0 - rank / TAIL).max(0.0);
                    pairs.push((word.key, Posting { language, weight }));
                }
            }
            let all: usize = in_script.iter().sum();
            for (script, &n) in by_script.iter_mut().zip(&in_script).skip(1) {
                if n * IN_TEN > all {
                    script.push(language);
                }
            }
        }
        Self {
            table: Table::new(pairs, SHARED),
            by_script,
        }
    }

    /// The languages that use the word.
    #[inline]
    pub fn of(&self, key: u64) -> &[Posting] {
        self.table.get(key)
    }

    /// The languages that are written in the script of this number.
    pub fn written_in(&self, script: usize) -> &[u16] {
        self.by_script.get(script).map_or(&[], Vec::as_slice)
    }
}
