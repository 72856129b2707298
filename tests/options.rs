//! Every option of `extract`.

use crate::support::{Desk, column, dateline, dateline_reading, files, json_lines, program, table};
use calamine::{Data, Reader};
use std::fs;
use std::path::Path;
use std::process::Stdio;

const NEWS: &str = "Minister Anna Kowalska met Peter Brandt in Warsaw on Tuesday, 7 March 2023.\n\nThey will meet again next month.\n";

#[test]
fn only_dates_and_only_entities() {
    let desk = Desk::new();
    let out = desk.extract_text(NEWS, &["--only", "dates"]);
    assert!(!out.join("mentions.csv").exists() && !out.join("entities.csv").exists());
    assert!(!table(&out, "dates").is_empty());
    let out = desk.extract_text(NEWS, &["--only", "entities", "--force"]);
    assert!(!out.join("dates.csv").exists());
    assert!(!table(&out, "mentions").is_empty());
    // Dates are looked for all the same: they tell the day of publication.
    let (run, out) = desk.extract(
        &[Path::new("corpus/text/bruxelles.txt")],
        &["--only", "entities"],
        "out",
    );
    run.done();
    assert_eq!(column(&out, "articles", "published_basis"), ["dateline"]);
}

#[test]
fn formats_hold_the_same_rows() {
    let desk = Desk::new();
    let (run, out) = desk.extract(
        &[Path::new("corpus")],
        &["--format", "csv,jsonl,xlsx"],
        "out",
    );
    run.done();
    let articles = table(&out, "articles");
    let lines =
        json_lines(&fs::read_to_string(out.join("articles.jsonl")).expect("articles.jsonl"));
    assert_eq!(lines.len(), articles.len());
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook(out.join("dateline.xlsx")).expect("a workbook");
    for name in [
        "articles",
        "mentions",
        "dates",
        "entities",
        "article_entities",
        "rejects",
    ] {
        let rows = table(&out, name);
        let sheet = book.worksheet_range(name).expect("a sheet");
        assert_eq!(sheet.height(), rows.len() + 1, "{name}");
    }
    for name in ["mentions", "dates"] {
        let nested: usize = lines
            .iter()
            .map(|line| line[name].as_array().map_or(0, Vec::len))
            .sum();
        assert_eq!(nested, table(&out, name).len(), "{name}");
    }
    let sheet = book.worksheet_range("dates").expect("a sheet");
    let at = sheet.rows().next().and_then(|head| {
        head.iter()
            .position(|cell| *cell == Data::String("timex_value".into()))
    });
    let values: Vec<String> = sheet
        .rows()
        .skip(1)
        .map(|row| row[at.expect("the column")].to_string())
        .collect();
    assert_eq!(values, column(&out, "dates", "timex_value"));
}

#[test]
fn a_french_excel_opens_the_tables() {
    let desk = Desk::new();
    let out = desk.extract_text(
        "=SUM(A1)\n\nParis, le 7 mars 2023. Le ministre a parlé mardi.\n",
        &["--excel", "fr"],
    );
    for (name, bytes) in files(&out) {
        if name.ends_with(".csv") {
            assert!(
                bytes.starts_with(b"\xEF\xBB\xBFarticle_id;") || !name.starts_with("articles"),
                "{name}"
            );
            assert!(bytes.ends_with(b"\r\n"), "{name}");
        }
    }
    let plain = desk.extract_text("Paris, le 7 mars 2023.", &["--excel", "--force"]);
    assert!(
        fs::read(plain.join("articles.csv"))
            .expect("a table")
            .starts_with(b"\xEF\xBB\xBFarticle_id,")
    );
    let input = desk.put("one.txt", "text");
    desk.extract(&[&input], &["--excel", "qq"], "no")
        .0
        .failed(2, &["qq", "pt-BR"]);
}

#[test]
fn texts_and_sentences_can_be_left_out() {
    let desk = Desk::new();
    let out = desk.extract_text(NEWS, &["--no-texts", "--no-sentences"]);
    assert!(!out.join("texts.jsonl").exists());
    assert!(
        table(&out, "dates")
            .iter()
            .all(|row| !row.contains_key("sentence_text"))
    );
    let out = desk.extract_text(NEWS, &["--force"]);
    assert!(out.join("texts.jsonl").exists());
    assert!(
        table(&out, "dates")
            .iter()
            .all(|row| !row["sentence_text"].is_empty())
    );
}

