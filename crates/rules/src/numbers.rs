//! The built-in slots: numbers in digits and words, and the parts of numeric dates.

use crate::matcher::SlotValue;
use dateline_languages::{Lexicon, Occurrence, SlotId, Value};
use dateline_text::{Gap, Kind, Token, digits_value};

/// Names of the built-in slots; their ids count down from the top.
pub const BUILT_IN: &[&str] = &[
    "int",
    "number",
    "ordinal",
    "day",
    "month_number",
    "year",
    "year2",
    "hour",
    "minute",
    "word",
    "recent_year",
    "roman",
];
pub(crate) const INT: SlotId = SlotId(u16::MAX);
pub(crate) const NUMBER: SlotId = SlotId(u16::MAX - 1);
pub(crate) const ORDINAL: SlotId = SlotId(u16::MAX - 2);
const DAY: SlotId = SlotId(u16::MAX - 3);
const MONTH_NUMBER: SlotId = SlotId(u16::MAX - 4);
const YEAR: SlotId = SlotId(u16::MAX - 5);
const YEAR2: SlotId = SlotId(u16::MAX - 6);
const HOUR: SlotId = SlotId(u16::MAX - 7);
const MINUTE: SlotId = SlotId(u16::MAX - 8);
pub(crate) const WORD: SlotId = SlotId(u16::MAX - 9);
const RECENT_YEAR: SlotId = SlotId(u16::MAX - 10);
pub(crate) const ROMAN: SlotId = SlotId(u16::MAX - 11);

/// The bit of a built-in slot.
#[inline]
pub(crate) const fn bit(slot: SlotId) -> u16 {
    1 << (u16::MAX - slot.0)
}

/// Name of a built-in slot.
pub(crate) fn name(slot: SlotId) -> Option<&'static str> {
    BUILT_IN.get(usize::from(u16::MAX - slot.0)).copied()
}

pub(crate) fn built_in(name: &str) -> Option<SlotId> {
    BUILT_IN
        .iter()
        .position(|n| *n == name)
        .map(|i| SlotId(u16::MAX - i as u16))
}

/// How a language writes numbers, from its `language.toml`.
#[derive(Debug, Clone)]
pub struct NumberStyle {
    /// Decimal mark.
    pub decimal: char,
    /// Marks between groups of three digits, spaces apart.
    pub group: Vec<char>,
    /// Whether spaces stand between groups.
    pub space: bool,
}

impl NumberStyle {
    /// From the settings of a language.
    pub fn new(decimal: &str, group: &[String]) -> Self {
        Self {
            decimal: decimal.chars().next().unwrap_or('.'),
            group: group
                .iter()
                .filter_map(|g| g.chars().next())
                .filter(|c| !c.is_whitespace())
                .collect(),
            space: group.iter().any(|g| g.starts_with(char::is_whitespace)),
        }
    }
}

/// Slots that the lexicon has and numbers are made of.
#[derive(Debug, Clone)]
pub(crate) struct NumberSlots {
    pub(crate) number: Option<SlotId>,
    pub(crate) ordinal: Option<SlotId>,
    pub(crate) ordinal_suffix: Option<SlotId>,
    pub(crate) and: Option<SlotId>,
    /// Articles that count as one before another number word: «a hundred».
    pub(crate) article: Option<SlotId>,
    /// «and a half».
    pub(crate) half: Option<SlotId>,
    /// Key of the hyphen, however it is written.
    pub(crate) hyphen: u64,
    pub(crate) style: NumberStyle,
}

impl NumberStyle {
    /// The signs that stand in numbers, the first also at their ends.
    pub(crate) fn marks(&self) -> impl Iterator<Item = String> {
        let marks = ['½', '-', '/', self.decimal].into_iter();
        marks.chain(self.group.iter().copied()).map(String::from)
    }
}

/// How many kinds of digits there are: those of one kind are occurrences of the same slots.
pub(crate) const DIGIT_KINDS: usize = 11;

/// The kind of a number in digits.
#[inline]
pub(crate) fn digit_kind(text: &str, token: &Token) -> usize {
    match text.as_bytes()[token.start as usize..token.end as usize] {
        [a @ b'0'..=b'9'] => kind_of(1, usize::from(a - b'0')),
        [a @ b'0'..=b'9', b @ b'0'..=b'9'] => {
            kind_of(2, usize::from(a - b'0') * 10 + usize::from(b - b'0'))
        }
        _ => long_digit_kind(token.of(text)),
    }
}

