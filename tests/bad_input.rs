//! Whatever is wrong with the input: a clear message or a reject, and the rest of the run whole.

use crate::support::{Desk, Row, column, dump, table};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

const GOOD: &str = "The minister spoke in Rome on 3 May 2021.\n";

/// Extracts a folder that holds good articles before and behind a bad file; the rejects.
#[track_caller]
fn rejects_beside_good_ones(name: &str, content: impl AsRef<[u8]>, options: &[&str]) -> Vec<Row> {
    let desk = Desk::new();
    desk.put("in/a.txt", GOOD);
    desk.put("in/z.txt", GOOD);
    desk.put(&format!("in/{name}"), content);
    let (run, out) = desk.extract(&[&desk.path("in")], options, "out");
    run.done();
    let sources = column(&out, "articles", "source_file");
    assert!(
        sources.iter().any(|s| s.ends_with("in/a.txt"))
            && sources.iter().any(|s| s.ends_with("in/z.txt")),
        "{sources:?}"
    );
    assert!(
        column(&out, "dates", "timex_value")
            .iter()
            .filter(|v| *v == "2021-05-03")
            .count()
            >= 2
    );
    let rejects = table(&out, "rejects");
    for row in &rejects {
        assert!(
            row["source_file"].ends_with(name) || row["source_file"].contains(&format!("{name}/")),
            "{row:?}"
        );
        assert!(
            row["message"].ends_with(['.', '?']) && row["message"].len() > 15,
            "{row:?}"
        );
    }
    rejects
}

#[track_caller]
fn one_reject(name: &str, content: impl AsRef<[u8]>, code: &str) {
    let rejects = rejects_beside_good_ones(name, content, &[]);
    assert_eq!(
        rejects
            .iter()
            .map(|row| row["code"].as_str())
            .collect::<Vec<_>>(),
        [code],
        "{rejects:?}"
    );
}

#[test]
fn nothing_in_it() {
    one_reject("empty.txt", "", "text.empty");
    one_reject("empty.jsonl", "", "text.empty");
    one_reject("spaces.txt", " \n\t \u{a0}\u{3000}\n", "text.empty");
    one_reject("blank.jsonl", "{\"text\": \"  \\n \"}\n", "text.empty");
    one_reject("empty.csv", "", "text.empty");
}

#[test]
fn of_another_kind() {
    one_reject(
        "picture.png",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        "file.unknown_kind",
    );
    one_reject(
        "binary.txt",
        (0..=255u8).cycle().take(4096).collect::<Vec<_>>(),
        "encoding.invalid",
    );
}

#[test]
fn broken_records_leave_the_others_whole() {
    let lines = "{\"text\": \"On 4 May 2021.\"}\n{\"text\": \"cut of\n[1, 2]\n{\"text\": null}\n{\"title\": \"no text\"}\n{\"text\": \"On 6 May 2021.\"}\n";
    let rejects = rejects_beside_good_ones("mixed.jsonl", lines, &[]);
    let codes: Vec<_> = rejects
        .iter()
        .map(|row| (row["record"].as_str(), row["code"].as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            ("2", "json.syntax"),
            ("3", "json.syntax"),
            ("4", "text.empty"),
            ("5", "field.missing")
        ]
    );
    assert_eq!(rejects[0]["byte_offset"], "27");
}

#[test]
fn a_wrong_column_says_what_to_do() {
    let content = "id,headline,corps\n1,Talks,Le ministre a parlé.\n";
    let desk = Desk::new();
    let input = desk.put("export.csv", content);
    let (run, out) = desk.extract(&[&input], &["--map", "text=body"], "mapped");
    run.done();
    let row = table(&out, "rejects").remove(0);
    assert_eq!(row["code"], "field.missing");
    assert!(
        row["message"].contains("headline, corps") && row["message"].contains("--map text="),
        "{row:?}"
    );
    // Without the option the longest column is taken, and said so.
    let (run, _) = desk.extract(&[&input], &[], "guessed");
    let note = run.done().stderr;
    assert!(
        note.contains("«corps»") && note.contains("--map text="),
        "{note}"
    );
}

#[test]
fn encodings() {
    let desk = Desk::new();
    let latin = |text: &str| {
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).expect("Latin-1"))
            .collect::<Vec<u8>>()
    };
    desk.put(
        "in/latin.txt",
        latin("Le ministre a parlé à l'été 2021 de la santé publique, après la fête."),
    );
    // It says that it is UTF-8, and is not.
    let page = "<html><head><meta charset=\"utf-8\"><title>Été</title></head><body><article><p>Le ministre a parlé le 3 mai 2021 de la santé publique et de l'école, où les élèves étaient présents.</p></article></body></html>";
    desk.put("in/page.html", latin(page));
    let mut lines = b"{\"text\": \"On 3 May 2021 the caf".to_vec();
    lines.extend_from_slice(b"\xE9 closed.\"}\n{\"text\": \"On 4 May 2021.\"}\n");
    desk.put("in/lines.jsonl", lines);
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(
            "On 3 May 2021 it rained."
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    desk.put("in/utf16.txt", utf16);
    let (run, out) = desk.extract(&[&desk.path("in")], &[], "out");
    run.done();
    assert_eq!(table(&out, "articles").len(), 5);
    assert!(table(&out, "rejects").is_empty());
    let texts = fs::read_to_string(out.join("texts.jsonl")).expect("texts.jsonl");
    assert!(
        texts.contains("parlé à l'été")
            && texts.contains("parlé le 3 mai")
            && texts.contains("café closed"),
        "{texts}"
    );
    assert!(texts.contains("On 3 May 2021 it rained."), "{texts}");
}

