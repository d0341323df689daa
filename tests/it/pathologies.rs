//! Files that are no honest source: each is judged, or said not to be, in bounded time.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::TestRepo;

const SPEC: &str = "refactor_name: Legacy
rules:
  - id: gone
    description: The old name is gone
    match: {identifiers: [legacy]}
";

/// Generous: builds without optimisation, on a busy machine.
const BOUND: Duration = Duration::from_secs(60);

/// The report of `verify`, which must end with `status`, by paths that have a violation and by
/// paths that were not judged, with the reason.
#[track_caller]
fn judged(repo: &TestRepo, words: &str, status: i32) -> (Vec<String>, Vec<String>) {
    let start = Instant::now();
    let report = repo
        .plan_words(&format!("verify --spec spec.yaml --format json {words}"))
        .exits(status)
        .json();
    assert!(start.elapsed() < BOUND, "{:?}", start.elapsed());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let violations = list(&report["rules"][0]["violations"]);
    let hit = |it: &Value| format!("{}:{}", text(&it["file"]), it["line"]);
    let unjudged = list(&report["unjudged"]);
    let why = |it: &Value| format!("{} {}", text(&it["path"]), text(&it["reason"]));
    (
        violations.iter().map(hit).collect(),
        unjudged.iter().map(why).collect(),
    )
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[test]
fn bytes_of_every_kind() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    repo.write("bom.py", "\u{feff}legacy()\n");
    repo.write("crlf.py", "x = 1\r\nlegacy()\r\n");
    repo.write("cr.js", "x = 1;\rlegacy()\r");
    repo.write("latin1.py", b"# caf\xe9\nx = '\xe9'; legacy()\n");
    repo.write("cut.py", b"legacy()\n\xf0\x9f");
    repo.write("empty.py", "");
    repo.write("blank.py", "\n\n");
    repo.write("nul.py", b"legacy()\0\n");
    repo.write(
        "late_nul.py",
        [&b"legacy()\n".repeat(1000)[..], b"\0"].concat(),
    );
    repo.write("utf16.py", utf16("legacy()\n"));
    repo.commit("all");
    let (hits, unjudged) = judged(&repo, "--at HEAD", 1);
    let once: Vec<_> = hits
        .iter()
        .filter(|hit| !hit.starts_with("late_nul"))
        .collect();
    assert_eq!(
        once,
        [
            "bom.py:1",
            "cr.js:1",
            "crlf.py:2",
            "cut.py:1",
            "latin1.py:2"
        ]
    );
    assert_eq!(hits.len() - once.len(), 1000);
    assert_eq!(unjudged, ["nul.py binary", "utf16.py binary"]);
}

/// `open` is a keyword to the grammar; after it, what is code and what is a string change places.
const SOFT_KEYWORD: &str = r#"class Stream {
  var open = false

  fun receive(headers: Headers) {
    withLock {
      if (!open || headers.isEmpty) {
        hasHeaders = true
      } else {
        source.trailers = headers
      }
      open = isOpen
      notifyAll()
    }
    if (!open) {
      legacy.remove(id)
    }
  }

  fun name() = "a stream"

  fun close() {
    legacy.close()
  }
}
"#;

#[test]
fn sources_in_which_the_parser_loses_its_way() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    repo.write("a.kt", SOFT_KEYWORD);
    repo.write("b.rs", "fn f() {\n    g(\"open);\n    legacy();\n}\n");
    repo.write(
        "c.rs",
        "fn f() {\n    legacy();\n    g(;\n    legacy();\n}\n",
    );
    repo.write("d.rb", "a(<<~SQL)\n  select 1\n  SQLL\nlegacy.b\n");
    repo.write("e.sh", "cat <<EOF\nb\nEND\nlegacy\n");
    repo.write("f.sh", "cat <<EOF\nlegacy\nEOF\n");
    let (hits, unjudged) = judged(&repo, "", 1);
    let expected = [
        "a.kt:15", "a.kt:22", "b.rs:3", "c.rs:2", "c.rs:4", "d.rb:4", "e.sh:4",
    ];
    assert_eq!(hits, expected);
    assert_eq!(
        unjudged,
        ["a.kt unparsed", "d.rb unparsed", "e.sh unparsed"]
    );
    let spec = SPEC.replace("identifiers: [legacy]", "patterns: [$X.close()]");
    repo.write("spec.yaml", &spec);
    assert_eq!(judged(&repo, "", 1).0, ["a.kt:22"]);
}

