//! Entities over the run, counted in bounded memory.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::hash::BuildHasher;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use dateline_model::Mention;
use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::staging::Staging;

/// An entity and how often it is named: a row of `entities`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entity {
    pub entity_id: Arc<str>,
    pub name_type: Cow<'static, str>,
    pub name: Arc<str>,
    pub n_articles: u64,
    pub n_mentions: u64,
    /// Sorted, joined by `; `: nearly always one, which costs no memory of its own.
    pub languages: Cow<'static, str>,
    /// Earliest and latest day as YYYYMMDD; 0: none.
    pub first_seen: u32,
    pub last_seen: u32,
}

impl Entity {
    /// The entity's id, where it is one of Wikidata.
    pub fn wikidata(&self) -> &str {
        let id = &*self.entity_id;
        let digits = id.strip_prefix('Q').unwrap_or_default();
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            id
        } else {
            ""
        }
    }

    /// Adds what was counted later. Of two names the first one stays.
    fn absorb(&mut self, later: &Self) {
        self.n_articles += later.n_articles;
        self.n_mentions += later.n_mentions;
        if self.languages != later.languages {
            later
                .languages
                .split(LIST)
                .for_each(|l| self.add_language(l));
        }
        self.first_seen = match (self.first_seen, later.first_seen) {
            (0, day) | (day, 0) => day,
            (one, other) => one.min(other),
        };
        self.last_seen = self.last_seen.max(later.last_seen);
    }

    fn add_language(&mut self, language: &str) {
        let mut all: Vec<_> = self.languages.split(LIST).collect();
        if let Err(at) = all.binary_search(&language) {
            all.insert(at, language);
            self.languages = Cow::Owned(all.join(LIST));
        }
    }

    /// How much memory it takes in a table of entities, at most: what grows by doubling may be half empty, and a
    /// text is counted with its counters and rounded up.
    fn size(&self) -> u64 {
        let text = |text: &str| text.len() + 32;
        let place = size_of::<(u64, Self)>() + size_of::<usize>() + 1;
        (2 * place + text(&self.entity_id) + text(&self.name)) as u64
    }
}

/// Entities in memory, in the order in which they were first named.
#[derive(Default)]
pub(crate) struct EntityTable {
    /// With the hash of its id, which is taken once from a mention to the table of the run.
    entities: Vec<(u64, Entity)>,
    /// Where each stands, by that hash: the ids are held once.
    places: HashTable<usize>,
    size: u64,
}

/// Between the languages of an entity.
const LIST: &str = "; ";

fn hash(entity_id: &str) -> u64 {
    FxBuildHasher.hash_one(entity_id)
}

/// What one article says of an entity. Mentions are told by their places in the article's list.
pub(crate) struct NamedRow {
    /// Of the id.
    pub hash: u64,
    /// The first mention.
    pub first: usize,
    pub n_mentions: u64,
    pub in_title: bool,
    /// Code points in the text.
    pub first_start: Option<u64>,
    /// The first mention with a role.
    pub role: Option<usize>,
}

/// The entities of one article, in the order in which they are first named.
#[derive(Default)]
pub(crate) struct Named {
    rows: Vec<NamedRow>,
    places: HashTable<usize>,
}

impl Named {
    /// Forgets the entities and keeps their memory.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.places.clear();
    }

    /// The row of the entity that the mention names; a new one has nothing counted.
    pub fn row(&mut self, mentions: &[Mention], at: usize) -> &mut NamedRow {
        let id = |at: usize| mentions.get(at).map(|mention| &mention.entity_id);
        let of = hash(id(at).map_or("", |id| id));
        let rows = &mut self.rows;
        let same = |&row: &usize| {
            rows.get(row)
                .is_some_and(|row| row.hash == of && id(row.first) == id(at))
        };
        let found = self.places.find(of, same).copied();
        let row = found.unwrap_or_else(|| {
            let row = rows.len();
            rows.push(NamedRow {
                hash: of,
                first: at,
                n_mentions: 0,
                in_title: false,
                first_start: None,
                role: None,
            });
            self.places
                .insert_unique(of, row, |&row| rows.get(row).map_or(0, |row| row.hash));
            row
        });
        &mut rows[row]
    }

    pub fn rows(&self) -> &[NamedRow] {
        &self.rows
    }
}

