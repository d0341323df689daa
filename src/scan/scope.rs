//! Scope globs: which paths a rule looks at, and which of them it asks for by name.

use anyhow::{Context as _, Result};
use globset::{Candidate, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::model::path::RepoPath;
use crate::model::printable::Printable;
use crate::model::spec::Scope;

/// What a scope says of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Excluded, or not included.
    Outside,
    /// Included by a directory, a wildcard, or the absence of any glob.
    Covered,
    /// Included by a glob that spells out its extension or file name.
    Named,
}

/// A compiled scope.
#[derive(Debug)]
pub(super) struct ScopeMatcher {
    /// `None` when there is no include list, which means every path.
    include: Option<GlobSet>,
    naming: GlobSet,
    exclude: GlobSet,
}

impl ScopeMatcher {
    /// Compiles; fails on a glob that is no glob.
    pub(super) fn new(scope: &Scope) -> Result<Self> {
        let naming = scope.include.iter().filter(|glob| names_files(glob));
        Ok(Self {
            include: match scope.include.as_slice() {
                [] => None,
                globs => Some(set(globs.iter().flat_map(|glob| spellings(glob)))?),
            },
            naming: set(naming.map(|glob| from_root(glob).to_owned()))?,
            exclude: set(scope.exclude.iter().flat_map(|glob| spellings(glob)))?,
        })
    }

    /// Asks about one path; excludes win.
    pub(super) fn reach(&self, path: &RepoPath) -> Reach {
        let path = Candidate::from_bytes(path.as_bytes());
        let included = |set: &GlobSet| set.is_match_candidate(&path);
        if self.exclude.is_match_candidate(&path) {
            Reach::Outside
        } else if self.naming.is_match_candidate(&path) {
            Reach::Named
        } else if self.include.as_ref().is_none_or(included) {
            Reach::Covered
        } else {
            Reach::Outside
        }
    }
}

/// Globs count from the root whether or not they say so.
fn from_root(glob: &str) -> &str {
    let glob = glob.strip_prefix("./").unwrap_or(glob);
    glob.strip_prefix('/').unwrap_or(glob)
}

/// A scope glob as the plain globs it stands for.
///
/// `dir/` is that directory at any depth; a path of several segments, or one that starts with
/// `/`, is anchored as everywhere in Git. A glob whose last segment has no wildcard may name a
/// directory, and then covers what is in it.
fn spellings(glob: &str) -> Vec<String> {
    let rooted = from_root(glob);
    let directory = rooted.trim_end_matches('/');
    if matches!(directory, "" | ".") {
        return vec!["**".to_owned()];
    }
    if directory.len() < rooted.len() {
        let anchored = directory.contains('/') || glob.starts_with('/') || glob.starts_with("./");
        let prefix = if anchored { "" } else { "**/" };
        return vec![format!("{prefix}{directory}/**")];
    }
    if last_segment(rooted).contains(['*', '?', '[']) {
        vec![rooted.to_owned()]
    } else {
        vec![rooted.to_owned(), format!("{rooted}/**")]
    }
}

/// Whether the last segment spells out something of a file's name, so that the user means even
/// files that are not code.
fn names_files(glob: &str) -> bool {
    let mut in_class = false;
    last_segment(from_root(glob)).chars().any(|c| {
        match c {
            '[' => in_class = true,
            ']' => in_class = false,
            _ => return !in_class && c.is_alphanumeric(),
        }
        false
    })
}

fn last_segment(glob: &str) -> &str {
    // A slash inside braces separates nothing: `{src/a,b}` is one alternative of two.
    let mut depth = 0usize;
    let mut start = 0;
    for (at, c) in glob.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => start = at + 1,
            _ => {}
        }
    }
    glob.get(start..).unwrap_or_default()
}

/// One scope glob: `*` stays within a segment.
pub(super) fn compile(glob: &str) -> Result<Glob> {
    GlobBuilder::new(glob)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .with_context(|| format!("reading the glob '{}'", Printable::new(glob)))
}

fn set(globs: impl Iterator<Item = String>) -> Result<GlobSet> {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(compile(&glob)?);
    }
    builder.build().context("compiling scope globs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(include: &[&str], exclude: &[&str]) -> ScopeMatcher {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        ScopeMatcher::new(&Scope {
            include: owned(include),
            exclude: owned(exclude),
        })
        .unwrap()
    }

    #[test]
    fn globs_cover_what_git_users_expect() {
        let check = |glob: &str, path: &str, covered: bool| {
            let reach = scope(&[glob], &[]).reach(&RepoPath::from(path));
            assert_eq!(reach != Reach::Outside, covered, "{glob} on {path}");
            let excluded = scope(&[], &[glob]).reach(&RepoPath::from(path));
            assert_eq!(excluded == Reach::Outside, covered, "not {glob} on {path}");
        };
        check("src/**/*.ts", "src/auth.ts", true);
        check("src/**/*.ts", "src/a/b/auth.ts", true);
        check("src/*.ts", "src/a/auth.ts", false);
        check("**/*.ts", "auth.ts", true);
        check("*.ts", "src/auth.ts", false);
        check("tests/", "tests/a.py", true);
        check("tests/", "pkg/tests/unit/a.py", true);
        check("tests/", "mytests/a.py", false);
        check("tests/", "tests", false);
        check("/tests/", "pkg/tests/a.py", false);
        check("src/legacy/", "src/legacy/a.py", true);
        check("src/legacy", "src/legacy/deep/a.py", true);
        check("src/legacy", "src/legacy.py", false);
        check("./src", "src/a.py", true);
        check("src/auth.ts", "src/auth.ts", true);
        check("packages/*/src", "packages/a/src/x.ts", true);
        check("packages/*/src", "packages/a/b/src/x.ts", false);
        check("src/*", "src/a/b.ts", false);
        check("src/**", "src/a/b.ts", true);
        check("src/{a,b}", "src/b/x.ts", true);
        check("**", "any/where.rs", true);
        check(".", "any/where.rs", true);
        check("src/[ab]/*.rs", "src/b/x.rs", true);
    }

    #[test]
    fn excludes_win_and_bytes_are_bytes() {
        let matcher = scope(&["src/**"], &["src/gen/"]);
        assert_eq!(matcher.reach(&"src/a.rs".into()), Reach::Covered);
        assert_eq!(matcher.reach(&"src/gen/a.rs".into()), Reach::Outside);
        let latin = RepoPath::new(b"src/caf\xe9.rs".to_vec());
        assert_eq!(matcher.reach(&latin), Reach::Covered);
    }

    #[test]
    fn a_glob_that_spells_a_name_asks_for_text() {
        let check = |glob: &str, path: &str, reach: Reach| {
            assert_eq!(scope(&[glob], &[]).reach(&path.into()), reach, "{glob}");
        };
        check("**/*.yaml", "a/b.yaml", Reach::Named);
        check("docs/*.{md,txt}", "docs/b.txt", Reach::Named);
        check("Makefile", "Makefile", Reach::Named);
        check(".env*", ".env.local", Reach::Named);
        check("docs", "docs/b.md", Reach::Covered);
        check("docs/", "docs/b.md", Reach::Covered);
        check("docs/**", "docs/b.md", Reach::Covered);
        check("docs/*", "docs/b.md", Reach::Covered);
        check("docs/*.*", "docs/b.md", Reach::Covered);
        check("docs/[a-z]*", "docs/b.md", Reach::Covered);
    }
}
