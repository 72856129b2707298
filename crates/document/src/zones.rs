//! Which blocks are title, heading, credit, text of the page: phrases of the language first, then
//! the shape and place of lines. Prose is left alone.

use crate::lines::Block;
use crate::marks::Mark;
use crate::reader::Reader;
use dateline_model::Zone;
use dateline_text::{Gap, Kind};
use std::ops::Range;

/// Longest line, in tokens, that a phrase can make boilerplate or credit.
const LINE: usize = 60;
/// Longest line for phrases inside it, bylines and the like.
const SHORT: usize = 32;
/// Longest title or heading.
const TITLE: usize = 34;
const HEADING: usize = 20;
/// Most links that a list of links has.
const LIST: usize = 8;
/// Most lines that stand among lines of page text and are taken for such.
const AMONG: usize = 3;

/// What a line says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Phrase {
    /// Text of the page.
    Boilerplate,
    /// Heads a list of links: what follows without a stop is text of the page as well.
    List,
    /// Who wrote or supplied it.
    Credit,
    /// Who supplied a picture.
    Picture,
    /// When it was published or changed: the date's tokens, empty where it is relative.
    PageDate {
        /// Tokens of the date.
        date: Range<u32>,
        /// Published, not just changed.
        published: bool,
    },
}

impl Phrase {
    fn zone(&self) -> Zone {
        match self {
            Self::Boilerplate | Self::List => Zone::Boilerplate,
            Self::Credit | Self::Picture | Self::PageDate { .. } => Zone::Credit,
        }
    }
}

/// What the zones tell of the article as a whole.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// Block of the title.
    pub(crate) title: Option<usize>,
    /// Tokens of the date that the page prints.
    pub(crate) page_date: Option<Range<u32>>,
    /// Tokens of the agency that a credit names.
    pub(crate) agency: Range<u32>,
}

