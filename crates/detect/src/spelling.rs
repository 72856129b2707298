//! Letters, groups of letters, beginnings and endings that are typical of a language.

use crate::detector::Scores;
use crate::words::{Posting, Table};
use dateline_languages::Folder;

/// As `SHARED` of words: letter groups of many languages say little.
const SHARED: f32 = 0.6;

/// What a single letter, a group of letters, a beginning or ending weighs, beside a word's 1.
const LETTER: f32 = 0.8;
const GROUP: f32 = 0.5;
const AFFIX: f32 = 0.3;

/// Longest group inside a word, longest beginning and ending, longest word that is read.
const LONGEST_GROUP: usize = 3;
const LONGEST_AFFIX: usize = 5;
const LONGEST_WORD: usize = 40;

#[derive(Clone, Copy)]
enum Place {
    Anywhere,
    Beginning,
    Ending,
}

/// The `spelling.txt` of all languages: a line is `ł`, `sch`, `ge-` or `-ung`.
pub(crate) struct Spelling {
    table: Table,
}

impl Spelling {
    /// From the numbered folders.
    pub fn new(folders: &[(u16, Folder)]) -> Self {
        let mut pairs = Vec::new();
        for (language, folder) in folders {
            let language = *language;
            let Some(content) = folder.file("spelling.txt") else {
                continue;
            };
            for line in content.lines().filter(|l| !l.starts_with('#')) {
                let (place, form) = match (line.strip_prefix('-'), line.strip_suffix('-')) {
                    (Some(ending), _) => (Place::Ending, ending),
                    (_, Some(beginning)) => (Place::Beginning, beginning),
                    _ => (Place::Anywhere, line),
                };
                let letters: Vec<char> = form.chars().collect();
                let weight = match (place, letters.len()) {
                    (_, 0) => continue,
                    (Place::Anywhere, 1) => LETTER,
                    (Place::Anywhere, _) => GROUP,
                    _ => AFFIX,
                };
                pairs.push((key(place, &letters), Posting { language, weight }));
            }
        }
        Self {
            table: Table::new(pairs, SHARED),
        }
    }

    /// Adds what the word's spelling says to the scores.
    pub fn read(&self, word: &str, scores: &mut Scores) {
        let mut buffer = ['\0'; LONGEST_WORD];
        let mut length = 0;
        // The dot that is left of a small İ is no letter.
        let small = word
            .chars()
            .flat_map(char::to_lowercase)
            .filter(|c| *c != '\u{307}');
        for (place, c) in buffer.iter_mut().zip(small) {
            *place = c;
            length += 1;
        }
        let word = &buffer[..length];
        let mut add = |place, letters: &[char]| {
            for p in self.table.get(key(place, letters)) {
                scores[p.language as usize] += p.weight;
            }
        };
        for n in 1..=LONGEST_AFFIX.min(length.saturating_sub(1)) {
            add(Place::Beginning, &word[..n]);
            add(Place::Ending, &word[length - n..]);
        }
        for n in 1..=LONGEST_GROUP {
            for group in word.windows(n) {
                add(Place::Anywhere, group);
            }
        }
    }
}

fn key(place: Place, letters: &[char]) -> u64 {
    let mix = |hash: u64, n: u64| {
        let h = (hash ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        h ^ (h >> 29)
    };
    letters.iter().fold(mix(1, place as u64), |hash, &c| {
        mix(hash, u64::from(u32::from(c)))
    })
}
