//! Korean names: particles, titles and class words are written together with them.

use crate::rules::Rule;
use crate::scan::{BEFORE_PERSON, Scan};
use crate::vocabulary::*;
use dateline_text::{Gap, Kind, Script, word_key};

/// Letters of a surname and a given name.
const FULL: usize = 3;
/// Most words of a foreign name, and most places in a chain.
const WORDS: usize = 4;

/// A token without what is written together with it.
#[derive(Clone, Copy)]
pub(crate) struct Stem {
    /// Letters, and bytes.
    letters: usize,
    bytes: usize,
    whole: bool,
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
        if word.has(NOT_NAME) {
            return Some(i + 1);
        }
        let stems = self.stems(i);
        let slots = self.slots(i, &stems);
        // «A 씨»: papers leave of a name one letter.
        let letter = i > 0
            && self.capital(i - 1)
            && self.letters(i - 1) == 1
            && self.tokens[i].gap <= Gap::Space
            && slots & TITLE_AFTER != 0;
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
            if self.is_hangul(p) && self.syllable(p, 0, SURNAME) {
                let stems = self.stems(p);
                let full = stems.iter().find(|s| s.letters == FULL).copied();
                if let Some(stem) = full.filter(|_| self.slots(p, &stems) == 0) {
                    return Some(self.push_stem(p, p, stem, rule));
                }
            }
        }
        if slots & NOT_NAME != 0 {
            return Some(i + 1);
        }
        if slots == 0
            && let Some(stem) = self.titled(i, &stems)
        {
            return Some(self.push_stem(i, i, stem, Rule::Title));
        }
        let known = self.entries(i);
        if known.strong {
            return None;
        }
        if slots != 0 {
            return (known.given == 0).then_some(i + 1);
        }
        if let Some(stem) = self.place_form(i, &stems) {
            let next = if stem.whole {
                self.places(i, i + 1, end)
            } else {
                i + 1
            };
            return Some(self.push_stem(i, next - 1, stem, Rule::PlaceTail));
        }
        let tail = self.longest_tail(i, &stems);
        if let Some((stem, slot, length)) = tail
            && slot & (ORG_TAIL | PLACE_TAIL) != 0
            && stem.letters >= length + 2
        {
            if slot == ORG_TAIL
                && stem.whole
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
        if tail.is_some_and(|t| t.1 == NOT_NAME) {
            return None;
        }
        if let Some(next) = self.foreign_name(i, end) {
            return Some(next);
        }
        if !self.syllable(i, 0, SURNAME) {
            return None;
        }
        // «NAME, a minister»: the body of the office may stand between.
        let whole = stems[0];
        let office = self.office(i + 1, end);
        let named = whole.letters == FULL
            && self.syllable(i, 1, GIVEN_FIRST)
            && self.syllable(i, 2, GIVEN_LAST);
        if office && (whole.letters == 1 || named)
            || named && self.body(i + 1) && self.office(i + 2, end)
        {
            return Some(self.push_stem(i, i, whole, Rule::Title));
        }
        let age = self.of(i + 1) == "("
            && self
                .token(i + 2)
                .is_some_and(|t| t.kind == Kind::Number && t.len() <= 2);
        if age && (2..=4).contains(&whole.letters) {
            return Some(self.push_stem(i, i, whole, Rule::Apposition));
        }
        // Alone only where the letters are those of names, and the last is no particle.
        let given = self.syllable(i, 1, GIVEN_FIRST) && self.syllable(i, 2, GIVEN_LAST);
        let particle = stems.iter().any(|s| s.letters == FULL - 1);
        let full = stems.iter().find(|s| s.letters == FULL).copied();
        let stem = full.filter(|s| given && (!particle || !s.whole))?;
        Some(self.push_stem(i, i, stem, Rule::Given))
    }

    /// Adds the name that begins at `p` and ends with a part of token `last`.
    pub(crate) fn push_stem(&mut self, p: usize, last: usize, stem: Stem, rule: Rule) -> usize {
        self.cut(last, stem);
        self.push(p, last + 1, false, &[rule])
    }

    /// Decides that token `i` is a form of this part of it.
    fn cut(&mut self, i: usize, stem: Stem) {
        if !stem.whole {
            let key = word_key(self.of(i).get(..stem.bytes).unwrap_or_default());
            self.decide_base(i, key);
        }
    }

    /// Token `i` as it stands, and without each of its particles, longest first.
    fn stems(&mut self, i: usize) -> Vec<Stem> {
        let token = self.tokens[i];
        let word = self.of(i);
        let mut stems = vec![Stem {
            letters: word.chars().count(),
            bytes: word.len(),
            whole: true,
        }];
        for n in self.bases(&token) {
            let letters = usize::from(self.scratch.forms.bases[n].stem);
            let bytes = word.char_indices().nth(letters).map_or(word.len(), |c| c.0);
            stems.push(Stem {
                letters,
                bytes,
                whole: false,
            });
        }
        stems
    }

    /// What the tables say of token `i` with any of its particles.
    fn slots(&mut self, i: usize, stems: &[Stem]) -> u64 {
        let token = self.tokens[i];
        let mut slots = self.vocabulary.slots(token.key);
        if stems.len() > 1 {
            for n in self.bases(&token) {
                let base = self.scratch.forms.bases[n];
                slots |= self.vocabulary.slots(base.key);
            }
        }
        slots
    }

    /// Whether a letter of token `i` is one of these.
    fn syllable(&self, i: usize, at: usize, class: u8) -> bool {
        let letter = self.of(i).chars().nth(at);
        letter.is_some_and(|c| self.vocabulary.syllables(c) & class != 0)
    }

    /// Whether an office stands at token `i`, behind a person's name.
    fn office(&mut self, i: usize, end: usize) -> bool {
        if i >= end || self.tokens[i].gap != Gap::Space || !self.is_hangul(i) {
            return i < end && self.tokens[i].gap == Gap::Space && self.word(i).has(TITLE_AFTER);
        }
        let stems = self.stems(i);
        let slots = self.slots(i, &stems);
        if slots & ROLE_MODIFIER != 0 && i + 1 < end && self.is_hangul(i + 1) {
            let stems = self.stems(i + 1);
            return self.slots(i + 1, &stems) & TITLE_AFTER != 0;
        }
        slots & TITLE_AFTER != 0
    }

    /// A name with a word of respect behind it, in one word: «NAME씨는».
    fn titled(&self, i: usize, stems: &[Stem]) -> Option<Stem> {
        let word = self.of(i);
        if !self.syllable(i, 0, SURNAME) {
            return None;
        }
        stems.iter().find_map(|stem| {
            let (slot, length) = self.vocabulary.tail(word.get(..stem.bytes)?)?;
            let letters = stem.letters.checked_sub(length)?;
            let bytes = word.char_indices().nth(letters)?.0;
            let name = Stem {
                letters,
                bytes,
                whole: false,
            };
            (slot == TITLE_AFTER && (1..=4).contains(&letters)).then_some(name)
        })
    }

    /// The longest class word that ends the name in token `i`.
    fn longest_tail(&self, i: usize, stems: &[Stem]) -> Option<(Stem, u64, usize)> {
        let word = self.of(i);
        let mut best: Option<(Stem, u64, usize)> = None;
        for stem in stems {
            let name = word.get(..stem.bytes).unwrap_or_default();
            if let Some((slot, length)) = self.vocabulary.tail(name)
                && slot != TITLE_AFTER
                && best.is_none_or(|b| b.2 < length)
            {
                best = Some((*stem, slot, length));
            }
        }
        best
    }

    /// Whether token `i` is an organization or a place.
    fn body(&mut self, i: usize) -> bool {
        if !self.is_hangul(i) {
            return false;
        }
        let stems = self.stems(i);
        let tail = self.longest_tail(i, &stems);
        self.entries(i).strong
            || tail
                .is_some_and(|(stem, slot, length)| slot != NOT_NAME && stem.letters >= length + 2)
    }

    /// Token `i` as a place of the gazetteer with a letter that says which kind of place it is: «NAME시».
    fn place_form(&self, i: usize, stems: &[Stem]) -> Option<Stem> {
        let word = self.of(i);
        stems.iter().copied().find(|stem| {
            let name = word.get(..stem.bytes).unwrap_or_default();
            let Some((at, last)) = name.char_indices().next_back() else {
                return false;
            };
            if stem.letters < 3 || self.vocabulary.syllables(last) & PLACE == 0 {
                return false;
            }
            let key = word_key(&name[..at]);
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
        while q < end && q < i + WORDS && (q == i || self.tokens[q].gap == Gap::Space) {
            let foreign = |s: &Self, letters: usize| {
                let of = s.of(q).chars().take(letters);
                of.filter(|c| s.vocabulary.syllables(*c) & FOREIGN != 0)
                    .count()
            };
            let n = foreign(self, usize::MAX);
            if n == 0 || !self.is_hangul(q) || self.letters(q) < 2 {
                break;
            }
            let stems = self.stems(q);
            let unknown = self.slots(q, &stems) == 0 && self.longest_tail(q, &stems).is_none();
            if !unknown || q > i && self.entries(q).strong {
                break;
            }
            let cut = stems.iter().skip(1);
            let last = cut
                .copied()
                .find(|s| s.letters >= 2 && foreign(self, s.letters) > 0);
            sure += usize::from(n >= 2);
            q += 1;
            if self.office(q, end) || q > i + 1 && self.of(q) == "(" {
                return Some(self.push(i, q, false, &[Rule::Title]));
            }
            if q > i + 1
                && sure > 0
                && let Some(stem) = last
            {
                return Some(self.push_stem(i, q - 1, stem, Rule::Foreign));
            }
        }
        None
    }

    /// The end of a body of a body, or of one that a place names: «NAME국회 NAME위원회».
    pub(crate) fn bodies(&mut self, i: usize, stop: usize, end: usize) -> Option<usize> {
        let mut q = stop;
        let mut found = None;
        while q < end && q < i + WORDS && self.tokens[q].gap == Gap::Space && self.is_hangul(q) {
            let stems = self.stems(q);
            match self.longest_tail(q, &stems) {
                Some((stem, ORG_TAIL, _)) if self.slots(q, &stems) == 0 => found = Some((q, stem)),
                _ => break,
            }
            if found.is_some_and(|f| !f.1.whole) {
                break;
            }
            q += 1;
        }
        let (last, stem) = found?;
        Some(self.push_stem(i, last, stem, Rule::OrgTail))
    }

    /// The end of a chain of places, the larger first: «NAME시 NAME구 NAME동».
    pub(crate) fn places(&mut self, i: usize, stop: usize, end: usize) -> usize {
        let mut q = stop;
        while q < end && q < i + WORDS && self.tokens[q].gap == Gap::Space && self.is_hangul(q) {
            let stems = self.stems(q);
            if self.slots(q, &stems) != 0 {
                break;
            }
            let known = self.entries(q);
            if known.strong && known.place {
                q += usize::from(known.length);
                if known.inflected {
                    break;
                }
                continue;
            }
            let word = self.of(q);
            let ends = |s: &&Stem| {
                let last = word.get(..s.bytes).and_then(|w| w.chars().next_back());
                s.letters >= 2 && last.is_some_and(|c| self.vocabulary.syllables(c) & PLACE != 0)
            };
            let stem = match self.longest_tail(q, &stems) {
                Some((stem, PLACE_TAIL, length)) if stem.letters > length => stem,
                None => match stems.iter().find(ends) {
                    Some(stem) => *stem,
                    None => break,
                },
                _ => break,
            };
            self.cut(q, stem);
            q += 1;
            if !stem.whole {
                break;
            }
        }
        q
    }
}
