//! All temporal expressions of a document, first their meaning, then their values.

use crate::civil::day_text;
use crate::publication::Publication;
use crate::resolve::{Reference, Resolved, Tense, resolve};
use crate::temporal::{Count, Partial, Step, Style, Temporal, Unit, build};
use dateline_document::{Document, Sentence};
use dateline_languages::{DateOrder, Language, SlotId};
use dateline_model::{DateKind, Evidence, Field, Short, Span, TimeExpression, Zone};
use dateline_rules::{Anchor, Direction, Match, RuleSet, Scratch, SlotValue};
use dateline_text::{Gap, Kind};
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
    /// The latest day that the calendar may give an undated article.
    pub not_after: Date,
    /// Whether the user set that day, so that days which the source gives obey it as well. Where
    /// it is only the day of this version's release, a record of a later day is right.
    pub not_after_is_said: bool,
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
    /// It and the next expression are the two ends of a range.
    pub opens_range: bool,
}

/// Finds dates in documents of one language.
#[derive(Debug)]
pub struct Dates {
    tense: Option<SlotId>,
    range_open: Option<SlotId>,
    range_link: Option<SlotId>,
    modifier: Option<SlotId>,
    modifier_length: Option<SlotId>,
    modifier_after: Option<SlotId>,
    time_link: Option<SlotId>,
    list_link: Option<SlotId>,
    date_article: Option<SlotId>,
    date_the: Option<SlotId>,
    day_lead: Option<SlotId>,
    weekday: Option<SlotId>,
    weekday_abbr: Option<SlotId>,
    number: Option<SlotId>,
    number_article: Option<SlotId>,
    order: DateOrder,
    verb_final: bool,
}

impl Dates {
    /// For the language that `rules` were compiled for.
    pub fn new(rules: &RuleSet, language: &Language) -> Self {
        let slot = |name| rules.lexicon.slot(name);
        Self {
            tense: slot("tense"),
            range_open: slot("range_open"),
            range_link: slot("range_link"),
            modifier: slot("modifier"),
            modifier_length: slot("modifier_length"),
            modifier_after: slot("modifier_after"),
            time_link: slot("time_link"),
            list_link: slot("list_link"),
            date_article: slot("date_article"),
            date_the: slot("date_the"),
            day_lead: slot("day_lead"),
            weekday: slot("weekday"),
            weekday_abbr: slot("weekday_abbr"),
            number: slot("number"),
            number_article: slot("number_article"),
            order: language.date_order,
            verb_final: language.verb_final,
        }
    }

    /// The expressions of a document, in order, not overlapping.
    pub fn expressions(
        &self,
        document: &Document,
        rules: &RuleSet,
        settings: &Settings,
        scratch: &mut Scratch,
    ) -> Vec<Expression> {
        let style = Style {
            order: settings.date_order.unwrap_or(self.order),
        };
        let mut found = Vec::new();
        // Matches are in order, so that no search for the sentence is needed.
        let mut sentence = 0;
        rules.matches(&document.text, &document.tokens, scratch, |m| {
            let Some(rule) = rules.rules.get(m.rule as usize) else {
                return;
            };
            let Some(temporal) = build(&rule.value, m, style) else {
                return;
            };
            let modifier = match m.slot("modifier") {
                Some(SlotValue::Symbol(s)) => s,
                _ => rule.modifier.unwrap_or_default(),
            };
            let mut push = |first: u32, end: u32, temporal: Temporal, opens_range: bool| {
                let ended = |s: &&Sentence| s.end <= first;
                sentence += document.sentences[sentence..]
                    .iter()
                    .take_while(ended)
                    .count();
                found.push(Expression {
                    first,
                    end,
                    span: document.span(first, end),
                    sentence,
                    temporal,
                    rule: m.rule,
                    modifier,
                    opens_range,
                });
            };
            match (m.second, temporal) {
                (Some((first, end)), Temporal::Range(a, b)) => {
                    push(m.start, m.end, *a, true);
                    push(first, end, *b, false);
                }
                (Some((first, end)), Temporal::Both(a, b)) => {
                    push(m.start, m.end, *a, false);
                    push(first, end, *b, false);
                }
                (_, temporal) => push(m.start, m.end, temporal, false),
            }
        });
        self.join_weekdays(document, rules, &mut found);
        self.join_times(document, rules, &mut found);
        self.modify(document, rules, &mut found);
        found
    }

