//! What the tests share.

use std::io::Write;
use std::path::{Path, PathBuf};

use dateline_ingest::{Options, Reader};
use dateline_model::{Article, Reject, RejectCode};
use tempfile::TempDir;

pub type Item = Result<Article<'static>, Reject>;

/// A folder that goes away with the test.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }
}

pub fn own(item: Result<Article<'_>, Reject>) -> Item {
    item.map(|article| Article {
        source_file: article.source_file.into_owned().into(),
        record: article.record,
        source_id: article.source_id.into_owned().into(),
        title: article.title.into_owned().into(),
        text: article.text.into_owned().into(),
        published: article.published.into_owned().into(),
        language: article.language.into_owned().into(),
        url: article.url.into_owned().into(),
        outlet: article.outlet.into_owned().into(),
        authors: article.authors.into_owned().into(),
    })
}

pub fn drain(reader: &mut Reader, options: &Options) -> Vec<Item> {
    let mut items = Vec::new();
    for chunk in reader {
        chunk.parse(options, &mut |item| items.push(own(item)));
    }
    items
}

pub fn read_paths(paths: &[PathBuf], options: &Options) -> Vec<Item> {
    let mut reader = Reader::open(paths, options).unwrap();
    let items = drain(&mut reader, options);
    // What is the same in any way of cutting must come out the same in another.
    let small = Options {
        chunk_bytes: 7,
        ..options.clone()
    };
    let mut again = Reader::open(paths, &small).unwrap();
    assert_eq!(drain(&mut again, &small), items, "chunks of another size");
    items
}

pub fn read(name: &str, content: impl AsRef<[u8]>) -> Vec<Item> {
    read_with(name, content, &Options::default())
}

pub fn read_with(name: &str, content: impl AsRef<[u8]>, options: &Options) -> Vec<Item> {
    let folder = Folder::new();
    let path = folder.write(name, content);
    read_paths(&[path], options)
}

pub fn articles(items: &[Item]) -> Vec<&Article<'static>> {
    items.iter().filter_map(|item| item.as_ref().ok()).collect()
}

pub fn texts(items: &[Item]) -> Vec<&str> {
    articles(items)
        .iter()
        .map(|article| article.text.as_ref())
        .collect()
}

pub fn rejects(items: &[Item]) -> Vec<&Reject> {
    items
        .iter()
        .filter_map(|item| item.as_ref().err())
        .collect()
}

pub fn codes(items: &[Item]) -> Vec<RejectCode> {
    rejects(items).iter().map(|reject| reject.code).collect()
}

pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
