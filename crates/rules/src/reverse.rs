//! Where matches can begin: the automaton of the patterns, walked from the last token to the first.
//!
//! At each token it is known which states of the [`Automaton`] can be finished with the tokens from
//! there on, so that a search is begun only where a match is, and takes no way that leads nowhere.
//! It follows from what is known at the next token and from the token's *class*: tokens are of one class if
//! no pattern tells them apart. Thus the sets of states are the states of a deterministic automaton, and
//! a walk costs one look at a table for each token. The table is filled as texts ask for it: to make all
//! of it would take longer than to read most texts, which never ask for most of it.
//!
//! What is known says «perhaps»: a number is any row of what can be part of one, and of forms of several
//! tokens the case is not looked at.

use crate::automaton::{Automaton, slot_index};
use crate::numbers::{
    DIGIT_KINDS, NUMBER, NumberSlots, ORDINAL, ROMAN, WORD, digit_kind, digit_slots, roman,
};
use dateline_languages::{Lexicon, SlotId};
use dateline_text::{Gap, Kind, Token};
use rustc_hash::FxHashMap;

/// What a token can be in numbers.
type Role = u8;
const BEGINS_NUMBER: Role = 1;
/// It is a number only with the tokens after it.
const BEGINS_LONG_NUMBER: Role = 2;
const BEGINS_ORDINAL: Role = 4;
const BEGINS_LONG_ORDINAL: Role = 8;
const IN_NUMBER: Role = 16;
const IN_ORDINAL: Role = 32;
const SUFFIX: Role = 64;
/// It is a word of a number.
const COUNTS: Role = 128;

/// A step back through a form of several tokens.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct FormStep {
    slot: SlotId,
    /// Node of the later tokens, 0 if the form ends with this one.
    from: u32,
    to: u32,
}

/// What tokens are to the patterns.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
struct Class {
    /// Slots that they fill alone.
    slots: Vec<SlotId>,
    steps: Vec<FormStep>,
    role: Role,
}

/// A node of the forms of several tokens, read from their ends.
#[derive(Debug, Default, Clone, Copy)]
struct FormNode {
    slot: SlotId,
    /// Whether a form begins here.
    whole: bool,
    /// Whether a form has tokens before it.
    inner: bool,
}

/// The automaton turned round, and the classes of tokens.
#[derive(Debug, Default)]
pub(crate) struct Reverse {
    /// The classes of each entry: of a word that begins small, and with a capital.
    class_of: Vec<[u16; 2]>,
    classes: Vec<Class>,
    nodes: Vec<FormNode>,
    /// By slot: the state that an arc comes from with the bit that it must touch, and the state it leads to.
    arcs: Vec<(u32, u32)>,
    /// Where the arcs of each slot begin, by [`slot_index`].
    of_slot: Vec<u32>,
    /// States in which a pattern ends, a bit each.
    accepting: Vec<u64>,
    any_roman: bool,
}

/// Classes of entries while they are gathered.
struct Drafts {
    /// Where the classes of each entry are; the first are those of all that no pattern asks for.
    place: Vec<u32>,
    classes: Vec<[Class; 2]>,
}

impl Drafts {
    fn of(&mut self, entry: u32) -> &mut [Class; 2] {
        let place = &mut self.place[entry as usize];
        if *place == 0 {
            *place = self.classes.len() as u32;
            self.classes.push(Default::default());
        }
        &mut self.classes[*place as usize]
    }
}

