//! A pack's tables, compiled: from the key of a token to what it can mean.

use crate::pack::{CaseRule, Pack, Row};
use dateline_text::{Gap, Kind, Token, fold, tokenize};
use rustc_hash::FxHashMap;

/// Number of a slot in a [`Lexicon`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotId(pub u16);

/// The value column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// Empty.
    None,
    /// A number.
    Int(i64),
    /// A word.
    Symbol(&'static str),
}

impl Value {
    /// Reads a value cell.
    pub fn parse(cell: &'static str) -> Self {
        match cell {
            "" => Self::None,
            _ => cell.parse().map_or(Self::Symbol(cell), Self::Int),
        }
    }

    /// The number, if it is one.
    pub fn int(self) -> Option<i64> {
        match self {
            Self::Int(i) => Some(i),
            _ => None,
        }
    }

    /// The word, if it is one.
    pub fn symbol(self) -> Option<&'static str> {
        match self {
            Self::Symbol(s) => Some(s),
            _ => None,
        }
    }
}

/// A range of tokens that a table row matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Occurrence {
    /// Which slot.
    pub slot: SlotId,
    /// Its value.
    pub value: Value,
    /// One past its last token.
    pub end: u32,
}

/// A row, while the tables are compiled.
struct Draft {
    slot: SlotId,
    value: Value,
    case: CaseRule,
    /// Keys of the second and later tokens.
    more: Vec<u64>,
    form: Box<str>,
}

/// What a token can mean, alone or with those after it.
#[derive(Debug, Clone, Copy)]
struct Reading {
    value: Value,
    slot: SlotId,
    case: CaseRule,
    /// Number of further tokens.
    n_more: u8,
    /// Where their keys are in [`Lexicon::more`].
    more: u32,
    /// The form as written in [`Lexicon::forms`], for [`CaseRule::Exact`].
    form: u32,
}

#[derive(Debug, Default, Clone, Copy)]
struct Entry {
    /// The bit of every reading's slot.
    bits: u64,
    first: u32,
    end: u32,
}

/// The compiled tables of one language.
#[derive(Debug)]
pub struct Lexicon {
    slots: Vec<&'static str>,
    by_name: FxHashMap<&'static str, SlotId>,
    /// Open addressing, a power of two; key 0 and entry 0 mark an empty place.
    table: Vec<(u64, u32)>,
    /// One bit for each key, by its upper bits: most words of a text are in no table, and this
    /// says so from the first-level cache.
    seen: Vec<u64>,
    entries: Vec<Entry>,
    readings: Vec<Reading>,
    /// Keys of the later tokens of forms.
    more: Vec<u64>,
    /// Forms whose case matters to the letter.
    forms: Vec<Box<str>>,
    /// Rows whose form begins with `*`: endings of words (folded), longest first.
    endings: Vec<(SlotId, Value, Box<str>)>,
    /// Slots of tables; those of literals come after them.
    table_slots: u16,
    n_rows: usize,
}

/// 16 kB.
const SEEN_BITS: usize = 1 << 17;

#[inline]
fn seen_bit(key: u64) -> usize {
    (key >> 40) as usize & (SEEN_BITS - 1)
}

