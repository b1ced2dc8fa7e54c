//! Mobile numbers in public text. The page: `mobile_number.md`.

use super::text::{Text, digits, is_part_of_a_word, numbers};
use crate::{diagnostics::Code, msg};

/// Reports numbers of eleven digits as mobile telephones have them, unless the site lists them as
/// public.
pub(super) fn check(text: &mut Text<'_>, public: &[String]) {
    let words = text.words;
    for range in numbers(words) {
        let number = digits(&words[range.clone()]);
        let number = match number.strip_prefix("86") {
            Some(rest) if number.len() == 13 => rest,
            _ => &number,
        };
        if !is_mobile(number)
            || !is_grouped(&words[range.clone()])
            || is_part_of_a_word(words, &range)
            || public.iter().any(|known| known == number)
        {
            continue;
        }
        let (start, end) = (&number[..3], &number[7..]);
        text.report(
            Code::MobileNumber,
            range,
            msg!("公开了手机号码 {start}****{end}", "a mobile number is made public: {start}****{end}"),
            msg!(
                "换成单位的座机；确实是公开的服务号码，在 pbsite.yaml 里加上：public_numbers: ['{number}']",
                "give the office's telephone; a public service number is registered in pbsite.yaml: public_numbers: ['{number}']"
            ),
        );
    }
}

fn is_mobile(number: &str) -> bool {
    let bytes = number.as_bytes();
    bytes.len() == 11 && bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1])
}

/// `13900001234`, `139 0000 1234`, `139-0000-1234`, with `86` before: not a row of other numbers.
fn is_grouped(written: &str) -> bool {
    let groups: Vec<usize> = written.split([' ', '-']).map(str::len).collect();
    matches!(groups[..], [11] | [13] | [3, 4, 4] | [3, 8] | [7, 4] | [2, 11] | [2, 3, 4, 4])
}

#[cfg(test)]
mod tests {
    use crate::checks::text::tests::{check, found};

    #[test]
    fn as_people_write_them() {
        check("王老师13900001234", &["PB2014 13900001234"]);
        check("电话：139 0000 1234或139-0000-1235", &["PB2014 139 0000 1234", "PB2014 139-0000-1235"]);
        check("+86 13900001234", &["PB2014 86 13900001234"]);
    }

    #[test]
    fn other_numbers() {
        check("电话021-0000-0100，138****5678，订单20261118139000012345", &[]);
        check("编号1700000000000，A13900001234，x/13900001234，13900001234@b", &[]);
        check("2026-11-21 14:00，13 900 001 234，11010519491231002", &[]);
        assert_eq!(found("", &["139-0000-1234"], "服务热线13900001234"), Vec::<String>::new());
    }
}
