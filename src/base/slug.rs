//! Ids and slugs from titles and file names: ASCII, stable, never empty.
