//! What the tests share: case files, sites in memory, and a sink that remembers what was rendered.

mod case;
mod site;

pub(crate) use case::{Case, blessing, cases, picture, root};
pub(crate) use site::{Built, Recording, Site, read_tree, short, without_the_whole};
