//! The compiled form: written by `compile`, used in place.
//!
//! ```text
//! header   magic, version, then begin and end of each section (u32, little endian), then the checksum
//! filter   words of 64 bits: three bits a node, all in one word
//! slots    8 bytes: hash table of nodes, in buckets of 64 bytes; what does not fit goes to the next; see [`Slot`]
//! records  24 bytes: one meaning of a name; see [`Record`]
//! sets     8 bytes: begin and length of a list of language tags
//! strings  UTF-8: two spaces, the countries' codes of two letters, then the rest
//! about    UTF-8: a line for each source: its name, what it is, how many names it gave
//! ```
//!
//! A node is a sequence of tokens with which a name begins, or that is one. It is known only by its
//! hash, made of the keys of its tokens: the letters are stored nowhere. A sequence that is no node
//! is taken for one where 36 bits agree with those of a slot of its bucket: with five or six slots
//! taken, once in 10¹⁰ sequences, of which the filter lets three in a hundred pass. That two words
//! share a key of 64 bits is rarer still: a word that no table has takes the place of one of 10⁵
//! others once in 10¹⁴. Both are accepted. Among the names themselves neither happens: where two
//! have one tag in one bucket, the compiler takes a table of another size (of five million names once
//! in a few thousand tables), and it refuses those whose hashes agree in all bits (once in 500,000).
//!
//! A file may come from anywhere. Opening it reads the header and the last meaning only; every access is checked, so that a
//! damaged file gives wrong names or none, and nothing worse. `dateline gazetteer info` compares the checksum.

use crate::{Error, Kind, kind::Flags};
use std::fs::File;
use xxhash_rust::xxh3::Xxh3;

pub(crate) const MAGIC: [u8; 8] = *b"dlgazet\x03";
/// What the files of all versions begin with.
pub(crate) const ANY_VERSION: &[u8] = b"dlgazet";
pub(crate) const SECTIONS: usize = 6;
const CHECKSUM_AT: usize = MAGIC.len() + SECTIONS * 8;
pub(crate) const HEADER: usize = CHECKSUM_AT + 8;
/// Sections begin at multiples of a cache line.
pub(crate) const ALIGNMENT: usize = 64;
pub(crate) const SLOT: usize = 8;
/// Slots are sought by buckets, each a cache line.
pub(crate) const BUCKET: usize = 64;
pub(crate) const RECORD: usize = 24;
pub(crate) const SET: usize = 8;
/// Length of a country's code.
pub(crate) const COUNTRY: usize = 2;
/// What stands in the place of a code where there is no country.
const NO_COUNTRY: [u8; COUNTRY] = *b"  ";

/// A node lies in its bucket or, where that is full, in one of so many from there on.
pub(crate) const FARTHEST: usize = 64;

/// The bytes live as long as the program, as language packs do: all threads share plain references,
/// and a run has few layers.
pub(crate) struct Layer {
    bytes: &'static [u8],
    filter: &'static [[u8; 8]],
    slots: &'static [[u8; BUCKET]],
    records: &'static [[u8; RECORD]],
    sets: &'static [[u8; SET]],
    strings: &'static [u8],
    about: &'static [u8],
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
        has_language(self.languages, tag)
    }
}

fn has_language(languages: &str, tag: &str) -> bool {
    let language = tag.split('-').next().unwrap_or(tag);
    languages.is_empty() || languages.split(' ').any(|t| t == tag || t == language)
}

/// One meaning of a name, read where it lies: what decides between names costs no look at strings.
#[derive(Clone, Copy)]
pub struct Posting<'g> {
    layer: &'g Layer,
    record: &'g [u8; RECORD],
    kind: Kind,
    /// Number of the layer: 0 is the world's.
    number: u8,
}

impl<'g> Posting<'g> {
    #[inline]
    pub(crate) fn new(layer: &'g Layer, record: &'g [u8; RECORD], number: u8) -> Option<Self> {
        let kind = *Kind::ALL.get(usize::from(Record::from_bytes(record).kind))?;
        Some(Self {
            layer,
            record,
            kind,
            number,
        })
    }

