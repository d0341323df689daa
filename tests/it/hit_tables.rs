//! The hit tables of docs/spec-format.md, row by row, against the real engine.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::TestRepo;

/// One row: what the page promises of a pattern and a line.
struct Row {
    kind: String,
    language: String,
    pattern: String,
    source: String,
    hits: bool,
    /// 1-based, in the page.
    line: usize,
}

/// Reads every table whose head is `language | pattern | source line | hits?`; the kind of the
/// patterns is the heading it stands under.
fn rows(page: &str) -> Vec<Row> {
    let (mut rows, mut kind, mut inside) = (Vec::new(), String::new(), false);
    for (line, text) in (1..).zip(page.lines()) {
        if let Some(heading) = text.strip_prefix("### ") {
            kind = heading.trim_matches('`').to_owned();
        }
        let Some(cells) = cells(text) else {
            inside = false;
            continue;
        };
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        match cells.as_slice() {
            ["language", "pattern", "source line", "hits?"] => inside = true,
            [language, pattern, source, verdict] if inside && !language.starts_with("---") => {
                rows.push(Row {
                    kind: kind.clone(),
                    language: (*language).to_owned(),
                    pattern: code(pattern, line),
                    source: code(source, line),
                    hits: match *verdict {
                        "yes" => true,
                        "no" => false,
                        other => panic!("line {line}: neither yes nor no: {other:?}"),
                    },
                    line,
                });
            }
            _ => {}
        }
    }
    rows
}

/// The cells of a table row; `\|` is no border.
fn cells(text: &str) -> Option<Vec<String>> {
    let inner = text.strip_prefix('|')?.strip_suffix('|')?;
    let inner = inner.replace("\\|", "\0");
    let cell = |cell: &str| cell.trim().replace('\0', "|");
    Some(inner.split('|').map(cell).collect())
}

fn code(cell: &str, line: usize) -> String {
    let inner = cell.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
    inner
        .unwrap_or_else(|| panic!("line {line}: no code: {cell:?}"))
        .to_owned()
}

fn extension(language: &str) -> &'static str {
    match language {
        "JavaScript" => "js",
        "TypeScript" => "ts",
        "Python" => "py",
        "Rust" => "rs",
        "Go" => "go",
        "Java" => "java",
        "Ruby" => "rb",
        "PHP" => "php",
        "C#" => "cs",
        "C" => "c",
        "C++" => "cpp",
        "Bash" => "sh",
        "Kotlin" => "kt",
        "Swift" => "swift",
        "Scala" => "scala",
        "Lua" => "lua",
        "SQL" => "sql",
        other => panic!("which extension has {other}?"),
    }
}

#[test]
fn every_row_of_the_hit_tables_is_true() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/spec-format.md");
    let rows = rows(&fs::read_to_string(page).unwrap());
    let mut by_kind = BTreeMap::<&str, [usize; 2]>::new();
    for row in &rows {
        by_kind.entry(&row.kind).or_default()[usize::from(row.hits)] += 1;
    }
    let kinds: Vec<_> = by_kind.keys().copied().collect();
    assert_eq!(
        kinds,
        [
            "api_routes",
            "expressions",
            "identifiers",
            "patterns",
            "sql_tables"
        ]
    );
    assert!(by_kind.values().all(|[no, yes]| *no > 1 && *yes > 1));

    let repo = TestRepo::new();
    let mut spec = "refactor_name: tables\nrules:\n".to_owned();
    for row in &rows {
        let file = format!("row{}.{}", row.line, extension(&row.language));
        repo.write(&file, format!("{}\n", row.source));
        let pattern = row.pattern.replace('\'', "''");
        write!(
            spec,
            "  - id: line-{}\n    description: d\n    match:\n      {}: ['{pattern}']\n    \
             scope:\n      include: [{file}]\n",
            row.line, row.kind
        )
        .unwrap();
    }
    repo.write(".spec", spec);
    let answer = repo
        .plan(["verify", "--spec", ".spec", "--format", "json"])
        .exits(1)
        .json();
    let judged = answer["rules"].as_array().unwrap();
    assert_eq!(judged.len(), rows.len());
    let untrue: Vec<String> = rows
        .iter()
        .zip(judged)
        .filter(|(row, rule)| {
            assert_eq!(rule["files_in_scope"], 1, "line {}", row.line);
            row.hits == rule["violations"].as_array().unwrap().is_empty()
        })
        .map(|(row, _)| {
            format!(
                "line {}: `{}` in {}: {}",
                row.line, row.pattern, row.language, row.source
            )
        })
        .collect();
    assert!(untrue.is_empty(), "\n{}", untrue.join("\n"));
}
