//! What the words of a language pack say of the names beside them.

use crate::endings::Endings;
use dateline_gazetteer::{Gazetteer, Kind as Known, Posting};
use dateline_languages::{CaseRule, Lexicon, Pack, SlotId};
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
/// All slots.
pub(crate) const ALL_SLOTS: u64 = (1 << 53) - 1;
const _: () = assert!(SLOTS.len() <= 53);

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

    fn head(self) -> &'w Head {
        let token = self.source.tokens.get(self.at);
        let number = token.map_or(0, |t| self.vocabulary.row(t).head);
        &self.vocabulary.heads[number as usize]
    }

    #[cold]
    #[inline(never)]
    fn has_longer(self, slots: u64) -> bool {
        let head = self.head();
        head.ones & slots != 0 || self.longer(head, slots) > 0
    }

    #[cold]
    #[inline(never)]
    fn longest(self, slots: u64) -> usize {
        let head = self.head();
        let one = usize::from(head.ones & slots != 0);
        one.max(self.longer(head, slots))
    }

    /// Whether [`Word::longer`] may find any: «no» is certain.
    #[inline]
    fn may_be_longer(self, head: &Head, slots: u64) -> bool {
        let next = self.source.tokens.get(self.at + 1);
        let second = next.map_or(u64::MAX, |t| second_bit(t.key));
        head.others & slots != 0 && head.second & second != 0
    }

    /// Tokens of the longest form that is not just this word in any case.
    fn longer(self, head: &Head, slots: u64) -> usize {
        if !self.may_be_longer(head, slots) {
            return 0;
        }
        let mut forms = head.forms.iter();
        let longest = forms.find(|form| form.slot & slots != 0 && self.fits(form));
        longest.map_or(0, |form| form.more.len() + 1)
    }

    #[cold]
    #[inline(never)]
    fn exactly(self, tokens: usize) -> u64 {
        let head = self.head();
        let ones = if tokens == 1 { head.ones } else { 0 };
        if !self.may_be_longer(head, u64::MAX) || tokens == 1 && head.second != u64::MAX {
            return ones;
        }
        let forms = head
            .forms
            .iter()
            .filter(|f| f.more.len() + 1 == tokens && self.fits(f));
        forms.fold(ones, |slots, f| slots | f.slot)
    }

    fn fits(self, form: &Form) -> bool {
        let tokens = self.source.tokens.get(self.at..).unwrap_or_default();
        let Some((first, rest)) = tokens.split_first() else {
            return false;
        };
        let mut last = first;
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
    case: CaseRule,
    /// Keys of the second and later tokens.
    more: Box<[u64]>,
    /// As written, where the case counts.
    text: Box<str>,
}

/// The forms that begin with one word.
#[derive(Debug, Default)]
struct Head {
    /// Slots of forms of this one word in any case.
    ones: u64,
    /// Slots of all other forms.
    others: u64,
    /// The bit of the second token of every other form; all bits where one has no second token.
    second: u64,
    /// All other forms, longest first.
    forms: Vec<Form>,
}

/// What begins and ends with one word, as far as one look tells.
#[derive(Debug, Default, Clone, Copy)]
struct Row {
    /// Slots of forms that end with this word.
    ends: u64,
    /// The same of forms of several tokens.
    ends_longer: u64,
    /// Slots of forms of this one word in any case, and [`OTHERS`] where it has such in one case.
    alone: u64,
    /// Number of the head; 0 where no form begins.
    head: u32,
    /// A bit for each length in tokens that a form has; see [`length_bit`].
    lengths: u8,
}

static NO_ROW: Row = Row {
    ends: 0,
    ends_longer: 0,
    alone: 0,
    head: 0,
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
    heads: Vec<Head>,
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
        let mut heads = vec![Head::default()];
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
            if row.head == 0 {
                row.head = heads.len() as u32;
                heads.push(Head::default());
            }
            let head = &mut heads[row.head as usize];
            begins[entry] |= slot;
            row.lengths |= length_bit(tokens.len());
            if tokens.len() == 1 && case == CaseRule::Any {
                head.ones |= slot;
                row.alone |= slot;
            } else {
                begins[entry] |= OTHERS;
                if tokens.len() == 1 {
                    row.alone |= OTHERS;
                }
                head.others |= slot;
                head.second |= tokens.get(1).map_or(u64::MAX, |t| second_bit(t.key));
                head.forms.push(Form {
                    slot,
                    case,
                    more: tokens[1..].iter().map(|t| t.key).collect(),
                    text: if case == CaseRule::Exact {
                        form.into()
                    } else {
                        Box::default()
                    },
                });
            }
        }
        for head in &mut heads {
            // The first that fits is the longest.
            head.forms.sort_by_key(|f| std::cmp::Reverse(f.more.len()));
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
            tails,
            longest_tail,
            syllables,
            heads,
            adjective: lexicon.slot("org_adjective"),
            hyphen_tail: lexicon.slot("hyphen_tail"),
            endings,
            nouns_capitalised: pack.language.nouns_capitalised,
            surname_first: pack.language.surname_first,
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
        let head = self.rows.get(entry).map_or(0, |r| r.head as usize);
        self.heads[head].ones
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
    /// nearly every question needs.
    pub(crate) fn mark(&self, tokens: &[Token], marks: &mut Vec<u64>) {
        marks.resize(tokens.len(), 0);
        for (mark, t) in marks.iter_mut().zip(tokens) {
            let begins = self.begins.get(t.entry as usize).copied().unwrap_or(0);
            let long = u64::from(t.end - t.start > 3) << LONG_AT;
            *mark = begins | SHAPES[shape(t.kind, t.case, t.gap, t.script as u8)] | long;
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

    /// The slots with a form of exactly this many tokens at token `i`.
    #[inline]
    pub(crate) fn exactly(&self, source: &Source<'_>, i: usize, length: usize) -> u64 {
        let row = source.tokens.get(i).map_or(&NO_ROW, |t| self.row(t));
        if length == 1 && row.alone & OTHERS == 0 {
            return row.alone;
        }
        if row.lengths & length_bit(length) == 0 {
            return 0;
        }
        self.word(source, i, 0).exactly(length)
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
