//! What the screen refuses and where; and that it cuts tokens exactly as the parser does.

use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::*;

fn refusal(text: &str) -> Option<(Option<usize>, String)> {
    let problem = screen(text).err()?;
    let place = match problem.place {
        Place::Offset(offset) => Some(offset),
        _ => None,
    };
    Some((place, problem.message))
}

#[test]
fn refused_with_the_place() {
    // `^` marks the place and is not part of the text.
    let check = |marked: &str, message: &str| {
        let at = marked.find('^').unwrap();
        let text = marked.replacen('^', "", 1);
        assert_eq!(
            refusal(&text),
            Some((Some(at), message.to_owned())),
            "{marked}"
        );
    };
    let anchors = "anchors and aliases are not allowed";
    check("a: ^&x 1", anchors);
    check("a: ^*x", anchors);
    check("^&x a: 1", anchors);
    check("- ^*.ts", anchors);
    check("a: [b, ^*.ts]", anchors);
    check("a: {b: ^*x}", anchors);
    check("{a: [^&x b]}", anchors);
    check("? ^*x\n: b", anchors);
    check("a:\n  b\nc: ^*x", anchors);
    check("a: 'x'\nb: ^*x", anchors);
    check("a: |\n  *x\nb: ^*x", anchors);
    check("a: |2\n   *x\n  *x\nb: ^*x", anchors);
    check("a: >-\n\n\n  *x\n\n^*b: 1", anchors);
    check("a:\n- |\n *x\n- ^*x", anchors);
    check("- - |\n   *x\n  - ^*x", anchors);
    check("a: 1 # *x\nb: ^*x", anchors);
    check("--- ^*x", anchors);
    check("\"a\": ^*x", anchors);
    check("a: 'it''s' \r\nb: ^*x", anchors);
    let tags = "YAML tags are not allowed";
    check("a: ^!include /etc/passwd", tags);
    check("a: ^!!python/object:x {}", tags);
    check("- ^!src/**", tags);
    let tab = "tab in indentation";
    check("a:\n^\tb: 1", tab);
    check("a:\n  ^\tb: 1", tab);
    check("a: |\n  x\n^\ty", tab);
    let second = "a second document starts here";
    check("a: 1\n^---\nb: 2", second);
    check("---\na: 1\n^---\n", second);
    check("a: 1\n...\n^b: 2", second);
    check("a: 1\n...\n^---\nb", second);
    check("a: ^[b, c\nd: e", "`[` is never closed");
    check("a: [b, ^'c]", "`'` is never closed");
    check("^\"a\\", "`\"` is never closed");
    let deep = "nested deeper than 32 levels";
    check(&format!("a: {}^[", "[".repeat(31)), deep);
    check(&format!("{}^{{a: ", "{a: ".repeat(32)), deep);
    check(&format!("{}^- x", "- ".repeat(32)), deep);
    let stairs: String = (0..32)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    check(&format!("{stairs}{}a^: 1", " ".repeat(32)), deep);
}

#[test]
fn empty_texts() {
    for text in ["", "\n", "# only a comment", "---\n", "...\n", "  \n\t\n"] {
        assert_eq!(
            refusal(text),
            Some((None, "spec is empty".to_owned())),
            "{text:?}"
        );
    }
}

#[test]
fn passes_what_only_looks_alike() {
    for text in [
        "a: b*c &d !e",
        "a: x\n  *y\n  &z",
        "a: '*x' # &y",
        "a: \"*x \\\" &y\"",
        "a: [b*, 'c]', \"[\"]",
        "a: |\n  &x\n\n  *y\n",
        "a: |+2\n    *x\n  !y\n",
        "a: >\n  - x: [\n",
        "- |\n *x\n- b",
        "a: b [c {d",
        "a: it's",
        "a:\n# x\n  - b # ' \"\n",
        "a: b\n\tc: d",
        "a: 1\t# x",
        "a: 1\n\t# x\n\t\nb: 2",
        "---\na: 1\n...\n",
        "%YAML 1.2\n---\na: 1\n",
        "a: --- b",
        "{a: 1,\n\tb: 2}",
        "a: 'x\n  *y'",
    ] {
        assert_eq!(refusal(text), None, "{text:?}");
    }
    let deep = format!("a: {}b{}", "[".repeat(31), "]".repeat(31));
    assert_eq!(refusal(&deep), None);
}

#[test]
fn bombs_are_refused_at_once() {
    let start = std::time::Instant::now();
    for bomb in [
        "[", "{a: ", "- ", "? ", "\"", "'", "|\n", "a: |\n", "*a ", "\n", " \n", "a\n", ": ",
    ] {
        let text = bomb.repeat(crate::spec::MAX_BYTES / bomb.len());
        let _ = screen(&text);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Lines that nest, end and quote in as many ways as fit, with aliases nobody defined.
fn texts() -> impl Strategy<Value = String> {
    let bit = prop::sample::select(vec![
        "a", "*x", "a: ", "a:", "- ", "-", "? ", ": ", "\"b\"", "'c'", "'d", "\"e", "[", "]", "{",
        "}", ",", ", ", "|", ">-", "|2", "#", " # *y", "it's", "\\", "*x: ", "'*z'", "x*y", "-f",
        "a: |", "- a: >", "\t", "k: v", "[a, b]", "{a: b}", ": *x", "- *x", "a: *x",
    ]);
    let fine = prop::sample::select(vec![
        "a: b",
        "a: |",
        "b: >-",
        "- c",
        "- |",
        "- a: 'x'",
        "- - d",
        "e:",
        "-",
        "# *y",
        "*x",
        "a: *x",
        "- *x",
        "[a, *x]",
        "f: [a, 'b']",
        "g: {a: b}",
        "\"h\": it's",
        "? k",
        ": v",
        "word *x",
        "i: |2",
        "",
        "a: [",
        "]",
        "x: 'y",
        "*z'",
    ]);
    let line = prop_oneof![
        5 => (0usize..4, fine.prop_map(str::to_owned)),
        1 => (0usize..4, prop::collection::vec(bit, 0..4).prop_map(|bits| bits.concat())),
    ];
    let end = prop::sample::select(vec!["\n", "\n", "\n", "\r\n", "\n\n"]);
    prop::collection::vec((line, end), 1..4).prop_map(|lines| {
        let lines = lines.into_iter();
        lines
            .map(|((indent, text), end)| format!("{}{text}{end}", " ".repeat(indent)))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn cuts_tokens_as_the_parser_does(text in texts()) {
        match serde_yaml::from_str::<IgnoredAny>(&text) {
            Ok(_) => {
                let refused = refusal(&text).filter(|(_, message)| message != "spec is empty");
                prop_assert_eq!(refused, None);
            }
            Err(error) if error.to_string().starts_with("unknown anchor") => {
                let place = error.location().map(|location| location.index());
                prop_assert_eq!(refusal(&text).map(|(place, _)| place), Some(place));
            }
            Err(_) => {}
        }
    }
}