#[test]
fn sources_without_line_or_measure() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    let bundle = "function a(b){return b.c(\"d\")}".repeat((1 << 20) / 30 - 1);
    repo.write("bundle.min.js", bundle + ";legacy()");
    let nested = "[".repeat(100_000) + "legacy" + &"]".repeat(100_000);
    repo.write("nested.js", nested);
    repo.write(
        "chained.js",
        "a".to_owned() + &".b()".repeat(100_000) + ".legacy()",
    );
    repo.write("unclosed.py", "(".repeat(100_000) + "\nlegacy\n");
    repo.write("word.py", "a".repeat(1 << 20) + "\n");
    repo.write("large.py", "x = 1\n".repeat(200_000) + "legacy()\n");
    let (hits, unjudged) = judged(&repo, "", 1);
    let expected = [
        "bundle.min.js:1",
        "chained.js:1",
        "large.py:200001",
        "nested.js:1",
        "unclosed.py:2",
    ];
    assert_eq!(hits, expected);
    let of_size = unjudged.iter().filter(|it| it.ends_with(" large"));
    assert_eq!(
        of_size.collect::<Vec<_>>(),
        ["large.py large", "word.py large"]
    );
}

#[test]
#[cfg(unix)]
fn what_stands_in_the_work_tree_but_is_no_file() {
    use std::os::unix::fs::symlink;
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    repo.write("kept.py", "x = 1\n");
    repo.write("becomes_fifo.py", "x = 1\n");
    repo.write("becomes_socket.py", "x = 1\n");
    repo.write("becomes_link.py", "x = 1\n");
    repo.write("becomes_folder.py", "x = 1\n");
    repo.commit("all");
    let outside = repo.world().join("outside.py");
    fs::write(&outside, "legacy()\n").unwrap();
    symlink(&outside, repo.path("outside.py")).unwrap();
    symlink("nowhere.py", repo.path("dangling.py")).unwrap();
    symlink("loop.py", repo.path("loop.py")).unwrap();
    symlink(".", repo.path("again")).unwrap();
    symlink(repo.world(), repo.path("world")).unwrap();
    for kind in ["fifo", "link", "folder", "socket"] {
        fs::remove_file(repo.path(&format!("becomes_{kind}.py"))).unwrap();
    }
    let sockets = ["socket.py", "becomes_socket.py"]
        .map(|path| std::os::unix::net::UnixListener::bind(repo.path(path)).unwrap());
    repo.sh("mkfifo fifo.py becomes_fifo.py").ok();
    symlink(&outside, repo.path("becomes_link.py")).unwrap();
    repo.write("becomes_folder.py/inner.py", "legacy()\n");
    let (hits, unjudged) = judged(&repo, "", 1);
    assert_eq!(hits, ["becomes_folder.py/inner.py:1"]);
    assert_eq!(
        unjudged,
        ["becomes_fifo.py unreadable", "becomes_socket.py unreadable"]
    );
    drop(sockets);
    repo.sh("rm fifo.py socket.py becomes_fifo.py becomes_socket.py && git add -A")
        .ok();
    let (hits, _) = judged(&repo, "--staged", 1);
    assert_eq!(hits, ["becomes_folder.py/inner.py:1"]);
}

