//! Temporal expressions: from rule matches to TIMEX3 values and days.
//!
//! Finding ([`Matcher`](dateline_rules::RuleSet)), meaning ([`Temporal`]), the publication day
//! ([`publication`]) and resolution are separate steps: the meaning of every expression is known
//! before the publication day is decided, because an undated article is dated by them.

mod calendars;
mod check;
mod civil;
mod find;
mod holidays;
mod publication;
mod resolve;
mod temporal;

pub use calendars::Calendar;
pub use check::{Checker, Report, Trial};
pub use find::{Dates, Domain, Expression, Settings};
pub use publication::{Publication, Source, publication};
pub use resolve::{Reference, Resolved, Tense, resolve};
pub use temporal::{CONSTRUCTORS, Count, Partial, Style, Temporal, Unit, build};
