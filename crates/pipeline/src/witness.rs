//! Names that tell when an article can have been written: offices that are held, bodies that exist.

use crate::Language;
use dateline_document::Document;
use dateline_entities::Name;
use dateline_gazetteer::{Term, terms};
use dateline_languages::{Occurrence, SlotId};
use dateline_model::{NameType, Span};
use dateline_text::{Gap, Kind};
use jiff::civil::Date;

/// A name with what it tells of the day.
#[derive(Debug, Clone)]
pub struct Witness {
    /// The name with the words for the office, in the document's text.
    pub span: Span,
    /// The first day on which it can have been named so.
    pub from: Date,
    /// Terms within which it is expected to be named so; empty for any day from the first on.
    pub terms: Vec<Term>,
    /// Days that were possible but for it and its like.
    pub excluded: Vec<Date>,
}

/// Names below this confidence are heard by nobody.
const SURE: f32 = 0.7;
/// Days before and after a term on which the office may be named already or still: between election and oath, in
/// reports of the last days.
const MARGIN: i32 = 31;
/// Tokens before an office in which a word such as «former» may speak of it.
const BEFORE: usize = 4;

impl Witness {
    /// Whether an article of a day can hold the name.
    pub fn allows(&self, day: Date) -> bool {
        days_from(self.from, day) >= -MARGIN
    }

    /// Whether it is what an article of that day would say.
    pub fn expects(&self, day: Date) -> bool {
        let within = |t: &Term| {
            days_from(t.from, day) >= -MARGIN && t.to.is_none_or(|to| days_from(to, day) <= MARGIN)
        };
        self.allows(day) && (self.terms.is_empty() || self.terms.iter().any(within))
    }
}

/// How well a day fits: days that no name forbids first, then those that most names expect. A name of the past is
/// found in later articles as well, one of the future in no earlier article.
pub(crate) fn rank(witnesses: &[Witness], day: Date) -> (usize, usize) {
    let count =
        |fits: fn(&Witness, Date) -> bool| witnesses.iter().filter(|w| fits(w, day)).count();
    (count(Witness::allows), count(Witness::expects))
}

fn days_from(a: Date, b: Date) -> i32 {
    (b - a).get_days()
}

/// The witnesses among the names of a document.
pub(crate) fn witnesses(names: &[Name], document: &Document, language: &Language) -> Vec<Witness> {
    let offices = Offices::new(document, language);
    let heard = names.iter().filter(|n| n.confidence >= SURE);
    heard
        .filter_map(|name| {
            let known = terms(&name.entity_id);
            let first = known.first()?;
            match name.name_type {
                NameType::Organization => Some(Witness {
                    span: name.span,
                    from: first.from,
                    terms: Vec::new(),
                    excluded: Vec::new(),
                }),
                NameType::Person => offices.of(name, known),
                _ => None,
            }
        })
        .collect()
}

struct Offices<'a> {
    document: &'a Document<'a>,
    language: &'a Language,
    office: Option<SlotId>,
    title: Option<SlotId>,
    past: Option<SlotId>,
    modifier: Option<SlotId>,
    title_after: Option<SlotId>,
}

impl<'a> Offices<'a> {
    fn new(document: &'a Document<'a>, language: &'a Language) -> Self {
        let slot = |name| language.rules.lexicon.slot(name);
        Self {
            document,
            language,
            office: slot("office"),
            title: slot("title"),
            past: slot("office_past"),
            modifier: slot("role_modifier"),
            title_after: slot("title_after"),
        }
    }

    fn find(&self, slot: Option<SlotId>, at: usize) -> Option<Occurrence> {
        let lexicon = &self.language.rules.lexicon;
        let document = self.document;
        lexicon.find(&document.text, &document.tokens, at, slot?)
    }

    /// What the office beside a person's name tells.
    fn of(&self, name: &Name, known: &[Term]) -> Option<Witness> {
        let tokens = &self.document.tokens;
        // «Pope Francis» is a name with its office.
        let span = if name.role.is_empty() {
            name.span
        } else {
            name.role
        };
        let mut first = tokens.partition_point(|t| t.start < span.start);
        if name.role.is_empty() && self.follows(name) {
            first = name.end as usize;
        }
        let begin = first;
        let mut past = false;
        while let Some(o) = self.find(self.past, first) {
            past = true;
            first = o.end as usize;
            let hyphen = |t: &dateline_text::Token| matches!(t.of(&self.document.text), "-" | "‐");
            first += usize::from(tokens.get(first).is_some_and(hyphen));
        }
        let office = self.find(self.office, first)?;
        // A longer title is another office: «Cumhurbaşkanı Yardımcısı» is no head of state.
        if self
            .find(self.title, first)
            .is_some_and(|t| t.end > office.end)
        {
            return None;
        }
        let key = office.value.symbol()?;
        past |= (office.end..name.first.max(office.end))
            .any(|i| self.find(self.past, i as usize).is_some());
        if !past {
            past = self.past_before(begin)?;
        }
        let of = &name.role_org_id;
        let held: Vec<Term> = known
            .iter()
            .filter(|t| t.office == key && (of.is_empty() || t.organization == of))
            .copied()
            .collect();
        let (from, terms) = if past {
            (held.iter().filter_map(|t| t.to).min()?, Vec::new())
        } else {
            (held.iter().map(|t| t.from).min()?, held)
        };
        Some(Witness {
            span: Span::new(
                span.start.min(name.span.start),
                span.end
                    .max(name.span.end)
                    .max(tokens[office.end as usize - 1].end),
            ),
            from,
            terms,
            excluded: Vec::new(),
        })
    }

    /// Whether the office stands behind the name, as in «Orbán Viktor miniszterelnök» and «岸田首相».
    fn follows(&self, name: &Name) -> bool {
        let at = name.end as usize;
        let near = |t: &dateline_text::Token| t.gap <= Gap::Space;
        let habit = self.language.pack.language.surname_first
            || (at..at + 2).any(|i| self.find(self.title_after, i).is_some());
        habit && self.document.tokens.get(at).is_some_and(near)
    }

    /// Whether a word before token `first`, with one word between at most, tells that the office is over:
    /// «former French president». `None` where such a word may speak of something else: «a former aide to
    /// President NAME»; and behind another modifier: «then-President NAME», «new President NAME».
    fn past_before(&self, first: usize) -> Option<bool> {
        let tokens = &self.document.tokens;
        let sign = |at: usize| tokens.get(at).is_some_and(|t| t.kind == Kind::Symbol);
        let beside = first.checked_sub(if first > 0 && sign(first - 1) { 2 } else { 1 });
        if beside.is_some_and(|at| {
            self.find(self.modifier, at).is_some() && self.find(self.past, at).is_none()
        }) {
            return None;
        }
        for back in 1..=BEFORE.min(first) {
            let at = first - back;
            let token = &tokens[at];
            if token.kind == Kind::Symbol
                && !matches!(token.of(&self.document.text), "-" | "'" | "’")
            {
                break;
            }
            if let Some(o) = self.find(self.past, at).filter(|o| o.end as usize <= first) {
                return (first - o.end as usize <= 1).then_some(true);
            }
            if token.gap > Gap::Space {
                break;
            }
        }
        Some(false)
    }
}
