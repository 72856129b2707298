//! Raw records on their way to the thread that parses them.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use dateline_model::{Article, Reject, RejectCode};

use crate::encoding::{self, BINARY_MESSAGE};
use crate::fields::{FieldNames, with_line_feeds};
use crate::json::{self, Refusal};
use crate::split::{Form, Records, lines};
use crate::{Options, html, table};

/// Raw bytes of whole records, of one file or of several small ones.
pub struct Chunk {
    pub(crate) parts: Vec<Part>,
    pub(crate) input_bytes: u64,
}

pub(crate) enum Part {
    Records {
        source_file: Arc<str>,
        records: Records,
    },
    Reject(Reject),
}

/// What a place in the order costs at least, so that a million rejects do not make one chunk.
const PART_BYTES: usize = 256;

impl Part {
    pub fn bytes(&self) -> usize {
        match self {
            Self::Records { records, .. } => records.data.len() + PART_BYTES,
            Self::Reject(reject) => reject.message.len() + PART_BYTES,
        }
    }
}

type Sink<'s, 'a> = &'s mut dyn FnMut(Result<Article<'a>, Reject>);

impl Chunk {
    /// Gives every article and every reject of the chunk to `sink`, in the order of the input.
    /// `options` are those that the [`Reader`](crate::Reader) was opened with.
    pub fn parse<'a>(
        &'a self,
        options: &Options,
        sink: &mut dyn FnMut(Result<Article<'a>, Reject>),
    ) {
        let names = FieldNames::new(options);
        for part in &self.parts {
            match part {
                Part::Reject(reject) => sink(Err(reject.clone())),
                Part::Records {
                    source_file,
                    records,
                } => {
                    let place = Place {
                        source_file,
                        records,
                    };
                    match &records.form {
                        Form::Text => sink(place.text()),
                        Form::Html => sink(place.html()),
                        Form::Lines { first_line } => {
                            place.lines(*first_line, options, &names, sink)
                        }
                        Form::Values(ranges) => place.values(ranges, options, &names, sink),
                        Form::Rows(layout) => table::parse(place, layout, options, sink),
                    }
                }
            }
        }
    }

    /// Bytes of the raw records.
    pub fn bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes() as u64).sum()
    }

    /// Bytes of the inputs, as they lie on the disk, that were read since the chunk before; over all
    /// chunks they add up to [`Reader::total_bytes`](crate::Reader::total_bytes).
    pub fn input_bytes(&self) -> u64 {
        self.input_bytes
    }
}

/// Records and the file that they come from.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub source_file: &'a str,
    pub records: &'a Records,
}

impl<'a> Place<'a> {
    pub fn reject(&self, record: u64, at: usize, code: RejectCode, message: String) -> Reject {
        Reject {
            source_file: self.source_file.to_owned(),
            record,
            byte_offset: self.records.offset + at as u64,
            code,
            message,
        }
    }