fn long_digit_kind(digits: &str) -> usize {
    if digits.is_ascii() && digits.len() != 4 {
        return kind_of(digits.len(), 0);
    }
    let value = value_of(digits).unwrap_or(0) as usize;
    kind_of(digits.chars().count(), value)
}

/// The value of digits; most are few, and ASCII.
#[inline]
pub(crate) fn value_of(digits: &str) -> Option<i64> {
    if digits.len() > 18 {
        return digits_value(digits);
    }
    let mut value = 0;
    for b in digits.bytes() {
        if !b.is_ascii_digit() {
            return digits_value(digits);
        }
        value = value * 10 + i64::from(b - b'0');
    }
    Some(value)
}

#[inline]
fn kind_of(length: usize, value: usize) -> usize {
    match (length, value) {
        (1, 0) => 0,
        (1, _) => 1,
        (2, 0) => 2,
        (2, 1..=12) => 3,
        (2, 13..=24) => 4,
        (2, 25..=31) => 5,
        (2, 32..=59) => 6,
        (2, _) => 7,
        (4, 1900..=2049) => 8,
        (4, 1000..=2199) => 9,
        _ => 10,
    }
}

/// The built-in slots of a kind that end with the digits, but for those that all have.
const fn slots_of(kind: usize) -> &'static [SlotId] {
    match kind {
        0 => &[HOUR],
        1 => &[DAY, MONTH_NUMBER, HOUR],
        2 => &[HOUR, YEAR2, MINUTE],
        3 => &[DAY, MONTH_NUMBER, HOUR, YEAR2, MINUTE],
        4 => &[DAY, HOUR, YEAR2, MINUTE],
        5 => &[DAY, YEAR2, MINUTE],
        6 => &[YEAR2, MINUTE],
        7 => &[YEAR2],
        8 => &[YEAR, RECENT_YEAR],
        9 => &[YEAR],
        _ => &[],
    }
}

/// All of them but numbers, which may go on.
pub(crate) fn digit_slots(kind: usize) -> impl Iterator<Item = SlotId> {
    [INT].into_iter().chain(slots_of(kind).iter().copied())
}

/// All of them as bits.
const KINDS: [u16; DIGIT_KINDS] = {
    let mut kinds = [0; DIGIT_KINDS];
    let mut kind = 0;
    while kind < DIGIT_KINDS {
        let slots = slots_of(kind);
        kinds[kind] = bit(INT) | bit(NUMBER);
        let mut i = 0;
        while i < slots.len() {
            kinds[kind] |= bit(slots[i]);
            i += 1;
        }
        kind += 1;
    }
    kinds
};

/// Calls `f(slot, value, end)` for the built-in slots with the bits `named` that begin at token `i`; what follows
/// digits `joins` the number, or its suffix, or cannot be part of them.
#[inline]
pub(crate) fn at(
    slots: &NumberSlots,
    lexicon: &Lexicon,
    text: &str,
    tokens: &[Token],
    i: usize,
    (named, (joins, joins_suffix)): (u16, (bool, bool)),
    mut f: impl FnMut(SlotId, SlotValue, u32),
) {
    let Some(token) = tokens.get(i) else { return };
    let end = i as u32 + 1;
    let wanted = |slot| named & bit(slot) != 0;
    match token.kind {
        Kind::Number => {
            let digits = token.of(text);
            let Some(value) = value_of(digits) else {
                return;
            };
            let int = SlotValue::Int(value);
            let mut kinds = KINDS[digit_kind(text, token)] & named & !bit(NUMBER);
            while kinds != 0 {
                f(SlotId(u16::MAX - kinds.trailing_zeros() as u16), int, end);
                kinds &= kinds - 1;
            }
            if joins_suffix
                && wanted(ORDINAL)
                && let Some(end) = suffixed(slots, lexicon, text, tokens, i)
            {
                f(ORDINAL, int, end);
            }
            if !wanted(NUMBER) {
                return;
            }
            let whole = match joins {
                true => in_digits(slots, lexicon, text, tokens, i, value),
                false => (!has_leading_zero(digits, value)).then_some((int, end)),
            };
            if let Some((value, end)) = whole {
                f(NUMBER, value, end);
            }
        }
        Kind::Word | Kind::Character => {
            if token.kind == Kind::Word {
                if wanted(WORD) {
                    f(WORD, SlotValue::None, end);
                }
                if wanted(ROMAN)
                    && token.capitalised()
                    && let Some((value, letters)) = roman(token.of(text))
                {
                    let rest = token.start as usize + letters;
                    // «XIX», «XIXe», «XIX e», «XIX век»: a suffix is part of the numeral.
                    let suffix = slots
                        .ordinal_suffix
                        .filter(|_| rest == token.end as usize)
                        .and_then(|s| {
                            tokens.get(i + 1).filter(|t| t.gap == Gap::Glued)?;
                            lexicon.find(text, tokens, i + 1, s)
                        });
                    f(ROMAN, SlotValue::Int(value), suffix.map_or(end, |o| o.end));
                }
            }
            if wanted(NUMBER) || wanted(ORDINAL) {
                in_words(slots, lexicon, text, tokens, i, |slot, value, end| {
                    if wanted(slot) {
                        f(slot, value, end);
                    }
                });
            }
        }
        Kind::Symbol => {}
    }
}