impl EntityTable {
    /// Forgets the entities and keeps their memory for others.
    pub fn clear(&mut self) {
        self.entities.clear();
        self.places.clear();
        self.size = 0;
    }

    /// Counts an article's mentions of one entity, whose id has that hash.
    pub fn count(
        &mut self,
        mention: &Mention,
        of: u64,
        n_mentions: u64,
        published: u32,
        language: &'static str,
    ) {
        if let Some(entity) = self.find(&mention.entity_id, of) {
            entity.n_articles += 1;
            entity.n_mentions += n_mentions;
            if entity.languages != language {
                entity.add_language(language);
            }
            if published != 0 {
                if entity.first_seen == 0 || published < entity.first_seen {
                    entity.first_seen = published;
                }
                entity.last_seen = entity.last_seen.max(published);
            }
            return;
        }
        let entity = Entity {
            entity_id: mention.entity_id.clone(),
            name_type: Cow::Borrowed(mention.name_type.as_str()),
            name: mention.name.clone(),
            n_articles: 1,
            n_mentions,
            languages: Cow::Borrowed(language),
            first_seen: published,
            last_seen: published,
        };
        self.insert(entity, of);
    }

    fn find(&mut self, entity_id: &str, of: u64) -> Option<&mut Entity> {
        let same = |&at: &usize| {
            self.entities
                .get(at)
                .is_some_and(|(hash, known)| *hash == of && *known.entity_id == *entity_id)
        };
        let at = *self.places.find(of, same)?;
        self.entities.get_mut(at).map(|(_, known)| known)
    }

    /// Takes in an entity that is not in the table.
    fn insert(&mut self, entity: Entity, of: u64) {
        self.size += entity.size();
        let at = self.entities.len();
        self.entities.push((of, entity));
        let entities = &self.entities;
        self.places
            .insert_unique(of, at, |&at| entities.get(at).map_or(0, |(hash, _)| *hash));
    }

    /// Takes in all of a later table and leaves it empty.
    fn absorb(&mut self, later: &mut Self) {
        for (of, entity) in later.entities.drain(..) {
            match self.find(&entity.entity_id, of) {
                Some(known) => known.absorb(&entity),
                None => self.insert(entity, of),
            }
        }
        later.clear();
    }

    fn into_sorted(mut self) -> impl Iterator<Item = Entity> {
        self.entities
            .sort_unstable_by(|(_, a), (_, b)| a.entity_id.cmp(&b.entity_id));
        self.entities.into_iter().map(|(_, entity)| entity)
    }
}

/// More sorted files than these are merged into one, so that not too many are open at once.
const MOST_RUNS: usize = 64;

/// Counts entities over the run; what does not fit into memory goes to sorted temporary files.
pub(crate) struct EntityCounter {
    memory: u64,
    table: EntityTable,
    runs: Vec<PathBuf>,
    n_runs: u64,
}

impl EntityCounter {
    pub fn new(memory: u64) -> Self {
        Self {
            memory,
            table: EntityTable::default(),
            runs: Vec::new(),
            n_runs: 0,
        }
    }

    /// Takes in the entities of a batch and leaves it without any.
    pub fn absorb(&mut self, batch: &mut EntityTable, staging: &mut Staging) -> Result<(), Error> {
        self.table.absorb(batch);
        if self.table.size > self.memory {
            let table = std::mem::take(&mut self.table);
            self.spill(table.into_sorted().map(Ok), staging)?;
            if self.runs.len() > MOST_RUNS {
                let runs = std::mem::take(&mut self.runs);
                self.spill(merge(&runs, None)?, staging)?;
                for run in &runs {
                    staging.discard(run);
                }
            }
        }
        Ok(())
    }

