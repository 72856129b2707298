//! What is known of the world: names of countries, regions, cities, organizations, peoples and
//! well-known persons, with one id over all languages, and given names and surnames as evidence.
//!
//! The tables lie in `data/*.tsv` and are compiled into `data/gazetteer.bin`, which is part of the
//! program and used in place. A user's own names lie over it:
//!
//! ```
//! use dateline_gazetteer::Gazetteer;
//! let csv = "name,type,id,aliases\nErich Andersen,person,,E. Andersen|Andersen\n";
//! let gazetteer = Gazetteer::embedded().with_names("names.csv", csv.as_bytes())?;
//!
//! let text = "Erich Andersen flew to The Hague.";
//! let mut tokens = Vec::new();
//! dateline_text::tokenize(text, &mut tokens);
//! let hit = gazetteer.longest(text, &tokens, 0).expect("a name");
//! assert_eq!(hit.tokens, 2);
//! assert_eq!(hit.entries().next().map(|e| e.id), Some("x:person:erich-andersen"));
//! # Ok::<(), dateline_gazetteer::Error>(())
//! ```

mod build;
mod compile;
mod error;
mod info;
mod kind;
mod layer;
mod lint;
mod lists;
mod pool;
mod table;
mod terms;

pub use build::Builder;
pub use compile::{CommonWords, Compiled, compile_tables, read_tables};
pub use error::Error;
pub use info::Info;
pub use kind::{Flags, Kind};
pub use layer::{Entry, Language, Posting};
pub use lint::{Finding, Lint, Sort};
pub use lists::{Choice, Counts, Format, made_id};
pub use terms::{Term, terms};

use dateline_text::{Gap, Token};
use layer::{Layer, NodeHash, RECORD, Record, Slot, spelling};
use std::sync::{Arc, LazyLock};

/// Begins with a cache line, so that no slot lies in two.
#[repr(C, align(64))]
struct Aligned<B: ?Sized>(B);

static EMBEDDED_BYTES: &Aligned<[u8]> = &Aligned(*include_bytes!("../data/gazetteer.bin"));

static EMBEDDED: LazyLock<Arc<Layer>> = LazyLock::new(|| {
    let layer = Layer::open(&EMBEDDED_BYTES.0);
    Arc::new(layer.expect("the embedded gazetteer is checked by the tests"))
});

/// All names, in layers: a user's own over those of the world. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    /// Topmost first.
    own: Vec<Arc<Layer>>,
    world: Arc<Layer>,
}

/// A bit for each of a user's layers.
type Layers = u64;

impl Gazetteer {
    /// How many layers of a user's can lie over the world's.
    pub const MOST_LAYERS: usize = Layers::BITS as usize;

    /// The names that come with the program. Costs nothing: nothing is read or built.
    pub fn embedded() -> Gazetteer {
        Gazetteer {
            own: Vec::new(),
            world: EMBEDDED.clone(),
        }
    }

    /// Lays a user's names over those that are there: CSV or TSV with a header and the columns `name`,
    /// `type` (`person`, `organization`, `place`, `other`), and, where wanted, `id`, `aliases`
    /// (separated by `|`), and the others of [`Format::Table`]. A name without an id gets one made
    /// from it; with the id of a known entity it is one more name of that entity, whose label stays.
    /// A name in capitals only is found in capitals only. Where a user's name is as long as another,
    /// only the user's counts; of several lists the one that was laid last.
    ///
    /// # Errors
    /// The first row that is wrong, with `file` and its number.
    pub fn with_names(self, file: &str, list: impl std::io::Read) -> Result<Gazetteer, Error> {
        let mut builder = Builder::over(self.layers().collect(), Choice::default());
        let input = std::io::BufReader::new(list);
        builder.read(file, Format::Table, input, &mut Err)?;
        let compiled = builder.finish("")?;
        let layer = Layer::open(compiled.bytes()?.leak())?;
        self.with_layer(layer)
    }

