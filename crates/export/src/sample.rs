//! Articles for tests.

use dateline_model::{
    ArticleFacts, ArticleRow, DateKind, Evidence, Field, Mention, MentionKind, NameType, Reject,
    RejectCode, Short, Span, TimeExpression, Zone,
};

pub const TITLE: &str = "Élysée 👋: 東京, \"Tokio\"";
pub const TEXT: &str =
    "=Zoë met Émile Ünal 🎉 in 東京 on 2024-05-03.\nShe said: \"no\"; bye — 終わり";

/// Where the `nth` occurrence (from 0) of the words stands in the text.
pub fn span(text: &str, words: &str, nth: usize) -> Span {
    let (start, _) = text
        .match_indices(words)
        .nth(nth)
        .expect("the text has these words");
    Span::new(start as u32, (start + words.len()) as u32)
}

fn evidence(field: Field, words: &str, zone: Zone) -> Evidence {
    let text = if field == Field::Title { TITLE } else { TEXT };
    let first = TEXT.find('\n').expect("two sentences") as u32;
    let (sentence, sentence_span) = match field {
        Field::Title => (1, Span::new(0, TITLE.len() as u32)),
        Field::Text => (2, Span::new(0, first)),
    };
    Evidence {
        field,
        span: span(text, words, 0),
        sentence_span,
        sentence,
        zone,
        rule: "xx.test",
    }
}

fn mention(evidence: Evidence, entity_id: &str, name: &str, name_type: NameType) -> Mention {
    Mention {
        evidence,
        entity_id: entity_id.into(),
        name: name.into(),
        name_type,
        mention_kind: MentionKind::Full,
        role: String::new(),
        role_org_id: String::new(),
        confidence: 0.95,
    }
}

/// The article with that number: a title kept apart, text in several scripts, all kinds of facts, one in boilerplate.
pub fn article(number: u64) -> ArticleFacts<'static> {
    let own = format!("x:person:p-{}", number % 7);
    let mut zoe = mention(
        evidence(Field::Text, "=Zoë", Zone::Body),
        &own,
        "=Zoë",
        NameType::Person,
    );
    zoe.role = "minister; of all".into();
    let date = TimeExpression {
        evidence: evidence(Field::Text, "2024-05-03", Zone::Body),
        kind: DateKind::Date,
        first_day: "2024-05-03".into(),
        last_day: "2024-05-03".into(),
        precision: "day",
        modifier: "",
        length: Short::new(),
        relation: "same",
        basis: "explicit",
        alternatives: Short::new(),
        range_id: Short::new(),
        range_role: "",
        timex_value: "2024-05-03".into(),
    };
    ArticleFacts {
        article: ArticleRow {
            article_id: format!("a,{number}"),
            source_file: "in/dump.jsonl".into(),
            record: number,
            title: TITLE.into(),
            published: format!("2024-{:02}-03", number % 12 + 1),
            published_precision: "day",
            published_basis: "metadata",
            outlet: "The \"Sample\"".into(),
            language: if number.is_multiple_of(3) { "fr" } else { "en" },
            language_confidence: 1.0,
            coverage: "full",
            n_words: 12,
            text_hash: "0123456789abcdef".into(),
            ..ArticleRow::default()
        },
        title: TITLE.into(),
        text: TEXT.into(),
        mentions: vec![
            mention(
                evidence(Field::Title, "東京", Zone::Title),
                "Q1490",
                "Tokyo",
                NameType::Place,
            ),
            zoe,
            mention(
                evidence(Field::Text, "Émile Ünal", Zone::Body),
                "",
                "Émile Ünal",
                NameType::Person,
            ),
            mention(
                evidence(Field::Text, "東京", Zone::Body),
                "Q1490",
                "Tokyo",
                NameType::Place,
            ),
            mention(
                evidence(Field::Text, "終わり", Zone::Boilerplate),
                "Q1",
                "End",
                NameType::Other,
            ),
        ],
        dates: vec![date],
        quotes: Vec::new(),
        amounts: Vec::new(),
    }
}

/// Something that was not read.
pub fn reject() -> Reject {
    Reject {
        source_file: "in/dump.jsonl".into(),
        record: 3,
        byte_offset: 1234,
        code: RejectCode::JsonSyntax,
        message: "line 3 is cut off".into(),
    }
}
