//! The day an article was published, and what says so.

use crate::find::{Expression, Settings};
use crate::temporal::{Partial, Style, Temporal, build};
use dateline_document::Document;
use dateline_model::Zone;
use dateline_rules::{RuleSet, Scratch};
use dateline_text::tokenize;
use jiff::civil::Date;
use regex::Regex;
use std::sync::LazyLock;

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
    /// `day`, `month`, `year`, or empty: how precise the source is.
    pub precision: &'static str,
}

impl Publication {
    fn certain(day: Date, basis: &'static str) -> Self {
        Self {
            day: Some(day),
            basis,
            alternatives: Vec::new(),
            precision: "day",
        }
    }

    /// Keeps those of the possible days that rank highest; returns the others, latest first.
    pub fn keep_best<R: Ord>(&mut self, rank: impl Fn(Date) -> R) -> Vec<Date> {
        let Some(best) = self.days().map(&rank).max() else {
            return Vec::new();
        };
        let (kept, excluded): (Vec<Date>, _) = self.days().partition(|d| rank(*d) == best);
        if let [day] = kept[..] {
            *self = Self::certain(day, "calendar");
        } else {
            self.day = kept.first().copied();
            self.alternatives = kept.into_iter().skip(1).collect();
        }
        excluded
    }

    fn days(&self) -> impl Iterator<Item = Date> {
        self.day
            .into_iter()
            .chain(self.alternatives.iter().copied())
    }
}

/// Years back that the calendar is searched: weekday and day repeat within 28 years.
const YEARS_BACK: i16 = 28;

