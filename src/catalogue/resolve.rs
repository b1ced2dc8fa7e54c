//! Every reference to what it means, or a diagnostic with the nearest right one.
//!
//! A reference in a text may be: an outside address; `#anchor`; `@articles/id`, `@columns/id`,
//! `@series` (the list of a kind); a path relative to the file (`../x.md`, `photo.jpg`); a path
//! from the root, which is a file below `content/` or an address of the site.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Catalogue;
use crate::{
    base::{
        lang::{Lang, Message},
        nearest::nearest,
        path::{PathProblem, SitePath},
    },
    diagnostics::{Code, Diagnostic, Place},
    document::markdown::{Reference, Role, help_for_local_file},
    fields::{At, Shape, Value, Values},
    model::{Item, Presence},
    msg,
};

/// What a reference means.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Target {
    /// An item, with an anchor of its page.
    Item(usize, Option<String>),
    /// A column, by index.
    Column(usize),
    /// The list of a kind.
    Kind(usize),
    /// An address of the site, relative to its root; the plan checks that it exists.
    Address(String),
    /// A file below `content/`.
    Media(SitePath),
    /// An address outside.
    External(String),
    /// A place on the same page.
    Anchor(String),
    /// Nothing that may be shown: it was reported, or the item waits to be published.
    Nothing,
}

/// What an item refers to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Links {
    /// Its series.
    pub series: Option<usize>,
    /// Its programmes.
    pub programmes: Vec<usize>,
    /// Other fields that refer to items: name, items.
    pub fields: Vec<(String, Vec<usize>)>,
    /// References of its text and files of its fields, as written, sorted.
    pub raw: Vec<(String, Target)>,
}

impl Links {
    /// What a reference as written means.
    pub fn get(&self, raw: &str) -> Option<&Target> {
        self.raw.binary_search_by(|(text, _)| text.as_str().cmp(raw)).ok().map(|i| &self.raw[i].1)
    }
}

/// How many items one thread resolves at a time.
const PART: usize = 512;

/// Every item's links.
#[derive(Debug, Default)]
pub struct Resolved {
    /// By item.
    pub items: Vec<Links>,
    /// Where addresses of the site are named, for the plan to check: address, place.
    pub addresses: Vec<(String, Place)>,
    /// Files that published items use.
    pub media: BTreeSet<SitePath>,
    /// Whether a text shows other items as cards.
    pub cards: bool,
}

/// Resolves the references of every item.
pub fn resolve(catalogue: &Catalogue, problems: &mut Vec<Diagnostic>) -> Resolved {
    let all: Vec<usize> = (0..catalogue.items.len()).collect();
    let parts: Vec<_> = all.par_chunks(PART).map(|part| resolve_some(catalogue, part)).collect();
    let mut resolved = Resolved { items: Vec::with_capacity(all.len()), ..Resolved::default() };
    for (part, found) in parts {
        resolved.items.extend(part.items);
        resolved.addresses.extend(part.addresses);
        resolved.media.extend(part.media);
        resolved.cards |= part.cards;
        problems.extend(found);
    }
    resolved
}

fn resolve_some(catalogue: &Catalogue, items: &[usize]) -> (Resolved, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut resolved = Resolved { items: Vec::with_capacity(items.len()), ..Resolved::default() };
    for &i in items {
        let item = &catalogue.items[i];
        let mut resolver = Resolver {
            catalogue,
            item,
            index: i,
            problems: &mut problems,
            out: &mut resolved,
            links: Links::default(),
        };
        resolver.fields(&catalogue.kinds.get(item.kind).fields, &item.values);
        for reference in &item.body.scan.references {
            resolver.body(reference);
        }
        let mut links = resolver.links;
        links.raw.sort();
        links.raw.dedup_by(|a, b| a.0 == b.0);
        links.raw.shrink_to_fit();
        if catalogue.has_page(i) && catalogue.presence[i] != Presence::Withdrawn {
            let media = links.raw.iter().filter_map(|(_, target)| match target {
                Target::Media(path) => Some(path.clone()),
                _ => None,
            });
            resolved.media.extend(media);
        }
        resolved.items.push(links);
    }
    (resolved, problems)
}

