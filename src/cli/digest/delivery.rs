//! What the sending commands share: where the ledger, the keys and the list of recipients are, as
//! the environment and the flags say.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::{Timestamp, tz::TimeZone};

use super::super::{Exit, Opened, Shared, clock, console::Console, variable};
use crate::{
    base::lang::Message,
    config::{Overrides, Settings},
    digest::{
        disk,
        key::Ring,
        ledger::{Ledger, Opening},
        mime::Signer,
        recipients::{Source, Summary},
        transport::{Address, Exit as WayOut, Files, smtp::Smtp},
    },
    msg, site,
    source::Disk,
};

/// Options of every command that opens the ledger.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct LedgerOptions {
    /// Take over the ledger of another machine, named by its id
    #[arg(long, value_name = "ID")]
    adopt_ledger: Option<String>,
}

/// A site whose letters are sent.
pub(super) struct Post {
    pub(super) root: PathBuf,
    pub(super) disk: Disk,
    pub(super) console: Console,
    pub(super) settings: Settings,
}

impl Post {
    /// Opens the site around here.
    pub(super) fn open(shared: &Shared) -> Result<Self, Exit> {
        let Opened { root, disk, console } = shared.open()?;
        let settings = site::settings(&disk, &Overrides::default(), &mut Vec::new()).ok().flatten();
        let Some(settings) = settings else {
            console.fail(&msg!(
                "pbsite.yaml 读不出来；先运行 pbsite check",
                "pbsite.yaml cannot be read: run `pbsite check` first"
            ));
            return Err(Exit::Failed);
        };
        Ok(Self { root, disk, console, settings })
    }

    /// Says why it could not run, if so.
    pub(super) fn or_fail<T>(&self, result: Result<T, Message>) -> Result<T, Exit> {
        result.map_err(|message| {
            self.console.fail(&message);
            Exit::Failed
        })
    }

    /// The folder of this site's ledger and keys: of the user, outside the site.
    pub(super) fn state_folder(&self) -> Result<PathBuf, Message> {
        let home = || variable("HOME").map(|home| Path::new(&home).join(".local/state"));
        let state = variable("XDG_STATE_HOME").or_else(|| variable("LOCALAPPDATA")).map(PathBuf::from).or_else(home);
        let state = state.ok_or_else(|| {
            msg!("不知道发送账放在哪里：请设 PBSITE_LEDGER", "nobody says where the ledger is: set PBSITE_LEDGER")
        })?;
        Ok(state.join("pbsite").join(self.site_id()))
    }

    /// The site's id: its address as a name of a folder.
    fn site_id(&self) -> String {
        let base = &self.settings.base_url;
        let text = format!("{}{}", base.host(), base.path());
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        text.trim_end_matches('/').chars().map(plain).collect()
    }