    /// The weekday before a day belongs to it: «Tuesday, March 5», «mardi 5 mars», «Tue., 5 March».
    fn join_weekdays(&self, document: &Document, rules: &RuleSet, found: &mut Vec<Expression>) {
        let mut kept = 0usize;
        for i in 0..found.len() {
            if let Temporal::Partial(
                p @ Partial {
                    day: Some(_),
                    month: Some(_),
                    weekday: None,
                    ..
                },
            ) = found[i].temporal
            {
                let free = kept.checked_sub(2).map_or(0, |j| found[j].end);
                let before = kept.checked_sub(1).map(|j| &found[j]);
                let taken = before.map(|e| (e.first, e.end, is_weekday(&e.temporal)));
                if let Some((start, end, weekday)) =
                    self.weekday_before(document, rules, found[i].first, free)
                {
                    let first = match taken {
                        // «This coming Sunday, March 5»
                        Some((first, before, true)) if before == end => {
                            kept -= 1;
                            Some(first)
                        }
                        Some((_, before, _)) if before > start => None,
                        _ => Some(start),
                    };
                    let e = &mut found[i];
                    if let Some(first) = first {
                        e.first = first;
                        e.temporal = Temporal::Partial(Partial {
                            weekday: Some(weekday),
                            ..p
                        });
                    }
                    e.span = document.span(e.first, e.end);
                }
            }
            keep(found, &mut kept, i);
        }
        found.truncate(kept);
    }

    /// The weekday that ends before token `first`, with nothing but a comma or an article between:
    /// its tokens, and which it is.
    fn weekday_before(
        &self,
        document: &Document,
        rules: &RuleSet,
        first: u32,
        free: u32,
    ) -> Option<(u32, u32, i8)> {
        let (text, tokens) = (&*document.text, &document.tokens);
        let ends_at = |slot: Option<SlotId>, i: u32, end: u32| {
            slot.and_then(|s| rules.lexicon.find(text, tokens, i as usize, s))
                .filter(|o| o.end == end)
        };
        let mut at = first;
        if at > free
            && (ends_at(self.date_the, at - 1, at).is_some()
                || ends_at(self.day_lead, at - 1, at).is_some())
        {
            at -= 1;
        }
        if at > free && tokens[at as usize - 1].of(text) == "," {
            at -= 1;
        }
        (at.saturating_sub(2).max(free)..at)
            .rev()
            .find_map(|start| {
                let o = ends_at(self.weekday, start, at)
                    .or_else(|| ends_at(self.weekday_abbr, start, at))?;
                let whole = (start + 1..=first).all(|j| tokens[j as usize].gap < Gap::Paragraph);
                let weekday = o.value.int().and_then(|v| i8::try_from(v).ok())?;
                whole.then_some((start, at, weekday))
            })
    }

    /// A clock time and the day beside it are one expression: «10 p.m. Wednesday», «mardi à 18 h».
    fn join_times(&self, document: &Document, rules: &RuleSet, found: &mut Vec<Expression>) {
        let mut kept = 0usize;
        for i in 0..found.len() {
            let (before, rest) = found.split_at_mut(i);
            if let (Some(before), Some(e)) = (before[..kept].last_mut(), rest.first()) {
                let time_first = matches!(&before.temporal, Temporal::Partial(p) if is_clock(p));
                let both = match (&before.temporal, &e.temporal) {
                    (Temporal::Partial(x), y) if time_first => day_and_clock(y, x),
                    (x, Temporal::Partial(y)) if is_clock(y) => day_and_clock(x, y),
                    _ => None,
                };
                if let Some(both) = both
                    && self.time_gap(document, rules, before, e, time_first)
                {
                    before.end = e.end;
                    before.span = document.span(before.first, e.end);
                    before.temporal = Temporal::Partial(both);
                    if time_first {
                        before.rule = e.rule;
                    }
                    continue;
                }
            }
            keep(found, &mut kept, i);
        }
        found.truncate(kept);
    }

    /// Whether only a word such as «at» stands between two expressions, or a comma after a time.
    fn time_gap(
        &self,
        document: &Document,
        rules: &RuleSet,
        a: &Expression,
        b: &Expression,
        time_first: bool,
    ) -> bool {
        if a.sentence != b.sentence || b.first < a.end || b.first > a.end + 2 {
            return false;
        }
        let mut at = a.end as usize;
        if time_first
            && document
                .tokens
                .get(at)
                .is_some_and(|t| t.of(&document.text) == ",")
        {
            at += 1;
        }
        if at == b.first as usize {
            return true;
        }
        self.time_link
            .and_then(|s| rules.lexicon.find(&document.text, &document.tokens, at, s))
            .is_some_and(|o| o.end == b.first)
    }

