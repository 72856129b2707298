//! The day an article was published, and what says so.

use crate::find::{Expression, Settings};
use crate::temporal::{Partial, Style, Temporal, build};
use dateline_document::Document;
use dateline_model::Zone;
use dateline_rules::RuleSet;
use dateline_text::tokenize;
use jiff::civil::Date;

/// What the source says of the day.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// Metadata, in the source's words.
    pub published: &'a str,
    /// Address.
    pub url: &'a str,
    /// Path of the file.
    pub file: &'a str,
}

/// A day of publication with its basis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Publication {
    /// The day.
    pub day: Option<Date>,
    /// `metadata`, `url`, `file_name`, `page`, `dateline`, `calendar`, `calendar_latest`, or empty.
    pub basis: &'static str,
    /// Other days that are possible, latest first.
    pub alternatives: Vec<Date>,
}

impl Publication {
    fn certain(day: Date, basis: &'static str) -> Self {
        Self { day: Some(day), basis, alternatives: Vec::new() }
    }
}

/// Years back that the calendar is searched: weekday and day repeat within 28 years.
const YEARS_BACK: i16 = 28;

/// Decides the day of publication, strongest source first. A day after `settings.not_after` never wins.
pub fn publication(
    source: Source,
    document: &Document,
    rules: &RuleSet,
    expressions: &[Expression],
    style: Style,
    settings: &Settings,
) -> Publication {
    let plausible = |d: &Date| *d <= settings.not_after && d.year() >= 1600;
    if let Some(day) = metadata_day(source.published, rules, style).filter(plausible) {
        return Publication::certain(day, "metadata");
    }
    if let Some(day) = day_in_path(source.url).filter(plausible) {
        return Publication::certain(day, "url");
    }
    if let Some(day) = day_in_path(source.file).filter(plausible) {
        return Publication::certain(day, "file_name");
    }
    let within = |range: &std::ops::Range<u32>| {
        // A clock time beside the date may reach over the end of the range.
        expressions.iter().find(|e| e.first < range.end && e.end > range.start)
    };
    let page = document.page_date.as_ref().and_then(within);
    let dateline = document.dateline.as_ref().and_then(|d| within(&d.all));
    for (expression, basis) in [(page, "page"), (dateline, "dateline")] {
        if let Some(Temporal::Partial(p)) = expression.map(|e| &e.temporal)
            && let Some(day) = full_day(*p).filter(plausible)
        {
            return Publication::certain(day, basis);
        }
    }
    if !settings.fill_undated {
        return Publication::default();
    }
    let opening = dateline.or(page).and_then(|e| match &e.temporal {
        Temporal::Partial(p) if p.year.is_none() && p.month.is_some() && p.day.is_some() => Some(*p),
        _ => None,
    });
    calendar(document, expressions, opening, settings)
}

/// Years in which weekday and day of the month agree, told by the article itself.
fn calendar(
    document: &Document,
    expressions: &[Expression],
    opening: Option<Partial>,
    settings: &Settings,
) -> Publication {
    let prose = |e: &&Expression| {
        document.sentences.get(e.sentence).is_none_or(|s| !matches!(s.zone, Zone::Boilerplate))
    };
    let partials: Vec<Partial> = expressions
        .iter()
        .filter(prose)
        .filter_map(|e| match e.temporal {
            Temporal::Partial(p) => Some(p),
            _ => None,
        })
        .collect();
    let years = (settings.not_after.year() - YEARS_BACK..=settings.not_after.year()).rev();
    // «Thursday February 23»: a full pair decides; the first one tells the news.
    let pairs: Vec<Partial> = partials
        .iter()
        .copied()
        .filter(|p| p.year.is_none() && p.month.is_some() && p.day.is_some() && p.weekday.is_some())
        .collect();
    let day_of = |p: &Partial, y: i16| Date::new(y, p.month?, p.day?).ok();
    let fits = |p: &Partial, y: i16| {
        day_of(p, y).is_some_and(|d| {
            d <= settings.not_after && p.weekday.is_none_or(|w| d.weekday().to_monday_one_offset() == w)
        })
    };
    // No article tells of a year to come: full dates in the past tense bound it from below.
    let told = partials.iter().filter_map(|p| p.year).filter(|y| *y <= i32::from(settings.not_after.year()));
    let latest_told = told.max().unwrap_or(0) as i16;
    let found: Vec<Date> = if let Some(first) = opening.filter(|p| p.weekday.is_some()).or(pairs.first().copied()) {
        let all = years.clone().filter(|y| fits(&first, *y)).collect::<Vec<_>>();
        // Other pairs must agree, in the same year or over its turn.
        let agreeing: Vec<i16> = all
            .iter()
            .copied()
            .filter(|y| pairs.iter().all(|p| (y - 1..=y + 1).any(|near| fits(p, near) || day_of(p, near).is_some_and(|d| d > settings.not_after))))
            .collect();
        let all = if agreeing.is_empty() { all } else { agreeing };
        let day = opening.unwrap_or(first);
        all.iter().filter_map(|y| day_of(&day, *y)).collect()
    } else if let Some(day) = opening {
        // «10 March» in the dateline and «Friday» in the lead: the story is of that day or the eve.
        let mut weekdays = partials
            .iter()
            .filter(|p| p.month.is_none() && p.day.is_none() && p.year.is_none() && p.step.is_none())
            .filter_map(|p| p.weekday);
        let Some(lead) = weekdays.next() else { return Publication::default() };
        let others: Vec<i8> = weekdays.collect();
        let score = |y: i16| {
            let Some(d) = day_of(&day, y).filter(|d| *d <= settings.not_after) else { return 0 };
            let w = d.weekday().to_monday_one_offset();
            let told = 2 * usize::from(lead == w) + usize::from(lead % 7 + 1 == w);
            if told == 0 { 0 } else { 100 * told + others.iter().filter(|x| **x == w).count() }
        };
        let best = years.clone().map(score).max().unwrap_or(0);
        if best == 0 {
            return Publication::default();
        }
        years.filter(|y| score(*y) == best).filter_map(|y| day_of(&day, y)).collect()
    } else {
        return Publication::default();
    };
    let recent: Vec<Date> = found.iter().copied().filter(|d| d.year() >= latest_told).collect();
    let mut days = if recent.is_empty() { found } else { recent };
    // A year that the article names itself, beside the pair, is the year of the story.
    if latest_told > 0
        && let Some(same) = days.iter().copied().find(|d| d.year() == latest_told)
    {
        return Publication::certain(same, "calendar");
    }
    match days.len() {
        0 => Publication::default(),
        1 => Publication::certain(days.remove(0), "calendar"),
        _ => {
            let day = days.remove(0);
            Publication { day: Some(day), basis: "calendar_latest", alternatives: days }
        }
    }
}