#[test]
fn boilerplate_is_left_out_unless_asked_for() {
    let desk = Desk::new();
    let page = Path::new("corpus/text/lac_page.txt");
    let (run, few) = desk.extract(&[page], &[], "few");
    run.done();
    let (run, all) = desk.extract(&[page], &["--all-zones"], "all");
    run.done();
    let zones = |out: &Path| {
        [
            column(out, "mentions", "zone"),
            column(out, "dates", "zone"),
        ]
        .concat()
    };
    assert!(!zones(&few).contains(&"boilerplate".to_owned()));
    assert!(zones(&all).contains(&"boilerplate".to_owned()));
}

#[test]
fn a_language_can_be_given() {
    let desk = Desk::new();
    // 3 and 4 May; «mai» is a month in French only.
    let text = "Le 3 mai 2021.";
    for (given, tag) in [("fr", "fr"), ("French", "fr"), ("en", "en")] {
        let out = desk.extract_text(text, &["--lang", given, "--force"]);
        assert_eq!(column(&out, "articles", "language"), [tag]);
    }
    let input = desk.put("one.txt", text);
    desk.extract(&[&input], &["--lang", "Frensh"], "no")
        .0
        .failed(2, &["«Frensh»", "fr (French)"]);
    desk.extract(&[&input], &["--lang", "qqqqq"], "no")
        .0
        .failed(2, &["«qqqqq»", "dateline languages"]);
    assert!(!desk.path("no").exists());
}

#[test]
fn numeric_dates_follow_the_order() {
    let desk = Desk::new();
    for (order, day) in [
        ("dmy", "2024-04-03"),
        ("mdy", "2024-03-04"),
        ("auto", "2024-04-03"),
    ] {
        let out = desk.extract_text(
            "Le 03/04/2024, le ministre a parlé.",
            &["--date-order", order, "--lang", "fr", "--force"],
        );
        assert_eq!(column(&out, "dates", "first_day"), [day], "{order}");
    }
}

#[test]
fn relative_dates_follow_the_domain() {
    let desk = Desk::new();
    let text = r#"{"text": "The king died on 5 March 1701. The next day they buried him. He had been ill since January.", "published": "2023-05-17"}"#;
    let input = desk.put("one.jsonl", text);
    let first_days = |domain: &str| {
        let (run, out) = desk.extract(&[&input], &["--domain", domain, "--lang", "en"], domain);
        run.done();
        column(&out, "dates", "first_day")
    };
    assert_eq!(first_days("narrative")[2], "1701-01-01");
    assert_eq!(first_days("news")[2], "2023-01-01");
}

#[test]
fn fields_can_be_named() {
    let desk = Desk::new();
    let input = desk.put(
        "export.csv",
        "nr,headline,body,day\n7,Talks,The minister spoke on Monday.,2023-03-10\n",
    );
    let map = ["--map", "text=body,title=headline,published=day,id=nr"];
    let (run, out) = desk.extract(&[&input], &map, "out");
    run.done();
    let rows = table(&out, "articles");
    assert_eq!(
        (
            rows[0]["article_id"].as_str(),
            rows[0]["title"].as_str(),
            rows[0]["published"].as_str()
        ),
        ("7", "Talks", "2023-03-10")
    );
    desk.extract(&[&input], &["--map", "txet=body"], "no")
        .0
        .failed(2, &["txet", "text"]);
    desk.extract(&[&input], &["--map", "body"], "no")
        .0
        .failed(2, &["body", "text=body"]);
}

#[test]
fn names_of_ones_own_are_found() {
    let desk = Desk::new();
    let names = desk.put(
        "names.csv",
        "name,type,id,aliases\nQuorvax Zindle,organization,my:1,Zindle QZ\n",
    );
    let names = names.to_string_lossy();
    let out = desk.extract_text(
        "They met at Quorvax Zindle in May. Later Zindle QZ closed.",
        &["--names", &names, "--lang", "en"],
    );
    let ids = column(&out, "mentions", "entity_id");
    assert_eq!(ids, ["my:1", "my:1"]);

    let input = desk.put("one.txt", NEWS);
    let wrong = desk.put(
        "wrong.csv",
        "name,type\nQuorvax,organization\nZindle,planet\n",
    );
    desk.extract(&[&input], &["--names", &wrong.to_string_lossy()], "no")
        .0
        .failed(2, &["--names", "wrong.csv, row 3", "planet"]);
    desk.extract(&[&input], &["--names", "nowhere.csv"], "no")
        .0
        .failed(2, &["nowhere.csv"]);
}

