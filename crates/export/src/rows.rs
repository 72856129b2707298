//! Which cells a row has: the one place, for every format.

use dateline_model::{
    Amount, ArticleFacts, ArticleRow, Evidence, Mention, Quote, Reject, TimeExpression,
};

use crate::bytes::Piece;
use crate::day::day_text;
use crate::entities::Entity;
use crate::settings::Table;

/// A column, by its name as the key of a JSON object: quoted, after a comma, and with what follows it, so that all of
/// that is one copy of known length.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    /// With the colon.
    pub key: Piece,
    /// … and the quotation mark that opens a string.
    pub quote: Piece,
    /// … and `null`.
    pub null: Piece,
}

macro_rules! col {
    ($name:literal) => {
        const {
            Column {
                key: Piece::new(&[",\"", $name, "\":"]),
                quote: Piece::new(&[",\"", $name, "\":\""]),
                null: Piece::new(&[",\"", $name, "\":null"]),
            }
        }
    };
}

/// Takes the cells of one row after the other. An empty string means unknown, in every format.
pub(crate) trait Cells {
    /// Whether a row of facts repeats what is known of its article.
    const REPEATS_ARTICLE: bool = true;

    fn text(&mut self, column: Column, value: &str);
    /// One of the words of the schema, in which no format has anything to escape.
    #[inline(always)]
    fn word(&mut self, column: Column, value: &'static str) {
        self.text(column, value);
    }
    /// Text with a number behind it.
    fn numbered(&mut self, column: Column, prefix: &str, number: u64) {
        self.text(column, &format!("{prefix}{number}"));
    }
    fn integer(&mut self, column: Column, value: Option<u64>);
    fn number(&mut self, column: Column, value: Option<f32>);
    fn flag(&mut self, column: Column, value: bool);
    /// A full day, `YYYY-MM-DD`.
    #[inline(always)]
    fn day(&mut self, column: Column, value: &str) {
        self.text(column, value);
    }
    /// Strings joined by `; `.
    #[inline(always)]
    fn list(&mut self, column: Column, value: &str) {
        self.text(column, value);
    }
    /// The sentence; `again` where it is that of the row before.
    fn sentence(&mut self, column: Column, value: &str, again: bool) {
        let _ = again;
        self.text(column, value);
    }
}

/// A row of a table.
pub(crate) trait Row {
    const TABLE: Table;
    fn cells<C: Cells>(&self, cells: &mut C);
}

/// A row of `articles`; the counts are those of rows that are written.
pub(crate) struct Article<'a> {
    pub facts: &'a ArticleFacts<'a>,
    pub n_mentions: u64,
    pub n_dates: u64,
    pub n_quotes: u64,
    pub n_amounts: u64,
}

impl Row for Article<'_> {
    const TABLE: Table = Table::Articles;

    #[inline(always)]
    fn cells<C: Cells>(&self, cells: &mut C) {
        let row = &self.facts.article;
        cells.text(col!("article_id"), &row.article_id);
        cells.text(col!("source_file"), &row.source_file);
        cells.integer(col!("record"), Some(row.record));
        cells.text(col!("source_id"), &row.source_id);
        cells.text(col!("title"), title(self.facts));
        cells.day(col!("published"), &row.published);
        cells.word(col!("published_precision"), row.published_precision);
        cells.word(col!("published_basis"), row.published_basis);
        cells.list(col!("published_alternatives"), &row.published_alternatives);
        cells.text(col!("outlet"), &row.outlet);
        cells.text(col!("agency"), &row.agency);
        cells.list(col!("authors"), &row.authors);
        cells.text(col!("url"), &row.url);
        cells.word(col!("language"), row.language);
        cells.number(col!("language_confidence"), Some(row.language_confidence));
        cells.word(col!("coverage"), row.coverage);
        cells.integer(col!("n_words"), Some(u64::from(row.n_words)));
        cells.integer(col!("n_mentions"), Some(self.n_mentions));
        cells.integer(col!("n_dates"), Some(self.n_dates));
        cells.integer(col!("n_quotes"), Some(self.n_quotes));
        cells.integer(col!("n_amounts"), Some(self.n_amounts));
        cells.text(col!("text_hash"), &row.text_hash);
    }
}

/// The title in which spans count, where there is one: offsets must fit what is printed.
fn title<'a>(facts: &'a ArticleFacts<'_>) -> &'a str {
    if facts.title.is_empty() {
        &facts.article.title
    } else {
        &facts.title
    }
}

/// What all facts have: where they stand and why.
pub(crate) struct Fact<'a> {
    pub article: &'a ArticleRow,
    /// The id but for its number.
    pub id_prefix: &'a str,
    pub ordinal: u64,
    pub text: &'a str,
    /// The sentence and whether it is that of the row before; nothing where sentences are not written.
    pub sentence: Option<(&'a str, bool)>,
    pub start: u64,
    pub end: u64,
    pub evidence: &'a Evidence,
}

