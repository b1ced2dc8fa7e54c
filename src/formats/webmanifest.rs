//! The web app manifest (<https://www.w3.org/TR/appmanifest/>), for a sign on a phone's home screen.

use serde::Serialize;

/// A manifest. Addresses are relative to it, so that a site works in any sub-folder.
#[derive(Clone, Hash, Debug, Serialize)]
pub struct Manifest<'a> {
    /// Full name.
    pub name: &'a str,
    /// A name of up to about six Chinese characters for below the sign.
    pub short_name: &'a str,
    /// One sentence.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub description: &'a str,
    /// Language tag.
    pub lang: &'a str,
    /// Where it opens: `./`.
    pub start_url: &'a str,
    /// How it opens: `browser`, `minimal-ui`, `standalone`.
    pub display: &'a str,
    /// Colour of the window's frame: `#B3141D`.
    pub theme_color: &'a str,
    /// Colour before the page is there.
    pub background_color: &'a str,
    /// Pictures.
    pub icons: Vec<Icon<'a>>,
}

/// A picture of the sign.
#[derive(Clone, Copy, Hash, Debug, Serialize)]
pub struct Icon<'a> {
    /// Address.
    pub src: &'a str,
    /// `192x192`, or `any` for SVG.
    pub sizes: &'a str,
    /// Media type: `image/png`.
    #[serde(rename = "type")]
    pub media_type: &'a str,
}

/// Writes a manifest as JSON.
pub fn webmanifest(manifest: &Manifest<'_>) -> String {
    format!("{:#}\n", serde_json::json!(manifest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_standard() {
        let icon = Icon { src: "favicon.svg", sizes: "any", media_type: "image/svg+xml" };
        let text = webmanifest(&Manifest {
            name: "五星“微语”",
            short_name: "微语",
            description: "",
            lang: "zh-Hans",
            start_url: "./",
            display: "browser",
            theme_color: "#B3141D",
            background_color: "#F7F5F0",
            icons: vec![icon],
        });
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["icons"][0]["type"], "image/svg+xml");
        assert_eq!(value["short_name"], "微语");
        assert!(value.get("description").is_none() && text.ends_with("}\n"));
    }
}
