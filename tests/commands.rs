//! `explain`, `sample`, `languages`, `rules`, `completions`, `man`, and the help of all.

use crate::support::{Desk, dateline, dateline_reading, program, table};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

#[test]
fn help_mentions_every_option_and_gives_examples() {
    let help = dateline(["--help"]).done().stdout;
    for command in [
        "extract",
        "explain",
        "sample",
        "languages",
        "rules",
        "learn",
        "completions",
        "man",
    ] {
        assert!(help.contains(command), "{command}");
        let help = dateline([command, "--help"]).done().stdout;
        assert!(help.contains("Examples:\n  dateline "), "{command}");
        let page = dateline(["man", command]).done().stdout;
        let options: Vec<String> = page
            .split("\\-\\-")
            .skip(1)
            .map(|rest| {
                let end = rest.find("\\fR").unwrap_or(rest.len());
                format!("--{}", rest[..end].replace("\\-", "-"))
            })
            .collect();
        for option in options
            .iter()
            .filter(|option| option.len() < 20 && !option.contains(' '))
        {
            assert!(help.contains(option.as_str()), "{command} {option}");
        }
    }
    assert!(
        dateline(["--version"])
            .done()
            .stdout
            .starts_with("dateline ")
    );
}

#[test]
fn completions_of_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = dateline(["completions", shell]).done().stdout;
        assert!(
            script.contains("explain") && script.contains("max-rejects"),
            "{shell}"
        );
    }
    dateline(["completions", "cash"]).failed(2, &["cash", "bash"]);
}

#[test]
fn languages() {
    let list = dateline(["languages"]).done().stdout;
    let line = |tag: &str| {
        list.lines()
            .find(|l| l.split_whitespace().next() == Some(tag))
            .map(str::to_owned)
    };
    assert!(
        line("fr")
            .is_some_and(|l| l.contains("full") && l.contains("French") && l.contains("français")),
        "{list}"
    );
    assert!(list.lines().count() > 100);
    let french = dateline(["languages", "French"]).done().stdout;
    for part in ["fr ← root", "Latn", "month ", "root.date."] {
        assert!(french.contains(part), "«{part}» is not in {french}");
    }
    dateline(["languages", "frensh"]).failed(2, &["fr (French)"]);
    let desk = Desk::new();
    desk.put(
        "packs/qaa/language.toml",
        "name = \"Invented\"\nparent = \"root\"\n",
    );
    let packs = desk.path("packs").to_string_lossy().into_owned();
    assert!(
        dateline(["languages", "--languages", &packs])
            .done()
            .stdout
            .contains("Invented")
    );
    assert!(
        dateline(["languages", "qaa", "--languages", &packs])
            .done()
            .stdout
            .contains("qaa ← root")
    );
}

#[test]
fn rules() {
    let all = dateline(["rules"]).done().stdout;
    assert!(
        all.contains("root.date.weekday")
            && all.contains("en.date.month-day")
            && all.contains("name.list.person")
    );
    let one = dateline(["rules", "en.date.month-day"]).done().stdout;
    assert!(
        one.contains("Thursday October 12") && one.contains("2023-10-12") && one.contains("stable"),
        "{one}"
    );
    let english = dateline(["rules", "--lang", "en"]).done().stdout;
    assert!(english.contains("root.date.weekday") && english.contains("en.date.month-day"));
    let german = dateline(["rules", "--lang", "German"]).done().stdout;
    assert!(!german.contains("en.date.month-day"));
    assert!(
        dateline(["rules", "name.list"])
            .done()
            .stdout
            .contains("gazetteer")
    );
    dateline(["rules", "xx.nothing"]).failed(2, &["xx.nothing"]);
}

/// Every rule that a table names can be looked up.
#[test]
fn rules_of_all_facts_are_known() {
    let desk = Desk::new();
    let (run, out) = desk.extract(&[Path::new("corpus")], &["--all-zones"], "out");
    run.done();
    let all = dateline(["rules"]).done().stdout;
    let known: Vec<&str> = all
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    for name in ["mentions", "dates"] {
        for row in table(&out, name) {
            assert!(
                known.contains(&row["rule"].as_str()),
                "{}: «{}»",
                row["fact_id"],
                row["rule"]
            );
        }
    }
}

