//! The answer to `doctor`, which fires hooks to see whether they reach git-plan.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

/// Names the file that a hook is to answer in instead of doing its work.
pub const VARIABLE: &str = "GIT_PLAN_PROBE";

/// What a hook answers with: its version, and below it where its program is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) version: String,
    pub(super) program: String,
}

/// Answers if this is a probe, and reports whether it is.
///
/// The file must be there and empty, so the variable is good for nothing else.
pub fn answer() -> bool {
    let Some(file) = std::env::var_os(VARIABLE).filter(|file| !file.is_empty()) else {
        return false;
    };
    let program = std::env::current_exe().unwrap_or_default();
    let text = format!("{}\n{}\n", env!("CARGO_PKG_VERSION"), program.display());
    if std::fs::metadata(&file).is_ok_and(|file| file.is_file() && file.len() == 0) {
        let opened = OpenOptions::new().append(true).open(&file);
        // Not being able to answer is an answer.
        drop(opened.and_then(|mut file| file.write_all(text.as_bytes())));
    }
    true
}

/// Reads the answer; `None` when no hook gave one.
pub(super) fn read(file: &Path) -> Option<Seen> {
    let text = std::fs::read_to_string(file).ok()?;
    let (version, program) = text.split_once('\n')?;
    Some(Seen {
        version: version.to_owned(),
        program: program.trim_end().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_no_answer() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("seen");
        assert_eq!(read(&file), None);
        std::fs::write(&file, "").unwrap();
        assert_eq!(read(&file), None);
        std::fs::write(&file, "1.2.3\n/bin/git-plan\n").unwrap();
        let seen = read(&file).unwrap();
        assert_eq!((&*seen.version, &*seen.program), ("1.2.3", "/bin/git-plan"));
    }
}
