//! Streams are cut into parts of whole records, with buffers of bounded size.

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use crate::decompress::Input;
use crate::table::Layout;

/// A stream and what was read of it but not handed on.
pub(crate) struct Stream {
    input: Input,
    buffer: Vec<u8>,
    ended: bool,
    /// Why the stream ended early.
    pub trouble: Option<io::Error>,
    /// Where the buffer begins in the stream.
    pub offset: u64,
}

impl Stream {
    pub fn new(input: Input) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            ended: false,
            trouble: None,
            offset: 0,
        }
    }

    /// Reads until `size` bytes are held, or all.
    pub fn fill(&mut self, size: usize) {
        // Large reads: the system, the decoders and the checksum are several times faster with them.
        const BLOCK: usize = 1 << 20;
        while !self.ended && self.buffer.len() < size {
            let start = self.buffer.len();
            self.buffer.resize(size.min(start.saturating_add(BLOCK)), 0);
            let read = self
                .input
                .read(self.buffer.get_mut(start..).unwrap_or_default());
            let got = *read.as_ref().unwrap_or(&0);
            self.buffer.truncate(start + got);
            match read {
                Ok(0) => self.ended = true,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.trouble = Some(error);
                }
            }
        }
    }

    /// What is held.
    pub fn held(&self) -> &[u8] {
        &self.buffer
    }

    /// Whether nothing will come after what is held.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Hands over the first `size` bytes.
    pub fn take(&mut self, size: usize) -> Vec<u8> {
        let size = size.min(self.buffer.len());
        let rest = self.buffer.split_off(size);
        self.offset += size as u64;
        std::mem::replace(&mut self.buffer, rest)
    }

    /// Drops the first `size` bytes.
    pub fn skip(&mut self, size: usize) {
        let size = size.min(self.buffer.len());
        self.buffer.drain(..size);
        self.offset += size as u64;
    }

    /// A stream that does nothing but fail.
    pub fn failing(error: io::Error) -> Input {
        Box::new(Failing(Some(error)))
    }

    /// Puts a converter between the stream and what was read of it: both are converted.
    pub fn convert(self, convert: impl FnOnce(Input) -> Input) -> Self {
        let held = io::Cursor::new(self.buffer);
        let trouble = self.trouble;
        let input: Input = match (self.ended, trouble) {
            (true, None) => Box::new(held),
            (true, Some(error)) => Box::new(held.chain(Failing(Some(error)))),
            (false, _) => Box::new(held.chain(self.input)),
        };
        Self {
            offset: self.offset,
            ..Self::new(convert(input))
        }
    }
}

/// Fails once, then ends.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Whole records of one file.
pub(crate) struct Records {
    pub data: Vec<u8>,
    /// Where `data` begins in the file, in bytes.
    pub offset: u64,
    /// Number of the first record.
    pub first_record: u64,
    /// How the records lie in `data`.
    pub form: Form,
}

pub(crate) enum Form {
    /// One text.
    Text,
    /// One web page.
    Html,
    /// A JSON value a line; the number of the first line.
    Lines { first_line: u64 },
    /// JSON values at these places.
    Values(Vec<Range<usize>>),
    /// Rows of a table.
    Rows(Arc<Layout>),
}

/// What a splitter gives.
pub(crate) enum Piece {
    Records(Records),
    /// A record that is longer than allowed; how long it is, as far as it was read.
    TooLarge {
        record: u64,
        offset: u64,
        bytes: u64,
    },
}

/// Cuts a stream into records.
pub(crate) enum Splitter {
    /// The whole stream is one record.
    Whole {
        html: bool,
        done: bool,
    },
    Lines {
        record: u64,
        line: u64,
    },
    Values(Values),
    Rows(Rows),
}

impl Splitter {
    pub fn lines() -> Self {
        Self::Lines { record: 1, line: 1 }
    }

    /// The next records of the stream, about `target` bytes; nothing at its end.
    pub fn next(&mut self, stream: &mut Stream, target: usize, max_record: u64) -> Option<Piece> {
        let max_record = usize::try_from(max_record)
            .unwrap_or(usize::MAX - 1)
            .min(usize::MAX - 1);
        match self {
            Self::Whole { html, done } => {
                if std::mem::replace(done, true) {
                    return None;
                }
                stream.fill(max_record + 1);
                let bytes = stream.held().len();
                if bytes > max_record {
                    let bytes = bytes as u64;
                    return Some(Piece::TooLarge {
                        record: 1,
                        offset: 0,
                        bytes,
                    });
                }
                let form = if *html { Form::Html } else { Form::Text };
                let data = stream.take(bytes);
                Some(Piece::Records(Records {
                    data,
                    offset: 0,
                    first_record: 1,
                    form,
                }))
            }
            Self::Lines { record, line } => next_lines(stream, record, line, target, max_record),
            Self::Values(values) => values.next(stream, target, max_record),
            Self::Rows(rows) => rows.next(stream, target, max_record),
        }
    }
}