    /// What it is.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What the table says of this name.
    #[inline]
    pub fn flags(&self) -> Flags {
        Flags(Record::from_bytes(self.record).flags.0 & !Flags::INSIDE)
    }

    /// See [`Entry::weight`].
    #[inline]
    pub fn weight(&self) -> u8 {
        Record::from_bytes(self.record).weight
    }

    /// ISO 3166-1 code of the country that it is, lies in or belongs to.
    #[inline]
    pub fn country(&self) -> Option<[u8; COUNTRY]> {
        let at = usize::from(Record::from_bytes(self.record).country) * COUNTRY;
        let code = self.layer.strings.get(at..)?.first_chunk()?;
        (*code != NO_COUNTRY).then_some(*code)
    }

    /// Whether it comes from a user's list.
    #[inline]
    pub fn own(&self) -> bool {
        Record::from_bytes(self.record).flags.own()
    }

    /// Whether this is the entity's name in the language that was asked for.
    #[inline]
    pub fn in_language(&self, language: &Language) -> bool {
        let sets = match usize::from(self.number).checked_sub(1) {
            None => Some(&language.world),
            Some(n) => language.own.get(n),
        };
        let set = Record::from_bytes(self.record).set;
        sets.and_then(|s| s.get(usize::from(set)).copied())
            .unwrap_or(false)
    }

    /// What tells it from every other meaning of any name, as long as the gazetteer lives.
    #[inline]
    pub fn place(&self) -> usize {
        self.record.as_ptr() as usize
    }

    /// All that is known.
    pub fn entry(&self) -> Option<Entry<'g>> {
        self.layer.entry(&Record::from_bytes(self.record))
    }
}

/// For each list of language tags whether a language is in it; see [`Posting::in_language`].
#[derive(Debug, Default)]
pub struct Language {
    own: Vec<Vec<bool>>,
    world: Vec<bool>,
}

impl Language {
    pub(crate) fn new<'g>(tag: &str, own: impl Iterator<Item = &'g Layer>, world: &Layer) -> Self {
        let sets = |layer: &Layer| {
            let has = |set| layer.set(set).is_some_and(|s| has_language(s, tag));
            (0..layer.sets.len()).map(has).collect()
        };
        Self {
            own: own.map(sets).collect(),
            world: sets(world),
        }
    }
}

/// Hash of a sequence of tokens, made of their [`Token::key`](dateline_text::Token::key)s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeHash(pub u64);

impl NodeHash {
    /// Of no tokens. Any number without a pattern does.
    pub const ROOT: NodeHash = NodeHash(0x243F_6A88_85A3_08D3);

    /// Of the keys of a whole name.
    pub fn of(keys: &[u64]) -> NodeHash {
        keys.iter().fold(Self::ROOT, |hash, key| hash.then(*key))
    }

    /// With one more token.
    #[inline]
    pub fn then(self, key: u64) -> NodeHash {
        // Both halves of the long product: each bit of it depends on all bits of the key.
        let product = u128::from(self.0 ^ key) * 0x9E37_79B9_7F4A_7C15;
        NodeHash(product as u64 ^ (product >> 64) as u64)
    }

    /// Where among `length` places it belongs; larger hashes come later.
    #[inline]
    pub fn place(self, length: usize) -> usize {
        ((u128::from(self.0) * length as u128) >> 64) as usize
    }

    /// What a slot keeps of it. The place says most of the upper bits.
    #[inline]
    pub fn tag(self) -> u64 {
        self.0 & Slot::TAG
    }

    /// Its bits in its word of the filter.
    #[inline]
    pub fn filter_bits(self) -> u64 {
        (1 << (self.0 & 63)) | (1 << (self.0 >> 6 & 63)) | (1 << (self.0 >> 12 & 63))
    }
}

/// What is known of a node, in 64 bits: the tag of its hash; whether longer names begin with it;
/// whether some meaning of it fits any case; number of its first record, from 1, 0 where no name ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot(u64);

