//! The digest on its way to people: who receives it, the bytes of each letter, and a ledger that
//! knows the fate of every one of them. What a letter says is made elsewhere and comes in as an
//! [`Edition`](letter::Edition).
//!
//! ```text
//! recipients -> freeze -> ledger -> mime -> transport -> ledger
//! ```
//!
//! Read [`send`] first. Addresses of people stay in the recipients' file and in the ledger: no
//! message, log or file of the site ever holds one.

pub mod address;
pub mod bounces;
pub mod correction;
pub mod disk;
pub mod endpoint;
pub mod export;
pub mod frozen;
pub mod key;
pub mod ledger;
pub mod letter;
pub mod mime;
pub mod recipients;
pub mod send;
pub mod spam;
pub mod token;
pub mod transport;
