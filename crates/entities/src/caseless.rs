//! Names in scripts without capitals: what the gazetteer knows, and what the words of the tables begin and end.

use crate::rules::Rule;
use crate::scan::{BEFORE_PERSON, Scan};
use crate::vocabulary::*;
use dateline_text::{Gap, Kind, Script};

/// Most words of a person's name.
const WORDS: usize = 3;
/// Most characters of a surname and a given name in Han characters.
const SURNAME_AND_GIVEN: usize = 5;
/// Most characters of a name that only a word before it shows, in scripts without spaces.
const CHARACTERS: usize = 24;
/// Most words between the head of an organization's name and its end.
const COMPLEMENT: usize = 5;

impl Scan<'_, '_, '_> {
    /// Reads what begins at token `i` of a sentence that ends at `end`; where to go on.
    pub(crate) fn without_case(&mut self, i: usize, end: usize) -> usize {
        if self.is_taken(i) {
            return i + 1;
        }
        let found = match self.tokens[i].kind {
            Kind::Word if self.is_hangul(i) => self.hangul(i, end),
            Kind::Word => self.spaced(i, end),
            _ => self.unspaced(i, end),
        };
        if let Some(next) = found {
            return next.max(i + 1);
        }
        let known = self.entries(i);
        let stop = i + usize::from(known.length);
        let letters: usize = (i..stop).map(|t| self.letters(t)).sum();
        if !known.strong || letters < 2 {
            return i + 1;
        }
        self.with_tail(i, stop, end).max(i + 1)
    }

    /// A known name, with the word that ends a longer one: «東京» and «大学».
    fn with_tail(&mut self, i: usize, stop: usize, end: usize) -> usize {
        if self.is_hangul(stop) && !self.entries(i).inflected {
            if let Some(next) = self.bodies(i, stop, end) {
                return next;
            }
            let next = self.places(i, stop, end);
            if next > stop && self.entries(i).place {
                return self.push(i, next, false, &[Rule::PlaceTail]);
            }
        }
        let mut q = stop;
        for _ in 0..COMPLEMENT {
            if q >= end || self.tokens[q].gap > Gap::Space {
                break;
            }
            let word = self.word(q);
            let (org, place) = (word.length(ORG_TAIL), word.length(PLACE_TAIL));
            // A longer word that is no name only begins like a class word.
            if word.length(NOT_NAME) > org.max(place) {
                break;
            }
            if org > 0 {
                return self.push(i, q + org, false, &[Rule::OrgTail]);
            }
            if place > 0 && q == stop {
                return self.push(i, q + place, false, &[Rule::PlaceTail]);
            }
            match word.length(ORG_FIELD | ORG_ADJECTIVE) {
                0 => break,
                n => q += n,
            }
        }
        self.push(i, stop, false, &[])
    }

    /// Whether token `i` goes on in the sentence without a border, and no table speaks of it.
    fn goes_on(&self, i: usize, end: usize) -> bool {
        i < end
            && self.tokens[i].kind == Kind::Word
            && self.tokens[i].gap <= Gap::Space
            && !self.is_taken(i)
            && self.word(i).is_plain()
    }

    /// The end of a person's name that may begin at `p`: words that no table knows, or names of persons;
    /// too many words are a sentence.
    fn person_words(&mut self, p: usize, end: usize) -> usize {
        let initials = usize::from(self.entries(p).given).saturating_sub(1);
        let most = match self.vocabulary.name_words {
            0 => 0,
            most => most + initials,
        };
        let mut q = p;
        while q < end && q - p <= WORDS.max(most) {
            if most > 0 && q == p + most {
                return q;
            }
            let known = self.entries(q);
            let name = known.given > 0 || known.surname > 0;
            if !(self.goes_on(q, end) || name && self.tokens[q].kind == Kind::Word) {
                break;
            }
            if known.strong && known.place && !name || !name && self.ends_common(q) {
                break;
            }
            // «NAME of NAME»: a particle begins something else.
            if most > 0
                && q > p
                && !name
                && self.vocabulary.endings.are_cases()
                && self.behind_particle(q)
            {
                break;
            }
            q += usize::from(known.given).max(1);
            // «NAME's death»: the case ends the name.
            if most > 0 && known.evidence != 0 && !known.behind {
                return q;
            }
        }
        if q - p > WORDS.max(most) { p } else { q }
    }

    /// Whether token `i` ends like words that are no names.
    fn ends_common(&self, i: usize) -> bool {
        let tail = self.vocabulary.tail(self.of(i));
        tail.is_some_and(|t| t.0 == NOT_NAME)
    }

    /// Whether token `i` begins with a particle that is written together with names.
    fn behind_particle(&mut self, i: usize) -> bool {
        let token = self.tokens[i];
        let bases = self.bases(&token);
        self.scratch.forms.bases[bases].iter().any(|b| b.front > 0)
    }

    /// The end of a name that a class word ends, with at most one word before it that no table knows.
    fn with_class(&mut self, i: usize, end: usize) -> Option<usize> {
        let mut q = i;
        if self.word(i).is_plain() && !self.ends_common(i) && self.letters(i) >= 2 {
            q += 1;
        }
        for n in 0..COMPLEMENT {
            if q >= end || q > i && self.tokens[q].gap != Gap::Space {
                break;
            }
            let word = self.word(q);
            let (org, place) = (word.length(ORG_TAIL), word.length(PLACE_TAIL));
            let common = q == i + 1 && n == 0 && word.has(WEAK_WORD);
            if org > 0 && q > i && !common {
                return Some(self.push(i, q + org, false, &[Rule::OrgTail]));
            }
            if place > 0 && q == i + 1 && n == 0 {
                return Some(self.push(i, q + place, false, &[Rule::PlaceTail]));
            }
            if q == i + 1 && n == 0 && word.has(PLACE_AFTER) {
                return Some(self.push(i, q, false, &[Rule::PlaceAfter]));
            }
            match word.length(ORG_FIELD | ORG_ADJECTIVE) {
                0 => break,
                n => q += n,
            }
        }
        None
    }

    fn spaced(&mut self, i: usize, end: usize) -> Option<usize> {
        let word = self.word(i);
        let title = word.length(BEFORE_PERSON & !KIN);
        if title > 0 {
            let p = i + title;
            let q = self.person_words(p, end);
            let known = self.entries(p);
            let only_job = self.vocabulary.name_words > 0 && !word.has(TITLE | HONORIFIC);
            if only_job && known.given == 0 {
                return None;
            }
            if q > p && !(known.strong && usize::from(known.length) > q - p) {
                return Some(self.push(p, q, false, &[]));
            }
        }
        let head = word.length(ORG_HEAD);
        if head > 0 {
            let mut q = i + head;
            for _ in 0..COMPLEMENT {
                if q >= end || self.tokens[q].gap > Gap::Space {
                    break;
                }
                let known = self.entries(q);
                let place = if known.strong && known.place {
                    usize::from(known.length)
                } else {
                    0
                };
                match self
                    .word(q)
                    .length(ORG_FIELD | ORG_ADJECTIVE | ORG_LINK)
                    .max(place)
                {
                    0 => break,
                    n => q += n,
                }
            }
            if q > i + head {
                return Some(self.push(i, q, false, &[Rule::OrgHead]));
            }
        }
        let head = word.length(PLACE_HEAD);
        if head > 0 && !word.has(NOT_NAME) {
            let p = i + head;
            let next = self.entries(p);
            let place = next.strong && next.place;
            if p < end && self.tokens[p].gap == Gap::Space && (place || self.goes_on(p, end)) {
                let stop = p + usize::from(next.length).max(1);
                return Some(self.push(i, stop.min(end), false, &[Rule::PlaceHead]));
            }
        }
        let known = self.entries(i);
        let given = usize::from(known.given);
        if given > 0 && usize::from(known.length) <= given {
            let cased = self.vocabulary.name_words > 0 && known.evidence != 0 && !known.behind;
            let q = if cased {
                i + given
            } else {
                self.person_words(i + given, end)
            };
            let surname = q > i + given && self.entries(i + given).surname > 0;
            if surname || q == i + given + 1 && !known.behind {
                return Some(self.push(i, q, false, &[Rule::Given]));
            }
        }
        // A name before its title: «윤석열 대통령».
        let letters = self.letters(i);
        let titled = i + 1 < end
            && self.tokens[i + 1].gap == Gap::Space
            && self.word(i + 1).has(TITLE_AFTER);
        if titled && (2..=4).contains(&letters) && word.is_plain() && !known.place {
            return Some(self.push(i, i + 1, false, &[Rule::Title]));
        }
        if known.strong {
            return None;
        }
        self.with_class(i, end)
    }

    fn unspaced(&mut self, i: usize, end: usize) -> Option<usize> {
        let word = self.word(i);
        let head = word.length(PERSON_HEAD);
        if head > 0 && word.length(TITLE | JOB | NOT_NAME) <= head {
            let q = self.groups(i + head, end, 2);
            if q > i + head {
                return Some(self.push(i, q, false, &[Rule::Title]));
            }
        }
        // In scripts that part clauses by spaces the head of a body or a place goes on to the next of these.
        if !matches!(self.tokens[i].script, Script::Han | Script::Kana) {
            let (org, place) = (word.length(ORG_HEAD), word.length(PLACE_HEAD));
            let head = org.max(place);
            let q = self.groups(i + head, end, 1);
            if head > 0 && word.length(NOT_NAME | TITLE | JOB) <= head && q > i + head {
                let rule = if org >= place {
                    Rule::OrgHead
                } else {
                    Rule::PlaceHead
                };
                return Some(self.push(i, q, false, &[rule]));
            }
        }
        let known = self.entries(i);
        if let Some(next) = self.han(i, end) {
            return Some(next);
        }
        // A name of a few characters before its title, from the border of the characters that are no syllables.
        let han = |s: &Self, at: usize| s.tokens[at].script == Script::Han;
        let begins = i == 0 || self.tokens[i].gap != Gap::Glued || !han(self, i - 1);
        if begins && han(self, i) && !known.strong && self.word(i).is_plain() {
            for q in i + 1..end.min(i + 1 + SURNAME_AND_GIVEN) {
                let titled = self.tokens[q].gap == Gap::Glued && self.word(q).has(TITLE_AFTER);
                if titled && (q > i + 1 || known.surname > 0) {
                    return Some(self.push(i, q, false, &[Rule::Title]));
                }
                let given = q - i > usize::from(known.surname) && known.surname > 0;
                let said = self.word(q).has(PERSON_VERB)
                    || matches!(self.of(q), "（" | "(")
                        && self.token(q + 1).is_some_and(|t| t.kind == Kind::Number);
                if given && said && q - i <= 4 {
                    return Some(self.push(i, q, false, &[Rule::Given]));
                }
                if !han(self, q) || self.tokens[q].gap != Gap::Glued || self.word(q).has(NOT_NAME) {
                    break;
                }
            }
        }
        let (q, dotted) = self.katakana(i, end);
        let part = (i..q)
            .rev()
            .find(|at| self.of(*at) == "・")
            .map_or(i, |at| at + 1);
        if q >= i + 3 && self.word(part).has(NOT_NAME) {
            return Some(q);
        }
        if q >= i + 3 && q > i + usize::from(known.length) {
            if self.word(q).has(TITLE_AFTER) {
                return Some(self.push(i, q, false, &[Rule::Title]));
            }
            if dotted {
                return Some(self.push(i, q, false, &[Rule::Given]));
            }
            return Some(q);
        }
        None
    }

    /// The end of so many groups of characters with spaces between: a Thai name after its title has two.
    fn groups(&self, p: usize, end: usize, most: usize) -> usize {
        let mut q = p;
        let mut groups = 1;
        while q < end && q - p < CHARACTERS && self.tokens[q].kind == Kind::Character {
            if q > p && self.tokens[q].gap != Gap::Glued {
                groups += 1;
                if groups > most {
                    break;
                }
            }
            if q > p && self.word(q).has(PERSON_VERB | TITLE | JOB | NOT_NAME) {
                break;
            }
            q += 1;
        }
        q
    }

    /// The end of a run of katakana, and whether a middle dot parts it.
    fn katakana(&self, i: usize, end: usize) -> (usize, bool) {
        let mut q = i;
        let mut dotted = false;
        while q < end && (q == i || self.tokens[q].gap == Gap::Glued) {
            match self.of(q).chars().next() {
                Some('・' | '=' | '＝') if q > i => dotted = true,
                // An initial between two dots.
                Some('A'..='Z') if dotted && self.of(q - 1) == "・" && self.of(q + 1) == "・" => {
                }
                Some('\u{30A1}'..='\u{30FA}' | 'ー') => {}
                _ => break,
            }
            q += 1;
        }
        while q > i && matches!(self.of(q - 1), "・" | "=" | "＝") {
            q -= 1;
        }
        (q, dotted)
    }
}