impl Reverse {
    /// `marks` are entries of what stands in numbers beside words.
    pub(crate) fn new(
        automaton: &Automaton,
        lexicon: &Lexicon,
        numbers: &NumberSlots,
        marks: &[u32],
    ) -> Self {
        let mut this = Self::default();
        this.turn(automaton);
        this.any_roman = this.names(ROMAN);
        let mut drafts = Drafts {
            place: vec![0; lexicon.entries()],
            classes: vec![Default::default()],
        };
        for mark in marks {
            for class in drafts.of(*mark) {
                class.role |= IN_NUMBER | IN_ORDINAL;
            }
        }
        this.nodes.push(FormNode::default());
        let mut known: FxHashMap<(SlotId, u32, u32), u32> = FxHashMap::default();
        lexicon.forms(|slot, form, capital| {
            let is = |own: Option<SlotId>| Some(slot) == own;
            let [first, later @ ..] = form else { return };
            let alone = later.is_empty();
            // The roles of the first token, and of all.
            let (begins, inside) = match alone {
                true if is(numbers.number) => (
                    BEGINS_NUMBER | BEGINS_LONG_ORDINAL,
                    COUNTS | IN_NUMBER | IN_ORDINAL,
                ),
                false if is(numbers.number) => (
                    BEGINS_LONG_NUMBER | BEGINS_LONG_ORDINAL,
                    COUNTS | IN_NUMBER | IN_ORDINAL,
                ),
                true if is(numbers.ordinal) => (BEGINS_ORDINAL, COUNTS | IN_ORDINAL),
                false if is(numbers.ordinal) => (BEGINS_LONG_ORDINAL, COUNTS | IN_ORDINAL),
                _ if is(numbers.article) => (BEGINS_LONG_NUMBER, IN_NUMBER),
                _ if is(numbers.and) || is(numbers.half) => (0, IN_NUMBER | IN_ORDINAL),
                _ if is(numbers.ordinal_suffix) => (0, SUFFIX),
                _ => (0, 0),
            };
            if begins | inside != 0 {
                for (i, entry) in form.iter().enumerate() {
                    for class in drafts.of(*entry) {
                        class.role |= inside | if i == 0 { begins } else { 0 };
                    }
                }
            }
            if !this.names(slot) {
                return;
            }
            if alone {
                let classes = drafts.of(*first);
                classes[1].slots.push(slot);
                if !capital {
                    classes[0].slots.push(slot);
                }
                return;
            }
            let mut from = 0;
            for (i, entry) in form.iter().enumerate().rev() {
                let nodes = &mut this.nodes;
                let to = *known.entry((slot, from, *entry)).or_insert_with(|| {
                    nodes.push(FormNode {
                        slot,
                        ..FormNode::default()
                    });
                    let to = nodes.len() as u32 - 1;
                    for class in drafts.of(*entry) {
                        class.steps.push(FormStep { slot, from, to });
                    }
                    to
                });
                let node = &mut nodes[to as usize];
                node.whole |= i == 0;
                node.inner |= i > 0;
                from = to;
            }
        });
        let any_word = this.names(WORD);
        let mut known: FxHashMap<Class, u16> = FxHashMap::default();
        let of_draft: Vec<[u16; 2]> = drafts
            .classes
            .into_iter()
            .map(|classes| {
                classes.map(|mut class| {
                    class.slots.extend(any_word.then_some(WORD));
                    class.slots.sort_unstable();
                    class.slots.dedup();
                    *known.entry(class).or_insert_with_key(|class| {
                        this.classes.push(class.clone());
                        (this.classes.len() - 1) as u16
                    })
                })
            })
            .collect();
        this.class_of = drafts.place.iter().map(|p| of_draft[*p as usize]).collect();
        this
    }

    fn turn(&mut self, automaton: &Automaton) {
        let mut arcs: Vec<(usize, u32, u32)> = Vec::new();
        self.accepting = vec![0; automaton.states().len().div_ceil(64)];
        for (i, state) in (0..).zip(automaton.states()) {
            if !automaton.accepts(state).is_empty() {
                add(&mut self.accepting, i);
            }
            for arc in automaton.arcs(state) {
                arcs.push((slot_index(arc.slot), i << 1 | u32::from(arc.touch), arc.to));
            }
        }
        arcs.sort_unstable();
        for (slot, from, to) in arcs {
            self.of_slot
                .resize((slot + 1).max(self.of_slot.len()), self.arcs.len() as u32);
            self.arcs.push((from, to));
        }
    }

