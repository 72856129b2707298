//! Rules as data: the format of `rules.toml`, its compilation, and the one matcher.
//!
//! A rule matches *slot occurrences*: ranges of tokens with a value, produced by the pack's
//! tables and by the built-in number slots. All rules of a language stand in one automaton over slots,
//! which is first walked backwards (see [`RuleSet::matches`]), so that text without dates costs one look at
//! each token.

mod arbitrate;
mod automaton;
mod matcher;
mod numbers;
mod pattern;
mod reverse;
mod rule;

pub use arbitrate::{Claim, arbitrate};
pub use matcher::{Match, RuleSet, Scratch, SlotValue};
pub use numbers::{BUILT_IN, NumberStyle};
pub use pattern::Expr;
pub use rule::{Anchor, Direction, Error, Example, Rule, Status, read_rules};
