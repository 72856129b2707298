//! The program as a user calls it: one binary for all integration tests.

mod bad_input;
mod commands;
mod corpus;
mod gazetteer;
mod learn;
mod options;
mod same_bytes;
mod support;
