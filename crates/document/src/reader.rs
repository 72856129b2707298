//! What every part of the analysis looks at: the tokens, and what the language's tables say of them.

use crate::marks::Mark;
use dateline_languages::{Lexicon, Occurrence, SlotId};
use dateline_text::{Gap, Kind, Token};

/// A slot of the language's tables, if any row has it, and its bit in [`Lexicon::bits`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Slot {
    id: Option<SlotId>,
    bit: u64,
}

impl Slot {
    pub(crate) fn is_some(self) -> bool {
        self.id.is_some()
    }

    pub(crate) fn is_none(self) -> bool {
        self.id.is_none()
    }
}

/// The slots that the shape of a document depends on, looked up once for a language.
#[derive(Debug, Clone, Copy)]
pub struct Slots {
    pub(crate) abbreviation: Slot,
    pub(crate) sentence_start: Slot,
    pub(crate) ordinal_stop: Slot,
    pub(crate) stop: Slot,
    pub(crate) boilerplate: Slot,
    pub(crate) boilerplate_inside: Slot,
    pub(crate) credit: Slot,
    pub(crate) byline_word: Slot,
    pub(crate) page_date: Slot,
    pub(crate) agency: Slot,
    pub(crate) dateline_word: Slot,
    /// Full names and abbreviations.
    pub(crate) month: [Slot; 2],
    pub(crate) weekday: [Slot; 2],
    /// Words other than months of which dates are made.
    pub(crate) date_words: [Slot; 8],
    /// Bits of the slots that can make a line something else than prose.
    pub(crate) phrases: u64,
    /// Bits of the slots of dates.
    pub(crate) dates: u64,
    /// Bits of the slots whose forms can end with a stop.
    pub(crate) abbreviations: u64,
}

impl Slots {
    /// Those of a language.
    pub fn new(lexicon: &Lexicon) -> Self {
        let slot = |name| Slot {
            id: lexicon.slot(name),
            bit: lexicon.mask(&[name]),
        };
        Self {
            abbreviation: slot("abbreviation"),
            sentence_start: slot("sentence_start"),
            ordinal_stop: slot("ordinal_stop"),
            stop: slot("stop"),
            boilerplate: slot("boilerplate"),
            boilerplate_inside: slot("boilerplate_inside"),
            credit: slot("credit"),
            byline_word: slot("byline_word"),
            page_date: slot("page_date"),
            agency: slot("agency"),
            dateline_word: slot("dateline_word"),
            month: ["month", "month_abbr"].map(slot),
            weekday: ["weekday", "weekday_abbr"].map(slot),
            date_words: DATE_WORDS.map(slot),
            phrases: lexicon.mask(&["boilerplate", "credit", "page_date", "agency"]),
            abbreviations: lexicon.mask(&[
                "month",
                "month_abbr",
                "weekday",
                "weekday_abbr",
                "abbreviation",
            ]),
            dates: lexicon.mask(&DATE_WORDS)
                | lexicon.mask(&["month", "month_abbr", "dateline_word"]),
        }
    }
}

const DATE_WORDS: [&str; 8] = [
    "weekday",
    "weekday_abbr",
    "date_of",
    "day_lead",
    "ordinal_suffix",
    "year_mark",
    "month_mark",
    "day_mark",
];

