//! `dateline gazetteer`, and runs with what it makes. All names are invented.

use crate::support::{Desk, Run, column, dateline, dateline_reading};
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;

const PEOPLE: &str = "name,type,id,aliases\n\
    Quorvax Zindle,person,my:1,Q. Zindle\n\
    Brumbel Works,organization,my:2,\n";
const MORE: &str = "id\ttype\tname\tlang\tcountry\nmy:3\tplace\tDrollburg\tde\tDE\n";

fn gazetteer(command: &str, paths: &[&Path], options: &[&str]) -> Run {
    let mut args: Vec<&OsStr> = vec!["gazetteer".as_ref(), command.as_ref()];
    args.extend(paths.iter().map(|p| p.as_os_str()));
    args.extend(options.iter().map(OsStr::new));
    dateline(args)
}

fn build(desk: &Desk, inputs: &[&Path], out: &str, options: &[&str]) -> (Run, std::path::PathBuf) {
    let out = desk.path(out);
    let mut all = options.to_vec();
    let name = out.to_string_lossy().into_owned();
    all.extend(["--out", &name]);
    (gazetteer("build", inputs, &all), out)
}

#[test]
fn lists_become_a_file_that_runs_read() {
    let desk = Desk::new();
    let people = desk.put("people.csv", PEOPLE);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(MORE.as_bytes()).expect("bytes");
    let more = desk.put("more.tsv.gz", packed.finish().expect("bytes"));
    let (run, file) = build(&desk, &[&people, &more], "mine.gaz", &[]);
    let run = run.done();
    assert!(run.stderr.contains("4 names, 0 rejects"), "{}", run.stderr);

    let text = "Quorvax Zindle spoke at Brumbel Works in Drollburg. Later Q. Zindle left.";
    let with = |names: &[&Path]| {
        let mut options = vec!["--lang", "en"];
        let names: Vec<String> = names.iter().map(|n| n.to_string_lossy().into()).collect();
        for name in &names {
            options.extend(["--names", name]);
        }
        let out = desk.extract_text(text, &options);
        let ids = column(&out, "mentions", "entity_id");
        fs::remove_dir_all(out).expect("tables");
        ids
    };
    assert_eq!(with(&[&file]), ["my:1", "my:2", "my:3", "my:1"]);
    assert_eq!(with(&[&people, &more]), with(&[&file]));
    // The last list lies on top.
    let over = desk.put(
        "over.csv",
        "name,type,id\nBrumbel Works,organization,my:9\n",
    );
    assert_eq!(with(&[&file, &over]), ["my:1", "my:9", "my:3", "my:1"]);
    assert_eq!(with(&[&over, &file]), ["my:1", "my:2", "my:3", "my:1"]);

    // Another order of the lists gives the same bytes, and no file is replaced unasked.
    let (run, other) = build(&desk, &[&more, &people], "other.gaz", &[]);
    run.done();
    assert_eq!(
        fs::read(&file).expect("a file"),
        fs::read(&other).expect("a file")
    );
    let (run, _) = build(&desk, &[&people], "mine.gaz", &[]);
    run.failed(2, &["mine.gaz", "--force"]);
    build(&desk, &[&people], "mine.gaz", &["--force"]).0.done();
    assert_ne!(
        fs::read(&file).expect("a file"),
        fs::read(&other).expect("a file")
    );
    let left: Vec<_> = fs::read_dir(desk.path("")).expect("a folder").collect();
    let partial = |e: &std::io::Result<fs::DirEntry>| {
        let name = e.as_ref().expect("an entry").file_name();
        name.to_string_lossy().ends_with(".partial")
    };
    assert!(!left.iter().any(partial));
}

#[test]
fn wrong_rows_are_rejects() {
    let desk = Desk::new();
    let list = desk.put(
        "list.csv",
        "name,type,id\nQuorvax,planet,my:1\nBrumbel,place,my:2\n",
    );
    let (run, file) = build(&desk, &[&list], "mine.gaz", &[]);
    let run = run.done();
    for part in ["list.csv, row 2: type is «planet»", "1 rejects"] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
    let (run, _) = build(&desk, &[&list], "strict.gaz", &["--max-rejects", "0"]);
    run.failed(1, &["planet"]);
    let (run, none) = build(&desk, &[&list], "none.gaz", &["--type", "person"]);
    run.failed(2, &["no name"]);
    assert!(!none.exists());
    let (run, _) = build(&desk, &[&file], "again.gaz", &[]);
    run.failed(2, &["mine.gaz", "not a list"]);
    let (run, _) = build(&desk, &[Path::new("nowhere.csv")], "no.gaz", &[]);
    run.failed(2, &["nowhere.csv"]);
}

