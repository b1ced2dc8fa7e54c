//! New things for editors: a site, a file with the right front matter, the schemas and settings by
//! which their programs know what may be written.
//!
//! Gives paths and texts; the door of `source` writes them, and never over anything.

mod editors;
mod init;
mod new;
mod schema;

pub use editors::Editor;
pub use init::site;
pub use new::{NewItem, file};
pub use schema::{all_schemas, kind_schema, site_schema};