fn next_lines(
    stream: &mut Stream,
    record: &mut u64,
    line: &mut u64,
    target: usize,
    max_record: usize,
) -> Option<Piece> {
    let mut size = target.max(1);
    loop {
        stream.fill(size);
        let held = stream.held();
        if held.is_empty() {
            return None;
        }
        // The last line end within the target, else the next one behind it.
        let (near, far) = held.split_at(size.min(held.len()));
        let cut = match memchr::memrchr(b'\n', near) {
            Some(at) => at + 1,
            None => match memchr::memchr(b'\n', far) {
                Some(at) => near.len() + at + 1,
                None if stream.ended() => held.len(),
                None => 0,
            },
        };
        if cut > 0 {
            let (first_record, first_line, offset) = (*record, *line, stream.offset);
            let data = stream.take(cut);
            for (_, text) in lines(&data) {
                *line += 1;
                *record += u64::from(!text.trim_ascii().is_empty());
            }
            if *record == first_record {
                continue;
            }
            let form = Form::Lines { first_line };
            return Some(Piece::Records(Records {
                data,
                offset,
                first_record,
                form,
            }));
        }
        if held.len() > max_record {
            let offset = stream.offset;
            let bytes = skip_until(stream, target, |held| memchr::memchr(b'\n', held));
            let piece = Piece::TooLarge {
                record: *record,
                offset,
                bytes,
            };
            *record += 1;
            *line += 1;
            return Some(piece);
        }
        size = held.len().saturating_mul(2).min(max_record + 1);
    }
}

/// Drops everything up to and with the byte that `find` points at; the number of bytes before it.
fn skip_until(
    stream: &mut Stream,
    target: usize,
    mut find: impl FnMut(&[u8]) -> Option<usize>,
) -> u64 {
    let mut bytes = 0;
    loop {
        if let Some(at) = find(stream.held()) {
            stream.skip(at + 1);
            return bytes + at as u64;
        }
        bytes += stream.held().len() as u64;
        stream.skip(stream.held().len());
        stream.fill(target.max(1));
        if stream.held().is_empty() {
            return bytes;
        }
    }
}

/// Lines with the place where they begin, without their ends.
pub(crate) fn lines(data: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = data.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let at = start;
        start += length + 1;
        Some((at, rest.get(..length).unwrap_or_default()))
    })
}

/// Finds the end of a JSON value, given in as many pieces as one likes.
#[derive(Default, Clone, Copy)]
pub(crate) struct ValueScan {
    depth: u64,
    in_string: bool,
    escaped: bool,
    begun: bool,
}

impl ValueScan {
    /// The place behind the value, if it ends in `bytes`. A value that is no object or list ends before
    /// the next comma, bracket or line end.
    pub fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let rest = bytes.get(at..).unwrap_or_default();
                let step = memchr::memchr2(b'"', b'\\', rest)?;
                if rest.get(step) == Some(&b'"') {
                    self.in_string = false;
                } else {
                    self.escaped = true;
                }
                at += step + 1;
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    if self.depth <= 1 {
                        return Some(if self.depth == 0 && self.begun {
                            at
                        } else {
                            at + 1
                        });
                    }
                    self.depth -= 1;
                }
                b',' | b'\n' if self.depth == 0 => return Some(at),
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        None
    }
}

/// JSON values in a list, one after the other, or both.
pub(crate) struct Values {
    record: u64,
    /// Inside a wrapper the list's own end is the end of all records.
    wrapped: bool,
    ended: bool,
}

impl Values {
    pub fn new(wrapped: bool) -> Self {
        Self {
            record: 1,
            wrapped,
            ended: false,
        }
    }

    fn next(&mut self, stream: &mut Stream, target: usize, max_record: usize) -> Option<Piece> {
        let target = target.max(1);
        let first_record = self.record;
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        while !self.ended && at < target {
            at = self.pass_separators(stream, at, target);
            if ranges.is_empty() {
                stream.skip(at);
                at = 0;
            }
            if self.ended || at >= stream.held().len() {
                continue;
            }
            let mut scan = ValueScan::default();
            match find_end(&mut scan, stream, at, target, max_record) {
                Some(end) => {
                    let end = end.max(at + 1);
                    ranges.push(at..end);
                    self.record += 1;
                    at = end;
                }
                None if ranges.is_empty() => {
                    let offset = stream.offset;
                    let bytes = skip_value(&mut scan, stream, target);
                    self.record += 1;
                    return Some(Piece::TooLarge {
                        record: first_record,
                        offset,
                        bytes,
                    });
                }
                // Hand on what came before; the long value is met again.
                None => break,
            }
        }
        let used = ranges.last()?.end;
        let offset = stream.offset;
        let data = stream.take(used);
        Some(Piece::Records(Records {
            data,
            offset,
            first_record,
            form: Form::Values(ranges),
        }))
    }

