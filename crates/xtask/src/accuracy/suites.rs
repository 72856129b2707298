//! Date tests of other projects: what of them can be compared with TIMEX3 values.

use super::gold::{Expected, Record};
use super::measure::{Fault, common, share};
use super::reader::Found;
use dateline_languages::Library;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Cases of one sort within a suite.
#[derive(Debug, Default, Clone, Copy)]
pub struct Count {
    /// Expressions that are compared.
    pub expected: usize,
    /// Of these: some expression overlaps them.
    pub found: usize,
    /// Of these: one that overlaps them has an expected value.
    pub right: usize,
}

impl Count {
    pub fn accuracy(self) -> f64 {
        share(self.right, self.expected)
    }
}

/// A suite.
#[derive(Debug, Default)]
pub struct Score {
    pub set: String,
    pub project: String,
    pub language: String,
    /// Dates and durations.
    pub dates: Count,
    /// Of these the ones that are written as news writes, with the values that news could mean
    /// ([`in_news`], [`news_values`]).
    pub news: Count,
    /// Days that are given by the name of a holiday.
    pub holidays: Count,
    /// Texts that hold nothing, and those of them in which nothing was found.
    pub empty: usize,
    pub silent: usize,
    /// Expected expressions that are not compared.
    pub left_out: usize,
    pub faults: Vec<Fault>,
}

/// `set` is `suite-<project>.<language>`; `library` has the names of months and weekdays.
pub fn score(set: &str, records: &[Record], found: &[Found], library: &Library) -> Score {
    let name = set.strip_prefix("suite-").unwrap_or(set);
    let (project, language) = name.split_once('.').unwrap_or((name, ""));
    let capitals = capitals(library, language);
    let mut score = Score {
        set: set.to_owned(),
        project: project.to_owned(),
        language: language.to_owned(),
        ..Score::default()
    };
    for (number, (record, found)) in records.iter().zip(found).enumerate() {
        score.add(number, record, found, &capitals);
    }
    score
}

impl Score {
    fn add(&mut self, number: usize, record: &Record, found: &Found, capitals: &BTreeSet<String>) {
        let all = (0, record.text.chars().count());
        let told = || {
            found
                .dates
                .iter()
                .map(|d| format!("{} {}", d.value, d.rule))
                .collect::<Vec<_>>()
                .join(", ")
        };
        if record.expected.is_empty() {
            self.empty += 1;
            if found.dates.is_empty() {
                self.silent += 1;
            } else {
                let gold = "nothing".to_owned();
                self.faults.push(Fault {
                    record: number,
                    kind: "spurious",
                    range: all,
                    gold,
                    predicted: told(),
                });
            }
        }
        for expected in &record.expected {
            let mut values = values(expected);
            if record.reference.is_none() {
                values.retain(|v| stands_alone(v, &record.text));
            }
            if values.is_empty() {
                self.left_out += 1;
                continue;
            }
            let range = match (expected.start, expected.end) {
                (Some(start), Some(end)) => (start, end),
                _ => all,
            };
            let mut here = found
                .dates
                .iter()
                .filter(|d| common(d.range, range) > 0)
                .peekable();
            let count = if expected.holiday.is_some() {
                &mut self.holidays
            } else {
                &mut self.dates
            };
            count.expected += 1;
            let hit = here.peek().is_some();
            count.found += usize::from(hit);
            let here: Vec<&str> = here.map(|d| d.value.as_str()).collect();
            let right = here.iter().any(|v| values.iter().any(|w| w == v));
            count.right += usize::from(right);
            let written: String = record
                .text
                .chars()
                .skip(range.0)
                .take(range.1 - range.0)
                .collect();
            let in_news = expected.holiday.is_none() && in_news(&written, capitals);
            let reference = record.reference.as_deref().and_then(|r| r.get(..10));
            let right_in_news = right
                || values.iter().any(|v| {
                    let (values, coarser) = news_values(v, reference.unwrap_or_default(), &written);
                    // Where the test asks only for the day, its hour is no mistake.
                    let day = |h: &str| {
                        h.strip_prefix(v.as_str())
                            .is_some_and(|rest| v.len() == 10 && rest.starts_with('T'))
                    };
                    here.iter().any(|h| day(h) || values.iter().any(|v| v == h))
                        || here.len() == 1 && coarser.iter().any(|v| *v == here[0])
                });
            if in_news {
                self.news.expected += 1;
                self.news.found += usize::from(hit);
                self.news.right += usize::from(right_in_news);
            }
            if !right {
                let kind = match (expected.holiday.is_some(), hit) {
                    _ if in_news && right_in_news => "right in news",
                    (false, _) if !in_news => "not as news writes",
                    (true, false) => "missed holiday",
                    (true, true) => "wrong value of a holiday",
                    (false, false) => "missed",
                    (false, true) => "wrong value",
                };
                self.faults.push(Fault {
                    record: number,
                    kind,
                    range,
                    gold: values.join(" or "),
                    predicted: told(),
                });
            }
        }
    }

