//! Files of every kind, made on the spot, through the whole crate.

mod json;
mod support;
mod text;
