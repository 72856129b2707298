//! What an expression means before it is resolved, and the constructors that rules name.

use crate::calendars::Calendar;
use dateline_languages::DateOrder;
use dateline_rules::{Expr, Match, SlotValue};

/// A calendar unit or a unit of length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Second.
    Second,
    /// Minute.
    Minute,
    /// Hour.
    Hour,
    /// Day.
    Day,
    /// Saturday and Sunday.
    Weekend,
    /// ISO week.
    Week,
    /// Two weeks.
    Fortnight,
    /// Month.
    Month,
    /// Quarter of a year.
    Quarter,
    /// Half of a year.
    Half,
    /// Season of a year.
    Season,
    /// Year.
    Year,
    /// Decade.
    Decade,
    /// Century.
    Century,
}

impl Unit {
    /// The unit of a table symbol.
    pub fn parse(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "second" => Self::Second,
            "minute" => Self::Minute,
            "hour" => Self::Hour,
            "day" => Self::Day,
            "weekend" => Self::Weekend,
            "week" => Self::Week,
            "fortnight" => Self::Fortnight,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "half" => Self::Half,
            "season" => Self::Season,
            "year" => Self::Year,
            "decade" => Self::Decade,
            "century" => Self::Century,
            _ => return None,
        })
    }

    /// The name as written in the column `precision`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Weekend => "weekend",
            Self::Week => "week",
            Self::Fortnight => "fortnight",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Half => "half",
            Self::Season => "season",
            Self::Year => "year",
            Self::Decade => "decade",
            Self::Century => "century",
        }
    }
}

/// How many: a number, or some.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Count {
    /// This many.
    Number(f64),
    /// Several, a few.
    Some,
}

/// A point or stretch of the calendar, as far as the words name it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Partial {
    /// Year of the common era; before Christ negative (1 BC = -1).
    pub year: Option<i32>,
    /// Month 1–12.
    pub month: Option<i8>,
    /// Day of the month.
    pub day: Option<i8>,
    /// ISO weekday 1–7.
    pub weekday: Option<i8>,
    /// Quarter 1–4.
    pub quarter: Option<i8>,
    /// Half-year 1–2.
    pub half: Option<i8>,
    /// `SP`, `SU`, `FA`, `WI`.
    pub season: Option<&'static str>,
    /// `MO`, `MI`, `AF`, `EV`, `NI`, `DT`.
    pub part: Option<&'static str>,
    /// Hour, minute.
    pub clock: Option<(i8, Option<i8>)>,
    /// Last −1, this 0, next 1, as the words say.
    pub step: Option<i32>,
    /// Days from the anchor, for «this morning», «yesterday evening».
    pub day_shift: Option<i32>,
    /// The word tells how many days, and the verb which way: Hindi «कल».
    pub either_way: bool,
    /// Day and month of a numeric date could stand the other way round.
    pub swappable: bool,
}

