//! Open entries of the lists that nobody can answer. The page: `nobody_can_answer.md`.

use super::{Of, venue};
use crate::{
    catalogue::contact,
    diagnostics::{Code, Diagnostic},
    msg,
};

/// Looks at what is open in the lists of resources, needs, wishes and opportunities.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    let listed = matches!(venue::kind(of.catalogue, of.index), "resource" | "need" | "wish" | "opportunity");
    let open = matches!(venue::state(of.item), "" | "open" | "few");
    if !listed || !open || !of.is_meant_for_readers() || contact(of.catalogue, of.index).is_some() {
        return;
    }
    let values = &of.item.values;
    let line = match venue::kind(of.catalogue, of.index) {
        "opportunity" => "apply: {telephone: 021-0000-0000}",
        _ => "contact: 021-0000-0000",
    };
    let at = values.at("unit").or_else(|| values.at("title"));
    problems.push(
        Diagnostic::new(
            Code::NobodyCanAnswer,
            of.item.place(at),
            msg!(
                "没有写联系方式，所属单位也没有：看到的人没有办法回应",
                "neither it nor its unit has a contact: nobody can answer it"
            ),
        )
        .help(msg!(
            "加上：{line}，或者在单位的文件里写 contacts",
            "add: {line}, or write `contacts` in the file of its unit"
        )),
    );
}
