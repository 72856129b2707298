//! What a file is, by its name and by its first bytes.

/// How the records of a file are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Html,
    /// Line for line.
    JsonLines,
    /// Whatever JSON there is.
    Json,
    Table,
}

/// Compressed forms, known by their first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    Zip,
}

impl Compression {
    pub fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(&[0x1F, 0x8B, 8]) {
            Some(Self::Gzip)
        } else if head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
            Some(Self::Zstd)
        } else if head.starts_with(b"BZh")
            && head
                .get(4..6)
                .is_some_and(|b| b == b"1A" || b == b"\x17\x72")
        {
            Some(Self::Bzip2)
        } else if head.starts_with(&[0xFD, b'7', b'z', b'X', b'Z', 0]) {
            Some(Self::Xz)
        } else if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            Some(Self::Zip)
        } else {
            None
        }
    }
}

/// How an input came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The user named it, so it is meant to be read.
    Named,
    /// Found in a folder or an archive that the user named.
    Found,
}

/// The lower-case extension of a name, without that of a compressed form.
pub(crate) fn extension(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let mut stem = name.as_str();
    for end in [".gz", ".zst", ".bz2", ".xz", ".zstd", ".gzip"] {
        if let Some(inner) = stem.strip_suffix(end) {
            stem = inner;
            break;
        }
    }
    match stem.rsplit_once('.') {
        Some((before, extension)) if !before.is_empty() => extension.to_owned(),
        _ => String::new(),
    }
}

/// Decides, or says what the user can do. `head` is the decompressed beginning of the file.
pub(crate) fn decide(name: &str, head: &[u8], origin: Origin) -> Result<Kind, String> {
    let extension = extension(name);
    let start = content_start(head);
    match extension.as_str() {
        "jsonl" | "ndjson" => return Ok(json_lines_or_json(start)),
        "json" => return Ok(Kind::Json),
        "csv" | "tsv" => return Ok(Kind::Table),
        "html" | "htm" | "xhtml" => return Ok(Kind::Html),
        // A saved page is a page, whatever its name says.
        "txt" | "text" | "md" => {
            return Ok(if is_html(start) {
                Kind::Html
            } else {
                Kind::Text
            });
        }
        _ => refuse_document(name)?,
    }
    let unknown = |why: &str| {
        Err(format!(
            "{why} Files are read as .txt, .jsonl, .json, .csv, .tsv or .html."
        ))
    };
    if head.starts_with(b"%PDF")
        || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
        || head.starts_with(b"{\\rtf")
    {
        return unknown("This is a PDF, Word or RTF document.");
    }
    if crate::encoding::decode(head, None).is_none() {
        return unknown("This is not text.");
    }
    if is_html(start) {
        return Ok(Kind::Html);
    }
    if looks_like_json(start) {
        return Ok(json_lines_or_json(start));
    }
    // In a folder a name like `notes.py` says that it is something else than an article.
    if origin == Origin::Found
        && !extension.is_empty()
        && !extension.bytes().all(|b| b.is_ascii_digit())
    {
        return unknown(&format!(
            "The ending .{extension} says nothing to dateline."
        ));
    }
    if start.starts_with(b"<?xml") {
        return unknown("This is an XML file of a kind that is not read.");
    }
    Ok(if crate::table::looks_like_table(start) {
        Kind::Table
    } else {
        Kind::Text
    })
}

/// Office documents, some of which are zip archives inside, are told apart by their names.
pub(crate) fn refuse_document(name: &str) -> Result<(), String> {
    let extension = extension(name);
    match extension.as_str() {
        "docx" | "doc" | "odt" | "rtf" | "pdf" | "xlsx" | "xls" | "ods" | "epub" | "pptx" => {
            Err(format!(
                "Files of the kind .{extension} are not read. Save it as .txt (documents) or .csv (tables)."
            ))
        }
        _ => Ok(()),
    }
}

/// Whether most lines are whole objects, so that one broken line costs no more than itself.
pub(crate) fn is_lines_of_objects(head: &[u8]) -> bool {
    let mut lines = 0;
    let mut objects = 0;
    for line in head.split_inclusive(|b| *b == b'\n') {
        let text = line.trim_ascii();
        // The last line may be cut off by the end of the head.
        if text.is_empty() || lines > 0 && !line.ends_with(b"\n") {
            continue;
        }
        lines += 1;
        objects += usize::from(text.starts_with(b"{\"") && text.ends_with(b"}"));
    }
    lines > 1 && objects * 2 > lines
}

fn content_start(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .trim_ascii_start()
}

fn looks_like_json(start: &[u8]) -> bool {
    let mut rest = start;
    while let Some(inner) = rest.strip_prefix(b"[") {
        rest = inner.trim_ascii_start();
    }
    rest.strip_prefix(b"{")
        .map(<[u8]>::trim_ascii_start)
        .is_some_and(|inner| inner.starts_with(b"\"") || inner.starts_with(b"}"))
}

/// Lists and objects printed over several lines also come under the names of JSON Lines.
fn json_lines_or_json(start: &[u8]) -> Kind {
    let first_line = start
        .split(|b| *b == b'\n')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    if start.starts_with(b"[") || first_line == b"{" {
        Kind::Json
    } else {
        Kind::JsonLines
    }
}

fn is_html(start: &[u8]) -> bool {
    let mut rest = start;
    loop {
        rest = rest.trim_ascii_start();
        let end = if rest.starts_with(b"<?xml") {
            memchr::memmem::find(rest, b"?>").map(|at| at + 2)
        } else if rest.starts_with(b"<!--") {
            memchr::memmem::find(rest, b"-->").map(|at| at + 3)
        } else {
            let word = rest.get(..14).unwrap_or(rest).to_ascii_lowercase();
            return word.starts_with(b"<!doctype html")
                || word.starts_with(b"<html")
                || word.starts_with(b"<head");
        };
        match end.and_then(|end| rest.get(end..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_contents() {
        let kind = |name: &str, head: &str| decide(name, head.as_bytes(), Origin::Found);
        assert_eq!(kind("a.jsonl.gz", "{\"a\":1}\n{"), Ok(Kind::JsonLines));
        assert_eq!(kind("a.jsonl", "[{}]"), Ok(Kind::Json));
        assert_eq!(kind("a.ndjson", "{\n \"a\": 1\n}"), Ok(Kind::Json));
        assert_eq!(kind("A.TXT", "abc"), Ok(Kind::Text));
        assert_eq!(kind("a.txt", "<!DOCTYPE html><p>"), Ok(Kind::Html));
        assert_eq!(
            kind("a.txt", "<?xml version='1.0'?>\n<!-- x --><html>"),
            Ok(Kind::Html)
        );
        assert_eq!(kind("dir.d/article", "{\"text\": 1}"), Ok(Kind::JsonLines));
        assert_eq!(kind("12345", "Once"), Ok(Kind::Text));
        assert!(kind("a.py", "import x").is_err());
        assert!(kind("a.docx", "PK").is_err());
        assert!(kind("a.png", "\0\0").is_err());
        assert_eq!(decide("a.log", b"Once", Origin::Named), Ok(Kind::Text));
    }
}
