//! Photographs that tell where they were taken. The page: `photo_location.md`.

use crate::{
    diagnostics::{Code, Diagnostic, Place},
    msg,
    plan::{Asset, Plan},
};

/// Looks at the pictures that items use.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    for (path, asset) in plan.media.iter() {
        let message = match asset {
            Asset::Picture(picture) if picture.inspected.has_gps => msg!(
                "照片里带有拍摄地点；发布的图里没有，仓库里的原件有",
                "the photograph tells where it was taken; not in the sizes for readers, but in the repository"
            ),
            Asset::File(file) if file.has_gps => msg!(
                "图片里带有拍摄地点，会原样发布出去",
                "the picture tells where it was taken, and goes out as it is"
            ),
            _ => continue,
        };
        let help = msg!(
            "去掉位置信息再上传；技术同事可以运行：exiftool -gps:all= {path}",
            "upload it again without its location; a technical colleague runs: exiftool -gps:all= {path}"
        );
        problems.push(Diagnostic::new(Code::PhotoLocation, Place::File(path.clone()), message).help(help));
    }
}
