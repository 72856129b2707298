//! From sentences to candidates: what may be a name, and the look-ups that all steps share.

use crate::rules::{OTHER, PERSON, Rule, Votes};
use crate::vocabulary::*;
use dateline_document::{Document, Sentence};
use dateline_gazetteer::{Entry, Gazetteer, Kind as Known};
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
    /// Its meanings in [`Scratch::meanings`]: where they begin, and how many they are.
    first: u32,
    count: u8,
}

impl Entries {
    pub(crate) const NONE: Entries = Entries {
        given: 0,
        surname: 0,
        demonym: 0,
        length: 0,
        strong: false,
        place: false,
        first: 0,
        count: 0,
    };
}

/// One of the meanings of a name.
#[derive(Clone, Copy)]
pub(crate) struct Meaning<'g> {
    pub entry: Entry<'g>,
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
    pub(crate) fn vote(&mut self, rule: Rule) {
        let votes = rule.votes();
        for (t, vote) in votes.iter().enumerate() {
            self.votes[t] += vote;
            if *vote > 0.0 && self.best[t].is_none_or(|b| b.votes()[t] < *vote) {
                self.best[t] = Some(rule);
            }
        }
    }
}

/// Memory that is used again from article to article.
#[derive(Default)]
pub struct Scratch<'g> {
    pub(crate) entries: Vec<Entries>,
    meanings: Vec<Meaning<'g>>,
    pub(crate) entries_at: Vec<u32>,
    pub(crate) candidates: Vec<Candidate>,
    /// Sentences in capitals, or with a capital on every word: they are read last.
    pub(crate) late: Vec<u32>,
    pub(crate) clusters: crate::cluster::Clusters,
    /// Tokens of a sentence at which a name may begin.
    starts: Vec<u32>,
    /// For each name of an article, filled when its first mention is told.
    pub(crate) told: Vec<crate::Told>,
    pub(crate) initials: String,
    /// The first letters of candidates in capitals, one bit each.
    pub(crate) acronyms: u64,
    bytes: Vec<u8>,
}

pub(crate) struct Scan<'s, 'g, 'l> {
    pub vocabulary: &'s Vocabulary<'l>,
    pub gazetteer: &'g Gazetteer,
    pub tag: &'static str,
    /// Keys of the comma and the semicolon.
    pub marks: [u64; 2],
    pub document: &'s Document<'s>,
    pub text: &'s str,
    pub tokens: &'s [Token],
    pub taken: &'s [Span],
    pub scratch: &'s mut Scratch<'g>,
    /// Whether the sentence at hand is all in capitals, so that they tell nothing.
    pub shouted: bool,
}

/// Slots of words that say that a person follows.
pub(crate) const BEFORE_PERSON: u64 = TITLE | ABBREVIATED_TITLE | HONORIFIC | JOB | KIN;
/// Slots of words that end an organization's name.
pub(crate) const ENDS_ORG: u64 = ORG_TAIL | ORG_HEAD | ORG_SUFFIX;
/// Tokens that a run may have: no name is longer, and cutting a run takes its length squared.
pub(crate) const LONGEST: usize = 40;
/// A title inside a run ends a name and begins a person's.
pub(crate) const SPLITS: u64 = TITLE | HONORIFIC;

