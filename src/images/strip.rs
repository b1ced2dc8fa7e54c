//! The same picture without its metadata, not encoded anew: for an original that is small enough
//! already, no sharpness is lost and often fewer bytes go out.

use super::Format;

/// The file without EXIF, XMP, comments, thumbnails and what follows its end; `None` if its parts
/// are not in order, or it is CMYK, which not every program shows.
pub(super) fn stripped(bytes: &[u8], format: Format) -> Option<Vec<u8>> {
    match format {
        Format::Jpeg => jpeg(bytes),
        Format::Png => png(bytes),
        Format::Webp => webp(bytes),
        Format::Gif | Format::Svg => None,
    }
}

/// ITU T.81 annex B: marker segments, and after each start of scan its entropy-coded data.
fn jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut kept = bytes.get(..2)?.to_vec();
    let mut at = 2;
    loop {
        let &[0xff, marker] = bytes.get(at..at + 2)? else { return None };
        match marker {
            0xd9 => {
                kept.extend([0xff, 0xd9]);
                return Some(kept);
            }
            0xff => {
                at += 1;
                continue;
            }
            0x00 | 0xd0..=0xd8 => return None,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
        let content = bytes.get(at + 4..at + 2 + length)?;
        if is_cmyk(marker, content) {
            return None;
        }
        let mut end = at + 2 + length;
        if marker == 0xda {
            end += scan_length(bytes.get(end..)?)?;
        }
        if is_picture(marker, content) {
            kept.extend(bytes.get(at..end)?);
        }
        at = end;
    }
}

/// How far entropy-coded data goes: to the first marker but stuffed bytes and restarts.
fn scan_length(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7))
}

/// Whether a segment is needed to show the picture: of the application segments only JFIF's, the
/// colour profile and Adobe's note on the colour transform.
fn is_picture(marker: u8, content: &[u8]) -> bool {
    match marker {
        0xe0 => content.starts_with(b"JFIF\0"),
        0xe2 => content.starts_with(b"ICC_PROFILE\0"),
        0xee => content.starts_with(b"Adobe"),
        0xe1..=0xef | 0xfe => false,
        _ => true,
    }
}

/// Whether a segment is a frame header of four components.
fn is_cmyk(marker: u8, content: &[u8]) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) && content.get(5) == Some(&4)
}

/// PNG 3rd edition §5.3: length, name, content, checksum. Critical chunks have a capital.
fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    const COLOUR: [&[u8]; 7] = [b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP"];
    let mut kept = bytes.get(..8)?.to_vec();
    let mut rest = &bytes[8..];
    loop {
        let length = u32::from_be_bytes(rest.get(..4)?.try_into().ok()?) as usize;
        let chunk = rest.get(..length.checked_add(12)?)?;
        let name = &chunk[4..8];
        if name[0].is_ascii_uppercase() || COLOUR.contains(&name) {
            kept.extend(chunk);
        }
        if name == b"IEND" {
            return Some(kept);
        }
        rest = &rest[chunk.len()..];
    }
}

/// RFC 9649 §2.7: without the chunks EXIF and XMP, and the flags that announce them.
fn webp(bytes: &[u8]) -> Option<Vec<u8>> {
    const EXIF_AND_XMP: u8 = 0x0c;
    let declared = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?) as usize;
    let mut rest = bytes.get(12..declared.checked_add(8)?)?;
    let mut body = b"WEBP".to_vec();
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?) as usize;
        let chunk = rest.get(..length.checked_add(8 + length % 2)?)?;
        let start = body.len();
        match &chunk[..4] {
            b"VP8X" => {
                body.extend(chunk);
                *body.get_mut(start + 8)? &= !EXIF_AND_XMP;
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ICCP" => body.extend(chunk),
            _ => {}
        }
        rest = &rest[chunk.len()..];
    }
    let length = u32::try_from(body.len()).ok()?.to_le_bytes();
    Some([b"RIFF", &length[..], &body].concat())
}
