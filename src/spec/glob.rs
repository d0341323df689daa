//! Globs of a scope: checked, and brought to one spelling.

use globset::{GlobBuilder, GlobSetBuilder};

use super::diagnostic::quoted;
use super::pattern::{Flaw, check_length};

/// Nested deeper than this, braces may be more than a matcher takes.
const MAX_BRACES: usize = 32;

/// Returns the glob from the repository's root, without a leading `./` or `/` that says nothing.
pub(super) fn glob(text: &str) -> Result<String, Flaw> {
    check_length(text)?;
    if let Some(at) = negation(text) {
        return Err(Flaw::new(format!(
            "{} holds `!`, which means nothing in a scope",
            quoted(text)
        ))
        .hint("list what to leave out under `exclude`; write `\\!` for a name that holds it")
        .inner(at));
    }
    let rooted = text.strip_prefix("./").or_else(|| text.strip_prefix('/'));
    let anchored = rooted.filter(|glob| glob.ends_with('/') && glob.matches('/').count() == 1);
    let glob = rooted.unwrap_or(text);
    if glob
        .split('/')
        .any(|segment| segment == ".." || segment == ".")
    {
        return Err(
            Flaw::new(format!("{} leaves or repeats a directory", quoted(text)))
                .hint("globs start at the repository's root and have no `.` or `..`"),
        );
    }
    check_length(glob)?;
    let built = GlobBuilder::new(glob)
        .literal_separator(true)
        .backslash_escape(true)
        .build();
    let fits = built.and_then(|glob| match text.matches('{').count() {
        0..=MAX_BRACES => Ok(()),
        _ => GlobSetBuilder::new().add(glob).build().map(drop),
    });
    match fits {
        // `/dir/` is at the root, `dir/` at any depth.
        Ok(()) => Ok(anchored.map_or_else(|| glob.to_owned(), |glob| format!("/{glob}"))),
        Err(error) => Err(Flaw::new(format!(
            "bad glob {}: {}",
            quoted(text),
            error.kind()
        ))),
    }
}

/// The first `!` that is neither escaped nor the negation of a class.
fn negation(text: &str) -> Option<usize> {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if c == '!' && before != '\\' && before != '[' {
            return Some(at);
        }
        before = if before == '\\' { ' ' } else { c };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_checked() {
        let check = |text: &str, expected: Result<&str, (&str, usize)>| {
            let got = glob(text);
            let got = got
                .as_deref()
                .map_err(|flaw| (flaw.message.as_str(), flaw.inner));
            assert_eq!(got, expected, "{text}");
        };
        for fine in [
            "src/**/*.ts",
            "**/x",
            "tests/",
            "a.rs",
            "*.{ts,tsx}",
            "[!a]x",
            "a\\!b",
            "é*",
            "a..b",
        ] {
            check(fine, Ok(fine));
        }
        check("./src/**", Ok("src/**"));
        check("/src/**", Ok("src/**"));
        check("/src/legacy/", Ok("src/legacy/"));
        check("/tests", Ok("tests"));
        check("/tests/", Ok("/tests/"));
        check("./tests/", Ok("/tests/"));
        check("", Err(("empty entry", 0)));
        check("/", Err(("empty entry", 0)));
        check(
            "!a",
            Err(("`!a` holds `!`, which means nothing in a scope", 0)),
        );
        check(
            "*.{!a,b}",
            Err(("`*.{!a,b}` holds `!`, which means nothing in a scope", 3)),
        );
        check("../x", Err(("`../x` leaves or repeats a directory", 0)));
        check("a/./x", Err(("`a/./x` leaves or repeats a directory", 0)));
        check(
            "a[b",
            Err(("bad glob `a[b`: unclosed character class; missing ']'", 0)),
        );
        check(
            "a{b",
            Err((
                "bad glob `a{b`: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
                0,
            )),
        );
    }
}
