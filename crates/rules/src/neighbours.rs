//! Which tokens can stand beside each other in a match: what lets the matcher see that nothing
//! begins at a place before it walks.
//!
//! Each slot that a pattern names has a bit. A token has the bits of the slots that can begin at it and
//! of those that can follow the slots that end at it; two tokens can be neighbours in a match only
//! if these meet. The tokens of one form are joined by links of their own. A bit that is set says
//! «perhaps»: rare words share bits, and what follows which is known for pairs only.

use crate::automaton::{Automaton, slot_index};
use crate::numbers::{
    BUILT_IN, DIGIT_KINDS, NUMBER, NumberSlots, ORDINAL, ROMAN, WORD, digit_kind, digit_slots,
    roman,
};
use dateline_languages::{Lexicon, SlotId};
use dateline_text::{Gap, Kind, Token};
use rustc_hash::{FxHashMap, FxHashSet};

/// A search begins at the token.
pub(crate) const TRIGGER: u8 = 1;
/// It can stand inside a match.
pub(crate) const USEFUL: u8 = 2;
/// It can be a number, or part of one.
const COUNTS: u8 = 4;

/// Links between the parts of a number, and from a number to its suffix; the rest of the bits are
/// for forms.
const OF_NUMBER: u64 = 1 << 63;
const TO_SUFFIX: u64 = 1 << 62;
const FORM_LINKS: u32 = 62;

/// Slots at a distance from a token, and glued to it.
pub(crate) type Beside = [u128; 2];

fn join(all: &mut Beside, more: Beside) {
    all[0] |= more[0];
    all[1] |= more[1];
}

/// What many tokens have in common.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
struct Class {
    /// What can begin at the token.
    begins: u128,
    /// What can end before what begins at it.
    before: Beside,
    /// What can begin after what ends at it.
    after: Beside,
    /// Links from the token before, and to the next.
    from: u64,
    to: u64,
    /// What guards name and can begin at the token.
    guards: u128,
}

impl Class {
    /// A slot that begins at the token.
    fn begin(&mut self, slot: SlotId, bits: &Bits, pairs: &Pairs) {
        self.begins |= bits.of(slot);
        join(&mut self.before, pairs.before[slot_index(slot)]);
    }

    /// A slot that ends at the token.
    fn end(&mut self, slot: SlotId, pairs: &Pairs) {
        join(&mut self.after, pairs.after[slot_index(slot)]);
    }
}

/// The bit of each slot that something names, 0 for others.
#[derive(Debug, Default)]
struct Bits(Vec<u128>);

impl Bits {
    /// How many slots have a bit of their own.
    const OWN: usize = 104;

    fn new(
        slots: impl Iterator<Item = SlotId>,
        lexicon: &Lexicon,
        common: impl Fn(SlotId) -> bool,
    ) -> Self {
        let mut bits = vec![0; BUILT_IN.len() + lexicon.slots()];
        let mut slots: Vec<SlotId> = slots.collect();
        slots.sort_unstable();
        slots.dedup();
        // Built-in slots, whose ids are the highest, first.
        slots.sort_by_key(|s| (slot_index(*s) >= BUILT_IN.len(), !common(*s)));
        for (i, slot) in slots.into_iter().enumerate() {
            let bit = if i < Self::OWN {
                i
            } else {
                Self::OWN + i % (128 - Self::OWN)
            };
            bits[slot_index(slot)] = 1 << bit;
        }
        Self(bits)
    }

    #[inline]
    fn of(&self, slot: SlotId) -> u128 {
        self.0[slot_index(slot)]
    }
}

/// For each slot, by its index, what can come before it and after it.
struct Pairs {
    before: Vec<Beside>,
    after: Vec<Beside>,
}

