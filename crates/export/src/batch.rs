//! A batch of articles becomes bytes: all the work that can be done in parallel.

use dateline_model::{ArticleFacts, Field, Reject, Zone};

use crate::csv::CsvRows;
use crate::day::day_number;
use crate::entities::{EntityTable, Named};
use crate::json::JsonLines;
use crate::offsets::CodePoints;
use crate::rows::{Article, ArticleEntity, Fact, FactRow, Row};
use crate::settings::{Format, Settings, Table};
use crate::xlsx::XlsxRows;

/// Something for each table.
pub(crate) struct PerTable<T>([T; Table::ALL.len()]);

impl<T> PerTable<T> {
    pub fn new(make: impl FnMut(Table) -> T) -> Self {
        Self(Table::ALL.map(make))
    }

    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.0.iter_mut()
    }

    pub fn get(&self, table: Table) -> &T {
        &self.0[table as usize]
    }

    pub fn get_mut(&mut self, table: Table) -> &mut T {
        &mut self.0[table as usize]
    }
}

impl<T> IntoIterator for PerTable<T> {
    type Item = T;
    type IntoIter = std::array::IntoIter<T, { Table::ALL.len() }>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// Rows of a batch of articles, formatted but not written. Made and filled in a worker thread.
pub struct Batch {
    pub(crate) csv: Option<PerTable<CsvRows>>,
    pub(crate) jsonl: Option<PerTable<JsonLines>>,
    pub(crate) xlsx: Option<PerTable<XlsxRows>>,
    pub(crate) texts: Option<JsonLines>,
    pub(crate) entities: EntityTable,
    pub(crate) n_rows: PerTable<u64>,
    settings: Settings,
    named: Named,
    id_prefix: String,
}

impl Batch {
    /// An empty batch for those formats and tables.
    pub fn new(settings: &Settings) -> Self {
        let csv = || PerTable::new(|_| CsvRows::new(settings));
        let jsonl = || PerTable::new(|_| JsonLines::default());
        let xlsx = || PerTable::new(|_| XlsxRows::default());
        Self {
            csv: settings.has(Format::Csv).then(csv),
            jsonl: settings.has(Format::Jsonl).then(jsonl),
            xlsx: settings.has(Format::Xlsx).then(xlsx),
            texts: settings.texts_file().then(JsonLines::default),
            entities: EntityTable::default(),
            n_rows: PerTable::new(|_| 0),
            settings: settings.clone(),
            named: Named::default(),
            id_prefix: String::new(),
        }
    }

    /// Forgets the rows and keeps their memory for others.
    pub fn clear(&mut self) {
        for rows in self.csv.iter_mut().flat_map(PerTable::iter_mut) {
            rows.clear();
        }
        for lines in self
            .jsonl
            .iter_mut()
            .flat_map(PerTable::iter_mut)
            .chain(&mut self.texts)
        {
            lines.clear();
        }
        for rows in self.xlsx.iter_mut().flat_map(PerTable::iter_mut) {
            *rows = XlsxRows::default();
        }
        self.entities.clear();
        self.n_rows = PerTable::new(|_| 0);
    }

    /// Adds an article with its facts. Facts with spans outside the texts come with what there is of their text.
    pub fn push(&mut self, facts: &ArticleFacts<'_>) {
        let article = Article {
            facts,
            n_mentions: self.written(&facts.mentions),
            n_dates: self.written(&facts.dates),
            n_quotes: self.written(&facts.quotes),
            n_amounts: self.written(&facts.amounts),
        };
        self.row(&article);
        if let Some(texts) = &mut self.texts {
            texts.push_texts(&facts.article.article_id, &facts.title, &facts.text);
        }
        if let Some(lines) = self.jsonl_articles() {
            lines.open(&article);
        }
        if self.settings.texts
            && let Some(lines) = self.jsonl_articles()
        {
            lines.key_text("text", &facts.text);
        }
        self.facts(facts, &facts.mentions);
        self.facts(facts, &facts.dates);
        self.facts(facts, &facts.quotes);
        self.facts(facts, &facts.amounts);
        if let Some(lines) = self.jsonl_articles() {
            lines.close();
        }
        let only = self.settings.only;
        if only.contains(Table::ArticleEntities) || only.contains(Table::Entities) {
            self.entities(facts);
        }
    }

    /// Adds something that was not read.
    pub fn reject(&mut self, reject: &Reject) {
        self.row(reject);
    }

    fn jsonl_articles(&mut self) -> Option<&mut JsonLines> {
        let wanted = self.settings.jsonl_articles();
        self.jsonl
            .as_mut()
            .filter(|_| wanted)
            .map(|jsonl| jsonl.get_mut(Table::Articles))
    }

    fn kept(&self, fact: &impl FactRow) -> bool {
        self.settings.all_zones || fact.evidence().zone != Zone::Boilerplate
    }

