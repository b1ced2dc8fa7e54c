//! What the tests share: case files, sites in memory, and a sink that remembers what was rendered.

mod case;
mod site;

pub(crate) use case::{Case, blessing, cases, root};
pub(crate) use site::{Built, Site, short, without_the_whole};