/// Decides the day of publication, strongest source first. A day after the one that the user set
/// never wins, and the calendar never goes beyond `settings.not_after`.
pub fn publication(
    source: Source,
    document: &Document,
    rules: &RuleSet,
    expressions: &[Expression],
    style: Style,
    settings: &Settings,
    scratch: &mut Scratch,
) -> Publication {
    let plausible = |d: &Date| {
        (1600..2200).contains(&d.year())
            && (!settings.not_after_is_said || *d <= settings.not_after)
    };
    if let Some(day) = metadata_day(source.published, rules, style, scratch).filter(plausible) {
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
        expressions
            .iter()
            .find(|e| e.first < range.end && e.end > range.start)
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
    let period = period(source.published);
    let no_day = Publication {
        basis: if period.is_some() { "metadata" } else { "" },
        precision: match period {
            Some((_, Some(_))) => "month",
            Some((_, None)) => "year",
            None => "",
        },
        ..Publication::default()
    };
    if !settings.fill_undated {
        return no_day;
    }
    let opening = dateline.or(page).and_then(|e| match &e.temporal {
        Temporal::Partial(p) if p.year.is_none() && p.month.is_some() && p.day.is_some() => {
            Some(*p)
        }
        _ => None,
    });
    let dated = |e: &Expression| matches!(&e.temporal, Temporal::Partial(p) if is_pair(p));
    if opening.is_none() && !expressions.iter().any(dated) {
        return no_day;
    }
    let found = calendar(document, expressions, opening, period, settings);
    if found.day.is_some() { found } else { no_day }
}

/// Years in which weekday and day of the month agree, told by the article itself.
fn calendar(
    document: &Document,
    expressions: &[Expression],
    opening: Option<Partial>,
    period: Option<(i16, Option<i8>)>,
    settings: &Settings,
) -> Publication {
    let prose = |e: &&Expression| {
        document
            .sentences
            .get(e.sentence)
            .is_none_or(|s| !matches!(s.zone, Zone::Boilerplate))
    };
    let partials: Vec<Partial> = expressions
        .iter()
        .filter(prose)
        .filter_map(|e| match e.temporal {
            Temporal::Partial(p) => Some(p),
            _ => None,
        })
        .collect();
    let last = settings.not_after.year();
    let years = match period {
        Some((year, _)) => year..=year,
        None => last - YEARS_BACK..=last,
    }
    .rev();
    // «Thursday February 23»: a full pair decides; the first one tells the news.
    let pairs: Vec<Partial> = partials.iter().copied().filter(is_pair).collect();
    let day_of = |p: &Partial, y: i16| Date::new(y, p.month?, p.day?).ok();
    let fits = |p: &Partial, y: i16| {
        day_of(p, y).is_some_and(|d| {
            d <= settings.not_after
                && p.weekday
                    .is_none_or(|w| d.weekday().to_monday_one_offset() == w)
        })
    };
    // No article tells of a year to come: full dates in the past tense bound it from below.
    let told = partials
        .iter()
        .filter_map(|p| p.year)
        .filter(|y| *y <= i32::from(settings.not_after.year()));
    let latest_told = told.max().and_then(|y| i16::try_from(y).ok()).unwrap_or(0);
    let found: Vec<Date> = if let Some(first) = opening
        .filter(|p| p.weekday.is_some())
        .or(pairs.first().copied())
    {
        let all = years
            .clone()
            .filter(|y| fits(&first, *y))
            .collect::<Vec<_>>();
        // Other pairs must agree, in the same year or over its turn.
        let agreeing: Vec<i16> = all
            .iter()
            .copied()
            .filter(|y| {
                pairs.iter().all(|p| {
                    (y - 1..=y + 1).any(|near| {
                        fits(p, near) || day_of(p, near).is_some_and(|d| d > settings.not_after)
                    })
                })
            })
            .collect();
        let all = if agreeing.is_empty() { all } else { agreeing };
        let day = opening.unwrap_or(first);
        all.iter().filter_map(|y| day_of(&day, *y)).collect()
    } else if let Some(day) = opening {
        // «10 March» in the dateline and «Friday» in the lead: the story is of that day or the eve.
        let mut weekdays = partials
            .iter()
            .filter(|p| {
                p.month.is_none() && p.day.is_none() && p.year.is_none() && p.step.is_none()
            })
            .filter_map(|p| p.weekday);
        let Some(lead) = weekdays.next() else {
            return Publication::default();
        };
        let others: Vec<i8> = weekdays.collect();
        let score = |y: i16| {
            let Some(d) = day_of(&day, y).filter(|d| *d <= settings.not_after) else {
                return 0;
            };
            let w = d.weekday().to_monday_one_offset();
            let told = 2 * usize::from(lead == w) + usize::from(lead % 7 + 1 == w);
            if told == 0 {
                0
            } else {
                100 * told + others.iter().filter(|x| **x == w).count()
            }
        };
        let best = years.clone().map(score).max().unwrap_or(0);
        if best == 0 {
            return Publication::default();
        }
        years
            .filter(|y| score(*y) == best)
            .filter_map(|y| day_of(&day, y))
            .collect()
    } else {
        return Publication::default();
    };
    let found: Vec<Date> = found
        .into_iter()
        .filter(|d| {
            period
                .and_then(|p| p.1)
                .is_none_or(|month| d.month() == month)
        })
        .collect();
    let recent: Vec<Date> = found
        .iter()
        .copied()
        .filter(|d| d.year() >= latest_told)
        .collect();
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
            Publication {
                day: Some(day),
                basis: "calendar_latest",
                alternatives: days,
                precision: "day",
            }
        }
    }
}

/// «Thursday February 23», without a year.
fn is_pair(p: &Partial) -> bool {
    p.year.is_none() && p.month.is_some() && p.day.is_some() && p.weekday.is_some()
}

fn full_day(p: Partial) -> Option<Date> {
    Date::new(i16::try_from(p.year?).ok()?, p.month?, p.day?).ok()
}

/// The day of a metadata string: ISO, RFC 2822, Unix seconds, or words of the article's language.
fn metadata_day(text: &str, rules: &RuleSet, style: Style, scratch: &mut Scratch) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if text.starts_with(|c: char| c.is_ascii_digit())
        && let Some(day) = day_in_digits(text)
    {
        return Some(day);
    }
    if let Ok(zoned) = jiff::fmt::rfc2822::parse(text) {
        return Some(zoned.date());
    }
    // Seconds since 1970 have nine or ten digits, milliseconds thirteen.
    if matches!(text.len(), 9 | 10 | 13) && text.bytes().all(|b| b.is_ascii_digit()) {
        let seconds: i64 = text.parse().ok()?;
        let seconds = if text.len() == 13 {
            seconds / 1000
        } else {
            seconds
        };
        return jiff::Timestamp::from_second(seconds)
            .ok()
            .map(|t| t.to_zoned(jiff::tz::TimeZone::UTC).date());
    }
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    rules.lexicon.mark(&mut tokens);
    let mut day = None;
    rules.matches(text, &tokens, scratch, |m| {
        let rule = rules.rules.get(m.rule as usize);
        if let (None, Some(Temporal::Partial(p))) =
            (day, rule.and_then(|rule| build(&rule.value, m, style)))
        {
            day = full_day(p);
        }
    });
    day
}

