//! `cargo bench --bench speed`: the speed ratios of `docs/speed.md`, and the page itself.
//!
//! Speed is told as a ratio k to `serde_json::from_slice` into an owned struct on the same file,
//! one thread, so that any machine can compare. The file is made of the project's own English and
//! French articles, repeated with perturbed names until it is 256 MB, or it is the JSON Lines file
//! that `DATELINE_BENCH_FILE` names. `DATELINE_BENCH_MB` makes it smaller for a quick look.
#![allow(clippy::print_stdout)]

use dateline_export::{Batch, LineWriter, Settings as ExportSettings};
use dateline_gazetteer::Gazetteer;
use dateline_ingest::{Options, Reader};
use dateline_languages::Library;
use dateline_pipeline::{Engine, Settings, Worker};
use serde::Deserialize;
use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The baseline's record: what any JSON reader has to do.
#[derive(Deserialize)]
#[allow(dead_code)]
struct Owned {
    id: String,
    title: Option<String>,
    text: String,
    published: Option<String>,
}

fn main() {
    // `cargo test` runs benches too, to see that they start.
    if !std::env::args().any(|a| a == "--bench") {
        println!("skipped: run with `cargo bench --bench speed`");
        return;
    }
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = std::env::var_os("DATELINE_BENCH_FILE")
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            let mb: u64 = std::env::var("DATELINE_BENCH_MB")
                .ok()
                .and_then(|v| v.parse().ok())
                .unwrap_or(256);
            let path = dir.path().join("news.jsonl");
            write_news(&path, mb * 1_000_000);
            path
        });
    let bytes = std::fs::read(&file).expect("the file can be read");
    let megabytes = bytes.len() as f64 / 1e6;
    let mut page = Page {
        text: String::new(),
        megabytes,
        baseline: 0.0,
    };

    let baseline = best(3, || {
        for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            black_box(serde_json::from_slice::<Owned>(line).expect("the file is JSON Lines"));
        }
    });
    page.baseline = baseline.as_secs_f64();
    page.row("serde_json `from_slice`, owned struct (baseline)", baseline);
    page.row(
        "read and parse into articles",
        best(2, || {
            each(&file, |a| {
                black_box(a.text.len());
            })
        }),
    );
    let mut tokens = Vec::new();
    page.row(
        "… and tokenise",
        best(2, || {
            each(&file, |a| {
                tokens.clear();
                dateline_text::tokenize(&a.text, &mut tokens);
                black_box(tokens.len());
            })
        }),
    );
    for (name, dates, entities) in [
        ("… and find dates: **k_extract, dates only**", true, false),
        ("… and find everything: **k_extract**", true, true),
    ] {
        let engine = engine(dates, entities);
        let mut worker = Worker::default();
        let mut facts = 0;
        page.row(
            name,
            best(2, || {
                each(&file, |a| {
                    let f = engine.extract(a, &mut worker);
                    facts += f.dates.len() + f.mentions.len();
                })
            }),
        );
        black_box(facts);
    }
    {
        let engine = engine(true, true);
        let mut worker = Worker::default();
        let export = LineWriter::<std::io::Sink>::settings(&ExportSettings {
            texts: false,
            sentences: false,
            ..ExportSettings::default()
        });
        page.row(
            "… and format JSON Lines",
            best(1, || {
                let mut batch = Batch::new(&export);
                each(&file, |a| {
                    batch.push(&engine.extract(a, &mut worker));
                    if batch.bytes() > 1 << 20 {
                        black_box(batch.bytes());
                        batch = Batch::new(&export);
                    }
                });
            }),
        );
    }
    let one = process(&file, &dir.path().join("one"), 1);
    page.row(
        "whole process, JSON Lines to disk, one thread: **k_total**",
        one.0,
    );
    let two = process(&file, &dir.path().join("two"), 2);
    page.row("whole process, two threads", two.0);
    let _ = writeln!(
        page.text,
        "\nTwo threads over one: {:.2}. Peak memory: {} MB with one thread, {} MB with two.",
        one.0.as_secs_f64() / two.0.as_secs_f64(),
        one.1 / 1024,
        two.1 / 1024
    );
    let short = dir.path().join("short.jsonl");
    std::fs::write(
        &short,
        bytes
            .split_inclusive(|b| *b == b'\n')
            .next()
            .unwrap_or_default(),
    )
    .expect("written");
    let start = best(5, || {
        process(&short, &dir.path().join("short"), 1);
    });
    let _ = writeln!(
        page.text,
        "Start-up, one article: {:.0} ms.",
        start.as_secs_f64() * 1e3
    );
    println!("{}", page.text);
    page.save();
}

struct Page {
    text: String,
    megabytes: f64,
    baseline: f64,
}

