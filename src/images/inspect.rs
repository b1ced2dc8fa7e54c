//! What a file is, from its first bytes and headers; no pixel is decoded.

use std::io::Cursor;

use image::{
    ImageDecoder,
    codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};

use super::{Problem, svg};

/// A format that pages can show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "each is its own name")]
pub enum Format {
    Jpeg,
    Png,
    Webp,
    Gif,
    Svg,
}

impl Format {
    /// The file name extension of outputs in this format.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Svg => "svg",
        }
    }
}

/// What is known of an image without decoding it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Inspected {
    /// Its format, whatever its name says.
    pub format: Format,
    /// Width in pixels as readers see it, turned upright.
    pub width: u32,
    /// Height in pixels as readers see it, turned upright.
    pub height: u32,
    /// EXIF orientation, 1 to 8; 1 is upright.
    pub orientation: u8,
    /// Whether the file tells where it was taken.
    pub has_gps: bool,
    /// Whether it moves: it then goes out as it is.
    pub animated: bool,
}

/// Tells what a file is and how large, or what is wrong with it.
///
/// ```
/// use pbsite::images::{inspect, Format, Problem};
/// let seen = inspect(br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"/>"#).unwrap();
/// assert_eq!((seen.format, seen.width, seen.height), (Format::Svg, 40, 20));
/// assert_eq!(inspect(b""), Err(Problem::Empty));
/// ```
pub fn inspect(bytes: &[u8]) -> Result<Inspected, Problem> {
    let inspected = match recognize(bytes)? {
        Format::Jpeg => jpeg(bytes),
        Format::Png => png(bytes),
        Format::Webp => webp(bytes),
        Format::Gif => gif(bytes),
        Format::Svg => svg::size(bytes).map(|size| still(Format::Svg, size)),
    }?;
    if u64::from(inspected.width) * u64::from(inspected.height) > Problem::MOST_PIXELS
        && inspected.format != Format::Svg
    {
        return Err(Problem::TooManyPixels { width: inspected.width, height: inspected.height });
    }
    if inspected.width == 0 || inspected.height == 0 {
        return Err(Problem::Damaged("0 px".into()));
    }
    Ok(inspected)
}

fn recognize(bytes: &[u8]) -> Result<Format, Problem> {
    match bytes {
        [] => Err(Problem::Empty),
        [0xff, 0xd8, 0xff, ..] => Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Ok(Format::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Format::Webp),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Ok(Format::Gif),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Err(iso_media(bytes)),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Err(Problem::Unsupported("TIFF")),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Err(Problem::Unsupported("BMP")),
        [b'8', b'B', b'P', b'S', ..] => Err(Problem::Unsupported("PSD")),
        [b'%', b'P', b'D', b'F', ..] => Err(Problem::Unsupported("PDF")),
        [0xff, 0x0a, ..] | [0, 0, 0, 0x0c, b'J', b'X', b'L', b' ', ..] => Err(Problem::Unsupported("JPEG XL")),
        [b'P', b'K', 3, 4, ..] => Err(Problem::Unsupported("ZIP")),
        _ if bytes.starts_with(b"version https://git-lfs.github.com/spec/") => Err(Problem::LfsPointer),
        _ => text(bytes),
    }
}

