//! The sizes and formats that readers get of an image.

use std::io::Cursor;

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageError, Limits,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::{CompressionType, FilterType as PngFilter, PngDecoder, PngEncoder},
        webp::WebPDecoder,
    },
    metadata::Orientation,
};

use super::{Format, Inspected, Problem, inspect::damaged, strip::stripped};

/// Widths that are offered of an image that is wider, in pixels: phones, phones with dense
/// screens and tablets, and full width on a desktop.
const WIDTHS: [u32; 3] = [480, 960, 1600];

/// No image goes out wider than this.
const WIDEST: u32 = 1920;

/// The longest side that WebP can hold (RFC 9649 §2.7: 14 bits).
const LONGEST_WEBP: u32 = 16383;

/// Memory that decoding may take: a little more than 100 megapixels in four channels.
const MEMORY: u64 = 420_000_000;

const JPEG_QUALITY: u8 = 82;
const WEBP_QUALITY: f32 = 78.0;

/// One size of an image in one format.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Variant {
    /// Width in pixels.
    pub width: u32,
    /// Format.
    pub format: VariantFormat,
}

/// The format of a variant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum VariantFormat {
    /// That of the original, for every browser.
    Same,
    /// WebP, about a third shorter.
    Webp,
}

impl Variant {
    /// The height that goes with its width.
    pub fn height(&self, inspected: &Inspected) -> u32 {
        let (width, height) = (u64::from(inspected.width.max(1)), u64::from(inspected.height));
        let scaled = (u64::from(self.width) * height + width / 2) / width;
        u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
    }

    /// The format of its bytes.
    pub fn format(&self, inspected: &Inspected) -> Format {
        match self.format {
            VariantFormat::Same => inspected.format,
            VariantFormat::Webp => Format::Webp,
        }
    }
}

/// The variants to make of an image, by width; none of what goes out as it is (GIF, whatever
/// moves) or is cleaned instead (SVG).
///
/// Each width comes in the original's format and as WebP. The widest is the original's own, at
/// most 1920, for which WebP stops at 1600. What is WebP already comes as WebP only.
pub fn variants(inspected: &Inspected) -> Vec<Variant> {
    if inspected.animated || matches!(inspected.format, Format::Gif | Format::Svg) {
        return Vec::new();
    }
    let full = inspected.width.min(WIDEST);
    let steps = WIDTHS.into_iter().filter(|width| *width < full);
    let widths: Vec<u32> = steps.chain([full]).collect();
    let both = widths
        .into_iter()
        .flat_map(|width| [VariantFormat::Same, VariantFormat::Webp].map(|format| Variant { width, format }));
    both.filter(|variant| is_wanted(variant, inspected)).collect()
}

fn is_wanted(variant: &Variant, inspected: &Inspected) -> bool {
    match (variant.format, inspected.format) {
        // The one that every browser gets; for WebP that is WebP.
        (VariantFormat::Same, _) => true,
        (VariantFormat::Webp, Format::Webp) => false,
        (VariantFormat::Webp, _) => variant.width <= 1600 && variant.height(inspected) <= LONGEST_WEBP,
    }
}

/// Makes one variant. For several of one image, decode once: [`Decoded`].
pub fn encode(bytes: &[u8], inspected: &Inspected, variant: &Variant) -> Result<Vec<u8>, Problem> {
    Decoded::new(bytes, inspected)?.encode(variant)
}

/// The pixels of an image, upright, of which variants are made.
#[derive(Debug)]
pub struct Decoded {
    inspected: Inspected,
    pixels: DynamicImage,
    /// The colour profile, if it is one for these pixels.
    profile: Option<Vec<u8>>,
    /// The original without metadata, if it is upright.
    stripped: Option<Vec<u8>>,
}

impl Decoded {
    /// Decodes an image within bounds of memory. 16 bits a channel become 8.
    pub fn new(bytes: &[u8], inspected: &Inspected) -> Result<Self, Problem> {
        let reader = Cursor::new(bytes);
        let decoded = match inspected.format {
            Format::Jpeg => Self::read(JpegDecoder::new(reader).map_err(damaged)?, inspected),
            Format::Png => Self::read(PngDecoder::with_limits(reader, limits()).map_err(damaged)?, inspected),
            Format::Webp => Self::read(WebPDecoder::new(reader).map_err(damaged)?, inspected),
            Format::Gif => Err(Problem::Unsupported("GIF")),
            Format::Svg => Err(Problem::Unsupported("SVG")),
        }?;
        let is_upright = inspected.orientation == 1;
        let stripped = is_upright.then(|| stripped(bytes, inspected.format)).flatten();
        Ok(Self { stripped, ..decoded })
    }

    fn read(mut decoder: impl ImageDecoder, inspected: &Inspected) -> Result<Self, Problem> {
        let (width, height) = decoder.dimensions();
        let failed = |error| match error {
            ImageError::Limits(_) => Problem::TooManyPixels { width, height },
            error => damaged(error),
        };
        if decoder.total_bytes() > 2 * MEMORY {
            return Err(Problem::TooManyPixels { width, height });
        }
        decoder.set_limits(limits()).map_err(failed)?;
        let profile = decoder.icc_profile().ok().flatten();
        let mut pixels = eight_bits(DynamicImage::from_decoder(decoder).map_err(failed)?);
        pixels.apply_orientation(Orientation::from_exif(inspected.orientation).unwrap_or(Orientation::NoTransforms));
        let profile = profile.filter(|profile| pixels.color().has_color() && profile.get(16..20) == Some(b"RGB "));
        Ok(Self { inspected: *inspected, pixels, profile, stripped: None })
    }

