//! From tokens to candidates: runs of words with capitals, cut into names, each with the votes of
//! its shape, its words and its neighbours.

use crate::rules::{ORGANIZATION, OTHER, PERSON, PLACE, Rule, Votes};
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
    pub(crate) const NONE: Entries =
        Entries { given: 0, surname: 0, demonym: 0, length: 0, strong: false, place: false, first: 0, count: 0 };
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
    meanings: Vec<Entry<'g>>,
    entries_at: Vec<u32>,
    pub(crate) candidates: Vec<Candidate>,
    /// Sentences in capitals, or with a capital on every word: they are read last.
    pub(crate) late: Vec<u32>,
    pub(crate) clusters: crate::cluster::Clusters,
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
}

/// Slots of words that say that a person follows.
const BEFORE_PERSON: u64 = TITLE | ABBREVIATED_TITLE | HONORIFIC | JOB | KIN;
/// Slots of words that end an organization's name.
const ENDS_ORG: u64 = ORG_TAIL | ORG_HEAD | ORG_SUFFIX;
/// Tokens that a run may have: no name is longer, and cutting a run takes its length squared.
const LONGEST: usize = 40;
/// Weight of [`Rule::Among`], whose type is that of the neighbour.
const AMONG: f32 = 1.0;
/// A title inside a run ends a name and begins a person's.
const SPLITS: u64 = TITLE | HONORIFIC;

