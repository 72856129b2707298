use std::time::{Duration, Instant};

use dateline_ingest::{Options, Reader};
use dateline_model::RejectCode;

use crate::support::{Folder, articles, codes, drain, read, read_with, rejects, texts};

#[test]
fn known_names() {
    let items = read(
        "a.csv",
        "Id,Title,Publication Date,Body,x\r\n1,T,2024-05-03,\"Two\r\nlines, \"\"quoted\"\"\",\r\n\r\n2,U,2024-05-04,Second,y\r\n",
    );
    let found = articles(&items);
    assert_eq!(texts(&items), ["Two\nlines, \"quoted\"", "Second"]);
    assert_eq!(
        (
            found[0].source_id.as_ref(),
            found[0].title.as_ref(),
            found[0].published.as_ref()
        ),
        ("1", "T", "2024-05-03")
    );
    assert_eq!((found[1].record, found[1].source_id.as_ref()), (2, "2"));
}

#[test]
fn delimiters() {
    for (name, delimiter) in [
        ("a.csv", ","),
        ("a.csv", ";"),
        ("a.csv", "\t"),
        ("a.csv", "|"),
        ("a.tsv", "\t"),
        ("a.tsv", ","),
    ] {
        let content = "title;text\nA;\"one, two; three\tfour|five\"\nB;\"six, seven\"\n"
            .replace("title;text", &format!("title{delimiter}text"))
            .replace(";\"", &format!("{delimiter}\""));
        assert_eq!(
            texts(&read(name, content)),
            ["one, two; three\tfour|five", "six, seven"],
            "{name} {delimiter:?}"
        );
    }
    assert_eq!(texts(&read("a.csv", "sep=;\ntitle;text\nA;b,c\n")), ["b,c"]);
}

#[test]
fn the_user_names_columns() {
    for theirs in ["Inhalt", "2"] {
        let options = Options {
            field_map: vec![("text".into(), theirs.into())],
            ..Options::default()
        };
        let items = read_with(
            "a.csv",
            "Ressort,Inhalt,text\nPolitik,Eins,no\nSport,Zwei,no\n",
            &options,
        );
        assert_eq!(texts(&items), ["Eins", "Zwei"], "{theirs}");
    }
}

#[test]
fn without_names_the_longest_column_is_the_text_and_the_user_is_told() {
    let folder = Folder::new();
    let content = "Sport;Ein langer Satz über ein Spiel, das verloren ging.;2024-05-03\nPolitik;Noch ein langer Satz über eine Wahl im Herbst.;2024-05-04\n";
    let path = folder.write("a.csv", content);
    let options = Options::default();
    let mut reader = Reader::open(&[path], &options).unwrap();
    let items = drain(&mut reader, &options);
    assert_eq!(texts(&items).len(), 2);
    assert!(texts(&items)[0].starts_with("Ein langer"));
    assert_eq!(articles(&items)[1].published, "2024-05-04");
    assert_eq!(reader.warnings().len(), 1);
    assert!(
        reader.warnings()[0].message.contains("--map text="),
        "{}",
        reader.warnings()[0].message
    );
    // A first row of short words without digits names the columns.
    let items = read("a.csv", format!("Ressort;Inhalt;Datum\n{content}"));
    assert_eq!(texts(&items).len(), 2);
}

#[test]
fn single_quotation_marks() {
    let items = read(
        "a.csv",
        "Web;'Erster Satz; mit Strich, den niemand sieht.'\nSport;'Zweiter Satz; auch mit Strich.'\n",
    );
    assert_eq!(
        texts(&items),
        [
            "Erster Satz; mit Strich, den niemand sieht.",
            "Zweiter Satz; auch mit Strich."
        ]
    );
}

