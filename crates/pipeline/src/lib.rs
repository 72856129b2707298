//! Articles through all rooms: parallel, ordered, bounded.

mod engine;
mod learn;
mod run;
mod witness;

pub use engine::{Engine, Language, Settings, Worker, date_order};
pub use learn::{Corpus, LearnedNames, MARK, learn};
pub use run::{Counts, Limits, Progress, run};
pub use witness::Witness;

/// What stops a run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A language pack.
    #[error(transparent)]
    Language(#[from] dateline_languages::Error),
    /// A rule.
    #[error(transparent)]
    Rule(#[from] dateline_rules::Error),
    /// A table cannot be written.
    #[error(transparent)]
    Export(#[from] dateline_export::Error),
    /// The user stopped the run.
    #[error("stopped before the end; no table was written")]
    Stopped,
}
