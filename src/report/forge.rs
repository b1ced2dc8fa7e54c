//! Where the files of a site can be seen: addresses of lines on GitHub, GitLab, Gitee and Gitea.

/// A repository on a forge, at a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forge {
    /// Address of the tree up to the path, `/` at the end.
    base: String,
    /// The site's folder in the repository, empty or with `/` at the end.
    folder: String,
}

impl Forge {
    /// Takes the address of the repository from `repository` of `pbsite.yaml`, else from what CI
    /// says; the commit from CI, else the newest one of the default branch. `folder` is the site's
    /// folder in the repository. `None` where no address is known.
    pub fn new(setting: &str, variable: impl Fn(&str) -> Option<String>, folder: &str) -> Option<Self> {
        let github = || Some(format!("{}/{}", variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?));
        let repository = Some(setting.to_owned()).filter(|setting| !setting.is_empty());
        let repository = repository.or_else(|| variable("CI_PROJECT_URL")).or_else(github)?;
        let repository = repository.trim_end_matches('/').trim_end_matches(".git");
        // Of a pull request Gitee names the commit that it starts from apart.
        let names = ["CI_COMMIT_SHA", "GITHUB_SHA", "GITEE_SOURCE_COMMIT", "GITEE_COMMIT"];
        let commit = names.iter().find_map(|name| variable(name)).unwrap_or_else(|| "HEAD".into());
        let tree = match Kind::of(repository, &variable) {
            Kind::GitLab => format!("/-/blob/{commit}/"),
            Kind::Gitea if commit == "HEAD" => "/src/branch/HEAD/".into(),
            Kind::Gitea => format!("/src/commit/{commit}/"),
            Kind::GitHub => format!("/blob/{commit}/"),
        };
        let folder = if folder.is_empty() { String::new() } else { format!("{}/", encoded(folder)) };
        Some(Self { base: format!("{repository}{tree}"), folder })
    }

    /// The address of a line of a file of the site.
    pub fn link(&self, file: &str, line: Option<u32>) -> String {
        let line = line.map_or(String::new(), |line| format!("#L{line}"));
        format!("{}{}{}{line}", self.base, self.folder, encoded(file))
    }
}

/// What a forge's addresses look like.
enum Kind {
    /// And Gitee.
    GitHub,
    GitLab,
    /// And Forgejo.
    Gitea,
}

impl Kind {
    fn of(repository: &str, variable: &impl Fn(&str) -> Option<String>) -> Self {
        let host = repository.split("://").nth(1).unwrap_or_default().split('/').next().unwrap_or_default();
        if variable("CI_PROJECT_URL").is_some() || host.contains("gitlab") {
            Self::GitLab
        } else if ["gitea", "forgejo", "codeberg"].iter().any(|name| host.contains(name)) {
            Self::Gitea
        } else {
            Self::GitHub
        }
    }
}

/// A path with what an address cannot hold percent-encoded.
fn encoded(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let byte = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    path.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(setting: &str, variables: &[(&str, &str)], folder: &str, expect: Option<&str>) {
        let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let link = Forge::new(setting, variable, folder).map(|forge| forge.link("content/新 a.md", Some(3)));
        assert_eq!(link.as_deref(), expect);
    }

    #[test]
    fn every_forge_has_its_addresses() {
        let file = "content/%E6%96%B0%20a.md#L3";
        let at = |start: &str| Some(format!("{start}/{file}"));
        let github = [("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "o/r"), ("GITHUB_SHA", "c1")];
        check("", &github, "", at("https://github.com/o/r/blob/c1").as_deref());
        check("", &github, "site/门", at("https://github.com/o/r/blob/c1/site/%E9%97%A8").as_deref());
        let gitlab = [("CI_PROJECT_URL", "https://git.example.org/o/r"), ("CI_COMMIT_SHA", "c2")];
        check("", &gitlab, "", at("https://git.example.org/o/r/-/blob/c2").as_deref());
        let gitee = [("GITEE_COMMIT", "c3"), ("GITEE_SOURCE_COMMIT", "c4")];
        check("https://gitee.com/o/r.git", &gitee, "", at("https://gitee.com/o/r/blob/c4").as_deref());
        check("https://gitee.com/o/r/", &gitee[..1], "", at("https://gitee.com/o/r/blob/c3").as_deref());
        check(
            "https://codeberg.org/o/r",
            &[("CI_COMMIT_SHA", "c5")],
            "",
            at("https://codeberg.org/o/r/src/commit/c5").as_deref(),
        );
        check("https://gitlab.example.org/o/r", &[], "", at("https://gitlab.example.org/o/r/-/blob/HEAD").as_deref());
        check("", &[("GITHUB_SHA", "c1")], "", None);
    }
}
