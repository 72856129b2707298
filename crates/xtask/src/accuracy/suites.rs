//! Date tests of other projects: what of them can be compared with TIMEX3 values.

use super::gold::{Expected, Record};
use super::measure::{Fault, common, share};
use super::reader::Found;
use std::collections::BTreeMap;

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
    /// Days that are given by the name of a holiday.
    pub holidays: Count,
    /// Texts that hold nothing, and those of them in which nothing was found.
    pub empty: usize,
    pub silent: usize,
    /// Expected expressions that are not compared.
    pub left_out: usize,
    pub faults: Vec<Fault>,
}

/// `set` is `suite-<project>.<language>`.
pub fn score(set: &str, records: &[Record], found: &[Found]) -> Score {
    let name = set.strip_prefix("suite-").unwrap_or(set);
    let (project, language) = name.split_once('.').unwrap_or((name, ""));
    let mut score = Score {
        set: set.to_owned(),
        project: project.to_owned(),
        language: language.to_owned(),
        ..Score::default()
    };
    for (number, (record, found)) in records.iter().zip(found).enumerate() {
        score.add(number, record, found);
    }
    score
}

impl Score {
    fn add(&mut self, number: usize, record: &Record, found: &Found) {
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
            if here.any(|d| values.contains(&d.value)) {
                count.right += 1;
            } else {
                let kind = match (expected.holiday.is_some(), hit) {
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
        vec![("value", self.dates.accuracy())]
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

/// Dates of several suites together.
pub fn total<'s>(scores: impl IntoIterator<Item = &'s Score>) -> Count {
    scores.into_iter().fold(Count::default(), |a, b| Count {
        expected: a.expected + b.dates.expected,
        found: a.found + b.dates.found,
        right: a.right + b.dates.right,
    })
}

/// The suites of each project.
pub fn projects(scores: &[Score]) -> BTreeMap<&str, Vec<&Score>> {
    let mut projects: BTreeMap<&str, Vec<&Score>> = BTreeMap::new();
    for score in scores {
        projects.entry(&score.project).or_default().push(score);
    }
    projects
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
