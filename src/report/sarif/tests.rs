//! The shape that the SARIF 2.1.0 schema asks for, and what a reader relies on.

use super::*;
use crate::report::testing;

fn written(judged: &[Judged]) -> Value {
    let mut out = Vec::new();
    log(&mut out, judged, &[]).unwrap();
    serde_json::from_slice(&out).unwrap()
}

/// The members that the schema knows of the objects written here; all of them forbid others
/// but property bags.
const KNOWN: &[(&str, &[&str], &[&str])] = &[
    ("log", &["version", "runs"], &["$schema"]),
    (
        "run",
        &["tool"],
        &[
            "columnKind",
            "originalUriBaseIds",
            "invocations",
            "results",
            "properties",
        ],
    ),
    ("tool", &["driver"], &[]),
    (
        "driver",
        &["name"],
        &["version", "semanticVersion", "rules"],
    ),
    (
        "rule",
        &["id"],
        &[
            "shortDescription",
            "fullDescription",
            "help",
            "defaultConfiguration",
            "properties",
        ],
    ),
    ("configuration", &[], &["level"]),
    ("message", &["text"], &[]),
    (
        "invocation",
        &["executionSuccessful"],
        &["toolExecutionNotifications"],
    ),
    ("notification", &["message"], &["level", "locations"]),
    (
        "result",
        &["message"],
        &[
            "ruleId",
            "ruleIndex",
            "level",
            "kind",
            "locations",
            "partialFingerprints",
            "properties",
        ],
    ),
    ("location", &[], &["physicalLocation"]),
    (
        "physicalLocation",
        &["artifactLocation"],
        &["region", "contextRegion"],
    ),
    (
        "artifactLocation",
        &[],
        &["uri", "uriBaseId", "description"],
    ),
    (
        "region",
        &["startLine"],
        &["startColumn", "endColumn", "snippet"],
    ),
    ("artifactContent", &["text"], &[]),
];

/// Members that the schema says are text wherever they stand.
const TEXTS: &[&str] = &[
    "$schema",
    "version",
    "semanticVersion",
    "name",
    "id",
    "ruleId",
    "text",
    "uri",
    "uriBaseId",
];

/// Checks an object's members and returns it.
fn shape<'v>(kind: &str, value: &'v Value) -> &'v Map<String, Value> {
    let (_, required, optional) = KNOWN.iter().find(|(name, ..)| *name == kind).unwrap();
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("{kind}: {value}"));
    for name in *required {
        assert!(object.contains_key(*name), "{kind} lacks {name}: {value}");
    }
    for name in object.keys() {
        let is_known = required.contains(&name.as_str()) || optional.contains(&name.as_str());
        assert!(is_known, "{kind} may not have {name}");
        let is_text = !TEXTS.contains(&name.as_str()) || object[name].is_string();
        assert!(is_text, "{kind}: {name} is no text");
    }
    if let Some(bag) = object.get("properties") {
        assert!(bag.is_object(), "{kind}: {bag}");
    }
    object
}

/// Checks a list that may hold nothing twice, and returns it.
fn set(value: &Value) -> &[Value] {
    let all = items(value);
    for (at, item) in all.iter().enumerate() {
        assert!(!all[..at].contains(item), "twice: {item}");
    }
    all
}

/// Checks a place: relative, so its first segment holds no colon, and all of RFC 3986's letters.
fn artifact_location(value: &Value) {
    let place = shape("artifactLocation", value);
    if let Some(description) = place.get("description") {
        shape("message", description);
    }
    if let Some(uri) = place.get("uri").and_then(Value::as_str) {
        assert!(
            !uri.starts_with('/') && !uri.split('/').next().unwrap().contains(':'),
            "{uri}"
        );
        let mut bytes = uri.bytes();
        while let Some(byte) = bytes.next() {
            let escaped = || [bytes.clone().next(), bytes.clone().nth(1)];
            let is_escape = byte == b'%'
                && escaped()
                    .iter()
                    .all(|it| it.is_some_and(|it| it.is_ascii_hexdigit()));
            let is_plain = byte.is_ascii_alphanumeric() || b"-._~/:@!$&'()*+,;=".contains(&byte);
            assert!(is_plain || is_escape, "{uri}");
            if is_escape {
                bytes.nth(1);
            }
        }
    }
}