/// What an expression means.
#[derive(Debug, Clone, PartialEq)]
pub enum Temporal {
    /// A date of which the rest is to be inferred.
    Partial(Partial),
    /// The anchor moved by units; as precise as the unit.
    Shift {
        /// How far; `None` for «several».
        count: Count,
        /// −1 back, 1 on, 0 the anchor's own.
        sign: i32,
        /// Unit.
        unit: Unit,
    },
    /// The quarter or half-year that the article told of last, moved by units: «a year earlier»
    /// beside «third-quarter profit». Without such a period the anchor moved by units.
    Compared {
        /// How far.
        n: i32,
        /// Unit.
        unit: Unit,
    },
    /// A date without a year, in the anchor's year moved by years: «April of last year».
    InYear(Partial, i32),
    /// Told from another date.
    From {
        /// That date.
        of: Box<Temporal>,
        /// How one gets there.
        step: Step,
    },
    /// A weekday of the anchor's week moved by weeks, with a part of day or without: «Wednesday of next week».
    WeekdayOfWeek(i8, i32, Option<&'static str>),
    /// A day of the anchor's month moved by months: «the 5th of last month».
    InMonth(i8, i32),
    /// A week of a month or year by its place in it; -1 is the last.
    NthWeek {
        /// Which one.
        n: i8,
        /// The month or year.
        of: Box<Temporal>,
    },
    /// An ISO week by its number, and its year.
    Week(i8, Option<i32>),
    /// The weekday that comes so often in a month: «the last Sunday of March».
    NthWeekday {
        /// Which one; −1 the last.
        n: i8,
        /// ISO weekday.
        weekday: i8,
        /// The month, with or without its year.
        month: Box<Temporal>,
    },
    /// Decade by its first year, negative before Christ.
    Decade(i32),
    /// Decade without century: «the fifties».
    DecadeOfCentury(i32),
    /// Century by number, negative before Christ.
    Century(i32),
    /// A length, or where the verb looks ahead the point that far on: «in two weeks».
    Ahead(Count, Unit),
    /// A length.
    Duration(Count, Unit),
    /// A length that no word measures: «some time».
    DurationSome,
    /// Something that comes again.
    Repeated {
        /// Every how many units.
        count: Count,
        /// Unit.
        unit: Unit,
        /// One weekday or month or part of day.
        what: Partial,
    },
    /// `PAST_REF`, `PRESENT_REF`, `FUTURE_REF`.
    Vague(&'static str),
    /// From one to another, both ends in the expression.
    Range(Box<Temporal>, Box<Temporal>),
    /// Two dates named together, not the time between: «5 and 6 March».
    Both(Box<Temporal>, Box<Temporal>),
    /// A day that is computed from the year.
    Holiday(&'static str, Option<i32>),
    /// A year, month or day of another calendar; the year may be missing.
    Other {
        /// The calendar.
        calendar: Calendar,
        /// Its year.
        year: Option<i32>,
        /// Its month.
        month: Option<u8>,
        /// Day of that month.
        day: Option<u8>,
        /// Years away from the anchor's own year in that calendar, where the words say so.
        step: Option<i32>,
    },
    /// Ten years of another calendar; a first year below 100 is of the nearest past century.
    OtherDecade(Calendar, i32),
}

/// The way from one date to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// So many units back (−1) or on (1): «three days before Christmas».
    By(Count, i32, Unit),
    /// The unit of the calendar that holds it: «the week of June 12».
    Within(Unit),
    /// A day of it by its place, from the end if negative: «the last day of March».
    Day(i32),
}

/// What the constructors need to know of the language.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Order of numeric dates.
    pub order: DateOrder,
}

/// Builds the meaning of a match; `None` when its parts make no date (31 February, month 13).
pub fn build(value: &Expr, m: &Match, style: Style) -> Option<Temporal> {
    Builder { m, style }.temporal(value)
}

/// Names and numbers of arguments that `value` may use, for the lint.
pub const CONSTRUCTORS: &[(&str, std::ops::RangeInclusive<usize>)] = &[
    ("date", 3..=6),
    ("numeric", 2..=3),
    ("weekday", 1..=2),
    ("month", 2..=2),
    ("in_year", 2..=2),
    ("from_date", 4..=4),
    ("within", 2..=2),
    ("nth_day", 2..=2),
    ("either_day", 1..=1),
    ("calendar_decade", 2..=2),
    ("weekday_of_week", 2..=2),
    ("in_month", 2..=2),
    ("nth_week", 2..=2),
    ("week", 1..=2),
    ("nth", 3..=3),
    ("weekday_part", 1..=1),
    ("half_clock", 1..=2),
    ("season", 1..=4),
    ("quarter", 2..=3),
    ("half", 2..=3),
    ("shift", 2..=2),
    ("ago", 2..=2),
    ("hence", 2..=2),
    ("ahead", 2..=2),
    ("shifted", 3..=3),
    ("relative", 1..=1),
    ("compared", 2..=2),
    ("decade", 1..=2),
    ("century", 1..=2),
    ("duration", 1..=3),
    ("duration_some", 0..=0),
    ("half_of", 1..=1),
    ("every", 2..=3),
    ("vague", 1..=1),
    ("part", 2..=2),
    ("clock", 2..=4),
    ("part_clock", 3..=3),
    ("military", 1..=1),
    ("day_of", 1..=1),
    ("range", 2..=2),
    ("both", 2..=2),
    ("year_words", 2..=2),
    ("year_after", 2..=2),
    ("none", 0..=0),
    ("neg", 1..=1),
    ("holiday", 1..=2),
    ("era_year", 2..=2),
    ("calendar", 4..=4),
];

struct Builder<'m> {
    m: &'m Match,
    style: Style,
}

