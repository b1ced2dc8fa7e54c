use image::{GenericImageView, ImageFormat, Rgba, RgbaImage, load_from_memory};
use proptest::prelude::*;

use super::*;
use crate::images::{
    inspect,
    inspect::tests::{encoded, flag, jpeg_with_exif},
};

const SAME: VariantFormat = VariantFormat::Same;
const WEBP: VariantFormat = VariantFormat::Webp;

fn size(format: Format, width: u32, height: u32) -> Inspected {
    Inspected { format, width, height, orientation: 1, has_gps: false, animated: false }
}

fn all(bytes: &[u8]) -> Vec<(Variant, Vec<u8>)> {
    let inspected = inspect(bytes).unwrap();
    let decoded = Decoded::new(bytes, &inspected).unwrap();
    variants(&inspected).into_iter().map(|variant| (variant, decoded.encode(&variant).unwrap())).collect()
}

#[test]
fn widths_and_formats() {
    let check = |inspected: Inspected, same: &[u32], webp: &[u32]| {
        let found = variants(&inspected);
        let of = |format| found.iter().filter(|v| v.format == format).map(|v| v.width).collect::<Vec<_>>();
        assert_eq!((&of(SAME)[..], &of(WEBP)[..]), (same, webp), "{inspected:?}");
    };
    check(size(Format::Jpeg, 4000, 3000), &[480, 960, 1600, 1920], &[480, 960, 1600]);
    check(size(Format::Jpeg, 1700, 100), &[480, 960, 1600, 1700], &[480, 960, 1600]);
    check(size(Format::Png, 960, 600), &[480, 960], &[480, 960]);
    check(size(Format::Png, 200, 600), &[200], &[200]);
    check(size(Format::Webp, 1000, 600), &[480, 960, 1000], &[]);
    check(size(Format::Gif, 1000, 600), &[], &[]);
    check(size(Format::Svg, 1000, 600), &[], &[]);
    check(Inspected { animated: true, ..size(Format::Webp, 1000, 600) }, &[], &[]);
    // A long picture of text, too long for WebP.
    check(size(Format::Png, 1000, 20_000), &[480, 960, 1000], &[480]);
}

#[test]
fn heights_keep_the_shape() {
    let height = |width, of| Variant { width, format: SAME }.height(&of);
    assert_eq!(height(480, size(Format::Jpeg, 4000, 3000)), 360);
    assert_eq!(height(480, size(Format::Jpeg, 4000, 1)), 1);
    assert_eq!(height(480, size(Format::Jpeg, 961, 961)), 480);
}

#[test]
fn each_variant_has_its_size_and_format_and_nothing_else() {
    for (bytes, format) in [
        (jpeg_with_exif(&flag(1000, 500), 1, true, false), ImageFormat::Jpeg),
        (encoded(&flag(1000, 500), ImageFormat::Png), ImageFormat::Png),
        (encoded(&flag(1000, 500), ImageFormat::WebP), ImageFormat::WebP),
    ] {
        let inspected = inspect(&bytes).unwrap();
        for (variant, bytes) in all(&bytes) {
            let expect = if variant.format == SAME { format } else { ImageFormat::WebP };
            assert_eq!(image::guess_format(&bytes).unwrap(), expect);
            let seen = inspect(&bytes).unwrap();
            assert_eq!((seen.width, seen.height), (variant.width, variant.height(&inspected)));
            assert!(!seen.has_gps && !bytes.windows(4).any(|name| name == b"Exif" || name == b"eXIf"));
        }
    }
}

#[test]
fn the_same_bytes_every_time() {
    let bytes = jpeg_with_exif(&flag(700, 500), 6, true, true);
    assert_eq!(all(&bytes), all(&bytes));
}

#[test]
fn every_orientation_is_turned_upright() {
    let upright = flag(64, 32);
    // What a camera stores so that a viewer sees the flag upright: the turn undone.
    let stored = |orientation| {
        let undo = match orientation {
            6 => Orientation::Rotate270,
            8 => Orientation::Rotate90,
            n => Orientation::from_exif(n).unwrap(),
        };
        let mut pixels = upright.clone();
        pixels.apply_orientation(undo);
        pixels
    };
    for orientation in 1..=8 {
        let bytes = jpeg_with_exif(&stored(orientation), orientation, false, true);
        for (variant, bytes) in all(&bytes) {
            let seen = load_from_memory(&bytes).unwrap();
            assert_eq!(seen.dimensions(), (64, 32), "{orientation} {variant:?}");
            for (x, y) in [(5, 2), (5, 28), (58, 28)] {
                let (found, expect) = (seen.get_pixel(x, y), upright.get_pixel(x, y));
                let near = found.0.iter().zip(expect.0).all(|(a, b)| a.abs_diff(b) < 40);
                assert!(near, "{orientation} {variant:?} at {x},{y}: {found:?}");
            }
        }
    }
}

