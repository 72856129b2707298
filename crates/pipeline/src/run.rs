//! A whole run: windows of chunks, in parallel, in order, within bounds.

use crate::{Engine, Error, Worker};
use dateline_export::Batch;
use dateline_ingest::{Chunk, Options, Reader};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

/// How far a run is, for whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Articles that are done.
    pub articles: AtomicU64,
    /// Bytes of the inputs that are done, as they lie on the disk.
    pub bytes: AtomicU64,
    /// Set from outside to stop the run before its next window.
    pub stop: AtomicBool,
}

/// What a run counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Articles.
    pub articles: u64,
    /// Pieces of input that did not become articles.
    pub rejects: u64,
    /// Articles whose given id had been given before and was made unique.
    pub repeated_ids: u64,
    /// Articles dated by the calendar where several years were possible.
    pub calendar_latest: u64,
    /// Articles without a day of publication.
    pub undated: u64,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.articles += other.articles;
        self.rejects += other.rejects;
        self.repeated_ids += other.repeated_ids;
        self.calendar_latest += other.calendar_latest;
        self.undated += other.undated;
    }
}

/// Bounds of a run.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes that chunks, facts and rows in flight may take, about.
    pub memory: u64,
    /// Stop after so many articles.
    pub articles: Option<u64>,
}

/// A window is this part of the memory that may be used. Beside its raw records there are those
/// of the next one, the rows of chunks that wait for those before them (four to five times as large, in
/// JSON Lines), what is known of one article a thread, and what counting entities takes; and small windows
/// stay in the caches.
pub(crate) const WINDOW_SHARE: u64 = 32;

/// Reads, extracts and hands batches to `write`, in the order of the input whatever the number of
/// threads. `write` puts the rows away and empties the batch, whose memory is used again.
///
/// Threads take the chunks of a window one by one from its beginning, and whoever has done the next in order
/// writes it: so few batches wait that their memory is soon used again, and the others go on meanwhile.
///
/// Workers format each article with the id that its source gave. Whether that id was given before
/// is known only in order: a chunk with a repeated id, or with more articles than the limit
/// allows, is worked on again, alone, with the ids decided. Both are rare.
pub fn run(
    engine: &Engine,
    reader: &mut Reader,
    options: &Options,
    export: &dateline_export::Settings,
    limits: &Limits,
    progress: &Progress,
    write: impl FnMut(&mut Batch) -> Result<(), dateline_export::Error> + Send,
) -> Result<Counts, Error> {
    let budget = (limits.memory / WINDOW_SHARE).max(1);
    let spare = Spare {
        workers: Mutex::default(),
        batches: Mutex::default(),
        export,
    };
    let order = Order {
        waiting: Mutex::default(),
        writing: Mutex::new(Writing {
            next: 0,
            counts: Counts::default(),
            ids: Ids::default(),
            write,
        }),
    };
    let mut window = read_window(reader, budget);
    while !window.is_empty() {
        if progress.stop.load(Ordering::Relaxed) {
            return Err(Error::Stopped);
        }
        let so_far = lock(&order.writing).counts.articles;
        if limits.articles.is_some_and(|limit| so_far >= limit) {
            break;
        }
        order.begin(window.len());
        let taken = AtomicUsize::new(0);
        let failed: Mutex<Option<Error>> = Mutex::default();
        let work = || {
            let mut worker = lock(&spare.workers).pop().unwrap_or_default();
            while lock(&failed).is_none() {
                let at = taken.fetch_add(1, Ordering::Relaxed);
                let Some(chunk) = window.get(at) else { break };
                let mut done = Done::new(spare.batch());
                extract(engine, chunk, options, &mut worker, &mut done, &mut |id| {
                    Some((id.to_owned(), false))
                });
                progress
                    .articles
                    .fetch_add(done.counts.articles, Ordering::Relaxed);
                let written = order.put(at, done, |writing, at, done| {
                    let mut again = |done: &mut Done, decide: Decide| {
                        if let Some(chunk) = window.get(at) {
                            extract(engine, chunk, options, &mut worker, done, decide);
                        }
                    };
                    writing.write(done, limits, &spare, &mut again)
                });
                if let Err(error) = written {
                    lock(&failed).get_or_insert(error);
                }
            }
            lock(&spare.workers).push(worker);
        };
        let ((), next) = rayon::join(
            || {
                rayon::scope(|scope| {
                    for _ in 0..rayon::current_num_threads() {
                        scope.spawn(|_| work());
                    }
                });
            },
            || read_window(reader, budget),
        );
        if let Some(error) = lock(&failed).take() {
            return Err(error);
        }
        let done: u64 = window.iter().map(Chunk::input_bytes).sum();
        progress.bytes.fetch_add(done, Ordering::Relaxed);
        window = next;
    }
    let counts = lock(&order.writing).counts;
    Ok(counts)
}

