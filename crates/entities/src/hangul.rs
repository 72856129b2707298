//! Korean names: particles, titles and class words are written together with them.

use crate::endings::Base;
use crate::rules::Rule;
use crate::scan::{BEFORE_PERSON, Scan};
use crate::vocabulary::*;
use dateline_text::{Case, Gap, Kind, Script, word_key};

/// Letters of a surname and a given name.
const FULL: usize = 3;
/// Most words of a foreign name.
const WORDS: usize = 4;

/// A token without what is written together with it.
#[derive(Clone, Copy)]
pub(crate) struct Stem {
    letters: usize,
    base: Option<Base>,
}

impl Scan<'_, '_, '_> {
    /// Whether token `i` is a Korean word that is taken apart.
    pub(crate) fn is_hangul(&self, i: usize) -> bool {
        self.vocabulary.endings.outside
            && self
                .token(i)
                .is_some_and(|t| t.kind == Kind::Word && t.script == Script::Hangul)
    }

    /// The end of a name that begins at token `i`.
    pub(crate) fn hangul(&mut self, i: usize, end: usize) -> Option<usize> {
        let word = self.word(i);
        // «A씨»: papers leave of a name one letter.
        let letter = i > 0
            && self.tokens[i - 1].case == Case::Upper
            && self.letters(i - 1) == 1
            && self.tokens[i].gap <= Gap::Space
            && word.has(TITLE_AFTER);
        if letter {
            return Some(self.push(i - 1, i, false, &[Rule::Title]).max(i + 1));
        }
        let before = word.length(BEFORE_PERSON & !KIN);
        if before > 0 && i + before < end && self.tokens[i + before].gap == Gap::Space {
            let p = i + before;
            let rule = if word.has(TITLE) {
                Rule::Title
            } else {
                Rule::Job
            };
            let named = self.is_hangul(p) && self.word(p).is_plain();
            if named && let Some(stem) = self.full_name(p, false) {
                return Some(self.push_stem(p, p, stem, rule));
            }
        }
        if let Some(stem) = self.titled(i) {
            return Some(self.push_stem(i, i, stem, Rule::Title));
        }
        let known = self.entries(i);
        if known.strong {
            return None;
        }
        if let Some(place) = self.place_form(i) {
            if let Some(base) = place.base {
                self.decide_base(i, base);
                return Some(self.push(i, i + 1, false, &[Rule::PlaceTail]));
            }
            let next = self.places(i, i + 1, end);
            return Some(self.push(i, next, false, &[Rule::PlaceTail]));
        }
        if let Some((stem, slot)) = self.tail(i, 2) {
            if slot == ORG_TAIL
                && stem.base.is_none()
                && let Some(next) = self.bodies(i, i + 1, end)
            {
                return Some(next);
            }
            let rule = if slot == ORG_TAIL {
                Rule::OrgTail
            } else {
                Rule::PlaceTail
            };
            return Some(self.push_stem(i, i, stem, rule));
        }
        if word.is_plain()
            && let Some(next) = self.foreign_name(i, end)
        {
            return Some(next);
        }
        if !word.is_plain() && known.given == 0 {
            return None;
        }
        // «NAME, a minister»: the body of the office may stand between.
        let titled = |s: &Self, at: usize| {
            at < end && s.tokens[at].gap == Gap::Space && s.word(at).has(TITLE_AFTER)
        };
        let whole = Stem {
            letters: self.letters(i),
            base: None,
        };
        let short = whole.letters == 1 && self.syllable(i, 0, SURNAME);
        let office = titled(self, i + 1);
        if short && office
            || self.named(i, FULL)
                && whole.letters == FULL
                && (office || self.body(i + 1) && titled(self, i + 2))
        {
            return Some(self.push_stem(i, i, whole, Rule::Title));
        }
        let age = self.of(i + 1) == "("
            && self
                .token(i + 2)
                .is_some_and(|t| t.kind == Kind::Number && t.len() <= 2);
        if age && (2..=4).contains(&whole.letters) && self.syllable(i, 0, SURNAME) {
            return Some(self.push_stem(i, i, whole, Rule::Apposition));
        }
        if self.tail_slot(i) == NOT_NAME {
            return None;
        }
        let stem = self.full_name(i, true)?;
        Some(self.push_stem(i, i, stem, Rule::Given))
    }

    pub(crate) fn push_stem(&mut self, p: usize, last: usize, stem: Stem, rule: Rule) -> usize {
        if let Some(base) = stem.base {
            self.decide_base(last, base);
        }
        self.push(p, last + 1, false, &[rule])
    }

    /// Token `i` as it stands, and without each of its particles, longest first.
    fn stems(&mut self, i: usize) -> impl Iterator<Item = Stem> + use<> {
        let token = self.tokens[i];
        let letters = self.letters(i);
        let bases: Vec<Base> = self
            .bases(&token)
            .filter_map(|n| self.scratch.forms.bases.get(n).copied())
            .collect();
        let whole = Stem {
            letters,
            base: None,
        };
        let cut = bases.into_iter().map(|b| Stem {
            letters: usize::from(b.letters()),
            base: Some(b),
        });
        std::iter::once(whole).chain(cut)
    }

    /// Whether a letter of token `i` is one of these.
    fn syllable(&self, i: usize, at: usize, class: u8) -> bool {
        let letter = self.of(i).chars().nth(at);
        letter.is_some_and(|c| self.vocabulary.syllables(c) & class != 0)
    }

    /// Whether the first letters of token `i` are those of surnames and given names.
    fn named(&self, i: usize, letters: usize) -> bool {
        letters == FULL
            && self.syllable(i, 0, SURNAME)
            && self.syllable(i, 1, GIVEN_FIRST)
            && self.syllable(i, 2, GIVEN_LAST)
    }

    /// A surname and a given name at token `i`: alone only where the letters are those of given names, and none of them
    /// may be a particle.
    fn full_name(&mut self, i: usize, alone: bool) -> Option<Stem> {
        if !alone {
            let stems = self.stems(i);
            return stems
                .filter(|s| s.letters == FULL)
                .find(|_| self.syllable(i, 0, SURNAME));
        }
        if !self.named(i, FULL) {
            return None;
        }
        let letters = self.letters(i);
        let stems: Vec<Stem> = self.stems(i).collect();
        let particle = stems.iter().any(|s| s.letters == FULL - 1);
        stems
            .into_iter()
            .find(|s| s.letters == FULL)
            .filter(|s| !particle || s.letters < letters)
    }

    /// A name with a word of respect behind it, in one word: «NAME씨는».
    fn titled(&mut self, i: usize) -> Option<Stem> {
        let plain = self.word(i).is_plain();
        let stem = self
            .stems(i)
            .find(|s| s.base.is_some_and(|b| self.vocabulary.endings.titled(b)))?;
        let surname = self.syllable(i, 0, SURNAME);
        (plain && surname && (1..=4).contains(&stem.letters)).then_some(stem)
    }

    /// The slot of the longest class word that ends token `i`; 0 for none.
    fn tail_slot(&mut self, i: usize) -> u64 {
        self.longest_tail(i).map_or(0, |t| t.1)
    }

    /// The longest class word that ends the name in token `i`, with so many letters before it.
    pub(crate) fn tail(&mut self, i: usize, least: usize) -> Option<(Stem, u64)> {
        if !self.is_hangul(i) || !self.word(i).is_plain() {
            return None;
        }
        let (stem, slot, length) = self.longest_tail(i)?;
        (slot != NOT_NAME && stem.letters >= length + least).then_some((stem, slot))
    }

    fn longest_tail(&mut self, i: usize) -> Option<(Stem, u64, usize)> {
        let letters: Vec<char> = self.of(i).chars().collect();
        let stems: Vec<Stem> = self.stems(i).collect();
        let mut best: Option<(Stem, u64, usize)> = None;
        for stem in stems {
            let Some((slot, length)) = self
                .vocabulary
                .tail(letters.get(..stem.letters).unwrap_or_default())
            else {
                continue;
            };
            if best.is_none_or(|b| b.2 < length) {
                best = Some((stem, slot, length));
            }
        }
        best
    }

    /// Whether token `i` is an organization or a place.
    fn body(&mut self, i: usize) -> bool {
        self.is_hangul(i) && (self.entries(i).strong || self.tail(i, 2).is_some())
    }

    /// Token `i` as a place of the gazetteer with a letter that says which kind of place it is: «NAME시».
    fn place_form(&mut self, i: usize) -> Option<Stem> {
        if !self.word(i).is_plain() {
            return None;
        }
        let word: Vec<char> = self.of(i).chars().collect();
        let stems: Vec<Stem> = self.stems(i).collect();
        stems.into_iter().find(|stem| {
            let Some((last, name)) = word.get(..stem.letters).and_then(<[char]>::split_last) else {
                return false;
            };
            if name.len() < 2 || self.vocabulary.syllables(*last) & PLACE == 0 {
                return false;
            }
            let key = word_key(&name.iter().collect::<String>());
            let path = self.gazetteer.path().then(key);
            path.is_some_and(|path| {
                path.postings().any(|p| {
                    p.kind().is_place()
                        && !p.flags().weak()
                        && (p.own() || p.in_language(self.language))
                })
            })
        })
    }

    /// The end of words that are written like a foreign name: before a title or an age, or several of them.
    fn foreign_name(&mut self, i: usize, end: usize) -> Option<usize> {
        let mut q = i;
        let mut sure = 0;
        while q < end
            && q < i + WORDS
            && (q == i || self.tokens[q].gap == Gap::Space)
            && self.is_hangul(q)
            && self.word(q).is_plain()
            && (q == i || !self.entries(q).strong)
            && self.letters(q) >= 2
            && self.tail_slot(q) == 0
        {
            let stems: Vec<Stem> = self.stems(q).collect();
            let foreign = |letters: usize| {
                let of = self.of(q).chars().take(letters);
                of.filter(|c| self.vocabulary.syllables(*c) & FOREIGN != 0)
                    .count()
            };
            let last = stems
                .iter()
                .skip(1)
                .find(|s| s.letters >= 2 && foreign(s.letters) > 0)
                .copied();
            let n = foreign(self.letters(q));
            if n == 0 {
                break;
            }
            sure += usize::from(n >= 2);
            q += 1;
            let titled =
                q < end && self.tokens[q].gap == Gap::Space && self.word(q).has(TITLE_AFTER);
            if titled || self.of(q) == "(" && q > i + 1 {
                return Some(self.push(i, q, false, &[Rule::Title]));
            }
            if q > i + 1
                && sure > 0
                && let Some(stem) = last
            {
                return Some(self.push_stem(i, q - 1, stem, Rule::Foreign));
            }
            if last.is_some() && q == i + 1 && self.token(q).is_some_and(|t| t.kind == Kind::Symbol)
            {
                break;
            }
        }
        None
    }

    /// The end of a body of a body, or of one that a place names: «NAME국회 NAME위원회».
    pub(crate) fn bodies(&mut self, i: usize, stop: usize, end: usize) -> Option<usize> {
        let mut q = stop;
        let mut found = None;
        while q < end && q < i + WORDS && self.tokens[q].gap == Gap::Space {
            let Some((stem, ORG_TAIL)) = self.tail(q, 0) else {
                break;
            };
            found = Some((q, stem));
            q += 1;
            if stem.base.is_some() {
                break;
            }
        }
        let (last, stem) = found?;
        Some(self.push_stem(i, last, stem, Rule::OrgTail))
    }

    /// The end of a chain of places, the larger first: «NAME시 NAME구 NAME동».
    pub(crate) fn places(&mut self, i: usize, stop: usize, end: usize) -> usize {
        let mut q = stop;
        while q < end && q < i + WORDS && self.tokens[q].gap == Gap::Space && self.is_hangul(q) {
            let known = self.entries(q);
            if known.strong && known.place && self.word(q).is_plain() {
                q += usize::from(known.length);
                if known.inflected {
                    break;
                }
                continue;
            }
            let letters: Vec<char> = self.of(q).chars().collect();
            let stems: Vec<Stem> = self.stems(q).collect();
            let ends = |s: &Stem| {
                s.letters >= 2
                    && letters
                        .get(s.letters - 1)
                        .is_some_and(|c| self.vocabulary.syllables(*c) & PLACE != 0)
            };
            let stem = match self.tail(q, 1) {
                Some((stem, PLACE_TAIL)) => stem,
                _ => match stems.into_iter().find(ends) {
                    Some(stem) if self.word(q).is_plain() && self.tail_slot(q) == 0 => stem,
                    _ => break,
                },
            };
            q += 1;
            if let Some(base) = stem.base {
                self.decide_base(q - 1, base);
                break;
            }
        }
        q
    }
}
