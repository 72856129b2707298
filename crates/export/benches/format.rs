//! How fast facts become bytes, in one thread.

use dateline_export::{Batch, Format, LineWriter, Settings};
use dateline_model::{
    ArticleFacts, ArticleRow, DateKind, Evidence, Field, Mention, MentionKind, NameType, Short,
    Span, TimeExpression, Zone,
};
use divan::counter::BytesCount;

const ARTICLES: u64 = 20;
const SENTENCE: &str = "Le ministre Émile Ünal est arrivé à Bruxelles le 3 mai 2024, a déclaré «la Commission» à Zoë. ";

fn main() {
    divan::main();
}

/// An article of 30 sentences with three mentions and a date in each.
fn article(number: u64) -> ArticleFacts<'static> {
    let text = SENTENCE.repeat(30);
    let evidence = |sentence: usize, words: &str| {
        let from = (sentence * SENTENCE.len()) as u32;
        let start = from + SENTENCE.find(words).unwrap_or_default() as u32;
        Evidence {
            field: Field::Text,
            span: Span::new(start, start + words.len() as u32),
            sentence_span: Span::new(from, from + SENTENCE.len() as u32 - 1),
            sentence: sentence as u32 + 1,
            zone: Zone::Body,
            rule: "fr.person.title",
        }
    };
    let mention = |sentence, words, id: &str, name_type| Mention {
        evidence: evidence(sentence, words),
        entity_id: id.into(),
        name: words.into(),
        name_type,
        mention_kind: MentionKind::Full,
        role: String::new(),
        role_org_id: String::new(),
        confidence: 0.9,
    };
    let mentions = |at| {
        [
            mention(at, "Émile Ünal", "x:person:emile-unal", NameType::Person),
            mention(at, "Bruxelles", "Q239", NameType::Place),
            mention(at, "Commission", "Q8880", NameType::Organization),
        ]
    };
    let date = |at| TimeExpression {
        evidence: evidence(at, "3 mai 2024"),
        kind: DateKind::Date,
        first_day: "2024-05-03".into(),
        last_day: "2024-05-03".into(),
        precision: "day",
        modifier: "",
        length: Short::new(),
        relation: "before",
        basis: "explicit",
        alternatives: Short::new(),
        range_id: Short::new(),
        range_role: "",
        timex_value: "2024-05-03".into(),
    };
    ArticleFacts {
        article: ArticleRow {
            article_id: format!("article-{number}"),
            source_file: "dump.jsonl".into(),
            record: number,
            published: "2024-05-04".into(),
            outlet: "La Gazette".into(),
            language: "fr",
            language_confidence: 0.99,
            coverage: "full",
            ..ArticleRow::default()
        },
        mentions: (0..30).flat_map(mentions).collect(),
        dates: (0..30).map(date).collect(),
        text: text.into(),
        ..ArticleFacts::default()
    }
}

fn jsonl(texts: bool) -> Settings {
    let settings = Settings {
        texts,
        sentences: texts,
        ..Settings::default()
    };
    LineWriter::<Vec<u8>>::settings(&settings)
}

fn csv() -> Settings {
    Settings {
        formats: vec![Format::Csv],
        texts: false,
        ..Settings::default()
    }
}

/// Counts the bytes that come out.
fn run(bencher: divan::Bencher<'_, '_>, settings: &Settings) {
    let articles: Vec<_> = (0..ARTICLES).map(article).collect();
    let fill = || {
        let mut batch = Batch::new(settings);
        articles.iter().for_each(|article| batch.push(article));
        batch
    };
    bencher
        .counter(BytesCount::new(fill().bytes()))
        .bench_local(fill);
}

#[divan::bench]
fn json_lines_of_facts(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &jsonl(false));
}

#[divan::bench]
fn json_lines_with_texts_and_sentences(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &jsonl(true));
}

#[divan::bench]
fn csv_tables(bencher: divan::Bencher<'_, '_>) {
    run(bencher, &csv());
}
