//! From sentences to candidates: what may be a name, and the look-ups that all steps share.

use crate::learned::Learned;
use crate::rules::{OTHER, PERSON, Rule, Votes};
use crate::vocabulary::*;
use dateline_document::{Document, Sentence};
use dateline_gazetteer::{Begin, Gazetteer, Kind as Known, Language, Posting};
use dateline_model::{Span, Zone};
use dateline_text::{Case, Gap, Kind, Token};

/// What the gazetteer says of the names that begin at a token.
#[derive(Clone, Copy)]
pub(crate) struct Entries {
    /// Tokens of the longest given name.
    pub given: u8,
    /// Tokens of the longest surname.
    pub surname: u8,
    /// Tokens of the longest adjective of a place, or name of a people.
    pub demonym: u8,
    /// Tokens of the longest name of a person, an organization, a place or another thing.
    pub length: u8,
    /// Whether one of `meanings` needs no context.
    pub strong: bool,
    /// Whether its largest meaning is a place.
    pub place: bool,
    /// Whether the name stands in another form than the gazetteer's, whose keys are kept.
    pub inflected: bool,
    pub base_keys: u32,
    /// Key of the given name or surname of which the token is a form; 0 for none.
    pub evidence: u64,
    /// Whether that name stands behind a particle.
    pub behind: bool,
    /// Its meanings in [`Scratch::meanings`]: where they begin, and how many they are.
    pub first: u32,
    pub count: u8,
}

impl Entries {
    pub(crate) const NONE: Entries = Entries {
        given: 0,
        surname: 0,
        demonym: 0,
        length: 0,
        strong: false,
        place: false,
        inflected: false,
        base_keys: 0,
        evidence: 0,
        behind: false,
        first: 0,
        count: 0,
    };
}

/// One of the meanings of a name.
#[derive(Clone, Copy)]
pub(crate) struct Meaning<'g> {
    pub entry: Posting<'g>,
    /// Whether it is a name in the language of the article.
    pub local: bool,
    /// Whether the name means this without further evidence.
    pub strong: bool,
}

/// A stretch of tokens that may be a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub first: u32,
    /// First token without an article.
    pub core: u32,
    pub end: u32,
    /// Hash of its words.
    pub hash: u64,
    /// Number of words.
    pub words: u8,
    pub votes: Votes,
    /// Strongest rule for each type.
    pub best: [Option<Rule>; 4],
    /// Place in [`Scratch::entries`] of what the gazetteer knows of exactly this name; 0 for none.
    pub entries: u32,
    /// It opens a sentence, so that its capital says nothing.
    pub opens: bool,
    /// One word that is often written with a capital without being a name.
    pub weak: bool,
    /// Capitals only.
    pub acronym: bool,
    /// The candidate before stands in apposition as the long form: «Long Form (LF)».
    pub explains: bool,
    /// Name that it is an instance of; set by clustering.
    pub name: u32,
}

impl Candidate {
    #[inline]
    pub(crate) fn vote(&mut self, rule: Rule) {
        for (t, vote) in rule.votes().into_iter().enumerate() {
            self.votes[t] += vote;
            if vote > self.best[t].map_or(0.0, |b| b.votes()[t]) {
                self.best[t] = Some(rule);
            }
        }
    }
}

/// Memory that is used again from article to article.
#[derive(Default)]
pub struct Scratch<'g> {
    pub(crate) entries: Vec<Entries>,
    pub(crate) meanings: Vec<Meaning<'g>>,
    /// For each token its place in `entries`, 0 for none; or [`BEGUN`] and a place in `begun`, or [`UNASKED`].
    pub(crate) entries_at: Vec<u32>,
    /// What begins with tokens that were looked up ahead.
    begun: Vec<(u32, Begin)>,
    pub(crate) candidates: Vec<Candidate>,
    /// Sentences in capitals, or with a capital on every word: they are read last.
    pub(crate) late: Vec<u32>,
    pub(crate) clusters: crate::cluster::Clusters,
    pub(crate) marked: Vec<u64>,
    /// Tokens at which a name may begin.
    starts: Vec<u32>,
    /// How many of these the sentences before have.
    passed: usize,
    /// For each name of an article, filled when its first mention is told.
    pub(crate) told: Vec<crate::Told>,
    pub(crate) countries: crate::places::Countries,
    pub(crate) initials: String,
    pub(crate) ids: crate::identity::Ids,
    pub(crate) forms: crate::form::Forms,
    /// The first letters of candidates in capitals, one bit each.
    pub(crate) acronyms: u64,
}

