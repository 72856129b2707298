//! Articles through all rooms: parallel, ordered, bounded.

mod engine;

pub use engine::{Engine, Language, Settings, date_order};

/// What stops a run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A language pack.
    #[error(transparent)]
    Language(#[from] dateline_languages::Error),
    /// A rule.
    #[error(transparent)]
    Rule(#[from] dateline_rules::Error),
}
