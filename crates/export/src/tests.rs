//! Whole runs: what is written is read back.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use calamine::{Data, Reader as _};
use dateline_model::ArticleFacts;
use dateline_model::schema::ColumnType;
use serde_json::Value;

use crate::settings::Table;
use crate::{
    Batch, Error, ExcelLocale, Format, Input, LineWriter, RunInfo, Settings, Summary, Tables,
    Writer, sample,
};

fn run_info() -> RunInfo {
    RunInfo {
        version: "0.0.0".into(),
        settings: BTreeMap::from([("undated".into(), Value::from("infer"))]),
        inputs: vec![Input {
            path: "in/dump.jsonl".into(),
            bytes: 9,
            checksum: "blake3:00".into(),
        }],
        ..RunInfo::default()
    }
}

/// Writes `n` articles and a reject in batches of `size`.
fn write(dir: &Path, settings: &Settings, n: u64, size: usize) -> Summary {
    let mut writer = Writer::create(dir, settings.clone(), true).expect("a directory");
    let articles: Vec<ArticleFacts<'_>> = (1..=n).map(sample::article).collect();
    for articles in articles.chunks(size) {
        let mut batch = Batch::new(settings);
        articles.iter().for_each(|article| batch.push(article));
        writer.write(&mut batch).expect("written");
    }
    let mut batch = Batch::new(settings);
    batch.reject(&sample::reject());
    writer.write(&mut batch).expect("written");
    writer.finish(run_info()).expect("finished")
}

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir)
        .expect("a directory")
        .map(|entry| entry.expect("an entry"));
    let read = |path| fs::read(path).expect("a file");
    entries
        .map(|e| (e.file_name().to_string_lossy().into_owned(), read(e.path())))
        .collect()
}

fn all_formats() -> Settings {
    Settings {
        formats: Format::ALL.to_vec(),
        ..Settings::default()
    }
}

/// Cells by column of each row.
fn csv_rows(bytes: &[u8], delimiter: u8) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(bytes);
    reader
        .deserialize()
        .map(|row| row.expect("a row as wide as the header"))
        .collect()
}

fn json_lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn csv_reads_back_and_offsets_count_characters() {
    let dir = tempfile::tempdir().expect("a directory");
    let summary = write(dir.path(), &Settings::default(), 3, 2);
    let files = files(dir.path());
    let rows = |table: Table| csv_rows(&files[&format!("{}.csv", table.as_str())], b',');
    for table in Table::ALL {
        let header = csv::Reader::from_reader(&files[&format!("{}.csv", table.as_str())][..])
            .headers()
            .expect("a header")
            .clone();
        assert!(
            header
                .iter()
                .eq(table.columns().iter().map(|column| column.name.as_str()))
        );
        assert_eq!(
            rows(table).len() as u64,
            summary.counts[table.as_str()],
            "{}",
            table.as_str()
        );
        for row in rows(table) {
            for column in table.columns() {
                let cell = &row[&column.name];
                assert!(
                    column.allows(cell),
                    "{}.{}: {cell:?}",
                    table.as_str(),
                    column.name
                );
            }
        }
    }
    let article = &rows(Table::Articles)[1];
    assert_eq!(article["article_id"], "a,2");
    assert_eq!(article["title"], sample::TITLE);
    assert_eq!(article["n_mentions"], "4", "boilerplate is left out");
    assert_eq!(article["language_confidence"], "1.0");
    let mentions = rows(Table::Mentions);
    assert_eq!(mentions.len(), 12);
    for row in mentions.iter().chain(&rows(Table::Dates)) {
        let text = if row["field"] == "title" {
            sample::TITLE
        } else {
            sample::TEXT
        };
        let number = |name: &str| row[name].parse::<usize>().expect("a number");
        let (start, end) = (number("start"), number("end"));
        let found: String = text.chars().skip(start).take(end - start).collect();
        assert_eq!(found, row["text"]);
        assert!(
            text.contains(&row["sentence_text"]) && row["sentence_text"].contains(&row["text"])
        );
    }
    assert_eq!(mentions[5]["fact_id"], "a,2#m2");
    assert_eq!(mentions[5]["confidence"], "0.95");
    let entities = rows(Table::ArticleEntities);
    let tokyo = entities
        .iter()
        .find(|row| row["entity_id"] == "Q1490")
        .expect("Tokyo");
    assert_eq!(
        (tokyo["n_mentions"].as_str(), tokyo["in_title"].as_str()),
        ("2", "TRUE")
    );
    let before: usize = sample::TEXT.chars().position(|c| c == '東').expect("Tokyo");
    assert_eq!(tokyo["first_start"], before.to_string());
    assert_eq!(tokyo["published_month"], "2024-02");
    let tokyo = &rows(Table::Entities)[0];
    assert_eq!(
        (tokyo["entity_id"].as_str(), tokyo["wikidata"].as_str()),
        ("Q1490", "Q1490")
    );
    assert_eq!(
        (tokyo["n_articles"].as_str(), tokyo["n_mentions"].as_str()),
        ("3", "6")
    );
    assert_eq!(tokyo["languages"], "en; fr");
    assert_eq!(
        (tokyo["first_seen"].as_str(), tokyo["last_seen"].as_str()),
        ("2024-02-03", "2024-04-03")
    );
    assert_eq!(rows(Table::Rejects)[0]["code"], "json.syntax");
    assert!(rows(Table::Quotes).is_empty() && rows(Table::Amounts).is_empty());
    let texts = json_lines(&files["texts.jsonl"]);
    assert_eq!(texts[0]["text"], sample::TEXT);
    assert_eq!(texts[0]["title"], sample::TITLE);
}

