//! Short texts such as days and values of dates.

use std::fmt;
use std::ops::Deref;

/// A text that is nearly always short: up to 22 bytes need no memory of their own. A fact has half a
/// dozen such, and to ask for memory for each would take longer than to find it.
#[derive(Clone)]
pub struct Short(Repr);

#[derive(Clone)]
enum Repr {
    Inline(u8, [u8; Short::INLINE]),
    Long(Box<str>),
}

impl Short {
    const INLINE: usize = 22;

    /// Empty.
    pub const fn new() -> Self {
        Self(Repr::Inline(0, [0; Self::INLINE]))
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Inline(length, bytes) => {
                std::str::from_utf8(&bytes[..usize::from(*length)]).unwrap_or_default()
            }
            Repr::Long(text) => text,
        }
    }

    /// Appends a text.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        if let Repr::Inline(length, bytes) = &mut self.0 {
            let from = usize::from(*length);
            if let Some(place) = bytes.get_mut(from..from + text.len()) {
                place.copy_from_slice(text.as_bytes());
                *length += text.len() as u8;
                return;
            }
        }
        self.0 = Repr::Long([self.as_str(), text].concat().into());
    }

    /// Appends signs of ASCII.
    #[inline]
    pub fn push_ascii<const N: usize>(&mut self, signs: [u8; N]) {
        if let Repr::Inline(length, bytes) = &mut self.0 {
            let from = usize::from(*length);
            if let Some(place) = bytes.get_mut(from..from + N) {
                place.copy_from_slice(&signs);
                *length += N as u8;
                return;
            }
        }
        self.push_str(std::str::from_utf8(&signs).unwrap_or_default());
    }

    /// Appends a character.
    #[inline]
    pub fn push(&mut self, c: char) {
        self.push_str(c.encode_utf8(&mut [0; 4]));
    }
}

impl Default for Short {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Short {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Short {
    #[inline]
    fn from(text: &str) -> Self {
        let mut this = Self::new();
        this.push_str(text);
        this
    }
}

impl From<String> for Short {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Short {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Short {}

impl PartialEq<str> for Short {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Short {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for Short {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

impl PartialOrd for Short {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Short {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_any_length_are_kept() {
        let mut short = Short::new();
        let mut text = String::new();
        for i in 0..60 {
            let c = if i % 7 == 0 { 'é' } else { 'x' };
            short.push(c);
            text.push(c);
            assert_eq!(short, text.as_str());
            assert_eq!(Short::from(text.as_str()), short);
            assert_eq!(short.clone().to_string(), text);
        }
        let [first, second] = ["2023-01-02", "2023-01-10"].map(Short::from);
        assert!(first < second);
    }
}
