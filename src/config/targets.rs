//! Where `deploy` brings the site: the entries of `deploy:` in `pbsite.yaml`.
//!
//! No entry holds a credential: files are in git, and the environment is not.

use crate::{base::lang::Message, fields::Values, msg};

/// A place to which `deploy` brings the site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deploy {
    /// Its name.
    pub name: String,
    /// Where and how.
    pub to: Destination,
}

/// How a site is brought somewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Destination {
    /// Into a folder of this computer that shows one of several versions.
    Folder {
        /// The folder.
        path: String,
        /// How many versions are kept.
        keep: usize,
    },
    /// By rsync.
    Rsync(String),
    /// As a ZIP file of what changed.
    Zip(String),
    /// By the system's sftp.
    Sftp(Sftp),
    /// Into an object store or a WebDAV folder.
    Cloud(Cloud),
}

/// A folder of another computer, as ssh reaches it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sftp {
    /// `www@example.org`, or a name of the user's ssh configuration.
    pub host: String,
    /// Where that says nothing.
    pub port: Option<u16>,
    /// The folder; relative ones begin at the user's home.
    pub folder: String,
}

/// An object store or a WebDAV folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cloud {
    /// Which language it speaks.
    pub service: Service,
    /// The bucket; empty for WebDAV.
    pub bucket: String,
    /// The folder in it, without slashes around; empty for the whole.
    pub folder: String,
    /// Where the service is; empty for Amazon's.
    pub endpoint: String,
    /// The region; empty where none is needed.
    pub region: String,
}

/// The services that [`Cloud`] knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Service {
    /// Amazon S3 and whatever speaks like it.
    S3,
    /// Aliyun OSS.
    Oss,
    /// Tencent COS.
    Cos,
    /// WebDAV.
    Webdav,
}

impl Service {
    /// Its key in `pbsite.yaml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Oss => "oss",
            Self::Cos => "cos",
            Self::Webdav => "webdav",
        }
    }
}

/// Versions that a folder keeps unless it says otherwise.
const VERSIONS: usize = 5;

/// What is wrong with an entry.
pub(super) struct Wrong {
    /// The key at which it stands.
    pub(super) key: &'static str,
    /// What.
    pub(super) message: Message,
    /// What to write.
    pub(super) help: Message,
}

