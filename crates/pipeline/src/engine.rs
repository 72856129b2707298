//! One article through all rooms of extraction.

use crate::Error;
use crate::learn::{Corpus, LearnedNames};
use crate::witness::{Witness, rank, witnesses};
use dateline_dates::{Dates, Expression, Publication, Source, publication};
use dateline_detect::Detector;
use dateline_document::{Document, Slots};
use dateline_entities::{Name, Recognizer, Scratch};
use dateline_gazetteer::Gazetteer;
use dateline_languages::{Coverage, DateOrder, Library, Pack};
use dateline_model::{
    Article, ArticleFacts, ArticleRow, Evidence, Field, Mention, Span, TimeExpression, Zone,
};
use dateline_rules::{Claim, RuleSet, arbitrate};
use dateline_text::{Case, Kind, Outline, Token};
use jiff::civil::Date;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

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

/// A language with the names that can be found in it; lives as long as the program.
#[derive(Debug)]
struct Compiled {
    language: &'static Language,
    slots: Slots,
    names: Recognizer<'static>,
}

/// Memory that a thread uses again for every article.
#[derive(Default)]
pub struct Worker {
    tokens: Vec<Token>,
    outline: Outline,
    languages: Vec<Met>,
    names: Vec<Name>,
    scratch: Scratch<'static>,
}

/// A language that a thread met, so that it need not ask the one list of all threads for each article.
struct Met {
    tag: &'static str,
    compiled: Option<&'static Compiled>,
    dates: dateline_rules::Scratch,
}

/// Extracts facts from articles; shared by all threads.
pub struct Engine {
    library: Library,
    detector: Detector,
    gazetteer: &'static Gazetteer,
    settings: Settings,
    languages: Mutex<FxHashMap<String, Option<&'static Compiled>>>,
    learned: LearnedNames,
}

impl Engine {
    /// An engine over the language packs of `library`.
    pub fn new(library: Library, gazetteer: Gazetteer, settings: Settings) -> Result<Self, Error> {
        if let Some(tag) = &settings.language {
            library.language(tag)?;
        }
        // Tables live until the program ends: every thread reads them, none waits to free them.
        let gazetteer = Box::leak(Box::new(gazetteer));
        let detector = Detector::new(library.folders());
        Ok(Self {
            library,
            detector,
            gazetteer,
            settings,
            languages: Mutex::new(FxHashMap::default()),
            learned: LearnedNames::default(),
        })
    }

    /// Hears names that a corpus has shown as weak evidence.
    pub fn with_learned(mut self, names: LearnedNames) -> Self {
        self.learned = names;
        self
    }

    /// The packs.
    pub fn library(&self) -> &Library {
        &self.library
    }