    /// The arcs of a slot.
    fn arcs_of(&self, slot: SlotId) -> &[(u32, u32)] {
        let bound = |i: usize| self.of_slot.get(i).map_or(self.arcs.len(), |b| *b as usize);
        let i = slot_index(slot);
        &self.arcs[bound(i)..bound(i + 1)]
    }

    /// Whether a pattern names the slot.
    fn names(&self, slot: SlotId) -> bool {
        !self.arcs_of(slot).is_empty()
    }

    #[inline]
    fn class(&self, token: &Token) -> u16 {
        self.class_of[token.entry as usize][usize::from(token.capitalised())]
    }

    /// Whether the token is a Roman numeral that rules ask for.
    #[inline]
    fn is_roman(&self, text: &str, token: &Token) -> bool {
        self.any_roman
            && token.capitalised()
            && matches!(text.as_bytes()[token.start as usize], b'I' | b'V' | b'X')
            && roman(token.of(text)).is_some()
    }

    /// Whether the token is a number in words or Roman numerals, or part of one.
    #[inline]
    pub(crate) fn counts(&self, text: &str, token: &Token) -> bool {
        self.classes[usize::from(self.class(token))].role & COUNTS != 0
            || self.is_roman(text, token)
    }
}

#[inline]
fn has(bits: &[u64], state: u32) -> bool {
    bits[state as usize / 64] >> (state % 64) & 1 != 0
}

#[inline]
fn add(bits: &mut [u64], state: u32) {
    bits[state as usize / 64] |= 1 << (state % 64);
}

/// What can be finished from a token on. A source is a state with the bit that its arc must touch.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
struct Set {
    /// States from which a match can be finished, a bit each.
    alive: Vec<u64>,
    /// Sources of a number, an ordinal, a Roman numeral that goes on here.
    number: Vec<u32>,
    ordinal: Vec<u32>,
    roman: Vec<u32>,
    /// Nodes of forms, each with the sources of its slot.
    forms: Vec<(u32, Vec<u32>)>,
}

/// A token to the table: its class, and the kind of its digits if it has any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Symbol {
    class: u16,
    kind: u8,
}

const ROMAN_KIND: usize = DIGIT_KINDS;
const NO_DIGITS: usize = DIGIT_KINDS + 1;

/// A place of the table that is not filled.
const UNKNOWN: u16 = u16::MAX;
/// A match can begin at the token; the rest is the state.
const BEGINS: u16 = 1 << 15;
/// Nothing can be finished.
const DEAD: u16 = 0;
/// Anything can, for all that is known.
const ANYTHING: u16 = 1;
/// So large a table is begun anew with the next text.
const MOST_PLACES: usize = 1 << 21;

/// What one thread has learnt of one language: the table, and what the last walk found.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    /// By state and symbol, both for tokens at a distance and glued ones: the state before it.
    next: Vec<u16>,
    /// How many symbols a state has room for.
    room: usize,
    sets: Vec<Set>,
    /// A row of bits for each state: those of [`Set::alive`].
    alive: Vec<u64>,
    words: usize,
    known: FxHashMap<Set, u16>,
    symbols: Vec<Symbol>,
    /// Symbols of digits and Roman numerals that are words of tables as well.
    mixed: FxHashMap<Symbol, u16>,
    /// The state at each token, and one past the last.
    at: Vec<u16>,
    /// Tokens that a match can begin at, the last first.
    pub(crate) starts: Vec<u32>,
}