#[test]
fn explain_shows_the_steps() {
    let text = "{\"text\": \"Anna Kowalska resigned last Tuesday. She will speak on Friday.\", \"published\": \"2023-03-09\"}";
    let run = dateline_reading(["explain", "-", "--lang", "en"], text.as_bytes()).done();
    for part in [
        "2023-03-09 (metadata): the source says «2023-03-09»",
        "en (English): as --lang says",
        "[Anna Kowalska]1 resigned [last Tuesday]2.",
        "«last Tuesday»  date 2023-03-07",
        "direction = -1, weekday = 2",
        "weekday Tuesday, the last one",
        "2023-03-09, the day of publication (metadata)",
        "«Friday»  date 2023-03-10",
        "«will» future",
        "x:person:anna-kowalska",
    ] {
        assert!(run.stdout.contains(part), "no «{part}» in:\n{}", run.stdout);
    }
    assert!(!run.stdout.contains('\u{1b}'));
    let coloured = program()
        .args(["explain", "corpus/text/lagos.txt"])
        .env("CLICOLOR_FORCE", "1")
        .output()
        .expect("the program runs");
    assert!(String::from_utf8_lossy(&coloured.stdout).contains("\u{1b}["));
}

#[test]
fn explain_finds_records() {
    let record = |record: &str| dateline(["explain", "corpus/wire.jsonl", "--record", record]);
    assert!(
        record("5")
            .done()
            .stdout
            .contains("corpus/wire.jsonl, record 5")
    );
    record("3").failed(2, &["record 3", "JSON"]);
    record("99").failed(2, &["«99»"]);
    let made = dateline(["explain", "corpus", "--record", "corpus/text/torino.txt:1"]).done();
    assert!(made.stdout.contains("corpus/text/torino.txt, record 1"));
    let input = b"{\"id\": \"x7\", \"text\": \"one\"}\n{\"id\": \"1\", \"text\": \"two\"}\n";
    let of = |record: &str| {
        dateline_reading(["explain", "-", "--record", record], input)
            .done()
            .stdout
    };
    assert!(of("x7").contains("one"));
    // An id that looks like a number is the id.
    assert!(of("1").contains("two") && of("2").contains("two"));
    dateline(["explain", "nowhere.txt"]).failed(2, &["nowhere.txt"]);
    dateline_reading(["explain", "-"], b"").failed(2, &["empty"]);
}

#[test]
fn explain_lets_no_control_character_through() {
    let run = dateline_reading(
        ["explain", "-", "--lang", "en"],
        "On 3 May \u{1b}[31m 2021 \u{7} it rained.".as_bytes(),
    )
    .done();
    assert!(
        !run.stdout.contains('\u{1b}') && !run.stdout.contains('\u{7}'),
        "{:?}",
        run.stdout
    );
}

