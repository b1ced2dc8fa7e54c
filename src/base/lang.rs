//! Languages of outputs and of messages.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The language of an output, as a BCP 47 tag: `zh-Hans`, `zh-Hant`, `en`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Lang(std::sync::Arc<str>);

impl Lang {
    /// Takes a tag as a site writes it; `zh` and `zh-CN` mean `zh-Hans`, `zh-TW` and `zh-HK`
    /// mean `zh-Hant`. `None` for what is no language tag.
    pub fn new(tag: &str) -> Option<Self> {
        let plain = tag.len() <= 20
            && tag.split('-').enumerate().all(|(i, part)| {
                part.chars().all(|c| c.is_ascii_alphabetic() || i > 0 && c.is_ascii_digit())
                    && (if i == 0 { 2..=3 } else { 2..=8 }).contains(&part.len())
            });
        let tag = match tag.to_ascii_lowercase().as_str() {
            "zh" | "zh-cn" | "zh-sg" | "zh-hans" => "zh-Hans",
            "zh-tw" | "zh-hk" | "zh-mo" | "zh-hant" => "zh-Hant",
            _ => tag,
        };
        plain.then(|| Self(tag.into()))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language that the program's own words take for this output.
    pub fn tongue(&self) -> Tongue {
        if self.0.starts_with("zh") { Tongue::Zh } else { Tongue::En }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A language that the program itself speaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Tongue {
    /// Chinese, Simplified.
    #[default]
    Zh,
    /// English.
    En,
}

/// A text of the program in every language that it speaks. Made by [`msg!`](crate::msg).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Message {
    /// The text in one language.
    pub fn text(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::Zh => &self.zh,
            Tongue::En => &self.en,
        }
    }
}

/// Makes a [`Message`] from a Chinese and an English format string; variables are captured.
///
/// ```
/// let id = "houtan";
/// assert_eq!(pbsite::msg!("没有 {id}", "there is no {id}").zh, "没有 houtan");
/// ```
#[macro_export]
macro_rules! msg {
    ($zh:literal, $en:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::base::lang::Message { zh: format!($zh $(, $name = $value)*), en: format!($en $(, $name = $value)*) }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_normalized() {
        assert_eq!(Lang::new("zh-CN").unwrap().as_str(), "zh-Hans");
        assert_eq!(Lang::new("en").unwrap().tongue(), Tongue::En);
        assert_eq!(Lang::new("中文"), None);
        assert_eq!(Lang::new("../x"), None);
    }
}