/// Year, month and day with one separator or none, apart from other digits; a clock time may follow.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^0-9])([0-9]{4})(?:([0-9]{2})([0-9]{2})(?:[0-9]{4}|[0-9]{6})?|([-/_.])([0-9]{1,2})([-/_.])([0-9]{1,2}))(?:[^0-9]|$)",
    )
    .expect("the pattern is sound")
});

/// `2023-03-10` at the beginning.
fn iso_day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let number = |from: usize, to: usize| {
        bytes.get(from..to)?.iter().try_fold(0i16, |n, b| {
            b.is_ascii_digit().then(|| n * 10 + i16::from(b - b'0'))
        })
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let whole =
        bytes[4] == b'-' && bytes[7] == b'-' && !bytes.get(10).is_some_and(u8::is_ascii_digit);
    let day = Date::new(year, month as i8, day as i8);
    whole.then(|| day.ok()).flatten()
}

/// The first day written in digits: `/2023/03/10/`, `2023-03-10T10:00`, `_20230310`.
fn day_in_digits(text: &str) -> Option<Date> {
    // Most sources write it so, and most write nothing else.
    if let Some(day) = iso_day(text) {
        return Some(day);
    }
    let mut at = 0;
    while let Some(found) = DAY.captures_at(text, at) {
        let number = |i: usize| found.get(i).and_then(|m| m.as_str().parse::<i16>().ok());
        let separator = |i: usize| found.get(i).map(|m| m.as_str());
        let month = number(2).or_else(|| number(5));
        let day = number(3).or_else(|| number(7));
        if let (Some(year), Some(month), Some(day)) = (number(1), month, day)
            && separator(4) == separator(6)
            && let Ok(day) = Date::new(year, month as i8, day as i8)
        {
            return Some(day);
        }
        // What is no day may end with the sign before one.
        at = found.get(1)?.end();
    }
    None
}

/// A day in an address or a path.
fn day_in_path(path: &str) -> Option<Date> {
    day_in_digits(path).filter(|day| (1900..2100).contains(&day.year()))
}

/// `2013-03` or `2013`: a source that gives no day.
fn period(text: &str) -> Option<(i16, Option<i8>)> {
    let (year, month) = match text.trim().split_once('-') {
        Some((year, month)) => (
            year,
            Some(month.parse().ok().filter(|m| (1..=12).contains(m))?),
        ),
        None => (text.trim(), None),
    };
    let year = (year.len() == 4).then(|| year.parse().ok())??;
    (1600..2200).contains(&year).then_some((year, month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_paths() {
        let day = |p: &str| day_in_path(p).map(|d| d.to_string());
        assert_eq!(
            day("https://x.org/2023/03/10/title").as_deref(),
            Some("2023-03-10")
        );
        assert_eq!(day("a/20230310_x.txt").as_deref(), Some("2023-03-10"));
        assert_eq!(day("news-2023-3-1.txt").as_deref(), Some("2023-03-01"));
        assert_eq!(day("id/2023031099/x"), None);
        assert_eq!(day("2023/13/10"), None);
        assert_eq!(day("2023/13/10/2023/03/10").as_deref(), Some("2023-03-10"));
        assert_eq!(day("2023/03-10 2023/3/101 2023/3 1"), None);
        assert_eq!(day("2023-"), None);
        assert_eq!(day("é2023.3.1é").as_deref(), Some("2023-03-01"));
        for text in [
            "2016-11-09 00:00:00",
            "2016-11-09T10:00:00Z",
            "20161109",
            "20161109101500",
            "201611091015",
        ] {
            assert_eq!(day_in_digits(text).unwrap().to_string(), "2016-11-09");
        }
        assert_eq!(period("2013-03"), Some((2013, Some(3))));
        assert_eq!(period("2013"), Some((2013, None)));
        assert_eq!(period("2013-13"), None);
    }
}