impl Slot {
    /// More of them take nodes for others more seldom, and leave room for fewer records.
    const TAG_BITS: u32 = 36;
    const TAG: u64 = (1 << Self::TAG_BITS) - 1;
    const GOES_ON: u64 = 1 << Self::TAG_BITS;
    const ANY_CASE: u64 = 2 << Self::TAG_BITS;
    const RECORD_AT: u32 = Self::TAG_BITS + 2;
    /// Numbers of records are below this.
    pub const MOST_RECORDS: usize = (1 << (64 - Self::RECORD_AT)) - 1;

    pub const EMPTY: Slot = Slot(0);

    pub fn new(hash: NodeHash, goes_on: bool, any_case: bool, record: Option<u32>) -> Slot {
        let mark = |set: bool, bit: u64| if set { bit } else { 0 };
        let record = record.map_or(0, |r| u64::from(r) + 1) << Self::RECORD_AT;
        Slot(hash.tag() | mark(goes_on, Self::GOES_ON) | mark(any_case, Self::ANY_CASE) | record)
    }

    #[inline(always)]
    pub fn from_bytes(bytes: [u8; SLOT]) -> Slot {
        Slot(u64::from_le_bytes(bytes))
    }

    pub fn to_bytes(self) -> [u8; SLOT] {
        self.0.to_le_bytes()
    }

    /// Whether no node is here: one that neither ends a name nor goes on does not exist.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.0 & !Self::TAG == 0
    }

    #[inline]
    pub fn tag(self) -> u64 {
        self.0 & Self::TAG
    }

    #[inline]
    pub fn goes_on(self) -> bool {
        self.0 & Self::GOES_ON != 0
    }

    /// The same, but that it goes on only if it may.
    #[inline]
    pub fn going_on(self, may: bool) -> Slot {
        Slot(self.0 & !(u64::from(!may) * Self::GOES_ON))
    }

    #[inline]
    pub fn any_case(self) -> bool {
        self.0 & Self::ANY_CASE != 0
    }

    #[inline]
    pub fn record(self) -> Option<usize> {
        ((self.0 >> Self::RECORD_AT) as usize).checked_sub(1)
    }
}

/// One meaning of a form. Those of a form stand together in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    /// Where among the strings its id begins; its label follows.
    pub strings: u32,
    pub wikidata: u32,
    /// [`spelling`] of the only case in which it is a name, 0 for any.
    pub exact: u32,
    pub id_length: u16,
    pub label_length: u16,
    /// Number of the country; 0 for none.
    pub country: u16,
    /// Number of the set of languages.
    pub set: u16,
    pub flags: Flags,
    pub kind: u8,
    pub weight: u8,
}

impl Record {
    #[inline]
    pub fn from_bytes(b: &[u8; RECORD]) -> Record {
        Record {
            strings: u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            wikidata: u32::from_le_bytes([b[4], b[5], b[6], b[7]]),
            exact: u32::from_le_bytes([b[8], b[9], b[10], b[11]]),
            id_length: u16::from_le_bytes([b[12], b[13]]),
            label_length: u16::from_le_bytes([b[14], b[15]]),
            country: u16::from_le_bytes([b[16], b[17]]),
            set: u16::from_le_bytes([b[18], b[19]]),
            flags: Flags(u16::from_le_bytes([b[20], b[21]])),
            kind: b[22],
            weight: b[23],
        }
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        for number in [self.strings, self.wikidata, self.exact] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for number in [
            self.id_length,
            self.label_length,
            self.country,
            self.set,
            self.flags.0,
        ] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&[self.kind, self.weight]);
    }

    #[inline]
    pub fn is_last(&self) -> bool {
        self.flags.0 & Flags::LAST != 0
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

impl std::fmt::Debug for Layer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Layer")
            .field("records", &self.records.len())
            .finish_non_exhaustive()
    }
}

/// Checksum of a file: of its header up to the checksum itself, and of what follows the header.
pub(crate) fn checksum<'b>(header: &[u8], rest: impl Iterator<Item = &'b [u8]>) -> u64 {
    let mut sum = Xxh3::new();
    sum.update(header);
    rest.for_each(|part| sum.update(part));
    sum.digest()
}

