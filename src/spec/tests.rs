//! Specs good and bad: what is understood, and the exact place of what is not.

#![allow(clippy::too_many_lines, reason = "a table is one function")]

use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::model::spec::{Clause, Pattern, PatternForm, PatternKind, Severity};
use crate::syntax::Language;

/// A spec of one rule with these further lines, indented for it.
fn rule(lines: &str) -> String {
    let lines = lines.replace('\n', "\n    ");
    format!("refactor_name: x\nrules:\n  - id: a\n    description: d\n    {lines}\n")
}

fn patterns(lines: &str) -> Result<Vec<Pattern>, String> {
    let parsed = parse(rule(lines).as_bytes()).map_err(|d| d.message)?;
    Ok(parsed.spec.rules[0].match_.clone())
}

/// Checks one refusal: `‸` marks the place in `marked`; without one the whole text is at fault.
#[track_caller]
fn refused(marked: &str, message: &str, hint: Option<&str>) {
    let text = marked.replace('‸', "");
    let got = parse(text.as_bytes()).expect_err(marked);
    let place = marked.find('‸').map(|at| {
        let before = &marked[..at];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, at - start + 1)
    });
    let got_place = got.line.zip(got.column);
    assert_eq!(
        (got.message.as_str(), got_place),
        (message, place),
        "\n{marked}\n{got}"
    );
    assert_eq!(got.hint.as_deref(), hint, "\n{marked}");
    let source = place.map(|(line, _)| text.lines().nth(line - 1).unwrap_or_default());
    assert_eq!(got.source_line.as_deref(), source, "\n{marked}");
}

const SET: &str = "identifiers, expressions, strings, sql_tables, api_routes, patterns";
const RULE: &str = "id, description, severity, category, guidance, match, expect, requires, expect_any, \
    expect_not, where, scope, language, ignore_case";
const SPEC: &str = "refactor_name, context_name, description, version, metadata, rules";

