//! Days as numbers.

/// A day `YYYY-MM-DD` as the number YYYYMMDD: four bytes, and they sort. 0 for anything else.
pub(crate) fn day_number(day: &str) -> u32 {
    let parts = (
        day.get(..4),
        day.get(4..5),
        day.get(5..7),
        day.get(7..8),
        day.get(8..),
    );
    let (Some(year), Some("-"), Some(month), Some("-"), Some(date)) = parts else {
        return 0;
    };
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    if date.len() != 2 || ![year, month, date].iter().all(digits) {
        return 0;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    number(year) * 10_000 + number(month) * 100 + number(date)
}

/// Year, month and day of such a number.
pub(crate) fn day_parts(day: u32) -> (u32, u32, u32) {
    (day / 10_000, day / 100 % 100, day % 100)
}

/// The text of such a number; empty for 0.
pub(crate) fn day_text(day: u32) -> String {
    match day_parts(day) {
        (0, 0, 0) => String::new(),
        (year, month, day) => format!("{year:04}-{month:02}-{day:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_back() {
        for day in ["0001-01-01", "1899-12-31", "2024-05-03", "9999-12-31"] {
            assert_eq!(day_text(day_number(day)), day);
        }
        for other in [
            "",
            "2024",
            "2024-05",
            "-044-03-15",
            "2024-05-03T10:00",
            "２024-05-03",
            "XXXX-05-03",
            "2024/05/03",
        ] {
            assert_eq!(day_number(other), 0, "{other}");
        }
        assert_eq!(day_text(0), "");
    }
}
