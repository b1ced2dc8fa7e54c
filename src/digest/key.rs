//! Keys of Message-IDs and of the links by which people leave: a ring, of which the newest signs
//! and the older ones still verify.

use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::rand::{SecureRandom as _, SystemRandom};
use sha2::{Digest as _, Sha256};

use crate::{base::lang::Message, msg};

const MARK: &str = "pbsite-key-";

/// A secret of 32 bytes, known by the beginning of its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    id: String,
    secret: [u8; 32],
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

impl Key {
    /// A key from the system's randomness.
    ///
    /// # Errors
    /// The system has none to give.
    pub fn random() -> Result<Self, Message> {
        let mut secret = [0; 32];
        SystemRandom::new()
            .fill(&mut secret)
            .map_err(|_| msg!("系统不给随机数", "the system has no random numbers to give"))?;
        Ok(Self::new(secret))
    }

    fn new(secret: [u8; 32]) -> Self {
        Self { id: hex(&Sha256::digest(secret)[..4]), secret }
    }

    /// What names it: eight hexadecimal digits, no secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The line of a key file.
    pub fn line(&self) -> String {
        format!("{MARK}{}\n", hex(&self.secret))
    }

    /// The HMAC-SHA256 of a purpose and its parts; no two lists of parts have the same.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.hasher();
        for part in [purpose.as_bytes()].iter().chain(parts) {
            mac.update(&(part.len() as u32).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether a (shortened) HMAC is right, in time that does not depend on where it is wrong.
    pub fn verifies(&self, purpose: &str, parts: &[&[u8]], claimed: &[u8]) -> bool {
        let mac = self.mac(purpose, parts);
        let differs = mac.iter().zip(claimed).fold(0, |found, (a, b)| found | (a ^ b));
        claimed.len() >= 12 && claimed.len() <= mac.len() && differs == 0
    }

    fn hasher(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(&self.secret).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"))
    }
}

/// Keys, the newest last.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ring(Vec<Key>);

impl Ring {
    /// Reads the text of a key file: a key a line, the newest last, `#` before notes. Commas part
    /// keys too, so that one line of a CI secret can hold several.
    ///
    /// # Errors
    /// A line that is no key, or no key at all.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let lines = text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = lines.enumerate().map(|(i, line)| key(line).ok_or(i + 1)).collect::<Result<Vec<_>, _>>();
        match keys {
            Ok(keys) if keys.is_empty() => Err(msg!(
                "密钥文件是空的。用 pbsite digest key new 生成一个",
                "the key file is empty. Make a key with `pbsite digest key new`"
            )),
            Ok(keys) => Ok(Self(keys)),
            Err(line) => Err(msg!(
                "密钥文件的第 {line} 个密钥读不懂；每行应是“{MARK}”加 64 个十六进制数字",
                "key {line} of the key file cannot be read: each line is “{MARK}” and 64 hexadecimal digits"
            )),
        }
    }

    /// The key that signs.
    pub fn newest(&self) -> &Key {
        &self.0[self.0.len() - 1]
    }

    /// The key of this name.
    pub fn find(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }

    /// All of them, the newest first.
    pub fn all(&self) -> impl Iterator<Item = &Key> {
        self.0.iter().rev()
    }
}

fn key(line: &str) -> Option<Key> {
    let digits = line.strip_prefix(MARK)?;
    let bytes: Option<Vec<u8>> =
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect();
    Some(Key::new(bytes?.try_into().ok()?))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_is_read_back_and_the_newest_signs() {
        let (old, new) = (Key::random().unwrap(), Key::random().unwrap());
        let ring = Ring::parse(&format!("# 2026\n{}\n{}", old.line(), new.line())).unwrap();
        assert_eq!(ring.newest(), &new);
        assert_eq!(ring.find(old.id()), Some(&old));
        assert!(Ring::parse("").is_err() && Ring::parse("pbsite-key-12").is_err());
    }

    #[test]
    fn parts_do_not_run_together() {
        let key = Key::new([7; 32]);
        assert_ne!(key.mac("a", &[b"bc", b"d"]), key.mac("a", &[b"b", b"cd"]));
        let mac = key.mac("a", &[b"b"]);
        assert!(key.verifies("a", &[b"b"], &mac[..15]));
        assert!(!key.verifies("a", &[b"b"], &mac[..4]) && !key.verifies("a", &[b"c"], &mac));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let key = Key::new([7; 32]);
        assert!(!format!("{key:?}").contains("0707"));
    }
}
