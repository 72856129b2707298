//! The page of slots names every slot, and the skeleton of a pack loads, with its examples too.

use dateline_languages::{Coverage, Library, embedded};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Slots that rules and code see under another name than tables write.
const MADE: [&str; 2] = ["month_abbr", "weekday_abbr"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Words in `code` marks of the page.
fn documented() -> BTreeSet<String> {
    let page = fs::read_to_string(root().join("SLOTS.md")).expect("SLOTS.md");
    page.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn slots(content: &str) -> impl Iterator<Item = &str> {
    let rows = content
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    rows.filter_map(|l| l.split('\t').next())
        .map(|s| s.trim_start_matches('-'))
}

#[test]
fn every_slot_is_documented() {
    let documented = documented();
    let mut missing = BTreeSet::new();
    for folder in embedded() {
        for (file, content) in folder.files.iter().filter(|f| f.0.ends_with(".tsv")) {
            let unknown = slots(content).filter(|s| !documented.contains(*s) && !MADE.contains(s));
            missing.extend(unknown.map(|s| format!("{s} ({}/{file})", folder.tag)));
        }
    }
    assert!(missing.is_empty(), "SLOTS.md lacks a line for: {missing:?}");
}

#[test]
fn the_skeleton_loads_as_it_is() {
    let library = Library::embedded()
        .with_folders(&root().join("skeleton"))
        .expect("the skeleton");
    let pack = library.pack("xx").unwrap_or_else(|e| panic!("{e}"));
    let inherited = library
        .pack("root")
        .unwrap_or_else(|e| panic!("{e}"))
        .rows
        .len();
    assert_eq!(
        pack.rows.len(),
        inherited,
        "a row of the skeleton is not commented out"
    );
    assert!(pack.function_words.is_empty());
}

/// A `#` that touches a word marks an example, one before a space a comment.
#[test]
fn the_examples_of_the_skeleton_are_rows() {
    let documented = documented();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("skeleton/xx");
    fs::create_dir_all(&folder).expect("a folder");
    let mut rows = 0;
    for entry in fs::read_dir(root().join("skeleton/xx")).expect("the skeleton") {
        let path = entry.expect("a file").path();
        let content = fs::read_to_string(&path).expect("text");
        let example = |l: &str| {
            l.strip_prefix('#')
                .filter(|r| !r.starts_with(' ') && !r.is_empty())
                .map(str::to_owned)
        };
        let content: String = content
            .lines()
            .map(|l| example(l).unwrap_or_else(|| l.to_owned()) + "\n")
            .collect();
        if path.extension().is_some_and(|x| x == "tsv") {
            for slot in slots(&content) {
                rows += 1;
                assert!(documented.contains(slot), "{}: {slot}", path.display());
            }
        }
        fs::write(folder.join(path.file_name().expect("a name")), content).expect("written");
    }
    assert!(rows > 50, "only {rows} rows");
    let library = Library::embedded()
        .with_folders(folder.parent().expect("a parent"))
        .expect("the examples");
    let pack = library.pack("xx").unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(pack.coverage, Coverage::Full);
    assert_eq!(pack.function_words.len(), 3);
    assert!(
        pack.rows
            .iter()
            .any(|r| r.form == "deputy prime minister" && r.source.0 == "xx")
    );
}
