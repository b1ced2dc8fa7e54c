//! What a run leaves to the next one in the same process: the content as it was understood, and the
//! plan. Where only words of texts changed since, of which no other page shows anything, these texts
//! are read anew and the rest is as it was.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use jiff::civil::DateTime;

use super::{
    Failure, IN_MEMORY, Page, Run, again,
    again::{FEW, Noting, OnlyTexts},
};
use crate::{
    base::{hash::Key, path::SitePath, stamp::Stamp},
    catalogue::{Catalogue, Lists, Resolved},
    checks::Rules,
    config::Settings,
    diagnostics::Diagnostic,
    document::Drafts,
    model::{Item, Reader},
    output::{Sink, Written},
    plan::{Layout, Plan},
    render::{self, Rendered, Tools},
    source::SourceRef,
    store::{Memo, Pack, Spool, Store},
    theme::Theme,
};

/// The content as a run understood it.
pub(super) struct Understood {
    pub(super) catalogue: Catalogue,
    pub(super) rules: Rules,
    pub(super) ground: Ground,
    /// When it changes by itself.
    pub(super) next_change: Option<DateTime>,
}

/// What planning made of a catalogue.
pub(super) struct Ground {
    pub(super) resolved: Resolved,
    pub(super) lists: Vec<Lists>,
    pub(super) theme: Theme,
    pub(super) layout: Layout,
}

/// Which of a run's problems were found by whom.
#[derive(Default, Clone)]
pub(super) struct Finders {
    /// By reading texts and front matter.
    pub(super) reading: Range<usize>,
    /// By checks of items, which are the first.
    pub(super) items: Range<usize>,
    /// By checks.
    pub(super) checks: Range<usize>,
}

/// What a run left.
pub(super) struct Left {
    pub(super) understood: Understood,
    pub(super) facts: Facts,
}

/// Leaves what a run understood to the next, if there will be one that can use it; else gives it back.
pub(super) fn leave(understood: Understood, facts: Option<Facts>, store: &dyn Store) -> Option<Remains> {
    match (store.memo(), facts) {
        (Some(memo), Some(facts)) => {
            memo.leave(Left { understood, facts });
            None
        }
        _ => Some(Remains(Box::new(understood))),
    }
}

/// A site as a run understood it, of no more use. Taking it apart takes time: a program that ends anyway
/// forgets it.
pub struct Remains(#[expect(dead_code, reason = "it is there to be dropped, or not")] Box<Understood>);

impl std::fmt::Debug for Remains {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Remains")
    }
}

/// What tells whether the content is what it was.
pub(super) struct Facts {
    /// The files as they were read, with their stamps where these were settled.
    files: BTreeMap<SitePath, (Option<Stamp>, Key)>,
    /// What tells runs apart besides the bytes of files.
    shape: Key,
    settings: Key,
    /// Key of the outputs.
    outputs: Key,
    /// Problems of texts and front matter.
    of_reading: Vec<Diagnostic>,
    /// Problems that checks of items found.
    of_items: Vec<Diagnostic>,
    /// Problems that no text alone causes, checks apart.
    others: Vec<Diagnostic>,
    levels: BTreeMap<String, String>,
    pages: Vec<Page>,
}

impl Facts {
    /// Of a run that published; `None` where the next one could not use them.
    pub(super) fn of(run: &Run<'_>, pack: &Pack, files: &Noting<'_>, written: &Written) -> Option<Self> {
        let listing = run.listing.as_ref()?;
        let Finders { reading, items, checks } = run.finders.clone();
        // What rendering found is not known of pages that are kept.
        if !run.options.without.is_empty() || checks.end != run.problems.len() {
            return None;
        }
        // Whatever the run did not note by itself.
        again::note_rest(listing, files, pack)?;
        let noted = |source: &SourceRef| Some((source.path.clone(), pack.noted_as(&source.path)?));
        let (before, between) = (&run.problems[..reading.start], &run.problems[reading.end..checks.start]);
        Some(Self {
            files: listing.sources().into_iter().map(noted).collect::<Option<_>>()?,
            shape: again::shape(listing, run.options),
            settings: files.content(&Settings::file())?,
            outputs: written.fingerprint?,
            others: [before, between].concat(),
            of_reading: run.problems[reading].to_vec(),
            of_items: run.problems[items].to_vec(),
            levels: run.levels.clone(),
            pages: run.pages.clone(),
        })
    }
}

impl Left {
    /// Says which outputs came of it.
    pub(super) fn published(self, written: &Written) -> Option<Self> {
        Some(Self { facts: Facts { outputs: written.fingerprint?, ..self.facts }, ..self })
    }

    /// Takes up what the last run left and renders what changed since, if that is nothing but words of
    /// texts; `None`, and the sink has taken nothing, where a run has more to do.
    pub(super) fn texts(
        run: &mut Run<'_>,
        files: &Noting<'_>,
        store: &dyn Store,
        sink: &dyn Sink,
    ) -> Result<Option<(Self, Rendered)>, Failure> {
        let Some(mut left) = store.memo().and_then(Memo::take::<Self>) else { return Ok(None) };
        let spool = Spool::new(IN_MEMORY, || sink.scratch());
        let changed = left.changed(run, files, sink)?;
        let read = changed.and_then(|changed| {
            let read = |_: &mut Vec<Diagnostic>| left.read(&changed, files, &spool);
            run.stage("parse", read, |read| read.as_ref().map_or(0, Vec::len))
        });
        let Some(read) = read else {
            rayon::spawn(|| drop(left));
            return Ok(None);
        };
        let made = left.again(run, read, &Tools { files, store, spool: &spool, sink })?;
        if made.is_none() {
            run.problems.clear();
        }
        Ok(made)
    }

