//! What an article and a fact are: the plain data that all rooms hand to each other.
//!
//! Positions inside the program are **byte** offsets into UTF-8 text; they become code points
//! (the unit of the tables) only when rows are made. Days are proleptic Gregorian calendar days
//! as printed in the article: no time zone is ever applied.

mod article;
mod facts;
pub mod schema;
mod short;

pub use article::{Article, Reject, RejectCode};
pub use facts::{
    Amount, ArticleFacts, ArticleRow, DateKind, Evidence, Field, Mention, MentionKind, NameType,
    Quote, Span, TimeExpression, Zone,
};
pub use short::Short;
