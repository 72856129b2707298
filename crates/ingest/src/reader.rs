//! Inputs become chunks, one file after the other.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dateline_model::{Reject, RejectCode};

use crate::archive::Archive;
use crate::chunk::{Chunk, Part, too_large_message};
use crate::decompress::{self, Allowance, Growth, Input, Raw};
use crate::encoding::{self, Transcoder};
use crate::fields::FieldNames;
use crate::kind::{self, Compression, Kind, Origin};
use crate::split::{Piece, Rows, Splitter, Stream, ValueScan, Values};
use crate::walk::{FileEntry, Walk};
use crate::{Error, Options, json, table, walk};

/// One input as the user named it, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputSummary {
    /// As the user named it, with `/`; `-` for standard input.
    pub path: String,
    /// How many files were read: 1, or those of the folder.
    pub files: u64,
    /// Their bytes as they lie on the disk.
    pub bytes: u64,
    /// blake3 in hex digits: of the file; of a folder, of the lines `checksum  path` of its files.
    pub checksum: String,
}

/// Something that the user should know though nothing was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The input or file.
    pub source_file: String,
    /// What happened, for a reader who is no programmer.
    pub message: String,
}

/// Reads inputs one after the other and gives chunks of raw records.
pub struct Reader {
    options: Options,
    names: FieldNames,
    inputs: VecDeque<Named>,
    total_bytes: Option<u64>,
    current: Option<CurrentInput>,
    file: Option<CurrentFile>,
    archive: Option<Archive>,
    source: Option<Source>,
    finished: Vec<InputSummary>,
    warnings: Vec<Warning>,
    bytes_finished: u64,
    bytes_reported: u64,
}

/// What the user named.
enum Named {
    Path(PathBuf),
    Stream(String, Input),
}

/// The input that is being read.
struct CurrentInput {
    /// The files still to come; nothing for a stream.
    walk: Option<Walk>,
    /// Whether it is a folder, whose checksum is made of its files'.
    folder: bool,
    hasher: blake3::Hasher,
    summary: InputSummary,
}

/// The file that is being read.
struct CurrentFile {
    name: String,
    raw: Raw,
    size: Option<u64>,
}

/// Records of one file or archive member.
struct Source {
    name: Arc<str>,
    stream: Stream,
    splitter: Splitter,
    compressed: bool,
    /// Whether nothing came of it so far.
    blank: bool,
}

const STDIN: &str = "-";

/// Bytes that are looked at to find out what a file is.
const HEAD: usize = 64 << 10;

/// Compressed forms inside one another that are followed: `a.zip/b.jsonl.gz`.
const NESTING: u8 = 2;

impl Reader {
    /// Prepares to read files, folders, and `-` for standard input, in this order.
    ///
    /// # Errors
    /// If an input does not exist, or if the field map names a field that articles do not have.
    pub fn open(inputs: &[PathBuf], options: &Options) -> Result<Self, Error> {
        let mut reader = Self::new(options)?;
        for path in inputs {
            if path == Path::new(STDIN) {
                reader.total_bytes = None;
                reader
                    .inputs
                    .push_back(Named::Stream(STDIN.to_owned(), Box::new(io::stdin())));
                continue;
            }
            std::fs::metadata(path).map_err(|source| Error::Input {
                path: path.clone(),
                source,
            })?;
            let mut files = 0u64;
            let mut bytes = 0u64;
            for entry in Walk::new(path) {
                files += 1;
                bytes += entry.map_or(0, |entry| entry.size);
            }
            if files == 0 {
                reader.warn(
                    &walk::display_name(path),
                    "The folder holds no files.".to_owned(),
                );
            }
            reader.total_bytes = reader.total_bytes.map(|total| total + bytes);
            reader.inputs.push_back(Named::Path(path.clone()));
        }
        Ok(reader)
    }

    /// Prepares to read one stream as if it were a file of this name. The total size is not known.
    ///
    /// # Errors
    /// If the field map names a field that articles do not have.
    pub fn from_stream(
        name: &str,
        stream: Box<dyn io::Read + Send>,
        options: &Options,
    ) -> Result<Self, Error> {
        let mut reader = Self::new(options)?;
        reader.total_bytes = None;
        reader
            .inputs
            .push_back(Named::Stream(name.to_owned(), stream));
        Ok(reader)
    }

    fn new(options: &Options) -> Result<Self, Error> {
        FieldNames::check(options)?;
        Ok(Self {
            options: options.clone(),
            names: FieldNames::new(options),
            inputs: VecDeque::new(),
            total_bytes: Some(0),
            current: None,
            file: None,
            archive: None,
            source: None,
            finished: Vec::new(),
            warnings: Vec::new(),
            bytes_finished: 0,
            bytes_reported: 0,
        })
    }

