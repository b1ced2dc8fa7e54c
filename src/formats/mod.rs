//! Writers of the formats that machines read: feeds, site map, structured data and their kin.
//!
//! Pure functions from strings to text: no templates, no I/O, no clock. Addresses come in full
//! where a format wants them so, moments as RFC 3339; the callers see to both. Whatever the
//! strings hold, what comes out is well-formed.

pub mod atom;
pub mod csv;
pub mod feed;
pub mod geojson;
pub mod ical;
pub mod jsonfeed;
pub mod jsonld;
pub mod podcast;
pub mod qr;
pub mod redirect;
pub mod robots;
pub mod sitemap;
pub mod webmanifest;
pub mod workbook;
mod xml;
