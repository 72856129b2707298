//! Which language a text is in.
//!
//! Evidence comes in the order of its price, and dearer evidence is asked only where the cheaper
//! hesitates:
//!
//! 1. **Script.** Greek, Thai or Hangul letters leave one language.
//! 2. **Function words.** The tokens that everything else needs anyway are looked up in one table
//!    of all languages (`crates/languages/data/<tag>/function_words.txt`, commonest first). A word
//!    speaks for each language that has it, a little less the more languages share it.
//! 3. **Spelling.** Letters, groups of letters, beginnings and endings
//!    (`spelling.txt` of the same folders).
//! 4. **Trigrams.** whatlang, given only the candidates that are left. It always answers and lacks
//!    many languages, so that it may only rule out languages that it knows.
//!
//! Two places in the first kilobyte of a text are read, all of it where these leave a doubt, and more
//! while nothing is decided. A text that fits no
//! language is `und`. A language is known by its folder: nothing here names one.

mod detector;
mod names;
mod spelling;
mod trigrams;
mod words;

pub use detector::{Detector, Guess, Method};
