//! Places or a deadline, and no way to sign up. The page: `no_signup.md`.

use super::{Of, venue};
use crate::{
    diagnostics::{Code, Diagnostic},
    fields::Values,
    msg,
};

/// Looks at sessions and activities.
pub(super) fn check(of: &Of<'_>, problems: &mut Vec<Diagnostic>) {
    if !venue::is_meeting(of.catalogue, of.index) {
        return;
    }
    let values = &of.item.values;
    let deadline = values.record("status").and_then(|status| status.at("deadline"));
    let Some(at) = deadline.or_else(|| values.at("capacity")) else { return };
    let of_course = venue::course(of.catalogue, of.index)
        .and_then(|course| of.catalogue.items[course].values.record("order"))
        .is_some_and(answers);
    if of_course || values.record("signup").is_some_and(answers) || values.get("results").is_some() {
        return;
    }
    problems.push(
        Diagnostic::new(
            Code::NoSignup,
            of.item.place(Some(at)),
            msg!("有名额或截止日期，却没有写怎样报名", "there are places or a deadline, but no way to sign up"),
        )
        .help(msg!(
            "加上：signup: {{telephone: 021-0000-0000}}，不用报名就写：signup: {{how: 不用报名}}",
            "add: signup: {{telephone: 021-0000-0000}}, or where nobody needs to: signup: {{how: just come}}"
        )),
    );
}

/// Whether it says how.
fn answers(way: &Values) -> bool {
    ["telephone", "link", "form", "contact", "how"].iter().any(|field| !way.text(field).is_empty())
}