    /// Bytes of all inputs as they lie on the disk; nothing where standard input is among them.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total_bytes
    }

    /// The inputs that were read to their end so far, in their order.
    pub fn inputs(&self) -> &[InputSummary] {
        &self.finished
    }

    /// What the user should know; grows while reading.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    fn warn(&mut self, source_file: &str, message: String) {
        self.warnings.push(Warning {
            source_file: source_file.to_owned(),
            message,
        });
    }

    fn next_part(&mut self) -> Option<Part> {
        loop {
            if let Some(source) = &mut self.source {
                match source.next(&self.options) {
                    Some(part) => return Some(part),
                    None => self.source = None,
                }
            } else if let Some(archive) = &mut self.archive {
                match archive.next_member() {
                    Some(Ok(member)) => {
                        let opened =
                            self.open_stream(&member.name, member.input, None, Origin::Found, 1);
                        if let Err(reject) = opened {
                            return Some(Part::Reject(reject));
                        }
                    }
                    Some(Err(reject)) => return Some(Part::Reject(reject)),
                    None => self.archive = None,
                }
            } else if let Some(file) = self.file.take() {
                self.finish_file(file);
            } else if let Some(current) = &mut self.current {
                match current.walk.as_mut().and_then(Iterator::next) {
                    Some(Ok(entry)) => {
                        if let Err(reject) = self.open_file(entry) {
                            return Some(Part::Reject(reject));
                        }
                    }
                    Some(Err(reject)) => return Some(Part::Reject(reject)),
                    None => self.finish_input(),
                }
            } else {
                match self.inputs.pop_front()? {
                    Named::Path(path) => {
                        let walk = Walk::new(&path);
                        self.begin_input(&walk::display_name(&path), Some(walk), path.is_dir());
                    }
                    Named::Stream(name, stream) => {
                        self.begin_input(&name, None, false);
                        let raw = Raw::new(stream);
                        self.file = Some(CurrentFile {
                            name: name.clone(),
                            raw: raw.clone(),
                            size: None,
                        });
                        let allowance = Allowance::Read(raw.clone());
                        let opened = self.open_stream(
                            &name,
                            Box::new(raw),
                            Some(allowance),
                            Origin::Named,
                            0,
                        );
                        if let Err(reject) = opened {
                            return Some(Part::Reject(reject));
                        }
                    }
                }
            }
        }
    }

    fn begin_input(&mut self, name: &str, walk: Option<Walk>, folder: bool) {
        self.current = Some(CurrentInput {
            walk,
            folder,
            hasher: blake3::Hasher::new(),
            summary: InputSummary {
                path: name.to_owned(),
                files: 0,
                bytes: 0,
                checksum: String::new(),
            },
        });
    }

    fn finish_input(&mut self) {
        if let Some(mut current) = self.current.take() {
            if current.folder {
                current.summary.checksum = current.hasher.finalize().to_hex().to_string();
            }
            self.finished.push(current.summary);
        }
    }

    fn finish_file(&mut self, mut file: CurrentFile) {
        let (bytes, checksum) = file.raw.finish();
        self.bytes_finished += file.size.unwrap_or(bytes);
        if let Some(current) = &mut self.current {
            current.summary.files += 1;
            current.summary.bytes += bytes;
            if current.folder {
                current
                    .hasher
                    .update(format!("{}  {}\n", checksum.to_hex(), file.name).as_bytes());
            } else {
                current.summary.checksum = checksum.to_hex().to_string();
            }
        }
    }

    fn open_file(&mut self, entry: FileEntry) -> Result<(), Reject> {
        let unreadable = |error: io::Error| {
            reject(
                &entry.name,
                0,
                RejectCode::FileUnreadable,
                format!("The file cannot be read: {error}."),
            )
        };
        let size = entry.size;
        let opened = File::open(&entry.path).and_then(|mut file| {
            let zip = entry.regular && is_zip(&mut file)?;
            Ok((file, zip))
        });
        let (file, zip) = opened.map_err(|error| {
            self.bytes_finished += size;
            unreadable(error)
        })?;
        let mut raw = Raw::new(Box::new(file));
        if zip {
            kind::refuse_document(&entry.name).map_err(|message| {
                self.bytes_finished += size;
                reject(&entry.name, 0, RejectCode::FileUnknownKind, message)
            })?;
            // The directory of an archive is at its end: sum it first, then read its members.
            raw.finish();
            self.file = Some(CurrentFile {
                name: entry.name.clone(),
                raw,
                size: Some(size),
            });
            self.archive = Some(Archive::open(&entry, self.options.member_limit)?);
            return Ok(());
        }
        self.file = Some(CurrentFile {
            name: entry.name.clone(),
            raw: raw.clone(),
            size: Some(size),
        });
        let allowance = Allowance::Read(raw.clone());
        let opened = self.open_stream(&entry.name, Box::new(raw), Some(allowance), entry.origin, 0);
        if let Err(reject) = &opened
            && reject.code == RejectCode::FileUnknownKind
        {
            // Reading the rest of a film only to sum it would take its time.
            self.file = None;
            self.bytes_finished += size;
        }
        opened
    }

    /// Finds out what a stream is and how its records are cut. `allowance` limits what it may be
    /// decompressed to; streams without one are limited already.
    fn open_stream(
        &mut self,
        name: &str,
        input: Input,
        allowance: Option<Allowance>,
        origin: Origin,
        nesting: u8,
    ) -> Result<(), Reject> {
        let mut stream = Stream::new(input);
        stream.fill(HEAD);
        let mut compressed = nesting > 0;
        let mut nesting = nesting;
        while let Some(compression) = Compression::of(stream.held()) {
            nesting += 1;
            if compression == Compression::Zip || nesting > NESTING {
                let message =
                    "This is an archive inside another one, which is not opened. Unpack it first.";
                return Err(reject(
                    name,
                    0,
                    RejectCode::ArchiveMember,
                    message.to_owned(),
                ));
            }
            compressed = true;
            let allowance = allowance.clone();
            stream = stream.convert(|input| {
                match (decompress::decoder(compression, input), allowance) {
                    (Ok(input), Some(allowance)) => decompress::guarded(input, allowance),
                    (Ok(input), None) => input,
                    (Err(error), _) => Stream::failing(error),
                }
            });
            stream.fill(HEAD);
        }
        let utf16 = encoding_rs::Encoding::for_bom(stream.held())
            .map(|(encoding, _)| encoding)
            .filter(|encoding| *encoding != encoding_rs::UTF_8)
            .or_else(|| {
                encoding::utf16_without_mark(stream.held(), memchr::memchr(0, stream.held())?)
            });
        if let Some(utf16) = utf16 {
            stream = stream.convert(|input| Box::new(Transcoder::new(input, utf16)));
            stream.fill(HEAD);
        }
        if stream.held().starts_with(b"\xEF\xBB\xBF") {
            stream.skip(3);
        }
        let blank = stream.ended() && stream.held().trim_ascii().is_empty();
        if blank {
            return Err(match stream.trouble.take() {
                Some(error) => trouble(name, stream.offset, &error, compressed),
                None => reject(
                    name,
                    0,
                    RejectCode::TextEmpty,
                    "The file is empty.".to_owned(),
                ),
            });
        }
        let kind = kind::decide(name, stream.held(), origin)
            .map_err(|message| reject(name, 0, RejectCode::FileUnknownKind, message))?;
        let splitter = match kind {
            Kind::Text => Splitter::Whole {
                html: false,
                done: false,
            },
            Kind::Html => Splitter::Whole {
                html: true,
                done: false,
            },
            Kind::JsonLines => {
                stream = with_line_ends(stream);
                Splitter::lines()
            }
            Kind::Json => self.json_splitter(&mut stream),
            Kind::Table => {
                stream = with_line_ends(stream);
                let tabs = kind::extension(name) == "tsv";
                let (layout, header_bytes) =
                    table::Layout::find(stream.held(), stream.ended(), tabs, &self.names);
                if let Some(message) = layout.guess_message() {
                    self.warn(name, message);
                }
                stream.skip(header_bytes);
                Splitter::Rows(Rows::new(Arc::new(layout)))
            }
        };
        self.source = Some(Source {
            name: Arc::from(name),
            stream,
            splitter,
            compressed,
            blank: true,
        });
        Ok(())
    }

    /// JSON under the name `.json` may be one article, a list, a list inside an object, or JSON Lines.
    fn json_splitter(&self, stream: &mut Stream) -> Splitter {
        let start = |held: &[u8]| held.len() - held.trim_ascii_start().len();
        let held = stream.held();
        if !held.trim_ascii_start().starts_with(b"{") {
            return Splitter::Values(Values::new(false));
        }
        if kind::is_lines_of_objects(held) {
            return Splitter::lines();
        }
        let limit = usize::try_from(self.options.max_record)
            .unwrap_or(usize::MAX)
            .saturating_add(HEAD);
        let mut scan = ValueScan::default();
        let mut scanned = start(held);
        let end = loop {
            if let Some(end) = scan.feed(stream.held().get(scanned..).unwrap_or_default()) {
                break Some(scanned + end);
            }
            scanned = stream.held().len();
            if stream.ended() || scanned > limit {
                break None;
            }
            stream.fill(scanned.saturating_add(self.options.chunk_bytes.max(HEAD)));
        };
        if let Some(end) = end {
            stream.fill(end.saturating_add(HEAD));
            let held = stream.held();
            let more = held
                .get(end..)
                .is_some_and(|rest| !rest.trim_ascii().is_empty());
            let object = String::from_utf8_lossy(held.get(start(held)..end).unwrap_or_default());
            if more || json::is_article(&object, &self.names) {
                return Splitter::Values(Values::new(false));
            }
        }
        match json::list_of_records(stream.held(), &self.names) {
            Some(list) => {
                stream.skip(list + 1);
                Splitter::Values(Values::new(true))
            }
            None => Splitter::Values(Values::new(false)),
        }
    }

    fn bytes_now(&self) -> u64 {
        let current = match (&self.archive, &self.file) {
            (Some(archive), _) => archive.consumed(),
            (None, Some(file)) => file.raw.bytes_read().min(file.size.unwrap_or(u64::MAX)),
            (None, None) => 0,
        };
        self.bytes_finished + current
    }
}

