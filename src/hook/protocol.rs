//! What Git tells pre-push and post-rewrite on standard input, as model values.

use crate::model::event::{PushedRef, Rewritten};
use crate::model::id::{CommitId, Oid};

/// What could be read, and how many lines could not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// One value per good line, in order.
    pub values: Vec<T>,
    /// Lines that are neither empty nor understood.
    pub malformed: usize,
}

/// Reads pre-push's lines `<local name> <local id> <remote name> <remote id>`.
///
/// Each line is split from the right, because the local name is what the user typed: `HEAD@{5
/// minutes ago}` is one.
pub fn pushed_refs(stdin: &[u8]) -> Parsed<PushedRef> {
    parse(stdin, pushed_ref)
}

/// Reads post-rewrite's lines `<old id> <new id>`; Git reserves further fields, which are ignored.
pub fn rewritten(stdin: &[u8]) -> Parsed<Rewritten> {
    parse(stdin, |line| {
        let mut fields = line.split(|byte| *byte == b' ');
        let (old, new) = (oid(fields.next()?)?, oid(fields.next()?)?);
        Some(Rewritten {
            old: CommitId(old),
            new: CommitId(new),
        })
    })
}

/// Rebuilds the one ref that pre-commit and prek pass on, in variables named `PRE_COMMIT_…`;
/// they swallow pre-push's input. Nothing when they name no ref; a name that `resolve` knows
/// nothing by is malformed.
///
/// Of a history that the remote has nothing of they say no id, only the names. Its remote id is
/// where their own comparison starts, not always what the remote holds.
pub fn pushed_ref_from_variables(
    variable: impl Fn(&str) -> Option<Vec<u8>>,
    resolve: impl Fn(&str) -> Option<Oid>,
) -> Parsed<PushedRef> {
    let local_name = variable("PRE_COMMIT_LOCAL_BRANCH").unwrap_or_default();
    let local = match variable("PRE_COMMIT_TO_REF") {
        Some(id) => oid(&id),
        None => std::str::from_utf8(&local_name).ok().and_then(resolve),
    };
    let pushed = local.and_then(|local| {
        let zero = Oid::from_bytes(&vec![0; local.as_bytes().len()])?;
        let remote = variable("PRE_COMMIT_FROM_REF").and_then(|text| oid(&text));
        Some(PushedRef {
            local_name: local_name.clone(),
            local,
            remote_name: variable("PRE_COMMIT_REMOTE_BRANCH").unwrap_or_default(),
            remote: remote.unwrap_or(zero),
        })
    });
    Parsed {
        malformed: usize::from(pushed.is_none() && !local_name.is_empty()),
        values: pushed.into_iter().collect(),
    }
}

fn parse<T>(stdin: &[u8], line: impl Fn(&[u8]) -> Option<T>) -> Parsed<T> {
    let mut parsed = Parsed {
        values: Vec::new(),
        malformed: 0,
    };
    for text in stdin.split(|byte| *byte == b'\n') {
        match line(text) {
            Some(value) => parsed.values.push(value),
            None if text.is_empty() => {}
            None => parsed.malformed += 1,
        }
    }
    parsed
}

fn pushed_ref(line: &[u8]) -> Option<PushedRef> {
    let mut fields = line.rsplitn(4, |byte| *byte == b' ');
    let remote = oid(fields.next()?)?;
    let remote_name = fields.next().filter(|name| !name.is_empty())?.to_vec();
    let local = oid(fields.next()?)?;
    let local_name = fields.next().filter(|name| !name.is_empty())?.to_vec();
    Some(PushedRef {
        local_name,
        local,
        remote_name,
        remote,
    })
}

