//! Addresses of other sites: which there are, and what is to be said of their answers. The pages:
//! `outside_dead.md`, `outside_moved.md`.

use std::collections::BTreeMap;

use crate::{
    base::lang::Message,
    catalogue::Target,
    diagnostics::{Code, Diagnostic, Place},
    msg,
    plan::Plan,
    web::{Answer, Reason, Web},
};

/// Asks every outside address of what readers see, once, and reports at each place.
pub(super) fn check(plan: &Plan<'_>, web: &Web<'_>, problems: &mut Vec<Diagnostic>) {
    let places = places(plan);
    let answers = web.ask(places.keys().copied());
    for (address, answer) in answers {
        for place in &places[address] {
            problems.extend(problem(address, &answer, place.clone()));
        }
    }
}

fn places<'a>(plan: &'a Plan<'_>) -> BTreeMap<&'a str, Vec<Place>> {
    let mut places: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
    for (i, item) in plan.catalogue.items.iter().enumerate().filter(|(i, _)| plan.catalogue.has_page(*i)) {
        for reference in &item.body.scan.references {
            if let Some(Target::External(address)) = plan.resolved.items[i].get(&reference.raw) {
                places.entry(address).or_default().push(Place::text(&item.path, reference.span));
            }
        }
        if let Some(at) = item.values.at("original") {
            places.entry(item.values.text("original")).or_default().push(item.place(Some(at)));
        }
    }
    places
}

fn problem(address: &str, answer: &Answer, place: Place) -> Option<Diagnostic> {
    match answer {
        Answer::Fine | Answer::Unknown => None,
        Answer::Moved(to) => Some(
            Diagnostic::new(
                Code::OutsideMoved,
                place,
                msg!("站外网址换了：{address}", "the address of another site has moved: {address}"),
            )
            .help(msg!("改成：{to}", "write: {to}")),
        ),
        Answer::Dead(reason) => {
            let Message { zh, en } = words(reason);
            Some(
                Diagnostic::new(
                    Code::OutsideDead,
                    place,
                    msg!(
                        "站外网址打不开（{zh}）：{address}",
                        "the address of another site does not open ({en}): {address}"
                    ),
                )
                .help(msg!(
                    "在浏览器里打开看看；换成新的网址，或者只留文字",
                    "try it in a browser; write the new address, or keep the words only"
                )),
            )
        }
    }
}

fn words(reason: &Reason) -> Message {
    match reason {
        Reason::Status(status) => msg!("对方回答 {status}", "it answers {status}"),
        Reason::NoHost => msg!("没有这个网站", "there is no such host"),
        Reason::Slow => msg!("等了很久没有回答", "it does not answer in time"),
        Reason::Broken(why) => msg!("连不上：{why}", "no connection: {why}"),
    }
}
