//! What a browser gets: the outputs of the last good build, pages with a script that reloads them,
//! and what happens as events.

use std::sync::{Arc, PoisonError, RwLock};

use crate::{
    base::path::OutPath,
    http::{Answer, App, Events, Request, event},
    output,
};

/// Addresses of the server's own files; no output can have them.
const OWN: &str = ".pbsite/";

const SCRIPT: &str = "<script src=\"/.pbsite/reload.js\" defer></script>";

/// Serves the outputs of builds.
#[derive(Debug)]
pub struct Preview {
    output: output::Memory,
    /// Tells whoever looks at a page.
    pub events: Events,
    /// What is wrong, in JSON.
    state: RwLock<String>,
}

impl Preview {
    /// Serves what is in `output`.
    pub fn new(output: output::Memory) -> Self {
        Self { output, events: Events::default(), state: RwLock::new(state("")) }
    }

    /// Shows problems over every page, or takes them away, and lets pages look whether they changed.
    pub fn tell(&self, problems: &str) {
        let state = state(problems);
        self.state.write().unwrap_or_else(PoisonError::into_inner).clone_from(&state);
        self.events.send("state", &state);
    }

    fn own(&self, request: &Request, name: &str) -> Answer {
        match name {
            "events" => Answer::events(event("state", &self.state.read().unwrap_or_else(PoisonError::into_inner))),
            "reload.js" => Answer::file(request, 200, name, include_bytes!("reload.js")[..].into()),
            "overlay.css" => Answer::file(request, 200, name, include_bytes!("overlay.css")[..].into()),
            _ => self.missing(request),
        }
    }

    fn output(&self, request: &Request, address: &str) -> Answer {
        let Ok(path) = OutPath::of_address(address) else { return self.missing(request) };
        if let Some(bytes) = self.output.get(path.as_str()) {
            return page(request, 200, path.as_str(), bytes);
        }
        let folder = format!("{address}/");
        let is_folder = OutPath::of_address(&folder).is_ok_and(|path| self.output.get(path.as_str()).is_some());
        if is_folder { Answer::redirect(format!("{}/", request.path)) } else { self.missing(request) }
    }

    fn missing(&self, request: &Request) -> Answer {
        match self.output.get("404.html") {
            Some(bytes) => page(request, 404, "404.html", bytes),
            None => {
                page(request, 404, "404.html", b"<!doctype html><meta charset=utf-8><title>404</title>404\n"[..].into())
            }
        }
    }
}

impl App for Preview {
    fn answer(&self, request: &Request) -> Answer {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            let mut answer = Answer::text(405, "GET and HEAD only\n");
            answer.headers.push(("Allow", "GET, HEAD".into()));
            return answer;
        }
        let Some(address) = request.decoded() else { return Answer::text(400, "the address is no text\n") };
        match address.strip_prefix(OWN) {
            Some(name) => self.own(request, name),
            None => self.output(request, &address),
        }
    }
}

fn state(problems: &str) -> String {
    serde_json::json!({ "problems": problems }).to_string()
}

/// An output; a page gets the script that reloads it.
fn page(request: &Request, status: u16, path: &str, bytes: Arc<[u8]>) -> Answer {
    if !path.ends_with(".html") {
        return Answer::file(request, status, path, bytes);
    }
    let end = bytes.windows(7).rposition(|window| window == b"</body>").unwrap_or(bytes.len());
    let whole = [&bytes[..end], SCRIPT.as_bytes(), &bytes[end..]].concat();
    Answer::file(request, status, path, whole.into())
}