impl Pairs {
    fn new(automaton: &Automaton, bits: &Bits) -> Self {
        let none = vec![[0; 2]; bits.0.len()];
        let mut this = Self {
            before: none.clone(),
            after: none,
        };
        // What comes before a state, then what comes after each arc.
        let mut before: Vec<u128> = vec![0; automaton.states().len()];
        for state in automaton.states() {
            for arc in automaton.arcs(state) {
                before[arc.to as usize] |= bits.of(arc.slot);
            }
        }
        let after: Vec<Beside> = automaton
            .states()
            .map(|state| {
                let loose = automaton.arcs(state).iter().filter(|a| !a.touch);
                let loose = loose.fold(0, |all, a| all | bits.of(a.slot));
                [loose, state.bits]
            })
            .collect();
        for (state, before) in automaton.states().zip(before) {
            for arc in automaton.arcs(state) {
                let i = slot_index(arc.slot);
                let loose = if arc.touch { 0 } else { before };
                join(&mut this.before[i], [loose, before]);
                join(&mut this.after[i], after[arc.to as usize]);
            }
        }
        this
    }
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    /// For each entry of the lexicon its flags, and above them its class.
    of: Vec<u32>,
    classes: Vec<Class>,
    /// Classes of numbers in digits, of any word, and of Roman numerals.
    digits: [Class; DIGIT_KINDS],
    word: Class,
    roman: Class,
    /// Whether a pattern names words or Roman numerals; Roman numerals.
    any_word: bool,
    any_roman: bool,
    /// What can come after a number.
    after_number: Beside,
    bits: Bits,
    /// The bits of the built-in slots that may have more tokens than one.
    longer: u128,
    /// The built-in slots by their bits.
    built_in: Vec<SlotId>,
    guard_bits: Bits,
    /// Slots that a match can begin with.
    pub(crate) first: u128,
}

