//! `robots.txt` (RFC 9309).

/// What crawlers may read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Crawling<'a> {
    /// All but paths that begin with one of these.
    AllBut(&'a [&'a str]),
    /// Nothing: a preview, a rehearsal.
    Nothing,
}

/// Writes `robots.txt`, with the full addresses of site maps.
///
/// ```
/// use pbsite::formats::robots::{Crawling, robots};
/// let text = robots(Crawling::AllBut(&["/search/"]), &["https://x.org/sitemap.xml"]);
/// assert_eq!(text, "User-agent: *\nDisallow: /search/\n\nSitemap: https://x.org/sitemap.xml\n");
/// assert_eq!(robots(Crawling::Nothing, &[]), "User-agent: *\nDisallow: /\n");
/// ```
pub fn robots(crawling: Crawling<'_>, sitemaps: &[&str]) -> String {
    let disallowed: &[&str] = match crawling {
        Crawling::AllBut([]) => &[""],
        Crawling::AllBut(paths) => paths,
        Crawling::Nothing => &["/"],
    };
    let mut text = String::from("User-agent: *\n");
    for path in disallowed {
        text.push_str(format!("Disallow: {}", plain(path)).trim_end());
        text.push('\n');
    }
    for (i, address) in sitemaps.iter().enumerate() {
        text.push_str(if i == 0 { "\nSitemap: " } else { "Sitemap: " });
        text.push_str(&plain(address));
        text.push('\n');
    }
    text
}

/// A value cannot end its line.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_on_its_line() {
        assert_eq!(robots(Crawling::AllBut(&["/a\nAllow: /"]), &[]), "User-agent: *\nDisallow: /aAllow: /\n");
        assert_eq!(robots(Crawling::AllBut(&[]), &["a", "b"]), "User-agent: *\nDisallow:\n\nSitemap: a\nSitemap: b\n");
    }
}