#[test]
fn a_line_of_forty_megabytes() {
    let desk = Desk::new();
    let path = desk.path("long.jsonl");
    let mut file = fs::File::create(&path).expect("a file");
    writeln!(file, "{{\"text\": \"On 3 May 2021.\"}}").expect("a line");
    write!(file, "{{\"text\": \"").expect("a line");
    let words = "word ".repeat(1 << 18);
    for _ in 0..32 {
        file.write_all(words.as_bytes()).expect("a line");
    }
    writeln!(file, "\"}}\n{{\"text\": \"On 4 May 2021.\"}}").expect("a line");
    drop(file);
    let (run, out) = desk.extract(&[&path], &["--max-record", "16M"], "out");
    run.done();
    assert_eq!(column(&out, "rejects", "code"), ["record.too_large"]);
    assert_eq!(column(&out, "rejects", "record"), ["2"]);
    assert_eq!(
        column(&out, "dates", "timex_value"),
        ["2021-05-03", "2021-05-04"]
    );
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).expect("compressed");
    encoder.finish().expect("compressed")
}

#[test]
fn compressed_data_that_end_early() {
    let desk = Desk::new();
    let whole = dump(1 << 20);
    let mut compressed = gzip(whole.as_bytes());
    compressed.truncate(compressed.len() / 2);
    let input = desk.put("cut.jsonl.gz", compressed);
    let (run, out) = desk.extract(&[&input], &[], "out");
    run.done();
    let articles = table(&out, "articles").len();
    assert!(
        articles > 10 && articles < whole.lines().count(),
        "{articles}"
    );
    let codes = column(&out, "rejects", "code");
    assert!(
        codes.contains(&"compression.broken".to_owned()),
        "{codes:?}"
    );
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in members {
        archive.start_file(*name, options).expect("a member");
        archive.write_all(content).expect("a member");
    }
    archive.finish().expect("an archive").into_inner()
}

#[test]
fn archives_that_reach_outside_or_swell() {
    let outside = zip(&[
        ("../evil.txt", GOOD.as_bytes()),
        ("a/../../evil.txt", GOOD.as_bytes()),
        ("good.txt", b"On 5 May 2021 it rained."),
    ]);
    let rejects = rejects_beside_good_ones("outside.zip", outside, &[]);
    assert_eq!(
        rejects
            .iter()
            .map(|row| row["code"].as_str())
            .collect::<Vec<_>>(),
        ["archive.member", "archive.member"],
        "{rejects:?}"
    );

    let bomb = vec![b' '; 100 << 20];
    let rejects = rejects_beside_good_ones("bomb.zip", zip(&[("bomb.jsonl", &bomb)]), &[]);
    assert_eq!(rejects[0]["code"], "archive.member", "{rejects:?}");
    let rejects = rejects_beside_good_ones("bomb.jsonl.gz", gzip(&bomb), &[]);
    assert_eq!(
        rejects.last().expect("a reject")["code"],
        "archive.member",
        "{rejects:?}"
    );
}

#[test]
fn characters_that_are_none() {
    let desk = Desk::new();
    let controls: String = (1u8..32)
        .map(char::from)
        .chain([
            '\u{7f}', '\u{85}', '\u{feff}', '\u{202e}', '\u{fffd}', '\u{2028}',
        ])
        .collect();
    desk.put(
        "in/controls.txt",
        format!("On 3 May{controls} 2021 it{controls}rained.\nOn 4 May 2021 it did not.\n"),
    );
    desk.put("in/halves.jsonl", "{\"text\": \"A half \\ud83d of 3 May 2021 and \\udc00 more.\"}\n{\"text\": \"Whole \\ud83d\\ude00 on 4 May 2021.\"}\n");
    let (run, out) = desk.extract(&[&desk.path("in")], &["--lang", "en"], "out");
    run.done();
    let articles = table(&out, "articles").len();
    assert_eq!(articles + table(&out, "rejects").len(), 3);
    assert!(
        column(&out, "dates", "timex_value")
            .iter()
            .filter(|v| *v == "2021-05-04")
            .count()
            == 2
    );
}