impl Destination {
    /// Reads the entry of the target `name`.
    pub(super) fn read(name: &str, values: &Values) -> Result<Self, Wrong> {
        let text = |key: &str| Some(values.text(key).trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(path) = text("folder") {
            let keep = values.integer("keep").and_then(|keep| usize::try_from(keep).ok());
            return Ok(Self::Folder { path, keep: keep.unwrap_or(VERSIONS) });
        }
        if let Some(to) = text("rsync") {
            return Ok(Self::Rsync(to));
        }
        if let Some(path) = text("zip") {
            return Ok(Self::Zip(path));
        }
        if let Some(to) = text("sftp") {
            return Sftp::read(&to).map(Self::Sftp).ok_or_else(|| no_place(&to));
        }
        let services = [("s3", Service::S3), ("oss", Service::Oss), ("cos", Service::Cos), ("webdav", Service::Webdav)];
        let found = services.into_iter().find_map(|(key, service)| Some((key, service, text(key)?)));
        match found {
            Some((key, service, place)) => cloud(key, service, &place, values).map(Self::Cloud),
            None => Err(nowhere(name)),
        }
    }
}

impl Sftp {
    /// `user@host:folder` or `sftp://user@host:port/folder`. What begins like an option is none.
    fn read(text: &str) -> Option<Self> {
        let (host, port, folder) = match text.strip_prefix("sftp://") {
            Some(rest) => {
                let (host, folder) = rest.split_once('/')?;
                match host.rsplit_once(':') {
                    Some((host, port)) => (host, Some(port.parse().ok()?), format!("/{folder}")),
                    None => (host, None, format!("/{folder}")),
                }
            }
            None => text.split_once(':').map(|(host, folder)| (host, None, folder.to_owned()))?,
        };
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '/';
        let fine = !host.is_empty() && !host.starts_with('-') && !folder.is_empty() && host.chars().all(plain);
        fine.then(|| Self { host: host.into(), port, folder })
    }
}

fn cloud(key: &'static str, service: Service, place: &str, values: &Values) -> Result<Cloud, Wrong> {
    let (endpoint, region) = (values.text("endpoint").trim(), values.text("region").trim().to_owned());
    let address = if service == Service::Webdav { place } else { endpoint };
    let at = if service == Service::Webdav { key } else { "endpoint" };
    if address.split_once("://").is_some_and(|(_, rest)| rest.split('/').next().is_some_and(|host| host.contains('@')))
    {
        return Err(secret(at));
    }
    let is_address = address.starts_with("https://") || address.starts_with("http://");
    let endpoint_needed = matches!(service, Service::Oss | Service::Cos) || !region_tells(service, &region);
    if !is_address && (endpoint_needed || !address.is_empty()) {
        return Err(no_endpoint(at, service));
    }
    if service == Service::Webdav {
        let endpoint = place.trim_end_matches('/').to_owned();
        return Ok(Cloud { service, bucket: String::new(), folder: String::new(), endpoint, region });
    }
    let (bucket, folder) = place.split_once('/').unwrap_or((place, ""));
    let folder = folder.trim_matches('/').to_owned();
    Ok(Cloud { service, bucket: bucket.into(), folder, endpoint: endpoint.trim_end_matches('/').into(), region })
}

/// Whether a region is enough to find the service.
fn region_tells(service: Service, region: &str) -> bool {
    service == Service::S3 && !region.is_empty()
}

fn no_endpoint(key: &'static str, service: Service) -> Wrong {
    let example = match service {
        Service::S3 => "endpoint: https://s3.cn-north-1.amazonaws.com.cn",
        Service::Oss => "endpoint: https://oss-cn-shanghai.aliyuncs.com",
        Service::Cos => "endpoint: https://cos.ap-shanghai.myqcloud.com",
        Service::Webdav => "webdav: https://dav.example.org/portal/",
    };
    Wrong {
        key,
        message: msg!("没有写服务的网址，或写的不是网址", "the address of the service is missing, or is no address"),
        help: msg!("写成：{example}", "write: {example}"),
    }
}

fn secret(key: &'static str) -> Wrong {
    Wrong {
        key,
        message: msg!("网址里不能写用户名和密码", "an address must not hold a user and a password"),
        help: msg!(
            "从网址里去掉，设成环境变量 PBSITE_WEBDAV_USER 和 PBSITE_WEBDAV_PASSWORD",
            "take them out, and set the variables PBSITE_WEBDAV_USER and PBSITE_WEBDAV_PASSWORD"
        ),
    }
}

fn no_place(to: &str) -> Wrong {
    Wrong {
        key: "sftp",
        message: msg!("“{to}”里看不出是哪台机器的哪个文件夹", "`{to}` names no machine with a folder"),
        help: msg!(
            "写成：sftp: www@example.org:/srv/www/portal，端口不是 22 时写 sftp://www@example.org:2222/srv/www/portal",
            "write: sftp: www@example.org:/srv/www/portal, or with a port sftp://www@example.org:2222/srv/www/portal"
        ),
    }
}

fn nowhere(name: &str) -> Wrong {
    Wrong {
        key: "name",
        message: msg!("发布目标 {name} 没有写送到哪里", "the target {name} does not say where to"),
        help: msg!(
            "写一种：folder: /srv/www/portal，或 rsync: www@example.org:/srv/www/，或 sftp: www@example.org:/srv/www/，或 zip: changes.zip，或 s3、oss、cos、webdav",
            "write one of: folder: /srv/www/portal, rsync: www@example.org:/srv/www/, sftp: www@example.org:/srv/www/, zip: changes.zip, or s3, oss, cos, webdav"
        ),
    }
}
