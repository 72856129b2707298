//! Every table, column, type and meaning, read from `schema.toml`.
