//! What a corpus shows of its names, counted over all articles; nothing depends on their order.

use crate::run::{lock, read_window};
use crate::{Engine, Error, Progress, Worker};
use dateline_entities::{Learned, Shown, form_hash, word_hash};
use dateline_ingest::{Chunk, Options, Reader};
use dateline_model::NameType;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Bytes that a form takes, about, with its spellings.
const FORM_BYTES: u64 = 320;
/// Bytes that the count of a word written small takes.
const WORD_BYTES: u64 = 24;
/// Most spellings that are written beside a form.
const ALIASES: usize = 12;
/// Most spellings that are counted of a form: capitals alone make 2ⁿ of n letters, which a text may hold.
const SPELLINGS: usize = 64;

/// Counts of one form of one language, in articles.
#[derive(Debug, Default)]
struct Form {
    language: &'static str,
    /// Spellings of the base form.
    bases: Spellings,
    /// Other spellings: other cases, capitals.
    forms: Spellings,
    /// Articles in which it stands, or in which a full name ends with it.
    articles: u32,
    /// Articles in which it stands with a capital within a sentence.
    inner: u32,
    /// Articles with evidence for person, organization, place, other.
    evidence: [u32; 4],
    /// The weights of that evidence, in tenths.
    weights: [u64; 4],
}

impl Form {
    fn add(&mut self, other: Form) {
        self.language = other.language;
        self.bases.merge(other.bases);
        self.forms.merge(other.forms);
        self.articles += other.articles;
        self.inner += other.inner;
        for t in 0..4 {
            self.evidence[t] += other.evidence[t];
            self.weights[t] += other.weights[t];
        }
    }
}

/// Spellings with the number of articles that have them, in the order of bytes. A list, since most forms have one or
/// two. Of more than [`SPELLINGS`] the first by bytes are kept: those depend on the set of spellings alone, and
/// none that is dropped could come back, so that their counts are whole.
#[derive(Debug, Default)]
struct Spellings(Vec<(Box<str>, u32)>);

impl Spellings {
    fn add(&mut self, spelling: impl AsRef<str> + Into<Box<str>>, count: u32) {
        match self.0.binary_search_by(|s| (*s.0).cmp(spelling.as_ref())) {
            Ok(at) => self.0[at].1 += count,
            Err(at) if at < SPELLINGS => {
                self.0.insert(at, (spelling.into(), count));
                self.0.truncate(SPELLINGS);
            }
            Err(_) => {}
        }
    }

    fn merge(&mut self, other: Self) {
        for (spelling, count) in other.0 {
            self.add(spelling, count);
        }
    }

    /// The most frequent first; of equals the first in the order of bytes.
    fn sorted(&self) -> Vec<&(Box<str>, u32)> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        all
    }
}

/// Counts under a hash, of which only those below a limit are kept: so that what is kept depends on the set of
/// hashes alone, and not on the order in which they come. The limit is halved until all fits.
#[derive(Debug)]
struct Kept<C> {
    counts: FxHashMap<u64, C>,
    most: usize,
    /// Bits of the hash that must be 0.
    sieve: u32,
}

impl<C: Default> Kept<C> {
    fn new(most: u64) -> Self {
        Self {
            counts: FxHashMap::default(),
            most: usize::try_from(most).unwrap_or(usize::MAX).max(1),
            sieve: 0,
        }
    }

    fn passes(sieve: u32, hash: u64) -> bool {
        hash.checked_shr(64 - sieve).unwrap_or(0) == 0
    }

    fn add(&mut self, hash: u64, add: impl FnOnce(&mut C)) {
        if Self::passes(self.sieve, hash) {
            add(self.counts.entry(hash).or_default());
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        while self.counts.len() > self.most && self.sieve < 63 {
            self.sieve += 1;
            let sieve = self.sieve;
            self.counts.retain(|hash, _| Self::passes(sieve, *hash));
        }
    }

    fn merge(&mut self, other: Self, mut add: impl FnMut(&mut C, C)) {
        if other.sieve > self.sieve {
            self.sieve = other.sieve;
            let sieve = self.sieve;
            self.counts.retain(|hash, _| Self::passes(sieve, *hash));
        }
        #[expect(
            clippy::iter_over_hash_type,
            reason = "sums do not depend on the order"
        )]
        for (hash, count) in other.counts {
            if Self::passes(self.sieve, hash) {
                add(self.counts.entry(hash).or_default(), count);
            }
        }
        self.shrink();
    }
}

/// What a corpus, or a part of it, shows.
#[derive(Debug)]
pub struct Corpus {
    forms: Kept<Form>,
    /// Words written small, by language and word.
    small: Kept<u32>,
    articles: u64,
    rejects: u64,
}