impl Layer {
    /// Opens a compiled gazetteer: nothing is copied, and no more read than the header.
    pub fn open(bytes: &'static [u8]) -> Result<Layer, Error> {
        if !bytes.starts_with(ANY_VERSION) {
            return Err(Error::Damaged("it begins with something else"));
        }
        if !bytes.starts_with(&MAGIC) {
            return Err(Error::Version);
        }
        let mut end = HEADER;
        let mut section = |n: usize, unit: usize| {
            let at = MAGIC.len() + n * 8;
            let begin = u32_at(bytes, at)? as usize;
            let follows = begin == end.next_multiple_of(ALIGNMENT);
            end = u32_at(bytes, at + 4)? as usize;
            let section = bytes.get(begin..end)?;
            (follows && section.len().is_multiple_of(unit)).then_some(section)
        };
        let (Some(filter), Some(slots), Some(records), Some(sets), Some(strings), Some(about)) = (
            section(0, 8),
            section(1, BUCKET),
            section(2, RECORD),
            section(3, SET),
            section(4, 1),
            section(5, 1),
        ) else {
            return Err(Error::Damaged("its sections do not fit together"));
        };
        if end != bytes.len() {
            return Err(Error::Damaged("it has another length than it says"));
        }
        let records = records.as_chunks().0;
        // So that no list of meanings runs on to the end of the file.
        if records
            .last()
            .is_some_and(|r| !Record::from_bytes(r).is_last())
        {
            return Err(Error::Damaged("its last list of meanings has no end"));
        }
        Ok(Layer {
            bytes,
            filter: filter.as_chunks().0,
            slots: slots.as_chunks().0,
            records,
            sets: sets.as_chunks().0,
            strings,
            about,
        })
    }

    /// Opens a file by mapping it into memory: what no text asks for is never read.
    pub fn open_mapped(file: &File) -> Result<Layer, Error> {
        // SAFETY: the danger of a map is that its file is changed while we hold references to it.
        // `dateline gazetteer build` never writes into a file that is there: it puts a new one in
        // its place, and the map keeps the old one. That nothing else writes into the file while a run
        // reads it is asked of the user (docs/your-own-lists.md), as every program asks that maps
        // files. Should it happen nevertheless: numbers are copied out and checked at each use, so
        // that no place outside the map is ever read; strings are checked to be UTF-8 at each use and
        // soon copied, so that little time is left in which one could break; a file that is cut
        // short ends the program by a signal (Windows does not let it be cut). The map is never undone,
        // so that references to it stay valid.
        #[allow(unsafe_code)]
        let map = unsafe { memmap2::Mmap::map(file) };
        Self::open(Box::leak(Box::new(map.map_err(Error::Map)?)))
    }

    /// Whether the checksum in the header is that of the file.
    pub fn is_whole(&self) -> bool {
        let header = self.bytes.get(..CHECKSUM_AT).unwrap_or_default();
        let rest = self.bytes.get(HEADER..).unwrap_or_default();
        checksum(header, std::iter::once(rest)) == self.checksum()
    }

    /// The checksum in the header.
    pub fn checksum(&self) -> u64 {
        let bytes = self.bytes.get(CHECKSUM_AT..).and_then(<[u8]>::first_chunk);
        bytes.map_or(0, |b| u64::from_le_bytes(*b))
    }

    /// Bytes of the file.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Where the names come from, a line for each source.
    pub fn about(&self) -> &str {
        std::str::from_utf8(self.about).unwrap_or_default()
    }

    /// First record of each form, in the order of the slots.
    pub fn forms(&self) -> impl Iterator<Item = usize> {
        let slots = self.slots.iter().flat_map(|bucket| bucket.as_chunks().0);
        slots.filter_map(|s| Slot::from_bytes(*s).record())
    }

    /// Whether a sequence of tokens may be a node: spares the way to the slots, which lie farther
    /// from the processor than the filter.
    #[inline]
    pub fn may_have(&self, hash: NodeHash) -> bool {
        let bits = hash.filter_bits();
        self.filter
            .get(hash.place(self.filter.len()))
            .is_some_and(|w| u64::from_le_bytes(*w) & bits == bits)
    }