impl Cache {
    fn begin(&mut self, of: &Reverse) {
        *self = Self {
            at: std::mem::take(&mut self.at),
            starts: std::mem::take(&mut self.starts),
            words: of.accepting.len(),
            ..Self::default()
        };
        let classes = of.classes.len();
        for class in 0..classes as u16 {
            self.symbols.push(Symbol {
                class,
                kind: NO_DIGITS as u8,
            });
        }
        for kind in 0..=ROMAN_KIND {
            self.symbols.push(Symbol {
                class: of.class_of[0][0],
                kind: kind as u8,
            });
        }
        self.room = (self.symbols.len() + 64).next_multiple_of(32);
        self.state(Set {
            alive: vec![0; self.words],
            ..Set::default()
        });
        let all = |slot| of.arcs_of(slot).iter().map(|a| a.0).collect::<Vec<u32>>();
        let nodes = (0..).zip(&of.nodes).filter(|n| n.1.inner);
        let mut anything = Set {
            alive: vec![u64::MAX; self.words],
            number: all(NUMBER),
            ordinal: all(ORDINAL),
            roman: all(ROMAN),
            forms: nodes.map(|(i, node)| (i, all(node.slot))).collect(),
        };
        for sources in [
            &mut anything.number,
            &mut anything.ordinal,
            &mut anything.roman,
        ]
        .into_iter()
        .chain(anything.forms.iter_mut().map(|f| &mut f.1))
        {
            sources.sort_unstable();
            sources.dedup();
        }
        self.state(anything);
    }

    /// Whether the table must be begun anew.
    fn is_full(&self) -> bool {
        self.next.len() >= MOST_PLACES || self.symbols.len() >= self.room
    }

    /// The number of a set.
    fn state(&mut self, set: Set) -> u16 {
        if let Some(known) = self.known.get(&set) {
            return *known;
        }
        if self.next.len() >= MOST_PLACES {
            return ANYTHING;
        }
        let number = self.sets.len() as u16;
        self.next.resize(self.next.len() + 2 * self.room, UNKNOWN);
        self.alive.extend_from_slice(&set.alive);
        self.known.insert(set.clone(), number);
        self.sets.push(set);
        number
    }

    /// Whether a match in a state can be finished with the tokens from `token` on.
    #[inline]
    pub(crate) fn finishes(&self, token: usize, state: u32) -> bool {
        has(
            &self.alive[usize::from(self.at[token]) * self.words..],
            state,
        )
    }

    /// The symbol of digits or a Roman numeral, `None` if there is no room for another.
    fn symbol(&mut self, of: &Reverse, class: u16, kind: usize) -> Option<usize> {
        if class == of.class_of[0][0] {
            return Some(of.classes.len() + kind);
        }
        let symbol = Symbol {
            class,
            kind: kind as u8,
        };
        if let Some(known) = self.mixed.get(&symbol) {
            return Some(usize::from(*known));
        }
        let number = self.symbols.len();
        if number >= self.room {
            return None;
        }
        self.symbols.push(symbol);
        self.mixed.insert(symbol, number as u16);
        Some(number)
    }

    /// Walks over the tokens of a text.
    pub(crate) fn walk(&mut self, of: &Reverse, text: &str, tokens: &[Token]) {
        if self.sets.is_empty() || self.is_full() {
            self.begin(of);
        }
        self.at.clear();
        self.at.resize(tokens.len() + 1, DEAD);
        self.starts.clear();
        self.starts.resize(tokens.len(), 0);
        let mut starts = 0;
        let mut state = DEAD;
        let mut gap = Gap::Paragraph;
        for (i, token) in tokens.iter().enumerate().rev() {
            if gap >= Gap::Paragraph {
                state = DEAD;
            }
            gap = token.gap;
            let class = of.class(token);
            let mut symbol = Some(usize::from(class));
            if token.kind == Kind::Number {
                symbol = self.symbol(of, class, digit_kind(text, token));
            } else if of.is_roman(text, token) {
                symbol = self.symbol(of, class, ROMAN_KIND);
            }
            let cell = match symbol {
                Some(symbol) => {
                    let glued = gap == Gap::Glued;
                    let place = (usize::from(state) * self.room + symbol) * 2 + usize::from(glued);
                    match self.next[place] {
                        UNKNOWN => {
                            let cell = self.step(of, state, self.symbols[symbol], glued);
                            self.next[place] = cell;
                            cell
                        }
                        cell => cell,
                    }
                }
                None => ANYTHING | BEGINS,
            };
            state = cell & !BEGINS;
            self.at[i] = state;
            self.starts[starts] = i as u32;
            starts += usize::from(cell >> 15);
        }
        self.starts.truncate(starts);
    }

