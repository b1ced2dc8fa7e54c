//! The digest's way out: recipients, ledger, messages, transport. What a letter says is made in
//! `edition`, `plan` and `letters`; here stands what both sides agree on.

pub mod letter;