/// What the capitals of a sentence tell.
enum Capitals {
    /// Nothing, since nearly all words have them: the sentence is read last.
    Late,
    /// Nothing, since no word is written small.
    Only,
    /// Which words may be names.
    Some,
}

pub(crate) struct Scan<'s, 'g, 'l> {
    pub vocabulary: &'s Vocabulary<'l>,
    pub gazetteer: &'g Gazetteer,
    pub language: &'s Language,
    /// Keys of the comma and the semicolon.
    pub commas: [u64; 2],
    pub document: &'s Document<'s>,
    /// End of the dateline; 0 without one.
    pub dateline_end: u32,
    pub source: &'s Source<'s>,
    pub text: &'s str,
    pub tokens: &'s [Token],
    /// The marks of each token.
    pub marked: &'s [u64],
    pub scratch: &'s mut Scratch<'g>,
    /// Whether the sentence at hand is all in capitals, so that they tell nothing.
    pub shouted: bool,
    /// What other articles show.
    pub learned: Option<&'s Learned>,
}

/// In [`Scratch::entries_at`]: the token was looked up ahead.
const BEGUN: u32 = 1 << 31;
/// The same of a token that nobody asked for.
const UNASKED: u32 = u32::MAX;
/// Slots of words that say that a person follows.
pub(crate) const BEFORE_PERSON: u64 = TITLE | ABBREVIATED_TITLE | HONORIFIC | JOB | KIN;
/// Slots of words that end an organization's name.
pub(crate) const ENDS_ORG: u64 = ORG_TAIL | ORG_HEAD | ORG_SUFFIX;
/// Tokens that a run may have: no name is longer, and cutting a run takes its length squared.
pub(crate) const LONGEST: usize = 40;
/// A title inside a run ends a name and begins a person's.
pub(crate) const SPLITS: u64 = TITLE | HONORIFIC;

