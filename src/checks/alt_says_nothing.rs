//! Words of a picture that say nothing. The page: `alt_says_nothing.md`.

use super::Of;
use crate::{
    diagnostics::{Code, Diagnostic, Place},
    document::markdown::Role,
    msg,
};

/// Looks at the pictures of the text, the cover and the gallery.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let item = of.item;
    for reference in item.body.scan.references.iter().filter(|reference| reference.role == Role::Image) {
        let alt = reference.alt.as_deref().unwrap_or_default();
        problems.extend(problem(alt, &reference.raw, || Place::text(&item.path, reference.span)));
    }
    let cover = item.values.text("cover_alt");
    problems.extend(problem(cover, item.values.text("cover"), || item.place(item.values.at("cover_alt"))));
    for picture in item.values.records("gallery") {
        let (alt, src) = (picture.value.text("alt"), picture.value.text("src"));
        problems.extend(problem(alt, src, || item.place(picture.value.at("alt"))));
    }
}

fn problem(alt: &str, src: &str, place: impl Fn() -> Place) -> Option<Diagnostic> {
    says_nothing(alt.trim(), src).then(|| {
        let message =
            msg!("图片的文字说明“{alt}”没有说图上是什么", "the words `{alt}` do not say what the picture shows");
        let help = msg!(
            "用一句话写出图上有什么；海报上的时间、地点也写进正文",
            "say in one sentence what it shows; what a poster announces belongs into the text too"
        );
        Diagnostic::new(Code::AltSaysNothing, place(), message).help(help)
    })
}

/// Words that name the medium and nothing else, with or without a number.
const WORDS: [&str; 22] = [
    "海报",
    "图片",
    "照片",
    "相片",
    "图像",
    "插图",
    "配图",
    "题图",
    "封面",
    "封面图",
    "截图",
    "活动海报",
    "活动照片",
    "活动图片",
    "image",
    "img",
    "picture",
    "photo",
    "poster",
    "screenshot",
    "cover",
    "untitled",
];

fn says_nothing(alt: &str, src: &str) -> bool {
    // Nothing at all has a code of its own.
    if alt.is_empty() {
        return false;
    }
    let lower = alt.to_lowercase();
    let word = lower.trim_end_matches(|c: char| c.is_ascii_digit() || " _-（）()一二三四五六七八九十".contains(c));
    let name = src.rsplit('/').next().unwrap_or(src).to_lowercase();
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    // A name in Chinese may well be a description.
    let named = lower == name || lower == stem && stem.is_ascii();
    named || WORDS.contains(&word) || is_camera_name(&lower)
}

/// `IMG_0312`, `DSC01234.JPG`, `微信图片_20261118`, `mmexport1700000000000`.
fn is_camera_name(lower: &str) -> bool {
    let ends = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".heic"];
    if ends.iter().any(|end| lower.ends_with(end)) && !lower.contains(' ') {
        return true;
    }
    let begins = ["img", "dsc", "dscn", "dscf", "pxl", "mmexport", "wx_camera", "微信图片", "屏幕截图", "截屏"];
    begins.iter().any(|begin| {
        lower.strip_prefix(begin).is_some_and(|rest| {
            rest.chars().any(|c| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || "_- .".contains(c))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_words_of_the_medium() {
        for alt in ["海报", "海报1", "图片（2）", "Photo 3", "IMG_0312", "a.jpg", "微信图片_20261118", "autumn-path"]
        {
            assert!(says_nothing(alt, "/media/autumn-path.jpg"), "{alt}");
        }
        for alt in
            ["", "海报：重阳节10月18日14:00", "重阳糕", "图书馆照片墙", "image of a tree", "二维码：报名", "合影"]
        {
            assert!(!says_nothing(alt, "/media/重阳糕.jpg"), "{alt}");
        }
    }
}