/// Formats in the ISO base media container, by their brands (ISO/IEC 23008-12 Annex B).
fn iso_media(bytes: &[u8]) -> Problem {
    let length = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
    let brands = &bytes[8..length.clamp(8, bytes.len().min(256))];
    let has = |names: &[&[u8]]| brands.chunks_exact(4).any(|brand| names.contains(&brand));
    match () {
        () if has(&[b"avif", b"avis"]) => Problem::Avif,
        () if has(&[b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"]) => Problem::Heic,
        () => Problem::Unsupported("MP4"),
    }
}

fn text(bytes: &[u8]) -> Result<Format, Problem> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    match () {
        () if start.starts_with("<!doctype html") || start.starts_with("<html") => Err(Problem::Unsupported("HTML")),
        () if start.starts_with('<') && svg::may_be(start) => Ok(Format::Svg),
        () => Err(Problem::Unknown),
    }
}

fn jpeg(bytes: &[u8]) -> Result<Inspected, Problem> {
    let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    if !jpeg_is_complete(bytes) {
        return Err(cut_short());
    }
    Ok(with_exif(Format::Jpeg, decoder))
}

fn png(bytes: &[u8]) -> Result<Inspected, Problem> {
    let decoder = PngDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    if !bytes.windows(4).rev().any(|name| name == b"IEND") {
        return Err(cut_short());
    }
    let animated = decoder.is_apng().unwrap_or(false);
    Ok(Inspected { animated, ..with_exif(Format::Png, decoder) })
}

fn webp(bytes: &[u8]) -> Result<Inspected, Problem> {
    let declared = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
    if bytes.len() < declared.saturating_add(8) {
        return Err(cut_short());
    }
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let animated = decoder.has_animation();
    Ok(Inspected { animated, ..with_exif(Format::Webp, decoder) })
}

/// GIF89a section 18: width and height follow the signature. More than one image descriptor after
/// a graphic control, or a NETSCAPE loop, means that it moves; it goes out as it is either way.
fn gif(bytes: &[u8]) -> Result<Inspected, Problem> {
    let [_, _, _, _, _, _, w0, w1, h0, h1, _, _, _, ..] = *bytes else { return Err(cut_short()) };
    let size = (u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into());
    let controls = bytes.windows(3).filter(|window| *window == [0x21, 0xf9, 0x04]).take(2).count();
    Ok(Inspected { animated: controls > 1, ..still(Format::Gif, size) })
}

fn with_exif(format: Format, mut decoder: impl ImageDecoder) -> Inspected {
    let exif = decoder.exif_metadata().ok().flatten().unwrap_or_default();
    let orientation = Orientation::from_exif_chunk(&exif).unwrap_or(Orientation::NoTransforms).to_exif();
    let (width, height) = decoder.dimensions();
    let size = if orientation >= 5 { (height, width) } else { (width, height) };
    Inspected { orientation, has_gps: has_gps(&exif), ..still(format, size) }
}

fn still(format: Format, (width, height): (u32, u32)) -> Inspected {
    Inspected { format, width, height, orientation: 1, has_gps: false, animated: false }
}

/// Whether the first directory of an EXIF block points at a GPS directory (tag 0x8825).
fn has_gps(exif: &[u8]) -> bool {
    gps_pointer(exif).is_some()
}

fn gps_pointer(exif: &[u8]) -> Option<()> {
    let big = exif.starts_with(b"MM");
    let pair = |at: usize| -> Option<u16> {
        let bytes = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let word = |at: usize| -> Option<u32> {
        let bytes = exif.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    };
    let directory = word(4)? as usize;
    let count = usize::from(pair(directory)?);
    (0..count).find(|entry| pair(directory + 2 + entry * 12) == Some(0x8825)).map(|_| ())
}

/// Whether the end-of-image marker follows the first scan. In the scans themselves 0xFF is always
/// followed by 0 or a restart marker (ITU T.81 B.1.1.5), so it is no accident.
fn jpeg_is_complete(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some([0xff, marker, high, low]) = bytes.get(at..at + 4) {
        if *marker == 0xda {
            return bytes[at..].windows(2).any(|pair| pair == [0xff, 0xd9]);
        }
        at += match marker {
            0xff => 1,
            0x01 | 0xd0..=0xd8 => 2,
            _ => 2 + usize::from(u16::from_be_bytes([*high, *low])),
        };
    }
    // Bytes between segments: left to the decoder.
    bytes.windows(2).any(|pair| pair == [0xff, 0xd9])
}

fn cut_short() -> Problem {
    Problem::Damaged("unexpected end of file".into())
}

pub(super) fn damaged(error: image::ImageError) -> Problem {
    Problem::Damaged(error.to_string())
}

#[cfg(test)]
pub(super) mod tests;
