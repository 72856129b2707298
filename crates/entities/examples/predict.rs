//! Names of gold documents: JSON Lines on stdin, predictions on stdout, speed on stderr.
#![allow(clippy::print_stdout)]

use dateline_document::Document;
use dateline_entities::{Name, Recognizer, Scratch};
use dateline_gazetteer::Gazetteer;
use dateline_languages::{Lexicon, Library};
use dateline_model::NameType;
use std::io::{BufRead, Write};

fn main() {
    let tag = std::env::args().nth(1).unwrap_or("en".into());
    let debug = std::env::args().nth(2).is_some();
    let library = Library::embedded();
    let pack = library.pack(&tag).expect("pack");
    let lexicon = Lexicon::new(&pack, &[]);
    let gazetteer = Gazetteer::embedded();
    let recognizer = Recognizer::new(&lexicon, &pack, &gazetteer);
    let lines: Vec<serde_json::Value> = std::io::stdin()
        .lock()
        .lines()
        .map(|l| serde_json::from_str(&l.expect("read")).expect("json"))
        .collect();
    let documents: Vec<Document> = lines
        .iter()
        .map(|l| {
            let text = l["text"].as_str().unwrap_or_default();
            let mut tokens = Vec::new();
            dateline_text::tokenize(text, &mut tokens);
            lexicon.mark(&mut tokens);
            Document::new(text.into(), 0, tokens, &lexicon, &pack)
        })
        .collect();
    let mut scratch = Scratch::default();
    let bytes: usize = documents.iter().map(|d| d.text.len()).sum();
    let mut out = std::io::stdout().lock();
    // The least time of several rounds for each document: other work on the machine counts little.
    let rounds = std::env::var("ROUNDS").map_or(3, |r| r.parse().unwrap_or(3));
    let mut best = vec![u128::MAX; documents.len()];
    let mut cut = vec![u128::MAX; documents.len()];
    let mut all: Vec<Vec<Name>> = Vec::new();
    let mut tokens = Vec::new();
    for _ in 0..rounds {
        all.clear();
        for (n, d) in documents.iter().enumerate() {
            let begin = std::time::Instant::now();
            let mut names = Vec::new();
            recognizer.find(d, &[], &mut scratch, &mut names);
            all.push(names);
            best[n] = best[n].min(begin.elapsed().as_nanos());
            let begin = std::time::Instant::now();
            tokens.clear();
            dateline_text::tokenize(&d.text, &mut tokens);
            cut[n] = cut[n].min(begin.elapsed().as_nanos());
        }
    }
    let per_byte = |t: &[u128]| t.iter().sum::<u128>() as f64 / bytes as f64;
    eprintln!("names {:.2} ns/byte, tokens {:.2} ns/byte", per_byte(&best), per_byte(&cut));
    for ((line, d), names) in lines.iter().zip(&documents).zip(&all) {
        let mut at = 0;
        let mut count = 0;
        let mut code_points = |byte: u32| {
            count += d.text[at..byte as usize].chars().count();
            at = byte as usize;
            count
        };
        let entities: Vec<serde_json::Value> = names
            .iter()
            .map(|n| {
                let t = match n.name_type {
                    NameType::Person => "PER",
                    NameType::Organization => "ORG",
                    NameType::Place => "LOC",
                    NameType::Other => "MISC",
                };
                let (start, end) = (code_points(n.span.start), code_points(n.span.end));
                let mut e = serde_json::json!({"start": start, "end": end, "type": t});
                if debug {
                    e["rule"] = n.rule.into();
                    e["id"] = n.entity_id.as_str().into();
                    e["label"] = n.label.as_str().into();
                    e["role"] = n.role.of(&d.text).into();
                    e["role_org"] = n.role_org_id.as_str().into();
                    e["confidence"] = n.confidence.into();
                    e["kind"] = n.kind.as_str().into();
                }
                e
            })
            .collect();
        writeln!(out, "{}", serde_json::json!({"id": line["id"], "entities": entities})).expect("write");
    }
}
