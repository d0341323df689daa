//! Taste as a test: floors, doors, file sizes, module docs and forgotten test files.
//!
//! It reads the sources as text, on purpose: no tool has to be installed for the house to stay in order.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it stands"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floor of every top-level module; a module uses only modules on lower floors.
const FLOORS: &[(&str, u8)] = &[
    ("crash", 0),
    ("error", 0),
    ("model", 0),
    ("git", 1),
    ("store", 1),
    ("syntax", 1),
    ("report", 1),
    ("spec", 2),
    ("scan", 2),
    ("evaluate", 2),
    ("checkpoint", 2),
    ("ops", 3),
    ("hook", 4),
    ("cli", 5),
];

/// The outside crates with one door each: text that betrays a use, and where it may stand.
const DOORS: &[(&str, &[&str])] = &[
    ("clap::", &["cli"]),
    ("clap_complete::", &["cli"]),
    ("clap_mangen::", &["cli"]),
    ("git2::", &["git"]),
    ("libgit2_sys::", &["git"]),
    ("which::", &["git"]),
    ("ctrlc::", &["git"]),
    ("rustix::", &["git"]),
    ("rusqlite::", &["store"]),
    ("serde_yaml::", &["spec"]),
    ("tree_sitter", &["syntax"]),
    ("similar::", &["checkpoint"]),
    ("indicatif::", &["cli"]),
    ("directories::", &["ops"]),
    ("mimalloc::", &["main"]),
    ("terminal_size::", &["cli"]),
    ("unicode_width::", &["report"]),
    ("Command::new", &["git"]),
    ("postcard::", &["scan"]),
];

const MAX_PRODUCTION_LINES: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A source file: its path from the root, its top-level module, and its lines outside tests.
struct Source {
    path: String,
    module: String,
    text: String,
    production: String,
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    rust_files(&src)
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let inside = file.strip_prefix(&src).unwrap();
            let module = inside
                .components()
                .next()
                .unwrap()
                .as_os_str()
                .to_string_lossy();
            let is_test_file = inside.components().any(|part| {
                let part = part.as_os_str().to_string_lossy();
                ["tests", "tests.rs", "testing.rs"].contains(&&*part) || part.ends_with("_tests.rs")
            });
            let production = if is_test_file {
                String::new()
            } else {
                without_tests(&text).to_owned()
            };
            Source {
                path: file
                    .strip_prefix(root())
                    .unwrap()
                    .to_string_lossy()
                    .into_owned(),
                module: module.trim_end_matches(".rs").to_owned(),
                production,
                text,
            }
        })
        .collect()
}

/// Unit tests close a file, so everything from their `#[cfg(test)]` on is not production code.
fn without_tests(text: &str) -> &str {
    text.find("\n#[cfg(test)]\nmod ")
        .map_or(text, |at| &text[..at])
}

/// Every top-level module that `text` names through `crate::` or `git_plan::`, groups included.
fn uses(text: &str) -> Vec<String> {
    let mut modules = Vec::new();
    for line in code_lines(text) {
        for prefix in ["crate::", "git_plan::"] {
            for (at, _) in line.match_indices(prefix) {
                let rest = &line[at + prefix.len()..];
                match rest.strip_prefix('{') {
                    Some(group) => modules.extend(
                        group
                            .split([',', '}'])
                            .map(|item| first_word(item.trim_start()).to_owned()),
                    ),
                    None => modules.push(first_word(rest).to_owned()),
                }
            }
        }
    }
    modules.retain(|module| !module.is_empty());
    modules
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default()
}

/// The lines that are not comments; a group import is folded into one line.
fn code_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut open_group = false;
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//"))
    {
        match lines.last_mut() {
            Some(last) if open_group => last.push_str(line),
            _ => lines.push(line.to_owned()),
        }
        let last = lines.last().unwrap();
        open_group = last.starts_with("use ") && !last.ends_with(';');
    }
    lines
}