    pub fn measures(&self) -> Vec<(&'static str, f64)> {
        let mut measures = vec![("value", self.dates.accuracy())];
        if self.news.expected > 0 {
            measures.push(("news", self.news.accuracy()));
        }
        measures
    }
}

/// The TIMEX3 values that an expectation allows; none where it cannot be compared: times of day,
/// sets, ranges of two ends, «before» and «after», seasons without a year and the like.
fn values(expected: &Expected) -> Vec<String> {
    let timex = expected.timex.as_deref().unwrap_or_default();
    let said = || {
        if is_calendar_unit(timex) {
            vec![timex.to_owned()]
        } else {
            Vec::new()
        }
    };
    if !expected.values.is_empty() {
        if expected.values.iter().any(|v| v.modifier.is_some()) {
            return Vec::new();
        }
        // A day or a month without a year has a past and a future reading; both are as good.
        let of_values = |length: usize| -> Vec<String> {
            let days = expected
                .values
                .iter()
                .filter_map(|v| v.value.as_ref().or(v.start.as_ref()));
            days.filter_map(|d| d.get(..length))
                .filter(|d| is_calendar_unit(d))
                .map(Into::into)
                .collect()
        };
        return match expected.kind.as_deref() {
            Some("date") => of_values(10),
            Some("daterange") if shape(timex) == "XXXX-99" => of_values(7),
            Some("daterange") if timex.len() != 10 => said(),
            Some("duration") if is_length(timex) => vec![timex.to_owned()],
            _ => Vec::new(),
        };
    }
    if expected.open.is_some() || expected.to.is_some() {
        return Vec::new();
    }
    match expected.kind.as_deref() {
        Some("time") => said(),
        Some("interval") => Vec::new(),
        // Values with a place holder for each part that is not said: `2021-XX-XX`.
        _ => {
            let plain = timex.trim_end_matches("-XX");
            if is_calendar_unit(plain) || is_length(plain) {
                vec![plain.to_owned()]
            } else {
                Vec::new()
            }
        }
    }
}

/// Months, weekdays and holidays that the language writes with a capital and only so, in small letters.
fn capitals(library: &Library, language: &str) -> BTreeSet<String> {
    let language = language.split('-').next().unwrap_or_default();
    let Ok(pack) = library.pack(language) else {
        return BTreeSet::new();
    };
    let names = |capital: bool| {
        let dates = pack.rows.iter().filter(|r| {
            ["month", "weekday", "holiday"]
                .iter()
                .any(|s| r.slot.starts_with(s))
        });
        dates
            .filter(|r| r.form.chars().next().is_some_and(char::is_uppercase) == capital)
            .map(|r| r.form.trim_end_matches('.').to_lowercase())
            .collect::<BTreeSet<_>>()
    };
    &names(true) - &names(false)
}

/// Whether news would write a date like this: not with a month, weekday or holiday in small letters that the
/// language writes with a capital, not as two numbers without a word (a score, a ratio, a fraction
/// as often as a date), not as numbers with nothing but blanks between or around them, and not as an abbreviation that stands alone.
fn in_news(written: &str, capitals: &BTreeSet<String>) -> bool {
    let mut words = written.split(|c: char| !c.is_alphabetic());
    if words.any(|w| capitals.contains(w)) {
        return false;
    }
    let letters = written.chars().filter(|c| c.is_alphabetic());
    if letters.clone().next().is_none() {
        let numbers: Vec<&str> = written
            .split(|c: char| !c.is_numeric())
            .filter(|n| !n.is_empty())
            .collect();
        let marks = written.trim().chars().any(|c| !c.is_numeric() && c != ' ');
        return match numbers.len() {
            1 => numbers[0].chars().count() == 4,
            2 => numbers.iter().any(|n| n.chars().count() == 4) && marks,
            _ => marks,
        };
    }
    let cased = letters
        .clone()
        .all(|c| c.is_lowercase() || c.is_uppercase());
    !(cased && letters.count() <= 3 && !written.chars().any(char::is_numeric))
}

