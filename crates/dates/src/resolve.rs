//! From meaning to value: the anchor, the missing year, the TIMEX3 value and its days.

use crate::calendars::Calendar;
use crate::civil::{
    day_number, plus_days, plus_months, push_day, push_number, push_two, push_year,
};
use crate::temporal::{Count, Partial, Step, Temporal, Unit};
use dateline_model::{DateKind, Short};
use dateline_rules::{Anchor, Direction};
use jiff::civil::Date;

/// What the text around an expression says of its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    /// A past verb beside it.
    Past,
    /// A future verb beside it.
    Future,
}

/// What relative expressions count from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reference {
    /// Day of publication.
    pub published: Option<Date>,
    /// The day told last: a day within it, and how precise it was.
    pub narrative: Option<(Date, Unit)>,
    /// The day that the same sentence told before, for a clock time that stands alone.
    pub day: Option<(Date, &'static str)>,
    /// A day of the quarter or half-year told last, and which of the two.
    pub period: Option<(Date, Unit)>,
    /// Whether the article tells a story in which the day of publication has no part.
    pub is_narrative: bool,
}

/// A value with its days.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// TIMEX3 type in plain words.
    pub kind: DateKind,
    /// TIMEX3 value.
    pub value: Short,
    /// First and last day.
    pub days: Option<(Date, Date)>,
    /// Precision, `None` for vague words.
    pub unit: Option<Unit>,
    /// What decided the missing parts; empty = unresolved.
    pub basis: &'static str,
    /// ISO 8601 length of durations.
    pub length: Short,
}

impl Resolved {
    fn date(
        value: impl Into<Short>,
        days: Option<(Date, Date)>,
        unit: Unit,
        basis: &'static str,
    ) -> Self {
        Self {
            kind: DateKind::Date,
            value: value.into(),
            days,
            unit: Some(unit),
            basis,
            length: Short::new(),
        }
    }

    /// One value for unit-sized stretch of the calendar that holds `date`.
    fn unit_of(date: Date, unit: Unit, basis: &'static str) -> Option<Self> {
        let (y, m) = (date.year(), date.month());
        let month_range = |first: i8, last: i8| -> Option<(Date, Date)> {
            Some((
                Date::new(y, first, 1).ok()?,
                Date::new(y, last, 1).ok()?.last_of_month(),
            ))
        };
        let year_range = |a: i16, b: i16| -> Option<(Date, Date)> {
            Some((Date::new(a, 1, 1).ok()?, Date::new(b, 12, 31).ok()?))
        };
        let mut value = Short::new();
        let days = match unit {
            Unit::Second | Unit::Minute | Unit::Hour | Unit::Day => {
                push_day(&mut value, date);
                Some((date, date))
            }
            Unit::Week | Unit::Fortnight | Unit::Weekend => {
                let week = date.iso_week_date();
                push_year(&mut value, week.year());
                value.push_str("-W");
                push_two(&mut value, week.week());
                let monday = plus_days(date, -i64::from(date.weekday().to_monday_zero_offset()))?;
                let sunday = plus_days(monday, 6)?;
                if unit == Unit::Weekend {
                    value.push_str("-WE");
                    Some((plus_days(monday, 5)?, sunday))
                } else {
                    Some((monday, sunday))
                }
            }
            Unit::Month => {
                push_year(&mut value, y);
                value.push('-');
                push_two(&mut value, m);
                month_range(m, m)
            }
            Unit::Quarter => {
                let q = (m - 1) / 3;
                push_year(&mut value, y);
                value.push_str(["-Q1", "-Q2", "-Q3", "-Q4"][q as usize]);
                month_range(q * 3 + 1, q * 3 + 3)
            }
            Unit::Half => {
                let h = (m - 1) / 6;
                push_year(&mut value, y);
                value.push_str(["-H1", "-H2"][h as usize]);
                month_range(h * 6 + 1, h * 6 + 6)
            }
            Unit::Season => {
                push_year(&mut value, y);
                value.push_str(["-WI", "-SP", "-SU", "-FA"][(m % 12 / 3) as usize]);
                None
            }
            Unit::Year => {
                push_year(&mut value, y);
                year_range(y, y)
            }
            Unit::Decade if y < 1 => {
                value = format!("BC{:03}", (1 - y) / 10).into();
                None
            }
            Unit::Century if y < 1 => {
                value = format!("BC{:02}", -y / 100).into();
                None
            }
            Unit::Decade => {
                push_number(&mut value, (y / 10).unsigned_abs().into(), 3);
                year_range(y / 10 * 10, y / 10 * 10 + 9)
            }
            Unit::Century => {
                push_number(&mut value, (y / 100).unsigned_abs().into(), 2);
                year_range(y / 100 * 100, y / 100 * 100 + 99)
            }
        };
        Some(Self::date(value, days, unit, basis))
    }
}