#[test]
fn json_lines_hold_the_same_as_csv() {
    let dir = tempfile::tempdir().expect("a directory");
    write(dir.path(), &all_formats(), 3, 2);
    let files = files(dir.path());
    let as_cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string().to_uppercase(),
        other => other.to_string(),
    };
    let articles = json_lines(&files["articles.jsonl"]);
    let mut lines: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for article in &articles {
        assert_eq!(article["text"], sample::TEXT);
        assert_eq!(article["agency"], Value::Null, "empty is null");
        for table in Table::FACTS {
            for fact in article[table.as_str()].as_array().expect("an array") {
                assert!(fact.get("article_id").is_none() && fact.get("outlet").is_none());
                let mut fact = fact.clone();
                for column in ["article_id", "published", "language", "outlet"] {
                    fact[column] = article[column].clone();
                }
                lines.entry(table.as_str()).or_default().push(fact);
            }
        }
    }
    lines.insert("articles", articles);
    for table in ["article_entities", "entities", "rejects"] {
        lines.insert(table, json_lines(&files[&format!("{table}.jsonl")]));
    }
    for table in Table::ALL {
        let rows = csv_rows(&files[&format!("{}.csv", table.as_str())], b',');
        let lines = lines.remove(table.as_str()).unwrap_or_default();
        assert_eq!(rows.len(), lines.len(), "{}", table.as_str());
        for (row, line) in rows.iter().zip(&lines) {
            for (column, cell) in row {
                assert_eq!(*cell, as_cell(&line[column]), "{}.{column}", table.as_str());
            }
        }
    }
}

#[test]
fn what_is_not_wanted_is_not_written() {
    let dir = tempfile::tempdir().expect("a directory");
    let settings = Settings {
        formats: vec![Format::Csv, Format::Jsonl],
        texts: false,
        sentences: false,
        only: [Table::Dates, Table::Entities].into_iter().collect(),
        ..Settings::default()
    };
    write(dir.path(), &settings, 2, 1);
    let files = files(dir.path());
    let names = [
        "articles.jsonl",
        "datapackage.json",
        "dates.csv",
        "entities.csv",
        "entities.jsonl",
        "run.json",
    ];
    assert!(files.keys().eq(&names), "{:?}", files.keys());
    let line = &json_lines(&files["articles.jsonl"])[0];
    assert!(line.get("text").is_none() && line.get("mentions").is_none());
    assert_eq!(line["dates"][0]["fact_id"], "a,1#d1");
    assert!(line["dates"][0].get("sentence_text").is_none());
    assert!(!csv_rows(&files["dates.csv"], b',')[0].contains_key("sentence_text"));
}

