//! What extraction hands over: one article's row and its facts, each with its evidence.

use crate::Short;
use std::borrow::Cow;
use std::sync::Arc;

/// A range of bytes in a text, end exclusive, on character borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from `start` to `end` (bytes, end exclusive).
    pub fn new(start: u32, end: u32) -> Self {
        debug_assert!(start <= end);
        Self { start, end }
    }

    /// The text under the span.
    pub fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }

    /// Whether the two share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Length in bytes.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span holds nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Which of an article's two texts an offset counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Field {
    /// A title that the source keeps apart.
    Title,
    /// The text.
    #[default]
    Text,
}

impl Field {
    /// The name as written in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
        }
    }
}

/// What part of an article a sentence stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Zone {
    /// The title, kept apart or first line of the text.
    Title,
    /// Place, date and agency that open a report.
    Dateline,
    /// A line that heads a section.
    Heading,
    /// The article itself.
    #[default]
    Body,
    /// Who wrote, photographed or supplied it.
    Credit,
    /// Menus, share bars, invitations to subscribe: text of the page, not of the article.
    Boilerplate,
}

impl Zone {
    /// The name as written in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Dateline => "dateline",
            Self::Heading => "heading",
            Self::Body => "body",
            Self::Credit => "credit",
            Self::Boilerplate => "boilerplate",
        }
    }
}

/// Where a fact stands and why it was reported. Byte offsets count in the text named by `field`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Which text the spans count in.
    pub field: Field,
    /// The expression.
    pub span: Span,
    /// The sentence around it.
    pub sentence_span: Span,
    /// Number of that sentence in the article, from 1, the title's sentences first.
    pub sentence: u32,
    /// Where in the article.
    pub zone: Zone,
    /// Id of the rule that found it.
    pub rule: &'static str,
}

/// Type of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameType {
    /// A human being, by name.
    Person,
    /// A body, company, party, agency, club, outlet.
    Organization,
    /// A country, region, town, water, building.
    Place,
    /// An event, work, product, or people by nationality.
    Other,
}

impl NameType {
    /// The name as written in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organization => "organization",
            Self::Place => "place",
            Self::Other => "other",
        }
    }
}

/// In which form a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MentionKind {
    /// The fullest form that the article has.
    Full,
    /// A part of a fuller form elsewhere in the article: a surname, a head word.
    Short,
    /// Initials of a longer form.
    Acronym,
}

impl MentionKind {
    /// The name as written in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Short => "short",
            Self::Acronym => "acronym",
        }
    }
}

/// A person, organization, place or other name where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Where and why.
    pub evidence: Evidence,
    /// `Q458`, `iso:FR`, `x:person:erich-andersen`, …; empty where it cannot be told.
    pub entity_id: Arc<str>,
    /// One label an id in the whole run.
    pub name: Arc<str>,
    /// Type of the entity.
    pub name_type: NameType,
    /// Full, short or acronym.
    pub mention_kind: MentionKind,
    /// Office or profession that stands beside a person's name, in the words of the article.
    pub role: String,
    /// Id of the organization that the role belongs to.
    pub role_org_id: String,
    /// How sure the rules are, 0 to 1.
    pub confidence: f32,
}

/// Kind of a time expression, in plain words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DateKind {
    /// A day or a longer calendar unit (TIMEX3 DATE).
    Date,
    /// A part of a day or a clock time (TIMEX3 TIME).
    Time,
    /// A length (TIMEX3 DURATION).
    Duration,
    /// Something that comes again (TIMEX3 SET).
    Repeated,
}

impl DateKind {
    /// The name as written in the tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Time => "time",
            Self::Duration => "duration",
            Self::Repeated => "repeated",
        }
    }

    /// The TIMEX3 type.
    pub fn timex_type(self) -> &'static str {
        match self {
            Self::Date => "DATE",
            Self::Time => "TIME",
            Self::Duration => "DURATION",
            Self::Repeated => "SET",
        }
    }
}

/// A temporal expression with its value: a row of `dates`.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeExpression {
    /// Where and why.
    pub evidence: Evidence,
    /// Date, time, duration, repeated.
    pub kind: DateKind,
    /// First day covered, `YYYY-MM-DD`; empty where unresolved.
    pub first_day: Short,
    /// Last day covered, `YYYY-MM-DD`; empty where unresolved.
    pub last_day: Short,
    /// `day`, `week`, `month`, `quarter`, `season`, `half`, `year`, `decade`, `century`, `hour`, `minute`, …; or empty.
    pub precision: &'static str,
    /// TIMEX3 modifier (`START`, `MID`, `END`, `APPROX`, `BEFORE`, …) or empty.
    pub modifier: &'static str,
    /// Length as ISO 8601 duration, for durations; else empty.
    pub length: Short,
    /// `before`, `same`, `after`, `contains`: against the publication day; or empty.
    pub relation: &'static str,
    /// `explicit`, `published`, `narrative`, `calendar`; empty = unresolved.
    pub basis: &'static str,
    /// Other values that are possible, joined by `; `.
    pub alternatives: Short,
    /// Shared by the two ends of a range; empty outside ranges.
    pub range_id: Short,
    /// `begin`, `end`, `whole`; or empty.
    pub range_role: &'static str,
    /// TIMEX3 value, e.g. `2023-03-15`, `XXXX-03-15`, `P6M`, `PRESENT_REF`.
    pub timex_value: Short,
}

/// An amount; the table exists, rows come with a later version.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// Where and why.
    pub evidence: Evidence,
}

/// A quotation; the table exists, rows come with a later version.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// Where and why.
    pub evidence: Evidence,
}

/// One article's row of the table `articles`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArticleRow {
    /// Unique in the run.
    pub article_id: String,
    /// Path of the file.
    pub source_file: String,
    /// Number of the record in its file, from 1.
    pub record: u64,
    /// The id that the source gave.
    pub source_id: String,
    /// The title, kept apart or found in the text.
    pub title: String,
    /// Day of publication, `YYYY-MM-DD`, or empty.
    pub published: String,
    /// `day`, `month`, `year`, or empty.
    pub published_precision: &'static str,
    /// `metadata`, `url`, `file_name`, `page`, `dateline`, `calendar`, `calendar_latest`, or empty.
    pub published_basis: &'static str,
    /// Other days that are possible, joined by `; `.
    pub published_alternatives: String,
    /// Paper, site or broadcaster.
    pub outlet: String,
    /// News agency that the copy names.
    pub agency: String,
    /// Authors, joined by `; `.
    pub authors: String,
    /// Address.
    pub url: String,
    /// ISO 639 tag, or `und`.
    pub language: &'static str,
    /// 0 to 1.
    pub language_confidence: f32,
    /// `full`, `dates`, `none`: what dateline can find in this language.
    pub coverage: &'static str,
    /// Words in title and text.
    pub n_words: u32,
    /// blake3 of title and text, first 16 hex digits.
    pub text_hash: String,
}

/// All that is known of one article; the unit that flows from extraction to export.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArticleFacts<'a> {
    /// The row of `articles`; the counts of facts are the lengths of the lists below.
    pub article: ArticleRow,
    /// The separate title, in which spans with `field = title` count.
    pub title: Cow<'a, str>,
    /// The text, in which spans with `field = text` count.
    pub text: Cow<'a, str>,
    /// Sorted by field, start, end.
    pub mentions: Vec<Mention>,
    /// Sorted by field, start, end.
    pub dates: Vec<TimeExpression>,
    /// Sorted by field, start, end.
    pub quotes: Vec<Quote>,
    /// Sorted by field, start, end.
    pub amounts: Vec<Amount>,
}
