//! A whole run: windows of chunks, in parallel, in order, within bounds.

use crate::{Engine, Error, Worker};
use dateline_export::Batch;
use dateline_ingest::{Chunk, Options, Reader};
use dateline_model::{ArticleFacts, Reject};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::{BuildHasher, BuildHasherDefault};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

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

/// Bounds of a run.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes that chunks, facts and rows in flight may take, about.
    pub memory: u64,
    /// Stop after so many articles.
    pub articles: Option<u64>,
}

/// Bytes in flight for each byte of input: two windows of raw records, one of them with its facts
/// and rows (measured on English and French news).
const IN_FLIGHT: u64 = 12;

enum Item<'a> {
    Facts(Box<ArticleFacts<'a>>),
    Reject(Reject),
    /// Beyond the limit.
    Dropped,
}

/// Reads, extracts and hands batches to `write`, in the order of the input whatever the number of
/// threads. Rows are formatted by the workers; `write` only puts them away.
pub fn run(
    engine: &Engine,
    reader: &mut Reader,
    options: &Options,
    export: &dateline_export::Settings,
    limits: &Limits,
    progress: &Progress,
    mut write: impl FnMut(Batch) -> Result<(), dateline_export::Error> + Send,
) -> Result<Counts, Error> {
    let budget = (limits.memory / IN_FLIGHT).max(1);
    let mut ids = Ids::default();
    let mut counts = Counts::default();
    // One worker a thread, kept from window to window: their memory is large and used again.
    let workers: Mutex<Vec<Worker>> = Mutex::default();
    let mut window = read_window(reader, budget);
    while !window.is_empty() {
        if progress.stop.load(Ordering::Relaxed) {
            return Err(Error::Stopped);
        }
        let full = limits.articles.is_some_and(|limit| counts.articles >= limit);
        if full {
            break;
        }
        let (result, next) = rayon::join(
            || -> Result<(), Error> {
                let mut parts: Vec<Vec<Item>> = window
                        .par_iter()
                    .map(|chunk| {
                        let mut worker = lock(&workers).pop().unwrap_or_default();
                        let items = extract(engine, chunk, options, progress, &mut worker);
                        lock(&workers).push(worker);
                        items
                    })
                    .collect();
                for item in parts.iter_mut().flatten() {
                    count(item, &mut counts, &mut ids, limits);
                }
                let batches: Vec<Batch> = parts.par_iter().map(|items| batch(items, export)).collect();
                for b in batches {
                    write(b)?;
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

fn extract<'a>(
    engine: &Engine,
    chunk: &'a Chunk,
    options: &Options,
    progress: &Progress,
    worker: &mut Worker,
) -> Vec<Item<'a>> {
    let mut items = Vec::new();
    chunk.parse(options, &mut |parsed| {
        items.push(match parsed {
            Ok(article) => Item::Facts(Box::new(engine.extract(article, worker))),
            Err(reject) => Item::Reject(reject),
        });
    });
    let articles = items.iter().filter(|i| matches!(i, Item::Facts(_))).count();
    progress.articles.fetch_add(articles as u64, Ordering::Relaxed);
    items
}

fn count(item: &mut Item, counts: &mut Counts, ids: &mut Ids, limits: &Limits) {
    if limits.articles.is_some_and(|limit| counts.articles >= limit) {
        *item = Item::Dropped;
    }
    match item {
        Item::Dropped => {}
        Item::Reject(_) => counts.rejects += 1,
        Item::Facts(facts) => {
            counts.articles += 1;
            let row = &mut facts.article;
            let given = if row.source_id.is_empty() {
                format!("{}:{}", row.source_file, row.record)
            } else {
                row.source_id.clone()
            };
            let (id, repeated) = ids.unique(given);
            row.article_id = id;
            counts.repeated_ids += u64::from(repeated);
            counts.calendar_latest += u64::from(row.published_basis == "calendar_latest");
            counts.undated += u64::from(row.published.is_empty());
        }
    }
}

fn batch(items: &[Item], export: &dateline_export::Settings) -> Batch {
    let mut batch = Batch::new(export);
    for item in items {
        match item {
            Item::Dropped => {}
            Item::Facts(facts) => batch.push(facts),
            Item::Reject(reject) => batch.reject(reject),
        }
    }
    batch
}

/// The ids that were given, as hashes: 8 bytes an article.
#[derive(Default)]
struct Ids {
    seen: FxHashSet<u64>,
    again: FxHashMap<String, u64>,
}

impl Ids {
    /// The id, with `~2`, `~3` … behind it where it was given before.
    fn unique(&mut self, id: String) -> (String, bool) {
        let hash = |id: &str| BuildHasherDefault::<rustc_hash::FxHasher>::default().hash_one(id);
        if self.seen.insert(hash(&id)) {
            return (id, false);
        }
        let n = self.again.entry(id.clone()).or_insert(1);
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
        let mut id = |s: &str| ids.unique(s.to_owned());
        assert_eq!(id("a"), ("a".into(), false));
        assert_eq!(id("a"), ("a~2".into(), true));
        assert_eq!(id("a~2"), ("a~2~2".into(), true));
        assert_eq!(id("a"), ("a~3".into(), true));
        assert_eq!(id("b"), ("b".into(), false));
    }
}
