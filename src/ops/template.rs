//! Personal spec templates: specs that a user keeps for every repository.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use directories::ProjectDirs;

use crate::error::Failure;
use crate::model::printable::Printable;

use super::spec_file::SpecSource;

/// Returns where templates are: `templates` in git-plan's configuration directory, which is
/// `~/.config/git-plan` on Linux.
///
/// # Errors
/// Fatal when the user has no home directory.
pub fn folder() -> Result<PathBuf> {
    let places = ProjectDirs::from("", "", "git-plan");
    let places =
        places.ok_or_else(|| Failure::fatal("no home directory to look for templates in"))?;
    Ok(places.config_dir().join("templates"))
}

/// Returns the template called `name`, which is the file `NAME.yaml` in [`folder`].
///
/// # Errors
/// Usage when the name is none a file there can have; fatal, naming what there is, when there is
/// no such template.
pub fn template(name: &str) -> Result<SpecSource> {
    find(&folder()?, name)
}

fn find(folder: &Path, name: &str) -> Result<SpecSource> {
    let shown = Printable::new(name);
    let is_plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(is_plain) {
        let message =
            format!("'{shown}' is no template name: letters, digits, '-' and '_' make one");
        return Err(Failure::usage(message).into());
    }
    let path = folder.join(format!("{name}.yaml"));
    if path.is_file() {
        return Ok(SpecSource::File(path));
    }
    let place = Printable::new(folder.as_os_str().as_encoded_bytes()).to_string();
    let failure = Failure::fatal(format!("no template '{shown}' in {place}"));
    let names = names(folder)?;
    Err(match names.is_empty() {
        true => failure.hint(format!(
            "a template is a spec file there, such as {name}.yaml"
        )),
        false => failure.hint(format!("there are: {}", names.join(", "))),
    }
    .into())
}

fn names(folder: &Path) -> Result<Vec<String>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let doing = || {
        format!(
            "reading {}",
            Printable::new(folder.as_os_str().as_encoded_bytes())
        )
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(doing)? {
        let file: OsString = entry.with_context(doing)?.file_name();
        let name = file.to_str().and_then(|file| file.strip_suffix(".yaml"));
        names.extend(name.map(|name| Printable::new(name).to_string()));
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Status, failure_of, status_of};

    #[test]
    fn a_template_is_found_by_its_plain_name() {
        let dir = tempfile::tempdir().unwrap();
        let error = find(dir.path(), "auth").unwrap_err();
        assert_eq!(status_of(&error), Status::Fatal);
        for name in ["b-two", "a_one"] {
            fs::write(dir.path().join(format!("{name}.yaml")), "").unwrap();
        }
        assert_eq!(
            find(dir.path(), "a_one").unwrap(),
            SpecSource::File(dir.path().join("a_one.yaml"))
        );
        let error = find(dir.path(), "c").unwrap_err();
        let hint = failure_of(&error).and_then(Failure::hint_text);
        assert_eq!(hint, Some("there are: a_one, b-two"));
        for bad in ["", "../x", "a/b", ".hidden", "-rf/"] {
            let error = find(dir.path(), bad).unwrap_err();
            assert_eq!(status_of(&error), Status::Usage, "{bad}");
        }
    }
}
