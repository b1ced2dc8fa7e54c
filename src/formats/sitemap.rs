//! Site maps (<https://www.sitemaps.org/protocol.html>), with alternates by language.

use super::xml::Xml;

/// Addresses in one file; the protocol allows 50,000.
const ADDRESSES: usize = 45_000;
/// Bytes in one file, with room for the last address; the protocol allows 50 MiB.
const BYTES: usize = 45 << 20;
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// A page in the site map.
#[derive(Clone, Hash, Debug, Default)]
pub struct Page<'a> {
    /// Full address.
    pub loc: &'a str,
    /// Day or moment of the last change, as W3C datetime: `2026-11-21`.
    pub lastmod: Option<&'a str>,
    /// Language tag and full address of every edition of the page, itself included; empty where
    /// there is one only.
    pub alternates: Vec<(&'a str, &'a str)>,
}

/// The most bytes that a page takes whose full address has `length` bytes, with so many editions of
/// other languages, whose addresses may be as long and a language's name longer.
pub fn most_bytes(length: usize, editions: usize) -> usize {
    // A sign may be written as `&quot;`.
    (6 * length + 200) * (1 + editions)
}

/// Whether so many pages that take at most so many bytes stand in one file.
pub fn fits_one_file(pages: usize, bytes: usize) -> bool {
    pages <= ADDRESSES && bytes <= BYTES
}

/// Writes the site map of pages, in their order: `sitemap.xml`, or, past 45,000 pages,
/// `sitemap-1.xml` and so on with `sitemap.xml` as their index. `base_url` ends in `/`; the files
/// lie there.
pub fn sitemap(pages: &[Page<'_>], base_url: &str) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut rest = pages;
    loop {
        let (file, taken) = write_pages(rest);
        files.push((file, latest(&rest[..taken])));
        rest = &rest[taken..];
        if rest.is_empty() {
            break;
        }
    }
    if let [(file, _)] = files.as_mut_slice() {
        return vec![("sitemap.xml".into(), std::mem::take(file).into_bytes())];
    }
    let names: Vec<String> = (1..=files.len()).map(|n| format!("sitemap-{n}.xml")).collect();
    let index = write_index(base_url, names.iter().zip(files.iter().map(|file| file.1)));
    let parts = names.into_iter().zip(files.into_iter().map(|(file, _)| file.into_bytes()));
    std::iter::once(("sitemap.xml".into(), index.into_bytes())).chain(parts).collect()
}

/// As many of the pages as one file holds, and their number.
fn write_pages(pages: &[Page<'_>]) -> (String, usize) {
    let mut xml = Xml::new();
    xml.open("urlset", &[("xmlns", NAMESPACE), ("xmlns:xhtml", "http://www.w3.org/1999/xhtml")]);
    let mut taken = 0;
    for page in pages.iter().take(ADDRESSES) {
        xml.open("url", &[]);
        xml.text("loc", &[], page.loc);
        if let Some(lastmod) = page.lastmod {
            xml.text("lastmod", &[], lastmod);
        }
        for (lang, loc) in &page.alternates {
            xml.empty("xhtml:link", &[("rel", "alternate"), ("hreflang", lang), ("href", loc)]);
        }
        xml.close("url");
        taken += 1;
        if xml.len() > BYTES {
            break;
        }
    }
    xml.close("urlset");
    (xml.finish(), taken)
}

fn write_index<'a>(base_url: &str, files: impl Iterator<Item = (&'a String, Option<&'a str>)>) -> String {
    let mut xml = Xml::new();
    xml.open("sitemapindex", &[("xmlns", NAMESPACE)]);
    for (name, lastmod) in files {
        xml.open("sitemap", &[]);
        xml.text("loc", &[], &format!("{base_url}{name}"));
        if let Some(lastmod) = lastmod {
            xml.text("lastmod", &[], lastmod);
        }
        xml.close("sitemap");
    }
    xml.close("sitemapindex");
    xml.finish()
}

/// The latest change: moments of one form and offset sort as text.
fn latest<'a>(pages: &[Page<'a>]) -> Option<&'a str> {
    pages.iter().filter_map(|page| page.lastmod).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::xml::parse_back;

    #[test]
    fn one_file_with_alternates() {
        let pages = [
            Page {
                loc: "https://x.org/?a=1&b=<2>",
                lastmod: Some("2026-11-21"),
                alternates: vec![("zh-Hans", "https://x.org/"), ("en", "https://x.org/en/")],
            },
            Page { loc: "https://x.org/b/", ..Page::default() },
        ];
        let files = sitemap(&pages, "https://x.org/");
        assert_eq!(files.len(), 1);
        let found = parse_back(std::str::from_utf8(&files[0].1).unwrap());
        let at = |path: &str| found.iter().filter(|(p, _)| p == path).map(|(_, v)| v.as_str()).collect::<Vec<_>>();
        assert_eq!(at("urlset/url/loc"), ["https://x.org/?a=1&b=<2>", "https://x.org/b/"]);
        assert_eq!(at("urlset/url/lastmod"), ["2026-11-21"]);
        assert_eq!(at("urlset/url/xhtml:link@hreflang"), ["zh-Hans", "en"]);
    }

    #[test]
    fn many_pages_get_an_index() {
        let addresses: Vec<String> = (0..45_001).map(|n| format!("https://x.org/{n}/")).collect();
        let page = |loc| Page { loc, lastmod: Some("2026-11-21"), alternates: vec![] };
        let pages: Vec<Page<'_>> = addresses.iter().map(|address| page(address.as_str())).collect();
        let files = sitemap(&pages, "https://x.org/");
        let names: Vec<&str> = files.iter().map(|file| file.0.as_str()).collect();
        assert_eq!(names, ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml"]);
        let index = String::from_utf8(files[0].1.clone()).unwrap();
        assert!(index.contains("<loc>https://x.org/sitemap-2.xml</loc>\n    <lastmod>2026-11-21</lastmod>"), "{index}");
        assert_eq!(String::from_utf8(files[2].1.clone()).unwrap().matches("<loc>").count(), 1);
    }

    #[test]
    fn what_surely_fits_is_told_before() {
        let address = format!("https://x.org/{}", "&".repeat(500));
        let other = format!("https://x.org/en/{}", "&".repeat(500));
        let page = || Page {
            loc: &address,
            lastmod: Some("2026-11-21"),
            alternates: vec![("zh-Hans", &address), ("en", &other)],
        };
        let most = most_bytes(other.len(), 2);
        let pages: Vec<Page<'_>> = (0..40).map(|_| page()).collect();
        assert!(sitemap(&pages, "https://x.org/")[0].1.len() <= 40 * most);
        assert!(fits_one_file(ADDRESSES, BYTES) && !fits_one_file(ADDRESSES + 1, 0) && !fits_one_file(1, BYTES + 1));
    }

    #[test]
    fn an_empty_site_has_an_empty_map() {
        assert_eq!(sitemap(&[], "https://x.org/").len(), 1);
    }
}