/// Resolves a reference of `pbsite.yaml` (navigation): `@columns/id`, `@series`, an address.
pub fn resolve_setting(catalogue: &Catalogue, to: &str, place: &Place, problems: &mut Vec<Diagnostic>) -> Target {
    match to.strip_prefix('@') {
        Some(reference) => match named(catalogue, catalogue.settings.default_language(), reference) {
            Ok(target) => target,
            Err(help) => {
                let message = msg!("没有“@{reference}”", "there is no `@{reference}`");
                problems.push(Diagnostic { help, ..Diagnostic::new(Code::DeadReference, place.clone(), message) });
                Target::Nothing
            }
        },
        None if to.contains("://") || to.starts_with("mailto:") || to.starts_with("tel:") => {
            Target::External(to.into())
        }
        None => Target::Address(to.trim_start_matches('/').into()),
    }
}

struct Resolver<'a> {
    catalogue: &'a Catalogue,
    item: &'a Item,
    index: usize,
    problems: &'a mut Vec<Diagnostic>,
    out: &'a mut Resolved,
    links: Links,
}

impl Resolver<'_> {
    fn fields(&mut self, fields: &[crate::fields::Field], values: &Values) {
        for field in fields {
            let Some(spot) = values.get(&field.name) else { continue };
            match (&field.shape, &spot.value) {
                (Shape::Ref(kind), Value::Text(id)) => {
                    let found: Vec<usize> = self.reference(kind, id, spot.at).into_iter().collect();
                    self.keep(&field.name, found);
                }
                (Shape::Refs(kind), Value::Texts(ids)) => {
                    let found = ids.iter().filter_map(|id| self.reference(kind, &id.value, id.at)).collect();
                    self.keep(&field.name, found);
                }
                (Shape::Item, Value::Text(reference)) => self.any_item(reference, spot.at),
                (Shape::Media, Value::Text(path)) => self.file(path, spot.at),
                (Shape::Record(inner), Value::Record(values)) => {
                    self.fields(inner, values);
                    if &*field.name == "audio" {
                        self.audio(values);
                    }
                }
                (Shape::Records(inner), Value::Records(records)) => {
                    records.iter().for_each(|record| self.fields(inner, &record.value));
                }
                _ => {}
            }
        }
    }

    fn keep(&mut self, field: &str, items: Vec<usize>) {
        match field {
            "series" => self.links.series = items.first().copied(),
            "programmes" => self.links.programmes = items,
            _ => self.links.fields.push((field.to_owned(), items)),
        }
    }

    // Audio may lie elsewhere.
    fn audio(&mut self, values: &Values) {
        let src = values.text("src");
        if src.starts_with("http://") || src.starts_with("https://") {
            self.links.raw.push((src.to_owned(), Target::External(src.to_owned())));
        } else if let Some(at) = values.at("src") {
            self.file(src, at);
        }
    }

    fn reference(&mut self, kind: &str, id: &str, at: At) -> Option<usize> {
        let kind = self.catalogue.kinds.by_name(kind)?;
        let found = self.catalogue.meant(kind, id, &self.item.lang);
        if found.is_none() && !self.catalogue.may_be_unread(kind, id) {
            let help = suggest_named(self.catalogue, kind, id, &self.item.lang);
            let spec = self.catalogue.kinds.get(kind);
            let label = Lang::new("zh-Hans").map_or(String::new(), |lang| spec.label.get(&lang));
            let name = &spec.name;
            let message = msg!("没有编号为“{id}”的{label}", "there is no {name} with id `{id}`");
            let place = self.item.origin.place(at);
            self.problems.push(Diagnostic { help, ..Diagnostic::new(Code::DeadReference, place, message) });
        }
        found
    }

    /// Any item, by folder and id. One that waits or was withdrawn is the business of checks.
    fn any_item(&mut self, reference: &str, at: At) {
        let reference = reference.trim_start_matches('@');
        let target = match named(self.catalogue, &self.item.lang, reference) {
            Ok(target @ (Target::Item(..) | Target::Nothing)) => target,
            Ok(_) => return self.no_item(reference, at, None),
            Err(help) => return self.no_item(reference, at, help),
        };
        self.links.raw.push((format!("@{reference}"), target));
    }

    fn no_item(&mut self, reference: &str, at: At, help: Option<Message>) {
        let message = msg!("没有“{reference}”这一项", "there is no item `{reference}`");
        let place = self.item.origin.place(at);
        let hint =
            msg!("写成“文件夹/编号”，例如 activities/some-id", "write its folder and its id: activities/some-id");
        let problem = Diagnostic::new(Code::DeadReference, place, message).help(help.unwrap_or(hint));
        self.problems.push(problem);
    }

    fn file(&mut self, raw: &str, at: At) {
        let place = self.item.origin.place(at);
        let target = match raw.contains("://") {
            true => self.image(raw, &place),
            false => self.path(raw, &place, Code::FileMissing),
        };
        self.links.raw.push((raw.to_owned(), target));
    }

    fn body(&mut self, reference: &Reference) {
        let place = Place::text(&self.item.path, reference.span);
        let raw = reference.raw.as_str();
        self.out.cards |= matches!(reference.role, Role::Item | Role::Query);
        let target = match reference.role {
            Role::Query => return self.query(raw, &place),
            Role::Image => {
                if reference.alt.as_deref().is_some_and(|alt| alt.trim().is_empty()) {
                    self.wordless(&place);
                }
                self.image(raw, &place)
            }
            _ => self.link(raw, &place),
        };
        self.links.raw.push((raw.to_owned(), target));
    }

    fn wordless(&mut self, place: &Place) {
        self.problems.push(
            Diagnostic::new(
                Code::MissingAlt,
                place.clone(),
                msg!("图片没有文字说明", "the picture has no words for who does not see it"),
            )
            .help(msg!("在方括号里写出图上有什么：![图上有什么](…)", "say what it shows: ![what it shows](…)")),
        );
    }

    /// What a list asks for must exist: an empty list would hide a slip.
    fn query(&mut self, raw: &str, place: &Place) {
        let catalogue = self.catalogue;
        for (key, value) in raw.split(' ').filter_map(|part| part.split_once('=')) {
            let reference = match key {
                "kind" => value.to_owned(),
                "column" => format!("columns/{value}"),
                "series" => format!("series/{value}"),
                "programme" => format!("programmes/{value}"),
                "limit" if value.parse::<usize>().is_ok_and(|limit| limit > 0) => continue,
                "limit" => {
                    let message =
                        msg!("limit 应当是一个数，这里是“{value}”", "`limit` must be a number, not `{value}`");
                    let problem = Diagnostic::new(Code::ShortcodeAttribute, place.clone(), message);
                    self.problems.push(problem.help(msg!("写成：limit=5", "write: limit=5")));
                    continue;
                }
                _ => continue,
            };
            if let Err(help) = named(catalogue, &self.item.lang, &reference) {
                let message =
                    msg!("列表要的 {key}={value} 不存在", "the list asks for {key}={value}, which does not exist");
                let problem = Diagnostic::new(Code::DeadReference, place.clone(), message);
                self.problems.push(Diagnostic { help, ..problem });
            }
        }
    }

    fn image(&mut self, raw: &str, place: &Place) -> Target {
        if raw.contains("://") || raw.starts_with("//") {
            self.problems.push(
                Diagnostic::new(
                    Code::ForbiddenScheme,
                    place.clone(),
                    msg!("图片不能取自外站：{raw}", "a picture must not come from another site: {raw}"),
                )
                .help(msg!(
                    "把图片保存到 content/media/，写成 /media/文件名",
                    "save it to content/media/ and write /media/name"
                )),
            );
            return Target::Nothing;
        }
        self.path(raw, place, Code::ImageMissing)
    }

    fn link(&mut self, raw: &str, place: &Place) -> Target {
        if let Some(anchor) = raw.strip_prefix('#') {
            return self.anchor(self.index, anchor, place).map_or(Target::Nothing, Target::Anchor);
        }
        if let Some(reference) = raw.strip_prefix('@') {
            return self.named(reference, place);
        }
        let scheme = raw.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("http" | "https" | "mailto" | "tel") => Target::External(raw.to_owned()),
            // Reported where the text was read.
            Some(scheme) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-')) => {
                Target::Nothing
            }
            _ if raw.starts_with("//") => Target::External(raw.to_owned()),
            _ => self.path(raw, place, Code::DeadLink),
        }
    }

    fn named(&mut self, reference: &str, place: &Place) -> Target {
        let (name, anchor) = split_anchor(reference);
        match named(self.catalogue, &self.item.lang, name) {
            Ok(Target::Item(index, _)) => self.item_target(index, anchor, place),
            Ok(target) => target,
            Err(help) => {
                let message = msg!("没有“@{name}”", "there is no `@{name}`");
                self.problems.push(Diagnostic { help, ..Diagnostic::new(Code::DeadReference, place.clone(), message) });
                Target::Nothing
            }
        }
    }

    fn item_target(&mut self, index: usize, anchor: Option<&str>, place: &Place) -> Target {
        let target = &self.catalogue.items[index];
        if !self.catalogue.has_page(index) {
            let path = &target.path;
            self.problems.push(
                Diagnostic::new(
                    Code::UnpublishedTarget,
                    place.clone(),
                    msg!("链接到的 {path} 还没有发布", "the link leads to {path}, which is not published"),
                )
                .help(msg!("发布之前，这里只显示文字", "until it is, the words stand here without a link")),
            );
            return Target::Nothing;
        }
        let anchor = match anchor {
            Some(anchor) => self.anchor(index, anchor, place),
            None => None,
        };
        Target::Item(index, anchor)
    }

    fn anchor(&mut self, index: usize, anchor: &str, place: &Place) -> Option<String> {
        let target = &self.catalogue.items[index];
        let anchor = percent_decode(anchor);
        let known = &target.body.scan.anchors;
        if known.contains(&anchor) {
            return Some(anchor);
        }
        let near = nearest(&anchor, known.iter().map(String::as_str), 3).join(", ");
        let path = &target.path;
        let message = msg!("{path} 里没有“#{anchor}”", "{path} has no `#{anchor}`");
        let mut problem = Diagnostic::new(Code::DeadAnchor, place.clone(), message);
        if !near.is_empty() {
            problem.help = Some(msg!("相近的有：{near}", "near it: {near}"));
        }
        self.problems.push(problem);
        None
    }

    /// A path, relative to the file or from the root.
    fn path(&mut self, raw: &str, place: &Place, missing: Code) -> Target {
        if raw.trim().is_empty() {
            let message = msg!("括号里没有写地址", "there is no address between the brackets");
            let help = msg!(
                "写上地址，例如 [文字](https://example.org/)",
                "write the address, such as [words](https://example.org/)"
            );
            self.problems.push(Diagnostic::new(missing, place.clone(), message).help(help));
            return Target::Nothing;
        }
        let (path, anchor) = split_anchor(raw);
        let path = percent_decode(path.split('?').next().unwrap_or(path));
        let joined = match path.strip_prefix('/') {
            Some(rest) => SitePath::new("content/x").map(|root| root.join(rest)).and_then(|path| path),
            None => self.item.path.join(&path),
        };
        let Ok(file) = joined else {
            let outside = joined == Err(PathProblem::LeavesRoot);
            if path == "/" {
                return Target::Address(String::new());
            }
            let message = if outside {
                msg!("路径通到网站之外：{raw}", "the path leads out of the site: {raw}")
            } else {
                msg!("路径里有不能用的字符：{raw}", "the path has characters that cannot be used: {raw}")
            };
            let mut problem = Diagnostic::new(missing, place.clone(), message);
            if raw.contains('\\') {
                problem = problem.help(help_for_local_file(raw));
            }
            self.problems.push(problem);
            return Target::Nothing;
        };
        if let Some(index) = self.catalogue.by_path(&file) {
            return self.item_target(index, anchor, place);
        }
        if self.catalogue.is_broken(&file) {
            return Target::Nothing;
        }
        if self.catalogue.files.contains(&file) && file.as_str().starts_with("content/") {
            return Target::Media(file);
        }
        if path.starts_with('/') && missing == Code::DeadLink {
            let address = path.trim_start_matches('/').to_owned();
            self.out.addresses.push((address.clone(), place.clone()));
            return Target::Address(address);
        }
        self.missing(&file, raw, place, missing);
        Target::Nothing
    }

    fn missing(&mut self, file: &SitePath, raw: &str, place: &Place, code: Code) {
        let name = file.file_name();
        let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
        let wanted = stem(name);
        let same_name = |path: &&SitePath| stem(path.file_name()) == wanted;
        let elsewhere = self.catalogue.files.iter().filter(same_name).take(3);
        let mut near: Vec<String> =
            elsewhere.map(|path| path.as_str().strip_prefix("content").unwrap_or(path.as_str()).to_owned()).collect();
        if near.is_empty() {
            let folder = file.folder();
            let beside = self.catalogue.files.iter().filter(|path| path.folder() == folder);
            near = nearest(name, beside.map(SitePath::file_name), 3).into_iter().map(str::to_owned).collect();
        }
        let near = near.join(", ");
        let mut problem = Diagnostic::new(code, place.clone(), msg!("找不到文件：{raw}", "there is no file {raw}"));
        problem.help = Some(if names_a_host(raw) {
            msg!("站外的网址要写全：https://{raw}", "write an address outside the site in full: https://{raw}")
        } else if near.is_empty() {
            msg!("应当在 {file}", "it should be at {file}")
        } else {
            msg!("相近的有：{near}", "near it: {near}")
        });
        self.problems.push(problem);
    }
}

