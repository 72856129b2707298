//! From lists to a layer.

use crate::compile::{CommonWords, Compiled, Name, Names};
use crate::layer::{Layer, Record};
use crate::lists::{Below, Choice, Counts, Format, Lists, Sink};
use crate::{EMBEDDED, Error, Kind};
use std::io::BufRead;
use std::sync::Arc;

/// Gathers names from lists and compiles them into a layer.
pub struct Builder {
    names: Names,
    lists: Lists,
    /// The layers over which this one will lie, topmost first.
    below: Vec<Arc<Layer>>,
    common: CommonWords,
}

impl Sink for Names {
    fn take(&mut self, name: &Name<'_>, _line: u64) -> Result<(), String> {
        self.add(name).map(drop)
    }
}

impl Below {
    /// What the embedded gazetteer calls the items of Wikidata.
    pub(crate) fn of(layer: &Layer) -> Below {
        let mut below = Below::default();
        for bytes in layer.records(0) {
            let record = Record::from_bytes(bytes);
            let is_entity = record.kind != Kind::Demonym as u8 && record.wikidata != 0;
            if !is_entity || below.ids.contains_key(&record.wikidata) {
                continue;
            }
            let Some(entry) = layer.entry(&record) else {
                continue;
            };
            below.ids.insert(record.wikidata, entry.id.into());
            if entry.kind == Kind::Country {
                below
                    .countries
                    .insert(record.wikidata, entry.country.into());
            }
        }
        below
    }
}

impl Builder {
    /// For a layer over the embedded gazetteer. What a dump calls by one of the `common` words is
    /// marked as weak.
    pub fn new(choice: Choice, common: CommonWords) -> Builder {
        let mut builder = Self::over(vec![EMBEDDED.clone()], choice);
        builder.lists.below = Below::of(&EMBEDDED);
        builder.common = common;
        builder
    }

    /// For a layer over these.
    pub(crate) fn over(below: Vec<Arc<Layer>>, choice: Choice) -> Builder {
        Builder {
            names: Names::default(),
            lists: Lists::new(choice, Below::default()),
            below,
            common: CommonWords::default(),
        }
    }

    /// Adds the names of a list. `reject` gets each row that is wrong, with its place and what would
    /// be right; where it returns an error, the reading ends with it.
    ///
    /// # Errors
    /// A list that cannot be read, and what `reject` returns.
    pub fn read(
        &mut self,
        file: &str,
        format: Format,
        input: impl BufRead,
        reject: &mut dyn FnMut(Error) -> Result<(), Error>,
    ) -> Result<Counts, Error> {
        self.lists
            .read(file, format, input, &mut self.names, reject)
    }

    /// Compiles the names. The same names give the same bytes, in whatever order they came. `about`
    /// tells in a line for each list where they come from.
    ///
    /// # Errors
    /// More names than a layer can hold.
    pub fn finish(self, about: &str) -> Result<Compiled, Error> {
        let below: Vec<&Layer> = self.below.iter().map(|l| &**l).collect();
        self.names.compile(&below, &self.common, about)
    }
}