#[test]
fn every_kind_of_pixel() {
    let base = flag(600, 40);
    for pixels in [
        DynamicImage::from(base.to_luma8()),
        base.to_luma_alpha8().into(),
        base.to_rgba8().into(),
        base.to_luma16().into(),
        base.to_luma_alpha16().into(),
        base.to_rgb16().into(),
        base.to_rgba16().into(),
    ] {
        let made = all(&encoded(&pixels, ImageFormat::Png));
        assert_eq!(made.len(), 4);
        made.iter().for_each(|(_, bytes)| drop(load_from_memory(bytes).unwrap()));
    }
    let grey = all(&encoded(&base.to_luma8().into(), ImageFormat::Jpeg));
    assert_eq!(load_from_memory(&grey[0].1).unwrap().color(), image::ColorType::L8);
}

#[test]
fn see_through_stays_see_through() {
    let pixels = RgbaImage::from_fn(600, 40, |x, _| Rgba([255, 0, 0, if x < 300 { 0 } else { 255 }]));
    for (_, bytes) in all(&encoded(&pixels.into(), ImageFormat::Png)) {
        let seen = load_from_memory(&bytes).unwrap();
        let Rgba([red, _, _, alpha]) = seen.get_pixel(seen.width() - 5, 5);
        assert!(seen.get_pixel(5, 5)[3] == 0 && red > 250 && alpha == 255);
    }
}

#[test]
fn the_colour_profile_stays() {
    let mut profile = vec![7; 201];
    profile[16..20].copy_from_slice(b"RGB ");
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder.set_icc_profile(profile.clone()).unwrap();
    flag(600, 40).write_with_encoder(encoder).unwrap();
    for (variant, bytes) in all(&bytes) {
        let found = match variant.format {
            SAME => JpegDecoder::new(Cursor::new(&bytes)).unwrap().icc_profile(),
            WEBP => WebPDecoder::new(Cursor::new(&bytes)).unwrap().icc_profile(),
        };
        assert_eq!(found.unwrap(), Some(profile.clone()), "{variant:?}");
        load_from_memory(&bytes).unwrap();
    }
}

#[test]
fn a_small_original_loses_its_metadata_only() {
    let pixels = flag(300, 100);
    let mut plain = Vec::new();
    pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut plain, 30)).unwrap();
    let secret = [&b"\xff\xfe\x00\x08secret"[..], b"\xff\xe1\x00\x10Exif\0\0secret.."].concat();
    let photo = [&plain[..2], &secret, &plain[2..], b"a second picture with its own secret"].concat();
    assert!(all(&photo)[0].1 == plain);
    let png = encoded(&pixels, ImageFormat::Png);
    let note = [&b"\0\0\0\x06tEXtsecret"[..], &[0; 4]].concat();
    let drawing = [&png[..33], &note, &png[33..], b"secret"].concat();
    assert!(stripped(&drawing, Format::Png).as_ref() == Some(&png));
    let webp = encoded(&pixels, ImageFormat::WebP);
    let chunks =
        [&b"WEBPVP8X\x0a\0\0\0\x08\0\0\0\x2b\x01\0\x63\0\0"[..], &webp[12..], b"EXIF\x07\0\0\0secret.\0"].concat();
    let file = [b"RIFF", &u32::try_from(chunks.len()).unwrap().to_le_bytes()[..], &chunks].concat();
    let clean = stripped(&file, Format::Webp).unwrap();
    assert!(!clean.windows(6).any(|w| w == b"secret"));
    assert_eq!(load_from_memory(&clean).unwrap(), pixels);
    assert!(inspect(&file).is_ok());
}

/// The least CMYK JPEG: 8 by 8, one quantization table of ones, one code a Huffman table.
#[test]
fn cmyk_becomes_rgb() {
    let mut bytes = b"\xff\xd8\xff\xdb\x00\x43\x00".to_vec();
    bytes.extend([1; 64]);
    bytes.extend(b"\xff\xc0\x00\x14\x08\x00\x08\x00\x08\x04\x01\x11\x00\x02\x11\x00\x03\x11\x00\x04\x11\x00");
    for class in [0x00, 0x10] {
        bytes.extend([&b"\xff\xc4\x00\x14"[..], &[class, 1], &[0; 15], &[0]].concat());
    }
    bytes.extend(b"\xff\xda\x00\x0e\x04\x01\x00\x02\x00\x03\x00\x04\x00\x00\x3f\x00\x00\xff\xd9");
    let made = all(&bytes);
    assert_eq!(made.len(), 2);
    assert_eq!(load_from_memory(&made[0].1).unwrap().color(), image::ColorType::Rgb8);
}

#[test]
fn damaged_pixels_are_a_problem_and_no_panic() {
    let mut bytes = encoded(&flag(64, 64), ImageFormat::Png);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    let inspected = inspect(&bytes).unwrap();
    assert!(matches!(Decoded::new(&bytes, &inspected), Err(Problem::Damaged(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn never_panics_on_broken_files(kind in 0..3_usize, at in 0.0..1.0_f64, byte: u8, cut in 0..2_usize, end in 0.0..1.0_f64) {
        let format = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP][kind];
        let mut bytes = encoded(&flag(40, 40), format);
        let at = (bytes.len() as f64 * at) as usize;
        bytes[at] = byte;
        if cut == 1 {
            bytes.truncate((bytes.len() as f64 * end) as usize);
        }
        if let Ok(inspected) = inspect(&bytes) && u64::from(inspected.width) * u64::from(inspected.height) < 1_000_000 {
            for variant in variants(&inspected) {
                let _ = encode(&bytes, &inspected, &variant);
            }
        }
    }
}
