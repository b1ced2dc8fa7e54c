//! The terms of a language: which words stand for which list.

use std::collections::{BTreeMap, HashMap};

use super::Catalogue;
use crate::{
    config::Settings,
    diagnostics::{Code, Diagnostic},
    msg,
};

/// A term and what carries it.
#[derive(Debug, Default)]
pub struct TermList {
    /// The word as first written.
    pub title: String,
    /// Items.
    pub items: Vec<usize>,
}

/// The terms of every taxonomy while items are gathered.
pub(super) struct Terms<'c>(Vec<TermsOf<'c>>);

#[derive(Default)]
struct TermsOf<'c> {
    /// Words as written, with the list that they are in.
    words: HashMap<&'c str, usize>,
    by_slug: BTreeMap<&'c str, usize>,
    lists: Vec<TermList>,
}

impl<'c> Terms<'c> {
    /// None yet, of the taxonomies of a site.
    pub(super) fn new(settings: &Settings) -> Self {
        Self(settings.taxonomies.iter().map(|_| TermsOf::default()).collect())
    }

    /// Adds item `i` to the lists of its terms. Two words on one slug are reported.
    pub(super) fn add(&mut self, catalogue: &'c Catalogue, i: usize, problems: &mut Vec<Diagnostic>) {
        let item = &catalogue.items[i];
        for (of, taxonomy) in self.0.iter_mut().zip(&catalogue.settings.taxonomies) {
            for word in item.values.texts(&taxonomy.id) {
                let list = of.list(catalogue, &word.value);
                if list.title != word.value && list.title.to_lowercase() != word.value.to_lowercase() {
                    let (a, b, address) = (&word.value, &list.title, catalogue.slug_of(&word.value));
                    problems.push(
                        Diagnostic::new(
                            Code::DuplicateAddress,
                            item.origin.place(word.at),
                            msg!("“{a}”与“{b}”的地址都是 {address}", "`{a}` and `{b}` share the address `{address}`"),
                        )
                        .help(msg!("统一用一种写法", "use one of the two everywhere")),
                    );
                }
                if list.items.last() != Some(&i) {
                    list.items.push(i);
                }
            }
        }
    }

    /// The lists of each taxonomy, by slug.
    pub(super) fn lists(self) -> Vec<BTreeMap<String, TermList>> {
        let of = |TermsOf { by_slug, mut lists, .. }: TermsOf<'_>| {
            let list = |(slug, list): (&str, usize)| (slug.to_owned(), std::mem::take(&mut lists[list]));
            by_slug.into_iter().map(list).collect()
        };
        self.0.into_iter().map(of).collect()
    }
}

impl<'c> TermsOf<'c> {
    /// The list of a word; the first word of a list is its title.
    fn list(&mut self, catalogue: &'c Catalogue, word: &'c str) -> &mut TermList {
        let Self { words, by_slug, lists } = self;
        let index = *words.entry(word).or_insert_with(|| {
            *by_slug.entry(catalogue.slug_of(word)).or_insert_with(|| {
                lists.push(TermList { title: word.to_owned(), ..TermList::default() });
                lists.len() - 1
            })
        });
        &mut lists[index]
    }
}
