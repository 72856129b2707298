//! Members of zip archives, each as a stream.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use dateline_model::{Reject, RejectCode};
use zip::{CompressionMethod, ZipArchive};

use crate::decompress::{self, Allowance, Input};
use crate::kind::Compression;
use crate::walk::{FileEntry, is_hidden};

/// An open archive; its members come in the byte order of their names.
pub(crate) struct Archive {
    entry: FileEntry,
    zip: ZipArchive<BufReader<File>>,
    order: std::vec::IntoIter<(String, usize)>,
    given: Arc<AtomicU64>,
    consumed: u64,
    member_limit: u64,
}

/// A member that can be read.
pub(crate) struct Member {
    /// `a.zip/b.txt`.
    pub name: String,
    pub input: Input,
}

impl Archive {
    pub fn open(entry: &FileEntry, member_limit: u64) -> Result<Self, Reject> {
        let broken = |error: String| Reject {
            source_file: entry.name.clone(),
            record: 0,
            byte_offset: 0,
            code: RejectCode::CompressionBroken,
            message: format!(
                "The zip archive is damaged or cut off ({error}); none of its files can be read."
            ),
        };
        let file = File::open(&entry.path).map_err(|error| broken(error.to_string()))?;
        let zip =
            ZipArchive::new(BufReader::new(file)).map_err(|error| broken(error.to_string()))?;
        let mut order: Vec<(String, usize)> = Vec::with_capacity(zip.len());
        for index in 0..zip.len() {
            let name = zip
                .name_for_index(index)
                .and_then(Result::ok)
                .map_or_else(|| index.to_string(), |name| name.replace('\\', "/"));
            if !name.ends_with('/') && !name.split('/').any(is_hidden_component) {
                order.push((name, index));
            }
        }
        order.sort();
        Ok(Self {
            entry: entry.clone(),
            zip,
            order: order.into_iter(),
            given: Arc::new(AtomicU64::new(0)),
            consumed: 0,
            member_limit,
        })
    }

    /// Bytes of the archive that the members so far took.
    pub fn consumed(&self) -> u64 {
        self.consumed.min(self.entry.size)
    }

    /// The next member, or why it is left out.
    pub fn next_member(&mut self) -> Option<Result<Member, Reject>> {
        let (name, index) = self.order.next()?;
        let full_name = format!("{}/{name}", self.entry.name);
        Some(
            self.open_member(index, &full_name)
                .map_err(|message| Reject {
                    source_file: full_name.clone(),
                    record: 0,
                    byte_offset: 0,
                    code: RejectCode::ArchiveMember,
                    message,
                })
                .map(|input| Member {
                    name: full_name.clone(),
                    input,
                }),
        )
    }

    fn open_member(&mut self, index: usize, full_name: &str) -> Result<Input, String> {
        let damaged = |error: &dyn std::fmt::Display| {
            format!("The archive is damaged at this file ({error}).")
        };
        let (start, compressed_size, size, checksum, method) = {
            let member = self
                .zip
                .by_index_raw(index)
                .map_err(|error| damaged(&error))?;
            if member.encrypted() {
                return Err(
                    "This file is encrypted. Unpack the archive with its password first."
                        .to_owned(),
                );
            }
            if member.enclosed_name().is_none() || full_name.contains('\0') {
                return Err(
                    "This file's path leads out of the archive, which no honest archive does."
                        .to_owned(),
                );
            }
            if member.is_symlink() {
                return Err("This is a link to another file; it holds no text.".to_owned());
            }
            let start = member.data_start().ok_or_else(|| damaged(&"no data"))?;
            (
                start,
                member.compressed_size(),
                member.size(),
                member.crc32(),
                member.compression(),
            )
        };
        self.consumed += compressed_size;
        if decompress::is_beyond_measure(compressed_size, size) {
            return Err(format!(
                "Decompressed this file would have {} MB, out of proportion to its compressed size. \
                 If it is no trap, unpack it first.",
                size >> 20
            ));
        }
        if size > self.member_limit {
            return Err(format!(
                "Decompressed this file would have {} MB, and at most {} are read from an archive. Unpack it first.",
                size >> 20,
                self.member_limit >> 20
            ));
        }
        let mut file = File::open(&self.entry.path).map_err(|error| damaged(&error))?;
        file.seek(SeekFrom::Start(start))
            .map_err(|error| damaged(&error))?;
        let raw: Input = Box::new(file.take(compressed_size));
        let input: Input = match method {
            CompressionMethod::STORE => raw,
            CompressionMethod::DEFLATE => Box::new(flate2::bufread::DeflateDecoder::new(
                BufReader::with_capacity(256 << 10, raw),
            )),
            other => {
                let compression = match other {
                    CompressionMethod::BZIP2 => Compression::Bzip2,
                    CompressionMethod::ZSTD => Compression::Zstd,
                    CompressionMethod::XZ => Compression::Xz,
                    _ => {
                        return Err(
                            "This file is packed in a way that is not known. Unpack it first."
                                .to_owned(),
                        );
                    }
                };
                decompress::decoder(compression, raw).map_err(|error| damaged(&error))?
            }
        };
        let allowance = Allowance::Archive {
            size: self.entry.size,
            given: Arc::clone(&self.given),
            member_limit: self.member_limit,
        };
        let guarded = decompress::guarded(input, allowance);
        Ok(Box::new(Checked {
            input: flate2::CrcReader::new(guarded),
            checksum,
        }))
    }
}

fn is_hidden_component(component: &str) -> bool {
    component != "." && component != ".." && is_hidden(component)
}

/// Compares the checksum of a member once it is read.
struct Checked {
    input: flate2::CrcReader<Input>,
    checksum: u32,
}

impl Read for Checked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(out)?;
        if n == 0 && !out.is_empty() && self.input.crc().sum() != self.checksum {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "its checksum is wrong",
            ));
        }
        Ok(n)
    }
}
