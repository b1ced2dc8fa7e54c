//! One source becomes documents: front matter apart from the body, and what a body says.

pub mod markdown;
