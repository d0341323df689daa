//! Evaluations as GitHub's workflow commands, which become annotations on a pull request.

use std::io::{self, Write};

use crate::model::evaluation::{Evaluation, RuleOutcome, Violation};
use crate::model::hit::Unjudged;
use crate::model::judged::{Judged, TaskLabel};
use crate::model::printable::Printable;

/// Writes one command for each violation and each file that was not judged as code.
///
/// Every violation is an error whatever its severity, since each of them breaks the verdict.
///
/// # Errors
/// When `out` cannot be written.
pub fn commands(
    out: &mut dyn Write,
    judged: &[Judged],
    not_checked: &[TaskLabel],
) -> io::Result<()> {
    for evaluation in judged.iter().map(|judged| &judged.evaluation) {
        for rule in &evaluation.rules {
            for violation in &rule.violations {
                self::violation(out, (evaluation, rule), violation)?;
            }
        }
        for file in &evaluation.unjudged {
            unjudged(out, evaluation, file)?;
        }
    }
    for task in not_checked {
        let title = Printable::new(&task.title);
        let message = format!("not checked, completed in another history: task {task} {title}");
        writeln!(out, "::notice::{}", data(&message))?;
    }
    Ok(())
}

fn violation(
    out: &mut dyn Write,
    (evaluation, rule): (&Evaluation, &RuleOutcome),
    violation: &Violation,
) -> io::Result<()> {
    let title = format!(
        "{}/{} ({})",
        Printable::new(&evaluation.spec.name),
        Printable::new(&rule.id),
        rule.severity
    );
    let message = Printable::new(&*violation.message);
    let (Some(file), Some(line)) = (&violation.file, violation.line) else {
        let text = format!("{title}: {message}");
        return writeln!(out, "::error title={}::{}", property(&title), data(&text));
    };
    let line_known = violation.source_line.as_ref();
    let column = line_known.map(|it| it.character).or(violation.column);
    let column = column.unwrap_or(1);
    // The log shows the message alone, so the place is said there too.
    let text = format!("{file}:{line}:{column}: {title}: {message}");
    writeln!(
        out,
        "::error file={},line={line},col={column},title={}::{}",
        property(&file.to_string()),
        property(&title),
        data(&text)
    )
}

fn unjudged(out: &mut dyn Write, evaluation: &Evaluation, file: &Unjudged) -> io::Result<()> {
    let (level, what) = if file.reason.forbids_verdict() {
        ("error", "could not verify")
    } else {
        ("warning", "not judged as code")
    };
    let name = Printable::new(&evaluation.spec.name);
    let reason = file.reason.as_str();
    let text = format!("{}: {name}: {what} ({reason})", file.path);
    let place = property(&file.path.to_string());
    writeln!(out, "::{level} file={place}::{}", data(&text))
}

/// What follows the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property before it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing;

    fn written(judged: &[Judged], not_checked: &[TaskLabel]) -> Vec<String> {
        let mut out = Vec::new();
        commands(&mut out, judged, not_checked).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn each_violation_is_one_escaped_line() {
        let judged = testing::judged(vec![
            testing::placed("src/a, b:c%.js", (3, "é = jwt.sign(x);", 5), "jwt.sign"),
            testing::missing("cognito\nlogin"),
        ]);
        assert_eq!(
            written(&[judged], &[]),
            [
                "::error file=src/a%2C b%3Ac%25.js,line=3,col=5,title=The spec/gone (high)::\
                 src/a, b:c%25.js:3:5: The spec/gone (high): `jwt.sign` is still used",
                "::error title=The spec/gone (high)::\
                 The spec/gone (high): expected `cognito\\nlogin`, found nowhere in scope",
            ]
        );
    }

    #[test]
    fn what_was_not_judged_is_said() {
        let mut judged = testing::judged(Vec::new());
        judged.evaluation.unjudged = testing::unjudged();
        let task = TaskLabel {
            plan: crate::model::id::PlanId(1),
            number: crate::model::id::TaskNumber(2),
            title: "100%".to_owned(),
        };
        assert_eq!(
            written(&[judged], &[task]),
            [
                "::warning file=big.js::big.js: The spec: not judged as code (large)",
                "::error file=gone.js::gone.js: The spec: could not verify (unreadable)",
                "::notice::not checked, completed in another history: task 1.2 100%25",
            ]
        );
    }
}
