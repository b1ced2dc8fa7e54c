//! What is wrong with an image file, and what an editor does about it.

use std::fmt;

use crate::{base::lang::Message, diagnostics::Code, msg};

/// Why a file cannot be shown as an image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Problem {
    /// An iPhone photo that most browsers cannot show.
    Heic,
    /// AVIF, which this program cannot make smaller.
    Avif,
    /// A format that is known but not for the web, by its name.
    Unsupported(&'static str),
    /// The note that git-lfs puts in the place of a file that was not fetched.
    LfsPointer,
    /// No bytes.
    Empty,
    /// No image that this program knows.
    Unknown,
    /// Cut short or broken, with what the decoder says.
    Damaged(String),
    /// More pixels than a page can need; perhaps a decompression bomb.
    TooManyPixels {
        /// Declared width.
        width: u32,
        /// Declared height.
        height: u32,
    },
    /// An SVG file that is longer than [`Problem::LONGEST_SVG`].
    SvgTooLarge {
        /// Its length in bytes.
        bytes: usize,
    },
    /// An SVG file that is not UTF-8, or leans on a DTD.
    SvgForm(String),
}

impl Problem {
    /// The most pixels that an image may have: 100 megapixels.
    pub const MOST_PIXELS: u64 = 100_000_000;

    /// The longest SVG file, in bytes: 4 MB.
    pub const LONGEST_SVG: usize = 4_000_000;

    /// Its code.
    pub fn code(&self) -> Code {
        match self {
            Self::Heic | Self::Avif | Self::Unsupported(_) | Self::Unknown => Code::ImageFormat,
            Self::LfsPointer => Code::LfsPointer,
            Self::Empty | Self::Damaged(_) | Self::SvgForm(_) => Code::ImageUnreadable,
            Self::TooManyPixels { .. } | Self::SvgTooLarge { .. } => Code::ImageTooLarge,
        }
    }

    /// The fact, to stand after the file's name.
    pub fn message(&self) -> Message {
        match self {
            Self::Heic => msg!(
                "图片是 HEIC 格式（苹果手机照片），多数浏览器无法显示",
                "the image is HEIC (an iPhone photo), which most browsers cannot show"
            ),
            Self::Avif => {
                msg!("图片是 AVIF 格式，本程序无法缩放", "the image is AVIF, which this program cannot resize")
            }
            Self::Unsupported(name) => {
                msg!("这是 {name} 文件，不是网页图片", "this is a {name} file, not an image for the web")
            }
            Self::LfsPointer => msg!(
                "图片内容没有取下来，这里只有 Git LFS 指针",
                "the image was not fetched: this is a Git LFS pointer"
            ),
            Self::Empty => msg!("图片文件是空的（0 字节）", "the image file is empty (0 bytes)"),
            Self::Unknown => msg!("无法识别的图片格式", "not an image format that this program knows"),
            Self::Damaged(why) => msg!("图片已损坏或不完整（{why}）", "the image is damaged or cut short ({why})"),
            Self::TooManyPixels { width, height } => {
                msg!(
                    "图片过大：{width}×{height} 像素，超过一亿像素",
                    "the image is too large: {width} by {height} pixels, more than 100 megapixels"
                )
            }
            Self::SvgTooLarge { bytes } => {
                let (size, most) = (megabytes(*bytes), megabytes(Self::LONGEST_SVG));
                msg!(
                    "SVG 文件过大：{size} MB，上限 {most} MB",
                    "the SVG file is too large: {size} MB, at most {most} MB"
                )
            }
            Self::SvgForm(why) => msg!("SVG 文件无法安全使用（{why}）", "the SVG file cannot be used safely ({why})"),
        }
    }

    /// What to do.
    pub fn help(&self) -> Message {
        match self {
            Self::Heic => msg!(
                "在手机“设置 → 相机 → 格式”选“兼容性最佳”，或把照片另存为 JPEG 再上传",
                "choose Settings, Camera, Formats, Most Compatible on the phone, or save the photo as JPEG"
            ),
            Self::Avif | Self::Unsupported(_) | Self::Unknown => {
                msg!("请另存为 JPEG、PNG、WebP、GIF 或 SVG", "save it as JPEG, PNG, WebP, GIF or SVG")
            }
            Self::LfsPointer => msg!(
                "运行 git lfs pull 后重新构建；CI 里请打开 LFS 选项",
                "run `git lfs pull` and build again; in CI switch LFS on"
            ),
            Self::Empty | Self::Damaged(_) => msg!("请重新上传原图", "upload the original again"),
            Self::TooManyPixels { .. } => msg!("请缩小到宽 4000 像素以内再上传", "make it at most 4000 pixels wide"),
            Self::SvgTooLarge { .. } => {
                msg!("请改用 PNG，或在绘图软件中简化图形", "use PNG instead, or simplify the drawing")
            }
            Self::SvgForm(_) => msg!(
                "请在绘图软件中另存为“普通 SVG”（UTF-8，不带 DTD）",
                "save it as plain SVG (UTF-8, without a DTD) from the drawing program"
            ),
        }
    }
}

fn megabytes(bytes: usize) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().en)
    }
}

impl std::error::Error for Problem {}
