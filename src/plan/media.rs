//! Files that items use: pictures with their sizes, everything else as it is.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::views::{Candidate, Picture};
use crate::{
    base::{hash::Key, lang::Message, path::SitePath, slug::slug},
    catalogue::{Resolved, Target},
    diagnostics::{Code, Diagnostic, Place},
    images::{self, Format, Inspected, Variant, VariantFormat},
    msg,
    source::Files,
};

/// The files that published items use.
#[derive(Debug, Default)]
pub struct Media(BTreeMap<SitePath, Asset>);

/// A file as it is published.
#[derive(Debug, Clone)]
pub enum Asset {
    /// A photograph or drawing of pixels, in sizes.
    Picture(PictureAsset),
    /// Anything else, SVG included.
    File(FileAsset),
}

/// A picture made of pixels.
#[derive(Debug, Clone)]
pub struct PictureAsset {
    /// What is known of it.
    pub inspected: Inspected,
    /// Hash of the original.
    pub hash: Key,
    /// Length of the original in bytes.
    pub length: u64,
    /// Its variants with their addresses.
    pub variants: Vec<(Variant, String)>,
}

/// A file that goes out as it is.
#[derive(Debug, Clone)]
pub struct FileAsset {
    /// Its address.
    pub address: String,
    /// Hash of the original.
    pub hash: Key,
    /// Length in bytes.
    pub length: u64,
    /// Width and height where it is shown as a picture.
    pub size: Option<(u32, u32)>,
    /// Whether it is an SVG, which is cleaned.
    pub svg: bool,
    /// Whether it tells where it was taken.
    pub has_gps: bool,
}

const PICTURES: [&str; 12] = ["jpg", "jpeg", "png", "webp", "gif", "svg", "heic", "heif", "avif", "bmp", "tif", "tiff"];

/// Whether a file is a picture by its name.
pub fn is_picture(path: &SitePath) -> bool {
    PICTURES.contains(&path.extension().as_str())
}

impl Media {
    /// Reads the files that items use. What cannot be shown is reported once, at the file.
    pub(super) fn new(resolved: &Resolved, files: &dyn Files, problems: &mut Vec<Diagnostic>) -> Self {
        let paths: Vec<&SitePath> = resolved.media.iter().collect();
        let read: Vec<(Option<Asset>, Vec<Diagnostic>)> = paths.par_iter().map(|path| asset(path, files)).collect();
        let mut media = BTreeMap::new();
        for (path, (asset, found)) in paths.into_iter().zip(read) {
            problems.extend(found);
            media.extend(asset.map(|asset| (path.clone(), asset)));
        }
        Self(media)
    }

    /// Every file, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&SitePath, &Asset)> {
        self.0.iter()
    }

    /// A file.
    pub fn get(&self, path: &SitePath) -> Option<&Asset> {
        self.0.get(path)
    }

    /// The picture that a target means, `None` where it is none.
    pub fn picture(&self, target: &Target, alt: &str, caption: &str) -> Option<Picture> {
        let Target::Media(path) = target else { return None };
        let (alt, caption) = (alt.to_owned(), caption.to_owned());
        match self.get(path)? {
            Asset::File(file) => {
                let (width, height) = file.size?;
                Some(Picture { src: file.address.clone(), width, height, alt, caption, ..Picture::default() })
            }
            Asset::Picture(picture) => {
                let of = |webp: bool| {
                    let wanted = move |(variant, _): &&(Variant, String)| {
                        (variant.format == VariantFormat::Webp && picture.inspected.format != Format::Webp) == webp
                    };
                    picture.variants.iter().filter(wanted)
                };
                let candidates = |webp: bool| {
                    of(webp)
                        .map(|(variant, src)| Candidate { src: src.clone(), width: variant.width })
                        .collect::<Vec<_>>()
                };
                // The middle size is what a browser without `srcset` loads.
                let plain: Vec<&(Variant, String)> = of(false).collect();
                let (variant, src) = plain.iter().find(|(v, _)| v.width >= 960).or(plain.last())?;
                Some(Picture {
                    src: src.clone(),
                    sources: candidates(false),
                    webp: candidates(true),
                    width: variant.width,
                    height: variant.height(&picture.inspected),
                    alt,
                    caption,
                })
            }
        }
    }
}

fn asset(path: &SitePath, files: &dyn Files) -> (Option<Asset>, Vec<Diagnostic>) {
    let bytes = match files.read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = msg!("读不了这个文件：{error}", "the file cannot be read: {error}");
            return (None, vec![Diagnostic::new(Code::Unreadable, Place::File(path.clone()), message)]);
        }
    };
    let hash = Key::of_bytes(&bytes);
    let length = bytes.len() as u64;
    let stem = path.file_name().rsplit_once('.').map_or(path.file_name(), |(stem, _)| stem);
    let name = format!("media/{}.{}", slug(stem), hash.short(8));
    let plain = |size, svg, has_gps| {
        let extension: String = path.extension().chars().filter(char::is_ascii_alphanumeric).collect();
        let address = if extension.is_empty() { name.clone() } else { format!("{name}.{extension}") };
        Asset::File(FileAsset { address, hash, length, size, svg, has_gps })
    };
    if !is_picture(path) {
        return (Some(plain(None, false, false)), vec![]);
    }
    let inspected = match images::inspect(&bytes) {
        Ok(inspected) => inspected,
        Err(problem) => return (None, vec![picture_problem(path, &problem)]),
    };
    let size = Some((inspected.width, inspected.height));
    if inspected.format == Format::Svg {
        return match images::clean_svg(&bytes) {
            Ok((_, removed)) if removed.is_empty() => (Some(plain(size, true, false)), vec![]),
            Ok((_, removed)) => {
                let removed = removed.join(", ");
                let message = msg!(
                    "{path} 里有不能发布的内容，已去掉：{removed}",
                    "{path} had parts that cannot be published, left out: {removed}"
                );
                (
                    Some(plain(size, true, false)),
                    vec![Diagnostic::new(Code::SvgCleaned, Place::File(path.clone()), message)],
                )
            }
            Err(problem) => (None, vec![picture_problem(path, &problem)]),
        };
    }
    let variants = images::variants(&inspected);
    if variants.is_empty() {
        return (Some(plain(size, false, inspected.has_gps)), vec![]);
    }
    let variants = variants.into_iter().map(|variant| {
        let address = format!("{name}-{}.{}", variant.width, variant.format(&inspected).extension());
        (variant, address)
    });
    (Some(Asset::Picture(PictureAsset { inspected, hash, length, variants: variants.collect() })), vec![])
}

fn picture_problem(path: &SitePath, problem: &images::Problem) -> Diagnostic {
    let fact = problem.message();
    let (zh, en) = (format!("{path}：{}", fact.zh), format!("{path} {}", fact.en));
    Diagnostic::new(problem.code(), Place::File(path.clone()), Message { zh, en }).help(problem.help())
}

/// `1.2 MB`, `340 KB`, for readers.
pub(super) fn human_size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

/// The media type of a file that plays, by its extension.
pub(super) fn media_type(extension: &str) -> &'static str {
    match extension {
        "mp3" => "audio/mpeg",
        "m4a" | "aac" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "mp4" | "m4v" => "video/mp4",
        "webm" => "video/webm",
        _ => "application/octet-stream",
    }
}