#[inline]
fn has_leading_zero(digits: &str, value: i64) -> bool {
    match digits.as_bytes() {
        [b'0', _, ..] => value > 0,
        [b'1'..=b'9', ..] => false,
        _ => {
            let length = digits.chars().count();
            length > 1 && value > 0 && value < 10i64.pow(length as u32 - 1)
        }
    }
}

/// The end of the suffix that makes the digits at token `i` an ordinal: «3rd», «3 º».
pub(crate) fn suffixed(
    slots: &NumberSlots,
    lexicon: &Lexicon,
    text: &str,
    tokens: &[Token],
    i: usize,
) -> Option<u32> {
    let suffix = slots.ordinal_suffix?;
    let next = tokens.get(i + 1)?;
    if next.gap > Gap::Space || next.gap != Gap::Glued && next.kind != Kind::Word {
        return None;
    }
    lexicon.find(text, tokens, i + 1, suffix).map(|o| o.end)
}

/// The number that begins with the digits at token `i`: groups, decimals and words belong to it. Digits that
/// begin with a zero are none.
pub(crate) fn in_digits(
    slots: &NumberSlots,
    lexicon: &Lexicon,
    text: &str,
    tokens: &[Token],
    i: usize,
    value: i64,
) -> Option<(SlotValue, u32)> {
    if has_leading_zero(tokens[i].of(text), value) {
        return None;
    }
    let mut whole = (SlotValue::Int(value), i as u32 + 1);
    let symbols = |t: &Token| matches!(t.kind, Kind::Symbol | Kind::Number);
    if tokens.get(i + 1).is_some_and(symbols) {
        whole = grouped(slots, text, tokens, i, value);
    }
    // Most digits stand alone.
    if tokens.get(whole.1 as usize).is_none_or(|t| t.entry == 0) {
        return Some(whole);
    }
    Some(words(slots, lexicon, text, tokens, i, Some(whole)))
}

/// A part of a number that begins at token `at`; none goes on in the next paragraph.
fn part(
    lexicon: &Lexicon,
    text: &str,
    tokens: &[Token],
    at: usize,
    slot: SlotId,
) -> Option<Occurrence> {
    tokens.get(at).filter(|t| t.gap < Gap::Paragraph)?;
    lexicon.find(text, tokens, at, slot)
}

