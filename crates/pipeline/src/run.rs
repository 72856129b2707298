//! A whole run: windows of chunks, in parallel, in order, within bounds.

use crate::{Engine, Error, Worker};
use dateline_export::Batch;
use dateline_ingest::{Chunk, Options, Reader};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

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
/// of the next one, its rows (four to five times as large, in JSON Lines), what is known of one
/// article a thread, and what counting entities takes; and small windows stay in the caches.
const WINDOW_SHARE: u64 = 32;

/// Reads, extracts and hands batches to `write`, in the order of the input whatever the number of
/// threads. `write` puts the rows away and empties the batch, whose memory is used again.
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
    mut write: impl FnMut(&mut Batch) -> Result<(), dateline_export::Error> + Send,
) -> Result<Counts, Error> {
    let budget = (limits.memory / WINDOW_SHARE).max(1);
    let mut ids = Ids::default();
    let mut counts = Counts::default();
    let (workers, batches): (Mutex<Vec<Worker>>, Mutex<Vec<Batch>>) =
        (Mutex::default(), Mutex::default());
    let work = |chunk: &Chunk| {
        let mut worker = lock(&workers).pop().unwrap_or_default();
        let mut done = Done::new(lock(&batches).pop().unwrap_or_else(|| Batch::new(export)));
        extract(engine, chunk, options, &mut worker, &mut done, |id| {
            Some((id.to_owned(), false))
        });
        lock(&workers).push(worker);
        progress
            .articles
            .fetch_add(done.counts.articles, Ordering::Relaxed);
        done
    };
    let mut window = read_window(reader, budget);
    while !window.is_empty() {
        if progress.stop.load(Ordering::Relaxed) {
            return Err(Error::Stopped);
        }
        if limits
            .articles
            .is_some_and(|limit| counts.articles >= limit)
        {
            break;
        }
        let (result, next) = rayon::join(
            || -> Result<(), Error> {
                let parts: Vec<Done> = window.par_iter().map(work).collect();
                for (mut done, chunk) in parts.into_iter().zip(&window) {
                    let left = limits
                        .articles
                        .map_or(u64::MAX, |limit| limit - counts.articles.min(limit));
                    if done.counts.articles > left || !ids.are_new(&done.ids) {
                        let mut batch = done.batch;
                        batch.clear();
                        done = Done::new(batch);
                        let mut left = left;
                        let mut worker = lock(&workers).pop().unwrap_or_default();
                        extract(engine, chunk, options, &mut worker, &mut done, |id| {
                            left = left.checked_sub(1)?;
                            Some(ids.unique(id))
                        });
                        lock(&workers).push(worker);
                    }
                    counts.add(&done.counts);
                    write(&mut done.batch)?;
                    lock(&batches).push(done.batch);
                }
                Ok(())
            },
            || read_window(reader, budget),
        );
        result?;
        let done: u64 = window.iter().map(Chunk::input_bytes).sum();
        progress.bytes.fetch_add(done, Ordering::Relaxed);
        window = next;
    }
    Ok(counts)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_window(reader: &mut Reader, budget: u64) -> Vec<Chunk> {
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
    mut decide: impl FnMut(&str) -> Option<(String, bool)>,
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
