//! Days, counted and written. The calendar of `jiff` does all this too, for every unit and zone at once; here
//! it stands in the way of each expression, so that what is asked most is written out.

use dateline_model::Short;
use jiff::civil::Date;

/// Days since 1 March of the year 0, by the Gregorian calendar.
pub(crate) fn day_number(date: Date) -> i32 {
    // The year begins in March, so that leap days stand at its end.
    let (m, d) = (i32::from(date.month()), i32::from(date.day()));
    let y = i32::from(date.year()) - i32::from(m <= 2);
    let of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + of_year
}

/// The day of a number; `None` beyond the calendar.
fn day_of_number(days: i64) -> Option<Date> {
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let y = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * y + y / 4 - y / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    let year = i16::try_from(y + era * 400 + i64::from(month <= 2)).ok()?;
    Date::new(year, month as i8, day as i8).ok()
}

/// `date` moved by days; `None` beyond the calendar.
pub(crate) fn plus_days(date: Date, days: i64) -> Option<Date> {
    day_of_number(i64::from(day_number(date)).checked_add(days)?)
}

/// `date` moved by months, on the last day of a month that is too short for it; `None` beyond the calendar.
pub(crate) fn plus_months(date: Date, months: i64) -> Option<Date> {
    let month = i64::from(date.year()) * 12 + i64::from(date.month()) - 1;
    let month = month.checked_add(months)?;
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let first = Date::new(year, month.rem_euclid(12) as i8 + 1, 1).ok()?;
    Date::new(year, first.month(), date.day().min(first.days_in_month())).ok()
}

/// Writes a number, with zeros before it to this width.
pub(crate) fn push_number(out: &mut Short, number: u32, width: u32) {
    let mut scale = 10u32.pow(width.saturating_sub(1));
    while number / scale >= 10 {
        scale *= 10;
    }
    while scale > 0 {
        out.push(char::from(b'0' + (number / scale % 10) as u8));
        scale /= 10;
    }
}

/// Two digits of a number below 100.
fn two(number: i16) -> [u8; 2] {
    let number = number.unsigned_abs();
    [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
}

/// Writes two digits of a number below 100.
pub(crate) fn push_two(out: &mut Short, number: i8) {
    out.push_ascii(two(number.into()));
}

/// Writes a year of the calendar as TIMEX3 does; 0 is 1 BC.
pub(crate) fn push_year(out: &mut Short, year: i16) {
    let number = if year > 0 {
        year
    } else {
        out.push_str("BC");
        1 - year
    };
    if number < 10_000 {
        let ([a, b], [c, d]) = (two(number / 100), two(number % 100));
        out.push_ascii([a, b, c, d]);
    } else {
        push_number(out, number.unsigned_abs().into(), 4);
    }
}

/// Writes a day: `2023-03-10`.
pub(crate) fn push_day(out: &mut Short, date: Date) {
    let year = date.year();
    let ([m, n], [d, e]) = (two(date.month().into()), two(date.day().into()));
    if year < 1 {
        push_year(out, year);
        out.push_ascii([b'-', m, n, b'-', d, e]);
    } else {
        let ([a, b], [c, f]) = (two(year / 100), two(year % 100));
        out.push_ascii([a, b, c, f, b'-', m, n, b'-', d, e]);
    }
}

/// A day of our era as text.
pub(crate) fn day_text(date: Date) -> Short {
    let mut text = Short::new();
    push_day(&mut text, date);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use proptest::prelude::*;

    fn any_date() -> impl Strategy<Value = Date> {
        (-9999i16..=9999, 1i8..=12, 1i8..=31)
            .prop_filter_map("a day", |(y, m, d)| Date::new(y, m, d).ok())
    }

    proptest! {
        #[test]
        fn days_are_those_of_jiff(date in any_date(), other in any_date(), days in -7_300_000i64..7_300_000) {
            let span = date.until(other).unwrap();
            prop_assert_eq!(day_number(other) - day_number(date), span.get_days());
            prop_assert_eq!(plus_days(date, days), date.checked_add(days.days()).ok());
        }

        #[test]
        fn months_are_those_of_jiff(date in any_date(), months in -230_000i64..230_000) {
            prop_assert_eq!(plus_months(date, months), date.checked_add(months.months()).ok());
        }

        #[test]
        fn days_are_written_as_jiff_does(date in any_date()) {
            prop_assume!(date.year() > 0);
            prop_assert_eq!(day_text(date), date.to_string());
        }

        #[test]
        fn numbers_are_written_as_formatted(number in 0u32..=999_999_999, small in 0u32..1200, width in 1usize..6) {
            for n in [number, small] {
                let mut text = Short::new();
                push_number(&mut text, n, width as u32);
                prop_assert_eq!(text, format!("{n:0width$}"));
            }
        }
    }
}
