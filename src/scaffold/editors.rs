//! Settings of the usual editors for the schemas of a site: text to paste, one for each editor.

use serde_json::{Map, Value as Json, json};

use crate::{
    base::lang::Message,
    config::FILE,
    fields::{Field, Shape},
    model::{KindSpec, Kinds},
    msg,
};

/// Where the settings look for the schema of `pbsite.yaml`.
pub(super) const SCHEMA: &str = "pbsite.schema.json";

/// An editor whose settings are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Editor {
    /// Visual Studio Code with the YAML extension, and Front Matter for the fields of articles.
    Vscode,
    /// IntelliJ IDEA and its kin.
    Jetbrains,
    /// Neovim with yaml-language-server.
    Neovim,
    /// Helix with yaml-language-server.
    Helix,
    /// Zed, which has yaml-language-server inside.
    Zed,
}

impl Editor {
    /// Every editor.
    pub const ALL: [Self; 5] = [Self::Vscode, Self::Jetbrains, Self::Neovim, Self::Helix, Self::Zed];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vscode => "vscode",
            Self::Jetbrains => "jetbrains",
            Self::Neovim => "neovim",
            Self::Helix => "helix",
            Self::Zed => "zed",
        }
    }

    /// The file that takes its settings.
    pub fn file(self) -> &'static str {
        match self {
            Self::Vscode => ".vscode/settings.json",
            Self::Jetbrains => ".idea/jsonSchemas.xml",
            Self::Neovim => ".nvim.lua",
            Self::Helix => ".helix/languages.toml",
            Self::Zed => ".zed/settings.json",
        }
    }

    /// Its settings for a site with these kinds.
    pub fn settings(self, kinds: &Kinds) -> String {
        match self {
            Self::Vscode => pretty(&vscode(kinds)),
            Self::Jetbrains => jetbrains(),
            Self::Neovim => format!(
                "vim.lsp.config('yamlls', {{\n  settings = {{ yaml = {{ schemas = {{ ['{SCHEMA}'] = '{FILE}' }} }} }},\n}})\nvim.lsp.enable('yamlls')\n"
            ),
            Self::Helix => {
                format!("[language-server.yaml-language-server.config.yaml.schemas]\n\"{SCHEMA}\" = \"{FILE}\"\n")
            }
            Self::Zed => pretty(&json!({
                "lsp": { "yaml-language-server": { "settings": { "yaml": { "schemas": { SCHEMA: [FILE] } } } } },
            })),
        }
    }

    /// What else to do.
    pub fn note(self) -> Message {
        let file = self.file();
        let more = match self {
            Self::Vscode => msg!(
                "；并安装扩展 redhat.vscode-yaml 和 eliostruyf.vscode-front-matter",
                "; install the extensions redhat.vscode-yaml and eliostruyf.vscode-front-matter"
            ),
            Self::Neovim | Self::Helix => msg!("；并安装 yaml-language-server", "; install yaml-language-server"),
            _ => Message { zh: String::new(), en: String::new() },
        };
        let (zh, en) = (more.zh, more.en);
        msg!(
            "把上面的内容放进 {file}，再运行 pbsite schema {FILE} > {SCHEMA}{zh}",
            "put this into {file} and run `pbsite schema {FILE} > {SCHEMA}`{en}"
        )
    }
}

fn pretty(value: &Json) -> String {
    format!("{value:#}\n")
}

fn vscode(kinds: &Kinds) -> Json {
    let types: Vec<Json> = kinds.iter().map(|(_, kind)| content_type(kind)).collect();
    let folders = kinds.iter().map(|(_, kind)| {
        let path = format!("[[workspace]]/content/{}", kind.folder);
        json!({ "title": kind.name, "path": path, "contentTypes": [kind.name] })
    });
    json!({
        "files.encoding": "utf8",
        "files.eol": "\n",
        "[markdown]": { "editor.wordWrap": "on", "editor.quickSuggestions": { "other": "off" } },
        "yaml.schemas": { format!("./{SCHEMA}"): FILE },
        "frontMatter.framework.id": "other",
        "frontMatter.content.publicFolder": "content",
        "frontMatter.content.pageFolders": folders.collect::<Vec<_>>(),
        "frontMatter.taxonomy.dateFormat": "yyyy-MM-dd",
        "frontMatter.taxonomy.contentTypes": types,
    })
}

/// A kind as the extension Front Matter knows it.
fn content_type(kind: &KindSpec) -> Json {
    let fields: Vec<Json> = kind.fields.iter().map(panel_field).collect();
    json!({ "name": kind.name, "pageBundle": false, "fields": fields })
}

fn panel_field(field: &Field) -> Json {
    let kind = match &field.shape {
        Shape::Text | Shape::Words | Shape::Hours | Shape::Ref(_) | Shape::Item | Shape::Url => "string",
        Shape::Texts | Shape::Refs(_) | Shape::Addresses => "list",
        Shape::Date => "datetime",
        Shape::Integer | Shape::Number => "number",
        Shape::Boolean if &*field.name == "draft" => "draft",
        Shape::Boolean => "boolean",
        Shape::Choice(_) | Shape::Choices(_) => "choice",
        Shape::Media => "image",
        Shape::Record(_) | Shape::Mapping => "fields",
        Shape::Records(_) => "json",
    };
    let mut panel = Map::new();
    panel.insert("title".into(), field.label.zh.as_str().into());
    panel.insert("name".into(), (*field.name).into());
    panel.insert("type".into(), kind.into());
    if field.required {
        panel.insert("required".into(), true.into());
    }
    match &field.shape {
        Shape::Choice(words) => {
            panel.insert("choices".into(), json!(words));
        }
        Shape::Choices(words) => {
            panel.insert("choices".into(), json!(words));
            panel.insert("multiple".into(), true.into());
        }
        Shape::Record(fields) => {
            panel.insert("fields".into(), fields.iter().map(panel_field).collect::<Vec<_>>().into());
        }
        Shape::Mapping => {
            panel.insert("fields".into(), json!([]));
        }
        _ => {}
    }
    Json::Object(panel)
}

fn jetbrains() -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<project version="4">
  <component name="JsonSchemaMappingsProjectConfiguration">
    <state>
      <map>
        <entry key="pbsite">
          <value>
            <SchemaInfo>
              <option name="name" value="pbsite" />
              <option name="relativePathToSchema" value="{SCHEMA}" />
              <option name="schemaVersion" value="JSON Schema version 2020-12" />
              <option name="patterns">
                <list>
                  <Item>
                    <option name="path" value="{FILE}" />
                  </Item>
                </list>
              </option>
            </SchemaInfo>
          </value>
        </entry>
      </map>
    </state>
  </component>
</project>
"#
    )
}
