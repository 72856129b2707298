//! The tables are as their readers expect them.

use dateline_detect::Detector;
use dateline_languages::embedded;
use dateline_text::{fold, tokenize};
use std::collections::BTreeSet;

#[test]
fn function_words() {
    let mut wrong = Vec::new();
    for folder in embedded() {
        let Some(content) = folder.file("function_words.txt") else {
            continue;
        };
        let mut seen = BTreeSet::new();
        for word in content.lines().filter(|l| !l.starts_with('#')) {
            let mut tokens = Vec::new();
            tokenize(word, &mut tokens);
            let unspaced = tokens.iter().all(|t| t.script.unspaced());
            if tokens.is_empty() || (tokens.len() > 1 && !unspaced) {
                wrong.push(format!("{}: «{word}» is no single word", folder.tag));
            }
            if word.to_lowercase() != word {
                wrong.push(format!("{}: «{word}» is not in small letters", folder.tag));
            }
            if !seen.insert(fold(word)) {
                wrong.push(format!("{}: «{word}» stands twice", folder.tag));
            }
        }
        assert!(
            seen.len() >= 30,
            "{} has only {} words",
            folder.tag,
            seen.len()
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn spelling() {
    let mut wrong = Vec::new();
    for folder in embedded() {
        let Some(content) = folder.file("spelling.txt") else {
            continue;
        };
        let mut seen = BTreeSet::new();
        for line in content.lines().filter(|l| !l.starts_with('#')) {
            let letters = line.trim_matches('-').chars().count();
            let most = if line.contains('-') { 5 } else { 3 };
            if letters == 0 || letters > most || line.to_lowercase() != line || !seen.insert(line) {
                wrong.push(format!("{}: «{line}»", folder.tag));
            }
        }
        assert!(
            folder.file("function_words.txt").is_some(),
            "{} has no words",
            folder.tag
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each language with function words has its codes and names, and answers to its own tag.
#[test]
fn names() {
    let detector = Detector::new(embedded());
    let rows = include_str!("../data/names.tsv");
    for folder in embedded()
        .iter()
        .filter(|f| f.file("function_words.txt").is_some())
    {
        assert_eq!(detector.resolve(folder.tag), Some(folder.tag));
        if folder.tag.contains('-') {
            continue;
        }
        let row = rows
            .lines()
            .find(|r| r.split('\t').next() == Some(folder.tag));
        let row = row.unwrap_or_else(|| panic!("data/names.tsv lacks {}", folder.tag));
        let cells: Vec<&str> = row.split('\t').collect();
        assert_eq!(cells.len(), 4, "{row}");
        let folders: BTreeSet<&str> = embedded().iter().map(|f| f.tag).collect();
        for name in cells[1]
            .split(' ')
            .chain(cells[2].split(';'))
            .filter(|n| !n.is_empty())
        {
            // A folder of that name is what its own tag means.
            if folders.contains(name) {
                continue;
            }
            assert_eq!(detector.resolve(name), Some(folder.tag), "{name}");
        }
        let whatlang = cells[3].trim_start_matches('~');
        assert!(
            whatlang.is_empty() || whatlang::Lang::from_code(whatlang).is_some(),
            "{row}"
        );
    }
}
