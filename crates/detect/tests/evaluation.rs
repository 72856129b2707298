//! Accuracy on evaluation sentences, where these are at hand: `DATELINE_EVAL` names their folder.

use dateline_detect::Detector;
use dateline_text::tokenize;
use std::collections::BTreeMap;
use std::path::Path;

/// Share of right answers in each language of `kind`.
fn accuracy(detector: &Detector, file: &Path, kind: &str) -> BTreeMap<String, f64> {
    let content = std::fs::read_to_string(file).expect("the evaluation file can be read");
    let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut tokens = Vec::new();
    for line in content.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("a line is JSON");
        if row["kind"] != kind {
            continue;
        }
        let (text, language) = (row["text"].as_str().unwrap(), row["lang"].as_str().unwrap());
        tokens.clear();
        tokenize(text, &mut tokens);
        let count = counts.entry(language.to_owned()).or_default();
        count.0 += 1;
        count.1 +=
            u32::from(detector.detect(text, &tokens).language.split('-').next() == Some(language));
    }
    counts
        .into_iter()
        .map(|(l, (n, right))| (l, f64::from(right) / f64::from(n)))
        .collect()
}

fn mean(of: &BTreeMap<String, f64>) -> f64 {
    of.values().sum::<f64>() / of.len() as f64
}

fn worst(of: &BTreeMap<String, f64>) -> Vec<(&str, f64)> {
    let mut all: Vec<_> = of.iter().map(|(l, a)| (l.as_str(), *a)).collect();
    all.sort_by(|a, b| a.1.total_cmp(&b.1));
    all.truncate(15);
    all
}

#[test]
fn sentences() {
    let Ok(folder) = std::env::var("DATELINE_EVAL") else {
        eprintln!("skipped: DATELINE_EVAL does not name the evaluation folder");
        return;
    };
    let folder = Path::new(&folder).join("news/langid");
    let detector = Detector::new(dateline_languages::embedded());

    let mut web = accuracy(&detector, &folder.join("lingua.jsonl"), "sentence");
    eprintln!(
        "web sentences, {} languages: {:.4}; worst {:.3?}",
        web.len(),
        mean(&web),
        worst(&web)
    );
    assert!(mean(&web) > FLOOR_ALL);
    // What is marked Malay there is Indonesian for the most part.
    web.remove("ms");
    eprintln!("without ms: {:.4}", mean(&web));
    assert!(mean(&web) > FLOOR_WITHOUT_MS);

    let pairs = accuracy(&detector, &folder.join("lingua.jsonl"), "word_pair");
    eprintln!("word pairs: {:.4}", mean(&pairs));
    assert!(mean(&pairs) > FLOOR_PAIRS);

    let news = accuracy(&detector, &folder.join("pud_news.jsonl"), "sentence");
    eprintln!(
        "news sentences, {} languages: {:.4}; {:.3?}",
        news.len(),
        mean(&news),
        worst(&news)
    );
    assert!(mean(&news) > FLOOR_NEWS);
}

const FLOOR_ALL: f64 = 0.944;
const FLOOR_WITHOUT_MS: f64 = 0.956;
const FLOOR_PAIRS: f64 = 0.49;
const FLOOR_NEWS: f64 = 0.991;
