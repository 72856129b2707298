//! What is to be written, and how.

use dateline_model::schema;

use crate::Error;

/// A file format of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A CSV file for each table.
    Csv,
    /// `articles.jsonl`, one article with all its facts a line, and a file for each other table.
    Jsonl,
    /// A workbook, `dateline.xlsx`, with a sheet for each table.
    Xlsx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Jsonl, Self::Xlsx];

    /// The name as users write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

/// A table of the output, in the order of the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// Every article that was read.
    Articles,
    /// Names where they stand.
    Mentions,
    /// Mentions counted in each article.
    ArticleEntities,
    /// Entities over the run.
    Entities,
    /// Time expressions.
    Dates,
    /// Quotations.
    Quotes,
    /// Amounts.
    Amounts,
    /// What was not read.
    Rejects,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 8] = [
        Self::Articles,
        Self::Mentions,
        Self::ArticleEntities,
        Self::Entities,
        Self::Dates,
        Self::Quotes,
        Self::Amounts,
        Self::Rejects,
    ];

    /// The name, as in the schema.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Articles => "articles",
            Self::Mentions => "mentions",
            Self::ArticleEntities => "article_entities",
            Self::Entities => "entities",
            Self::Dates => "dates",
            Self::Quotes => "quotes",
            Self::Amounts => "amounts",
            Self::Rejects => "rejects",
        }
    }

    /// The table of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.as_str() == name)
    }

    /// The tables whose rows are arrays inside an article in JSON Lines.
    pub(crate) const FACTS: [Self; 4] = [Self::Mentions, Self::Dates, Self::Quotes, Self::Amounts];

    /// Whether its rows stand in `articles.jsonl`, articles with their facts inside, and not in a file of their own.
    #[inline]
    pub(crate) fn nests_in_jsonl(self) -> bool {
        !matches!(self, Self::ArticleEntities | Self::Entities | Self::Rejects)
    }

    pub(crate) fn columns(self) -> &'static [schema::Column] {
        let table = schema::schema().table(self.as_str());
        table.map_or(&[], |table| table.columns.as_slice())
    }
}

/// A set of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tables(u8);

impl Tables {
    /// All tables.
    pub const ALL: Self = Self(u8::MAX);

    /// Whether the table is in the set.
    pub fn contains(self, table: Table) -> bool {
        self.0 & (1 << table as u8) != 0
    }

    /// The tables of the set, in the order of the schema.
    pub fn iter(self) -> impl Iterator<Item = Table> {
        Table::ALL
            .into_iter()
            .filter(move |&table| self.contains(table))
    }
}

impl FromIterator<Table> for Tables {
    fn from_iter<I: IntoIterator<Item = Table>>(tables: I) -> Self {
        let bits = tables.into_iter().map(|table| 1 << table as u8);
        Self(bits.fold(0, |set, bit: u8| set | bit))
    }
}

/// How CSV files are made for Excel in a certain locale: byte order mark, CRLF, cells that would be formulas disarmed,
/// and the mark between cells that this locale expects. Numbers keep their decimal point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcelLocale {
    tag: String,
    delimiter: u8,
}

impl ExcelLocale {
    /// The locale of a language tag (`en`, `fr`, `es-MX`); an empty tag means `en`.
    ///
    /// # Errors
    /// [`Error::ExcelLocale`] for a language that is not known.
    pub fn new(tag: &str) -> Result<Self, Error> {
        let tag = if tag.is_empty() { "en" } else { tag }.replace('_', "-");
        let language = tag.split('-').next().unwrap_or_default();
        let separator = separator(&tag).or_else(|| separator(language));
        match separator.and_then(|separator| separator.bytes().next()) {
            Some(delimiter) => Ok(Self { tag, delimiter }),
            None => Err(Error::ExcelLocale { tag }),
        }
    }

    /// The language tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    pub(crate) fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

fn separator(tag: &str) -> Option<&'static str> {
    let rows = include_str!("../data/excel_separators.tsv").lines();
    let mut rows = rows.filter_map(|row| row.split_once('\t'));
    rows.find(|(known, _)| known.eq_ignore_ascii_case(tag))
        .map(|(_, mark)| mark)
}

/// What is to be written, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Formats; several can be written at once.
    pub formats: Vec<Format>,
    /// Whether the texts are written too, so that offsets can be looked up.
    pub texts: bool,
    /// Whether each fact comes with its sentence.
    pub sentences: bool,
    /// Whether facts in boilerplate are written.
    pub all_zones: bool,
    /// CSV for Excel.
    pub excel: Option<ExcelLocale>,
    /// The tables that are written.
    pub only: Tables,
    /// Bytes that counting `entities` may hold in memory before it goes on in temporary files. It never changes what is
    /// written.
    pub memory: u64,
}

impl Default for Settings {
    /// CSV of all tables, with texts and sentences.
    fn default() -> Self {
        Self {
            formats: vec![Format::Csv],
            texts: true,
            sentences: true,
            all_zones: false,
            excel: None,
            only: Tables::ALL,
            memory: 64 << 20,
        }
    }
}

impl Settings {
    pub(crate) fn has(&self, format: Format) -> bool {
        self.formats.contains(&format)
    }

    /// JSON Lines hold the texts themselves.
    pub(crate) fn texts_file(&self) -> bool {
        self.texts && self.formats.iter().any(|&format| format != Format::Jsonl)
    }

    /// Articles are also the containers of their facts in JSON Lines.
    pub(crate) fn jsonl_articles(&self) -> bool {
        self.only.iter().any(Table::nests_in_jsonl)
    }

    /// The columns that are written of a table.
    pub(crate) fn columns(&self, table: Table) -> impl Iterator<Item = &'static schema::Column> {
        let columns = table.columns().iter();
        let sentences = self.sentences;
        columns.filter(move |column| sentences || column.name != "sentence_text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_those_of_the_schema() {
        let names = schema::schema()
            .tables
            .iter()
            .map(|table| table.name.as_str());
        assert!(names.eq(Table::ALL.map(Table::as_str)));
        let facts = schema::schema().tables.iter().filter(|table| table.facts);
        assert!(
            facts
                .map(|table| table.name.as_str())
                .eq(Table::FACTS.map(Table::as_str))
        );
        assert!(Tables::ALL.iter().eq(Table::ALL));
        let some: Tables = [Table::Dates, Table::Rejects].into_iter().collect();
        assert!(some.iter().eq([Table::Dates, Table::Rejects]));
    }

    #[test]
    fn excel_separators_follow_the_locale() {
        let delimiter = |tag| ExcelLocale::new(tag).map(|locale| locale.delimiter()).ok();
        assert_eq!(delimiter(""), Some(b','));
        assert_eq!(delimiter("fr"), Some(b';'));
        assert_eq!(delimiter("de_CH"), Some(b';'));
        assert_eq!(delimiter("es"), Some(b';'));
        assert_eq!(delimiter("es-MX"), Some(b','));
        assert_eq!(delimiter("qq"), None);
        assert_eq!(delimiter("#"), None);
    }
}