/// A year of the calendar as TIMEX3 writes it.
fn year_text(year: i16) -> Short {
    let mut text = Short::new();
    push_year(&mut text, year);
    text
}

/// The year of the calendar for a year as words give it: 1 BC = -1 in words, 0 in the calendar.
fn calendar_year(year: i32) -> Option<i16> {
    i16::try_from(if year < 0 { year + 1 } else { year }).ok()
}

/// `date` moved by `n` units; `None` beyond the calendar.
fn shift(date: Date, n: f64, unit: Unit) -> Option<Date> {
    if n.abs() > 1e6 {
        return None;
    }
    let whole = n as i64;
    match unit {
        Unit::Second | Unit::Minute => Some(date),
        Unit::Hour => plus_days(date, (n / 24.0) as i64),
        Unit::Day => plus_days(date, whole),
        Unit::Week | Unit::Weekend => plus_days(date, (n * 7.0).round() as i64),
        Unit::Fortnight => plus_days(date, whole * 14),
        Unit::Month => plus_months(date, whole),
        Unit::Quarter | Unit::Season => plus_months(date, whole * 3),
        Unit::Half => plus_months(date, whole * 6),
        Unit::Year if n.fract() != 0.0 => plus_months(date, (n * 12.0).round() as i64),
        Unit::Year => plus_months(date, whole * 12),
        Unit::Decade => plus_months(date, whole * 120),
        Unit::Century => plus_months(date, whole * 1200),
    }
}

/// The value of a unit of which nothing is known.
fn unknown(unit: Unit) -> &'static str {
    match unit {
        Unit::Week | Unit::Fortnight => "XXXX-WXX",
        Unit::Weekend => "XXXX-WXX-WE",
        Unit::Month => "XXXX-XX",
        Unit::Quarter => "XXXX-QX",
        Unit::Half => "XXXX-HX",
        Unit::Season | Unit::Year | Unit::Decade | Unit::Century => "XXXX",
        _ => "XXXX-XX-XX",
    }
}

fn push_count(out: &mut Short, count: f64) {
    // Whole numbers that fit, without the sign of zero: all but a few.
    if count.fract() == 0.0 && (1.0..1e9).contains(&count) {
        push_number(out, count as u32, 1);
    } else if count.fract() == 0.0 {
        out.push_str(&format!("{count:.0}"));
    } else {
        out.push_str(&count.to_string());
    }
}

/// ISO 8601 length; `X` for some.
fn length(count: Count, unit: Unit) -> Short {
    if let Count::Number(n) = count
        && n.fract() == 0.5
        && n > 1.0
    {
        // «Two and a half years» in whole units.
        let whole = n.trunc();
        let halved = match unit {
            Unit::Minute => Some(format!("PT{whole:.0}M30S")),
            Unit::Hour => Some(format!("PT{whole:.0}H30M")),
            Unit::Day => Some(format!("P{whole:.0}DT12H")),
            Unit::Year => Some(format!("P{whole:.0}Y6M")),
            _ => None,
        };
        if let Some(length) = halved {
            return length.into();
        }
    }
    let (before, factor, after) = match unit {
        Unit::Second => ("PT", 1.0, 'S'),
        Unit::Minute => ("PT", 1.0, 'M'),
        Unit::Hour => ("PT", 1.0, 'H'),
        Unit::Day => ("P", 1.0, 'D'),
        Unit::Weekend => ("P", 2.0, 'D'),
        Unit::Week => ("P", 1.0, 'W'),
        Unit::Fortnight => ("P", 2.0, 'W'),
        Unit::Month => ("P", 1.0, 'M'),
        Unit::Quarter | Unit::Season => ("P", 3.0, 'M'),
        Unit::Half => ("P", 6.0, 'M'),
        Unit::Year => ("P", 1.0, 'Y'),
        Unit::Decade => ("P", 10.0, 'Y'),
        Unit::Century => ("P", 100.0, 'Y'),
    };
    let mut length = Short::new();
    length.push_str(before);
    match count {
        Count::Number(n) => push_count(&mut length, n * factor),
        Count::Some => length.push('X'),
    }
    length.push(after);
    length
}

/// Resolves one expression.
pub fn resolve(
    temporal: &Temporal,
    anchor: Anchor,
    direction: Direction,
    tense: Option<Tense>,
    reference: &Reference,
) -> Option<Resolved> {
    Resolver {
        anchor,
        direction,
        tense,
        reference,
    }
    .resolve(temporal)
}

struct Resolver<'r> {
    anchor: Anchor,
    direction: Direction,
    tense: Option<Tense>,
    reference: &'r Reference,
}

