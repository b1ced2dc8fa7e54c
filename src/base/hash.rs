//! Content hashes and keys (XXH3, 128 bits), and a `Hasher` that lets `#[derive(Hash)]` types feed
//! them.
//!
//! They tell what changed from what did not. They are no proof against somebody who wants two
//! texts to share a hash: nothing rests on that.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128 as XxHash3;

/// The program: its version and what it was made of. Part of every key of a cache, so that what
/// another program made is never taken.
pub const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("PBSITE_MADE_OF"));

/// A 128-bit XXH3 hash: of bytes, or of everything that an output depends on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Key([u8; 16]);

impl Key {
    /// The key of a byte string.
    ///
    /// ```
    /// use pbsite::base::hash::Key;
    /// assert_eq!(Key::of_bytes(b"a"), Key::of_bytes(b"a"));
    /// assert_ne!(Key::of_bytes(b"a"), Key::of_bytes(b"b"));
    /// ```
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(XxHash3::oneshot(bytes).to_be_bytes())
    }

    /// The key of any value that derives `Hash`. Stable between runs and machines of one byte
    /// order; two values of different types may share a key, so hash a tag too where that matters.
    pub fn of(value: &impl Hash) -> Self {
        let mut hasher = KeyHasher { gathered: Vec::with_capacity(1 << 10), before: None };
        value.hash(&mut hasher);
        hasher.key()
    }

    /// Its hexadecimal digits, in lower case.
    pub fn digits(&self) -> [u8; 32] {
        let mut digits = [0; 32];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
        digits
    }

    /// Its bytes.
    pub fn bytes(&self) -> [u8; 16] {
        self.0
    }

    /// The first `n` (at most 32) lower-case hexadecimal digits, for file names.
    pub fn short(&self, n: usize) -> String {
        let mut text = self.to_string();
        text.truncate(n);
        text
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8).ok_or(());
        let digits: &[u8; 32] = text.as_bytes().try_into().map_err(|_| ())?;
        let mut key = [0; 16];
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(key))
    }
}

/// A `std::hash::Hasher` that collects into XXH3: what it is given is gathered first, for to hash many bytes
/// once is quicker than few bytes often. Its `finish` is not meant to be used; call [`KeyHasher::key`].
#[derive(Default)]
pub struct KeyHasher {
    gathered: Vec<u8>,
    /// What was hashed of more than [`AT_ONCE`] bytes.
    before: Option<XxHash3>,
}

/// So many bytes are gathered at most.
const AT_ONCE: usize = 16 << 10;

impl KeyHasher {
    /// The key of everything written.
    pub fn key(mut self) -> Key {
        match self.before.take() {
            None => Key::of_bytes(&self.gathered),
            Some(mut before) => {
                before.write(&self.gathered);
                Key(before.finish_128().to_be_bytes())
            }
        }
    }
}

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        let before = self.before.as_ref().map_or(0, |before| before.finish_128() as u64);
        before ^ XxHash3::oneshot(&self.gathered) as u64
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.gathered.len() + bytes.len() > AT_ONCE {
            let before = self.before.get_or_insert_default();
            before.write(&self.gathered);
            self.gathered.clear();
            if bytes.len() > AT_ONCE {
                return before.write(bytes);
            }
        }
        self.gathered.extend_from_slice(bytes);
    }

    // One width for lengths, so that keys do not differ between 32 and 64 bit machines.
    fn write_usize(&mut self, n: usize) {
        self.write(&(n as u64).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_text_form() {
        let key = Key::of(&("a", 1_u8));
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!("xyz".parse::<Key>(), Err(()));
        assert_eq!(key.short(8).len(), 8);
    }

    #[test]
    fn gathered_or_not_a_key_is_the_same() {
        for (parts, length) in [(1, 0), (3, 5), (400, 100), (2, AT_ONCE), (5, AT_ONCE + 1), (3, 2 * AT_ONCE)] {
            let part = "题".repeat(length);
            let mut hasher = KeyHasher::default();
            (0..parts).for_each(|_| hasher.write(part.as_bytes()));
            assert_eq!(hasher.key(), Key::of_bytes(part.repeat(parts).as_bytes()), "{parts} {length}");
        }
    }
}
