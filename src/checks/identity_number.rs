//! Identity card numbers in public text. The page: `identity_number.md`.

use jiff::civil::Date;

use super::text::Text;
use crate::{diagnostics::Code, msg};

/// Reports numbers of 18 digits whose date of birth and check digit (GB 11643) are right: one in
/// thousands of other numbers would pass.
pub(super) fn check(text: &mut Text<'_>) {
    let words = text.words;
    let bytes = words.as_bytes();
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|n| at + n) {
        let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let with_x = length == 17 && matches!(bytes.get(start + 17), Some(b'X' | b'x'));
        let end = start + length + usize::from(with_x);
        at = end;
        let joined = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let alone = !joined(start.checked_sub(1).map(|n| &bytes[n])) && !joined(bytes.get(end));
        if end - start == 18 && alone && is_identity(&words[start..end]) {
            let (first, last) = (&words[start..start + 6], &words[start + 14..end]);
            text.report(
                Code::IdentityNumber,
                start..end,
                msg!(
                    "公开了身份证号码 {first}********{last}",
                    "an identity card number is made public: {first}********{last}"
                ),
                msg!("删掉，或者写成：{first}********{last}", "delete it, or write: {first}********{last}"),
            );
        }
    }
}

fn is_identity(number: &str) -> bool {
    // ISO 7064 MOD 11-2: the weights are powers of two, from the left.
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = number.bytes().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let expected = b"10X98765432"[(sum % 11) as usize];
    let region = number.as_bytes()[0];
    (b'1'..=b'9').contains(&region)
        && number.as_bytes()[17].to_ascii_uppercase() == expected
        && birth(number).is_some_and(|date| (1880..=2100).contains(&date.year()))
}

fn birth(number: &str) -> Option<Date> {
    let part = |range: std::ops::Range<usize>| number.get(range)?.parse::<i16>().ok();
    Date::new(part(6..10)?, part(10..12)? as i8, part(12..14)? as i8).ok()
}

#[cfg(test)]
mod tests {
    use crate::checks::text::tests::check;

    #[test]
    fn by_birth_and_check_digit() {
        check("张某，11010519491231002X，获奖", &["PB2015 11010519491231002X"]);
        check("张某11010519491231002x", &["PB2015 11010519491231002x"]);
    }

    #[test]
    fn other_numbers() {
        check("110105194912310021，11010519491331002X，110105********002X", &[]);
        check("订单911010519491231002X，统一社会信用代码91310000MA1FL0000X", &[]);
    }
}