#[test]
fn standard_input_and_formats_are_read() {
    let desk = Desk::new();
    let out = desk.path("jrc.gaz").to_string_lossy().into_owned();
    let args = [
        "gazetteer",
        "build",
        "-",
        "--format",
        "jrc-names",
        "--out",
        &out,
    ];
    dateline_reading(args, b"7\tP\tu\tQuorvax+Zindle\n").done();
    let run = gazetteer("info", &[Path::new(&out)], &[]).done();
    for part in ["person", "JRC-Names, European Commission", "entities   1"] {
        assert!(run.stdout.contains(part), "{}", run.stdout);
    }
}

#[test]
fn a_file_tells_what_it_holds() {
    let desk = Desk::new();
    let people = desk.put("people.csv", PEOPLE);
    let (run, file) = build(&desk, &[&people], "mine.gaz", &[]);
    run.done();
    let run = gazetteer("info", &[&file], &[]).done();
    for part in ["entities   2", "people.csv", "blake3:", "xxh3:", "person"] {
        assert!(run.stdout.contains(part), "no «{part}»: {}", run.stdout);
    }
    let run = gazetteer("info", &[], &[]).done();
    assert!(run.stdout.contains("loc.country") && run.stdout.contains("GeoNames"));
    gazetteer("info", &[&people], &[]).failed(2, &["people.csv"]);
}

#[test]
fn a_damaged_file_is_refused_or_harmless() {
    let desk = Desk::new();
    let people = desk.put("people.csv", PEOPLE);
    let (run, file) = build(&desk, &[&people], "mine.gaz", &[]);
    run.done();
    let bytes = fs::read(&file).expect("a file");
    let input = desk.put("one.txt", "Quorvax Zindle spoke at Brumbel Works.");
    for n in 0..24 {
        let mut damaged = bytes.clone();
        // Every part of the file is hit.
        let at = n * bytes.len() / 24 + n % 7;
        damaged[at] ^= 0xFF;
        let damaged = desk.put("damaged.gaz", &damaged);
        let info = gazetteer("info", &[&damaged], &[]);
        assert_eq!(info.code, 2, "byte {at}: {}", info.stdout);
        let names = damaged.to_string_lossy();
        let options = ["--names", &*names, "--force", "--lang", "en"];
        let (run, _) = desk.extract(&[&input], &options, "tables");
        assert!(matches!(run.code, 0 | 2), "byte {at}: {}", run.stderr);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    }
    let cut = desk.put("cut.gaz", &bytes[..bytes.len() - 10]);
    let names = cut.to_string_lossy();
    let (run, _) = desk.extract(&[&input], &["--names", &names], "no");
    run.failed(2, &["cut.gaz", "damaged"]);
}

#[test]
fn lists_are_looked_over() {
    let desk = Desk::new();
    let sound = desk.put("sound.csv", PEOPLE);
    let run = gazetteer("check", &[&sound], &[]).done();
    assert!(run.stdout.contains("3 names, 0 findings"), "{}", run.stdout);
    let doubtful = desk.put(
        "doubtful.csv",
        "name,type,id,aliases\n\
         Quorvax Zindle,person,my:1,The|X\n\
         Quorvax Zandle,person,my:1,\n\
         Dimanche,person,iso:FRA,\n",
    );
    let run = gazetteer("check", &[&sound, &doubtful], &[]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for part in [
        "doubtful.csv, row 2: «The»: ",
        "English: function word",
        "French: weekday",
        "doubtful.csv, row 2: «X»: a single letter",
        "row 3: «my:1»: is called «Quorvax Zandle» here and «Quorvax Zindle» in ",
        "«iso:FRA»: is no id of ISO 3166",
    ] {
        assert!(run.stdout.contains(part), "no «{part}»: {}", run.stdout);
    }
    let run = gazetteer("check", &[&doubtful], &["--languages", "de"]);
    assert!(!run.stdout.contains("French: weekday"), "{}", run.stdout);
}
