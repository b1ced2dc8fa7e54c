//! What a store tells browsers about a file: its type, and how long they may keep it.

pub(super) use crate::base::media_type::media_type;

/// How long browsers and caches may keep a file. What has its content's hash in its name is never
/// another under that name (RFC 8246); everything else may change with the next deploy.
pub(super) fn cache_control(path: &str) -> &'static str {
    match (is_fingerprinted(path), path.rsplit_once('.')) {
        (true, _) => "public, max-age=31536000, immutable",
        (false, Some((_, "html" | "xml" | "json" | "ics" | "txt"))) => "public, max-age=60",
        _ => "public, max-age=3600",
    }
}

/// Whether a name holds a hash of its content: `assets/style.1a2b3c4d.css`, `media/a.1a2b3c4d-960.webp`.
fn is_fingerprinted(path: &str) -> bool {
    let Some((folder, _)) = path.split_once('/') else { return false };
    let name = path.rsplit('/').next().unwrap_or(path);
    let hash = |part: &str| {
        let digits = part.split('-').next().unwrap_or(part);
        digits.len() == 8 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    matches!(folder, "assets" | "media") && name.split('.').skip(1).any(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_a_hash_in_its_name_is_kept_for_ever() {
        let check = |path: &str, expect: &str| assert!(cache_control(path).ends_with(expect), "{path}");
        check("assets/style.00b4a7ab.css", "immutable");
        check("media/autumn-path.80bd40fe-960.webp", "immutable");
        check("media/form.41446305", "immutable");
        check("index.html", "max-age=60");
        check("news/feed.xml", "max-age=60");
        check("favicon.svg", "max-age=3600");
        check("assets/deadbeef/style.css", "max-age=3600");
        check("media/style.deadbeef1.css", "max-age=3600");
        check("news/a.deadbeef.html", "max-age=60");
    }
}
