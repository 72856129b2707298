//! What the words of a language pack say of the names beside them.

use crate::endings::Endings;
use dateline_gazetteer::{Gazetteer, Kind as Known, Posting};
use dateline_languages::{CaseRule, Lexicon, Pack, SlotId};
use dateline_model::Span;
use dateline_text::{Case, Gap, Kind, Token, tokenize, word_key};
use rustc_hash::FxHashMap;

macro_rules! slots {
    ($($name:ident = $slot:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Number { $($name,)* }
        $(pub(crate) const $name: u64 = 1 << Number::$name as u64;)*
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
    ORG_LINK_SMALL = "org_link_small",
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
    INDEFINITE = "indefinite",
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
    ORG_TAIL_LOWER = "org_tail_lower",
    PLACE_TAIL_LOWER = "place_tail_lower",
    TITLE_AFTER = "title_after",
    PERSON_HEAD = "person_head",
    WEEKDAY = "weekday",
    MONTH = "month",
}

/// A letter that is a surname.
pub(crate) const SURNAME: u8 = 1;
/// The first, or only, letter of given names.
pub(crate) const GIVEN_FIRST: u8 = 2;
/// The last letter of given names.
pub(crate) const GIVEN_LAST: u8 = 4;
/// A letter that writes foreign names, and stands in few other words.
pub(crate) const FOREIGN: u8 = 8;
/// A letter that ends names of places where another place stands before.
pub(crate) const PLACE: u8 = 16;
/// A letter that writes foreign names and hardly anything else.
pub(crate) const SURE: u8 = 32;
/// A letter that makes a people or a language of a place.
pub(crate) const PEOPLE_END: u8 = 64;
/// Values of the slot `name_syllable`.
const CLASSES: &[(&str, u8)] = &[
    ("surname", SURNAME),
    ("first", GIVEN_FIRST),
    ("last", GIVEN_LAST),
    ("foreign", FOREIGN),
    ("place", PLACE),
    ("sure", SURE),
    ("people", PEOPLE_END),
];

/// A text and its tokens.
#[derive(Clone, Copy)]
pub(crate) struct Source<'s> {
    pub text: &'s str,
    pub tokens: &'s [Token],
}

/// Marks of a token, beside the slots of all forms that begin with its word; see [`Vocabulary::mark`].
///
/// A name may begin with it.
pub(crate) const START: u64 = 1 << 63;
/// It has forms that are not just this word in any case.
const OTHERS: u64 = 1 << 62;
/// It begins with a capital.
pub(crate) const CAPITAL: u64 = 1 << 61;
/// It is written small.
pub(crate) const SMALL: u64 = 1 << SMALL_AT;
pub(crate) const SMALL_AT: u32 = 60;
/// It is in capitals, two or more.
pub(crate) const UPPER: u64 = 1 << 59;
/// It touches the token before.
pub(crate) const GLUED: u64 = 1 << 58;
/// It stands on another line than the token before.
pub(crate) const FAR: u64 = 1 << 57;
pub(crate) const WORD: u64 = 1 << 56;
pub(crate) const SYMBOL: u64 = 1 << 55;
pub(crate) const NUMBER: u64 = 1 << 54;
/// It has more than three bytes.
pub(crate) const LONG_AT: u32 = 53;
/// It belongs to a date that is certain.
pub(crate) const TAKEN: u64 = 1 << 52;
/// All slots.
pub(crate) const ALL_SLOTS: u64 = (1 << 52) - 1;
const _: () = assert!(SLOTS.len() <= 52);

/// The marks of a token by its kind, case and gap.
const SHAPES: [u64; 128] = {
    let mut shapes = [0; 128];
    let kinds = [Kind::Word, Kind::Number, Kind::Symbol, Kind::Character];
    let cases = [
        Case::None,
        Case::Lower,
        Case::Capital,
        Case::Upper,
        Case::Mixed,
    ];
    let gaps = [Gap::Glued, Gap::Space, Gap::Line, Gap::Paragraph];
    let mut n = 0;
    while n < kinds.len() * cases.len() * gaps.len() {
        let (kind, case, gap) = (kinds[n % 4], cases[n / 4 % 5], gaps[n / 20]);
        let of_kind = match kind {
            Kind::Word => WORD,
            Kind::Number => NUMBER,
            Kind::Symbol => SYMBOL,
            Kind::Character => 0,
        };
        let of_case = match case {
            Case::None if matches!(kind, Kind::Word | Kind::Character) => START,
            Case::None => 0,
            Case::Lower => SMALL,
            Case::Capital | Case::Mixed => START | CAPITAL,
            Case::Upper => START | CAPITAL | UPPER,
        };
        let of_gap = match gap {
            Gap::Glued => GLUED,
            Gap::Space => 0,
            Gap::Line | Gap::Paragraph => FAR,
        };
        shapes[shape(kind, case, gap, 0)] = of_kind | of_case | of_gap;
        n += 1;
    }
    shapes
};

/// The place in [`SHAPES`]; the last byte only so that the four are read at once.
#[inline(always)]
const fn shape(kind: Kind, case: Case, gap: Gap, script: u8) -> usize {
    let bytes = u32::from_le_bytes([kind as u8, case as u8, gap as u8, script]);
    (bytes | bytes >> 6 | bytes >> 11) as usize & 127
}

/// What the tables say of the words that begin at a token; looked up only as far as asked.
#[derive(Clone, Copy)]
pub(crate) struct Word<'w> {
    marks: u64,
    vocabulary: &'w Vocabulary<'w>,
    source: &'w Source<'w>,
    at: usize,
}