/// Numbers and ordinals that begin with the word at token `i`.
fn in_words(
    slots: &NumberSlots,
    lexicon: &Lexicon,
    text: &str,
    tokens: &[Token],
    i: usize,
    mut f: impl FnMut(SlotId, SlotValue, u32),
) {
    if let (Some(article), Some(number)) = (slots.article, slots.number)
        && let Some(o) = lexicon.find(text, tokens, i, article)
        && let Some(next) = part(lexicon, text, tokens, o.end as usize, number)
        // «A hundred»; the article of «a ten-day visit» is that of the visit.
        && next.value.int().is_some_and(|v| v >= 100)
    {
        let one = Some((SlotValue::Int(1), o.end));
        let (value, end) = words(slots, lexicon, text, tokens, i, one);
        f(NUMBER, value, end);
    }
    if let Some(number) = slots.number
        && let Some(o) = lexicon.find(text, tokens, i, number)
    {
        if let Value::Symbol(s) = o.value {
            f(NUMBER, SlotValue::Symbol(s), o.end);
        } else {
            let (value, end) = words(slots, lexicon, text, tokens, i, None);
            f(NUMBER, value, end);
            if let (SlotValue::Int(v), Some(ordinal)) = (value, slots.ordinal) {
                // «twenty-first»: tens, hyphen, ordinal.
                let mut next = end as usize;
                let hyphen = |t: &Token| t.key == slots.hyphen && t.gap < Gap::Paragraph;
                if tokens.get(next).is_some_and(hyphen) {
                    next += 1;
                }
                if v % 10 == 0
                    && let Some(o) = part(lexicon, text, tokens, next, ordinal)
                    && let Some(low) = o.value.int()
                    && low < 10
                {
                    f(ORDINAL, SlotValue::Int(v + low), o.end);
                }
            }
        }
    }
    if let Some(ordinal) = slots.ordinal
        && let Some(o) = lexicon.find(text, tokens, i, ordinal)
        && let Some(v) = o.value.int()
    {
        f(ORDINAL, SlotValue::Int(v), o.end);
    }
}

/// Digits with groups of thousands and decimals: «1,234.5», «1 234,5».
fn grouped(
    slots: &NumberSlots,
    text: &str,
    tokens: &[Token],
    i: usize,
    first: i64,
) -> (SlotValue, u32) {
    let style = &slots.style;
    let mut value = first;
    let mut end = i + 1;
    let three = |t: Option<&Token>| {
        t.filter(|t| t.kind == Kind::Number && t.len() == 3 && t.gap == Gap::Glued)
            .and_then(|t| value_of(t.of(text)))
    };
    if first < 1000 {
        while let Some(mark) = tokens.get(end) {
            let symbol = mark.of(text).chars().next().unwrap_or(' ');
            let next = if mark.gap == Gap::Glued && style.group.contains(&symbol) {
                three(tokens.get(end + 1)).map(|v| (v, end + 2))
            } else if style.space
                && mark.gap == Gap::Space
                && mark.kind == Kind::Number
                && mark.len() == 3
            {
                value_of(mark.of(text)).map(|v| (v, end + 1))
            } else {
                None
            };
            let Some((part, after)) = next else { break };
            let Some(v) = value.checked_mul(1000).and_then(|v| v.checked_add(part)) else {
                break;
            };
            value = v;
            end = after;
        }
    }
    if let (Some(mark), Some(digits)) = (tokens.get(end), tokens.get(end + 1))
        && mark.gap == Gap::Glued
        && mark.of(text).starts_with(style.decimal)
        && digits.kind == Kind::Number
        && digits.gap == Gap::Glued
        && let Some(decimal) = decimal(value, digits.of(text))
    {
        return (SlotValue::Decimal(decimal), end as u32 + 2);
    }
    // «2 1/2», «2½».
    let is = |i: usize, form: &str, gap: Gap| {
        tokens
            .get(i)
            .is_some_and(|t| t.gap <= gap && t.of(text) == form)
    };
    let half = if is(end, "½", Gap::Space) {
        1
    } else if is(end, "1", Gap::Space)
        && tokens[end].gap == Gap::Space
        && is(end + 1, "/", Gap::Glued)
        && is(end + 2, "2", Gap::Glued)
    {
        3
    } else {
        0
    };
    if half > 0 && value < 1_000_000 {
        return (SlotValue::Decimal(value as f64 + 0.5), (end + half) as u32);
    }
    (SlotValue::Int(value), end as u32)
}

/// The number that is written with `digits` after the decimal mark.
fn decimal(whole: i64, digits: &str) -> Option<f64> {
    // Two numbers that are exact, divided, are rounded as a parser rounds.
    let exact = 1 << 53;
    if let (Some(part), Some(scale)) = (value_of(digits), 10i64.checked_pow(digits.len() as u32))
        && digits.is_ascii()
        && scale < exact
        && let Some(all) = whole.checked_mul(scale).and_then(|w| w.checked_add(part))
        && all < exact
    {
        return Some(all as f64 / scale as f64);
    }
    format!("{whole}.{digits}").parse().ok()
}

