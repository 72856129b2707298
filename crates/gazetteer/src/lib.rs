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
//! let mut scratch = Vec::new();
//! let hit = gazetteer.longest(text, &tokens, 0, &mut scratch).expect("a name");
//! assert_eq!(hit.tokens, 2);
//! assert_eq!(hit.entries().next().map(|e| e.id), Some("x:person:erich-andersen"));
//! # Ok::<(), dateline_gazetteer::Error>(())
//! ```

mod compile;
mod error;
mod kind;
mod layer;
mod names;
mod table;

pub use compile::{compile_tables, read_tables};
pub use error::Error;
pub use kind::{Flags, Kind};
pub use layer::Entry;
pub use names::made_id;

use dateline_text::{Gap, Token, fold_into};
use layer::{Layer, Posting, SEPARATOR, spelling};
use std::sync::{Arc, LazyLock};

static EMBEDDED_BYTES: &[u8] = include_bytes!("../data/gazetteer.bin");

static EMBEDDED: LazyLock<Arc<Layer>> = LazyLock::new(|| {
    let layer = Layer::open_static(EMBEDDED_BYTES);
    Arc::new(layer.expect("the embedded gazetteer is checked by the tests"))
});

/// All names, in layers: a user's own over those of the world. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gazetteer {
    own: Option<Arc<Layer>>,
    own_rows: Vec<table::Row>,
    world: Arc<Layer>,
}

impl Gazetteer {
    /// The names that come with the program. Costs nothing: nothing is read or built.
    pub fn embedded() -> Gazetteer {
        Gazetteer { own: None, own_rows: Vec::new(), world: EMBEDDED.clone() }
    }

    /// Lays a user's names over those that are there: CSV with a header and the columns `name`,
    /// `type` (`person`, `organization`, `place`, `other`), and, where wanted, `id` and `aliases`
    /// (separated by `|`). A name without an id gets one made from it; with the id of a known entity
    /// it is one more name of that entity, whose label stays. A name in capitals only is
    /// found in capitals only. Where a user's name is as long as another, only the user's counts.
    ///
    /// # Errors
    /// The first row that is wrong, with `file` and its number.
    pub fn with_names(mut self, file: &str, csv: impl std::io::Read) -> Result<Gazetteer, Error> {
        self.own_rows.append(&mut names::read(file, csv)?);
        let known = self.world.labels().collect();
        self.own = Some(Arc::new(Layer::open_copied(&compile::compile(&self.own_rows, &known)?)?));
        Ok(self)
    }

    /// Whether an entry may begin with a token of this key. «No» is certain; «yes» is wrong about
    /// once in seventy.
    #[inline]
    pub fn may_start(&self, key: u64) -> bool {
        self.world.may_start(key) || self.own.as_ref().is_some_and(|l| l.may_start(key))
    }

    /// The names that begin at token `first`, shortest first. `tokens` are those of `text`;
    /// `scratch` is memory that is used again, its contents do not matter. A name never goes over
    /// the end of a paragraph.
    #[inline]
    pub fn matches<'g, 't>(
        &'g self,
        text: &'t str,
        tokens: &'t [Token],
        first: usize,
        scratch: &'t mut Vec<u8>,
    ) -> Matches<'g, 't> {
        let tokens = tokens.get(first..).unwrap_or_default();
        let walk = |layer: &'g Layer| match tokens.first() {
            Some(t) if layer.may_start(t.key) => Some(Walk::new(layer)),
            _ => None,
        };
        let walks = [self.own.as_deref().and_then(walk), walk(&self.world)];
        Matches { walks, text, tokens, taken: 0, scratch }
    }

    /// The longest name that begins at token `first`: the last of [`Gazetteer::matches`].
    #[inline]
    pub fn longest<'g, 't>(
        &'g self,
        text: &'t str,
        tokens: &'t [Token],
        first: usize,
        scratch: &'t mut Vec<u8>,
    ) -> Option<Hit<'g, 't>> {
        self.matches(text, tokens, first, scratch).last()
    }

    /// The meanings of a whole name, in any case and spacing; nothing where it is not known.
    pub fn look_up(&self, name: &str) -> Vec<Entry<'_>> {
        let mut tokens = Vec::new();
        dateline_text::tokenize(name, &mut tokens);
        let mut scratch = Vec::new();
        let mut found = Vec::new();
        for (layer, own) in self.own.as_deref().map(|l| (l, true)).into_iter().chain([(&*self.world, false)]) {
            let mut walk = Walk::new(layer);
            let complete = tokens.iter().enumerate().all(|(n, t)| walk.take(t.of(name), n > 0, &mut scratch));
            if let (true, Some(first)) = (complete, walk.value()) {
                let hit = Hit { tokens: tokens.len(), layer, own, first, text: name, span: &tokens };
                found.extend(hit.entries());
                if !found.is_empty() {
                    break;
                }
            }
        }
        found
    }
}

