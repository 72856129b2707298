use std::io::Cursor;
use std::path::PathBuf;

use dateline_ingest::{Error, Options, Reader};
use dateline_model::RejectCode;

use crate::support::{Folder, articles, codes, drain, read_paths, texts};

#[test]
fn reading_and_parsing_may_happen_on_any_thread() {
    fn is_send<T: Send>() {}
    fn is_sync<T: Sync>() {}
    is_send::<Reader>();
    is_send::<dateline_ingest::Chunk>();
    is_sync::<dateline_ingest::Chunk>();
}

#[test]
fn folders_in_the_order_of_paths() {
    let folder = Folder::new();
    for name in [
        "b.txt",
        "a/z.txt",
        "a-b/y.txt",
        "a/k/x.txt",
        ".hidden/n.txt",
        ".DS_Store",
        "a.txt",
        "photo.jpg",
    ] {
        folder.write(name, name);
    }
    let items = read_paths(&[folder.path().to_owned()], &Options::default());
    assert_eq!(
        texts(&items),
        ["a-b/y.txt", "a.txt", "a/k/x.txt", "a/z.txt", "b.txt"]
    );
    assert_eq!(codes(&items), [RejectCode::FileUnknownKind]);
    let names: Vec<&str> = articles(&items)
        .iter()
        .map(|article| article.source_file.as_ref())
        .collect();
    assert!(names.is_sorted(), "{names:?}");
}

#[test]
fn inputs_keep_the_order_in_which_they_were_named() {
    let folder = Folder::new();
    let paths = [
        folder.write("b.jsonl", "{\"text\":\"b\"}"),
        folder.write("a.txt", "a"),
        folder.write("notes.log", "log"),
    ];
    assert_eq!(
        texts(&read_paths(&paths, &Options::default())),
        ["b", "a", "log"]
    );
}

#[test]
fn sizes_checksums_and_progress() {
    let folder = Folder::new();
    let content = "{\"text\":\"abc\"}\n".repeat(1000);
    let file = folder.write("a.jsonl", &content);
    folder.write("d/x.txt", "xx");
    folder.write("d/y.txt.gz", crate::support::gzip(b"yyyy"));
    let options = Options {
        chunk_bytes: 1000,
        ..Options::default()
    };
    let mut reader = Reader::open(&[file, folder.path().join("d")], &options).unwrap();
    let total = reader.total_bytes().unwrap();
    let mut read = 0;
    let mut chunks = 0;
    for chunk in &mut reader {
        chunks += 1;
        read += chunk.input_bytes();
    }
    assert!(chunks > 10);
    assert_eq!(read, total);
    let inputs = reader.inputs();
    assert_eq!(inputs.len(), 2);
    assert_eq!(
        (inputs[0].files, inputs[0].bytes),
        (1, content.len() as u64)
    );
    assert_eq!(
        inputs[0].checksum,
        blake3::hash(content.as_bytes()).to_hex().to_string()
    );
    assert_eq!(inputs[1].files, 2);
    assert_eq!(inputs[1].checksum.len(), 64);
}

#[test]
fn what_is_not_there() {
    let options = Options::default();
    assert!(matches!(
        Reader::open(&[PathBuf::from("no/such/file")], &options),
        Err(Error::Input { .. })
    ));
    let folder = Folder::new();
    let mut reader = Reader::open(&[folder.path().to_owned()], &options).unwrap();
    assert_eq!(reader.warnings().len(), 1);
    assert_eq!(drain(&mut reader, &options).len(), 0);
    let path = folder.write("a.txt", "a");
    let mut reader = Reader::open(std::slice::from_ref(&path), &options).unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(
        codes(&drain(&mut reader, &options)),
        [RejectCode::FileUnreadable]
    );
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_in_circles() {
    let folder = Folder::new();
    folder.write("a.txt", "a");
    std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("a.txt"), folder.path().join("b.txt")).unwrap();
    let items = read_paths(&[folder.path().to_owned()], &Options::default());
    assert_eq!(texts(&items), ["a", "a"]);
    assert_eq!(codes(&items), [RejectCode::FileUnreadable]);
}

#[test]
fn standard_input_is_known_by_its_content() {
    let options = Options::default();
    for (content, expected) in [
        ("{\"text\":\"json\"}\n", "json"),
        ("[{\"text\":\"list\"}]", "list"),
        ("title,text\nA,table\n", "table"),
        ("<html><body><p>page</p></body></html>", "page"),
        (
            "Just, a text; with marks.\nAnd lines, too.\n",
            "Just, a text; with marks.\nAnd lines, too.\n",
        ),
    ] {
        let mut reader =
            Reader::from_stream("-", Box::new(Cursor::new(content)), &options).unwrap();
        assert_eq!(reader.total_bytes(), None);
        let items = drain(&mut reader, &options);
        assert_eq!(texts(&items), [expected]);
        assert_eq!(articles(&items)[0].source_file, "-");
    }
}