    /// Lays a file over those that are there that [`Builder`] has compiled. It is mapped into memory:
    /// opening costs next to nothing, whatever its size.
    ///
    /// # Errors
    /// A file that is no such file, or of another version.
    pub fn with_compiled(self, file: &std::fs::File) -> Result<Gazetteer, Error> {
        self.with_layer(Layer::open_mapped(file)?)
    }

    /// The same with bytes that are in memory.
    ///
    /// # Errors
    /// Bytes that are no such file, or of another version.
    pub fn with_compiled_bytes(self, bytes: &'static [u8]) -> Result<Gazetteer, Error> {
        self.with_layer(Layer::open(bytes)?)
    }

    /// Whether a file that begins so is a compiled one, of any version.
    pub fn is_compiled(head: &[u8]) -> bool {
        head.starts_with(layer::ANY_VERSION)
    }

    fn with_layer(mut self, layer: Layer) -> Result<Gazetteer, Error> {
        if self.own.len() >= Self::MOST_LAYERS {
            return Err(Error::TooMany(Self::MOST_LAYERS));
        }
        self.own.insert(0, Arc::new(layer));
        Ok(self)
    }

    /// Topmost first.
    fn layers(&self) -> impl Iterator<Item = Arc<Layer>> {
        self.own.iter().chain([&self.world]).cloned()
    }

    /// What stands in the topmost layer.
    pub fn info(&self) -> Info {
        Info::of(self.own.first().unwrap_or(&self.world))
    }

