//! What an examination of a repository found: sound, odd or broken, and what to type.

use serde::Serialize;

use super::choice::choice;

choice! {
    /// How bad it is.
    pub enum Severity {
        /// As it should be.
        Ok = "ok",
        /// Works, but not as one may think.
        Warning = "warning",
        /// Does not work.
        Error = "error",
    }
}

choice! {
    /// What was looked at.
    pub enum Check {
        /// Git, and how this repository is read.
        Git = "git",
        /// Where hooks and people find git-plan.
        Program = "program",
        /// The hook files of a work tree.
        Hooks = "hooks",
        /// Hooks fired, and whether they reached git-plan.
        Probe = "probe",
        /// Configuration that switches hooks off.
        Config = "config",
        /// Git LFS beside our hooks.
        Lfs = "lfs",
        /// The aliases `git rewind` and `git checkpoint`.
        Aliases = "aliases",
        /// planning.db.
        Database = "database",
        /// The chain of the journal.
        Journal = "journal",
        /// Checkpoints, their refs and their objects.
        Checkpoints = "checkpoints",
        /// Commits that wait for a plan.
        Spool = "spool",
        /// Rewinds that were begun and not finished.
        Rewind = "rewind",
        /// memo.db.
        Memo = "memo",
        /// The man pages.
        Man = "man",
        /// The shells' completions.
        Completion = "completion",
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// How bad it is.
    pub severity: Severity,
    /// What is so, safe to print.
    pub what: String,
    /// What to do or type; nothing of it loses anything.
    pub advice: Option<String>,
}

impl Check {
    /// Says that something is as it should be.
    pub fn ok(self, what: impl Into<String>) -> Finding {
        self.finding(Severity::Ok, what.into(), None)
    }

    /// Says that something works, but not as one may think.
    pub fn warning(self, what: impl Into<String>, advice: impl Into<String>) -> Finding {
        self.finding(Severity::Warning, what.into(), Some(advice.into()))
    }

    /// Says that something does not work.
    pub fn error(self, what: impl Into<String>, advice: impl Into<String>) -> Finding {
        self.finding(Severity::Error, what.into(), Some(advice.into()))
    }

    const fn finding(self, severity: Severity, what: String, advice: Option<String>) -> Finding {
        Finding {
            check: self,
            severity,
            what,
            advice,
        }
    }
}

/// Everything that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// The worst of them.
    pub worst: Severity,
    /// In the order looked at.
    pub findings: Vec<Finding>,
}

impl From<Vec<Finding>> for Examination {
    fn from(findings: Vec<Finding>) -> Self {
        let worst = findings.iter().map(|it| it.severity).max();
        Self {
            worst: worst.unwrap_or(Severity::Ok),
            findings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_finding_decides() {
        let check = |findings: Vec<Finding>, worst| {
            assert_eq!(Examination::from(findings).worst, worst);
        };
        let (ok, odd) = (Check::Git.ok("2.47"), Check::Lfs.warning("odd", "look"));
        check(vec![], Severity::Ok);
        check(vec![odd.clone(), ok.clone()], Severity::Warning);
        check(
            vec![ok, Check::Hooks.error("none", "install"), odd],
            Severity::Error,
        );
    }
}