/// Values that news could mean as well: the day, month, quarter or season on the other side of the reference, where the
/// text names no year (a weekday to come could be the last one, and «next Friday» is that of this week); and, as second, values
/// that are as precise as the unit, where the day is whole weeks, months or years away.
fn news_values(value: &str, reference: &str, written: &str) -> (Vec<String>, Vec<String>) {
    let (mut other, mut coarser) = (Vec::new(), Vec::new());
    let Ok(now) = reference.parse::<Date>() else {
        return (other, coarser);
    };
    let has_year = written
        .split(|c: char| !c.is_numeric())
        .any(|n| n.chars().count() == 4);
    let month = |d: Date| d.strftime("%Y-%m").to_string();
    if let (Ok(day), 10) = (value.parse::<Date>(), value.len()) {
        let days = day.since(now).map_or(0, |s| s.get_days());
        if !has_year && (1..=366).contains(&days) {
            other.extend(day.checked_sub(1.year()).ok().map(|d| d.to_string()));
        }
        // «The second Monday of June» a year before is 52 or 53 weeks away.
        let mut before = |weeks: i64| {
            let day = day.checked_sub((7 * weeks).days());
            other.extend(day.ok().map(|d| d.to_string()));
        };
        if !has_year && (1..=366).contains(&days) {
            before(52);
            before(53);
        }
        if !has_year && (1..=13).contains(&days) {
            before(1);
        }
        if days != 0 && days % 7 == 0 {
            let week = day.iso_week_date();
            coarser.push(format!("{:04}-W{:02}", week.year(), week.week()));
        }
        if day.day() == now.day() && month(day) != month(now) {
            coarser.push(month(day));
            if day.month() == now.month() {
                coarser.push(day.strftime("%Y").to_string());
            }
        }
    } else if let (Some((Ok(year), part)), false) = (
        value.split_once('-').map(|(y, p)| (y.parse::<i16>(), p)),
        has_year,
    ) && part.starts_with(char::is_alphabetic)
        && !part.starts_with('W')
        && year == now.year()
    {
        // A quarter or season of this year.
        other.push(format!("{}-{part}", year - 1));
    } else if let (Ok(first), 7) = (format!("{value}-01").parse::<Date>(), value.len()) {
        if !has_year && first > now {
            other.extend(first.checked_sub(1.year()).ok().map(month));
        }
        if first.month() == now.month() && first.year() != now.year() {
            coarser.push(first.strftime("%Y").to_string());
        }
    }
    (other, coarser)
}

/// Whether a value can be told without a reference time: its year is written in the text, or it is a
/// length.
fn stands_alone(value: &str, text: &str) -> bool {
    is_length(value) || value.get(..4).is_some_and(|year| text.contains(year))
}

/// The value with each digit a 9.
fn shape(value: &str) -> String {
    value
        .chars()
        .map(|c| if c.is_ascii_digit() { '9' } else { c })
        .collect()
}

/// A day, week, weekend, month, quarter, season or year, fully said.
fn is_calendar_unit(value: &str) -> bool {
    matches!(
        shape(value).as_str(),
        "9999"
            | "9999-99"
            | "9999-99-99"
            | "9999-W99"
            | "9999-W99-WE"
            | "9999-Q9"
            | "9999-SP"
            | "9999-SU"
            | "9999-FA"
            | "9999-WI"
    )
}

/// A whole number of one unit: `P3D`, `PT5M`.
fn is_length(value: &str) -> bool {
    let Some(rest) = value.strip_prefix('P') else {
        return false;
    };
    let (digits, units) = match rest.strip_prefix('T') {
        Some(rest) => (rest, ['H', 'M', 'S', 'S']),
        None => (rest, ['Y', 'M', 'W', 'D']),
    };
    let number = digits.trim_end_matches(units);
    number.len() + 1 == digits.len()
        && !number.is_empty()
        && number.bytes().all(|b| b.is_ascii_digit())
}

/// Cases of several suites together.
pub fn total(counts: impl IntoIterator<Item = Count>) -> Count {
    counts.into_iter().fold(Count::default(), |a, b| Count {
        expected: a.expected + b.expected,
        found: a.found + b.found,
        right: a.right + b.right,
    })
}

/// Duckling tells the time of its tests once; the set `duckling.en` has another that is three days later.
pub fn mend_reference(set: &str, records: &mut [Record]) {
    if set == "suite-duckling.en" {
        for r in records {
            r.reference = Some("2013-02-12T04:30:00".into());
        }
    }
}