#[test]
fn boilerplate_comes_on_demand_and_changes_no_id() {
    let settings = Settings {
        all_zones: true,
        ..Settings::default()
    };
    let dir = tempfile::tempdir().expect("a directory");
    write(dir.path(), &settings, 1, 1);
    let rows = csv_rows(&files(dir.path())["mentions.csv"], b',');
    assert_eq!(rows.len(), 5);
    assert_eq!(
        (rows[4]["zone"].as_str(), rows[4]["fact_id"].as_str()),
        ("boilerplate", "a,1#m5")
    );
}

#[test]
fn excel_gets_its_marks_and_no_formulas() {
    let dir = tempfile::tempdir().expect("a directory");
    let excel = Some(ExcelLocale::new("fr").expect("a locale"));
    let summary = write(
        dir.path(),
        &Settings {
            excel,
            ..Settings::default()
        },
        1,
        1,
    );
    let bytes = &files(dir.path())["mentions.csv"];
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    assert!(text.starts_with("\u{FEFF}article_id;fact_id;"));
    assert_eq!(
        text.matches("\r\n").count(),
        text.matches('\n').count(),
        "every line ends with CRLF"
    );
    let rows = csv_rows(&bytes[3..], b';');
    assert_eq!(rows[1]["text"], "'=Zoë");
    assert_eq!(rows[1]["name"], "'=Zoë");
    assert!(rows[1]["sentence_text"].starts_with("'=Zoë met"));
    assert_eq!(rows[1]["role"], "minister; of all");
    let warning = &summary.warnings[0];
    assert_eq!(warning.code, "csv.formula_guarded");
    let guarded = files(dir.path())
        .iter()
        .filter(|(name, _)| name.ends_with(".csv"))
        .flat_map(|(_, bytes)| csv_rows(&bytes[3..], b';'))
        .flat_map(|row| row.into_values().collect::<Vec<_>>())
        .filter(|cell| cell.starts_with("'="))
        .count();
    assert_eq!(warning.count, guarded as u64);
}

#[test]
fn batches_and_spilling_never_change_a_byte() {
    let mut written = Vec::new();
    for (memory, size) in [(u64::MAX, 100), (u64::MAX, 7), (0, 1), (600, 3)] {
        let dir = tempfile::tempdir().expect("a directory");
        write(
            dir.path(),
            &Settings {
                memory,
                ..all_formats()
            },
            100,
            size,
        );
        written.push(files(dir.path()));
    }
    let rows = csv_rows(&written[0]["entities.csv"], b',');
    assert_eq!(rows.len(), 8);
    assert!(rows.iter().map(|row| &row["entity_id"]).is_sorted());
    for other in &written[1..] {
        assert!(written[0] == *other);
    }
}

#[test]
fn a_full_directory_is_refused_and_foreign_files_stay() {
    let dir = tempfile::tempdir().expect("a directory");
    for name in [
        "notes.txt",
        "mentions.csv",
        "run.json",
        "dates.jsonl",
        "texts.jsonl.partial",
    ] {
        fs::write(dir.path().join(name), "old").expect("written");
    }
    let refused = Writer::create(dir.path(), Settings::default(), false);
    assert!(matches!(refused, Err(Error::NotEmpty { .. })));
    assert_eq!(files(dir.path()).len(), 5);
    let settings = Settings {
        texts: false,
        ..Settings::default()
    };
    drop(Writer::create(dir.path(), settings.clone(), true).expect("forced"));
    let left = files(dir.path());
    assert_eq!(
        left["mentions.csv"], b"old",
        "nothing is replaced before all is whole"
    );
    assert_eq!(left.len(), 4);
    let summary = write(dir.path(), &settings, 1, 1);
    let replaced = files(dir.path());
    assert_eq!(replaced["notes.txt"], b"old");
    assert!(replaced["mentions.csv"] != b"old" && replaced["run.json"] != b"old");
    assert!(
        !replaced.contains_key("dates.jsonl"),
        "left over from an earlier run"
    );
    assert_eq!(replaced.len(), summary.files.len() + 1);
    for file in &summary.files {
        assert_eq!(
            replaced[&file.name].len() as u64,
            file.bytes,
            "{}",
            file.name
        );
    }
}