/// Every article of the corpus can be explained, and shows the facts that `extract` writes.
#[test]
fn explain_agrees_with_extract() {
    let desk = Desk::new();
    let (run, out) = desk.extract(&[Path::new("corpus")], &["--all-zones"], "out");
    run.done();
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in table(&out, "dates") {
        values
            .entry(row["article_id"].clone())
            .or_default()
            .push(row["timex_value"].clone());
    }
    for row in table(&out, "articles") {
        let id = &row["article_id"];
        let run = dateline(["explain", "corpus", "--record", id]).done();
        assert!(
            run.stdout
                .contains(&format!("{}, record {}", row["source_file"], row["record"]))
        );
        for value in values.get(id).into_iter().flatten() {
            assert!(run.stdout.contains(value.as_str()), "{id}: {value}");
        }
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    for args in [
        &["languages"][..],
        &["rules"],
        &["explain", "corpus/text/lagos.txt"],
        &["man"],
        &["completions", "bash"],
    ] {
        let mut child = program()
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        assert_eq!(
            output.status.code(),
            Some(0),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

fn sheet(args: &[&str]) -> String {
    dateline(["sample"].iter().chain(args)).done().stdout
}

#[test]
fn sample_draws_the_same_for_a_seed() {
    let desk = Desk::new();
    let (run, out) = desk.extract(&[Path::new("corpus")], &["--format", "csv,jsonl"], "out");
    run.done();
    let dir = out.to_string_lossy().into_owned();
    let first = sheet(&[&dir, "--rows", "60"]);
    assert!(first.starts_with("correct,sentence_text,text,says,"));
    assert_eq!(first, sheet(&[&dir, "--rows", "60"]));
    assert_ne!(first, sheet(&[&dir, "--rows", "60", "--seed", "2"]));
    let rows = |sheet: &str| {
        csv::Reader::from_reader(sheet.as_bytes())
            .into_deserialize()
            .map(|r| r.expect("a row"))
            .collect::<Vec<BTreeMap<String, String>>>()
    };
    let drawn = rows(&first);
    assert_eq!(drawn.len(), 60);
    // Stratified: many rules, and no row twice.
    let distinct = |name: &str| {
        drawn
            .iter()
            .map(|row| row[name].clone())
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    assert!(distinct("rule") > 20 && distinct("table") == 2 && distinct("fact_id") == 60);
    // JSON Lines hold the same facts.
    for name in ["mentions.csv", "dates.csv", "quotes.csv", "amounts.csv"] {
        fs::remove_file(out.join(name)).expect("a table");
    }
    assert_eq!(rows(&sheet(&[&dir, "--rows", "60"])), drawn);
    // More than there are: all.
    assert!(rows(&sheet(&[&dir, "--rows", "1000000"])).len() > 500);
}

#[test]
fn sample_scores_a_judged_sheet() {
    let desk = Desk::new();
    let lines: String = (0..10)
        .map(|n| format!("{{\"id\": \"a{n}\", \"text\": \"It rained on 3 May 20{n}1.\"}}\n"))
        .collect();
    let input = desk.put("in.jsonl", lines.replace("2001", "2011"));
    let (run, out) = desk.extract(&[&input], &["--lang", "en", "--excel", "fr"], "out");
    run.done();
    let dir = out.to_string_lossy().into_owned();
    let path = desk.path("sheet.csv");
    let args = [dir.as_str(), "--out", &path.to_string_lossy()];
    assert_eq!(sheet(&args), "");
    dateline(["sample"].iter().chain(&args)).failed(2, &["exists", "--force"]);
    let drawn = fs::read_to_string(&path).expect("the sheet");
    // As the tables are, so that the same program opens both.
    assert!(
        drawn.starts_with("\u{feff}correct;") && drawn.ends_with("\r\n"),
        "{drawn}"
    );
    assert_eq!(drawn.lines().count(), 11);
    let judge = |marks: &[&str]| {
        let mut marks = marks.iter();
        let judged: Vec<String> = drawn
            .lines()
            .enumerate()
            .map(|(n, line)| {
                if n == 0 {
                    line.to_owned()
                } else {
                    format!("{}{line}", marks.next().unwrap_or(&""))
                }
            })
            .collect();
        let path = desk.put("judged.csv", judged.join("\r\n"));
        dateline(["sample", &dir, "--score", &path.to_string_lossy()])
    };
    let scored = judge(&["1", "TRUE", "y", "x", "X", "1", "1", "1", "0", "n"])
        .done()
        .stdout;
    // 8 of 10: Wilson's interval is 0.490 to 0.943.
    let line = scored
        .lines()
        .find(|l| l.starts_with("dates"))
        .expect("a line of dates");
    for part in ["10", "8", "80.0%", "49.0 – 94.3%"] {
        assert!(line.contains(part), "{scored}");
    }
    let half = judge(&["1", "", "false"]).done().stdout;
    assert!(half.contains("50.0%"), "{half}");
    judge(&["perhaps"]).failed(2, &["row 2", "«perhaps»"]);
    judge(&[]).failed(2, &["nothing is judged"]);
    let other = desk.put("other.csv", "correct,fact_id\n1,nowhere#d1\n");
    dateline(["sample", &dir, "--score", &other.to_string_lossy()]).failed(2, &["another run"]);
    let other = desk.put("other.csv", "correct,id\n1,a\n");
    dateline(["sample", &dir, "--score", &other.to_string_lossy()]).failed(2, &["`fact_id`"]);
    dateline(["sample", "crates"]).failed(2, &["crates", "extract --out"]);
}
