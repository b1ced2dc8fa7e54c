//! Every test of the whole: one binary, so that it links once.
//!
//! - `suite/**/*.txt`: sites in one text file each, with what must come of them. Look here first.
//! - `laws.rs`: what holds for every site: warm equals cold, one thread equals many, and so on.
//! - `warm/*.txt`: scripts of edits on a disk: after each, what was built over what was there is what a
//!   first build gives, and which pages were rendered.
//! - `cli/*.txt`: the program as a shell sees it, whole outputs and exit codes.
//! - `tables.rs`: Excel workbooks through the whole path.
//! - `blank.rs`: what `new` writes, filled in.
//! - `ci_files.rs`: what `init` writes for forges, run as they run it.
//! - `digest/`: letters and sending, against a mail server that does what a script says.
//! - `cloud/`: `deploy` into a store, which fails half-way (with the feature `cloud`).
//! - `external.rs`: `check --external` against a server on the loopback.
//! - `serve.rs`: the preview on the loopback: what a browser gets, what is told when files change.
//! - `fuzz.rs`: nothing that anybody writes makes the program panic.
//! - `hostile.rs`: sizes, depths and disks that would hurt: bounded time, a message that helps.
//! - `time.rs`: no site fails by waiting.
//! - `matching.rs`: which resources answer which needs, by a table of judged pairs.
//! - `yaml.rs`: our reading of YAML beside another one.
//! - `schema.rs`: what may be written, as programs of editors read it.
//! - `repository.rs`: invariants of the repository itself.
//!
//! `PBSITE_BLESS=1 cargo test --test suite` writes what came out into the case files; read the
//! difference before it is committed.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests look at the program from outside and may panic"
)]

mod blank;
mod ci_files;
mod cli;
mod cloud;
mod digest;
mod external;
mod fuzz;
mod hostile;
mod laws;
mod letters;
mod matching;
mod repository;
mod schema;
mod serve;
mod suite;
mod support;
mod tables;
mod time;
mod warm;
mod yaml;