#[test]
fn languages_of_ones_own_are_read() {
    let desk = Desk::new();
    desk.put(
        "packs/qaa/language.toml",
        "name = \"Invented\"\nparent = \"root\"\nscript = \"Latn\"\n",
    );
    desk.put("packs/qaa/dates.tsv", "month\tblorptober\t10\n");
    let packs = desk.path("packs").to_string_lossy().into_owned();
    let out = desk.extract_text(
        "3 blorptober 2021",
        &["--languages", &packs, "--lang", "qaa"],
    );
    assert_eq!(column(&out, "dates", "timex_value"), ["2021-10-03"]);

    let input = desk.put("one.txt", NEWS);
    desk.put("packs/qaa/dates.tsv", "month\n");
    let (run, _) = desk.extract(&[&input], &["--languages", &packs], "no");
    run.failed(2, &["--languages", "qaa/dates.tsv, line 1"]);
    desk.extract(&[&input], &["--languages", "nowhere"], "no")
        .0
        .failed(2, &["--languages nowhere"]);
}

#[test]
fn undated_articles() {
    let desk = Desk::new();
    let published = |options: &[&str]| {
        let (run, out) = desk.extract(
            &[Path::new("corpus/text/library_thursday.txt")],
            options,
            &options.join(" "),
        );
        run.done();
        let row = table(&out, "articles").remove(0);
        (row["published"].clone(), row["published_basis"].clone())
    };
    let (latest, basis) = published(&["--not-after", "2026-11-21"]);
    assert!(basis.starts_with("calendar"), "{basis}");
    let (earlier, _) = published(&["--not-after", "2015-01-01"]);
    assert!(
        earlier < latest && earlier.as_str() < "2015-01-02",
        "{earlier}"
    );
    assert_eq!(
        published(&["--undated", "leave"]),
        (String::new(), String::new())
    );
    desk.extract(
        &[Path::new("corpus/wire.jsonl")],
        &["--not-after", "soon"],
        "no",
    )
    .0
    .failed(2, &["soon", "2024-12-31"]);
}

