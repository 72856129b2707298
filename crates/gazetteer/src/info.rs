//! What stands in a layer.

use crate::Kind;
use crate::kind::Flags;
use crate::layer::{Layer, Record};
use std::collections::BTreeMap;

/// What stands in a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// Bytes of the file.
    pub bytes: usize,
    /// The checksum of the file as its header tells it.
    pub checksum: u64,
    /// Whether it is that of the file.
    pub whole: bool,
    /// Sequences of words that are names, whatever they mean.
    pub forms: u64,
    /// Entities; given names and surnames are none.
    pub entities: u64,
    /// Names and entities of each kind. A name that stands for two things counts twice.
    pub kinds: BTreeMap<Kind, (u64, u64)>,
    /// Names in each language; those of any language under `""`.
    pub languages: BTreeMap<String, u64>,
    /// Names that are acronyms, weak, never alone, historic, of a user's own list: see [`Flags`].
    pub flags: [(char, u64); 5],
    /// Where the names come from, a line for each source, with tabs.
    pub about: String,
}

impl Info {
    pub(crate) fn of(layer: &Layer) -> Info {
        let mut forms = 0;
        let mut kinds: BTreeMap<Kind, (u64, u64)> = BTreeMap::new();
        let mut sets: BTreeMap<u16, u64> = BTreeMap::new();
        let mut flags = [
            ('a', Flags::ACRONYM, 0),
            ('w', Flags::WEAK, 0),
            ('x', Flags::NEVER_ALONE, 0),
            ('h', Flags::HISTORIC, 0),
            ('o', Flags::OWN, 0),
        ];
        let mut entities: Vec<(Kind, u32, u16)> = Vec::new();
        let mut room = 1 << 20;
        for first in layer.forms() {
            forms += 1;
            for bytes in layer.records(first) {
                let record = Record::from_bytes(bytes);
                if let Some(kind) = Kind::ALL.get(usize::from(record.kind)) {
                    kinds.entry(*kind).or_default().0 += 1;
                    if record.id_length > 0 {
                        entities.push((*kind, record.strings, record.id_length));
                    }
                }
                *sets.entry(record.set).or_default() += 1;
                for (_, flag, count) in &mut flags {
                    *count += u64::from(record.flags.0 & *flag != 0);
                }
                if record.is_last() {
                    break;
                }
            }
            // Most entities have many names.
            if entities.len() > room {
                entities.sort_unstable();
                entities.dedup();
                room = room.max(2 * entities.len());
            }
        }
        entities.sort_unstable();
        entities.dedup();
        for (kind, ..) in &entities {
            kinds.entry(*kind).or_default().1 += 1;
        }
        // The place of a demonym is an entity already.
        let entities = entities.iter().filter(|e| e.0 != Kind::Demonym).count() as u64;
        let mut languages: BTreeMap<String, u64> = BTreeMap::new();
        for (set, count) in sets {
            for tag in layer.set(usize::from(set)).unwrap_or_default().split(' ') {
                *languages.entry(tag.into()).or_default() += count;
            }
        }
        Info {
            bytes: layer.size(),
            checksum: layer.checksum(),
            whole: layer.is_whole(),
            forms,
            entities,
            kinds,
            languages,
            flags: flags.map(|(letter, _, count)| (letter, count)),
            about: layer.about().into(),
        }
    }
}