/// The way through one layer's automaton.
#[derive(Clone, Copy)]
struct Walk<'g> {
    layer: &'g Layer,
    node: fst::raw::Node<'g>,
    sum: fst::raw::Output,
}

impl<'g> Walk<'g> {
    fn new(layer: &'g Layer) -> Self {
        Walk { layer, node: layer.automaton.root(), sum: fst::raw::Output::zero() }
    }

    #[inline]
    fn step(&mut self, byte: u8) -> bool {
        let Some(at) = self.node.find_input(byte) else { return false };
        let t = self.node.transition(at);
        self.sum = self.sum.cat(t.out);
        self.node = self.layer.automaton.node(t.addr);
        true
    }

    /// Takes one token; whether a name may still come.
    #[inline]
    fn take(&mut self, token: &str, separated: bool, scratch: &mut Vec<u8>) -> bool {
        if separated && !self.step(SEPARATOR) {
            return false;
        }
        scratch.clear();
        fold_into(token, scratch);
        scratch.iter().all(|b| self.step(*b))
    }

    /// Number of the first posting, where a name ends here.
    fn value(&self) -> Option<u32> {
        self.node.is_final().then(|| self.sum.cat(self.node.final_output()).value() as u32)
    }
}

/// The names that begin at one token, shortest first: see [`Gazetteer::matches`].
pub struct Matches<'g, 't> {
    /// A user's layer first.
    walks: [Option<Walk<'g>>; 2],
    text: &'t str,
    tokens: &'t [Token],
    taken: usize,
    scratch: &'t mut Vec<u8>,
}

impl<'g, 't> Iterator for Matches<'g, 't> {
    type Item = Hit<'g, 't>;

    fn next(&mut self) -> Option<Hit<'g, 't>> {
        while self.walks.iter().any(Option::is_some) {
            let token = self.tokens.get(self.taken)?;
            if self.taken > 0 && token.gap == Gap::Paragraph {
                return None;
            }
            let form = token.of(self.text);
            for walk in &mut self.walks {
                if walk.as_mut().is_some_and(|w| !w.take(form, self.taken > 0, self.scratch)) {
                    *walk = None;
                }
            }
            self.taken += 1;
            for (n, walk) in self.walks.iter().enumerate() {
                let Some((walk, first)) = walk.as_ref().and_then(|w| Some((w, w.value()?))) else { continue };
                let hit = Hit {
                    tokens: self.taken,
                    layer: walk.layer,
                    own: n == 0,
                    first,
                    text: self.text,
                    span: &self.tokens[..self.taken],
                };
                if hit.entries().posting().is_some() {
                    return Some(hit);
                }
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
    own: bool,
    first: u32,
    text: &'t str,
    span: &'t [Token],
}

impl<'g, 't> Hit<'g, 't> {
    /// What it may mean, largest first; at least one. Acronyms only where the case fits.
    #[inline]
    pub fn entries(&self) -> Entries<'g, 't> {
        Entries { hit: *self, next: Some(self.first), before: None, spelling: 0 }
    }
}

/// The meanings of a name: see [`Hit::entries`].
#[derive(Clone)]
pub struct Entries<'g, 't> {
    hit: Hit<'g, 't>,
    next: Option<u32>,
    before: Option<u32>,
    /// Of the text; 0 until an acronym asks.
    spelling: u32,
}

impl Entries<'_, '_> {
    /// The next meaning whose case fits the text.
    fn posting(&mut self) -> Option<Posting> {
        while let Some(number) = self.next {
            let posting = self.hit.layer.posting(number)?;
            self.next = (posting.flags.0 & Flags::LAST == 0).then_some(number + 1);
            // One entity once, though «NATO» and «Nato» are two rows of its table.
            if self.before == Some(posting.entity) || !self.fits(&posting) {
                continue;
            }
            self.before = Some(posting.entity);
            return Some(posting);
        }
        None
    }

    /// Whether the case of the text fits.
    fn fits(&mut self, posting: &Posting) -> bool {
        if posting.exact == 0 {
            return true;
        }
        if self.spelling == 0 {
            self.spelling = spelling(self.hit.span.iter().map(|t| t.of(self.hit.text)));
        }
        self.spelling == posting.exact
    }
}

impl<'g> Iterator for Entries<'g, '_> {
    type Item = Entry<'g>;

    fn next(&mut self) -> Option<Entry<'g>> {
        let posting = self.posting()?;
        self.hit.layer.entry(posting, self.hit.own)
    }
}
