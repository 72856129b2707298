//! The pages that are made from `schema.toml`: `docs/codebook.md`, and the list of tables in the README.

use anyhow::{Context, Result};
use dateline_model::schema::{codebook_markdown, schema};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What stands around the list of tables in the README.
const BEGIN: &str = "<!-- tables: made by `cargo run -p xtask -- codebook` -->\n";
const END: &str = "<!-- end of tables -->\n";

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(name)
}

/// Writes both pages.
pub fn run() -> Result<()> {
    std::fs::write(page("docs/codebook.md"), codebook()).context("docs/codebook.md")?;
    let readme = std::fs::read_to_string(page("README.md")).context("README.md")?;
    std::fs::write(page("README.md"), with_tables(&readme)?).context("README.md")
}

fn codebook() -> String {
    codebook_markdown().replacen(
        "# Codebook\n",
        "# Codebook\n\nMade by `cargo run -p xtask -- codebook` from `crates/model/schema.toml`; edits here are lost.\n",
        1,
    )
}

/// The README with the list of tables that the schema has.
fn with_tables(readme: &str) -> Result<String> {
    let (before, rest) = readme
        .split_once(BEGIN)
        .context("the README has no place for the tables")?;
    let (_, after) = rest
        .split_once(END)
        .context("the README's tables have no end")?;
    let mut tables = String::from("| table | one row is | what it holds |\n|---|---|---|\n");
    for table in &schema().tables {
        let _ = writeln!(
            tables,
            "| [`{0}`](docs/codebook.md#{0}) | {1} | {2} |",
            table.name, table.row, table.about
        );
    }
    Ok(format!("{before}{BEGIN}{tables}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_current() {
        const RENEW: &str = "renew it with `cargo run -p xtask -- codebook`";
        let read = |name: &str| {
            std::fs::read_to_string(page(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
        };
        assert!(
            read("docs/codebook.md") == codebook(),
            "docs/codebook.md is not what schema.toml says; {RENEW}"
        );
        let readme = read("README.md");
        let made = with_tables(&readme).unwrap_or_else(|e| panic!("{e}"));
        assert!(
            readme == made,
            "the README's tables are not those of schema.toml; {RENEW}"
        );
    }

    #[test]
    fn tables_stand_between_their_marks() {
        let page =
            with_tables(&format!("a\n{BEGIN}stale\n{END}z\n")).expect("both marks are there");
        assert!(page.starts_with("a\n") && page.ends_with("z\n") && !page.contains("stale"));
        assert!(page.contains("[`mentions`](docs/codebook.md#mentions)"));
        assert!(with_tables("nothing").is_err());
    }
}