    /// Words before or after an expression that tell which part of it is meant, or how exact it is,
    /// belong to it: «early March», «more than two years», «fin février».
    fn modify(&self, document: &Document, rules: &RuleSet, found: &mut [Expression]) {
        let (text, tokens) = (&*document.text, &document.tokens[..]);
        let mut free = 0;
        for i in 0..found.len() {
            let next = found.get(i + 1).map_or(u32::MAX, |n| n.first);
            let e = &mut found[i];
            let (slot, after) = match &e.temporal {
                Temporal::Duration(..) | Temporal::Ahead(..) => {
                    (self.modifier_length, self.modifier_after)
                }
                Temporal::From {
                    step: Step::By(..), ..
                } => (self.modifier_length, None),
                Temporal::Shift {
                    count: Count::Number(n),
                    ..
                } if *n > 0.0 => (self.modifier_length, self.modifier_after),
                Temporal::Partial(p) if p.clock.is_some() => (self.modifier_length, None),
                Temporal::Repeated { .. } | Temporal::Vague(_) => (None, None),
                _ => (self.modifier, None),
            };
            // «le 21 juin»
            if let (Temporal::Partial(Partial { day: Some(_), .. }), Some(slot)) =
                (&e.temporal, self.date_article)
                && e.first > free
                && tokens[e.first as usize].gap < Gap::Paragraph
                && rules
                    .lexicon
                    .find(text, tokens, e.first as usize - 1, slot)
                    .is_some()
            {
                e.first -= 1;
            }
            // «Late last week», «early next year»: a moved unit takes the words of points as well.
            let both = matches!(
                &e.temporal,
                Temporal::Shift { .. } | Temporal::Partial(Partial { clock: Some(_), .. })
            );
            let is_time = matches!(&e.temporal, Temporal::Partial(_));
            let counted = |i: u32| {
                let find = |s| rules.lexicon.find(text, tokens, i as usize, s).is_some();
                tokens
                    .get(i as usize)
                    .is_some_and(|t| t.kind == Kind::Number)
                    || self.number.into_iter().chain(self.number_article).any(find)
            };
            let slot =
                slot.filter(|s| Some(*s) != self.modifier_length || counted(e.first) || is_time);
            for slot in [
                slot,
                self.modifier.filter(|_| both && slot != self.modifier),
            ]
            .into_iter()
            .flatten()
            {
                let first = e.first;
                for start in (first.saturating_sub(5).max(free)..first).rev() {
                    if tokens[start as usize + 1].gap >= Gap::Paragraph {
                        break;
                    }
                    let Some(o) = rules.lexicon.find(text, tokens, start as usize, slot) else {
                        continue;
                    };
                    if o.end == first {
                        e.first = start;
                        if let (true, Some(symbol)) = (e.modifier.is_empty(), o.value.symbol()) {
                            e.modifier = symbol;
                        }
                    }
                }
            }
            if let Some(o) = after.and_then(|s| rules.lexicon.find(text, tokens, e.end as usize, s))
                && o.end <= next
            {
                e.end = o.end;
                if let (true, Some(symbol)) = (e.modifier.is_empty(), o.value.symbol()) {
                    e.modifier = symbol;
                }
            }
            e.span = document.span(e.first, e.end);
            free = e.end;
        }
    }