    /// Goes over white space, commas and brackets of the list; notes the end of all values.
    fn pass_separators(&mut self, stream: &mut Stream, mut at: usize, target: usize) -> usize {
        loop {
            if stream.held().len() <= at {
                // What is between values is dropped by the caller, so the buffer stays small.
                if at >= target {
                    return at;
                }
                stream.fill(at + target);
            }
            match stream.held().get(at) {
                None => {
                    self.ended = true;
                    return at;
                }
                Some(b']') if self.wrapped => {
                    self.ended = true;
                    return at;
                }
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b']') => at += 1,
                Some(_) => return at,
            }
        }
    }
}

/// The place behind the value that begins at `at`; nothing if it is longer than `max_record`, and then
/// `scan` has seen all that is held. A value that the stream cuts off ends with the stream.
fn find_end(
    scan: &mut ValueScan,
    stream: &mut Stream,
    at: usize,
    target: usize,
    max_record: usize,
) -> Option<usize> {
    let mut scanned = at;
    loop {
        let fresh = stream.held().get(scanned..).unwrap_or_default();
        if let Some(end) = scan.feed(fresh) {
            return Some(scanned + end);
        }
        scanned = stream.held().len();
        if scanned - at > max_record {
            return None;
        }
        stream.fill(scanned.saturating_add(target));
        if stream.held().len() == scanned {
            return Some(scanned);
        }
    }
}

/// Drops a value of which all that is held was scanned; its length.
fn skip_value(scan: &mut ValueScan, stream: &mut Stream, target: usize) -> u64 {
    let mut bytes = stream.held().len() as u64;
    stream.skip(stream.held().len());
    loop {
        stream.fill(target);
        if stream.held().is_empty() {
            return bytes;
        }
        if let Some(end) = scan.feed(stream.held()) {
            stream.skip(end);
            return bytes + end as u64;
        }
        bytes += stream.held().len() as u64;
        stream.skip(stream.held().len());
    }
}

/// Rows of a table.
pub(crate) struct Rows {
    record: u64,
    layout: Arc<Layout>,
}

impl Rows {
    pub fn new(layout: Arc<Layout>) -> Self {
        Self { record: 1, layout }
    }

    fn next(&mut self, stream: &mut Stream, target: usize, max_record: usize) -> Option<Piece> {
        let target = target.max(1);
        let mut scan = RowScan::new(self.layout.marks, max_record);
        let mut rows = 0;
        let mut cut = 0;
        loop {
            stream.fill(stream.held().len().saturating_add(target));
            let ended = stream.ended();
            let held = stream.held();
            if held.is_empty() {
                return None;
            }
            while cut < target
                && let Some(end) = scan.feed(held, ended)
            {
                rows += u64::from(!is_blank_row(held.get(cut..end).unwrap_or_default()));
                cut = end;
            }
            if cut < target && ended && cut < held.len() {
                rows += u64::from(!is_blank_row(held.get(cut..).unwrap_or_default()));
                cut = held.len();
            }
            // Twice: an opening mark without end takes once the limit to be known as such.
            let too_large = held.len() - cut > max_record.saturating_mul(2);
            if cut > 0 && (cut >= target || ended || too_large) {
                if rows == 0 {
                    stream.skip(cut);
                    cut = 0;
                    scan = RowScan::new(self.layout.marks, max_record);
                    continue;
                }
                let (offset, first_record) = (stream.offset, self.record);
                self.record += rows;
                let data = stream.take(cut);
                let form = Form::Rows(Arc::clone(&self.layout));
                return Some(Piece::Records(Records {
                    data,
                    offset,
                    first_record,
                    form,
                }));
            }
            if too_large {
                let (record, offset) = (self.record, stream.offset);
                self.record += 1;
                let bytes = skip_until(stream, target, |held| memchr::memchr(b'\n', held));
                return Some(Piece::TooLarge {
                    record,
                    offset,
                    bytes,
                });
            }
        }
    }
}

/// Rows that hold nothing but their end are no records.
pub(crate) fn is_blank_row(row: &[u8]) -> bool {
    row.trim_ascii().is_empty()
}