impl Neighbours {
    /// `triggers` are slots without which nothing matches; a form of several words is found by the
    /// first that is not in `common_entries`. Literals that are not `common` share bits.
    pub(crate) fn new(
        automaton: &mut Automaton,
        lexicon: &Lexicon,
        numbers: &NumberSlots,
        triggers: &[SlotId],
        guards: impl Iterator<Item = SlotId>,
        common: impl Fn(SlotId) -> bool,
        common_entries: &FxHashSet<u32>,
    ) -> Self {
        let bits = Bits::new(automaton.slots(), lexicon, &common);
        let guard_bits = Bits::new(guards, lexicon, &common);
        automaton.set_bits(|slot| bits.of(slot));
        let pairs = Pairs::new(automaton, &bits);
        let mut this = Self {
            after_number: pairs.after[slot_index(NUMBER)],
            any_word: (bits.of(WORD) | bits.of(ROMAN)) != 0,
            any_roman: bits.of(ROMAN) != 0,
            first: automaton.state(Automaton::ROOT).bits,
            ..Self::default()
        };
        this.longer = bits.of(NUMBER) | bits.of(ORDINAL) | bits.of(ROMAN);
        this.built_in = vec![WORD; 128];
        for i in 0..BUILT_IN.len() as u16 {
            let slot = SlotId(u16::MAX - i);
            if let Some(bit) = bits.of(slot).checked_ilog2() {
                this.built_in[bit as usize] = slot;
            }
        }
        this.word.begin(WORD, &bits, &pairs);
        this.word.end(WORD, &pairs);
        // A Roman numeral is a word as well.
        this.roman = this.word;
        this.roman.begin(ROMAN, &bits, &pairs);
        this.roman.end(ROMAN, &pairs);
        this.roman.to = TO_SUFFIX;
        for (kind, class) in this.digits.iter_mut().enumerate() {
            class.begin(ORDINAL, &bits, &pairs);
            digit_slots(kind, |slot| {
                class.begin(slot, &bits, &pairs);
                class.end(slot, &pairs);
            });
            class.from = OF_NUMBER;
            class.to = OF_NUMBER | TO_SUFFIX;
        }
        let is = |slot: SlotId, own: Option<SlotId>| Some(slot) == own;
        let triggered = |slot: SlotId| {
            triggers.contains(&slot)
                || is(slot, numbers.number) && triggers.contains(&NUMBER)
                || is(slot, numbers.ordinal) && triggers.contains(&ORDINAL)
        };
        let triggered: Vec<bool> = (0..lexicon.slots() as u16)
            .map(|s| triggered(SlotId(s)))
            .collect();
        let mut drafts = vec![Class::default()];
        let mut of = vec![0u32; lexicon.entries()];
        lexicon.forms(|slot, form| {
            let [first, .., last] = match form {
                [only] => [*only, *only],
                [first, .., last] => [*first, *last],
                [] => return,
            };
            let counts = is(slot, numbers.number) || is(slot, numbers.ordinal);
            let helps = is(slot, numbers.and)
                || is(slot, numbers.ordinal_suffix)
                || is(slot, numbers.article)
                || is(slot, numbers.half);
            let guard = guard_bits.of(slot);
            if bits.of(slot) == 0 && guard == 0 && !counts && !helps {
                return;
            }
            let mut flags = 0;
            if bits.of(slot) != 0 || is(slot, numbers.and) || is(slot, numbers.ordinal_suffix) {
                flags |= USEFUL;
            }
            if counts {
                flags |= USEFUL | COUNTS;
            }
            for &entry in form {
                let of = &mut of[entry as usize];
                *of |= u32::from(flags);
                if *of >> 8 == 0 {
                    *of |= (drafts.len() as u32) << 8;
                    drafts.push(Class::default());
                }
            }
            if triggered[usize::from(slot.0)] {
                let rare = form.iter().find(|e| !common_entries.contains(*e));
                of[*rare.unwrap_or(&first) as usize] |= u32::from(TRIGGER);
            }
            let class = |entry: u32| (of[entry as usize] >> 8) as usize;
            for pair in form.windows(2) {
                let link = 1 << (pair[1] % FORM_LINKS);
                drafts[class(pair[0])].to |= link;
                drafts[class(pair[1])].from |= link;
            }
            let begins = &mut drafts[class(first)];
            begins.guards |= guard;
            begins.begin(slot, &bits, &pairs);
            if is(slot, numbers.number) || is(slot, numbers.article) {
                begins.begin(NUMBER, &bits, &pairs);
            }
            if counts {
                begins.begin(ORDINAL, &bits, &pairs);
            }
            if counts || is(slot, numbers.and) || is(slot, numbers.half) {
                begins.from |= OF_NUMBER;
            }
            if is(slot, numbers.ordinal_suffix) {
                begins.from |= TO_SUFFIX;
            }
            let ends = &mut drafts[class(last)];
            ends.end(slot, &pairs);
            if is(slot, numbers.number) || is(slot, numbers.half) {
                ends.end(NUMBER, &pairs);
            }
            if is(slot, numbers.ordinal) || is(slot, numbers.ordinal_suffix) {
                ends.end(ORDINAL, &pairs);
            }
            if is(slot, numbers.ordinal_suffix) {
                ends.end(ROMAN, &pairs);
            }
            if is(slot, numbers.number) || is(slot, numbers.and) || is(slot, numbers.article) {
                ends.to |= OF_NUMBER;
            }
        });
        // Most words of a slot have the same class.
        let mut known: FxHashMap<Class, u32> = FxHashMap::default();
        for of in &mut of {
            let classes = &mut this.classes;
            let class = *known
                .entry(drafts[(*of >> 8) as usize])
                .or_insert_with_key(|class| {
                    classes.push(*class);
                    classes.len() as u32 - 1
                });
            *of = *of & 0xFF | class << 8;
        }
        this.of = of;
        this.bits = bits;
        this.guard_bits = guard_bits;
        this
    }

    /// The bit of a slot, 0 where no pattern names it.
    #[inline]
    pub(crate) fn bit(&self, slot: SlotId) -> u128 {
        self.bits.of(slot)
    }

    /// The same among those that guards name.
    pub(crate) fn guard_bit(&self, slot: SlotId) -> u128 {
        self.guard_bits.of(slot)
    }

    /// The bits of the guards' slots that can begin at the token, as the tables have it.
    #[inline]
    pub(crate) fn guards(&self, token: &Token) -> u128 {
        self.class(token).guards
    }

    #[inline]
    pub(crate) fn flags(&self, token: &Token) -> u8 {
        self.of[token.entry as usize] as u8
    }

    #[inline]
    fn class(&self, token: &Token) -> &Class {
        &self.classes[(self.of[token.entry as usize] >> 8) as usize]
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
        self.flags(token) & COUNTS != 0 || self.is_roman(text, token)
    }

