//! Raw bytes of an input, counted and summed, and what they are once decompressed, within limits.

use std::fmt;
use std::io::{self, BufReader, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::kind::Compression;

/// A stream that may be read from any thread.
pub(crate) type Input = Box<dyn Read + Send>;

/// Blocks in which files are read: blake3 and the disk like large ones.
const BLOCK: usize = 256 << 10;

/// The bytes of a file as they lie on the disk. Clones read on where the others stopped, so that the
/// rest can be summed after a decoder gave up.
#[derive(Clone)]
pub(crate) struct Raw(Arc<Mutex<RawState>>);

struct RawState {
    source: Input,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Raw {
    pub fn new(source: Input) -> Self {
        Self(Arc::new(Mutex::new(RawState {
            source,
            hasher: blake3::Hasher::new(),
            bytes: 0,
        })))
    }

    fn state(&self) -> MutexGuard<'_, RawState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.state().bytes
    }

    /// Reads what is left and gives the size and the checksum.
    pub fn finish(&mut self) -> (u64, blake3::Hash) {
        let mut block = vec![0; BLOCK];
        while self.read(&mut block).is_ok_and(|n| n > 0) {}
        let state = self.state();
        (state.bytes, state.hasher.finalize())
    }
}

impl Read for Raw {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut state = self.state();
        loop {
            match state.source.read(out) {
                Ok(n) => {
                    state.hasher.update(out.get(..n).unwrap_or_default());
                    state.bytes += n as u64;
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Decompressed data may be this many times larger than what was read of the file …
const GROWTH: u64 = 100;
/// … once it is larger than this. Text shrinks to a third or a tenth, zeros to a thousandth.
const GROWTH_FREE: u64 = 64 << 20;

/// Whether data that say of themselves how large they are grow beyond measure.
pub(crate) fn is_beyond_measure(compressed: u64, size: u64) -> bool {
    size > compressed.saturating_mul(GROWTH).max(GROWTH_FREE)
}

/// What decompressed data are measured against.
#[derive(Clone)]
pub(crate) enum Allowance {
    /// What was read of the file so far.
    Read(Raw),
    /// The size of the archive, and what its members gave so far.
    Archive {
        size: u64,
        given: Arc<AtomicU64>,
        member_limit: u64,
    },
}

/// Data that grow beyond measure.
#[derive(Debug)]
pub(crate) struct Growth {
    limit: u64,
}

impl Growth {
    /// Whether an error is this one.
    pub fn is_in(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "decompressed it grows beyond {} MB, out of proportion to its compressed size",
            self.limit >> 20
        )
    }
}

impl std::error::Error for Growth {}

struct Guarded {
    input: Input,
    given: u64,
    allowance: Allowance,
}

impl Read for Guarded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(out)?;
        self.given += n as u64;
        let (total, limit) = match &self.allowance {
            Allowance::Read(raw) if self.given > GROWTH_FREE => (
                self.given,
                raw.bytes_read().saturating_mul(GROWTH).max(GROWTH_FREE),
            ),
            Allowance::Read(_) => return Ok(n),
            Allowance::Archive {
                size,
                given,
                member_limit,
            } => {
                let total = given.fetch_add(n as u64, Ordering::Relaxed) + n as u64;
                if self.given > *member_limit {
                    (self.given, *member_limit)
                } else {
                    (total, size.saturating_mul(GROWTH).max(GROWTH_FREE))
                }
            }
        };
        if total > limit {
            return Err(io::Error::other(Growth { limit }));
        }
        Ok(n)
    }
}

/// Holds a stream to its allowance.
pub(crate) fn guarded(input: Input, allowance: Allowance) -> Input {
    Box::new(Guarded {
        input,
        given: 0,
        allowance,
    })
}

/// Memory that a decoder may take for its window, in bytes.
const WINDOW: u64 = 128 << 20;

/// The decompressed stream; [`Compression::Zip`] has no such thing.
pub(crate) fn decoder(compression: Compression, input: Input) -> io::Result<Input> {
    let input = BufReader::with_capacity(BLOCK, input);
    Ok(match compression {
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(input)?),
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(input)),
        Compression::Xz => {
            let stream =
                liblzma::stream::Stream::new_stream_decoder(WINDOW, liblzma::stream::CONCATENATED)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(input, stream))
        }
        Compression::Zip => return Err(io::Error::from(io::ErrorKind::Unsupported)),
    })
}