impl Fact<'_> {
    #[inline(always)]
    fn cells<C: Cells>(&self, cells: &mut C) {
        if C::REPEATS_ARTICLE {
            cells.text(col!("article_id"), &self.article.article_id);
        }
        cells.numbered(col!("fact_id"), self.id_prefix, self.ordinal);
        if C::REPEATS_ARTICLE {
            cells.day(col!("published"), &self.article.published);
            cells.word(col!("language"), self.article.language);
            cells.text(col!("outlet"), &self.article.outlet);
        }
        cells.text(col!("text"), self.text);
        if let Some((sentence, again)) = self.sentence {
            cells.sentence(col!("sentence_text"), sentence, again);
        }
        cells.word(col!("zone"), self.evidence.zone.as_str());
        cells.word(col!("field"), self.evidence.field.as_str());
        cells.integer(col!("start"), Some(self.start));
        cells.integer(col!("end"), Some(self.end));
        cells.integer(col!("sentence"), Some(u64::from(self.evidence.sentence)));
        cells.word(col!("rule"), self.evidence.rule);
    }
}

/// A fact of an article that is a row of a table.
pub(crate) trait FactRow {
    const TABLE: Table;
    /// Begins the number in `fact_id`.
    const LETTER: char;
    fn evidence(&self) -> &Evidence;
    fn own_cells<C: Cells>(&self, cells: &mut C);
}

impl<F: FactRow> Row for (&Fact<'_>, &F) {
    const TABLE: Table = F::TABLE;

    #[inline(always)]
    fn cells<C: Cells>(&self, cells: &mut C) {
        self.0.cells(cells);
        self.1.own_cells(cells);
    }
}

impl FactRow for Mention {
    const TABLE: Table = Table::Mentions;
    const LETTER: char = 'm';

    fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    #[inline(always)]
    fn own_cells<C: Cells>(&self, cells: &mut C) {
        cells.text(col!("entity_id"), &self.entity_id);
        cells.text(col!("name"), &self.name);
        cells.word(col!("type"), self.name_type.as_str());
        cells.word(col!("mention_kind"), self.mention_kind.as_str());
        cells.text(col!("role"), &self.role);
        cells.text(col!("role_org_id"), &self.role_org_id);
        cells.number(col!("confidence"), Some(self.confidence));
    }
}

impl FactRow for TimeExpression {
    const TABLE: Table = Table::Dates;
    const LETTER: char = 'd';

    fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    #[inline(always)]
    fn own_cells<C: Cells>(&self, cells: &mut C) {
        cells.word(col!("kind"), self.kind.as_str());
        cells.day(col!("first_day"), &self.first_day);
        cells.day(col!("last_day"), &self.last_day);
        cells.word(col!("precision"), self.precision);
        cells.word(col!("modifier"), self.modifier);
        cells.text(col!("length"), &self.length);
        cells.word(col!("relation"), self.relation);
        cells.word(col!("basis"), self.basis);
        cells.list(col!("alternatives"), &self.alternatives);
        cells.text(col!("range_id"), &self.range_id);
        cells.word(col!("range_role"), self.range_role);
        cells.word(col!("timex_type"), self.kind.timex_type());
        cells.text(col!("timex_value"), &self.timex_value);
    }
}

impl FactRow for Quote {
    const TABLE: Table = Table::Quotes;
    const LETTER: char = 'q';

    fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The model holds no more than the evidence: all else is unknown.
    #[inline(always)]
    fn own_cells<C: Cells>(&self, cells: &mut C) {
        cells.text(col!("quote"), "");
        cells.text(col!("kind"), "");
        cells.text(col!("speaker_text"), "");
        cells.integer(col!("speaker_start"), None);
        cells.integer(col!("speaker_end"), None);
        cells.text(col!("speaker_name"), "");
        cells.text(col!("speaker_id"), "");
        cells.text(col!("speaker_kind"), "");
        cells.text(col!("speaker_role"), "");
        cells.text(col!("speaker_org"), "");
        cells.text(col!("speaker_org_id"), "");
        cells.text(col!("cue"), "");
        cells.text(col!("attributed_by"), "");
        cells.list(col!("candidates"), "");
    }
}

impl FactRow for Amount {
    const TABLE: Table = Table::Amounts;
    const LETTER: char = 'a';

    fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The model holds no more than the evidence: all else is unknown.
    #[inline(always)]
    fn own_cells<C: Cells>(&self, cells: &mut C) {
        cells.number(col!("value"), None);
        cells.number(col!("value_low"), None);
        cells.number(col!("value_high"), None);
        cells.text(col!("qualifier"), "");
        cells.text(col!("unit"), "");
        cells.text(col!("kind"), "");
        cells.text(col!("of_what"), "");
        cells.text(col!("change"), "");
    }
}

/// A row of `article_entities`.
pub(crate) struct ArticleEntity<'a> {
    pub article: &'a ArticleRow,
    /// The first mention of the entity.
    pub mention: &'a Mention,
    pub n_mentions: u64,
    pub in_title: bool,
    /// Code points in the text.
    pub first_start: Option<u64>,
    pub role: &'a str,
}

