//! What is known of each language: one folder of plain data each (`data/<tag>/`), the loader,
//! inheritance, and the compiled [`Lexicon`].
//!
//! A folder holds `language.toml`, any number of `*.tsv` tables (slot, form, value, flags),
//! `rules.toml`, `function_words.txt` and `cases.toml`. Nothing names the languages but the
//! folders themselves. `docs/adding-a-language.md` tells how to write one.

mod lexicon;
mod pack;

pub use lexicon::{Lexicon, Occurrence, SlotId, Value};
pub use pack::{
    CaseRule, Coverage, DateOrder, Error, Folder, Language, Library, Pack, Row, RuleFile, embedded,
    expand,
};
