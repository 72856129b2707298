//! `dateline explain`: one article, its facts where they stand, and the steps to each value.

use crate::args::{Explain, Reading};
use crate::print::{DATE, FAINT, NAME, Out, STRONG, has_colours, out, pair};
use anyhow::{Result, bail};
use dateline_dates::{Count, Expression, Partial, Temporal, Unit};
use dateline_document::{Document, Sentence};
use dateline_ingest::{Options, Reader};
use dateline_languages::Library;
use dateline_model::{
    Article, ArticleFacts, ArticleRow, DateKind, Evidence, Field, Mention, Reject, Span,
    TimeExpression, Zone,
};
use dateline_pipeline::{Language, Settings, Witness, Worker};
use dateline_rules::{Direction, Match, Rule, Scratch, SlotValue};
use jiff::civil::Weekday;
use std::borrow::Cow;
use std::io::Write;

/// Runs the command; the exit code.
pub fn run(a: &Explain) -> Result<u8> {
    let library = a.reading.library()?;
    let language = a.reading.language(&library)?;
    let settings = Settings {
        dates: true,
        entities: true,
        language,
        dating: a.reading.dating(),
    };
    let engine = a.reading.engine(library, settings)?;
    let article = find(a, &a.reading.options())?;
    let facts = engine.extract(article.clone(), &mut Worker::default());
    let (document, language) = engine.document(&article);
    let mut view = View::new(&a.reading, &article, &facts, &document, language);
    if facts.article.published_basis.starts_with("calendar") {
        view.witnesses = engine.witnesses(&article);
    }
    let mut out = out();
    view.head(&mut out, engine.library())?;
    writeln!(out)?;
    view.text(&mut out)?;
    writeln!(out)?;
    view.facts(&mut out)?;
    Ok(crate::DONE)
}

/// The article that the user asks for: the first one, or that of an id, or that of a number. Where
/// some id is the same as the number, the id wins, so that what the tables name is found.
fn find(a: &Explain, options: &Options) -> Result<Article<'static>> {
    let input = a.input.display();
    let number: Option<u64> = a.record.as_deref().and_then(|r| r.parse().ok());
    let mut reader = Reader::open(std::slice::from_ref(&a.input), options)?;
    let mut by_number: Option<Article<'static>> = None;
    let mut rejected: Option<Reject> = None;
    let mut ids = false;
    let mut found: Option<Article<'static>> = None;
    for chunk in reader.by_ref() {
        chunk.parse(options, &mut |parsed| match (parsed, &a.record) {
            _ if found.is_some() => {}
            (Ok(article), None) => found = Some(owned(article)),
            (Ok(article), Some(given)) => {
                ids |= !article.source_id.is_empty();
                if article.source_id == given.as_str() || is_made_id(&article, given) {
                    found = Some(owned(article));
                } else if by_number.is_none() && number == Some(article.record) {
                    by_number = Some(owned(article));
                }
            }
            (Err(reject), _) => {
                if rejected.is_none() && number.is_none_or(|n| n == reject.record) {
                    rejected = Some(reject);
                }
            }
        });
        if found.is_some() || by_number.is_some() && !ids {
            break;
        }
    }
    match (found.or(by_number), rejected, &a.record) {
        (Some(article), _, _) => Ok(article),
        (None, Some(reject), record) if record.is_none() || number.is_some() => {
            bail!(
                "{}, record {}: {}",
                reject.source_file,
                reject.record,
                reject.message
            )
        }
        (None, _, Some(record)) => {
            bail!("no article «{record}» in {input}; --record wants a number or an id")
        }
        (None, _, None) => bail!("no article in {input}"),
    }
}

/// Whether `given` is the id that the tables give an article without one of its own.
fn is_made_id(article: &Article, given: &str) -> bool {
    article.source_id.is_empty()
        && given.rsplit_once(':').is_some_and(|(file, record)| {
            file == article.source_file && record.parse() == Ok(article.record)
        })
}

