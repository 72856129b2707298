//! The shape of text without any language: tokens, scripts, folding.
//!
//! [`tokenize`] cuts a text into [`Token`]s that tile it: between two tokens there is nothing but
//! white space and invisible characters. Words are cut at apostrophes, hyphens and borders
//! between letters and digits, so that one table form («aujourd'hui», «third-quarter», «3月»)
//! means the same in every script; what stands together in print is glued ([`Gap::Glued`]).
//! Scripts that write no spaces give one token a character.
//!
//! Every token carries the [`word_key`] of its case-folded form: the one hash that function
//! words, language packs and the gazetteer's first-token test share.

mod classes;
mod fold;
#[cfg(target_arch = "x86_64")]
mod simd;
mod token;

pub use classes::{Script, script_of};
pub use fold::{fold, fold_into, word_key};
pub use token::{Case, Gap, Kind, Outline, Token, digits_value, outline, tokenize};