/// Checks a region: positions count from 1, and the end is not before the start.
fn region(value: &Value) {
    let region = shape("region", value);
    for position in ["startLine", "startColumn", "endColumn"] {
        let found = region.get(position);
        assert!(
            found.is_none_or(|it| it.as_u64().is_some_and(|it| it >= 1)),
            "{value}"
        );
    }
    if let Some(end) = region.get("endColumn") {
        assert!(end.as_u64() > region["startColumn"].as_u64());
    }
    if let Some(snippet) = region.get("snippet") {
        shape("artifactContent", snippet);
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn location(value: &Value) {
    let place = shape(
        "physicalLocation",
        &shape("location", value)["physicalLocation"],
    );
    artifact_location(&place["artifactLocation"]);
    ["region", "contextRegion"]
        .iter()
        .filter_map(|name| place.get(*name))
        .for_each(region);
}

fn levels(value: &Value) {
    let level = value.as_str().unwrap();
    assert!(
        ["none", "note", "warning", "error"].contains(&level),
        "{level}"
    );
}

/// Walks a whole log as a validator would.
fn validate(log: &Value) {
    let top = shape("log", log);
    assert_eq!(top["version"], "2.1.0");
    for run in items(&top["runs"]) {
        let run = shape("run", run);
        assert!(
            ["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().unwrap())
        );
        let driver = shape("driver", &shape("tool", &run["tool"])["driver"]);
        let bases = run["originalUriBaseIds"].as_object().unwrap();
        bases.values().for_each(artifact_location);
        let rules = set(&driver["rules"]);
        for rule in rules {
            let rule = shape("rule", rule);
            for text in ["shortDescription", "fullDescription", "help"] {
                if let Some(text) = rule.get(text) {
                    shape("message", text);
                }
            }
            levels(&shape("configuration", &rule["defaultConfiguration"])["level"]);
        }
        for invocation in items(&run["invocations"]) {
            let invocation = shape("invocation", invocation);
            assert!(invocation["executionSuccessful"].is_boolean());
            for note in items(&invocation["toolExecutionNotifications"]) {
                let note = shape("notification", note);
                shape("message", &note["message"]);
                levels(&note["level"]);
                if let Some(all) = note.get("locations") {
                    set(all).iter().for_each(location);
                }
            }
        }
        for result in items(&run["results"]) {
            let result = shape("result", result);
            shape("message", &result["message"]);
            levels(&result["level"]);
            assert_eq!(result["kind"], "fail");
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            let prints = result["partialFingerprints"].as_object().unwrap();
            assert!(prints.values().all(Value::is_string));
            if let Some(all) = result.get("locations") {
                items(all).iter().for_each(location);
            }
        }
    }
}

#[test]
fn a_log_has_the_shape_of_the_schema() {
    validate(&written(&[]));
    validate(&written(&[testing::judged(Vec::new())]));
    let mut judged = testing::judged(vec![
        testing::placed("src/ä b:1.js", (3, "é = jwt.sign(x);", 5), "jwt.sign"),
        testing::missing("cognitoLogin"),
    ]);
    judged.evaluation.unjudged = testing::unjudged();
    let log = written(&[judged.clone(), judged]);
    validate(&log);

    let run = &log["runs"][0];
    assert_eq!(items(&run["tool"]["driver"]["rules"]).len(), 1);
    assert_eq!(
        run["tool"]["driver"]["rules"][0]["help"]["text"],
        "Use the new one."
    );
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "The spec/gone");
    assert_eq!(result["level"], "error");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/%C3%A4%20b%3A1.js");
    assert_eq!(
        place["region"],
        json!({ "startLine": 3, "startColumn": 5, "endColumn": 13 })
    );
    assert_eq!(
        place["contextRegion"]["snippet"]["text"],
        "é = jwt.sign(x);"
    );
    assert!(run["results"][1].get("locations").is_none());
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let levels: Vec<_> = items(&invocation["toolExecutionNotifications"])
        .iter()
        .map(|note| note["level"].as_str().unwrap())
        .collect();
    assert_eq!(levels, ["warning", "error", "warning", "error"]);
}

#[test]
fn fingerprints_follow_the_line_and_not_the_place() {
    let prints = |violations: Vec<Violation>| -> Vec<String> {
        let log = written(&[testing::judged(violations)]);
        let results = items(&log["runs"][0]["results"]).iter();
        results
            .map(|result| {
                let print = &result["partialFingerprints"]["gitPlanViolation/v1"];
                print.as_str().unwrap().to_owned()
            })
            .collect()
    };
    let old = prints(vec![testing::placed("a.js", (3, "  foo(x);", 3), "foo")]);
    let moved = prints(vec![testing::placed("b/c.js", (90, "foo(x);", 1), "foo")]);
    assert_eq!(old, moved);
    assert_eq!(old[0].len(), 64 + 2);
    let other = prints(vec![testing::placed("a.js", (3, "foo(y);", 1), "foo")]);
    assert_ne!(old, other);
    let twice = prints(vec![
        testing::placed("a.js", (3, "foo(x);", 1), "foo"),
        testing::placed("b.js", (3, "foo(x);", 1), "foo"),
    ]);
    assert_eq!(twice[0], old[0]);
    assert_eq!(twice[1], old[0].replace(":1", ":2"));
}

#[test]
fn brackets_make_no_links() {
    assert_eq!(message("`a[0]` is gone"), "`a[0]` is gone");
    assert_eq!(message("`a[0](x)`"), "`a\\[0\\](x)`");
}