#[test]
fn a_whole_spec() {
    let text = "\u{feff}refactor_name: NO
description: >-
  two
  lines
version: 1.10
metadata: {owner: [me, {deep: 1}]}
rules:
- id: 7
  description: d
  severity: critical
  category: auth
  guidance: ~
  match:
    identifiers: [jwt.sign, \"class  User\"]
    strings: ['/a\\.b/', \" x   y \"]
  requires: {sql_tables: [null], api_routes: [/v1/, '/v\\d+/']}
  expect_any:
    expressions:
      - |
        f(
          1)
  expect_not: {identifiers: []}
  where:
  scope: {include: [./src/**, 'tests/'], exclude: [/a]}
  ignore_case: true
- {id: b, description: e, match: {identifiers: [f]}, expect: {identifiers: []}, expect_any: ~}
";
    let parsed = parse(text.as_bytes()).unwrap();
    let spec = &parsed.spec;
    assert_eq!(
        (spec.name.as_str(), spec.version.as_deref()),
        ("NO", Some("1.10"))
    );
    assert_eq!(spec.description.as_deref(), Some("two lines"));
    let [first, second] = spec.rules.as_slice() else {
        panic!("two rules");
    };
    assert_eq!(
        (first.id.as_str(), first.severity, first.ignore_case),
        ("7", Severity::Critical, true)
    );
    assert_eq!(
        (first.category.as_deref(), first.guidance.as_deref()),
        (Some("auth"), None)
    );
    let shown = |clause| -> Vec<String> {
        let patterns = first.patterns(clause).iter();
        patterns
            .map(|p| match &p.form {
                PatternForm::Literal(text) => format!("{} {text}", p.kind.as_str()),
                PatternForm::Regex(body) => format!("{} regex {body}", p.kind.as_str()),
            })
            .collect()
    };
    assert_eq!(
        shown(Clause::Match),
        [
            "identifiers jwt.sign",
            "identifiers class User",
            "expressions regex a\\.b",
            "expressions x y"
        ]
    );
    assert_eq!(first.match_[3].text, "x   y");
    assert_eq!(
        shown(Clause::Expect),
        [
            "sql_tables null",
            "api_routes /v1/",
            "api_routes regex v\\d+"
        ]
    );
    assert_eq!(shown(Clause::ExpectAny), ["expressions f( 1)"]);
    assert!(first.expect_not.is_empty() && first.where_.is_empty());
    assert_eq!(first.scope.include, ["src/**", "tests/"]);
    assert_eq!(first.scope.exclude, ["a"]);
    assert_eq!(
        (second.severity, second.ignore_case),
        (Severity::Medium, false)
    );
    assert!(second.expect.is_empty() && second.match_.len() == 1);
    assert_eq!(parsed.warnings, []);
}

#[test]
fn the_documentation_is_made_of_good_specs() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut specs: Vec<(String, String)> = std::fs::read_dir(docs.join("examples"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    assert!(specs.len() >= 5);
    let reference = std::fs::read_to_string(docs.join("spec-format.md")).unwrap();
    let blocks = reference.split("```yaml\n").skip(1);
    specs.extend(blocks.map(|block| {
        (
            "spec-format.md".to_owned(),
            block.split("```").next().unwrap().to_owned(),
        )
    }));
    for (name, text) in specs {
        let parsed = parse(text.as_bytes())
            .map_err(|diagnostic| diagnostic.render(&name))
            .unwrap();
        assert_eq!(parsed.warnings, [], "{name}");
    }
}

/// Patterns of the reference's tables, under the kind of their heading.
#[test]
fn documented_patterns_are_accepted() {
    let reference = include_str!("../../docs/spec-format.md");
    let mut rows = 0;
    for kind in PatternKind::ALL {
        let section = reference
            .split(&format!("\n### `{}`\n", kind.as_str()))
            .nth(1)
            .unwrap();
        let section = section.split("\n#").next().unwrap();
        for row in section
            .lines()
            .filter(|line| line.ends_with("| yes |") || line.ends_with("| no |"))
        {
            let cell = row.split(" | ").nth(1).unwrap().trim_matches('`');
            let text = rule(&format!(
                "match:\n  {}:\n  - '{}'",
                kind.as_str(),
                cell.replace('\'', "''")
            ));
            let parsed = parse(text.as_bytes())
                .map_err(|diagnostic| diagnostic.to_string())
                .unwrap();
            assert_eq!(parsed.warnings, [], "{row}");
            rows += 1;
        }
    }
    assert!(rows > 90, "{rows}");
}

#[test]
fn not_a_mapping_of_rules() {
    let check = refused;
    check(
        "",
        "spec is empty",
        Some("a spec has `refactor_name` and `rules`"),
    );
    check(
        "---\n~\n",
        "spec is empty",
        Some("a spec has `refactor_name` and `rules`"),
    );
    check(
        "‸foo",
        &format!("a spec must be a mapping with {SPEC}, not `foo`"),
        None,
    );
    check(
        "‸- a\n- b\n",
        &format!("a spec must be a mapping with {SPEC}, not a list"),
        None,
    );
    check("‸rules: []", "the spec has no `refactor_name`", None);
    check("# x\n\n‸refactor_name: x", "the spec has no `rules`", None);
    check(
        "refactor_name: x\nrules: ‸[]",
        "`rules` is empty",
        Some("a spec needs at least one rule"),
    );
    check(
        "refactor_name: x\nrules:‸\n",
        "`rules` is empty",
        Some("a spec needs at least one rule"),
    );
    check(
        "refactor_name: ‸''\nrules: []",
        "`refactor_name` is empty",
        None,
    );
    check(
        "refactor_name: ‸~\nrules: [{id: a}]",
        "`refactor_name` is empty",
        None,
    );
    check(
        "refactor_name: ~\nrules: [‸a]",
        &format!("a rule must be a mapping with {RULE}, not `a`"),
        None,
    );
    check("refactor_name: a\nrules: [‸~]", "empty rule", None);
    check(
        "refactor_name: a\nrules:\n  -‸\n  - id: a",
        "empty rule",
        None,
    );
    check(
        "refactor_name: x\nrules: ‸all",
        &format!("`rules` must be a list of mappings with {RULE}, not `all`"),
        None,
    );
    check(
        "refactor_name: x\nrules: ‸{id: a}",
        &format!("`rules` must be a list of mappings with {RULE}, not a mapping"),
        None,
    );
    check(
        "refactor_name: x\n‸ruls:\n  - id: a\n",
        &format!("unknown key `ruls` in a spec; allowed are {SPEC}"),
        Some("did you mean `rules`?"),
    );
    check(
        "refactor_name: a\n‸context_name: b\nrules: []",
        "`context_name` and `refactor_name` are two names of one key",
        Some("keep one of them"),
    );
    check(
        "refactor_name: a\n‸refactor_name: b\n",
        "duplicate key `refactor_name`",
        None,
    );
    check(
        "refactor_name: a\n‸<<: {a: b}\n",
        "merge keys are not allowed",
        Some("write the keys out"),
    );
    check(
        "refactor_name: a\n? ‸[a]\n: b\n",
        "a key must be text",
        None,
    );
    check(
        "refactor_name: ‸[a]\n",
        "`refactor_name` takes text here, not a list or mapping",
        Some("if it is one value, quote it"),
    );
}

#[test]
fn bad_rules() {
    let check =
        |marked: &str, message: &str, hint: Option<&str>| refused(&rule(marked), message, hint);
    let quote = Some("if it is one value, quote it");
    check(
        "‸macth: {}",
        &format!("unknown key `macth` in a rule; allowed are {RULE}"),
        Some("did you mean `match`?"),
    );
    check(
        "‸colour: red",
        &format!("unknown key `colour` in a rule; allowed are {RULE}"),
        None,
    );
    check(
        "\"‸\": 1".replace('‸', "").replacen('"', "‸\"", 1).as_str(),
        &format!("unknown key `` in a rule; allowed are {RULE}"),
        None,
    );
    check(
        "‸\"m\\e[31m\": {}",
        &format!("unknown key `m\\u{{1b}}[31m` in a rule; allowed are {RULE}"),
        None,
    );
    check(
        "‸<<: {a: b}",
        "merge keys are not allowed",
        Some("write the keys out"),
    );
    check("‸description: e", "duplicate key `description`", None);
    check(
        "match: {identifiers: [a]}\n‸match: {}",
        "duplicate key `match`",
        None,
    );
    check(
        "expect: {}\n‸requires: {}",
        "`requires` and `expect` are two names of one key",
        Some("keep one of them"),
    );
    check(
        "match: ‸foo",
        &format!("`match` must be a mapping with {SET}, not `foo`"),
        None,
    );
    check(
        "match: ‸[foo]",
        &format!("`match` must be a mapping with {SET}, not a list"),
        None,
    );
    check(
        "match: ‸true",
        &format!("`match` must be a mapping with {SET}, not `true`"),
        None,
    );
    check(
        "match:\n  ‸identifers:\n    - a",
        &format!("unknown key `identifers` in a pattern set; allowed are {SET}"),
        Some("did you mean `identifiers`?"),
    );
    check(
        "match: {strings: [a], ‸expressions: [b]}",
        "`expressions` and `strings` are two names of one key",
        Some("keep one of them"),
    );
    check(
        "match: {identifiers: ‸foo}",
        "`identifiers` must be a list, not `foo`",
        Some("write `identifiers: [foo]`"),
    );
    check(
        "match: {identifiers: ‸1.50}",
        "`identifiers` must be a list, not `1.5`",
        Some("write `identifiers: [1.5]`"),
    );
    check(
        "match: {identifiers: ‸-2}",
        "`identifiers` must be a list, not `-2`",
        Some("write `identifiers: [-2]`"),
    );
    check(
        "match: {identifiers: ‸{a: b}}",
        "`identifiers` must be a list, not a mapping",
        None,
    );
    check(
        "match: {identifiers: [‸a: b]}",
        "`identifiers` takes text here, not a list or mapping",
        quote,
    );
    check(
        "match: {identifiers: [‸[a]]}",
        "`identifiers` takes text here, not a list or mapping",
        quote,
    );
    check(
        "match:\n  expressions:\n    - ‸a: b",
        "`expressions` takes text here, not a list or mapping",
        quote,
    );
    check(
        "scope: ‸src/**",
        "`scope` must be a mapping with include, exclude, not `src/**`",
        None,
    );
    check(
        "scope: {include: ‸src/**}",
        "`include` must be a list, not `src/**`",
        Some("write `include: [src/**]`"),
    );
    check(
        "scope: {‸included: []}",
        "unknown key `included` in a scope; allowed are include, exclude",
        Some("did you mean `include`?"),
    );
    check(
        "ignore_case: ‸yes",
        "`ignore_case` must be true or false, not `yes`",
        None,
    );
    check(
        "ignore_case: ‸\"true\"",
        "`ignore_case` must be true or false, not `true`",
        None,
    );
    check(
        "severity: ‸hgih\nmatch: {identifiers: [a]}",
        "unknown severity `hgih`: expected one of critical, high, medium, low",
        Some("did you mean `high`?"),
    );
    check(
        "severity: ‸\"terrible\"\nmatch: {identifiers: [a]}",
        "unknown severity `terrible`: expected one of critical, high, medium, low",
        None,
    );

    let judge = Some("it needs a pattern under `match`, `expect`, `expect_any` or `expect_not`");
    let head = "refactor_name: x\nrules:\n  - ‸id: a\n    description: d\n    ";
    for nothing in [
        "",
        "where: {identifiers: [a]}",
        "match: {identifiers: []}",
        "expect: {identifiers: []}",
        "expect:",
        "match: {}",
    ] {
        refused(
            &format!("{head}{nothing}\n"),
            "rule `a` has nothing to judge",
            judge,
        );
    }
    refused(
        "refactor_name: x\nrules: [‸{id: a}]",
        "rule `a` has no `description`",
        None,
    );
    refused(
        "refactor_name: x\nrules: [‸{description: a}]",
        "the rule has no `id`",
        None,
    );
    refused(
        "refactor_name: x\nrules: [{id: ‸' ', description: a}]",
        "`id` is empty",
        None,
    );
    refused(
        "refactor_name: x\nrules: [{id: a, description: ‸}]",
        "`description` is empty",
        None,
    );
    refused(
        "refactor_name: x\nrules: [{id: a, description: ‸~}]",
        "`description` is empty",
        None,
    );
    let twice = format!(
        "{}  - id: ‸\"a\"\n    description: d\n",
        rule("match: {identifiers: [f]}")
    );
    refused(&twice, "duplicate rule id `a`", None);
}

#[test]
fn bad_patterns() {
    let check = |marked: &str, message: &str, hint: Option<&str>| {
        refused(
            &rule(&format!("match:\n  {}", marked.replace('\n', "\n  "))),
            message,
            hint,
        );
    };
    let word = Some("a literal needs a word to be found by; write a regex `/…/` for anything else");
    let slashes = Some("a literal needs no slashes; in a regex write `\\(` for a parenthesis");
    let parenthesis = Some("drop it to find the name, or move the pattern to `expressions`");
    check("identifiers: [a, ‸'']", "empty entry", None);
    check("identifiers:\n  - a\n  -‸", "empty entry", None);
    check("identifiers: [‸'  ']", "empty entry", None);
    check(
        "identifiers: [‸=>]",
        "`=>` holds no letter, digit or underscore",
        word,
    );
    check(
        "expressions: [‸'\"%\"']",
        "`\"%\"` holds no letter, digit or underscore",
        word,
    );
    check(
        "api_routes: [‸/]",
        "`/` holds no letter, digit or underscore",
        word,
    );
    check("expressions: [‸//]", "empty regex", None);
    check(
        "identifiers: [jwt.sign‸(x)]",
        "`jwt.sign(x)` holds a parenthesis, which no name does",
        parenthesis,
    );
    check(
        "identifiers:\n  - \"sign‸()\"",
        "`sign()` holds a parenthesis, which no name does",
        parenthesis,
    );
    check(
        "identifiers:\n  - 'it''s'\n  - ‸'it''s()'",
        "`it's()` holds a parenthesis, which no name does",
        parenthesis,
    );
    check(
        "identifiers:\n  - ‸|\n    f()",
        "`f()` holds a parenthesis, which no name does",
        parenthesis,
    );
    check(
        "identifiers: [‸(a]",
        "`(a` holds a parenthesis, which no name does",
        parenthesis,
    );
    check(
        "identifiers: [return‸ x]",
        "`return x` holds a space, which no name does",
        Some(
            "only headers such as `class User` or `import os` may; move other code to `expressions`",
        ),
    );
    check(
        "identifiers: [/a‸(b/]",
        "bad regex: unclosed group",
        slashes,
    );
    check(
        "identifiers: ['/a‸(b/']",
        "bad regex: unclosed group",
        slashes,
    );
    check(
        "strings: [\"/é‸[/\"]",
        "bad regex: unclosed character class",
        slashes,
    );
    check(
        "strings:\n  - ‸\"/\\ta(/\"",
        "bad regex: unclosed group",
        slashes,
    );
    check(
        "identifiers: [/foo‸(?!bar)/]",
        "bad regex: look-around, including look-ahead and look-behind, is not supported",
        Some("forbid the one in `match` and list the other under `where` or `scope.exclude`"),
    );
    check(
        "identifiers: ['/(a)‸\\1/']",
        "bad regex: backreferences are not supported",
        Some("write the repeated text out"),
    );
    check(
        "api_routes: ['/v‸[1/']",
        "bad regex: unclosed character class",
        slashes,
    );
    let cheaper = Some(regexes::CHEAPER);
    check(
        "identifiers: [‸'/\\w{1000}/']",
        "regex compiles to more than 10 MiB",
        cheaper,
    );
    check(
        "identifiers: [‸'/a{1000}{1000}/']",
        "regex compiles to more than 10 MiB",
        cheaper,
    );
    let many: Vec<String> = (0..3).map(|n| format!("'/{n}\\w{{100}}/'")).collect();
    check(
        &format!("identifiers: [{}, {}, ‸{}]", many[0], many[1], many[2]),
        "the regexes up to here are too costly together",
        cheaper,
    );
    let nested = format!("{}a{}", "(".repeat(101), ")".repeat(101));
    check(
        &format!("identifiers: [/{}‸{}/]", &nested[..100], &nested[100..]),
        "bad regex: exceed the maximum number of nested parentheses/brackets (100)",
        slashes,
    );
    let long = "a".repeat(MAX_PATTERN_BYTES + 1);
    check(
        &format!("identifiers: [‸{long}]"),
        "4097 bytes long; the limit is 4096",
        None,
    );
    assert!(patterns(&format!("match: {{identifiers: [{}]}}", &long[1..])).is_ok());

    let opposite =
        |lines: &str, message: &str, hint: &str| refused(&rule(lines), message, Some(hint));
    let presence = "to require it, drop it from `match`: `expect` alone requires it";
    let both = |text: &str, first: &str, second: &str| {
        format!("`{text}` is under both `{first}` and `{second}`, so the rule can never be met")
    };
    opposite(
        "match: {identifiers: [f]}\nexpect: {identifiers: [g, ‸f]}",
        &both("f", "match", "expect"),
        presence,
    );
    opposite(
        "expect: {identifiers: [‸f]}\nmatch: {identifiers: [f]}",
        &both("f", "match", "expect"),
        presence,
    );
    opposite(
        "match: {api_routes: [/v1/]}\nexpect_any: {api_routes: [a, ‸/v1/]}",
        &both("/v1/", "match", "expect_any"),
        presence,
    );
    opposite(
        "expect: {strings: [a b]}\nexpect_not: {expressions: [‸a  b]}",
        &both("a  b", "expect", "expect_not"),
        "keep it in one of them",
    );
    opposite(
        "match: {sql_tables: [Users]}\nexpect: {sql_tables: [‸users]}",
        &both("users", "match", "expect"),
        presence,
    );
    opposite(
        "match: {identifiers: [F]}\nexpect: {identifiers: [‸f]}\nignore_case: true",
        &both("f", "match", "expect"),
        presence,
    );
    for fine in [
        "match: {identifiers: [f]}\nexpect: {expressions: [f]}",
        "match: {identifiers: [F]}\nexpect: {identifiers: [f]}",
        "match: {identifiers: [f]}\nwhere: {identifiers: [f]}",
        "match: {identifiers: [f]}\nexpect_not: {identifiers: [f]}",
    ] {
        assert!(parse(rule(fine).as_bytes()).is_ok(), "{fine}");
    }
}

#[test]
fn bad_structures() {
    let one = |lines: &str| rule(lines);
    let complete = Some(
        "a pattern is a whole expression, statement, definition or type; name its `language` to be sure",
    );
    let holes = Some("`$NAME` stands for one node, `$$$` for any number of them");
    refused(
        &one("match: {patterns: ['f($X‸']}"),
        "not code of any language",
        complete,
    );
    refused(
        &one("language: python\nmatch: {patterns: [‸'const x = $Y']}")
            .replace("[‸'const ", "['const ‸"),
        "not python code",
        complete,
    );
    refused(
        &one("scope: {include: ['src/**/*.{py,rb}']}\nmatch: {patterns: ['f(1) ‸}']}"),
        "not code of any language in scope (python, ruby)",
        complete,
    );
    refused(
        &one("match: {patterns: [‸$X]}"),
        "a hole alone hits everything",
        holes,
    );
    refused(
        &one("language: python\nmatch: {patterns: ['f(1) ‸# x']}"),
        "holds a comment, which is never looked at",
        Some("drop it; `expressions` do not look at comments either"),
    );
    refused(
        &one("language: python\nmatch: {patterns: [\"f('‸a $X')\"]}"),
        "holds a hole inside a string or the like",
        Some("a hole stands for whole nodes: `'$X'` is any string, `'a $X'` none"),
    );
    refused(
        &one("language: ‸pyton\nmatch: {patterns: [f($X)]}"),
        &format!(
            "unknown language `pyton`; known are {}",
            Language::all()
                .map(Language::name)
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Some("did you mean `python`?"),
    );
    refused(
        &one("language: ‸python\nmatch: {identifiers: [f]}"),
        "rule `a` names a language but has no `patterns`",
        Some("it is about `patterns` alone; `scope` narrows a rule to files"),
    );
    let many = format!("match: {{patterns: [{}]}}", "f($X), ".repeat(501));
    assert!(patterns(&many).unwrap_err().contains("more than 500"));
}

#[test]
fn structures_are_kept_as_written() {
    let got = patterns("match:\n  patterns:\n    - |\n      if $C:\n          $$$\n    - f( $X )")
        .unwrap();
    let texts: Vec<_> = got.iter().map(|pattern| pattern.text.as_str()).collect();
    assert_eq!(texts, ["if $C:\n    $$$", "f( $X )"]);
    let hash = |lines: &str| parse(rule(lines).as_bytes()).unwrap().hash;
    let plain = hash("match: {patterns: [f($X)]}");
    assert_ne!(plain, hash("language: python\nmatch: {patterns: [f($X)]}"));
    assert_ne!(plain, hash("match: {patterns: [f($Y)]}"));
}

#[test]
fn bad_scopes() {
    let check = |marked: &str, message: &str, hint: Option<&str>| {
        refused(
            &rule(&format!("match: {{identifiers: [a]}}\nscope:\n  {marked}")),
            message,
            hint,
        );
    };
    let stars = |word: &str| {
        Some(format!(
            "a value that starts with `*` needs quotes: `\"{word}\"`"
        ))
    };
    let anchors = "anchors and aliases are not allowed";
    check("include: [‸*.ts]", anchors, stars("*.ts").as_deref());
    check(
        "include:\n    - src/**\n    - ‸**/x # all",
        anchors,
        stars("**/x").as_deref(),
    );
    let exclude = "list what to leave out under `exclude`; write `\\!` for a name that holds it";
    check(
        "include: [‸'!a']",
        "`!a` holds `!`, which means nothing in a scope",
        Some(exclude),
    );
    check(
        "include: [\"src/‸!a\"]",
        "`src/!a` holds `!`, which means nothing in a scope",
        Some(exclude),
    );
    check(
        "include: [‸!src/**]",
        "YAML tags are not allowed",
        Some("to leave files out of a scope, list them under `exclude`"),
    );
    check("exclude: [‸'']", "empty entry", None);
    check(
        "exclude: [a, ‸../b]",
        "`../b` leaves or repeats a directory",
        Some("globs start at the repository's root and have no `.` or `..`"),
    );
    check(
        "exclude: [‸'a[']",
        "bad glob `a[`: unclosed character class; missing ']'",
        None,
    );
}

#[test]
fn not_yaml() {
    let check =
        |marked: &str, message: &str, hint: &str| refused(&rule(marked), message, Some(hint));
    let escapes = "use single quotes: in them a backslash is a backslash";
    check(
        "match: {identifiers: [\"/‸\\.foo/\"]}",
        "not valid YAML: unknown escape in double quotes",
        escapes,
    );
    check(
        "match: {identifiers: [‸@Get]}",
        "a value cannot start with `@`",
        "quote the value",
    );
    check(
        "match: {identifiers: [‸`a`]}",
        "a value cannot start with ```",
        "quote the value",
    );
    check(
        "guidance: use a‸: b",
        "not valid YAML: `: ` is not allowed here",
        "quote a value that holds `: `; if this is a key, check its indentation",
    );
    check(
        "guidance: |‸a",
        "not valid YAML: only a comment may follow `|` or `>`",
        "quote a value that starts with `|` or `>`",
    );
    check(
        "guidance: \"a\" ‸b",
        "not valid YAML: a key is expected here",
        "check the indentation, and quote values that start with a quote or bracket",
    );
    refused(
        "refactor_name: x\nrules:\n‸\t- id: a\n",
        "tab in indentation",
        Some("indent with spaces"),
    );
    refused("a:\n  - ‸[b\n  - c\n", "`[` is never closed", None);
    refused("a: ‸'b\n", "`'` is never closed", None);
    refused(
        "a: ‸&x {b: 1}\nc: *x\n",
        "anchors and aliases are not allowed",
        Some("write the value out wherever it is used, or quote it"),
    );
    refused(
        "a: ‸!include /etc/passwd\n",
        "YAML tags are not allowed",
        Some("write the plain value; a value that starts with `!` needs quotes"),
    );
    refused(
        "a: 1\n‸---\nb: 2\n",
        "a second document starts here",
        Some("one spec a file"),
    );
    refused(
        "a: b\n‸é c\n\n\n",
        "not valid YAML: neither a key with `:` nor part of the value before it",
        Some("check the indentation, or quote the value"),
    );
}

#[test]
fn warnings() {
    let check = |text: &str, expected: &[(&str, usize)]| {
        let parsed = parse(text.as_bytes()).unwrap();
        let got: Vec<(&str, usize)> = parsed
            .warnings
            .iter()
            .map(|w| (w.message.as_str(), w.line.unwrap_or_default()))
            .collect();
        assert_eq!(got, expected);
    };
    let unknown = |key: &str| format!("unknown key `{key}` in a spec; allowed are {SPEC}");
    check(
        &format!(
            "{}foo: {{a: [*]}}\nvers: 1\n",
            rule("match: {identifiers: [a]}")
        )
        .replace("[*]", "[b]"),
        &[(&unknown("foo"), 6), (&unknown("vers"), 7)],
    );
    check(
        &rule("match:\n  identifiers:\n  - a\n  - a\n  strings: [a, \"x  y\", x y]"),
        &[("`a` is listed twice", 8), ("`x y` is listed twice", 9)],
    );
    check(
        &rule("match: {strings: ['/a*/']}"),
        &[("`/a*/` can match nothing at all, so it hits everywhere", 5)],
    );
    check(
        &rule("match: {sql_tables: [users u]}"),
        &[(
            "`users u` can never hit: it is no table name; use `expressions`",
            5,
        )],
    );
    let many: String = (0..13).map(|n| format!("k{n}: 1\n")).collect();
    let parsed = parse(format!("{}{many}", rule("match: {identifiers: [a]}")).as_bytes()).unwrap();
    assert_eq!(parsed.warnings.len(), 11);
    assert_eq!(
        parsed.warnings[10].message,
        "3 more warnings are not listed"
    );
    assert_eq!(parsed.warnings[9].line, Some(15));
}

#[test]
fn a_duplicate_is_dropped() {
    let texts: Vec<String> = patterns("match: {identifiers: [a, b, a]}")
        .unwrap()
        .into_iter()
        .map(|pattern| pattern.text)
        .collect();
    assert_eq!(texts, ["a", "b"]);
    let kinds: Vec<PatternKind> = patterns("match: {strings: [a], identifiers: [a]}")
        .unwrap()
        .into_iter()
        .map(|pattern| pattern.kind)
        .collect();
    assert_eq!(kinds, [PatternKind::Identifiers, PatternKind::Expressions]);
}

#[test]
fn the_hash_is_of_what_judges() {
    let hash = |text: &str| parse(text.as_bytes()).unwrap().hash;
    let base =
        rule("match: {identifiers: [a, class  B], strings: ['/x/']}\nexpect: {api_routes: [/v1]}");
    let same = [
        base.replace("refactor_name: x", "context_name: y\nversion: 3\nother: z"),
        base.replace(
            "description: d",
            "description: another\n    guidance: g\n    category: c\n    severity: medium",
        ),
        base.replace("expect", "requires")
            .replace("class  B", "'class B'"),
        base.replace("identifiers: [a,", "identifiers: [ \"a\", a,"),
        base.replace(
            "    expect",
            "    ignore_case: false\n    scope: {}\n    where:\n    expect",
        ),
        format!("# comment\n{}", base.replace('\n', "\r\n")),
    ];
    for text in same {
        assert_eq!(hash(&text), hash(&base), "{text}");
    }
    let other = [
        base.replace("id: a", "id: b"),
        base.replace("description: d", "description: d\n    severity: low"),
        base.replace("[a, class  B]", "[class  B, a]"),
        base.replace("'/x/'", "x"),
        base.replace("'/x/'", "'/x/', y"),
        base.replace("match", "expect_not"),
        base.replace("expect", "expect_any"),
        base.replace("    expect", "    ignore_case: true\n    expect"),
        base.replace("    expect", "    scope: {include: [a]}\n    expect"),
        base.replace("    expect", "    scope: {exclude: [a]}\n    expect"),
        base.replace("    expect", "    where: {identifiers: [a]}\n    expect"),
        format!(
            "{base}{}",
            &base[base.find("  - id").unwrap()..].replace("id: a", "id: b")
        ),
    ];
    let mut hashes: Vec<SpecHash> = other.iter().map(|text| hash(text)).collect();
    hashes.push(hash(&base));
    assert_eq!(hashes[0].0.len(), 64);
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), other.len() + 1);
}

#[test]
fn limits() {
    let rules = |count: usize| {
        let rules: String = (0..count)
            .map(|n| format!("- {{id: r{n}, description: d, match: {{identifiers: [a{n}]}}}}\n"))
            .collect();
        format!("refactor_name: x\nrules:\n{rules}")
    };
    assert_eq!(
        parse(rules(1_000).as_bytes()).unwrap().spec.rules.len(),
        1_000
    );
    let over = parse(rules(1_001).as_bytes()).unwrap_err();
    assert_eq!(
        (over.message.as_str(), over.line),
        ("1001 rules; the limit is 1000", Some(1_003))
    );
    let entries = |count: usize| {
        let names: Vec<String> = (0..count).map(|n| format!("a{n}")).collect();
        rule(&format!(
            "scope: {{include: [b]}}\nmatch: {{identifiers: [{}]}}",
            names.join(",")
        ))
    };
    assert!(parse(entries(9_999).as_bytes()).is_ok());
    let over = parse(entries(10_000).as_bytes()).unwrap_err();
    let said = (over.message.as_str(), over.line);
    assert_eq!(
        said,
        ("more than 10000 patterns and globs in one spec", Some(6))
    );
}

#[test]
fn bombs_are_cheap() {
    let list = |one: &dyn Fn(usize) -> String| {
        let items: Vec<String> = (0..9_000).map(one).collect();
        let mut text = rule(&format!("match: {{strings: [{}", items.join(",")));
        text.truncate(MAX_BYTES - 4);
        let end = text.rfind(',').unwrap();
        text.truncate(end);
        text + "]}"
    };
    let fill = |unit: &str| unit.repeat(MAX_BYTES / unit.len());
    let bombs = [
        fill("["),
        fill("{a: "),
        fill("- "),
        fill("a: &a [*a,*a]\n"),
        fill("k: v\n"),
        fill("- a\n"),
        format!(
            "refactor_name: x\nrules: [{}]",
            fill("a,")[..MAX_BYTES - 100].to_owned()
        ),
        format!("\"{}\": 1", fill("a")[..MAX_BYTES - 100].to_owned()),
        list(&|n| format!("/\\pL{{50}}{n}/")),
        list(&|n| format!("/\\w+{n}/")),
        list(&|n| format!("/a{{1000}}{{9}}{n}/")),
        list(&|n| format!("/({})*{n}/", "a|".repeat(20))),
        list(&|n| format!("/{}{n}/", "(?:a?){9}".repeat(100))),
        list(&|n| format!("x{n}")),
        list(&|_| "x".to_owned()),
        rule(&format!(
            "match: {{strings: [a]}}\nscope: {{include: [{}]}}",
            vec!["'{a,b}*[c]?'"; 9_000].join(",")
        )),
    ];
    for bomb in bombs {
        let start = Instant::now();
        let got = parse(bomb.as_bytes());
        let spent = start.elapsed();
        // The promise is 200 ms; unbounded, each of these takes minutes, however busy the machine.
        assert!(
            spent.as_secs() < 20,
            "{spent:?} {:?} {}",
            got.err(),
            &bomb[..60]
        );
    }
}

#[test]
fn an_alias_that_passed_the_screen_is_still_bounded() {
    let text = format!(
        "refactor_name: &a \"{}\"\nversion: *a\ndescription: *a\n",
        "x".repeat(1_000)
    );
    let problem = read::read(&text).unwrap_err();
    assert_eq!(problem.message, "anchors and aliases are not allowed");
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0usize..9, "[\\[\\]{}:,'\"*&!|>#a-c/ \\n\\t-]{0,3}"), 0..5),
    ) {
        let mut text = rule("match: {identifiers: [a, 'b'], strings: [\"/c+/\"]}\nexpect:\n  sql_tables:\n    - d\nscope: {include: ['*.ts']}");
        for (index, length, insert) in cuts {
            let at = index.index(text.len());
            let end = (at + length).min(text.len());
            text.replace_range(at..end, &insert);
        }
        match parse(text.as_bytes()) {
            Ok(parsed) => prop_assert!(!parsed.spec.rules.is_empty()),
            Err(diagnostic) => {
                let shown = diagnostic.render("spec.yaml");
                prop_assert!(!shown.contains(char::from(0x1b)));
                if let Some(line) = diagnostic.line {
                    let source = diagnostic.source_line.unwrap();
                    prop_assert_eq!(text.lines().nth(line - 1).unwrap_or_default(), source.as_str());
                    prop_assert!(diagnostic.column.unwrap() <= source.len() + 2);
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes).map_err(|diagnostic| diagnostic.render("x"));
    }
}