/// Puts something else in the place of a file, over and over.
#[cfg(unix)]
fn restless(folder: &Path, outside: &Path, stop: &AtomicBool) {
    for turn in 0usize.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let path = folder.join(format!("f{}.py", turn % 20));
        let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir(&path));
        let _ = match turn / 20 % 5 {
            0 => fs::write(&path, "legacy()\n"),
            1 => std::os::unix::fs::symlink(outside, &path),
            2 => fs::write(&path, "x = 1\n".repeat(20_000)),
            3 => fs::create_dir(&path),
            _ => Ok(()),
        };
    }
}

#[test]
#[cfg(unix)]
fn files_that_change_while_they_are_read() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    for at in 0..20 {
        repo.write(&format!("f{at}.py"), "x = 1\n");
    }
    repo.commit("all");
    let outside = repo.world().join("outside.py");
    fs::write(&outside, "\n\n\nlegacy()\n").unwrap();
    let stop = AtomicBool::new(false);
    let answers = std::thread::scope(|scope| {
        let (root, outside, flag) = (repo.root(), &outside, &stop);
        scope.spawn(move || restless(root, outside, flag));
        let start = Instant::now();
        let verify = |_| repo.plan_words("verify --spec spec.yaml --format json");
        let answers: Vec<_> = (0..6).map(verify).collect();
        stop.store(true, Ordering::Relaxed);
        assert!(start.elapsed() < BOUND);
        answers
    });
    for answer in answers {
        // Broken, met, or not to be verified, but never a crash.
        assert!([0, 1, 128].contains(&answer.status), "{}", answer.stderr);
        if answer.stdout.is_empty() {
            continue;
        }
        let report = answer.json();
        for violation in report["rules"][0]["violations"].as_array().unwrap() {
            assert_eq!(violation["line"], 1, "{violation}: not from the repository");
        }
    }
    repo.sh("rm -rf f*.py && git checkout -q -- .").ok();
    judged(&repo, "", 0);
}

#[test]
fn a_blob_that_is_gone_lets_nobody_verify() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    repo.write("a.py", "x = 1\n");
    repo.write("notes.md", "y\n");
    repo.commit("all");
    repo.lose("HEAD:notes.md");
    judged(&repo, "--at HEAD", 0);
    repo.lose("HEAD:a.py");
    let (hits, unjudged) = judged(&repo, "--at HEAD", 128);
    assert_eq!(
        (hits.len(), unjudged),
        (0, vec!["a.py unreadable".to_owned()])
    );
    let plain = repo
        .plan_words("verify --spec spec.yaml --at HEAD")
        .exits(128);
    let both = plain.stdout + &plain.stderr;
    assert!(both.contains("could not verify"), "{both}");
}

