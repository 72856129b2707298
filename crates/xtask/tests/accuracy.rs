//! `xtask accuracy` as a developer calls it.

use std::path::Path;
use std::process::{Command, Output};

fn accuracy(eval: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .arg("accuracy")
        .arg(eval)
        .args(options)
        .output()
        .expect("xtask runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The floors of `accuracy_floors.toml` hold. The evaluation data are no part of the project: the
/// variable `DATELINE_EVAL` says where they are.
#[test]
fn accuracy_floors() {
    let Some(eval) = std::env::var_os("DATELINE_EVAL") else {
        eprintln!("skipped: DATELINE_EVAL does not name an evaluation folder");
        return;
    };
    let done = accuracy(Path::new(&eval), &["--check"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert!(
        text(&done.stdout).contains("floors hold"),
        "{}",
        text(&done.stdout)
    );
}

#[test]
fn measures_and_errors_of_a_set() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let sets = dir.path().join("temporal");
    std::fs::create_dir(&sets).expect("a folder");
    let gold = r#"{"id": "a", "lang": "en", "dct": "2023-02-24", "text": "Élise came on 3 May 2019.", "timexes": [{"start": 14, "end": 24, "type": "DATE", "value": "2019-05-03"}]}
{"id": "b", "lang": "en", "dct": "2023-02-24", "text": "Élise left on 4 May 2019.", "timexes": [{"start": 14, "end": 24, "type": "DATE", "value": "2019-06-04"}]}
"#;
    std::fs::write(sets.join("made.en.jsonl"), gold).expect("a set");
    let done = accuracy(dir.path(), &["--errors", "made.en", "5"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let out = text(&done.stdout);
    for line in [
        "made.en\tstrict\t1.0000",
        "made.en\tvalue\t0.5000",
        "wrong value\t1",
        "\tÉlise left on ⟦4 May 2019⟧.",
    ] {
        assert!(
            out.lines().any(|l| l == line),
            "{line:?} is missing in\n{out}"
        );
    }
}

#[test]
fn floors_do_not_hold_where_sets_are_missing() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let sets = dir.path().join("ner");
    std::fs::create_dir(&sets).expect("a folder");
    std::fs::write(sets.join("made.en.jsonl"), "").expect("a set");
    let done = accuracy(dir.path(), &["--check"]);
    assert!(!done.status.success());
    assert!(
        text(&done.stderr).contains("not measured"),
        "{}",
        text(&done.stderr)
    );
}
