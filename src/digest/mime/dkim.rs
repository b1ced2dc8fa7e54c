//! DKIM signatures (RFC 6376): relaxed/relaxed, RSA and Ed25519 (RFC 8463), with the edition's time
//! so that a letter that is made again has the same bytes. Usually a relay signs; this is for those
//! that do not.

use std::{fmt, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair},
};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject as _};
use sha2::{Digest as _, Sha256};

use crate::{base::lang::Message, digest::disk, msg};

/// What a signature covers, where it is there. `Content-Type` is left out: relays fold it anew.
const SIGNED: [&str; 12] = [
    "from",
    "reply-to",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
    "feedback-id",
];

/// Signs messages for a domain.
pub struct Signer {
    selector: String,
    domain: String,
    key: PrivateKey,
}

enum PrivateKey {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}._domainkey.{})", self.selector, self.domain)
    }
}

impl Signer {
    /// Reads `selector@domain=path of the key`, as `PBSITE_DKIM` has it.
    ///
    /// # Errors
    /// It is written otherwise, or there is no private key in the file.
    pub fn parse(setting: &str) -> Result<Self, Message> {
        let parts = setting.split_once('=').and_then(|(name, path)| Some((name.split_once('@')?, path)));
        let Some(((selector, domain), path)) = parts else {
            return Err(msg!(
                "PBSITE_DKIM 应写成：选择器@域名=私钥文件，如 pbsite@example.org=/etc/pbsite/dkim.pem",
                "write PBSITE_DKIM as selector@domain=key file, such as pbsite@example.org=/etc/pbsite/dkim.pem"
            ));
        };
        let pem = disk::bytes(Path::new(path))
            .map_err(|error| msg!("读不了 DKIM 私钥 {path}：{error}", "the DKIM key {path} cannot be read: {error}"))?;
        Self::new(selector, domain, &pem).ok_or_else(|| {
            msg!(
                "{path} 里没有能用的私钥（PEM 格式，RSA 2048 位以上或 Ed25519）",
                "{path} holds no private key that can be used (PEM, RSA of 2048 bits or more, or Ed25519)"
            )
        })
    }

    /// A signer with a key in PEM.
    pub fn new(selector: &str, domain: &str, pem: &[u8]) -> Option<Self> {
        let key = match PrivateKeyDer::from_pem_slice(pem).ok()? {
            PrivateKeyDer::Pkcs1(der) => PrivateKey::Rsa(Box::new(RsaKeyPair::from_der(der.secret_pkcs1_der()).ok()?)),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                    Ok(pair) => PrivateKey::Ed25519(Box::new(pair)),
                    Err(_) => PrivateKey::Rsa(Box::new(RsaKeyPair::from_pkcs8(der).ok()?)),
                }
            }
            _ => return None,
        };
        Some(Self { selector: selector.to_owned(), domain: domain.to_owned(), key })
    }

    /// Whether a DNS record is that of the key: `v=DKIM1; k=rsa; p=…`, in pieces and quotes or not.
    pub fn matches(&self, record: &str) -> bool {
        let plain: String = record.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
        plain.split(';').any(|tag| tag.strip_prefix("p=") == Some(&self.public()))
    }

    /// The public key as a DNS record holds it after `p=`.
    pub fn public(&self) -> String {
        match &self.key {
            PrivateKey::Rsa(pair) => STANDARD.encode(subject_public_key_info(pair.public().as_ref())),
            PrivateKey::Ed25519(pair) => STANDARD.encode(pair.public_key().as_ref()),
        }
    }

    /// The `DKIM-Signature` header of a message, with its line end.
    pub fn sign(&self, message: &[u8], at: Timestamp) -> String {
        let split = memchr::memmem::find(message, b"\r\n\r\n").map_or(message.len(), |end| end + 2);
        let (head, body) = message.split_at(split);
        let body = body.strip_prefix(b"\r\n").unwrap_or(body);
        let headers = headers(head);
        let present: Vec<&str> =
            SIGNED.into_iter().filter(|name| headers.iter().any(|(other, _)| other == name)).collect();
        let unsigned = format!(
            "DKIM-Signature: v=1; a={}; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={};\r\n b=",
            self.algorithm(),
            self.domain,
            self.selector,
            at.as_second(),
            present.join(":\r\n  "),
            STANDARD.encode(Sha256::digest(relaxed_body(body))),
        );
        let mut covered = String::new();
        for name in &present {
            // The last of a name is the one that is signed; letters have each once.
            let value = headers.iter().rev().find(|(other, _)| other == name).map_or("", |(_, value)| value);
            covered.push_str(&format!("{name}:{value}\r\n"));
        }
        let own = unsigned.trim_start_matches("DKIM-Signature: ");
        covered.push_str(&format!("dkim-signature:{}", relaxed_value(own)));
        let signature = STANDARD.encode(self.signature(covered.as_bytes()));
        let lines: Vec<&str> =
            (0..signature.len()).step_by(70).map(|at| &signature[at..signature.len().min(at + 70)]).collect();
        format!("{unsigned}{}\r\n", lines.join("\r\n  "))
    }

    fn algorithm(&self) -> &'static str {
        match self.key {
            PrivateKey::Rsa(_) => "rsa-sha256",
            PrivateKey::Ed25519(_) => "ed25519-sha256",
        }
    }

    fn signature(&self, covered: &[u8]) -> Vec<u8> {
        match &self.key {
            PrivateKey::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), covered, &mut signature)
                    .unwrap_or_else(|_| unreachable!("the buffer has the length of the modulus"));
                signature
            }
            PrivateKey::Ed25519(pair) => pair.sign(&Sha256::digest(covered)).as_ref().to_vec(),
        }
    }
}

/// Headers, unfolded and relaxed: small names, values without runs of white space.
fn headers(head: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(head).replace("\r\n ", " ").replace("\r\n\t", " ");
    let lines = text.split("\r\n").filter_map(|line| line.split_once(':'));
    lines.map(|(name, value)| (name.trim().to_ascii_lowercase(), relaxed_value(value))).collect()
}

fn relaxed_value(value: &str) -> String {
    value.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// RFC 6376 §3.4.4: no white space at line ends, runs of it as one space, no empty lines at the end.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut space = false;
        for &byte in line {
            if byte == b' ' || byte == b'\t' {
                space = true;
                continue;
            }
            if std::mem::take(&mut space) {
                relaxed.push(b' ');
            }
            relaxed.push(byte);
        }
        relaxed.extend_from_slice(b"\r\n");
    }
    while relaxed.ends_with(b"\r\n\r\n") {
        relaxed.truncate(relaxed.len() - 2);
    }
    if relaxed == b"\r\n" { Vec::new() } else { relaxed }
}

/// An RSA public key (PKCS#1) as SubjectPublicKeyInfo, the form of DNS records.
fn subject_public_key_info(pkcs1: &[u8]) -> Vec<u8> {
    const RSA: [u8; 15] = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let bits = der(0x03, &[&[0], pkcs1].concat());
    der(0x30, &[&RSA, bits.as_slice()].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..128 => out.push(length as u8),
        128..256 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_relaxed_as_the_standard_says() {
        assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b""), b"");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
        assert_eq!(relaxed_body(b"a"), b"a\r\n");
    }
}
