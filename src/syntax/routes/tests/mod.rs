//! Declared routes per framework, and calls that only look like them.

mod compiled;
mod interpreted;
mod mounted;

use crate::model::path::RepoPath;
use crate::syntax::tests::parse;

pub(super) fn check(path: &str, source: &str, expected: &[&str]) {
    let routes = parse(path, source).routes(source.as_bytes(), &RepoPath::from(path));
    let shown: Vec<String> = routes
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(shown, expected, "{source}");
}
