//! What the words of a language pack say of the names beside them.

use dateline_languages::{Lexicon, SlotId};
use dateline_text::{Kind, Token};

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident = $slot:literal,)*) => {
        #[derive(Clone, Copy)]
        #[allow(non_camel_case_types)]
        enum Number { $($name,)* }
        $($(#[$doc])* pub(crate) const $name: u64 = 1 << Number::$name as u64;)*
        const SLOTS: &[&str] = &[$($slot,)*];
    };
}

slots! {
    TITLE = "title",
    ABBREVIATED_TITLE = "abbreviated_title",
    HONORIFIC = "honorific",
    JOB = "job",
    KIN = "kin",
    ROLE_MODIFIER = "role_modifier",
    ROLE_LINK = "role_link",
    ROLE_ADJECTIVE = "role_adjective",
    ORG_HEAD = "org_head",
    ORG_HEAD_LOWER = "org_head_lower",
    ORG_TAIL = "org_tail",
    ORG_SUFFIX = "org_suffix",
    ORG_LINK = "org_link",
    ORG_ADJECTIVE = "org_adjective",
    ORG_FIELD = "org_field",
    ORG_BEFORE = "org_before",
    ORG_AFTER = "org_after",
    PLACE_HEAD = "place_head",
    PLACE_HEAD_LOWER = "place_head_lower",
    PLACE_TAIL = "place_tail",
    PLACE_BEFORE = "place_before",
    PLACE_PREP = "place_prep",
    PLACE_AFTER = "place_after",
    PERSON_VERB = "person_verb",
    PERSON_VERB_BEFORE = "person_verb_before",
    NAME_LINK = "name_link",
    NAME_ABBREVIATION = "name_abbreviation",
    NAME_SUFFIX = "name_suffix",
    DETERMINER = "determiner",
    ELISION = "elision",
    POSSESSIVE = "possessive",
    COORDINATION = "coordination",
    RELATIVE = "relative",
    HYPHEN_PLACE = "hyphen_place",
    HYPHEN_TAIL = "hyphen_tail",
    EVENT_HEAD = "event_head",
    EVENT_TAIL = "event_tail",
    PEOPLE = "people",
    NOT_NAME = "not_name",
    WEAK_WORD = "weak_word",
    WEEKDAY = "weekday",
    MONTH = "month",
}

const COUNT: usize = SLOTS.len();

/// What the tables say of the words that begin at a token.
#[derive(Clone, Copy)]
pub(crate) struct Word {
    /// Slots with a form that begins here.
    bits: u64,
    /// Tokens of the longest form of each slot.
    lengths: [u8; COUNT],
}

impl Word {
    pub(crate) const NOTHING: Word = Word { bits: 0, lengths: [0; COUNT] };

    /// Whether a form of any of the slots begins here.
    #[inline]
    pub(crate) fn has(&self, slots: u64) -> bool {
        self.bits & slots != 0
    }

    /// The slots whose longest form here has this many tokens.
    pub(crate) fn exactly(&self, tokens: usize) -> u64 {
        let mut left = self.bits;
        let mut found = 0;
        while left != 0 {
            let bit = left.trailing_zeros();
            if usize::from(self.lengths[bit as usize]) == tokens {
                found |= 1 << bit;
            }
            left &= left - 1;
        }
        found
    }

    /// Tokens of the longest form of any of the slots that begins here; 0 for none.
    pub(crate) fn length(&self, slots: u64) -> usize {
        let mut left = self.bits & slots;
        let mut longest = 0;
        while left != 0 {
            longest = longest.max(self.lengths[left.trailing_zeros() as usize]);
            left &= left - 1;
        }
        usize::from(longest)
    }
}

/// The slots of a lexicon that speak of names, numbered for [`Word`].
#[derive(Debug)]
pub(crate) struct Vocabulary<'l> {
    lexicon: &'l Lexicon,
    /// Our bit number by number of the lexicon's slot; 255 for slots that are not ours.
    numbers: Vec<u8>,
    /// Bits of [`Lexicon::bits`] that may stand for one of our slots.
    mask: u64,
    adjective: Option<SlotId>,
    hyphen_tail: Option<SlotId>,
}

impl<'l> Vocabulary<'l> {
    pub(crate) fn new(lexicon: &'l Lexicon) -> Self {
        let mut numbers = vec![u8::MAX; lexicon.slots()];
        for (number, name) in SLOTS.iter().enumerate() {
            if let Some(slot) = lexicon.slot(name) {
                numbers[slot.0 as usize] = number as u8;
            }
        }
        Self {
            lexicon,
            numbers,
            mask: lexicon.mask(SLOTS),
            adjective: lexicon.slot("org_adjective"),
            hyphen_tail: lexicon.slot("hyphen_tail"),
        }
    }

    /// Whether a table may have a form that begins with this token.
    #[inline]
    pub(crate) fn may(&self, token: &Token) -> bool {
        token.entry != 0 && self.lexicon.bits(token.entry) & self.mask != 0
    }

    /// What begins at token `i`.
    pub(crate) fn word(&self, text: &str, tokens: &[Token], i: usize) -> Word {
        let mut word = Word::NOTHING;
        self.lexicon.at(text, tokens, i, |o| {
            let number = self.numbers.get(o.slot.0 as usize).copied().unwrap_or(u8::MAX);
            if let Some(longest) = word.lengths.get_mut(usize::from(number)) {
                word.bits |= 1 << number;
                *longest = (*longest).max((o.end as usize - i).min(255) as u8);
            }
        });
        word
    }

    /// Whether a small word ends like an adjective of names.
    pub(crate) fn adjective(&self, text: &str, token: &Token) -> bool {
        token.kind == Kind::Word && self.adjective.is_some_and(|s| self.lexicon.ending(s, token, text).is_some())
    }

    /// Whether a small word after a hyphen ends like one that is not part of a name.
    pub(crate) fn hyphen_tail(&self, text: &str, token: &Token) -> bool {
        self.hyphen_tail.is_some_and(|s| self.lexicon.ending(s, token, text).is_some())
    }
}
