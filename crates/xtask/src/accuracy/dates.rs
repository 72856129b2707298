//! Time expressions of annotated corpora, scored as in TempEval-3.

use super::gold::{Record, Timex};
use super::measure::{Fault, Prf, Range, pair};
use super::reader::{Date, Found};
use std::collections::BTreeMap;

/// A corpus.
#[derive(Debug, Default)]
pub struct Score {
    pub set: String,
    pub documents: usize,
    /// Same first and last code point.
    pub strict: Prf,
    /// Overlap, one to one.
    pub relaxed: Prf,
    /// Overlap and the same type.
    pub kind: Prf,
    /// Overlap and the same value; gold without value and what is paired with it stay out.
    pub value: Prf,
    pub faults: Vec<Fault>,
    /// Gold expressions by the form of their value.
    pub forms: BTreeMap<&'static str, Form>,
    /// Predictions by the rule that made them.
    pub rules: BTreeMap<&'static str, Rule>,
}

/// Gold expressions of one form.
#[derive(Debug, Default, Clone, Copy)]
pub struct Form {
    pub gold: usize,
    pub missed: usize,
    pub wrong_value: usize,
}

/// Predictions of one rule.
#[derive(Debug, Default, Clone, Copy)]
pub struct Rule {
    pub predicted: usize,
    pub spurious: usize,
    pub wrong_value: usize,
    pub wrong_span: usize,
}

impl Rule {
    pub fn wrong(self) -> usize {
        self.spurious + self.wrong_value + self.wrong_span
    }
}

pub fn score(set: &str, records: &[Record], found: &[Found]) -> Score {
    let mut score = Score {
        set: set.to_owned(),
        documents: records.len(),
        ..Score::default()
    };
    for (number, (record, found)) in records.iter().zip(found).enumerate() {
        score.add(number, &record.timexes, &found.dates);
    }
    score
}

impl Score {
    fn add(&mut self, record: usize, gold: &[Timex], predicted: &[Date]) {
        let gold_ranges: Vec<Range> = gold.iter().map(|g| (g.start, g.end)).collect();
        let ranges: Vec<Range> = predicted.iter().map(|p| p.range).collect();
        for all in [
            &mut self.strict,
            &mut self.relaxed,
            &mut self.kind,
            &mut self.value,
        ] {
            all.gold += gold.len();
            all.predicted += predicted.len();
        }
        self.value.gold -= gold.iter().filter(|g| g.value.is_none()).count();
        for g in gold {
            self.forms.entry(form(g)).or_default().gold += 1;
        }
        for p in predicted {
            self.rules.entry(p.rule).or_default().predicted += 1;
        }
        let (mut met, mut meant) = (vec![false; gold.len()], vec![false; predicted.len()]);
        for (i, j) in pair(&gold_ranges, &ranges) {
            (met[i], meant[j]) = (true, true);
            let (g, p) = (&gold[i], &predicted[j]);
            let same_span = gold_ranges[i] == p.range;
            let same_kind = g.kind == p.kind;
            let same_value = g.value.as_ref().is_none_or(|v| *v == p.value);
            self.strict.hit += usize::from(same_span);
            self.relaxed.hit += 1;
            self.kind.hit += usize::from(same_kind);
            match g.value {
                Some(_) => self.value.hit += usize::from(same_value),
                None => self.value.predicted -= 1,
            }
            let rule = self.rules.entry(p.rule).or_default();
            let kind = if !same_value {
                rule.wrong_value += 1;
                self.forms.entry(form(g)).or_default().wrong_value += 1;
                "wrong value"
            } else if !same_span {
                rule.wrong_span += 1;
                "wrong span"
            } else if !same_kind {
                "wrong type"
            } else {
                continue;
            };
            self.faults.push(fault(record, kind, Some(g), Some(p)));
        }
        for (g, _) in gold.iter().zip(met).filter(|(_, met)| !met) {
            self.forms.entry(form(g)).or_default().missed += 1;
            self.faults.push(fault(record, "missed", Some(g), None));
        }
        for (p, _) in predicted.iter().zip(meant).filter(|(_, meant)| !meant) {
            self.rules.entry(p.rule).or_default().spurious += 1;
            self.faults.push(fault(record, "spurious", None, Some(p)));
        }
    }