#[test]
fn an_unfinished_run_leaves_nothing() {
    let parent = tempfile::tempdir().expect("a directory");
    let dir = parent.path().join("out");
    let settings = Settings {
        memory: 0,
        ..all_formats()
    };
    let mut writer = Writer::create(&dir, settings.clone(), false).expect("a new directory");
    let mut batch = Batch::new(&settings);
    batch.push(&sample::article(1));
    writer.write(&mut batch).expect("written");
    assert!(files(&dir).keys().all(|name| name.ends_with(".partial")));
    drop(writer);
    assert!(!dir.exists());
}

#[test]
fn a_file_is_no_directory() {
    let parent = tempfile::tempdir().expect("a directory");
    let file = parent.path().join("file");
    fs::write(&file, "").expect("written");
    assert!(matches!(
        Writer::create(&file, Settings::default(), true),
        Err(Error::NotADirectory { .. })
    ));
    let inside = Writer::create(&file.join("out"), Settings::default(), true).err();
    assert!(inside.expect("no directory").to_string().contains("out"));
}

#[test]
fn the_run_and_the_package_describe_what_was_written() {
    let dir = tempfile::tempdir().expect("a directory");
    write(dir.path(), &all_formats(), 2, 2);
    let files = files(dir.path());
    let run: Value = serde_json::from_slice(&files["run.json"]).expect("JSON");
    assert_eq!(run["version"], "0.0.0");
    assert_eq!(
        run["schema_version"],
        dateline_model::schema::schema().version
    );
    assert_eq!(run["settings"]["undated"], "infer");
    assert_eq!(run["settings"]["formats"][0], "csv");
    assert_eq!(run["counts"]["mentions"], 8);
    assert_eq!(run["inputs"][0]["checksum"], "blake3:00");
    let package: Value = serde_json::from_slice(&files["datapackage.json"]).expect("JSON");
    let resources = package["resources"].as_array().expect("resources");
    let described: Vec<_> = resources
        .iter()
        .filter_map(|r| r["path"].as_str())
        .collect();
    let mut tables: Vec<_> = files
        .keys()
        .filter(|n| !n.ends_with(".json"))
        .map(String::as_str)
        .collect();
    tables.sort_by_key(|name| described.iter().position(|known| known == name));
    let mut described_once = described.clone();
    described_once.dedup();
    assert_eq!(described_once, tables);
    for resource in resources {
        let path = resource["path"].as_str().expect("a path");
        assert_eq!(resource["bytes"], files[path].len());
        let fields = resource["schema"]["fields"].as_array().expect("fields");
        let names: Vec<_> = fields
            .iter()
            .filter_map(|field| field["name"].as_str())
            .collect();
        if path.ends_with(".csv") {
            let mut reader = csv::Reader::from_reader(&files[path][..]);
            assert!(reader.headers().expect("a header").iter().eq(names));
        } else if path.ends_with(".jsonl")
            && let Some(line) = json_lines(&files[path]).first()
        {
            let mut keys: Vec<_> = line.as_object().expect("an object").keys().collect();
            let mut names = names;
            keys.sort();
            names.sort_unstable();
            assert_eq!(keys, names, "{path}");
        }
    }
}

#[test]
fn a_stream_gets_the_lines_of_the_file() {
    let settings = LineWriter::<Vec<u8>>::settings(&Settings::default());
    assert_eq!(settings.only.iter().count(), 5);
    let mut out = Vec::new();
    let mut writer = LineWriter::new(&mut out);
    let mut batch = Batch::new(&settings);
    batch.push(&sample::article(1));
    batch.reject(&sample::reject());
    writer.write(&batch).expect("written");
    let summary = writer.finish().expect("finished");
    assert_eq!(summary.counts["mentions"], 4);
    let dir = tempfile::tempdir().expect("a directory");
    write(dir.path(), &all_formats(), 1, 1);
    assert_eq!(out, files(dir.path())["articles.jsonl"]);
}

