//! One article through all rooms of extraction.

use crate::Error;
use dateline_dates::{Dates, Publication, Source, publication};
use dateline_document::Document;
use dateline_languages::{Coverage, DateOrder, Library, Pack};
use dateline_model::{Article, ArticleFacts, ArticleRow, Evidence, Field, Span, TimeExpression};
use dateline_rules::RuleSet;
use dateline_text::{Kind, Token, tokenize};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What is to be extracted, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Find dates.
    pub dates: bool,
    /// Find names.
    pub entities: bool,
    /// The language of all articles, if the user says so.
    pub language: Option<String>,
    /// How dates are read.
    pub dating: dateline_dates::Settings,
}

/// A language, compiled: made once, when its first article comes.
#[derive(Debug)]
pub struct Language {
    /// Its pack.
    pub pack: Pack,
    /// Its rules and tables.
    pub rules: RuleSet,
    /// Its dates.
    pub dates: Dates,
}

/// Extracts facts from articles; shared by all threads.
#[derive(Debug)]
pub struct Engine {
    library: Library,
    settings: Settings,
    languages: Mutex<FxHashMap<String, Option<Arc<Language>>>>,
}

impl Engine {
    /// An engine over the language packs of `library`.
    pub fn new(library: Library, settings: Settings) -> Result<Self, Error> {
        let this = Self { library, settings, languages: Mutex::new(FxHashMap::default()) };
        if let Some(tag) = &this.settings.language {
            this.compile(tag)?;
        }
        Ok(this)
    }

    /// The packs.
    pub fn library(&self) -> &Library {
        &self.library
    }

    fn compile(&self, tag: &str) -> Result<Language, Error> {
        let pack = self.library.pack(tag)?;
        let rules = RuleSet::new(&pack)?;
        let dates = Dates::new(&rules, pack.language.date_order);
        Ok(Language { pack, rules, dates })
    }

    /// The compiled language of a tag; without a pack of that tag the root's, which still knows
    /// numeric dates.
    pub fn language(&self, tag: &str) -> Option<Arc<Language>> {
        let mut languages = self.languages.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = languages.get(tag) {
            return known.clone();
        }
        let compiled = match self.compile(tag).or_else(|_| self.compile("root")) {
            Ok(language) => Some(Arc::new(language)),
            Err(error) => {
                log::error!("{error}");
                None
            }
        };
        languages.insert(tag.to_owned(), compiled.clone());
        compiled
    }

    /// Tags of the packs that have been compiled, sorted.
    pub fn compiled(&self) -> Vec<String> {
        let languages = self.languages.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tags: Vec<String> = languages.keys().cloned().collect();
        tags.sort();
        tags
    }

    fn detect(&self, article: &Article, _text: &str, _tokens: &[Token]) -> (String, f32) {
        if let Some(tag) = &self.settings.language {
            return (tag.clone(), 1.0);
        }
        (if article.language.is_empty() { "en".into() } else { article.language.to_string() }, 1.0)
    }

    /// The analysed document of an article with its language.
    pub fn document<'a>(&self, article: &'a Article<'_>) -> (Document<'a>, Option<Arc<Language>>, f32) {
        let (text, body_start) = Document::join(&article.title, &article.text);
        let mut tokens = Vec::with_capacity(text.len() / 5);
        tokenize(&text, &mut tokens);
        let (tag, confidence) = self.detect(article, &text, &tokens);
        let Some(language) = self.language(&tag) else {
            return (Document { text, body_start, tokens, ..Document::default() }, None, 0.0);
        };
        language.rules.lexicon.mark(&mut tokens);
        let document = Document::new(text, body_start, tokens, &language.rules.lexicon, &language.pack);
        (document, Some(language), confidence)
    }

    /// Extracts the facts of one article. `article_id` is left empty: the run gives it.
    pub fn extract<'a>(&self, article: Article<'a>) -> ArticleFacts<'a> {
        let (document, language, confidence) = self.document(&article);
        let mut dates = Vec::new();
        let mut published = Publication::default();
        if let Some(language) = &language {
            let rules = &language.rules;
            let expressions = language.dates.expressions(&document, rules, &self.settings.dating);
            let source = Source {
                published: &article.published,
                url: &article.url,
                file: &article.source_file,
            };
            let order = self.settings.dating.date_order.unwrap_or(language.pack.language.date_order);
            let style = dateline_dates::Style { order };
            published = publication(source, &document, rules, &expressions, style, &self.settings.dating);
            dates = language.dates.resolve(&document, rules, expressions, &published, &self.settings.dating);
            if !self.settings.dates {
                dates.clear();
            }
        }
        let place = Placement { body_start: document.body_start };
        for d in &mut dates {
            place.evidence(&mut d.evidence);
        }
        sort(&mut dates);
        let title = document.title.map_or_else(String::new, |s| s.of(&document.text).trim().to_owned());
        let n_words = document.tokens.iter().filter(|t| matches!(t.kind, Kind::Word | Kind::Character)).count();
        let mut hash = blake3::Hasher::new();
        hash.update(article.title.as_bytes()).update(b"\n").update(article.text.as_bytes());
        let row = ArticleRow {
            article_id: String::new(),
            source_file: article.source_file.to_string(),
            record: article.record,
            source_id: article.source_id.to_string(),
            title,
            published: published.day.map(|d| d.to_string()).unwrap_or_default(),
            published_precision: if published.day.is_some() { "day" } else { "" },
            published_basis: published.basis,
            published_alternatives: join(published.alternatives.iter()),
            outlet: article.outlet.to_string(),
            agency: String::new(),
            authors: article.authors.to_string(),
            url: article.url.to_string(),
            language: language.as_ref().map_or("und", |l| if l.pack.tag == "root" { "und" } else { l.pack.tag }),
            language_confidence: confidence,
            coverage: language.as_ref().map_or(Coverage::None, |l| l.pack.coverage).as_str(),
            n_words: n_words as u32,
            text_hash: hash.finalize().to_hex()[..16].to_owned(),
        };
        drop(document);
        ArticleFacts {
            article: row,
            title: article.title,
            text: article.text,
            mentions: Vec::new(),
            dates,
            quotes: Vec::new(),
            amounts: Vec::new(),
        }
    }
}

fn join<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|i| i.to_string()).collect::<Vec<_>>().join("; ")
}

fn sort(dates: &mut [TimeExpression]) {
    dates.sort_by_key(|d| (d.evidence.field, d.evidence.span));
}

/// From positions in the joined text to positions in title or text.
struct Placement {
    body_start: u32,
}

impl Placement {
    fn evidence(&self, e: &mut Evidence) {
        if e.span.start >= self.body_start {
            e.field = Field::Text;
            e.span = self.moved(e.span);
            e.sentence_span = self.moved(e.sentence_span);
        } else {
            e.field = Field::Title;
        }
    }

    fn moved(&self, s: Span) -> Span {
        Span::new(s.start.saturating_sub(self.body_start), s.end.saturating_sub(self.body_start))
    }
}

/// The order that a user asks for.
pub fn date_order(name: &str) -> Option<DateOrder> {
    match name {
        "dmy" => Some(DateOrder::Dmy),
        "mdy" => Some(DateOrder::Mdy),
        "ymd" => Some(DateOrder::Ymd),
        _ => None,
    }
}