    fn text(self) -> Result<Article<'a>, Reject> {
        let Some(text) = encoding::decode(&self.records.data, None) else {
            return Err(self.reject(1, 0, RejectCode::EncodingInvalid, BINARY_MESSAGE.to_owned()));
        };
        if text.trim().is_empty() {
            return Err(self.reject(1, 0, RejectCode::TextEmpty, "The file is empty.".to_owned()));
        }
        Ok(Article {
            source_file: Cow::Borrowed(self.source_file),
            record: 1,
            text: with_line_feeds(text),
            ..Article::default()
        })
    }

    fn html(self) -> Result<Article<'a>, Reject> {
        let declared = html::declared_encoding(&self.records.data);
        let Some(page) = encoding::decode(&self.records.data, declared) else {
            return Err(self.reject(1, 0, RejectCode::EncodingInvalid, BINARY_MESSAGE.to_owned()));
        };
        if html::is_nested_beyond_measure(&page) {
            let message = "Thousands of elements of this page stand in one another; it cannot be read as a page.";
            return Err(self.reject(1, 0, RejectCode::RecordTooLarge, message.to_owned()));
        }
        match html::read(&page) {
            Some(article) => Ok(Article {
                source_file: Cow::Borrowed(self.source_file),
                record: 1,
                ..article
            }),
            None => Err(self.reject(
                1,
                0,
                RejectCode::TextEmpty,
                "The page holds no text.".to_owned(),
            )),
        }
    }

    fn lines(self, first_line: u64, options: &Options, names: &FieldNames, sink: Sink<'_, 'a>) {
        let mut parser = json::Parser::new(names);
        let whole = simdutf8::basic::from_utf8(&self.records.data).ok();
        let mut record = self.records.first_record;
        for (number, (at, line)) in (first_line..).zip(lines(&self.records.data)) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let range = at..at + line.len();
            let line = JsonRecord {
                bytes: line,
                text: whole.and_then(|text| text.get(range)),
                at,
                record,
                line: Some(number),
            };
            sink(self.json(line, &mut parser, options));
            record += 1;
        }
    }

    fn values(
        self,
        ranges: &'a [Range<usize>],
        options: &Options,
        names: &FieldNames,
        sink: Sink<'_, 'a>,
    ) {
        let mut parser = json::Parser::new(names);
        let whole = simdutf8::basic::from_utf8(&self.records.data).ok();
        for (record, range) in (self.records.first_record..).zip(ranges) {
            let Some(bytes) = self.records.data.get(range.clone()) else {
                continue;
            };
            let text = whole.and_then(|text| text.get(range.clone()));
            let value = JsonRecord {
                bytes,
                text,
                at: range.start,
                record,
                line: None,
            };
            sink(self.json(value, &mut parser, options));
        }
    }

    fn json(
        self,
        value: JsonRecord<'a>,
        parser: &mut json::Parser<'_>,
        options: &Options,
    ) -> Result<Article<'a>, Reject> {
        let JsonRecord {
            bytes,
            text,
            at,
            record,
            line,
        } = value;
        if bytes.len() as u64 > options.max_record {
            return Err(self.reject(
                record,
                at,
                RejectCode::RecordTooLarge,
                too_large_message(bytes.len() as u64, options),
            ));
        }
        let decoded;
        // Whether its neighbours are valid must not change how a record is read.
        let text = match text.or_else(|| simdutf8::basic::from_utf8(bytes).ok()) {
            Some(text) => Ok(text),
            None => match encoding::decode(bytes, None) {
                Some(Cow::Borrowed(text)) => Ok(text),
                Some(Cow::Owned(text)) => {
                    decoded = text;
                    Err(decoded.as_str())
                }
                None => {
                    return Err(self.reject(
                        record,
                        at,
                        RejectCode::EncodingInvalid,
                        BINARY_MESSAGE.to_owned(),
                    ));
                }
            },
        };
        let article = match text {
            Ok(text) => parser.parse(text, self.source_file, record),
            Err(decoded) => parser
                .parse(decoded, "", record)
                .map(|article| json::owned(article, self.source_file)),
        };
        article.map_err(
            |Refusal {
                 code,
                 message,
                 place,
             }| {
                let message = match (place, line) {
                    (Some((_, column)), Some(line)) => {
                        format!("Line {line}, column {column}: {message}")
                    }
                    (Some((line, column)), None) => {
                        format!("Line {line} of the record, column {column}: {message}")
                    }
                    (None, Some(line)) => format!("Line {line}: {message}"),
                    (None, None) => message,
                };
                self.reject(record, at, code, message)
            },
        )
    }
}

/// A JSON value, where it stands, and its text if that is known already.
struct JsonRecord<'a> {
    bytes: &'a [u8],
    text: Option<&'a str>,
    at: usize,
    record: u64,
    line: Option<u64>,
}

/// What the user reads of a record that is too large.
pub(crate) fn too_large_message(bytes: u64, options: &Options) -> String {
    format!(
        "The record has {bytes} bytes or more, and at most {} are read. If it is one article, raise --max-record.",
        options.max_record
    )
}
