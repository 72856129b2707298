//! All temporal expressions of a document, first their meaning, then their values.

use crate::publication::Publication;
use crate::resolve::{Reference, Resolved, Tense, resolve};
use crate::temporal::{Partial, Style, Temporal, Unit, build};
use dateline_document::Document;
use dateline_languages::{DateOrder, SlotId};
use dateline_model::{DateKind, Evidence, Field, Span, TimeExpression, Zone};
use dateline_rules::{Direction, Match, RuleSet, SlotValue};
use dateline_text::Kind;
use jiff::civil::Date;

/// What kind of text relative expressions stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Domain {
    /// Decided for each article.
    #[default]
    Auto,
    /// They count from the day of publication.
    News,
    /// They count from the day told last.
    Narrative,
}

/// What the user may set.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// News or narrative.
    pub domain: Domain,
    /// Order of numeric dates, `None` for the language's own.
    pub date_order: Option<DateOrder>,
    /// No article was published after this day.
    pub not_after: Date,
    /// Whether undated articles may be dated by the calendar.
    pub fill_undated: bool,
}

/// A temporal expression and its meaning, not yet resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// First token.
    pub first: u32,
    /// One past the last token.
    pub end: u32,
    /// Bytes of the document's text.
    pub span: Span,
    /// Index of the sentence.
    pub sentence: usize,
    /// Meaning.
    pub temporal: Temporal,
    /// Index of the rule.
    pub rule: u32,
    /// TIMEX3 modifier or empty.
    pub modifier: &'static str,
}

/// Finds dates in documents of one language.
#[derive(Debug)]
pub struct Dates {
    tense: Option<SlotId>,
    range_open: Option<SlotId>,
    range_link: Option<SlotId>,
    order: DateOrder,
}

impl Dates {
    /// For the language that `rules` were compiled for.
    pub fn new(rules: &RuleSet, order: DateOrder) -> Self {
        let slot = |name| rules.lexicon.slot(name);
        Self { tense: slot("tense"), range_open: slot("range_open"), range_link: slot("range_link"), order }
    }

    /// The expressions of a document, in order, not overlapping.
    pub fn expressions(&self, document: &Document, rules: &RuleSet, settings: &Settings) -> Vec<Expression> {
        let mut matches = Vec::new();
        rules.matches(&document.text, &document.tokens, &mut matches);
        let style = Style { order: settings.date_order.unwrap_or(self.order) };
        matches
            .iter()
            .filter_map(|m| {
                let rule = rules.rules.get(m.rule as usize)?;
                let temporal = build(&rule.value, m, style)?;
                let modifier = match m.slot("modifier") {
                    Some(SlotValue::Symbol(s)) => s,
                    _ => rule.modifier.unwrap_or_default(),
                };
                Some(Expression {
                    first: m.start,
                    end: m.end,
                    span: document.span(m.start, m.end),
                    sentence: document.sentence_of(m.start),
                    temporal,
                    rule: m.rule,
                    modifier,
                })
            })
            .collect()
    }

    /// The rules' matches, for explaining.
    pub fn matches(&self, document: &Document, rules: &RuleSet) -> Vec<Match> {
        let mut matches = Vec::new();
        rules.matches(&document.text, &document.tokens, &mut matches);
        matches
    }

