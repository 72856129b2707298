//! Every table, column, type and meaning, read from `schema.toml`.
//!
//! The one description of the output: writers are tested against it, and the codebook, the data
//! package and the first sheet of the workbook are made from it.

use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;

/// The tables that dateline writes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// Version of the schema: grows when a column is renamed or changes its meaning.
    pub version: String,
    /// The columns with which every table of facts begins.
    pub common: Vec<Column>,
    /// The tables in the order in which they are documented.
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
}

/// One table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Name, which is also that of its file without extension.
    pub name: String,
    /// What one row stands for.
    pub row: String,
    /// What the table holds.
    pub about: String,
    /// The columns that together tell its rows apart; empty where nothing does.
    pub key: Vec<String>,
    /// Whether each row is a fact, with evidence in the common columns.
    #[serde(default)]
    pub facts: bool,
    /// All columns in order, the common ones included.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Name in every format.
    pub name: String,
    /// Type of its cells.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// What it means.
    pub about: String,
    /// Whether a cell is never empty.
    #[serde(default)]
    pub required: bool,
    /// Allowed values with their meanings; empty where any value is allowed.
    #[serde(default)]
    pub values: Vec<(String, String)>,
    /// Whether values that are not listed can occur.
    #[serde(default)]
    pub open: bool,
}

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColumnType {
    /// Text.
    String,
    /// Strings joined by `; `.
    List,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `TRUE` or `FALSE`.
    Boolean,
    /// A full calendar day, `YYYY-MM-DD`.
    Date,
}

impl ColumnType {
    /// The name as written in the schema.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::List => "list",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
        }
    }
}

impl Schema {
    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl Table {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Column {
    /// Whether the schema allows a cell with that text; the type is not looked at.
    pub fn allows(&self, value: &str) -> bool {
        match value {
            "" => !self.required,
            _ if self.values.is_empty() || self.open => true,
            _ => self.values.iter().any(|(allowed, _)| allowed == value),
        }
    }
}

/// The schema of this version.
pub fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
        let mut schema: Schema = toml::from_str(include_str!("../schema.toml"))
            .expect("schema.toml is part of the program and read by its tests");
        for table in schema.tables.iter_mut().filter(|table| table.facts) {
            table.columns.splice(0..0, schema.common.iter().cloned());
        }
        schema
    });
    &SCHEMA
}

/// The codebook: every table and column as Markdown.
pub fn codebook_markdown() -> String {
    let schema = schema();
    let mut page = format!("# Codebook\n\nVersion {} of the tables.\n", schema.version);
    page.push_str("\n## Columns of every fact\n\nAll tables of facts begin with these columns.\n");
    columns_markdown(&mut page, &schema.common);
    for table in &schema.tables {
        let _ = write!(
            page,
            "\n## {}\n\n{} One row is {}.",
            table.name, table.about, table.row
        );
        if !table.key.is_empty() {
            let _ = write!(page, " Key: `{}`.", table.key.join("`, `"));
        }
        page.push('\n');
        let own = if table.facts {
            page.push_str("After the columns of every fact:\n");
            table.columns.get(schema.common.len()..).unwrap_or_default()
        } else {
            &table.columns
        };
        columns_markdown(&mut page, own);
    }
    page
}