/// 8 March was a Wednesday in 2000, 2006, 2017 and 2023.
#[test]
fn offices_and_foundings_narrow_the_calendar() {
    let desk = Desk::new();
    let days = |text: &str, options: &[&str]| {
        let given = [&["--not-after", "2026-11-21", "--force"], options].concat();
        let out = desk.extract_text(text, &given);
        let row = table(&out, "articles").remove(0);
        let (day, others) = (&row["published"], &row["published_alternatives"]);
        format!("{day} {} {others}", row["published_basis"])
    };
    let english = |who: &str| {
        format!(
            "The new harbour bridge opened on Wednesday, March 8. It was {who} who cut the ribbon before the guests."
        )
    };
    let all = "2023-03-08 calendar_latest 2017-03-08; 2006-03-08; 2000-03-08";
    for (who, expected) in [
        ("Mayor Ann Kelwick", all),
        (
            "Chancellor Angela Merkel",
            "2017-03-08 calendar_latest 2006-03-08",
        ),
        // Not before he was, and of no year in which he was: of those after, since it tells of the past.
        (
            "Prime Minister Gordon Brown",
            "2023-03-08 calendar_latest 2017-03-08",
        ),
        (
            "Prime Minister Tony Blair",
            "2006-03-08 calendar_latest 2000-03-08",
        ),
        (
            "former President Nicolas Sarkozy",
            "2023-03-08 calendar_latest 2017-03-08",
        ),
        (
            "former French President Nicolas Sarkozy",
            "2023-03-08 calendar_latest 2017-03-08",
        ),
        // Nobody says when the aide served, and who is named without an office need not hold it.
        ("a former aide to President Nicolas Sarkozy", all),
        ("Angela Merkel", all),
        ("the then-president, Bill Clinton,", all),
        (
            "Vice President Joe Biden",
            "2023-03-08 calendar_latest 2017-03-08",
        ),
        (
            "Nicolas Sarkozy, president of the Kelwick Rowing Club,",
            all,
        ),
        (
            "a manager of TikTok",
            "2023-03-08 calendar_latest 2017-03-08",
        ),
        (
            "Chancellor Angela Merkel, filmed by TikTok,",
            "2017-03-08 calendar ",
        ),
        // The past is told as well: what does not exist yet decides before who is in office.
        (
            "a manager of OpenAI, with a picture of Prime Minister Tony Blair,",
            "2023-03-08 calendar_latest 2017-03-08",
        ),
        (
            "European Commission President Ursula von der Leyen",
            "2023-03-08 calendar ",
        ),
        (
            "European Commission President Romano Prodi",
            "2000-03-08 calendar ",
        ),
        // Twice in office, with another in between.
        (
            "President Vladimir Putin",
            "2023-03-08 calendar_latest 2017-03-08; 2006-03-08; 2000-03-08",
        ),
    ] {
        assert_eq!(days(&english(who), &[]), expected, "{who}");
    }
    let text = english("Chancellor Angela Merkel");
    assert_eq!(days(&text, &["--only", "dates"]), days(&text, &[]));
    for (text, expected) in [
        (
            "Le président Jacques Chirac a inauguré le nouveau pont du port mercredi 8 mars, devant les habitants de la ville.",
            "2006-03-08 calendar_latest 2000-03-08",
        ),
        (
            "L'ancien président Jacques Chirac a inauguré le nouveau pont du port mercredi 8 mars, devant les habitants de la ville.",
            "2023-03-08 calendar_latest 2017-03-08",
        ),
        (
            "Bundeskanzler Gerhard Schröder hat am Mittwoch, dem 8. März, die neue Brücke über den Hafen eröffnet.",
            "2000-03-08 calendar ",
        ),
        (
            "Premier Beata Szydło otworzyła w środę 8 marca nowy most nad portem, a goście oglądali go do wieczora.",
            "2017-03-08 calendar ",
        ),
        (
            "Il presidente del Consiglio Paolo Gentiloni ha inaugurato mercoledì 8 marzo il nuovo ponte del porto davanti agli abitanti.",
            "2017-03-08 calendar ",
        ),
        (
            "Gyurcsány Ferenc miniszterelnök szerdán, március 8-án avatta fel az új hidat a kikötő felett.",
            "2006-03-08 calendar ",
        ),
        (
            "В среду, 8 марта, новый мост через гавань открыл премьер-министр Владимир Путин, и гости гуляли по нему до вечера.",
            "2000-03-08 calendar ",
        ),
    ] {
        assert_eq!(days(text, &[]), expected, "{text}");
    }
    let told = dateline_reading(["explain", "-", "--lang", "en"], text.as_bytes()).done();
    for part in [
        "«Chancellor Angela Merkel» (2005-11-22 to 2021-12-08)",
        "leaves out 2023-03-08, 2000-03-08",
    ] {
        assert!(
            told.stdout.contains(part),
            "no «{part}» in: {}",
            told.stdout
        );
    }
}

#[test]
fn a_limit_ends_the_run() {
    let desk = Desk::new();
    let (run, out) = desk.extract(&[Path::new("corpus")], &["--limit", "5"], "out");
    run.done();
    assert_eq!(table(&out, "articles").len(), 5);
    let (run, whole) = desk.extract(&[Path::new("corpus")], &[], "whole");
    run.done();
    assert_eq!(table(&out, "articles"), table(&whole, "articles")[..5]);
    let counts: serde_json::Value =
        serde_json::from_slice(&fs::read(out.join("run.json")).expect("run.json")).expect("JSON");
    assert_eq!(counts["counts"]["articles"], 5);
}

