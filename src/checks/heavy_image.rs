//! Pictures that weigh too much. The page: `heavy_image.md`.

use crate::{
    diagnostics::{Code, Diagnostic, Place},
    msg,
    plan::{Asset, Plan, is_picture},
};

/// The most bytes of an original of which readers get smaller sizes.
const ORIGINAL: u64 = 10_000_000;

/// The most bytes of a picture that readers get as it is.
const AS_IT_IS: u64 = 1_000_000;

/// Looks at the pictures that items use.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    for (path, asset) in plan.media.iter().filter(|(path, _)| is_picture(path)) {
        let (length, most) = match asset {
            Asset::Picture(picture) => (picture.length, ORIGINAL),
            Asset::File(file) => (file.length, AS_IT_IS),
        };
        if length > most {
            let (size, most) = (megabytes(length), most / 1_000_000);
            problems.push(
                Diagnostic::new(
                    Code::HeavyImage,
                    Place::File(path.clone()),
                    msg!("图片有 {size} MB，最好不超过 {most} MB", "the picture has {size} MB, {most} MB are enough"),
                )
                .help(match asset {
                    Asset::Picture(_) => {
                        msg!("缩小到长边 2400 像素再上传", "make its long side 2400 pixels and upload it again")
                    }
                    Asset::File(_) => msg!(
                        "动图改成视频，图画简化以后再导出",
                        "make a film of an animation; simplify a drawing and export it again"
                    ),
                }),
            );
        }
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}
