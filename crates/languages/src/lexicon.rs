//! A pack's tables, compiled: from the key of a token to what it can mean.

use crate::pack::{CaseRule, Pack};
use dateline_text::{Gap, Kind, Token, fold, fold_into, tokenize};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Number of a slot in a [`Lexicon`].
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
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
    /// Key of the first token.
    key: u64,
    slot: SlotId,
    value: Value,
    case: CaseRule,
    /// Where the keys of the later tokens are in a list of their own, and how many.
    more: u32,
    n_more: u8,
    /// Index in [`Lexicon::forms`], for [`CaseRule::Exact`].
    form: u32,
}

/// What a token can mean, alone or with those after it.
#[derive(Debug, Clone, Copy)]
struct Reading {
    value: Value,
    slot: SlotId,
    case: CaseRule,
    /// Number of further tokens.
    n_more: u8,
    /// Place among the readings of its entry in the order of the tables.
    order: u32,
    /// Entry of the first of them: most forms fail by it.
    second: u32,
    /// Where their entries are in [`Lexicon::more`].
    more: u32,
    /// The form as written in [`Lexicon::forms`], for [`CaseRule::Exact`].
    form: u32,
}

#[derive(Debug, Default, Clone, Copy)]
struct Entry {
    /// The bit of every second token of its forms, by entry: most have no form that goes on as the text
    /// does.
    seconds: u64,
    /// Readings of one token stand before those of several, which are sorted by the second.
    first: u32,
    several: u32,
    end: u32,
}

impl Entry {
    #[inline]
    fn second(entry: u32) -> u64 {
        1 << (entry % 64)
    }
}

/// The compiled tables of one language.
#[derive(Debug)]
pub struct Lexicon {
    slots: Vec<&'static str>,
    by_name: FxHashMap<&'static str, SlotId>,
    table: Table,
    /// The bit of every reading's slot, by entry: asked of every token, where few are looked at further.
    bits: Vec<u64>,
    entries: Vec<Entry>,
    readings: Vec<Reading>,
    /// Entries of the later tokens of forms.
    more: Vec<u32>,
    /// Forms whose case matters to the letter.
    forms: Vec<&'static str>,
    /// Rows whose form begins with `*`: endings of words (folded), by their last byte, of each the longest
    /// first.
    endings: Vec<(SlotId, Value, Box<str>)>,
    /// Where the endings with each last byte begin, and where they end.
    by_last: Vec<(u32, u32)>,
    /// Slots of tables; those of literals come after them.
    table_slots: u16,
    n_rows: usize,
}

/// From keys to entries. Two places to a bucket, so that a look-up is one cache line and two comparisons
/// without a branch that a processor could guess wrong: about half of the words of a text are in it, in no
/// order. A place holds the upper bits of a key, the mark of a full bucket that more keys fall into, and the
/// entry; 0 is empty.
#[derive(Debug, Default)]
struct Table {
    buckets: Vec<[u64; 2]>,
}

impl Table {
    const ENTRY: u64 = Self::SPILLED - 1;
    const SPILLED: u64 = 1 << 19;
    const TAG: u32 = 20;

    fn new(keys: &[u64]) -> Self {
        let size = (keys.len() * 3 / 2 + 1).next_power_of_two();
        let mut buckets = vec![[0u64; 2]; size];
        // Entry 0 is none.
        for (key, entry) in keys.iter().zip(1..Self::ENTRY) {
            let place = key >> Self::TAG << Self::TAG | entry;
            let mut at = *key as usize & (size - 1);
            loop {
                let bucket = &mut buckets[at];
                if let Some(free) = bucket.iter_mut().find(|p| **p == 0) {
                    *free = place;
                    break;
                }
                bucket[1] |= Self::SPILLED;
                at = (at + 1) & (size - 1);
            }
        }
        Self { buckets }
    }

    #[inline]
    fn entry(&self, key: u64) -> u32 {
        let mask = self.buckets.len() - 1;
        let mut at = key as usize & mask;
        loop {
            let [a, b] = self.buckets[at];
            let is = |place: u64| {
                if place >> Self::TAG == key >> Self::TAG {
                    place & Self::ENTRY
                } else {
                    0
                }
            };
            let entry = is(a) | is(b);
            if b & Self::SPILLED == 0 || entry != 0 {
                return entry as u32;
            }
            at = (at + 1) & mask;
        }
    }
}