#[test]
fn only_some_tables() {
    assert!(Tables::ALL.contains(Table::Rejects));
    assert_eq!(Table::from_name("dates"), Some(Table::Dates));
    assert_eq!(Format::from_name("csv"), Some(Format::Csv));
    assert_eq!(Format::from_name("nothing"), None);
}

#[test]
fn the_workbook_reads_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let formats = vec![Format::Csv, Format::Xlsx];
    write(
        dir.path(),
        &Settings {
            formats,
            ..Settings::default()
        },
        5,
        2,
    );
    let files = files(dir.path());
    let bytes = std::io::Cursor::new(files["dateline.xlsx"].clone());
    let mut book = calamine::Xlsx::new(bytes).expect("a workbook");
    let names = [&["codebook"][..], &Table::ALL.map(Table::as_str)].concat();
    assert_eq!(book.sheet_names(), names);
    let explained = book.worksheet_range("codebook").expect("a sheet").height() - 1;
    assert_eq!(
        explained,
        Table::ALL
            .iter()
            .map(|table| table.columns().len())
            .sum::<usize>()
    );
    for table in Table::ALL {
        let sheet = book.worksheet_range(table.as_str()).expect("a sheet");
        let mut csv = csv::Reader::from_reader(&files[&format!("{}.csv", table.as_str())][..]);
        let header: Vec<_> = csv
            .headers()
            .expect("a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let sheet_header: Vec<_> = sheet
            .rows()
            .next()
            .expect("a header")
            .iter()
            .map(Data::to_string)
            .collect();
        assert_eq!(sheet_header, header);
        let rows: Vec<_> = csv.records().map(|row| row.expect("a row")).collect();
        assert_eq!(sheet.height() - 1, rows.len(), "{}", table.as_str());
        for (row, cells) in rows.iter().zip(sheet.rows().skip(1)) {
            for ((column, text), cell) in table.columns().iter().zip(row).zip(cells) {
                let name = format!("{}.{}", table.as_str(), column.name);
                match (column.kind, cell) {
                    (_, Data::Empty) => assert_eq!(text, "", "{name}"),
                    (ColumnType::Date, Data::DateTime(day)) => {
                        let (year, month, day, ..) = day.to_ymd_hms_milli();
                        assert_eq!(format!("{year:04}-{month:02}-{day:02}"), text, "{name}");
                    }
                    (ColumnType::Integer | ColumnType::Number, Data::Float(number)) => {
                        assert_eq!(text.parse(), Ok(*number), "{name}");
                    }
                    (ColumnType::Boolean, Data::Bool(flag)) => {
                        assert_eq!(text, flag.to_string().to_uppercase(), "{name}");
                    }
                    (ColumnType::String | ColumnType::List, Data::String(string)) => {
                        assert_eq!(text, string, "{name}");
                    }
                    _ => panic!("{name}: {text:?} became {cell:?}"),
                }
            }
        }
    }
}

#[test]
fn the_workbook_does_not_tell_when_it_was_made() {
    let dir = tempfile::tempdir().expect("a directory");
    write(
        dir.path(),
        &Settings {
            formats: vec![Format::Xlsx],
            ..Settings::default()
        },
        1,
        1,
    );
    let bytes = std::io::Cursor::new(files(dir.path())["dateline.xlsx"].clone());
    let mut archive = zip::ZipArchive::new(bytes).expect("an archive");
    for at in 0..archive.len() {
        let made = archive.by_index(at).expect("a member").last_modified();
        assert!(made.is_none_or(|made| made == zip::DateTime::default()));
    }
    let mut properties = String::new();
    let mut member = archive.by_name("docProps/core.xml").expect("a member");
    std::io::Read::read_to_string(&mut member, &mut properties).expect("text");
    assert_eq!(
        properties.matches("2000-01-01T00:00:00Z").count(),
        2,
        "created and modified"
    );
}