    fn ledger_path(&self) -> Result<PathBuf, Message> {
        let path = match variable("PBSITE_LEDGER") {
            Some(path) => PathBuf::from(path),
            None => self.state_folder()?.join("ledger.sqlite"),
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let inside = match (disk::real(folder), disk::real(&self.root)) {
            (Ok(folder), Ok(root)) => folder.starts_with(root),
            _ => false,
        };
        if !inside {
            return Ok(path);
        }
        let shown = path.display();
        Err(msg!(
            "发送账 {shown} 在网站的文件夹里，会被提交或发布出去。请改 PBSITE_LEDGER",
            "the ledger {shown} lies in the site's folder and could be committed or published. Change PBSITE_LEDGER"
        ))
    }

    /// Opens the ledger that is there.
    pub(super) fn ledger(&self, options: &LedgerOptions) -> Result<Ledger, Exit> {
        self.open_ledger(options, Making::Never)
    }

    /// Opens the ledger, and makes one where none is: not in CI, whose disk is gone afterwards.
    pub(super) fn ledger_or_new(&self, options: &LedgerOptions) -> Result<Ledger, Exit> {
        let ci = variable("CI").is_some_and(|value| value != "false" && value != "0");
        self.open_ledger(options, if ci { Making::NotInCi } else { Making::Allowed })
    }

    /// Opens the ledger if there is one.
    pub(super) fn ledger_if_any(&self, options: &LedgerOptions) -> Result<Option<Ledger>, Exit> {
        if disk::is_there(&self.or_fail(self.ledger_path())?) { self.ledger(options).map(Some) } else { Ok(None) }
    }

    fn open_ledger(&self, options: &LedgerOptions, making: Making) -> Result<Ledger, Exit> {
        let path = self.or_fail(self.ledger_path())?;
        if making == Making::NotInCi && !disk::is_there(&path) {
            self.console.fail(&msg!(
                "这里是 CI（环境变量 CI），不新建发送账：机器一关账就没了，下次会重发。请在固定的机器上发送，或用 PBSITE_LEDGER 指出长期保存的账",
                "this is CI (the variable CI): no ledger is made here, it would be gone with the machine and people would get letters twice. Send from a machine that stays, or name a lasting ledger in PBSITE_LEDGER"
            ));
            return Err(Exit::Failed);
        }
        let opening =
            Opening { make: making == Making::Allowed, adopt: options.adopt_ledger.clone(), machine: disk::machine() };
        self.or_fail(Ledger::open(&path, &opening))
    }

    /// Where keys are kept: the file that `PBSITE_DIGEST_KEY` names, else one in the state folder.
    pub(super) fn key_file(&self) -> Result<PathBuf, Exit> {
        match variable("PBSITE_DIGEST_KEY").filter(|value| !value.contains("pbsite-key-")) {
            Some(path) => Ok(PathBuf::from(path)),
            None => self.or_fail(self.state_folder().map(|folder| folder.join("digest.key"))),
        }
    }

    /// The keys: from `PBSITE_DIGEST_KEY`, which holds them or names their file.
    pub(super) fn keys(&self) -> Result<Ring, Exit> {
        if let Some(keys) = variable("PBSITE_DIGEST_KEY").filter(|value| value.contains("pbsite-key-")) {
            return self.or_fail(Ring::parse(&keys));
        }
        let file = self.key_file()?;
        let text = disk::text(&file).map_err(|_| {
            msg!(
                "还没有密钥：退订链接和邮件编号要靠它。运行 pbsite digest key new，并把密钥文件备份好",
                "there is no key, which the links for leaving and the Message-IDs need. Run `pbsite digest key new` and keep a copy of its file"
            )
        });
        self.or_fail(text.and_then(|text| Ring::parse(&text)))
    }

    /// Who receives, as `PBSITE_RECIPIENTS` says.
    pub(super) fn source(&self) -> Result<Source, Exit> {
        let named = variable("PBSITE_RECIPIENTS").ok_or_else(|| {
            msg!(
                "没有名单：用 PBSITE_RECIPIENTS 指出收件人文件（CSV、XLSX 或 SQLite），放在网站文件夹以外",
                "there is no list: name a file of recipients (CSV, XLSX or SQLite) in PBSITE_RECIPIENTS, outside the site's folder"
            )
        });
        self.or_fail(named.and_then(|value| Source::parse(&value, &self.root)))
    }

    /// Where letters go, as `PBSITE_SMTP_URL` says, with its pace.
    pub(super) fn way_out(&self) -> Result<(Box<dyn WayOut>, Option<f64>), Exit> {
        let named = variable("PBSITE_SMTP_URL").ok_or_else(|| {
            msg!(
                "没有邮件服务器：设 PBSITE_SMTP_URL，如 smtp://用户:密码@smtp.example.org:587?tls=required",
                "there is no mail server: set PBSITE_SMTP_URL, such as smtp://user:password@smtp.example.org:587?tls=required"
            )
        });
        let address = self.or_fail(named.and_then(|value| Address::parse(&value)))?;
        Ok(match (Files::at(&address), address) {
            (Some(files), _) => (Box::new(files), None),
            (None, Address::Smtp(relay)) => {
                let rate = relay.rate;
                (Box::new(Smtp::new(relay, Default::default())), rate)
            }
            (None, _) => unreachable!("what is no relay is files"),
        })
    }

    /// Who signs, as `PBSITE_DKIM` says.
    pub(super) fn signer(&self) -> Result<Option<Signer>, Exit> {
        self.or_fail(variable("PBSITE_DKIM").map(|setting| Signer::parse(&setting)).transpose())
    }

    /// Tells the rows of the list that cannot be used.
    pub(super) fn tell_bad_rows(&self, source: &Source, summary: &Summary) {
        let file = source.shown();
        for bad in &summary.bad {
            let (row, column, why) = (bad.row, &bad.column, &bad.message);
            let (zh, en) = (&why.zh, &why.en);
            self.console
                .insist(&msg!("名单 {file} 第 {row} 行“{column}”：{zh}", "list {file}, row {row}, “{column}”: {en}"));
        }
        let more = summary.bad_rows - summary.bad.len() as u64;
        if more > 0 {
            self.console.insist(&msg!("还有 {more} 行有同样的问题", "{more} more rows cannot be used"));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Making {
    Never,
    Allowed,
    NotInCi,
}

/// The time: that of `--now`, else the clock's.
pub(super) fn time(shared: &Shared, zone: &TimeZone) -> Timestamp {
    let told = shared.now.and_then(|when| when.start().to_zoned(zone.clone()).ok());
    told.map_or_else(clock, |moment| moment.timestamp())
}
