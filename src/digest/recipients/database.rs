//! Recipients in an SQLite database: the table `recipients`, with columns named as in a file. The
//! sign-up endpoint keeps one like it; `left_at` stands there when somebody has left.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, types::ValueRef};

use super::{Sieve, rows::Layout, rows::no_addresses, unreadable};
use crate::base::lang::Message;

pub(super) fn read(path: &Path, sieve: &mut Sieve<'_>) -> Result<(), Message> {
    let failed = |error: rusqlite::Error| unreadable(path, &error);
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    let mut query = database.prepare("SELECT rowid, * FROM recipients ORDER BY rowid").map_err(failed)?;
    let names: Vec<String> = query.column_names().map(str::to_owned).collect();
    let layout = Layout::find(names.iter().enumerate().map(|(at, name)| (at, name.as_str())));
    let layout = layout.ok_or_else(no_addresses)?;
    let left = names.iter().position(|name| name == "left_at");
    let mut rows = query.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let cells = (0..names.len()).map(|at| Ok(text(row.get_ref(at)?))).collect::<rusqlite::Result<Vec<_>>>();
        let cells = cells.map_err(failed)?;
        if left.is_some_and(|at| !cells[at].is_empty()) {
            sieve.summary.left += 1;
            continue;
        }
        layout.take(cells[0].parse().unwrap_or(0), |at| &cells[at], sieve)?;
    }
    Ok(())
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null | ValueRef::Blob(_) => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
    }
}