impl<'s, 'g> Scan<'s, 'g, '_> {
    /// Forgets the article before, and looks ahead to where names may begin.
    pub(crate) fn begin(&mut self) {
        let s = &mut *self.scratch;
        s.meanings.clear();
        s.entries.clear();
        s.entries.push(Entries::NONE);
        s.entries_at.clear();
        s.entries_at.resize(self.tokens.len(), UNASKED);
        s.candidates.clear();
        s.late.clear();
        s.forms.clear();
        s.starts.clear();
        s.passed = 0;
        for (n, marked) in (0..).zip(self.marked.chunks(64)) {
            // Without branches, since nobody can foresee which words have capitals.
            let mut starts = 0u64;
            for marks in marked {
                starts = starts >> 1 | marks & START;
            }
            starts >>= 64 - marked.len();
            while starts != 0 {
                s.starts.push(n * 64 + starts.trailing_zeros());
                starts &= starts - 1;
            }
        }
        let begun = self
            .gazetteer
            .begin_all(self.tokens, &s.starts, &mut s.begun);
        if self.vocabulary.endings.is_empty() {
            for start in &s.starts {
                s.entries_at[*start as usize] = 0;
            }
        }
        for (n, (start, _)) in (BEGUN..).zip(&s.begun[..begun]) {
            s.entries_at[*start as usize] = n;
        }
    }

    #[inline]
    pub(crate) fn token(&self, i: usize) -> Option<&'s Token> {
        self.tokens.get(i)
    }

    pub(crate) fn of(&self, i: usize) -> &'s str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    /// Letters of token `i`.
    pub(crate) fn letters(&self, i: usize) -> usize {
        self.of(i).chars().count()
    }

    /// The marks of token `i`; behind the last, those of another line.
    #[inline]
    pub(crate) fn marks(&self, i: usize) -> u64 {
        self.marked.get(i).copied().unwrap_or(FAR)
    }

    /// What the tables say of the words from token `i`.
    #[inline]
    pub(crate) fn word(&self, i: usize) -> Word<'s> {
        self.vocabulary.word(self.source, i, self.marks(i))
    }

    /// The slots with a form of exactly this many tokens at token `i`.
    #[inline]
    pub(crate) fn exactly(&self, i: usize, length: usize) -> u64 {
        self.vocabulary
            .exactly(self.source, i, self.marks(i), length)
    }

    /// The bytes of a range of tokens.
    pub(crate) fn span(&self, first: usize, end: usize) -> Span {
        match self.tokens.get(first..end) {
            Some([only]) => Span::new(only.start, only.end),
            Some([first, .., last]) => Span::new(first.start, last.end),
            _ => Span::default(),
        }
    }

    /// The slots with a form that may end just before token `i`: «no» is certain.
    #[inline]
    pub(crate) fn may_end_before(&self, i: usize) -> u64 {
        i.checked_sub(1)
            .and_then(|b| self.tokens.get(b))
            .map_or(0, |t| self.vocabulary.may_end(t))
    }

    /// Whether token `i` is this ASCII sign.
    #[inline]
    pub(crate) fn is(&self, i: usize, sign: u8) -> bool {
        self.tokens.get(i).is_some_and(|t| {
            t.len() == 1 && self.text.as_bytes().get(t.start as usize) == Some(&sign)
        })
    }

    /// Whether token `i` is a quotation mark.
    #[inline]
    pub(crate) fn quote(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| {
            t.kind == Kind::Symbol
                && matches!(
                    t.of(self.text),
                    "\"" | "“" | "”" | "«" | "»" | "‘" | "’" | "'" | "„" | "‹" | "›"
                )
        })
    }

    /// The meanings of [`Entries`] by their place in the scratch.
    pub(crate) fn meanings(&self, at: u32) -> &[Meaning<'g>] {
        let entries = self
            .scratch
            .entries
            .get(at as usize)
            .unwrap_or(&Entries::NONE);
        let first = entries.first as usize;
        self.scratch
            .meanings
            .get(first..first + usize::from(entries.count))
            .unwrap_or_default()
    }

    /// Of the meanings that fit the largest that is a name in the language of the article, else the largest.
    pub(crate) fn likeliest(
        &self,
        at: u32,
        fits: impl Fn(&Meaning<'g>) -> bool,
    ) -> Option<Meaning<'g>> {
        let fitting = || self.meanings(at).iter().filter(|m| fits(m));
        let local = fitting().find(|m| m.local);
        local.or_else(|| fitting().next()).copied()
    }

    /// Where in the scratch the gazetteer's knowledge of token `i` lies.
    #[inline]
    pub(crate) fn entries_index(&mut self, i: usize) -> usize {
        match self.scratch.entries_at.get(i) {
            None => 0,
            Some(at) if *at < BEGUN => *at as usize,
            Some(_) => self.look_up(i),
        }
    }

    fn look_up(&mut self, i: usize) -> usize {
        let Some(token) = self.token(i) else { return 0 };
        let mut known = Entries::NONE;
        let begin = match self.scratch.entries_at[i] {
            UNASKED => self.gazetteer.begin(token.key),
            n => {
                let begun = self.scratch.begun.get((n - BEGUN) as usize);
                begun.map_or_else(Begin::default, |b| b.1)
            }
        };
        if !begin.is_nothing() {
            let gazetteer = self.gazetteer;
            for hit in gazetteer.matches_from(begin, self.text, self.tokens, i) {
                let length = hit.tokens.min(255) as u8;
                let first = self.scratch.meanings.len();
                let mut strong = false;
                // «CHU» within a sentence is not the town of «Chu».
                let initials = token.case == Case::Upper
                    && hit.tokens == 1
                    && !self.shouted
                    && self.letters(i) <= 4
                    && !self.in_dateline(i);
                for entry in hit.postings() {
                    match entry.kind() {
                        Known::Given => known.given = length,
                        Known::Surname => known.surname = length,
                        Known::Demonym => known.demonym = length,
                        _ if entry.flags().never_alone() => {}
                        k if initials && k.is_place() && !entry.flags().acronym() => {}
                        _ => {
                            let local = entry.in_language(self.language);
                            let alone =
                                !entry.flags().weak() && (entry.own() || local || hit.tokens > 1);
                            strong |= alone;
                            self.scratch.meanings.push(Meaning {
                                entry,
                                local,
                                strong: alone,
                            });
                        }
                    }
                }
                // «Argentine» is a country's name in another language, here a people's; «Kina» is a region of
                // Egypt in Polish, and in Albanian China.
                let meanings = &mut self.scratch.meanings;
                let here = |m: &Meaning<'_>| m.entry.own() || m.local;
                if hit.tokens == 1 && known.demonym > 0 || meanings[first..].iter().any(here) {
                    let mut kept = first;
                    for at in first..meanings.len() {
                        if here(&meanings[at]) {
                            meanings[kept] = meanings[at];
                            kept += 1;
                        }
                    }
                    meanings.truncate(kept);
                    strong = meanings[first..].iter().any(|m| m.strong);
                }
                let count = self.scratch.meanings.len() - first;
                if count > 0 {
                    known.length = length;
                    known.first = first as u32;
                    known.count = count.min(255) as u8;
                    known.strong = strong;
                    known.place = self.scratch.meanings[first].entry.kind().is_place();
                }
            }
        }
        if !self.vocabulary.endings.is_empty() {
            self.look_up_forms(i, &mut known);
        }
        let at = if known.given | known.surname | known.demonym | known.length == 0 {
            0
        } else {
            self.scratch.entries.push(known);
            self.scratch.entries.len() - 1
        };
        self.scratch.entries_at[i] = at as u32;
        at
    }

    #[inline]
    pub(crate) fn entries(&mut self, i: usize) -> Entries {
        let at = self.entries_index(i);
        self.scratch.entries[at]
    }

    #[inline]
    pub(crate) fn capital(&self, i: usize) -> bool {
        self.marks(i) & CAPITAL != 0
    }

    /// Whether token `i` belongs to a date that is certain.
    #[inline]
    pub(crate) fn is_taken(&self, i: usize) -> bool {
        self.marks(i) & TAKEN != 0
    }

    #[inline]
    fn in_dateline(&self, i: usize) -> bool {
        let i = i as u32;
        i < self.dateline_end
            && self
                .document
                .dateline
                .as_ref()
                .is_some_and(|d| d.all.contains(&i))
    }

    /// Finds the candidates of a sentence, or notes it for later.
    pub(crate) fn sentence(&mut self, number: usize, sentence: &Sentence) {
        let (first, end) = (
            sentence.first as usize,
            (sentence.end as usize).min(self.tokens.len()),
        );
        let begin = self.scratch.passed;
        let starts = self.scratch.starts.get(begin..).unwrap_or_default();
        let count = starts.iter().take_while(|s| (**s as usize) < end).count();
        self.scratch.passed = begin + count;
        if count == 0 {
            return;
        }
        // A sentence with capitals on most of its long words has not two small ones for three starts.
        let marked = self.marked.get(first..end).unwrap_or_default();
        let long = |m: &&u64| *m >> SMALL_AT & *m >> LONG_AT & 1 != 0;
        let few = (count * 2).div_ceil(3);
        self.shouted = false;
        if marked.iter().filter(long).take(few).count() < few {
            match self.capitals(sentence, first..end) {
                Capitals::Late => {
                    self.scratch.late.push(number as u32);
                    return;
                }
                Capitals::Only => self.shouted = true,
                Capitals::Some => {}
            }
        }
        let from = self.scratch.candidates.len();
        let starts = std::mem::take(&mut self.scratch.starts);
        let mut i = first;
        for start in &starts[begin..begin + count] {
            let start = *start as usize;
            if start < i || self.is_idle(start, end) {
                continue;
            }
            i = if self.tokens[start].case == Case::None {
                self.without_case(start, end)
            } else {
                let stop = self.run(start, end);
                self.parse(start, stop, sentence).max(start + 1)
            };
        }
        self.scratch.starts = starts;
        if self.scratch.candidates.len() > from + 1 {
            self.among(from);
            self.scores(from);
        }
    }

    /// Whether token `i` is one of the commonest words with a capital: they open a sentence, and no name follows.
    #[inline]
    fn is_idle(&self, i: usize, end: usize) -> bool {
        let word = self.word(i);
        !word.is_plain()
            && self.tokens[i].case == Case::Capital
            && (i + 1 >= end || self.marks(i + 1) & (CAPITAL | GLUED) == 0)
            && word.has(NOT_NAME)
            && !word.has(WEAK_WORD | ORG_HEAD | PLACE_HEAD | EVENT_HEAD | TITLE)
    }

    /// What the capitals of a sentence tell.
    #[inline(never)]
    fn capitals(&self, sentence: &Sentence, range: std::ops::Range<usize>) -> Capitals {
        let first = range.start;
        let tokens = self.tokens.get(range).unwrap_or_default();
        let count =
            |fits: &dyn Fn(&Token) -> bool| tokens.iter().filter(|t| fits(t)).count() as u32;
        let cased = |t: &Token| t.case != Case::None || t.kind == Kind::Word;
        let mut words = count(&|t| t.len() > 3 && cased(t));
        let capitals = count(&|t| t.len() > 3 && t.capitalised());
        let shouts = count(&|t| t.len() > 3 && t.case == Case::Upper);
        let [comma, semicolon] = self.commas;
        // Names stand close in the text of an article too: there it takes more.
        let open = tokens.last().is_some_and(|t| t.kind != Kind::Symbol);
        let heads = matches!(
            sentence.zone,
            Zone::Title | Zone::Heading | Zone::Credit | Zone::Boilerplate
        );
        let (least, share) = match () {
            () if open => (5, 75),
            () if heads => (3, 60),
            () => (8, 95),
        };
        if words >= least && capitals * 100 > words * share {
            // Short verbs stand small in a headline no more than long ones: «met».
            for (i, t) in (first..).zip(tokens) {
                let short = t.case == Case::Lower && t.len() <= 3 && t.gap != Gap::Glued;
                words += u32::from(short && !self.word(i).has(NOT_NAME | COORDINATION | ORG_LINK));
            }
        }
        let titled = words >= least
            && capitals * 100 > words * share
            && count(&|t| t.kind == Kind::Number) * 3 < words * 2
            && (heads
                || open
                || count(&|t| t.kind == Kind::Symbol && (t.key == comma || t.key == semicolon))
                    * 3
                    < words);
        let shouted = words >= 3 && shouts * 100 > words * 80;
        match () {
            () if sentence.zone != Zone::Dateline && (titled || shouted) => Capitals::Late,
            () if tokens.iter().all(|t| t.case != Case::Lower) => Capitals::Only,
            () => Capitals::Some,
        }
    }

    /// Reads a sentence in capitals: only names of the article, and names that need no context.
    pub(crate) fn late_sentence(&mut self, sentence: &Sentence, known: impl Fn(u64) -> bool) {
        self.shouted = true;
        let end = (sentence.end as usize).min(self.tokens.len());
        let mut i = sentence.first as usize;
        while i < end {
            if !self.capital(i) || self.is_taken(i) {
                i += 1;
                continue;
            }
            let mut found = 0;
            let mut hash = 0u64;
            for (n, t) in self.tokens[i..end.min(i + 9)].iter().enumerate() {
                if n > 0 && t.gap > Gap::Space {
                    break;
                }
                if t.kind == Kind::Symbol {
                    continue;
                }
                hash = hash_then(hash, self.base_key(t));
                if known(hash) {
                    found = n + 1;
                }
            }
            let w = self.word(i);
            let entries = self.entries(i);
            let length = usize::from(entries.length);
            let plain = length == 1
                && (w.has(NOT_NAME | WEAK_WORD | PEOPLE | MONTH | WEEKDAY) || entries.surname > 0);
            if found >= length && found > 0 {
                let before = self.scratch.candidates.len();
                self.push(i, i + found, false, &[]);
                if let Some(c) = self.scratch.candidates.get_mut(before) {
                    c.weak = false;
                    if c.best == [None; 4] {
                        c.best = [Some(Rule::Headline); 4];
                    }
                }
                i += found;
            } else if length > 0 && entries.strong && !plain {
                self.push(i, i + length, false, &[]);
                i += length;
            } else if usize::from(entries.given) > 0 && !w.has(NOT_NAME | WEAK_WORD) {
                let at = i + usize::from(entries.given);
                let close = self
                    .token(at)
                    .is_some_and(|t| t.capitalised() && t.gap <= Gap::Space);
                let bracket = self.is(at + 1, b'(') && self.entries(at).length == 0;
                let surname = self.entries(at).surname.max(u8::from(bracket));
                if close
                    && surname > 0
                    && !self
                        .word(at)
                        .has(NOT_NAME | WEAK_WORD | ENDS_ORG | EVENT_TAIL)
                {
                    i = self.push(i, at + usize::from(surname), false, &[Rule::Given]);
                } else {
                    i += 1;
                }
            } else {
                i += 1;
            }
        }
    }

    /// The hash of the words of a name.
    pub(crate) fn hash(&self, p: usize, end: usize) -> u64 {
        self.hash_and_words(p, end).0
    }

    /// The hash of the words of a name, and how many it has.
    #[inline]
    pub(crate) fn hash_and_words(&self, p: usize, end: usize) -> (u64, usize) {
        let (mut hash, mut words) = (0u64, 0);
        let forms = self.has_forms();
        for t in &self.tokens[p..end] {
            words += usize::from(t.kind == Kind::Word);
            if t.kind != Kind::Symbol {
                let key = if forms { self.base_key(t) } else { t.key };
                hash = hash_then(hash, key);
            }
        }
        (hash, words)
    }
}

/// The hash of the words of a name with one more, by its key.
#[inline]
pub(crate) fn hash_then(hash: u64, key: u64) -> u64 {
    (hash.rotate_left(5) ^ key).wrapping_mul(0x517C_C1B7_2722_0A95)
}

/// The type with most votes, and how many.
pub(crate) fn winner(votes: &Votes) -> (usize, f32) {
    let mut best = PERSON;
    for t in PERSON..=OTHER {
        if votes[t] > votes[best] {
            best = t;
        }
    }
    (best, votes[best])
}
