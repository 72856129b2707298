//! Bytes become text.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// What the user reads where bytes are no text.
pub(crate) const BINARY_MESSAGE: &str =
    "This is not text: it holds zero bytes, as pictures, programs and office documents do.";

/// The text of `bytes`, or nothing where they are plainly no text.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
) -> Option<Cow<'a, str>> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(bytes.get(length..)?);
        return Some(text);
    }
    let valid = simdutf8::basic::from_utf8(bytes).ok();
    if let Some(first) = memchr::memchr(0, bytes) {
        if let Some(encoding) = utf16_without_mark(bytes, first) {
            return Some(encoding.decode_without_bom_handling(bytes).0);
        }
        let zeros = memchr::memchr_iter(0, bytes).count();
        return valid
            .filter(|_| zeros * 32 < bytes.len())
            .map(Cow::Borrowed);
    }
    if let Some(text) = valid {
        // Seven-bit encodings (ISO-2022-JP) are valid UTF-8, so the page's own word decides there.
        let seven_bit = declared.filter(|e| !e.is_ascii_compatible() && text.is_ascii());
        return Some(match seven_bit {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
            None => Cow::Borrowed(text),
        });
    }
    if is_damaged_utf8(bytes) {
        return Some(String::from_utf8_lossy(bytes));
    }
    let encoding = declared
        .filter(|e| *e != UTF_8)
        .unwrap_or_else(|| guess(bytes));
    Some(encoding.decode_without_bom_handling(bytes).0)
}

/// The legacy encoding that `bytes`, which are not valid UTF-8, are likely written in.
pub(crate) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether these are UTF-8 with a few broken characters. In legacy encodings sequences that are valid
/// UTF-8 happen by chance only, so the more frequent kind decides.
pub(crate) fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let mut valid = 0usize;
    let mut broken = 0usize;
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid > broken
}

/// UTF-16 has zero bytes at every second place of ASCII characters.
pub(crate) fn utf16_without_mark(bytes: &[u8], first_zero: usize) -> Option<&'static Encoding> {
    let parity = first_zero % 2;
    let zeros = memchr::memchr_iter(0, bytes).collect::<Vec<_>>();
    if zeros.iter().any(|at| at % 2 != parity) || zeros.len() * 40 < bytes.len() {
        return None;
    }
    let encoding = if parity == 1 { UTF_16LE } else { UTF_16BE };
    let even = bytes.get(..bytes.len() & !1)?;
    let (_, broken) = encoding.decode_without_bom_handling(even);
    (!broken).then_some(encoding)
}

/// A stream of UTF-16 read as UTF-8.
pub(crate) struct Transcoder<R> {
    input: R,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    raw_start: usize,
    ended: bool,
    text: Vec<u8>,
    text_start: usize,
}

impl<R: std::io::Read> Transcoder<R> {
    pub fn new(input: R, encoding: &'static Encoding) -> Self {
        Self {
            input,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: Vec::new(),
            raw_start: 0,
            ended: false,
            text: Vec::new(),
            text_start: 0,
        }
    }
}

impl<R: std::io::Read> std::io::Read for Transcoder<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        const BLOCK: usize = 64 << 10;
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            let ready = self.text.get(self.text_start..).unwrap_or_default();
            if !ready.is_empty() {
                let n = ready.len().min(out.len());
                if let (Some(to), Some(from)) = (out.get_mut(..n), ready.get(..n)) {
                    to.copy_from_slice(from);
                }
                self.text_start += n;
                return Ok(n);
            }
            if self.ended {
                return Ok(0);
            }
            self.raw.resize(BLOCK, 0);
            self.raw_start = 0;
            let n = self.input.read(&mut self.raw)?;
            self.raw.truncate(n);
            self.ended = n == 0;
            self.text.clear();
            self.text_start = 0;
            let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(BLOCK * 4);
            self.text.resize(room, 0);
            let (_, _, written, _) =
                self.decoder
                    .decode_to_utf8(&self.raw, &mut self.text, self.ended);
            self.text.truncate(written);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn marks_utf8_and_legacy() {
        assert_eq!(decode(b"\xEF\xBB\xBFabc", None).as_deref(), Some("abc"));
        assert_eq!(decode(b"\xFF\xFEa\0\xE4\0", None).as_deref(), Some("aä"));
        assert_eq!(
            decode("a\0b\0c\0d\0e\0".as_bytes(), None).as_deref(),
            Some("abcde")
        );
        assert_eq!(
            decode(b"Z\xFCrich und K\xF6ln, gr\xFC\xDFte", None).as_deref(),
            Some("Zürich und Köln, grüßte")
        );
        assert_eq!(decode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe", None), None);
        assert_eq!(decode(&[0; 64], None), None);
    }

    #[test]
    fn one_broken_character_does_not_make_it_latin() {
        let mut bytes = "déjà vu à Genève".as_bytes().to_vec();
        bytes.push(0xC3);
        assert_eq!(
            decode(&bytes, None).as_deref(),
            Some("déjà vu à Genève\u{FFFD}")
        );
    }

    #[test]
    fn guesses_cyrillic_and_japanese() {
        let russian = "Президент подписал закон о бюджете на следующий год";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        assert_eq!(decode(&bytes, None).as_deref(), Some(russian));
        let japanese = "首相は記者会見で新しい予算案について説明した。";
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(japanese);
        assert_eq!(decode(&bytes, None).as_deref(), Some(japanese));
    }

    #[test]
    fn streams_utf16() {
        let text = "Straße 😀\n".repeat(30_000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut out = String::new();
        Transcoder::new(bytes.as_slice(), UTF_16BE)
            .read_to_string(&mut out)
            .unwrap();
        assert_eq!(out, text);
    }
}
