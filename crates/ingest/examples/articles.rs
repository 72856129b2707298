//! Prints what is read from files: one JSON object an article on standard output, rejects on standard error.

use std::io::Write;
use std::path::PathBuf;

use dateline_ingest::{Options, Reader};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inputs: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let options = Options::default();
    let mut out = std::io::stdout().lock();
    for chunk in Reader::open(&inputs, &options)? {
        let mut failure = None;
        chunk.parse(&options, &mut |item| match item {
            Ok(article) => {
                let row = serde_json::json!({
                    "source_file": article.source_file, "record": article.record, "id": article.source_id,
                    "title": article.title, "text": article.text, "published": article.published,
                    "language": article.language, "url": article.url, "outlet": article.outlet,
                    "authors": article.authors,
                });
                failure = writeln!(out, "{row}").err().or(failure.take());
            }
            Err(reject) => eprintln!("{reject:?}"),
        });
        if let Some(failure) = failure {
            return Err(failure.into());
        }
    }
    Ok(())
}
