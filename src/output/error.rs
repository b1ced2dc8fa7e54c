//! Why an output could not be written: the path, what was tried, what the system answered.

use std::{error::Error, fmt, io, path::PathBuf};

use crate::{base::lang::Message, msg};

/// A failure of the output folder.
#[derive(Debug)]
pub struct OutputError {
    /// The file or folder concerned.
    pub path: PathBuf,
    /// What is wrong with it.
    pub trouble: Trouble,
}

/// What can be wrong with a path of the output folder.
#[derive(Debug)]
pub enum Trouble {
    /// The system refused.
    Io(Verb, io::Error),
    /// Another build is at work in this folder.
    Busy,
    /// An output is to stand where a folder that no build made stands.
    FolderInTheWay,
    /// An output is to stand in a folder of that name, but a file is there.
    FileInTheWay,
    /// A symbolic link stands there; following it would write elsewhere.
    LinkInTheWay,
    /// The name is not for outputs: the folder's own files, or what the system cannot hold.
    Reserved,
    /// The build wrote this path twice.
    Twice,
}

/// What was tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is its own name")]
pub enum Verb {
    Create,
    Lock,
    Read,
    Write,
    Rename,
    Remove,
}

impl OutputError {
    pub(super) fn new(path: impl Into<PathBuf>, trouble: Trouble) -> Self {
        Self { path: path.into(), trouble }
    }

    /// What happened and what to do, in both languages.
    pub fn message(&self) -> Message {
        let path = self.path.display();
        match &self.trouble {
            Trouble::Io(verb, error) => io_message(*verb, &path.to_string(), error),
            Trouble::Busy => msg!(
                "另一个构建正在写入输出目录 {path}；请等它结束后再运行",
                "another build is at work in the output folder {path}; wait until it has finished"
            ),
            Trouble::FolderInTheWay => msg!(
                "要写的文件 {path} 被一个不是由构建生成的目录占用；请移走该目录",
                "cannot write the file {path}: a folder that no build made stands there; move it away"
            ),
            Trouble::FileInTheWay => msg!(
                "要建的目录 {path} 被一个文件占用；请移走该文件",
                "cannot make the folder {path}: a file stands there; move it away"
            ),
            Trouble::LinkInTheWay => msg!(
                "输出路径 {path} 是符号链接，写入会落到别处；请删除该链接",
                "the output path {path} is a symbolic link and writing would land elsewhere; remove the link"
            ),
            Trouble::Reserved => {
                msg!("输出文件不能使用名称 {path}", "an output cannot have the name {path}")
            }
            Trouble::Twice => msg!("本次构建两次写入 {path}", "this build wrote {path} twice"),
        }
    }
}

fn io_message(verb: Verb, path: &str, error: &io::Error) -> Message {
    let (zh, en) = match verb {
        Verb::Create => ("创建", "create"),
        Verb::Lock => ("锁定", "lock"),
        Verb::Read => ("读取", "read"),
        Verb::Write => ("写入", "write"),
        Verb::Rename => ("替换", "replace"),
        Verb::Remove => ("删除", "remove"),
    };
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => msg!(
            "磁盘已满，无法{zh} {path}；已发布的文件可继续访问，清出空间后请重新构建",
            "the disk is full: cannot {en} {path}; published files still stand, free some space and build again"
        ),
        io::ErrorKind::PermissionDenied => {
            msg!("没有权限{zh} {path}（{error}）", "no permission to {en} {path} ({error})")
        }
        _ => msg!("无法{zh} {path}：{error}", "cannot {en} {path}: {error}"),
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().en)
    }
}

impl Error for OutputError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.trouble {
            Trouble::Io(_, error) => Some(error),
            _ => None,
        }
    }
}
