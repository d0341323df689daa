//! The text must say what `git apply` needs, to the byte.

use super::*;
use crate::checkpoint::testing::TestRepo;
use crate::checkpoint::version::Content;
use crate::model::tree::Entry;

type State<'a> = Option<(&'a [u8], Mode, &'a [u8])>;

fn version(repo: &TestRepo, (path, mode, content): (&[u8], Mode, &[u8])) -> Version {
    let oid = if mode == Mode::Gitlink {
        content.to_vec()
    } else {
        repo.git_with(&["hash-object", "-w", "--stdin"], content)
    };
    let oid = std::str::from_utf8(&oid).unwrap().trim().parse().unwrap();
    let content = match mode {
        Mode::Gitlink => format!("Subproject commit {oid}\n").into_bytes(),
        _ => content.to_vec(),
    };
    Version {
        path: RepoPath::new(path),
        entry: Entry { mode, oid },
        content: Content::Bytes(content),
    }
}

fn pair(repo: &TestRepo, old: State<'_>, new: State<'_>) -> Pair {
    match (old.map(|v| version(repo, v)), new.map(|v| version(repo, v))) {
        (None, Some(new)) => Pair::Added(new),
        (Some(old), None) => Pair::Deleted(old),
        (Some(old), Some(new)) if old.path == new.path => Pair::Changed { old, new },
        (Some(old), Some(new)) => Pair::Renamed {
            old,
            new,
            similarity: 60,
        },
        (None, None) => unreachable!(),
    }
}

fn stage(repo: &TestRepo, state: State<'_>) -> Vec<u8> {
    repo.git(&["read-tree", "--empty"]);
    if let Some(state) = state {
        let version = version(repo, state);
        let mut line = format!("{:06o} {} 0\t", state.1.bits(), version.entry.oid).into_bytes();
        line.extend_from_slice(state.0);
        line.push(0);
        repo.git_with(&["update-index", "-z", "--index-info"], &line);
    }
    repo.git(&["ls-files", "-s", "-z"])
}

/// The text turns `old` into `new`, and back again with `-R`, and its counts are those of Git.
fn check(old: State<'_>, new: State<'_>) -> FileDiff {
    let repo = TestRepo::new();
    let diff = pair(&repo, old, new).diff(TEXT_LIMIT);
    let text = diff.text.clone().unwrap();
    let (before, after) = (stage(&repo, old), stage(&repo, new));
    if diff.change == Change::TypeChanged {
        // `git apply -R` forgets the executable bit of its own type changes.
        assert_eq!(stage(&repo, old), before);
    } else {
        repo.git_with(&["apply", "--cached", "-R"], &text);
        assert_eq!(repo.git(&["ls-files", "-s", "-z"]), before);
    }
    repo.git_with(&["apply", "--cached"], &text);
    assert_eq!(repo.git(&["ls-files", "-s", "-z"]), after);
    let counted = String::from_utf8(repo.git_with(&["apply", "--numstat"], &text)).unwrap();
    let column = |n| -> u32 {
        counted
            .lines()
            .map(|line| line.split('\t').nth(n).unwrap().parse().unwrap_or(0))
            .sum()
    };
    assert_eq!(
        (diff.added, diff.removed),
        (column(0), column(1)),
        "{counted}"
    );
    diff
}

const A: &[u8] = b"dir/a.txt";

#[test]
fn content_of_every_shape_applies() {
    let contents: [&[u8]; 12] = [
        b"",
        b"one\n",
        b"one",
        b"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n",
        b"one\ntwo\nTHREE\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven",
        b"one\r\ntwo\r\n",
        b"one\ntwo\n",
        b"one\rtwo\r",
        b"\n\n\n",
        b"\n",
        b"caf\xe9\n\xff\xfe",
        b"-- a\n++ b\n@@ -1 +1 @@\n\\ No newline at end of file\ndiff --git a/x b/x\n",
    ];
    for (n, old) in contents.into_iter().enumerate() {
        check(Some((A, Mode::File, old)), None);
        check(None, Some((A, Mode::File, old)));
        for step in [1, 4] {
            let new = contents[(n + step) % contents.len()];
            check(Some((A, Mode::File, old)), Some((A, Mode::File, new)));
        }
    }
}

