//! Names of files that other systems cannot hold, or that the site passes over in silence.

use std::collections::HashMap;

use rayon::prelude::*;

use super::SourceRef;
use crate::{
    base::path::SitePath,
    diagnostics::{Code, Diagnostic, Place, Severity},
    msg,
};

/// Device names of Windows: no file there can be called so, whatever its extension.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Warns of doubtful names among the sources of a site.
pub fn check_names(sources: &[SourceRef], problems: &mut Vec<Diagnostic>) {
    let is_doubtful = |source: &SourceRef| {
        let path = source.path.as_str();
        !path.split('/').all(is_portable) || path.chars().any(has_lower_case)
    };
    // Names in lower case differ from each other in more than case.
    if !sources.par_iter().with_min_len(512).any(is_doubtful) {
        return;
    }
    let mut folded: HashMap<String, &SitePath> = HashMap::with_capacity(sources.len());
    for SourceRef { path, .. } in sources {
        if !path.as_str().split('/').all(is_portable) {
            let message = msg!("文件名“{path}”在 Windows 上不能用", "the name `{path}` cannot be used on Windows");
            let help = msg!(
                "改名：不用 < > : \" | ? *，不以点或空格结尾，也不叫 aux、con、nul",
                "rename it: no < > : \" | ? *, no dot or space at the end, not aux, con or nul"
            );
            warn(path, message, help, problems);
        }
        if let Some(other) = folded.insert(path.as_str().to_lowercase(), path) {
            let message = msg!(
                "只和 {other} 差大小写，在 Windows 和苹果电脑上是同一个文件",
                "it differs from {other} in case only: on Windows and macOS they are one file"
            );
            warn(path, message, msg!("给其中一个改名", "rename one of them"), problems);
        }
    }
}

fn warn(
    path: &SitePath,
    message: crate::base::lang::Message,
    help: crate::base::lang::Message,
    problems: &mut Vec<Diagnostic>,
) {
    let problem = Diagnostic::new(Code::FileName, Place::File(path.clone()), message).help(help);
    problems.push(Diagnostic { severity: Severity::Warning, ..problem });
}

/// Whether a letter is another in lower case.
fn has_lower_case(letter: char) -> bool {
    if letter.is_ascii() { letter.is_ascii_uppercase() } else { !letter.to_lowercase().eq([letter]) }
}

/// Whether Windows can hold a part of a path.
fn is_portable(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end();
    let device = matches!(stem.len(), 3 | 4) && DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device));
    !device && !part.ends_with(['.', ' ']) && !part.contains(['<', '>', ':', '"', '|', '?', '*'])
}

#[cfg(test)]
mod tests {
    use super::is_portable;

    #[test]
    fn what_windows_holds() {
        for (part, expected) in [
            ("about.md", true),
            ("通知（一）.md", true),
            ("auxiliary.md", true),
            ("aux.md", false),
            ("AUX", false),
            ("com1.tar.gz", false),
            ("a:b.md", false),
            ("end.", false),
            ("end ", false),
        ] {
            assert_eq!(is_portable(part), expected, "{part}");
        }
    }
}