fn columns_markdown(page: &mut String, columns: &[Column]) {
    page.push_str("\n| column | type | meaning |\n|---|---|---|\n");
    for column in columns {
        let _ = write!(
            page,
            "| `{}` | {} | {}",
            column.name,
            column.kind.as_str(),
            column.about.replace('|', "\\|")
        );
        for (at, (value, meaning)) in column.values.iter().enumerate() {
            let lead = if at == 0 { "<br>" } else { "; " };
            let _ = write!(page, "{lead}`{value}`: {}", meaning.replace('|', "\\|"));
        }
        if column.open {
            page.push_str("; others can occur");
        }
        page.push_str(" |\n");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{DateKind, MentionKind, NameType, RejectCode, Zone};

    fn values(table: &str, column: &str) -> Vec<&'static str> {
        let column = schema().table(table).and_then(|t| t.column(column));
        let values = &column.expect("a column of the schema").values;
        values.iter().map(|(value, _)| value.as_str()).collect()
    }

    #[test]
    fn names_are_unique_snake_case_and_explained() {
        let snake = |name: &str| name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'_'));
        let mut tables = BTreeSet::new();
        for table in &schema().tables {
            assert!(
                snake(&table.name) && tables.insert(&table.name),
                "{}",
                table.name
            );
            let mut columns = BTreeSet::new();
            for column in &table.columns {
                let name = format!("{}.{}", table.name, column.name);
                assert!(
                    snake(&column.name) && columns.insert(&column.name),
                    "{name}"
                );
                assert!(column.about.ends_with(['.', ')']), "{name}");
                assert!(!column.open || !column.values.is_empty(), "{name}");
            }
            for key in &table.key {
                assert!(
                    table.column(key).is_some_and(|c| c.required),
                    "{}.{key}",
                    table.name
                );
            }
        }
    }

    #[test]
    fn facts_begin_with_the_common_columns() {
        for table in schema().tables.iter().filter(|table| table.facts) {
            for (column, common) in table.columns.iter().zip(&schema().common) {
                assert_eq!(column.name, common.name, "{}", table.name);
            }
        }
    }

    #[test]
    fn listed_values_are_those_of_the_model() {
        let types = [
            NameType::Person,
            NameType::Organization,
            NameType::Place,
            NameType::Other,
        ];
        for table in ["mentions", "article_entities", "entities"] {
            assert_eq!(
                values(table, "type"),
                types.map(NameType::as_str),
                "{table}"
            );
        }
        let kinds = [MentionKind::Full, MentionKind::Short, MentionKind::Acronym];
        assert_eq!(
            values("mentions", "mention_kind"),
            kinds.map(MentionKind::as_str)
        );
        let zones = [
            Zone::Title,
            Zone::Dateline,
            Zone::Heading,
            Zone::Body,
            Zone::Credit,
            Zone::Boilerplate,
        ];
        assert_eq!(values("mentions", "zone"), zones.map(Zone::as_str));
        let kinds = [
            DateKind::Date,
            DateKind::Time,
            DateKind::Duration,
            DateKind::Repeated,
        ];
        assert_eq!(values("dates", "kind"), kinds.map(DateKind::as_str));
        assert_eq!(
            values("dates", "timex_type"),
            kinds.map(DateKind::timex_type)
        );
        let codes = [
            RejectCode::FileUnreadable,
            RejectCode::FileUnknownKind,
            RejectCode::CompressionBroken,
            RejectCode::ArchiveMember,
            RejectCode::EncodingInvalid,
            RejectCode::JsonSyntax,
            RejectCode::CsvSyntax,
            RejectCode::FieldMissing,
            RejectCode::TextEmpty,
            RejectCode::RecordTooLarge,
        ];
        assert_eq!(values("rejects", "code"), codes.map(RejectCode::as_str));
    }

    #[test]
    fn a_cell_is_allowed_or_not() {
        let table = schema().table("dates").expect("a table");
        let column = |name| table.column(name).expect("a column");
        assert!(column("relation").allows("before") && column("relation").allows(""));
        assert!(!column("relation").allows("earlier"));
        assert!(column("precision").allows("fortnight"), "the list is open");
        assert!(!column("kind").allows(""), "the column is required");
    }

    #[test]
    fn codebook_names_every_column() {
        let page = codebook_markdown();
        for table in &schema().tables {
            assert!(
                page.contains(&format!("\n## {}\n", table.name)),
                "{}",
                table.name
            );
            for column in &table.columns {
                assert!(
                    page.contains(&format!("| `{}` |", column.name)),
                    "{}",
                    column.name
                );
            }
        }
    }
}