/// Finds ends of rows: line ends that are not inside a cell in quotation marks.
///
/// A cell is in quotation marks only if it begins with one and the mark that closes it ends the cell.
/// Everything else keeps its marks: headlines such as `"Never again", says mayor` come unquoted in many
/// tables, and RFC 4180 readers, the csv crate among them, drop their marks or run on over many rows.
pub(crate) struct RowScan {
    marks: Marks,
    /// Bytes that a cell in quotation marks may have.
    limit: usize,
    /// Where the cell begins whose closing mark is looked for.
    opened: Option<usize>,
    at: usize,
}

/// The characters that give a table its shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marks {
    pub delimiter: u8,
    pub quote: u8,
}

/// What follows an opening mark.
enum Closing {
    /// The mark here closes the cell.
    At(usize),
    /// The next single mark does not end a cell.
    Misfit,
    /// Not seen yet; go on from here.
    Beyond(usize),
}

impl Marks {
    /// Looks for the closing mark from `at` on; `last` says that nothing comes after `held`.
    fn closing(self, held: &[u8], mut at: usize, last: bool) -> Closing {
        loop {
            let rest = held.get(at..).unwrap_or_default();
            let Some(step) = memchr::memchr(self.quote, rest) else {
                return if last {
                    Closing::Misfit
                } else {
                    Closing::Beyond(held.len())
                };
            };
            let mark = at + step;
            match held
                .get(mark + 1..mark + 3)
                .or_else(|| held.get(mark + 1..))
                .unwrap_or_default()
            {
                [next, ..] if *next == self.quote => at = mark + 2,
                [b'\n', ..] | [b'\r', b'\n'] => return Closing::At(mark),
                [next, ..] if *next == self.delimiter => return Closing::At(mark),
                [] | [b'\r'] if last => return Closing::At(mark),
                [] | [b'\r'] => return Closing::Beyond(mark),
                _ => return Closing::Misfit,
            }
        }
    }

    /// The cells of a row, without the marks around them; doubled marks inside them become single.
    pub fn cells(self, row: &[u8]) -> Vec<Cow<'_, [u8]>> {
        let row = row.strip_suffix(b"\n").unwrap_or(row);
        let row = row.strip_suffix(b"\r").unwrap_or(row);
        let mut cells = Vec::new();
        let mut at = 0;
        loop {
            let rest = row.get(at..).unwrap_or_default();
            let closing = match rest.first() {
                Some(first) if *first == self.quote => self.closing(rest, 1, true),
                _ => Closing::Misfit,
            };
            if let Closing::At(mark) = closing {
                cells.push(self.without_doubles(rest.get(1..mark).unwrap_or_default()));
                at += mark + 1;
            } else {
                let end = memchr::memchr(self.delimiter, rest).unwrap_or(rest.len());
                cells.push(Cow::Borrowed(rest.get(..end).unwrap_or_default()));
                at += end;
            }
            if at >= row.len() {
                return cells;
            }
            at += 1;
        }
    }

    fn without_doubles(self, cell: &[u8]) -> Cow<'_, [u8]> {
        if memchr::memchr(self.quote, cell).is_none() {
            return Cow::Borrowed(cell);
        }
        let mut single = Vec::with_capacity(cell.len());
        let mut skip = false;
        for byte in cell {
            skip = *byte == self.quote && !skip;
            if !skip {
                single.push(*byte);
            }
        }
        Cow::Owned(single)
    }
}

impl RowScan {
    pub fn new(marks: Marks, limit: usize) -> Self {
        Self {
            marks,
            limit,
            opened: None,
            at: 0,
        }
    }

    /// The place behind the next row end. `held` always begins with the same row and may grow between
    /// calls; `last` says that it will not.
    pub fn feed(&mut self, held: &[u8], last: bool) -> Option<usize> {
        loop {
            if let Some(begin) = self.opened {
                let reach = begin.saturating_add(self.limit);
                let (seen, all) = if held.len() > reach {
                    (held.get(..reach)?, true)
                } else {
                    (held, last)
                };
                match self.marks.closing(seen, self.at, all) {
                    Closing::At(mark) => self.at = mark + 1,
                    Closing::Misfit => self.at = begin + 1,
                    Closing::Beyond(at) => {
                        self.at = at;
                        return None;
                    }
                }
                self.opened = None;
            }
            let rest = held.get(self.at..)?;
            let Some(step) = memchr::memchr2(self.marks.quote, b'\n', rest) else {
                self.at = held.len();
                return None;
            };
            let found = self.at + step;
            self.at = found + 1;
            if held.get(found) == Some(&b'\n') {
                return Some(self.at);
            }
            let before = found.checked_sub(1).and_then(|i| held.get(i));
            if before.is_none_or(|byte| *byte == self.marks.delimiter || *byte == b'\n') {
                self.opened = Some(found);
            }
        }
    }
}
