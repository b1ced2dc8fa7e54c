//! Changes made to a text in memory before it is parsed, and the way back from places of the
//! changed text to places of the one that people see.

use std::ops::Range;

use super::{At, Node, NodeValue};
use crate::base::text::Span;

/// Changes of a text: apart from each other, sorted.
#[derive(Debug, Clone, Default)]
pub(super) struct Edits {
    list: Vec<Edit>,
}

#[derive(Debug, Clone)]
struct Edit {
    /// What goes, in the text as written.
    range: Range<usize>,
    /// What comes.
    text: String,
}

impl Edits {
    /// Whether nothing changes.
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds a change; earlier ones that it touches give way.
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        let apart = |edit: &Edit| edit.range.end <= range.start || edit.range.start >= range.end;
        self.list.retain(|edit| apart(edit) && (edit.range != range || !range.is_empty()));
        // What is put in at a place comes before what goes from there.
        let before = |edit: &Edit| (edit.range.start, edit.range.end) < (range.start, range.end);
        let at = self.list.partition_point(before);
        self.list.insert(at, Edit { range, text: text.into() });
    }

    /// Changes a line of `text`; only what differs counts as changed.
    pub(super) fn replace_line(&mut self, text: &str, range: Range<usize>, line: String) {
        let old = &text[range.clone()];
        let same = old.bytes().zip(line.bytes()).take_while(|(a, b)| a == b).count();
        let same = old.floor_char_boundary(same).min(line.floor_char_boundary(same));
        let (old, new) = (&old[same..], &line[same..]);
        let tail = old.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b).count();
        let tail = (0..=tail)
            .rev()
            .find(|tail| old.is_char_boundary(old.len() - tail) && new.is_char_boundary(new.len() - tail));
        let tail = tail.unwrap_or(0);
        // Earlier changes of the line are part of what comes.
        self.list.retain(|edit| edit.range.end <= range.start || edit.range.start >= range.end);
        self.replace(range.start + same..range.end - tail, &new[..new.len() - tail]);
    }

    /// The text of `within` with its changes.
    pub(super) fn apply(&self, text: &str, within: Range<usize>) -> String {
        let mut out = String::with_capacity(within.len() + 16);
        let mut done = within.start;
        let first = self.list.partition_point(|edit| edit.range.start < within.start);
        for edit in self.list[first..].iter().take_while(|edit| edit.range.end <= within.end) {
            out.push_str(&text[done..edit.range.start]);
            out.push_str(&edit.text);
            done = edit.range.end;
        }
        out.push_str(&text[done..within.end]);
        out
    }

    /// A range of the changed text as a range of the text as written.
    pub(super) fn origin(&self, range: Range<usize>) -> Range<usize> {
        let way = Way::new(self);
        way.back(range.start, false)..way.back(range.end, true)
    }

    /// Moves every place of a tree back to the text as written, then by `base`.
    pub(super) fn settle(&self, node: &mut Node, base: usize) {
        settle(node, &Way::new(self), base);
    }
}

fn settle(node: &mut Node, way: &Way<'_>, base: usize) {
    if let At::Text(span) = &mut node.at {
        let start = way.back(span.start as usize, false);
        *span = Span::from(start..way.back(span.end as usize, true).max(start)).shift(base);
    }
    match &mut node.value {
        NodeValue::List(nodes) => nodes.iter_mut().for_each(|node| settle(node, way, base)),
        NodeValue::Map(pairs) => {
            for (key, value) in pairs {
                settle(key, way, base);
                settle(value, way, base);
            }
        }
        NodeValue::Null | NodeValue::Text { .. } => {}
    }
}

/// Where each change begins in the changed text.
struct Way<'a> {
    edits: &'a [Edit],
    starts: Vec<usize>,
}

impl<'a> Way<'a> {
    fn new(edits: &'a Edits) -> Self {
        let mut moved = 0isize;
        let starts = edits.list.iter().map(|edit| {
            let start = edit.range.start.saturating_add_signed(moved);
            moved += edit.text.len() as isize - edit.range.len() as isize;
            start
        });
        Self { starts: starts.collect(), edits: &edits.list }
    }

    /// An offset as written. Inside a change it is the beginning of what was there, or its end.
    fn back(&self, offset: usize, end: bool) -> usize {
        let count = self.starts.partition_point(|start| if end { *start < offset } else { *start <= offset });
        let Some(last) = count.checked_sub(1) else { return offset };
        let (edit, into) = (&self.edits[last], offset - self.starts[last]);
        match into.checked_sub(edit.text.len()) {
            Some(behind) => edit.range.end + behind,
            None if end => edit.range.end,
            None => edit.range.start,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_find_their_way_back() {
        let written = "title：停水\nroom:3\n";
        let mut edits = Edits::default();
        edits.replace(20..20, " ");
        edits.replace(5..8, ": ");
        let changed = edits.apply(written, 0..written.len());
        assert_eq!(changed, "title: 停水\nroom: 3\n");
        for word in ["停水", "room", "3", "title"] {
            let at = changed.find(word).unwrap();
            assert_eq!(&written[edits.origin(at..at + word.len())], word);
        }
        let colon = changed.find(": ").unwrap();
        assert_eq!(&written[edits.origin(colon..colon + 1)], "：");
    }

    #[test]
    fn a_later_change_takes_the_place_of_earlier_ones() {
        let mut edits = Edits::default();
        edits.replace(2..3, "x");
        edits.replace(0..4, "whole");
        assert_eq!(edits.apply("abcdef", 0..6), "wholeef");
    }
}
