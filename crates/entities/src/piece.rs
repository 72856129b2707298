//! From a run to names: where one ends, and what its own words say of it.

use crate::rules::Rule;
use crate::scan::{BEFORE_PERSON, ENDS_ORG, Entries, SPLITS, Scan};
use crate::vocabulary::*;
use dateline_document::Sentence;
use dateline_gazetteer::Kind as Known;
use dateline_text::{Case, Gap, Kind};

/// Slots of small words before which a name may begin that has them.
const HEADS: u64 = ORG_HEAD_LOWER | PLACE_HEAD_LOWER;
const JOINS_BEFORE: u64 = HEADS | ORG_LINK;

impl Scan<'_, '_, '_> {
    /// Cuts the run `[p, end)` into names; returns where to go on.
    #[inline(never)]
    pub(crate) fn parse(&mut self, mut p: usize, end: usize, sentence: &Sentence) -> usize {
        while p < end {
            if !self.capital(p) {
                p += 1;
                continue;
            }
            let opens = self.opens(p, sentence);
            let word = self.word(p);
            let known = self.entries(p);
            let mut length = usize::from(known.length);
            if let Some(to) = self.compound(p, end, length) {
                p = to;
                continue;
            }
            // «Said Ann NAME»: what opens the sentence is unknown, and a person's name follows.
            if opens
                && known.given | known.surname | known.length | known.demonym == 0
                && p + 2 < end
                && self.tokens[p + 1].gap == Gap::Space
                && word.is_plain()
            {
                let given = usize::from(self.entries(p + 1).given);
                let last = p + 1 + given;
                let sure =
                    |s: &mut Self| !s.vocabulary.endings.is_empty() || s.entries(last).surname > 0;
                if given > 0 && last < end && self.capital(last) && sure(self) {
                    p += 1;
                    continue;
                }
            }
            if word.is_plain() {
                p = self.first_piece(p, end, opens, length, known.given);
                continue;
            }
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
                let hyphen = self.is(p + 1, b'-') && self.tokens[p + 1].gap == Gap::Glued && more;
                let alone = !more || !self.capital(p + 1) && !hyphen;
                let common = word.has(WEAK_WORD | ORG_FIELD) && more && self.ends_org(p, end);
                let closed = word.has(DETERMINER | COORDINATION | PLACE_PREP);
                let quoted = p > 0 && self.quote(p - 1);
                let given = known.given > 0 && more && !closed && !opens;
                if (opens || quoted || closed || alone || self.vocabulary.nouns_capitalised)
                    && !common
                    && !hyphen
                    && !given
                {
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
            let title = word
                .length(BEFORE_PERSON & !JOB & !KIN)
                .max(if opens || more { word.length(JOB) } else { 0 });
            let hyphen = self
                .token(p + title)
                .is_some_and(|t| t.gap == Gap::Glued && t.of(self.text) == "-");
            if title > 0 && length <= title && !hyphen {
                let institution =
                    word.length(HONORIFIC) == 0 && p + title < end && self.ends_org(p, end);
                if !institution {
                    p += title;
                    if self.is(p, b'.') && self.token(p).is_some_and(|t| t.gap == Gap::Glued) {
                        p += 1;
                    }
                    continue;
                }
            }
            p = self.first_piece(p, end, opens, length, known.given);
        }
        p.max(end)
    }

    /// End of a compound at `p` that only begins with a name: «SPD-Chef NAME», «EU-Gipfel». `known` is the
    /// length of the name that the gazetteer has there.
    fn compound(&mut self, p: usize, end: usize, known: usize) -> Option<usize> {
        let mut head = p;
        while head + 2 < end
            && self.is(head + 1, b'-')
            && self.tokens[head + 1].gap == Gap::Glued
            && self.tokens[head + 2].gap == Gap::Glued
        {
            head += 2;
        }
        let to = head + 1;
        if head == p || !self.capital(head) || known >= to - p {
            return None;
        }
        let word = self.word(head);
        let (first, last) = (self.entries(p), self.entries(head));
        let initials = self.tokens[p].case == Case::Upper && self.letters(p) > 1;
        let owner = initials || first.strong && first.given | first.surname == 0;
        if word.has(ENDS_ORG | EVENT_TAIL | PLACE_TAIL) {
            return None;
        }
        if word.has(TITLE | JOB | KIN) {
            // «Meyer-Koch» is a surname.
            return (owner || last.given | last.surname == 0).then_some(to);
        }
        let unknown = last.given | last.surname | last.length | last.demonym == 0;
        (owner && unknown && self.vocabulary.nouns_capitalised).then_some(to)
    }

    /// Decides what the words of `[p, end)` are up to the next title or day; returns where to go on.
    fn first_piece(
        &mut self,
        p: usize,
        end: usize,
        opens: bool,
        length: usize,
        given: u8,
    ) -> usize {
        let cases = given == 0 && self.vocabulary.endings.are_cases();
        let splits = |s: &mut Self, q: usize| {
            if cases && s.person_begins(p, q, end) {
                return true;
            }
            let marks = s.marks(q);
            if marks & (SPLITS | WEEKDAY | MONTH) == 0 || marks & CAPITAL == 0 {
                return false;
            }
            let w = s.word(q);
            if !w.has(SPLITS | WEEKDAY | MONTH) {
                return false;
            }
            let title = w.has(SPLITS) && s.tokens[q].gap != Gap::Glued && {
                let last = q + 1 == end;
                let part = last && (given > 0 || w.has(ENDS_ORG)) || s.ends_org(q, end);
                !part && !s.is(q + w.length(SPLITS), b'-')
            };
            title || w.has(WEEKDAY | MONTH) && (given == 0 || s.entries(q).surname == 0)
        };
        let from = p + length.max(1);
        let q = (from..end)
            .find(|q| splits(self, *q))
            .unwrap_or(end.max(p + 1));
        self.piece(p, q, opens).max(p + 1)
    }

    /// Whether a person's name begins at `q`, behind a body that begins at `p`: «Guvernér České národní banky Aleš
    /// Michl», where the body stands in the genitive without a link.
    fn person_begins(&mut self, p: usize, q: usize, end: usize) -> bool {
        if q <= p
            || q + 1 >= end
            || self.tokens[q].gap != Gap::Space
            || self.tokens[q + 1].gap != Gap::Space
            || self.tokens[q - 1].kind != Kind::Word
            || !(self.capital(q) && self.capital(q + 1))
            || self.word(end - 1).has(ENDS_ORG | PLACE_TAIL)
        {
            return false;
        }
        let first = self.entries(q);
        if first.given != 1 || first.strong || self.entries(p).surname > 0 {
            return false;
        }
        const BODY: u64 = ORG_HEAD | ORG_TAIL | ORG_FIELD | PLACE_HEAD | PLACE_TAIL;
        (p..q).any(|i| {
            self.capital(i)
                && (self.word(i).has(BODY)
                    || self.tokens[i].case == Case::Upper && self.letters(i) > 1
                    || self.entries(i).strong && i + usize::from(self.entries(i).length) <= q)
        })
    }

    /// Whether an office and its link stand before token `p`: «Minister of».
    pub(crate) fn office_for(&mut self, p: usize) -> bool {
        let p = if self.quote(p - 1) { p - 1 } else { p };
        for back in 1..=3.min(p) {
            if self.tokens[p - back + 1].gap > Gap::Space {
                return false;
            }
            if self.exactly(p - back, back) & ROLE_LINK != 0 {
                return self.before(p - back) & TITLE != 0;
            }
        }
        false
    }

    /// Whether only punctuation stands before `i` in its sentence.
    #[inline]
    pub(crate) fn opens(&self, i: usize, sentence: &Sentence) -> bool {
        let first = sentence.first as usize;
        if i <= first {
            return true;
        }
        self.marks(i - 1) & SYMBOL != 0
            && (self.marked[first..i].iter().all(|m| m & SYMBOL != 0)
                || matches!(self.of(i - 1), "•" | ">" | "…" | "|"))
    }

    pub(crate) fn ends_org(&mut self, p: usize, end: usize) -> bool {
        end > p + 1 && self.word(end - 1).has(ENDS_ORG) && self.capital(end - 1)
            || (p..end).any(|i| {
                self.capital(i)
                    && self.word(i).has(ORG_HEAD)
                    && self.word(i + 1).has(ORG_LINK)
                    && i + 1 < end
            })
    }

    /// Decides what plain words with capitals and spaces between are, where shape and gazetteer say it all;
    /// returns where to go on.
    #[inline]
    fn plain_piece(&mut self, p: usize, q: usize, opens: bool) -> Option<usize> {
        let at = self.entries_index(p);
        let known = self.scratch.entries[at];
        if known.length > 0 && p + usize::from(known.length) >= q {
            return Some(self.push(p, p + usize::from(known.length), opens, &[]));
        }
        let mut rules = Found::default();
        if q == p + 1 {
            if known.demonym > 0 {
                return Some(q);
            }
            rules = self.shape(p, known, false);
            if rules.count == 0 {
                rules.add(Rule::Lone);
            }
            return Some(self.push(p, q, opens, &rules.list[..rules.count]));
        }
        if known.demonym > 0 || known.length > 0 {
            return None;
        }
        let given = usize::from(known.given);
        let last = self.entries(q - 1);
        let surname = last.surname > 0;
        for r in p + 1..q {
            // A known name further on.
            if self.entries(r).strong {
                return None;
            }
        }
        if self.tokens[q - 1].len() == 1 {
            return None;
        }
        if given > 0 && p + given < q
            || given == 0 && last.given > 0 && self.vocabulary.surname_first
        {
            rules.add(Rule::Given);
        }
        if surname {
            rules.add(Rule::Surname);
        }
        rules.add(self.words_alone(q - p));
        Some(self.push(p, q, opens, &rules.list[..rules.count]))
    }

    /// Decides what the words of `[p, q)` are; returns where to go on.
    pub(crate) fn piece(&mut self, p: usize, mut q: usize, opens: bool) -> usize {
        let words = CAPITAL | WORD | ALL_SLOTS;
        let plain = self.marks(p) & words == CAPITAL | WORD
            && (p + 1..q).all(|i| self.marks(i) & (words | GLUED | FAR) == CAPITAL | WORD);
        if plain && let Some(end) = self.plain_piece(p, q, opens) {
            return end;
        }
        if self.marks(p) & ORG_SUFFIX != 0 && self.quoted_firm(p, q) == Some(q) {
            return self.push(p, q, opens, &[Rule::OrgSuffix]);
        }
        while q > p + 1
            && !matches!(self.tokens[q - 1].kind, Kind::Word | Kind::Number)
            && !self.is(q - 1, b'.')
        {
            q -= 1;
        }
        let at = self.entries_index(p);
        let known = self.scratch.entries[at];
        let length = usize::from(known.length);
        let word = self.word(p);
        let numbered = q == p + 1
            && word.has(ORG_TAIL)
            && !opens
            && self
                .token(q)
                .is_some_and(|t| t.kind == Kind::Number && t.gap == Gap::Space && t.len() <= 3);
        if numbered && length <= 1 {
            return self.push(p, q + 1, opens, &[Rule::OrgTail]);
        }
        if length > 0 && p + length >= q {
            return self.push(p, p + length, opens, &[]);
        }
        if q > p + 1 && self.tokens[q - 1].case == Case::Lower {
            let tail = self.word(q - 1);
            if tail.has(ORG_TAIL_LOWER) {
                return self.push(p, q, opens, &[Rule::OrgTail]);
            }
            if tail.has(PLACE_TAIL_LOWER) {
                return self.push(p, q, opens, &[Rule::PlaceTail]);
            }
        }
        if q == p + 1 && self.tokens[p].kind == Kind::Word {
            if known.demonym > 0 || word.has(PEOPLE) {
                return q;
            }
            let mut rules = self.shape(p, known, false);
            if rules.count == 0 {
                rules.add(Rule::Lone);
            }
            return self.push(p, q, opens, &rules.list[..rules.count]);
        }
        let rest_capital = |s: &Self, from: usize| (from..q).find(|i| s.capital(*i));
        let last = self.word(q - 1);
        let words = self.tokens[p..q]
            .iter()
            .filter(|t| t.kind == Kind::Word)
            .count();
        let linked = (p..q).any(|i| {
            let next = i + self.word(i).length(ORG_HEAD);
            next > i
                && self.capital(i)
                && (i + 1 < q && self.tokens[i + 1].case == Case::Lower
                    || next < q && self.tokens[next].case == Case::Lower)
        });
        let suffix = words > 1 && self.capital(q - 1) && last.has(ORG_SUFFIX);
        if suffix {
            return self.push(p, q, opens, &[Rule::OrgSuffix]);
        }
        // Two known names joined by a hyphen.
        if self.is(p + 1, b'-') && p + 2 < q && known.length == 1 && known.strong {
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
        let person_like = given > 0
            && p + given < q
            && (surname.surname > 0 && usize::from(surname.surname) + surname_at >= q);
        if tail && last.has(EVENT_TAIL) && !person_like && !last.has(ENDS_ORG) {
            return self.push(p, q, opens, &[Rule::Event]);
        }
        if word.has(EVENT_HEAD) && p + word.length(EVENT_HEAD) < q && given == 0 {
            return self.push(p, q, opens, &[Rule::Event]);
        }
        if linked {
            return self.push(p, q, opens, &[Rule::OrgHead]);
        }
        if word.has(PLACE_HEAD)
            && p + word.length(PLACE_HEAD) < q
            && !(tail && last.has(ENDS_ORG))
            && !person_like
        {
            let from = p + 1 + usize::from(self.is(p + 1, b'-'));
            let people = from < q && (self.entries(from).demonym > 0 || known.demonym > 1);
            if !people {
                return self.push(p, q, opens, &[Rule::PlaceHead]);
            }
        }
        // «Banco NAME», «Universität NAME»
        let headed = p + word.length(ORG_HEAD);
        if headed > p
            && headed < q
            && (headed..q).any(|i| self.capital(i))
            && self.vocabulary.heads_first
            && !person_like
            && !last.has(ENDS_ORG)
        {
            return self.push(p, q, opens, &[Rule::OrgHead]);
        }
        if tail && !person_like {
            if last.has(PLACE_TAIL) {
                let both = last.has(ENDS_ORG);
                let rules: &[Rule] = if both {
                    &[Rule::PlaceTail, Rule::OrgTail]
                } else {
                    &[Rule::PlaceTail]
                };
                return self.push(p, q, opens, rules);
            }
            if last.has(ENDS_ORG) {
                return self.push(p, q, opens, &[Rule::OrgTail]);
            }
        }
        let mut demonym = usize::from(known.demonym).max(word.length(PEOPLE));
        if demonym <= 1 && word.has(PLACE_HEAD) && length < 2 {
            // «South African»
            let from = p + 1 + usize::from(self.is(p + 1, b'-'));
            let second = usize::from(self.entries(from).demonym);
            if second > 0 && from < q {
                demonym = from + second - p;
            }
        }
        if demonym > 0 && length <= demonym {
            // «Ugandan David Kato»: the adjective is no part of the name.
            let rest = rest_capital(self, p + demonym);
            let named = given > 0
                && rest.is_some_and(|r| {
                    let next = self.entries(r);
                    next.surname > 0 || next.given > 0
                });
            if named {
                return self.push(p, q, opens, &[Rule::Given]);
            }
            if let Some(rest) = rest {
                if self.is(p + demonym, b'-') || given >= q - p {
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
                let person = self
                    .meanings(at as u32)
                    .first()
                    .is_some_and(|m| m.entry.kind() == Known::Person);
                let rule = if person {
                    Rule::Given
                } else {
                    Rule::PlaceFirst
                };
                return self.push(p, q, opens, &[rule]);
            }
        }
        // «le député de la Somme NAME»: the place is weak, what follows is a person.
        if length > 0 && known.place && given == 0 && !word.has(PEOPLE | NOT_NAME | WEAK_WORD) {
            let next = rest_capital(self, p + length);
            let next_given = next.map_or(0, |n| usize::from(self.entries(n).given));
            if let Some(next) = next
                && self.tokens[next].gap == Gap::Space
                && next_given > 0
                && rest_capital(self, next + next_given).is_some()
            {
                self.push(p, p + length, opens, &[]);
                return self.piece(next, q, false);
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
                if n.strong
                    && n.length == 1
                    && r + 1 == q
                    && given == 0
                    && n.given == 0
                    && n.surname == 0
                {
                    return self.push(p, q, opens, &[Rule::PlaceFirst]);
                }
            }
            r += 1;
        }
        let mut rules = Found::default();
        let initials = self.tokens[q - 1].len() > 2
            && (p + 1..q)
                .any(|i| self.is(i, b'.') && self.tokens[i - 1].len() <= 2 && self.capital(i - 1));
        let single = words == 1
            || (p..q).all(|i| i == p || !self.capital(i) || self.tokens[i].gap == Gap::Glued);
        let dotted = self.is(q - 1, b'.') && self.tokens[p].len() <= 2;
        if words == 1 || dotted {
            rules = self.shape(p, known, dotted);
        } else {
            let last_given = given == 0 && self.entries(surname_at).given > 0;
            if given > 0 && p + given < q || last_given && self.vocabulary.surname_first {
                rules.add(Rule::Given);
            } else if initials {
                rules.add(Rule::Initials);
            }
            if surname.surname > 0 {
                rules.add(Rule::Surname);
            }
            let particle = (p + 1..q)
                .any(|i| self.tokens[i].case == Case::Lower && self.word(i).has(NAME_LINK));
            if particle {
                rules.add(Rule::Particle);
            }
        }
        // «Group C»
        let lettered = self.tokens[q - 1].len() == 1 && given == 0;
        if lettered && words == 2 {
            return q;
        }
        if !single {
            rules.add(self.words_alone(words));
        } else if rules.count == 0 {
            rules.add(Rule::Lone);
        }
        self.push(p, q, opens, &rules.list[..rules.count])
    }

    /// What several words say by themselves.
    fn words_alone(&self, words: usize) -> Rule {
        match words {
            ..=3 if self.vocabulary.pairs_are_persons => Rule::PersonPair,
            ..=3 => Rule::Pair,
            _ => Rule::Long,
        }
    }

    /// What one word, or initials with dots, say by themselves.
    fn shape(&self, p: usize, known: Entries, dotted: bool) -> Found {
        let mut rules = Found::default();
        let token = &self.tokens[p];
        if dotted || token.case == Case::Upper && self.letters(p) <= 6 {
            rules.add(Rule::Acronym);
        } else if token.case == Case::Mixed {
            rules.add(Rule::MixedCase);
        }
        if known.given > 0 {
            rules.add(Rule::GivenAlone);
        }
        if known.surname > 0 {
            rules.add(Rule::Surname);
        }
        rules
    }

    /// Where the last word of a person's name begins.
    pub(crate) fn surname_at(&self, p: usize, q: usize) -> usize {
        let mut at = q - 1;
        while at > p && (self.tokens[at].gap == Gap::Glued || !self.capital(at)) {
            at -= 1;
        }
        at
    }

    /// Small words that belong to the name: «rue …», «al-…», and the year of nothing else.
    #[inline]
    pub(crate) fn widen(&mut self, p: usize, end: usize) -> (usize, usize, Option<Rule>) {
        if self.marks(p) & GLUED == 0 && self.may_end_before(p) & JOINS_BEFORE == 0 {
            return (p, end, None);
        }
        self.widened(p, end)
    }

    fn widened(&mut self, p: usize, end: usize) -> (usize, usize, Option<Rule>) {
        let floor = self.scratch.candidates.last().map_or(0, |c| c.end as usize);
        let mut first = p;
        if p >= floor + 2 && self.tokens[p].gap == Gap::Glued && matches!(self.of(p - 1), "-" | "‐")
        {
            let t = self.tokens[p - 2];
            if t.case == Case::Lower
                && t.len() <= 3
                && self.word(p - 2).has(NAME_LINK)
                && self.tokens[p - 1].gap == Gap::Glued
            {
                first = p - 2;
            }
        }
        // «ministère de l'Intérieur»
        if self.may_end_before(first) & JOINS_BEFORE == 0 {
            return (first, end, None);
        }
        let before = self
            .tokens
            .get(floor.max(first.saturating_sub(5))..first)
            .unwrap_or_default();
        for (back, t) in (1..).zip(before.iter().rev()) {
            if t.gap > Gap::Space && back > 1 || t.kind == Kind::Number {
                break;
            }
            let at = first - back;
            if t.case != Case::Lower || !self.word(at).has(HEADS) {
                continue;
            }
            let w = self.word(at);
            let head = w.length(HEADS);
            let gap = back.saturating_sub(head);
            let linked = gap == 0
                && (w.has(PLACE_HEAD_LOWER)
                    || w.has(ORG_HEAD_LOWER)
                        && (self.word(first).has(ORG_FIELD) || self.entries(first).place))
                || gap > 0
                    && self.word(at + head).length(ORG_LINK) == gap
                    && !self.word(at + head).has(COORDINATION);
            if linked && self.tokens[first].gap <= Gap::Space {
                let rule = if w.has(ORG_HEAD_LOWER) {
                    Rule::OrgHead
                } else {
                    Rule::PlaceHead
                };
                return (at, end, Some(rule));
            }
            break;
        }
        (first, end, None)
    }
}

/// The rules that speak for a name, a few at most.
struct Found {
    list: [Rule; 6],
    count: usize,
}

impl Default for Found {
    fn default() -> Self {
        Self {
            list: [Rule::Lone; 6],
            count: 0,
        }
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