    /// The node of a sequence of tokens that passed the filter.
    #[inline]
    pub fn node(&self, hash: NodeHash) -> Option<Slot> {
        let place = hash.place(self.slots.len());
        // Which slot of the bucket it is cannot be foreseen: all are read, so that the processor
        // need not guess.
        let mut found = Slot::EMPTY;
        for slot in self.slots.get(place)?.as_chunks().0 {
            let slot = Slot::from_bytes(*slot);
            found = if slot.tag() == hash.tag() {
                slot
            } else {
                found
            };
        }
        if !found.is_empty() {
            Some(found)
        } else {
            self.far_node(hash, place)
        }
    }

    /// Whether a slot has a node; reads its first meaning, if it has one.
    #[inline]
    pub fn is_near(&self, slot: Slot) -> bool {
        let record = slot.record().and_then(|first| self.records.get(first));
        !slot.is_empty() & record.is_none_or(|r| r[RECORD - 2] < u8::MAX)
    }

    /// A node whose bucket was full, so that it lies in one of the next.
    #[cold]
    fn far_node(&self, hash: NodeHash, place: usize) -> Option<Slot> {
        let (before, from) = self.slots.split_at_checked(place)?;
        let slots = from
            .iter()
            .chain(before)
            .flat_map(|bucket| bucket.as_chunks().0);
        let mut run = slots
            .take(FARTHEST * (BUCKET / SLOT))
            .map(|s| Slot::from_bytes(*s))
            .take_while(|s| !s.is_empty());
        run.find(|s| s.tag() == hash.tag())
    }

    /// The records from one on; the form's own end with [`Record::is_last`].
    #[inline]
    pub fn records(&self, first: usize) -> &[[u8; RECORD]] {
        self.records.get(first..).unwrap_or_default()
    }

    #[inline]
    fn string(&self, begin: usize, length: usize) -> Option<&str> {
        let bytes = self.strings.get(begin..begin.checked_add(length)?)?;
        std::str::from_utf8(bytes).ok()
    }

    #[inline]
    fn id_and_label(&self, record: &Record) -> Option<(&str, &str)> {
        let (begin, id, label) = (
            record.strings as usize,
            record.id_length.into(),
            record.label_length.into(),
        );
        Some((self.string(begin, id)?, self.string(begin + id, label)?))
    }

    /// Id and label of every entity that has them, once for each of its names.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.records(0)
            .iter()
            .filter_map(|r| self.id_and_label(&Record::from_bytes(r)))
            .filter(|(id, _)| !id.is_empty())
    }

    /// A list of language tags.
    pub fn set(&self, number: usize) -> Option<&str> {
        let [a, b, c, d, e, f, g, h] = *self.sets.get(number)?;
        let begin = u32::from_le_bytes([a, b, c, d]);
        let length = u32::from_le_bytes([e, f, g, h]);
        self.string(begin as usize, length as usize)
    }

    pub fn entry(&self, record: &Record) -> Option<Entry<'_>> {
        let (id, label) = self.id_and_label(record)?;
        let country = usize::from(record.country);
        let country_length = if country == 0 { 0 } else { COUNTRY };
        Some(Entry {
            id,
            label,
            kind: *Kind::ALL.get(usize::from(record.kind))?,
            flags: Flags(record.flags.0 & !Flags::INSIDE),
            languages: self.set(usize::from(record.set))?,
            country: self.string(country * COUNTRY, country_length)?,
            wikidata: (record.wikidata != 0).then_some(record.wikidata),
            weight: record.weight,
            own: record.flags.own(),
        })
    }
}

/// Hash of the exact spelling of a name, never 0. It only decides between spellings that fold
/// alike, so 32 bits are plenty.
pub(crate) fn spelling<'t>(tokens: impl Iterator<Item = &'t str>) -> u32 {
    let mut hash = 0x811C_9DC5_u32;
    let mut step = |b: u8| hash = (hash ^ u32::from(b)).wrapping_mul(0x0100_0193);
    for (n, token) in tokens.enumerate() {
        if n > 0 {
            step(b' ');
        }
        token.bytes().for_each(&mut step);
    }
    hash.max(1)
}
