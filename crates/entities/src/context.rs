//! What stands around a name: its votes.

use crate::rules::{ORGANIZATION, PERSON, PLACE, Rule};
use crate::scan::{BEFORE_PERSON, Candidate, Meaning, Scan, winner};
use crate::vocabulary::*;
use dateline_gazetteer::Kind as Known;
use dateline_text::{Case, Gap, Kind};

/// Weight of [`Rule::Among`], whose type is that of the neighbour.
const AMONG: f32 = 1.0;
/// Weight in the gazetteer below which a town is small: some hundred thousand inhabitants.
const SMALL_TOWN: u8 = 136;

impl Scan<'_, '_, '_> {
    /// Notes a candidate with the votes of the list and of its neighbours; returns its end.
    pub(crate) fn push(&mut self, p: usize, end: usize, opens: bool, rules: &[Rule]) -> usize {
        let (p, end, head) = self.widen(p, end.min(self.tokens.len()));
        let at = self.entries_index(p);
        let known = self.scratch.entries[at];
        let exact = at > 0 && known.length > 0 && p + usize::from(known.length) == end;
        let (hash, words) = self.hash_and_words(p, end);
        let word = self.word(p);
        let span_of = |slots: u64| word.length(slots) == end - p;
        let one = end - p == 1;
        if (one || words == 1)
            && end - p <= 2
            && (word.has(PEOPLE) || known.demonym as usize == end - p && !exact)
        {
            return end;
        }
        let entry = exact || head.is_some();
        if one && !entry && self.is_no_name(p, rules) {
            return end;
        }
        let mut c = Candidate {
            first: p as u32,
            core: p as u32,
            end: end as u32,
            hash,
            words: words.min(255) as u8,
            votes: [0.0; 4],
            best: [None; 4],
            entries: if exact { at as u32 } else { 0 },
            opens,
            weak: !word.is_plain()
                && (span_of(WEAK_WORD) || span_of(NOT_NAME) || one && word.has(ORG_HEAD)),
            acronym: words == 1 && self.marks(p) & UPPER != 0
                || self.is(end - 1, b'.') && self.tokens[p].len() <= 2,
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
        if c.first < self.dateline_end
            && let Some(dateline) = &self.document.dateline
        {
            let within =
                |range: &std::ops::Range<u32>| range.start <= c.first && c.end <= range.end;
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
        if p > 1
            && self.marks(p - 1) & (CAPITAL | FAR | GLUED | DETERMINER) == CAPITAL | DETERMINER
            && self.marks(p) & (FAR | GLUED) == 0
            && self.marks(p - 2) & SMALL != 0
            && self.tokens[p - 1].case == Case::Capital
            && c.votes[ORGANIZATION] > c.votes[PERSON].max(c.votes[PLACE])
            && self.word(p - 1).has(DETERMINER)
        {
            c.first = p as u32 - 1;
        }
        self.scratch.candidates.push(c);
        end
    }

    /// Whether the one word `p` is no name, by its letters and what stands before it.
    #[inline]
    fn is_no_name(&self, p: usize, rules: &[Rule]) -> bool {
        let token = &self.tokens[p];
        let letters = self.of(p);
        let single = letters.len() <= 4 && letters.chars().nth(1).is_none();
        // Before a title one letter stands for a name: «A 씨».
        let titled = token.case == Case::None || self.vocabulary.endings.outside;
        if single && token.kind == Kind::Word && (rules.is_empty() || !titled) {
            return true;
        }
        match token.case {
            Case::Mixed => {
                let last = letters.char_indices().next_back();
                last.is_some_and(|(at, last)| {
                    last.is_lowercase() && at > 1 && letters[..at].chars().all(char::is_uppercase)
                })
            }
            Case::Upper => {
                let counted = p > 0
                    && token.gap == Gap::Space
                    && (self.tokens[p - 1].kind == Kind::Number
                        || self.word(p - 1).has(INDEFINITE));
                counted || p > 1 && self.is(p - 1, b'(') && self.explains_small(p)
            }
            _ => false,
        }
    }

    /// Whether the initials at `p` stand in brackets after words that are all written small.
    pub(crate) fn explains_small(&self, p: usize) -> bool {
        let initials = self.of(p).chars().count();
        let initial = self.of(p).chars().next();
        self.tokens[p - 2].case == Case::Lower
            && !(p.saturating_sub(2 + 2 * initials)..p - 1)
                .any(|i| self.capital(i) && self.of(i).chars().next() == initial)
    }

    /// Whether a word stands as names do: no article or adjective before it, no name after it.
    pub(crate) fn bare(&self, p: usize) -> bool {
        let Some(before) = p.checked_sub(1).and_then(|b| self.token(b)) else {
            return false;
        };
        before.gap <= Gap::Space
            && self.word(p - 1).has(PLACE_PREP | ORG_LINK | COORDINATION)
            && !self.word(p - 1).has(DETERMINER)
            && self.tokens[p].gap == Gap::Space
            && self.tokens[p].case == Case::Capital
    }

    pub(crate) fn vote_list(&self, c: &mut Candidate) {
        let mut seen = [false; 4];
        for &Meaning {
            entry,
            local,
            strong,
        } in self.meanings(c.entries)
        {
            let Some(t) = entry.kind().name_type().map(crate::rules::index) else {
                continue;
            };
            if std::mem::replace(&mut seen[t], true) {
                continue;
            }
            c.vote(match (t, strong) {
                (0, true) => Rule::ListPerson,
                (0, false) => Rule::WeakPerson,
                (1, true) => Rule::ListOrganization,
                (1, false) => Rule::WeakOrganization,
                (2, true) if entry.kind() == Known::Country => Rule::ListCountry,
                (2, true) if entry.kind() == Known::City && entry.weight() < SMALL_TOWN => {
                    Rule::SmallPlace
                }
                (2, true) => Rule::ListPlace,
                (2, false) if entry.weight() >= 140 && local => Rule::LargePlace,
                (2, false) => Rule::WeakPlace,
                _ => Rule::ListOther,
            });
        }
    }

    /// Slots with a form that ends just before token `i`.
    #[inline]
    pub(crate) fn before(&self, i: usize) -> u64 {
        let Some(last) = i.checked_sub(1).and_then(|b| self.token(b)) else {
            return 0;
        };
        if self.vocabulary.may_end(last) == 0 || self.tokens[i].gap > Gap::Space {
            return 0;
        }
        let slots = self.exactly(i - 1, 1);
        match self.vocabulary.may_end_longer(last) {
            0 => slots,
            ends => slots | self.before_longer(i, ends),
        }
    }

    /// The same of forms of several tokens, which may have these slots.
    #[inline]
    fn before_longer(&self, i: usize, ends: u64) -> u64 {
        let mut slots = 0;
        for length in 2..=i.min(5) {
            if self.marks(i - length + 1) & FAR != 0 {
                break;
            }
            if self.marks(i - length) & ends != 0 {
                slots |= self.exactly(i - length, length);
            }
        }
        slots
    }

    /// Votes of the words before and after.
    #[inline(never)]
    pub(crate) fn context(&mut self, c: &mut Candidate, p: usize, end: usize) {
        let (mut bits, mut comma) = (0, false);
        let mut at = p;
        if p > 0 {
            if self.marks(p - 1) & SYMBOL == 0 {
                bits = self.before(p);
            } else {
                if self.is(p - 1, b'.')
                    && self.tokens[p - 1].gap == Gap::Glued
                    && p > 1
                    && self.word(p - 2).has(ABBREVIATED_TITLE | HONORIFIC)
                {
                    at = p - 1;
                }
                // «the company “NAME”»
                bits = if at > 1 && self.quote(at - 1) {
                    self.before(at - 1)
                } else {
                    self.before(at)
                };
                // «the chairman, NAME»
                comma = c.words > 1
                    && self.is(p - 1, b',')
                    && self.before(p - 1) & (TITLE | JOB | KIN) != 0;
            }
        }
        if bits != 0 || comma {
            self.context_before(c, p, at, bits, comma);
        }
        let marks = self.marks(end);
        if c.words > 1 && marks & SYMBOL != 0 && p > 0 && self.quote(p - 1) && self.quote(end) {
            c.vote(Rule::Quoted);
        }
        if marks & FAR != 0 {
            return;
        }
        if marks & GLUED != 0 && self.word(end).has(POSSESSIVE) {
            let next = end + self.word(end).length(POSSESSIVE);
            if self.word(next).has(ORG_AFTER) {
                c.vote(Rule::OrgAfter);
            }
            return;
        }
        if marks & WORD != 0 {
            if marks & (PERSON_VERB | ORG_AFTER | PLACE_AFTER) == 0 {
                return;
            }
            let w = self.word(end);
            if w.has(PERSON_VERB) {
                c.vote(Rule::SpeechAfter);
            }
            if w.has(ORG_AFTER) {
                c.vote(Rule::OrgAfter);
            }
            if w.has(PLACE_AFTER) {
                c.vote(Rule::PlaceAfter);
            }
        } else if marks & SYMBOL != 0 {
            match self.of(end) {
                "-" if marks & GLUED != 0 && self.word(end + 1).has(HYPHEN_PLACE) => {
                    c.vote(Rule::PlaceHyphen)
                }
                "," => self.apposition(c, end + 1, ","),
                "(" => self.apposition(c, end + 1, ")"),
                _ => {}
            }
        }
    }

    /// Votes of the words that end before token `at`, and of an office before the comma at `p - 1`.
    fn context_before(&self, c: &mut Candidate, p: usize, at: usize, mut bits: u64, comma: bool) {
        // «le ministre français NAME»
        let mut back = at;
        while bits & BEFORE_PERSON == 0 && bits & ROLE_ADJECTIVE != 0 && back > 0 && at - back < 3 {
            back -= 1;
            bits |= self.before(back) & (BEFORE_PERSON | ROLE_ADJECTIVE);
        }
        if bits & HONORIFIC != 0 && (at < p || self.capital(p - 1)) {
            c.vote(Rule::Honorific);
        } else if c.acronym && c.words == 1 {
            // An office is held of a body: initials after it are hardly ever a person.
        } else if bits & (TITLE | ABBREVIATED_TITLE) != 0 {
            c.vote(Rule::Title);
        } else if bits & JOB != 0 {
            c.vote(Rule::Job);
        } else if bits & KIN != 0 {
            c.vote(Rule::Kin);
        }
        if comma {
            c.vote(Rule::AppositionBefore);
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

    /// What stands after «NAME,» or «NAME (».
    pub(crate) fn apposition(&mut self, c: &mut Candidate, mut at: usize, close: &str) {
        let Some(t) = self.token(at).copied() else {
            return;
        };
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
            if close == ")" && upper && self.is(at + 1, b')') {
                c.explains = true;
                return;
            }
            if n.strong && c.entries == 0 && n.place {
                let stop = self.of(at + usize::from(n.length));
                let first = self.meanings(self.scratch.entries_at[at]).first();
                let country = first.is_some_and(|m| m.entry.kind() == Known::Country);
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
                0 if self.token(at).is_some_and(|t| t.letters() > 3) => {
                    usize::from(self.entries(at).demonym)
                }
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

    /// A name with nothing to go by takes the type of its neighbours in a list.
    pub(crate) fn among(&mut self, from: usize) {
        for i in from + 1..self.scratch.candidates.len() {
            let (a, b) = (&self.scratch.candidates[i - 1], &self.scratch.candidates[i]);
            let between = a.end as usize..b.first as usize;
            if between.len() > 3 {
                continue;
            }
            let joined = !between.is_empty()
                && between
                    .clone()
                    .all(|t| self.is(t, b',') || self.word(t).has(COORDINATION | DETERMINER))
                && between
                    .clone()
                    .any(|t| self.is(t, b',') || self.word(t).has(COORDINATION));
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
    pub(crate) fn scores(&mut self, from: usize) {
        for i in from + 1..self.scratch.candidates.len() {
            let (a, b) = (&self.scratch.candidates[i - 1], &self.scratch.candidates[i]);
            if !matches!(b.first.wrapping_sub(a.end), 1 | 3) {
                continue;
            }
            let number = |t: u32| {
                self.token(t as usize)
                    .is_some_and(|t| t.kind == Kind::Number && t.len() <= 3 && t.gap <= Gap::Space)
            };
            let line = self
                .token(b.first as usize)
                .is_some_and(|t| t.gap <= Gap::Space);
            let apart = b.first == a.end + 1 && number(a.end) && number(b.end);
            let dash = || matches!(self.of(a.end as usize + 1), "-" | "–");
            let together = b.first == a.end + 3 && number(a.end) && dash() && number(a.end + 2);
            if line && (apart || together) {
                for at in [i - 1, i] {
                    let entries = self.scratch.candidates[at].entries;
                    let country = self
                        .meanings(entries)
                        .first()
                        .is_some_and(|m| m.entry.kind() == Known::Country);
                    if !country {
                        self.scratch.candidates[at].vote(Rule::Score);
                    }
                }
            }
        }
    }
}
