//! Whatever the bytes: no panic, no record without an answer, nothing that depends on how the file is cut.

use proptest::prelude::*;

use dateline_ingest::Options;

use crate::support::{Folder, gzip, read, read_paths};

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        proptest::collection::vec(
            proptest::sample::select(vec![
                "{\"text\":\"a b\"}",
                "{\"text\":",
                "\"",
                "\\",
                "\\ud800",
                "{",
                "}",
                "[",
                "]",
                ",",
                ";",
                "\t",
                "\n",
                "\r\n",
                "'",
                "id,text\n",
                "title;text\n",
                "x",
                "é",
                "\u{0}",
                "<html>",
                "<p>",
                "</p>",
                "<!--",
                "NaN",
                "sep=;\n",
                "<script type=\"application/ld+json\">",
                "</script>",
                " ",
                "{\"body\": [\"x\", {\"y\": \"z\"}]}\n",
            ]),
            0..40
        )
        .prop_map(|words| words.concat().into_bytes()),
    ];
    proptest::collection::vec(pieces, 1..4).prop_map(|pieces| pieces.concat())
}

const ENDINGS: [&str; 9] = [
    "txt", "md", "jsonl", "json", "csv", "tsv", "html", "xyz", "",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_and_nothing_is_without_answer(content in bytes(), ending in proptest::sample::select(&ENDINGS[..]), zipped: bool) {
        let content = if zipped { gzip(&content) } else { content };
        let items = read(&format!("a.{ending}"), &content);
        prop_assert!(!items.is_empty());
    }

    #[test]
    fn each_line_is_an_article_or_a_reject(lines in proptest::collection::vec("[ -~é]{0,40}", 1..20)) {
        let content = format!("{{}}\n{}", lines.join("\n"));
        let records = content.lines().filter(|line| !line.trim().is_empty()).count();
        prop_assert_eq!(read("a.jsonl", &content).len(), records);
    }

    #[test]
    fn each_row_is_an_article_or_a_reject(rows in proptest::collection::vec("[ -~é]{0,40}", 1..20)) {
        let rows: Vec<String> = rows.iter().map(|row| row.replace('"', "'")).collect();
        let content = format!("id,text\n{}", rows.join("\n"));
        let records = rows.iter().filter(|row| !row.trim().is_empty()).count();
        // A table without rows is a reject.
        prop_assert_eq!(read("a.csv", &content).len(), records.max(1));
    }

    #[test]
    fn each_value_of_a_list_is_an_article(texts in proptest::collection::vec("\\PC{1,20}x", 1..10), gap in "[ \\n]{0,3}") {
        let values: Vec<String> = texts.iter().map(|text| serde_json::json!({ "text": text }).to_string()).collect();
        let items = read("a.json", format!("[{gap}{}{gap}]", values.join(&format!("{gap},{gap}"))));
        let found: Vec<String> = items.into_iter().map(|item| item.unwrap().text.into_owned()).collect();
        prop_assert_eq!(found, texts);
    }

    #[test]
    fn damaged_archives(content in bytes(), cut in 0usize..200, flip in 0usize..200, byte: u8) {
        let mut archive = gzip(&content);
        if let Some(at) = archive.get_mut(flip) {
            *at = byte;
        }
        archive.truncate(archive.len().saturating_sub(cut));
        let folder = Folder::new();
        let path = folder.write("a.jsonl.gz", &archive);
        read_paths(&[path], &Options::default());
    }
}
