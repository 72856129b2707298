//! Runs: words with capitals, and what joins them.

use crate::scan::{ENDS_ORG, LONGEST, SPLITS, Scan};
use crate::vocabulary::*;
use dateline_text::{Case, Gap, Kind, Script};

/// Slots of words that a name goes on behind.
const HEADS: u64 = ORG_HEAD | PLACE_HEAD | EVENT_HEAD;
const TAILS: u64 = ORG_TAIL_LOWER | PLACE_TAIL_LOWER;
const WORD_SMALL: u64 = WORD | SMALL;
const GLUED_SYMBOL: u64 = GLUED | SYMBOL;
/// Most tokens of a name in quotation marks.
const QUOTED: usize = 9;

impl Scan<'_, '_, '_> {
    /// End of the run of words with capitals, and of what joins them, from token `first`.
    #[inline(never)]
    pub(crate) fn run(&mut self, first: usize, limit: usize) -> usize {
        let limit = limit.min(first + LONGEST);
        let marks = self.marks(first);
        if marks & ORG_SUFFIX != 0
            && let Some(end) = self.quoted_firm(first, limit)
        {
            return end;
        }
        let mut head = false;
        let mut end = first + 1;
        // The commonest run: words with capitals, then something that plainly ends it.
        if marks & HEADS == 0 {
            while end < limit
                && self.marks(end) & (CAPITAL | WORD | GLUED | FAR | HEADS) == CAPITAL | WORD
                && self.tokens[end].len() > 2
                && !self.is_taken(end)
            {
                end += 1;
            }
            if end == limit || self.plainly_ends(end) {
                return end;
            }
        } else {
            let word = self.word(first);
            end = self.headed(word, first, limit);
            head = word.has(ORG_HEAD);
        }
        let mut complement = false;
        while end < limit {
            let (next, last) = (&self.tokens[end], &self.tokens[end - 1]);
            if next.gap > Gap::Space {
                break;
            }
            // «Ministry of Tourism, Crafts and Inland Waters»
            if complement
                && next.kind == Kind::Symbol
                && self.is(end, b',')
                && self.capital(end + 1)
            {
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
                let letter = next.len() <= 2
                    && next.case == Case::Capital
                    && self.word(end).has(NOT_NAME)
                    && {
                        let mut letters = self
                            .text
                            .get(next.start as usize..)
                            .unwrap_or_default()
                            .chars();
                        letters
                            .nth(1)
                            .is_none_or(|c| c != '.' && !c.is_alphabetic())
                    };
                if letter || self.is_taken(end) {
                    break;
                }
                let word = self.word(end);
                head |= word.has(ORG_HEAD);
                end = self.headed(word, end, limit);
                continue;
            }
            if next.kind == Kind::Symbol && self.is(end, b'&') && self.capital(end + 1) {
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
            if let Some(to) = self.small_tail(first, end, limit) {
                return to;
            }
            if !head && !word.has(COORDINATION | NAME_LINK) {
                break;
            }
            if head && last.kind == Kind::Word {
                let adjective = word.has(ORG_ADJECTIVE)
                    || (next.case == Case::Lower
                        && (complement || self.word(end - 1).has(ORG_HEAD | ORG_ADJECTIVE))
                        && next.letters() > 4
                        && self.vocabulary.adjective(self.text, next));
                if adjective {
                    end += word.length(ORG_ADJECTIVE).max(1);
                    continue;
                }
            }
            let link = word.length(ORG_LINK);
            if head && link > 0 {
                let to = end + link;
                let joins = word.has(COORDINATION);
                if to < limit
                    && self.capital(to)
                    && self.tokens[to].gap < Gap::Line
                    && !self.is_taken(to)
                {
                    let next = self.word(to);
                    let entries = self.entries(to);
                    let given = usize::from(entries.given);
                    let person = next.has(SPLITS)
                        || given > 0
                            && usize::from(entries.length) <= given
                            && self.capital(to + given)
                            && self.tokens[to + given].gap == Gap::Space
                            && !self.word(to + given).has(ENDS_ORG);
                    let other = next.has(WEEKDAY | MONTH)
                        || joins
                            && (entries.strong || !complement || next.has(ORG_HEAD) || given > 0);
                    if !person && !other {
                        end = to + 1;
                        complement = true;
                        head |= self.word(to).has(ORG_HEAD);
                        continue;
                    }
                }
            }
            // «Fédération française de triathlon»: a complement written small.
            let small = word.length(ORG_LINK_SMALL);
            if head && small > 0 && last.kind == Kind::Word && end + small < limit {
                let noun = self.tokens[end + small];
                let begins = self.word(end + small);
                if noun.kind == Kind::Word
                    && noun.case == Case::Lower
                    && noun.letters() > 3
                    && noun.gap <= Gap::Space
                    && !begins.has(NOT_NAME | DETERMINER)
                {
                    end += small + 1;
                    complement = true;
                    continue;
                }
            }
            // «Food and Drug Administration»
            let joins = word.length(COORDINATION);
            if joins > 0
                && self.word(end - 1).has(ORG_FIELD)
                && self.capital(end + joins)
                && end + joins < limit
            {
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
                if !ambiguous
                    || self.entries(first).given > 0 && !self.word(first).has(NOT_NAME | WEAK_WORD)
                {
                    end += link + 1;
                    continue;
                }
            }
            break;
        }
        end
    }

    /// Whether a run without a head ends before token `end`, as far as one look tells: «no» says nothing.
    #[inline]
    fn plainly_ends(&self, end: usize) -> bool {
        const JOINS: u64 = COORDINATION | NAME_LINK | TAILS;
        let marks = self.marks(end);
        match marks & (SYMBOL | NUMBER | GLUED | FAR | WORD | SMALL | JOINS) {
            NUMBER => true,
            WORD_SMALL => self.marks(end + 1) & TAILS == 0,
            SYMBOL => !self.is(end, b'&'),
            GLUED_SYMBOL => {
                let start = self.tokens[end].start as usize;
                let sign = self.text.as_bytes().get(start);
                sign.is_some_and(|s| matches!(s, b',' | b')' | b':' | b';' | b'?' | b'!' | b'"'))
            }
            marks => marks & FAR != 0,
        }
    }

    /// Whether the words from `to` end a name that the article before `first` begins.
    pub(crate) fn joins_org(&mut self, first: usize, to: usize, limit: usize) -> bool {
        let article = first > 0
            && self.word(first - 1).has(DETERMINER)
            && self.tokens[first].gap == Gap::Space;
        if !article
            || to >= limit
            || self.word(first).has(ORG_HEAD)
            || self.word(first).has(ENDS_ORG | PEOPLE)
        {
            return false;
        }
        let mut end = to;
        while end < limit && self.capital(end) && (end == to || self.tokens[end].gap == Gap::Space)
        {
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
    #[inline]
    fn headed(&self, word: Word<'_>, i: usize, limit: usize) -> usize {
        let length = word.length(PLACE_HEAD | EVENT_HEAD);
        let to = i + length;
        if length > 1 && to < limit && self.capital(to) && self.tokens[to].gap <= Gap::Space {
            to + 1
        } else {
            i + 1
        }
    }

    /// Tokens of the small words of persons' names at `i`, with their apostrophes and hyphens.
    pub(crate) fn links(&mut self, i: usize, limit: usize) -> usize {
        let mut at = i;
        while at < limit && at < i + 4 {
            let length = self.word(at).length(NAME_LINK);
            if length == 0 || self.tokens[at].gap > Gap::Space {
                break;
            }
            at += length;
            if self
                .token(at)
                .is_some_and(|t| t.gap == Gap::Glued && matches!(t.of(self.text), "-" | "'" | "’"))
            {
                at += 1;
            }
        }
        at - i
    }

    /// The end of a firm's name in quotation marks behind its legal form: «ООО «Ромашка»».
    #[inline(never)]
    pub(crate) fn quoted_firm(&self, first: usize, limit: usize) -> Option<usize> {
        let form = self.word(first).length(ORG_SUFFIX);
        let open = first + form;
        if form == 0 || open >= limit || !self.quote(open) || self.tokens[open].gap > Gap::Space {
            return None;
        }
        let close = (open + 2..limit.min(open + QUOTED)).find(|i| self.quote(*i))?;
        let one_line = self.tokens[open + 1..=close]
            .iter()
            .all(|t| t.gap <= Gap::Space);
        one_line.then_some(close + 1)
    }

    /// The end of a name of which only the first words have a capital: «Ленинградская область», «Turun yliopisto».
    fn small_tail(&mut self, first: usize, end: usize, limit: usize) -> Option<usize> {
        let last = self.tokens[end - 1];
        let adjective = |s: &Self, i: usize| s.vocabulary.adjective(s.text, &s.tokens[i]);
        let tail = match () {
            () if self.word(end).has(TAILS) => end,
            () if end + 1 < limit && self.word(end + 1).has(TAILS) && adjective(self, end) => {
                end + 1
            }
            () => return None,
        };
        if last.kind != Kind::Word || !self.capital(end - 1) {
            return None;
        }
        let known = self.entries(first);
        let place = known.place && first + usize::from(known.length) == end;
        (place && known.inflected || known.given == 0 && adjective(self, end - 1))
            .then_some(tail + 1)
    }

    /// What follows without a space: «O'Brien», «Jean-Pierre», «U.S.», «J. Smith», «G20».
    pub(crate) fn glued(&mut self, first: usize, end: usize, limit: usize) -> Option<usize> {
        let last = self.tokens[end - 1];
        let after = self.token(end + 1).filter(|_| end + 1 < limit);
        let sign = self.of(end);
        match sign {
            "." => {
                let letter =
                    last.len() <= 2 && last.case == Case::Capital && last.kind == Kind::Word;
                let dotted = letter && end >= first + 3 && self.is(end - 2, b'.');
                if letter && let Some(a) = after {
                    if a.gap == Gap::Glued && a.capitalised() {
                        return Some(end + 2);
                    }
                    let more =
                        a.gap == Gap::Space && a.capitalised() && !self.word(end + 1).has(NOT_NAME);
                    if more && !(dotted && self.word(end + 1).has(NOT_NAME | WEAK_WORD)) {
                        return if dotted { Some(end + 1) } else { Some(end + 2) };
                    }
                }
                if dotted {
                    return Some(end + 1);
                }
                if end > first + 1
                    && self.word(end - 1).has(NAME_SUFFIX)
                    && last.letters() <= 3
                    && last.case == Case::Capital
                {
                    return Some(end + 1);
                }
                let abbreviation = self.word(end - 1).has(NAME_ABBREVIATION);
                let a = after?;
                if abbreviation && a.capitalised() && a.gap <= Gap::Space {
                    return Some(end + 2);
                }
                (a.gap == Gap::Glued && a.kind == Kind::Word && a.case == Case::Lower)
                    .then_some(end + 2)
            }
            "'" | "’" => {
                if self.word(end).has(POSSESSIVE) {
                    return None;
                }
                let a = after.filter(|a| a.gap == Gap::Glued && a.kind == Kind::Word)?;
                // «Мар'яна»: where no ending is written with it, it is a letter.
                let letter = a.script == Script::Cyrillic;
                (a.capitalised() && last.letters() <= 3
                    || a.case == Case::Lower && (letter || a.letters() > 1 && last.letters() <= 4))
                    .then_some(end + 2)
            }
            "-" | "‐" | "‑" => {
                let a = *after.filter(|a| a.gap == Gap::Glued)?;
                let word = self.word(end + 1);
                if a.case == Case::Lower
                    && (word.has(HYPHEN_PLACE | HYPHEN_TAIL)
                        || end == first + 1
                            && a.letters() > 4
                            && self.vocabulary.hyphen_tail(self.text, &a))
                {
                    return None;
                }
                if a.case == Case::Lower
                    && end == first + 1
                    && self.entries(first).strong
                    && !self.is(end + 2, b'-')
                {
                    return None;
                }
                (a.kind != Kind::Symbol).then_some(end + 2)
            }
            "&" => after
                .filter(|a| a.gap == Gap::Glued && a.capitalised())
                .map(|_| end + 2),
            _ => (self.tokens[end].kind == Kind::Number).then_some(end + 1),
        }
    }
}