#[test]
fn bad_rows_cost_only_themselves() {
    let items = read(
        "a.csv",
        "id,text\n1,one\n2,cut, in two\n3\n4,\n5,five,,\n6,six\n",
    );
    assert_eq!(texts(&items), ["one", "five", "six"]);
    assert_eq!(
        codes(&items),
        [
            RejectCode::CsvSyntax,
            RejectCode::CsvSyntax,
            RejectCode::TextEmpty
        ]
    );
    assert_eq!(
        rejects(&items)
            .iter()
            .map(|r| (r.record, r.byte_offset))
            .collect::<Vec<_>>(),
        [(2, 14), (3, 28), (4, 30)]
    );
    assert_eq!(articles(&items)[2].record, 6);
}

#[test]
fn marks_that_enclose_no_cell_are_text() {
    let items = read(
        "a.csv",
        "id,text\n1,one\n2,\"open\n3,three\n4,5\" pipe\n5,\"last\"\n",
    );
    assert_eq!(
        texts(&items),
        ["one", "\"open", "three", "5\" pipe", "last"]
    );
    let items = read(
        "a.tsv",
        "id\ttext\n1\t\"Never again\", says \"Anna\"\n2\t\"whole \"\"cell\"\"\"\n",
    );
    assert_eq!(
        texts(&items),
        ["\"Never again\", says \"Anna\"", "whole \"cell\""]
    );
    // Where the separating character stands inside, the columns no longer fit, and the row is a reject.
    let items = read("a.csv", "id,text\n1,\"He said \"no\", then left\"\n2,two\n");
    assert_eq!(
        (texts(&items), codes(&items)),
        (vec!["two"], vec![RejectCode::CsvSyntax])
    );
}

#[test]
fn many_open_marks_do_not_cost_the_square() {
    // Seen from each line the last mark stays open up to the end of the file.
    for (rows, count) in [
        ("z\"q,\"\n".repeat(500_000), 500_000),
        ("1,\"\"x\n".repeat(500_000), 500_000),
        (
            format!("1,\"x\n{}", "1,\"\"\"\"\n".repeat(500_000)),
            500_001,
        ),
    ] {
        let folder = Folder::new();
        let path = folder.write("a.csv", format!("id,text\n{rows}"));
        let options = Options::default();
        let mut reader = Reader::open(&[path], &options).unwrap();
        let start = Instant::now();
        assert_eq!(texts(&drain(&mut reader, &options)).len(), count);
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn one_column_and_no_rows() {
    assert_eq!(
        texts(&read(
            "a.csv",
            "text\nWith a comma, here\n\"Quoted; too\"\n"
        )),
        ["With a comma, here", "Quoted; too"]
    );
    assert_eq!(codes(&read("a.csv", "id,text\n")), [RejectCode::TextEmpty]);
}

#[test]
fn a_row_beyond_the_limit_is_passed_over() {
    let options = Options {
        max_record: 1000,
        ..Options::default()
    };
    let items = read_with(
        "a.csv",
        format!("id,text\n1,a\n2,{}\n3,c\n", "x".repeat(5000)),
        &options,
    );
    assert_eq!(
        (texts(&items), codes(&items)),
        (vec!["a", "c"], vec![RejectCode::RecordTooLarge])
    );
    assert_eq!(articles(&items)[1].record, 3);
}

#[test]
fn encodings() {
    let content = "id;text\n1;Zürich und Köln grüßen die Städte\n2;Où est passé l'été ?\n";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(content);
    assert_eq!(
        texts(&read("a.csv", bytes)),
        ["Zürich und Köln grüßen die Städte", "Où est passé l'été ?"]
    );
    let utf16: Vec<u8> = content.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        texts(&read("a.csv", [b"\xFF\xFE".as_slice(), &utf16].concat())).len(),
        2
    );
    assert_eq!(texts(&read("a.csv", "id,text\r1,a\r2,b\r")), ["a", "b"]);
}

#[test]
fn no_text_column() {
    let options = Options {
        field_map: vec![("text".into(), "Inhalt".into())],
        ..Options::default()
    };
    let items = read_with("a.csv", "title,url\nA,b\n", &options);
    assert_eq!(codes(&items), [RejectCode::FieldMissing]);
    assert!(rejects(&items)[0].message.contains("title, url"));
}
