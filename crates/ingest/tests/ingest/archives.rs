use std::io::{Cursor, Read, Write};
use std::time::{Duration, Instant};

use dateline_ingest::{Options, Reader};
use dateline_model::RejectCode;
use zip::write::SimpleFileOptions;

use crate::support::{Folder, articles, codes, drain, gzip, read, read_with, rejects, texts};

const LINES: &str = "{\"text\":\"a\"}\n{\"text\":\"b\"}\n";

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn every_compression_by_its_first_bytes() {
    let zstd = zstd::encode_all(LINES.as_bytes(), 3).unwrap();
    let mut bzip2 = Vec::new();
    bzip2::read::BzEncoder::new(LINES.as_bytes(), bzip2::Compression::best())
        .read_to_end(&mut bzip2)
        .unwrap();
    let mut xz = Vec::new();
    liblzma::read::XzEncoder::new(LINES.as_bytes(), 6)
        .read_to_end(&mut xz)
        .unwrap();
    for (ending, content) in [
        ("gz", gzip(LINES.as_bytes())),
        ("zst", zstd),
        ("bz2", bzip2),
        ("xz", xz),
    ] {
        assert_eq!(
            texts(&read(&format!("a.jsonl.{ending}"), &content)),
            ["a", "b"],
            "{ending}"
        );
        assert_eq!(
            texts(&read("a.jsonl", &content)),
            ["a", "b"],
            "{ending} without its ending"
        );
        let twice = [content.clone(), content.clone()].concat();
        assert_eq!(
            texts(&read("a.jsonl", &twice)),
            ["a", "b", "a", "b"],
            "{ending} of several members"
        );
        assert_eq!(
            texts(&read("a.txt", &content)),
            [LINES],
            "{ending} of a text"
        );
    }
    assert_eq!(
        texts(&read("a.jsonl.gz", gzip(&gzip(LINES.as_bytes())))),
        ["a", "b"]
    );
    assert_eq!(
        codes(&read("a.jsonl.gz", gzip(&gzip(&gzip(b"x"))))),
        [RejectCode::ArchiveMember]
    );
}

#[test]
fn what_came_before_a_break_is_used() {
    let lines: String = (0..20_000)
        .map(|n| format!("{{\"id\":{n},\"text\":\"number {}\"}}\n", n * 7919 % 10_007))
        .collect();
    let whole = gzip(lines.as_bytes());
    let items = read("a.jsonl.gz", &whole[..whole.len() / 2]);
    assert!(texts(&items).len() > 5000);
    assert_eq!(codes(&items).last(), Some(&RejectCode::CompressionBroken));
    // The record that was cut in the middle may be a reject of its own.
    assert!(codes(&items).len() <= 2);
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle..middle + 50].fill(0x55);
    assert!(codes(&read("a.jsonl.gz", &damaged)).contains(&RejectCode::CompressionBroken));
    assert_eq!(
        codes(&read("a.jsonl.gz", &whole[..5])),
        [RejectCode::CompressionBroken]
    );
}

#[test]
fn members_of_archives_in_the_order_of_their_names() {
    let content = zip(&[
        ("b/two.txt", b"second"),
        ("a.jsonl", LINES.as_bytes()),
        ("c.csv.gz", &gzip(b"id,text\n1,third\n")),
        ("__MACOSX/._a.txt", b"x"),
        ("d.png", b"\x89PNG\0\0"),
    ]);
    let items = read("z.zip", content);
    assert_eq!(texts(&items), ["a", "b", "second", "third"]);
    assert!(
        articles(&items)[2]
            .source_file
            .ends_with("/z.zip/b/two.txt")
    );
    assert_eq!(articles(&items)[1].record, 2);
    assert_eq!(codes(&items), [RejectCode::FileUnknownKind]);
}

#[test]
fn bad_members_are_left_out() {
    let inner = zip(&[("x.txt", b"x")]);
    let content = zip(&[
        ("../out.txt", b"out"),
        ("in.zip", &inner),
        ("ok.txt", b"fine"),
    ]);
    let items = read("z.zip", &content);
    assert_eq!(texts(&items), ["fine"]);
    assert_eq!(
        codes(&items),
        [RejectCode::ArchiveMember, RejectCode::ArchiveMember]
    );

    // The flag of encryption, in the local header and in the directory.
    let mut locked = zip(&[("a.txt", b"secret")]);
    let directory = locked.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    locked[6] |= 1;
    locked[directory + 8] |= 1;
    assert_eq!(codes(&read("z.zip", &locked)), [RejectCode::ArchiveMember]);

    // One wrong byte in a stored member.
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("a.txt", stored).unwrap();
    writer.write_all(b"good text").unwrap();
    let mut flipped = writer.finish().unwrap().into_inner();
    let at = flipped.windows(4).position(|w| w == b"good").unwrap();
    flipped[at] = b'f';
    assert_eq!(
        codes(&read("z.zip", &flipped)),
        [RejectCode::CompressionBroken]
    );

    assert_eq!(
        codes(&read("z.zip", &content[..content.len() / 2])),
        [RejectCode::CompressionBroken]
    );
    let small = Options {
        member_limit: 3,
        ..Options::default()
    };
    assert_eq!(
        codes(&read_with("z.zip", zip(&[("a.txt", b"four")]), &small)),
        [RejectCode::ArchiveMember]
    );
}

#[test]
fn bombs_cost_neither_time_nor_memory() {
    let start = Instant::now();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let zeros = vec![0; 1 << 20];
    for name in ["a.jsonl", "b.txt", "c.csv", "d.json", "e.html"] {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        for _ in 0..200 {
            writer.write_all(&zeros).unwrap();
        }
    }
    let content = writer.finish().unwrap().into_inner();
    let made = start.elapsed();
    let mut lying = content.clone();
    let signature = b"PK\x01\x02";
    for at in memchr::memmem::find_iter(&content, signature) {
        lying[at + 24..at + 28].copy_from_slice(&10u32.to_le_bytes());
    }
    let folder = Folder::new();
    let options = Options::default();
    let liar = folder.write("liar.zip", lying);
    let items = drain(&mut Reader::open(&[liar], &options).unwrap(), &options);
    assert_eq!(texts(&items).len(), 0);
    assert!(
        rejects(&items)
            .iter()
            .any(|reject| reject.message.contains("Reading stops here"))
    );
    let paths = [
        folder.write("z.zip", content),
        folder.write("a.jsonl.gz", gzip(&vec![b' '; 100 << 20])),
    ];
    let items = drain(&mut Reader::open(&paths[..1], &options).unwrap(), &options);
    assert_eq!(texts(&items).len(), 0);
    assert!(codes(&items).contains(&RejectCode::ArchiveMember));
    let items = drain(&mut Reader::open(&paths[1..], &options).unwrap(), &options);
    assert!(codes(&items).contains(&RejectCode::ArchiveMember));
    // Unpacking all of it thrice would take about as long as packing did.
    assert!(start.elapsed() < made * 4 + Duration::from_secs(10));
}

#[test]
fn standard_input_may_be_compressed() {
    let options = Options::default();
    let mut reader =
        Reader::from_stream("-", Box::new(Cursor::new(gzip(LINES.as_bytes()))), &options).unwrap();
    assert_eq!(texts(&drain(&mut reader, &options)), ["a", "b"]);
    let mut reader = Reader::from_stream(
        "-",
        Box::new(Cursor::new(zip(&[("a.txt", b"a")]))),
        &options,
    )
    .unwrap();
    let items = drain(&mut reader, &options);
    assert_eq!(rejects(&items)[0].code, RejectCode::ArchiveMember);
}