    /// How many of the facts are written.
    fn written<F: FactRow>(&self, facts: &[F]) -> u64 {
        facts.iter().filter(|fact| self.kept(*fact)).count() as u64
    }

    /// Counts a row and adds it to every format in which its table is on its own.
    pub(crate) fn row<R: Row>(&mut self, row: &R) {
        if !self.settings.only.contains(R::TABLE) {
            return;
        }
        *self.n_rows.get_mut(R::TABLE) += 1;
        if let Some(csv) = &mut self.csv {
            csv.get_mut(R::TABLE).push(row);
        }
        if let Some(xlsx) = &mut self.xlsx {
            xlsx.get_mut(R::TABLE).push(row);
        }
        if let Some(jsonl) = &mut self.jsonl
            && !R::TABLE.nests_in_jsonl()
        {
            jsonl.get_mut(R::TABLE).push(row);
        }
    }

    fn facts<F: FactRow>(&mut self, article: &ArticleFacts<'_>, facts: &[F]) {
        if !self.settings.only.contains(F::TABLE) {
            return;
        }
        if let Some(lines) = self.jsonl_articles() {
            lines.open_array(F::TABLE.as_str());
        }
        let mut id_prefix = std::mem::take(&mut self.id_prefix);
        id_prefix.clear();
        id_prefix.push_str(&article.article.article_id);
        id_prefix.push('#');
        id_prefix.push(F::LETTER);
        let mut points = CodePoints::new(&article.title, &article.text);
        let mut last_sentence = None;
        for (ordinal, own) in (1_u64..).zip(facts) {
            if !self.kept(own) {
                continue;
            }
            let evidence = own.evidence();
            let text = match evidence.field {
                Field::Title => &article.title,
                Field::Text => &article.text,
            };
            let under = |span: dateline_model::Span| {
                text.get(span.start as usize..span.end as usize)
                    .unwrap_or_default()
            };
            let sentence = (evidence.field, evidence.sentence_span);
            let again = last_sentence.replace(sentence) == Some(sentence);
            let (start, end) = points.locate(evidence.field, evidence.span);
            let fact = Fact {
                article: &article.article,
                id_prefix: &id_prefix,
                ordinal,
                text: under(evidence.span),
                sentence: self
                    .settings
                    .sentences
                    .then(|| (under(evidence.sentence_span), again)),
                start,
                end,
                evidence,
            };
            let row = (&fact, own);
            self.row(&row);
            if let Some(lines) = self.jsonl_articles() {
                lines.push_fact(&row);
            }
        }
        self.id_prefix = id_prefix;
        if let Some(lines) = self.jsonl_articles() {
            lines.close_array();
        }
    }

    fn entities(&mut self, facts: &ArticleFacts<'_>) {
        let mut named = std::mem::take(&mut self.named);
        named.clear();
        let mut points = CodePoints::new(&facts.title, &facts.text);
        for (at, mention) in facts.mentions.iter().enumerate() {
            if mention.entity_id.is_empty() || !self.kept(mention) {
                continue;
            }
            let row = named.row(&facts.mentions, at);
            let evidence = &mention.evidence;
            row.n_mentions += 1;
            row.in_title |= evidence.zone == Zone::Title || evidence.field == Field::Title;
            if row.first_start.is_none() && evidence.field == Field::Text {
                row.first_start = Some(points.locate(Field::Text, evidence.span).0);
            }
            if row.role.is_none() && !mention.role.is_empty() {
                row.role = Some(at);
            }
        }
        let published = day_number(&facts.article.published);
        let count = self.settings.only.contains(Table::Entities);
        for row in named.rows() {
            let Some(mention) = facts.mentions.get(row.first) else {
                continue;
            };
            let role = row.role.and_then(|at| facts.mentions.get(at));
            self.row(&ArticleEntity {
                article: &facts.article,
                mention,
                n_mentions: row.n_mentions,
                in_title: row.in_title,
                first_start: row.first_start,
                role: role.map_or("", |mention| &mention.role),
            });
            if count {
                let language = facts.article.language;
                self.entities
                    .count(mention, row.hash, row.n_mentions, published, language);
            }
        }
        self.named = named;
    }

    /// How many bytes wait to be written.
    pub fn bytes(&self) -> usize {
        let csv = self
            .csv
            .iter()
            .flat_map(PerTable::iter)
            .map(|rows| rows.out.len());
        let jsonl = self
            .jsonl
            .iter()
            .flat_map(PerTable::iter)
            .map(|lines| lines.out.len());
        let xlsx = self
            .xlsx
            .iter()
            .flat_map(PerTable::iter)
            .map(XlsxRows::bytes);
        let texts = self.texts.iter().map(|lines| lines.out.len());
        csv.chain(jsonl).chain(xlsx).chain(texts).sum()
    }

    /// The articles as JSON Lines.
    pub(crate) fn article_lines(&self) -> &[u8] {
        self.jsonl
            .as_ref()
            .map_or(&[], |jsonl| jsonl.get(Table::Articles).out.as_slice())
    }
}