fn days_in(year: Option<i32>, month: i8) -> i8 {
    let year = year.map_or(2000, |y| y.clamp(1, 9999)) as i16;
    jiff::civil::Date::new(year, month, 1).map_or(31, |d| d.days_in_month())
}

impl Builder<'_> {
    fn slot(&self, e: &Expr) -> Option<SlotValue> {
        match e {
            Expr::Int(i) => Some(SlotValue::Int(*i)),
            Expr::Name(n) => Some(match self.m.slots.iter().find(|s| s.0 == *n) {
                Some(s) => s.1,
                // A name of an optional slot that is absent is nothing; other words are constants.
                None if is_constant(n) => SlotValue::Symbol(n),
                None => return None,
            }),
            Expr::Nothing | Expr::Call(..) => None,
        }
    }

    fn int(&self, e: Option<&Expr>) -> Option<i64> {
        if let Some(Expr::Call("neg", args)) = e {
            return self.int(args.first()).map(|v| -v);
        }
        match self.slot(e?)? {
            SlotValue::Int(i) => Some(i),
            _ => None,
        }
    }

    fn symbol(&self, e: Option<&Expr>) -> Option<&'static str> {
        match self.slot(e?)? {
            SlotValue::Symbol(s) => Some(s),
            _ => None,
        }
    }

    fn count(&self, e: Option<&Expr>) -> Option<Count> {
        match self.slot(e?)? {
            SlotValue::Int(i) => Some(Count::Number(i as f64)),
            SlotValue::Decimal(d) => Some(Count::Number(d)),
            SlotValue::Symbol("X") => Some(Count::Some),
            _ => None,
        }
    }

    fn unit(&self, e: Option<&Expr>) -> Option<Unit> {
        Unit::parse(self.symbol(e)?)
    }

    fn year(&self, e: Option<&Expr>) -> Option<i32> {
        if let Some(call @ Expr::Call(..)) = e {
            return match self.temporal(call)? {
                Temporal::Partial(p) => p.year,
                _ => None,
            };
        }
        let y = self.int(e)?;
        let two_digits = matches!(e, Some(Expr::Name(n)) if n.starts_with("year2"));
        Some(match y {
            // «'98», «98»: the century that makes it the nearest to the turn of 2000 to 2049.
            0..50 if two_digits => 2000 + y as i32,
            50..100 if two_digits => 1900 + y as i32,
            _ => y as i32,
        })
    }

    fn temporal(&self, e: &Expr) -> Option<Temporal> {
        let Expr::Call(name, args) = e else {
            return match self.slot(e)? {
                SlotValue::Symbol(s) if s.ends_with("_REF") => Some(Temporal::Vague(s)),
                _ => None,
            };
        };
        let arg = |i: usize| args.get(i);
        Some(match *name {
            "date" => self.date(args)?,
            "numeric" => self.numeric(args)?,
            "weekday" => Temporal::Partial(Partial {
                weekday: Some(in_range(self.int(arg(0))?, 1, 7)?),
                step: self.int(arg(1)).map(|s| s as i32),
                ..Partial::default()
            }),
            "month" => Temporal::Partial(Partial {
                month: Some(in_range(self.int(arg(0))?, 1, 12)?),
                step: self.int(arg(1)).map(|s| s as i32),
                ..Partial::default()
            }),
            "in_year" => match self.temporal(arg(0)?)? {
                Temporal::Partial(p) if p.year.is_none() => {
                    Temporal::InYear(Partial { step: None, ..p }, self.int(arg(1))? as i32)
                }
                Temporal::Other {
                    calendar,
                    year: None,
                    month,
                    day,
                    ..
                } => Temporal::Other {
                    calendar,
                    year: None,
                    month,
                    day,
                    step: Some(self.int(arg(1))? as i32),
                },
                _ => return None,
            },
            "from_date" => Temporal::From {
                step: Step::By(
                    self.count(arg(0))?,
                    self.int(arg(2))?.signum() as i32,
                    self.unit(arg(1))?,
                ),
                of: Box::new(self.temporal(arg(3)?)?),
            },
            "within" => Temporal::From {
                step: Step::Within(self.unit(arg(0))?),
                of: Box::new(self.temporal(arg(1)?)?),
            },
            "nth_day" => Temporal::From {
                step: Step::Day(i32::from(
                    in_range(self.int(arg(0))?, -1, 100).filter(|n| *n != 0)?,
                )),
                of: Box::new(self.temporal(arg(1)?)?),
            },
            "either_day" => Temporal::Partial(Partial {
                day_shift: Some(in_range(self.int(arg(0))?, -100, 100)?.into()),
                either_way: true,
                ..Partial::default()
            }),
            "calendar_decade" => Temporal::OtherDecade(
                Calendar::parse(self.symbol(arg(0))?)?,
                self.int(arg(1))
                    .filter(|y| y % 10 == 0 && (0..10_000).contains(y))? as i32,
            ),
            "weekday_of_week" => Temporal::WeekdayOfWeek(
                in_range(self.int(arg(0))?, 1, 7)?,
                self.int(arg(1))? as i32,
                None,
            ),
            "in_month" => Temporal::InMonth(
                in_range(self.int(arg(0))?, 1, 31)?,
                self.int(arg(1))? as i32,
            ),
            "week" => Temporal::Week(in_range(self.int(arg(0))?, 1, 53)?, self.year(arg(1))),
            "nth_week" => Temporal::NthWeek {
                n: in_range(self.int(arg(0))?, -1, 53).filter(|n| *n != 0)?,
                of: Box::new(self.temporal(arg(1)?)?),
            },
            "nth" => Temporal::NthWeekday {
                n: in_range(self.int(arg(0))?, -1, 5).filter(|n| *n != 0)?,
                weekday: in_range(self.int(arg(1))?, 1, 7)?,
                month: Box::new(self.temporal(arg(2)?)?),
            },
            // One word for a weekday and a part of day: `3:EV`.
            "weekday_part" => {
                let (weekday, part) = self.symbol(arg(0))?.split_once(':')?;
                Temporal::Partial(Partial {
                    weekday: Some(in_range(weekday.parse().ok()?, 1, 7)?),
                    part: Some(part),
                    ..Partial::default()
                })
            }
            // The half before an hour.
            "half_clock" => {
                let mut hour: i8 = in_range(self.int(arg(0))?, 1, 24)?;
                if hour <= 12 && matches!(self.symbol(arg(1)), Some("AF" | "EV" | "PM")) {
                    hour += 12;
                }
                Temporal::Partial(Partial {
                    clock: Some((hour - 1, Some(30))),
                    ..Partial::default()
                })
            }
            "season" => Temporal::Partial(Partial {
                season: Some(self.symbol(arg(0))?),
                year: match self.symbol(arg(3)) {
                    Some("BC") => self.year(arg(1)).map(|y| -y),
                    _ => self.year(arg(1)),
                },
                step: self.int(arg(2)).map(|s| s as i32),
                ..Partial::default()
            }),
            "quarter" => Temporal::Partial(Partial {
                quarter: Some(in_range(self.int(arg(0))?, 1, 4)?),
                year: self.year(arg(1)),
                step: self.int(arg(2)).map(|s| s as i32),
                ..Partial::default()
            }),
            "half" => Temporal::Partial(Partial {
                half: Some(in_range(self.int(arg(0))?, 1, 2)?),
                year: self.year(arg(1)),
                step: self.int(arg(2)).map(|s| s as i32),
                ..Partial::default()
            }),
            "shift" => {
                let n = self.int(arg(1))?;
                Temporal::Shift {
                    count: Count::Number(n.unsigned_abs() as f64),
                    sign: n.signum() as i32,
                    unit: self.unit(arg(0))?,
                }
            }
            "compared" => Temporal::Compared {
                n: self.int(arg(1))? as i32,
                unit: self.unit(arg(0))?,
            },
            "ago" => Temporal::Shift {
                count: self.count(arg(0))?,
                sign: -1,
                unit: self.unit(arg(1))?,
            },
            "hence" => Temporal::Shift {
                count: self.count(arg(0))?,
                sign: 1,
                unit: self.unit(arg(1))?,
            },
            "ahead" => Temporal::Ahead(self.count(arg(0))?, self.unit(arg(1))?),
            // Direction from a word: «a year earlier», «two days later».
            "shifted" => {
                let sign = self.int(arg(2))?.signum() as i32;
                Temporal::Shift {
                    count: self.count(arg(0))?,
                    sign,
                    unit: self.unit(arg(1))?,
                }
            }
            "relative" => {
                let (unit, n) = self.symbol(arg(0))?.split_once(':')?;
                let n: i32 = n.parse().ok()?;
                if let Some(day) = unit.strip_prefix("weekday") {
                    Temporal::Partial(Partial {
                        weekday: Some(in_range(day.parse().ok()?, 1, 7)?),
                        step: Some(n),
                        ..Partial::default()
                    })
                } else {
                    Temporal::Shift {
                        count: Count::Number(f64::from(n.abs())),
                        sign: n.signum(),
                        unit: Unit::parse(unit)?,
                    }
                }
            }
            "decade" => {
                let y = self.int(arg(0))? as i32;
                // «1965's» is no decade but that year's.
                if y % 10 != 0 {
                    return (1000..2200)
                        .contains(&y)
                        .then_some(Temporal::Partial(Partial {
                            year: Some(y),
                            ..Partial::default()
                        }));
                }
                if !(0..=9990).contains(&y) {
                    return None;
                }
                if self.symbol(arg(1)) == Some("BC") {
                    return Some(Temporal::Decade(-y));
                }
                if y < 100 {
                    Temporal::DecadeOfCentury(y)
                } else {
                    Temporal::Decade(y)
                }
            }
            "century" => {
                let n = self.int(arg(0))? as i32;
                if !(1..=30).contains(&n) {
                    return None;
                }
                Temporal::Century(if self.symbol(arg(1)) == Some("BC") {
                    -n
                } else {
                    n
                })
            }
            // One word for number and unit: `year:5`.
            "duration" if args.len() == 1 => {
                let (unit, n) = self.symbol(arg(0))?.split_once(':')?;
                Temporal::Duration(Count::Number(n.parse().ok()?), Unit::parse(unit)?)
            }
            "duration" => {
                // «a year and a half»: the rule names the half as its third argument.
                let half = if self.int(arg(2)).is_some() { 0.5 } else { 0.0 };
                let count = match self.count(arg(0))? {
                    Count::Number(n) => Count::Number(n + half),
                    Count::Some => Count::Some,
                };
                Temporal::Duration(count, self.unit(arg(1))?)
            }
            // «un demi-siècle»
            "half_of" => match self.unit(arg(0))? {
                Unit::Century => Temporal::Duration(Count::Number(50.0), Unit::Year),
                Unit::Decade => Temporal::Duration(Count::Number(5.0), Unit::Year),
                Unit::Year => Temporal::Duration(Count::Number(6.0), Unit::Month),
                Unit::Day => Temporal::Duration(Count::Number(12.0), Unit::Hour),
                Unit::Hour => Temporal::Duration(Count::Number(30.0), Unit::Minute),
                unit => Temporal::Duration(Count::Number(0.5), unit),
            },
            "duration_some" => Temporal::DurationSome,
            "every" => {
                let what = match arg(2).map(|e| self.temporal(e)) {
                    Some(Some(Temporal::Partial(p))) => p,
                    _ => Partial::default(),
                };
                Temporal::Repeated {
                    count: self.count(arg(0)).unwrap_or(Count::Number(1.0)),
                    unit: self.unit(arg(1))?,
                    what,
                }
            }
            // What looks like a date and is none: an age, a rate.
            "none" => return None,
            "vague" => Temporal::Vague(self.symbol(arg(0))?),
            "part" => {
                let Some(part) = self.symbol(arg(1)) else {
                    return self.temporal(arg(0)?);
                };
                match self.temporal(arg(0)?)? {
                    Temporal::Partial(p) => Temporal::Partial(Partial {
                        part: Some(part),
                        ..p
                    }),
                    Temporal::Shift {
                        count: Count::Number(n),
                        sign,
                        unit: Unit::Day,
                    } => Temporal::Partial(Partial {
                        day_shift: Some(sign * n as i32),
                        part: Some(part),
                        ..Partial::default()
                    }),
                    Temporal::WeekdayOfWeek(weekday, weeks, _) => {
                        Temporal::WeekdayOfWeek(weekday, weeks, Some(part))
                    }
                    other => other,
                }
            }
            "clock" => {
                let mut hour: i8 = in_range(self.int(arg(0))?, 0, 24)?;
                let minute = self
                    .int(arg(1))
                    .map(|m| in_range(m, 0, 59))
                    .map_or(Some(None), |m| m.map(Some))?;
                match self.symbol(arg(2)) {
                    Some("PM") if hour < 12 => hour += 12,
                    Some("AM") if hour == 12 => hour = 0,
                    Some("PM" | "AM") if hour > 12 => return None,
                    _ => {}
                }
                let base = match arg(3) {
                    Some(Expr::Call(..)) => self.temporal(arg(3)?)?,
                    _ => Temporal::Partial(Partial::default()),
                };
                match base {
                    Temporal::Partial(p) => Temporal::Partial(Partial {
                        clock: Some((hour, minute)),
                        ..p
                    }),
                    Temporal::Shift {
                        count: Count::Number(n),
                        sign,
                        unit: Unit::Day,
                    } => Temporal::Partial(Partial {
                        day_shift: Some(sign * n as i32),
                        clock: Some((hour, minute)),
                        ..Partial::default()
                    }),
                    _ => return None,
                }
            }
            // «4 in the morning», «8 in the evening»
            "part_clock" => {
                let mut hour: i8 = in_range(self.int(arg(0))?, 0, 24)?;
                if hour < 12 && matches!(self.symbol(arg(2)), Some("AF" | "EV")) {
                    hour += 12;
                }
                if (6..12).contains(&hour) && self.symbol(arg(2)) == Some("NI") {
                    hour += 12;
                }
                let minute = self.int(arg(1)).and_then(|m| in_range(m, 0, 59));
                Temporal::Partial(Partial {
                    clock: Some((hour, minute)),
                    ..Partial::default()
                })
            }
            // «0735 GMT»
            "military" => {
                let n = self.int(arg(0))?;
                let (hour, minute) = (in_range(n / 100, 0, 24)?, in_range(n % 100, 0, 59)?);
                Temporal::Partial(Partial {
                    clock: Some((hour, Some(minute))),
                    ..Partial::default()
                })
            }
            // The anchor's own day, as ground for a part of day or a clock time.
            "day_of" => Temporal::Partial(Partial {
                day_shift: Some(self.int(arg(0))? as i32),
                ..Partial::default()
            }),
            "both" => Temporal::Both(
                Box::new(self.temporal(arg(0)?)?),
                Box::new(self.temporal(arg(1)?)?),
            ),
            // «nineteen eighty-three»
            "year_words" => {
                let (high, low) = (self.int(arg(0))?, self.int(arg(1))?);
                if !(15..=20).contains(&high) || !(10..=99).contains(&low) {
                    return None;
                }
                Temporal::Partial(Partial {
                    year: Some((high * 100 + low) as i32),
                    ..Partial::default()
                })
            }
            // «2007–08»: the next year that ends in these digits.
            "year_after" => {
                let (first, low) = (self.int(arg(0))?, self.int(arg(1))?);
                let year = first / 100 * 100 + low;
                (year > first).then_some(())?;
                Temporal::Partial(Partial {
                    year: Some(year as i32),
                    ..Partial::default()
                })
            }
            "range" => {
                let (a, b) = (self.temporal(arg(0)?)?, self.temporal(arg(1)?)?);
                if let (Temporal::Partial(x), Temporal::Partial(y)) = (&a, &b)
                    && x.year > y.year
                {
                    return None;
                }
                Temporal::Range(Box::new(a), Box::new(b))
            }
            // «令和6年», «พ.ศ. 2567»: years counted from elsewhere.
            "era_year" => {
                let year = self.int(arg(0))?.checked_add(self.int(arg(1))?)?;
                Temporal::Partial(Partial {
                    year: Some(in_calendar(year)?),
                    ..Partial::default()
                })
            }
            "calendar" => self.other(args)?,
            "holiday" => Temporal::Holiday(self.symbol(arg(0))?, self.year(arg(1))),
            _ => return None,
        })
    }

    fn date(&self, args: &[Expr]) -> Option<Temporal> {
        let month = match self.int(args.get(1)) {
            Some(m) => Some(in_range(m, 1, 12)?),
            None => None,
        };
        let day = self.int(args.get(2));
        let mut year = self.year(args.first());
        if self.symbol(args.get(4)) == Some("BC") {
            year = year.map(|y| -y);
        }
        if year.is_some_and(|y| y == 0 || y.abs() > 9998) {
            return None;
        }
        let day = match (day, month) {
            (Some(d), Some(m)) => Some(in_range(d, 1, i64::from(days_in(year, m)))?),
            (Some(d), None) => Some(in_range(d, 1, 31)?),
            (None, _) => None,
        };
        if year.is_none() && month.is_none() && day.is_none() {
            return None;
        }
        let weekday = self.int(args.get(3)).map(|w| w as i8);
        let step = self.int(args.get(5)).map(|s| s as i32);
        Some(Temporal::Partial(Partial {
            year,
            month,
            day,
            weekday,
            step,
            ..Partial::default()
        }))
    }

    /// «3 Ramadan 1445»
    fn other(&self, args: &[Expr]) -> Option<Temporal> {
        let calendar = Calendar::parse(self.symbol(args.first())?)?;
        let year = self.int(args.get(1)).map(|y| y as i32);
        let month = match self.int(args.get(2)) {
            Some(m) if !calendar.has_month(m) => return None,
            m => m.map(|m| m as u8),
        };
        let day = match self.int(args.get(3)) {
            Some(d) if !(1..=31).contains(&d) || month.is_none() => return None,
            d => d.map(|d| d as u8),
        };
        match year {
            Some(y) => {
                calendar.days(y, month, day)?;
            }
            None => {
                month?;
            }
        }
        Some(Temporal::Other {
            calendar,
            year,
            month,
            day,
            step: None,
        })
    }

    /// «10/03/2023», «2023-03-10», «3/10»: by the language's order, unless it is impossible.
    fn numeric(&self, args: &[Expr]) -> Option<Temporal> {
        let (a, b) = (self.int(args.first())?, self.int(args.get(1))?);
        let c = self.int(args.get(2));
        let (mut year, mut month, mut day) = match (self.style.order, c) {
            (_, Some(c)) if a > 31 => (Some(a), b, c),
            (DateOrder::Ymd, Some(c)) if c <= 31 => (Some(a), b, c),
            (DateOrder::Mdy, c) => (c, a, b),
            (_, c) => (c, b, a),
        };
        if month > 12 && day <= 12 && a <= 31 {
            std::mem::swap(&mut month, &mut day);
        }
        let swappable = a <= 12 && b <= 12 && a != b && self.style.order != DateOrder::Ymd;
        if let Some(y) = year
            && y < 100
        {
            year = Some(if y < 50 { 2000 + y } else { 1900 + y });
        }
        let year = year.map(|y| y as i32);
        if year.is_some_and(|y| !(1000..2200).contains(&y)) {
            return None;
        }
        let month = in_range(month, 1, 12)?;
        let day = in_range(day, 1, i64::from(days_in(year, month)))?;
        Some(Temporal::Partial(Partial {
            year,
            month: Some(month),
            day: Some(day),
            swappable,
            ..Partial::default()
        }))
    }
}

fn is_constant(name: &str) -> bool {
    Unit::parse(name).is_some()
        || name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        || name.starts_with("day-")
}

fn in_calendar(year: i64) -> Option<i32> {
    (1..=9998).contains(&year).then_some(year as i32)
}

fn in_range(value: i64, low: i64, high: i64) -> Option<i8> {
    (low..=high).contains(&value).then_some(value as i8)
}