    /// Values of `expressions`. The evidence's spans count in [`Document::text`].
    pub fn resolve(
        &self,
        document: &Document,
        rules: &RuleSet,
        mut expressions: Vec<Expression>,
        publication: &Publication,
        settings: &Settings,
    ) -> Vec<TimeExpression> {
        let ranges = self.ranges(document, rules, &mut expressions);
        let mut reference = Reference {
            published: publication.day,
            narrative: None,
            is_narrative: match settings.domain {
                Domain::News => false,
                Domain::Narrative => true,
                Domain::Auto => is_narrative(&expressions, publication.day),
            },
        };
        let mut found: Vec<TimeExpression> = Vec::with_capacity(expressions.len());
        let mut open_range: Option<(usize, usize)> = None;
        let mut next_range = 1;
        for (i, e) in expressions.iter().enumerate() {
            let Some(rule) = rules.rules.get(e.rule as usize) else { continue };
            let tense = if needs_tense(&e.temporal, rule.direction) { self.tense(document, rules, e) } else { None };
            let Some(r) = resolve(&e.temporal, rule.anchor, rule.direction, tense, &reference) else { continue };
            if let (Some((first, _)), Some(unit), DateKind::Date | DateKind::Time) = (r.days, r.unit, r.kind) {
                reference.narrative = Some((first, unit));
            }
            let sentence = document.sentences.get(e.sentence);
            let mut row = row(e, r, rule.id, sentence.map_or(Zone::Body, |s| s.zone), publication);
            row.evidence.sentence = e.sentence as u32 + 1;
            row.evidence.sentence_span = sentence.map_or(e.span, |s| s.span);
            if let Some((at, begin)) = open_range.take()
                && at == i
                && ordered(&found[begin], &row)
            {
                let id = format!("r{next_range}");
                next_range += 1;
                found[begin].range_id.clone_from(&id);
                found[begin].range_role = "begin";
                row.range_id = id;
                row.range_role = "end";
            }
            if row.timex_value.contains('/') && row.kind != DateKind::Duration {
                row.range_id = format!("r{next_range}");
                next_range += 1;
                row.range_role = "whole";
            }
            found.push(row);
            if ranges.get(i) == Some(&true) {
                open_range = Some((i + 1, found.len() - 1));
            }
        }
        found
    }

    /// For each expression whether it and the next are the two ends of a range; a missing year or
    /// month of the first is taken from the second («from 3 to 5 March», «March to June 2023»).
    fn ranges(&self, document: &Document, rules: &RuleSet, expressions: &mut [Expression]) -> Vec<bool> {
        let mut linked = vec![false; expressions.len()];
        for i in 1..expressions.len() {
            let (left, right) = expressions.split_at_mut(i);
            let (a, b) = (&mut left[i - 1], &right[0]);
            let between = b.first.saturating_sub(a.end);
            if between == 0 || between > 3 || a.sentence != b.sentence {
                continue;
            }
            let tokens = &document.tokens;
            let at = a.end as usize;
            let dash = between == 1 && matches!(tokens[at].of(&document.text), "-" | "–" | "—");
            let link = self.range_link.and_then(|s| rules.lexicon.find(&document.text, tokens, at, s));
            let linked_by = link.is_some_and(|o| {
                o.end == b.first
                    && (o.value.int() != Some(1)
                        || self.range_open.is_some_and(|open| {
                            (a.first.saturating_sub(2)..a.first).any(|j| {
                                rules.lexicon.find(&document.text, tokens, j as usize, open).is_some()
                            })
                        }))
            });
            if !dash && !linked_by {
                continue;
            }
            if let (Temporal::Partial(x), Temporal::Partial(y)) = (&mut a.temporal, &b.temporal) {
                inherit(x, y);
                linked[i - 1] = true;
            }
        }
        linked
    }

