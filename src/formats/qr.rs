//! QR codes as small inline SVG.

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
    }
}
