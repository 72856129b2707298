//! Names in Chinese characters and katakana: between the borders that marks and small words draw, by class words and by
//! the characters that write names.

use crate::rules::Rule;
use crate::scan::Scan;
use crate::vocabulary::*;
use dateline_text::{Gap, Kind, Script};

/// Most characters of a name that ends in a class word.
const CLASSED: usize = 14;
/// Most characters of a given name.
const GIVEN: usize = 3;
/// Words that are no part of a name, so that one begins behind them and another ends before them.
const BORDER: u64 = NOT_NAME
    | TITLE
    | TITLE_AFTER
    | JOB
    | KIN
    | ROLE_MODIFIER
    | PERSON_VERB
    | PERSON_VERB_BEFORE
    | PLACE_PREP
    | PLACE_BEFORE
    | ORG_BEFORE
    | COORDINATION;

/// Those of them that stand beside persons.
const BESIDE_PERSON: u64 =
    TITLE | TITLE_AFTER | JOB | KIN | PERSON_VERB | PERSON_VERB_BEFORE | COORDINATION;

impl Scan<'_, '_, '_> {
    /// The character of token `i`, if it is one that writes names: a Chinese one, or katakana.
    fn name_character(&self, i: usize) -> Option<char> {
        let token = self.token(i).filter(|t| t.kind == Kind::Character)?;
        let c = self.of(i).chars().next()?;
        let katakana = matches!(c, '\u{30A1}'..='\u{30FA}' | 'ー');
        (token.script == Script::Han || katakana).then_some(c)
    }

    /// Whether token `i` goes on in what stands before it.
    fn goes_on_from(&self, i: usize) -> bool {
        self.token(i).is_some_and(|t| t.gap == Gap::Glued)
    }

    /// What a character is in names.
    fn class(&self, i: usize) -> u8 {
        self.name_character(i)
            .map_or(0, |c| self.vocabulary.syllables(c))
    }

    /// Whether a name may begin at token `i`.
    fn begins(&self, i: usize) -> bool {
        self.begins_clearly(i)
            || self.may_end_before(i) & BORDER != 0
                && (1..=4.min(i)).any(|n| {
                    let slots = self.exactly(i - n, n);
                    // Small words of one character are parts of names too.
                    let part = n == 1
                        && (slots & (ORG_FIELD | ORG_ADJECTIVE) != 0
                            || self.class(i - 1) & (GIVEN_FIRST | GIVEN_LAST | FOREIGN) != 0);
                    slots & BORDER != 0 && !part
                })
    }

    /// Whether a mark, another script, a name or a word beside persons stands before token `i`.
    fn begins_clearly(&self, i: usize) -> bool {
        i == 0
            || !self.goes_on_from(i)
            || self.name_character(i - 1).is_none()
            || self
                .scratch
                .candidates
                .last()
                .is_some_and(|c| c.end as usize == i)
            || self.may_end_before(i) & BESIDE_PERSON != 0 && self.before(i) & BESIDE_PERSON != 0
    }

    /// Whether a name may end before token `q`.
    fn ends(&self, q: usize, end: usize) -> bool {
        q >= end
            || !self.goes_on_from(q)
            || self.name_character(q).is_none()
            || self.word(q).has(BORDER)
    }

    /// Whether a mark, another script or a word beside persons stands at token `q`.
    fn ends_clearly(&self, q: usize, end: usize) -> bool {
        q >= end
            || !self.goes_on_from(q)
            || self.name_character(q).is_none()
            || self.word(q).has(BESIDE_PERSON)
    }

    /// The end of a name in Chinese characters that begins at token `i`.
    pub(crate) fn han(&mut self, i: usize, end: usize) -> Option<usize> {
        self.name_character(i)?;
        let known = self.entries(i);
        let stop = i + usize::from(known.length);
        if let Some(next) = self.transliterated(i, stop, known.strong, end) {
            return Some(next);
        }
        if known.strong && stop > i + 1 {
            // «NAME language», «NAME people»: no name.
            let people =
                self.goes_on_from(stop) && stop < end && self.class(stop) & PEOPLE_END != 0;
            if people && self.word(stop).length(u64::MAX) <= 1 && self.entries(stop).length <= 1 {
                return Some(stop + 1);
            }
            // Places of places: the larger stands first.
            let mut last = stop;
            while known.place && last < end && self.goes_on_from(last) {
                let next = self.entries(last);
                if !(next.strong && next.place) || next.length < 2 {
                    break;
                }
                last += usize::from(next.length);
            }
            let chain = (last > stop).then_some(last);
            return match self.classed(i, last, end) {
                None => chain.map(|last| self.push(i, last, false, &[Rule::PlaceTail])),
                next => next,
            };
        }
        let border = self.word(i).length(BORDER);
        if border > 1 {
            return Some(i + border);
        }
        if border > 0 || !self.begins(i) {
            return None;
        }
        if let Some(next) = self.surname_and_given(i, end) {
            return Some(next);
        }
        self.classed(i, i + 1, end)
    }

    /// The end of a name of characters that write foreign names; dots may part it.
    fn transliterated(&mut self, i: usize, stop: usize, strong: bool, end: usize) -> Option<usize> {
        if self.class(i) & FOREIGN == 0 {
            return None;
        }
        let (mut q, mut sure, mut dots) = (i, 0, 0);
        while q < end && (q == i || self.goes_on_from(q)) {
            let class = self.class(q);
            let dot = matches!(self.of(q), "·" | "•" | "・" | "‧" | "．");
            if dot && self.class(q + 1) & FOREIGN != 0 && self.goes_on_from(q + 1) {
                dots += 1;
            } else if class & FOREIGN == 0 || self.word(q).length(BORDER) > 1 {
                break;
            }
            sure += usize::from(class & SURE != 0);
            q += 1;
        }
        if dots > 0 && sure > 0 {
            return Some(self.push(i, q, false, &[Rule::Given]));
        }
        let long = q - i >= 3 && sure >= 2 && sure * 2 >= q - i;
        let short = q == i + 2 && sure == 2 && self.begins(i) && self.ends(q, end);
        if strong && stop >= q || !(long || short) || self.word(i).has(BORDER) {
            return None;
        }
        if strong && stop > i + 1 {
            return None;
        }
        if let Some(next) = self.classed(i, q, end) {
            return Some(next);
        }
        Some(self.push(i, q, false, &[Rule::Foreign]))
    }

    /// Whether token `i` may be part of a given name: also a small word of one character that names have.
    fn inside_name(&self, i: usize) -> bool {
        match self.word(i).length(BORDER) {
            0 => true,
            1 => self.class(i) & (GIVEN_FIRST | GIVEN_LAST) != 0,
            _ => false,
        }
    }

    /// The end of a surname and a given name, between borders.
    fn surname_and_given(&mut self, i: usize, end: usize) -> Option<usize> {
        let known = self.entries(i);
        let listed = usize::from(known.surname);
        let single = self.class(i) & SURNAME != 0;
        let surname = if listed > 1 {
            listed
        } else {
            usize::from(single || listed > 0)
        };
        if surname == 0 || self.word(i).length(u64::MAX) > surname {
            return None;
        }
        for n in (1..=GIVEN).rev() {
            let q = i + surname + n;
            let named = (i + surname..q).all(|at| {
                at < end
                    && self.goes_on_from(at)
                    && self.name_character(at).is_some()
                    && self.inside_name(at)
            });
            if !named || !self.ends(q, end) {
                continue;
            }
            let given = match (single, surname) {
                // A surname of one character has a given name of at most two, of characters that are used so.
                (true, 1) => {
                    let clear = n == 2 || self.begins_clearly(i) && self.ends_clearly(q, end);
                    n <= 2
                        && clear
                        && (i + 1..q).all(|at| self.class(at) & (GIVEN_FIRST | GIVEN_LAST) != 0)
                }
                (_, 1) => n == 2 && self.class(q - 1) & GIVEN_LAST != 0,
                _ => n == 2 || self.class(q - 1) & GIVEN_LAST != 0,
            };
            if given && (usize::from(known.length) < surname + n || !known.strong) {
                return Some(self.push(i, q, false, &[Rule::Given]));
            }
        }
        let q = i + surname;
        let alone = listed > 1 && !known.place && self.ends(q, end) && !self.word(i).has(WEAK_WORD);
        if alone && !self.word(q).has(TITLE_AFTER) {
            return Some(self.push(i, q, false, &[Rule::SurnameAlone]));
        }
        None
    }

    /// The end of a name that the last class word before a border ends; what begins at `i` goes to `from` at least.
    fn classed(&mut self, i: usize, from: usize, end: usize) -> Option<usize> {
        let mut q = from;
        let mut found = None;
        while q < end.min(i + CLASSED) && self.goes_on_from(q) {
            if self.of(q) == "・"
                && self.goes_on_from(q + 1)
                && self.name_character(q + 1).is_some()
            {
                q += 1;
                continue;
            }
            if self.name_character(q).is_none() {
                break;
            }
            let word = self.word(q);
            let org = word.length(ORG_TAIL);
            let event = word.length(EVENT_TAIL);
            let length = org.max(event).max(word.length(PLACE_TAIL));
            let inner = word.length(ORG_FIELD | ORG_ADJECTIVE);
            if word.length(BORDER) > length.max(inner) {
                break;
            }
            if length == 0 {
                q += inner.max(1);
                continue;
            }
            let rule = match length {
                n if n == event => Rule::Event,
                n if n == org => Rule::OrgTail,
                _ => Rule::PlaceTail,
            };
            // One character alone is a class word only at the border.
            let stop = q + length;
            let least = if rule == Rule::OrgTail { 2 } else { 1 };
            if q >= i + least && (length > 1 || self.ends(stop, end) || from > i + 1) {
                found = Some((stop, rule));
            }
            q = stop;
        }
        let (stop, rule) = found?;
        Some(self.push(i, stop, false, &[rule]))
    }
}