impl Row for ArticleEntity<'_> {
    const TABLE: Table = Table::ArticleEntities;

    #[inline(always)]
    fn cells<C: Cells>(&self, cells: &mut C) {
        cells.text(col!("article_id"), &self.article.article_id);
        cells.text(col!("entity_id"), &self.mention.entity_id);
        cells.text(col!("name"), &self.mention.name);
        cells.word(col!("type"), self.mention.name_type.as_str());
        cells.integer(col!("n_mentions"), Some(self.n_mentions));
        cells.flag(col!("in_title"), self.in_title);
        cells.integer(col!("first_start"), self.first_start);
        cells.text(col!("role"), self.role);
        cells.text(col!("published_month"), month(&self.article.published));
    }
}

/// `YYYY-MM` of a day.
fn month(day: &str) -> &str {
    day.rsplit_once('-').map_or("", |(month, _)| month)
}

impl Row for Entity {
    const TABLE: Table = Table::Entities;

    #[inline(always)]
    fn cells<C: Cells>(&self, cells: &mut C) {
        cells.text(col!("entity_id"), &self.entity_id);
        cells.text(col!("type"), &self.name_type);
        cells.text(col!("name"), &self.name);
        cells.text(col!("wikidata"), self.wikidata());
        cells.integer(col!("n_articles"), Some(self.n_articles));
        cells.integer(col!("n_mentions"), Some(self.n_mentions));
        cells.list(col!("languages"), &self.languages);
        cells.day(col!("first_seen"), &day_text(self.first_seen));
        cells.day(col!("last_seen"), &day_text(self.last_seen));
    }
}

impl Row for Reject {
    const TABLE: Table = Table::Rejects;

    #[inline(always)]
    fn cells<C: Cells>(&self, cells: &mut C) {
        cells.text(col!("source_file"), &self.source_file);
        cells.integer(col!("record"), Some(self.record));
        cells.integer(col!("byte_offset"), Some(self.byte_offset));
        cells.text(col!("code"), self.code.as_str());
        cells.text(col!("message"), &self.message);
    }
}

#[cfg(test)]
mod tests {
    use dateline_model::schema::ColumnType;

    use super::*;
    use crate::sample;

    /// Writes down which cells of which type a row has.
    #[derive(Default)]
    struct Recorder(Vec<(String, ColumnType)>);

    impl Recorder {
        fn add(&mut self, column: Column, kind: ColumnType) {
            let key = String::from_utf8_lossy(column.key.as_bytes()).into_owned();
            let name = key
                .strip_prefix(",\"")
                .and_then(|key| key.strip_suffix("\":"));
            self.0.push((name.expect("a key").to_owned(), kind));
        }
    }

    impl Cells for Recorder {
        fn text(&mut self, column: Column, _: &str) {
            self.add(column, ColumnType::String);
        }
        fn integer(&mut self, column: Column, _: Option<u64>) {
            self.add(column, ColumnType::Integer);
        }
        fn number(&mut self, column: Column, _: Option<f32>) {
            self.add(column, ColumnType::Number);
        }
        fn flag(&mut self, column: Column, _: bool) {
            self.add(column, ColumnType::Boolean);
        }
        fn day(&mut self, column: Column, _: &str) {
            self.add(column, ColumnType::Date);
        }
        fn list(&mut self, column: Column, _: &str) {
            self.add(column, ColumnType::List);
        }
    }

    fn agrees<R: Row>(row: &R) -> Table {
        let mut recorder = Recorder::default();
        row.cells(&mut recorder);
        let columns = R::TABLE.columns().iter();
        let columns: Vec<_> = columns
            .map(|column| (column.name.clone(), column.kind))
            .collect();
        assert_eq!(recorder.0, columns, "{}", R::TABLE.as_str());
        R::TABLE
    }

    #[test]
    fn rows_have_the_columns_of_the_schema() {
        let facts = sample::article(1);
        let evidence = facts.mentions[0].evidence;
        let fact = Fact {
            article: &facts.article,
            id_prefix: "",
            ordinal: 1,
            text: "",
            sentence: Some(("", false)),
            start: 0,
            end: 0,
            evidence: &evidence,
        };
        let entity = ArticleEntity {
            article: &facts.article,
            mention: &facts.mentions[0],
            n_mentions: 1,
            in_title: false,
            first_start: None,
            role: "",
        };
        let article = Article {
            facts: &facts,
            n_mentions: 0,
            n_dates: 0,
            n_quotes: 0,
            n_amounts: 0,
        };
        let checked = [
            agrees(&article),
            agrees(&(&fact, &facts.mentions[0])),
            agrees(&entity),
            agrees(&Entity::default()),
            agrees(&(&fact, &facts.dates[0])),
            agrees(&(&fact, &Quote { evidence })),
            agrees(&(&fact, &Amount { evidence })),
            agrees(&sample::reject()),
        ];
        assert_eq!(checked, Table::ALL);
    }
}
