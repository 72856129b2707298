//! What dateline finds in a record.

use super::gold::Record;
use super::measure::Range;
use anyhow::Result;
use dateline_dates::Domain;
use dateline_detect::Detector;
use dateline_gazetteer::Gazetteer;
use dateline_languages::{Coverage, Library};
use dateline_model::{Article, Field, NameType, Span, Zone};
use dateline_pipeline::{Engine, LearnedNames, Settings, Worker};
use rayon::prelude::*;

/// How a set is to be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// News with its day of publication and its language.
    News,
    /// Stories of the past: no day of publication.
    Narrative,
    /// As an article comes from the web: neither day nor language; the calendar may date it.
    Bare,
}

/// A time expression, in code points.
#[derive(Debug, Clone, PartialEq)]
pub struct Date {
    pub range: Range,
    pub kind: &'static str,
    pub value: String,
    pub rule: &'static str,
}

/// A person, organization or place, in code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    pub range: Range,
    pub kind: &'static str,
}

/// What was found in one record.
#[derive(Debug, Default)]
pub struct Found {
    pub language: &'static str,
    pub dates: Vec<Date>,
    pub names: Vec<Name>,
}

/// The program, set up in each way that the sets ask for.
pub struct Reader {
    news: Engine,
    narrative: Engine,
    bare: Engine,
    detector: Detector,
}

impl Reader {
    pub fn new(library: &Library, learned: &str) -> Result<Self> {
        let engine = |domain, fill_undated| {
            let dating = dateline_dates::Settings {
                domain,
                date_order: None,
                not_after: jiff::civil::date(2026, 11, 21),
                not_after_is_said: false,
                fill_undated,
            };
            let settings = Settings {
                dates: true,
                entities: true,
                language: None,
                dating,
            };
            let mut names = LearnedNames::default();
            if !learned.is_empty() {
                names.read(learned).map_err(anyhow::Error::msg)?;
            }
            let engine = Engine::new(library.clone(), Gazetteer::embedded(), settings)?;
            anyhow::Ok(engine.with_learned(names))
        };
        Ok(Self {
            news: engine(Domain::Auto, false)?,
            narrative: engine(Domain::Narrative, false)?,
            bare: engine(Domain::Auto, true)?,
            detector: Detector::new(library.folders()),
        })
    }

    fn engine(&self, reading: Reading) -> &Engine {
        match reading {
            Reading::News => &self.news,
            Reading::Narrative => &self.narrative,
            Reading::Bare => &self.bare,
        }
    }

    fn article<'r>(record: &'r Record, reading: Reading) -> Article<'r> {
        let published = match reading {
            Reading::News => record.dct.as_deref().or(record.reference.as_deref()),
            Reading::Narrative | Reading::Bare => None,
        };
        // Of a reference time the day: times of day are no part of a publication.
        let published = published.and_then(|p| p.get(..10)).unwrap_or_default();
        let language = match reading {
            Reading::News | Reading::Narrative => record.lang.as_deref().unwrap_or_default(),
            Reading::Bare => "",
        };
        Article {
            text: record.text.as_str().into(),
            published: published.into(),
            language: language.into(),
            ..Article::default()
        }
    }

    /// Finds dates and names in all records, in parallel, in their order.
    pub fn read(&self, records: &[Record], reading: Reading) -> Vec<Found> {
        let engine = self.engine(reading);
        let one = |worker: &mut Worker, record: &Record| {
            let facts = engine.extract(Self::article(record, reading), worker);
            let at = CodePoints::new(&record.text);
            let dates = facts
                .dates
                .iter()
                .filter(|d| d.evidence.field == Field::Text);
            let names = facts
                .mentions
                .iter()
                .filter(|m| m.evidence.field == Field::Text);
            Found {
                language: facts.article.language,
                dates: dates
                    .map(|d| Date {
                        range: at.range(d.evidence.span),
                        kind: d.kind.timex_type(),
                        value: d.timex_value.to_string(),
                        rule: d.evidence.rule,
                    })
                    .collect(),
                names: names
                    .filter_map(|m| {
                        let kind = match m.name_type {
                            NameType::Person => "PER",
                            NameType::Organization => "ORG",
                            NameType::Place => "LOC",
                            NameType::Other => return None,
                        };
                        Some(Name {
                            range: at.range(m.evidence.span),
                            kind,
                        })
                    })
                    .collect(),
            }
        };
        records.par_iter().map_init(Worker::default, one).collect()
    }

    /// The language that a text shows, `und` if none.
    pub fn language(&self, text: &str) -> &'static str {
        let mut tokens = Vec::new();
        dateline_text::tokenize(text, &mut tokens);
        self.detector.detect_with_hint(text, &tokens, None).language
    }

    /// The tag of dateline's own for a language code of any kind.
    pub fn tag<'t>(&self, code: &'t str) -> &'t str {
        self.detector.resolve(code).unwrap_or(code)
    }

    /// Whether dateline claims to tell this language from others.
    pub fn detects(&self, code: &str) -> bool {
        let folder = self.news.library().folder(self.tag(code));
        folder.is_some_and(|f| f.file("function_words.txt").is_some())
    }

    /// What dateline can find in a language.
    pub fn coverage(&self, code: &str) -> Coverage {
        self.news
            .library()
            .pack(self.tag(code))
            .map_or(Coverage::None, |p| p.coverage)
    }

    /// The lines of a bare text that are not the article's own: boilerplate and credits, as ranges.
    pub fn not_the_article(&self, record: &Record) -> Vec<Range> {
        let article = Self::article(record, Reading::Bare);
        let (document, _) = self.bare.document(&article);
        let at = CodePoints::new(&record.text);
        let outside = document
            .sentences
            .iter()
            .filter(|s| matches!(s.zone, Zone::Boilerplate | Zone::Credit));
        outside.map(|s| at.range(s.span)).collect()
    }
}

/// From bytes to code points.
struct CodePoints {
    starts: Vec<u32>,
}

impl CodePoints {
    fn new(text: &str) -> Self {
        Self {
            starts: text.char_indices().map(|(at, _)| at as u32).collect(),
        }
    }

    fn range(&self, span: Span) -> Range {
        let point = |byte: u32| self.starts.partition_point(|s| *s < byte);
        (point(span.start), point(span.end))
    }
}
