//! Rules as data: the format of `rules.toml`, its compilation, and the one matcher.
//!
//! A rule matches *slot occurrences*: ranges of tokens with a value, produced by the pack's
//! tables and by the built-in number slots. All rules of a kind stand in one trie over slots;
//! tokens that no rule asks for end a match, tokens of a rule's rarest slot begin the search
//! (see [`RuleSet::matches`]), so that text without triggers costs one look-up a token.

mod arbitrate;
mod automaton;
mod matcher;
mod neighbours;
mod numbers;
mod pattern;
mod rule;

pub use arbitrate::{Claim, arbitrate};
pub use matcher::{Match, RuleSet, SlotValue};
pub use numbers::{BUILT_IN, NumberStyle};
pub use pattern::Expr;
pub use rule::{Anchor, Direction, Error, Example, Rule, Status, read_rules};