/// One document under analysis. Token indices are `usize` inside, `u32` in what is handed out.
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) tokens: &'a [Token],
    /// See [`Outline`](dateline_text::Outline).
    pub(crate) breaks: &'a [u32],
    pub(crate) lexicon: &'a Lexicon,
    pub(crate) slots: &'a Slots,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        text: &'a str,
        tokens: &'a [Token],
        breaks: &'a [u32],
        lexicon: &'a Lexicon,
        slots: &'a Slots,
    ) -> Self {
        Self {
            text,
            tokens,
            breaks,
            lexicon,
            slots,
        }
    }

    /// Those of [`Reader::breaks`] that are in a range of tokens.
    pub(crate) fn breaks(&self, first: usize, end: usize) -> impl Iterator<Item = usize> {
        let from = self.breaks.partition_point(|&i| (i as usize) < first);
        self.breaks[from..]
            .iter()
            .map(|&i| i as usize)
            .take_while(move |&i| i < end)
    }

    /// The longest occurrence of a slot at token `i` that ends before `end`.
    #[inline]
    pub(crate) fn find(&self, slot: Slot, i: usize, end: usize) -> Option<Occurrence> {
        // Most words have no such reading: this look costs less than the call.
        if self.bits(i) & slot.bit == 0 {
            return None;
        }
        self.lexicon
            .find(self.text, self.tokens, i, slot.id?)
            .filter(|o| o.end as usize <= end)
    }

    /// The symbol value of such an occurrence; empty for a row without one.
    #[inline]
    pub(crate) fn value(&self, slot: Slot, i: usize, end: usize) -> Option<(&'static str, usize)> {
        self.find(slot, i, end)
            .map(|o| (o.value.symbol().unwrap_or_default(), o.end as usize))
    }

    /// Bits of the slots that may begin at token `i`.
    #[inline]
    pub(crate) fn bits(&self, i: usize) -> u64 {
        self.tokens.get(i).map_or(0, |t| self.lexicon.bits(t.entry))
    }

    /// The mark at token `i`, [`Mark::Other`] beyond the end.
    #[inline]
    pub(crate) fn mark(&self, i: usize) -> Mark {
        self.tokens
            .get(i)
            .map_or(Mark::Other, |t| Mark::of(self.text, t))
    }

    /// Whether token `i` is a mark with which a sentence can end.
    pub(crate) fn ends(&self, i: usize) -> bool {
        self.mark(i).ends()
            || self.slots.stop.is_some() && self.find(self.slots.stop, i, i + 1).is_some()
    }

    /// What stands before token `i`; beyond the end, a paragraph's end.
    #[inline]
    pub(crate) fn gap(&self, i: usize) -> Gap {
        self.tokens.get(i).map_or(Gap::Paragraph, |t| t.gap)
    }

    /// What kind of token `i` is.
    pub(crate) fn kind(&self, i: usize) -> Option<Kind> {
        self.tokens.get(i).map(|t| t.kind)
    }

    /// Whether token `i` is a word that begins with a capital.
    pub(crate) fn capitalised(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(Token::capitalised)
    }

    /// Whether token `i` is a word of one letter.
    pub(crate) fn single_letter(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| {
            t.kind == Kind::Word && t.len() <= 4 && t.of(self.text).chars().nth(1).is_none()
        })
    }

    /// Whether the tokens end as a sentence does.
    pub(crate) fn stops(&self, first: usize, end: usize) -> bool {
        self.final_stop(first, end).is_some()
    }

    /// The mark that ends the last sentence: only closing quotes and brackets, or all of a bracket,
    /// stand behind it.
    pub(crate) fn final_stop(&self, first: usize, end: usize) -> Option<usize> {
        let closes = |i: usize| matches!(self.mark(i), Mark::Quote | Mark::Close);
        let last = (first..end).rev().take(4).find(|&i| !closes(i))?;
        if self.ends(last) {
            return Some(last);
        }
        let before = self.opening(first, end - 1, 24)?.checked_sub(1)?;
        (before >= first && self.ends(before)).then_some(before)
    }

    /// The first token from `i` on that is no symbol; `end` if there is none.
    pub(crate) fn past_symbols(&self, mut i: usize, end: usize) -> usize {
        while i < end && self.kind(i) == Some(Kind::Symbol) {
            i += 1;
        }
        i
    }

    /// The index of the bracket that closes the one at `open`, within `reach` tokens.
    pub(crate) fn closing(&self, open: usize, end: usize, reach: usize) -> Option<usize> {
        if self.mark(open) != Mark::Open {
            return None;
        }
        let mut depth = 0;
        for i in open..end.min(open + reach) {
            match self.mark(i) {
                Mark::Open => depth += 1,
                Mark::Close if depth == 1 => return Some(i),
                Mark::Close => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// The index of the bracket that the one at `close` closes, within `reach` tokens.
    pub(crate) fn opening(&self, first: usize, close: usize, reach: usize) -> Option<usize> {
        if self.mark(close) != Mark::Close {
            return None;
        }
        let mut depth = 0;
        for i in (first..=close).rev().take(reach) {
            match self.mark(i) {
                Mark::Close => depth += 1,
                Mark::Open if depth == 1 => return Some(i),
                Mark::Open => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// Whether the tokens hold the name of a news agency; where.
    pub(crate) fn agency(&self, first: usize, end: usize) -> Option<(usize, usize)> {
        if self.slots.agency.is_none() {
            return None;
        }
        (first..end).find_map(|i| {
            self.find(self.slots.agency, i, end)
                .map(|o| (i, o.end as usize))
        })
    }

    /// A date, as far as a dateline or «Published …» spells it: month and number, or numbers with
    /// marks between («5.3.», «5/3/2024», «3月5日»). Returns one past its last token.
    pub(crate) fn date(&self, first: usize, end: usize) -> Option<usize> {
        let (mut month, mut numbers, mut joined, mut marked) = (false, 0, 0, 0);
        let mut last = None;
        let mut i = first;
        while i < end {
            let token = &self.tokens[i];
            if let Some(after) = self.month(i, end) {
                if month {
                    // A second month belongs to another date.
                    break;
                }
                month = true;
                i = after;
                last = Some(i);
                continue;
            }
            if token.kind == Kind::Number {
                let digits = if token.len() > 4 {
                    token.of(self.text).chars().count()
                } else {
                    token.len()
                };
                if !matches!(digits, 1 | 2 | 4) {
                    break;
                }
                numbers += 1;
                i += 1;
                last = Some(i);
                continue;
            }
            if token.kind == Kind::Word
                && let Some(after) = self.date_word(i, end)
            {
                i = after;
                continue;
            }
            let glued = token.gap == Gap::Glued;
            let after_number = i > first && self.kind(i - 1) == Some(Kind::Number);
            let next_number =
                self.kind(i + 1) == Some(Kind::Number) && self.gap(i + 1) == Gap::Glued;
            match token.kind {
                Kind::Character if after_number => {
                    marked += 1;
                    last = Some(i + 1);
                }
                // «17h40», «5pm».
                Kind::Word if glued && after_number && token.len() <= 3 => {}
                Kind::Symbol => match Mark::of(self.text, token) {
                    Mark::Stop | Mark::Dash | Mark::Slash
                        if glued && after_number && next_number =>
                    {
                        joined += 1
                    }
                    Mark::Stop if glued && i > first => {
                        // «5.3.», but not the stop that ends it all.
                        let dots = i >= 2
                            && self.mark(i - 2) == Mark::Stop
                            && self.gap(i - 1) == Gap::Glued;
                        if after_number && dots && joined > 0 && self.gap(i + 1) != Gap::Glued {
                            joined += 1;
                            last = Some(i + 1);
                        }
                        if !self.date_goes_on(i + 1, end) {
                            break;
                        }
                    }
                    Mark::Comma if i > first => {
                        if !self.date_goes_on(i + 1, end) {
                            break;
                        }
                    }
                    _ => break,
                },
                _ => break,
            }
            i += 1;
        }
        let whole = month && numbers > 0 || joined >= 2 && numbers >= 2 || marked >= 2;
        last.filter(|_| whole)
    }

    /// Past the name of a month, with the stop that abbreviates it.
    pub(crate) fn month(&self, i: usize, end: usize) -> Option<usize> {
        if self.bits(i) & self.slots.dates == 0 {
            return None;
        }
        self.slots
            .month
            .iter()
            .find_map(|s| self.find(*s, i, end))
            .map(|o| o.end as usize)
    }

    /// Past a word that can stand in a date without being its month or a number.
    pub(crate) fn date_word(&self, i: usize, end: usize) -> Option<usize> {
        if self.bits(i) & self.slots.dates == 0 {
            return None;
        }
        if let Some(("date", after)) = self.value(self.slots.dateline_word, i, end) {
            return Some(after);
        }
        self.slots
            .date_words
            .iter()
            .find_map(|s| self.find(*s, i, end))
            .map(|o| o.end as usize)
    }

    fn date_goes_on(&self, i: usize, end: usize) -> bool {
        i < end
            && (self.kind(i) == Some(Kind::Number)
                || self.month(i, end).is_some()
                || self.date_word(i, end).is_some())
    }
}
