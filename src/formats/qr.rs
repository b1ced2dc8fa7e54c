//! QR codes as small inline SVG, and as PNG for letters.

use fast_qr::qr::QRBuilder;

/// The QR code of an address as an `<svg>` without styles: one path of rows, `label` for who does
/// not see it. Empty where the address is too long for a code.
pub fn qr(address: &str, label: &str) -> String {
    let Ok(code) = QRBuilder::new(address).build() else { return String::new() };
    // A quiet zone of four modules (ISO/IEC 18004 §9.1).
    let side = code.size + 8;
    let mut path = String::new();
    for y in 0..code.size {
        let row = &code[y];
        let mut x = 0;
        while x < code.size {
            let length = row[x..code.size].iter().take_while(|module| module.value()).count();
            if length > 0 {
                path.push_str(&format!("M{} {}h{length}v1h-{length}z", x + 4, y + 4));
            }
            x += length.max(1);
        }
    }
    let label = crate::base::text::escape_html(label);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{side}\" height=\"{side}\" \
         role=\"img\" aria-label=\"{label}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    )
}

/// The QR code as a small PNG, four pixels a module, for where SVG is not shown; none where the
/// address is too long.
pub fn qr_png(address: &str) -> Option<Vec<u8>> {
    const PIXELS: usize = 4;
    let code = QRBuilder::new(address).build().ok()?;
    let side = u32::try_from((code.size + 8) * PIXELS).ok()?;
    let dark = |x: u32, y: u32| {
        let at = |pixel: u32| (pixel as usize / PIXELS).checked_sub(4).filter(|module| *module < code.size);
        at(x).zip(at(y)).is_some_and(|(x, y)| code[y][x].value())
    };
    let picture = image::GrayImage::from_fn(side, side, |x, y| image::Luma([if dark(x, y) { 0 } else { 255 }]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).ok()?;
    Some(bytes.into_inner())
}

/// The QR code of an address for a terminal, two rows of modules a line. Empty where the address is
/// too long for a code.
pub fn qr_in_text(address: &str) -> String {
    QRBuilder::new(address).build().map_or(String::new(), |code| code.to_str())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_one_path() {
        let svg = super::qr("https://example.org/", "“二维码” & <b>");
        assert!(svg.starts_with("<svg") && svg.contains("&lt;b&gt;") && svg.matches("<path").count() == 2);
        assert_eq!(super::qr(&"x".repeat(5000), ""), "");
        let png = super::qr_png("https://example.org/").unwrap();
        assert!(png.starts_with(b"\x89PNG") && png.len() < 2000, "{}", png.len());
    }
}
