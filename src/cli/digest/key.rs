//! `pbsite digest key`.

use clap::{Args, Subcommand};

use super::{
    super::{Exit, Shared},
    delivery::Post,
};
use crate::{
    digest::{
        disk,
        key::{Key as Secret, Ring},
    },
    msg,
};

/// Keys of Message-IDs and of the links for leaving
#[derive(Args, Debug)]
pub(super) struct Key {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Make a key and add it to the key file; from now on it signs, and older ones still verify
    New,
    /// Tell which keys there are, without their secrets
    List,
}

impl Key {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let post = Post::open(shared)?;
        match self.command {
            Command::New => new(&post),
            Command::List => list(&post),
        }
    }
}

fn new(post: &Post) -> Result<Exit, Exit> {
    let file = post.key_file()?;
    let key = post.or_fail(Secret::random())?;
    let folder = file.parent().map_or(Ok(()), disk::private_folder);
    let added = folder.and_then(|()| disk::append_private(&file, key.line().as_bytes()));
    let shown = file.display();
    post.or_fail(added.map_err(|error| msg!("写不了 {shown}：{error}", "{shown} cannot be written: {error}")))?;
    let id = key.id();
    post.console.say(&msg!(
        "新密钥 {id} 已写入 {shown}。请备份这个文件：没有它，已经发出的退订链接就失效了",
        "key {id} was added to {shown}. Keep a copy of this file: without it the links in letters that were sent stop working"
    ));
    Ok(Exit::Fine)
}

fn list(post: &Post) -> Result<Exit, Exit> {
    let ring: Ring = post.keys()?;
    let lines: String = ring.all().map(|key| format!("{}\n", key.id())).collect();
    post.console.answer(&lines);
    Ok(Exit::Fine)
}