impl Iterator for Reader {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let mut parts = Vec::new();
        let mut bytes = 0;
        while bytes < self.options.chunk_bytes.max(1) {
            let Some(part) = self.next_part() else { break };
            bytes += part.bytes();
            parts.push(part);
        }
        if parts.is_empty() {
            return None;
        }
        // An archive's progress is that of its members, so the sum must not run backwards.
        let now = self.bytes_now().max(self.bytes_reported);
        let input_bytes = now - self.bytes_reported;
        self.bytes_reported = now;
        Some(Chunk { parts, input_bytes })
    }
}

impl Source {
    fn next(&mut self, options: &Options) -> Option<Part> {
        let piece = self
            .splitter
            .next(&mut self.stream, options.chunk_bytes, options.max_record);
        let part = match piece {
            Some(Piece::Records(records)) => Part::Records {
                source_file: Arc::clone(&self.name),
                records,
            },
            Some(Piece::TooLarge {
                record,
                offset,
                bytes,
            }) => Part::Reject(Reject {
                record,
                ..reject(
                    &self.name,
                    offset,
                    RejectCode::RecordTooLarge,
                    too_large_message(bytes, options),
                )
            }),
            None => match self.stream.trouble.take() {
                Some(error) => {
                    let end = self.stream.offset + self.stream.held().len() as u64;
                    Part::Reject(trouble(&self.name, end, &error, self.compressed))
                }
                None if self.blank => {
                    let message = "The file holds no records.".to_owned();
                    Part::Reject(reject(&self.name, 0, RejectCode::TextEmpty, message))
                }
                None => return None,
            },
        };
        self.blank = false;
        Some(part)
    }
}