#[test]
fn days_that_are_none() {
    let desk = Desk::new();
    let out = desk.extract_text(
        "He came on 31 February 2021 and left on 32 March 2021, on 2021-13-45 or 99/99/2021. She came on 29 February 2023 and on 30 April 2021.",
        &["--lang", "en"],
    );
    for row in table(&out, "dates") {
        for day in [&row["first_day"], &row["last_day"]] {
            assert!(
                day.is_empty() || day.parse::<jiff::civil::Date>().is_ok(),
                "{row:?}"
            );
        }
        assert!(
            !row["timex_value"].contains("02-31") && !row["timex_value"].contains("03-32"),
            "{row:?}"
        );
    }
    assert!(column(&out, "dates", "timex_value").contains(&"2021-04-30".to_owned()));
}

#[test]
fn inputs_and_outputs_that_are_not_there() {
    let desk = Desk::new();
    let good = desk.put("good.txt", GOOD);
    desk.extract(&[&good, Path::new("nowhere/at/all.txt")], &[], "out")
        .0
        .failed(2, &["nowhere/at/all.txt"]);
    assert!(!desk.path("out").exists());

    fs::create_dir(desk.path("empty")).expect("a folder");
    desk.extract(&[&desk.path("empty")], &[], "out")
        .0
        .failed(2, &["no article in", "empty", ".jsonl"]);
    assert!(
        !desk.path("out").exists(),
        "a run without articles leaves no tables"
    );

    desk.extract(&[&good], &[], "good.txt")
        .0
        .failed(2, &["good.txt", "is a file"]);
    desk.extract(&[&good], &[], "good.txt/below/a/file")
        .0
        .failed(2, &["cannot write", "good.txt"]);
    assert_eq!(fs::read_to_string(&good).expect("the input"), GOOD);
    crate::support::dateline(["extract", "--out", "x"]).failed(2, &["INPUT"]);
    crate::support::dateline(["extract", "corpus"]).failed(2, &["--out"]);
    crate::support::dateline(["extrakt"]).failed(2, &["extract"]);
}

#[cfg(unix)]
mod interrupted {
    use super::*;
    use crate::support::program;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    /// A run that waits for more on its standard input, with some articles read, if `begun` has none.
    fn waiting(out: &Path) -> Child {
        let child = reading("extract", out);
        let written = || fs::metadata(out.join("dates.csv.partial")).is_ok_and(|m| m.len() > 4096);
        until("rows are written", written);
        child
    }

    /// A command that has read much of its standard input, and wants more.
    fn reading(command: &str, out: &Path) -> Child {
        let mut child = program()
            .args([command, "-", "--memory", "64K", "--out"])
            .arg(out)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        child
            .stdin
            .as_mut()
            .expect("standard input")
            .write_all(dump(3 << 20).as_bytes())
            .expect("articles are read");
        child
    }

    fn until(what: &str, mut true_now: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !true_now() {
            assert!(begun.elapsed() < Duration::from_secs(60), "never: {what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn interrupt(child: &Child) {
        let status = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(status.expect("kill runs").success());
    }

    fn ended(child: Child, out: PathBuf) {
        let output = child.wait_with_output().expect("the program ends");
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(message.contains("stopping"), "{message}");
        assert!(
            !out.exists(),
            "{:?}",
            fs::read_dir(&out).map(|d| d.flatten().map(|e| e.file_name()).collect::<Vec<_>>())
        );
    }

    #[test]
    fn once_ends_after_the_articles_in_hand() {
        let desk = Desk::new();
        let out = desk.path("out");
        ends_after_once(waiting(&out), out);
    }

    #[test]
    fn learning_ends_after_the_articles_in_hand() {
        let desk = Desk::new();
        let out = desk.path("out.tsv");
        ends_after_once(reading("learn", &out), out);
    }

    fn ends_after_once(mut child: Child, out: PathBuf) {
        interrupt(&child);
        std::thread::sleep(Duration::from_millis(300));
        // What feeds the pipe ends as well, as it does on a terminal; there would be more to read.
        let mut stdin = child.stdin.take().expect("standard input");
        stdin.write_all(dump(1 << 20).as_bytes()).ok();
        drop(stdin);
        ended(child, out);
    }

    #[test]
    fn twice_ends_at_once() {
        let desk = Desk::new();
        let out = desk.path("out");
        let mut child = waiting(&out);
        interrupt(&child);
        std::thread::sleep(Duration::from_millis(300));
        interrupt(&child);
        until("the run ends", || {
            child.try_wait().expect("a status").is_some()
        });
        ended(child, out);
    }

    #[test]
    fn tables_of_an_earlier_run_stay() {
        let desk = Desk::new();
        let input = desk.put("one.txt", GOOD);
        let (run, out) = desk.extract(&[&input], &[], "out");
        run.done();
        let before = crate::support::files(&out);
        let mut child = program()
            .args(["extract", "-", "--force", "--out"])
            .arg(&out)
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        until("the run begins", || out.join("dates.csv.partial").exists());
        interrupt(&child);
        std::thread::sleep(Duration::from_millis(300));
        interrupt(&child);
        until("the run ends", || {
            child.try_wait().expect("a status").is_some()
        });
        assert_eq!(child.wait().expect("a status").code(), Some(2));
        crate::support::assert_same(
            &before,
            &crate::support::files(&out),
            "after an interruption",
        );
    }
}
