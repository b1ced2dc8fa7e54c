//! The links by which people leave or change what they get: an HMAC of their address, so that
//! nobody can make one for another, and nothing of the address can be read in it.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::key::{Key, Ring};

/// The token of an address: which key made it, and 18 bytes of HMAC.
pub fn leave(key: &Key, email: &str) -> String {
    format!("{}{}", key.id(), URL_SAFE_NO_PAD.encode(&key.mac("leave", &[email.as_bytes()])[..18]))
}

/// Whether a token is that of an address, by any key of the ring.
pub fn is_of(ring: &Ring, token: &str, email: &str) -> bool {
    let Some((key, mac)) = parts(ring, token) else { return false };
    key.verifies("leave", &[email.as_bytes()], &mac)
}

/// Finds whose tokens some are: hands every address to what it returns.
pub fn finder<'a>(ring: &'a Ring, tokens: &'a BTreeSet<String>) -> impl Fn(&str) -> bool + 'a {
    let named = |key: &&Key| tokens.iter().any(|token| token.starts_with(key.id()));
    let keys: Vec<&Key> = ring.all().filter(named).collect();
    move |email| keys.iter().any(|key| tokens.contains(&leave(key, email)))
}

/// Whether a token has the form of one, by a key that is known.
pub fn is_known(ring: &Ring, token: &str) -> bool {
    parts(ring, token).is_some()
}

fn parts<'a>(ring: &'a Ring, token: &str) -> Option<(&'a Key, Vec<u8>)> {
    let (id, mac) = token.split_at_checked(8)?;
    let mac = URL_SAFE_NO_PAD.decode(mac).ok().filter(|mac| mac.len() == 18)?;
    Some((ring.find(id)?, mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_keys_still_verify() {
        let (old, new) = (Key::random().unwrap(), Key::random().unwrap());
        let token = leave(&old, "a@example.org");
        let ring = Ring::parse(&(old.line() + &new.line())).unwrap();
        assert!(is_of(&ring, &token, "a@example.org") && !is_of(&ring, &token, "b@example.org"));
        let without = Ring::parse(&new.line()).unwrap();
        assert!(!is_of(&without, &token, "a@example.org"));
        assert!(!is_of(&ring, "x", "a@example.org") && !is_of(&ring, "党群服务", "a@example.org"));
        assert!(!token.contains("example"));
    }
}