    pub fn measures(&self) -> Vec<(&'static str, f64)> {
        let mut all = vec![
            ("strict", self.strict.f1()),
            ("relaxed", self.relaxed.f1()),
            ("type", self.kind.f1()),
        ];
        if self.value.gold > 0 {
            all.push(("value", self.value.f1()));
        }
        all
    }
}

fn fault(
    record: usize,
    kind: &'static str,
    gold: Option<&Timex>,
    predicted: Option<&Date>,
) -> Fault {
    let at = |range: Range| format!("{}–{}", range.0, range.1);
    let gold_range = gold.map(|g| (g.start, g.end));
    Fault {
        record,
        kind,
        range: gold_range
            .or(predicted.map(|p| p.range))
            .unwrap_or_default(),
        gold: gold.map_or("–".into(), |g| {
            format!(
                "{} {} {}",
                at((g.start, g.end)),
                g.kind,
                g.value.as_deref().unwrap_or("?")
            )
        }),
        predicted: predicted.map_or("–".into(), |p| {
            format!("{} {} {} {}", at(p.range), p.kind, p.value, p.rule)
        }),
    }
}

/// The form of a TIMEX3 value.
fn form(gold: &Timex) -> &'static str {
    let Some(value) = gold.value.as_deref() else {
        return "no value known";
    };
    let plain = value
        .strip_prefix("BC")
        .unwrap_or(value)
        .trim_end_matches('X');
    if value.ends_with("_REF") {
        "past, present, future"
    } else if gold.kind == "SET" {
        "set"
    } else if value.starts_with('P') {
        "duration"
    } else if value.contains('T') {
        "time or part of day"
    } else if value.starts_with("XXXX") {
        "year unknown"
    } else if value.contains("-W") {
        "week"
    } else if value.contains("-Q") || value.contains("-H") {
        "quarter or half"
    } else if ["-SP", "-SU", "-FA", "-WI"]
        .iter()
        .any(|s| value.contains(s))
    {
        "season"
    } else {
        match plain.trim_end_matches(['-', 'X']).len() {
            10 => "day",
            7 => "month",
            4 => "year",
            2 | 3 => "decade or century",
            _ => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gold(start: usize, end: usize, value: Option<&str>) -> Timex {
        Timex {
            start,
            end,
            kind: "DATE".into(),
            value: value.map(Into::into),
            or: Vec::new(),
        }
    }

    fn date(start: usize, end: usize, kind: &'static str, value: &str) -> Date {
        Date {
            range: (start, end),
            kind,
            value: value.into(),
            rule: "root.date.year",
        }
    }

    #[test]
    fn unknown_values_and_their_partners_stay_out_of_the_value_score() {
        let mut score = Score::default();
        let gold = [
            gold(0, 4, Some("2020")),
            gold(5, 9, None),
            gold(20, 24, Some("1999")),
        ];
        let found = [
            date(0, 4, "DATE", "2020"),
            date(5, 8, "TIME", "2021"),
            date(20, 24, "DATE", "1998"),
            date(30, 34, "DATE", "1997"),
        ];
        score.add(0, &gold, &found);
        assert_eq!(
            score.strict,
            Prf {
                hit: 2,
                predicted: 4,
                gold: 3
            }
        );
        assert_eq!(
            score.relaxed,
            Prf {
                hit: 3,
                predicted: 4,
                gold: 3
            }
        );
        assert_eq!(
            score.kind,
            Prf {
                hit: 2,
                predicted: 4,
                gold: 3
            }
        );
        assert_eq!(
            score.value,
            Prf {
                hit: 1,
                predicted: 3,
                gold: 2
            }
        );
        let mut kinds: Vec<_> = score.faults.iter().map(|f| f.kind).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["spurious", "wrong span", "wrong value"]);
    }

    #[test]
    fn forms_of_values() {
        for (value, expected) in [
            ("2023-03-15", "day"),
            ("2023-03", "month"),
            ("2023", "year"),
            ("199", "decade or century"),
            ("BC0044-03-15", "day"),
            ("2023-W07", "week"),
            ("2023-Q1", "quarter or half"),
            ("2023-SU", "season"),
            ("2023-03-15TMO", "time or part of day"),
            ("P3D", "duration"),
            ("PT5M", "duration"),
            ("PAST_REF", "past, present, future"),
            ("XXXX-03-15", "year unknown"),
        ] {
            assert_eq!(form(&gold(0, 1, Some(value))), expected, "{value}");
        }
    }
}
