use dateline_dates::*;
use dateline_gazetteer::Gazetteer;
use dateline_ingest::{Options, Reader};
use dateline_languages::Library;
use dateline_pipeline::{Engine, Settings};
use std::hint::black_box;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(serde::Deserialize)]
#[allow(dead_code)]
struct Owned {
    id: String,
    title: Option<String>,
    text: String,
    published: Option<String>,
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let file = std::path::PathBuf::from(&args[1]);
    let runs: usize = args.get(2).map_or(3, |r| r.parse().unwrap());
    let bytes = std::fs::read(&file).unwrap();
    let mut baseline = f64::MAX;
    for _ in 0..runs {
        let t = Instant::now();
        for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            black_box(serde_json::from_slice::<Owned>(line).unwrap());
        }
        baseline = baseline.min(t.elapsed().as_secs_f64());
    }
    let dating = dateline_dates::Settings {
        domain: Domain::Auto,
        date_order: None,
        not_after: jiff::civil::date(2026, 1, 1),
        not_after_is_said: false,
        fill_undated: true,
    };
    let settings = Settings {
        dates: true,
        entities: false,
        language: None,
        dating,
    };
    let engine = Engine::new(Library::embedded(), Gazetteer::embedded(), settings).unwrap();
    let options = Options::default();
    let mut chunks = Vec::new();
    for chunk in Reader::open(&[file.to_owned()], &options).unwrap() {
        chunks.push(chunk);
    }
    let mut articles = Vec::new();
    for chunk in &chunks {
        chunk.parse(&options, &mut |a| {
            articles.push(a.unwrap());
        });
    }
    let (mut tokens, mut n) = (0, [0usize; 4]);
    let mut least = vec![[f64::MAX; 4]; articles.len()];
    let mut scratches: std::collections::HashMap<&'static str, dateline_rules::Scratch> =
        Default::default();
    for _ in 0..runs {
        n = [0; 4];
        tokens = 0;
        for (article, least) in articles.iter().zip(&mut least) {
            let (doc, language) = engine.document(article);
            tokens += doc.tokens.len();
            let Some(l) = language else { continue };
            let tag: &'static str = &l.pack.tag;
            let scratch = scratches.entry(tag).or_default();
            let t0 = Instant::now();
            let m = if std::env::var_os("X").is_some() {
                l.dates.matches(&doc, &l.rules).len()
            } else {
                0
            };
            let t1 = Instant::now();
            n[0] += m;
            let e = l.dates.expressions(&doc, &l.rules, &dating, scratch);
            n[1] += e.len();
            let t2 = Instant::now();
            let source = Source {
                published: &article.published,
                url: &article.url,
                file: &article.source_file,
            };
            let style = Style {
                order: l.pack.language.date_order,
            };
            let p = publication(source, &doc, &l.rules, &e, style, &dating, scratch);
            let t3 = Instant::now();
            let d = l.dates.resolve(&doc, &l.rules, e, &p, &dating);
            n[3] += d.len();
            black_box(&d);
            drop(d);
            let t4 = Instant::now();
            for (least, t) in least.iter_mut().zip([t1 - t0, t2 - t1, t3 - t2, t4 - t3]) {
                *least = least.min(t.as_secs_f64());
            }
        }
    }
    let mut best = [0f64; 4];
    for l in &least {
        for i in 0..4 {
            if l[i] < 1e9 {
                best[i] += l[i];
            }
        }
    }
    println!(
        "baseline {:.1} ms, {} articles, {} tokens",
        baseline * 1e3,
        articles.len(),
        tokens
    );
    for (i, name) in ["match", "match+meaning", "publication", "resolve"]
        .iter()
        .enumerate()
    {
        println!(
            "{name}: {:.1} ms k {:.2} {:.1} ns/token, n {}",
            best[i] * 1e3,
            best[i] / baseline,
            best[i] * 1e9 / tokens as f64,
            n[i]
        );
    }
}
