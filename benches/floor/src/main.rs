//! What no generator can undercut: reads every article, turns its Markdown into HTML with
//! pulldown-cmark and writes one file each. No front matter, no template, no list, no check.
//!
//! `floor CONTENT OUTPUT` uses as many threads as there are cores.

use std::{
    env, fs, io,
    num::NonZero,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use pulldown_cmark::{Options, Parser, html};

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [content, output] = arguments.as_slice() else {
        eprintln!("floor CONTENT OUTPUT");
        return ExitCode::from(2);
    };
    match run(content, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("floor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(content: &Path, output: &Path) -> io::Result<()> {
    let mut sources = Vec::new();
    walk(content, output, &mut sources)?;
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| work(&sources, &next))).collect();
        workers.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| Err(io::Error::other("a worker panicked")))
        })
    })
}

/// Gathers sources with their targets; creates the folders on the way.
fn walk(folder: &Path, target: &Path, sources: &mut Vec<(PathBuf, PathBuf)>) -> io::Result<()> {
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let to = target.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &to, sources)?;
        } else {
            sources.push((entry.path(), to.with_extension("html")));
        }
    }
    Ok(())
}

fn work(sources: &[(PathBuf, PathBuf)], next: &AtomicUsize) -> io::Result<()> {
    let mut page = String::new();
    while let Some((from, to)) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
        let text = fs::read_to_string(from)?;
        page.clear();
        html::push_html(&mut page, Parser::new_ext(body(&text), Options::ENABLE_TABLES));
        fs::write(to, &page)?;
    }
    Ok(())
}

/// What stands below the front matter.
fn body(text: &str) -> &str {
    text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, body)| body)
}
