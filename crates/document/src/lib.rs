//! The shape of an article: sentences, title and body, zones, the parsed dateline.

mod dateline;
mod lines;
mod marks;
mod reader;
mod sentences;
mod zones;

use dateline_languages::Lexicon;
use dateline_model::{Span, Zone};
use dateline_text::{Outline, Token};
use marks::Mark;
use reader::Reader;
pub use reader::Slots;
use std::borrow::Cow;
use std::ops::Range;

/// A sentence, a heading, a line of a list: what stands between two full stops of any kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sentence {
    /// First token.
    pub first: u32,
    /// One past the last token.
    pub end: u32,
    /// Bytes of [`Document::text`] from the first to the last token.
    pub span: Span,
    /// Number of the paragraph, from 0. A paragraph ends at an empty line, or at a line end that does
    /// not just wrap it to a width.
    pub paragraph: u32,
    /// Part of the article.
    pub zone: Zone,
}

/// «BRUSSELS, March 10 (Reuters) –»: token ranges, empty where a part is missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dateline {
    /// Tokens of the place.
    pub place: Range<u32>,
    /// Tokens of the date.
    pub date: Range<u32>,
    /// Tokens of the agency.
    pub agency: Range<u32>,
    /// All of it, with the closing dash.
    pub all: Range<u32>,
}

/// An article ready for extraction. Positions are bytes of `text`.
#[derive(Debug, Clone, Default)]
pub struct Document<'a> {
    /// A separate title, an empty line, and the article's text; or just the text.
    pub text: Cow<'a, str>,
    /// Where the article's text begins in `text`: 0 unless there is a separate title.
    pub body_start: u32,
    /// Tokens of `text`, marked with the lexicon of its language.
    pub tokens: Vec<Token>,
    /// Where something may end among them, and how many are words.
    pub outline: Outline,
    /// Sentences; they tile the tokens.
    pub sentences: Vec<Sentence>,
    /// The title: the separate one, or the line of the text that is one.
    pub title: Option<Span>,
    /// What opens the report.
    pub dateline: Option<Dateline>,
    /// Tokens of the day of publication that the page prints beside the article («Published March 10,
    /// 2023 | Updated …», or a line with nothing but a date above it): the first such, one that says
    /// «published» before one that says «updated».
    pub page_date: Option<Range<u32>>,
    /// Tokens of the news agency that dateline or credit name; empty where none is named.
    pub agency: Range<u32>,
}

impl<'a> Document<'a> {
    /// Joins a separate title (may be empty) and the text.
    pub fn join(title: &str, text: &'a str) -> (Cow<'a, str>, u32) {
        if title.is_empty() {
            return (Cow::Borrowed(text), 0);
        }
        let mut joined = String::with_capacity(title.len() + 2 + text.len());
        joined.push_str(title);
        joined.push_str("\n\n");
        let start = joined.len() as u32;
        joined.push_str(text);
        (Cow::Owned(joined), start)
    }

    /// Analyses `text` (see [`Document::join`]), cut into marked tokens, with the tables of its language.
    pub fn new(
        text: Cow<'a, str>,
        body_start: u32,
        (tokens, outline): (Vec<Token>, Outline),
        lexicon: &Lexicon,
        slots: &Slots,
    ) -> Self {
        let reader = Reader::new(&text, &tokens, &outline.breaks, lexicon, slots);
        let mut blocks = lines::blocks(&reader);
        let text_from = blocks.partition_point(|b| tokens[b.first].start < body_start);
        let found = reader
            .dateline(&blocks[text_from..])
            .map(|(i, d)| (i + text_from, d));
        let findings = reader.zones(&mut blocks, body_start, found.as_ref().map(|f| f.0));
        let mut sentences = Vec::with_capacity(blocks.len() + tokens.len() / 24);
        for (paragraph, block) in blocks.iter().enumerate() {
            let mut first = block.first;
            let mut push = |first: usize, end: usize, zone: Zone| {
                sentences.push(Sentence {
                    first: first as u32,
                    end: end as u32,
                    span: Span::new(tokens[first].start, tokens[end - 1].end),
                    paragraph: paragraph as u32,
                    zone,
                });
            };
            if let Some((_, dateline)) = found.as_ref().filter(|f| f.0 == paragraph) {
                first = (dateline.all.end as usize).clamp(first, block.end);
                if first > block.first {
                    push(block.first, first, Zone::Dateline);
                }
            }
            if block.zone != Zone::Body {
                reader.sentences(first, block.end, |a, b| push(a, b, block.zone));
                continue;
            }
            let credit = reader.closing_credit(first, block.end);
            reader.sentences(first, credit, |a, b| {
                // Text of the page is often glued to the end of a paragraph.
                let glued = a > first && b == credit;
                let zone = if glued {
                    reader.phrase_of_sentence(a, b)
                } else {
                    None
                };
                push(a, b, zone.unwrap_or(Zone::Body));
            });
            if credit < block.end {
                push(credit, block.end, Zone::Credit);
            }
        }
        let title = if body_start > 2 {
            Some(Span::new(0, body_start - 2))
        } else {
            findings
                .title
                .and_then(|i| blocks.get(i))
                .map(|b| Span::new(tokens[b.first].start, tokens[b.end - 1].end))
        };
        let dateline = found.map(|f| f.1);
        let agency = dateline
            .as_ref()
            .map(|d| d.agency.clone())
            .filter(|a| !a.is_empty())
            .unwrap_or(findings.agency);
        Self {
            text,
            body_start,
            tokens,
            outline,
            sentences,
            title,
            dateline,
            page_date: findings.page_date,
            agency,
        }
    }

    /// Index of the sentence that token `i` stands in.
    pub fn sentence_of(&self, i: u32) -> usize {
        self.sentences.partition_point(|s| s.end <= i)
    }

    /// The text of a range of tokens.
    pub fn slice(&self, first: u32, end: u32) -> &str {
        match (
            self.tokens.get(first as usize),
            self.tokens.get((end as usize).wrapping_sub(1)),
        ) {
            (Some(a), Some(b)) if first < end => &self.text[a.start as usize..b.end as usize],
            _ => "",
        }
    }

    /// The bytes of a range of tokens.
    pub fn span(&self, first: u32, end: u32) -> Span {
        match (
            self.tokens.get(first as usize),
            self.tokens.get((end as usize).wrapping_sub(1)),
        ) {
            (Some(a), Some(b)) if first < end => Span::new(a.start, b.end),
            _ => Span::default(),
        }
    }
}

impl Reader<'_> {
    /// Where the credit in brackets begins that closes a block; `end` if there is none.
    fn closing_credit(&self, first: usize, end: usize) -> usize {
        let last = end.wrapping_sub(1);
        if first >= end || self.mark(last) != Mark::Close {
            return end;
        }
        match self.opening(first, last, 40) {
            Some(open) if self.credit_in_brackets(open + 1, last) => open,
            _ => end,
        }
    }
}

#[cfg(test)]
mod tests;
