//! `pbsite serve`.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use clap::Args;

use super::{Exit, Opened, Shared, build::failed, clock, console::Console, wall};
use crate::{
    config::Origin,
    formats::qr::qr_in_text,
    http::Server,
    msg, output,
    serve::{Preview, Sight, Watch, Workshop},
    site::{self, BuildOptions, Now, Outcome},
    store,
};

/// Show the site in a browser while it is being written
///
/// Builds the site in memory, with drafts and what is scheduled, and serves it on this computer. Every
/// file that is saved is shown at once; mistakes stand over the page until they are mended.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  pbsite serve --now 2026-11-23T08:00")]
pub(super) struct Serve {
    /// The address to serve on; 0.0.0.0 lets telephones in the same network in
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// The port, or the next free one after it
    #[arg(long, value_name = "N", default_value_t = 3000)]
    port: u16,
    /// Look at the files every second instead of waiting for the system to tell of changes
    #[arg(long)]
    poll: bool,
    /// Show the site as readers see it, without drafts and what is scheduled
    #[arg(long)]
    published: bool,
}

impl Serve {
    pub(super) fn run(&self, shared: &Shared) -> Result<Exit, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let server = Server::bind(self.host, self.port).map_err(|error| {
            let (host, port) = (self.host, self.port);
            console.fail(&msg!("不能用地址 {host}:{port}：{error}", "cannot serve on {host}:{port}: {error}"));
            Exit::Failed
        })?;
        let port = server.address().port();
        let address = format!("http://{}/", std::net::SocketAddr::new(shown(self.host), port));
        let cache = store::Disk::new(&root.join(".pbsite/cache")).remembering();
        let output = output::Memory::spilling(&root.join(".pbsite/serve"));
        let preview = Arc::new(Preview::new(output.clone()));
        let running = server.start(preview.clone(), preview.events.clone());
        let _running = running.map_err(|error| {
            console.fail(&msg!("不能启动服务器：{error}", "the server cannot be started: {error}"));
            Exit::Failed
        })?;
        self.announce(&console, &address, port);
        let options = || self.options(shared, &address);
        let workshop = Workshop {
            files: &disk,
            store: &cache,
            options: &options,
            shown: &|report| console.text(report),
            preview: &preview,
            output: &output,
        };
        let trial = || store::for_trial(&root.join(".pbsite/serve"));
        let (watch, _end) = Watch::new(&root, disk.clone(), (!self.poll).then_some(&trial));
        if watch.sight == Sight::Looking {
            console.say(&msg!("每秒查看一次文件有没有变化", "looking every second whether files changed"));
        }
        workshop.run(&watch, |outcome, time| match outcome {
            Ok(outcome) => self.told(&console, &disk, shared, &outcome, time),
            Err(failure) => {
                failed(&console, &failure);
                None
            }
        });
        Ok(Exit::Fine)
    }

    fn options(&self, shared: &Shared, address: &str) -> BuildOptions {
        let mut options = shared.options();
        options.drafts = !self.published;
        options.overrides.base_url.get_or_insert_with(|| (address.to_owned(), Origin::Flag("serve")));
        options
    }

    fn announce(&self, console: &Console, address: &str, port: u16) {
        if port != self.port && self.port != 0 {
            let taken = self.port;
            console.say(&msg!("端口 {taken} 已被占用，改用 {port}", "port {taken} is taken, using {port}"));
        }
        console.insist(&msg!(
            "在浏览器里打开 {address}（按 Ctrl+C 结束）",
            "open {address} in a browser (end with Ctrl+C)"
        ));
        if !shown(self.host).is_loopback() {
            console.say(&msg!("用手机扫码：", "with a telephone:"));
            let code = qr_in_text(address);
            console.say(&msg!("{code}", "{code}"));
        }
    }

    /// Says what a build did; how long the site stays as it is by itself.
    fn told(
        &self,
        console: &Console,
        disk: &crate::source::Disk,
        shared: &Shared,
        outcome: &Outcome,
        time: Duration,
    ) -> Option<Duration> {
        console.report(&outcome.report);
        if shared.timings {
            super::report::timings(console, outcome);
        }
        let (made, ms) = (outcome.rendered.made, time.as_millis());
        match outcome.report.errors() {
            0 => console.say(&msg!("已生成 {made} 个文件，用时 {ms} 毫秒", "{made} files made in {ms} ms")),
            _ => console.say(&msg!("有错误，显示的还是上一次的网站", "there are errors: the last good site is shown")),
        }
        let next = outcome.contents.next_change.filter(|_| shared.now.is_none())?;
        let settings = site::settings(disk, &shared.overrides(), &mut Vec::new()).ok()??;
        let now = wall(Now::Clock(clock()), &settings.zone);
        let left = now.until(next).ok()?.to_duration(now).ok()?;
        // A moment more, so that the change has come when the build asks for the time.
        Duration::try_from(left).ok().map(|left| left + Duration::from_secs(1))
    }
}

/// The address at which a browser finds the server: one for all addresses has none itself.
fn shown(host: IpAddr) -> IpAddr {
    if !host.is_unspecified() {
        return host;
    }
    crate::http::own_address().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
}
