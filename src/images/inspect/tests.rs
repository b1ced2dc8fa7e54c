use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use proptest::prelude::*;

use super::*;

pub(in crate::images) fn encoded(pixels: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Left half red, right half blue, a white row on top: every turn of it looks different.
pub(in crate::images) fn flag(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| match () {
        () if y < height / 4 => Rgb([255, 255, 255]),
        () if x < width / 2 => Rgb([255, 0, 0]),
        () => Rgb([0, 0, 255]),
    })
    .into()
}

/// An EXIF block with an orientation and, if wanted, a pointer at a GPS directory.
fn exif(orientation: u8, gps: bool, big: bool) -> Vec<u8> {
    let pair = |n: u16| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let word = |n: u32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut block = if big { b"MM".to_vec() } else { b"II".to_vec() };
    block.extend(pair(42));
    block.extend(word(8));
    block.extend(pair(1 + u16::from(gps)));
    block.extend([pair(0x0112), pair(3)].concat());
    block.extend([word(1).to_vec(), pair(orientation.into()).to_vec(), vec![0, 0]].concat());
    if gps {
        block.extend([pair(0x8825), pair(4)].concat());
        block.extend([word(1), word(60)].concat());
    }
    block.extend(word(0));
    block
}

/// A JPEG file with an EXIF segment put in by hand.
pub(in crate::images) fn jpeg_with_exif(pixels: &DynamicImage, orientation: u8, gps: bool, big: bool) -> Vec<u8> {
    let plain = encoded(pixels, ImageFormat::Jpeg);
    let block = [b"Exif\0\0".to_vec(), exif(orientation, gps, big)].concat();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    [&plain[..2], &[0xff, 0xe1], &length, &block, &plain[2..]].concat()
}

/// The least PNG file that declares a size.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn formats_by_content() {
    for (format, expect) in
        [(ImageFormat::Jpeg, Format::Jpeg), (ImageFormat::Png, Format::Png), (ImageFormat::WebP, Format::Webp)]
    {
        assert_eq!(inspect(&encoded(&flag(30, 20), format)), Ok(still(expect, (30, 20))));
    }
    let gif = b"GIF89a\x1e\0\x14\0\x80\0\0;";
    assert_eq!(inspect(gif), Ok(still(Format::Gif, (30, 20))));
    let moving = [&gif[..13], b"\x21\xf9\x04\0\0\0\0\0\x21\xf9\x04\0\0\0\0\0;"].concat();
    assert!(inspect(&moving).unwrap().animated);
    assert_eq!(inspect(b" \n<svg width='30' height='20'/>"), Ok(still(Format::Svg, (30, 20))));
}

#[test]
fn what_is_no_image_is_named() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    let avif = b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf";
    for (bytes, expect) in [
        (&b""[..], Problem::Empty),
        (heic, Problem::Heic),
        (avif, Problem::Avif),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1", Problem::Avif),
        (b"\0\0\0\x18ftypisom\0\0\0\0mp42avc1", Problem::Unsupported("MP4")),
        (b"\xff\xff\xff\xffftyp", Problem::Unsupported("MP4")),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", Problem::LfsPointer),
        (b"<!DOCTYPE html><svg/>", Problem::Unsupported("HTML")),
        (b"%PDF-1.7", Problem::Unsupported("PDF")),
        (b"hello", Problem::Unknown),
        (b"<p>hello</p>", Problem::Unknown),
    ] {
        let problem = inspect(bytes).unwrap_err();
        assert_eq!(problem, expect);
        assert!(!problem.help().zh.is_empty() && problem.code().number().starts_with("PB05"));
    }
}

#[test]
fn orientation_and_place_come_from_exif() {
    for orientation in 1..=8 {
        for (gps, big) in [(false, false), (true, false), (true, true)] {
            let seen = inspect(&jpeg_with_exif(&flag(32, 16), orientation, gps, big)).unwrap();
            let size = if orientation < 5 { (32, 16) } else { (16, 32) };
            assert_eq!((seen.orientation, (seen.width, seen.height), seen.has_gps), (orientation, size, gps));
        }
    }
}

#[test]
fn bombs_are_refused_by_their_declared_size() {
    assert_eq!(inspect(&png_header(20_000, 20_000)), Err(Problem::TooManyPixels { width: 20_000, height: 20_000 }));
    assert!(inspect(&png_header(10_000, 10_000)).is_ok());
    assert!(inspect(&png_header(u32::MAX, u32::MAX)).is_err());
    assert!(inspect(&png_header(0, 5)).is_err());
}

#[test]
fn files_cut_short_are_seen() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = encoded(&flag(64, 64), format);
        for end in 12..whole.len() - 8 {
            assert!(matches!(inspect(&whole[..end]), Err(Problem::Damaged(_))), "{format:?} cut at {end}");
        }
    }
}

proptest! {
    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0..6_usize) {
        let starts: [&[u8]; 6] = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"GIF89a", b"\0\0\0\x20ftyp", b"<svg "];
        let _ = (inspect(&bytes), inspect(&[starts[kind], &bytes].concat()));
    }
}
