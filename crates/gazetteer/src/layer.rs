//! The compiled form: written by `compile`, used in place.
//!
//! ```text
//! header     magic, version, then begin and end of each section (u32, little endian)
//! bits       bit set over the keys of first tokens, a power of two long, two probes a key
//! automaton  fst: folded tokens joined by one space → number of the form's first posting
//! postings   12 bytes: entity u32, flags u16, language set u16, hash of the exact spelling u32
//! entities   20 bytes: id u32, label u32, lengths 2 × u16, Wikidata u32, country 2 letters, kind u8, weight u8
//! sets       8 bytes: begin and length of a list of language tags
//! strings    UTF-8
//! ```

use crate::{Error, Kind, kind::Flags};
use std::borrow::Cow;

pub(crate) const MAGIC: [u8; 8] = *b"dlgazet\x01";
pub(crate) const SECTIONS: usize = 6;
pub(crate) const HEADER: usize = MAGIC.len() + SECTIONS * 8;
pub(crate) const POSTING: usize = 12;
pub(crate) const ENTITY: usize = 20;
pub(crate) const SET: usize = 8;

/// Between two tokens of a name.
pub(crate) const SEPARATOR: u8 = b' ';

type Bytes = Cow<'static, [u8]>;

pub(crate) struct Layer {
    bits: Bytes,
    pub automaton: fst::raw::Fst<Bytes>,
    postings: Bytes,
    entities: Bytes,
    sets: Bytes,
    strings: Cow<'static, str>,
}

/// One meaning of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'g> {
    /// `Q458`, `iso:FR`, `iso:US-CA`, `gn:2988507`, `x:organization:…`; of a demonym that of its
    /// country; empty for given names and surnames.
    pub id: &'g str,
    /// The one name by which the output calls the entity; empty where `id` is.
    pub label: &'g str,
    /// What it is.
    pub kind: Kind,
    /// What the table says of this name.
    pub flags: Flags,
    /// Tags of the languages in which this is a name of the entity, separated by spaces; empty for any.
    pub languages: &'g str,
    /// ISO 3166-1 code of the country it lies in or belongs to, else empty.
    pub country: &'g str,
    /// Number of its Wikidata item.
    pub wikidata: Option<u32>,
    /// How large it is among namesakes: eight times the binary logarithm of a city's inhabitants,
    /// 255 for countries, 0 where nothing is known. The entries of a name come largest first.
    pub weight: u8,
    /// Whether it comes from a user's list.
    pub own: bool,
}

impl Entry<'_> {
    /// Whether this is the entity's name in a language. A region's tag (`fr-CA`) asks for its language.
    pub fn in_language(&self, tag: &str) -> bool {
        let language = tag.split('-').next().unwrap_or(tag);
        self.languages.is_empty() || self.languages.split(' ').any(|t| t == tag || t == language)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The two bits of a key, in a set of `bits` bits (a power of two).
#[inline]
pub(crate) fn probes(key: u64, bits: usize) -> [usize; 2] {
    [key as usize & (bits - 1), (key >> 32) as usize & (bits - 1)]
}

impl std::fmt::Debug for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Layer").field("forms", &self.automaton.len()).finish_non_exhaustive()
    }
}

impl Layer {
    /// Opens a compiled gazetteer that lives as long as the program: nothing is copied or read.
    pub fn open_static(bytes: &'static [u8]) -> Result<Layer, Error> {
        Self::open(bytes, Cow::Borrowed)
    }

    /// Opens a compiled gazetteer, keeping copies of its sections.
    pub fn open_copied(bytes: &[u8]) -> Result<Layer, Error> {
        Self::open(bytes, |b| Cow::Owned(b.to_vec()))
    }

