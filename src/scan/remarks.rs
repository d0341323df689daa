//! Remarks: lines that are a comment and nothing else, told without a parser.
//!
//! A line that begins with what makes it a comment is one, unless a string or comment around it
//! goes on there; and then it is no code either, as long as nothing ends that or begins code in it.

use crate::syntax::{Language, LineComment};

/// The remarks of one source.
#[derive(Debug)]
pub(super) struct Remarks<'a> {
    source: &'a [u8],
    comment: LineComment,
}

impl<'a> Remarks<'a> {
    /// Knows those of a source, if its language lets them be told.
    pub(super) fn new(language: Language, source: &'a [u8]) -> Option<Self> {
        let comment = language.line_comment()?;
        let is_told = |sign: &u8| !source.contains(sign);
        comment
            .wild
            .iter()
            .all(is_told)
            .then_some(Self { source, comment })
    }

    /// Whether what begins at an offset is certainly no code.
    pub(super) fn hide(&self, at: usize) -> bool {
        let (before, _) = self.source.split_at_checked(at).unwrap_or_default();
        let start = before.iter().rposition(|byte| *byte == b'\n');
        let (above, line) = before.split_at(start.map_or(0, |at| at + 1));
        let is_free = |byte: &u8| {
            // Whatever else some language may take for the end of a line.
            let is_plain = (b' '..0x7f).contains(byte) || *byte == b'\t';
            is_plain && !self.comment.closers.contains(byte)
        };
        !go_on(above)
            && line
                .trim_ascii_start()
                .strip_prefix(self.comment.marker)
                .is_some_and(|said| said.iter().all(is_free))
    }
}

/// Whether the next line may be joined to the last one: by a backslash, or by what the grammar of C
/// takes for the first half of a comment in a macro.
fn go_on(lines: &[u8]) -> bool {
    let last = lines.trim_ascii_end().last();
    last.is_some_and(|byte| matches!(byte, b'\\' | b'/'))
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;
    use proptest::test_runner::{Config, TestRunner};

    use super::super::deadline::Deadline;
    use super::super::look::parse;
    use super::*;
    use crate::syntax::{Focus, TokenKind};

    #[test]
    fn a_line_is_a_remark_unless_something_may_end_in_it() {
        let check = |language: &str, source: &str, expected: bool| {
            let language = Language::named(language).unwrap();
            let at = source.rfind("foo").unwrap();
            let remarks = Remarks::new(language, source.as_bytes());
            let is_hidden = remarks.is_some_and(|remarks| remarks.hide(at));
            assert_eq!(is_hidden, expected, "{source:?}");
        };
        check("javascript", "// foo", true);
        check("javascript", "a()\n\t // Was: foo", true);
        check("javascript", "a() // foo", false);
        check("javascript", "foo", false);
        check("javascript", "`\n// ${foo}`", false);
        check("javascript", "<a>\n// <foo/></a>", false);
        check("javascript", "/*\n// */ foo", false);
        check("javascript", "//\rfoo", false);
        check("javascript", "// é foo", false);
        check("c", "#define A \\\n// foo", false);
        check("c", "#define A \\\r\n// foo", false);
        check("python", "'''\n# ''', foo", false);
        check("python", "# foo isn't", true);
        check("ruby", "  # foo", true);
        check("ruby", "%i[\n# foo\n]", false);
        check("vue", "// foo", false);
        check("bash", "# foo", false);
    }

    /// What may open, close or join anything in some language.
    pub(in crate::scan) const PIECES: &[&str] = &[
        "\n",
        "\n",
        "\n",
        "\\\n",
        " ",
        " ",
        ".",
        "::",
        "->",
        "\"",
        "\"\"\"",
        "'",
        "'''",
        "`",
        "/",
        "/*",
        "*/",
        "{",
        "}",
        "${",
        "#{",
        "\\(",
        "%i[",
        "%q.",
        "%w(",
        "<",
        "</",
        ">",
        "<?php\n",
        "?>",
        "(",
        ")",
        "[",
        "]",
        "[[",
        "]]",
        "--[[",
        "r#\"",
        "\"#",
        "R\"(",
        "f\"",
        "f'''",
        "s\"\"\"",
        "$\"",
        "@\"",
        "=",
        "+",
        ",",
        ";",
        ":",
        "@",
        "$",
        "#define x ",
        "<<~foo\n",
        "foo\n",
        "=begin\n",
        "=end\n",
        "%",
        "=> ",
        "if ",
        "end\n",
        "1",
    ];

    /// Names too, often enough that some stand in remarks.
    pub(in crate::scan) const NAMES: &[&str] = &["foo", "bar", "baz", "qux"];

    /// Where statements stand, in languages that do not take them anywhere.
    pub(in crate::scan) fn framed(language: Language, statements: &str) -> String {
        match language.name() {
            "java" | "csharp" => format!("class A {{ void a() {{ x = {statements}\n;}} }}"),
            "c" | "cpp" => format!("int a() {{ {statements}\n;}}"),
            "rust" => format!("fn a() {{ {statements}\n;}}"),
            "go" => format!("package a\nfunc a() {{ {statements}\n}}"),
            "php" => format!("<?php {statements}\n;"),
            _ => statements.to_owned(),
        }
    }

    #[test]
    fn what_the_parser_takes_for_code_is_no_remark() {
        let told: Vec<Language> = Language::all()
            .filter(|language| language.line_comment().is_some())
            .collect();
        let piece = prop_oneof![
            2 => Just(None),
            4 => proptest::sample::select(NAMES).prop_map(Some),
            7 => proptest::sample::select(PIECES).prop_map(Some),
        ];
        let strategy = (
            proptest::sample::select(told),
            proptest::collection::vec(piece, 2..24),
        );
        let (whole, hidden) = (Cell::new(0), Cell::new(0));
        let mut runner = TestRunner::new(Config {
            cases: 8000,
            failure_persistence: None,
            ..Config::default()
        });
        let outcome = runner.run(&strategy, |(language, pieces)| {
            let marker = std::str::from_utf8(language.line_comment().unwrap().marker).unwrap();
            let remark = format!("\n{marker} ");
            let pieces: Vec<_> = pieces.iter().map(|it| it.unwrap_or(&remark)).collect();
            let source = framed(language, &pieces.concat());
            let parsed = parse(
                language,
                source.as_bytes(),
                Focus::Everywhere,
                Deadline::NONE,
            );
            let Ok(parsed) = parsed else {
                return Ok(());
            };
            let remarks = Remarks::new(language, source.as_bytes());
            // Where something is broken, a parser may go on in the middle of anything.
            let Some(remarks) = remarks.filter(|_| !parsed.is_broken()) else {
                return Ok(());
            };
            whole.set(whole.get() + 1);
            let names = source.match_indices("foo").map(|(at, _)| at);
            hidden.set(hidden.get() + names.filter(|at| remarks.hide(*at)).count());
            for token in parsed.tokens() {
                let is_name = !matches!(token.kind, TokenKind::Text | TokenKind::Other);
                let is_hidden = is_name && remarks.hide(token.range.start);
                prop_assert!(!is_hidden, "{}: {source:?}", language.name());
            }
            Ok(())
        });
        outcome.unwrap();
        let (whole, hidden) = (whole.get(), hidden.get());
        assert!(whole > 500 && hidden > 100, "{whole}, {hidden}");
    }
}
