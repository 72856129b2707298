use dateline_model::RejectCode;

use crate::support::{articles, codes, read, read_with, texts};
use dateline_ingest::Options;

#[test]
fn a_text_file_is_one_article() {
    let items = read("a.txt", "First line\r\n\r\nSecond\rThird\u{7}\n");
    let found = articles(&items);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].text, "First line\n\nSecond\nThird\u{7}\n");
    assert_eq!(found[0].title, "");
    assert_eq!(found[0].record, 1);
    assert!(found[0].source_file.ends_with("/a.txt"));
}

#[test]
fn encodings() {
    assert_eq!(texts(&read("a.txt", b"\xEF\xBB\xBFabc")), ["abc"]);
    assert_eq!(texts(&read("a.txt", b"\xFF\xFEa\0b\0\n\0")), ["ab\n"]);
    assert_eq!(
        texts(&read("a.txt", b"Le pr\xE9sident a \xE9t\xE9 r\xE9\xE9lu.")),
        ["Le président a été réélu."]
    );
    assert_eq!(
        codes(&read("a.txt", b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\xFF\0\0")),
        [RejectCode::EncodingInvalid]
    );
}

#[test]
fn empty_and_blank_files_are_rejects() {
    for content in ["", "\n", " \t\r\n", "\u{FEFF}", "\u{3000}"] {
        assert_eq!(
            codes(&read("a.txt", content)),
            [RejectCode::TextEmpty],
            "{content:?}"
        );
    }
}

#[test]
fn a_text_beyond_the_limit_is_a_reject() {
    let options = Options {
        max_record: 100,
        ..Options::default()
    };
    assert_eq!(
        codes(&read_with("a.txt", "x".repeat(101), &options)),
        [RejectCode::RecordTooLarge]
    );
    assert_eq!(
        texts(&read_with("a.txt", "x".repeat(100), &options)).len(),
        1
    );
}
