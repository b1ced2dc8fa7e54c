//! Case files: a text with sections.
//!
//! `== path ==` begins a file of the site, `== path (form) ==` one that is written in another
//! form than plain text (`hex`, `gbk`, `utf-16`, `crlf`, `png 400x300`, `png-gps 40x30`, `heavy-svg`, `times 1000`), `-- name --`
//! what is expected. What stands before the first section says what the case is about.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A case file, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// The file.
    pub(crate) path: PathBuf,
    /// Its name below `tests/`, for messages.
    pub(crate) name: String,
    /// What stands before the first section.
    pub(crate) about: String,
    /// The sections in their order.
    pub(crate) sections: Vec<Section>,
}

/// A section: its header line, and the text below it.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// `==` or `--`.
    pub(crate) mark: &'static str,
    /// What stands between the marks.
    pub(crate) title: String,
    /// The text, without blank lines at its end.
    pub(crate) text: String,
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether case files are to be written anew.
pub(crate) fn blessing() -> bool {
    std::env::var_os("PBSITE_BLESS").is_some_and(|value| !value.is_empty())
}

/// Every case file below a folder of `tests/`, by path.
pub(crate) fn cases(folder: &str) -> Vec<Case> {
    let mut paths = Vec::new();
    collect(&root().join("tests").join(folder), &mut paths);
    paths.sort();
    paths.iter().map(|path| Case::read(path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else {
            let known = path.extension().is_some_and(|e| e == "txt" || e == "rs");
            assert!(known, "{} is no case file: it would never be run", path.display());
            if path.extension().is_some_and(|e| e == "txt") {
                paths.push(path);
            }
        }
    }
}

impl Case {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(root().join("tests")).unwrap().to_string_lossy().replace('\\', "/");
        let mut about = String::new();
        let mut sections: Vec<Section> = Vec::new();
        for line in text.lines() {
            match header(line) {
                Some((mark, title)) => sections.push(Section { mark, title: title.into(), text: String::new() }),
                None => {
                    let text = sections.last_mut().map_or(&mut about, |section| &mut section.text);
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
        for section in &mut sections {
            let end = section.text.trim_end_matches('\n').len();
            section.text.truncate(end);
        }
        Self { path: path.into(), name, about: about.trim().into(), sections }
    }

    /// The text of a section, if there is one.
    pub(crate) fn get(&self, mark: &str, title: &str) -> Option<&str> {
        self.sections.iter().find(|s| s.mark == mark && s.title == title).map(|s| s.text.as_str())
    }

    /// Sets the text of a `--` section; a new one stands before the others.
    pub(crate) fn set(&mut self, title: &str, text: &str) {
        let text = text.trim_end_matches('\n').to_owned();
        match self.sections.iter_mut().find(|s| s.mark == "--" && s.title == title) {
            Some(section) => section.text = text,
            None if text.is_empty() => {}
            None => {
                let at = self.sections.iter().position(|s| s.mark == "--").unwrap_or(self.sections.len());
                self.sections.insert(at, Section { mark: "--", title: title.into(), text });
            }
        }
    }

    /// Writes the case back.
    pub(crate) fn write(&self) {
        let mut text = format!("{}\n", self.about);
        for section in &self.sections {
            let mark = section.mark;
            text.push_str(&format!("\n{mark} {} {mark}\n{}", section.title, section.text));
            text.push_str(if section.text.is_empty() { "" } else { "\n" });
        }
        fs::write(&self.path, text).unwrap();
    }

    /// The files of the site, with their bytes.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let files = self.sections.iter().filter(|s| s.mark == "==" && s.title != "options");
        files.map(|section| bytes(&section.title, &section.text)).collect()
    }

    /// A line `key: value` of the options.
    pub(crate) fn option(&self, key: &str) -> Option<&str> {
        let lines = self.get("==", "options")?.lines();
        lines.filter_map(|line| line.split_once(": ")).find(|(k, _)| *k == key).map(|(_, value)| value)
    }
}

fn header(line: &str) -> Option<(&'static str, &str)> {
    ["==", "--"].into_iter().find_map(|mark| {
        let title = line.strip_prefix(mark)?.strip_prefix(' ')?.strip_suffix(mark)?.strip_suffix(' ')?;
        Some((mark, title))
    })
}

fn bytes(title: &str, text: &str) -> (String, Vec<u8>) {
    let text = format!("{text}\n");
    let Some((path, form)) = title.split_once(" (").map(|(path, form)| (path, form.trim_end_matches(')'))) else {
        return (title.into(), text.into_bytes());
    };
    let (form, argument) = form.split_once(' ').unwrap_or((form, ""));
    let bytes = match form {
        "hex" => hex(&text),
        "gbk" => encoding_rs::GB18030.encode(&text).0.into_owned(),
        "utf-16" => [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
        "crlf" => text.replace('\n', "\r\n").into_bytes(),
        "times" => text.repeat(argument.parse().unwrap()).into_bytes(),
        "png" => picture(argument),
        "png-gps" => with_location(&picture(argument)),
        "heavy-svg" => format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"30\"><path d=\"M0 0{}\"/></svg>",
            "l1 1".repeat(300_000)
        )
        .into_bytes(),
        _ => panic!("no such form of a file: {form}"),
    };
    (path.into(), bytes)
}

/// A PNG with an EXIF chunk that has a table of GPS data.
fn with_location(png: &[u8]) -> Vec<u8> {
    let exif: [u8; 44] =
        [*b"MM\0*\0\0\0\x08\0\x01\x88\x25", *b"\0\x04\0\0\0\x01\0\0\0\x1a\0\0", *b"\0\0\0\x01\0\x01\0\x02\0\0\0\x02"]
            .concat()
            .into_iter()
            .chain(*b"N\0\0\0\0\0\0\0")
            .collect::<Vec<u8>>()
            .try_into()
            .unwrap();
    // Behind the signature and the header, which have 33 bytes.
    let mut bytes = png[..33].to_vec();
    bytes.extend((exif.len() as u32).to_be_bytes());
    bytes.extend(b"eXIf");
    bytes.extend(exif);
    bytes.extend(crc(&[&b"eXIf"[..], &exif].concat()).to_be_bytes());
    bytes.extend(&png[33..]);
    bytes
}

/// The checksum of PNG chunks (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(!0, step)
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// A PNG of a size such as `40x30`.
pub(crate) fn picture(size: &str) -> Vec<u8> {
    let (width, height) = size.split_once('x').unwrap();
    let picture = image::RgbImage::from_fn(width.parse().unwrap(), height.parse().unwrap(), |x, y| {
        image::Rgb([(x % 251) as u8, (y % 241) as u8, 90])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
