//! The way to a service: its address from the settings, credentials from the environment, TLS by rustls.

use std::time::Duration;

use opendal::{
    HttpTransporter, Operator,
    layers::{RetryLayer, TimeoutLayer},
    services::{Cos, Oss, S3, Webdav},
};
use opendal_http_transport_reqwest::ReqwestTransport;
use reqwest::Client;

use super::super::PublishError;
use crate::{
    config::{Cloud, Service},
    msg,
};

/// How often a request is tried again that failed for a reason that may pass.
const AGAIN: usize = 5;

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(15);

/// Until a request is answered.
const ANSWER: Duration = Duration::from_secs(60);

/// Until a piece of a long file has arrived.
const PATIENCE: Duration = Duration::from_secs(900);

type Variable<'v> = &'v dyn Fn(&str) -> Option<String>;

/// Opens a service twice: for what is short, and for long files.
pub(super) fn open(to: &Cloud, variable: Variable<'_>) -> Result<(Operator, Operator), PublishError> {
    let operator = service(to, variable)?;
    let context = operator.base_context().with_http_transport(HttpTransporter::new(ReqwestTransport::new(client()?)));
    let operator = operator.with_context(context);
    let within = |time| TimeoutLayer::new().with_timeout(time).with_io_timeout(time);
    let again = || RetryLayer::new().with_jitter().with_min_delay(Duration::from_millis(500)).with_max_times(AGAIN);
    // Above the limit of time, so that what hung is tried again too.
    Ok((operator.clone().layer(within(ANSWER)).layer(again()), operator.layer(within(PATIENCE)).layer(again())))
}

/// Where a site is, for people.
pub(super) fn place(to: &Cloud) -> String {
    let name = to.service.name();
    match (to.service, to.folder.is_empty()) {
        (Service::Webdav, true) => to.endpoint.clone(),
        (Service::Webdav, false) => format!("{}/{}", to.endpoint, to.folder),
        (_, true) => format!("{name}://{}", to.bucket),
        (_, false) => format!("{name}://{}/{}", to.bucket, to.folder),
    }
}

fn service(to: &Cloud, variable: Variable<'_>) -> Result<Operator, PublishError> {
    let needed = |name: &str| variable(name).ok_or_else(|| missing(to, name));
    let optional = |name: &str| variable(name).unwrap_or_default();
    let made = match to.service {
        Service::S3 => {
            let region = if to.region.is_empty() { "us-east-1" } else { &to.region };
            let s3 = S3::default().bucket(&to.bucket).root(&to.folder).endpoint(&to.endpoint).region(region);
            let s3 = s3
                .access_key_id(&needed("AWS_ACCESS_KEY_ID")?)
                .secret_access_key(&needed("AWS_SECRET_ACCESS_KEY")?)
                .session_token(&optional("AWS_SESSION_TOKEN"));
            Operator::new(s3.disable_config_load().disable_ec2_metadata())
        }
        Service::Oss => {
            let oss = Oss::default().bucket(&to.bucket).root(&to.folder).endpoint(&to.endpoint);
            // A number has no names below it.
            let oss = if is_number(&to.endpoint) { oss.addressing_style("path") } else { oss };
            let oss = oss
                .access_key_id(&needed("ALIBABA_CLOUD_ACCESS_KEY_ID")?)
                .access_key_secret(&needed("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?);
            let token = optional("ALIBABA_CLOUD_SECURITY_TOKEN");
            Operator::new(if token.is_empty() { oss } else { oss.security_token(&token) })
        }
        Service::Cos => {
            let cos = Cos::default().bucket(&to.bucket).root(&to.folder).endpoint(&to.endpoint);
            let cos = cos
                .secret_id(&needed("TENCENTCLOUD_SECRET_ID")?)
                .secret_key(&needed("TENCENTCLOUD_SECRET_KEY")?)
                .security_token(&optional("TENCENTCLOUD_TOKEN"));
            Operator::new(cos.disable_config_load())
        }
        Service::Webdav => {
            let webdav = Webdav::default().endpoint(&to.endpoint).root(&to.folder).disable_create_dir(true);
            Operator::new(match variable("PBSITE_WEBDAV_TOKEN") {
                Some(token) => webdav.token(&token),
                None => webdav.username(&needed("PBSITE_WEBDAV_USER")?).password(&needed("PBSITE_WEBDAV_PASSWORD")?),
            })
        }
    };
    made.map_err(|error| super::trouble::at(to, "", &error))
}

/// The client under all requests. It trusts the authorities of the system, and where a container has
/// none, those that browsers trust.
fn client() -> Result<Client, PublishError> {
    let ring = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    // Fails where one is installed already, which is as good.
    let _ = rustls::crypto::CryptoProvider::install_default((*ring).clone());
    let builder =
        || Client::builder().connect_timeout(CONNECT).user_agent(concat!("pbsite/", env!("CARGO_PKG_VERSION")));
    if let Ok(client) = builder().build() {
        return Ok(client);
    }
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let failed = |error: String| PublishError::said(msg!("TLS：{error}", "TLS: {error}"));
    let tls = rustls::ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions();
    let tls = tls.map_err(|error| failed(error.to_string()))?.with_root_certificates(roots).with_no_client_auth();
    builder().tls_backend_preconfigured(tls).build().map_err(|error| failed(error.to_string()))
}

/// Whether an address names its machine by a number.
fn is_number(endpoint: &str) -> bool {
    let host = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    host.starts_with('[')
        || host.split([':', '/']).next().is_some_and(|host| host.parse::<std::net::Ipv4Addr>().is_ok())
}

fn missing(to: &Cloud, name: &str) -> PublishError {
    let place = place(to);
    PublishError::said(msg!(
        "要发布到 {place}，还没有设置环境变量 {name}。在终端里：export {name}=…；在流水线里，设成加密的变量",
        "to publish to {place}, set the variable {name}. In a terminal: export {name}=…; in CI, as a secret"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cloud(service: Service) -> Cloud {
        let endpoint = "https://cos.ap-shanghai.myqcloud.com".into();
        Cloud { service, bucket: "portal-1250000000".into(), folder: "street".into(), endpoint, region: String::new() }
    }

    #[test]
    fn what_is_missing_is_named() {
        let services = [
            (Service::S3, "AWS_ACCESS_KEY_ID"),
            (Service::Oss, "ALIBABA_CLOUD_ACCESS_KEY_ID"),
            (Service::Cos, "TENCENTCLOUD_SECRET_ID"),
            (Service::Webdav, "PBSITE_WEBDAV_USER"),
        ];
        for (service, first) in services {
            let failed = open(&cloud(service), &|_| None).err().unwrap();
            assert!(failed.to_string().contains(first), "{failed}");
            let (operator, _) = open(&cloud(service), &|name| Some(format!("the {name}"))).unwrap();
            let full = operator.info().capability();
            assert!(full.write && full.delete && full.list, "{service:?}");
        }
    }

    #[test]
    fn a_number_has_no_names_below_it() {
        assert!(is_number("http://127.0.0.1:5000") && is_number("http://[::1]:5000"));
        assert!(!is_number("https://oss-cn-shanghai.aliyuncs.com"));
    }
}
