//! «BRUSSELS, March 10 (Reuters) –»: place, date and agency that open a report.

use crate::Dateline;
use crate::lines::Block;
use crate::marks::Mark;
use crate::reader::Reader;
use dateline_text::{Case, Gap, Kind};
use std::ops::Range;

/// Tokens within which a dateline ends.
const REACH: usize = 36;
/// Blocks at the beginning of a text among which it is looked for, prose ones counted apart.
const BLOCKS: usize = 10;
const PROSE: usize = 3;
/// Tokens of text that must follow a dateline that is a place and a dash only.
const BODY: usize = 10;

/// Parts found so far.
#[derive(Debug, Default)]
struct Parts {
    place: Range<usize>,
    date: Range<usize>,
    agency: Range<usize>,
    /// The agency is one that the tables know.
    known: bool,
    /// The place is printed in capitals.
    capitals: bool,
}

impl Parts {
    fn give(&self, first: usize, end: usize) -> Dateline {
        let narrow = |r: &Range<usize>| r.start as u32..r.end as u32;
        Dateline {
            place: narrow(&self.place),
            date: narrow(&self.date),
            agency: narrow(&self.agency),
            all: first as u32..end as u32,
        }
    }
}

impl Reader<'_> {
    /// The dateline and the block that it opens.
    pub(crate) fn dateline(&self, blocks: &[Block]) -> Option<(usize, Dateline)> {
        let mut prose = 0;
        for (i, block) in blocks.iter().enumerate().take(BLOCKS) {
            if let Some(found) = self.dateline_at(block) {
                return Some((i, found));
            }
            prose += usize::from(block.prose());
            if prose == PROSE {
                break;
            }
        }
        None
    }

    fn dateline_at(&self, block: &Block) -> Option<Dateline> {
        let (first, end) = (block.first, block.end.min(block.first + REACH));
        // Most paragraphs begin otherwise: this look at a few marks spares them the rest.
        let mut signs = false;
        for i in first..end.min(first + 24) {
            if matches!(
                self.mark(i),
                Mark::Dash | Mark::Close | Mark::Equals | Mark::Slash | Mark::Stop
            ) || self.kind(i) == Some(Kind::Number)
            {
                signs = true;
                break;
            }
        }
        if !signs {
            return None;
        }
        // «Published March 10, 2023», «By Jane Doe, March 10»
        if self.bits(first) & self.slots.phrases != 0
            && self.find(self.slots.agency, first, end).is_none()
            && self.phrase(first, block.end, true).is_some()
        {
            return None;
        }
        self.unspaced(first, end)
            .or_else(|| self.bracketed(first, end))
            .or_else(|| self.spelled(block, first, end))
    }

    /// «本报北京3月5日电», «新华社华盛顿3月5日电（记者…）», «（中央社…台北5日電）».
    fn unspaced(&self, first: usize, end: usize) -> Option<Dateline> {
        let open = self.mark(first) == Mark::Open;
        let begin = first + usize::from(open);
        if self.kind(begin) != Some(Kind::Character) {
            return None;
        }
        let close = (begin..end)
            .take_while(|&i| !self.mark(i).ends() && self.mark(i) != Mark::Comma)
            .find(|&i| {
                i > begin
                    && matches!(self.kind(i - 1), Some(Kind::Character | Kind::Number))
                    && (i - begin > 1 && self.kind(i - 2) == Some(Kind::Number)
                        || self.kind(i - 1) == Some(Kind::Number))
                    && self
                        .value(self.slots.dateline_word, i, end)
                        .is_some_and(|(v, _)| v == "close")
            })?;
        let mut date = close;
        while date > begin {
            let marked = self.kind(date - 1) == Some(Kind::Character)
                && date - begin > 1
                && self.kind(date - 2) == Some(Kind::Number);
            if self.kind(date - 1) == Some(Kind::Number) {
                date -= 1;
            } else if marked {
                date -= 2;
            } else {
                break;
            }
        }
        let mut parts = Parts {
            date: date..close,
            ..Parts::default()
        };
        let mut place = begin;
        if let Some((value, after)) = self.value(self.slots.dateline_word, begin, date)
            && value == "own"
        {
            place = after;
        } else if let Some(o) = self.find(self.slots.agency, begin, date) {
            parts.agency = begin..o.end as usize;
            place = o.end as usize;
        }
        // A reporter's name and the place cannot be told apart.
        if (place..date).all(|i| {
            self.kind(i) == Some(Kind::Character)
                && self.find(self.slots.byline_word, i, date).is_none()
        }) {
            parts.place = place..date;
        }
        let mut stop = close + 1;
        if open {
            stop += usize::from(self.mark(stop) == Mark::Close);
        } else if let Some(close) = self.closing(stop, end, 16) {
            stop = close + 1;
        }
        Some(parts.give(first, stop.min(self.tokens.len())))
    }

    /// «(서울=연합뉴스) 홍길동 기자 =», «【ワシントン共同】», «[東京 5日 ロイター] -»: all within a bracket.
    fn bracketed(&self, first: usize, end: usize) -> Option<Dateline> {
        let close = self.closing(first, end, 18)?;
        let (from, to) = (first + 1, close);
        if from >= to {
            return None;
        }
        let lenticular = self.tokens[first].of(self.text) == "【";
        let mut parts = Parts::default();
        let equals = (from..to).find(|&i| self.mark(i) == Mark::Equals);
        if let Some(equals) = equals {
            parts.place = from..equals;
            match self.agency(equals + 1, to) {
                Some(_) => parts.agency = equals + 1..to,
                // «【北京＝山田太郎】»: a reporter.
                None if lenticular => {}
                None => return None,
            }
            let reporter = (close + 1..end.min(close + 7)).find(|&i| self.mark(i) == Mark::Equals);
            return Some(parts.give(first, reporter.unwrap_or(close) + 1));
        }
        let (a, b) = self.agency(from, to)?;
        let date = (from..a).find(|&i| self.kind(i) == Some(Kind::Number));
        // A place and an agency, glued or apart; the rest are brackets of other kinds.
        if a == from || b != to || !(lenticular || date.is_some()) {
            return None;
        }
        parts.agency = a..b;
        parts.place = from..date.unwrap_or(a);
        if let Some(date) = date {
            parts.date = date..a;
        }
        Some(parts.give(first, self.dash(close + 1, end).unwrap_or(close + 1)))
    }

    /// One past a dash (or several) at `i` that stands apart from one of its neighbours.
    fn dash(&self, i: usize, end: usize) -> Option<usize> {
        let mut after = i;
        // «(EFE).-»
        if self.mark(after) == Mark::Stop
            && self.gap(after) <= Gap::Space
            && self.mark(after + 1) == Mark::Dash
        {
            after += 1;
        }
        if after >= end || self.mark(after) != Mark::Dash {
            return None;
        }
        after += 1;
        while after < end && self.mark(after) == Mark::Dash && self.gap(after) == Gap::Glued {
            after += 1;
        }
        let apart = self.gap(i) >= Gap::Space
            || self.gap(after) >= Gap::Space
            || self.mark(i.wrapping_sub(1)) == Mark::Close;
        apart.then_some(after)
    }

    /// Place, date and agency one after the other, in any order that wires print.
    fn spelled(&self, block: &Block, first: usize, end: usize) -> Option<Dateline> {
        let mut parts = Parts::default();
        let mut i = first;
        if let Some((inside, close)) = self.agency_in_brackets(i, end) {
            parts.known = self.agency(inside.start, inside.end).is_some();
            parts.agency = inside;
            i = close;
            if let Some(after) = self.dash(i, end) {
                // «(AFP) - ROMA, 5 MAR -» or «(AFP) - The …».
                match self.after_agency(&mut parts, after, end) {
                    Some(stop) => return Some(parts.give(first, stop)),
                    None if parts.known => {
                        return Some(
                            Parts {
                                place: 0..0,
                                date: 0..0,
                                ..parts
                            }
                            .give(first, after),
                        );
                    }
                    None => return None,
                }
            }
            return self
                .after_agency(&mut parts, i, end)
                .map(|stop| parts.give(first, stop));
        }
        if let Some(stop) = self.date(i, end) {
            parts.date = self.trim_date(i, stop);
            i = self.past_date_words(stop, end);
        } else {
            i = self.place(&mut parts, i, end)?;
        }
        let mut stops = 0;
        loop {
            if let Some(after) = self.dash(i, end) {
                return self.accept_dash(parts, block, first, i, after, end);
            }
            if let Some((inside, close)) = self.agency_in_brackets(i, end) {
                if !parts.agency.is_empty() {
                    return None;
                }
                parts.known |= self.agency(inside.start, inside.end).is_some();
                parts.agency = inside;
                i = close;
                if let Some(after) = self.dash(i, end) {
                    return self.accept_dash(parts, block, first, i, after, end);
                }
                let colon = self.mark(i) == Mark::Comma
                    && self.tokens[i].len() == 1
                    && self.gap(i + 1) >= Gap::Space;
                let named = !parts.place.is_empty()
                    && (parts.known && parts.capitals || !parts.date.is_empty());
                if colon && named {
                    return Some(parts.give(first, i + 1));
                }
                let full = matches!(self.mark(i), Mark::Full | Mark::Stop);
                let ends = i + usize::from(full);
                let dated = !parts.place.is_empty() && !parts.date.is_empty();
                // «Berlin (dpa) Der …»
                let opens = parts.known
                    && !parts.place.is_empty()
                    && (ends >= block.end || self.opens_sentence(ends));
                return (dated || opens).then(|| parts.give(first, ends.min(block.end)));
            }
            let comma = matches!(self.mark(i), Mark::Comma | Mark::Stop);
            if comma && i + 1 < end {
                let stop = self.mark(i) == Mark::Stop;
                let next = i + 1;
                if parts.date.is_empty()
                    && let Some(after) = self.date(next, end)
                {
                    parts.date = self.trim_date(next, after);
                    stops += usize::from(stop);
                    i = self.past_date_words(after, end);
                    continue;
                }
                if let Some(o) = self.find(self.slots.agency, next, end)
                    && parts.agency.is_empty()
                {
                    parts.known = true;
                    i = self.past_domain(o.end as usize);
                    parts.agency = next..i;
                    // «МОСКВА. 5 марта. ИНТЕРФАКС.»
                    if stops > 0
                        && !parts.date.is_empty()
                        && self.mark(i) == Mark::Stop
                        && self.dash(i, end).is_none()
                    {
                        return Some(parts.give(first, i + 1));
                    }
                    continue;
                }
                // «OSLO, Norway (AP) –»
                if !stop
                    && parts.date.is_empty()
                    && parts.agency.is_empty()
                    && !parts.place.is_empty()
                {
                    let mut more = Parts::default();
                    if let Some(after) = self.place(&mut more, next, end) {
                        parts.place.end = after;
                        i = after;
                        continue;
                    }
                }
                // «KIEV. 2 April. XYZ.»: an agency of capitals that no table knows.
                if stop && stops > 0 && parts.agency.is_empty() && !parts.date.is_empty() {
                    let upper =
                        self.tokens[next].case == Case::Upper && self.mark(next + 1) == Mark::Stop;
                    if upper {
                        parts.agency = next..next + 1;
                        return Some(parts.give(first, (next + 2).min(block.end)));
                    }
                    return parts.capitals.then(|| parts.give(first, next));
                }
                // «5 mar., (AFP)», «5. března, /ČTK/»
                if self.agency_in_brackets(next, end).is_some() || self.dash(next, end).is_some() {
                    i = next;
                    continue;
                }
                return None;
            }
            // «باريس 5 مارس (أ ف ب) -»: no comma between place and date.
            if parts.date.is_empty()
                && let Some(after) = self.date(i, end)
            {
                parts.date = self.trim_date(i, after);
                i = self.past_date_words(after, end);
                continue;
            }
            if parts.agency.is_empty()
                && let Some(o) = self.find(self.slots.agency, i, end)
            {
                parts.known = true;
                let after = self.past_domain(o.end as usize);
                parts.agency = i..after;
                i = after;
                continue;
            }
            // A line of its own: «Paris, le 5 mars 2024».
            let own = i >= block.end && !parts.place.is_empty() && !parts.date.is_empty();
            return own.then(|| parts.give(first, block.end));
        }
    }

    /// What follows a leading agency: place, then date or dash.
    fn after_agency(&self, parts: &mut Parts, from: usize, end: usize) -> Option<usize> {
        let mut i = self.place(parts, from, end)?;
        let next = i + usize::from(matches!(self.mark(i), Mark::Comma | Mark::Stop));
        if let Some(after) = self.date(next, end) {
            parts.date = self.trim_date(next, after);
            i = after;
        }
        match self.dash(i, end) {
            Some(after) => Some(after),
            None if !parts.date.is_empty() => Some(i),
            None => None,
        }
    }

    fn accept_dash(
        &self,
        mut parts: Parts,
        block: &Block,
        first: usize,
        i: usize,
        after: usize,
        end: usize,
    ) -> Option<Dateline> {
        let has = |r: &Range<usize>| !r.is_empty();
        let (place, date, agency) = (has(&parts.place), has(&parts.date), has(&parts.agency));
        let full = date
            && (place || agency || self.gap(i) >= Gap::Space || self.mark(i) == Mark::Stop)
            || agency && parts.known
            || agency && place && parts.capitals;
        // «WASHINGTON — The president», «Tromsø — A poll»
        let apart = self.gap(i) >= Gap::Space && self.gap(after) >= Gap::Space;
        let bare = place
            && (parts.capitals || parts.place.len() <= 2 && apart && self.sentence_start(after))
            && block.stop
            && block.end.saturating_sub(after) >= BODY
            && self.opens_sentence(after)
            && self
                .tokens
                .get(after)
                .is_some_and(|t| t.case != Case::Upper || t.len() == 1);
        // «20 May – 10 June» is a range.
        let range = date
            && !agency
            && (self.kind(after) == Some(Kind::Number) || self.month(after, end).is_some());
        if range || !(full || bare) {
            return None;
        }
        // An outlet that begins small is no place: «example News, 23 April –».
        if place && !agency && self.tokens[parts.place.start].case == Case::Lower {
            parts.agency = std::mem::take(&mut parts.place);
        }
        let mut stop = after;
        // «МОСКВА, 5 мар – РИА Новости.»
        if !agency
            && date
            && let Some(o) = self.find(self.slots.agency, after, end)
            && self.mark(o.end as usize) == Mark::Stop
        {
            parts.agency = after..o.end as usize;
            stop = o.end as usize + 1;
        }
        // «TUNIS – 4 June 2021: The …»
        if !date
            && let Some(end_of_date) = self.date(after, end)
            && (self.mark(end_of_date) == Mark::Comma && self.gap(end_of_date + 1) >= Gap::Space
                || self.dash(end_of_date, end).is_some())
            && self.opens_sentence(end_of_date + 1)
        {
            parts.date = self.trim_date(after, end_of_date);
            stop = self.dash(end_of_date, end).unwrap_or(end_of_date + 1);
        }
        Some(parts.give(first, stop.min(block.end)))
    }

    /// Whether token `i` is a typical first word of a sentence.
    fn sentence_start(&self, i: usize) -> bool {
        self.capitalised(i)
            && self
                .find(self.slots.sentence_start, i, self.tokens.len())
                .is_some()
    }

    /// Whether token `i` can be the first of a sentence.
    fn opens_sentence(&self, i: usize) -> bool {
        self.tokens
            .get(i)
            .is_some_and(|t| t.gap >= Gap::Space && t.case != Case::Lower)
            && !matches!(self.mark(i), Mark::Comma | Mark::Close | Mark::Stop)
    }

    /// Past the rest of an agency's address: «INTERFAX.RU».
    fn past_domain(&self, i: usize) -> usize {
        let domain = self.mark(i) == Mark::Stop
            && self.gap(i) == Gap::Glued
            && self.kind(i + 1) == Some(Kind::Word)
            && self.gap(i + 1) == Gap::Glued;
        i + 2 * usize::from(domain)
    }

    /// Past what a language prints behind a date: «2024 года».
    fn past_date_words(&self, mut i: usize, end: usize) -> usize {
        while let Some(after) = self.date_word(i, end) {
            i = after;
        }
        i
    }

    /// A date without the words that lead to it.
    fn trim_date(&self, mut first: usize, end: usize) -> Range<usize> {
        while first < end
            && let Some(("date", after)) = self.value(self.slots.dateline_word, first, end)
            && after < end
        {
            first = after;
        }
        first..end
    }

    /// «(Reuters)», «/ТАСС/»: the inside, and one past the closing mark.
    fn agency_in_brackets(&self, i: usize, end: usize) -> Option<(Range<usize>, usize)> {
        let close = match self.mark(i) {
            Mark::Open => self.closing(i, end, 12)?,
            Mark::Slash if self.gap(i) >= Gap::Space => {
                (i + 1..end.min(i + 8)).find(|&j| self.mark(j) == Mark::Slash)?
            }
            _ => return None,
        };
        let inside = i + 1..close;
        let named = !inside.is_empty()
            && (inside.clone().all(|j| {
                !matches!(self.kind(j), Some(Kind::Number)) && self.tokens[j].case != Case::Lower
            }) || self.agency(inside.start, inside.end).is_some());
        named.then_some((inside, close + 1))
    }

    /// A run of capitalised words: «Rio de Janeiro», «WASHINGTON, D.C.», «St. Petersburg». Returns
    /// one past it.
    fn place(&self, parts: &mut Parts, first: usize, end: usize) -> Option<usize> {
        let (mut words, mut capitals, mut named) = (0, true, false);
        let mut i = first;
        while i < end && words <= 5 {
            let Some(token) = self.tokens.get(i) else {
                break;
            };
            if i > first && token.gap >= Gap::Paragraph {
                break;
            }
            match token.kind {
                Kind::Word => {
                    if i > first
                        && (self.month(i, end).is_some() && self.date(i, end).is_some()
                            || self.find(self.slots.agency, i, end).is_some()
                            || self.date_leads(i, end))
                    {
                        break;
                    }
                    match token.case {
                        Case::Lower => {
                            let next = self.capitalised(i + 1) && self.gap(i + 1) <= Gap::Space
                                || self.mark(i + 1) == Mark::Dash && self.gap(i + 1) == Gap::Glued;
                            if !(next && (token.len() <= 4 || i == first)) {
                                break;
                            }
                            capitals = false;
                        }
                        Case::Upper => named = true,
                        Case::None => {
                            named = true;
                            capitals = false;
                        }
                        _ => {
                            named = true;
                            // A single capital letter reads either way.
                            capitals &= self.single_letter(i);
                        }
                    }
                    words += 1;
                    i += 1;
                }
                Kind::Symbol => {
                    let glued = token.gap == Gap::Glued && i > first;
                    let next_glued =
                        self.gap(i + 1) == Gap::Glued && self.kind(i + 1) == Some(Kind::Word);
                    let joins = match Mark::of(self.text, token) {
                        Mark::Dash | Mark::Quote | Mark::Slash => glued && next_glued,
                        Mark::Stop => {
                            glued
                                && (self.single_letter(i - 1)
                                    || self.tokens[i - 1].len() <= 3
                                        && self.capitalised(i + 1)
                                        && !self.single_letter(i + 1))
                        }
                        // «Basel & Bern»
                        _ => token.of(self.text) == "&" && i > first && self.capitalised(i + 1),
                    };
                    if !joins {
                        break;
                    }
                    i += 1;
                }
                _ => break,
            }
        }
        // «By March 10 –» names no place, «The Hague» does.
        if !named || words == 1 && self.sentence_start(first) {
            return None;
        }
        parts.place = first..i;
        parts.capitals = capitals;
        Some(i)
    }

    /// Whether a word leads to a date: «في 5 مارس», «le 5 mars» without a comma before.
    fn date_leads(&self, i: usize, end: usize) -> bool {
        self.value(self.slots.dateline_word, i, end)
            .is_some_and(|(v, _)| v == "date")
            && self.date(i, end).is_some()
    }
}