    /// The meanings of a form in a layer, whatever their case.
    fn entries_from(layer: &Layer, first: usize) -> impl Iterator<Item = Entry<'_>> {
        let records = layer.records(first).iter().map(Record::from_bytes);
        let mut ended = false;
        records
            .take_while(move |r| !std::mem::replace(&mut ended, r.is_last()))
            .filter_map(|r| layer.entry(&r))
    }

    /// The layers of a user's that may have a node.
    fn own_layers(&self, hash: NodeHash) -> Layers {
        let bits = self.own.iter().enumerate();
        bits.filter(|(_, layer)| layer.may_have(hash))
            .fold(0, |bits, (n, _)| bits | 1 << n)
    }

    /// Whether an entry may begin with a token of this key. «No» is certain; «yes» is wrong for
    /// three in a hundred words with which none begins.
    #[inline]
    pub fn may_start(&self, key: u64) -> bool {
        let hash = NodeHash::ROOT.then(key);
        self.world.may_have(hash) || self.own.iter().any(|l| l.may_have(hash))
    }

    /// What begins with a token of this key.
    #[inline]
    pub fn begin(&self, key: u64) -> Begin {
        let hash = NodeHash::ROOT.then(key);
        let node = |layer: &Layer| layer.may_have(hash).then(|| layer.node(hash))?;
        Begin {
            hash,
            own: self.own_layers(hash),
            world: node(&self.world).unwrap_or(Slot::EMPTY),
        }
    }

    /// Writes into `begun` those of the tokens `at` with which something begins, and what; returns how many.
    ///
    /// One step for all tokens before the next, so that the processor waits for their cache lines
    /// together; [`Gazetteer::matches_from`] finds them near.
    pub fn begin_all(&self, tokens: &[Token], at: &[u32], begun: &mut Vec<(u32, Begin)>) -> usize {
        if begun.len() < at.len() {
            begun.resize(at.len(), Default::default());
        }
        let mut found = 0;
        for i in at {
            let Some(token) = tokens.get(*i as usize) else {
                continue;
            };
            let hash = NodeHash::ROOT.then(token.key);
            let own = self.own_layers(hash);
            // Without a branch: nobody can foresee it.
            begun[found].0 = *i;
            begun[found].1.hash = hash;
            begun[found].1.own = own;
            found += usize::from((own != 0) | self.world.may_have(hash));
        }
        let begun = &mut begun[..found];
        for (i, begin) in &mut *begun {
            let slot = self.world.node(begin.hash).unwrap_or(Slot::EMPTY);
            // Where no name goes on with the next token, it need not be asked again.
            let next = tokens.get(*i as usize + 1);
            let goes_on = next.is_some_and(|t| {
                (t.gap != Gap::Paragraph) & self.world.may_have(begin.hash.then(t.key))
            });
            begin.world = slot.going_on(goes_on);
        }
        let mut kept = 0;
        for n in 0..begun.len() {
            let begin = begun[n].1;
            begun[kept] = begun[n];
            // The meanings are read too, so that they are near when they are asked for.
            kept += usize::from(self.world.is_near(begin.world) | (begin.own != 0));
        }
        kept
    }

    /// The way to names token by token, for who asks for other forms than those of the text.
    pub fn path(&self) -> Path<'_> {
        Path {
            gazetteer: self,
            hash: NodeHash::ROOT,
            own: 0,
            own_end: None,
            world: None,
        }
    }

    /// A language, for [`Posting::in_language`]. A region's tag (`fr-CA`) asks for its language.
    pub fn language(&self, tag: &str) -> Language {
        Language::new(tag, self.own.iter().map(|l| &**l), &self.world)
    }

    /// The names that begin at token `first`, shortest first. `tokens` are those of `text`. A name
    /// never goes over the end of a paragraph.
    #[inline]
    pub fn matches<'g, 't>(
        &'g self,
        text: &'t str,
        tokens: &'t [Token],
        first: usize,
    ) -> Matches<'g, 't> {
        let begin = tokens.get(first).map(|t| self.begin(t.key));
        self.matches_from(begin.unwrap_or_default(), text, tokens, first)
    }

    /// The same where it is known what begins with that token among these.
    #[inline]
    pub fn matches_from<'g, 't>(
        &'g self,
        begin: Begin,
        text: &'t str,
        tokens: &'t [Token],
        first: usize,
    ) -> Matches<'g, 't> {
        Matches {
            gazetteer: self,
            own: OwnWalk {
                hash: begin.hash,
                layers: begin.own,
            },
            world: (!begin.world.is_empty()).then_some(Walk {
                layer: &self.world,
                hash: begin.hash,
                slot: begin.world,
            }),
            text,
            tokens: tokens.get(first..).unwrap_or_default(),
            taken: 0,
        }
    }

    /// The longest name that begins at token `first`: the last of [`Gazetteer::matches`].
    #[inline]
    pub fn longest<'g, 't>(
        &'g self,
        text: &'t str,
        tokens: &'t [Token],
        first: usize,
    ) -> Option<Hit<'g, 't>> {
        self.matches(text, tokens, first).last()
    }

    /// The meanings of a whole name, in any case and spacing; nothing where it is not known.
    pub fn look_up(&self, name: &str) -> Vec<Entry<'_>> {
        let mut tokens = Vec::new();
        dateline_text::tokenize(name, &mut tokens);
        let hash = tokens
            .iter()
            .fold(NodeHash::ROOT, |hash, t| hash.then(t.key));
        for (layer, number) in self.own.iter().zip(1..).chain([(&self.world, 0)]) {
            let Some(first) = layer.node(hash).and_then(Slot::record) else {
                continue;
            };
            let hit = Hit {
                tokens: tokens.len(),
                layer,
                number,
                first,
                text: name,
                span: &tokens,
            };
            let found: Vec<_> = hit.entries().collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }
}

/// A sequence of keys with which names begin: see [`Gazetteer::path`].
#[derive(Clone, Copy)]
pub struct Path<'g> {
    gazetteer: &'g Gazetteer,
    hash: NodeHash,
    /// The layers of a user's in which names go on.
    own: Layers,
    /// The topmost of them in which a name ends, by its number from 1, and its first record.
    own_end: Option<(u8, u32)>,
    world: Option<Slot>,
}

