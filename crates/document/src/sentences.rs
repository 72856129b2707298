//! Where sentences end inside a block.

use crate::marks::Mark;
use crate::reader::Reader;
use dateline_text::{Case, Gap, Kind, Token};

/// No sentence is longer: every fact carries its sentence, so that a table without a full stop
/// would otherwise grow with the square of its length.
const LONGEST: usize = 250;

impl Reader<'_> {
    /// Calls `sentence(first, end)` for each sentence of the block; they tile it.
    pub(crate) fn sentences(
        &self,
        first: usize,
        end: usize,
        mut sentence: impl FnMut(usize, usize),
    ) {
        let mut start = first;
        let mut skip = first;
        for i in self.breaks(first, end) {
            while i >= start + LONGEST {
                sentence(start, start + LONGEST);
                start += LONGEST;
            }
            let token = &self.tokens[i];
            if i < skip || token.kind != Kind::Symbol {
                continue;
            }
            let mark = Mark::of(self.text, token);
            if !(mark.ends() || self.slots.stop.is_some() && self.ends(i)) {
                continue;
            }
            let next = self.past_end(i, end);
            skip = next;
            if next < end && self.is_end(start, i, next, end) {
                sentence(start, next);
                start = next;
            }
        }
        while end > start + LONGEST {
            sentence(start, start + LONGEST);
            start += LONGEST;
        }
        if start < end {
            sentence(start, end);
        }
    }

    /// Past the mark at `i`, further marks, and what closes behind them: quotes, brackets, notes.
    fn past_end(&self, i: usize, end: usize) -> usize {
        let mut j = i + 1;
        while j < end {
            let glued = self.gap(j) == Gap::Glued;
            match self.mark(j) {
                mark if mark.ends() && glued => j += 1,
                Mark::Close => j += 1,
                Mark::Quote if glued && !(self.opens_only(j) && self.gap(j + 1) == Gap::Glued) => {
                    j += 1
                }
                // French prints a space before », and old tokenised text before all.
                Mark::Quote
                    if !glued
                        && !self.opens_only(j)
                        && (j + 1 == end
                            || self.gap(j + 1) != Gap::Glued
                            || self.mark(j + 1) == Mark::Comma) =>
                {
                    j += 1;
                }
                // «… in 1848.[3] Then»
                Mark::Open if glued => match self.closing(j, end, 4) {
                    Some(close) if self.kind(j + 1) == Some(Kind::Number) => j = close + 1,
                    _ => break,
                },
                _ => break,
            }
        }
        j
    }

    /// Quotation marks that open wherever what surrounds them does not tell.
    fn opens_only(&self, i: usize) -> bool {
        matches!(self.tokens[i].of(self.text), "«" | "“" | "„" | "‘" | "‹")
    }

    /// Whether the sentence from `start` ends with the mark at `i`; `next` is the token behind all
    /// that closes it.
    fn is_end(&self, start: usize, i: usize, next: usize, end: usize) -> bool {
        // «(…)», «[...]» leave words out.
        if i > start && self.mark(i - 1) == Mark::Open && self.mark(next - 1) == Mark::Close {
            return false;
        }
        let mark = self.mark(i);
        if mark == Mark::Full {
            return self.mark(next) != Mark::Comma;
        }
        if self.gap(next) == Gap::Glued {
            return self.lost_space(i, next, end);
        }
        // The first token that shows how the next sentence would begin.
        let mut word = next;
        while word < end && matches!(self.mark(word), Mark::Open | Mark::Quote | Mark::Dash) {
            word += 1;
        }
        let Some(token) = self.tokens.get(word).filter(|_| word < end) else {
            return false;
        };
        if matches!(self.mark(word), Mark::Comma | Mark::Close) {
            return false;
        }
        if token.case == Case::Lower {
            return false;
        }
        if next > i + 1 && mark == Mark::Stop && self.mark(next - 1) == Mark::Stop {
            // Three stops are an ellipsis.
            return true;
        }
        self.gap(i) != Gap::Glued
            || i == start
            || !self.abbreviates(start, i, word, end, word > next)
    }

    /// «… the end.The next»: a word of small letters before, a typical first word behind.
    fn lost_space(&self, i: usize, next: usize, end: usize) -> bool {
        let before = i.checked_sub(1).and_then(|p| self.tokens.get(p));
        before.is_some_and(|b: &Token| b.kind == Kind::Word && b.case == Case::Lower && b.len() > 1)
            && self.tokens[next].case == Case::Capital
            && self.starts_sentence(next, end)
            && self.gap(next + 1) != Gap::Glued
    }

    fn starts_sentence(&self, i: usize, end: usize) -> bool {
        self.capitalised(i)
            && self.find(self.slots.sentence_start, i, end).is_some()
            // «J. A. Smith»
            && !(self.single_letter(i) && self.mark(i + 1) == Mark::Stop)
    }

    /// Whether the stop at `i` belongs to the word before it rather than ending the sentence, given
    /// the word that follows; `quoted` where a quote or bracket opens between.
    fn abbreviates(&self, start: usize, i: usize, word: usize, end: usize, quoted: bool) -> bool {
        let before = i - 1;
        let token = &self.tokens[before];
        let number_follows = self.kind(word) == Some(Kind::Number);
        let undecided = || !quoted && !self.starts_sentence(word, end);
        match token.kind {
            Kind::Word => {
                match self.abbreviation(start, i) {
                    Some("number") => {
                        number_follows
                            || self.tokens[word].case == Case::Upper && self.tokens[word].len() <= 4
                    }
                    Some("either") => number_follows || undecided(),
                    Some(_) => true,
                    // Initials.
                    None if self.mark(i) == Mark::Stop
                        && token.case != Case::None
                        && self.single_letter(before) =>
                    {
                        before == start || number_follows || undecided()
                    }
                    None => false,
                }
            }
            Kind::Number if self.mark(i) == Mark::Stop && token.len() <= 2 => {
                // «1. First», the number of a list.
                if before == start {
                    return true;
                }
                if self.slots.ordinal_stop.is_none() {
                    return false;
                }
                self.month(word, end).is_some()
                    || number_follows
                    || token.gap != Gap::Glued && undecided()
            }
            _ => false,
        }
    }

    /// What the tables say of the word before the stop at `i`: the value of its row.
    fn abbreviation(&self, start: usize, i: usize) -> Option<&'static str> {
        let before = i - 1;
        let mut value = None;
        // «Jan.», «z. B.», «U. S. A.»: rows may have several words and stops.
        for back in [0, 2, 4] {
            let Some(at) = before.checked_sub(back).filter(|&at| at >= start) else {
                break;
            };
            if back > 0 && self.mark(at + 1) != Mark::Stop {
                break;
            }
            if let Some((v, after)) = self.value(self.slots.abbreviation, at, i + 1)
                && after == i + 1
            {
                value = Some(v);
            }
        }
        if value.is_some() || self.bits(before) & self.slots.abbreviations == 0 {
            return value;
        }
        // Short months and weekdays: the tables of dates hold them with their stop.
        let mut of_date = self.slots.month.iter().chain(&self.slots.weekday);
        of_date
            .any(|s| {
                self.find(*s, before, i + 1)
                    .is_some_and(|o| o.end as usize == i + 1)
            })
            .then_some("number")
    }
}
