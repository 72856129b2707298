//! `learn`, and what `extract --names` makes of its table.

use crate::support::{Desk, Row, dateline, dateline_reading, table};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Names that no list knows, told by what stands around them in some articles and by nothing in others.
const ARTICLES: [&str; 7] = [
    "The old harbour was closed for a week. Minister Orvin Kelwick opened the new bridge, and Kelwick thanked the workers. People danced.",
    "Nobody in the town had waited for long. Minister Orvin Kelwick said that the bridge had cost less than planned. The guests left.",
    "Trains will run again soon. They were stopped in Velmora after the storm, and the trip to Velmora took a day. Houses in Velmora burned.",
    "The storm came at night. Hundreds of houses in Velmora lost their roofs, and the roads in Velmora were closed. Help came late.",
    "The river rose for days. Schools in Velmora were closed, and the market was moved. Nobody was hurt.",
    "Many had come to the feast for Kelwick that evening. The mood was good, because Kelwick had kept a promise that pleased the whole town.",
    "Few roads were open. Most of the farms around Velmora had no power, but Velmora kept calm and the shops were full again by noon.",
];

fn learn(desk: &Desk, name: &str, articles: &[&str], options: &[&str]) -> PathBuf {
    let rows: String = articles
        .iter()
        .enumerate()
        .map(|(n, text)| {
            serde_json::json!({"id": format!("{n}"), "text": text, "lang": "en"}).to_string() + "\n"
        })
        .collect();
    let input = desk.put(&format!("{name}.jsonl"), rows);
    let out = desk.path(&format!("{name}.tsv"));
    let args = [
        "learn",
        &input.to_string_lossy(),
        "--out",
        &out.to_string_lossy(),
        "--force",
    ]
    .map(str::to_owned);
    dateline(
        args.into_iter()
            .chain(options.iter().map(|o| (*o).to_owned())),
    )
    .done();
    out
}

fn mentions(desk: &Desk, options: &[&str], out: &str) -> Vec<Row> {
    let input = desk.path("all.jsonl");
    let (run, out) = desk.extract(&[&input], options, out);
    run.done();
    table(&out, "mentions")
}

fn told(rows: &[Row], article: &str) -> Vec<String> {
    rows.iter()
        .filter(|r| r["article_id"] == article)
        .map(|r| format!("{} {}", r["text"], r["type"]))
        .collect()
}

#[test]
fn what_some_articles_show_helps_in_others() {
    let desk = Desk::new();
    let names = learn(&desk, "all", &ARTICLES, &[])
        .to_string_lossy()
        .into_owned();
    let learned = fs::read_to_string(&names).expect("the table");
    assert!(
        learned.starts_with("# Made by `dateline learn`"),
        "{learned}"
    );
    for row in [
        "en\tKelwick\tperson\t",
        "en\tVelmora\tplace\t",
        "en\tOrvin Kelwick\tperson\t",
    ] {
        assert!(learned.contains(row), "no «{row}» in {learned}");
    }
    let before = mentions(&desk, &[], "before");
    let after = mentions(&desk, &["--names", &names], "after");
    assert_eq!(told(&before, "5"), [""; 0]);
    assert_eq!(told(&after, "5"), ["Kelwick person", "Kelwick person"]);
    assert_eq!(told(&after, "6"), ["Velmora place", "Velmora place"]);
    let kelwick = after
        .iter()
        .find(|r| r["article_id"] == "5")
        .expect("a name");
    assert_eq!(kelwick["rule"], "name.learned");
    assert_eq!(kelwick["entity_id"], "x:person:kelwick");
    // It is evidence, and decides nothing against what the article itself shows.
    desk.put("all.jsonl", "{\"id\":\"x\",\"lang\":\"en\",\"text\":\"Shares of Kelwick Ltd fell. Kelwick Ltd makes ropes and sails.\"}\n");
    let other = mentions(&desk, &["--names", &names], "other");
    assert!(
        other.iter().all(|r| r["type"] == "organization"),
        "{other:?}"
    );
}

#[test]
fn the_table_may_be_compressed_or_come_through_a_pipe() {
    let desk = Desk::new();
    let names = learn(&desk, "all", &ARTICLES, &[]);
    let learned = fs::read(&names).expect("the table");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(&learned).expect("memory");
    let gz = desk.put("all.tsv.gz", gz.finish().expect("memory"));
    let gz = gz.to_string_lossy().into_owned();
    let rows = mentions(&desk, &["--names", &gz], "compressed");
    assert_eq!(told(&rows, "5"), ["Kelwick person", "Kelwick person"]);
    let list = b"name\ttype\nKelwick\tplace\n";
    let mut ways = vec![("-", &learned[..], "person"), ("-", list, "place")];
    if cfg!(unix) {
        // As a shell gives what another command writes.
        ways.push(("/dev/stdin", &learned, "person"));
        ways.push(("/dev/stdin", list, "place"));
    }
    for (n, (path, content, name_type)) in ways.into_iter().enumerate() {
        let (input, out) = (desk.path("all.jsonl"), desk.path(&format!("piped {n}")));
        let (input, told_out) = (input.to_string_lossy(), out.to_string_lossy());
        dateline_reading(
            ["extract", &input, "--out", &told_out, "--names", path],
            content,
        )
        .done();
        let kelwick = format!("Kelwick {name_type}");
        let rows = table(&out, "mentions");
        assert_eq!(told(&rows, "5"), [&*kelwick, &*kelwick], "{path}");
    }
}