impl Reader<'_> {
    /// What the line says of itself; `edge` where it stands before or after the running text.
    pub(crate) fn phrase(&self, first: usize, end: usize, edge: bool) -> Option<Phrase> {
        if end - first > LINE {
            return None;
        }
        let start = self.past_symbols(first, end);
        if start >= end {
            return None;
        }
        if self.bits(start) & self.slots.phrases != 0
            && let Some(phrase) = self.opening_phrase(start, end, edge)
        {
            return Some(phrase);
        }
        if end - first > SHORT {
            return None;
        }
        let inside = self.slots.boilerplate_inside.is_some()
            && (start..end).any(|i| self.find(self.slots.boilerplate_inside, i, end).is_some());
        inside.then_some(Phrase::Boilerplate)
    }

    /// The zone of a sentence inside a paragraph; only phrases that need no line of their own count.
    pub(crate) fn phrase_of_sentence(&self, first: usize, end: usize) -> Option<Zone> {
        if end - first > SHORT {
            return None;
        }
        let line = |slot| {
            self.value(slot, first, end)
                .is_some_and(|(value, after)| matches!(value, "line" | "picture") && after < end)
        };
        if line(self.slots.boilerplate) {
            Some(Zone::Boilerplate)
        } else if line(self.slots.credit) {
            Some(Zone::Credit)
        } else {
            None
        }
    }

    fn opening_phrase(&self, start: usize, end: usize, edge: bool) -> Option<Phrase> {
        let size = end - start;
        if let Some((value, after)) = self.value(self.slots.boilerplate, start, end) {
            let hit = match value {
                "line" => true,
                "start" => edge && size <= SHORT && !self.stops(start, end),
                "all" => self.past_symbols_and_numbers(after, end) == end,
                "list" => {
                    return (self.past_symbols(after, end) == end).then_some(Phrase::List);
                }
                _ => false,
            };
            if hit {
                return Some(Phrase::Boilerplate);
            }
        }
        if let Some((value, after)) = self.value(self.slots.page_date, start, end)
            && let Some(phrase) = self.page_date(after, end, value != "updated")
        {
            return Some(phrase);
        }
        if let Some((value, after)) = self.value(self.slots.credit, start, end) {
            let hit = match value {
                "line" => after < end,
                "picture" => return (after < end && size <= SHORT).then_some(Phrase::Picture),
                "agency" => {
                    size <= 10
                        && !self.stops(start, end)
                        && self.names(after, end)
                        && self.agency(after, end).is_some()
                }
                "name" => {
                    size <= SHORT
                        && !self.stops(start, end)
                        && self.capitalised(after)
                        && self.names(after, end)
                }
                _ => false,
            };
            if hit {
                return Some(Phrase::Credit);
            }
        }
        let agency = self.find(self.slots.agency, start, end).is_some();
        (agency && size <= 10 && !self.stops(start, end) && self.agencies(start, end))
            .then_some(Phrase::Credit)
    }

    /// «Published March 10, 2023 | Updated 5 p.m.», from behind the first word.
    fn page_date(&self, after: usize, end: usize, published: bool) -> Option<Phrase> {
        let start = self.past_symbols(after, end);
        let relative = Phrase::PageDate {
            date: 0..0,
            published,
        };
        if start == end {
            return Some(Phrase::Boilerplate);
        }
        let stops = self.stops(start, end);
        let Some(date_end) = self.date(start, end) else {
            let number = (start..end).any(|i| self.kind(i) == Some(Kind::Number));
            return (number && !stops && end - start <= 8).then_some(relative);
        };
        // Prose begins like that too: «Published in May 2023, the report …».
        if end - date_end > if stops { 5 } else { SHORT } {
            return None;
        }
        Some(Phrase::PageDate {
            date: start as u32..date_end as u32,
            published,
        })
    }

    fn past_symbols_and_numbers(&self, mut i: usize, end: usize) -> usize {
        while i < end && matches!(self.kind(i), Some(Kind::Symbol | Kind::Number)) {
            i += 1;
        }
        i
    }

    /// Whether the words are all names, agencies, or words that stand between names in a byline.
    pub(crate) fn names(&self, first: usize, end: usize) -> bool {
        let mut i = first;
        while i < end {
            let token = &self.tokens[i];
            let plain = token.kind != Kind::Word || token.capitalised() || token.len() == 1;
            if plain {
                i += 1;
            } else if let Some(after) = self.past_byline_word(i, end) {
                i = after;
            } else if token.len() <= 3 && self.capitalised(i + 1) && i > first {
                // Particles of names: «van», «de», «bin».
                i += 1;
            } else {
                return false;
            }
        }
        true
    }

    fn past_byline_word(&self, i: usize, end: usize) -> Option<usize> {
        [self.slots.byline_word, self.slots.agency, self.slots.credit]
            .into_iter()
            .find_map(|slot| self.find(slot, i, end))
            .map(|o| o.end as usize)
    }

    /// Whether the line is nothing but agencies and the photographers beside them: «dpa/lno»,
    /// «AP Photo/Jane Doe».
    fn agencies(&self, first: usize, end: usize) -> bool {
        let Some(o) = self.find(self.slots.agency, first, end) else {
            return false;
        };
        let rest = o.end as usize;
        let next = self.past_symbols(rest, end);
        next == end
            || self.agency(next, end).is_some_and(|a| a.0 == next) && self.names(next, end)
            || (rest..end).any(|i| self.mark(i) == Mark::Slash) && self.names(rest, end)
            || self.past_byline_word(rest, end).is_some() && self.names(rest, end)
    }

    /// «(JANE DOE / AFP)», «(Photo: Jane Doe)», «(Reporting by Jane Doe)»: the inside of a bracket
    /// that ends a block.
    pub(crate) fn credit_in_brackets(&self, first: usize, end: usize) -> bool {
        let start = self.past_symbols(first, end);
        if start >= end {
            return false;
        }
        if let Some((value, after)) = self.value(self.slots.credit, start, end)
            && match value {
                "line" | "picture" => true,
                "agency" => self.agency(after, end).is_some(),
                "name" => self.names(after, end),
                _ => false,
            }
        {
            return true;
        }
        end - first <= 14 && self.agency(start, end).is_some() && self.names(start, end)
    }

    /// A line of links: several bars between short pieces.
    fn menu(&self, first: usize, end: usize) -> bool {
        // Entries of a list that begin with their bullet are no links.
        if self.mark(first) == Mark::Bar {
            return false;
        }
        let mut bars = 0;
        for i in self.breaks(first + 1, end.saturating_sub(1)) {
            let token = &self.tokens[i];
            let spaced = token.gap >= Gap::Space && self.gap(i + 1) >= Gap::Space;
            bars += usize::from(
                spaced
                    && (matches!(self.mark(i), Mark::Bar | Mark::Arrow)
                        || token.of(self.text) == "›"),
            );
        }
        bars >= 2 && end - first <= bars * 6 + 6
    }

    /// Two lines with the same words.
    fn same(&self, a: &Block, b: &Block) -> bool {
        let words = |block: &Block| {
            self.tokens[block.first..block.end]
                .iter()
                .filter(|t| t.kind != Kind::Symbol)
                .map(|t| t.key)
        };
        words(a).eq(words(b))
    }

    fn sign(&self, i: usize) -> &str {
        self.tokens[i].of(self.text)
    }

    /// Most letters of a title or heading are few; Han and the like count half.
    fn length(&self, block: &Block) -> usize {
        match self.tokens[block.end - 1].kind {
            Kind::Character => block.size() / 2,
            _ if self.tokens[block.first].kind == Kind::Character => block.size() / 2,
            _ => block.size(),
        }
    }

    /// Gives every block its zone. `body_start` is where the text begins behind a separate title;
    /// `is_dateline` says whether a dateline opens a block.
    pub(crate) fn zones(
        &self,
        blocks: &mut [Block],
        body_start: u32,
        dateline: Option<usize>,
    ) -> Findings {
        let mut findings = Findings::default();
        let text_from = blocks.partition_point(|b| self.tokens[b.first].start < body_start);
        for block in &mut blocks[..text_from] {
            block.zone = Zone::Title;
        }
        if text_from > 0 {
            findings.title = Some(0);
        }
        let head = blocks[text_from..]
            .iter()
            .position(Block::prose)
            .map_or(blocks.len(), |i| i + text_from);
        let mut tail = blocks
            .iter()
            .rposition(Block::prose)
            .map_or(text_from, |i| i + 1)
            .max(text_from);
        let mut published = false;
        // Lines that speak for themselves.
        let mut phrased = vec![false; blocks.len()];
        let mut listing = 0;
        for i in text_from..blocks.len() {
            let block = blocks[i];
            let edge = i < head || i >= tail;
            if dateline == Some(i) {
                continue;
            }
            let phrase = self
                .phrase(block.first, block.end, edge)
                .or_else(|| self.page_furniture(&block, edge));
            if let Some(phrase) = phrase {
                blocks[i].zone = phrase.zone();
                phrased[i] = true;
                listing = if phrase == Phrase::List { LIST } else { 0 };
                match phrase {
                    Phrase::PageDate {
                        date,
                        published: first,
                    } if !date.is_empty()
                        && (findings.page_date.is_none() || first && !published) =>
                    {
                        findings.page_date = Some(date);
                        published = first;
                    }
                    Phrase::Credit if findings.agency.is_empty() => {
                        if let Some((a, b)) = self.agency(block.first, block.end) {
                            findings.agency = a as u32..b as u32;
                        }
                    }
                    _ => {}
                }
            } else if listing > 0 && !block.stop && block.size() <= SHORT {
                blocks[i].zone = Zone::Boilerplate;
                listing -= 1;
            } else {
                listing = 0;
                if i < head && !published && self.bare_date(&block) {
                    blocks[i].zone = Zone::Dateline;
                    if findings.page_date.is_none() {
                        findings.page_date = Some(block.first as u32..block.end as u32);
                    }
                    phrased[i] = true;
                }
            }
        }
        // Prose that turned out to be text of the page is no end of the running text.
        tail = blocks
            .iter()
            .enumerate()
            .rposition(|(i, b)| b.prose() && !phrased[i])
            .map_or(tail, |i| i + 1)
            .max(text_from);
        self.title(blocks, text_from, dateline, &mut findings);
        self.between(blocks, text_from);
        self.tail(blocks, tail.max(head), &phrased);
        self.headings(blocks, text_from, dateline);
        findings
    }

    /// Lines that are no part of an article in any language.
    pub(crate) fn page_furniture(&self, block: &Block, edge: bool) -> Option<Phrase> {
        let mark = self.mark(block.first);
        let last = block.end - 1;
        if mark == Mark::Arrow && !self.ends(last) && block.size() <= SHORT {
            // A single «>» also quotes mail.
            let sign = self.sign(block.first);
            let twice = self.mark(block.first + 1) == Mark::Arrow;
            return (sign != ">" || twice).then_some(Phrase::Boilerplate);
        }
        if mark == Mark::Other && self.sign(block.first) == "©" && block.size() <= SHORT {
            // Of a picture: «© Jane Doe/Agency».
            let picture = self.agency(block.first, block.end).is_some()
                || (block.first..block.end).any(|i| self.mark(i) == Mark::Slash);
            return Some(if picture {
                Phrase::Picture
            } else {
                Phrase::Boilerplate
            });
        }
        (edge && !block.stop && block.size() <= LINE && self.menu(block.first, block.end))
            .then_some(Phrase::Boilerplate)
    }

    /// A line above the running text that holds a full date and nothing else.
    fn bare_date(&self, block: &Block) -> bool {
        if block.size() > 16
            || self.bits(block.first) & self.slots.dates == 0
                && self.kind(block.first) != Some(Kind::Number)
        {
            return false;
        }
        self.date(block.first, block.end).is_some_and(|end| {
            // An hour and its zone may follow.
            (end..block.end)
                .all(|i| !matches!(self.kind(i), Some(Kind::Word)) || self.tokens[i].len() <= 4)
                && block.end - end <= 6
                && (block.first..end)
                    .any(|i| self.kind(i) == Some(Kind::Number) && self.tokens[i].len() >= 4)
        })
    }

    /// The first line of the text is its title when it looks like one and more follows.
    fn title(
        &self,
        blocks: &mut [Block],
        text_from: usize,
        dateline: Option<usize>,
        findings: &mut Findings,
    ) {
        if findings.title.is_none() {
            let candidate = (text_from..blocks.len()).find(|&i| blocks[i].zone == Zone::Body);
            if let Some(i) = candidate
                && dateline != Some(i)
                && self.title_like(&blocks[i])
            {
                let more = blocks[i + 1..]
                    .iter()
                    .any(|b| b.zone == Zone::Body && b.prose() && b.size() > blocks[i].size())
                    || blocks.len() > i + 2 && self.gap(blocks[i].end) >= Gap::Paragraph;
                if more {
                    blocks[i].zone = Zone::Title;
                    findings.title = Some(i);
                }
            }
        }
        // A headline that the page prints twice.
        if let Some(i) = findings.title {
            let (title, rest) = blocks.split_at_mut(i + 1);
            for block in rest.iter_mut().take(8) {
                if block.zone == Zone::Body
                    && block.size() <= TITLE * 2
                    && self.same(&title[i], block)
                {
                    block.zone = Zone::Title;
                }
            }
        }
    }

    fn title_like(&self, block: &Block) -> bool {
        let stop = self.final_stop(block.first, block.end).is_some_and(|i| {
            let ellipsis = i > block.first && self.mark(i - 1) == Mark::Stop;
            matches!(self.mark(i), Mark::Stop | Mark::Full)
                && !ellipsis
                && !matches!(self.sign(i), "？" | "！")
        });
        !stop
            && self.mark(block.end - 1) != Mark::Comma
            && self.length(block) <= TITLE
            && self.past_symbols(block.first, block.end) < block.end
            && !matches!(self.mark(block.first), Mark::Dash | Mark::Bar)
    }

    /// A word or two between lines of credit or page text belong to them: the name of the station.
    fn between(&self, blocks: &mut [Block], text_from: usize) {
        for i in text_from.max(1)..blocks.len().saturating_sub(1) {
            let [before, block, after] = [blocks[i - 1], blocks[i], blocks[i + 1]];
            let page = |zone| matches!(zone, Zone::Credit | Zone::Boilerplate);
            if block.zone == Zone::Body
                && !block.stop
                && block.size() <= 4
                && page(before.zone)
                && page(after.zone)
                && self.gap(block.first) == Gap::Line
                && self.gap(after.first) == Gap::Line
            {
                blocks[i].zone = before.zone;
            }
        }
    }

    /// Behind the running text, a line or two among lines of page text are page text, and so are
    /// those between the closing credit and such lines.
    fn tail(&self, blocks: &mut [Block], tail: usize, phrased: &[bool]) {
        let mut page = false;
        let mut before = None;
        for i in tail..=blocks.len() {
            let known = i == blocks.len() || phrased[i] || blocks[i].zone != Zone::Body;
            if !known {
                continue;
            }
            let boilerplate = i < blocks.len() && blocks[i].zone == Zone::Boilerplate;
            let from = before.map_or(i, |b: usize| b + 1);
            if (page || boilerplate) && i - from <= AMONG {
                for block in blocks[from..i].iter_mut().filter(|b| b.size() <= SHORT) {
                    block.zone = Zone::Boilerplate;
                }
            }
            page |= boilerplate;
            before = Some(i);
        }
    }

    /// A short line without stop right before running text heads it.
    fn headings(&self, blocks: &mut [Block], text_from: usize, dateline: Option<usize>) {
        for i in text_from..blocks.len().saturating_sub(1) {
            let (block, next) = (blocks[i], blocks[i + 1]);
            if block.zone == Zone::Body
                && next.zone == Zone::Body
                && block.size() <= 2 * HEADING
                && dateline != Some(i)
                && self.length(&block) <= HEADING
                && self.title_like(&block)
                && (next.prose() || next.size() > 2 * HEADING || next.stop && next.size() >= 5)
                && self.tokens[block.first].case != dateline_text::Case::Lower
                && self.past_symbols(block.first, block.end) - block.first <= 1
            {
                blocks[i].zone = Zone::Heading;
            }
        }
    }
}