    /// Puts texts in the places of the old ones and renders what shows them.
    fn again(
        mut self,
        run: &mut Run<'_>,
        read: Vec<Reading>,
        tools: &Tools<'_>,
    ) -> Result<Option<(Self, Rendered)>, Failure> {
        let mut texts = BTreeSet::new();
        for Reading { index, item, problems, content } in read {
            let is_elsewhere = |problem: &Diagnostic| problem.place.file_name() != Some(item.path.as_str());
            self.facts.of_reading.retain(is_elsewhere);
            self.facts.of_items.retain(is_elsewhere);
            self.facts.of_reading.extend(problems);
            self.facts.files.insert(item.path.clone(), (None, content));
            self.understood.catalogue.items[index] = item;
            texts.insert(index);
        }
        run.levels.clone_from(&self.facts.levels);
        run.pages.clone_from(&self.facts.pages);
        run.problems = [&*self.facts.others, &*self.facts.of_reading].concat();
        let only = OnlyTexts { texts, of_others: std::mem::take(&mut self.facts.of_items) };
        let (understood, rendered) = self.understood.render(run, tools, &only)?;
        self.facts.of_items = run.problems[run.finders.items.clone()].to_vec();
        Ok(rendered.map(|rendered| (Self { understood, ..self }, rendered)))
    }

    /// The content as it is understood now.
    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.understood.catalogue
    }

    /// The files that are not as they were left, if they are few and everything else is.
    fn changed(
        &mut self,
        run: &mut Run<'_>,
        files: &Noting<'_>,
        sink: &dyn Sink,
    ) -> Result<Option<Vec<SourceRef>>, Failure> {
        if !run.options.without.is_empty() || sink.fingerprint() != Some(self.facts.outputs) {
            return Ok(None);
        }
        run.discover()?;
        run.problems.clear();
        let Some(listing) = &run.listing else { return Ok(None) };
        let catalogue = &mut self.understood.catalogue;
        let now = run.options.now.at(&catalogue.settings);
        let same = self.facts.shape == again::shape(listing, run.options)
            && files.content(&Settings::file()) == Some(self.facts.settings)
            && again::holds(catalogue.now, self.understood.next_change, now);
        if !same {
            return Ok(None);
        }
        catalogue.now = now;
        let touched = |source: &&SourceRef| {
            let (stamp, _) = self.facts.files.get(&source.path).copied().unwrap_or_default();
            stamp.is_none() || stamp != source.stamp
        };
        let touched: Vec<&SourceRef> = listing.sources().into_iter().filter(touched).collect();
        if touched.len() > FEW {
            return Ok(None);
        }
        let is_other = |source: &&SourceRef| {
            files.content(&source.path) != self.facts.files.get(&source.path).map(|(_, content)| *content)
        };
        Ok(Some(touched.into_iter().filter(is_other).cloned().collect()))
    }

    /// Reads texts anew; `None` where other pages may show what changed.
    fn read(&self, changed: &[SourceRef], files: &Noting<'_>, spool: &Spool<'_>) -> Option<Vec<Reading>> {
        let Understood { catalogue, rules, .. } = &self.understood;
        let drafts = Drafts { spool, pack: None, language: catalogue.settings.default_language() };
        let reader = Reader::new(files, &catalogue.kinds, &catalogue.settings, rules, Some(drafts));
        let one = |source: &SourceRef| {
            let index = catalogue.by_path(&source.path)?;
            let is_here = |problem: &Diagnostic| problem.place.file_name() == Some(source.path.as_str());
            // Its line may be another now.
            if self.facts.others.iter().any(is_here) {
                return None;
            }
            let mut problems = Vec::new();
            let item = reader.read(source, &mut problems)?;
            let same = item.body.face == catalogue.items[index].body.face;
            let content = files.content(&source.path)?;
            same.then_some(Reading { index, item, problems, content })
        };
        changed.iter().map(one).collect()
    }
}

/// A text that was read anew.
struct Reading {
    index: usize,
    item: Item,
    problems: Vec<Diagnostic>,
    content: Key,
}

impl Understood {
    fn render(
        self,
        run: &mut Run<'_>,
        tools: &Tools<'_>,
        only: &OnlyTexts,
    ) -> Result<(Self, Option<Rendered>), Failure> {
        let Self { catalogue, rules, ground, next_change } = self;
        let Ground { resolved, lists, theme, layout } = ground;
        let plan = Plan::again(&catalogue, &resolved, &lists, &theme, layout);
        run.check(&plan, &rules, Some(only));
        let rendered = if run.has_errors() {
            Some(Rendered::default())
        } else {
            run.stage(
                "render",
                |problems| render::render_texts(&plan, tools, &only.texts, problems),
                |r| r.as_ref().map_or(0, |r| r.map_or(0, |r| r.made)),
            )?
        };
        let ground = Ground { layout: plan.into_layout(), resolved, lists, theme };
        Ok((Self { catalogue, rules, ground, next_change }, rendered))
    }
}