impl<'s, 'g> Scan<'s, 'g, '_> {
    pub(crate) fn begin(&mut self) {
        let s = &mut *self.scratch;
        s.meanings.clear();
        s.entries.clear();
        s.entries.push(Entries::NONE);
        s.entries_at.clear();
        s.entries_at.resize(self.tokens.len(), u32::MAX);
        s.candidates.clear();
        s.late.clear();
    }

    #[inline]
    pub(crate) fn token(&self, i: usize) -> Option<&'s Token> {
        self.tokens.get(i)
    }

    pub(crate) fn of(&self, i: usize) -> &'s str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    /// What the tables say of the words from token `i`.
    #[inline]
    pub(crate) fn word(&self, i: usize) -> Word<'s> {
        self.vocabulary.word(self.document, i)
    }

    /// The slots with a form of exactly this many tokens at token `i`.
    #[inline]
    pub(crate) fn exactly(&self, i: usize, length: usize) -> u64 {
        self.vocabulary.exactly(self.document, i, length)
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

    /// Where in the scratch the gazetteer's knowledge of token `i` lies.
    #[inline]
    pub(crate) fn entries_index(&mut self, i: usize) -> usize {
        match self.scratch.entries_at.get(i) {
            None => 0,
            Some(&u32::MAX) => self.look_up(i),
            Some(at) => *at as usize,
        }
    }

    fn look_up(&mut self, i: usize) -> usize {
        let Some(token) = self.token(i) else { return 0 };
        let mut known = Entries::NONE;
        if self.gazetteer.may_start(token.key) {
            let mut bytes = std::mem::take(&mut self.scratch.bytes);
            for hit in self
                .gazetteer
                .matches(self.text, self.tokens, i, &mut bytes)
            {
                let length = hit.tokens.min(255) as u8;
                let first = self.scratch.meanings.len();
                let mut strong = false;
                // «CHU» within a sentence is not the town of «Chu».
                let initials = hit.tokens == 1
                    && token.case == Case::Upper
                    && token.len() <= 4
                    && !self.shouted
                    && !self.in_dateline(i);
                for entry in hit.entries() {
                    match entry.kind {
                        Known::Given => known.given = length,
                        Known::Surname => known.surname = length,
                        Known::Demonym => known.demonym = length,
                        _ if entry.flags.never_alone() => {}
                        k if initials && k.is_place() && !entry.flags.acronym() => {}
                        _ => {
                            let local = entry.in_language(self.tag);
                            let alone =
                                !entry.flags.weak() && (entry.own || local || hit.tokens > 1);
                            strong |= alone;
                            self.scratch.meanings.push(Meaning {
                                entry,
                                local,
                                strong: alone,
                            });
                        }
                    }
                }
                if hit.tokens == 1 && known.demonym > 0 {
                    // «Argentine» is a country's name in another language, here a people's.
                    let mut at = 0;
                    self.scratch.meanings.retain(|m| {
                        at += 1;
                        at <= first || m.entry.own || m.local
                    });
                }
                let count = self.scratch.meanings.len() - first;
                if count > 0 {
                    known.length = length;
                    known.first = first as u32;
                    known.count = count.min(255) as u8;
                    known.strong = strong;
                    known.place = self.scratch.meanings[first].entry.kind.is_place();
                }
            }
            self.scratch.bytes = bytes;
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
        self.token(i).is_some_and(Token::capitalised)
    }

    pub(crate) fn is_taken(&self, i: usize) -> bool {
        let Some(token) = self.token(i) else {
            return false;
        };
        let at = self.taken.partition_point(|s| s.end <= token.start);
        self.taken.get(at).is_some_and(|s| s.start < token.end)
    }

    fn in_dateline(&self, i: usize) -> bool {
        self.document
            .dateline
            .as_ref()
            .is_some_and(|d| d.all.contains(&(i as u32)))
    }

    /// Finds the candidates of a sentence, or notes it for later.
    pub(crate) fn sentence(&mut self, number: usize, sentence: &Sentence) {
        let (first, end) = (
            sentence.first as usize,
            (sentence.end as usize).min(self.tokens.len()),
        );
        let tokens = self.tokens.get(first..end).unwrap_or_default();
        let [comma, semicolon] = self.marks;
        let (mut words, mut capitals, mut shouts, mut small) = (0u32, 0u32, 0u32, 0u32);
        let mut starts = std::mem::take(&mut self.scratch.starts);
        starts.clear();
        for (i, t) in tokens.iter().enumerate() {
            let long = u32::from(t.len() > 3);
            match t.case {
                Case::Lower => {
                    words += long;
                    small += 1;
                }
                Case::None => {
                    words += if t.kind == Kind::Word { long } else { 0 };
                    if matches!(t.kind, Kind::Word | Kind::Character) {
                        starts.push((first + i) as u32);
                    }
                }
                case => {
                    words += long;
                    capitals += long;
                    shouts += if case == Case::Upper { long } else { 0 };
                    starts.push((first + i) as u32);
                }
            }
        }
        self.scratch.starts = starts;
        if self.scratch.starts.is_empty() {
            return;
        }
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
            for (i, t) in tokens.iter().enumerate() {
                let short = t.case == Case::Lower && t.len() <= 3 && t.gap != Gap::Glued;
                words += u32::from(
                    short && !self.word(first + i).has(NOT_NAME | COORDINATION | ORG_LINK),
                );
            }
        }
        let count =
            |fits: &dyn Fn(&Token) -> bool| tokens.iter().filter(|t| fits(t)).count() as u32;
        let titled = words >= least
            && capitals * 100 > words * share
            && count(&|t| t.kind == Kind::Number) * 3 < words * 2
            && (heads
                || open
                || count(&|t| t.kind == Kind::Symbol && (t.key == comma || t.key == semicolon))
                    * 3
                    < words);
        let shouted = words >= 3 && shouts * 100 > words * 80;
        if sentence.zone != Zone::Dateline && (titled || shouted) {
            self.scratch.late.push(number as u32);
            return;
        }
        let from = self.scratch.candidates.len();
        self.shouted = small == 0;
        let starts = std::mem::take(&mut self.scratch.starts);
        let mut i = first;
        for start in &starts {
            let start = *start as usize;
            let Some(token) = self.token(start).filter(|_| start >= i) else {
                continue;
            };
            i = start;
            // The commonest words with a capital open a sentence, and no name follows.
            let alone = token.case == Case::Capital
                && tokens
                    .get(i - first + 1)
                    .is_none_or(|t| !t.capitalised() && t.gap != Gap::Glued);
            let idle = alone && {
                let word = self.word(i);
                word.has(NOT_NAME)
                    && !word.has(WEAK_WORD | ORG_HEAD | PLACE_HEAD | EVENT_HEAD | TITLE)
            };
            if token.case == Case::None {
                i = self.without_case(i);
            } else if !idle && !self.is_taken(i) {
                let stop = self.run(i, end);
                i = self.parse(i, stop, sentence).max(i + 1);
            }
        }
        self.scratch.starts = starts;
        self.among(from);
        self.scores(from);
    }

    /// In scripts without capitals only the gazetteer tells where a name begins.
    pub(crate) fn without_case(&mut self, i: usize) -> usize {
        let entries = self.entries(i);
        let end = i + usize::from(entries.length);
        let letters: usize = self.tokens[i..end]
            .iter()
            .map(|t| t.of(self.text).chars().count())
            .sum();
        if !entries.strong || letters < 2 || self.is_taken(i) {
            return i + 1;
        }
        self.push(i, end, false, &[]).max(i + 1)
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
                hash = (hash.rotate_left(5) ^ t.key).wrapping_mul(0x517C_C1B7_2722_0A95);
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
        let mut hash = 0u64;
        for t in &self.tokens[p..end] {
            if t.kind != Kind::Symbol {
                hash = (hash.rotate_left(5) ^ t.key).wrapping_mul(0x517C_C1B7_2722_0A95);
            }
        }
        hash
    }
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