impl Page {
    fn row(&mut self, name: &str, time: Duration) {
        let s = time.as_secs_f64();
        let _ = writeln!(
            self.text,
            "| {name} | {:.0} | {:.2} |",
            self.megabytes / s,
            s / self.baseline
        );
        println!(
            "{name}: {:.0} MB/s, k = {:.2}",
            self.megabytes / s,
            s / self.baseline
        );
    }

    fn save(&self) {
        let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let cpu = cpu
            .lines()
            .find_map(|l| l.strip_prefix("model name"))
            .map_or("unknown", |l| l.trim_start_matches([' ', '\t', ':']));
        let page = format!(
            "# Speed\n\nMade by `cargo bench --bench speed`; version {}, {cpu}, {} processors, {:.0} MB of JSON Lines in English and French.\n\
             k is the time beside that of the first row: it can be compared between machines.\n\n\
             | step, one thread | MB/s | k |\n|---|--:|--:|\n{}",
            env!("CARGO_PKG_VERSION"),
            std::thread::available_parallelism().map_or(0, usize::from),
            self.megabytes,
            self.text
        );
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/speed.md");
        if let Err(e) = std::fs::write(&path, page) {
            println!("{}: {e}", path.display());
        }
    }
}

fn best(runs: usize, mut f: impl FnMut()) -> Duration {
    (0..runs)
        .map(|_| {
            let begun = Instant::now();
            f();
            begun.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn engine(dates: bool, entities: bool) -> Engine {
    let settings = Settings {
        dates,
        entities,
        language: None,
        dating: dateline_dates::Settings {
            domain: dateline_dates::Domain::Auto,
            date_order: None,
            not_after: jiff::civil::date(2026, 1, 1),
            not_after_is_said: false,
            fill_undated: true,
        },
    };
    Engine::new(Library::embedded(), Gazetteer::embedded(), settings).expect("the packs are sound")
}

fn each(file: &Path, mut f: impl FnMut(dateline_model::Article<'_>)) {
    let options = Options::default();
    let reader = Reader::open(&[file.to_owned()], &options).expect("the file can be read");
    for chunk in reader {
        chunk.parse(&options, &mut |a| f(a.expect("the file has no rejects")));
    }
}

/// Runs the program; wall time and peak memory in kB (0 where the system does not tell).
fn process(file: &Path, out: &Path, threads: usize) -> (Duration, u64) {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args([
            "extract",
            "--format",
            "jsonl",
            "--no-texts",
            "--no-sentences",
            "--force",
            "--progress",
            "never",
        ])
        .args(["--threads", &threads.to_string()])
        .arg(file)
        .arg("--out")
        .arg(out)
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut peak = 0;
    let status = loop {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let high = status.lines().find_map(|l| {
            l.strip_prefix("VmHWM:")?
                .trim()
                .strip_suffix("kB")?
                .trim()
                .parse()
                .ok()
        });
        peak = peak.max(high.unwrap_or(0));
        if let Some(status) = child.try_wait().expect("the program can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(status.success());
    (begun.elapsed(), peak)
}

/// Our own English and French articles again and again, with letters changed in capitalised words
/// and in ids, so that no cache of names or sentences helps.
fn write_news(path: &Path, size: u64) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let options = Options::default();
    let mut articles: Vec<(String, String, String)> = Vec::new();
    let english_french = engine(false, false);
    let mut worker = Worker::default();
    for chunk in Reader::open(&[corpus], &options).expect("the corpus is there") {
        chunk.parse(&options, &mut |a| {
            let Ok(a) = a else { return };
            let kept = (
                a.title.to_string(),
                a.text.to_string(),
                a.published.to_string(),
            );
            let language = english_french.extract(a, &mut worker).article.language;
            if language == "en" || language == "fr" {
                articles.push(kept);
            }
        });
    }
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).expect("a temporary file"));
    let (mut written, mut n, mut state) = (0u64, 0u64, 0x2545_F491_4F6C_DD1Du64);
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    while written < size {
        for (title, text, published) in &articles {
            n += 1;
            let line = serde_json::json!({
                "id": format!("b{n}"),
                "title": perturb(title, &mut random),
                "text": perturb(text, &mut random),
                "published": published,
            });
            let line = format!("{line}\n");
            out.write_all(line.as_bytes()).expect("a temporary file");
            written += line.len() as u64;
        }
    }
}

/// Changes a letter in one of ten capitalised words.
fn perturb(text: &str, random: &mut impl FnMut() -> u64) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (i, word) in text.split(' ').enumerate() {
        if i > 0 {
            out.push(' ');
        }
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        if capital && word.len() > 4 && word.is_ascii() && random().is_multiple_of(10) {
            let at = 1 + (random() as usize) % (word.len() - 1);
            out.push_str(&word[..at]);
            out.push(char::from(b'a' + (random() % 26) as u8));
            out.push_str(&word[at..]);
        } else {
            out.push_str(word);
        }
    }
    out
}