#[test]
fn the_table_may_be_edited() {
    let desk = Desk::new();
    learn(&desk, "all", &ARTICLES, &[]);
    // Columns in any order, those that are missing as if the row were certain.
    let own = "# Made by `dateline learn`\ntype\tname\nplace\tKelwick\n";
    let own = desk.put("own.tsv", own).to_string_lossy().into_owned();
    let rows = mentions(&desk, &["--names", &own], "own");
    assert_eq!(told(&rows, "5"), ["Kelwick place", "Kelwick place"]);
    for (wrong, told) in [
        ("type\tname\nplanet\tKelwick\n", "line 3: type is «planet»"),
        ("type\tname\nplace\t\n", "line 3: the name is empty"),
        (
            "type\tname\tconfidence\nplace\tKelwick\t7\n",
            "line 3: confidence is «7»",
        ),
        ("name\nKelwick\n", "name and type"),
        ("", "no header"),
    ] {
        let wrong = desk.put("wrong.tsv", format!("# Made by `dateline learn`\n{wrong}"));
        let options = ["--names", &*wrong.to_string_lossy()];
        let (run, _) = desk.extract(&[&desk.path("all.jsonl")], &options, "no");
        run.failed(2, &["--names", "wrong.tsv", told]);
    }
}

#[test]
fn neither_order_nor_threads_nor_chunks_change_the_table() {
    let desk = Desk::new();
    let many: Vec<String> = (0..600)
        .map(|n| {
            format!(
                "{} Part {n} of the same story.",
                ARTICLES[n % ARTICLES.len()]
            )
        })
        .collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    let read = |path: PathBuf| fs::read_to_string(path).expect("the table");
    let one = read(learn(&desk, "one", &many, &["--threads", "1"]));
    assert!(one.contains("en\tVelmora\tplace"), "{one}");
    // A copy shows nothing more.
    many.extend_from_within(..50);
    many.reverse();
    for memory in ["64K", "256M"] {
        let options = ["--threads", "3", "--memory", memory];
        let other = read(learn(&desk, "other", &many, &options));
        if memory == "256M" {
            assert_eq!(one, other);
        }
        let small = read(learn(
            &desk,
            "again",
            &many[..],
            &["--threads", "1", "--memory", memory],
        ));
        assert_eq!(other, small, "{memory}");
    }
}

#[test]
fn words_that_stand_small_are_no_names() {
    let desk = Desk::new();
    let texts = [
        "The council met late. A plenary of all members was held, and the plenary took an hour. Plenary sessions are open.",
        "Nobody spoke at the plenary for long. The last plenary was short. It was cold.",
        "Guests came to the plenary too. A plenary is a meeting of all. Doors were shut.",
        "People left the plenary early, and no plenary was held the next day. Plenary rules had changed.",
    ];
    let learned = fs::read_to_string(learn(&desk, "small", &texts, &[])).expect("the table");
    assert!(learned.contains("en\tPlenary\tnone\t"), "{learned}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_old_table() {
    let desk = Desk::new();
    let out = learn(&desk, "all", &ARTICLES, &[]);
    let before = fs::read_to_string(&out).expect("the table");
    // No file may hold a byte.
    let status = std::process::Command::new("sh")
        .args([
            "-c",
            "ulimit -f 0; exec \"$0\" learn \"$1\" --force --out \"$2\"",
        ])
        .arg(env!("CARGO_BIN_EXE_dateline"))
        .args([desk.path("all.jsonl"), out.clone()])
        .stderr(std::process::Stdio::null())
        .status()
        .expect("a shell");
    assert!(!status.success());
    assert_eq!(fs::read_to_string(&out).expect("the table"), before);
}

#[cfg(unix)]
#[test]
fn a_device_takes_the_table_and_stays() {
    use std::os::unix::fs::FileTypeExt;
    let desk = Desk::new();
    let pipe = desk.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let read = {
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::read_to_string(pipe))
    };
    learn(&desk, "all", &ARTICLES, &[]);
    let input = desk.path("all.jsonl").to_string_lossy().into_owned();
    dateline(["learn", &input, "--force", "--out", &pipe.to_string_lossy()]).done();
    let is_pipe = fs::metadata(&pipe).expect("the pipe").file_type().is_fifo();
    assert!(is_pipe);
    let table = read.join().expect("no panic").expect("the table");
    assert_eq!(
        table,
        fs::read_to_string(desk.path("all.tsv")).expect("the table")
    );
}

#[test]
fn wrong_use() {
    let desk = Desk::new();
    let there = desk.put("there.tsv", "");
    dateline(["learn", "corpus", "--out", &there.to_string_lossy()])
        .failed(2, &["there.tsv exists", "--force"]);
    dateline(["learn", "nowhere", "--out", "-"]).failed(2, &["nowhere"]);
    let run = dateline_reading(["learn", "-", "--out", "-"], ARTICLES[0].as_bytes()).done();
    assert!(run.stdout.starts_with("# Made by"), "{}", run.stdout);
    assert!(!Path::new("-").exists());
}
