//! What a service refused, in words that say what to do.

use opendal::{Error, ErrorKind};

use super::{super::PublishError, connect::place};
use crate::{
    config::{Cloud, Service},
    msg,
};

/// Why a request about a path failed.
pub(super) fn at(to: &Cloud, path: &str, error: &Error) -> PublishError {
    let status = status(error);
    let (place, said) = (place(to), said(error, status));
    let address = if to.endpoint.is_empty() { &to.region } else { &to.endpoint };
    let variables = variables(to.service);
    let message = match (error.kind(), status) {
        (ErrorKind::PermissionDenied, _) | (_, Some(401 | 403)) => msg!(
            "{place} 不让写（{path}）：{said}。看看 {variables} 对不对，有没有列出、读、写、删除的权限",
            "{place} refused ({path}): {said}. Look whether {variables} are right and may list, read, write and delete"
        ),
        (ErrorKind::ConfigInvalid | ErrorKind::NotFound, _) | (_, Some(404 | 409)) if to.service == Service::Webdav => {
            msg!(
                "{place} 没有这个文件夹（{path}）：{said}。看看 webdav: 的网址对不对，文件夹要先建好",
                "{place} has no such folder ({path}): {said}. Look at the address after webdav:, and make the folder first"
            )
        }
        (ErrorKind::ConfigInvalid | ErrorKind::NotFound, _) => msg!(
            "没有存储桶 {place}，或不在 {address}：{said}。看看桶名、endpoint 和 region",
            "there is no bucket {place}, or not at {address}: {said}. Look at its name, endpoint and region"
        ),
        (ErrorKind::RateLimited, _) | (_, Some(429)) => msg!(
            "{place} 嫌请求太多（{path}）：{said}。过一会儿再发布，已经送到的不会再送",
            "{place} wants fewer requests ({path}): {said}. Deploy again later: what arrived is not sent again"
        ),
        // Every attempt failed: the network, or the service.
        (_, None | Some(500..)) => msg!(
            "{address} 连不上或没有回答（{path}）：{said}。看看网络和网址；再发布一次，已经送到的不会再送",
            "{address} cannot be reached or gives no answer ({path}): {said}. Look at the network and the address; what arrived is not sent again"
        ),
        _ => msg!("{place} 出错了（{path}）：{said}", "{place} failed ({path}): {said}"),
    };
    PublishError::said(message)
}

/// The status of HTTP with which a service answered, if it did.
fn status(error: &Error) -> Option<u16> {
    let text = error.to_string();
    let (_, rest) = text.split_once("Parts { status: ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// What the service said: its own words if there are any, and what lies under them.
fn said(error: &Error, status: Option<u16>) -> String {
    let first = error.message().lines().next().unwrap_or_default().trim();
    let plain = || Some(first.to_owned()).filter(|first| !first.starts_with('<'));
    let mut words = vec![code(first).or_else(plain).unwrap_or_default()];
    words.extend(status.filter(|_| words[0].is_empty()).map(|status| format!("HTTP {status}")));
    let mut under = std::error::Error::source(error);
    while let Some(cause) = under {
        words.push(cause.to_string());
        under = cause.source();
    }
    words.retain(|word| !word.is_empty());
    words.dedup();
    words.join(": ")
}

/// Code and message out of `S3Error { code: "…", message: "…", … }`.
fn code(said: &str) -> Option<String> {
    let of = |key: &str| said.split_once(key)?.1.split('"').next();
    let (code, message) = (of("code: \"")?, of("message: \"")?);
    Some(if message.is_empty() { code.to_owned() } else { format!("{code}, {message}") })
}

fn variables(service: Service) -> &'static str {
    match service {
        Service::S3 => "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY",
        Service::Oss => "ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        Service::Cos => "TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY",
        Service::Webdav => "PBSITE_WEBDAV_USER, PBSITE_WEBDAV_PASSWORD",
    }
}