    /// Makes one variant. In its own size and format the original goes out as it is but for its
    /// metadata, if that is shorter.
    pub fn encode(&self, variant: &Variant) -> Result<Vec<u8>, Problem> {
        let encoded = self.encode_anew(variant)?;
        let is_own = variant.width == self.pixels.width() && variant.format == VariantFormat::Same;
        let own = self.stripped.as_ref().filter(|own| is_own && own.len() <= encoded.len());
        Ok(own.cloned().unwrap_or(encoded))
    }

    fn encode_anew(&self, variant: &Variant) -> Result<Vec<u8>, Problem> {
        let resized = self.resize(variant.width, variant.height(&self.inspected))?;
        let pixels = resized.as_ref().unwrap_or(&self.pixels);
        match variant.format(&self.inspected) {
            Format::Jpeg => self.jpeg(pixels),
            Format::Png => self.png(pixels),
            _ => self.webp(pixels),
        }
    }

    /// The pixels in another size, `None` if that is their size.
    fn resize(&self, width: u32, height: u32) -> Result<Option<DynamicImage>, Problem> {
        if (width, height) == (self.pixels.width(), self.pixels.height()) {
            return Ok(None);
        }
        let mut resized = DynamicImage::new(width, height, self.pixels.color());
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        Resizer::new().resize(&self.pixels, &mut resized, &options).map_err(|e| Problem::Damaged(e.to_string()))?;
        Ok(Some(resized))
    }

    fn jpeg(&self, pixels: &DynamicImage) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        self.add_profile(&mut encoder);
        match pixels {
            DynamicImage::ImageLuma8(_) => pixels.write_with_encoder(encoder),
            _ => DynamicImage::from(pixels.to_rgb8()).write_with_encoder(encoder),
        }
        .map_err(damaged)?;
        Ok(bytes)
    }

    fn png(&self, pixels: &DynamicImage) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        let mut encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
        self.add_profile(&mut encoder);
        pixels.write_with_encoder(encoder).map_err(damaged)?;
        Ok(bytes)
    }

    fn add_profile(&self, encoder: &mut impl ImageEncoder) {
        if let Some(profile) = &self.profile {
            // Without it colours are a little paler, no more.
            let _ = encoder.set_icc_profile(profile.clone());
        }
    }

    fn webp(&self, pixels: &DynamicImage) -> Result<Vec<u8>, Problem> {
        let (width, height) = (pixels.width(), pixels.height());
        if width.max(height) > LONGEST_WEBP {
            return Err(Problem::TooManyPixels { width, height });
        }
        let bytes = if pixels.color().has_alpha() {
            let pixels = pixels.to_rgba8();
            lossy(&webp::Encoder::from_rgba(&pixels, width, height))
        } else {
            let pixels = pixels.to_rgb8();
            lossy(&webp::Encoder::from_rgb(&pixels, width, height))
        }?;
        Ok(match &self.profile {
            Some(profile) => with_profile(&bytes, profile, pixels).unwrap_or(bytes),
            None => bytes,
        })
    }
}

fn lossy(encoder: &webp::Encoder<'_>) -> Result<Vec<u8>, Problem> {
    let encoded = encoder.encode_simple(false, WEBP_QUALITY);
    encoded.map(|bytes| bytes.to_vec()).map_err(|error| Problem::Damaged(format!("WebP: {error:?}")))
}

/// The flag of the extended header that says that a profile follows.
const PROFILE: u8 = 0x20;

/// Puts a colour profile into a WebP file (RFC 9649 §2.7): the extended header, the profile, then
/// the chunks that hold the picture.
fn with_profile(webp: &[u8], profile: &[u8], pixels: &DynamicImage) -> Option<Vec<u8>> {
    let chunks = webp.get(12..)?;
    let (flags, chunks) = match chunks.get(..4)? {
        b"VP8X" => (chunks.get(8).copied()?, chunks.get(18..)?),
        _ => (0, chunks),
    };
    let mut header = vec![flags | PROFILE, 0, 0, 0];
    header.extend(&(pixels.width() - 1).to_le_bytes()[..3]);
    header.extend(&(pixels.height() - 1).to_le_bytes()[..3]);
    let body = [&b"WEBP"[..], &chunk(*b"VP8X", &header)?, &chunk(*b"ICCP", profile)?, chunks].concat();
    let mut file = b"RIFF".to_vec();
    file.extend(u32::try_from(body.len()).ok()?.to_le_bytes());
    file.extend(body);
    Some(file)
}

fn chunk(name: [u8; 4], bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(bytes.len()).ok()?.to_le_bytes();
    let padding: &[u8] = if bytes.len() % 2 == 1 { &[0] } else { &[] };
    Some([&name[..], &length, bytes, padding].concat())
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(2 * MEMORY);
    limits
}

fn eight_bits(pixels: DynamicImage) -> DynamicImage {
    match pixels {
        DynamicImage::ImageLuma16(_) => pixels.to_luma8().into(),
        DynamicImage::ImageLumaA16(_) => pixels.to_luma_alpha8().into(),
        DynamicImage::ImageRgb16(_) => pixels.to_rgb8().into(),
        DynamicImage::ImageRgba16(_) => pixels.to_rgba8().into(),
        pixels => pixels,
    }
}

#[cfg(test)]
mod tests;
