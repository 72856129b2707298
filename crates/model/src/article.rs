//! What ingestion hands over: an article, or the reason why there is none.

use std::borrow::Cow;

/// One article as it was read, before anything is known of it but what its source says.
///
/// Strings are empty where the source does not say. `title` and `text` are canonical texts:
/// decoded to UTF-8, line ends `\n`, otherwise unchanged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Article<'a> {
    /// Path of the file as the user named it, with `/`; members of archives as `a.zip/b.txt`.
    pub source_file: Cow<'a, str>,
    /// Number of the record in its file, from 1.
    pub record: u64,
    /// The id that the source gives, else empty.
    pub source_id: Cow<'a, str>,
    /// A title that is kept apart from the text, else empty.
    pub title: Cow<'a, str>,
    /// The text of the article.
    pub text: Cow<'a, str>,
    /// When it was published, in the words of the source (ISO, RFC 2822, «10 mars 2023», …).
    pub published: Cow<'a, str>,
    /// Language tag that the source gives.
    pub language: Cow<'a, str>,
    /// Address of the article.
    pub url: Cow<'a, str>,
    /// The paper, site or broadcaster.
    pub outlet: Cow<'a, str>,
    /// Authors, joined by `; `.
    pub authors: Cow<'a, str>,
}

/// Why a piece of input did not become an article. The codes are part of the output's contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectCode {
    /// The file cannot be opened or read.
    FileUnreadable,
    /// A file of a kind that no reader knows.
    FileUnknownKind,
    /// Compressed data ends early or is damaged.
    CompressionBroken,
    /// An archive member was left out: path outside, encrypted, or grows beyond measure.
    ArchiveMember,
    /// The bytes are not text in the declared encoding, or in any that could be guessed.
    EncodingInvalid,
    /// Not JSON, or not an object.
    JsonSyntax,
    /// A CSV row that does not fit its header.
    CsvSyntax,
    /// No field holds the text, under any known name.
    FieldMissing,
    /// The text is empty or holds only white space.
    TextEmpty,
    /// Longer than `--max-record`.
    RecordTooLarge,
}

impl RejectCode {
    /// The code as written in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FileUnreadable => "file.unreadable",
            Self::FileUnknownKind => "file.unknown_kind",
            Self::CompressionBroken => "compression.broken",
            Self::ArchiveMember => "archive.member",
            Self::EncodingInvalid => "encoding.invalid",
            Self::JsonSyntax => "json.syntax",
            Self::CsvSyntax => "csv.syntax",
            Self::FieldMissing => "field.missing",
            Self::TextEmpty => "text.empty",
            Self::RecordTooLarge => "record.too_large",
        }
    }
}

/// Something that was not read, so that nothing is lost silently: a row of `rejects`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reject {
    /// Path of the file as the user named it.
    pub source_file: String,
    /// Number of the record in its file, from 1; 0 for the whole file.
    pub record: u64,
    /// Where in the (decompressed) file the record begins, in bytes.
    pub byte_offset: u64,
    /// The kind of trouble.
    pub code: RejectCode,
    /// What is wrong and what to do about it, for a reader who is no programmer.
    pub message: String,
}
