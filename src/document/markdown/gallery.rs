//! Pictures of `:::gallery` blocks, so that a theme can set them with their captions.
//!
//! A block that holds anything besides pictures is left as it is: nothing of it may get lost.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{
    Shown,
    events::{Parsed, Part, words},
};

/// The galleries of a body by the index of their shortcode.
pub(super) fn galleries(parsed: &Parsed<'_>) -> Vec<(usize, Vec<Shown>)> {
    let opened = parsed.pieces.iter().enumerate().filter_map(|(at, piece)| match piece.part {
        Part::Open(line) if parsed.lines[line].directive.name == "gallery" => Some((at, line)),
        _ => None,
    });
    opened
        .filter_map(|(at, line)| Some((parsed.lines[line].directive.index, pictures(parsed, at + 1, line)?)))
        .filter(|(_, pictures)| !pictures.is_empty())
        .collect()
}

/// The pictures from `at` to the end of the block; `None` where there is something else.
fn pictures(parsed: &Parsed<'_>, mut at: usize, block: usize) -> Option<Vec<Shown>> {
    let mut pictures = Vec::new();
    loop {
        match &parsed.pieces.get(at)?.part {
            Part::Close(line) if *line == block => return Some(pictures),
            Part::Event(Event::Start(Tag::Image { dest_url, title, .. })) => {
                let end = parsed.end_of(at);
                let mut alt = String::new();
                words(&parsed.pieces[at..end], &mut alt);
                pictures.push(Shown { raw: dest_url.to_string(), alt, caption: title.to_string() });
                at = end;
            }
            Part::Leaf(line) if parsed.lines[*line].directive.name == "figure" => {
                let directive = &parsed.lines[*line].directive;
                let caption = directive.label.clone().unwrap_or_default();
                let alt = directive.attribute("alt").unwrap_or(&caption).to_owned();
                pictures.push(Shown { raw: directive.attribute("src")?.to_owned(), alt, caption });
            }
            Part::Event(Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
            | Part::Event(Event::SoftBreak | Event::HardBreak) => {}
            Part::Event(Event::Text(text)) if text.trim().is_empty() => {}
            _ => return None,
        }
        at += 1;
    }
}