impl<'w> Word<'w> {
    /// Whether no row speaks of the word.
    #[inline]
    pub(crate) fn is_plain(self) -> bool {
        self.marks & ALL_SLOTS == 0
    }

    /// Whether a form of any of the slots begins here.
    #[inline]
    pub(crate) fn has(self, slots: u64) -> bool {
        self.marks & slots != 0 && (self.marks & OTHERS == 0 || self.has_longer(slots))
    }

    /// Tokens of the longest form of any of the slots that begins here; 0 for none.
    #[inline]
    pub(crate) fn length(self, slots: u64) -> usize {
        if self.marks & slots == 0 {
            return 0;
        }
        if self.marks & OTHERS == 0 {
            return 1;
        }
        self.longest(slots)
    }

    #[inline]
    fn row(self) -> &'w Row {
        let token = self.source.tokens.get(self.at);
        token.map_or(&NO_ROW, |t| self.vocabulary.row(t))
    }

    /// Slots of forms of this one word.
    #[inline]
    fn ones(self, row: &Row) -> u64 {
        let capital = 0u64.wrapping_sub(u64::from(self.marks & CAPITAL != 0));
        row.ones | row.capital & capital
    }

    #[inline(never)]
    fn has_longer(self, slots: u64) -> bool {
        let row = self.row();
        self.ones(row) & slots != 0 || self.may_be_longer(row, slots) && self.longer(row, slots) > 0
    }

    #[inline(never)]
    fn longest(self, slots: u64) -> usize {
        let row = self.row();
        let one = usize::from(self.ones(row) & slots != 0);
        if self.may_be_longer(row, slots) {
            one.max(self.longer(row, slots))
        } else {
            one
        }
    }

    /// Whether [`Word::longer`] may find any: «no» is certain.
    #[inline]
    fn may_be_longer(self, row: &Row, slots: u64) -> bool {
        row.others & slots != 0 && {
            let next = self.source.tokens.get(self.at + 1);
            row.second & next.map_or(u64::MAX, |t| second_bit(t.key)) != 0
        }
    }

    /// Tokens of the longest of the other forms.
    fn longer(self, row: &Row, slots: u64) -> usize {
        let mut forms = self.vocabulary.forms(row).iter();
        let longest = forms.find(|form| form.slot & slots != 0 && self.fits(form));
        longest.map_or(0, |form| form.length as usize)
    }

    /// The slots with a form of exactly this many tokens.
    #[inline]
    fn exactly(self, length: usize) -> u64 {
        let row = self.row();
        let ones = if length == 1 { self.ones(row) } else { 0 };
        if row.others == 0
            || row.lengths & length_bit(length) == 0
            || length == 1 && row.second != u64::MAX
            || !self.may_be_longer(row, u64::MAX)
        {
            return ones;
        }
        let forms = self.vocabulary.forms(row).iter();
        forms
            .filter(|f| f.length as usize == length && self.fits(f))
            .fold(ones, |slots, f| slots | f.slot)
    }

    fn fits(self, form: &Form) -> bool {
        let tokens = self.source.tokens.get(self.at..).unwrap_or_default();
        let Some((first, rest)) = tokens.split_first() else {
            return false;
        };
        let mut last = first;
        let mut rest = rest;
        if form.length > 1 {
            match rest.split_first() {
                Some((t, after)) if t.key == form.second && t.gap < Gap::Paragraph => {
                    (last, rest) = (t, after);
                }
                _ => return false,
            }
        }
        for (n, key) in form.more.iter().enumerate() {
            match rest.get(n) {
                Some(t) if t.key == *key && t.gap < Gap::Paragraph => last = t,
                _ => return false,
            }
        }
        match form.case {
            CaseRule::Any => true,
            CaseRule::Capital => first.capitalised(),
            CaseRule::Exact => {
                self.source
                    .text
                    .get(first.start as usize..last.end as usize)
                    == Some(&*form.text)
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct Form {
    slot: u64,
    /// Key of the second token.
    second: u64,
    /// Tokens.
    length: u32,
    case: CaseRule,
    /// Keys of the third and later tokens.
    more: Box<[u64]>,
    /// As written, where the case counts.
    text: Box<str>,
}

/// What begins and ends with one word; one cache line.
#[derive(Debug, Default, Clone)]
#[repr(align(64))]
struct Row {
    /// Slots of forms that end with this word.
    ends: u64,
    /// The same of forms of several tokens.
    ends_longer: u64,
    /// Slots of forms of this one word in any case.
    ones: u64,
    /// The same of those that want a capital.
    capital: u64,
    /// Slots of all other forms.
    others: u64,
    /// The bit of the second token of every other form; all bits where one has no second token.
    second: u64,
    /// Number of the list of the other forms.
    forms: u32,
    /// A bit for each length in tokens that a form has; see [`length_bit`].
    lengths: u8,
}

static NO_ROW: Row = Row {
    ends: 0,
    ends_longer: 0,
    ones: 0,
    capital: 0,
    others: 0,
    second: 0,
    forms: 0,
    lengths: 0,
};

/// Weight in the gazetteer from which a place is large: half a million inhabitants.
pub(crate) const LARGE: u8 = 150;

fn is_large(p: Posting<'_>) -> bool {
    let kind = p.kind();
    kind == Known::Country || kind.is_organization() || kind.is_place() && p.weight() >= LARGE
}

#[inline]
fn second_bit(key: u64) -> u64 {
    1 << (key >> 40 & 63)
}

/// Seven tokens and more share a bit.
#[inline]
fn length_bit(tokens: usize) -> u8 {
    1 << tokens.min(7)
}

/// The rows of a pack that speak of names, by the word that they begin with.
#[derive(Debug)]
pub(crate) struct Vocabulary<'l> {
    lexicon: &'l Lexicon,
    /// By the lexicon's entry, the slots of all forms that begin with it, and [`OTHERS`].
    begins: Vec<u64>,
    /// By the lexicon's entry; empty where no form begins or ends with it.
    rows: Vec<Row>,
    /// Lists of forms, longest first; the first is empty.
    forms: Vec<Vec<Form>>,
    adjective: Option<SlotId>,
    hyphen_tail: Option<SlotId>,
    pub(crate) endings: Endings,
    /// Class words at the ends of longer words with their slot, and the letters of the longest.
    tails: FxHashMap<Box<str>, u64>,
    longest_tail: usize,
    /// What single letters are in names: bits such as [`SURNAME`].
    syllables: FxHashMap<char, u8>,
    /// Whether a capital alone speaks for no name.
    pub(crate) nouns_capitalised: bool,
    pub(crate) surname_first: bool,
    /// Whether two words with capitals are most likely a person.
    pub(crate) pairs_are_persons: bool,
    /// Most words of a person's name; 0 where that is not certain.
    pub(crate) name_words: usize,
    /// Whether heads of organizations stand before what they are called, as a linked complement does.
    pub(crate) heads_first: bool,
}

impl<'l> Vocabulary<'l> {
    pub(crate) fn new(lexicon: &'l Lexicon, pack: &Pack, gazetteer: &Gazetteer) -> Self {
        let endings = Endings::new(pack);
        let mut rows_of = vec![Row::default(); lexicon.entries()];
        let mut begins = vec![0; lexicon.entries()];
        let mut forms = vec![Vec::new()];
        let mut tokens = Vec::new();
        let rows = pack.rows.iter().map(|r| (r.slot, &*r.form, r.case));
        // Function words open sentences and are no names. Those of news hold a few large names,
        // which are longer.
        let function_words = pack.function_words.iter().filter(|word| {
            if word.chars().count() < 4 {
                return true;
            }
            let mut bases = Vec::new();
            endings.bases(word, &mut bases);
            let keys = bases.iter().map(|b| b.key);
            !keys.chain([word_key(word)]).any(|key| {
                let path = gazetteer.path().then(key);
                path.is_some_and(|p| p.postings().any(|p| is_large(p)))
            })
        });
        let function_words = function_words.map(|w| ("not_name", *w, CaseRule::Any));
        for (slot, form, case) in rows.chain(function_words) {
            let Some(number) = SLOTS.iter().position(|s| *s == slot) else {
                continue;
            };
            tokens.clear();
            tokenize(form, &mut tokens);
            let Some(first) = tokens.first().filter(|_| !form.starts_with('*')) else {
                continue;
            };
            let entry = lexicon.entry(first.key) as usize;
            if entry == 0 {
                continue;
            }
            let slot = 1 << number;
            let last = tokens.last().map_or(0, |t| lexicon.entry(t.key) as usize);
            rows_of[last].ends |= slot;
            if tokens.len() > 1 {
                rows_of[last].ends_longer |= slot;
            }
            let row = &mut rows_of[entry];
            begins[entry] |= slot;
            if tokens.len() == 1 && case != CaseRule::Exact {
                if case == CaseRule::Any {
                    row.ones |= slot;
                } else {
                    row.capital |= slot;
                    begins[entry] |= OTHERS;
                }
                continue;
            }
            begins[entry] |= OTHERS;
            row.lengths |= length_bit(tokens.len());
            row.others |= slot;
            row.second |= tokens.get(1).map_or(u64::MAX, |t| second_bit(t.key));
            if row.forms == 0 {
                row.forms = forms.len() as u32;
                forms.push(Vec::new());
            }
            forms[row.forms as usize].push(Form {
                slot,
                second: tokens.get(1).map_or(0, |t| t.key),
                length: tokens.len() as u32,
                case,
                more: tokens.iter().skip(2).map(|t| t.key).collect(),
                text: if case == CaseRule::Exact {
                    form.into()
                } else {
                    Box::default()
                },
            });
        }
        for forms in &mut forms {
            // The first that fits is the longest.
            forms.sort_by_key(|f| std::cmp::Reverse(f.length));
        }
        let (mut tails, mut longest_tail) = (FxHashMap::default(), 0);
        let mut syllables = FxHashMap::default();
        for row in &pack.rows {
            if row.slot == "name_syllable" {
                let class = CLASSES.iter().find(|c| c.0 == row.value).map_or(0, |c| c.1);
                for c in row.form.chars().filter(|c| *c != ' ') {
                    *syllables.entry(c).or_default() |= class;
                }
            }
            let tail = match row.slot {
                "org_tail" => ORG_TAIL,
                "place_tail" => PLACE_TAIL,
                "title_after" => TITLE_AFTER,
                "not_name" => NOT_NAME,
                _ => continue,
            };
            if let Some(form) = row.form.strip_prefix('*') {
                longest_tail = longest_tail.max(form.chars().count());
                tails.insert(form.into(), tail);
            }
        }
        Self {
            lexicon,
            begins,
            rows: rows_of,
            forms,
            tails,
            longest_tail,
            syllables,
            adjective: lexicon.slot("org_adjective"),
            hyphen_tail: lexicon.slot("hyphen_tail"),
            endings,
            nouns_capitalised: pack.language.nouns_capitalised,
            surname_first: pack.language.surname_first,
            pairs_are_persons: pack.language.pairs_are_persons,
            name_words: pack.language.name_words.into(),
            heads_first: pack.language.heads_first,
        }
    }

    /// The slot of the longest class word that a word ends with, and its letters.
    pub(crate) fn tail(&self, word: &str) -> Option<(u64, usize)> {
        if self.tails.is_empty() {
            return None;
        }
        let letters = word.chars().count();
        let from = letters.saturating_sub(self.longest_tail);
        let ends = word.char_indices().enumerate().skip(from);
        ends.map(|(n, (at, _))| (n, &word[at..]))
            .find_map(|(n, ending)| Some((*self.tails.get(ending)?, letters - n)))
    }

    /// The slots of a single word by its key, in any case.
    pub(crate) fn slots(&self, key: u64) -> u64 {
        let entry = self.lexicon.entry(key) as usize;
        self.rows.get(entry).map_or(0, |row| row.ones)
    }

    /// What a letter is in names.
    #[inline]
    pub(crate) fn syllables(&self, letter: char) -> u8 {
        self.syllables.get(&letter).copied().unwrap_or(0)
    }

    #[inline]
    fn row(&self, token: &Token) -> &Row {
        self.rows.get(token.entry as usize).unwrap_or(&NO_ROW)
    }

    /// Writes the marks of all tokens: what a token is and what may begin with it, in one word that
    /// nearly every question needs. `taken` are the sorted spans of dates.
    pub(crate) fn mark(&self, tokens: &[Token], taken: &[Span], marks: &mut Vec<u64>) {
        marks.resize(tokens.len(), 0);
        for (mark, t) in marks.iter_mut().zip(tokens) {
            let begins = self.begins.get(t.entry as usize).copied().unwrap_or(0);
            let long = u64::from(t.end - t.start > 3) << LONG_AT;
            *mark = begins | SHAPES[shape(t.kind, t.case, t.gap, t.script as u8)] | long;
        }
        let mut from = 0;
        for span in taken {
            let rest = tokens.get(from..).unwrap_or_default();
            from += rest.partition_point(|t| t.end <= span.start);
            let inside = marks.iter_mut().zip(tokens).skip(from);
            for (mark, _) in inside.take_while(|(_, t)| t.start < span.end) {
                *mark = *mark & !START | TAKEN;
            }
        }
    }

    /// What begins at token `i`, which has these marks.
    #[inline]
    pub(crate) fn word<'w>(&'w self, source: &'w Source<'w>, at: usize, marks: u64) -> Word<'w> {
        Word {
            marks,
            vocabulary: self,
            source,
            at,
        }
    }

    /// The other forms that begin with a word.
    #[inline]
    fn forms(&self, row: &Row) -> &[Form] {
        &self.forms[row.forms as usize]
    }

    /// The slots with a form of exactly this many tokens at token `i`, which has these marks.
    #[inline]
    pub(crate) fn exactly(&self, source: &Source<'_>, i: usize, marks: u64, length: usize) -> u64 {
        if marks & OTHERS == 0 {
            return if length == 1 { marks & ALL_SLOTS } else { 0 };
        }
        self.word(source, i, marks).exactly(length)
    }

    /// The slots with a form that may end with a token: «no» is certain.
    #[inline]
    pub(crate) fn may_end(&self, token: &Token) -> u64 {
        self.row(token).ends
    }

    /// The same of forms of several tokens.
    #[inline]
    pub(crate) fn may_end_longer(&self, token: &Token) -> u64 {
        self.row(token).ends_longer
    }

    /// Whether a small word ends like an adjective of names.
    pub(crate) fn adjective(&self, text: &str, token: &Token) -> bool {
        token.kind == Kind::Word
            && self
                .adjective
                .is_some_and(|s| self.lexicon.ending(s, token, text).is_some())
    }

    /// Whether a small word after a hyphen ends like one that is not part of a name.
    pub(crate) fn hyphen_tail(&self, text: &str, token: &Token) -> bool {
        self.hyphen_tail
            .is_some_and(|s| self.lexicon.ending(s, token, text).is_some())
    }
}