/// Reads a full object id; zeros of any length mean "no object".
fn oid(text: &[u8]) -> Option<Oid> {
    if !text.is_empty() && text.iter().all(|byte| *byte == b'0') {
        let length = if text.len() == 64 { 32 } else { 20 };
        return Oid::from_bytes(&[0; 32][..length]);
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "1111111111111111111111111111111111111111";
    const B: &str = "2222222222222222222222222222222222222222";

    fn check_push(stdin: &str, expected: &[(&str, &str, &str, &str)], malformed: usize) {
        let parsed = pushed_refs(stdin.as_bytes());
        let shown: Vec<_> = parsed
            .values
            .iter()
            .map(|push| {
                (
                    String::from_utf8_lossy(&push.local_name).into_owned(),
                    push.local.to_string(),
                    String::from_utf8_lossy(&push.remote_name).into_owned(),
                    push.remote.to_string(),
                )
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(a, b, c, d)| ((*a).into(), (*b).into(), (*c).into(), (*d).into()))
            .collect();
        assert_eq!(shown, expected, "{stdin:?}");
        assert_eq!(parsed.malformed, malformed, "{stdin:?}");
    }

    #[test]
    fn pushed_refs_of_every_shape() {
        let (zero, zero64, long) = ("0".repeat(40), "0".repeat(64), "a".repeat(64));
        let main = "refs/heads/main";
        check_push("", &[], 0);
        check_push("\n\n", &[], 0);
        check_push(
            &format!("{main} {A} {main} {B}\n"),
            &[(main, A, main, B)],
            0,
        );
        check_push(&format!("{main} {A} {main} {B}"), &[(main, A, main, B)], 0);
        check_push(
            &format!("HEAD@{{5 seconds ago}} {A} {main} {zero}\n"),
            &[("HEAD@{5 seconds ago}", A, main, &zero)],
            0,
        );
        check_push(
            &format!("(delete) {zero} {main} {B}\n"),
            &[("(delete)", &zero, main, B)],
            0,
        );
        check_push(
            &format!("{main} {long} {main} {zero64}\n"),
            &[(main, &long, main, &zero64)],
            0,
        );
        check_push(
            &format!("{main} {A} {main} 0000\n"),
            &[(main, A, main, &zero)],
            0,
        );
    }

    #[test]
    fn bad_lines_are_skipped_and_counted() {
        let main = "refs/heads/main";
        let good = format!("{main} {A} {main} {B}");
        for bad in [
            "x".to_owned(),
            "a b c d".to_owned(),
            format!("{A} {main} {B}"),
            format!(" {A} {main} {B}"),
            format!("{main} {A}  {B}"),
            format!("{main} {A} {main} {B} "),
            format!("{main} ref:{main} {main} {B}"),
            format!("{good}\r"),
            "\u{0}\u{1}".to_owned(),
        ] {
            check_push(
                &format!("{good}\n{bad}\n{good}\n"),
                &[(main, A, main, B), (main, A, main, B)],
                1,
            );
        }
    }

    #[test]
    fn names_keep_their_bytes() {
        let mut line = b"refs/heads/caf\xe9 ".to_vec();
        line.extend(format!("{A} refs/heads/x {B}\n").into_bytes());
        assert_eq!(
            pushed_refs(&line).values[0].local_name,
            b"refs/heads/caf\xe9"
        );
    }

    #[test]
    fn rewritten_pairs() {
        let check = |stdin: &str, expected: &[(&str, &str)], malformed: usize| {
            let parsed = rewritten(stdin.as_bytes());
            let shown: Vec<_> = parsed
                .values
                .iter()
                .map(|pair| (pair.old.to_string(), pair.new.to_string()))
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect();
            assert_eq!((shown, parsed.malformed), (expected, malformed));
        };
        check("", &[], 0);
        check(&format!("{A} {B}\n"), &[(A, B)], 0);
        check(
            &format!("{A} {B} extra field\n{B} {B}"),
            &[(A, B), (B, B)],
            0,
        );
        check(&format!("{A}\n{A} x\n{A} {B}\n"), &[(A, B)], 2);
    }

    #[test]
    fn what_pre_commit_passes_on() {
        let found = |pairs: &[(&str, &str)]| {
            let variable = |name: &str| {
                let pair = pairs.iter().find(|(key, _)| *key == name)?;
                Some(pair.1.as_bytes().to_vec())
            };
            let resolve = |name: &str| (name == "refs/heads/x").then(|| B.parse().unwrap());
            pushed_ref_from_variables(variable, resolve)
        };
        let local = |pairs: &[(&str, &str)]| {
            let parsed = found(pairs);
            assert_eq!((parsed.values.len(), parsed.malformed), (1, 0));
            assert!(parsed.values[0].remote.is_zero());
            parsed.values[0].local.to_string()
        };
        let name = ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/x");
        assert_eq!(local(&[("PRE_COMMIT_TO_REF", A), name]), A);
        assert_eq!(local(&[("PRE_COMMIT_TO_REF", A)]), A);
        assert_eq!(local(&[name]), B);
        let counts = |pairs| (found(pairs).values.len(), found(pairs).malformed);
        assert_eq!(counts(&[]), (0, 0));
        assert_eq!(counts(&[("PRE_COMMIT_LOCAL_BRANCH", "gone")]), (0, 1));
        assert_eq!(counts(&[("PRE_COMMIT_TO_REF", "x"), name]), (0, 1));
    }
}
