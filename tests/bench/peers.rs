//! A cold verification beside tools that look for the same: as text, and as code.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::project::Project;
use crate::stopwatch::race;
use crate::table::Table;
use crate::world::{World, timed};

/// What the rules about names forbid, as ast-grep says it: a rule a name and language.
const AST_GREP_RULES: &str = include_str!("project/ast-grep.yml");

/// The same for semgrep.
const SEMGREP_RULES: &str = include_str!("project/semgrep.yml");

/// A local scan that tells nobody.
const SEMGREP_OFFLINE: [&str; 5] = [
    "scan",
    "--metrics=off",
    "--disable-version-check",
    "--quiet",
    "--json",
];

/// A word of everything that the spec looks for.
const WORDS: [&str; 11] = [
    "jwt",
    "ioutil",
    "requests",
    "lock_or_die",
    "lazy_static",
    "Vector",
    "escape",
    "legacy_sessions",
    "v1",
    "FEATURE_OLD",
    "paymentIntents",
];

/// Found something, found nothing, or found what is forbidden.
const JUDGED: [i32; 2] = [0, 1];

pub(crate) fn measure(project: &Project, table: &mut Table) {
    let world = &project.world;
    let spec = project.spec();
    let verify = [
        "plan",
        "verify",
        "--no-memo",
        "--spec",
        spec.to_str().unwrap(),
    ];
    let beside = |tool: &str, words: &[&str]| {
        world.command(tool, &["--version"]).output().ok()?;
        let race = race(
            11,
            [&mut || world.timed(&verify, &JUDGED), &mut || {
                timed(&mut world.command(tool, words), &JUDGED, b"")
            }],
        );
        Some(race)
    };
    let words = WORDS.iter().flat_map(|word| ["-e", word]);
    let words: Vec<&str> = ["-c", "-w"].into_iter().chain(words).collect();
    if let Some([ours, theirs]) = beside("rg", &words) {
        let what = "verification, cold, beside its words as text";
        table.ratio(what, 8.0, (ours, Duration::ZERO), ("rg -c -w", theirs));
    }
    let what = "verification, cold, beside its names as code";
    let rules = world.outside("ast-grep.yml");
    fs::write(&rules, AST_GREP_RULES).unwrap();
    let scan = ["scan", "-r", rules.to_str().unwrap(), "--json=compact"];
    if let Some([ours, theirs]) = beside("ast-grep", &scan) {
        let theirs = ("ast-grep scan", theirs);
        table.ratio(what, 0.5, (ours, Duration::ZERO), theirs);
    }
    let rules = world.outside("semgrep.yml");
    fs::write(&rules, SEMGREP_RULES).unwrap();
    let scan = [&SEMGREP_OFFLINE[..], &["--config", rules.to_str().unwrap()]].concat();
    if let Some([ours, theirs]) = beside("semgrep", &scan) {
        table.tell(what, ours, Some(("`semgrep scan`", theirs)));
    }
    if let Some(peak) = peak(world, &verify[1..]) {
        table.memory("memory of a cold verification", 200 << 20, peak);
    }
}

/// The most memory that a run held, in bytes, where the system tells.
fn peak(world: &World, words: &[&str]) -> Option<u64> {
    let mut command = world.command("git-plan", words);
    let mut child = command.stdout(Stdio::null()).spawn().ok()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(now);
        thread::sleep(Duration::from_millis(1));
    }
    peak.map(|kilobytes| kilobytes * 1024)
}