fn owned(article: Article<'_>) -> Article<'static> {
    let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    Article {
        source_file: own(article.source_file),
        record: article.record,
        source_id: own(article.source_id),
        title: own(article.title),
        text: own(article.text),
        published: own(article.published),
        language: own(article.language),
        url: own(article.url),
        outlet: own(article.outlet),
        authors: own(article.authors),
    }
}

enum Fact<'f> {
    Date(&'f TimeExpression),
    Name(&'f Mention),
}

impl Fact<'_> {
    fn evidence(&self) -> &Evidence {
        match self {
            Self::Date(date) => &date.evidence,
            Self::Name(mention) => &mention.evidence,
        }
    }
}

struct View<'v> {
    reading: &'v Reading,
    article: &'v Article<'v>,
    row: &'v ArticleRow,
    document: &'v Document<'v>,
    language: Option<&'static Language>,
    expressions: Vec<Expression>,
    matches: Vec<Match>,
    /// With their places in the document's text, in order.
    facts: Vec<(Span, Fact<'v>)>,
    /// Names that left out days of publication.
    witnesses: Vec<Witness>,
}

impl<'v> View<'v> {
    fn new(
        reading: &'v Reading,
        article: &'v Article<'v>,
        found: &'v ArticleFacts<'v>,
        document: &'v Document<'v>,
        language: Option<&'static Language>,
    ) -> Self {
        let (expressions, matches) = match language {
            Some(l) => (
                l.dates.expressions(
                    document,
                    &l.rules,
                    &reading.dating(),
                    &mut Scratch::default(),
                ),
                l.dates.matches(document, &l.rules),
            ),
            None => (Vec::new(), Vec::new()),
        };
        let mut facts: Vec<(Span, Fact<'v>)> = Vec::new();
        let dates = found.dates.iter().map(Fact::Date);
        for fact in dates.chain(found.mentions.iter().map(Fact::Name)) {
            let e = fact.evidence();
            let moved = if e.field == Field::Text {
                document.body_start
            } else {
                0
            };
            facts.push((Span::new(e.span.start + moved, e.span.end + moved), fact));
        }
        facts.sort_by_key(|f| f.0);
        Self {
            reading,
            article,
            row: &found.article,
            document,
            language,
            expressions,
            matches,
            facts,
            witnesses: Vec::new(),
        }
    }

    fn head(&self, out: &mut Out, library: &Library) -> Result<()> {
        let (article, row) = (self.article, self.row);
        let mut lines = vec![(
            "article",
            format!("{}, record {}", article.source_file, article.record),
        )];
        let mut line = |label, value: &str| {
            if !value.is_empty() {
                lines.push((label, value.to_owned()));
            }
        };
        line("id", &article.source_id);
        line("title", &row.title);
        line("outlet", &article.outlet);
        line("authors", &article.authors);
        line("url", &article.url);
        line("published", &self.published());
        line("language", &self.language(library));
        let expected: Vec<&str> = match row.coverage {
            "full" => vec!["names", "dates"],
            "dates" => vec!["dates"],
            _ => vec!["numeric dates"],
        };
        line(
            "coverage",
            &format!("{}: {} can be found", row.coverage, expected.join(" and ")),
        );
        for (label, value) in lines {
            pair(out, 0, label, &value)?;
        }
        Ok(())
    }

    fn published(&self) -> String {
        let (row, document) = (self.row, self.document);
        let slice = |range: &std::ops::Range<u32>| one_line(document.slice(range.start, range.end));
        let why = match row.published_basis {
            "metadata" => format!("the source says «{}»", self.article.published),
            "url" => format!("the address has it: {}", self.article.url),
            "file_name" => format!("the file name has it: {}", self.article.source_file),
            "page" => format!("the page prints it: «{}»", document.page_date.as_ref().map(slice).unwrap_or_default()),
            "dateline" => {
                format!("the dateline has it: «{}»", document.dateline.as_ref().map(|d| slice(&d.all)).unwrap_or_default())
            }
            "calendar" => "inferred: of all years only this one fits the weekdays, days and years that the text tells".to_owned(),
            "calendar_latest" => format!(
                "inferred: the latest day, not after {}, that fits the weekdays and days that the text tells; also possible: {}",
                self.reading.dating().not_after,
                row.published_alternatives
            ),
            _ if self.reading.dating().fill_undated => {
                return "not known: the source does not say, and the text tells too little".to_owned();
            }
            _ => return "not known: the source does not say".to_owned(),
        };
        let names: String = self.witnesses.iter().map(|w| self.witness(w)).collect();
        format!("{} ({}): {why}{names}", row.published, row.published_basis)
    }

    /// «; «Chancellor NAME» (2005-11-22 to 2021-12-08) leaves out 2000-03-08».
    fn witness(&self, witness: &Witness) -> String {
        let name = one_line(witness.span.of(&self.document.text));
        let mut terms: Vec<String> = witness
            .terms
            .iter()
            .map(|t| match t.to {
                Some(to) => format!("{} to {to}", t.from),
                None => format!("since {}", t.from),
            })
            .collect();
        if terms.is_empty() {
            terms.push(format!("since {}", witness.from));
        }
        let excluded: Vec<String> = witness.excluded.iter().map(ToString::to_string).collect();
        format!(
            "; «{name}» ({}) leaves out {}",
            terms.join(", "),
            excluded.join(", ")
        )
    }

    fn language(&self, library: &Library) -> String {
        let tag = self.row.language;
        let name = library
            .language(tag)
            .map(|l| format!(" ({})", l.name))
            .unwrap_or_default();
        let why = if self.reading.lang.is_some() {
            "as --lang says".to_owned()
        } else if self.row.language_confidence >= 1.0 && !self.article.language.is_empty() {
            format!("the source says «{}»", self.article.language)
        } else {
            format!(
                "found in the text, confidence {:.2}",
                self.row.language_confidence
            )
        };
        format!("{tag}{name}: {why}")
    }

    /// The article, a sentence a line, with zone and number of the sentence beside it.
    fn text(&self, out: &mut Out) -> Result<()> {
        let mut zone = None;
        let mut paragraph = None;
        for (number, sentence) in self.document.sentences.iter().enumerate() {
            if paragraph.is_some_and(|p| p != sentence.paragraph) {
                writeln!(out)?;
            }
            paragraph = Some(sentence.paragraph);
            let name = if zone == Some(sentence.zone) {
                ""
            } else {
                sentence.zone.as_str()
            };
            zone = Some(sentence.zone);
            write!(out, "{FAINT}{name:>11} {:>4} │{FAINT:#} ", number + 1)?;
            self.sentence(out, sentence)?;
            writeln!(out)?;
        }
        Ok(())
    }

    fn sentence(&self, out: &mut Out, sentence: &Sentence) -> Result<()> {
        let base = if sentence.zone == Zone::Boilerplate {
            FAINT
        } else {
            anstyle::Style::new()
        };
        let plain = |out: &mut Out, start: u32, end: u32| -> std::io::Result<()> {
            let text = self
                .document
                .text
                .get(start as usize..end as usize)
                .unwrap_or_default();
            write!(out, "{base}{}{base:#}", one_line(text))
        };
        let mut at = sentence.span.start;
        for (number, (span, fact)) in self.facts.iter().enumerate() {
            if span.start < at || span.end > sentence.span.end {
                continue;
            }
            plain(out, at, span.start)?;
            let style = match fact {
                Fact::Date(_) => DATE,
                Fact::Name(_) => NAME,
            };
            let text = one_line(span.of(&self.document.text));
            let number = number + 1;
            if has_colours() {
                write!(out, "{style}{text}{style:#}{FAINT}[{number}]{FAINT:#}")?;
            } else {
                write!(out, "[{text}]{number}")?;
            }
            at = span.end;
        }
        plain(out, at, sentence.span.end)?;
        Ok(())
    }

    fn facts(&self, out: &mut Out) -> Result<()> {
        if self.facts.is_empty() {
            writeln!(out, "no facts")?;
        }
        for (number, (span, fact)) in self.facts.iter().enumerate() {
            let text = one_line(span.of(&self.document.text));
            let left_out = fact.evidence().zone == Zone::Boilerplate;
            match fact {
                Fact::Date(date) => {
                    let kind = date.kind.as_str();
                    writeln!(
                        out,
                        "{STRONG}{:>4}  «{text}»{STRONG:#}  {kind} {}",
                        number + 1,
                        date.timex_value
                    )?;
                    self.date(out, number, *span, date)?;
                }
                Fact::Name(mention) => {
                    let kind = mention.name_type.as_str();
                    writeln!(
                        out,
                        "{STRONG}{:>4}  «{text}»{STRONG:#}  {kind} {}",
                        number + 1,
                        mention.name
                    )?;
                    name(out, mention)?;
                }
            }
            if left_out {
                pair(
                    out,
                    6,
                    "left out",
                    "it stands in boilerplate; `extract --all-zones` keeps it",
                )?;
            }
        }
        Ok(())
    }

    fn date(&self, out: &mut Out, number: usize, span: Span, date: &TimeExpression) -> Result<()> {
        let found = self.language.and_then(|language| {
            let (at, rule) = language
                .rules
                .rules
                .iter()
                .enumerate()
                .find(|(_, r)| r.id == date.evidence.rule)?;
            // A modifier around the match («the end of April») belongs to the fact.
            let within = |e: &&Expression| e.span.start >= span.start && e.span.end <= span.end;
            let e = self
                .expressions
                .iter()
                .filter(within)
                .find(|e| e.rule as usize == at)?;
            let m = self
                .matches
                .iter()
                .find(|m| m.rule == e.rule && m.start == e.first && m.end == e.end)?;
            Some((rule, e, m))
        });
        pair(out, 6, "rule", date.evidence.rule)?;
        if let Some((rule, e, m)) = found {
            pair(out, 6, "match", &rule.patterns.join(" | "))?;
            let slots: Vec<String> = m
                .slots
                .iter()
                .map(|(slot, value)| format!("{slot} = {}", slot_value(*value)))
                .collect();
            if !slots.is_empty() {
                pair(out, 6, "slots", &slots.join(", "))?;
            }
            pair(
                out,
                6,
                "meaning",
                &format!("{} → {}", rule.value_text, meaning(&e.temporal)),
            )?;
            if let Some(looks) = self.looks(rule, e) {
                pair(out, 6, "looks", &looks)?;
            }
        }
        pair(out, 6, "anchor", &self.anchor(number, date))?;
        let mut value = format!("{} {}", date.kind.timex_type(), date.timex_value);
        if !date.modifier.is_empty() {
            value.push_str(&format!(", {}", date.modifier));
        }
        if !date.alternatives.is_empty() {
            value.push_str(&format!("; also possible: {}", date.alternatives));
        }
        pair(out, 6, "value", &value)?;
        if date.first_day.is_empty() {
            return Ok(());
        }
        let mut days = date.first_day.clone();
        if date.last_day != date.first_day {
            days.push_str(&format!(" to {}", date.last_day));
        }
        days.push_str(&format!(", precision {}", date.precision));
        days.push_str(match date.relation {
            "before" => ", before publication",
            "same" => ", the day of publication",
            "after" => ", after publication",
            "contains" => ", publication falls into it",
            _ => "",
        });
        pair(out, 6, "days", &days)?;
        Ok(())
    }

    /// Which way an unfinished expression looks for its day, and what says so.
    fn looks(&self, rule: &Rule, e: &Expression) -> Option<String> {
        let unfinished = match &e.temporal {
            Temporal::Partial(p) => p.year.is_none() && p.day_shift.is_none() && p.step.is_none(),
            Temporal::Holiday(_, year) => year.is_none(),
            _ => false,
        };
        if !unfinished {
            return None;
        }
        Some(match rule.direction {
            Direction::Past => "back: the rule says so".to_owned(),
            Direction::Future => "ahead: the rule says so".to_owned(),
            Direction::Nearest => "to the nearest: the rule says so".to_owned(),
            Direction::Tense => {
                let signs = self.tense_signs(e);
                if signs.is_empty() {
                    "to the nearest: no word of the sentence tells a tense".to_owned()
                } else {
                    format!(
                        "where the nearest word of tense points: {}",
                        signs.join(", ")
                    )
                }
            }
        })
    }

    /// Words of the expression's sentence that tell its tense.
    fn tense_signs(&self, e: &Expression) -> Vec<String> {
        let (Some(language), Some(sentence)) =
            (self.language, self.document.sentences.get(e.sentence))
        else {
            return Vec::new();
        };
        let (lexicon, document) = (&language.rules.lexicon, self.document);
        let Some(slot) = lexicon.slot("tense") else {
            return Vec::new();
        };
        let sign = |i: u32| {
            let token = document.tokens.get(i as usize)?;
            let value = match lexicon.find(&document.text, &document.tokens, i as usize, slot) {
                Some(occurrence) => occurrence.value,
                None => lexicon.ending(slot, token, &document.text)?,
            };
            Some(format!(
                "«{}» {}",
                token.of(&document.text),
                value.symbol()?
            ))
        };
        (sentence.first..e.first)
            .chain(e.end..sentence.end)
            .filter_map(sign)
            .collect()
    }

    fn anchor(&self, number: usize, date: &TimeExpression) -> String {
        match date.basis {
            "explicit" => "none: the words say it all".to_owned(),
            "published" | "calendar" | "calendar_latest" => {
                format!(
                    "{}, the day of publication ({})",
                    self.row.published, self.row.published_basis
                )
            }
            "narrative" => {
                let before = self
                    .facts
                    .get(..number)
                    .unwrap_or_default()
                    .iter()
                    .rev()
                    .find_map(|(span, fact)| match fact {
                        Fact::Date(d)
                            if !d.first_day.is_empty()
                                && matches!(d.kind, DateKind::Date | DateKind::Time) =>
                        {
                            Some((d.first_day.as_str(), one_line(span.of(&self.document.text))))
                        }
                        _ => None,
                    });
                match before {
                    Some((day, text)) => format!("{day}, the day told last («{text}»)"),
                    None => "the day told last".to_owned(),
                }
            }
            _ if date.timex_value.ends_with("_REF") => "none: the words are vague".to_owned(),
            _ => "not known, so X stands for what is missing".to_owned(),
        }
    }
}

fn name(out: &mut Out, mention: &Mention) -> Result<()> {
    let rule = mention.evidence.rule;
    let says = dateline_entities::RULES
        .iter()
        .find(|r| r.0 == rule)
        .map_or("", |r| r.1);
    pair(out, 6, "evidence", &format!("{rule}: {says}"))?;
    let id = if mention.entity_id.is_empty() {
        "none: several entities bear this name"
    } else {
        &mention.entity_id
    };
    pair(out, 6, "entity", id)?;
    pair(
        out,
        6,
        "form",
        &format!(
            "{}, confidence {:.2}",
            mention.mention_kind.as_str(),
            mention.confidence
        ),
    )?;
    if !mention.role.is_empty() {
        let of = if mention.role_org_id.is_empty() {
            String::new()
        } else {
            format!(" of {}", mention.role_org_id)
        };
        pair(out, 6, "role", &format!("{}{of}", one_line(&mention.role)))?;
    }
    Ok(())
}

/// Text as it may stand in a terminal: on one line, and no control character reaches it.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

fn slot_value(value: SlotValue) -> String {
    match value {
        SlotValue::None => "present".to_owned(),
        SlotValue::Int(i) => i.to_string(),
        SlotValue::Decimal(d) => d.to_string(),
        SlotValue::Symbol(s) => s.to_owned(),
    }
}

/// A meaning in plain words.
fn meaning(temporal: &Temporal) -> String {
    match temporal {
        Temporal::Partial(p) => partial(p),
        Temporal::Shift { sign: 0, unit, .. } => format!("the {} of the anchor", unit.as_str()),
        Temporal::Shift {
            count: n,
            sign,
            unit,
        } => {
            format!(
                "{} {} the anchor",
                count(*n, *unit),
                if *sign < 0 { "before" } else { "after" }
            )
        }
        Temporal::Compared { n, unit } => format!(
            "{} {} the quarter or half-year told last, else the anchor",
            count(Count::Number(f64::from(n.abs())), *unit),
            if *n < 0 { "before" } else { "after" }
        ),
        Temporal::Decade(year) => format!("the ten years from {year}"),
        Temporal::DecadeOfCentury(tens) => format!("the ten years from {tens:02} of a century"),
        Temporal::Century(n) if *n < 0 => format!("century {} before the common era", -n),
        Temporal::Century(n) => format!("century {n}"),
        Temporal::Duration(n, unit) => format!("a length of {}", count(*n, *unit)),
        Temporal::Repeated {
            count: n,
            unit,
            what,
        } if *what == Partial::default() => format!("every {}", count(*n, *unit)),
        Temporal::Repeated {
            count: n,
            unit,
            what,
        } => format!("every {}: {}", count(*n, *unit), partial(what)),
        Temporal::Vague(word) => (*word).to_owned(),
        Temporal::Range(a, b) => format!("from ({}) to ({})", meaning(a), meaning(b)),
        Temporal::Both(a, b) => format!("({}) and ({})", meaning(a), meaning(b)),
        Temporal::Holiday(name, None) => format!("the holiday {name}"),
        Temporal::Holiday(name, Some(year)) => format!("the holiday {name} of {year}"),
        // Better a bare name than a build that a new meaning breaks.
        other => format!("{other:?}"),
    }
}

fn count(count: Count, unit: Unit) -> String {
    let unit = unit.as_str();
    match count {
        Count::Number(1.0) => format!("1 {unit}"),
        Count::Number(n) => format!("{n} {unit}s"),
        Count::Some => format!("some {unit}s"),
    }
}

fn partial(p: &Partial) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut number = |label: &str, value: Option<i64>| {
        if let Some(value) = value {
            parts.push(format!("{label} {value}"));
        }
    };
    number("year", p.year.map(i64::from));
    number("half-year", p.half.map(i64::from));
    number("quarter", p.quarter.map(i64::from));
    number("month", p.month.map(i64::from));
    number("day", p.day.map(i64::from));
    if let Some(day) = p
        .weekday
        .and_then(|w| Weekday::from_monday_one_offset(w).ok())
    {
        parts.push(format!("weekday {day:?}"));
    }
    if let Some(season) = p.season {
        parts.push(format!("season {season}"));
    }
    match p.step {
        Some(0) => parts.push("this one".to_owned()),
        Some(n) if n < 0 => parts.push("the last one".to_owned()),
        Some(_) => parts.push("the next one".to_owned()),
        None => {}
    }
    match p.day_shift {
        Some(0) => parts.push("the day of the anchor".to_owned()),
        Some(n) => parts.push(format!(
            "{} {} the anchor",
            count(Count::Number(f64::from(n.abs())), Unit::Day),
            if n < 0 { "before" } else { "after" }
        )),
        None => {}
    }
    if let Some(part) = p.part {
        parts.push(format!("part of day {part}"));
    }
    match p.clock {
        Some((hour, Some(minute))) => parts.push(format!("at {hour:02}:{minute:02}")),
        Some((hour, None)) => parts.push(format!("at {hour:02} hours")),
        None => {}
    }
    if p.swappable {
        parts.push("or day and month the other way round".to_owned());
    }
    if parts.is_empty() {
        "the day of the anchor".to_owned()
    } else {
        parts.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meanings_read_as_words() {
        let friday = Partial {
            weekday: Some(5),
            step: Some(-1),
            ..Partial::default()
        };
        assert_eq!(
            meaning(&Temporal::Partial(friday)),
            "weekday Friday, the last one"
        );
        let shift = Temporal::Shift {
            count: Count::Number(2.0),
            sign: -1,
            unit: Unit::Year,
        };
        assert_eq!(meaning(&shift), "2 years before the anchor");
        assert_eq!(
            meaning(&Temporal::Duration(Count::Some, Unit::Day)),
            "a length of some days"
        );
    }
}
