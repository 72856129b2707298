//! What metadata call a language.

use dateline_languages::Folder;
use rustc_hash::FxHashMap;

/// A row of `data/names.tsv`.
pub(crate) struct Row {
    pub tag: &'static str,
    codes: &'static str,
    names: &'static str,
    pub trigrams: &'static str,
}

/// The rows of `data/names.tsv`.
pub(crate) fn rows() -> impl Iterator<Item = Row> {
    include_str!("../data/names.tsv")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .map(|line| {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().unwrap_or_default();
            Row {
                tag: cell(),
                codes: cell(),
                names: cell(),
                trigrams: cell(),
            }
        })
}

/// From codes and names, in small letters, to the tags of folders.
pub(crate) struct Names {
    tags: FxHashMap<String, &'static str>,
}

impl Names {
    /// Of all folders but `root`.
    pub fn new(folders: &[Folder]) -> Self {
        let mut tags = FxHashMap::default();
        for folder in folders.iter().filter(|f| f.tag != "root") {
            tags.insert(folder.tag.to_ascii_lowercase(), folder.tag);
        }
        for row in rows() {
            let Some(&tag) = tags.get(row.tag) else {
                continue;
            };
            let names = row.codes.split(' ').chain(row.names.split(';'));
            for name in names.filter(|n| !n.is_empty()) {
                tags.entry(name.to_lowercase()).or_insert(tag);
            }
        }
        Self { tags }
    }

    /// See [`crate::Detector::resolve`].
    pub fn resolve(&self, name: &str) -> Option<&'static str> {
        if let Some(tag) = self.tags.get(name) {
            return Some(tag);
        }
        // «English (US)», «en_US.UTF-8», «sr@latin»
        let name = name
            .split(['(', '.', '@'])
            .next()
            .unwrap_or_default()
            .trim();
        let name = name.to_lowercase().replace('_', "-");
        if let Some(tag) = self.tags.get(&name) {
            return Some(tag);
        }
        let (base, rest) = name.split_once('-')?;
        let base = self.tags.get(base)?;
        // «eng-GB» and «zh-Hant-TW» have folders under the shorter tags, if any.
        let region = rest.rsplit('-').next().unwrap_or_default();
        Some(self.tags.get(&format!("{base}-{region}")).unwrap_or(base))
    }
}
