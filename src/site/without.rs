//! Publishing as if some files were absent: which problems come of their absence alone.
//!
//! A link to a file that is left out is an error by itself, and would keep the urgent notice from
//! being published all the same. So what is wrong without the files is compared with what is wrong
//! while they are there, as they are and as plain stand-ins (a file that cannot be read at all is
//! missed by those who refer to it either way). What is wrong only without them warns.

use super::{BuildOptions, Failure, Run, publishable_problems};
use crate::{
    base::path::SitePath,
    diagnostics::{Diagnostic, Severity},
    source::{Files, Overlay},
};

/// What a text says that is there for its name only.
const STAND_IN: &str = "---\ntitle: …\ndate: 2000-01-01\n---\n";

/// The files without those that are left out.
pub(super) fn left_out<'a>(files: &'a dyn Files, without: &[SitePath]) -> Overlay<'a> {
    let mut rest = Overlay::new(files);
    without.iter().for_each(|path| rest.remove(path.clone()));
    rest
}

/// Errors that come of the absence of the files of `options.without` alone.
///
/// # Errors
/// When sources cannot be read.
pub(super) fn consequences(files: &dyn Files, options: &BuildOptions) -> Result<Vec<Diagnostic>, Failure> {
    if options.without.is_empty() {
        return Ok(Vec::new());
    }
    let all = BuildOptions { without: Vec::new(), ..options.clone() };
    let rest = left_out(files, &options.without);
    let mut stand_ins = Overlay::new(files);
    for path in options.without.iter().filter(|path| path.extension() == "md") {
        stand_ins.replace(path.clone(), STAND_IN.into());
    }
    let with = publishable_problems(Run::new(files, &all))?;
    let with_stand_ins = publishable_problems(Run::new(&stand_ins, &all))?;
    let mut without = publishable_problems(Run::new(&rest, &all))?;
    let known = |problems: &[Diagnostic], problem: &Diagnostic| problems.iter().any(|other| same(other, problem));
    without.retain(|problem| problem.severity == Severity::Error);
    without.retain(|problem| !(known(&with, problem) && known(&with_stand_ins, problem)));
    Ok(without)
}

/// Whether two findings say the same of the same place.
pub(super) fn same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.code == b.code && a.place == b.place && a.message == b.message
}