    fn compile(&self, tag: &str) -> Result<&'static Compiled, Error> {
        let pack = self.library.pack(tag)?;
        let rules = RuleSet::new(&pack)?;
        let dates = Dates::new(&rules, &pack.language);
        let language: &'static Language = Box::leak(Box::new(Language { pack, rules, dates }));
        let names = Recognizer::new(&language.rules.lexicon, &language.pack, self.gazetteer)
            .with_learned(self.learned.of(tag));
        Ok(Box::leak(Box::new(Compiled {
            language,
            slots: Slots::new(&language.rules.lexicon),
            names,
        })))
    }

    /// The compiled language of a tag; without a pack of that tag the root's, which still knows
    /// numeric dates.
    pub fn language(&self, tag: &str) -> Option<&'static Language> {
        self.compiled_language(tag).map(|c| c.language)
    }

    fn compiled_language(&self, tag: &str) -> Option<&'static Compiled> {
        let mut languages = self
            .languages
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = languages.get(tag) {
            return *known;
        }
        let compiled = match self.compile(tag).or_else(|_| self.compile("root")) {
            Ok(language) => Some(language),
            Err(error) => {
                log::error!("{error}");
                None
            }
        };
        languages.insert(tag.to_owned(), compiled);
        compiled
    }

    /// Tags of the packs that have been compiled, sorted.
    pub fn compiled(&self) -> Vec<String> {
        let languages = self
            .languages
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut tags: Vec<String> = languages.keys().cloned().collect();
        tags.sort();
        tags
    }

    /// What the user or the source says where that is possible, else what the text shows.
    fn detect(&self, article: &Article, text: &str, tokens: &[Token]) -> (&'static str, f32) {
        let said = match &self.settings.language {
            Some(tag) => Some(tag.as_str()),
            None => Some(&*article.language).filter(|l| !l.is_empty()),
        };
        let guess = self.detector.detect_with_hint(text, tokens, said);
        (guess.language, guess.confidence)
    }

    /// The analysed document of an article with its language.
    pub fn document<'a>(
        &self,
        article: &'a Article<'_>,
    ) -> (Document<'a>, Option<&'static Language>) {
        let (document, compiled, _) = self.analyse(article, &mut Worker::default());
        (document, compiled.map(|(c, _)| c.language))
    }

    /// The document with its language, compiled, and the place of that among those that the worker met.
    fn analyse<'a>(
        &self,
        article: &'a Article<'_>,
        worker: &mut Worker,
    ) -> (
        Document<'a>,
        Option<(&'static Compiled, usize)>,
        (&'static str, f32),
    ) {
        let (text, body_start) = Document::join(&article.title, &article.text);
        let mut tokens = std::mem::take(&mut worker.tokens);
        let mut outline = std::mem::take(&mut worker.outline);
        tokens.clear();
        tokens.reserve(text.len() / 4);
        dateline_text::outline(&text, &mut tokens, &mut outline);
        let found = self.detect(article, &text, &tokens);
        let met = worker.languages.iter().position(|l| l.tag == found.0);
        let met = met.unwrap_or_else(|| {
            worker.languages.push(Met {
                tag: found.0,
                compiled: self.compiled_language(found.0),
                dates: dateline_rules::Scratch::default(),
            });
            worker.languages.len() - 1
        });
        let Some(compiled) = worker.languages[met].compiled else {
            return (
                Document {
                    text,
                    body_start,
                    tokens,
                    outline,
                    ..Document::default()
                },
                None,
                found,
            );
        };
        let language = compiled.language;
        language.rules.lexicon.mark(&mut tokens);
        let document = Document::new(
            text,
            body_start,
            (tokens, outline),
            &language.rules.lexicon,
            &compiled.slots,
        );
        (document, Some((compiled, met)), found)
    }

    /// Expressions of time, names (left with the worker) and the day of publication, with the names that
    /// decided between several days. Names are sought where they are wanted, or where such days are left, so
    /// that the day does not depend on what else is wanted.
    fn dated(
        &self,
        article: &Article<'_>,
        document: &Document<'_>,
        (compiled, met): (&'static Compiled, usize),
        worker: &mut Worker,
    ) -> (Vec<Expression>, Publication, Vec<Witness>) {
        let Compiled {
            language, names, ..
        } = compiled;
        let rules = &language.rules;
        let dating = &self.settings.dating;
        let scratch = &mut worker.languages[met].dates;
        let expressions = language.dates.expressions(document, rules, dating, scratch);
        let source = Source {
            published: &article.published,
            url: &article.url,
            file: &article.source_file,
        };
        let order = dating
            .date_order
            .unwrap_or(language.pack.language.date_order);
        let style = dateline_dates::Style { order };
        let mut published = publication(
            source,
            document,
            rules,
            &expressions,
            style,
            dating,
            scratch,
        );
        let several = !published.alternatives.is_empty();
        worker.names.clear();
        if self.settings.entities || several {
            let taken: Vec<Span> = expressions.iter().map(|e| e.span).collect();
            names.find(document, &taken, &mut worker.scratch, &mut worker.names);
        }
        let mut deciding = Vec::new();
        if several {
            deciding = witnesses(&worker.names, document, language);
            let excluded = published.keep_best(|day| rank(&deciding, day));
            for witness in &mut deciding {
                let unfit = |day: &&Date| !witness.expects(**day);
                witness.excluded = excluded.iter().filter(unfit).copied().collect();
            }
            deciding.retain(|w| !w.excluded.is_empty());
        }
        (expressions, published, deciding)
    }

    /// The names of an article without a day of its own that decided between the days that its calendar left.
    pub fn witnesses(&self, article: &Article<'_>) -> Vec<Witness> {
        let mut worker = Worker::default();
        let (document, compiled, _) = self.analyse(article, &mut worker);
        compiled.map_or_else(Vec::new, |c| {
            self.dated(article, &document, c, &mut worker).2
        })
    }

    /// Adds what an article shows of names to what a corpus does.
    pub(crate) fn show(&self, article: &Article<'_>, worker: &mut Worker, corpus: &mut Corpus) {
        let (document, compiled, (tag, _)) = self.analyse(article, worker);
        if let Some(compiled) = compiled {
            self.dated(article, &document, compiled, worker);
            let mut shown = Vec::new();
            let names = &compiled.0.names;
            names.show(&document, &mut worker.scratch, &mut shown);
            corpus.show(tag, &shown);
            let lower = |t: &&Token| t.kind == Kind::Word && t.case == Case::Lower;
            let mut small: Vec<u64> = document
                .tokens
                .iter()
                .filter(lower)
                .map(|t| t.key)
                .collect();
            small.sort_unstable();
            small.dedup();
            corpus.small(tag, &small);
        }
        worker.tokens = document.tokens;
        worker.outline = document.outline;
    }

    /// Extracts the facts of one article. `article_id` is left empty: the run gives it.
    pub fn extract<'a>(&self, article: Article<'a>, worker: &mut Worker) -> ArticleFacts<'a> {
        let (document, compiled, (tag, confidence)) = self.analyse(&article, worker);
        let (mut dates, mut mentions) = (Vec::new(), Vec::new());
        let mut published = Publication::default();
        if let Some(compiled) = compiled {
            let (expressions, day, _) = self.dated(&article, &document, compiled, worker);
            let language = compiled.0.language;
            published = day;
            dates = language.dates.resolve(
                &document,
                &language.rules,
                expressions,
                &published,
                &self.settings.dating,
            );
            if self.settings.entities {
                let full = language.pack.coverage == Coverage::Full;
                let known = worker
                    .names
                    .drain(..)
                    .filter(|n| full || dateline_entities::is_sure(n.rule));
                mentions = known.map(|n| mention(n, &document)).collect();
                decide(&mut dates, &mut mentions);
            }
            if !self.settings.dates {
                dates.clear();
            }
        }
        // A separate title and the text are two texts: nothing runs from one into the other.
        let apart = |s: Span| s.end <= document.body_start || s.start >= document.body_start;
        dates.retain(|d| apart(d.evidence.span));
        mentions.retain(|m| apart(m.evidence.span));
        let place = Placement {
            body_start: document.body_start,
        };
        for e in dates
            .iter_mut()
            .map(|d| &mut d.evidence)
            .chain(mentions.iter_mut().map(|m| &mut m.evidence))
        {
            place.evidence(e);
        }
        let title = document
            .title
            .map_or_else(String::new, |s| s.of(&document.text).trim().to_owned());
        let language = compiled.map(|(c, _)| c.language);
        let row = ArticleRow {
            article_id: String::new(),
            source_file: article.source_file.to_string(),
            record: article.record,
            source_id: article.source_id.to_string(),
            title,
            published: published.day.map(|d| d.to_string()).unwrap_or_default(),
            published_precision: published.precision,
            published_basis: published.basis,
            published_alternatives: join(published.alternatives.iter()),
            outlet: article.outlet.to_string(),
            agency: document
                .slice(document.agency.start, document.agency.end)
                .to_owned(),
            authors: article.authors.to_string(),
            url: article.url.to_string(),
            language: tag,
            language_confidence: two_decimals(confidence),
            coverage: language
                .map_or(Coverage::None, |l| l.pack.coverage)
                .as_str(),
            n_words: document.outline.words,
            text_hash: format!("{:016x}", xxh3_64(document.text.as_bytes())),
        };
        worker.tokens = document.tokens;
        worker.outline = document.outline;
        ArticleFacts {
            article: row,
            title: article.title,
            text: article.text,
            mentions,
            dates,
            quotes: Vec::new(),
            amounts: Vec::new(),
        }
    }
}