impl Lexicon {
    /// Compiles the rows of a pack. `literals` are words that rules name; each becomes a row of
    /// the slot `=word`.
    pub fn new(pack: &Pack, literals: &[&str]) -> Self {
        let mut this = Self {
            slots: Vec::new(),
            by_name: FxHashMap::default(),
            table: Table::default(),
            bits: vec![0],
            entries: vec![Entry::default()],
            readings: Vec::with_capacity(pack.rows.len()),
            more: Vec::new(),
            forms: Vec::new(),
            endings: Vec::new(),
            by_last: vec![(0, 0); 256],
            table_slots: u16::MAX,
            n_rows: pack.rows.len(),
        };
        let mut drafts: Vec<Draft> = Vec::with_capacity(pack.rows.len() + literals.len());
        let mut more: Vec<u64> = Vec::new();
        let mut tokens = Vec::new();
        let mut add = |this: &mut Self, slot: SlotId, form: &str, value: Value, case: CaseRule| {
            if let Some(ending) = form.strip_prefix('*') {
                this.endings.push((slot, value, fold(ending).into()));
                return;
            }
            tokens.clear();
            tokenize(form, &mut tokens);
            let Some((first, later)) = tokens.split_first() else {
                return;
            };
            let Ok(n_more) = u8::try_from(later.len()) else {
                return;
            };
            drafts.push(Draft {
                key: first.key,
                slot,
                value,
                case,
                more: more.len() as u32,
                n_more,
                form: this.forms.len() as u32,
            });
            more.extend(later.iter().map(|t| t.key));
            if case == CaseRule::Exact {
                this.forms.push(leak(form));
            }
        };
        // Rows of a slot stand together.
        let mut last = ("", SlotId(0));
        for row in &pack.rows {
            if row.slot != last.0 {
                last = (row.slot, this.intern(row.slot));
            }
            add(
                &mut this,
                last.1,
                &row.form,
                Value::parse(row.value),
                row.case,
            );
        }
        let not_name = this.intern("not_name");
        for word in &pack.function_words {
            add(&mut this, not_name, word, Value::None, CaseRule::Any);
        }
        this.table_slots = this.slots.len() as u16;
        for literal in literals {
            let slot = this.intern(leak(&format!("={}", fold(literal))));
            add(&mut this, slot, literal, Value::None, CaseRule::Any);
        }
        let last = |ending: &str| ending.bytes().next_back().unwrap_or(0);
        this.endings
            .sort_by_key(|e| (last(&e.2), std::cmp::Reverse(e.2.len())));
        for (i, (_, _, ending)) in (0..).zip(&this.endings) {
            let range = &mut this.by_last[usize::from(last(ending))];
            *range = if range.1 == 0 {
                (i, i + 1)
            } else {
                (range.0, i + 1)
            };
        }
        // Later tokens of forms get entries too, so that a search knows that it stands in a form.
        let mut keys: Vec<u64> = drafts
            .iter()
            .map(|d| d.key)
            .chain(more.iter().copied())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        this.table = Table::new(&keys);
        this.more = more.iter().map(|key| this.table.entry(*key)).collect();
        // Stable: the readings of an entry stay in the order of the tables.
        drafts.sort_by_key(|d| d.key);
        let mut drafts = drafts.into_iter().peekable();
        for key in keys {
            let first = this.readings.len();
            let mut bits = 0;
            while let Some(draft) = drafts.next_if(|d| d.key == key) {
                let reading = Reading {
                    value: draft.value,
                    slot: draft.slot,
                    case: draft.case,
                    n_more: draft.n_more,
                    order: (this.readings.len() - first) as u32,
                    second: this.more.get(draft.more as usize).copied().unwrap_or(0),
                    more: draft.more,
                    form: draft.form,
                };
                let same = |r: &Reading| {
                    r.slot == reading.slot
                        && r.value == reading.value
                        && r.case == reading.case
                        && this.more(r) == this.more(&reading)
                };
                if !this.readings[first..].iter().any(same) {
                    bits |= this.bit(reading.slot);
                    this.readings.push(reading);
                }
            }
            let readings = &mut this.readings[first..];
            readings.sort_by_key(|r| if r.n_more == 0 { 0 } else { r.second });
            let several = readings.partition_point(|r| r.n_more == 0);
            let seconds = readings[several..].iter().map(|r| Entry::second(r.second));
            this.bits.push(bits);
            this.entries.push(Entry {
                seconds: seconds.fold(0, |all, bit| all | bit),
                first: first as u32,
                several: (first + several) as u32,
                end: this.readings.len() as u32,
            });
        }
        this
    }

    #[inline]
    fn readings(&self, entry: u32) -> &[Reading] {
        let entry = self.entries[entry as usize];
        &self.readings[entry.first as usize..entry.end as usize]
    }

    #[inline]
    fn more(&self, reading: &Reading) -> &[u32] {
        &self.more[reading.more as usize..][..usize::from(reading.n_more)]
    }

    /// A slot's bit in [`Lexicon::bits`]: literals share one, tables have their own as far as there are bits.
    #[inline]
    pub fn bit(&self, slot: SlotId) -> u64 {
        if slot.0 >= self.table_slots {
            1 << 63
        } else {
            1 << (slot.0 % 63)
        }
    }

