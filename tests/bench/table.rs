//! The answer: one row a measure, as a Markdown table that documentation can hold as it is.

use std::fmt;
use std::time::Duration;

use crate::project::Project;

/// Every measure so far.
pub(crate) struct Table {
    machine: String,
    /// What every measure from now on is about, where that is not the usual repository.
    section: Option<&'static str>,
    rows: Vec<Row>,
}

struct Row {
    what: String,
    target: String,
    measured: String,
    verdict: Verdict,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Pass,
    Fail,
    /// There is no target.
    Told,
}

impl Table {
    pub(crate) fn new(project: &Project) -> Self {
        let cpus = std::thread::available_parallelism().map_or(0, usize::from);
        let git = project.world.git(&["--version"]);
        Self {
            machine: format!("{} processors, {}", cpus, git.trim_end()),
            section: None,
            rows: Vec::new(),
        }
    }

    /// Says what all further measures are about.
    pub(crate) fn section(&mut self, section: &'static str) {
        self.section = Some(section);
    }

    /// `subject` may take at most `limit` times as long as `baseline`, and `allowance` more.
    pub(crate) fn ratio(
        &mut self,
        what: &str,
        limit: f64,
        (subject, allowance): (Duration, Duration),
        (plain, baseline): (&str, Duration),
    ) {
        let counted = subject.saturating_sub(allowance);
        let ratio = counted.as_secs_f64() / baseline.as_secs_f64();
        let mut target = format!("≤ {limit} × `{plain}`");
        let mut measured = format!("{ratio:.1} × ({} / {})", ms(counted), ms(baseline));
        if !allowance.is_zero() {
            target.push_str(" + its syncs");
            measured.push_str(&format!(" + {}", ms(allowance)));
        }
        self.push(what, target, measured, Some(ratio <= limit));
    }

    /// `subject` may take at most `limit` longer than `baseline`, and `syncs` more.
    pub(crate) fn extra_but(
        &mut self,
        what: &str,
        limit: Duration,
        (subject, syncs): (Duration, Duration),
        (plain, baseline): (&str, Duration),
    ) {
        let extra = subject.as_secs_f64() - baseline.as_secs_f64() - syncs.as_secs_f64();
        let target = format!("≤ {} over {plain} + its syncs", ms(limit));
        let times = format!("{} / {}", ms(subject), ms(baseline));
        let measured = format!("{:+.1} ms ({times}) + {}", extra * 1e3, ms(syncs));
        let is_met = extra <= limit.as_secs_f64();
        self.push(what, target, measured, Some(is_met));
    }

    /// `subject` may take at most `limit` longer than `baseline`.
    pub(crate) fn extra(
        &mut self,
        what: &str,
        limit: Option<Duration>,
        subject: Duration,
        (plain, baseline): (&str, Duration),
    ) {
        let extra = subject.as_secs_f64() - baseline.as_secs_f64();
        let target = limit.map_or_else(
            || format!("against {plain}"),
            |limit| format!("≤ {} over {plain}", ms(limit)),
        );
        let measured = format!(
            "{:+.1} ms ({} / {})",
            extra * 1e3,
            ms(subject),
            ms(baseline)
        );
        let is_met = limit.map(|limit| extra <= limit.as_secs_f64());
        self.push(what, target, measured, is_met);
    }

    /// `subject` may take at most `limit`.
    pub(crate) fn at_most(&mut self, what: &str, limit: Duration, subject: Duration) {
        self.push(
            what,
            format!("≤ {}", ms(limit)),
            ms(subject),
            Some(subject <= limit),
        );
    }

    /// Tells a time that has no target, beside another where that helps.
    pub(crate) fn tell(&mut self, what: &str, subject: Duration, beside: Option<(&str, Duration)>) {
        let (target, measured) = match beside {
            Some((plain, baseline)) => {
                let ratio = subject.as_secs_f64() / baseline.as_secs_f64();
                let measured = format!("{ratio:.1} × ({} / {})", ms(subject), ms(baseline));
                (format!("beside {plain}"), measured)
            }
            None => (String::new(), ms(subject)),
        };
        self.push(what, target, measured, None);
    }

    /// Tells a figure that is no time.
    pub(crate) fn note(&mut self, what: &str, figure: String) {
        self.push(what, String::new(), figure, None);
    }

    /// A run may hold at most `limit` bytes.
    pub(crate) fn memory(&mut self, what: &str, limit: u64, held: u64) {
        let mb = |bytes: u64| format!("{} MB", bytes >> 20);
        self.push(
            what,
            format!("≤ {}", mb(limit)),
            mb(held),
            Some(held <= limit),
        );
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.rows.iter().any(|row| row.verdict == Verdict::Fail)
    }

    fn push(&mut self, what: &str, target: String, measured: String, is_met: Option<bool>) {
        let verdict = match is_met {
            Some(true) => Verdict::Pass,
            Some(false) => Verdict::Fail,
            None => Verdict::Told,
        };
        eprintln!("  {what}: {measured}");
        self.rows.push(Row {
            what: match self.section {
                Some(section) => format!("{section}: {what}"),
                None => what.to_owned(),
            },
            target,
            measured,
            verdict,
        });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.machine)?;
        writeln!(f, "| measure | target | measured | |\n|---|---|---|---|")?;
        for row in &self.rows {
            let verdict = match row.verdict {
                Verdict::Pass => "PASS",
                Verdict::Fail => "FAIL",
                Verdict::Told => "",
            };
            let Row {
                what,
                target,
                measured,
                ..
            } = row;
            writeln!(f, "| {what} | {target} | {measured} | {verdict} |")?;
        }
        Ok(())
    }
}

fn ms(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1e3;
    if ms < 100.0 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}