fn mention(name: Name, document: &Document) -> Mention {
    let at = document.sentence_of(name.first);
    let sentence = document.sentences.get(at);
    Mention {
        evidence: Evidence {
            field: Field::Text,
            span: name.span,
            sentence_span: sentence.map_or(name.span, |s| s.span),
            sentence: at as u32 + 1,
            zone: sentence.map_or(Zone::Body, |s| s.zone),
            rule: name.rule,
        },
        entity_id: name.entity_id,
        name: name.label,
        name_type: name.name_type,
        mention_kind: name.kind,
        role: name.role.of(&document.text).to_owned(),
        role_org_id: name.role_org_id,
        confidence: two_decimals(name.confidence),
    }
}

/// How strongly a date holds its words against a name: as a name that is nearly certain. «April»
/// beside «Jones» is a person; the evidence for that is worth more than the word alone.
const DATE_STRENGTH: f32 = 0.8;

/// One decision between dates and names that claim the same words.
fn decide(dates: &mut Vec<TimeExpression>, mentions: &mut Vec<Mention>) {
    let overlap = {
        let mut m = mentions.iter().peekable();
        dates.iter().any(|d| {
            while m
                .next_if(|m| m.evidence.span.end <= d.evidence.span.start)
                .is_some()
            {}
            m.peek()
                .is_some_and(|m| m.evidence.span.start < d.evidence.span.end)
        })
    };
    if !overlap {
        return;
    }
    let mut claims: Vec<(Claim, bool, usize)> = Vec::with_capacity(dates.len() + mentions.len());
    claims.extend(dates.iter().enumerate().map(|(i, d)| {
        (
            Claim {
                span: d.evidence.span,
                strength: DATE_STRENGTH,
            },
            true,
            i,
        )
    }));
    claims.extend(mentions.iter().enumerate().map(|(i, m)| {
        (
            Claim {
                span: m.evidence.span,
                strength: m.confidence,
            },
            false,
            i,
        )
    }));
    claims.sort_by_key(|c| (c.0.span, !c.1));
    let plain: Vec<Claim> = claims.iter().map(|c| c.0).collect();
    let keep = arbitrate(&plain);
    let (mut dates_kept, mut mentions_kept) = (vec![true; dates.len()], vec![true; mentions.len()]);
    for ((_, is_date, i), kept) in claims.iter().zip(&keep) {
        let list = if *is_date {
            &mut dates_kept
        } else {
            &mut mentions_kept
        };
        list[*i] = *kept;
    }
    let mut kept = dates_kept.iter();
    dates.retain(|_| kept.next() != Some(&false));
    let mut kept = mentions_kept.iter();
    mentions.retain(|_| kept.next() != Some(&false));
}

/// More decimals would promise more than votes can tell.
fn two_decimals(share: f32) -> f32 {
    (share * 100.0).round() / 100.0
}

fn join<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|i| i.to_string()).collect::<Vec<_>>().join("; ")
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
        Span::new(
            s.start.saturating_sub(self.body_start),
            s.end.saturating_sub(self.body_start),
        )
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
