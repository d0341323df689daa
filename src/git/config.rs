//! Git's configuration, read as Git reads it.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;

use super::command::{Call, Git};
use super::environment::Environment;
use super::repo::Repo;
use crate::error::Failure;
use crate::model::printable::Printable;

const LIST: [&str; 3] = ["config", "-z", "--list"];

/// The sections that are read; of others, every key seems to be unset.
const SECTIONS: [&str; 11] = [
    "alias",
    "attr",
    "color",
    "committer",
    "core",
    "extensions",
    "filter",
    "hook",
    "pager",
    "plan",
    "user",
];

/// The configuration as it was when first asked for: files, includes, environment and `git -c`.
#[derive(Debug, Clone, Default)]
pub struct Config {
    values: HashMap<String, String>,
}

impl Config {
    fn parse(printed: &[u8]) -> Self {
        let mut values = HashMap::new();
        for row in printed.split(|byte| *byte == 0).filter(|row| is_asked(row)) {
            let row = String::from_utf8_lossy(row);
            // A variable that stands alone is true; an empty one is false.
            let (key, value) = row.split_once('\n').unwrap_or((&row, "true"));
            values.insert(key.to_owned(), value.to_owned());
        }
        Self { values }
    }

    /// Reads the configuration that holds where we are, in a repository or not.
    ///
    /// # Errors
    /// When git cannot read it.
    pub fn here() -> Result<Self> {
        let git = Git::find(Environment::current()?)?;
        Ok(Self::parse(&git.plain_call(&LIST).output()?))
    }

    /// Returns the last value of `key`, whose section and variable may be in any case.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(&canonical(key)).map(String::as_str)
    }

    /// Returns the names between section and variable: of `remote`, the remotes.
    pub fn subsections(&self, section: &str) -> BTreeSet<&str> {
        let keys = self.values.keys();
        keys.filter_map(|key| {
            let rest = key.strip_prefix(section)?.strip_prefix('.')?;
            Some(rest.rsplit_once('.')?.0)
        })
        .collect()
    }

    /// Returns a boolean in any of Git's spellings, or `default` when it is not set.
    ///
    /// # Errors
    /// A [`Failure`] when the value is no boolean.
    pub fn bool(&self, key: &str, default: bool) -> Result<bool> {
        let Some(value) = self.get(key) else {
            return Ok(default);
        };
        match value.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Ok(true),
            "" | "false" | "no" | "off" => Ok(false),
            _ => match parse_int(value) {
                Some(number) => Ok(number != 0),
                None => Err(bad("boolean", key, value)),
            },
        }
    }

    /// Returns an integer, with Git's suffixes `k`, `m` and `g`; `None` when it is not set.
    ///
    /// # Errors
    /// A [`Failure`] when the value is no integer or out of range.
    pub fn int(&self, key: &str) -> Result<Option<i64>> {
        self.get(key)
            .map(|value| parse_int(value).ok_or_else(|| bad("numeric", key, value)))
            .transpose()
    }
}

/// Whether a row is of a section that anybody here asks for. The others are nobody's business, and
/// may hold secrets.
fn is_asked(row: &[u8]) -> bool {
    let section = row.split(|byte| *byte == b'.').next().unwrap_or_default();
    SECTIONS.iter().any(|asked| asked.as_bytes() == section)
}

/// Returns the rows of what git printed that are asked for.
#[cfg(unix)]
pub(super) fn asked(printed: &[u8]) -> Vec<u8> {
    let rows = printed.split_inclusive(|byte| *byte == 0);
    rows.filter(|row| is_asked(row))
        .collect::<Vec<_>>()
        .concat()
}