/// `www.example.org/page`, `example.com.cn`: meant for another site, without the scheme.
fn names_a_host(raw: &str) -> bool {
    let host = raw.split(['/', '?', '#']).next().unwrap_or_default();
    let known = [".com", ".cn", ".org", ".net", ".gov", ".edu"];
    host.starts_with("www.") || known.iter().any(|end| host.ends_with(end))
}

/// `articles/id`, `columns/id`, `series` (a list).
fn named(catalogue: &Catalogue, lang: &Lang, reference: &str) -> Result<Target, Option<crate::base::lang::Message>> {
    let (folder, id) = match reference.split_once('/') {
        Some((folder, id)) => (folder, id.trim_end_matches('/')),
        None => (reference, ""),
    };
    if folder == "columns" || folder == "column" {
        let columns = &catalogue.settings.columns;
        let known = || columns.iter().map(|column| column.id.as_str());
        return columns.iter().position(|column| column.id == id).map(Target::Column).ok_or_else(|| {
            let near = nearest(id, known(), 3).join(", ");
            let all = known().collect::<Vec<_>>().join(", ");
            Some(if near.is_empty() {
                msg!("栏目有：{all}", "columns are: {all}")
            } else {
                msg!("相近的有：{near}", "near it: {near}")
            })
        });
    }
    let Some(kind) = catalogue.kinds.by_folder(folder) else {
        let all = catalogue.kinds.iter().map(|(_, k)| format!("@{}/", k.folder)).collect::<Vec<_>>().join(", ");
        return Err(Some(msg!("可以写：{all}, @columns/", "write one of {all}, @columns/")));
    };
    if id.is_empty() {
        return Ok(Target::Kind(kind));
    }
    match catalogue.find(kind, id, lang) {
        Some(index) => Ok(Target::Item(index, None)),
        None if catalogue.may_be_unread(kind, id) => Ok(Target::Nothing),
        None => Err(suggest(catalogue, kind, id)),
    }
}

