//! Gathers a theme's files: those inside the program, over them those of the site.

use std::{collections::BTreeMap, io, sync::OnceLock};

use include_dir::{Dir, include_dir};

use super::{Template, Theme, manifest, names::Index};
use crate::{
    base::hash::{Key, KeyHasher},
    diagnostics::{Code, Diagnostic, Place},
    fields::yaml,
    fields::{Node, NodeValue},
    msg,
    source::{Files, decode},
};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The files of the theme inside the program, by path below its folder.
pub(crate) fn embedded() -> BTreeMap<String, Vec<u8>> {
    fn walk(dir: &Dir<'_>, files: &mut BTreeMap<String, Vec<u8>>) {
        for file in dir.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            files.insert(path, file.contents().to_vec());
        }
        dir.dirs().for_each(|dir| walk(dir, files));
    }
    let mut files = BTreeMap::new();
    walk(&EMBEDDED, &mut files);
    files
}

/// Loads the theme `name`. A theme of another name than `default` stands on the embedded one too,
/// so that it may consist of single files.
///
/// # Errors
/// When a file of it cannot be read.
pub fn load(name: &str, files: &dyn Files, problems: &mut Vec<Diagnostic>) -> io::Result<Theme> {
    let mut all: Sources =
        embedded().into_iter().map(|(path, bytes)| (path.clone(), (format!("themes/default/{path}"), bytes))).collect();
    // The embedded theme's `theme.yaml` holds for what the site's own does not say.
    let base = manifest_of(&all, manifest::Manifest::default(), problems);
    let folder = format!("themes/{name}");
    let own = files.list(&folder, problems)?;
    if own.is_empty() && name != "default" {
        problems.push(
            Diagnostic::new(
                Code::ThemeMissing,
                Place::Site,
                msg!("没有主题“{name}”：找不到文件夹 {folder}/", "there is no theme `{name}`: no folder {folder}/"),
            )
            .help(msg!(
                "在 pbsite.yaml 里写 theme: {{name: default}}",
                "write theme: {{name: default}} in pbsite.yaml"
            )),
        );
    }
    for source in own {
        let relative = source.path.as_str()[folder.len() + 1..].to_owned();
        all.insert(relative, (source.path.to_string(), files.read(&source.path)?));
    }
    let manifest = manifest_of(&all, base, problems);
    Ok(assemble(all, manifest, problems))
}

/// Where each file of a theme comes from, and its bytes, by its path below the theme.
type Sources = BTreeMap<String, (String, Vec<u8>)>;

fn manifest_of(files: &Sources, base: manifest::Manifest, problems: &mut Vec<Diagnostic>) -> manifest::Manifest {
    match files.get("theme.yaml") {
        Some((path, bytes)) => manifest::read(path, &decode(bytes.clone()).text, base, problems),
        None => base,
    }
}

fn assemble(files: Sources, manifest: manifest::Manifest, problems: &mut Vec<Diagnostic>) -> Theme {
    let mut hasher = KeyHasher::default();
    let mut theme = Theme {
        manifest,
        templates: BTreeMap::new(),
        assets: BTreeMap::new(),
        words: BTreeMap::new(),
        fingerprint: Key::default(),
        names: Index::default(),
        compiled: OnceLock::new(),
    };
    for (relative, (path, bytes)) in files {
        std::hash::Hash::hash(&(&relative, &bytes), &mut hasher);
        if let Some(name) = relative.strip_prefix("assets/") {
            theme.assets.insert(name.into(), bytes);
            continue;
        }
        let text = decode(bytes).text;
        if let Some(name) = relative.strip_prefix("templates/") {
            theme.templates.insert(name.into(), Template { path, text: text.into() });
        } else if relative.starts_with("email/") {
            theme.templates.insert(relative, Template { path, text: text.into() });
        } else if let Some(tag) = relative.strip_prefix("words/").and_then(|name| name.strip_suffix(".yaml")) {
            theme.words.insert(tag.into(), words(&path, &text, problems));
        }
    }
    theme.fingerprint = hasher.key();
    theme.names = Index::new(&theme.templates);
    theme
}

fn words(path: &str, text: &str, problems: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let place = |range| Place::Embedded { name: path.into(), text: text.into(), range };
    match yaml::read(text, 0, yaml::Whole::Mapping, &place, problems).node {
        Some(Node { value: NodeValue::Map(pairs), .. }) => {
            let pair = |(key, value): &(Node, Node)| Some((key.text()?.to_owned(), value.text()?.to_owned()));
            pairs.iter().filter_map(pair).collect()
        }
        _ => BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::load;
    use crate::{base::path::SitePath, source::Memory};

    #[test]
    fn a_theme_of_single_files_stands_on_the_embedded_one() {
        let mut files = Memory::default();
        files.insert(SitePath::new("themes/mine/theme.yaml").unwrap(), b"name: mine\npage_size: 7\n".to_vec());
        files.insert(SitePath::new("themes/mine/assets/style.css").unwrap(), b"p{}".to_vec());
        let mut problems = Vec::new();
        let theme = load("mine", &files, &mut problems).unwrap();
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(theme.manifest.page_size, 7);
        assert_eq!(theme.manifest.options["accent"].default, "red");
        assert!(theme.manifest.lists.contains_key("article"));
        assert_eq!(theme.assets["style.css"], b"p{}");
        assert!(theme.templates.contains_key("base.html"));
    }
}
