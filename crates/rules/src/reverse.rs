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
type Role = u16;
const BEGINS_NUMBER: Role = 1;
/// It is a number only with the tokens after it.
const BEGINS_LONG_NUMBER: Role = 1 << 1;
const BEGINS_ORDINAL: Role = 1 << 2;
const BEGINS_LONG_ORDINAL: Role = 1 << 3;
const IN_NUMBER: Role = 1 << 4;
const IN_ORDINAL: Role = 1 << 5;
const IN_SUFFIX: Role = 1 << 6;
const ENDS_NUMBER: Role = 1 << 7;
const ENDS_ORDINAL: Role = 1 << 8;
const ENDS_SUFFIX: Role = 1 << 9;
/// It is a word of a number.
const COUNTS: Role = 1 << 10;
/// It stands in numbers as a word does, not only as a mark between digits.
const SPELT: Role = 1 << 11;
/// It is in a form whose case counts to the letter.
const EXACT: Role = 1 << 12;

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

/// The class of tokens that no pattern names.
const NO_CLASS: u16 = 0;

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
    /// Whether a match can end with a token of each entry.
    closes: Vec<bool>,
    classes: Vec<Class>,
    /// Their roles, side by side, since searches ask for them at each token.
    roles: Vec<Role>,
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
    /// `marks` are entries of what stands in numbers beside words, the first of what can end them.
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
        for (i, mark) in marks.iter().enumerate() {
            let ends = if i == 0 { ENDS_NUMBER } else { 0 };
            for class in drafts.of(*mark) {
                class.role |= IN_NUMBER | IN_ORDINAL | ends;
            }
        }
        this.nodes.push(FormNode::default());
        let mut known: FxHashMap<(SlotId, u32, u32), u32> = FxHashMap::default();
        lexicon.forms(|slot, form, capital, exact| {
            let is = |own: Option<SlotId>| Some(slot) == own;
            let [first, later @ ..] = form else { return };
            let alone = later.is_empty();
            // The roles of the first token, of all, and of the last.
            let (begins, inside, ends) = if is(numbers.number) {
                let begins = match alone {
                    true => BEGINS_NUMBER,
                    false => BEGINS_LONG_NUMBER,
                };
                let inside = COUNTS | IN_NUMBER | IN_ORDINAL;
                (begins | BEGINS_LONG_ORDINAL, inside, ENDS_NUMBER)
            } else if is(numbers.ordinal) {
                let begins = match alone {
                    true => BEGINS_ORDINAL,
                    false => BEGINS_LONG_ORDINAL,
                };
                (begins, COUNTS | IN_ORDINAL, ENDS_ORDINAL)
            } else if is(numbers.article) {
                (BEGINS_LONG_NUMBER, IN_NUMBER, 0)
            } else if is(numbers.and) {
                (0, IN_NUMBER | IN_ORDINAL, 0)
            } else if is(numbers.half) {
                (0, IN_NUMBER | IN_ORDINAL, ENDS_NUMBER)
            } else if is(numbers.ordinal_suffix) {
                (0, IN_SUFFIX, ENDS_SUFFIX)
            } else {
                (0, 0, 0)
            };
            if exact && (inside != 0 || this.names(slot)) {
                for entry in form {
                    for class in drafts.of(*entry) {
                        class.role |= EXACT;
                    }
                }
            }
            if inside != 0 {
                for (i, entry) in form.iter().enumerate() {
                    let first = if i == 0 { begins } else { 0 };
                    let last = if i == later.len() { ends } else { 0 };
                    for class in drafts.of(*entry) {
                        class.role |= SPELT | inside | first | last;
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
        this.roles = this.classes.iter().map(|c| c.role).collect();
        let closes: Vec<bool> = this.classes.iter().map(|c| this.closes(c)).collect();
        for place in &drafts.place {
            let classes = of_draft[*place as usize];
            this.class_of.push(classes);
            this.closes
                .push(classes.iter().any(|c| closes[usize::from(*c)]));
        }
        this
    }

    /// Whether a match can end with a token of the class.
    fn closes(&self, class: &Class) -> bool {
        let ends = |slot: SlotId| self.arcs_of(slot).iter().any(|a| has(&self.accepting, a.1));
        let numbers = ENDS_NUMBER | ENDS_ORDINAL | ENDS_SUFFIX;
        class.role & numbers != 0
            || class.slots.iter().any(|s| ends(*s))
            || class.steps.iter().any(|s| s.from == 0 && ends(s.slot))
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
        if !self.any_roman {
            return false;
        }
        // Without a branch, since no processor can guess where capitals stand.
        let first = text.as_bytes()[token.start as usize];
        let may_be = matches!(first, b'I' | b'V' | b'X') & token.capitalised();
        may_be && roman(token.of(text)).is_some()
    }

    #[inline]
    fn role(&self, token: &Token) -> Role {
        self.roles[usize::from(self.class(token))]
    }

    /// Whether what follows the digits at token `i` can be part of the number, and of its suffix.
    #[inline]
    pub(crate) fn joins_number(&self, tokens: &[Token], i: usize) -> (bool, bool) {
        let Some(next) = tokens.get(i + 1) else {
            return (false, false);
        };
        let glued = |t: &Token| t.gap == Gap::Glued && t.kind == Kind::Number;
        let role = self.role(next);
        let number = match next.kind {
            // Groups of three digits, and «2 1/2».
            Kind::Number => matches!(next.len(), 1 | 3),
            _ if role & (SPELT | ENDS_NUMBER) != 0 => true,
            _ => role & IN_NUMBER != 0 && tokens.get(i + 2).is_some_and(glued),
        };
        (number, role & IN_SUFFIX != 0)
    }

    /// A number for all tokens that mean the same to all patterns as this one, up to the value of digits, with a gap
    /// of `most` at most before it; `None` if there is more to tell: how a form is written to the letter,
    /// or a value that the next tokens change.
    #[inline]
    pub(crate) fn sign(&self, text: &str, tokens: &[Token], i: usize, most: Gap) -> Option<u32> {
        let token = &tokens[i];
        if self.role(token) & EXACT != 0 || self.is_roman(text, token) {
            return None;
        }
        let mut sign = token.entry
            | u32::from(token.capitalised()) << 19
            | (token.gap.min(most) as u32) << 20
            | (token.kind as u32) << 22;
        if token.kind == Kind::Number {
            let digits = token.of(text).as_bytes();
            if token.len() > 18 || !digits.is_ascii() || self.joins_number(tokens, i).0 {
                return None;
            }
            let kind = digit_kind(text, token) as u32;
            let zero = digits[0] == b'0' && digits.iter().any(|b| *b != b'0');
            sign |= kind << 24 | u32::from(zero) << 28;
        }
        Some(sign)
    }

    /// Whether the token is a number in words or Roman numerals, or part of one.
    #[inline]
    pub(crate) fn counts(&self, text: &str, token: &Token) -> bool {
        self.role(token) & COUNTS != 0 || self.is_roman(text, token)
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
/// Of tokens for which there is no room.
const UNKNOWN_KIND: usize = DIGIT_KINDS + 1;
const NO_DIGITS: usize = DIGIT_KINDS + 2;

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
    /// The length of a state's row in it, as a power of two.
    shift: u32,
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
    #[cold]
    #[inline(never)]
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
        for kind in 0..=UNKNOWN_KIND {
            self.symbols.push(Symbol {
                class: NO_CLASS,
                kind: kind as u8,
            });
        }
        self.shift = (2 * self.symbols.len() + 64).next_power_of_two().ilog2();
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

    /// How many symbols a state has room for.
    fn room(&self) -> usize {
        1 << (self.shift - 1)
    }

    /// Whether the table must be begun anew.
    fn is_full(&self) -> bool {
        self.next.len() >= MOST_PLACES || self.symbols.len() >= self.room()
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
        self.next
            .resize(self.next.len() + (1 << self.shift), UNKNOWN);
        self.alive.extend_from_slice(&set.alive);
        self.known.insert(set.clone(), number);
        self.sets.push(set);
        number
    }

    /// Whether a match can go on at a token.
    #[inline]
    pub(crate) fn lives(&self, token: usize) -> bool {
        self.at[token] != DEAD
    }

    /// Whether a match in a state can be finished with the tokens from `token` on.
    #[inline]
    pub(crate) fn finishes(&self, token: usize, state: u32) -> bool {
        has(
            &self.alive[usize::from(self.at[token]) * self.words..],
            state,
        )
    }

    /// The symbol of digits or a Roman numeral.
    #[inline(never)]
    fn symbol(&mut self, of: &Reverse, text: &str, token: &Token, class: u16) -> usize {
        let kind = match token.kind {
            Kind::Number => digit_kind(text, token),
            _ => ROMAN_KIND,
        };
        if class == NO_CLASS {
            return of.classes.len() + kind;
        }
        let symbol = Symbol {
            class,
            kind: kind as u8,
        };
        if let Some(known) = self.mixed.get(&symbol) {
            return usize::from(*known);
        }
        let number = self.symbols.len();
        if number >= self.room() {
            return of.classes.len() + UNKNOWN_KIND;
        }
        self.symbols.push(symbol);
        self.mixed.insert(symbol, number as u16);
        number
    }

    /// Walks over the tokens of a text.
    pub(crate) fn walk(&mut self, of: &Reverse, text: &str, tokens: &[Token]) {
        if self.sets.is_empty() || self.is_full() {
            self.begin(of);
        }
        let mut at = std::mem::take(&mut self.at);
        let mut starts = std::mem::take(&mut self.starts);
        at.clear();
        at.resize(tokens.len() + 1, DEAD);
        starts.clear();
        let closes = |t: &Token| {
            t.kind == Kind::Number || of.closes[t.entry as usize] || of.is_roman(text, t)
        };
        let mut i = tokens.len();
        // Most tokens close nothing, and before nothing there is nothing.
        while let Some(last) = tokens[..i].iter().rposition(closes) {
            let mut state = DEAD;
            i = last + 1;
            while i > 0 {
                i -= 1;
                let token = &tokens[i];
                let class = of.class(token);
                let mut symbol = usize::from(class);
                if token.kind == Kind::Number || of.is_roman(text, token) {
                    symbol = self.symbol(of, text, token, class);
                }
                let glued = token.gap == Gap::Glued;
                let place = usize::from(state) << self.shift | symbol << 1 | usize::from(glued);
                let mut cell = self.next[place];
                if cell == UNKNOWN {
                    cell = self.step(of, state, symbol, glued);
                    self.next[place] = cell;
                }
                state = cell & !BEGINS;
                at[i] = state;
                if cell & BEGINS != 0 {
                    starts.push(i as u32);
                }
                if state == DEAD || token.gap >= Gap::Paragraph {
                    break;
                }
            }
        }
        (self.at, self.starts) = (at, starts);
    }

    /// The state before a token, from the one after it.
    #[cold]
    #[inline(never)]
    fn step(&mut self, of: &Reverse, state: u16, symbol: usize, glued: bool) -> u16 {
        let symbol = self.symbols[symbol];
        let set = &self.sets[usize::from(state)];
        let class = &of.classes[usize::from(symbol.class)];
        let kind = usize::from(symbol.kind);
        if kind == UNKNOWN_KIND {
            return ANYTHING | BEGINS;
        }
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
        // Those, if the token `last`s it, and of what goes on.
        let both = |slot: SlotId, last: bool, more: &[u32]| {
            if !last {
                return more.to_vec();
            }
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
            digit_slots(kind).for_each(|s| ends(s).for_each(&mut begin));
        }
        if digits || role & IN_NUMBER != 0 {
            let number = both(NUMBER, digits || role & ENDS_NUMBER != 0, &set.number);
            if digits || role & BEGINS_NUMBER != 0 {
                number.iter().copied().for_each(&mut begin);
            }
            new.number = number;
        }
        if role & BEGINS_LONG_NUMBER != 0 {
            set.number.iter().copied().for_each(&mut begin);
        }
        if role & (IN_ORDINAL | IN_SUFFIX) != 0 {
            let last = role & (ENDS_ORDINAL | ENDS_SUFFIX) != 0;
            let ordinal = both(ORDINAL, last, &set.ordinal);
            if role & BEGINS_ORDINAL != 0 {
                ordinal.iter().copied().for_each(&mut begin);
            }
            new.ordinal = ordinal;
        }
        if digits || role & BEGINS_LONG_ORDINAL != 0 {
            set.ordinal.iter().copied().for_each(&mut begin);
        }
        if kind == ROMAN_KIND {
            both(ROMAN, true, &set.roman)
                .into_iter()
                .for_each(&mut begin);
        }
        if role & IN_SUFFIX != 0 {
            new.roman = both(ROMAN, role & ENDS_SUFFIX != 0, &set.roman);
        }
        for step in &class.steps {
            let sources = match step.from {
                0 => both(step.slot, true, &[]),
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