fn parse_int(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let (digits, factor) = match text.char_indices().last()? {
        (at, 'k' | 'K') => (&text[..at], 1 << 10),
        (at, 'm' | 'M') => (&text[..at], 1 << 20),
        (at, 'g' | 'G') => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    digits.parse::<i64>().ok()?.checked_mul(factor)
}

fn bad(kind: &str, key: &str, value: &str) -> anyhow::Error {
    let (key, value) = (Printable::new(key), Printable::new(value));
    bad_setting(
        &key.to_string(),
        format!("bad {kind} config value '{value}' for '{key}'"),
    )
    .into()
}

/// A [`Failure`] about a setting that means nothing, with how to find out where it is made.
pub fn bad_setting(key: &str, message: String) -> Failure {
    Failure::fatal(message).hint(format!(
        "'git config --show-origin {key}' tells where it is set"
    ))
}

/// Section and variable in lower case; what is between them keeps its own.
fn canonical(key: &str) -> String {
    match (key.find('.'), key.rfind('.')) {
        (Some(first), Some(last)) => {
            let (section, middle) = key.split_at(first);
            let (middle, variable) = middle.split_at(last - first);
            format!(
                "{}{middle}{}",
                section.to_ascii_lowercase(),
                variable.to_ascii_lowercase()
            )
        }
        _ => key.to_ascii_lowercase(),
    }
}

impl Repo {
    /// Starts reading the configuration, for somebody who will ask for it after doing other things.
    pub fn expect_config(&self) {
        if self.config.get().is_none()
            && !self.recall_config()
            && let Ok(mut coming) = self.coming_config.lock()
        {
            // Whoever asks will be told if it cannot be started.
            *coming = self.config_call().start().ok();
        }
    }

    fn config_call(&self) -> Call {
        self.git.plain_call(&LIST)
    }

    /// Takes the configuration from what is kept; reports whether it could.
    #[cfg(unix)]
    fn recall_config(&self) -> bool {
        let Some(rows) = self.kept_config() else {
            return false;
        };
        self.config.get_or_init(|| Config::parse(&rows));
        true
    }

    /// Keeps nothing of the configuration for the next run.
    pub fn forget_config(&self) {
        #[cfg(unix)]
        self.drop_kept_config();
    }

    /// Nothing is kept where files do not show whether they changed.
    #[cfg(not(unix))]
    fn recall_config(&self) -> bool {
        false
    }

    /// Returns the configuration, read by one child when first asked for unless it is kept; later
    /// changes do not show.
    ///
    /// # Errors
    /// When git cannot read it.
    pub fn config(&self) -> Result<&Config> {
        if let Some(config) = self.config.get() {
            return Ok(config);
        }
        let coming = self.coming_config.lock().ok().and_then(|mut it| it.take());
        let printed = match coming {
            Some(running) => running.answer()?.success()?,
            None if self.recall_config() => return self.config(),
            None => self.config_call().output()?,
        };
        #[cfg(unix)]
        self.keep_config(&printed);
        Ok(self.config.get_or_init(|| Config::parse(&printed)))
    }

    /// Keeps the hooks in the configuration from running for what a call does to refs or an index;
    /// `core.hooksPath` does not reach them.
    pub(super) fn unhooked(&self, call: Call) -> Result<Call> {
        let names = self.config()?.subsections("hook").into_iter();
        let settings: Vec<_> = names
            .map(|name| (format!("hook.{name}.enabled"), "false"))
            .collect();
        Ok(call.settings(&settings))
    }

    /// Returns who is at work, as `Name <email>`, from what Git would put down as committer;
    /// `unknown` when it would not know either.
    pub fn actor(&self) -> String {
        let config = self.config().ok();
        let find = |variable: &str, keys: [&str; 2]| {
            let given = self.git.environment().variable(variable);
            let given = given.map(|value| value.to_string_lossy().into_owned());
            let configured = || {
                let values = keys.iter().filter_map(|key| config?.get(key));
                values.map(str::to_owned).find(|value| !value.is_empty())
            };
            given.or_else(configured)
        };
        let name = find("GIT_COMMITTER_NAME", ["committer.name", "user.name"]);
        let email = find("GIT_COMMITTER_EMAIL", ["committer.email", "user.email"]);
        match (name, email) {
            (Some(name), Some(email)) => format!("{name} <{email}>"),
            (Some(name), None) => name,
            (None, Some(email)) => format!("unknown <{email}>"),
            (None, None) => "unknown".to_owned(),
        }
    }
}
