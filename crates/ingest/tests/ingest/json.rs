use dateline_ingest::{Error, Options, Reader};
use dateline_model::RejectCode;

use crate::support::{articles, codes, read, read_with, rejects, texts};

#[test]
fn our_own_names() {
    let items = read(
        "a.jsonl",
        r#"{"id":"x1","text":"Body\ntwo","title":"T","published":"2024-05-03","lang":"en","url":"http://a.b","outlet":"Post","authors":["A B","C D"],"more":{"a":[1,2]}}
{"id":17,"text":"Second","dct":"2024-05-04"}
"#,
    );
    let found = articles(&items);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].source_id, "x1");
    assert_eq!(found[0].text, "Body\ntwo");
    assert_eq!(found[0].title, "T");
    assert_eq!(found[0].published, "2024-05-03");
    assert_eq!(found[0].language, "en");
    assert_eq!(found[0].url, "http://a.b");
    assert_eq!(found[0].outlet, "Post");
    assert_eq!(found[0].authors, "A B; C D");
    assert_eq!(
        (
            found[1].record,
            found[1].source_id.as_ref(),
            found[1].published.as_ref()
        ),
        (2, "17", "2024-05-04")
    );
}

#[test]
fn names_of_other_programs() {
    let items = read(
        "a.jsonl",
        concat!(
            r#"{"authors":[],"date_publish":"2016-11-09 00:00:00","description":"Teaser","language":"de","maintext":"News-please","source_domain":"a.de","title":null,"title_page":"Page"}"#,
            "\n",
            r#"{"title":"T","author":"A; B","hostname":"x","date":"2020-01-02","sitename":"Site","text":"Trafilatura","raw_text":"raw"}"#,
            "\n",
            r#"{"plain_text":"CC","published_date":"2020-01-03","domain":"b.com"}"#,
            "\n",
            r#"{"headline":"H","articleBody":"Schema","datePublished":"2020-01-04T10:00:00Z","inLanguage":"fr","author":{"@type":"Person","name":"N"}}"#,
            "\n",
            r#"{"source":{"id":null,"name":"BBC"},"content":"NewsAPI","publishedAt":"2020-01-05"}"#,
            "\n",
            r#"{"_index":"i","_id":"7","_source":{"body":"Elastic","url":"u"}}"#,
            "\n",
            r#"{"_id":{"$oid":"5f"},"text":"Mongo","date":{"$date":"2020-01-06T00:00:00Z"}}"#,
            "\n",
            r#"{"article":{"title":"Inner","text":"Wrapped"}}"#,
            "\n",
            r#"{"body":{"summary":["Sum"],"sections":[{"headline":["Head"],"paragraphs":["P1","P2"]}]}}"#,
            "\n",
            r#"{"description":"Only a teaser"}"#,
            "\n",
        ),
    );
    assert_eq!(
        texts(&items),
        [
            "News-please",
            "Trafilatura",
            "CC",
            "Schema",
            "NewsAPI",
            "Elastic",
            "Mongo",
            "Wrapped",
            "Sum\n\nHead\n\nP1\n\nP2",
            "Only a teaser"
        ]
    );
    let found = articles(&items);
    assert_eq!(
        (
            found[0].title.as_ref(),
            found[0].published.as_ref(),
            found[0].outlet.as_ref()
        ),
        ("Page", "2016-11-09 00:00:00", "a.de")
    );
    assert_eq!(
        (found[1].authors.as_ref(), found[1].outlet.as_ref()),
        ("A; B", "Site")
    );
    assert_eq!(
        (
            found[3].title.as_ref(),
            found[3].authors.as_ref(),
            found[3].language.as_ref()
        ),
        ("H", "N", "fr")
    );
    assert_eq!(found[4].outlet, "BBC");
    assert_eq!(found[5].url, "u");
    assert_eq!(
        (found[6].source_id.as_ref(), found[6].published.as_ref()),
        ("5f", "2020-01-06T00:00:00Z")
    );
    assert_eq!(found[7].title, "Inner");
}

