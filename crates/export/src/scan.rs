//! Where a text holds a character that a format treats in a special way: seldom, and asked of every byte.

/// Bytes at the beginning of `bytes` among which none is special. Where it stops, the next special byte is no more than
/// a block away.
#[inline]
pub(crate) fn plain_prefix(bytes: &[u8], special: impl Fn(u8) -> bool) -> usize {
    // Blocks of fixed length without early exit inside: the compiler makes vector instructions of them.
    let (blocks, rest) = bytes.as_chunks::<32>();
    let plain = plain_blocks(blocks, &special);
    if plain < blocks.len() {
        return plain * 32;
    }
    let (blocks, tail) = rest.as_chunks::<8>();
    let plain = plain_blocks(blocks, &special);
    if plain < blocks.len() || tail.iter().any(|&byte| special(byte)) {
        return bytes.len() - rest.len() + plain * 8;
    }
    bytes.len()
}

#[inline(always)]
fn plain_blocks<const N: usize>(blocks: &[[u8; N]], special: &impl Fn(u8) -> bool) -> usize {
    let dirty = |block: &[u8; N]| {
        block
            .iter()
            .fold(false, |found, &byte| found | special(byte))
    };
    blocks.iter().position(dirty).unwrap_or(blocks.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_special_byte_is_never_passed() {
        for length in 0..200 {
            let mut bytes = vec![b'a'; length];
            assert_eq!(plain_prefix(&bytes, |byte| byte == b'"'), length);
            for at in 0..length {
                bytes[at] = b'"';
                let plain = plain_prefix(&bytes, |byte| byte == b'"');
                assert!(
                    plain <= at && at < plain + 32,
                    "{plain} of {at} in {length}"
                );
                bytes[at] = b'a';
            }
        }
    }
}