    /// The tense of the nearest verb sign in the sentence.
    fn tense(&self, document: &Document, rules: &RuleSet, e: &Expression) -> Option<Tense> {
        let slot = self.tense?;
        let sentence = document.sentences.get(e.sentence)?;
        let (low, high) = (sentence.first.max(e.first.saturating_sub(14)), sentence.end.min(e.end + 8));
        let at = |i: u32| -> Option<Tense> {
            let token = document.tokens.get(i as usize)?;
            if token.kind != Kind::Word {
                return None;
            }
            let value = match rules.lexicon.find(&document.text, &document.tokens, i as usize, slot) {
                Some(o) => o.value,
                None => rules.lexicon.ending(slot, token, &document.text)?,
            };
            match value.symbol() {
                Some("past") => Some(Tense::Past),
                Some("future") => Some(Tense::Future),
                _ => None,
            }
        };
        let left = (low..e.first).rev().find_map(|i| at(i).map(|t| (e.first - i, t)));
        let right = (e.end..high)
            .take_while(|i| {
                let t = &document.tokens[*i as usize];
                t.kind != Kind::Symbol || matches!(t.of(&document.text), "'" | "’" | "-")
            })
            .find_map(|i| at(i).map(|t| (i + 1 - e.end, t)));
        match (left, right) {
            (Some((l, lt)), Some((r, rt))) => Some(if l <= r + 1 { lt } else { rt }),
            (Some((_, t)), None) | (None, Some((_, t))) => Some(t),
            (None, None) => None,
        }
    }
}

fn inherit(x: &mut Partial, y: &Partial) {
    if x.month.is_none() && x.day.is_some() {
        x.month = y.month;
    }
    if x.year.is_none() && y.year.is_some() {
        x.year = match (x.month, y.month) {
            (Some(a), Some(b)) if a > b => y.year.map(|y| y - 1),
            (Some(_), _) => y.year,
            _ => None,
        };
    }
}

fn ordered(a: &TimeExpression, b: &TimeExpression) -> bool {
    !a.first_day.is_empty() && !b.last_day.is_empty() && a.first_day <= b.last_day
        || a.first_day.is_empty() && b.first_day.is_empty()
}

fn needs_tense(t: &Temporal, direction: Direction) -> bool {
    direction == Direction::Tense
        && match t {
            Temporal::Partial(p) => p.year.is_none() && p.day_shift.is_none() && p.step.is_none(),
            Temporal::Holiday(_, year) => year.is_none(),
            _ => false,
        }
}

/// A story told along its own dates: many years that are past, few words that point at today.
fn is_narrative(expressions: &[Expression], published: Option<Date>) -> bool {
    let mut told = 0;
    let mut pointing = 0;
    let now = published.map_or(i32::MAX, |d| i32::from(d.year()) - 1);
    for e in expressions {
        match &e.temporal {
            Temporal::Partial(Partial { year: Some(y), .. }) if *y < now => told += 1,
            Temporal::Partial(Partial { year: None, step: Some(_), .. })
            | Temporal::Partial(Partial { day_shift: Some(_), .. })
            | Temporal::Partial(Partial { weekday: Some(_), year: None, .. })
            | Temporal::Shift { .. } => pointing += 1,
            _ => {}
        }
    }
    told >= 5 && told > 3 * pointing
}

fn row(e: &Expression, r: Resolved, rule: &'static str, zone: Zone, publication: &Publication) -> TimeExpression {
    let day = |d: Date| d.to_string();
    let relation = match (r.days, publication.day, r.kind) {
        (Some((a, b)), Some(p), DateKind::Date | DateKind::Time) => {
            if b < p {
                "before"
            } else if a > p {
                "after"
            } else if a == p && b == p {
                "same"
            } else {
                "contains"
            }
        }
        _ => "",
    };
    let basis = match (r.basis, publication.basis) {
        ("published", "calendar" | "calendar_latest") => publication.basis,
        (basis, _) => basis,
    };
    TimeExpression {
        evidence: Evidence {
            field: Field::Text,
            span: e.span,
            sentence_span: e.span,
            sentence: 0,
            zone,
            rule,
        },
        kind: r.kind,
        first_day: r.days.map(|d| day(d.0)).unwrap_or_default(),
        last_day: r.days.map(|d| day(d.1)).unwrap_or_default(),
        precision: r.unit.map_or("", Unit::as_str),
        modifier: e.modifier,
        length: r.length,
        relation,
        basis,
        alternatives: String::new(),
        range_id: String::new(),
        range_role: "",
        timex_value: r.value,
    }
}