#[test]
fn rejects_can_fail_the_run() {
    let desk = Desk::new();
    let wire = Path::new("corpus/wire.jsonl");
    for (allowed, code) in [
        ("2", 0),
        ("1", 1),
        ("0", 1),
        ("20%", 0),
        ("19%", 1),
        ("100%", 0),
    ] {
        let (run, out) = desk.extract(&[wire], &["--max-rejects", allowed, "--force"], "out");
        assert_eq!(run.code, code, "{allowed}: {}", run.stderr);
        // The tables are written all the same.
        assert_eq!(table(&out, "rejects").len(), 2);
    }
    desk.extract(&[wire], &["--max-rejects", "some"], "no")
        .0
        .failed(2, &["some", "5%"]);
}

#[test]
fn a_folder_in_use_is_replaced_only_by_force() {
    let desk = Desk::new();
    let input = desk.put("one.txt", NEWS);
    desk.put("out/notes.txt", "my notes");
    desk.extract(&[&input], &[], "out")
        .0
        .failed(2, &["out", "--force"]);
    let (run, out) = desk.extract(&[&input], &["--force"], "out");
    run.done();
    assert_eq!(
        fs::read_to_string(out.join("notes.txt")).expect("the notes"),
        "my notes"
    );
    // Tables of formats that the second run does not write would be those of another run.
    let (run, out) = desk.extract(&[&input], &["--force", "--format", "jsonl"], "out");
    run.done();
    assert!(
        !out.join("dates.csv").exists()
            && out.join("articles.jsonl").exists()
            && out.join("notes.txt").exists()
    );
}

#[test]
fn sizes_and_threads() {
    let desk = Desk::new();
    let out = desk.extract_text(
        NEWS,
        &[
            "--threads",
            "3",
            "--memory",
            "1M",
            "--max-record",
            "1K",
            "--progress",
            "never",
        ],
    );
    assert_eq!(table(&out, "articles").len(), 1);
    let input = desk.put("long.txt", "word ".repeat(400));
    let (run, out) = desk.extract(&[&input], &["--max-record", "1K"], "long");
    run.done();
    assert_eq!(column(&out, "rejects", "code"), ["record.too_large"]);
    for option in ["--memory", "--max-record"] {
        desk.extract(&[&input], &[option, "much"], "no")
            .0
            .failed(2, &["much", "256M"]);
    }
}

#[test]
fn pipes() {
    let input = fs::read("corpus/wire.jsonl")
        .or_else(|_| fs::read(crate::support::root().join("corpus/wire.jsonl")))
        .expect("the corpus");
    let run = dateline_reading(["extract", "-", "--out", "-"], &input).done();
    let lines = json_lines(&run.stdout);
    assert_eq!(lines.len(), 8);
    assert!(
        run.stderr.contains("8 articles, 2 rejects"),
        "{}",
        run.stderr
    );
    let of_file = dateline(["extract", "corpus/wire.jsonl", "--out", "-"]).done();
    assert_eq!(json_lines(&of_file.stdout)[0]["dates"], lines[0]["dates"]);
    // Also plain text, compressed or not.
    let run = dateline_reading(
        ["extract", "-", "--out", "-", "--only", "dates"],
        NEWS.as_bytes(),
    )
    .done();
    let article = &json_lines(&run.stdout)[0];
    assert_eq!(article["dates"][0]["timex_value"], "2023-03-07");
    assert!(article.get("mentions").is_none());
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let desk = Desk::new();
    let input = desk.put("dump.jsonl", crate::support::dump(2 << 20));
    let mut child = program()
        .args(["extract", "--out", "-"])
        .arg(&input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("/dev/full");
    let output = program()
        .args(["extract", "corpus", "--out", "-"])
        .stdout(full)
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        message.contains("cannot write") && message.contains("No space left"),
        "{message}"
    );
}

#[test]
fn ids_that_repeat_are_made_unique() {
    let desk = Desk::new();
    let line = r#"{"id": "a", "text": "On 3 May 2021."}"#;
    let input = desk.put("in.jsonl", format!("{line}\n{line}\n{line}\n"));
    let (run, out) = desk.extract(&[&input], &["--lang", "en"], "out");
    assert!(run.done().stderr.contains("2 ids"));
    assert_eq!(column(&out, "articles", "article_id"), ["a", "a~2", "a~3"]);
    assert_eq!(column(&out, "articles", "source_id"), ["a", "a", "a"]);
    assert_eq!(column(&out, "dates", "article_id"), ["a", "a~2", "a~3"]);
}