/// The report of a command, and the most memory that it held as the kernel counts it.
#[cfg(target_os = "linux")]
fn with_peak(repo: &TestRepo, words: &str) -> (Value, u64) {
    // Not by way of git, whose memory it would be.
    let mut command = repo.command(repo.root(), env!("CARGO_BIN_EXE_git-plan"));
    let report = repo.world().join("report.json");
    let into = fs::File::create(&report).unwrap();
    let mut child = command.args(words.split(' ')).stdout(into).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        // A process that has ended has no memory any more.
        peak = peak.max(kilobytes.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    let report = fs::read(report).unwrap();
    (serde_json::from_slice(&report).unwrap(), peak * 1024)
}

#[test]
#[cfg(target_os = "linux")]
fn no_source_takes_more_than_half_a_gigabyte() {
    let repo = TestRepo::new();
    repo.write("spec.yaml", SPEC);
    let fill = |unit: &str, bytes: usize| unit.repeat(bytes / unit.len());
    let half = (1 << 19) - 64;
    // The largest tree that a source of this size can have.
    let nested = fill("[", half) + "legacy" + &fill("]", half);
    repo.write("nested.js", nested);
    // A grammar that follows every reading at once.
    repo.write("readings.cpp", format!("legacy {}", fill("a<", 2 * half)));
    let (report, held) = with_peak(&repo, "verify --spec spec.yaml --format json");
    assert_eq!(report["total_violations"], 2);
    let unjudged = report["unjudged"].as_array().unwrap();
    // A busy machine may give the other one up, too.
    assert!(
        unjudged.iter().any(|it| it["path"] == "readings.cpp"),
        "{unjudged:?}"
    );
    assert!(held > 100 << 20, "{held} bytes: nothing was parsed");
    assert!(held < 512 << 20, "{held} bytes");
}

/// Reading `/dev/zero` would never end.
#[test]
#[cfg(unix)]
fn devices_and_sockets_are_never_read() {
    let repo = TestRepo::new();
    for name in ["becomes_device.py", "becomes_socket.py", "kept.py"] {
        repo.write(name, "x = 1\n");
    }
    repo.commit("all");
    repo.start_task(SPEC);
    repo.plan(["checkpoint", "--name", "whole"]).ok();
    repo.sh("rm becomes_device.py becomes_socket.py && mkdir folder")
        .ok();
    let made = repo.sh(
        "mknod device.py c 1 5 && mknod becomes_device.py c 1 5 && mknod folder/inner.py c 1 5",
    );
    if made.status != 0 {
        eprintln!("SKIPPED: no device can be made here: {}", made.stderr);
        return;
    }
    let sockets = ["socket.py", "becomes_socket.py"]
        .map(|path| std::os::unix::net::UnixListener::bind(repo.path(path)).unwrap());
    repo.write("kept.py", "legacy()\n");
    let start = Instant::now();

    repo.write("spec.yaml", SPEC);
    let (hits, unjudged) = judged(&repo, "", 1);
    assert_eq!(hits, ["kept.py:1"]);
    assert_eq!(
        unjudged,
        [
            "becomes_device.py unreadable",
            "becomes_socket.py unreadable"
        ]
    );
    repo.plan(["verify", "--staged"]).ok();
    repo.plan(["status"]).ok();
    let taken = repo.plan(["checkpoint", "--format", "json"]).ok().json();
    for path in ["becomes_device.py", "becomes_socket.py"] {
        let left_out = taken["left_out"].to_string();
        assert!(left_out.contains(path), "{taken}");
    }
    repo.git(["commit", "-q", "-m", "kept", "kept.py"]).ok();
    // They are nobody's to remove but the user's.
    for rewind in ["rewind 1 --to 1", "rewind 1 --to 1 --apply"] {
        let refused = repo.plan_words(rewind).exits(1);
        refused.warns("in the way").warns("becomes_device.py");
    }
    drop(sockets);
    repo.sh("rm becomes_device.py becomes_socket.py").ok();
    repo.plan_words("rewind 1 --to 1 --apply").ok();
    for path in ["becomes_device.py", "becomes_socket.py", "kept.py"] {
        assert_eq!(repo.read(path), b"x = 1\n", "{path}");
    }
    assert!(start.elapsed() < BOUND);
}

/// git-plan looks at a file before git reads it; what is put in its place meanwhile may never end.
#[test]
#[cfg(unix)]
fn a_file_that_becomes_a_pipe_or_device_on_the_way_is_left_out() {
    for other in ["mkfifo z.py", "mknod z.py c 1 5"] {
        let repo = TestRepo::new();
        repo.write(".gitattributes", "*.x filter=swap\n");
        repo.write("z.py", "x = 1\n");
        repo.commit("all");
        repo.start_task(SPEC);
        if repo.sh(&other.replace('z', "probe")).status != 0 {
            eprintln!("SKIPPED: not permitted here: {other}");
            continue;
        }
        repo.sh("rm probe.py").ok();
        let swap = format!("rm -f z.py; {other}; cat");
        repo.git(["config", "filter.swap.clean", &swap]).ok();
        repo.write("a.x", "1\n");
        repo.write("z.py", "x = 12\n");
        let answer = repo.sh("timeout -k 1 8 git-plan checkpoint --format json");
        let taken = answer.ok().json();
        assert!(taken["left_out"].to_string().contains("z.py"), "{taken}");
    }
}