impl Resolver<'_> {
    /// The day that relative expressions count from, how precise it is, and its name.
    fn ground(&self) -> Option<(Date, Unit, &'static str)> {
        let published = self
            .reference
            .published
            .map(|d| (d, Unit::Day, "published"));
        let narrative = self.reference.narrative.map(|(d, u)| (d, u, "narrative"));
        if self.reference.is_narrative {
            return narrative;
        }
        match self.anchor {
            Anchor::Narrative => narrative.or(published),
            _ => published,
        }
    }

    /// Which way an unfinished expression looks: −1, 1, or 0 for the nearest.
    fn way(&self) -> i32 {
        match (self.direction, self.tense) {
            (Direction::Past, _) | (Direction::Tense, Some(Tense::Past)) => -1,
            (Direction::Future, _) | (Direction::Tense, Some(Tense::Future)) => 1,
            (Direction::Tense, None) | (Direction::Nearest, _) => 0,
        }
    }

    fn resolve(&self, temporal: &Temporal) -> Option<Resolved> {
        match temporal {
            Temporal::Partial(p) => self.partial(*p),
            Temporal::Shift { count, sign, unit } => self.shift(*count, *sign, *unit),
            Temporal::InYear(p, years) => self.in_year(*p, *years),
            Temporal::From { of, step } => self.from(&self.resolve(of)?, *step),
            Temporal::InMonth(day, months) => {
                let Some((ground, _, basis)) = self.ground() else {
                    return Some(Resolved::date(
                        format!("XXXX-XX-{day:02}"),
                        None,
                        Unit::Day,
                        "",
                    ));
                };
                let month = shift(ground.first_of_month(), f64::from(*months), Unit::Month)?;
                let date = Date::new(month.year(), month.month(), *day).ok()?;
                Resolved::unit_of(date, Unit::Day, basis)
            }
            Temporal::Week(week, year) => {
                let (year, basis) = match (year, self.ground()) {
                    (Some(year), _) => (calendar_year(*year)?, "explicit"),
                    (None, Some((ground, _, basis))) => (ground.iso_week_date().year(), basis),
                    (None, None) => {
                        return Some(Resolved::date(
                            format!("XXXX-W{week:02}"),
                            None,
                            Unit::Week,
                            "",
                        ));
                    }
                };
                let monday =
                    jiff::civil::ISOWeekDate::new(year, *week, jiff::civil::Weekday::Monday);
                Resolved::unit_of(monday.ok()?.date(), Unit::Week, basis)
            }
            Temporal::WeekdayOfWeek(weekday, weeks, part) => {
                let Some((ground, _, basis)) = self.ground() else {
                    let value = format!("XXXX-WXX-{weekday}");
                    return Some(Resolved::date(value, None, Unit::Day, ""));
                };
                let day = i32::from(*weekday - ground.weekday().to_monday_one_offset());
                let days = weeks.checked_mul(7)?.checked_add(day)?;
                let date = shift(ground, f64::from(days), Unit::Day)?;
                let mut r = Resolved::unit_of(date, Unit::Day, basis)?;
                if let Some(part) = part {
                    r.kind = DateKind::Time;
                    r.value.push('T');
                    r.value.push_str(part);
                }
                Some(r)
            }
            // A week belongs to the month, or year, that holds its Thursday, as ISO 8601 has it for years.
            Temporal::NthWeek { n, of } => {
                let r = self.resolve(of)?;
                let Some((first, last)) = r.days else {
                    return Some(Resolved::date(r.value, None, Unit::Week, r.basis));
                };
                let (day, weeks) = if *n > 0 {
                    (first, *n - 1)
                } else {
                    (last, *n + 1)
                };
                let to_thursday = 4 - i64::from(day.weekday().to_monday_one_offset());
                let mut thursday = plus_days(day, to_thursday)?;
                if thursday < first {
                    thursday = plus_days(thursday, 7)?;
                }
                if thursday > last {
                    thursday = plus_days(thursday, -7)?;
                }
                let day = plus_days(thursday, 7 * i64::from(weeks))?;
                if day < first || day > last {
                    return None;
                }
                Resolved::unit_of(day, Unit::Week, r.basis)
            }
            Temporal::NthWeekday { n, weekday, month } => {
                let r = self.resolve(month)?;
                let Some((first, _)) = r.days else {
                    return Some(Resolved::date(r.value, None, Unit::Day, r.basis));
                };
                let weekday = jiff::civil::Weekday::from_monday_one_offset(*weekday).ok()?;
                let day = first.nth_weekday_of_month(*n, weekday).ok()?;
                Resolved::unit_of(day, Unit::Day, r.basis)
            }
            Temporal::Compared { n, unit } => self.compared(*n, *unit),
            Temporal::Decade(year) => {
                let date = Date::new(calendar_year(*year)?, 1, 1).ok()?;
                Resolved::unit_of(date, Unit::Decade, "explicit")
            }
            Temporal::DecadeOfCentury(tens) => {
                // The century is the reader's own, also in a story that was told from elsewhere.
                let published = self
                    .reference
                    .published
                    .map(|d| (d, Unit::Day, "published"));
                let Some((ground, _, basis)) = published.or_else(|| self.ground()) else {
                    return Some(Resolved::date(
                        format!("XX{}", tens / 10),
                        None,
                        Unit::Decade,
                        "",
                    ));
                };
                let ground = i32::from(ground.year());
                let mut year = ground / 100 * 100 + tens;
                if year > ground {
                    year -= 100;
                }
                let date = Date::new(year as i16, 1, 1).ok()?;
                Resolved::unit_of(date, Unit::Decade, basis)
            }
            Temporal::Century(n) if *n < 0 => Some(Resolved::date(
                format!("BC{:02}", -n - 1),
                None,
                Unit::Century,
                "explicit",
            )),
            Temporal::Century(n) => {
                let date = Date::new(((n - 1) * 100 + 1).max(1) as i16, 1, 1).ok()?;
                let mut r = Resolved::unit_of(date, Unit::Century, "explicit")?;
                r.value = format!("{:02}", n - 1).into();
                Some(r)
            }
            Temporal::Ahead(count, unit) if self.way() > 0 => self.shift(*count, 1, *unit),
            Temporal::Duration(count, unit) | Temporal::Ahead(count, unit) => {
                let length = length(*count, *unit);
                let value = match (unit, count) {
                    // TIMEX3 counts quarters, ISO 8601 does not.
                    (Unit::Quarter, Count::Number(n)) => {
                        let mut value = Short::from("P");
                        push_count(&mut value, *n);
                        value.push('Q');
                        value
                    }
                    _ => length.clone(),
                };
                Some(Resolved {
                    kind: DateKind::Duration,
                    value,
                    days: None,
                    unit: Some(*unit),
                    basis: "explicit",
                    length,
                })
            }
            Temporal::DurationSome => Some(Resolved {
                kind: DateKind::Duration,
                value: "PXX".into(),
                days: None,
                unit: None,
                basis: "explicit",
                length: "PXX".into(),
            }),
            Temporal::Repeated { count, unit, what } => Some(self.repeated(*count, *unit, *what)),
            Temporal::Vague(word) => Some(Resolved {
                kind: DateKind::Date,
                value: (*word).into(),
                days: None,
                unit: None,
                basis: "",
                length: Short::new(),
            }),
            Temporal::Both(a, b) | Temporal::Range(a, b) => {
                let (a, b) = (self.resolve(a)?, self.resolve(b)?);
                let days = match (a.days, b.days) {
                    (Some(x), Some(y)) if x.0 <= y.1 => Some((x.0, y.1)),
                    (None, None) => None,
                    // The ends are the wrong way round: no range.
                    (Some(_), Some(_)) => return None,
                    _ => None,
                };
                Some(Resolved {
                    kind: a.kind,
                    value: format!("{}/{}", a.value, b.value).into(),
                    days,
                    unit: b.unit,
                    basis: if a.basis == "explicit" {
                        b.basis
                    } else {
                        a.basis
                    },
                    length: Short::new(),
                })
            }
            Temporal::Holiday(name, year) => self.holiday(name, *year),
            Temporal::Other {
                calendar,
                year,
                month,
                day,
                step,
            } => self.other(*calendar, *year, *month, *day, *step),
            Temporal::OtherDecade(calendar, year) => {
                let mut first = *year;
                let mut basis = "explicit";
                if first < 100 {
                    let (ground, _, ground_basis) = self.ground()?;
                    let now = calendar.year_of(ground)?;
                    basis = ground_basis;
                    first += now / 100 * 100;
                    first -= if first > now { 100 } else { 0 };
                }
                let days = (
                    calendar.days(first, None, None)?.0,
                    calendar.days(first + 9, None, None)?.1,
                );
                let value = format!("{}/{}", days.0, days.1);
                Some(Resolved::date(value, Some(days), Unit::Decade, basis))
            }
        }
    }

    fn compared(&self, n: i32, unit: Unit) -> Option<Resolved> {
        // A quarter that is still to come is not the one that is compared.
        let begun = |(day, _): &(Date, Unit)| self.reference.published.is_none_or(|p| *day <= p);
        if let Some((date, period)) = self.reference.period.filter(begun) {
            let moved = shift(date, f64::from(n), unit)?;
            return Resolved::unit_of(moved, period, self.ground().map_or("narrative", |g| g.2));
        }
        // «The latest quarter» is the last full one.
        let n = if n == 0 && unit == Unit::Quarter {
            -1
        } else {
            n
        };
        self.shift(Count::Number(f64::from(n.abs())), n.signum(), unit)
    }

    fn in_year(&self, p: Partial, years: i32) -> Option<Resolved> {
        let Some((ground, _, basis)) = self.ground() else {
            let unfinished = Resolver {
                reference: &Reference::default(),
                ..*self
            };
            return unfinished.partial(p);
        };
        let year = shift(ground, f64::from(years), Unit::Year)?.year();
        // The year of the calendar counts 1 BC as 0, that of words as -1.
        let year = i32::from(if year <= 0 { year - 1 } else { year });
        let mut r = self.partial(Partial {
            year: Some(year),
            ..p
        })?;
        r.basis = basis;
        Some(r)
    }

    /// A date that is told from `base`.
    fn from(&self, base: &Resolved, step: Step) -> Option<Resolved> {
        let unit = match step {
            // «Two weeks before Christmas» is a day, as Christmas is.
            Step::By(_, _, unit @ (Unit::Week | Unit::Fortnight))
                if base.unit.is_some_and(|u| u <= Unit::Day) =>
            {
                unit.min(Unit::Day)
            }
            Step::By(_, _, unit) | Step::Within(unit) => unit,
            Step::Day(_) => Unit::Day,
        };
        let Some((first, last)) = base.days else {
            return Some(Resolved::date(unknown(unit), None, unit, base.basis));
        };
        let day = match step {
            Step::By(Count::Some, ..) => {
                return Some(Resolved::date(unknown(unit), None, unit, ""));
            }
            Step::By(Count::Number(n), sign, by) => {
                shift(if sign < 0 { first } else { last }, f64::from(sign) * n, by)?
            }
            Step::Within(unit) if base.unit.is_some_and(|u| u > unit) => return None,
            // The weekend of a holiday on Monday or Tuesday is the one before it.
            Step::Within(Unit::Weekend) if first.weekday().to_monday_one_offset() <= 2 => {
                plus_days(first, -7)?
            }
            Step::Within(_) => first,
            Step::Day(n) => {
                let day = if n > 0 {
                    plus_days(first, i64::from(n) - 1)?
                } else {
                    plus_days(last, i64::from(n) + 1)?
                };
                (first..=last).contains(&day).then_some(day)?
            }
        };
        Resolved::unit_of(day, unit, base.basis)
    }

    fn repeated(&self, count: Count, unit: Unit, what: Partial) -> Resolved {
        let value = if let Some(w) = what.weekday {
            let part = what.part.map(|p| format!("T{p}")).unwrap_or_default();
            format!("XXXX-WXX-{w}{part}").into()
        } else if let Some(m) = what.month {
            format!("XXXX-{m:02}").into()
        } else if let Some(s) = what.season {
            format!("XXXX-{s}").into()
        } else if let Some(p) = what.part {
            format!("XXXX-XX-XXT{p}").into()
        } else {
            length(count, unit)
        };
        Resolved {
            kind: DateKind::Repeated,
            length: length(count, unit),
            value,
            days: None,
            unit: Some(unit),
            basis: "explicit",
        }
    }

    fn shift(&self, count: Count, sign: i32, unit: Unit) -> Option<Resolved> {
        let Count::Number(n) = count else {
            let word = if sign < 0 { "PAST_REF" } else { "FUTURE_REF" };
            return self.resolve(&Temporal::Vague(word));
        };
        // «The same day» of a year is no day that is known.
        let known = |told: Unit| sign != 0 || unit > Unit::Day || told <= Unit::Day;
        let ground = self.ground().filter(|(_, told, _)| known(*told));
        let Some((ground, _, basis)) = ground else {
            return Some(Resolved::date(unknown(unit), None, unit, ""));
        };
        let mut date = shift(ground, f64::from(sign) * n, unit)?;
        // Early in the week the weekend that news tells of is the last one.
        if unit == Unit::Weekend
            && sign == 0
            && self.way() <= 0
            && ground.weekday().to_monday_one_offset() <= 3
        {
            date = plus_days(date, -7)?;
        }
        // «A year and a half ago» is as precise as months.
        let unit = if n.fract() != 0.0 && unit == Unit::Year {
            Unit::Month
        } else {
            unit
        };
        Resolved::unit_of(date, unit, basis)
    }

    /// Among `candidates` (in order) the one that direction and tense ask for.
    fn choose(&self, ground: Date, candidates: &[Date]) -> Option<Date> {
        let before = candidates.iter().rev().find(|d| **d <= ground).copied();
        let after = candidates.iter().find(|d| **d > ground).copied();
        match (self.way(), before, after) {
            (-1, Some(b), _) | (_, Some(b), None) => Some(b),
            (1, _, Some(a)) | (_, None, Some(a)) => Some(a),
            (_, Some(b), Some(a)) => {
                let (back, on) = (days_between(b, ground), days_between(ground, a));
                Some(if back <= on { b } else { a })
            }
            (_, None, None) => None,
        }
    }

    fn partial(&self, p: Partial) -> Option<Resolved> {
        let mut r = self.calendar(p)?;
        if let Some((h, m)) = p.clock {
            r.kind = DateKind::Time;
            r.unit = Some(if m.is_some() {
                Unit::Minute
            } else {
                Unit::Hour
            });
            r.value.push('T');
            push_two(&mut r.value, h);
            r.value.push(':');
            push_two(&mut r.value, m.unwrap_or(0));
        } else if let Some(part) = p.part {
            r.kind = DateKind::Time;
            r.value.push('T');
            r.value.push_str(part);
        }
        Some(r)
    }

    fn calendar(&self, p: Partial) -> Option<Resolved> {
        let ground = self.ground();
        if let Some(mut days) = p.day_shift {
            if p.either_way && self.way() <= 0 {
                days = -days;
            }
            return Some(match ground {
                Some((date, _, basis)) => {
                    Resolved::unit_of(shift(date, f64::from(days), Unit::Day)?, Unit::Day, basis)?
                }
                None => Resolved::date("XXXX-XX-XX", None, Unit::Day, ""),
            });
        }
        if let Some(season) = p.season {
            return self.season(season, p);
        }
        if let Some(q) = p.quarter {
            return self.part_of_year(p, (q - 1) * 3 + 1, Unit::Quarter, format!("Q{q}"));
        }
        if let Some(h) = p.half {
            return self.part_of_year(p, (h - 1) * 6 + 1, Unit::Half, format!("H{h}"));
        }
        match (p.year, p.month, p.day) {
            (Some(y), month, day) => self.with_year(y, month, day),
            (None, Some(m), Some(d)) => {
                let Some((g, _, basis)) = ground else {
                    return Some(Resolved::date(
                        format!("XXXX-{m:02}-{d:02}"),
                        None,
                        Unit::Day,
                        "",
                    ));
                };
                // Two years either way hold a 29 February and a weekday that fits.
                let mut candidates: Days = (-5..=5)
                    .filter_map(|y| Date::new(g.year().checked_add(y)?, m, d).ok())
                    .collect();
                if let Some(w) = p.weekday {
                    let fitting: Days = candidates
                        .iter()
                        .copied()
                        .filter(|c| c.weekday().to_monday_one_offset() == w)
                        .collect();
                    // Where the pair fits no year that is near, one of the two is wrong: nothing is
                    // left to choose from.
                    let near = |c: &Date| days_between(*c, g).abs() < 400;
                    candidates = if fitting.iter().any(near) {
                        fitting
                    } else {
                        Days::default()
                    };
                }
                let chosen = if let Some(step) = p.step.filter(|s| *s != 0) {
                    match step {
                        ..0 => candidates.iter().copied().rev().find(|c| *c < g),
                        _ => candidates.iter().copied().find(|c| *c > g),
                    }
                } else if self.reference.is_narrative {
                    candidates.iter().copied().find(|c| c.year() == g.year())
                } else {
                    None
                };
                match chosen.or_else(|| self.choose_day(g, &candidates)) {
                    Some(day) => Resolved::unit_of(day, Unit::Day, basis),
                    None => Some(Resolved::date(
                        format!("XXXX-{m:02}-{d:02}"),
                        None,
                        Unit::Day,
                        "",
                    )),
                }
            }
            (None, Some(m), None) => {
                let Some((g, _, basis)) = ground else {
                    return Some(Resolved::date(
                        format!("XXXX-{m:02}"),
                        None,
                        Unit::Month,
                        "",
                    ));
                };
                let this = Date::new(g.year(), m, 1).ok()?;
                let year = match p.step {
                    Some(-1) if m >= g.month() => g.year() - 1,
                    Some(1) if m <= g.month() => g.year() + 1,
                    Some(_) => g.year(),
                    None if self.reference.is_narrative => g.year(),
                    // The month that runs is still to come to its end.
                    None if self.way() > 0 && m == g.month() => g.year(),
                    None => {
                        let first = g.first_of_month();
                        let candidates: Days = [-1i16, 0, 1]
                            .iter()
                            .filter_map(|y| Date::new(g.year().checked_add(*y)?, m, 1).ok())
                            .collect();
                        self.choose(first, &candidates).unwrap_or(this).year()
                    }
                };
                Resolved::unit_of(Date::new(year, m, 1).ok()?, Unit::Month, basis)
            }
            (None, None, Some(d)) => {
                let Some((g, _, basis)) = ground else {
                    return Some(Resolved::date(
                        format!("XXXX-XX-{d:02}"),
                        None,
                        Unit::Day,
                        "",
                    ));
                };
                let candidates: Days = (-2i64..=2)
                    .filter_map(|n| {
                        let month = plus_months(g.first_of_month(), n)?;
                        Date::new(month.year(), month.month(), d).ok()
                    })
                    .filter(|c| {
                        p.weekday
                            .is_none_or(|w| c.weekday().to_monday_one_offset() == w)
                    })
                    .collect();
                let chosen = self.choose_day(g, &candidates)?;
                Resolved::unit_of(chosen, Unit::Day, basis)
            }
            (None, None, None) => match p.weekday {
                Some(w) => self.weekday(w, p.step),
                None => Some(
                    match self
                        .reference
                        .day
                        .map(|(d, b)| (d, Unit::Day, b))
                        .or(ground)
                    {
                        Some((date, unit, basis)) if unit <= Unit::Day => {
                            Resolved::unit_of(date, Unit::Day, basis)?
                        }
                        _ => Resolved::date("XXXX-XX-XX", None, Unit::Day, ""),
                    },
                ),
            },
        }
    }

    /// Days are told close to the ground: a verb may turn them, but not by more than half a year.
    fn choose_day(&self, ground: Date, candidates: &[Date]) -> Option<Date> {
        let nearest = candidates.iter().copied().min_by_key(|c| {
            let n = days_between(ground, *c);
            (n.abs(), n > 0)
        })?;
        match self.choose(ground, candidates) {
            Some(c) if days_between(ground, c).abs() <= 183 => Some(c),
            // A verb decides unless the day on its other side is much nearer.
            Some(c) if self.way() != 0 && days_between(ground, nearest).abs() > 92 => Some(c),
            _ => Some(nearest),
        }
    }

    fn with_year(&self, y: i32, month: Option<i8>, day: Option<i8>) -> Option<Resolved> {
        let date = Date::new(calendar_year(y)?, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        let unit = match (month, day) {
            (_, Some(_)) => Unit::Day,
            (Some(_), None) => Unit::Month,
            (None, None) => Unit::Year,
        };
        Resolved::unit_of(date, unit, "explicit")
    }

    fn weekday(&self, w: i8, step: Option<i32>) -> Option<Resolved> {
        let Some((g, _, basis)) = self.ground() else {
            return Some(Resolved::date(format!("XXXX-WXX-{w}"), None, Unit::Day, ""));
        };
        let monday = plus_days(g, -i64::from(g.weekday().to_monday_zero_offset()))?;
        let this_week = plus_days(monday, i64::from(w) - 1)?;
        let date = match step {
            // «This Friday» is the near one, on the side that the verb tells.
            Some(0) => {
                let days = days_between(g, this_week);
                match self.way() {
                    -1 if days > 0 => plus_days(this_week, -7)?,
                    1 if days < 0 => plus_days(this_week, 7)?,
                    0 if days > 3 => plus_days(this_week, -7)?,
                    0 if days < -3 => plus_days(this_week, 7)?,
                    _ => this_week,
                }
            }
            // The last or the next, and so many weeks beyond: «two Fridays ago».
            Some(n) if n < 0 => {
                let last = i64::from(this_week >= g);
                plus_days(this_week, -7 * (last + i64::from(-n.max(-100) - 1)))?
            }
            Some(n) => {
                let next = i64::from(this_week <= g);
                plus_days(this_week, 7 * (next + i64::from(n.min(100) - 1)))?
            }
            // Today's weekday is today, whatever the verb says.
            None if this_week == g && !self.reference.is_narrative => this_week,
            None if self.way() > 0 || self.reference.is_narrative => {
                if this_week > g {
                    this_week
                } else {
                    plus_days(this_week, 7)?
                }
            }
            // News tells what was.
            None => {
                if this_week <= g {
                    this_week
                } else {
                    plus_days(this_week, -7)?
                }
            }
        };
        Resolved::unit_of(date, Unit::Day, basis)
    }

    fn season(&self, season: &'static str, p: Partial) -> Option<Resolved> {
        if let Some(y) = p.year {
            return Some(Resolved::date(
                format!("{}-{season}", year_text(calendar_year(y)?)),
                None,
                Unit::Season,
                "explicit",
            ));
        }
        let Some((g, _, basis)) = self.ground() else {
            return Some(Resolved::date(
                format!("XXXX-{season}"),
                None,
                Unit::Season,
                "",
            ));
        };
        let begins: i8 = match season {
            "SP" => 3,
            "SU" => 6,
            "FA" => 9,
            _ => 12,
        };
        let begun = g.month() >= begins;
        let over = season != "WI" && g.month() > begins + 2;
        let year = match p.step {
            Some(-1) if !begun || (season != "WI" && g.month() <= begins + 2) => g.year() - 1,
            Some(1) if begun => g.year() + 1,
            Some(_) => g.year(),
            None if over && self.way() > 0 && !self.reference.is_narrative => g.year() + 1,
            None if begun || self.way() > 0 || self.reference.is_narrative => g.year(),
            None if self.way() == 0 && begins - g.month() <= 3 => g.year(),
            None => g.year() - 1,
        };
        Some(Resolved::date(
            format!("{}-{season}", year_text(year)),
            None,
            Unit::Season,
            basis,
        ))
    }

    fn part_of_year(&self, p: Partial, month: i8, unit: Unit, name: String) -> Option<Resolved> {
        if let Some(y) = p.year {
            return Resolved::unit_of(
                Date::new(calendar_year(y)?, month, 1).ok()?,
                unit,
                "explicit",
            );
        }
        let Some((g, _, basis)) = self.ground() else {
            return Some(Resolved::date(format!("XXXX-{name}"), None, unit, ""));
        };
        let year = match p.step {
            Some(n) => g.year().checked_add(i16::try_from(n).ok()?)?,
            // A quarter that has not begun is last year's unless the verb looks ahead.
            None if month > g.month() && self.way() <= 0 => g.year() - 1,
            None => g.year(),
        };
        Resolved::unit_of(Date::new(year, month, 1).ok()?, unit, basis)
    }

    fn holiday(&self, name: &'static str, year: Option<i32>) -> Option<Resolved> {
        let at = |y: i16| crate::holidays::day(name, y);
        if let Some(y) = year {
            return Resolved::unit_of(at(calendar_year(y)?)?, Unit::Day, "explicit");
        }
        let Some((g, _, basis)) = self.ground() else {
            let value = match name.strip_prefix("day-") {
                Some(day) => format!("XXXX-{day}"),
                None => "XXXX-XX-XX".to_owned(),
            };
            return Some(Resolved::date(value, None, Unit::Day, ""));
        };
        let candidates: Days = [-1i16, 0, 1]
            .iter()
            .filter_map(|y| at(g.year().checked_add(*y)?))
            .collect();
        Resolved::unit_of(self.choose_day(g, &candidates)?, Unit::Day, basis)
    }

    /// A date of another calendar as Gregorian days. Its months and years do not begin with ours, so that
    /// their value is the range of days.
    fn other(
        &self,
        calendar: Calendar,
        year: Option<i32>,
        month: Option<u8>,
        day: Option<u8>,
        step: Option<i32>,
    ) -> Option<Resolved> {
        let unit = match (month, day) {
            (_, Some(_)) => Unit::Day,
            (Some(_), None) => Unit::Month,
            (None, None) => Unit::Year,
        };
        let (days, basis) = match (year, self.ground()) {
            (Some(year), _) => (calendar.days(year, month, day)?, "explicit"),
            (None, Some((g, _, basis))) if step.is_some() => {
                let year = calendar.year_of(g)?.checked_add(step?)?;
                (calendar.days(year, month, day)?, basis)
            }
            (None, Some((g, _, basis))) => {
                let near: Vec<(Date, Date)> = calendar
                    .years_near(g)
                    .filter_map(|y| calendar.days(y, month, day))
                    .collect();
                let firsts: Vec<Date> = near.iter().map(|d| d.0).collect();
                // A month in which the anchor lies is that month.
                let holds = near.iter().find(|d| d.0 <= g && g <= d.1);
                let chosen = match holds {
                    Some(days) => days.0,
                    None => self.choose_day(g, &firsts)?,
                };
                (*near.iter().find(|d| d.0 == chosen)?, basis)
            }
            (None, None) => return Some(Resolved::date("XXXX", None, unit, "")),
        };
        if unit == Unit::Day {
            return Resolved::unit_of(days.0, unit, basis);
        }
        let value = format!("{}/{}", days.0, days.1);
        Some(Resolved::date(value, Some(days), unit, basis))
    }
}

/// A few days in order, without an allocation.
#[derive(Default)]
struct Days {
    days: [Date; 11],
    len: usize,
}

impl FromIterator<Date> for Days {
    fn from_iter<I: IntoIterator<Item = Date>>(days: I) -> Self {
        let mut this = Self::default();
        for (place, day) in this.days.iter_mut().zip(days) {
            *place = day;
            this.len += 1;
        }
        this
    }
}

impl std::ops::Deref for Days {
    type Target = [Date];

    fn deref(&self) -> &[Date] {
        &self.days[..self.len]
    }
}

fn days_between(a: Date, b: Date) -> i32 {
    day_number(b) - day_number(a)
}