/// The suites of each project.
pub fn projects(scores: &[Score]) -> BTreeMap<&str, Vec<&Score>> {
    let mut projects: BTreeMap<&str, Vec<&Score>> = BTreeMap::new();
    for score in scores {
        projects.entry(&score.project).or_default().push(score);
    }
    projects
}

/// The suites of each language; variants of a country with their language.
pub fn languages(scores: &[Score]) -> BTreeMap<&str, Vec<&Score>> {
    let mut languages: BTreeMap<&str, Vec<&Score>> = BTreeMap::new();
    for score in scores {
        let language = score.language.split('-').next().unwrap_or_default();
        languages.entry(language).or_default().push(score);
    }
    languages
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(expected: Value) -> Vec<String> {
        serde_json::from_value::<Expected>(expected)
            .map(|e| values(&e))
            .expect("an expectation")
    }

    #[test]
    fn what_can_be_compared() {
        let both = json!([{"value": "2016-10-02"}, {"value": "2017-10-02"}]);
        assert_eq!(
            of(json!({"type": "date", "timex": "XXXX-10-02", "values": both})),
            ["2016-10-02", "2017-10-02"]
        );
        let months = json!([{"start": "2016-08-01"}, {"start": "2017-08-01"}]);
        assert_eq!(
            of(json!({"type": "daterange", "timex": "XXXX-08", "values": months})),
            ["2016-08", "2017-08"]
        );
        assert_eq!(
            of(json!({"type": "daterange", "timex": "2016-W45", "values": [{}]})),
            ["2016-W45"]
        );
        assert_eq!(
            of(json!({"type": "duration", "timex": "PT5M", "values": [{}]})),
            ["PT5M"]
        );
        assert_eq!(
            of(json!({"type": "time", "timex": "2013-Q1", "grain": "quarter"})),
            ["2013-Q1"]
        );
        assert_eq!(of(json!({"type": null, "timex": "2021-XX-XX"})), ["2021"]);
    }

    #[test]
    fn without_a_reference_time_only_what_the_text_says() {
        assert!(stands_alone("2019-01-03", "on 3 January 2019"));
        assert!(stands_alone("P3D", "three days"));
        assert!(!stands_alone("2016-11-07", "today"));
    }

    #[test]
    fn what_news_writes_and_means() {
        let german = capitals(&Library::embedded(), "de");
        for written in [
            "11/20",
            "2 - 15",
            "17 02",
            "21 3 2015",
            "mo.",
            "do",
            "20200701",
            "montag",
            "5 mai",
        ] {
            assert!(!in_news(written, &german), "{written}");
        }
        for written in [
            "11/20/2016",
            "3/2019",
            "2015",
            "am 12.12.",
            "Montag",
            "明天",
            "5 Mai",
        ] {
            assert!(in_news(written, &german), "{written}");
        }
        let strings = |v: &[&str]| v.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        let read = |value, written| news_values(value, "2013-02-12", written);
        let monday = (
            strings(&["2012-02-18", "2012-02-20", "2012-02-13", "2013-02-11"]),
            vec![],
        );
        assert_eq!(read("2013-02-18", "montag"), monday);
        assert_eq!(
            read("2013-01-08", "vor fünf wochen"),
            (vec![], strings(&["2013-W02"]))
        );
        assert_eq!(read("2012-10-12", "il y a quatre mois").1, ["2012-10"]);
        assert_eq!(read("2013-03", "mars"), (strings(&["2012-03"]), vec![]));
        assert_eq!(read("2013-03-03", "3 mars 2013"), (vec![], vec![]));
        assert_eq!(read("2014-02", "dans un an").1, ["2014"]);
        assert_eq!(read("2013-Q3", "third quarter").0, ["2012-Q3"]);
    }

    #[test]
    fn what_cannot() {
        for expected in [
            json!({"type": "daterange", "timex": "2016", "values": [{"Mod": "before"}]}),
            json!({"type": "daterange", "timex": "(2016-01-01,2016-04-01,P3M)", "values": [{}]}),
            json!({"type": "duration", "timex": "PT2.5H", "values": [{}]}),
            json!({"type": "set", "timex": "P1W", "values": [{}]}),
            json!({"type": "time", "timex": "2013-02-12T04:30"}),
            json!({"type": "time", "timex": "2013-02-12", "open": "after"}),
            json!({"type": "interval", "timex": "2013-02-12", "to": "2013-02-14"}),
            json!({"type": "date", "timex": null, "values": [{"value": "not resolved"}]}),
        ] {
            assert_eq!(of(expected.clone()), [""; 0], "{expected}");
        }
    }
}
