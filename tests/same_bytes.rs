//! The same input gives the same bytes, whatever the threads, the memory and the shards.

use crate::support::{Desk, Row, assert_same, dump, files, root, table};
use std::path::Path;

#[test]
fn threads_change_no_byte_of_the_corpus() {
    let desk = Desk::new();
    let corpus = Path::new("corpus");
    let run = |threads: &str| {
        let options = ["--threads", threads, "--format", "csv,jsonl"];
        let (run, out) = desk.extract(&[corpus], &options, threads);
        run.done();
        files(&out)
    };
    let one = run("1");
    assert!(one["dates.csv"].len() > 10_000 && one["mentions.csv"].len() > 10_000);
    for threads in ["2", "7"] {
        assert_same(&one, &run(threads), threads);
    }
}

#[test]
fn threads_and_memory_change_no_byte_of_a_dump() {
    let desk = Desk::new();
    let input = desk.put("dump.jsonl", dump(3 << 20));
    let run = |threads: &str, memory: &str| {
        let out = format!("{threads} {memory}");
        let (run, out) = desk.extract(&[&input], &["--threads", threads, "--memory", memory], &out);
        run.done();
        files(&out)
    };
    // So little memory that every chunk is a window of its own, and that `entities` is counted on the disk.
    let one = run("1", "64K");
    assert!(one["dates.csv"].len() > 1 << 20);
    for (threads, memory) in [("2", "64K"), ("7", "64K"), ("2", "256M")] {
        assert_same(
            &one,
            &run(threads, memory),
            &format!("{threads} threads, {memory}"),
        );
    }
}

/// Rows of the tables that concatenate.
fn rows(out: &Path) -> Vec<Vec<Row>> {
    [
        "articles",
        "mentions",
        "dates",
        "article_entities",
        "rejects",
    ]
    .iter()
    .map(|t| table(out, t))
    .collect()
}

fn joined(a: &[Vec<Row>], b: &[Vec<Row>]) -> Vec<Vec<Row>> {
    a.iter()
        .zip(b)
        .map(|(a, b)| [a.clone(), b.clone()].concat())
        .collect()
}

#[test]
fn shards_concatenate() {
    let desk = Desk::new();
    let (a, b) = (Path::new("corpus/text"), Path::new("corpus/wire.jsonl"));
    let run = |inputs: &[&Path], out: &str| {
        let (run, out) = desk.extract(inputs, &[], out);
        run.done();
        rows(&out)
    };
    let (of_a, of_b) = (run(&[a], "a"), run(&[b], "b"));
    assert!(
        of_a.iter().take(4).all(|table| !table.is_empty())
            && of_b.iter().all(|table| !table.is_empty())
    );
    assert_eq!(run(&[a, b], "ab"), joined(&of_a, &of_b));
    assert_eq!(run(&[b, a], "ba"), joined(&of_b, &of_a));
}

#[test]
fn an_order_of_files_on_the_disk_does_not_show() {
    let desk = Desk::new();
    let texts = ["b/2.txt", "a/z.txt", "a.txt", "b/10.txt", "ä.txt", "Z.txt"];
    for folder in ["made", "made backwards"] {
        let order: Vec<_> = if folder == "made" {
            texts.to_vec()
        } else {
            texts.iter().rev().copied().collect()
        };
        for name in order {
            desk.put(
                &format!("{folder}/in/{name}"),
                format!("The minister of {name} spoke on 3 May 2021."),
            );
        }
    }
    let read = |folder: &str| {
        let out = desk.path(folder).join("out");
        let run = crate::support::program()
            .current_dir(desk.path(folder))
            .args(["extract", "in", "--out"])
            .arg(&out)
            .output()
            .expect("the program runs");
        assert!(run.status.success());
        files(&out)
    };
    let first = read("made");
    assert_same(&first, &read("made backwards"), "made backwards");
    let articles = String::from_utf8(first["articles.csv"].clone()).expect("UTF-8");
    let order: Vec<_> = articles
        .lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect();
    assert_eq!(
        order,
        [
            "in/Z.txt:1",
            "in/a.txt:1",
            "in/a/z.txt:1",
            "in/b/10.txt:1",
            "in/b/2.txt:1",
            "in/ä.txt:1"
        ]
    );
}

#[test]
fn neither_time_nor_place_is_written() {
    let desk = Desk::new();
    let (run, out) = desk.extract(
        &[Path::new("corpus/wire.jsonl")],
        &["--format", "csv,xlsx"],
        "out",
    );
    run.done();
    for (name, bytes) in files(&out) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(
            !text.contains(&*root().to_string_lossy()),
            "{name} names the folder of this machine"
        );
    }
    let (run, again) = desk.extract(
        &[Path::new("corpus/wire.jsonl")],
        &["--format", "csv,xlsx"],
        "again",
    );
    run.done();
    assert_same(&files(&out), &files(&again), "a second run");
}