    /// Calls `f` with every row: its slot, the entries of the tokens of its form, whether a text must begin
    /// it with a capital, and whether it must write all of it as the row does.
    pub fn forms(&self, mut f: impl FnMut(SlotId, &[u32], bool, bool)) {
        let mut form = Vec::new();
        for entry in 1..self.entries.len() as u32 {
            for reading in self.readings(entry) {
                form.clear();
                form.push(entry);
                form.extend_from_slice(self.more(reading));
                let capital = match reading.case {
                    CaseRule::Any => false,
                    CaseRule::Capital => true,
                    CaseRule::Exact => {
                        let form = self.forms.get(reading.form as usize);
                        form.is_some_and(|f| f.starts_with(char::is_uppercase))
                    }
                };
                let exact = reading.case == CaseRule::Exact;
                f(reading.slot, &form, capital, exact);
            }
        }
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

    /// Number of entries, with entry 0 for none.
    pub fn entries(&self) -> usize {
        self.entries.len()
    }

    /// Entry of a token key, 0 for none.
    #[inline]
    pub fn entry(&self, key: u64) -> u32 {
        self.table.entry(key)
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
        self.bits[entry as usize]
    }

    /// Calls `f` with every occurrence of the `wanted` slots that begins at token `i` of marked `tokens`.
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
        let entry = &self.entries[token.entry as usize];
        let (first, several) = (entry.first as usize, entry.several as usize);
        let mut read = |reading: &Reading| {
            if wanted(reading.slot)
                && let Some(end) = self.fits(reading, text, tokens, i)
            {
                f(Occurrence {
                    slot: reading.slot,
                    value: reading.value,
                    end: end as u32,
                });
            }
        };
        let mut one = self.readings[first..several].iter().peekable();
        let next = tokens.get(i + 1).map_or(0, |t| t.entry);
        if entry.seconds & Entry::second(next) != 0 {
            let more = &self.readings[several..entry.end as usize];
            let from = more.partition_point(|r| r.second < next);
            for reading in more[from..].iter().take_while(|r| r.second == next) {
                while let Some(before) = one.next_if(|r| r.order < reading.order) {
                    read(before);
                }
                read(reading);
            }
        }
        one.for_each(read);
    }

    /// Where a reading of token `i` ends, if its other tokens follow and its case is right.
    #[inline]
    fn fits(&self, reading: &Reading, text: &str, tokens: &[Token], i: usize) -> Option<usize> {
        let end = i + 1 + usize::from(reading.n_more);
        if reading.n_more > 0 {
            for (token, entry) in tokens.get(i + 1..end)?.iter().zip(self.more(reading)) {
                if token.entry != *entry || token.gap >= Gap::Paragraph {
                    return None;
                }
            }
        }
        let right = match reading.case {
            CaseRule::Any => true,
            CaseRule::Capital => tokens[i].capitalised(),
            CaseRule::Exact => {
                let written = text.get(tokens[i].start as usize..tokens[end - 1].end as usize);
                self.forms.get(reading.form as usize).copied() == written
            }
        };
        right.then_some(end)
    }

    /// The first occurrence of `slot` at token `i`, the longest if there are several.
    #[inline]
    pub fn find(&self, text: &str, tokens: &[Token], i: usize, slot: SlotId) -> Option<Occurrence> {
        if self.bits(tokens.get(i)?.entry) & self.bit(slot) == 0 {
            return None;
        }
        self.longest(text, tokens, i, slot)
    }

    fn longest(&self, text: &str, tokens: &[Token], i: usize, slot: SlotId) -> Option<Occurrence> {
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
        let word = token.of(text);
        // Most words end with a letter that no ending ends with.
        let last = word.bytes().next_back()?.to_ascii_lowercase();
        if last.is_ascii() && self.by_last[usize::from(last)].1 == 0 {
            return None;
        }
        if !word.is_ascii() {
            return FOLDED.with_borrow_mut(|folded| {
                folded.clear();
                fold_into(word, folded);
                self.ending_where(slot, folded, |tail, ending| tail == ending)
            });
        }
        self.ending_where(slot, word.as_bytes(), <[u8]>::eq_ignore_ascii_case)
    }

    #[inline]
    fn ending_where(
        &self,
        slot: SlotId,
        word: &[u8],
        is: impl Fn(&[u8], &[u8]) -> bool,
    ) -> Option<Value> {
        let last = word.last()?.to_ascii_lowercase();
        let (first, end) = self.by_last[usize::from(last)];
        let has = |ending: &[u8]| {
            word.len()
                .checked_sub(ending.len())
                .is_some_and(|from| from >= 2 && is(&word[from..], ending))
        };
        self.endings[first as usize..end as usize]
            .iter()
            .find(|(s, _, e)| *s == slot && has(e.as_bytes()))
            .map(|e| e.1)
    }
}

thread_local! {
    /// A word, folded: every word of a sentence may be asked for its ending.
    static FOLDED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}