    /// The state before a token, from the one after it.
    fn step(&mut self, of: &Reverse, state: u16, symbol: Symbol, glued: bool) -> u16 {
        let set = &self.sets[usize::from(state)];
        let class = &of.classes[usize::from(symbol.class)];
        let kind = usize::from(symbol.kind);
        let digits = kind < DIGIT_KINDS;
        let role = class.role;
        let row = &self.alive[usize::from(state) * self.words..][..self.words];
        // The sources of a slot that ends with the token.
        let ends = |slot: SlotId| {
            of.arcs_of(slot)
                .iter()
                .filter(|(_, to)| has(&of.accepting, *to) || has(row, *to))
                .map(|a| a.0)
        };
        // Those, and of what goes on.
        let both = |slot: SlotId, more: &[u32]| {
            let mut sources: Vec<u32> = ends(slot).chain(more.iter().copied()).collect();
            sources.sort_unstable();
            sources.dedup();
            sources
        };
        let mut new = Set::default();
        let mut alive = vec![0; self.words];
        let mut begin = |source: u32| {
            if source & 1 == 0 || glued {
                add(&mut alive, source >> 1);
            }
        };
        class
            .slots
            .iter()
            .for_each(|s| ends(*s).for_each(&mut begin));
        if digits {
            digit_slots(kind, |slot| {
                if slot != NUMBER {
                    ends(slot).for_each(&mut begin);
                }
            });
        }
        if digits || role & (BEGINS_NUMBER | IN_NUMBER) != 0 {
            let number = both(NUMBER, &set.number);
            if digits || role & BEGINS_NUMBER != 0 {
                number.iter().copied().for_each(&mut begin);
            }
            if digits || role & IN_NUMBER != 0 {
                new.number = number;
            }
        }
        if role & BEGINS_LONG_NUMBER != 0 {
            set.number.iter().copied().for_each(&mut begin);
        }
        if role & (BEGINS_ORDINAL | IN_ORDINAL | SUFFIX) != 0 {
            let ordinal = both(ORDINAL, &set.ordinal);
            if role & BEGINS_ORDINAL != 0 {
                ordinal.iter().copied().for_each(&mut begin);
            }
            if role & (IN_ORDINAL | SUFFIX) != 0 {
                new.ordinal = ordinal;
            }
        }
        if digits || role & BEGINS_LONG_ORDINAL != 0 {
            set.ordinal.iter().copied().for_each(&mut begin);
        }
        if kind == ROMAN_KIND || role & SUFFIX != 0 {
            let roman = both(ROMAN, &set.roman);
            if kind == ROMAN_KIND {
                roman.iter().copied().for_each(&mut begin);
            }
            if role & SUFFIX != 0 {
                new.roman = roman;
            }
        }
        for step in &class.steps {
            let sources = match step.from {
                0 => both(step.slot, &[]),
                from => match set.forms.binary_search_by_key(&from, |f| f.0) {
                    Ok(i) => set.forms[i].1.clone(),
                    Err(_) => continue,
                },
            };
            let node = of.nodes[step.to as usize];
            if node.whole {
                sources.iter().copied().for_each(&mut begin);
            }
            if node.inner && !sources.is_empty() {
                new.forms.push((step.to, sources));
            }
        }
        new.forms.sort_unstable();
        let begins = has(&alive, Automaton::ROOT);
        new.alive = alive;
        self.state(new) | if begins { BEGINS } else { 0 }
    }

    /// As if nothing were known of the tokens: what the walk is tested with.
    #[cfg(test)]
    pub(crate) fn know_nothing(&mut self, of: &Reverse, tokens: &[Token]) {
        self.begin(of);
        self.at = vec![ANYTHING; tokens.len() + 1];
        self.starts = (0..tokens.len() as u32).rev().collect();
    }
}