fn suggest(catalogue: &Catalogue, kind: usize, id: &str) -> Option<Message> {
    let ids = catalogue.ids(kind);
    let near = nearest(id, ids.iter().copied(), 3);
    let shown = if near.is_empty() && ids.len() <= 12 { ids.iter().copied().collect() } else { near };
    let shown = shown.join(", ");
    (!shown.is_empty()).then(|| msg!("相近的有：{shown}", "near it: {shown}"))
}

/// What a field may have meant: ids, of items that titles name too both.
fn suggest_named(catalogue: &Catalogue, kind: usize, word: &str, lang: &Lang) -> Option<Message> {
    let near = nearest(word, catalogue.titles(kind, lang), 3);
    if near.is_empty() {
        return suggest(catalogue, kind, word);
    }
    let both = |title: &&str| match catalogue.meant(kind, title, lang) {
        Some(i) => format!("{title}（{}）", catalogue.items[i].id),
        None => (*title).to_owned(),
    };
    let shown = near.iter().map(both).collect::<Vec<_>>().join("、");
    Some(msg!("相近的有：{shown}；写名称或编号都可以", "near it: {shown}; write its title or its id"))
}

fn split_anchor(text: &str) -> (&str, Option<&str>) {
    match text.split_once('#') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (text, None),
    }
}

/// `%E4%B8%AD` as written by browsers; what is no valid escape stays.
fn percent_decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = bytes.get(i + 1..i + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| bytes[i] == b'%') {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
