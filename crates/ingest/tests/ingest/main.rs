//! Files of every kind, made on the spot, through the whole crate.

mod arbitrary;
mod archives;
mod html;
mod inputs;
mod json;
mod support;
mod tables;
mod text;