    fn spill(
        &mut self,
        entities: impl Iterator<Item = Result<Entity, Error>>,
        staging: &mut Staging,
    ) -> Result<(), Error> {
        self.n_runs += 1;
        let (path, file) = staging.create(&format!("entities-{}", self.n_runs))?;
        let mut file = BufWriter::with_capacity(1 << 16, file);
        for entity in entities {
            let entity = entity?;
            serde_json::to_writer(&mut file, &entity)
                .map_err(std::io::Error::from)
                .and_then(|()| file.write_all(b"\n"))
                .map_err(Error::file(&path))?;
        }
        file.flush().map_err(Error::file(&path))?;
        self.runs.push(path);
        Ok(())
    }

    /// All entities by id, and the temporary files that may go once these have been read.
    pub fn finish(
        self,
    ) -> Result<(impl Iterator<Item = Result<Entity, Error>>, Vec<PathBuf>), Error> {
        let merged = merge(&self.runs, Some(self.table))?;
        Ok((merged, self.runs))
    }
}

type Entities<'a> = Box<dyn Iterator<Item = Result<Entity, Error>> + 'a>;

/// One sorted stream of several. Streams come in the order of counting, which tells whose name stays.
fn merge(runs: &[PathBuf], table: Option<EntityTable>) -> Result<Entities<'static>, Error> {
    let mut streams = Vec::with_capacity(runs.len() + 1);
    for path in runs {
        let file = File::open(path).map_err(Error::file(path))?;
        let path = path.clone();
        let lines = BufReader::with_capacity(1 << 16, file).lines();
        streams.push(Box::new(lines.map(move |line| {
            line.and_then(|line| serde_json::from_str(&line).map_err(std::io::Error::from))
                .map_err(Error::file(&path))
        })) as Entities<'static>);
    }
    if let Some(table) = table {
        let entities = table.into_sorted().map(Ok);
        if streams.is_empty() {
            return Ok(Box::new(entities));
        }
        streams.push(Box::new(entities));
    }
    let mut merge = Merge {
        heads: BinaryHeap::new(),
    };
    for (order, mut rest) in streams.into_iter().enumerate() {
        if let Some(entity) = rest.next() {
            merge.heads.push(Head {
                entity: entity?,
                order,
                rest,
            });
        }
    }
    Ok(Box::new(merge))
}

/// The first entity of a sorted stream.
struct Head {
    entity: Entity,
    order: usize,
    rest: Entities<'static>,
}

impl Ord for Head {
    /// The heap gives the greatest: the smallest id, and of these the earliest stream.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_id = other.entity.entity_id.cmp(&self.entity.entity_id);
        by_id.then(other.order.cmp(&self.order))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

struct Merge {
    heads: BinaryHeap<Head>,
}

impl Merge {
    /// The smallest entity of all heads; its stream moves on.
    fn pop(&mut self) -> Option<Result<Entity, Error>> {
        let mut head = self.heads.peek_mut()?;
        match head.rest.next() {
            Some(Ok(next)) => Some(Ok(std::mem::replace(&mut head.entity, next))),
            Some(Err(error)) => Some(Err(error)),
            None => Some(Ok(PeekMut::pop(head).entity)),
        }
    }
}

impl Iterator for Merge {
    type Item = Result<Entity, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut entity = match self.pop()? {
            Ok(entity) => entity,
            error => return Some(error),
        };
        while self
            .heads
            .peek()
            .is_some_and(|head| head.entity.entity_id == entity.entity_id)
        {
            match self.pop()? {
                Ok(later) => entity.absorb(&later),
                error => return Some(error),
            }
        }
        Some(Ok(entity))
    }
}