impl Lexicon {
    /// Compiles the rows of a pack. `literals` are words that rules name; each becomes a row of
    /// the slot `=word`.
    pub fn new(pack: &Pack, literals: &[String]) -> Self {
        let mut this = Self {
            slots: Vec::new(),
            by_name: FxHashMap::default(),
            table: Vec::new(),
            seen: Vec::new(),
            entries: vec![Entry::default()],
            readings: Vec::new(),
            more: Vec::new(),
            forms: Vec::new(),
            endings: Vec::new(),
            table_slots: u16::MAX,
            n_rows: pack.rows.len(),
        };
        // First key → readings, in table order, so that the compiled form is the same every time.
        let mut order: Vec<u64> = Vec::new();
        let mut by_key: FxHashMap<u64, Vec<Draft>> = FxHashMap::default();
        let mut tokens = Vec::new();
        let mut add =
            |this: &mut Self, slot: &'static str, form: &str, value: Value, case: CaseRule| {
                let slot = this.intern(slot);
                if let Some(ending) = form.strip_prefix('*') {
                    this.endings.push((slot, value, fold(ending).into()));
                    return;
                }
                tokens.clear();
                tokenize(form, &mut tokens);
                let Some(first) = tokens.first() else { return };
                let draft = Draft {
                    slot,
                    value,
                    case,
                    more: tokens[1..].iter().map(|t| t.key).collect(),
                    form: form.into(),
                };
                let list = by_key.entry(first.key).or_insert_with(|| {
                    order.push(first.key);
                    Vec::new()
                });
                let same = |d: &Draft| {
                    d.slot == slot && d.value == value && d.more == draft.more && d.case == case
                };
                if !list.iter().any(same) {
                    list.push(draft);
                }
            };
        for Row {
            slot,
            form,
            value,
            case,
            ..
        } in &pack.rows
        {
            add(&mut this, slot, form, Value::parse(value), *case);
        }
        for word in &pack.function_words {
            add(&mut this, "not_name", word, Value::None, CaseRule::Any);
        }
        this.table_slots = this.slots.len() as u16;
        for literal in literals {
            let slot: &'static str = Box::leak(format!("={}", fold(literal)).into_boxed_str());
            add(&mut this, slot, literal, Value::None, CaseRule::Any);
        }
        this.endings.sort_by_key(|e| std::cmp::Reverse(e.2.len()));
        // Later tokens of forms get entries too, so that a search knows that it stands in a form.
        for key in order.clone() {
            let Some(readings) = by_key.get(&key) else {
                continue;
            };
            order.extend(readings.iter().flat_map(|r| r.more.iter().copied()));
        }
        order.sort_unstable();
        order.dedup();
        let size = (order.len() * 2 + 2).next_power_of_two();
        this.table = vec![(0, 0); size];
        this.seen = vec![0; SEEN_BITS / 64];
        for key in order {
            let bit = seen_bit(key);
            this.seen[bit / 64] |= 1 << (bit % 64);
            let first = this.readings.len() as u32;
            let mut bits = 0;
            for draft in by_key.remove(&key).unwrap_or_default() {
                bits |= this.bit(draft.slot);
                this.push(draft);
            }
            let entry = this.entries.len() as u32;
            this.entries.push(Entry {
                bits,
                first,
                end: this.readings.len() as u32,
            });
            let mut at = key as usize & (size - 1);
            while this.table[at].1 != 0 {
                at = (at + 1) & (size - 1);
            }
            this.table[at] = (key, entry);
        }
        this
    }

    fn push(&mut self, draft: Draft) {
        let Ok(n_more) = u8::try_from(draft.more.len()) else {
            return;
        };
        let more = self.more.len() as u32;
        self.more.extend(draft.more);
        let form = self.forms.len() as u32;
        if draft.case == CaseRule::Exact {
            self.forms.push(draft.form);
        }
        self.readings.push(Reading {
            value: draft.value,
            slot: draft.slot,
            case: draft.case,
            n_more,
            more,
            form,
        });
    }

    fn readings(&self, entry: u32) -> &[Reading] {
        let entry = self.entries[entry as usize];
        &self.readings[entry.first as usize..entry.end as usize]
    }

    fn more(&self, reading: &Reading) -> &[u64] {
        &self.more[reading.more as usize..][..usize::from(reading.n_more)]
    }

    /// A slot's bit: literals share one, tables have their own as far as there are bits.
    fn bit(&self, slot: SlotId) -> u64 {
        if slot.0 >= self.table_slots {
            1 << 63
        } else {
            1 << (slot.0 % 63)
        }
    }

    /// A class for each entry, joined by «or» over the forms that its token is part of: `begin` of
    /// the slot for the first token of a form, `inside` for every token, and `trigger` for the one
    /// by which the form is found: the first whose key is not `common`.
    pub fn classes(
        &self,
        begin: impl Fn(SlotId) -> u8,
        inside: impl Fn(SlotId) -> u8,
        trigger: impl Fn(SlotId) -> u8,
        common: impl Fn(u64) -> bool,
    ) -> Vec<u8> {
        let mut keys = vec![0u64; self.entries.len()];
        for &(key, entry) in &self.table {
            keys[entry as usize] = key;
        }
        let mut classes = vec![0u8; self.entries.len()];
        for i in 1..self.entries.len() {
            for reading in self.readings(i as u32) {
                let slot = reading.slot;
                classes[i] |= begin(slot) | inside(slot);
                let mut rare = None;
                for key in std::iter::once(&keys[i]).chain(self.more(reading)) {
                    let at = self.entry(*key) as usize;
                    classes[at] |= inside(slot);
                    if rare.is_none() && !common(*key) {
                        rare = Some(at);
                    }
                }
                classes[rare.unwrap_or(i)] |= trigger(slot);
            }
        }
        classes
    }

    fn intern(&mut self, name: &'static str) -> SlotId {
        if let Some(&id) = self.by_name.get(name) {
            return id;
        }
        let id = SlotId(self.slots.len() as u16);
        self.slots.push(name);
        self.by_name.insert(name, id);
        id
    }

    /// The slot of a name, if any row has it.
    pub fn slot(&self, name: &str) -> Option<SlotId> {
        self.by_name.get(name).copied()
    }

    /// Name of a slot.
    pub fn slot_name(&self, slot: SlotId) -> &'static str {
        self.slots.get(slot.0 as usize).copied().unwrap_or_default()
    }

    /// Number of slots.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Number of rows it was made of.
    pub fn rows(&self) -> usize {
        self.n_rows
    }

    /// A mask for [`Lexicon::bits`]: the bits of the named slots. Many slots share bits,
    /// so a set bit says «perhaps»: [`Lexicon::at`] decides.
    pub fn mask(&self, names: &[&str]) -> u64 {
        names
            .iter()
            .filter_map(|n| self.slot(n))
            .fold(0, |m, s| m | self.bit(s))
    }

    /// Entry of a token key, 0 for none.
    #[inline]
    pub fn entry(&self, key: u64) -> u32 {
        let bit = seen_bit(key);
        if self.seen[bit / 64] >> (bit % 64) & 1 == 0 {
            return 0;
        }
        let mask = self.table.len() - 1;
        let mut at = key as usize & mask;
        loop {
            let (k, entry) = self.table[at];
            if entry == 0 || k == key {
                return entry;
            }
            at = (at + 1) & mask;
        }
    }

    /// Writes each token's entry into it: the one look-up that a token gets.
    pub fn mark(&self, tokens: &mut [Token]) {
        for t in tokens {
            t.entry = self.entry(t.key);
        }
    }

    /// Slots that may begin at a token with this entry.
    #[inline]
    pub fn bits(&self, entry: u32) -> u64 {
        self.entries[entry as usize].bits
    }

    /// Calls `f` with every occurrence that begins at token `i` of marked `tokens`.
    pub fn at(&self, text: &str, tokens: &[Token], i: usize, f: impl FnMut(Occurrence)) {
        self.at_slots(text, tokens, i, |_| true, f);
    }

    /// The same for the slots that are `wanted`.
    #[inline]
    pub fn at_slots(
        &self,
        text: &str,
        tokens: &[Token],
        i: usize,
        wanted: impl Fn(SlotId) -> bool,
        mut f: impl FnMut(Occurrence),
    ) {
        let Some(token) = tokens.get(i) else { return };
        if token.entry == 0 {
            return;
        }
        for reading in self.readings(token.entry) {
            if wanted(reading.slot)
                && let Some(end) = self.fits(reading, text, tokens, i)
            {
                f(Occurrence {
                    slot: reading.slot,
                    value: reading.value,
                    end: end as u32,
                });
            }
        }
    }

    /// Where a reading of token `i` ends, if its other tokens follow and its case is right.
    #[inline]
    fn fits(&self, reading: &Reading, text: &str, tokens: &[Token], i: usize) -> Option<usize> {
        let end = i + 1 + usize::from(reading.n_more);
        if reading.n_more > 0 {
            let follow = tokens.get(i + 1..end)?;
            if !follow
                .iter()
                .zip(self.more(reading))
                .all(|(t, key)| t.key == *key && t.gap < Gap::Paragraph)
            {
                return None;
            }
        }
        let right = match reading.case {
            CaseRule::Any => true,
            CaseRule::Capital => tokens[i].capitalised(),
            CaseRule::Exact => {
                let written = text.get(tokens[i].start as usize..tokens[end - 1].end as usize);
                self.forms.get(reading.form as usize).map(|f| &**f) == written
            }
        };
        right.then_some(end)
    }

    /// The first occurrence of `slot` at token `i`, the longest if there are several.
    pub fn find(&self, text: &str, tokens: &[Token], i: usize, slot: SlotId) -> Option<Occurrence> {
        if self.bits(tokens.get(i)?.entry) & self.bit(slot) == 0 {
            return None;
        }
        let mut best: Option<Occurrence> = None;
        self.at_slots(
            text,
            tokens,
            i,
            |s| s == slot,
            |o| {
                if best.is_none_or(|b| o.end > b.end) {
                    best = Some(o);
                }
            },
        );
        best
    }

    /// Value of the longest ending of `slot` that the word has, with at least two letters before it.
    pub fn ending(&self, slot: SlotId, token: &Token, text: &str) -> Option<Value> {
        if token.kind != Kind::Word || self.endings.is_empty() {
            return None;
        }
        let word = fold(token.of(text));
        self.endings
            .iter()
            .find(|(s, _, e)| *s == slot && word.len() >= e.len() + 2 && word.ends_with(&**e))
            .map(|e| e.1)
    }
}
