//! The door of the digest to the disk and the machine: keys, ledgers and letters as files, none of
//! which belongs to the site.
#![expect(clippy::disallowed_methods, reason = "this is the door")]

use std::{
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// An open file.
pub use std::fs::File;

/// Opens a file for reading.
pub fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The text of a file.
pub fn text(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

/// The bytes of a file.
pub fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    fs::read(path)
}

/// Whether something is there.
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether it is a folder.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// The real path, without links.
pub fn real(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// Makes a folder that its owner alone may enter, with those above it.
pub fn private_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(path)?;
    restrict(path, 0o700)
}

/// Makes a folder with those above it.
pub fn folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Opens a file that its owner alone may read, for reading and writing; makes it if need be.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Adds to a file that its owner alone may read.
pub fn append_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private_file(path)?;
    io::Seek::seek(&mut file, io::SeekFrom::End(0))?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a file anew: beside it first, then put in its place.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let staged = path.with_extension("part");
    let mut file = File::create(&staged)?;
    file.write_all(bytes).and_then(|()| file.sync_all())?;
    fs::rename(&staged, path)
}

/// Puts a finished file into its place.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Copies a file, for a backup.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::copy(from, to).map(drop)
}

/// The files of a folder by name; none where there is no folder.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.is_file());
    paths.sort();
    Ok(paths)
}

/// What a command line of the user writes to its output.
///
/// # Errors
/// It cannot be started, or ends with another code than 0.
pub fn output_of(command: &str) -> io::Result<Vec<u8>> {
    let output = shell(command).stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    if output.status.success() { Ok(output.stdout) } else { Err(io::Error::other(output.status.to_string())) }
}

/// Hands bytes to a program on its input.
///
/// # Errors
/// It cannot be started, does not take them, or ends with another code than 0: the code is the
/// message, after `exit `.
pub fn pipe_to(program: &Path, arguments: &[&str], input: &[u8]) -> io::Result<()> {
    let mut child = fed(program, arguments).stdout(Stdio::null()).spawn()?;
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input));
    let status = child.wait()?;
    match status.code() {
        Some(0) => written,
        Some(code) => Err(io::Error::other(format!("exit {code}"))),
        None => Err(io::Error::other("killed")),
    }
}

/// What a program on the path makes of its input.
///
/// # Errors
/// It cannot be started, or ends with another code than 0.
pub fn filter(program: &str, arguments: &[&str], input: &[u8]) -> io::Result<Vec<u8>> {
    let mut child = fed(Path::new(program), arguments).stdout(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        // A program that has seen enough closes its input: how it ends tells whether all is well.
        scope.spawn(|| stdin.map_or(Ok(()), |mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    })?;
    if output.status.success() { Ok(output.stdout) } else { Err(io::Error::other(output.status.to_string())) }
}

/// A program that reads what it is given.
fn fed(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stderr(Stdio::null());
    command
}

fn shell(command: &str) -> Command {
    #[cfg(windows)]
    let (program, flag) = ("cmd", "/C");
    #[cfg(not(windows))]
    let (program, flag) = ("/bin/sh", "-c");
    let mut shell = Command::new(program);
    shell.arg(flag).arg(command);
    shell
}

/// What is different after every start of the machine, where the system tells.
pub fn boot() -> Option<String> {
    let mut text = String::new();
    File::open("/proc/sys/kernel/random/boot_id").ok()?.read_to_string(&mut text).ok()?;
    Some(text.trim().to_owned())
}

/// What names this machine, where the system tells.
pub fn machine() -> Option<String> {
    let id = fs::read_to_string("/etc/machine-id").or_else(|_| fs::read_to_string("/etc/hostname")).ok()?;
    let id = id.trim();
    (!id.is_empty()).then(|| id.to_owned())
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// Writes at a place of a file.
#[cfg(unix)]
pub fn write_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

/// Writes at a place of a file.
#[cfg(not(unix))]
pub fn write_at(mut file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    io::Seek::seek(&mut file, io::SeekFrom::Start(at))?;
    file.write_all(bytes)
}
