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
    /// A compiled gazetteer that is cut short, or made by another version.
    #[error("the compiled gazetteer is damaged: {0}")]
    Damaged(&'static str),
    /// More than the compiled form can hold.
    #[error("the gazetteer is too large: {0}")]
    TooLarge(&'static str),
    /// Two names, folded, that the compiled form cannot tell apart: one of them has to go.
    #[error("«{0}» and «{1}» have one hash; leave one out, or write it in another way")]
    Collision(String, String),
}
