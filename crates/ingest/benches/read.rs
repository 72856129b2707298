//! Bytes a second from a file to articles, one thread: JSON Lines plain and compressed, and tables. The
//! yardstick is serde_json into a struct that owns its strings.

use std::io::Write;
use std::path::PathBuf;

use dateline_ingest::{Options, Reader};
use divan::Bencher;
use divan::counter::BytesCount;
use serde::Deserialize;
use tempfile::TempDir;

const ARTICLES: usize = 20_000;

fn main() {
    divan::main();
}

fn text(number: usize) -> String {
    let sentence =
        "On Tuesday the council of the town voted, after hours of debate, for the new bridge. ";
    let accents = "Le président a été réélu à Genève, où la séance s'est prolongée. ";
    format!("{number}: {}{}", sentence.repeat(20), accents.repeat(12))
}

fn json_lines() -> String {
    let mut out = String::new();
    for number in 0..ARTICLES {
        let text = text(number);
        out.push_str(&format!(
            "{{\"id\":\"{number}\",\"title\":\"Council votes\",\"text\":\"{text}\",\"date\":\"2024-05-03\",\
             \"url\":\"https://post.example/{number}\",\"image\":null,\"tags\":[\"a\",\"b\"]}}\n"
        ));
    }
    out
}

fn table() -> String {
    let mut out = String::from("id,title,text,date\n");
    for number in 0..ARTICLES {
        out.push_str(&format!(
            "{number},Council votes,\"{}\",2024-05-03\n",
            text(number)
        ));
    }
    out
}

fn file(name: &str, content: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("room for a file");
    (folder, path)
}

fn bench(bencher: Bencher, name: &str, content: &[u8], bytes: usize) {
    let (_folder, path) = file(name, content);
    let options = Options::default();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        let mut articles = 0;
        let reader = Reader::open(std::slice::from_ref(&path), &options).expect("the file");
        for chunk in reader {
            chunk.parse(&options, &mut |item| articles += usize::from(item.is_ok()));
        }
        assert_eq!(articles, ARTICLES);
    });
}

#[divan::bench]
fn lines(bencher: Bencher) {
    let content = json_lines();
    bench(bencher, "a.jsonl", content.as_bytes(), content.len());
}

#[divan::bench]
fn list(bencher: Bencher) {
    let content = format!("[{}]", json_lines().trim_end().replace('\n', ","));
    bench(bencher, "a.json", content.as_bytes(), content.len());
}

#[divan::bench]
fn lines_gzip(bencher: Bencher) {
    let content = json_lines();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content.as_bytes()).expect("memory");
    bench(
        bencher,
        "a.jsonl.gz",
        &encoder.finish().expect("memory"),
        content.len(),
    );
}

#[divan::bench]
fn rows(bencher: Bencher) {
    let content = table();
    bench(bencher, "a.csv", content.as_bytes(), content.len());
}

/// Only the part that the reading thread does.
#[divan::bench]
fn lines_unparsed(bencher: Bencher) {
    let content = json_lines();
    let (_folder, path) = file("a.jsonl", content.as_bytes());
    bencher.counter(BytesCount::new(content.len())).bench(|| {
        let reader =
            Reader::open(std::slice::from_ref(&path), &Options::default()).expect("the file");
        reader.map(|chunk| chunk.bytes()).sum::<u64>()
    });
}

#[divan::bench]
fn yardstick(bencher: Bencher) {
    #[derive(Deserialize)]
    struct Owned {
        id: String,
        title: String,
        text: String,
        date: String,
        url: String,
    }
    let content = json_lines();
    bencher.counter(BytesCount::new(content.len())).bench(|| {
        content
            .lines()
            .map(|line| {
                let article: Owned = serde_json::from_slice(line.as_bytes()).expect("an article");
                article.id.len()
                    + article.title.len()
                    + article.text.len()
                    + article.date.len()
                    + article.url.len()
            })
            .sum::<usize>()
    });
}