fn reject(name: &str, byte_offset: u64, code: RejectCode, message: String) -> Reject {
    Reject {
        source_file: name.to_owned(),
        record: 0,
        byte_offset,
        code,
        message,
    }
}

/// A stream that ended early.
fn trouble(name: &str, offset: u64, error: &io::Error, compressed: bool) -> Reject {
    if Growth::is_in(error) {
        let message = format!("Reading stops here: {error}. If it is no trap, unpack it first.");
        return reject(name, offset, RejectCode::ArchiveMember, message);
    }
    if compressed && error.raw_os_error().is_none() {
        let message = format!(
            "The compressed data are damaged or cut off from here on ({error}); what came before was read."
        );
        return reject(name, offset, RejectCode::CompressionBroken, message);
    }
    let message = format!("The file could not be read from here on: {error}.");
    reject(name, offset, RejectCode::FileUnreadable, message)
}

fn is_zip(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.take(4).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(Compression::of(&head) == Some(Compression::Zip))
}

/// Lines that end with a carriage return alone, as old Macintosh programs wrote them, end with `\n`.
fn with_line_ends(mut stream: Stream) -> Stream {
    let held = stream.held();
    if memchr::memchr(b'\n', held).is_some() || memchr::memchr(b'\r', held).is_none() {
        return stream;
    }
    stream = stream.convert(|input| Box::new(ReturnsAsFeeds(input)));
    stream.fill(HEAD);
    stream
}

struct ReturnsAsFeeds(Input);

impl Read for ReturnsAsFeeds {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(out)?;
        for byte in out.iter_mut().take(n).filter(|byte| **byte == b'\r') {
            *byte = b'\n';
        }
        Ok(n)
    }
}
