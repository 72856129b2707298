//! Files that commands make.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::{Path, PathBuf};

/// Writes a file beside its place and then puts it there: whoever has the old one mapped keeps it, and
/// no half file is left behind. A device or a pipe is written as it is: it must not be replaced.
pub fn write(path: &Path, content: impl FnOnce(&mut BufWriter<File>) -> Result<()>) -> Result<()> {
    let fill = |file| {
        let mut file = BufWriter::new(file);
        content(&mut file)?;
        file.flush()
    };
    if path.metadata().is_ok_and(|m| !m.is_file()) {
        return fill(File::options().write(true).open(path)?);
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let written = File::create(&partial).and_then(fill);
    let placed = written.and_then(|()| std::fs::rename(&partial, path));
    if placed.is_err() {
        let _ = std::fs::remove_file(&partial);
    }
    placed
}