    /// The rules' matches, for explaining.
    pub fn matches(&self, document: &Document, rules: &RuleSet) -> Vec<Match> {
        let mut matches = Vec::new();
        let scratch = &mut Scratch::default();
        rules.matches(&document.text, &document.tokens, scratch, |m| {
            matches.push(m.clone());
        });
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
            day: None,
            period: None,
            is_narrative: match settings.domain {
                Domain::News => false,
                Domain::Narrative => true,
                Domain::Auto => is_narrative(&expressions, rules, publication.day),
            },
        };
        let mut found: Vec<TimeExpression> = Vec::with_capacity(expressions.len());
        let mut open_range: Option<(usize, usize)> = None;
        let mut next_range = 1;
        let mut sentence_told = usize::MAX;
        for (i, e) in expressions.iter().enumerate() {
            if e.sentence != sentence_told {
                reference.day = None;
            }
            let Some(rule) = rules.rules.get(e.rule as usize) else {
                continue;
            };
            let tense = if needs_tense(&e.temporal, rule.direction) {
                self.tense(document, rules, e)
            } else {
                None
            };
            let Some(mut r) = resolve(&e.temporal, rule.anchor, rule.direction, tense, &reference)
            else {
                continue;
            };
            // The end of a range comes after its begin: «Friday to Monday», «November to February».
            if let (Some((at, begin)), Some((_, last))) = (open_range, r.days)
                && at == i
                && !reference.is_narrative
                && are_open(&expressions[i - 1].temporal, &e.temporal)
                && let Ok(begin) = found[begin].first_day.parse::<Date>()
                && last < begin
            {
                let after = Reference {
                    published: Some(begin),
                    ..Reference::default()
                };
                let (anchor, direction) = (Anchor::Document, Direction::Future);
                if let Some(later) = resolve(&e.temporal, anchor, direction, None, &after) {
                    r = Resolved {
                        basis: r.basis,
                        ..later
                    };
                }
            }
            if let (Some((first, _)), Some(unit), DateKind::Date | DateKind::Time) =
                (r.days, r.unit, r.kind)
            {
                // A year far off that opens no sentence is named in passing; the story does not move there.
                let opens = document
                    .sentences
                    .get(e.sentence)
                    .is_some_and(|s| e.first <= s.first + 2);
                let far = |(told, _): (Date, Unit)| (first.year() - told.year()).abs() > 1;
                if !reference.is_narrative
                    || unit < Unit::Year
                    || opens
                    || !reference.narrative.is_some_and(far)
                {
                    reference.narrative = Some((first, unit));
                }
                if unit <= Unit::Day {
                    reference.day = Some((first, r.basis));
                    sentence_told = e.sentence;
                }
                if let (Unit::Quarter | Unit::Half, Temporal::Partial(_)) = (unit, &e.temporal) {
                    reference.period = Some((first, unit));
                }
            }
            let sentence = document.sentences.get(e.sentence);
            let mut row = row(
                e,
                r,
                rule.id,
                sentence.map_or(Zone::Body, |s| s.zone),
                publication,
            );
            row.evidence.sentence = e.sentence as u32 + 1;
            row.evidence.sentence_span = sentence.map_or(e.span, |s| s.span);
            if let Some((at, begin)) = open_range.take()
                && at == i
                && ordered(&found[begin], &row)
            {
                let id = Short::from(format!("r{next_range}"));
                next_range += 1;
                found[begin].range_id.clone_from(&id);
                found[begin].range_role = "begin";
                row.range_id = id;
                row.range_role = "end";
            }
            if row.timex_value.contains('/') && row.kind != DateKind::Duration {
                row.range_id = format!("r{next_range}").into();
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
    /// month of the first is taken from the second («from 3 to 5 March», «March to June 2023»), also
    /// in lists («March and April 2023»).
    fn ranges(
        &self,
        document: &Document,
        rules: &RuleSet,
        expressions: &mut [Expression],
    ) -> Vec<bool> {
        let mut linked = vec![false; expressions.len()];
        for i in (1..expressions.len()).rev() {
            let (left, right) = expressions.split_at_mut(i);
            let (a, b) = (&mut left[i - 1], &right[0]);
            linked[i - 1] = a.opens_range;
            let between = b.first.saturating_sub(a.end);
            if a.opens_range || between == 0 || between > 3 || a.sentence != b.sentence {
                continue;
            }
            let tokens = &document.tokens;
            let at = a.end as usize;
            let find = |slot: Option<SlotId>, at: usize| {
                slot.and_then(|s| rules.lexicon.find(&document.text, tokens, at, s))
            };
            let dash = between == 1 && matches!(tokens[at].of(&document.text), "-" | "–" | "—");
            let ends = |slot: Option<SlotId>| find(slot, at).is_some_and(|o| o.end == b.first);
            // «and» makes a range only after «between».
            let linked_by = ends(self.range_link)
                || ends(self.list_link)
                    && (a.first.saturating_sub(2)..a.first)
                        .any(|j| find(self.range_open, j as usize).is_some());
            let (Temporal::Partial(x), Temporal::Partial(y)) = (&mut a.temporal, &b.temporal)
            else {
                continue;
            };
            if dash || linked_by {
                inherit(x, y);
                linked[i - 1] = true;
                continue;
            }
            let listed = ends(self.list_link)
                || between == 1 && matches!(tokens[at].of(&document.text), "/" | ",");
            if listed && x.month.is_some() && y.month.is_some() {
                inherit(x, y);
            }
        }
        linked
    }

    /// The tense of the nearest verb sign in the sentence.
    fn tense(&self, document: &Document, rules: &RuleSet, e: &Expression) -> Option<Tense> {
        let slot = self.tense?;
        let sentence = document.sentences.get(e.sentence)?;
        let (low, high) = (
            sentence.first.max(e.first.saturating_sub(14)),
            sentence.end.min(e.end + 8),
        );
        let (text, tokens) = (&*document.text, &document.tokens[..]);
        let word = |i: u32| {
            let found = rules.lexicon.find(text, tokens, i as usize, slot);
            found.map(|o| o.value)
        };
        let at = |i: u32| -> Option<Tense> {
            let token = tokens.get(i as usize)?;
            let mut value = match (word(i), token.kind) {
                (Some(value), Kind::Word | Kind::Character) => value,
                (None, Kind::Word) => rules.lexicon.ending(slot, token, text)?,
                _ => return None,
            };
            // A participle has the tense of its auxiliary: «to be published», «is heard».
            if value.symbol() == Some("past") && i > low {
                value = word(i - 1).unwrap_or(value);
            }
            match value.symbol() {
                Some("past") => Some(Tense::Past),
                Some("future") => Some(Tense::Future),
                _ => None,
            }
        };
        if self.verb_final {
            // The clause goes on to a stop or the sentence's end, and so far that a comma is no border.
            let end = sentence.end.min(e.end + CLAUSE);
            return (e.end..end).rev().find_map(at);
        }
        // «In March, the company bought»: the comma of an opening expression is no border.
        let opens = e.first <= sentence.first + 2;
        let passable = |i: u32| {
            let t = &tokens[i as usize];
            let form = || t.of(text);
            t.kind != Kind::Symbol
                || matches!(form(), "'" | "’" | "-")
                || opens && i == e.end && form() == ","
        };
        // Outwards, since the first sign decides; the side before the expression is one token ahead.
        let mut right = e.end;
        let mut right_end = high;
        for i in (low..e.first).rev() {
            if let Some(tense) = at(i) {
                return Some(tense);
            }
            if i + 1 < e.first && right < right_end {
                if !passable(right) {
                    right_end = right;
                } else if let Some(tense) = at(right) {
                    return Some(tense);
                }
                right += 1;
            }
        }
        (right..right_end).take_while(|i| passable(*i)).find_map(at)
    }
}

/// Most tokens from an expression to the verb that ends its clause.
const CLAUSE: u32 = 60;

/// Moves expression `i` behind those that are kept.
fn keep(found: &mut [Expression], kept: &mut usize, i: usize) {
    if *kept < i {
        found.swap(*kept, i);
    }
    *kept += 1;
}

fn inherit(x: &mut Partial, y: &Partial) {
    if x.month.is_none() && x.day.is_some() {
        x.month = y.month;
    }
    // «490 to 480 BC»
    if let (Some(a), Some(b)) = (x.year, y.year)
        && a > 0
        && b < 0
        && x.month.is_none()
    {
        x.year = Some(-a);
    }
    if x.season.is_some() && y.season.is_some() && x.year.is_none() {
        x.year = y.year;
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

/// Two weekdays, or two days or months, that nothing places in a year.
fn are_open(a: &Temporal, b: &Temporal) -> bool {
    let (Temporal::Partial(a), Temporal::Partial(b)) = (a, b) else {
        return false;
    };
    let open = |p: &Partial| p.year.is_none() && p.step.is_none() && p.day_shift.is_none();
    let parts = |p: &Partial| (p.weekday.is_some(), p.month.is_some());
    open(a) && open(b) && parts(a) == parts(b) && parts(a) != (false, false)
}

fn is_weekday(t: &Temporal) -> bool {
    matches!(
        t,
        Temporal::Partial(Partial {
            weekday: Some(_),
            day: None,
            part: None,
            clock: None,
            ..
        })
    )
}

fn is_clock(p: &Partial) -> bool {
    p.clock.is_some() && *p == Partial { clock: p.clock, ..Partial::default() }
        // «mid-morning today»
        || p.part.is_some() && *p == Partial { part: p.part, day_shift: Some(0), ..Partial::default() }
}

/// A day with a clock time, if `day` is one.
fn day_and_clock(day: &Temporal, time: &Partial) -> Option<Partial> {
    let clock = time.clock;
    match day {
        Temporal::Partial(p)
            if p.clock.is_none()
                && p.part.is_none()
                && (p.day.is_some() || p.weekday.is_some() || p.day_shift.is_some()) =>
        {
            Some(Partial {
                clock,
                part: if clock.is_some() { None } else { time.part },
                ..*p
            })
        }
        Temporal::Shift {
            count: Count::Number(n),
            sign,
            unit: Unit::Day,
        } => Some(Partial {
            day_shift: Some(sign * *n as i32),
            clock,
            part: time.part,
            ..Partial::default()
        }),
        _ => None,
    }
}

fn needs_tense(t: &Temporal, direction: Direction) -> bool {
    direction == Direction::Tense
        && match t {
            Temporal::Partial(p) => {
                p.year.is_none()
                    && (p.day_shift.is_none() || p.either_way)
                    && p.step.is_none_or(|s| s == 0)
            }
            Temporal::From { of, .. }
            | Temporal::NthWeek { of, .. }
            | Temporal::NthWeekday { month: of, .. } => needs_tense(of, direction),
            Temporal::Ahead(..) => true,
            Temporal::Holiday(_, year) | Temporal::Other { year, .. } => year.is_none(),
            Temporal::Shift { sign, unit, .. } => *sign == 0 && *unit == Unit::Weekend,
            _ => false,
        }
}

/// A story told along its own dates: years that are past, few words that point at today, none in
/// the lead. Without a day of publication an incomplete date can only mean the story's own time.
fn is_narrative(expressions: &[Expression], rules: &RuleSet, published: Option<Date>) -> bool {
    let mut told = 0;
    let mut pointing = 0;
    let now = published.map_or(i32::MAX - 1, |d| i32::from(d.year()));
    for (i, e) in expressions.iter().enumerate() {
        // «Two years later» stands in stories as well as in news.
        if rules
            .rules
            .get(e.rule as usize)
            .is_some_and(|r| r.anchor == Anchor::Narrative)
        {
            continue;
        }
        match &e.temporal {
            Temporal::Partial(Partial { year: Some(y), .. }) if *y < now - 2 => told += 1,
            // This year and those just past are the present of news.
            Temporal::Partial(Partial { year: Some(_), .. }) if published.is_some() => {
                pointing += 1
            }
            Temporal::Partial(
                Partial {
                    year: None,
                    step: Some(_),
                    ..
                }
                | Partial {
                    weekday: Some(_),
                    year: None,
                    ..
                }
                | Partial {
                    day_shift: Some(_), ..
                },
            )
            | Temporal::Shift { .. } => {
                let day = match &e.temporal {
                    Temporal::Shift { unit, .. } => *unit == Unit::Day,
                    Temporal::Partial(p) => p.day_shift.is_some() || p.weekday.is_some(),
                    _ => false,
                };
                if published.is_some() && day && i < LEAD {
                    return false;
                }
                pointing += 1;
            }
            _ => {}
        }
    }
    match published {
        None => told >= 2 && told > 3 * pointing,
        Some(_) => told >= 5 && told > 3 * pointing,
    }
}

/// Expressions among which news points at its own day.
const LEAD: usize = 4;

fn row(
    e: &Expression,
    r: Resolved,
    rule: &'static str,
    zone: Zone,
    publication: &Publication,
) -> TimeExpression {
    // Days before Christ have no place in the columns of days.
    let days = r.days.filter(|d| d.0.year() > 0);
    let alternatives = match (&e.temporal, days) {
        (Temporal::Partial(p), Some((d, _))) if p.swappable => {
            Date::new(d.year(), d.day(), d.month())
                .map(day_text)
                .unwrap_or_default()
        }
        _ => Short::new(),
    };
    let first_day = days.map(|d| day_text(d.0)).unwrap_or_default();
    let last_day = match days {
        Some((first, last)) if first != last => day_text(last),
        _ => first_day.clone(),
    };
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
        first_day,
        last_day,
        precision: r.unit.map_or("", Unit::as_str),
        modifier: e.modifier,
        length: r.length,
        relation,
        basis,
        alternatives,
        range_id: Short::new(),
        range_role: "",
        timex_value: r.value,
    }
}