/// Value of a Roman numeral in capitals below 40 at the beginning of `word`, and its length; what
/// follows it in the word must be one or two small letters or nothing: «XIX», «XIXe», «Ier».
pub(crate) fn roman(word: &str) -> Option<(i64, usize)> {
    let letters = word
        .bytes()
        .take_while(|b| matches!(b, b'I' | b'V' | b'X'))
        .count();
    let rest = &word[letters..];
    if letters == 0
        || letters > 6
        || rest.chars().count() > 3
        || !rest.chars().all(char::is_lowercase)
    {
        return None;
    }
    let mut value = 0;
    let mut last = 0;
    for b in word.as_bytes()[..letters].iter().rev() {
        let v = match b {
            b'I' => 1,
            b'V' => 5,
            _ => 10,
        };
        value += if v < last { -v } else { v };
        last = last.max(v);
    }
    (1..40).contains(&value).then_some((value, letters))
}

/// Number words from token `i`, or going on after digits («2.5 million»).
fn words(
    slots: &NumberSlots,
    lexicon: &Lexicon,
    text: &str,
    tokens: &[Token],
    i: usize,
    digits: Option<(SlotValue, u32)>,
) -> (SlotValue, u32) {
    let Some(number) = slots.number else {
        return digits.unwrap_or((SlotValue::None, i as u32 + 1));
    };
    let (mut total, mut current, mut end): (f64, f64, usize) = match digits {
        Some((SlotValue::Int(v), e)) => (0.0, v as f64, e as usize),
        Some((SlotValue::Decimal(v), e)) => (0.0, v, e as usize),
        Some(other) => return other,
        None => (0.0, 0.0, i),
    };
    let mut started = digits.is_some();
    // The last part must be larger than what may be added to it: «twenty one», not «one two».
    let mut room = if started { 0.0 } else { f64::INFINITY };
    for _ in 0..12 {
        let mut at = end;
        if started && digits.is_none() {
            if tokens
                .get(at)
                .is_some_and(|t| t.key == slots.hyphen && t.gap == Gap::Glued)
            {
                at += 1;
            } else if let Some(and) = slots.and
                && let Some(o) = part(lexicon, text, tokens, at, and)
            {
                at = o.end as usize;
            }
        }
        let found = match at == i {
            true => lexicon.find(text, tokens, at, number),
            false => part(lexicon, text, tokens, at, number),
        };
        let Some(o) = found else { break };
        let Some(value) = o.value.int() else { break };
        let v = value as f64;
        if v >= 1000.0 && (started || !current.eq(&0.0)) {
            total += current.max(1.0) * v;
            current = 0.0;
            room = v;
        } else if digits.is_some()
            && started
            && total == 0.0
            && current == 1.0
            && (10.0..100.0).contains(&v)
        {
            // «a dozen».
            current = v;
            room = 0.0;
        } else if v == 100.0 && started && current > 0.0 && current < 100.0 {
            current *= 100.0;
            room = 100.0;
        } else if !started || v < room {
            current += v;
            room = if v >= 100.0 {
                v
            } else if v >= 20.0 && v % 10.0 == 0.0 {
                10.0
            } else {
                0.0
            };
        } else {
            break;
        }
        started = true;
        end = o.end as usize;
    }
    let mut value = total + current;
    if let Some(half) = slots.half
        && started
        && value < 1000.0
        && let Some(o) = part(lexicon, text, tokens, end, half)
    {
        value += 0.5;
        end = o.end as usize;
    }
    if value.fract() == 0.0 && value.abs() < 9e15 {
        (SlotValue::Int(value as i64), end as u32)
    } else {
        (SlotValue::Decimal(value), end as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::{decimal, roman};

    #[test]
    fn roman_numerals() {
        assert_eq!(roman("XIXe"), Some((19, 3)));
        assert_eq!(roman("XX"), Some((20, 2)));
        assert_eq!(roman("Ier"), Some((1, 1)));
        assert_eq!(roman("Xavier"), None);
        assert_eq!(roman("Vienna"), None);
        assert_eq!(roman("siècle"), None);
    }

    #[test]
    fn decimals_are_rounded_as_parsed() {
        for (whole, digits) in [
            (3, "5"),
            (0, "1"),
            (2, "675"),
            (17, "07"),
            (999_999, "999999999"),
            (1, "123456789012345678901234567890"),
            (9_007_199_254_740_993, "3"),
        ] {
            let parsed: f64 = format!("{whole}.{digits}").parse().unwrap();
            assert_eq!(decimal(whole, digits), Some(parsed));
        }
        assert_eq!(decimal(3, "٥"), None);
    }
}