impl Corpus {
    fn new(memory: u64) -> Self {
        // A quarter is left to articles in flight; parts of threads are small beside the whole.
        Self {
            forms: Kept::new(memory / 2 / FORM_BYTES),
            small: Kept::new(memory / 4 / WORD_BYTES),
            articles: 0,
            rejects: 0,
        }
    }

    /// Articles that were read.
    pub fn articles(&self) -> u64 {
        self.articles
    }

    /// Pieces of input that did not become articles.
    pub fn rejects(&self) -> u64 {
        self.rejects
    }

    /// One of how many forms was counted, where not all had room.
    pub fn one_of(&self) -> u64 {
        1 << self.sieve()
    }

    /// The finer sieve is for both: a form whose small words were not counted would be taken for a name.
    fn sieve(&self) -> u32 {
        self.forms.sieve.max(self.small.sieve)
    }

    pub(crate) fn show(&mut self, tag: &'static str, shown: &[Shown]) {
        for s in shown {
            let Some(hash) = form_hash(&s.form) else {
                continue;
            };
            self.forms.add(in_language(tag, hash), |form| {
                form.articles += 1;
                form.inner += u32::from(s.inner);
                form.language = tag;
                form.bases.add(&*s.form, 1);
                s.forms.iter().for_each(|f| form.forms.add(&**f, 1));
                for t in 0..4 {
                    form.evidence[t] += u32::from(s.evidence[t] > 0);
                    form.weights[t] += u64::from(s.evidence[t]);
                }
            });
        }
    }

    /// Counts words that an article has written small, by their keys.
    pub(crate) fn small(&mut self, tag: &str, keys: &[u64]) {
        for key in keys {
            self.small
                .add(in_language(tag, word_hash(*key)), |n| *n += 1);
        }
    }

    fn merge(&mut self, other: Corpus) {
        self.forms.merge(other.forms, Form::add);
        self.small.merge(other.small, |a, b| *a += b);
        self.articles += other.articles;
        self.rejects += other.rejects;
    }

    /// The table, sorted by language and name.
    pub fn table(&self) -> String {
        let mut rows: Vec<String> = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "rows are sorted below")]
        for (hash, form) in &self.forms.counts {
            if Kept::<Form>::passes(self.sieve(), *hash) {
                rows.extend(self.row(*hash, form));
            }
        }
        rows.sort_unstable();
        let mut table = String::from(HEAD);
        for row in rows {
            table.push_str(&row);
            table.push('\n');
        }
        table
    }

    fn row(&self, hash: u64, form: &Form) -> Option<String> {
        if form.articles < 2 {
            return None;
        }
        let bases = form.bases.sorted();
        let name = &*bases.first()?.0;
        let small = if name.contains(' ') {
            0
        } else {
            self.small.counts.get(&hash).copied().unwrap_or(0)
        };
        let (t, weight) = (0..4)
            .map(|t| (t, form.weights[t]))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        // One article more, so that two articles are no certainty.
        let share = weight as f64 / 10.0 / (f64::from(form.articles) + 1.0);
        let (name_type, confidence) = if small >= LEAST_SMALL && small > SMALL_SHARE * form.inner {
            let all = f64::from(small + form.inner);
            (NONE, f64::from(small) / all)
        } else if share >= LEAST {
            (TYPES[t], share)
        } else {
            return None;
        };
        let mut row = format!(
            "{}\t{name}\t{name_type}\t{confidence:.2}\t{}\t{}\t{small}",
            form.language, form.articles, form.inner
        );
        for n in form.evidence {
            let _ = write!(row, "\t{n}");
        }
        let mut aliases: Vec<&str> = Vec::new();
        for (spelling, _) in bases.into_iter().chain(form.forms.sorted()) {
            if **spelling != *name && !aliases.contains(&&**spelling) {
                aliases.push(spelling);
            }
        }
        aliases.truncate(ALIASES);
        let _ = write!(row, "\t{}", aliases.join("|"));
        Some(row)
    }
}

/// Share of what articles can show from which a type is written.
const LEAST: f64 = 0.3;
/// A word that stands small in at least so many articles …
const LEAST_SMALL: u32 = 3;
/// … and in more than so many times the articles that have it with a capital within a sentence is no name.
const SMALL_SHARE: u32 = 4;

const NONE: &str = "none";
const TYPES: [&str; 4] = ["person", "organization", "place", "other"];

/// With this the table begins.
pub const MARK: &str = "# Made by `dateline learn`";

