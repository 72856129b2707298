//! Days that are computed from the year.

use crate::calendars::Calendar;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// The day of a holiday: `day-12-25` (month and day), `easter+1` (days from Western Easter),
/// `orthodox-easter-2`, `weekday-11.4.4` (month, ordinal, ISO weekday; ordinal −1 = last), `islamic-10-1` (month and
/// day of another calendar: `islamic`, `persian`, `hebrew`, `ethiopic`, `chinese`; the first such day of the year).
pub fn day(name: &str, year: i16) -> Option<Date> {
    if let Some(rest) = name.strip_prefix("day-") {
        let (m, d) = rest.split_once('-')?;
        return Date::new(year, m.parse().ok()?, d.parse().ok()?).ok();
    }
    if let Some(rest) = name.strip_prefix("easter") {
        return easter(year)?.checked_add(offset(rest)?.days()).ok();
    }
    if let Some(rest) = name.strip_prefix("orthodox-easter") {
        return orthodox_easter(year)?
            .checked_add(offset(rest)?.days())
            .ok();
    }
    let (calendar, rest) = name.split_once('-')?;
    if let Some(calendar) = Calendar::parse(&calendar.to_ascii_uppercase()) {
        let (m, d) = rest.split_once('-')?;
        let (m, d) = (m.parse().ok()?, d.parse().ok()?);
        return calendar
            .years_near(Date::new(year, 6, 15).ok()?)
            .filter_map(|y| calendar.days(y, Some(m), Some(d)))
            .map(|days| days.0)
            .find(|day| day.year() == year);
    }
    if let Some(rest) = name.strip_prefix("weekday-") {
        let mut parts = rest.splitn(3, '.');
        let (m, n, w): (i8, i8, i8) = (
            parts.next()?.parse().ok()?,
            parts.next()?.parse().ok()?,
            parts.next()?.parse().ok()?,
        );
        let weekday = Weekday::from_monday_one_offset(w).ok()?;
        return Date::new(year, m, 1)
            .ok()?
            .nth_weekday_of_month(n, weekday)
            .ok();
    }
    None
}

fn offset(text: &str) -> Option<i64> {
    if text.is_empty() {
        Some(0)
    } else {
        text.parse().ok()
    }
}

/// Western Easter Sunday: the anonymous Gregorian computus (Nature, 20 April 1876).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, month as i8, day as i8).ok()
}

/// Orthodox Easter Sunday (Meeus' Julian algorithm, moved to the Gregorian calendar, 1900–2099).
fn orthodox_easter(year: i16) -> Option<Date> {
    if !(1900..2100).contains(&year) {
        return None;
    }
    let y = i32::from(year);
    let (a, b, c) = (y % 4, y % 7, y % 19);
    let d = (19 * c + 15) % 30;
    let e = (2 * a + 4 * b - d + 34) % 7;
    let month = (d + e + 114) / 31;
    let day = (d + e + 114) % 31 + 1;
    Date::new(year, month as i8, day as i8)
        .ok()?
        .checked_add(13.days())
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        let at = |n, y| day(n, y).unwrap().to_string();
        assert_eq!(at("easter", 2023), "2023-04-09");
        assert_eq!(at("easter+1", 2024), "2024-04-01");
        assert_eq!(at("orthodox-easter", 2024), "2024-05-05");
        assert_eq!(at("weekday-11.4.4", 2023), "2023-11-23");
        assert_eq!(at("day-12-25", 2023), "2023-12-25");
        assert_eq!(at("islamic-10-1", 2024), "2024-04-10");
        assert_eq!(at("hebrew-8-15", 2024), "2024-04-23");
        assert_eq!(at("persian-1-1", 2025), "2025-03-21");
        assert_eq!(day("nonsense", 2023), None);
        assert_eq!(day("islamic-10", 2023), None);
    }
}