fn quote(symbol: &str) -> bool {
    matches!(symbol, "\"" | "“" | "”" | "«" | "»" | "‘" | "’" | "'" | "„" | "‹" | "›")
}

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

    fn token(&self, i: usize) -> Option<&'s Token> {
        self.tokens.get(i)
    }

    pub(crate) fn of(&self, i: usize) -> &'s str {
        self.tokens.get(i).map_or("", |t| t.of(self.text))
    }

    /// What the tables say of the words from token `i`.
    #[inline]
    pub(crate) fn word(&self, i: usize) -> Word<'s> {
        self.vocabulary.word(self.text, self.tokens, i)
    }

    /// The meanings of [`Entries`] by their place in the scratch.
    pub(crate) fn meanings(&self, at: u32) -> &[Entry<'g>] {
        let entries = self.scratch.entries.get(at as usize).unwrap_or(&Entries::NONE);
        let first = entries.first as usize;
        self.scratch.meanings.get(first..first + usize::from(entries.count)).unwrap_or_default()
    }

    /// Where in the scratch the gazetteer's knowledge of token `i` lies.
    pub(crate) fn entries_index(&mut self, i: usize) -> usize {
        let Some(token) = self.token(i) else { return 0 };
        let at = self.scratch.entries_at[i];
        if at != u32::MAX {
            return at as usize;
        }
        let mut known = Entries::NONE;
        if self.gazetteer.may_start(token.key) {
            let mut bytes = std::mem::take(&mut self.scratch.bytes);
            for hit in self.gazetteer.matches(self.text, self.tokens, i, &mut bytes) {
                let length = hit.tokens.min(255) as u8;
                let first = self.scratch.meanings.len();
                let mut strong = false;
                for entry in hit.entries() {
                    match entry.kind {
                        Known::Given => known.given = length,
                        Known::Surname => known.surname = length,
                        Known::Demonym => known.demonym = length,
                        _ if entry.flags.never_alone() => {}
                        _ => {
                            strong |= self.is_strong(&entry, hit.tokens);
                            self.scratch.meanings.push(entry);
                        }
                    }
                }
                if hit.tokens == 1 && known.demonym > 0 {
                    // «Argentine» is a country's name in another language, here a people's.
                    let tag = self.tag;
                    let mut at = 0;
                    self.scratch.meanings.retain(|e| {
                        at += 1;
                        at <= first || e.own || e.in_language(tag)
                    });
                }
                let count = self.scratch.meanings.len() - first;
                if count > 0 {
                    known.length = length;
                    known.first = first as u32;
                    known.count = count.min(255) as u8;
                    known.strong = strong;
                    known.place = self.scratch.meanings[first].kind.is_place();
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

    pub(crate) fn entries(&mut self, i: usize) -> Entries {
        let at = self.entries_index(i);
        self.scratch.entries[at]
    }

    /// Whether the name means this without further evidence.
    pub(crate) fn is_strong(&self, entry: &Entry<'_>, tokens: usize) -> bool {
        !entry.flags.weak() && (entry.own || entry.in_language(self.tag) || tokens > 1)
    }

    fn capital(&self, i: usize) -> bool {
        self.token(i).is_some_and(Token::capitalised)
    }

    fn is_taken(&self, i: usize) -> bool {
        let Some(token) = self.token(i) else { return false };
        let at = self.taken.partition_point(|s| s.end <= token.start);
        self.taken.get(at).is_some_and(|s| s.start < token.end)
    }

    /// Finds the candidates of a sentence, or notes it for later.
    pub(crate) fn sentence(&mut self, number: usize, sentence: &Sentence) {
        let (first, end) = (sentence.first as usize, (sentence.end as usize).min(self.tokens.len()));
        let tokens = self.tokens.get(first..end).unwrap_or_default();
        let [comma, semicolon] = self.marks;
        let (mut words, mut capitals, mut shouts, mut commas, mut numbers) = (0u32, 0u32, 0u32, 0u32, 0u32);
        for t in tokens {
            words += u32::from(t.len() > 3 && t.kind == Kind::Word);
            capitals += u32::from(t.len() > 3 && t.capitalised());
            shouts += u32::from(t.len() > 3 && t.case == Case::Upper);
            numbers += u32::from(t.kind == Kind::Number);
            commas += u32::from(t.kind == Kind::Symbol && (t.key == comma || t.key == semicolon));
        }
        // Names stand close in the text of an article too: there it takes more.
        let heads = matches!(sentence.zone, Zone::Title | Zone::Heading | Zone::Credit | Zone::Boilerplate);
        let (least, share) = if heads { (3, 60) } else { (8, 80) };
        let titled = words >= least && capitals * 100 > words * share && numbers * 3 < words * 2 && (heads || commas * 3 < words);
        let shouted = words >= 3 && shouts * 100 > words * 80;
        if sentence.zone != Zone::Dateline && (titled || shouted) {
            self.scratch.late.push(number as u32);
            return;
        }
        let from = self.scratch.candidates.len();
        let mut i = first;
        while i < end {
            let token = &tokens[i - first];
            // The commonest words with a capital open a sentence, and no name follows.
            let alone = token.case == Case::Capital
                && tokens.get(i - first + 1).is_none_or(|t| !t.capitalised() && t.gap != Gap::Glued);
            let idle = alone && {
                let word = self.word(i);
                word.has(NOT_NAME) && !word.has(WEAK_WORD | ORG_HEAD | PLACE_HEAD | EVENT_HEAD | TITLE)
            };
            if token.capitalised() && !idle && !self.is_taken(i) {
                let stop = self.run(i, end);
                i = self.parse(i, stop, sentence).max(i + 1);
            } else if token.case == Case::None && matches!(token.kind, Kind::Word | Kind::Character) {
                i = self.without_case(i);
            } else {
                i += 1;
            }
        }
        self.among(from);
        self.scores(from);
    }

    /// In scripts without capitals only the gazetteer tells where a name begins.
    fn without_case(&mut self, i: usize) -> usize {
        let entries = self.entries(i);
        let end = i + usize::from(entries.length);
        let letters: usize = self.tokens[i..end].iter().map(|t| t.of(self.text).chars().count()).sum();
        if !entries.strong || letters < 2 || self.is_taken(i) {
            return i + 1;
        }
        self.push(i, end, false, &[]).max(i + 1)
    }

    /// A name with nothing to go by takes the type of its neighbours in a list.
    fn among(&mut self, from: usize) {
        for i in from + 1..self.scratch.candidates.len() {
            let (a, b) = (self.scratch.candidates[i - 1], self.scratch.candidates[i]);
            let between = a.end as usize..b.first as usize;
            let joined = !between.is_empty()
                && between.len() <= 3
                && between.clone().all(|t| self.of(t) == "," || self.word(t).has(COORDINATION | DETERMINER))
                && between.clone().any(|t| self.of(t) == "," || self.word(t).has(COORDINATION));
            if !joined {
                continue;
            }
            let ((t, score), (u, other)) = (winner(&a.votes), winner(&b.votes));
            let (to, kind) = match (score >= 2.0 && other < 0.9, other >= 2.0 && score < 0.9) {
                (true, _) => (i, t),
                (_, true) => (i - 1, u),
                _ => continue,
            };
            let candidate = &mut self.scratch.candidates[to];
            if (candidate.words == 1) != (kind == PERSON) {
                candidate.votes[kind] += AMONG;
                candidate.best[kind] = candidate.best[kind].or(Some(Rule::Among));
            }
        }
    }

    /// «Orvale 2 Bexhill 1», «Orvale 2-1 Bexhill»: the towns are their teams.
    fn scores(&mut self, from: usize) {
        for i in from + 1..self.scratch.candidates.len() {
            let (a, b) = (self.scratch.candidates[i - 1], self.scratch.candidates[i]);
            let number = |t: u32| {
                self.token(t as usize)
                    .is_some_and(|t| t.kind == Kind::Number && t.len() <= 2 && t.gap <= Gap::Space)
            };
            let line = self.token(b.first as usize).is_some_and(|t| t.gap <= Gap::Space);
            let apart = b.first == a.end + 1 && number(a.end) && number(b.end);
            let dash = matches!(self.of(a.end as usize + 1), "-" | "–");
            let together = b.first == a.end + 3 && number(a.end) && dash && number(a.end + 2);
            if line && (apart || together) {
                for at in [i - 1, i] {
                    let entries = self.scratch.candidates[at].entries;
                    let country = self.meanings(entries).first().is_some_and(|e| e.kind == Known::Country);
                    if !country {
                        self.scratch.candidates[at].vote(Rule::Score);
                    }
                }
            }
        }
    }

    /// End of the run of words with capitals, and of what joins them, from token `first`.
    fn run(&mut self, first: usize, limit: usize) -> usize {
        let limit = limit.min(first + LONGEST);
        let mut end = self.headed(first, limit);
        let mut head = self.is_head(first);
        let mut complement = false;
        while end < limit {
            let (next, last) = (self.tokens[end], self.tokens[end - 1]);
            if next.gap > Gap::Space {
                break;
            }
            // «Ministry of Gender, Labour and Social Development»
            if complement && next.kind == Kind::Symbol && self.of(end) == "," && self.capital(end + 1) {
                let listed = self.word(end + 1).has(ORG_FIELD)
                    && (end + 2..(end + 6).min(limit)).any(|i| self.word(i).has(COORDINATION));
                if listed {
                    end += 2;
                    continue;
                }
            }
            if next.gap == Gap::Glued && next.kind != Kind::Word {
                match self.glued(first, end, limit) {
                    Some(to) => {
                        end = to;
                        continue;
                    }
                    None => break,
                }
            }
            if next.capitalised() {
                if self.is_taken(end) || next.len() <= 2 && next.case == Case::Capital && self.text.get(next.start as usize..).is_some_and(|t| t.chars().nth(1).is_none_or(|c| c != '.' && !c.is_alphabetic())) && self.word(end).has(NOT_NAME) {
                    break;
                }
                head |= self.is_head(end);
                end = self.headed(end, limit);
                continue;
            }
            if next.kind == Kind::Symbol && self.of(end) == "&" && self.capital(end + 1) {
                if self.entries(first).given > 0 && self.entries(end + 1).given > 0 {
                    break;
                }
                end += 2;
                continue;
            }
            if next.kind == Kind::Number {
                break;
            }
            let word = self.word(end);
            if head && last.kind == Kind::Word {
                let adjective = word.has(ORG_ADJECTIVE)
                    || (next.case == Case::Lower
                        && (complement || self.word(end - 1).has(ORG_HEAD | ORG_ADJECTIVE))
                        && next.len() > 4
                        && self.vocabulary.adjective(self.text, &next));
                if adjective {
                    end += word.length(ORG_ADJECTIVE).max(1);
                    continue;
                }
            }
            let link = word.length(ORG_LINK);
            if head && link > 0 {
                let to = end + link;
                let joins = word.has(COORDINATION);
                if to < limit && self.capital(to) && self.tokens[to].gap < Gap::Line && !self.is_taken(to) {
                    let next = self.word(to);
                    let entries = self.entries(to);
                    let given = usize::from(entries.given);
                    let person = next.has(SPLITS)
                        || given > 0 && usize::from(entries.length) <= given && self.capital(to + given) && self.tokens[to + given].gap == Gap::Space
                            && !self.word(to + given).has(ENDS_ORG);
                    let other = next.has(WEEKDAY | MONTH) || joins && (entries.strong || !complement || next.has(ORG_HEAD) || given > 0);
                    if !person && !other {
                        end = to + 1;
                        complement = true;
                        head |= self.is_head(to);
                        continue;
                    }
                }
            }
            // «Fédération française de triathlon»: a complement written small.
            let small = word.length(ORG_LINK_SMALL);
            if head && small > 0 && last.kind == Kind::Word && end + small < limit {
                let noun = self.tokens[end + small];
                let begins = self.word(end + small);
                if noun.kind == Kind::Word && noun.case == Case::Lower && noun.len() > 3 && noun.gap <= Gap::Space
                    && !begins.has(NOT_NAME | DETERMINER)
                {
                    end += small + 1;
                    complement = true;
                    continue;
                }
            }
            // «Food and Drug Administration»
            let joins = word.length(COORDINATION);
            if joins > 0 && self.word(end - 1).has(ORG_FIELD) && self.capital(end + joins) && end + joins < limit {
                let to = end + joins;
                if self.word(to).has(ORG_FIELD) && !self.entries(to).strong {
                    end = to + 1;
                    continue;
                }
            }
            // «the Harbour and Fisheries Board»: one article, and the second part ends like a body.
            if joins > 0 && end == first + 1 && self.joins_org(first, end + joins, limit) {
                end += joins + 1;
                continue;
            }
            let link = self.links(end, limit);
            if link > 0 && self.capital(end + link) && !self.is_taken(end + link) {
                let ambiguous = word.has(DETERMINER | ORG_LINK | COORDINATION);
                if !ambiguous || self.entries(first).given > 0 && !self.word(first).has(NOT_NAME | WEAK_WORD) {
                    end += link + 1;
                    continue;
                }
            }
            break;
        }
        end
    }

    /// Whether the words from `to` end a name that the article before `first` begins.
    fn joins_org(&mut self, first: usize, to: usize, limit: usize) -> bool {
        let article = first > 0 && self.word(first - 1).has(DETERMINER) && self.tokens[first].gap == Gap::Space;
        if !article || to >= limit || self.is_head(first) || self.word(first).has(ENDS_ORG | PEOPLE) {
            return false;
        }
        let mut end = to;
        while end < limit && self.capital(end) && (end == to || self.tokens[end].gap == Gap::Space) {
            end += 1;
        }
        let known = self.entries(first);
        let other = self.entries(to);
        end > to + 1
            && self.word(end - 1).has(ORG_HEAD | ORG_TAIL)
            && known.given | known.length | known.demonym == 0
            && other.given == 0
            && usize::from(other.length) < end - to
    }

    /// End of the token `i`, or of «Gulf of NAME» where such a head begins at it.
    fn headed(&mut self, i: usize, limit: usize) -> usize {
        let length = self.word(i).length(PLACE_HEAD | EVENT_HEAD);
        let to = i + length;
        if length > 1 && to < limit && self.capital(to) && self.tokens[to].gap <= Gap::Space {
            to + 1
        } else {
            i + 1
        }
    }

    fn is_head(&mut self, i: usize) -> bool {
        self.word(i).has(ORG_HEAD)
    }

    /// Tokens of the small words of persons' names at `i`, with their apostrophes and hyphens.
    fn links(&mut self, i: usize, limit: usize) -> usize {
        let mut at = i;
        while at < limit && at < i + 4 {
            let length = self.word(at).length(NAME_LINK);
            if length == 0 || self.tokens[at].gap > Gap::Space {
                break;
            }
            at += length;
            if self.token(at).is_some_and(|t| t.gap == Gap::Glued && matches!(t.of(self.text), "-" | "'" | "’")) {
                at += 1;
            }
        }
        at - i
    }

    /// What follows without a space: «O'Brien», «Jean-Pierre», «U.S.», «J. Smith», «G20».
    fn glued(&mut self, first: usize, end: usize, limit: usize) -> Option<usize> {
        let last = self.tokens[end - 1];
        let after = self.token(end + 1).filter(|_| end + 1 < limit);
        let sign = self.of(end);
        match sign {
            "." => {
                let letter = last.len() <= 2 && last.case == Case::Capital && last.kind == Kind::Word;
                let dotted = letter && end >= first + 3 && self.of(end - 2) == ".";
                if letter && let Some(a) = after {
                    if a.gap == Gap::Glued && a.capitalised() {
                        return Some(end + 2);
                    }
                    let more = a.gap == Gap::Space && a.capitalised() && !self.word(end + 1).has(NOT_NAME);
                    if more && !(dotted && self.word(end + 1).has(NOT_NAME | WEAK_WORD)) {
                        return if dotted { Some(end + 1) } else { Some(end + 2) };
                    }
                }
                if dotted {
                    return Some(end + 1);
                }
                if end > first + 1 && self.word(end - 1).has(NAME_SUFFIX) && last.len() <= 3 && last.case == Case::Capital {
                    return Some(end + 1);
                }
                let abbreviation = self.word(end - 1).has(NAME_ABBREVIATION);
                let a = after?;
                if abbreviation && a.capitalised() && a.gap <= Gap::Space {
                    return Some(end + 2);
                }
                (a.gap == Gap::Glued && a.kind == Kind::Word && a.case == Case::Lower).then_some(end + 2)
            }
            "'" | "’" => {
                if self.word(end).has(POSSESSIVE) {
                    return None;
                }
                let a = after.filter(|a| a.gap == Gap::Glued && a.kind == Kind::Word)?;
                (a.capitalised() && last.len() <= 3 || a.case == Case::Lower && a.len() > 1 && last.len() <= 4)
                    .then_some(end + 2)
            }
            "-" | "‐" | "‑" => {
                let a = *after.filter(|a| a.gap == Gap::Glued)?;
                let word = self.word(end + 1);
                if a.case == Case::Lower
                    && (word.has(HYPHEN_PLACE | HYPHEN_TAIL)
                        || end == first + 1 && a.len() > 4 && self.vocabulary.hyphen_tail(self.text, &a))
                {
                    return None;
                }
                if a.case == Case::Lower && end == first + 1 && self.entries(first).strong && self.of(end + 2) != "-" {
                    return None;
                }
                (a.kind != Kind::Symbol).then_some(end + 2)
            }
            "&" => after.filter(|a| a.gap == Gap::Glued && a.capitalised()).map(|_| end + 2),
            _ => (self.tokens[end].kind == Kind::Number).then_some(end + 1),
        }
    }

    /// Cuts the run `[p, end)` into names; returns where to go on.
    fn parse(&mut self, mut p: usize, end: usize, sentence: &Sentence) -> usize {
        while p < end {
            if !self.capital(p) {
                p += 1;
                continue;
            }
            let opens = self.opens(p, sentence);
            let word = self.word(p);
            let known = self.entries(p);
            let mut length = usize::from(known.length);
            let article = word.length(DETERMINER | ELISION);
            if length > article && article > 0 {
                let bare = self.entries(p + article);
                let small = !(p + article..p + length).any(|i| self.capital(i));
                if small || bare.strong && usize::from(bare.length) + article >= length {
                    if opens || small {
                        p += article;
                        continue;
                    }
                    length = 0;
                }
            }
            // «L'Europe»: the article is cut before a vowel and opens the sentence.
            if word.has(ELISION) && opens && length <= word.length(ELISION) {
                p += word.length(ELISION);
                continue;
            }
            let more = p + 1 < end;
            if word.has(WEEKDAY | MONTH) && length <= word.length(WEEKDAY | MONTH) {
                let dated = p > 0 && self.tokens[p - 1].kind == Kind::Number;
                let person = known.given > 0
                    && more
                    && self.tokens[p + 1].case == Case::Capital
                    && self.entries(p + 1).surname > 0
                    && !dated;
                if !person {
                    p += word.length(WEEKDAY | MONTH).max(1);
                    continue;
                }
            }
            let spelled = known.strong && self.tokens[p].case == Case::Upper && length == 1;
            if word.has(NOT_NAME) && length <= 1 && !spelled {
                let hyphen = self.of(p + 1) == "-" && self.tokens[p + 1].gap == Gap::Glued && more;
                let alone = !more || !self.capital(p + 1) && !hyphen;
                let common = word.has(WEAK_WORD | ORG_FIELD) && more && self.ends_org(p, end);
                let closed = word.has(DETERMINER | COORDINATION | PLACE_PREP);
                let quoted = p > 0 && quote(self.of(p - 1));
                let given = known.given > 0 && more && !closed && !opens;
                if (opens || quoted || closed || alone) && !common && !hyphen && !given {
                    p += 1;
                    continue;
                }
            }
            // «Minister of Health NAME»: what the office is for is no name.
            if word.has(ORG_FIELD) && p > 0 && self.office_for(p) {
                p += word.length(ORG_FIELD);
                while p < end && (self.word(p).has(ORG_FIELD | COORDINATION) || !self.capital(p)) {
                    p += 1;
                }
                continue;
            }
            let title = word.length(BEFORE_PERSON & !JOB & !KIN).max(if opens || more {
                word.length(JOB)
            } else {
                0
            });
            let hyphen = self.token(p + title).is_some_and(|t| t.gap == Gap::Glued && t.of(self.text) == "-");
            if title > 0 && length <= title && !hyphen {
                let institution = word.length(HONORIFIC) == 0 && p + title < end && self.ends_org(p, end);
                if !institution {
                    p += title;
                    if self.of(p) == "." && self.token(p).is_some_and(|t| t.gap == Gap::Glued) {
                        p += 1;
                    }
                    continue;
                }
            }
            // Up to the next title or day.
            let mut q = p + 1;
            while q < end {
                if self.capital(q) && q >= p + length.max(1) {
                    let w = self.word(q);
                    let glued = self.tokens[q].gap == Gap::Glued;
                    let last = q + 1 == end;
                    let part = last && (known.given > 0 || w.has(ENDS_ORG)) || self.ends_org(q, end);
                    let hyphen = self.of(q + w.length(SPLITS)) == "-";
                    let title = w.has(SPLITS) && !glued && !part && !hyphen;
                    if title || w.has(WEEKDAY | MONTH) && (self.entries(p).given == 0 || self.entries(q).surname == 0) {
                        break;
                    }
                }
                q += 1;
            }
            p = self.piece(p, q, opens).max(p + 1);
        }
        p.max(end)
    }

    /// Whether an office and its link stand before token `p`: «Minister of».
    fn office_for(&mut self, p: usize) -> bool {
        let p = if quote(self.of(p - 1)) { p - 1 } else { p };
        for back in 1..=3.min(p) {
            if self.tokens[p - back + 1].gap > Gap::Space {
                return false;
            }
            if self.word(p - back).exactly(back) & ROLE_LINK != 0 {
                return self.before(p - back).0 & TITLE != 0;
            }
        }
        false
    }

    /// Whether only punctuation stands before `i` in its sentence.
    fn opens(&self, i: usize, sentence: &Sentence) -> bool {
        let first = sentence.first as usize;
        self.tokens[first.min(i)..i].iter().all(|t| t.kind == Kind::Symbol)
            || i > 0 && self.tokens[i - 1].kind == Kind::Symbol && matches!(self.of(i - 1), "•" | ">" | "…" | "|")
    }

    fn ends_org(&mut self, p: usize, end: usize) -> bool {
        end > p + 1 && self.word(end - 1).has(ENDS_ORG) && self.capital(end - 1)
            || (p..end).any(|i| self.capital(i) && self.word(i).has(ORG_HEAD) && self.word(i + 1).has(ORG_LINK) && i + 1 < end)
    }

    /// Decides what the words of `[p, q)` are; returns where to go on.
    fn piece(&mut self, p: usize, mut q: usize, opens: bool) -> usize {
        while q > p + 1 && !matches!(self.tokens[q - 1].kind, Kind::Word | Kind::Number) && self.of(q - 1) != "." {
            q -= 1;
        }
        let at = self.entries_index(p);
        let known = self.scratch.entries[at];
        let length = usize::from(known.length);
        let word = self.word(p);
        let numbered = q == p + 1 && word.has(ORG_TAIL) && !opens
            && self.token(q).is_some_and(|t| t.kind == Kind::Number && t.gap == Gap::Space && t.len() <= 3);
        if numbered && length <= 1 {
            return self.push(p, q + 1, opens, &[Rule::OrgTail]);
        }
        if length > 0 && p + length >= q {
            return self.push(p, p + length, opens, &[]);
        }
        let rest_capital = |s: &Self, from: usize| (from..q).find(|i| s.capital(*i));
        let last = self.word(q - 1);
        let words = self.tokens[p..q].iter().filter(|t| t.kind == Kind::Word).count();
        let linked = (p..q).any(|i| {
            let w = self.word(i);
            w.has(ORG_HEAD) && self.capital(i) && i + 1 < q
                && self.tokens[i + 1].case == Case::Lower
        });
        let suffix = words > 1 && self.capital(q - 1) && last.has(ORG_SUFFIX);
        if suffix {
            return self.push(p, q, opens, &[Rule::OrgSuffix]);
        }
        // Two known names joined by a hyphen.
        if self.of(p + 1) == "-" && p + 2 < q && known.length == 1 && known.strong {
            let other = self.entries(p + 2);
            if other.strong && p + 2 + usize::from(other.length) >= q.min(p + 3) {
                self.push(p, p + 1, opens, &[]);
                return self.piece(p + 2, q, false);
            }
        }
        let tail = words > 1 && self.capital(q - 1);
        let given = usize::from(known.given);
        let surname_at = self.surname_at(p, q);
        let surname = self.entries(surname_at);
        let person_like = given > 0 && p + given < q && (surname.surname > 0 && usize::from(surname.surname) + surname_at >= q);
        if tail && last.has(EVENT_TAIL) && !person_like && !last.has(ENDS_ORG) {
            return self.push(p, q, opens, &[Rule::Event]);
        }
        if word.has(EVENT_HEAD) && p + word.length(EVENT_HEAD) < q && given == 0 {
            return self.push(p, q, opens, &[Rule::Event]);
        }
        if linked {
            return self.push(p, q, opens, &[Rule::OrgHead]);
        }
        let from = p + 1 + usize::from(self.of(p + 1) == "-");
        let people = from < q && self.entries(from).demonym > 0;
        if word.has(PLACE_HEAD) && !people && p + word.length(PLACE_HEAD) < q && !(tail && last.has(ENDS_ORG)) && !person_like {
            return self.push(p, q, opens, &[Rule::PlaceHead]);
        }
        if tail && !person_like {
            if last.has(PLACE_TAIL) {
                let both = last.has(ENDS_ORG);
                let rules: &[Rule] = if both { &[Rule::PlaceTail, Rule::OrgTail] } else { &[Rule::PlaceTail] };
                return self.push(p, q, opens, rules);
            }
            if last.has(ENDS_ORG) {
                return self.push(p, q, opens, &[Rule::OrgTail]);
            }
        }
        let mut demonym = usize::from(known.demonym).max(word.length(PEOPLE));
        if demonym <= 1 && word.has(PLACE_HEAD) && length < 2 {
            // «South African»
            let from = p + 1 + usize::from(self.of(p + 1) == "-");
            let second = usize::from(self.entries(from).demonym);
            if second > 0 && from < q {
                demonym = from + second - p;
            }
        }
        if demonym > 0 && length <= demonym {
            // «Ugandan David Kato»: the adjective is no part of the name.
            let rest = rest_capital(self, p + demonym);
            let named = given > 0 && rest.is_some_and(|r| {
                let next = self.entries(r);
                next.surname > 0 || next.given > 0
            });
            if named {
                return self.push(p, q, opens, &[Rule::Given]);
            }
            if let Some(rest) = rest {
                if self.of(p + demonym) == "-" || given >= q - p {
                    return self.push(p, q, opens, &[]);
                }
                return self.piece(rest, q, false);
            }
            return q;
        }
        if length > 0 && known.strong && (given == 0 || known.place && !person_like) {
            let from = p + length;
            let next = rest_capital(self, from);
            if let Some(next) = next {
                let n = self.entries(next);
                let glued = self.tokens[from].gap == Gap::Glued;
                if !glued && (n.given > 0 || n.strong || self.tokens[next].case == Case::Upper) {
                    self.push(p, from, opens, &[]);
                    return self.piece(next, q, false);
                }
                let person = self.meanings(at as u32).first().is_some_and(|e| e.kind == Known::Person);
                let rule = if person { Rule::Given } else { Rule::PlaceFirst };
                return self.push(p, q, opens, &[rule]);
            }
        }
        // A known name of several words further on.
        let mut r = p + 1;
        while r < q {
            if self.capital(r) && self.tokens[r].gap == Gap::Space {
                let n = self.entries(r);
                if n.strong && n.length > 1 && given == 0 {
                    let mut before = r;
                    while before > p + 1 && !self.capital(before - 1) {
                        before -= 1;
                    }
                    self.piece(p, before, opens);
                    return self.piece(r, q, false);
                }
                if n.strong && n.length == 1 && r + 1 == q && given == 0 && n.given == 0 && n.surname == 0 {
                    return self.push(p, q, opens, &[Rule::PlaceFirst]);
                }
            }
            r += 1;
        }
        let mut rules = Found::default();
        let initials = (p..q).any(|i| {
            self.of(i) == "." && i > p && self.tokens[i - 1].len() <= 2 && self.capital(i - 1)
        }) && self.tokens[q - 1].len() > 2;
        let single = words == 1 || (p..q).all(|i| i == p || !self.capital(i) || self.tokens[i].gap == Gap::Glued);
        let upper = self.tokens[p].case == Case::Upper;
        let dotted = self.of(q - 1) == "." && self.tokens[p].len() <= 2;
        if words == 1 || dotted {
            if dotted || upper && self.tokens[p].len() <= 6 {
                rules.add(Rule::Acronym);
            } else if self.tokens[p].case == Case::Mixed {
                rules.add(Rule::MixedCase);
            }
            if given > 0 {
                rules.add(Rule::GivenAlone);
            }
            if known.surname > 0 {
                rules.add(Rule::Surname);
            }
        } else {
            if given > 0 && p + given < q {
                rules.add(Rule::Given);
            } else if initials {
                rules.add(Rule::Initials);
            }
            if surname.surname > 0 {
                rules.add(Rule::Surname);
            }
            let particle = (p + 1..q).any(|i| self.tokens[i].case == Case::Lower && self.word(i).has(NAME_LINK));
            if particle {
                rules.add(Rule::Particle);
            }
        }
        if !single {
            rules.add(if words <= 3 { Rule::Pair } else { Rule::Long });
        } else if rules.count == 0 {
            rules.add(Rule::Lone);
        }
        self.push(p, q, opens, &rules.list[..rules.count])
    }

    /// Where the last word of a person's name begins.
    fn surname_at(&self, p: usize, q: usize) -> usize {
        let mut at = q - 1;
        while at > p && (self.tokens[at].gap == Gap::Glued || !self.capital(at)) {
            at -= 1;
        }
        at
    }

    /// Notes a candidate with the votes of the list and of its neighbours; returns its end.
    fn push(&mut self, p: usize, end: usize, opens: bool, rules: &[Rule]) -> usize {
        let (p, end, head) = self.widen(p, end.min(self.tokens.len()));
        let at = self.entries_index(p);
        let known = self.scratch.entries[at];
        let exact = at > 0 && known.length > 0 && p + usize::from(known.length) == end;
        let words = self.tokens[p..end].iter().filter(|t| t.kind == Kind::Word).count();
        let word = self.word(p);
        let span_of = |slots: u64| word.length(slots) == end - p;
        let one = end - p == 1;
        if (one || words == 1) && end - p <= 2 && (word.has(PEOPLE) || known.demonym as usize == end - p && !exact) {
            return end;
        }
        let entry = exact || head.is_some();
        if one && !entry {
            let token = self.tokens[p];
            let letters = self.of(p);
            let plural = token.case == Case::Mixed
                && letters.char_indices().next_back().is_some_and(|(at, last)| {
                    last.is_lowercase() && at > 1 && letters[..at].chars().all(char::is_uppercase)
                });
            let counted = p > 0
                && token.gap == Gap::Space
                && token.case == Case::Upper
                && (self.tokens[p - 1].kind == Kind::Number || self.word(p - 1).has(INDEFINITE));
            if token.case == Case::Upper && p > 1 && self.of(p - 1) == "(" && self.explains_small(p) {
                return end;
            }
            if letters.chars().nth(1).is_none() && token.kind == Kind::Word || plural || counted {
                return end;
            }
        }
        let mut c = Candidate {
            first: p as u32,
            core: p as u32,
            end: end as u32,
            hash: self.hash(p, end),
            words: words.min(255) as u8,
            votes: [0.0; 4],
            best: [None; 4],
            entries: if exact { at as u32 } else { 0 },
            opens,
            weak: span_of(WEAK_WORD) || span_of(NOT_NAME) || one && word.has(ORG_HEAD),
            acronym: words == 1 && self.tokens[p].case == Case::Upper || self.of(end - 1) == "." && self.tokens[p].len() <= 2,
            explains: false,
            name: u32::MAX,
        };
        for r in rules.iter().chain(&head) {
            c.vote(*r);
        }
        if c.weak && one && !opens && word.has(ORG_HEAD) && !word.has(TITLE) && self.bare(p) {
            c.weak = false;
            c.vote(Rule::BareHead);
        }
        if exact {
            self.vote_list(&mut c);
            if one && rules.is_empty() {
                if known.surname > 0 {
                    c.vote(Rule::Surname);
                } else if known.given > 0 {
                    c.vote(Rule::GivenAlone);
                }
            }
        }
        if let Some(dateline) = &self.document.dateline {
            let within = |range: &std::ops::Range<u32>| range.start <= c.first && c.end <= range.end;
            let (place, agency) = (within(&dateline.place), within(&dateline.agency));
            if place {
                c.vote(Rule::Dateline);
            } else if agency {
                c.vote(Rule::Agency);
            }
            if place || agency {
                c.weak = false;
                c.opens = false;
            }
        }
        self.context(&mut c, p, end);
        // «told The Orvale Times»: a capital article within a sentence is part of the name.
        if c.votes[ORGANIZATION] > c.votes[PERSON].max(c.votes[PLACE])
            && p > 1
            && self.tokens[p - 1].case == Case::Capital
            && self.tokens[p].gap == Gap::Space
            && self.tokens[p - 2].case == Case::Lower
            && self.tokens[p - 1].gap == Gap::Space
            && self.word(p - 1).has(DETERMINER)
        {
            c.first = p as u32 - 1;
        }
        self.scratch.candidates.push(c);
        end
    }

    /// Whether the initials at `p` stand in brackets after words that are all written small.
    fn explains_small(&self, p: usize) -> bool {
        let initials = self.of(p).chars().count();
        let initial = self.of(p).chars().next();
        self.tokens[p - 2].case == Case::Lower
            && !(p.saturating_sub(2 + 2 * initials)..p - 1)
                .any(|i| self.capital(i) && self.of(i).chars().next() == initial)
    }

    /// Whether a word stands as names do: no article or adjective before it, no name after it.
    fn bare(&self, p: usize) -> bool {
        let Some(before) = p.checked_sub(1).and_then(|b| self.token(b)) else { return false };
        before.gap <= Gap::Space
            && self.word(p - 1).has(PLACE_PREP | ORG_LINK | COORDINATION)
            && !self.word(p - 1).has(DETERMINER)
            && self.tokens[p].gap == Gap::Space
            && self.tokens[p].case == Case::Capital
    }

    /// Small words that belong to the name: «rue …», «al-…», and the year of nothing else.
    fn widen(&mut self, p: usize, end: usize) -> (usize, usize, Option<Rule>) {
        let floor = self.scratch.candidates.last().map_or(0, |c| c.end as usize);
        let mut first = p;
        if p >= floor + 2 && matches!(self.of(p - 1), "-" | "‐") && self.tokens[p].gap == Gap::Glued {
            let t = self.tokens[p - 2];
            if t.case == Case::Lower && t.len() <= 3 && self.word(p - 2).has(NAME_LINK) && self.tokens[p - 1].gap == Gap::Glued {
                first = p - 2;
            }
        }
        // «ministère de l'Intérieur»
        for back in 1..=5 {
            let Some(at) = first.checked_sub(back).filter(|at| *at >= floor) else { break };
            let t = self.tokens[at];
            if t.gap > Gap::Space && back > 1 || t.kind == Kind::Number {
                break;
            }
            let w = self.word(at);
            if !w.has(ORG_HEAD_LOWER | PLACE_HEAD_LOWER) || t.case != Case::Lower {
                continue;
            }
            let head = w.length(ORG_HEAD_LOWER | PLACE_HEAD_LOWER);
            let gap = back.saturating_sub(head);
            let linked = gap == 0 && w.has(PLACE_HEAD_LOWER) || gap > 0 && self.word(at + head).length(ORG_LINK) == gap;
            if linked && self.tokens[first].gap <= Gap::Space {
                let rule = if w.has(ORG_HEAD_LOWER) { Rule::OrgHead } else { Rule::PlaceHead };
                return (at, end, Some(rule));
            }
            break;
        }
        (first, end, None)
    }

    fn vote_list(&self, c: &mut Candidate) {
        let mut seen = [false; 4];
        for entry in self.meanings(c.entries) {
            let Some(t) = entry.kind.name_type().map(crate::rules::index) else { continue };
            if std::mem::replace(&mut seen[t], true) {
                continue;
            }
            let strong = self.is_strong(entry, (c.end - c.first) as usize);
            c.vote(match (t, strong) {
                (0, true) => Rule::ListPerson,
                (0, false) => Rule::WeakPerson,
                (1, true) => Rule::ListOrganization,
                (1, false) => Rule::WeakOrganization,
                (2, true) if entry.kind == Known::Country => Rule::ListCountry,
                (2, true) => Rule::ListPlace,
                (2, false) if entry.weight >= 140 && entry.in_language(self.tag) => Rule::LargePlace,
                (2, false) => Rule::WeakPlace,
                _ => Rule::ListOther,
            });
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

    /// Slots with a form that ends just before token `i`, and where the longest of `roles` begins.
    pub(crate) fn before(&mut self, i: usize) -> (u64, usize) {
        let mut bits = 0;
        let mut role = i;
        for back in 1..=5 {
            let Some(at) = i.checked_sub(back) else { break };
            if back > 1 && self.tokens[at + 1].gap > Gap::Space {
                break;
            }
            if self.tokens[i].gap > Gap::Space {
                break;
            }
            let here = self.word(at).exactly(back);
            if here & BEFORE_PERSON != 0 {
                role = at;
            }
            bits |= here;
        }
        (bits, role)
    }

    /// Votes of the words before and after.
    fn context(&mut self, c: &mut Candidate, p: usize, end: usize) {
        if p > 0 {
            let mut at = p;
            if self.of(p - 1) == "." && self.tokens[p - 1].gap == Gap::Glued && p > 1
                && self.word(p - 2).has(ABBREVIATED_TITLE | HONORIFIC)
            {
                at = p - 1;
            }
            let (mut bits, _) = self.before(at);
            // «le ministre français NAME»
            let mut back = at;
            while bits & BEFORE_PERSON == 0 && bits & ROLE_ADJECTIVE != 0 && back > 0 && at - back < 3 {
                back -= 1;
                bits |= self.before(back).0 & (BEFORE_PERSON | ROLE_ADJECTIVE);
            }
            if bits & HONORIFIC != 0 && (at < p || self.capital(p - 1)) {
                c.vote(Rule::Honorific);
            } else if bits & (TITLE | ABBREVIATED_TITLE) != 0 {
                c.vote(Rule::Title);
            } else if bits & JOB != 0 {
                c.vote(Rule::Job);
            } else if bits & KIN != 0 {
                c.vote(Rule::Kin);
            }
            if bits & ORG_BEFORE != 0 {
                c.vote(Rule::OrgBefore);
            }
            if bits & PLACE_BEFORE != 0 {
                c.vote(Rule::PlaceBefore);
            } else if bits & PLACE_PREP != 0 {
                c.vote(Rule::PlacePreposition);
            }
            if bits & PERSON_VERB_BEFORE != 0 {
                c.vote(Rule::SpeechBefore);
            }
            if bits & DETERMINER != 0 {
                c.vote(Rule::Determined);
            }
        }
        if c.words > 1 && p > 0 && quote(self.of(p - 1)) && quote(self.of(end)) {
            c.vote(Rule::Quoted);
        }
        let mut next = end;
        if self.word(end).has(POSSESSIVE) && self.token(end).is_some_and(|t| t.gap == Gap::Glued) {
            next = end + self.word(end).length(POSSESSIVE);
            if self.word(next).has(ORG_AFTER) {
                c.vote(Rule::OrgAfter);
            }
            return;
        }
        let Some(t) = self.token(next) else { return };
        if t.gap > Gap::Space {
            return;
        }
        match t.kind {
            Kind::Word => {
                let w = self.word(next);
                if w.has(PERSON_VERB) {
                    c.vote(Rule::SpeechAfter);
                }
                if w.has(ORG_AFTER) {
                    c.vote(Rule::OrgAfter);
                }
                if w.has(PLACE_AFTER) {
                    c.vote(Rule::PlaceAfter);
                }
            }
            Kind::Symbol => {
                let sign = t.of(self.text);
                match sign {
                    "-" if t.gap == Gap::Glued && self.word(next + 1).has(HYPHEN_PLACE) => c.vote(Rule::PlaceHyphen),
                    "," | "(" => {
                        let close = if sign == "," { "," } else { ")" };
                        self.apposition(c, next + 1, close);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// What stands after «NAME,» or «NAME (».
    fn apposition(&mut self, c: &mut Candidate, mut at: usize, close: &str) {
        let Some(t) = self.token(at).copied() else { return };
        if t.gap > Gap::Space {
            return;
        }
        if t.kind == Kind::Number {
            let digits = t.of(self.text);
            let age = dateline_text::digits_value(digits).is_some_and(|n| (1..=115).contains(&n));
            let after = self.of(at + 1);
            if age && digits.len() <= 3 && (after == close || self.word(at + 1).has(COORDINATION)) {
                c.vote(Rule::Apposition);
            }
            return;
        }
        if t.capitalised() {
            let n = self.entries(at);
            let upper = t.case == Case::Upper && t.len() > 1;
            if close == ")" && upper && self.of(at + 1) == ")" {
                c.explains = true;
                return;
            }
            if n.strong && c.entries == 0 && n.place {
                let stop = self.of(at + usize::from(n.length));
                let first = self.meanings(self.scratch.entries_at[at]).first();
                let country = first.is_some_and(|e| e.kind == Known::Country);
                if stop == ")" && country && c.words > 1 {
                    c.vote(Rule::CountryAfter);
                } else if matches!(stop, "," | ")" | "." | ";") {
                    c.vote(Rule::PlaceIn);
                }
            }
        }
        if close == ")" {
            return;
        }
        for _ in 0..3 {
            let w = self.word(at);
            let title = w.length(TITLE | JOB | KIN);
            if title > 0 {
                // «NAME, economist NAME» is a list.
                if !self.capital(at + title) || self.tokens[at].capitalised() {
                    c.vote(Rule::Apposition);
                }
                return;
            }
            if w.has(RELATIVE) {
                c.vote(Rule::SpeechAfter);
                return;
            }
            let skip = w.length(DETERMINER | ROLE_MODIFIER | ROLE_ADJECTIVE);
            let skip = match skip {
                0 if self.token(at).is_some_and(|t| t.len() > 3) => usize::from(self.entries(at).demonym),
                _ => skip,
            };
            if skip == 0 {
                return;
            }
            at += skip;
            if self.token(at).is_none_or(|t| t.gap > Gap::Space) {
                return;
            }
        }
    }

    /// Reads a sentence in capitals: only names of the article, and names that need no context.
    pub(crate) fn late_sentence(&mut self, sentence: &Sentence, known: impl Fn(u64) -> bool) {
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
            let plain = length == 1 && (w.has(NOT_NAME | WEAK_WORD | PEOPLE | MONTH | WEEKDAY) || entries.surname > 0);
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
                let close = self.token(at).is_some_and(|t| t.capitalised() && t.gap <= Gap::Space);
                let surname = self.entries(at).surname;
                if close && surname > 0 && !self.word(at).has(NOT_NAME | WEAK_WORD | ENDS_ORG | EVENT_TAIL) {
                    i = self.push(i, at + usize::from(surname), false, &[Rule::Given]);
                } else {
                    i += 1;
                }
            } else {
                i += 1;
            }
        }
    }
}

/// The rules that speak for a name, a few at most.
struct Found {
    list: [Rule; 6],
    count: usize,
}

impl Default for Found {
    fn default() -> Self {
        Self { list: [Rule::Lone; 6], count: 0 }
    }
}

impl Found {
    fn add(&mut self, rule: Rule) {
        if let Some(place) = self.list.get_mut(self.count) {
            *place = rule;
            self.count += 1;
        }
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
