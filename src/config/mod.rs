//! `pbsite.yaml`: options as written ([`options`]) and settings as used ([`Settings`]).

pub mod options;
mod settings;
mod targets;

pub use options::REVIEWS;
pub use settings::{
    BaseUrl, Bookings, Column, DeclaredField, DeclaredKind, Filing, ListNames, NavigationEntry, Origin, Outputs,
    Overrides, Owner, PREVIEWS, Provenance, Settings, Taxonomy, UnitKind, Weights, Words,
};
pub use targets::{Cloud, Deploy, Destination, Service, Sftp};

/// The name of the configuration file.
pub const FILE: &str = "pbsite.yaml";