#[test]
fn modules_use_only_lower_floors() {
    let floors: BTreeMap<_, _> = FLOORS.iter().copied().collect();
    let mut faults = Vec::new();
    for source in sources() {
        if matches!(source.module.as_str(), "lib" | "main") {
            continue;
        }
        let Some(own) = floors.get(source.module.as_str()) else {
            faults.push(format!(
                "{}: module `{}` has no floor",
                source.path, source.module
            ));
            continue;
        };
        for used in uses(&source.text) {
            if used == source.module {
                continue;
            }
            if let Some(floor) = floors.get(used.as_str())
                && floor >= own
            {
                faults.push(format!(
                    "{}: floor {own} uses `{used}` on floor {floor}",
                    source.path
                ));
            }
        }
        if source.text.contains("super::super::super") {
            faults.push(format!("{}: climbs with super::super::super", source.path));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_outside_crate_has_one_door() {
    let mut faults = Vec::new();
    for source in sources() {
        for (betrayal, doors) in DOORS {
            let is_used = code_lines(&source.production)
                .iter()
                .any(|line| line.contains(betrayal));
            if is_used && !doors.contains(&source.module.as_str()) {
                faults.push(format!(
                    "{}: `{betrayal}` belongs to {doors:?}",
                    source.path
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut faults = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//! ") {
            faults.push(format!("{}: does not open with `//! `", source.path));
        }
        let lines = source.production.lines().count();
        if lines > MAX_PRODUCTION_LINES {
            faults.push(format!("{}: {lines} production lines", source.path));
        }
        for word in ["TODO", "FIXME", "XXX"] {
            if code_and_comments(&source.text).any(|line| line.contains(word)) {
                faults.push(format!("{}: {word}", source.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Lines outside string tables: spec fixtures may well mention the words that are not wanted here.
fn code_and_comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| line.trim_start().starts_with("//"))
}

#[test]
fn no_source_file_is_left_uncompiled() {
    let mut faults = Vec::new();
    // Fixtures are read, not compiled.
    for folder in ["src", "tests/bench", "tests/it"] {
        for file in rust_files(&root().join(folder)) {
            let inside = file.strip_prefix(root()).unwrap();
            let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
            let parent = file.parent().unwrap();
            if ["lib", "main"].contains(&stem.as_str()) {
                continue;
            }
            let (name, owners) = if stem == "mod" {
                let name = parent.file_name().unwrap().to_string_lossy().into_owned();
                (name, owners_of(parent.parent().unwrap()))
            } else {
                (stem, owners_of(parent))
            };
            let file_name = file.file_name().unwrap().to_string_lossy().into_owned();
            let declared = owners
                .iter()
                .filter_map(|owner| fs::read_to_string(owner).ok())
                .any(|text| {
                    text.lines().map(str::trim).any(|line| {
                        ["mod", "pub mod", "pub(crate) mod", "pub(super) mod"]
                            .iter()
                            .any(|keyword| line == format!("{keyword} {name};"))
                            || line == format!("#[path = \"{file_name}\"]")
                    })
                });
            if !declared {
                faults.push(format!(
                    "{}: no `mod {name};` declares it",
                    inside.display()
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The files that can declare the modules of a folder.
fn owners_of(folder: &Path) -> Vec<PathBuf> {
    let mut owners = vec![folder.with_extension("rs")];
    let siblings = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    owners.extend(siblings.filter(|path| path.is_file()));
    owners
}

#[test]
fn the_checks_see_planted_faults() {
    assert_eq!(
        uses("use crate::{git::Repo, store};\nlet x = crate::cli::run();"),
        ["git", "store", "cli"]
    );
    assert_eq!(
        uses("use crate::{\n    git::Repo,\n    model::id,\n};"),
        ["git", "model"]
    );
    assert!(uses("// crate::cli is not used here").is_empty());
    assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests {"), "a");
}
