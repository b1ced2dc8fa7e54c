//! Who gets which letter, in numbers: what a preview shows and checks look at. No address is kept.

use std::collections::BTreeMap;

use super::Composed;
use crate::{
    base::lang::Message,
    digest::{letter::Edition as _, recipients::Source},
};

/// The readers of an edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readers {
    /// How many get a letter, by their kind of unit; empty for unknown.
    pub kinds: BTreeMap<String, u64>,
    /// How many belong to each segment of the digest, with a letter or without.
    pub segments: Vec<u64>,
    /// How many get each letter.
    pub letters: Vec<u64>,
    /// How many belong to no segment.
    pub outside: u64,
    /// How many have left.
    pub left: u64,
    /// Rows of the list that cannot be used.
    pub unusable: u64,
}

impl Readers {
    /// Counts the readers of an edition; `has_left` knows who gets nothing more.
    ///
    /// # Errors
    /// The list or what knows who has left cannot be read.
    pub fn count(
        composed: &Composed,
        source: &Source,
        has_left: &dyn Fn(&str) -> Result<bool, Message>,
    ) -> Result<Self, Message> {
        let mut found = Self {
            segments: vec![0; composed.segments().len()],
            letters: vec![0; composed.letters().len()],
            ..Self::default()
        };
        let summary = source.read(&mut |recipient| {
            if has_left(&recipient.email)? {
                found.left += 1;
                return Ok(());
            }
            match composed.segment_for(&recipient.reader) {
                Some(segment) => found.segments[segment] += 1,
                None => found.outside += 1,
            }
            if let Some(letter) = composed.letter_for(&recipient.reader) {
                found.letters[letter] += 1;
                *found.kinds.entry(recipient.reader.unit_kind.clone()).or_default() += 1;
            }
            Ok(())
        })?;
        Ok(Self { left: found.left + summary.left, unusable: summary.bad_rows, ..found })
    }

    /// How many get a letter.
    pub fn all(&self) -> u64 {
        self.letters.iter().sum()
    }
}
