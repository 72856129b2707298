//! People, organizations, places and other names of an article.
//!
//! Candidates are runs of words with capitals, cut into names with the help of the gazetteer and
//! of the language's tables (`names.tsv`); each collects votes: what the lists say, titles,
//! heads, shapes, neighbours. Names that stand for each other in the article (full name and
//! surname, long form and initials) share their votes, and every form gets one type per article.
//! Sentences in capitals are read last, with what the rest of the article has taught.

mod caseless;
mod cluster;
mod context;
mod endings;
mod form;
mod han;
mod hangul;
mod identity;
mod learned;
mod piece;
mod places;
mod role;
mod rules;
mod run;
mod scan;
#[cfg(test)]
mod tests;
mod vocabulary;

pub use learned::{Learned, Shown, form_hash, word_hash};
pub use rules::{RULES, is_sure};
pub use scan::Scratch;

use dateline_document::Document;
use dateline_gazetteer::{Gazetteer, Language};
use dateline_languages::{Lexicon, Pack};
use dateline_model::{MentionKind, NameType, Span};
use scan::Scan;
use std::borrow::Cow;
use std::sync::Arc;
use vocabulary::{Source, Vocabulary};

/// A name where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// First token.
    pub first: u32,
    /// One past the last token.
    pub end: u32,
    /// Bytes of the document's text.
    pub span: Span,
    /// Person, organization, place, other.
    pub name_type: NameType,
    /// Full, short or acronym.
    pub kind: MentionKind,
    /// The gazetteer's id, or one made from type and fullest form; empty where several entities
    /// of the gazetteer bear the name and nothing tells them apart.
    pub entity_id: Arc<str>,
    /// What the entity is called; a function of the id where there is one.
    pub label: Arc<str>,
    /// Office or profession beside a person's name, in the words of the article; empty for none.
    pub role: Span,
    /// Id of the organization that the role belongs to, else empty.
    pub role_org_id: String,
    /// How sure the rules are, 0 to 1.
    pub confidence: f32,
    /// The evidence that weighs most: an id of [`RULES`].
    pub rule: &'static str,
}

/// Finds the names of one language's articles.
#[derive(Debug)]
pub struct Recognizer<'g> {
    vocabulary: Vocabulary<'g>,
    gazetteer: &'g Gazetteer,
    language: Language,
    commas: [u64; 2],
    learned: Option<Learned>,
}

impl<'g> Recognizer<'g> {
    /// Prepares the tables of a pack. `lexicon` is compiled from `pack`, and marks the tokens of
    /// the documents to come.
    pub fn new(lexicon: &'g Lexicon, pack: &Pack, gazetteer: &'g Gazetteer) -> Self {
        Self {
            vocabulary: Vocabulary::new(lexicon, pack, gazetteer),
            gazetteer,
            language: gazetteer.language(pack.tag),
            commas: [",", ";"].map(dateline_text::word_key),
            learned: None,
        }
    }

    /// Hears what was learned of names of this language as well.
    pub fn with_learned(mut self, learned: Learned) -> Self {
        self.learned = Some(learned).filter(|l| !l.is_empty());
        self
    }

    /// Appends the names of `document` to `out`, sorted and without overlap. Words within `taken`
    /// (sorted spans of dates that are certain) begin no name.
    pub fn find(
        &self,
        document: &Document<'_>,
        taken: &[Span],
        scratch: &mut Scratch<'g>,
        out: &mut Vec<Name>,
    ) {
        self.scan(document, taken, scratch, |scan| {
            scan.begin();
            for (number, sentence) in document.sentences.iter().enumerate() {
                scan.sentence(number, sentence);
            }
            scan.decide();
            let from = scan.scratch.candidates.len();
            let late = std::mem::take(&mut scan.scratch.late);
            let clusters = std::mem::take(&mut scan.scratch.clusters);
            let learned = scan.learned;
            for number in &late {
                let Some(sentence) = document.sentences.get(*number as usize) else {
                    continue;
                };
                scan.late_sentence(sentence, |hash| {
                    clusters.knows(hash) || learned.is_some_and(|l| l.knows(hash))
                });
            }
            scan.scratch.late = late;
            scan.scratch.clusters = clusters;
            scan.decide_late(from);
            scan.emit(out);
        });
    }

    /// Appends what the document that [`Recognizer::find`] has just read shows of its names.
    pub fn show(&self, document: &Document<'_>, scratch: &mut Scratch<'g>, out: &mut Vec<Shown>) {
        self.scan(document, &[], scratch, |scan| scan.show(out));
    }

    fn scan(
        &self,
        document: &Document<'_>,
        taken: &[Span],
        scratch: &mut Scratch<'g>,
        work: impl FnOnce(&mut Scan<'_, 'g, '_>),
    ) {
        let source = Source {
            text: &document.text,
            tokens: &document.tokens,
        };
        let mut marked = std::mem::take(&mut scratch.marked);
        self.vocabulary.mark(source.tokens, taken, &mut marked);
        let mut scan = Scan {
            source: &source,
            vocabulary: &self.vocabulary,
            gazetteer: self.gazetteer,
            language: &self.language,
            commas: self.commas,
            marked: &marked,
            document,
            dateline_end: document
                .dateline
                .as_ref()
                .map_or(0, |d| d.all.end.max(d.place.end).max(d.agency.end)),
            text: source.text,
            tokens: source.tokens,
            scratch,
            shouted: false,
            learned: self.learned.as_ref(),
        };
        work(&mut scan);
        scratch.marked = marked;
    }
}

/// What is told of a name so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    /// Its first candidate in the order of the text, of those that show best how it is written.
    first: u32,
    /// How well that one shows it: in the base form, and not all in capitals.
    shows: u8,
    /// When it was last read, counted in mentions from 1.
    seen: u32,
    /// A mention that bears its id and label; `u32::MAX` for none.
    mention: u32,
}