impl<'g> Path<'g> {
    /// With one more token, where names go on with it.
    pub fn then(&self, key: u64) -> Option<Path<'g>> {
        let hash = self.hash.then(key);
        let open = self.hash == NodeHash::ROOT;
        let step =
            |layer: &Layer, open: bool| (open && layer.may_have(hash)).then(|| layer.node(hash))?;
        let mut path = Path {
            gazetteer: self.gazetteer,
            hash,
            own: 0,
            own_end: None,
            world: step(
                &self.gazetteer.world,
                open || self.world.is_some_and(Slot::goes_on),
            ),
        };
        for (n, layer) in self.gazetteer.own.iter().enumerate() {
            let Some(slot) = step(layer, open || self.own >> n & 1 != 0) else {
                continue;
            };
            path.own |= Layers::from(slot.goes_on()) << n;
            let end = slot.record().map(|first| (n as u8 + 1, first as u32));
            path.own_end = path.own_end.or(end);
        }
        (path.own != 0 || path.own_end.is_some() || path.world.is_some()).then_some(path)
    }

    /// The meanings of the name that ends here, largest first; none of acronyms, which have one
    /// spelling only. Where a user's name ends, only the user's count.
    pub fn postings(&self) -> impl Iterator<Item = Posting<'g>> + use<'g> {
        let own = self.own_end.and_then(|(number, first)| {
            let layer = self.gazetteer.own.get(usize::from(number) - 1)?;
            Some((&**layer, Some(first as usize), number))
        });
        let (layer, first, number) = own.unwrap_or_else(|| {
            let first = self.world.and_then(Slot::record);
            (&*self.gazetteer.world, first, 0)
        });
        let mut records = match first {
            Some(first) => layer.records(first).iter(),
            None => Default::default(),
        };
        std::iter::from_fn(move || {
            loop {
                let bytes = records.next()?;
                let record = Record::from_bytes(bytes);
                if record.is_last() {
                    records = Default::default();
                }
                if record.exact == 0 {
                    return Posting::new(layer, bytes, number);
                }
            }
        })
    }
}

/// What begins with a token, as far as one look tells: see [`Gazetteer::begin`].
#[derive(Debug, Clone, Copy)]
pub struct Begin {
    hash: NodeHash,
    own: Layers,
    world: Slot,
}

impl Default for Begin {
    fn default() -> Self {
        Begin {
            hash: NodeHash::ROOT,
            own: 0,
            world: Slot::EMPTY,
        }
    }
}

impl Begin {
    /// Whether nothing begins with it.
    #[inline]
    pub fn is_nothing(&self) -> bool {
        self.own == 0 && self.world.is_empty()
    }
}

/// The way through one layer's nodes, token by token.
#[derive(Clone, Copy)]
struct Walk<'g> {
    layer: &'g Layer,
    /// Of the node that is reached.
    hash: NodeHash,
    slot: Slot,
}

impl<'g> Walk<'g> {
    /// Takes the node that is reached, where there is one; `way` goes on to that of `next`.
    #[inline(always)]
    fn step(way: &mut Option<Walk<'g>>, next: Option<&Token>) -> Option<(&'g Layer, Slot)> {
        let Walk { layer, hash, slot } = way.take()?;
        if let Some(next) = next
            && slot.goes_on()
        {
            let hash = hash.then(next.key);
            if layer.may_have(hash) {
                *way = layer.node(hash).map(|slot| Walk { layer, hash, slot });
            }
        }
        Some((layer, slot))
    }
}

/// The way through the nodes of a user's layers.
#[derive(Clone, Copy)]
struct OwnWalk {
    hash: NodeHash,
    /// Those in which the next node passed the filter.
    layers: Layers,
}

impl OwnWalk {
    const NOWHERE: OwnWalk = OwnWalk {
        hash: NodeHash::ROOT,
        layers: 0,
    };
}

/// The names that begin at one token, shortest first: see [`Gazetteer::matches`].
pub struct Matches<'g, 't> {
    gazetteer: &'g Gazetteer,
    own: OwnWalk,
    world: Option<Walk<'g>>,
    text: &'t str,
    tokens: &'t [Token],
    taken: usize,
}

