//! Every code that the program can print, with its level and its page of documentation.

use super::Severity;
use crate::base::lang::Tongue;

/// The documentation of a code, in one language: what, why, example, fix.
#[derive(Clone, Copy, Debug)]
pub struct Documentation {
    /// One line.
    pub title: &'static str,
    /// What the program saw.
    pub what: &'static str,
    /// Why it matters to a reader.
    pub why: &'static str,
    /// What it looks like.
    pub example: &'static str,
    /// What to write instead.
    pub fix: &'static str,
}
macro_rules! codes {
    ($($name:ident $number:literal $level:ident { zh: $zh:expr, en: $en:expr $(,)? })*) => {
        /// A kind of problem. Its number never changes meaning.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Code { $(#[doc = $number] $name,)* }

        impl Code {
            /// Every code, by number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// `PB0203`.
            pub fn number(self) -> &'static str {
                match self { $(Self::$name => $number),* }
            }

            /// How bad it is unless the site says otherwise.
            pub fn level(self) -> Severity {
                match self { $(Self::$name => Severity::$level),* }
            }

            /// Its page of documentation.
            pub fn documentation(self, tongue: Tongue) -> Documentation {
                match (self, tongue) { $((Self::$name, Tongue::Zh) => $zh, (Self::$name, Tongue::En) => $en),* }
            }
        }
    };
}

macro_rules! doc {
    ($title:literal, $what:literal, $why:literal, $example:literal, $fix:literal) => {
        Documentation { title: $title, what: $what, why: $why, example: $example, fix: $fix }
    };
}

impl Code {
    /// Finds a code by its number, in either case: `PB0203`, `pb0203`.
    pub fn find(number: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.number().eq_ignore_ascii_case(number))
    }
}

// Numbers: 01 files and front matter as text, 02 fields and values, 03 identities and references,
// 04 body text, 05 images and media, 06 configuration, 07 theme, 08 output.
codes! {
    FenceMissing "PB0101" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    FenceOpen "PB0102" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    FullWidthColon "PB0103" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    YamlSyntax "PB0104" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    Indentation "PB0105" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    DuplicateKey "PB0106" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    NotAMapping "PB0107" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    Encoding "PB0108" Warning { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    Unreadable "PB0109" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    FileName "PB0110" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    FileTooLarge "PB0111" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    UnknownPlace "PB0112" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    UnknownKey "PB0201" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    WrongType "PB0202" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    BadDate "PB0203" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    MissingField "PB0204" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    UnknownChoice "PB0205" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    DateOrder "PB0206" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    BadAddress "PB0207" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    EmptyValue "PB0208" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    BadTime "PB0209" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    FullWidthSeparator "PB0210" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    BadId "PB0301" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    DuplicateId "PB0302" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    DuplicateAddress "PB0303" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    DeadReference "PB0304" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    DeadLink "PB0305" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    DeadAnchor "PB0306" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ForbiddenScheme "PB0307" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    DuplicateNumber "PB0308" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    UnpublishedTarget "PB0309" Warning { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ShortcodeUnknown "PB0401" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ShortcodeAttribute "PB0402" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ShortcodeUnclosed "PB0403" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    HtmlCleaned "PB0404" Warning { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    LiteralEmphasis "PB0405" Warning { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    NestingTooDeep "PB0406" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    DuplicateHeadingId "PB0407" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ImageMissing "PB0501" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ImageUnreadable "PB0502" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ImageFormat "PB0503" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ImageTooLarge "PB0504" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    LfsPointer "PB0505" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    SvgCleaned "PB0506" Warning { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    FileMissing "PB0507" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    MissingAlt "PB0508" Warning { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    SiteFileMissing "PB0601" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    Requires "PB0602" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    BadSetting "PB0603" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ThemeMissing "PB0701" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    TemplateSyntax "PB0702" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    TemplateFailed "PB0703" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    ThemeSetting "PB0704" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
    SourceChanged "PB0801" Error { zh: doc!("", "", "", "", ""), en: doc!("", "", "", "", "") }
}