const HEAD: &str = "\
# Made by `dateline learn`: what a corpus shows of its names. For `--names`, as weak evidence; may be edited.
# language; name: in its base form. type: person, organization, place, other; none: a word that mostly stands small, and
# is no name. confidence: how much of the evidence that its articles could show they do show; 1 weighs as much as a
# title before a name. articles: that have it, or a full name that ends with it; equal texts count once. inner: of them
# with a capital within a sentence. small: articles that write it small. person, organization, place, other: articles
# with evidence for it beside the name (titles, prepositions, heads of organizations, a full name). aliases: how else
# it is written, other cases among them.
language\tname\ttype\tconfidence\tarticles\tinner\tsmall\tperson\torganization\tplace\tother\taliases
";

/// The hash of a form of a language, mixed so that its upper bits choose well.
fn in_language(tag: &str, hash: u64) -> u64 {
    xxh3_64_with_seed(tag.as_bytes(), hash)
}

/// Names that a corpus has shown, for those who read articles.
#[derive(Debug, Default)]
pub struct LearnedNames {
    rows: Vec<LearnedName>,
}

#[derive(Debug)]
struct LearnedName {
    language: String,
    /// `None` for a word that is no name.
    name_type: Option<NameType>,
    confidence: f32,
    /// The name and its aliases.
    forms: Vec<String>,
}

impl LearnedNames {
    /// Adds a table that [`Corpus::table`] has made, or a user edited: columns are found by their names; `name` and `type`
    /// must be there.
    ///
    /// # Errors
    /// What is wrong, with the number of the line.
    pub fn read(&mut self, table: &str) -> Result<(), String> {
        let mut lines = (1..)
            .zip(table.lines())
            .filter(|(_, l)| !l.is_empty() && !l.starts_with('#'));
        let (_, header) = lines.next().ok_or("no header")?;
        let columns: Vec<&str> = header.split('\t').collect();
        let column = |name: &str| columns.iter().position(|c| *c == name);
        let (Some(name), Some(name_type)) = (column("name"), column("type")) else {
            return Err("the header wants the columns name and type".into());
        };
        let (language, confidence, aliases) =
            (column("language"), column("confidence"), column("aliases"));
        for (number, line) in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", |c| c.trim());
            let name = cell(Some(name));
            if name.is_empty() {
                return Err(format!("line {number}: the name is empty"));
            }
            let name_type = match cell(Some(name_type)) {
                NONE => None,
                "person" => Some(NameType::Person),
                "organization" => Some(NameType::Organization),
                "place" => Some(NameType::Place),
                "other" => Some(NameType::Other),
                t => {
                    return Err(format!(
                        "line {number}: type is «{t}»; it may be person, organization, place, other or none"
                    ));
                }
            };
            let confidence = match cell(confidence) {
                "" => 1.0,
                given => given
                    .parse::<f32>()
                    .ok()
                    .filter(|c| (0.0..=1.0).contains(c))
                    .ok_or_else(|| {
                        format!("line {number}: confidence is «{given}»; it may be 0 to 1")
                    })?,
            };
            let aliases = cell(aliases).split('|').filter(|a| !a.is_empty());
            self.rows.push(LearnedName {
                language: cell(language).to_owned(),
                name_type,
                confidence,
                forms: std::iter::once(name)
                    .chain(aliases)
                    .map(str::to_owned)
                    .collect(),
            });
        }
        Ok(())
    }

    /// The names of a language; those of no language are of all. A region's tag has the names of its language.
    pub(crate) fn of(&self, tag: &str) -> Learned {
        let language = tag.split('-').next().unwrap_or(tag);
        let mut learned = Learned::default();
        let fits =
            |r: &&LearnedName| r.language.is_empty() || r.language == tag || r.language == language;
        for row in self.rows.iter().filter(fits) {
            let forms = row.forms.iter().map(String::as_str);
            learned.add(row.name_type, row.confidence, forms);
        }
        learned
    }
}