impl<'g, 't> Matches<'g, 't> {
    /// The name that ends with the node of a slot.
    #[inline]
    fn hit(&self, (layer, slot): (&'g Layer, Slot), number: u8) -> Option<Hit<'g, 't>> {
        let first = slot.record()?;
        let span = self.tokens.get(..self.taken)?;
        let hit = Hit {
            tokens: self.taken,
            layer,
            number,
            first,
            text: self.text,
            span,
        };
        (slot.any_case() || hit.postings().next().is_some()).then_some(hit)
    }

    /// Kept out of the way of those who have no names of their own.
    #[inline(never)]
    fn own_hit(&mut self, next: Option<&Token>) -> Option<Hit<'g, 't>> {
        let OwnWalk { hash, layers } = std::mem::replace(&mut self.own, OwnWalk::NOWHERE);
        let next = next.map(|t| hash.then(t.key));
        let gazetteer = self.gazetteer;
        let mut found = None;
        for (n, layer) in gazetteer.own.iter().enumerate() {
            let Some(slot) = (layers >> n & 1 != 0).then(|| layer.node(hash)).flatten() else {
                continue;
            };
            if let Some(next) = next
                && slot.goes_on()
                && layer.may_have(next)
            {
                self.own.hash = next;
                self.own.layers |= 1 << n;
            }
            found = found.or_else(|| self.hit((layer, slot), n as u8 + 1));
        }
        found
    }
}

impl<'g, 't> Iterator for Matches<'g, 't> {
    type Item = Hit<'g, 't>;

    #[inline]
    fn next(&mut self) -> Option<Hit<'g, 't>> {
        while self.own.layers != 0 || self.world.is_some() {
            self.taken += 1;
            let next = self
                .tokens
                .get(self.taken)
                .filter(|t| t.gap != Gap::Paragraph);
            let own = if self.own.layers != 0 {
                self.own_hit(next)
            } else {
                None
            };
            let world = Walk::step(&mut self.world, next);
            let found = own.or_else(|| self.hit(world?, 0));
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

/// A name found in a text.
#[derive(Clone, Copy)]
pub struct Hit<'g, 't> {
    /// How many tokens it has.
    pub tokens: usize,
    layer: &'g Layer,
    number: u8,
    first: usize,
    text: &'t str,
    span: &'t [Token],
}

impl<'g, 't> Hit<'g, 't> {
    /// What it may mean, largest first; at least one. Acronyms only where the case fits.
    #[inline]
    pub fn postings(&self) -> Postings<'g, 't> {
        Postings {
            hit: *self,
            records: self.layer.records(self.first).iter(),
            spelling: 0,
        }
    }

    /// The same with all that is known of each.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'g>> + use<'g, 't> {
        self.postings().map_while(|p| p.entry())
    }
}

/// The meanings of a name: see [`Hit::postings`].
#[derive(Clone)]
pub struct Postings<'g, 't> {
    hit: Hit<'g, 't>,
    records: std::slice::Iter<'g, [u8; RECORD]>,
    /// Of the text; 0 until an acronym asks.
    spelling: u32,
}

impl Postings<'_, '_> {
    fn spelling(&mut self) -> u32 {
        if self.spelling == 0 {
            self.spelling = spelling(self.hit.span.iter().map(|t| t.of(self.hit.text)));
        }
        self.spelling
    }
}

impl<'g> Iterator for Postings<'g, '_> {
    type Item = Posting<'g>;

    /// The next meaning whose case fits the text.
    #[inline]
    fn next(&mut self) -> Option<Posting<'g>> {
        loop {
            let bytes = self.records.next()?;
            let record = Record::from_bytes(bytes);
            if record.is_last() {
                self.records = Default::default();
            }
            if record.exact == 0 || record.exact == self.spelling() {
                return Posting::new(self.hit.layer, bytes, self.hit.number);
            }
        }
    }
}
