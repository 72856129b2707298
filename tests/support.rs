//! Calls the program and reads its tables.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a call gave.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The call must have ended well.
    #[track_caller]
    pub fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// The call must have failed with this exit code and a message that holds all of `parts`.
    #[track_caller]
    pub fn failed(self, code: i32, parts: &[&str]) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "no «{part}» in: {}",
                self.stderr
            );
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}

/// The program, in the root of the repository, so that paths in the output are those of the corpus.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command
        .current_dir(root())
        .env_remove("RUST_LOG")
        .env_remove("CLICOLOR_FORCE");
    command
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn dateline<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>) -> Run {
    dateline_reading(args, b"")
}

/// With bytes on standard input.
pub fn dateline_reading<S: AsRef<OsStr>>(args: impl IntoIterator<Item = S>, input: &[u8]) -> Run {
    let mut child = program()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("standard input");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        // The program may end before it has read everything.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("standard input was written");
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A folder with an input file or several, and room for outputs.
pub struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("a file");
        path
    }

    /// Extracts `inputs` with `options` into a folder of this name.
    pub fn extract(&self, inputs: &[&Path], options: &[&str], out: &str) -> (Run, PathBuf) {
        let out = self.path(out);
        let mut args: Vec<&OsStr> = vec!["extract".as_ref()];
        args.extend(inputs.iter().map(|p| p.as_os_str()));
        args.extend(["--out".as_ref(), out.as_os_str()]);
        args.extend(options.iter().map(OsStr::new));
        (dateline(args), out)
    }

    /// Extracts one text file and gives the folder of the tables.
    #[track_caller]
    pub fn extract_text(&self, text: &str, options: &[&str]) -> PathBuf {
        let input = self.put("one.txt", text);
        let (run, out) = self.extract(&[&input], options, "tables of one text");
        run.done();
        out
    }
}

/// A row by column name.
pub type Row = BTreeMap<String, String>;

/// The rows of a CSV table.
#[track_caller]
pub fn table(folder: &Path, name: &str) -> Vec<Row> {
    let path = folder.join(format!("{name}.csv"));
    let mut reader =
        csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

/// One column of a table.
#[track_caller]
pub fn column(folder: &Path, name: &str, column: &str) -> Vec<String> {
    table(folder, name)
        .into_iter()
        .map(|mut row| row.remove(column).expect("the column"))
        .collect()
}

/// Lines of JSON.
pub fn json_lines(content: &str) -> Vec<serde_json::Value> {
    content
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

/// Names and bytes of all files in a folder.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries
        .map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            (name, fs::read(entry.path()).expect("a file"))
        })
        .collect()
}

/// Two folders must hold the same files, byte for byte.
#[track_caller]
pub fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>, what: &str) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(a), names(b), "{what}: other files");
    for (name, bytes) in a {
        if let Some(line) = first_difference(bytes, &b[name]) {
            panic!("{what}: {name} differs from line {line} on");
        }
    }
}

fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    if a == b {
        return None;
    }
    let at = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    Some(1 + a[..at].iter().filter(|byte| **byte == b'\n').count())
}

/// Texts of the corpus that are UTF-8, in the order of their names.
pub fn corpus_texts() -> Vec<String> {
    let mut paths: Vec<_> = fs::read_dir(root().join("corpus/text"))
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect()
}

/// JSON Lines of at least this size, made of the corpus.
pub fn dump(bytes: usize) -> String {
    let texts = corpus_texts();
    let mut lines = String::new();
    let mut number = 0;
    while lines.len() < bytes {
        let text = &texts[number % texts.len()];
        let day = format!("20{:02}-0{}-1{}", number % 24, number % 9 + 1, number % 10);
        let record =
            serde_json::json!({ "id": format!("n{number}"), "text": text, "published": day });
        lines.push_str(&record.to_string());
        lines.push('\n');
        number += 1;
    }
    lines
}
