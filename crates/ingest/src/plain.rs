//! One file as its writer had it before it was compressed, for those who read no articles.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use crate::Error;
use crate::decompress::{Allowance, Input, Raw, decoder, guarded};
use crate::kind::Compression;

/// Bytes by which a reader may tell what the file is.
const HEAD: u64 = 64 << 10;
/// Compressed data inside compressed data are a mistake, deeper ones an attack.
const NESTING: usize = 2;

/// A file, decompressed while it is read (gzip, Zstandard, bzip2, xz: known by their first bytes).
pub struct Plain {
    raw: Raw,
    head: Vec<u8>,
    input: BufReader<Input>,
}

impl Plain {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    /// A file that cannot be read, or an archive.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Input {
            path: path.to_owned(),
            source,
        };
        let source: Input = if path == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(std::fs::File::open(path).map_err(failed)?)
        };
        let raw = Raw::new(source);
        let mut input: Input = Box::new(raw.clone());
        let mut nesting = 0;
        loop {
            let mut head = Vec::new();
            (&mut input)
                .take(HEAD)
                .read_to_end(&mut head)
                .map_err(failed)?;
            input = Box::new(Cursor::new(head.clone()).chain(input));
            match Compression::of(&head) {
                None => {
                    return Ok(Self {
                        raw,
                        head,
                        input: BufReader::with_capacity(256 << 10, input),
                    });
                }
                Some(Compression::Zip) => {
                    let why = "this is a zip archive; unpack it first";
                    return Err(failed(io::Error::new(io::ErrorKind::Unsupported, why)));
                }
                Some(_) if nesting == NESTING => {
                    let why = "this is compressed several times over; unpack it first";
                    return Err(failed(io::Error::new(io::ErrorKind::Unsupported, why)));
                }
                Some(compression) => {
                    nesting += 1;
                    let decoded = decoder(compression, input).map_err(failed)?;
                    input = guarded(decoded, Allowance::Read(raw.clone()));
                }
            }
        }
    }

    /// The first bytes, decompressed.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Reads what is left, and gives the checksum of the file as it lies on the disk.
    pub fn checksum(mut self) -> String {
        self.raw.finish().1.to_hex().to_string()
    }
}

impl Read for Plain {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.input.read(out)
    }
}

impl BufRead for Plain {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.input.consume(amount);
    }
}
