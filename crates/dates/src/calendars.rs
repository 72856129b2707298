//! Calendars that news prints beside the Gregorian one: their years, months and days as Gregorian days.
//! Calendars that only count years from elsewhere (Buddhist, Minguo, Japanese eras) need no arithmetic but
//! an addition, and are data: the slot `era_base`.

use icu_calendar::cal::{EthiopianEraStyle, Hijri};
use icu_calendar::types::Month;
use icu_calendar::{Date as Other, Iso};
use jiff::ToSpan;
use jiff::civil::Date;

/// A calendar with months of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// Hijri, lunar, as the Umm al-Qura tables have it; the day announced in a country may be one off.
    Islamic,
    /// Hijri, solar, of Iran and Afghanistan.
    Persian,
    /// Hebrew.
    Hebrew,
    /// Ethiopian, years of the Incarnation.
    Ethiopic,
    /// Chinese, lunar; its years are told by the Gregorian year in which they begin, its months leave leap months out.
    Chinese,
}

impl Calendar {
    /// The calendar of a symbol in a rule's value.
    pub fn parse(symbol: &str) -> Option<Self> {
        Some(match symbol {
            "ISLAMIC" => Self::Islamic,
            "PERSIAN" => Self::Persian,
            "HEBREW" => Self::Hebrew,
            "ETHIOPIC" => Self::Ethiopic,
            "CHINESE" => Self::Chinese,
            _ => return None,
        })
    }

    /// The Gregorian day of a day of this calendar. Months count from 1; in the Hebrew calendar Adar I of
    /// leap years is 6 and Adar always 7.
    fn day(self, year: i32, month: u8, day: u8) -> Option<Date> {
        let iso = match self {
            Self::Islamic => {
                Other::try_new_hijri_with_calendar(year, month, day, Hijri::new_umm_al_qura())
                    .ok()?
                    .to_calendar(Iso)
            }
            Self::Persian => Other::try_new_persian(year, month, day)
                .ok()?
                .to_calendar(Iso),
            Self::Hebrew => {
                let month = match month {
                    6 => Month::leap(5),
                    7.. => Month::new(month - 1),
                    _ => Month::new(month),
                };
                Other::try_new_hebrew_v2(year, month, day)
                    .ok()?
                    .to_calendar(Iso)
            }
            Self::Ethiopic => {
                Other::try_new_ethiopian(EthiopianEraStyle::AmeteMihret, year, month, day)
                    .ok()?
                    .to_calendar(Iso)
            }
            Self::Chinese => Other::try_new_chinese_traditional(year, Month::new(month), day)
                .ok()?
                .to_calendar(Iso),
        };
        let year = i16::try_from(iso.year().extended_year()).ok()?;
        Date::new(year, iso.month().ordinal as i8, iso.day_of_month().0 as i8).ok()
    }

    fn months(self) -> u8 {
        match self {
            Self::Islamic | Self::Persian | Self::Chinese => 12,
            Self::Hebrew | Self::Ethiopic => 13,
        }
    }

    /// First and last Gregorian day of a year, a month or a day of this calendar.
    pub fn days(self, year: i32, month: Option<u8>, day: Option<u8>) -> Option<(Date, Date)> {
        match (month, day) {
            (Some(month), Some(day)) => self.day(year, month, day).map(|d| (d, d)),
            (Some(month), None) => {
                let first = self.day(year, month, 1)?;
                // No month of theirs has more than 31 days.
                let last = (5..=31).rev().find_map(|d| self.day(year, month, d))?;
                Some((first, last))
            }
            (None, _) => {
                let first = self.day(year, 1, 1)?;
                let next = self.day(year + 1, 1, 1)?;
                Some((first, next.checked_sub(1.day()).ok()?))
            }
        }
    }

    /// Years of this calendar that touch the Gregorian year of `date` or its neighbours, in order.
    pub fn years_near(self, date: Date) -> impl Iterator<Item = i32> {
        let gregorian = i32::from(date.year());
        let middle = match self {
            // A lunar year has 354.37 days.
            Self::Islamic => ((gregorian - 622) as f64 * 1.03069) as i32 + 1,
            Self::Persian => gregorian - 621,
            Self::Hebrew => gregorian + 3760,
            Self::Ethiopic => gregorian - 8,
            Self::Chinese => gregorian,
        };
        middle - 2..=middle + 2
    }

    /// The year of this calendar in which a day lies.
    pub fn year_of(self, day: Date) -> Option<i32> {
        self.years_near(day).find(|y| {
            self.days(*y, None, None)
                .is_some_and(|(first, last)| first <= day && day <= last)
        })
    }

    /// Whether a month number can be of this calendar.
    pub fn has_month(self, month: i64) -> bool {
        (1..=i64::from(self.months())).contains(&month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_of_other_calendars() {
        let day = |c: Calendar, y, m, d| c.days(y, Some(m), Some(d)).map(|d| d.0);
        // 1 Ramadan 1445, Nowruz 1403, Rosh Hashanah 5785, Ethiopian New Year 2016.
        assert_eq!(day(Calendar::Islamic, 1445, 9, 1), Some(date(2024, 3, 11)));
        assert_eq!(day(Calendar::Persian, 1403, 1, 1), Some(date(2024, 3, 20)));
        assert_eq!(day(Calendar::Hebrew, 5785, 1, 1), Some(date(2024, 10, 3)));
        assert_eq!(day(Calendar::Ethiopic, 2016, 1, 1), Some(date(2023, 9, 12)));
        // The year of the dragon.
        assert_eq!(day(Calendar::Chinese, 2024, 1, 1), Some(date(2024, 2, 10)));
        // Purim is 14 Adar, in leap years 14 Adar II.
        assert_eq!(day(Calendar::Hebrew, 5784, 7, 14), Some(date(2024, 3, 24)));
        assert_eq!(day(Calendar::Hebrew, 5785, 7, 14), Some(date(2025, 3, 14)));
        assert_eq!(day(Calendar::Hebrew, 5785, 6, 14), None);
        assert_eq!(day(Calendar::Persian, 1403, 13, 1), None);
    }

    #[test]
    fn months_and_years_are_ranges() {
        assert_eq!(
            Calendar::Islamic.days(1445, Some(9), None),
            Some((date(2024, 3, 11), date(2024, 4, 9)))
        );
        assert_eq!(
            Calendar::Persian.days(1402, None, None),
            Some((date(2023, 3, 21), date(2024, 3, 19)))
        );
        assert_eq!(
            Calendar::Ethiopic.days(2015, Some(13), None).map(|d| d.1),
            Some(date(2023, 9, 11))
        );
    }

    #[test]
    fn the_years_near_hold_the_day() {
        for c in [
            Calendar::Islamic,
            Calendar::Persian,
            Calendar::Hebrew,
            Calendar::Ethiopic,
            Calendar::Chinese,
        ] {
            for year in (1300..2200).step_by(7) {
                let day = date(year, 6, 15);
                assert!(c.year_of(day).is_some(), "{c:?} {year}");
            }
        }
    }
}
