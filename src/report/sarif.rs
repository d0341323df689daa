//! Evaluations as SARIF 2.1.0, for code scanning services and editors.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::json::inert;
use crate::model::evaluation::{Evaluation, Likeness, RuleOutcome, Violation};
use crate::model::hit::Unjudged;
use crate::model::judged::{Judged, TaskLabel};
use crate::model::path::RepoPath;
use crate::model::spec::Severity;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The top of the work tree, by the name that services know it by.
const ROOT: &str = "%SRCROOT%";

/// Writes one run with every rule, every violation and what was not judged.
///
/// # Errors
/// When `out` cannot be written.
pub fn log(out: &mut dyn Write, judged: &[Judged], not_checked: &[TaskLabel]) -> io::Result<()> {
    let mut run = Run::default();
    judged.iter().for_each(|judged| run.add(judged));
    let skipped = not_checked.iter().map(|task| {
        let text = format!("not checked, completed in another history: task {task}");
        json!({ "level": "note", "message": { "text": text } })
    });
    run.notifications.extend(skipped);
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [run.finish(judged)],
    });
    writeln!(out, "{}", inert(&serde_json::to_string_pretty(&log)?))
}

/// A run as it grows.
#[derive(Default)]
struct Run<'a> {
    rules: Vec<Value>,
    index_by_id: HashMap<String, usize>,
    results: Vec<Value>,
    notifications: Vec<Value>,
    /// How often each rule was broken in the same way already.
    alike: HashMap<(usize, Likeness<'a>), usize>,
}

impl<'a> Run<'a> {
    fn add(&mut self, judged: &'a Judged) {
        let evaluation = &judged.evaluation;
        for rule in &evaluation.rules {
            let id = format!("{}/{}", evaluation.spec.name, rule.id);
            let index = self.index_of(&id, rule);
            for violation in &rule.violations {
                let likeness = rule.likeness(violation);
                let nth = self.alike.entry((index, likeness)).or_default();
                *nth += 1;
                let print = fingerprint(&id, likeness, *nth);
                let mut result = result((&id, rule.severity), violation, &print);
                result["ruleIndex"] = json!(index);
                if let Some(task) = &judged.task {
                    result["properties"]["task"] = json!(task.to_string());
                }
                self.results.push(result);
            }
        }
        self.notifications
            .extend(evaluation.unjudged.iter().map(notification));
    }

    /// The place of a rule among all; several tasks may share it.
    fn index_of(&mut self, id: &str, rule: &RuleOutcome) -> usize {
        let next = self.rules.len();
        let index = *self.index_by_id.entry(id.to_owned()).or_insert(next);
        if index == next {
            self.rules.push(descriptor(id, rule));
        }
        index
    }

    fn finish(self, judged: &[Judged]) -> Value {
        let could_judge = |it: &Judged| {
            let mut unjudged = it.evaluation.unjudged.iter();
            !unjudged.any(|file| file.reason.forbids_verdict())
        };
        json!({
            "tool": { "driver": {
                "name": "git-plan",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": self.rules,
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                ROOT: { "description": { "text": "The top of the work tree." } },
            },
            "invocations": [{
                "executionSuccessful": judged.iter().all(could_judge),
                "toolExecutionNotifications": self.notifications,
            }],
            "results": self.results,
            "properties": { "evaluations": judged.iter().map(|it| summary(&it.evaluation)).collect::<Vec<_>>() },
        })
    }
}

fn summary(evaluation: &Evaluation) -> Value {
    json!({
        "spec": evaluation.spec,
        "tree": evaluation.tree,
        "verdict": evaluation.verdict,
        "filesInScope": evaluation.files_in_scope,
    })
}

fn descriptor(id: &str, rule: &RuleOutcome) -> Value {
    let mut properties = Map::new();
    properties.insert("severity".to_owned(), json!(rule.severity));
    if let Some(category) = &rule.category {
        properties.insert("tags".to_owned(), json!([category]));
    }
    let mut descriptor = json!({
        "id": id,
        "shortDescription": { "text": rule.description },
        "fullDescription": { "text": rule.description },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties,
    });
    if let Some(guidance) = &rule.guidance {
        descriptor["help"] = json!({ "text": guidance });
    }
    descriptor
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn result((rule, severity): (&str, Severity), violation: &Violation, print: &str) -> Value {
    let mut result = json!({
        "ruleId": rule,
        "level": level(severity),
        "kind": "fail",
        "message": { "text": message(&violation.message) },
        "partialFingerprints": { "gitPlanViolation/v1": print },
        "properties": {
            "clause": violation.clause,
            "patternKind": violation.kind,
            "pattern": violation.pattern,
            "analysis": violation.analysis,
        },
    });
    if let Some(file) = &violation.file {
        let mut place = json!({ "artifactLocation": artifact(file) });
        if let Some(line) = violation.line {
            place["region"] = region(line, violation);
            let whole = violation.source_line.as_ref().filter(|it| it.is_whole);
            if let Some(whole) = whole {
                let snippet = json!({ "text": whole.text });
                place["contextRegion"] = json!({ "startLine": line, "snippet": snippet });
            }
        }
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}

/// What is missing has no end: it is said of the whole line.
fn region(line: u32, violation: &Violation) -> Value {
    let mut region = json!({ "startLine": line });
    if let (Some(source), Some(matched)) = (&violation.source_line, &violation.matched) {
        let length = source.marked(Some(matched)).chars().count();
        let end = u64::from(source.character) + u64::try_from(length).unwrap_or(0);
        region["startColumn"] = json!(source.character);
        region["endColumn"] = json!(end);
    }
    region
}

fn notification(file: &Unjudged) -> Value {
    let (level, what) = if file.reason.forbids_verdict() {
        ("error", "could not verify")
    } else {
        ("warning", "not judged as code")
    };
    json!({
        "level": level,
        "message": { "text": format!("{what}: {} ({})", file.path, file.reason.as_str()) },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact(&file.path) } }],
    })
}

fn artifact(path: &RepoPath) -> Value {
    json!({ "uri": uri(path), "uriBaseId": ROOT })
}

/// A path as a relative reference: every byte but the unreserved ones is percent-encoded.
fn uri(path: &RepoPath) -> String {
    let mut uri = String::new();
    for byte in path.as_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(*byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

/// `[text](target)` is a link in a SARIF message unless its brackets are escaped.
fn message(text: &str) -> String {
    if text.contains("](") {
        text.replace('\\', "\\\\")
            .replace('[', "\\[")
            .replace(']', "\\]")
    } else {
        text.to_owned()
    }
}

/// The same for as long as the line reads the same, wherever it stands; the number tells apart
/// what is alike.
fn fingerprint(rule: &str, (clause, kind, pattern, line): Likeness<'_>, nth: usize) -> String {
    let mut hash = Sha256::new();
    for part in [rule, clause.as_str(), kind.as_str(), pattern, line] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let digits: Vec<String> = hash
        .finalize()
        .iter()
        .map(|it| format!("{it:02x}"))
        .collect();
    format!("{}:{nth}", digits.concat())
}

#[cfg(test)]
mod tests;
