//! The shape of an article: sentences, title and body, zones, the parsed dateline.

use dateline_languages::{Lexicon, Pack};
use dateline_model::{Span, Zone};
use dateline_text::{Gap, Token};
use std::borrow::Cow;

/// A sentence, a heading, a line of a list: what stands between two full stops of any kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sentence {
    /// First token.
    pub first: u32,
    /// One past the last token.
    pub end: u32,
    /// Bytes of [`Document::text`] from the first to the last token.
    pub span: Span,
    /// Number of the paragraph, from 0.
    pub paragraph: u32,
    /// Part of the article.
    pub zone: Zone,
}

/// «BRUSSELS, March 10 (Reuters) –»: token ranges, empty where a part is missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dateline {
    /// Tokens of the place.
    pub place: std::ops::Range<u32>,
    /// Tokens of the date.
    pub date: std::ops::Range<u32>,
    /// Tokens of the agency.
    pub agency: std::ops::Range<u32>,
    /// All of it, with the closing dash.
    pub all: std::ops::Range<u32>,
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
    /// Sentences; they tile the tokens.
    pub sentences: Vec<Sentence>,
    /// The title: the separate one, or the line of the text that is one.
    pub title: Option<Span>,
    /// What opens the report.
    pub dateline: Option<Dateline>,
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

    /// Analyses marked `tokens` of `text` (see [`Document::join`]).
    pub fn new(text: Cow<'a, str>, body_start: u32, tokens: Vec<Token>, _lexicon: &Lexicon, _pack: &Pack) -> Self {
        let mut sentences = Vec::new();
        let mut first = 0u32;
        let mut paragraph = 0;
        for i in 0..tokens.len() {
            let last = i + 1 == tokens.len();
            let next_gap = tokens.get(i + 1).map_or(Gap::Paragraph, |t| t.gap);
            let stop = matches!(tokens[i].of(&text), "." | "!" | "?" | "…") && next_gap >= Gap::Space;
            if last || stop || next_gap >= Gap::Line {
                let span = Span::new(tokens[first as usize].start, tokens[i].end);
                let zone = if span.start < body_start { Zone::Title } else { Zone::Body };
                sentences.push(Sentence { first, end: i as u32 + 1, span, paragraph, zone });
                first = i as u32 + 1;
                paragraph += u32::from(next_gap >= Gap::Paragraph);
            }
        }
        let title = (body_start > 2).then(|| Span::new(0, body_start - 2));
        Self { text, body_start, tokens, sentences, title, dateline: None }
    }

    /// Index of the sentence that token `i` stands in.
    pub fn sentence_of(&self, i: u32) -> usize {
        self.sentences.partition_point(|s| s.end <= i)
    }

    /// The text of a range of tokens.
    pub fn slice(&self, first: u32, end: u32) -> &str {
        match (self.tokens.get(first as usize), self.tokens.get((end as usize).wrapping_sub(1))) {
            (Some(a), Some(b)) if first < end => &self.text[a.start as usize..b.end as usize],
            _ => "",
        }
    }

    /// The bytes of a range of tokens.
    pub fn span(&self, first: u32, end: u32) -> Span {
        match (self.tokens.get(first as usize), self.tokens.get((end as usize).wrapping_sub(1))) {
            (Some(a), Some(b)) if first < end => Span::new(a.start, b.end),
            _ => Span::default(),
        }
    }
}