/// Gives an article its id and tells whether that had to be changed; `None`: no more articles.
type Decide<'a> = &'a mut dyn FnMut(&str) -> Option<(String, bool)>;

/// Memory that waits to be used again.
struct Spare<'a> {
    workers: Mutex<Vec<Worker>>,
    batches: Mutex<Vec<Batch>>,
    export: &'a dateline_export::Settings,
}

impl Spare<'_> {
    fn batch(&self) -> Batch {
        let spare = lock(&self.batches).pop();
        spare.unwrap_or_else(|| Batch::new(self.export))
    }
}

/// Brings the chunks of a window back into their order.
struct Order<W> {
    /// What became of each chunk, until it is written.
    waiting: Mutex<Vec<Option<Done>>>,
    writing: Mutex<Writing<W>>,
}

impl<W> Order<W> {
    fn begin(&self, chunks: usize) {
        lock(&self.writing).next = 0;
        let mut waiting = lock(&self.waiting);
        waiting.clear();
        waiting.resize_with(chunks, || None);
    }

    /// Puts a chunk in its place and has those written that are next. No thread waits for one that writes: that
    /// one looks again when it has ended.
    fn put(
        &self,
        at: usize,
        done: Done,
        mut write: impl FnMut(&mut Writing<W>, usize, Done) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if let Some(place) = lock(&self.waiting).get_mut(at) {
            *place = Some(done);
        }
        loop {
            let mut writing = match self.writing.try_lock() {
                Ok(writing) => writing,
                Err(TryLockError::Poisoned(error)) => error.into_inner(),
                Err(TryLockError::WouldBlock) => return Ok(()),
            };
            while let Some(done) = self.take(writing.next) {
                let at = writing.next;
                writing.next += 1;
                write(&mut writing, at, done)?;
            }
            let next = writing.next;
            drop(writing);
            if !lock(&self.waiting).get(next).is_some_and(Option::is_some) {
                return Ok(());
            }
        }
    }

    fn take(&self, at: usize) -> Option<Done> {
        lock(&self.waiting).get_mut(at)?.take()
    }
}

/// What is known only in the order of the input.
struct Writing<W> {
    /// The chunk of the window that is to be written next.
    next: usize,
    counts: Counts,
    ids: Ids,
    write: W,
}

