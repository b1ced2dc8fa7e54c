//! Who receives: rows of a table, a database or a command's output, each with recorded consent.
//!
//! Rows are handed on one by one, so that a list may be long. A bad row is told by its place, never
//! by the address in it.

mod database;
mod rows;

use std::{
    collections::HashSet,
    fmt,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{disk, letter::Reader};
use crate::{base::lang::Message, msg, source::table};

/// One who receives letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipient {
    /// The address in its one form.
    pub email: String,
    /// What they are called, may be empty.
    pub name: String,
    /// What segment rules look at.
    pub reader: Reader,
    /// When they agreed, as written.
    pub consent_date: String,
    /// How they agreed.
    pub consent_source: String,
}

/// Where recipients come from.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// A CSV or Excel file, or an SQLite database.
    File(PathBuf),
    /// A command that writes CSV.
    Command(String),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Row as a spreadsheet shows it, from 1; in a database the row's number.
    pub row: u64,
    /// The column's heading.
    pub column: String,
    /// What is wrong, without the address.
    pub message: Message,
}

/// What a source held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows handed on.
    pub good: u64,
    /// Rows of an address that an earlier row has.
    pub duplicates: u64,
    /// Rows of people who left.
    pub left: u64,
    /// Rows that cannot be used: the first [`MOST_SHOWN`] of them.
    pub bad: Vec<BadRow>,
    /// How many those are in all.
    pub bad_rows: u64,
}

/// So many bad rows are kept to be shown.
pub const MOST_SHOWN: usize = 50;

impl Source {
    /// Reads the value of `PBSITE_RECIPIENTS`: a path, or `command: …`.
    ///
    /// # Errors
    /// The file is not there, or it lies inside the site, where it could be published.
    pub fn parse(value: &str, site: &Path) -> Result<Self, Message> {
        if let Some(command) = value.strip_prefix("command:") {
            return Ok(Self::Command(command.trim().to_owned()));
        }
        let path = PathBuf::from(value);
        let real = disk::real(&path).map_err(|error| unreadable(&path, &error))?;
        if disk::real(site).is_ok_and(|site| real.starts_with(site)) {
            let shown = path.display();
            return Err(msg!(
                "名单 {shown} 在网站的文件夹里，会被提交或发布出去。请移到外面，再改 PBSITE_RECIPIENTS",
                "the list {shown} lies in the site's folder and could be committed or published. Move it out and change PBSITE_RECIPIENTS"
            ));
        }
        Ok(Self::File(path))
    }

    /// The name to show: of a command nothing but that it is one, since it may hold a password.
    pub fn shown(&self) -> String {
        match self {
            Self::File(path) => path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            Self::Command(_) => "command".into(),
        }
    }

    /// The path of the SQLite database, if it is one.
    pub fn database(&self) -> Option<&Path> {
        match self {
            Self::File(path) if matches!(extension(path).as_str(), "sqlite" | "sqlite3" | "db") => Some(path),
            _ => None,
        }
    }

    /// Hands every good row on, each address once.
    ///
    /// # Errors
    /// The source cannot be read, has no column of addresses, or `each` fails.
    pub fn read(&self, each: &mut dyn FnMut(Recipient) -> Result<(), Message>) -> Result<Summary, Message> {
        let mut sieve = Sieve { seen: HashSet::new(), summary: Summary::default(), each };
        match self {
            Self::Command(command) => {
                let bytes = disk::output_of(command)
                    .map_err(|error| msg!("名单的命令没有成功：{error}", "the command of the list failed: {error}"))?;
                rows::decoded(bytes, &mut sieve)?;
            }
            Self::File(path) if self.database().is_some() => database::read(path, &mut sieve)?,
            Self::File(path) if matches!(extension(path).as_str(), "xlsx" | "xlsm") => {
                let bytes = disk::bytes(path).map_err(|error| unreadable(path, &error))?;
                rows::sheets(&table::read("xlsx", bytes)?, &mut sieve)?;
            }
            Self::File(path) => rows::streamed(path, &mut sieve)?,
        }
        Ok(sieve.summary)
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn unreadable(path: &Path, error: &dyn fmt::Display) -> Message {
    let shown = path.display();
    msg!("读不了名单 {shown}：{error}", "the list {shown} cannot be read: {error}")
}

/// Drops repetitions and counts.
struct Sieve<'a> {
    seen: HashSet<u128>,
    summary: Summary,
    each: &'a mut dyn FnMut(Recipient) -> Result<(), Message>,
}

impl Sieve<'_> {
    fn good(&mut self, recipient: Recipient) -> Result<(), Message> {
        let digest = Sha256::digest(recipient.email.as_bytes());
        let short = digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte));
        if !self.seen.insert(short) {
            self.summary.duplicates += 1;
            return Ok(());
        }
        self.summary.good += 1;
        (self.each)(recipient)
    }

    fn bad(&mut self, row: u64, column: &str, message: Message) {
        self.summary.bad_rows += 1;
        if self.summary.bad.len() < MOST_SHOWN {
            self.summary.bad.push(BadRow { row, column: column.to_owned(), message });
        }
    }
}