    fn open<'b>(bytes: &'b [u8], keep: impl Fn(&'b [u8]) -> Bytes) -> Result<Layer, Error> {
        if !bytes.starts_with(&MAGIC) {
            return Err(Error::Damaged("it begins with something else"));
        }
        let section = |n: usize| {
            let at = MAGIC.len() + n * 8;
            let begin = u32_at(bytes, at)? as usize;
            let end = u32_at(bytes, at + 4)? as usize;
            bytes.get(begin..end).map(&keep)
        };
        let cut = Error::Damaged("it is cut short");
        let (Some(bits), Some(automaton), Some(postings), Some(entities), Some(sets), Some(strings)) =
            (section(0), section(1), section(2), section(3), section(4), section(5))
        else {
            return Err(cut);
        };
        if !bits.len().is_power_of_two() {
            return Err(Error::Damaged("the bit set has a wrong length"));
        }
        let not_text = Error::Damaged("its strings are not UTF-8");
        let strings = match strings {
            Cow::Borrowed(b) => match std::str::from_utf8(b) {
                Ok(s) => Cow::Borrowed(s),
                Err(_) => return Err(not_text),
            },
            Cow::Owned(b) => match String::from_utf8(b) {
                Ok(s) => Cow::Owned(s),
                Err(_) => return Err(not_text),
            },
        };
        Ok(Layer { bits, automaton: fst::raw::Fst::new(automaton)?, postings, entities, sets, strings })
    }

    #[inline]
    pub fn may_start(&self, key: u64) -> bool {
        let bits = &self.bits;
        probes(key, bits.len() * 8).iter().all(|p| bits.get(p / 8).is_some_and(|b| b >> (p % 8) & 1 == 1))
    }

    fn string(&self, begin: u32, length: usize) -> Option<&str> {
        self.strings.get(begin as usize..begin as usize + length)
    }

    /// The posting with a number; `None` past the end.
    #[inline]
    pub fn posting(&self, number: u32) -> Option<Posting> {
        let at = number as usize * POSTING;
        let b: &[u8; POSTING] = self.postings.get(at..)?.first_chunk()?;
        Some(Posting {
            entity: u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            flags: Flags(u16::from_le_bytes([b[4], b[5]])),
            set: u16::from_le_bytes([b[6], b[7]]),
            exact: u32::from_le_bytes([b[8], b[9], b[10], b[11]]),
        })
    }

    /// Id and label of every entity that has them.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entities.chunks_exact(ENTITY).filter_map(|e| {
            let id = self.string(u32_at(e, 0)?, u16_at(e, 8)?.into())?;
            let label = self.string(u32_at(e, 4)?, u16_at(e, 10)?.into())?;
            (!id.is_empty()).then_some((id, label))
        })
    }

    pub fn entry(&self, posting: Posting, own: bool) -> Option<Entry<'_>> {
        let e = self.entities.get(posting.entity as usize * ENTITY..)?;
        let set = self.sets.get(usize::from(posting.set) * SET..)?;
        let country = std::str::from_utf8(e.get(16..18)?).ok()?;
        Some(Entry {
            id: self.string(u32_at(e, 0)?, u16_at(e, 8)?.into())?,
            label: self.string(u32_at(e, 4)?, u16_at(e, 10)?.into())?,
            kind: *Kind::ALL.get(usize::from(*e.get(18)?))?,
            flags: posting.flags,
            languages: self.string(u32_at(set, 0)?, u32_at(set, 4)? as usize)?,
            country: country.trim_end_matches('\0'),
            wikidata: u32_at(e, 12).filter(|n| *n != 0),
            weight: *e.get(19)?,
            own,
        })
    }
}

/// One meaning of a form, as numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    pub entity: u32,
    pub flags: Flags,
    pub set: u16,
    pub exact: u32,
}

/// Hash of the exact spelling of a name, never 0. It only decides between spellings that fold
/// alike, so 32 bits are plenty.
pub(crate) fn spelling<'t>(tokens: impl Iterator<Item = &'t str>) -> u32 {
    let mut hash = 0x811C_9DC5_u32;
    let mut step = |b: u8| hash = (hash ^ u32::from(b)).wrapping_mul(0x0100_0193);
    for (n, token) in tokens.enumerate() {
        if n > 0 {
            step(SEPARATOR);
        }
        token.bytes().for_each(&mut step);
    }
    hash.max(1)
}