impl<W: FnMut(&mut Batch) -> Result<(), dateline_export::Error>> Writing<W> {
    /// Writes what became of a chunk, once `again` has worked on it with the ids decided where that is needed.
    fn write(
        &mut self,
        mut done: Done,
        limits: &Limits,
        spare: &Spare<'_>,
        again: &mut dyn FnMut(&mut Done, Decide),
    ) -> Result<(), Error> {
        let left = limits
            .articles
            .map_or(u64::MAX, |limit| limit - self.counts.articles.min(limit));
        if done.counts.articles > left || !self.ids.are_new(&done.ids) {
            let mut batch = done.batch;
            batch.clear();
            done = Done::new(batch);
            let mut left = left;
            again(&mut done, &mut |id| {
                left = left.checked_sub(1)?;
                Some(self.ids.unique(id))
            });
        }
        self.counts.add(&done.counts);
        (self.write)(&mut done.batch)?;
        lock(&spare.batches).push(done.batch);
        Ok(())
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read_window(reader: &mut Reader, budget: u64) -> Vec<Chunk> {
    let mut window = Vec::new();
    let mut bytes = 0;
    while bytes < budget {
        let Some(chunk) = reader.next() else { break };
        bytes += chunk.bytes();
        window.push(chunk);
    }
    window
}

/// What became of a chunk.
struct Done {
    batch: Batch,
    counts: Counts,
    /// Hashes of the ids, in order.
    ids: Vec<u64>,
}

impl Done {
    fn new(batch: Batch) -> Self {
        Self {
            batch,
            counts: Counts::default(),
            ids: Vec::new(),
        }
    }
}

/// Works on a chunk. `decide` gives each article its id and whether that had to be changed; from
/// the first `None` on, nothing more is taken.
fn extract(
    engine: &Engine,
    chunk: &Chunk,
    options: &Options,
    worker: &mut Worker,
    done: &mut Done,
    decide: Decide,
) {
    let mut open = true;
    chunk.parse(options, &mut |parsed| {
        if !open {
            return;
        }
        let counts = &mut done.counts;
        match parsed {
            Ok(article) => {
                let made;
                let given = if article.source_id.is_empty() {
                    made = format!("{}:{}", article.source_file, article.record);
                    &made
                } else {
                    &*article.source_id
                };
                let Some((id, repeated)) = decide(given) else {
                    open = false;
                    return;
                };
                done.ids.push(hash(&id));
                let mut facts = engine.extract(article, worker);
                facts.article.article_id = id;
                counts.articles += 1;
                counts.repeated_ids += u64::from(repeated);
                counts.calendar_latest +=
                    u64::from(facts.article.published_basis == "calendar_latest");
                counts.undated += u64::from(facts.article.published.is_empty());
                done.batch.push(&facts);
            }
            Err(reject) => {
                counts.rejects += 1;
                done.batch.reject(&reject);
            }
        }
    });
}

fn hash(id: &str) -> u64 {
    BuildHasherDefault::<rustc_hash::FxHasher>::default().hash_one(id)
}

/// The ids that were given, as hashes: 8 bytes an article.
#[derive(Default)]
struct Ids {
    seen: FxHashSet<u64>,
    again: FxHashMap<String, u64>,
}

impl Ids {
    /// Takes in the ids of a chunk if all of them are new.
    fn are_new(&mut self, ids: &[u64]) -> bool {
        for (i, id) in ids.iter().enumerate() {
            if !self.seen.insert(*id) {
                for taken in &ids[..i] {
                    self.seen.remove(taken);
                }
                return false;
            }
        }
        true
    }

    /// The id, with `~2`, `~3` … behind it where it was given before.
    fn unique(&mut self, id: &str) -> (String, bool) {
        if self.seen.insert(hash(id)) {
            return (id.to_owned(), false);
        }
        let n = self.again.entry(id.to_owned()).or_insert(1);
        loop {
            *n += 1;
            let other = format!("{id}~{n}");
            if self.seen.insert(hash(&other)) {
                return (other, true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_ids_are_made_unique() {
        let mut ids = Ids::default();
        let mut id = |s: &str| ids.unique(s);
        assert_eq!(id("a"), ("a".into(), false));
        assert_eq!(id("a"), ("a~2".into(), true));
        assert_eq!(id("a~2"), ("a~2~2".into(), true));
        assert_eq!(id("a"), ("a~3".into(), true));
        assert_eq!(id("b"), ("b".into(), false));
        assert!(ids.are_new(&[1, 2]));
        assert!(!ids.are_new(&[3, 2]));
        assert!(
            ids.are_new(&[3]),
            "ids of a chunk that is worked on again are free"
        );
    }
}