fn full_day(p: Partial) -> Option<Date> {
    Date::new(i16::try_from(p.year?).ok()?, p.month?, p.day?).ok()
}

/// The day of a metadata string: ISO, RFC 2822, Unix seconds, or words of the article's language.
fn metadata_day(text: &str, rules: &RuleSet, style: Style) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Some(day) = iso_prefix(text) {
        return Some(day);
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(text) {
        return Some(zoned.date());
    }
    if text.len() >= 9 && text.len() <= 13 && text.bytes().all(|b| b.is_ascii_digit()) {
        let seconds: i64 = text.parse().ok()?;
        let seconds = if text.len() > 11 { seconds / 1000 } else { seconds };
        return jiff::Timestamp::from_second(seconds).ok().map(|t| t.to_zoned(jiff::tz::TimeZone::UTC).date());
    }
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    rules.lexicon.mark(&mut tokens);
    let mut matches = Vec::new();
    rules.matches(text, &tokens, &mut matches);
    matches.iter().find_map(|m| match build(&rules.rules.get(m.rule as usize)?.value, m, style)? {
        Temporal::Partial(p) => full_day(p),
        _ => None,
    })
}

/// `2023-03-10…`, `2023/03/10…`, `20230310…` at the beginning.
fn iso_prefix(text: &str) -> Option<Date> {
    let (day, end) = day_at(text.as_bytes(), 0)?;
    let after = text.as_bytes().get(end);
    after.is_none_or(|b| !b.is_ascii_digit() || end == 8).then_some(day)
}

/// A day in an address or a path: `/2023/03/10/`, `2023-03-10`, `_20230310`.
fn day_in_path(path: &str) -> Option<Date> {
    let bytes = path.as_bytes();
    (0..bytes.len()).find_map(|i| {
        if i > 0 && bytes[i - 1].is_ascii_digit() {
            return None;
        }
        let (day, end) = day_at(bytes, i)?;
        let apart = bytes.get(end).is_none_or(|b| !b.is_ascii_digit());
        (apart && (1900..2100).contains(&day.year())).then_some(day)
    })
}

/// Year, month and day from byte `at`, with or without one separator, and where they end.
fn day_at(bytes: &[u8], at: usize) -> Option<(Date, usize)> {
    let digits = |from: usize, n: usize| -> Option<i16> {
        let part = bytes.get(from..from + n)?;
        part.iter().all(u8::is_ascii_digit).then(|| part.iter().fold(0, |v, b| v * 10 + i16::from(b - b'0')))
    };
    let year = digits(at, 4)?;
    let separator = bytes.get(at + 4).copied()?;
    if separator.is_ascii_digit() {
        let day = Date::new(year, digits(at + 4, 2)? as i8, digits(at + 6, 2)? as i8).ok()?;
        return Some((day, at + 8));
    }
    if !matches!(separator, b'-' | b'/' | b'_' | b'.') {
        return None;
    }
    let one_or_two = |from: usize| digits(from, 2).map(|v| (v, from + 2)).or_else(|| Some((digits(from, 1)?, from + 1)));
    let (month, end) = one_or_two(at + 5)?;
    if bytes.get(end) != Some(&separator) {
        return None;
    }
    let (day, end) = one_or_two(end + 1)?;
    Some((Date::new(year, month as i8, day as i8).ok()?, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_paths() {
        let day = |p: &str| day_in_path(p).map(|d| d.to_string());
        assert_eq!(day("https://x.org/2023/03/10/title").as_deref(), Some("2023-03-10"));
        assert_eq!(day("a/20230310_x.txt").as_deref(), Some("2023-03-10"));
        assert_eq!(day("news-2023-3-1.txt").as_deref(), Some("2023-03-01"));
        assert_eq!(day("id/2023031099/x"), None);
        assert_eq!(day("2023/13/10"), None);
        assert_eq!(iso_prefix("2016-11-09 00:00:00").unwrap().to_string(), "2016-11-09");
        assert_eq!(iso_prefix("2016-11-09T10:00:00Z").unwrap().to_string(), "2016-11-09");
    }
}
