/// Why a table or a compiled gazetteer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("{file}: cannot be read: {source}")]
    Read {
        /// Name of the file.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A row of a table, or of a user's file of names.
    #[error("{file}, row {row}: {message}")]
    Row {
        /// Name of the file.
        file: String,
        /// Number of its line in the file, from 1.
        row: u64,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A compiled gazetteer that is cut short or changed.
    #[error("the compiled gazetteer is damaged: {0}")]
    Damaged(&'static str),
    /// A compiled gazetteer of another version of the form.
    #[error("it was compiled by another version of dateline: build it anew")]
    Version,
    /// A compiled gazetteer that the system does not map into memory.
    #[error("cannot be mapped into memory: {0}")]
    Map(std::io::Error),
    /// More layers than can lie over each other.
    #[error("more than {0} lists of names; `dateline gazetteer build` makes one of many")]
    TooMany(usize),
    /// More than the compiled form can hold.
    #[error("the gazetteer is too large: {0}")]
    TooLarge(&'static str),
    /// Two names, folded, that the compiled form cannot tell apart: one of them has to go.
    #[error("«{0}» and «{1}» have one hash; leave one out, or write it in another way")]
    Collision(String, String),
}
