//! `pbsite config`.

use clap::Args;

use super::{Exit, Opened, Shared, build::failed};
use crate::{
    base::{lang::Tongue, text::LineIndex},
    config::{FILE, Origin, Settings},
    diagnostics::Report,
    fields::At,
    site,
    source::Files,
};

/// Show the settings as used, with where each came from
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  PBSITE_BASE_URL=https://example.org/ pbsite config")]
pub(super) struct ShowConfig {}

impl ShowConfig {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { disk, console, .. } = shared.open()?;
        let mut problems = Vec::new();
        let settings = match site::settings(&disk, &shared.overrides(), &mut problems) {
            Ok(settings) => settings,
            Err(failure) => return Err(failed(&console, &failure)),
        };
        let text = disk.text(&Settings::file()).unwrap_or_default();
        if let Some(settings) = &settings {
            console.answer(&shown(settings, &text, console.tongue));
        }
        let report = Report::new(problems, |path| disk.text(path));
        console.report(&report);
        Ok(console.exit(&report))
    }
}

fn shown(settings: &Settings, text: &str, tongue: Tongue) -> String {
    let index = LineIndex::new(text);
    let origin = |origin: &Origin| match (origin, tongue) {
        (Origin::File(At::Text(span)), _) => format!("{FILE}:{}", index.position(text, span.start as usize).line),
        (Origin::File(At::Cell { .. }), _) => FILE.into(),
        (Origin::Environment(name) | Origin::Flag(name), _) => (*name).to_owned(),
        (Origin::Default, Tongue::Zh) => "默认".into(),
        (Origin::Default, Tongue::En) => "default".into(),
    };
    let line = |(key, value, from): &(String, String, Origin)| format!("{key}: {value}    # {}\n", origin(from));
    settings.provenance.iter().map(line).collect()
}
