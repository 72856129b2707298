//! Embeds every file below `data/`, so that a new language is a new folder and nothing else.

use std::fmt::Write as _;
use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=data");
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("data");
    let mut code = String::from("&[\n");
    for tag in names(&root) {
        let folder = root.join(&tag);
        if !folder.is_dir() {
            continue;
        }
        println!("cargo::rerun-if-changed={}", folder.display());
        let _ = writeln!(code, "Folder {{ tag: {tag:?}, files: &[");
        for file in names(&folder) {
            if !(file.ends_with(".tsv") || file.ends_with(".toml") || file.ends_with(".txt")) {
                continue;
            }
            let path = folder.join(&file);
            println!("cargo::rerun-if-changed={}", path.display());
            let _ = writeln!(
                code,
                "({file:?}, include_str!({:?})),",
                path.display().to_string()
            );
        }
        code.push_str("] },\n");
    }
    code.push_str("]\n");
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("embedded.rs");
    fs::write(out, code).expect("OUT_DIR can be written");
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| {
            entries
                .flatten()
                .filter_map(|e| e.file_name().into_string().ok())
                .filter(|n| !n.starts_with('.'))
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}