/// Reads all articles, equal ones once, and counts what they show of names. `memory` bounds the counts: where they need
/// more, only one of 2, 4 … forms is counted, the same ones in whatever order the articles come. What tells equal
/// articles is not in that bound: it grows by 10 to 20 bytes for each article.
pub fn learn(
    engine: &Engine,
    reader: &mut Reader,
    options: &Options,
    memory: u64,
    progress: &Progress,
) -> Result<Corpus, Error> {
    let budget = (memory / crate::run::WINDOW_SHARE).max(1);
    let spare: Mutex<Vec<Worker>> = Mutex::default();
    // Copies show what one of them does.
    let seen: Mutex<FxHashSet<u64>> = Mutex::default();
    let mut corpus = Corpus::new(memory);
    let mut window = read_window(reader, budget);
    while !window.is_empty() {
        if progress.stop.load(Ordering::Relaxed) {
            return Err(Error::Stopped);
        }
        let read = |chunk: &Chunk| {
            let mut worker = lock(&spare).pop().unwrap_or_default();
            let mut part = Corpus::new(memory);
            chunk.parse(options, &mut |parsed| match parsed {
                Ok(article) => {
                    part.articles += 1;
                    let said = format!("{}\0{}\0", article.language, article.title);
                    let hash = xxh3_64_with_seed(article.text.as_bytes(), xxh3_64(said.as_bytes()));
                    if lock(&seen).insert(hash) {
                        engine.show(&article, &mut worker, &mut part);
                    }
                }
                Err(_) => part.rejects += 1,
            });
            progress
                .articles
                .fetch_add(part.articles, Ordering::Relaxed);
            lock(&spare).push(worker);
            part
        };
        let (parts, next) = rayon::join(
            || window.par_iter().map(read).collect::<Vec<_>>(),
            || read_window(reader, budget),
        );
        parts.into_iter().for_each(|part| corpus.merge(part));
        let done: u64 = window.iter().map(Chunk::input_bytes).sum();
        progress.bytes.fetch_add(done, Ordering::Relaxed);
        window = next;
    }
    Ok(corpus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_does_not_depend_on_the_order() {
        let hashes: Vec<u64> = (0..1000).map(|n| in_language("en", n)).collect();
        let count = |order: &mut dyn Iterator<Item = &u64>| {
            let mut kept: Kept<u32> = Kept::new(100);
            order.for_each(|h| kept.add(*h, |n| *n += 1));
            kept
        };
        let sorted = |kept: &Kept<u32>| {
            let mut all: Vec<_> = kept.counts.iter().map(|(h, n)| (*h, *n)).collect();
            all.sort_unstable();
            all
        };
        let there = count(&mut hashes.iter());
        let back = count(&mut hashes.iter().rev());
        let mut parts = count(&mut hashes[..300].iter());
        parts.merge(count(&mut hashes[300..].iter()), |a, b| *a += b);
        assert!(
            (40..=100).contains(&there.counts.len()),
            "{}",
            there.counts.len()
        );
        assert_eq!(sorted(&there), sorted(&back));
        assert_eq!(sorted(&there), sorted(&parts));
    }

    #[test]
    fn words_whose_small_forms_had_no_room_are_no_names() {
        let mut corpus = Corpus::new(1 << 20);
        corpus.small = Kept::new(20);
        for n in 0..100 {
            let form = format!("Word{n}");
            let shown = Shown {
                form: form.clone(),
                forms: Vec::new(),
                inner: true,
                evidence: [10, 0, 0, 0],
            };
            let hash = in_language("en", form_hash(&form).unwrap());
            for _ in 0..2 {
                corpus.show("en", std::slice::from_ref(&shown));
            }
            (0..20).for_each(|_| corpus.small.add(hash, |n| *n += 1));
        }
        assert_eq!(corpus.forms.sieve, 0);
        assert!(corpus.one_of() > 4, "{}", corpus.one_of());
        let table = corpus.table();
        assert!(table.contains("\tnone\t"), "{table}");
        assert!(!table.contains("\tperson\t0"), "{table}");
    }

    #[test]
    fn spellings_are_bounded_whatever_their_order() {
        let spelling = |n: u32| -> String {
            let letters = "kelwickton".chars().enumerate();
            letters
                .map(|(i, c)| {
                    if (n >> i) & 1 == 1 {
                        c.to_ascii_uppercase()
                    } else {
                        c
                    }
                })
                .collect()
        };
        let count = |numbers: &mut dyn Iterator<Item = u32>| {
            let mut all = Spellings::default();
            numbers.for_each(|n| all.add(spelling(n), n % 3 + 1));
            all
        };
        let there = count(&mut (0..1024));
        let back = count(&mut (0..1024).rev());
        let mut parts = count(&mut (500..1024));
        parts.merge(count(&mut (0..500)));
        assert_eq!(there.0.len(), SPELLINGS);
        assert_eq!(there.0, back.0);
        assert_eq!(there.0, parts.0);
        // Those that are kept are counted in full.
        let twice = count(&mut (0..1024).chain((0..1024).rev()));
        assert!(
            there
                .0
                .iter()
                .zip(&twice.0)
                .all(|(a, b)| a.0 == b.0 && 2 * a.1 == b.1)
        );
    }
}