#[test]
fn names_of_every_shape_apply() {
    let names: [&[u8]; 8] = [
        b"with space",
        b" lead and trail ",
        b"tab\there",
        b"new\nline",
        b"quote\"back\\slash",
        b"\xff\x01\x7f",
        "ümlaut/漢字".as_bytes(),
        b"-dash",
    ];
    for name in names {
        let old = Some((name, Mode::File, &b"a\n"[..]));
        let new = Some((name, Mode::File, &b"b\n"[..]));
        check(None, new);
        check(old, None);
        check(old, new);
        check(Some((A, Mode::File, b"a\n")), new);
        check(old, Some((b"b", Mode::File, b"a\n")));
        check(old, Some((name, Mode::Executable, b"a\n")));
    }
}

#[test]
fn modes_and_kinds_apply() {
    let link = "1".repeat(40);
    let states: [State<'_>; 6] = [
        Some((A, Mode::File, b"x\ny\n")),
        Some((A, Mode::Executable, b"x\ny\n")),
        Some((A, Mode::Executable, b"x\nz\n")),
        Some((A, Mode::Symlink, b"some where")),
        Some((A, Mode::Symlink, b"else where\n")),
        Some((A, Mode::Gitlink, link.as_bytes())),
    ];
    for (n, old) in states.iter().enumerate() {
        for (m, new) in states.iter().enumerate() {
            if n != m {
                let diff = check(*old, *new);
                let kinds = [[0, 1, 2].as_slice(), &[3, 4], &[5]];
                let same = kinds
                    .iter()
                    .any(|kind| kind.contains(&n) && kind.contains(&m));
                assert_eq!(diff.change == Change::TypeChanged, !same);
            }
        }
    }
}

#[test]
fn binary_names_sizes_and_applies_from_the_objects() {
    let diff = check(
        Some((b"a b.bin", Mode::File, b"\0\x01")),
        Some((b"a b.bin", Mode::File, b"text\n")),
    );
    assert!(diff.is_binary);
    let text = String::from_utf8(diff.text.unwrap()).unwrap();
    assert!(
        text.ends_with("Binary files a/a b.bin (2 bytes) and b/a b.bin (5 bytes) differ\n"),
        "{text}"
    );
    let late_nul = [vec![b'\n'; 8000], vec![0]].concat();
    assert!(!check(None, Some((A, Mode::File, &late_nul))).is_binary);
    assert!(check(None, Some((A, Mode::File, &late_nul[1..]))).is_binary);
}

#[test]
fn the_text_is_that_of_git() {
    let repo = TestRepo::new();
    let (old, new) = (b"1\n2\n3\n4\n5\n6\n7\n8\n9\n", b"1\n2\n3\n4\nx\n6\n7\n8\n9");
    let diff = pair(
        &repo,
        Some((A, Mode::File, old)),
        Some((A, Mode::Executable, new)),
    )
    .diff(TEXT_LIMIT);
    stage(&repo, Some((A, Mode::File, old)));
    let before = repo.answer(&["write-tree"]);
    stage(&repo, Some((A, Mode::Executable, new)));
    let after = repo.answer(&["write-tree"]);
    let want = repo.git(&["diff-tree", "-p", "--full-index", &before, &after]);
    assert_eq!(
        String::from_utf8_lossy(&diff.text.unwrap()),
        String::from_utf8_lossy(&want)
    );
}

#[test]
fn too_long_a_text_leaves_its_counts() {
    let repo = TestRepo::new();
    let many = "line\n".repeat(300_000);
    let long = pair(&repo, None, Some((A, Mode::File, many.as_bytes())));
    let diff = long.diff(TEXT_LIMIT);
    assert_eq!(
        (diff.text, diff.added, diff.is_binary),
        (None, 300_000, false)
    );
    assert!(long.diff(usize::MAX).text.is_some());
}

#[test]
fn hostile_input_is_bounded_in_time() {
    let line = |n: u64| format!("{}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54);
    let old: String = (0..200_000).map(line).collect();
    let new: String = (1_000_000..1_200_000).map(line).collect();
    let repo = TestRepo::new();
    let started = Instant::now();
    let diff = pair(
        &repo,
        Some((A, Mode::File, old.as_bytes())),
        Some((A, Mode::File, new.as_bytes())),
    )
    .diff(usize::MAX);
    assert!(started.elapsed() < Duration::from_secs(20));
    stage(&repo, Some((A, Mode::File, old.as_bytes())));
    repo.git_with(&["apply", "--cached"], &diff.text.unwrap());
    let after = repo.git(&["ls-files", "-s", "-z"]);
    assert_eq!(after, stage(&repo, Some((A, Mode::File, new.as_bytes()))));
}