#[test]
fn a_teaser_never_stands_for_an_empty_text() {
    let items = read("a.jsonl", r#"{"maintext":null,"description":"Teaser"}"#);
    assert_eq!(codes(&items), [RejectCode::TextEmpty]);
}

#[test]
fn the_user_names_fields() {
    let options = Options {
        field_map: vec![
            ("text".into(), "Inhalt".into()),
            ("id".into(), "url".into()),
        ],
        ..Options::default()
    };
    let items = read_with(
        "a.jsonl",
        "{\"text\":\"no\",\"Inhalt\":\"yes\",\"url\":\"u\"}\n{\"text\":\"no\"}\n",
        &options,
    );
    let found = articles(&items);
    assert_eq!(
        (
            found[0].text.as_ref(),
            found[0].source_id.as_ref(),
            found[0].url.as_ref()
        ),
        ("yes", "u", "u")
    );
    assert_eq!(codes(&items), [RejectCode::FieldMissing]);

    let wrong = Options {
        field_map: vec![("txt".into(), "a".into())],
        ..Options::default()
    };
    assert!(matches!(
        Reader::open(&[], &wrong),
        Err(Error::UnknownField { .. })
    ));
}

#[test]
fn bad_records_cost_only_themselves() {
    let content = "{\"text\":\"one\"}\n\n{\"text\": \"two\n[1]\n{\"teXt\":\"  \"}\n{\"a\":1,\"b\":2}\nnull\n{\"text\":\"last\"}";
    let items = read("a.jsonl", content);
    assert_eq!(texts(&items), ["one", "last"]);
    assert_eq!(
        codes(&items),
        [
            RejectCode::JsonSyntax,
            RejectCode::JsonSyntax,
            RejectCode::TextEmpty,
            RejectCode::FieldMissing,
            RejectCode::JsonSyntax
        ]
    );
    let rejects = rejects(&items);
    assert_eq!((rejects[0].record, rejects[0].byte_offset), (2, 16));
    assert!(
        rejects[0].message.starts_with("Line 3, column 13: "),
        "{}",
        rejects[0].message
    );
    assert!(
        rejects[3].message.contains("a, b") && rejects[3].message.contains("--map text=NAME"),
        "{}",
        rejects[3].message
    );
    assert_eq!(articles(&items)[1].record, 7);
}

#[test]
fn what_other_programs_write_though_it_is_no_json() {
    let items = read(
        "a.jsonl",
        concat!(
            "{\"text\":\"cut \\ud83d emoji \\ude00 whole \\ud83d\\ude00\"}\n",
            "{\"text\":\"tab\there\"}\n",
            "{\"text\":\"NaN in \\\"text\\\" stays\",\"title\":NaN,\"x\":-Infinity}\n",
        ),
    );
    assert_eq!(
        texts(&items),
        [
            "cut \u{FFFD} emoji \u{FFFD} whole 😀",
            "tab\there",
            "NaN in \"text\" stays"
        ]
    );
}

#[test]
fn line_ends_inside_texts() {
    assert_eq!(
        texts(&read("a.jsonl", "{\"text\":\"a\\r\\nb\\rc\\nd\"}\r\n")),
        ["a\nb\nc\nd"]
    );
}

#[test]
fn a_record_in_another_encoding() {
    let mut content = "{\"text\":\"Où est la forêt ?\"}\n".as_bytes().to_vec();
    content.extend(b"{\"text\":\"Le pr\xE9sident a \xE9t\xE9 r\xE9\xE9lu \xE0 Gen\xE8ve\"}\n");
    content.extend(b"\xFF\0\0\xFE\0\n{\"text\":\"end\"}\n");
    let items = read("a.jsonl", content);
    assert_eq!(
        texts(&items),
        [
            "Où est la forêt ?",
            "Le président a été réélu à Genève",
            "end"
        ]
    );
    assert_eq!(codes(&items), [RejectCode::EncodingInvalid]);
}

#[test]
fn utf16_is_read() {
    let content: Vec<u8> = "\u{FEFF}{\"text\":\"Köln\"}\n{\"text\":\"日本\"}\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(texts(&read("a.jsonl", content)), ["Köln", "日本"]);
}

#[test]
fn a_line_beyond_the_limit_is_passed_over() {
    let options = Options {
        max_record: 1000,
        ..Options::default()
    };
    let content = format!(
        "{{\"text\":\"a\"}}\n{{\"text\":\"{}\"}}\n{{\"text\":\"b\"}}\n",
        "x".repeat(5000)
    );
    let items = read_with("a.jsonl", &content, &options);
    assert_eq!(texts(&items), ["a", "b"]);
    assert_eq!(codes(&items), [RejectCode::RecordTooLarge]);
    assert_eq!(
        (rejects(&items)[0].record, rejects(&items)[0].byte_offset),
        (2, 13)
    );
    assert_eq!(articles(&items)[1].record, 3);
}

#[test]
fn lists_and_objects() {
    let list = "[\n {\"text\": \"a [\"},\n {\"text\": \"b\\\"\"}, 5, {\"text\": \"c\"}\n]\n";
    for name in ["a.json", "a.jsonl"] {
        let items = read(name, list);
        assert_eq!(texts(&items), ["a [", "b\"", "c"], "{name}");
        assert_eq!(codes(&items), [RejectCode::JsonSyntax], "{name}");
        assert_eq!(rejects(&items)[0].record, 3);
    }
    assert_eq!(
        texts(&read(
            "a.json",
            "{\n\"text\": \"single\",\n\"tags\": [{\"a\": 1}]\n}\n"
        )),
        ["single"]
    );
    assert_eq!(
        texts(&read("a.json", "{\"text\":\"a\"}\n{\"text\":\"b\"}\n")),
        ["a", "b"]
    );
    assert_eq!(
        texts(&read(
            "a.json",
            "{\n\"text\":\"a\"\n}\n{\n\"text\":\"b\"\n}\n"
        )),
        ["a", "b"]
    );
    let wrapped = r#"{"status":"ok","images":[{"src":"x"}],"articles":[{"text":"a","tags":[1]},{"text":"b"}],"n":2}"#;
    assert_eq!(texts(&read("a.json", wrapped)), ["a", "b"]);
    let deeper = r#"{"response":{"n":2,"docs":[{"text":"a"},{"text":"b"}]}}"#;
    assert_eq!(texts(&read("a.json", deeper)), ["a", "b"]);
    assert_eq!(
        codes(&read("a.json", "{\"a\": 1}")),
        [RejectCode::FieldMissing]
    );
    assert_eq!(
        codes(&read("a.json", "{\"text\": \"cut")),
        [RejectCode::JsonSyntax]
    );
    let cut = read("a.json", "[{\"text\":\"a\"},{\"text\":\"b");
    assert_eq!(
        (texts(&cut), codes(&cut)),
        (vec!["a"], vec![RejectCode::JsonSyntax])
    );
}

#[test]
fn a_broken_line_under_the_name_json_costs_only_itself() {
    let items = read(
        "a.json",
        "{\"text\":\"a\"}\n{\"text\":\"b\n{\"text\":\"c\"}\n{\"text\":\"d\"}\n",
    );
    assert_eq!(
        (texts(&items), codes(&items)),
        (vec!["a", "c", "d"], vec![RejectCode::JsonSyntax])
    );
}

#[test]
fn a_list_larger_than_any_buffer() {
    let record = format!("{{\"text\":\"{}\"}}", "x".repeat(900));
    let content = format!(
        "[{}, {{\"text\":\"{}\"}}, {record}]",
        vec![record.clone(); 50].join(",\n"),
        "y".repeat(9000)
    );
    let options = Options {
        max_record: 1000,
        chunk_bytes: 2000,
        ..Options::default()
    };
    let items = read_with("a.json", &content, &options);
    assert_eq!(texts(&items).len(), 51);
    assert_eq!(codes(&items), [RejectCode::RecordTooLarge]);
    let wrapped = format!("{{\"articles\":{content}}}");
    assert_eq!(texts(&read_with("a.json", &wrapped, &options)).len(), 51);
}

#[test]
fn a_table_in_one_object_is_not_one_article() {
    let items = read(
        "a.json",
        r#"{"text":{"0":"a","1":"b"},"title":{"0":"A","1":"B"}}"#,
    );
    assert_eq!(codes(&items), [RejectCode::JsonSyntax]);
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!(
        "{{\"x\":{}1{},\"text\":\"a\"}}\n{{\"text\":\"b\"}}\n",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(texts(&read("a.jsonl", &deep)).last(), Some(&"b"));
    let deep = format!(
        "{{\"text\":{}1{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(codes(&read("a.jsonl", &deep)), [RejectCode::JsonSyntax]);
}