    /// Whether the token can be the second of a match that begins with digits.
    #[inline]
    pub(crate) fn goes_on(&self, text: &str, token: &Token) -> bool {
        token.kind == Kind::Number || self.flags(token) & USEFUL != 0 || self.is_roman(text, token)
    }

    /// The slots that can begin at a token.
    #[inline]
    pub(crate) fn begins(&self, text: &str, token: &Token) -> u128 {
        let begins = self.class(token).begins;
        match token.kind {
            Kind::Number => begins | self.digits[digit_kind(text, token)].begins,
            Kind::Word if self.any_word => {
                begins | self.roman(text, token).unwrap_or(&self.word).begins
            }
            _ => begins,
        }
    }

    /// The slots that can begin at a token, and those that can end before them.
    #[inline]
    pub(crate) fn begins_and_before(&self, text: &str, token: &Token) -> (u128, u128) {
        let glued = usize::from(token.gap == Gap::Glued);
        let of = |class: &Class| (class.begins, class.before[glued]);
        let (begins, before) = of(self.class(token));
        let more = match token.kind {
            Kind::Number => &self.digits[digit_kind(text, token)],
            Kind::Word if self.any_word => match self.roman(text, token) {
                Some(roman) => roman,
                None => &self.word,
            },
            _ => return (begins, before),
        };
        let more = of(more);
        (begins | more.0, before | more.1)
    }

    /// Of the `wanted` bits those of the slots that end with a number in digits.
    #[inline]
    pub(crate) fn digits(&self, text: &str, token: &Token, wanted: u128) -> u128 {
        self.digits[digit_kind(text, token)].begins & wanted & !self.longer
    }

    /// The built-in slots of `bits`.
    #[inline]
    pub(crate) fn each(&self, mut bits: u128, mut f: impl FnMut(SlotId)) {
        while bits != 0 {
            let bit = bits.ilog2();
            bits ^= 1 << bit;
            f(self.built_in[bit as usize]);
        }
    }

    /// Whether what follows a number in digits can be part of it: of its value, and its suffix.
    #[inline]
    pub(crate) fn joins_number(&self, token: &Token) -> (bool, bool) {
        let from = self.class(token).from;
        let mark = matches!(token.kind, Kind::Number | Kind::Symbol);
        (mark || from & OF_NUMBER != 0, from & TO_SUFFIX != 0)
    }

    /// The class of Roman numerals, if the token is one.
    #[inline]
    fn roman(&self, text: &str, token: &Token) -> Option<&Class> {
        self.is_roman(text, token).then_some(&self.roman)
    }

    /// Whether tokens `i` and `i + 1` can stand in one match.
    #[inline]
    pub(crate) fn adjacent(&self, text: &str, tokens: &[Token], i: usize) -> bool {
        let token = &tokens[i];
        let Some(next) = tokens.get(i + 1).filter(|t| t.gap < Gap::Paragraph) else {
            return false;
        };
        let class = self.class(token);
        let glued = usize::from(next.gap == Gap::Glued);
        let (mut after, mut to) = (class.after[glued], class.to);
        match token.kind {
            Kind::Number => {
                let digits = &self.digits[digit_kind(text, token)];
                after |= digits.after[glued];
                to |= digits.to;
            }
            Kind::Word if self.any_word => {
                let word = self.roman(text, token).unwrap_or(&self.word);
                after |= word.after[glued];
                to |= word.to;
            }
            // Marks in numbers.
            Kind::Symbol => {
                to |= OF_NUMBER;
                if token.of(text) == "½" {
                    after |= self.after_number[glued];
                }
            }
            _ => {}
        }
        let from = match next.kind {
            Kind::Number | Kind::Symbol => OF_NUMBER,
            _ => 0,
        };
        to & (self.class(next).from | from) != 0 || after & self.begins(text, next) != 0
    }

    /// Whether a match that includes token `i + 1` may begin at token `i` or before it.
    #[inline]
    pub(crate) fn reaches_back(&self, text: &str, tokens: &[Token], i: usize) -> bool {
        self.goes_on(text, &tokens[i]) && self.adjacent(text, tokens, i)
    }
}