impl<'g> Scan<'_, 'g, '_> {
    /// Notes for each name its first candidate in the order of the text, which the candidates are brought to.
    fn first_told(&mut self, told: &mut Vec<Told>) {
        let order = |c: &scan::Candidate| u64::from(c.first) << 32 | u64::from(c.end);
        let sorted = self.scratch.candidates.is_sorted_by_key(order);
        told.clear();
        let names = &self.scratch.clusters.names;
        told.extend(names.iter().map(|n| Told {
            first: n.candidate,
            shows: 0,
            seen: 0,
            mention: u32::MAX,
        }));
        let first = |n: &cluster::Name| self.scratch.candidates.get(n.candidate as usize);
        let shouted = |n: &cluster::Name| !n.acronym && first(n).is_some_and(|c| c.acronym);
        if sorted && !self.has_forms() && !names.iter().any(shouted) {
            return;
        }
        if !sorted {
            self.scratch.candidates.sort_by_key(order);
        }
        for (i, c) in self.scratch.candidates.iter().enumerate().rev() {
            if let Some(told) = told.get_mut(c.name as usize) {
                let shows = 1 + 2 * u8::from(self.is_base(c)) - u8::from(c.acronym);
                if shows >= told.shows {
                    told.first = i as u32;
                    told.shows = shows;
                }
            }
        }
    }

    /// Turns the candidates of reported names into mentions.
    fn emit(&mut self, out: &mut Vec<Name>) {
        let begin = out.len();
        let mut told = std::mem::take(&mut self.scratch.told);
        let mut ids = std::mem::take(&mut self.scratch.ids);
        let mut countries = std::mem::take(&mut self.scratch.countries);
        countries.clear();
        self.first_told(&mut told);
        let mut order = 0;
        let mut covered = 0;
        for i in 0..self.scratch.candidates.len() {
            let c = &self.scratch.candidates[i];
            let Some(name) = self.scratch.clusters.names.get(c.name as usize) else {
                continue;
            };
            if !name.reported || c.first < covered {
                continue;
            }
            order += 1;
            told[c.name as usize].seen = order;
            covered = c.end;
            let t = name.name_type;
            // Of several longer names the one that was read last.
            let mut full = c.name;
            let mut at = name.longer;
            let mut seen = 0;
            while let Some(link) = self.scratch.clusters.links.get(at as usize) {
                let longer = &self.scratch.clusters.names[link.name as usize];
                if longer.reported
                    && longer.name_type == t
                    && link.name != c.name
                    && (full == c.name || told[link.name as usize].seen > seen)
                {
                    full = link.name;
                    seen = told[link.name as usize].seen;
                }
                at = link.next;
            }
            let name_type = rules::name_type(t);
            let told = &mut told[full as usize];
            let (entity_id, label) = match out.get(told.mention as usize) {
                Some(same) => (same.entity_id.clone(), same.label.clone()),
                None => self.identity(full, told.first, &mut countries, &mut ids),
            };
            told.mention = out.len() as u32;
            let kind = match () {
                () if full == c.name => MentionKind::Full,
                () if c.acronym => MentionKind::Acronym,
                () => MentionKind::Short,
            };
            let rule = c.best[t]
                .filter(|r| r.votes()[t] >= 1.0)
                .or(name.best[t])
                .or(c.best[t]);
            let total = name
                .votes
                .into_iter()
                .fold(0.0, |total, v| total + v.max(0.0));
            let share = if total > 0.0 {
                name.votes[t] / total
            } else {
                0.0
            };
            out.push(Name {
                first: c.first,
                end: c.end,
                span: self.name_span(c),
                name_type,
                kind,
                entity_id,
                label,
                role: Span::default(),
                role_org_id: String::new(),
                confidence: share * name.score / (name.score + 0.5),
                rule: rule.map_or("", rules::Rule::id),
            });
        }
        self.scratch.told = told;
        self.scratch.ids = ids;
        self.scratch.countries = countries;
        self.roles(&mut out[begin..]);
    }

    /// Id and label of a name.
    fn identity(
        &self,
        number: u32,
        first: u32,
        countries: &mut places::Countries,
        ids: &mut identity::Ids,
    ) -> (Arc<str>, Arc<str>) {
        let name = self.scratch.clusters.names[number as usize];
        let name_type = rules::name_type(name.name_type);
        let known = if name.name_type == rules::PLACE {
            self.place(number, countries)
        } else {
            self.likeliest(name.entries, |m| {
                m.entry.kind().name_type() == Some(name_type)
            })
            .map(Ok)
        };
        if let Some(Ok(m)) = known
            && let Some(known) = ids.known(m.entry)
        {
            return known;
        }
        let form = self
            .scratch
            .candidates
            .get(first as usize)
            .map_or_else(Cow::default, |c| self.base_form(c));
        if known.is_some() {
            let label = identity::single_spaced(&form);
            return ("".into(), label.into());
        }
        ids.made(name_type, &form)
    }
}
