//! What may stand in an SVG file.

use quick_xml::{XmlVersion, events::BytesStart};

use super::super::Problem;

/// The namespace of SVG.
pub(super) const SVG: &str = "http://www.w3.org/2000/svg";

/// Namespaces that drawing programs put notes in: windows, guides, export paths, licences.
const NOTES: &[&str] = &[
    "http://www.inkscape.org/",
    "http://sodipodi.sourceforge.net/",
    "http://creativecommons.org/",
    "http://web.resource.org/cc/",
    "http://purl.org/dc/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://ns.adobe.com/",
    "http://www.bohemiancoding.com/sketch/",
    "https://boxy-svg.com",
    "http://www.serif.com/",
    "http://vectornator.io",
    "http://www.openswatchbook.org/",
    "http://schemas.microsoft.com/visio/",
    "http://xmlns.com/foaf/",
];

/// Elements of SVG 1.1 and 2 that draw, animate or describe. Not here: `script`, `foreignObject`,
/// `handler`, `listener`, `iframe`, `audio`, `video`, `canvas`, `cursor`, `font-face-uri` …
const ELEMENTS: &[&str] = &[
    "a",
    "animate",
    "animateMotion",
    "animateTransform",
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feImage",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "filter",
    "g",
    "image",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "mpath",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "radialGradient",
    "rect",
    "set",
    "stop",
    "style",
    "svg",
    "switch",
    "symbol",
    "text",
    "textPath",
    "title",
    "tspan",
    "use",
    "view",
];

/// Attributes that hold an address, in lower case.
const ADDRESSES: &[&str] =
    &["href", "src", "action", "formaction", "data", "poster", "background", "ping", "srcset", "cite"];

pub(super) fn is_element(name: &str) -> bool {
    ELEMENTS.binary_search(&name).is_ok()
}

pub(super) fn is_notes(space: &str) -> bool {
    NOTES.iter().any(|start| space.starts_with(start))
}

/// Whether an element animates what could run or load something.
pub(super) fn is_dangerous_animation(tag: &BytesStart) -> Result<bool, Problem> {
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| Problem::Damaged(error.to_string()))?;
        if !attribute.key.as_ref().eq_ignore_ascii_case("attributeName") {
            continue;
        }
        let value =
            attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| Problem::SvgForm(error.to_string()))?;
        let name = squeezed(&value);
        let name = name.rsplit(':').next().unwrap_or_default();
        if name.starts_with("on") || name == "style" || name == "base" || ADDRESSES.contains(&name) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an attribute, by its local name and decoded value, may stay.
pub(super) fn is_harmless(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if name.starts_with("on") || name == "base" {
        return false;
    }
    if ADDRESSES.contains(&name.as_str()) {
        return is_local_address(value);
    }
    is_local_css(value) && !squeezed(value).contains("javascript:")
}

/// A fragment of this file, or an image inside it.
fn is_local_address(value: &str) -> bool {
    let value = squeezed(value);
    let images = ["data:image/png", "data:image/jpeg", "data:image/jpg", "data:image/webp"];
    let is_image = images.iter().filter_map(|start| value.strip_prefix(start));
    value.is_empty() || value.starts_with('#') || is_image.into_iter().any(|rest| rest.starts_with([';', ',']))
}

/// Whether CSS, or any attribute that may hold some, loads nothing: `url(#…)` only. Judged with
/// and without comments and escapes, for each can hide the other (`"/*" … "*/"`, `\75rl(`).
pub(super) fn is_local_css(css: &str) -> bool {
    let plain = without_escapes(css);
    [css, &plain, &without_comments(css), &without_comments(&plain)].into_iter().all(loads_nothing)
}

fn loads_nothing(css: &str) -> bool {
    let css = squeezed(css);
    let loads = ["@import", "@font-face", "image-set(", "image(", "src(", "expression(", "-moz-binding", "behavior:"];
    let mut urls = css.split("url(").skip(1);
    !loads.iter().any(|word| css.contains(word))
        && urls.all(|rest| rest.trim_start_matches(['"', '\'']).starts_with('#'))
}

/// Resolves escapes: a backslash and up to six digits with one space, or any other character
/// (CSS Syntax 3 §4.3.7).
fn without_escapes(css: &str) -> String {
    let mut plain = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let digits = after.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        let code = u32::from_str_radix(&after[..digits], 16).ok().and_then(char::from_u32);
        plain.extend(code);
        rest = if digits > 0 {
            after[digits..].strip_prefix([' ', '\t', '\n']).unwrap_or(&after[digits..])
        } else {
            after
        };
    }
    plain + rest
}

/// Removes `/* … */`, which may stand inside what a naive search looks for.
fn without_comments(css: &str) -> String {
    let mut clean = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        clean.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    clean + rest
}

/// In lower case, without white space and control characters: browsers skip them in places.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_sorted() {
        assert!(ELEMENTS.is_sorted());
    }
}
